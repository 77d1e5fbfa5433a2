# %% [markdown]
# How many people will fly next year? The series contains the number of airline passengers in each
# month from 1949 to 1960. The last year is held out, and the network learns from the years before
# it.

# %%
from sktime.datasets import load_airline

passengers = load_airline()
past, year = passengers[:-12], passengers[-12:]
past.tail()

# %% [markdown]
# `RNNForecaster` needs no settings. It takes the logarithm of the series, removes its seasonality,
# trains three small recurrent networks on the result, and combines their forecasts.

# %%
from skrnn.forecasting import RNNForecaster

forecaster = RNNForecaster(random_state=0).fit(past, fh=range(1, 13))
forecast = forecaster.predict()
forecast.round(1)

# %% [markdown]
# Is this forecast any good? To be useful, it has to beat the simplest forecast of all, which just
# repeats the values of the previous year.

# %%
from sklearn.metrics import mean_absolute_error

as_last_year = past[-12:].set_axis(year.index)
print("mean absolute errors, in thousands of passengers")
print(f"previous year: {mean_absolute_error(year, as_last_year):.1f}")
print(f"network:       {mean_absolute_error(year, forecast):.1f}")

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 3.5))
past[-36:].plot(ax=axes, label="training data", color="gray")
year.plot(ax=axes, label="observed", color="black")
as_last_year.plot(ax=axes, label="previous year", linestyle="--", color="tab:orange")
forecast.plot(ax=axes, label="network", color="tab:blue")
axes.set(xlabel="", ylabel="Thousands of passengers")
axes.legend()
figure.tight_layout()

# %% [markdown]
# Change whatever you like and run the cells again. For example, hold out two years, set
# `cell="lstm"`, use more `units`, or use `AutoRNNForecaster`, which also tries statistical methods
# and takes a few seconds longer.
