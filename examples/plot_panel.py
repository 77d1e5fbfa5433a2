"""
One network for many series
===========================

Series of one kind can teach one network. sktime's bundled sales of four product lines are such
a panel: one :class:`~skrnn.forecasting.RNNForecaster` learns from all of them, and
no window holds rows of two. Features of the calendar are known in advance: sktime's own
transformer makes them, inside a pipeline.
"""

# %%
# The panel
# ---------

import numpy as np
import pandas as pd
from sktime.datasets import load_hierarchical_sales_toydata

sales = load_hierarchical_sales_toydata()
fh = np.arange(1, 7)
times = sales.index.get_level_values(-1)
last = times.unique().sort_values()[-len(fh) :]
train, test = sales[~times.isin(last)], sales[times.isin(last)]
print(f"{len(train.index.droplevel(-1).unique())} series of {len(times.unique())} months")

# %%
# One network, each series on its own scale
# -----------------------------------------

from skrnn.forecasting import RNNForecaster

settings = {
    "lag": 12,
    "cell": "gru",
    "units": 4,
    "learning_rate": 0.01,
    "weight_decay": 0.3,
    "epochs": 100,
    "random_state": 0,
}
together = RNNForecaster(scale_by="series", **settings).fit(train)
forecasts = {"one network for all": together.predict(fh=fh)}

# %%
# A network for each: with ``pooling="local"`` sktime fits a forecaster to each series, in parallel
# if its config ``backend:parallel`` says so.

alone = RNNForecaster(pooling="local", **settings).fit(train)
forecasts["a network for each"] = alone.predict(fh=fh)

# %%
# Calendar features
# -----------------
#
# `DateTimeFeatures` makes them from the index, for the horizon too, so that the forecaster, to
# which they are known in advance, is never without.

from sktime.transformations.date import DateTimeFeatures

calendar = DateTimeFeatures(manual_selection=["month_of_year"], keep_original_columns=False)


def features(frame):
    """Features of the months of a panel."""
    month = calendar.fit_transform(frame)
    angle = 2 * np.pi * month["month_of_year"] / 12
    return pd.DataFrame({"sine": np.sin(angle), "cosine": np.cos(angle)})


with_calendar = RNNForecaster(scale_by="series", feature_scaler=None, **settings)
with_calendar.fit(train, X=features(train))
forecasts["with the calendar"] = with_calendar.predict(fh=fh, X=features(test))

# %%
# Errors
# ------

season = train.groupby(level=[0, 1]).shift(12 - len(fh)).groupby(level=[0, 1]).tail(len(fh))
forecasts["seasonal naive"] = pd.DataFrame(season.to_numpy(), test.index, test.columns)
for name, forecast in forecasts.items():
    error = np.abs(forecast.to_numpy() - test.to_numpy()).mean()
    print(f"{name:22}{error:8.1f}")

# %%
# A new series
# ------------
#
# A forecaster that was pretrained on a panel forecasts series that it has not seen: ``fit`` then
# learns no more than their scale.

series = train.index.droplevel(-1).unique()
others, new = train[~train.index.droplevel(-1).isin(series[:1])], train.loc[series[0]]
stranger = RNNForecaster(scale_by="series", **settings).pretrain(others).fit(new)
error = np.abs(stranger.predict(fh=fh).to_numpy() - test.loc[series[0]].to_numpy()).mean()
print(f"a series that was not seen in training {error:.1f}")

# %%
# The picture
# -----------

import matplotlib.pyplot as plt

figure, axes = plt.subplots(2, 2, figsize=(8, 5), layout="constrained", sharex=True)
for ax, name in zip(axes.flat, series, strict=True):
    history = train.loc[name].iloc[-24:, 0]
    ax.plot(history.index.to_timestamp(), history, color="0.6")
    ahead = test.loc[name].index.to_timestamp()
    ax.plot(ahead, test.loc[name].iloc[:, 0], color="black", label="observed")
    ax.plot(ahead, forecasts["one network for all"].loc[name].iloc[:, 0], "--", label="forecast")
    ax.set_title(", ".join(name), fontsize="small")
axes.flat[0].legend(fontsize="small")
figure.autofmt_xdate()
plt.show()
