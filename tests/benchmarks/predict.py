"""Time of a forecast: skrnn and Keras, warm; and the first forecast in a new process."""

import pickle
import tempfile
from pathlib import Path

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.utils.validation import check_is_fitted, validate_data

from tests.benchmarks._measure import Contender, clocked, repeated
from tests.benchmarks._peers import Network
from tests.benchmarks._processes import new_interpreter
from tests.benchmarks._report import Report, command_line
from tests.benchmarks._series import temperatures, windows_and_targets

NETWORKS = [Network("lstm", 4, 3), Network("lstm", 8, 10), Network("lstm", 32, 30)]
# Rows of one call, and calls of a round: of skrnn, and of Keras.
SIZES = [(1, 500, 10), (4096, 5, 2), (100_000, 1, 1)]


def main():
    """Run the benchmark."""
    report = Report("predict", command_line(__doc__, rounds=5, quick_rounds=2))
    for network in NETWORKS[1:2] if report.quick else NETWORKS:
        compare_predictions(report, network)
    with tempfile.TemporaryDirectory() as folder:
        case = "From the start of a process to the forecast of one row, LSTM(8), 10 steps"
        report.compare(case, first_forecasts, NETWORKS[1], Path(folder))
    report.note(temperatures()[1])


def compare_predictions(report, network):
    """Warm forecasts of one row and of many."""
    for size in SIZES:
        rows = "1 row" if size[0] == 1 else f"{size[0]:,} rows"
        report.compare(f"{network.short_name}, {rows}", contenders, network, *size)


def contenders(network, n_rows, calls, keras_calls):
    """Both sides, with the same weights; Keras with its own batch and with a large one."""
    windows, targets = windows_and_targets(network.n_timesteps)
    fitted = network.skrnn().fit(windows, targets)
    model = fitted.model_
    X = np.resize(windows, (n_rows, *windows.shape[1:]))
    sides = [Contender("skrnn", clocked(repeated(calls, fitted.predict, X)), calls)]
    if n_rows > 1:
        threaded = network.skrnn().set_params(n_jobs=2).fit(windows, targets)
        run = clocked(repeated(calls, threaded.predict, X))
        sides.append(Contender("skrnn, n_jobs=2", run, calls))
    else:
        name, check = "only scikit-learn's validation", validation(X.reshape(n_rows, -1))
        sides.append(Contender(name, clocked(repeated(calls, check)), calls))
    for batch_size in (32,) if n_rows == 1 else (32, 4096):
        options = {"batch_size": batch_size, "verbose": 0}
        model.predict(X, **options)
        run = clocked(repeated(keras_calls, model.predict, X, **options))
        sides.append(Contender(f"Keras, batch {batch_size}", run, keras_calls))
    return sides


def validation(table):
    """What `predict` of scikit-learn's regressors does before it computes anything."""
    linear = LinearRegression().fit(table, table[:, 0])

    def check():
        check_is_fitted(linear)
        validate_data(linear, table, reset=False, dtype=[np.float32, np.float64])

    return check


def first_forecasts(network, folder):
    """New interpreters that load a fitted network and forecast, or that only load TensorFlow."""
    windows, targets = windows_and_targets(network.n_timesteps)
    fitted = network.skrnn().fit(windows, targets)
    np.save(folder / "row.npy", windows[:1])
    (folder / "fitted.pickle").write_bytes(pickle.dumps(fitted))
    fitted.model_.save(folder / "model.keras")
    load = f"import os, numpy; os.chdir({str(folder)!r}); row = numpy.load('row.npy')\n"
    codes = {
        "skrnn: unpickle, predict": (
            f"{load}import pickle\npickle.load(open('fitted.pickle', 'rb')).predict(row)"
        ),
        "import tensorflow": "import tensorflow",
        "Keras: load_model, predict": (
            f"{load}import keras, skrnn.keras_bridge._model\n"
            "keras.saving.load_model('model.keras').predict(row, verbose=0)"
        ),
    }
    return [Contender(name, new_interpreter(code)) for name, code in codes.items()]


if __name__ == "__main__":
    main()
