"""Time of one training step as a function of the units, the lag and the batch size.

A step is a loop over the window, so its time grows linearly with the lag. It grows quadratically
with the units once the matrix products take longer than everything else.
"""

from tests.benchmarks._peers import Network
from tests.benchmarks._report import Report, command_line
from tests.benchmarks._series import temperatures
from tests.benchmarks.steps import contenders

UNITS = [4, 8, 16, 32, 64, 128]
LAGS = [5, 10, 20, 40, 80, 160]
BATCHES = [1, 4, 16, 64, 256]
EPOCHS, PEER_EPOCHS = 4, 1
ROWS = 3400


def main():
    """Run the benchmark."""
    report = Report("sizes", command_line(__doc__.splitlines()[0], rounds=3))
    for against, networks in series(quick=report.quick).items():
        for size, network in networks.items():
            n_rows = min(32, ROWS // network.batch_size) * network.batch_size
            # The figures read the case.
            case = f"{against} {size}: {network}"
            work = n_rows, EPOCHS, PEER_EPOCHS
            report.compare(case, lambda *sides: contenders(*sides, jits=(False,)), network, *work)
    report.note(temperatures()[1])


def series(*, quick):
    """Networks that differ in one size only, by the name of the size."""
    few = slice(0, 3, 2) if quick else slice(None)
    return {
        "units": {n: Network("lstm", n, 20) for n in UNITS[few]},
        "lag": {n: Network("lstm", 16, n) for n in LAGS[few]},
        "batch": {n: Network("lstm", 16, 20, n) for n in BATCHES[few]},
    }


if __name__ == "__main__":
    main()
