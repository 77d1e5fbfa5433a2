"""Intervals whose widths depend on the season, and intervals whose widths do not.

``python -m tests.benchmarks.season_widths`` holds out the last horizon of the training parts, and
the one before it, and compares interval scores and coverage. Statistical views forecast both
sides, because only the widths differ.
"""

import argparse
import warnings
from unittest import mock

import numpy as np

from skrnn.forecasting import AutoRNNForecaster, PanelDampedTrend, PanelRidge, PanelTheta
from skrnn.forecasting._combined_intervals import Intervals
from tests.benchmarks._competition_data import load_group
from tests.benchmarks._competition_scores import Forecasts, scores

SETS = {
    "M4 hourly": 60,
    "M4 weekly": 60,
    "M3 monthly": 150,
    "M3 quarterly": 150,
    "M1 monthly": 150,
    "Tourism monthly": 100,
    "Tourism quarterly": 100,
    "hospital": 150,
    "NN5 daily": 60,
    "NN5 weekly": 111,
}
COVERAGES = 0.8, 0.95
SCORES = "covered by 80%", "MSIS 80%", "covered by 95%", "MSIS"


def main():
    """Compare on all sets, and print the geometric means of the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", default=list(SETS), choices=list(SETS))
    ratios = []
    for name in parser.parse_args().sets:
        for window in (1, 2):
            group = load_group(name).held_back(window).spread(SETS[name])
            with_season, without = row(group), row(group, without_axis)
            ratios.append([with_season[i] / without[i] for i in (1, 3)])
            print(f"{name} {window}:", *zip(SCORES, without, with_season, strict=True), flush=True)
    print("ratio of the scores of 80 and 95%:", np.exp(np.log(ratios).mean(axis=0)).round(4))


def without_axis(tried, weights, held_out, periods, axis=None, *, counts=False):
    """Learn intervals without their time axis."""
    return LEARN(tried, weights, held_out, periods, counts=counts)


LEARN = Intervals.of


def row(group, learn=LEARN):
    """Return the scores of the intervals of a set."""
    views = {"theta": PanelTheta(), "trend": PanelDampedTrend(), "ridge": PanelRidge()}
    forecaster = AutoRNNForecaster(views=views)
    with warnings.catch_warnings(), mock.patch.object(Intervals, "of", learn):
        warnings.simplefilter("ignore")
        forecaster.fit(group.panel(), fh=np.arange(1, group.horizon + 1))
        table = forecaster.predict_interval(coverage=list(COVERAGES))
    shape = len(group.past), group.horizon
    bounds = {
        c: tuple(
            table.xs((c, side), axis=1, level=(1, 2)).to_numpy().reshape(shape)
            for side in ("lower", "upper")
        )
        for c in COVERAGES
    }
    point = forecaster.predict().to_numpy().reshape(shape)
    found = scores(group, Forecasts(point, bounds))
    return [found[name] for name in SCORES]


if __name__ == "__main__":
    main()
