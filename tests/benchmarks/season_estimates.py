"""Forecasts with several estimates of the season.

``python -m tests.benchmarks.season_estimates`` holds out one of the last four horizons of the
training parts after the other. It compares the mean of three statistical methods: with the season
as it is estimated, with less than that, and with the estimate of earlier versions, the means of
all cycles if a test finds autocorrelation at the lag of a season.
"""

import argparse
import warnings
from functools import partial
from unittest import mock

import numpy as np

from skrnn.forecasting import PanelAggregatedTrend, PanelDampedTrend, PanelTheta
from skrnn.forecasting._seasonal_means import seasonal_means
from tests.benchmarks._competition_data import load_group
from tests.benchmarks._competition_scores import Forecasts, geometric_mean, scores

SETS = (
    "M1 monthly",
    "M1 quarterly",
    "M3 monthly",
    "M3 quarterly",
    "Tourism monthly",
    "Tourism quarterly",
    "hospital",
    "NN5 weekly",
)
VIEWS = PanelTheta, PanelDampedTrend, PanelAggregatedTrend
WINDOWS = 1, 2, 3, 4
# Of the normal distribution, for a test at the 90% level.
_CRITICAL = 1.645


def means_of_all_cycles(values, period, *, conditional, evolving, shrunk=False, tested=False):
    """Estimate a season without some of the steps of :func:`seasonal_means`."""
    found = seasonal_means(values, period, conditional=conditional and shrunk, evolving=False)
    if tested:
        found[~has_autocorrelation(values, period)] = 0.0
    return found


def has_autocorrelation(values, period):
    """Test for autocorrelation at the lag of a season, as in M4."""
    rest = values - values.mean(axis=1, keepdims=True)
    n = rest.shape[1]
    products = [np.sum(rest[:, lag:] * rest[:, : n - lag], axis=1) for lag in range(period + 1)]
    correlations = np.array(products[1:]) / products[0]
    variance = (1 + 2 * np.sum(correlations[:-1] ** 2, axis=0)) / n
    return np.abs(correlations[-1]) > _CRITICAL * np.sqrt(variance)


ESTIMATES = {
    "with a test for autocorrelation": partial(means_of_all_cycles, tested=True),
    "without a test": means_of_all_cycles,
    "shrunk": partial(means_of_all_cycles, shrunk=True),
    "shrunk, and recent cycles have more weight": seasonal_means,
}


def main():
    """Print the MASE of each set, and the geometric means of the ratios to the first estimate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS)
    parser.add_argument("--series", type=int, default=300)
    arguments = parser.parse_args()
    table = []
    for name in arguments.sets:
        for window in WINDOWS:
            group = load_group(name).held_back(window).spread(arguments.series)
            table.append([mase_of(group, estimate) for estimate in ESTIMATES.values()])
            print(f"{name:18} {window}", *table[-1], flush=True)
    ratios = np.array(table) / np.array(table)[:, :1]
    for estimate, of_windows in zip(ESTIMATES, ratios.T, strict=True):
        gains, changed = (of_windows < 1).sum(), (of_windows != 1).sum()
        change = 100 * (geometric_mean(of_windows) - 1)
        print(
            f"{estimate}: MASE {change:+.1f}%, lower on {gains} of {changed} windows that change"
        )


def mase_of(group, estimate):
    """Return the MASE of the mean of the methods."""
    steps, panel = np.arange(1, group.horizon + 1), group.panel()
    where = "skrnn.forecasting._season_removal.seasonal_means"
    with warnings.catch_warnings(), mock.patch(where, estimate):
        warnings.simplefilter("ignore")
        found = [view(sp=group.seasons[0]).fit(panel).predict(fh=steps) for view in VIEWS]
    shape = len(group.past), group.horizon
    point = np.mean([each.to_numpy().reshape(shape) for each in found], axis=0)
    return scores(group, Forecasts(point))["MASE"]


if __name__ == "__main__":
    main()
