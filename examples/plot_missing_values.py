"""
Forecasting through gaps
========================

**In short**: dropping rows is the worst way to handle gaps. On this series, which has strong
seasonality, it is best to fill the gaps and mark them.

Sensors fail, so series have missing values. With ``missing="mask"``, the default, a recurrent
network skips the unknown steps of a window and carries its state across them. This example removes
more and more values from a series. It compares masking with three alternatives: dropping
incomplete rows, filling the gaps, and using boosted trees, which also accept missing values.
"""

# sphinx_gallery_thumbnail_number = 2

# %%
# A series with holes
# -------------------
# The series contains monthly sea surface temperatures. We remove a given share of the values at
# random. A removed value serves neither as an input nor as a training target. The forecasts are
# compared with the true values of the last ten years, including those that were removed.

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import load_sea_surface_temperatures

temperature = load_sea_surface_temperatures()
LAG = 12
n_train = temperature.index.get_loc("2001-01-01")
train, later = slice(LAG, n_train), slice(n_train, None)
truth = temperature.iloc[later]


def with_holes(share):
    """Return the series with the given share of its values removed at random."""
    lost = np.random.RandomState(0).uniform(size=len(temperature)) < share
    return temperature.mask(lost)


figure, ax = plt.subplots(figsize=(9, 3), layout="constrained")
shown = slice("2001", "2006")
ax.plot(temperature[shown], color="#BBBBBB", label="measured")
ax.plot(with_holes(0.3)[shown], ".-", color="#0072B2", label="with 30% of the values removed")
ax.set(ylabel="sea surface temperature (°C)")
ax.set_ylim(top=ax.get_ylim()[1] + 1.5)
ax.legend(loc="upper left", ncols=2)

# %%
# Five ways to handle missing values
# ----------------------------------
# In the windows, missing values are represented by NaN. Rows with an unknown target are not used
# in training. The network can skip an unknown step (``missing="mask"``) or leave out the row
# (``missing="drop"``). We can also fill the gap with the last known value, or fill it with the
# mean and add a second feature that marks it, as :class:`~sklearn.impute.SimpleImputer` does with
# ``add_indicator=True``. Boosted trees accept NaN directly.


def scaled(series):
    """Return the series as a column with zero mean and unit variance, and the scaler."""
    scaler = StandardScaler().fit(series[:n_train].to_frame())
    return scaler.transform(series.to_frame()), scaler


def forward(values):
    """Fill gaps with the last known value."""
    return pd.DataFrame(values).ffill().bfill().to_numpy()


def marked(values):
    """Fill gaps with the mean, and add a column that marks them."""
    return np.column_stack([np.nan_to_num(values), np.isnan(values)])


def network(missing="mask"):
    """Return a small network that uses the given rule for missing steps."""
    return RNNRegressor(
        "gru",
        8,
        epochs=60,
        learning_rate=0.02,
        weight_decay=0.2,
        missing=missing,
        random_state=0,
    )


def rmse(model, values, target, scaler):
    """Return the error, in degrees, of a model that is fitted on the known targets."""
    flat = not isinstance(model, RNNRegressor)
    windows = LagWindowTransformer(lag=LAG, flatten=flat).fit_transform(values)
    rows = np.arange(LAG, n_train)
    rows = rows[~np.isnan(target[rows])]
    forecast = model.fit(windows[rows], target[rows]).predict(windows[later])
    forecast = scaler.inverse_transform(forecast[:, None])[:, 0]
    return float(np.sqrt(np.mean((forecast - truth) ** 2)))


shares = (0.0, 0.1, 0.2, 0.3)
errors, complete = {}, {}
for share in shares:
    values, scaler = scaled(with_holes(share))
    known = values[:, 0], scaler
    trees = HistGradientBoostingRegressor(learning_rate=0.05, random_state=0)
    errors[share] = {
        "network, steps masked": rmse(network(), values, *known),
        "network, rows dropped": rmse(network("drop"), values, *known),
        "network, filled forwards": rmse(network(), forward(values), *known),
        "network, filled and marked": rmse(network(), marked(values), *known),
        "ridge, filled and marked": rmse(RidgeCV(np.logspace(-3, 3, 13)), marked(values), *known),
        "boosted trees": rmse(trees, values, *known),
    }
    windows = LagWindowTransformer(lag=LAG, flatten=True).fit_transform(values)
    complete[share] = int((~np.isnan(windows[:n_train])).all(axis=1).sum())
table = pd.DataFrame(errors)
table.columns = [f"{share:.0%}" for share in shares]
print("RMSE in °C by share of missing values")
print(table.round(3).to_string())
print("complete training windows:", *complete.values())

# %%
# Of the networks, the one that drops rows is the worst, because few windows are complete. Skipping
# steps works well if there are only a few gaps, but the network then loses track of *time*: after
# a skipped step, it does not know how long ago the other steps were. This matters here, because
# the seasonality is strong. With more gaps, it is best to fill and mark them, because every value
# then keeps its position in the window. Boosted trees are nearly as good.

figure, ax = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
looks = {
    "network, steps masked": ("o-", "#0072B2"),
    "network, rows dropped": ("s--", "#56B4E9"),
    "network, filled forwards": ("^-.", "#E69F00"),
    "network, filled and marked": ("P-", "#009E73"),
    "ridge, filled and marked": ("v:", "#000000"),
    "boosted trees": ("D--", "#D55E00"),
}
for name, (style, color) in looks.items():
    ax.plot([100 * share for share in shares], table.loc[name], style, color=color, label=name)
ax.set(xlabel="missing values (%)", ylabel="RMSE on the last ten years (°C)", ylim=(0.4, 1.6))
ax.legend(loc="upper left", fontsize="small")
plt.show()
