"""Batches in two halves that two cores compute at the same time, compared with whole batches.

With ``--cores 1``, this shows the overhead of the halves on a single core.
"""

from functools import partial

import numpy as np

from skrnn.engines.tensorflow import _program
from tests.benchmarks._measure import Contender, clocked
from tests.benchmarks._peers import Network
from tests.benchmarks._report import Report, command_line

N_STEPS = 56
NETWORKS = [
    Network("lstm", 32, 24, 128),
    Network("lstm", 64, 30, 32),
    Network("lstm", 64, 60, 64),
    Network("lstm", 128, 60, 8),
    Network("lstm", 128, 60, 64),
    Network("gru", 128, 60, 64),
    Network("lstm", 32, 30, 256),
]


def main():
    """Run the benchmark."""
    report = Report("halves", command_line(__doc__.splitlines()[0], rounds=7, quick_rounds=3))
    for network in NETWORKS:
        report.compare(str(network), contenders, network)
    report.note("Limits of a program in halves are set to none, or to infinity, for each side.")


def contenders(network):
    """A fit with whole batches, and one with halves. Each has its own cache of programs."""
    rng = np.random.default_rng(0)
    shape = N_STEPS * network.batch_size, network.n_timesteps, 1
    windows = rng.normal(size=shape).astype(np.float32)
    found = []
    for name, least_work in (("whole batches", np.inf), ("halves", 0.0)):
        fit = partial(with_limit, least_work, _program.ProgramCache(maximum=1), network)
        fit(windows, windows[:, -1, 0])
        run = clocked(fit, windows, windows[:, -1, 0])
        found.append(Contender(name, run, N_STEPS, f"{N_STEPS} steps a round"))
    return found


def with_limit(least_work, cache, network, windows, targets):
    """Fit with other limits of batches in halves."""
    names = "_LEAST_WORK_IN_PARTS", "_LEAST_ROWS_IN_PARTS", "programs"
    before = [getattr(_program, name) for name in names]
    try:
        for name, value in zip(names, (least_work, 2, cache), strict=True):
            setattr(_program, name, value)
        network.skrnn().fit(windows, targets)
    finally:
        for name, value in zip(names, before, strict=True):
            setattr(_program, name, value)


if __name__ == "__main__":
    main()
