"""Memory of a long series: windows are views, and batches are gathered as they are needed.

LSTM(16), lag 100, one epoch of batches of 1,024 rows, through a pipeline of LagWindowTransformer
and RNNRegressor, and the forecast of all rows; each case in its own process. As arrays, the
windows of 10 million rows would need 4 GB in float32. The measured memory includes the series
itself, its targets, the compiler and the program.
"""

import time

import numpy as np

from tests.benchmarks._measure import in_new_process
from tests.benchmarks._memory import forget_peak, peak_megabytes, resident_megabytes
from tests.benchmarks._report import Report, command_line

LAG, UNITS, BATCH_SIZE = 100, 16, 1024
# The same with --rows 10000000 takes the better part of an hour.
ROWS, QUICK_ROWS = [100_000, 200_000, 400_000], [20_000, 40_000]
FORECAST_ROWS = 50_000


def main():
    """Run the benchmark."""

    def more_options(parser):
        parser.add_argument("--rows", type=int, nargs="+", help=f"default {ROWS}")
        parser.add_argument("--forecast-rows", type=int, default=FORECAST_ROWS)

    arguments = command_line(__doc__.splitlines()[0], rounds=1, more_options=more_options)
    report = Report("long_series", arguments)
    sizes = arguments.rows or (QUICK_ROWS if report.quick else ROWS)
    cases = [(n, "float32", False) for n in sizes]
    cases += [(sizes[-2:][0], "float64", scaled) for scaled in (False, True)]
    for n_rows, dtype, scaled in cases:
        scaling = ", X and y scaled" if scaled else ""
        case = f"{n_rows:,} rows, {dtype}{scaling}"
        measured = in_new_process(measure, n_rows, dtype, scaled, arguments.forecast_rows)()
        report.table(case, measured)
    report.note(f"Forecasts of the first {arguments.forecast_rows:,} rows.")
    report.note(f"LSTM({UNITS}), lag {LAG}, batch {BATCH_SIZE}. Memory is above the imports.")


def measure(n_rows, dtype, scaled, forecast_rows):
    """Fit and forecast, where nothing was done before but importing.

    Returns
    -------
    dict
        Seconds and megabytes, by name.
    """
    import keras
    import tensorflow

    from skrnn import LagWindowTransformer

    del keras, tensorflow
    model = make_model(scaled)
    imported = resident_megabytes()
    X, y = series(n_rows, dtype)
    measured = {"the series, MB": (X.nbytes + y.nbytes) / 2**20}
    windows = LagWindowTransformer(lag=LAG)
    measured["windows, ms"] = 1e3 * seconds(windows.fit_transform, X)
    del windows
    measured["fit, s"] = seconds(model.fit, X, y)
    measured["fit, peak MB"] = peak_megabytes() - imported
    measured["after fit, MB"] = resident_megabytes() - imported
    forget_peak()
    measured["predict, s"] = seconds(model.predict, X[:forecast_rows])
    measured["predict, peak MB"] = peak_megabytes() - imported
    return measured


def series(n_rows, dtype):
    """Waves that go on as long as anybody likes, and the same values as targets."""
    wave = np.sin(np.arange(1000) * (2 * np.pi / 50)).astype(dtype)
    X = np.resize(wave, (n_rows, 1))
    return X, X[:, 0].copy()


def make_model(scaled):
    """The pipeline, and around it what scales the target."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import MinMaxScaler

    from skrnn import LagWindowTransformer, RNNRegressor

    network = RNNRegressor(units=UNITS, epochs=1, batch_size=BATCH_SIZE, random_state=0)
    steps = [("windows", LagWindowTransformer(lag=LAG)), ("rnn", network)]
    if not scaled:
        return Pipeline(steps)
    pipe = Pipeline([("scale", MinMaxScaler()), *steps])
    return TransformedTargetRegressor(pipe, transformer=MinMaxScaler())


def seconds(function, *args):
    """Time of one call, whose result is let go."""
    start = time.perf_counter()
    function(*args)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
