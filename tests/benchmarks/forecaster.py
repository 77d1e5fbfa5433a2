"""One network over many series: RNNForecaster on a panel, fit, forecast and memory.

GRU(16), lag 12, 10 epochs of batches of 256 rows; series of 200 points with a season of 12, each
on its own level; each case in its own process. The time includes compilation, but not imports.
"""

import time

import numpy as np

from tests.benchmarks._measure import in_new_process
from tests.benchmarks._memory import peak_megabytes, resident_megabytes
from tests.benchmarks._report import Report, command_line

N_POINTS, LAG, UNITS, BATCH_SIZE, EPOCHS, STEPS = 200, 12, 16, 256, 10, 12
SERIES, QUICK_SERIES = [500, 1000, 2000], [50, 100]


def main():
    """Run the benchmark."""

    def more_options(parser):
        parser.add_argument("--series", type=int, nargs="+", help=f"default {SERIES}")

    arguments = command_line(__doc__.splitlines()[0], rounds=1, more_options=more_options)
    report = Report("forecaster", arguments)
    for n_series in arguments.series or (QUICK_SERIES if report.quick else SERIES):
        case = f"{n_series:,} series of {N_POINTS} points"
        report.table(case, in_new_process(measure, n_series)())
    report.note(
        f"GRU({UNITS}), lag {LAG}, batch {BATCH_SIZE}, {EPOCHS} epochs, {STEPS} steps ahead. "
        "Memory is above the imports."
    )


def measure(n_series):
    """Fit and forecast a panel.

    Returns
    -------
    dict
        Seconds and megabytes, by name.
    """
    import keras
    import tensorflow

    from skrnn.forecasting import RNNForecaster

    del keras, tensorflow
    y = panel(n_series)
    imported = resident_megabytes()
    forecaster = RNNForecaster(
        LAG,
        cell="gru",
        units=UNITS,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        scale_by="series",
        n_networks=1,
        random_state=0,
    )
    measured = {"the series, MB": y.to_numpy().nbytes / 2**20}
    measured["fit, s"] = seconds(forecaster.fit, y)
    measured["fit, peak MB"] = peak_megabytes() - imported
    measured["after fit, MB"] = resident_megabytes() - imported
    measured[f"forecast {STEPS} steps, s"] = seconds(forecaster.predict, range(1, STEPS + 1))
    measured["forecast in sample, s"] = seconds(forecaster.predict, [-1, 0])
    return measured


def panel(n_series):
    """Seasonal series, each on a level and of a size of its own."""
    import pandas as pd

    random = np.random.default_rng(0)
    t = np.arange(N_POINTS)
    level, size = random.normal(100, 30, (2, n_series, 1))
    phase = random.uniform(0, 12, (n_series, 1))
    season = np.sin(2 * np.pi * (t + phase) / 12)
    values = level + size * (season + 0.2 * random.standard_normal((n_series, N_POINTS)))
    months = pd.period_range("2000-01", periods=N_POINTS, freq="M")
    index = pd.MultiIndex.from_product([np.arange(n_series), months], names=["series", "month"])
    return pd.DataFrame({"y": values.ravel()}, index=index)


def seconds(function, *args):
    """Time of one call."""
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
