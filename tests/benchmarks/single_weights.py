"""Which views of a single series have a weight: errors with limits other than the default.

``python -m tests.benchmarks.single_weights`` holds out a horizon of the training parts, the third
one from the end or, with ``--window 4``, the one before it, and the windows of the single series
before the last three with ``--sets singles``. It fits all views to evenly spread series one at a
time, with one network each, and prints how the mean scaled error changes if views have a weight up
to other ratios of their held-out error to the smallest one. It takes minutes.
"""

import argparse
import warnings

import numpy as np
import pandas as pd

from skrnn.forecasting import AutoRNNForecaster
from skrnn.forecasting._combination import weigh
from tests.benchmarks._competition_data import load_group, load_singles
from tests.benchmarks._single_series import cuts
from tests.benchmarks.single_intervals import SETS

LIMITS = {"1.25": 1.25, "1.5": 1.5, "1.75": 1.75, "2": 2.0, "3": 3.0, "none": np.inf}
USUAL = "1.5"
LONGEST = 1_200


def main():
    """Print the changes for each set and for all windows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=[*SETS, "singles"])
    parser.add_argument("--window", type=int, default=3, help="1 is the last horizon")
    parser.add_argument("--series", type=int, default=14, help="series of each set")
    given = parser.parse_args()
    rows = []
    for name in given.sets:
        problems = singles() if name == "singles" else series_of(name, given.window, given.series)
        rows += [{"set": name, **errors} for errors in map(errors_of, problems) if errors]
        print(name, len(rows), flush=True)
    table = pd.DataFrame(rows).set_index("set")
    of_sets = table.groupby("set").mean()
    of_sets = of_sets.div(of_sets[USUAL], axis=0)
    print(((of_sets - 1) * 100).round(1).to_string())
    print("geometric mean of the sets, %\n", ((np.exp(np.log(of_sets).mean()) - 1) * 100).round(2))
    change = np.log(table.clip(lower=1e-3)).sub(np.log(table[USUAL].clip(lower=1e-3)), axis=0)
    print("mean logarithm, %\n", (100 * change.mean()).round(2))
    print("standard error, %\n", (100 * change.std() / np.sqrt(len(change))).round(2))


def series_of(name, window, n_series):
    """Yield the past, future and periodicity of series of a set."""
    group = load_group(name).held_back(window).spread(n_series)
    for i in range(len(group.past)):
        yield group.single(i), group.future[i], group.sp


def singles():
    """Yield the past, future and periodicity of windows of single series."""
    for single in load_singles():
        if len(single.y) <= LONGEST:
            for past, future in cuts(single, training_parts=True):
                yield past, np.ravel(future.to_numpy()), single.sp


def errors_of(problem):
    """Return the scaled errors with each limit, or None if there is nothing to compare."""
    past, truth, sp = problem
    steps = np.arange(1, len(truth) + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forecaster = AutoRNNForecaster(n_networks=1, combine="mean", random_state=0)
        forecaster.fit(past, fh=steps)
        forecasts = np.stack(
            [np.ravel(view.predict(steps).to_numpy()) for view in forecaster.forecasters_.values()]
        )
    values = np.ravel(past.to_numpy())
    lag = sp if len(values) > sp else 1
    scale = np.nanmean(np.abs(values[lag:] - values[:-lag]))
    held_out = forecaster.leaderboard_["error"][list(forecaster.forecasters_)].to_numpy()
    known = np.isfinite(held_out) & np.isfinite(forecasts).all(axis=1)
    if not (known.any() and scale > 0):
        return None
    return {
        name: np.nanmean(
            np.abs(weigh(held_out[known], "weighted", limit) @ forecasts[known] - truth)
        )
        / scale
        for name, limit in LIMITS.items()
    }


if __name__ == "__main__":
    main()
