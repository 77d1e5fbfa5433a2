# %% [markdown]
# How many people will fly next year? The series counts airline passengers for each month from
# 1949 to 1960. The last year is held out, and everything before it is learnt from.

# %%
from sktime.datasets import load_airline

passengers = load_airline()
past, year = passengers[:-12], passengers[-12:]
past.tail()

# %% [markdown]
# `RNNForecaster` needs no settings. It removes the trend and the seasonality of the series, trains
# three small recurrent networks on what is left, and combines their forecasts.

# %%
from skrnn.forecasting import RNNForecaster

forecaster = RNNForecaster(random_state=0).fit(past, fh=range(1, 13))
forecast = forecaster.predict()
forecast.round(1)

# %% [markdown]
# Is that any good? A forecast worth having beats the obvious one: every
# month as in the year before.

# %%
from sklearn.metrics import mean_absolute_error

as_last_year = past[-12:].set_axis(year.index)
print(f"as last year: {mean_absolute_error(year, as_last_year):.1f} thousand passengers off")
print(f"network:      {mean_absolute_error(year, forecast):.1f} thousand passengers off")

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(figsize=(7, 3.5))
past[-36:].plot(ax=axes, label="learnt from", color="gray")
year.plot(ax=axes, label="what came", color="black")
as_last_year.plot(ax=axes, label="as last year", linestyle="--", color="tab:orange")
forecast.plot(ax=axes, label="network", color="tab:blue")
axes.set(xlabel="", ylabel="Thousand passengers")
axes.legend()
figure.tight_layout()

# %% [markdown]
# Change what you like and run the cells again. Hold out two years; ask for a `cell="lstm"` or for
# more `units`; or use `AutoRNNForecaster`, which tries several views of the series and takes some
# seconds longer.
