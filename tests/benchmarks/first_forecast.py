"""Time of a script from its first import to its forecast, each in a new process."""

from tests.benchmarks._measure import Contender
from tests.benchmarks._processes import new_interpreter
from tests.benchmarks._report import Report, command_line

DATA = """
from sktime.datasets import load_airline
y = load_airline()
"""
CODES = {
    "import tensorflow": "import tensorflow",
    "RNNForecaster": DATA
    + """
from skrnn.forecasting import RNNForecaster
print(RNNForecaster(random_state=0).fit(y, fh=range(1, 13)).predict())
""",
    "RNNForecaster, engine='tensorflow'": DATA
    + """
from skrnn.forecasting import RNNForecaster
forecaster = RNNForecaster(engine="tensorflow", random_state=0)
print(forecaster.fit(y, fh=range(1, 13)).predict())
""",
    "AutoRNNForecaster": DATA
    + """
from skrnn.forecasting import AutoRNNForecaster
print(AutoRNNForecaster(random_state=0).fit(y, fh=range(1, 13)).predict())
""",
    "AutoETS of sktime": DATA
    + """
from sktime.forecasting.ets import AutoETS
print(AutoETS(auto=True, sp=12).fit(y, fh=range(1, 13)).predict())
""",
    "without a forecast: import sktime and read the series": DATA,
}


def main():
    """Run the benchmark."""
    report = Report("first_forecast", command_line(__doc__, rounds=7, quick_rounds=2))
    report.compare("12 months of airline passengers", contenders)


def contenders():
    """New interpreters; the first of each would read files that are not in memory yet."""
    quiet = "import os, warnings; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\n"
    quiet += "warnings.simplefilter('ignore')\n"
    sides = [Contender(name, new_interpreter(quiet + code)) for name, code in CODES.items()]
    for side in sides:
        side.run()
    return sides


if __name__ == "__main__":
    main()
