"""Online learning on a small device: LSTM(8), 10 steps, in a process without TensorFlow.

Each round starts a new process in which TensorFlow and Keras cannot be imported, and learns from
2,000 rows, each of which is forecast first. It prints the median time of both together and the
resident memory. With ``--base ../other/checkout``, the version there takes turns, with TensorFlow.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks._report import Report, command_line

HERE = Path(__file__).parents[2]
WITHOUT = 'import sys; sys.modules["tensorflow"] = sys.modules["keras"] = None\n'
PROGRAM = """
import time
import numpy as np
from skrnn import RNNRegressor, make_lag_windows
rng = np.random.default_rng(0)
X, y = make_lag_windows(np.sin(np.arange(2010) / 5) + 0.1 * rng.normal(size=2010), lag=10)
X, y = np.array(X, np.float32), y.astype(np.float32)
rnn = RNNRegressor(units=8, batch_size=1, random_state=0).partial_fit(X[:1], y[:1])
spent = []
for t in range(1, len(X)):
    start = time.perf_counter()
    rnn.predict(X[t : t + 1])
    rnn.partial_fit(X[t : t + 1], y[t : t + 1])
    spent.append(time.perf_counter() - start)
with open("/proc/self/status") as file:
    [kilobytes] = [line.split()[1] for line in file if line.startswith("VmRSS")]
print(np.median(spent[100:]), int(kilobytes) / 1024)
"""


def measure(checkout, program):
    """Return the seconds of a row and the megabytes of a new process."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return [float(number) for number in done.stdout.split()]


def main():
    """Run the benchmark."""

    def options(parser):
        parser.add_argument("--base", help="folder of another checkout, run with TensorFlow")

    arguments = command_line(__doc__.splitlines()[0], 9, 3, more_options=options)
    report = Report("online_small", arguments)
    sides = {"without TensorFlow": (HERE, WITHOUT + PROGRAM)}
    if arguments.base:
        sides["the other version"] = (arguments.base, PROGRAM)
    found = {name: [] for name in sides}
    for _ in range(arguments.rounds):
        for name, side in sides.items():
            found[name].append(measure(*side))
    values = {}
    for name, rounds in found.items():
        seconds, megabytes = map(statistics.median, zip(*rounds, strict=True))
        values[f"{name}: predict and partial_fit, µs"] = 1e6 * seconds
        values[f"{name}: resident memory, MB"] = megabytes
    if arguments.base:
        pairs = zip(*found.values(), strict=True)
        values["ratio of the times, median of the pairs"] = statistics.median(
            ours[0] / theirs[0] for ours, theirs in pairs
        )
    report.table("a row of LSTM(8), 10 steps", values)


if __name__ == "__main__":
    main()
