"""Measure `import skrnn` against importing `sklearn.base` and pandas, each in new processes.

Run it as ``python tests/benchmarks/import_time.py [--repeat 15] [--json FILE]``.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

CASES = {
    "python alone": "pass",
    "sklearn.base and pandas": "import sklearn.base, pandas",
    "skrnn": "import skrnn",
    "skrnn and its classes": "from skrnn import LagWindowTransformer, RNNRegressor",
}


def seconds(statement):
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True)
    return time.perf_counter() - start


def measure(repeat):
    """Take the cases in turn, so that a slow spell of the machine meets them all."""
    times = {name: [] for name in CASES}
    for _ in range(repeat):
        for name, statement in CASES.items():
            times[name].append(seconds(statement))
    return {name: statistics.median(taken) for name, taken in times.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--json", help="file to write the medians to, in seconds")
    arguments = parser.parse_args()
    medians = measure(arguments.repeat)
    reference = medians["sklearn.base and pandas"]
    for name, median in medians.items():
        print(f"{name:<26}{median * 1000:8.0f} ms{median / reference:8.2f}")
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(medians, file, indent=2)


if __name__ == "__main__":
    main()
