"""
One network for many series
===========================

**In short**: one network learns from all series in a panel and can also forecast a series that it
has not seen.

A single network can learn from several similar series. This example uses a panel that comes with
sktime and contains the sales of four product lines. One :class:`~skrnn.forecasting.RNNForecaster`
learns from all of them, but no window contains rows from more than one series. The example also
adds calendar features, which are known in advance and are created by an sktime transformer.
"""

# %%
# The panel
# ---------

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
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
# One forecaster for all series
# -----------------------------

from skrnn.forecasting import RNNForecaster

together = RNNForecaster(random_state=0).fit(train, fh=fh)
forecasts = {"one network for all": together.predict()}

# %%
# With ``pooling="local"``, sktime fits a separate forecaster to each series, and does so in
# parallel if you set ``backend:parallel`` in its configuration.

local = RNNForecaster(pooling="local", random_state=0).fit(train, fh=fh)
forecasts["a network for each"] = local.predict()

# %%
# Calendar features
# -----------------
#
# `DateTimeFeatures` computes features from the index, so they are also available for the times to
# be forecast.

from sktime.transformations.date import DateTimeFeatures

calendar = DateTimeFeatures(manual_selection=["month_of_year"], keep_original_columns=False)


def features(frame):
    """Return calendar features for the months of a panel."""
    month = calendar.fit_transform(frame)
    angle = 2 * np.pi * month["month_of_year"] / 12
    return pd.DataFrame({"sine": np.sin(angle), "cosine": np.cos(angle)})


with_calendar = RNNForecaster(feature_scaler=None, random_state=0)
with_calendar.fit(train, X=features(train), fh=fh)
forecasts["with the calendar"] = with_calendar.predict(X=features(test))

# %%
# Several views of the data
# -------------------------
#
# :class:`~skrnn.forecasting.AutoRNNForecaster` also accepts a panel and combines several
# forecasters.

from skrnn.forecasting import AutoRNNForecaster

automatic = AutoRNNForecaster(random_state=0).fit(train, fh=fh)
forecasts["several views"] = automatic.predict()

# %%
# Errors
# ------

season = train.groupby(level=[0, 1]).shift(12 - len(fh)).groupby(level=[0, 1]).tail(len(fh))
forecasts["seasonal naive"] = pd.DataFrame(season.to_numpy(), test.index, test.columns)
for name, forecast in forecasts.items():
    error = np.abs(forecast.to_numpy() - test.to_numpy()).mean()
    print(f"{name:22}{error:8.1f}")

# %%
# Here, separate networks for each series and several views have the smallest errors. However, with
# four series and a single test period, the differences are mostly due to chance. One network for
# all series is much faster, and the more series there are and the shorter they are, the greater
# its advantage. For a comparison on hundreds of series, see :ref:`how_good`.

# %%
# A new series
# ------------
#
# A forecaster that was pretrained on a panel can forecast series that it has not seen before. In
# this case, ``fit`` learns only the seasonality and the scale of the new series.

series = train.index.droplevel(-1).unique()
others, new = train[~train.index.droplevel(-1).isin(series[:1])], train.loc[series[0]]
stranger = RNNForecaster(random_state=0).pretrain(others, fh=fh).fit(new, fh=fh)
error = np.abs(stranger.predict().to_numpy() - test.loc[series[0]].to_numpy()).mean()
print(f"a series that was not seen in training {error:.1f}")

# %%
# The forecasts
# -------------

import matplotlib.pyplot as plt
from matplotlib.dates import ConciseDateFormatter, MonthLocator

figure, axes = plt.subplots(2, 2, figsize=(8, 5), layout="constrained", sharex=True)
for ax, name in zip(axes.flat, series, strict=True):
    history = train.loc[name].iloc[-24:, 0]
    ax.plot(history.index.to_timestamp(), history, color="0.5", label="training part")
    ahead = test.loc[name].index.to_timestamp()
    ax.plot(ahead, test.loc[name].iloc[:, 0], color="black", label="observed")
    ax.plot(ahead, forecasts["one network for all"].loc[name].iloc[:, 0], "--", label="forecast")
    ax.set_title(", ".join(name), fontsize="small")
figure.legend(*ax.get_legend_handles_labels(), ncols=3, loc="outside upper center")
locator = MonthLocator(bymonth=(1, 7))
axes.flat[0].xaxis.set_major_locator(locator)
axes.flat[0].xaxis.set_major_formatter(ConciseDateFormatter(locator))
figure.supylabel("sales per month")
plt.show()
