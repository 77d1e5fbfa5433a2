"""Cost of one training step of four networks: skrnn, Keras and PyTorch."""

import os

from tests.benchmarks._measure import Contender, clocked, take_turns
from tests.benchmarks._peers import Network, has_torch
from tests.benchmarks._report import command_line, publish
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
    arguments = command_line(__doc__, rounds=5, quick_rounds=2)
    results = []
    for network, *work in CASES[:2] if arguments.quick else CASES:
        sides = contenders(network, *work)
        results += take_turns(str(network), sides, arguments.rounds)
    notes = [
        "Time of one step: a whole warm fit (checks of the data, shuffling, all epochs) divided "
        "by its steps.\nAdam everywhere, no masks, whole batches alone.",
        temperatures()[1],
    ]
    if not has_torch():
        notes.append("PyTorch is not installed, and left out.")
    publish("steps", results, arguments, notes)


def contenders(network, n_rows, epochs, peer_epochs):
    """All sides of a case, warm: each has compiled what it compiles.

    Rows make whole batches: Keras would compile a short last one as a program of its own.
    """
    windows, targets = windows_and_targets(network.n_timesteps, n_rows + network.n_timesteps)
    n_batches = n_rows // network.batch_size

    network.skrnn().fit(windows, targets)
    sides = [
        side("skrnn", clocked(network.skrnn(epochs).fit, windows, targets), epochs, n_batches)
    ]
    options = {"batch_size": network.batch_size, "verbose": 0}
    for name, jit in (("Keras fit", False), ("Keras fit, jit", True)):
        fit = network.keras(jit=jit).fit
        fit(windows, targets, **options)
        run = clocked(fit, windows, targets, epochs=peer_epochs, **options)
        sides.append(side(name, run, peer_epochs, n_batches))
    for n_threads in torch_threads():
        fit = network.torch(windows, targets, n_threads=n_threads)
        name = f"PyTorch, {n_threads} thread{'s' if n_threads > 1 else ''}"
        sides.append(side(name, clocked(fit, peer_epochs), peer_epochs, n_batches))
    return sides


def torch_threads():
    """One thread, and as many as there are cores: on a busy machine they slow each other down."""
    if not has_torch():
        return []
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return sorted({1, cores})


def side(name, run, epochs, n_batches):
    """A contender that says how many steps it does."""
    return Contender(name, run, epochs * n_batches, f"{epochs * n_batches:,} steps a round")


if __name__ == "__main__":
    main()
