"""`import skrnn` compared with importing `sklearn.base` and pandas, each in a new process."""

from tests.benchmarks._measure import Contender
from tests.benchmarks._processes import new_interpreter
from tests.benchmarks._report import Report, command_line

CODES = {
    "sklearn.base and pandas": "import sklearn.base, pandas",
    "python without imports": "pass",
    "skrnn": "import skrnn",
    "skrnn and its classes": "from skrnn import LagWindowTransformer, RNNRegressor",
}


def main():
    """Run the benchmark."""
    report = Report("import_time", command_line(__doc__, rounds=15, quick_rounds=3))
    report.compare("From the start of a process to its end", contenders)


def contenders():
    """New interpreters; the first of each would read files that are not in memory yet."""
    sides = [Contender(name, new_interpreter(code)) for name, code in CODES.items()]
    for side in sides:
        side.run()
    return sides


if __name__ == "__main__":
    main()
