"""Paths of AutoRNNForecaster on M3 monthly: do their sums over a year have the right spread?

Each series is forecast 18 months ahead. The sum over the first 12 months should lie inside the
interval of 80% of the sums of its paths in 80% of the series. Independent draws have the same
quantiles at each step, but are drawn anew for each step: sums of them vary too little, unless
errors of neighbouring months do not depend on each other.
"""

import argparse
import time
import warnings
from dataclasses import replace

import numpy as np

from skrnn.forecasting import AutoRNNForecaster
from tests.benchmarks._competition_data import load_group

N_MONTHS = 12
COVERAGES = (0.5, 0.8, 0.95)


def main():
    """Run the benchmark."""
    arguments = command_line()
    group = load_group("M3 monthly")
    group = some_of(group if arguments.test else group.held_back(), arguments.series)
    start = time.perf_counter()
    forecaster = AutoRNNForecaster(random_state=0).fit(
        group.panel(), fh=np.arange(1, group.horizon + 1)
    )
    fitted = time.perf_counter()
    frame = forecaster.sample_paths(arguments.paths, random_state=0)
    drawn = time.perf_counter()
    paths = frame.to_numpy().reshape(arguments.paths, len(group.past), group.horizon)
    paths = paths[:, :, :N_MONTHS]
    truth = np.array(group.future)[:, :N_MONTHS]
    scales = np.array([np.abs(past[12:] - past[:-12]).mean() for past in group.past])
    print(f"{group.name}: {len(truth)} series, {arguments.paths} paths of each;", end=" ")
    print(f"fit {fitted - start:.1f} s, paths {drawn - fitted:.1f} s")
    for name, sample in {"paths": paths, "independent": shuffled(paths)}.items():
        covered = {f"{level:.0%}": coverage_of_sums(sample, truth, level) for level in COVERAGES}
        score = np.mean(energy_scores(sample, truth)[scales > 0] / scales[scales > 0])
        print(f"{name:>12}: coverage of sums {covered}, energy score {score:.3f}")


def command_line():
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=400, help="number of series")
    parser.add_argument("--paths", type=int, default=500, help="number of paths")
    parser.add_argument("--test", action="store_true", help="forecast the test parts")
    return parser.parse_args()


def some_of(group, n_series):
    """Return a group with fewer series, of all kinds: they are in the order of their kinds."""
    chosen = np.unique(np.linspace(0, len(group.past) - 1, n_series).astype(int))
    past, future = ([parts[i] for i in chosen] for parts in (group.past, group.future))
    return replace(group, past=past, future=future)


def shuffled(paths):
    """Draw each step of each series from another path, ``(n_paths, n_series, n_steps)``."""
    return np.random.default_rng(0).permuted(paths, axis=0)


def coverage_of_sums(paths, truth, coverage):
    """Return the share of series whose sum lies inside the interval of its paths' sums."""
    sums = paths.sum(axis=2)
    low, high = np.quantile(sums, [0.5 - coverage / 2, 0.5 + coverage / 2], axis=0)
    total = truth.sum(axis=1)
    return round(float(((low <= total) & (total <= high)).mean()), 3)


def energy_scores(paths, truth):
    """Return the energy score of each series (Gneiting and Raftery, 2007), ``(n_series,)``."""
    half = len(paths) // 2
    distance = np.linalg.norm(paths - truth, axis=2).mean(axis=0)
    spread = np.linalg.norm(paths[:half] - paths[half : 2 * half], axis=2).mean(axis=0)
    return distance - spread / 2


if __name__ == "__main__":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        main()
