"""
Backtesting
===========

**In short**: compare forecasters on several past periods before you trust one, because their
ranking changes from period to period.

Backtesting measures how well a forecaster would have done in the past.
:func:`~skrnn.forecasting.backtest` fits a forecaster to the rows before an origin, compares its
forecasts for the following rows with the true values, and repeats this for several origins. This
example compares skrnn's forecasters, with their default settings, to four others from sktime:
seasonal naive, Theta, ETS, and a ridge regression.
"""

# %%
# Forecasters
# -----------

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import io
import warnings
from contextlib import redirect_stderr

import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sktime.datasets import load_airline
from sktime.forecasting.compose import TransformedTargetForecaster, make_reduction
from sktime.forecasting.ets import AutoETS
from sktime.forecasting.naive import NaiveForecaster
from sktime.forecasting.theta import ThetaForecaster
from sktime.transformations.boxcox import LogTransformer

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster, backtest

# sktime 1.2 warns about a new default whenever one of its forecasters is created. Some forecasters
# create others and then reset the filter below. Therefore, the error stream is also redirected.
warnings.filterwarnings("ignore", r"[\s\S]*remember_data", FutureWarning)


def in_logarithms(forecaster):
    """Return the forecaster, applied to the logarithm of the series."""
    return TransformedTargetForecaster([LogTransformer(), forecaster])


ridge = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 2, 9)))
forecasters = {
    "network": RNNForecaster(random_state=0),
    "several views": AutoRNNForecaster(random_state=0),
    "ridge": in_logarithms(make_reduction(ridge, window_length=24)),
    "seasonal naive": NaiveForecaster(sp=12),
    "Theta": ThetaForecaster(sp=12),
    "ETS": AutoETS(error="mul", trend="add", seasonal="mul", sp=12),
}

# %%
# One year ahead, every six months in the last three years
# --------------------------------------------------------

y = load_airline().rename("passengers")
settings = {"fh": range(1, 13), "n_origins": 5, "step": 6, "refit": True, "sp": 12}
results = {}
for name, forecaster in forecasters.items():
    with redirect_stderr(io.StringIO()):
        results[name] = backtest(forecaster, y, **settings, coverage=None)
rows = {name: result.summary().loc["forecast"] for name, result in results.items()}
print(pd.DataFrame(rows).T[["MAE", "MASE", "RMSSE", "bias"]].sort_values("MASE").round(2))

# %%
# On this series, ``AutoRNNForecaster`` ("several views") has larger errors than a single
# ``RNNForecaster``, and ridge regression is better than both. There are two reasons for the first
# result. First, some of the views are statistical methods, and Theta and ETS perform poorly on
# this series. Second, the weights of the views depend on their errors on the last rows of the
# training data. Because a single short series provides only a few such errors, the weights are
# almost equal, so poor views count nearly as much as good ones. Across many series, such averaging
# improves the forecasts (see :ref:`how_good`). If a backtest on your own data shows otherwise,
# trust the backtest.

# %%
# You can also plot a backtest, for example with intervals. The plot shows the periods in which the
# forecasts were good, and how the error grows with the number of steps ahead.

import matplotlib.pyplot as plt

from skrnn.plotting import BacktestDisplay

settings |= {"n_origins": 3, "step": 12}
BacktestDisplay.from_backtest(backtest(AutoRNNForecaster(random_state=0), y, **settings))
plt.show()

# %%
# Errors from each origin
# -----------------------
#
# The errors differ more between origins than between the best forecasters, so even five origins
# say little about which forecaster is best.

table = pd.DataFrame(
    {
        name: result.summary(by="cutoff")["MASE"].xs("forecast", level="model")
        for name, result in results.items()
    }
)
figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
colors = ["#0072B2", "#009E73", "#E69F00", "#000000", "#CC79A7", "#56B4E9"]
table.set_axis(table.index.astype(str)).plot.bar(ax=ax, rot=0, width=0.8, color=colors)
ax.set(xlabel="last known month", ylabel="mean absolute scaled error")
ax.set_ylim(top=1.35 * table.to_numpy().max())
ax.legend(ncols=3, loc="upper left")
plt.show()
