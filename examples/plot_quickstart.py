"""
=======================================
A recurrent network tuned like a forest
=======================================

Sixty-one years of sea surface temperatures off the coast of Peru, one value a month. How warm
will next month be? We train recurrent networks on the past, let a grid search choose among
them, and see on the last ten years, which nothing was chosen on, whether the trouble paid off.

If you know :class:`~sklearn.pipeline.Pipeline` and
:class:`~sklearn.model_selection.GridSearchCV`, there is one idea to add: a *recurrent network*
reads its input step by step, here month by month. After each step it keeps a few numbers, its
*state*, which sum up what it has read so far; the last state gives the forecast. The two kinds
of *cell* below, LSTM and GRU, differ in the small gates by which they choose what to keep.
"""

# %%
# The series
# ----------
# The region is the one where El Niño shows first: a strong yearly cycle, and in some years
# (1982, 1997) months that are several degrees too warm. The last ten years are put aside.

import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import RidgeCV
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import load_sea_surface_temperatures
from skrnn.plotting import ForecastDisplay, LossCurveDisplay, SeriesDisplay

temperature = load_sea_surface_temperatures()
past, last_years = temperature[:"2000"], temperature["2001":]
print(f"{len(past)} months to learn from, {len(last_years)} to forecast")
SeriesDisplay.from_series(temperature.rename("sea surface temperature (°C)"))

# %%
# The pipeline
# ------------
# ``predict(X)[t]`` shall be the forecast of month t from the months before it alone. Three
# steps do that: a scaler, because networks learn well only from numbers of the order of one;
# a window of the past for each month; and the network. The target is scaled the same way, and
# the forecast scaled back, by ``TransformedTargetRegressor``.
#
# Rows go in and the same rows come out: the windows of a test fold reach back into the
# training fold, and no window holds a month of its own future. So the series is its own `X`.

pipe = Pipeline(
    [
        ("scale", StandardScaler()),
        ("windows", LagWindowTransformer(lag=12)),
        ("rnn", RNNRegressor(epochs=50, batch_size=64, learning_rate=0.02, random_state=0)),
    ]
)
model = TransformedTargetRegressor(pipe, transformer=StandardScaler())

# %%
# The search
# ----------
# Which cell, how many units, that is numbers in the state, and how many months of past? Eight
# candidates, five folds. ``TimeSeriesSplit`` always tests on months later than those it trains
# on; with five years to a fold even the first one learns from 26 years. Only the years up to
# 2000 take part.

search = GridSearchCV(
    model,
    {
        "regressor__rnn__cell": ["lstm", "gru"],
        "regressor__rnn__units": [8, 16],
        "regressor__windows__lag": [12, 24],
    },
    cv=TimeSeriesSplit(5, test_size=60),
    scoring="neg_root_mean_squared_error",
)
start = time.perf_counter()
search.fit(past.to_frame(), past)
seconds = time.perf_counter() - start

results = pd.DataFrame(search.cv_results_).rename(
    columns=lambda name: name.removeprefix("param_regressor__").rpartition("__")[2]
)
results["RMSE"] = -results["mean_test_score"]
n_networks = len(results) * search.n_splits_ + 1
print(f"{n_networks} networks in {seconds:.0f} s; RMSE in cross-validation, °C:")
print(results.pivot(index=["cell", "units"], columns="lag", values="RMSE").round(3))

# %%
# More units are not better without end: 32 of them do worse in the same folds (0.48 to 0.49),
# since with a few hundred months to learn from a large network learns the noise as well. The
# search has fitted the best candidate once more, on all years up to 2000.

chosen = {name.rpartition("__")[2]: value for name, value in search.best_params_.items()}
print("chosen:", ", ".join(f"{name} = {value}" for name, value in chosen.items()))

# %%
# Its loss after each epoch tells whether it was trained long enough:

LossCurveDisplay.from_estimator(search, log_scale=True)

# %%
# It falls steeply for a few epochs, then ever more slowly, and unevenly, since the learning rate
# is high. More epochs would bring little.

# %%
# The last ten years
# ------------------
# Any forecast has to be compared with cheap ones. *Persistence* says that next month will be
# like this one; the *seasonal naive* forecast, that it will be like the same month last year.
# *Ridge* regression is the serious opponent: a linear model on the very same windows, laid out
# as a table by ``flatten=True``, with a penalty tuned on the same years. It cannot do with
# unknown values, so that its training starts with the first complete window.

forecasts = pd.DataFrame(index=last_years.index)
forecasts["tuned network"] = search.predict(last_years.to_frame())
forecasts["persistence"] = temperature.shift(1)
forecasts["seasonal naive"] = temperature.shift(12)

lag = chosen["lag"]
table = LagWindowTransformer(lag=lag, flatten=True).fit(past.to_frame())
ridge = RidgeCV(alphas=np.logspace(-3, 3, 13))
ridge.fit(table.transform(past.to_frame())[lag:], past[lag:])
forecasts["ridge, same windows"] = ridge.predict(table.transform(last_years.to_frame()))

errors = forecasts.apply(lambda forecast: root_mean_squared_error(last_years, forecast))
comparison = pd.DataFrame({"RMSE in °C": errors, "network / this": errors.iloc[0] / errors})
print("One month ahead, 2001 to 2010:")
print(comparison.sort_values("RMSE in °C").round(3))

# %%
# The network makes less than half the error of both naive forecasts. Against ridge it is about
# even, on this series: most of what can be known of the next month is a linear function of the
# last two years. That is worth knowing before one builds anything larger, and the reason to
# print such a table every time.

# %%
# The picture
# -----------
# Above, the forecasts on the measured series; below, what they leave: the error of each month.

measured = last_years.rename("sea surface temperature (°C)")
network = ForecastDisplay.from_predictions(measured, forecasts["tuned network"], residuals=True)
network.ax_.set_title("Forecasts one month ahead", loc="left")

# %%
# Last year's month, for comparison: it misses a year that is not like the last one, and the
# network sees that from the months just before.

naive = ForecastDisplay.from_predictions(measured, forecasts["seasonal naive"], residuals=True)
naive.ax_.set_title("The same month of last year", loc="left")
limits = network.axes_[1].get_ylim(), naive.axes_[1].get_ylim()
for display in (network, naive):
    display.axes_[1].set_ylim(np.min(limits), np.max(limits))
plt.show()
