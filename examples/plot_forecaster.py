"""
Twelve months ahead, with intervals
===================================

:class:`~skrnn.forecasting.RNNForecaster` makes skrnn's networks available in sktime: ``fit``,
``predict`` for any horizon, ``predict_interval`` and ``update``. This example forecasts airline
passengers one year ahead, with intervals that should contain 80 % and 95 % of the true values.
"""

# %%
# The series
# ----------
#
# In logarithms the season does not grow with the trend. The last year is held out.

import numpy as np
from sktime.datasets import load_airline

passengers = load_airline()
y = np.log(passengers)
train, test = y[:-12], y[-12:]

# %%
# A network for quantiles
# -----------------------
#
# One network forecasts five quantiles for each of the twelve months, and they never cross. Its
# window has 13 months. A linear path from the window to the forecast and the local level are both
# on by default, and let the network follow the trend.

from skrnn.forecasting import RNNForecaster

forecaster = RNNForecaster(
    lag=13,
    strategy="multioutput",
    units=4,
    loss="quantile",
    quantile=(0.025, 0.1, 0.5, 0.9, 0.975),
    learning_rate=0.01,
    weight_decay=1.0,
    epochs=100,
    batch_size=16,
    random_state=0,
)
forecaster.fit(train, fh=np.arange(1, 13))
median = np.exp(forecaster.predict())
interval = np.exp(forecaster.predict_interval(coverage=[0.8, 0.95]))
name = interval.columns[0][0]

for coverage in (0.8, 0.95):
    bounds = interval[name, coverage]
    inside = (bounds["lower"] <= passengers[-12:]) & (passengers[-12:] <= bounds["upper"])
    print(f"{coverage:.0%} interval: {inside.sum()} of 12 months inside")
error = np.abs(median - passengers[-12:]).mean()
naive = np.abs(passengers[-12:].to_numpy() - passengers[-24:-12].to_numpy()).mean()
print(f"mean absolute error {error:.1f} thousand passengers, seasonal naive {naive:.1f}")

# %%
# Twelve months of one series are not enough to judge the coverage of the intervals.
# ``tests/benchmarks/forecaster_accuracy.py`` counts over many forecasts.
#
# Plot the intervals
# ------------------

import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
months = passengers.index.to_timestamp()
ahead = months[-12:]
ax.plot(months[-60:], passengers[-60:], color="black", label="observed")
for coverage, shade in ((0.95, 0.15), (0.8, 0.3)):
    bounds = interval[name, coverage]
    ax.fill_between(
        ahead, bounds["lower"], bounds["upper"], alpha=shade, color="C0", label=f"{coverage:.0%}"
    )
ax.plot(ahead, median, color="C0", label="median")
ax.set(ylabel="passengers a month, in thousands")
ax.legend(loc="upper left")
plt.show()
