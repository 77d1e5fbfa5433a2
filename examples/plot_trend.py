"""
Series with a trend
===================

**In short**: a plain network fails outside the range of its training data. A network with
``level_feature`` and ``autoregressive`` follows the trend.

The outputs of the units of a recurrent network are bounded. If the inputs are far from the values
that the network was trained on, the units stay at their limits. On a series with a trend, this
happens sooner or later, and the forecasts of a plain network then become useless. Two parameters
of
:class:`~skrnn.RNNRegressor` solve this problem:

- ``level_feature`` subtracts the last known value of the window, the local level, from the window
  and from the target, and adds it to the forecast;
- ``autoregressive`` adds a linear path from all steps of the window to the output.

The monthly numbers of airline passengers from 1949 to 1960 are a classic example. They have a
trend and a seasonal cycle. The cycle grows with the trend, so we model the logarithm, in which it
stays about the same size. The last three years are held out, so all choices are based on the years
before them. Each month is forecast from the months before it.
"""

# %%
# The series
# ----------

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import numpy as np
import pandas as pd
from sktime.datasets import load_airline

passengers = np.log(load_airline())
passengers.index = passengers.index.to_timestamp().rename("month")
X, y = passengers.to_frame(), passengers
train, test = slice(None, -36), slice(-36, None)

# %%
# Networks
# --------
#
# We compare two networks in the same pipeline: a plain one, and one with a local level and a
# linear path. The weight decay and the learning rate are tuned on the training data, with folds in
# time order. The scalers of X and y are of the same type, so the level of the window is on the
# same scale as the target.

from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor


def network(lag, **parameters):
    """Return a pipeline of a scaler, the windows and a network, with a scaled target."""
    # Each fit is short: compiling would take longer than training in NumPy.
    rnn = RNNRegressor(
        "lstm",
        units=4,
        epochs=250,
        missing="drop",
        batch_size=16,
        engine="numpy",
        random_state=0,
        **parameters,
    )
    inner = make_pipeline(StandardScaler(), LagWindowTransformer(lag=lag), rnn)
    return TransformedTargetRegressor(inner, transformer=StandardScaler())


def tuned(model):
    """Return the model with the settings that are best on the training part."""
    grid = {
        "regressor__rnnregressor__weight_decay": [0.01, 0.1],
        "regressor__rnnregressor__learning_rate": [0.005, 0.015],
    }
    folds = TimeSeriesSplit(2, test_size=18)
    search = GridSearchCV(model, grid, cv=folds, scoring="neg_root_mean_squared_error")
    return search.fit(X[train], y[train]).best_estimator_


# %%
# We also compare the two networks with two simpler methods: ridge regression on the same windows,
# with a penalty chosen by cross-validation, and persistence, which uses the value of one month as
# the forecast for the next.

from sklearn.linear_model import RidgeCV


def ridge_forecast(lag):
    """Return the forecasts for the held-out months from a ridge regression on windows."""
    table = LagWindowTransformer(lag=lag, flatten=True).fit_transform(X)
    known = slice(lag, -36)
    model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-4, 2, 13)))
    return model.fit(table[known], y[known]).predict(table[test])


def error(forecast):
    """Return the root mean squared error on the held-out months."""
    return float(np.sqrt(np.mean((np.asarray(forecast) - y[test]) ** 2)))


# %%
# The windows span twelve or thirteen months. With thirteen months, a linear model can compute the
# exact change since the same month of the previous year.

rows, forecasts = {}, {}
for lag in (12, 13):
    ridge = ridge_forecast(lag)
    plain = tuned(network(lag)).predict(X[test])
    mended = tuned(network(lag, autoregressive=True, level_feature=0)).predict(X[test])
    rows[f"{lag} months"] = {
        "persistence": error(y.shift(1)[test]),
        "ridge": error(ridge),
        "plain LSTM": error(plain),
        "LSTM, level and path": error(mended),
    }
    forecasts[lag] = {"plain LSTM": plain, "LSTM, level and path": mended}

table = pd.DataFrame(rows)
print("RMSE of the logarithm, last 36 months, one month ahead")
print(table.round(4).to_string())
print("relative to ridge")
print((table / table.loc["ridge"]).round(2).to_string())

# %%
# Depending on the window, the plain network is about as bad as persistence or even worse. With the
# level and the linear path, the network is about as good as ridge regression: better on windows of
# twelve months, and slightly worse on windows of thirteen. On such a regular series, there is
# little room for further improvement.

# %%
# The forecasts
# -------------

import matplotlib.pyplot as plt

from skrnn.plotting import ForecastDisplay

figure, axes = plt.subplots(2, sharex=True, sharey=True, figsize=(8, 6.5), layout="constrained")
shown = np.exp(passengers[-84:]).rename("passengers per month, in thousands")
for ax, (label, forecast) in zip(axes, forecasts[12].items(), strict=True):
    ForecastDisplay.from_predictions(
        shown, pd.Series(np.exp(forecast), y.index[test]), n_train=48, ax=ax
    )
    ax.set_title(label, loc="left")
plt.show()
