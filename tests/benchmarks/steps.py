"""Time of one training step of four networks: skrnn, Keras and PyTorch."""

import os
from functools import partial

from tests.benchmarks._environment import n_cores
from tests.benchmarks._measure import Contender, clocked
from tests.benchmarks._peers import Network, has_torch
from tests.benchmarks._processes import OwnProcess
from tests.benchmarks._report import Report, command_line
from tests.benchmarks._series import temperatures, windows_and_targets

# The network, the rows of its training, and the epochs of one fit: of skrnn, and of the others.
CASES = [
    (Network("lstm", 4, 3, 1), 1024, 100, 2),
    (Network("lstm", 32, 30, 32), 3584, 8, 4),
    (Network("gru", 64, 30, 32), 3584, 4, 2),
    (Network("lstm", 128, 60, 64), 3584, 2, 2),
]


def main():
    """Run the benchmark."""
    report = Report("steps", command_line(__doc__, rounds=5, quick_rounds=2))
    for network, *work in CASES[:2] if report.quick else CASES:
        report.compare(str(network), contenders, network, *work)
    report.note(
        "Time of one step: a whole warm fit (checks of the data, shuffling, all epochs) divided "
        "by its steps.\nAdam everywhere, no masks, only complete batches."
    )
    if not has_torch():
        report.note("PyTorch is not installed, and left out.")
    report.note(temperatures()[1])


def contenders(network, n_rows, epochs, peer_epochs, *, jits=(False, True)):
    """All sides of a case, warm: each has compiled what it compiles.

    Rows make whole batches: Keras would compile a short last one as a program of its own.
    """
    windows, targets = windows_and_targets(network.n_timesteps, n_rows + network.n_timesteps)
    n_batches = n_rows // network.batch_size

    network.skrnn().fit(windows, targets)
    sides = [
        side("skrnn", clocked(network.skrnn(epochs).fit, windows, targets), epochs, n_batches)
    ]
    if network.units >= 64 and n_cores() > 1 and hasattr(os, "sched_setaffinity"):
        run = OwnProcess(fit_on_one_core, network, windows, targets, epochs)
        sides.append(side("skrnn, 1 core", run, epochs, n_batches))
    options = {"batch_size": network.batch_size, "verbose": 0}
    for jit in jits:
        name = "Keras fit, jit" if jit else "Keras fit"
        fit = network.keras(jit=jit).fit
        fit(windows, targets, **options)
        run = clocked(fit, windows, targets, epochs=peer_epochs, **options)
        sides.append(side(name, run, peer_epochs, n_batches))
    for n_threads in torch_threads(network):
        # Not in one process with TensorFlow: some releases of the two crash there.
        run = OwnProcess(torch_fit, network, windows, targets, n_threads, peer_epochs)
        name = f"PyTorch, {n_threads} thread{'s' if n_threads > 1 else ''}"
        sides.append(side(name, run, peer_epochs, n_batches))
    return sides


def fit_on_one_core(network, windows, targets, epochs):
    """A function of no argument that trains on one core, which its process is held to."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return partial(network.skrnn(epochs).fit, windows, targets)


def torch_fit(network, windows, targets, n_threads, epochs):
    """A function of no argument that trains PyTorch's network."""
    return partial(network.torch(windows, targets, n_threads=n_threads), epochs)


def torch_threads(network):
    """One thread, and where products are large as many as there are cores."""
    if not has_torch():
        return []
    return sorted({1, n_cores()}) if network.units >= 64 else [1]


def side(name, run, epochs, n_batches):
    """A contender that says how many steps it does."""
    return Contender(name, run, epochs * n_batches, f"{epochs * n_batches:,} steps a round")


if __name__ == "__main__":
    main()
