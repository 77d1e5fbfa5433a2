"""Intervals of short horizons, by the number of windows that are held out.

``python -m tests.benchmarks.one_step`` forecasts simulated series with two statistical methods,
and compares their intervals with draws of the true distribution. ``--real`` forecasts training
parts of single series instead, each of the last eight rows from the row before it, and
``--networks`` adds networks to the statistical methods. It takes minutes.
"""

import argparse
import time
import warnings
from unittest import mock

import numpy as np
import pandas as pd

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelDampedTrend,
    PanelTheta,
    _held_out,
)
from tests.benchmarks._competition_data import load_singles

COVERAGES = 0.5, 0.8, 0.95
LENGTHS = 120, 400, 1_095
N_DRAWS, N_ROWS, LEAST_ROWS = 3_000, 8, 60
WEEKDAYS = np.array([0.0, 5, 8, 3, -5, 20, 30])


def main():
    """Print coverages, and scores relative to those with the fewest windows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--windows", nargs="+", type=int, default=[8, 20, 30, 60])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--networks", action="store_true")
    given = parser.parse_args()
    problems = real(given.steps) if given.real else simulated(given.steps, given.seeds)
    rows = []
    for name, past, futures in problems:
        for n_windows in given.windows:
            with (
                mock.patch.object(_held_out, "most_origins", return_value=n_windows),
                warnings.catch_warnings(action="ignore"),
            ):
                found = scores(past, futures, given.steps, networks=given.networks)
            rows.append({"series": name, "windows": n_windows, **found})
    print(summary(pd.DataFrame(rows)).round(3).to_string())


def summary(table):
    """Return the means for each number of windows, with scores as geometric means of ratios."""
    first = table.groupby("series").transform("first")
    for name in table.filter(regex="score|error|seconds"):
        table[name] = np.log(table[name] / first[name])
    by_windows = table.drop(columns="series").groupby("windows")
    means = by_windows.mean()
    logs = means.filter(regex="score|error|seconds").columns
    means[logs] = np.exp(means[logs])
    if "variance" in table:
        means["median variance"] = by_windows["variance"].median()
        means["largest variance"] = by_windows["variance"].max()
    return means


def scores(past, futures, n_steps, *, networks):
    """Return the coverages, the scores and the error of the forecasts of a series.

    Parameters
    ----------
    past : Series
        The rows to learn from.
    futures : ndarray of shape (n_draws, n_steps) or Series
        Draws of what may follow, or the rows that did.
    n_steps : int
        Steps ahead.
    networks : bool
        Whether networks forecast, too.
    """
    views = {"theta": PanelTheta(), "damped trend": PanelDampedTrend()}
    forecaster = AutoRNNForecaster(views=None if networks else views, n_networks=1, random_state=0)
    start = time.perf_counter()
    forecaster.fit(past, fh=range(1, n_steps + 1))
    found = {"seconds": time.perf_counter() - start}
    if isinstance(futures, pd.Series):
        parts = list(later(forecaster, futures, n_steps))
    else:
        parts = [(futures, *forecasts(forecaster))]
        ratios = forecaster.predict_var().to_numpy()[:, 0] / futures.var(axis=0)
        found["variance"] = ratios.mean()
    found["error"] = np.mean([np.abs(truth - point) for truth, point, _, _ in parts])
    for i, coverage in enumerate(COVERAGES):
        inside, widths = [], []
        for truth, _, low, high in parts:
            below = np.maximum(low[:, i] - truth, 0)
            above = np.maximum(truth - high[:, i], 0)
            inside.append((below + above == 0).mean())
            misses = 2 / (1 - coverage) * (below + above)
            widths.append((high[:, i] - low[:, i] + misses).mean())
        found[f"in {coverage:.0%}"] = np.mean(inside)
        found[f"score {coverage:.0%}"] = np.mean(widths)
    return found


def forecasts(forecaster):
    """Return the forecast, and the lower and the upper bounds of the intervals."""
    bounds = forecaster.predict_interval(coverage=list(COVERAGES)).to_numpy(np.float64)
    return forecaster.predict().to_numpy().ravel(), bounds[:, ::2], bounds[:, 1::2]


def later(forecaster, rows, n_steps):
    """Yield the true values and the forecasts from one row after the other."""
    # `update` moves the quantiles, so that all forecasters would have the right coverage in time.
    intervals = forecaster._intervals
    for i in range(len(rows) - n_steps + 1):
        yield rows.to_numpy()[i : i + n_steps], *forecasts(forecaster)
        forecaster.update(rows.iloc[i : i + 1], update_params=False)
        forecaster._intervals = intervals


def simulated(n_steps, n_seeds):
    """Yield the name, the known values and draws of the future of each simulated series."""
    for seed in range(n_seeds):
        for length in LENGTHS:
            for name, process in PROCESSES.items():
                random = np.random.default_rng(seed)
                known = process(random, 1, length, 0.0, 0)[0]
                draws = process(random, N_DRAWS, n_steps, known[-1], length)
                days = pd.date_range("2020-01-01", periods=length)
                yield f"{name} {length} {seed}", pd.Series(known, days), draws


def real(n_steps):
    """Yield the name, the rows to learn from and the later rows of each training part."""
    for single in load_singles():
        y = single.y[: len(single.y) - 3 * single.horizon][-LENGTHS[-1] :]
        end = len(y) - N_ROWS - n_steps + 1
        if end >= LEAST_ROWS:
            yield single.name, y[:end], y[end:]


def noise(random, n_paths, n_rows, last, begin):
    """Draw independent normal values."""
    return 100 + 10 * random.normal(size=(n_paths, n_rows))


def walk(random, n_paths, n_rows, last, begin):
    """Draw random walks."""
    return last + (10 * random.normal(size=(n_paths, n_rows))).cumsum(axis=1)


def autoregression(random, n_paths, n_rows, last, begin):
    """Draw series of which each value keeps 0.7 of the one before."""
    values, value = np.empty((n_paths, n_rows)), last
    for i in range(n_rows):
        value = 0.7 * value + 10 * random.normal(size=n_paths)
        values[:, i] = value
    return values


def weekly(random, n_paths, n_rows, last, begin):
    """Draw normal values whose mean depends on the weekday."""
    means = WEEKDAYS[(begin + np.arange(n_rows)) % 7]
    return 100 + means + 6 * random.normal(size=(n_paths, n_rows))


def skewed(random, n_paths, n_rows, last, begin):
    """Draw counts with a long tail."""
    return 1.0 + random.negative_binomial(1.5, 0.1, size=(n_paths, n_rows))


PROCESSES = {
    "noise": noise,
    "walk": walk,
    "autoregression": autoregression,
    "weekly": weekly,
    "skewed": skewed,
}

if __name__ == "__main__":
    main()
