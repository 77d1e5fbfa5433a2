"""
A forecast with intervals, using the defaults
=============================================

**In short**: a series and a horizon are enough for a forecast with intervals. No settings are
needed.

This example uses :class:`~skrnn.forecasting.AutoRNNForecaster` with its default settings to
forecast airline passengers one year ahead, with intervals that should contain 80% and 95% of the
true values.
"""

# %%
# The series
# ----------
#
# The last year is held out. The forecaster derives the seasonal periodicity from the monthly
# index.

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import numpy as np
from sktime.datasets import load_airline

y = load_airline()
train, test = y[:-12], y[-12:]

# %%
# The forecast
# ------------
#
# The forecaster tries several *views*, for example a network trained on the deseasonalised
# logarithm of the series. Each view forecasts the last rows of the training data, and its error on
# these rows determines its weight. The leaderboard shows the views that were tried.

from skrnn.forecasting import AutoRNNForecaster

forecaster = AutoRNNForecaster(random_state=0).fit(train, fh=np.arange(1, 13))
forecast = forecaster.predict()
interval = forecaster.predict_interval(coverage=[0.8, 0.95])
name = interval.columns[0][0]
print(forecaster.leaderboard_[["error", "weight", "time"]].round(3).to_string())

# %%
# The next step is to compare the forecast with the held-out values.

for coverage in (0.8, 0.95):
    bounds = interval[name, coverage]
    inside = (bounds["lower"] <= test) & (test <= bounds["upper"])
    print(f"{coverage:.0%} interval: {inside.sum()} of 12 months inside")
error = np.abs(forecast - test).mean()
naive = np.abs(test.to_numpy() - train[-12:].to_numpy()).mean()
print(f"mean absolute error {error:.1f} thousand passengers, seasonal naive {naive:.1f}")

# %%
# Twelve months of one series are not enough to judge the coverage of the intervals. For the
# coverage on many series, see :ref:`how_good`.
#
# Plot the intervals
# ------------------

import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
months = y.index.to_timestamp()
ahead = months[-12:]
ax.plot(months[-60:], y[-60:], color="black", label="observed")
for coverage, shade in ((0.95, 0.15), (0.8, 0.3)):
    bounds = interval[name, coverage]
    ax.fill_between(
        ahead, bounds["lower"], bounds["upper"], alpha=shade, color="C0", label=f"{coverage:.0%}"
    )
ax.plot(ahead, forecast, color="C0", label="forecast")
ax.set(xlabel="month", ylabel="passengers per month, in thousands")
ax.legend(loc="upper left")
plt.show()
