"""
Two hundred shops, and some new ones
====================================

**In short**: this example turns a long table of weekly sales into forecasts with intervals, and
uses a backtest to find out whether they can be trusted, even for shops that have just opened.

A long table contains a row for each shop and week, in any order. Three of its columns are called
``unique_id``, ``ds`` and ``y``, as in Nixtla's packages, and all remaining columns are features.
This example creates such a table for 200 shops with 120 weeks of sales and 20 shops that opened
eight weeks ago. There are three types of shop, which differ in their seasonality and in the effect
of promotions.
"""

# %%
# A long table
# ------------

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import numpy as np
import pandas as pd

random = np.random.default_rng(0)
weeks = pd.date_range("2022-01-03", periods=120, freq="W-MON")


def make_shop(number):
    """Return the weekly sales of a shop."""
    n_weeks, kind = (120 if number < 200 else 8), random.integers(3)
    promotion = random.random(n_weeks) < 0.15
    season = (0.1, 0.2, 0.3)[kind] * np.sin(2 * np.pi * np.arange(120)[-n_weeks:] / 52)
    noise = np.cumsum(random.normal(0, 0.02, n_weeks)) + random.normal(0, 0.1, n_weeks)
    level = random.lognormal(4, 0.7)
    sales = level * (1 + season) * np.where(promotion, (1.3, 1.6, 2)[kind], 1) * np.exp(noise)
    columns = {"ds": weeks[-n_weeks:], "y": sales.round(), "promotion": promotion * 1}
    return pd.DataFrame({"unique_id": f"shop {number:03}", **columns, "kind": "abc"[kind]})


table = pd.concat(map(make_shop, range(220))).sample(frac=1, random_state=0)
print(table.head(3).to_string(index=False))

# %%
# A backtest
# -----------
#
# Three networks learn from all shops. They can read the type of shop, which is a text column,
# without any encoding; see :doc:`../user_guide/categories`. Because they forecast distributions,
# there are intervals even for shops without enough history to measure errors. The backtest
# forecasts three weeks ahead from each of the last four possible weeks (the origins). At the first
# of these, only two weeks of sales are known for the new shops.

from skrnn.forecasting import RNNForecaster, backtest

forecaster = RNNForecaster(loss="student_t", transformer="log", random_state=0)
result = backtest(forecaster, table, fh=range(1, 4), n_origins=4, step=1)
print(result.summary()[["MAE", "MASE", "bias", "coverage"]].round(2))

# %%
# The forecasts are also returned as a long table, from which you can compute everything else, for
# example the errors for old and new shops and the fraction of true values inside the 80%
# intervals. The warnings list new shops whose forecasts went far beyond the range of their few
# known values and were therefore limited.

rows = result.forecasts
rows["inside"] = rows["y"].between(rows["lower"], rows["upper"])
rows["error"], rows["naive error"] = (
    (rows["y"] - rows[name]).abs() for name in ("forecast", "naive")
)
is_new = np.where(rows["series"] < "shop 200", "200 old shops", "20 new shops")
print(rows.groupby(is_new)[["error", "naive error", "inside"]].mean().round(2))

# %%
# Comparison with boosted trees
# -----------------------------
#
# To forecast three weeks ahead, a model based on lagged values can use only lags of three weeks or
# more. For old shops, such a model and the networks are about equally good. For new shops, for
# which most of these lags are unknown, the networks are better.

from sklearn.ensemble import HistGradientBoostingRegressor

lagged = table.sort_values(["unique_id", "ds"]).reset_index(drop=True)
for lag in range(3, 16):
    lagged[f"lag {lag}"] = lagged.groupby("unique_id")["y"].shift(lag)
lagged["a year before"] = lagged.groupby("unique_id")["y"].shift(52)
lagged["week"] = lagged["ds"].dt.isocalendar()["week"].astype(int)
inputs = lagged.drop(columns=["unique_id", "ds", "y"])
inputs["kind"] = inputs["kind"].astype("category")
known = lagged["ds"] <= rows["cutoff"].min()
trees = HistGradientBoostingRegressor(loss="absolute_error", random_state=0)
trees.fit(inputs[known], np.log(lagged["y"])[known])
lagged["trees"] = np.exp(trees.predict(inputs))
names = {"unique_id": "series", "ds": "time"}
rows = rows.merge(lagged.rename(columns=names)[["series", "time", "trees"]])
rows["error of trees"] = (rows["y"] - rows["trees"]).abs()
print(rows.groupby(is_new)[["error", "error of trees"]].mean().round(2))

# %%
# Forecasts
# ---------
#
# The forecaster accepts the table directly and returns forecasts in the same format. The features
# for the coming weeks, here a promotion in all shops in the first week, are also passed as a long
# table. This table need not contain the type of shop again, because the type does not change.

import matplotlib.pyplot as plt

from skrnn.plotting import BacktestDisplay

shops = table[["unique_id"]].drop_duplicates()
coming = pd.DataFrame(
    {"ds": weeks[-1] + pd.to_timedelta([7, 14, 21], "D"), "promotion": [1, 0, 0]}
)
X = shops.merge(coming, how="cross")
forecaster.fit(table, fh=range(1, 4))
print(forecaster.predict_interval(X=X, coverage=0.8).tail(3).round().to_string(index=False))

BacktestDisplay.from_backtest(result, series="shop 210")
plt.show()
