"""Intervals of ``AutoRNNForecaster`` for series that are fitted one at a time.

``python -m tests.benchmarks.single_intervals`` holds out a horizon of the training parts, the last
one or, with ``--window 2``, the one before it. It fits evenly spread series one at a time, and
prints coverages and scaled interval scores for each set, and by how many windows the forecaster
itself has held out. It takes minutes.
"""

import argparse
import warnings

import numpy as np
import pandas as pd

from skrnn.forecasting import AutoRNNForecaster
from tests.benchmarks._competition_data import load_group
from tests.benchmarks._competition_scores import covered, msis

SETS = [
    *(f"{name} {freq}" for name in ("M1", "M3") for freq in ("monthly", "quarterly", "yearly")),
    "M3 other",
    *(f"Tourism {freq}" for freq in ("monthly", "quarterly", "yearly")),
    "hospital",
]
COVERAGES = 0.8, 0.9, 0.95


def main():
    """Print the means of each set, and of all series by the number of independent errors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--window", type=int, default=1, help="1 is the last horizon")
    parser.add_argument("--series", type=int, default=26, help="series of each set")
    given = parser.parse_args()
    rows = []
    for name in given.sets:
        group = load_group(name).held_back(given.window).spread(given.series)
        rows += [{"set": name, **row(group, i)} for i in range(len(group.past))]
        print(name, pd.DataFrame(rows[-len(group.past) :]).mean(numeric_only=True), flush=True)
    table = pd.DataFrame(rows)
    for by in ("set", "independent errors"):
        print(table.groupby(by).mean(numeric_only=True).round(3).to_string())
    print(table.groupby("set").mean(numeric_only=True).mean().round(3).to_string())


def row(group, i):
    """Return the scores of the intervals of a series."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forecaster = AutoRNNForecaster(random_state=0)
        forecaster.fit(group.single(i), fh=np.arange(1, group.horizon + 1))
        bounds = forecaster.predict_interval(coverage=list(COVERAGES)).to_numpy(np.float64).T
    intervals, scores = forecaster._intervals, {}
    known = np.floor(intervals.conformal.effective.min())
    scores["independent errors"] = "none" if intervals.of_naive else f"{min(known, 9):.0f}"
    past, truth = [group.past[i]], group.future[i]
    for coverage, low, high in zip(COVERAGES, bounds[::2], bounds[1::2], strict=True):
        score = msis(past, truth[None], low[None], high[None], group.sp, coverage)
        scores[f"covered by {coverage:.0%}"] = covered(truth, low, high)
        scores[f"MSIS {coverage:.0%}"] = score[0]
    return scores


if __name__ == "__main__":
    main()
