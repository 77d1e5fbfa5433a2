"""Time and memory of both forecasters on panels of 60 months, by the number of series.

Each case runs in its own process, which reads the panel from a file. Its peak memory is that of
the whole process, with the interpreter, the imports and the panel.
"""

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks._measure import in_new_process
from tests.benchmarks._memory import forget_peak, peak_megabytes, resident_megabytes
from tests.benchmarks._report import Report, command_line

N_MONTHS, HORIZON = 60, 12
SERIES = {"RNNForecaster": [10_000, 100_000], "AutoRNNForecaster": [20_000]}
QUICK_SERIES = 200


def main():
    """Run the benchmark."""

    def more_options(parser):
        parser.add_argument("--series", type=int, nargs="+", help=f"default {SERIES}")
        parser.add_argument("--forecasters", nargs="+", default=list(SERIES), choices=list(SERIES))
        parser.add_argument("--jobs", type=int, default=None, help="n_jobs of the forecaster")
        parser.add_argument("--verbose", type=int, default=0, help="show the progress")

    arguments = command_line(__doc__.splitlines()[0], rounds=1, more_options=more_options)
    report = Report("many_series", arguments)
    for name in arguments.forecasters:
        sizes = [QUICK_SERIES] if report.quick else arguments.series or SERIES[name]
        first = None
        for n_series in sizes:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "panel.npy"
                np.save(path, make_values(n_series))
                options = {"n_jobs": arguments.jobs, "verbose": arguments.verbose}
                measured = in_new_process(measure, name, path, options)()
            first = first or measured["fit and predict, s"]
            measured[f"ratio to {sizes[0]:,} series"] = measured["fit and predict, s"] / first
            report.table(f"{name}, {n_series:,} series of {N_MONTHS} months", measured)


def make_values(n_series):
    """Series with a level, a trend and a season of their own, ``(n_series, N_MONTHS)``."""
    random = np.random.default_rng(0)
    t = np.arange(N_MONTHS)
    level, slope, size = random.normal((5, 0, 0.15), (1, 0.005, 0.1), (n_series, 3)).T
    values = random.normal(0, 0.1, (n_series, N_MONTHS))
    for part in np.array_split(np.arange(n_series), max(n_series // 5_000, 1)):
        phase = random.random((len(part), 1))
        season = size[part, None] * np.sin(2 * np.pi * (t / 12 + phase))
        values[part] = np.exp(level[part, None] + slope[part, None] * t + season + values[part])
    return values


def read_panel(path):
    """Return the series as a panel."""
    values = np.load(path)
    index = pd.MultiIndex.from_product(
        [np.arange(len(values)), pd.period_range("2015-01", periods=N_MONTHS, freq="M")],
        names=["series", "month"],
    )
    return pd.DataFrame({"y": values.ravel()}, index=index)


def measure(name, path, options):
    """Fit and forecast, where nothing was done before but importing.

    Returns
    -------
    dict
        Seconds and megabytes, by name.
    """
    from skrnn import forecasting

    forecaster = getattr(forecasting, name)(random_state=0, **options)
    y = read_panel(path)
    data = y.memory_usage(deep=True).sum() / 2**20
    measured = {"the panel, MB": data, "before fit, MB": resident_megabytes()}
    forget_peak()
    start, processor = time.perf_counter(), time.process_time()
    forecaster.fit(y, fh=range(1, HORIZON + 1))
    fitted = time.perf_counter()
    assert len(forecaster.predict()) == HORIZON * len(y) // N_MONTHS
    measured["fit, s"] = fitted - start
    measured["predict, s"] = time.perf_counter() - fitted
    measured["fit and predict, s"] = time.perf_counter() - start
    measured["fit and predict, processor s"] = time.process_time() - processor
    measured["peak MB"] = peak_megabytes()
    measured["peak MB - 3 panels"] = peak_megabytes() - 3 * data
    return measured


if __name__ == "__main__":
    main()
