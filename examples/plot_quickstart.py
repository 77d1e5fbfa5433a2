"""
=======================================
A recurrent network tuned like a forest
=======================================

**In short**: a grid search over eight networks on five folds takes seconds. The error of the best
network is less than half that of either naive forecast, but ridge regression is about as good on
this series.

How warm will the sea be next month? This example uses sixty-one years of monthly sea surface
temperatures off the coast of Peru. It tunes recurrent networks with a grid search on the earlier
years. The last ten years, which play no part in any of these choices, show whether the tuned
network is better than simple forecasts.

If you know :class:`~sklearn.pipeline.Pipeline` and :class:`~sklearn.model_selection.GridSearchCV`,
only one idea is new: a *recurrent network* reads its input step by step, here month by month.
After each step, it keeps a few numbers, its *state*, which summarise what it has read so far. The
forecast is computed from the last state. The two types of *cell* below, LSTM and GRU, use
different gates to determine what to keep.
"""

# sphinx_gallery_thumbnail_number = 3

# %%
# The series
# ----------
# The temperatures are from the region in which El Niño first becomes visible. The series has a
# strong yearly cycle, and in some years (1982, 1997), several months are a few degrees warmer than
# usual. The last ten years are held out.

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
print(f"{len(past)} training months, {len(last_years)} months to forecast")
SeriesDisplay.from_series(temperature.rename("sea surface temperature (°C)"))

# %%
# The pipeline
# ------------
# ``predict(X)[t]`` is the forecast of month t, which uses only the months before it. The pipeline
# has three steps: a scaler, because networks learn well only if their inputs are of order one; a
# transformer that creates a window of past months for each month; and the network.
# ``TransformedTargetRegressor`` scales the target in the same way and transforms the forecasts
# back to the original scale.
#
# The pipeline returns one forecast for each row of its input. The windows of a test fold reach
# back into the training fold, and no window contains values from its own future. Therefore, the
# series can be used as its own `X`.

pipe = Pipeline(
    [
        ("scale", StandardScaler()),
        ("windows", LagWindowTransformer(lag=12)),
        (
            "rnn",
            RNNRegressor(
                epochs=50, batch_size=64, learning_rate=0.02, engine="numpy", random_state=0
            ),
        ),
    ]
)
model = TransformedTargetRegressor(pipe, transformer=StandardScaler())

# %%
# The search
# ----------
# The search tries eight combinations of the cell, the number of units (the size of the state) and
# the number of past months, and chooses the best. With ``TimeSeriesSplit``, the test months are
# always later than the training months. Each of the five folds has a test set of five years, and
# even the first fold has 26 years of training data. The search uses only the years up to 2000.

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
# More units are not always better: with 32 units, the errors on the same folds are larger (0.48 to
# 0.49), because a large network that is trained on only a few hundred months learns noise. The
# search has refitted the best candidate on all years up to 2000.

chosen = {name.rpartition("__")[2]: value for name, value in search.best_params_.items()}
print("chosen:", ", ".join(f"{name} = {value}" for name, value in chosen.items()))

# %%
# The loss after each epoch shows whether the network was trained for long enough:

LossCurveDisplay.from_estimator(search, log_scale=True)

# %%
# The loss falls quickly for a few epochs, and then more and more slowly. It fluctuates because the
# learning rate is high. Further epochs would reduce the loss only slightly.

# %%
# The last ten years
# ------------------
# Always compare forecasts with simple ones. *Persistence* predicts that the next month will be as
# warm as this month, and the *seasonal naive* forecast predicts that it will be as warm as the
# same month a year earlier. *Ridge* regression, the strongest competitor, is a linear model on the
# same windows, which ``flatten=True`` returns as a table. Its penalty is tuned on the same years.
# Because ridge regression does not accept missing values, its training starts with the first
# complete window.

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
comparison = pd.DataFrame({"RMSE in °C": errors, "network = 1": errors / errors.iloc[0]})
print("One month ahead, 2001 to 2010:")
print(comparison.sort_values("RMSE in °C").round(3))

# %%
# The error of the network is less than half that of either naive forecast. The network and ridge
# regression are about equally good on this series, because the next month is mostly a linear
# function of the last two years. It is useful to know this before you build a larger model, so
# always compare your network with simple methods.

# %%
# Plot the forecasts
# ------------------
# The upper plot shows the forecasts and the measured series, and the lower plot shows the error in
# each month.

measured = last_years.rename("sea surface temperature (°C)")
network = ForecastDisplay.from_predictions(measured, forecasts["tuned network"], residuals=True)
network.ax_.set_title("Forecasts one month ahead", loc="left")

# %%
# For comparison, the next figure shows the seasonal naive forecast, which fails in years that
# differ from the year before. The network recognises such a year from the preceding months.

naive = ForecastDisplay.from_predictions(measured, forecasts["seasonal naive"], residuals=True)
naive.ax_.set_title("The same month a year earlier", loc="left")
limits = network.axes_[1].get_ylim(), naive.axes_[1].get_ylim()
for display in (network, naive):
    display.axes_[1].set_ylim(np.min(limits), np.max(limits))
plt.show()
