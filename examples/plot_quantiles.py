"""
Quantiles and intervals
=======================

**In short**: a network that forecasts three quantiles provides intervals that contain the intended
share of days and are wider in uncertain months.

"Tomorrow's minimum will be 8 °C" does not say how certain the forecast is. With
``loss="quantile"``, a network forecasts quantiles instead. The temperature stays below each
quantile with a given probability, so two quantiles form an interval. This example shows how to
forecast an interval and how to check its coverage. It also shows that a network can distinguish
days that are hard to forecast from days that are easy to forecast.
"""

# %%
# Three quantiles from one network
# --------------------------------
# We forecast daily minimum temperatures in Melbourne from the preceding fifteen days and the time
# of year, which is known in advance. The first 2,000 days are used for training. A single network
# forecasts all three quantiles, which cannot cross. ``TransformedTargetRegressor`` scales the
# target and transforms each quantile back to degrees.

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.metrics import mean_pinball_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import fetch_melbourne_temperatures
from skrnn.plotting import ForecastDisplay

temperature = fetch_melbourne_temperatures().rename("minimum temperature (°C)")
angle = 2 * np.pi * temperature.index.dayofyear / 365.25
X = np.column_stack([temperature, np.sin(angle), np.cos(angle)])
train, test = slice(0, 2000), slice(2000, None)
LAG, CALENDAR = 15, [1, 2]
QUANTILES = (0.05, 0.5, 0.95)

rnn = RNNRegressor(
    units=8,
    loss="quantile",
    quantile=QUANTILES,
    epochs=30,
    learning_rate=0.003,
    random_state=0,
)
pipe = make_pipeline(StandardScaler(), LagWindowTransformer(LAG, known_features=CALENDAR), rnn)
model = TransformedTargetRegressor(pipe, transformer=StandardScaler())
network = model.fit(X[train], temperature[train]).predict(X[test])
print("forecasts for the test set:", network.shape)

# %%
# Two simpler forecasts
# ---------------------
# Boosted trees on the same windows need one model for each quantile. The simplest forecast is
# constant and consists of the quantiles of all training days.

table = LagWindowTransformer(LAG, known_features=CALENDAR, flatten=True).fit_transform(X)


def boosted(quantile):
    """Forecast one quantile of the test days with boosted trees."""
    trees = HistGradientBoostingRegressor(
        loss="quantile", quantile=quantile, learning_rate=0.05, max_iter=100, random_state=0
    )
    return trees.fit(table[LAG:2000], temperature.iloc[LAG:2000]).predict(table[test])


constant = np.quantile(temperature[train], QUANTILES)
forecasts = {
    "network": network,
    "boosted trees": np.column_stack([boosted(quantile) for quantile in QUANTILES]),
    "constant": np.tile(constant, (len(network), 1)),
}

# %%
# Is the coverage right?
# ----------------------
# Nine in ten days should lie inside the interval, one in twenty below it and one in twenty above
# it. If two intervals have this coverage, the narrower one is better. The *pinball loss*, which
# the network minimises, takes both coverage and width into account.

y = temperature[test].to_numpy()


def summary(forecast):
    """Return the coverage and width of the interval, and the loss of the three quantiles."""
    low, _, high = forecast.T
    losses = [
        mean_pinball_loss(y, column, alpha=quantile)
        for column, quantile in zip(forecast.T, QUANTILES, strict=True)
    ]
    return {
        "% inside": 100 * np.mean((low <= y) & (y <= high)),
        "% below": 100 * np.mean(y < low),
        "% above": 100 * np.mean(y > high),
        "mean width (°C)": np.mean(high - low),
        "pinball loss (°C)": np.mean(losses),
    }


scores = pd.DataFrame({name: summary(forecast) for name, forecast in forecasts.items()}).T
print(scores.round(3).to_string())
crossed = np.mean((np.diff(forecasts["boosted trees"], axis=1) < 0).any(axis=1))
print(f"the quantiles of the trees cross on {crossed:.1%} of the days")

# %%
# The network has the right coverage: 91% of the days lie inside the interval, and slightly more
# days lie above it than below it. The intervals from the trees are narrower, but contain only 83%
# of the days. The coverage of the constant intervals is as good as that of the network's
# intervals, but they are two thirds wider. The network has the lowest pinball loss.

# %%
# Uncertain days
# --------------
# The first figure shows one year of the test set, and the second shows the mean width of the
# interval for each month.

year = slice("1989-01-01", "1989-12-31")
quantiles = pd.DataFrame(network, temperature.index[test])
ForecastDisplay.from_predictions(temperature[year], quantiles[year], quantile=QUANTILES)

widths = pd.DataFrame(
    {name: forecasts[name][:, 2] - forecasts[name][:, 0] for name in ("network", "boosted trees")},
    temperature.index[test],
)
by_month = widths.groupby(widths.index.month).mean()
low, _, high = network.T
inside = pd.Series((low <= y) & (y <= high), widths.index)
print(
    by_month.assign(**{"% inside, network": 100 * inside.groupby(inside.index.month).mean()})
    .rename_axis("month")
    .round(1)
    .to_string()
)

figure, ax = plt.subplots(figsize=(7, 3.5), layout="constrained")
for (name, column), style in zip(by_month.items(), ("o-", "s--"), strict=True):
    ax.plot(column, style, color={"network": "#0072B2"}.get(name, "#D55E00"), label=name)
ax.axhline(constant[2] - constant[0], color="k", ls=":", label="constant")
ax.set(xlabel="month", xticks=range(1, 13), ylabel="width of the interval (°C)", ylim=(0, None))
ax.legend()
plt.show()

# %%
# The intervals are widest in February and March and in spring, and narrowest in June. In each
# month, they contain between 87 and 97% of the days. The test set contains about 140 days from
# each calendar month, so deviations of five percentage points may be due to chance.
