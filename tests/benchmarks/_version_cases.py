"""Work that two versions of skrnn do by turns: run as a script, in a separate process.

Only public names are used, so that any version can be asked. Reads a case's name from each line of
its input, and answers with the seconds that one unit of the case's work took, or with the
processor time of all threads if the argument is ``cpu``. The first answer to a case comes after
one run that is not counted, except for a search in a new process.

Versions that can train without TensorFlow are told to use it, so that both do the same work. Cases
whose name ends with ``DEFAULT`` leave the choice to the version.
"""

import sys
import time
from importlib import import_module

import numpy as np
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skrnn import RNNRegressor, make_lag_windows

STEPS = {  # cell, units, lag, batch size; rows and epochs of one run
    "step of LSTM(4), 3 steps, batch 1": ("lstm", 4, 3, 1, 1024, 100),
    "step of LSTM(8), 3 steps, batch 10": ("lstm", 8, 3, 10, 2000, 60),
    "step of LSTM(8), 12 steps, batch 32": ("lstm", 8, 12, 32, 3584, 20),
    "step of SimpleRNN(8), 12 steps, batch 32": ("simple", 8, 12, 32, 3584, 20),
    "step of LSTM(16), 15 steps, batch 32": ("lstm", 16, 15, 32, 3584, 10),
    "step of LSTM(32), 30 steps, batch 32": ("lstm", 32, 30, 32, 3584, 6),
    "step of GRU(64), 30 steps, batch 32": ("gru", 64, 30, 32, 3584, 3),
    "step of LSTM(128), 60 steps, batch 64": ("lstm", 128, 60, 64, 1792, 2),
}
FORECASTS = {  # units, lag, rows, calls of one run
    f"forecast of {rows:,} row(s), LSTM({units}), {lag} steps": (units, lag, rows, calls)
    for units, lag in ((4, 3), (8, 10), (32, 30))
    for rows, calls in ((1, 500), (4096, 5), (100_000, 1))
}
ONLINE = {"online row": False, "online row, stateful": True}
NEW_PROCESS, WITH_IMPORT = "new process", "new process with imports"
SEARCHES = tuple(f"fit of a search, {when}" for when in ("warm", NEW_PROCESS, WITH_IMPORT))
DEFAULT = ", default engine"
CHOSEN = [  # cases that are also run as a user runs them, without a parameter `engine`
    "step of LSTM(4), 3 steps, batch 1",
    "step of LSTM(32), 30 steps, batch 32",
    *ONLINE,
    *SEARCHES,
]
CASES = [*STEPS, *FORECASTS, *ONLINE, *SEARCHES, *(case + DEFAULT for case in CHOSEN)]


def in_new_process(case):
    """Whether a case must be the first work of its process."""
    return NEW_PROCESS in case


def compiled(case):
    """Return the parameters that make a version train with TensorFlow, unless it may choose."""
    has_choice = "engine" in RNNRegressor().get_params()
    return {"engine": "tensorflow"} if has_choice and not case.endswith(DEFAULT) else {}


def windows_and_targets(lag, n_rows):
    """Windows of a made series, as ordinary arrays."""
    rng = np.random.default_rng(0)
    series = np.sin(np.arange(n_rows + lag) / 5) + 0.1 * rng.normal(size=n_rows + lag)
    X, y = make_lag_windows(series, lag=lag)
    return np.array(X, np.float32), y.astype(np.float32)


def steps(cell, units, lag, batch_size, n_rows, epochs, **engine):
    """Whole fits; a unit of work is one step of the optimizer."""
    X, y = windows_and_targets(lag, n_rows)
    model = RNNRegressor(
        cell, units, epochs=epochs, batch_size=batch_size, random_state=0, **engine
    )
    return lambda: model.fit(X, y), epochs * n_rows // batch_size


def forecasts(units, lag, n_rows, calls):
    """Calls of `predict`."""
    X, y = windows_and_targets(lag, 1000)
    model = RNNRegressor(units=units, epochs=1, random_state=0).fit(X, y)
    rows = np.resize(X, (n_rows, *X.shape[1:]))

    def run():
        for _ in range(calls):
            model.predict(rows)

    return run, calls


def online(stateful, **engine):
    """Each row forecast, then learned from."""
    X, y = windows_and_targets(10, 500)
    model = RNNRegressor(units=8, batch_size=1, stateful=stateful, random_state=0, **engine)
    model.partial_fit(X[:1], y[:1])

    def run():
        for t in range(1, len(X)):
            model.predict(X[t : t + 1])
            model.partial_fit(X[t : t + 1], y[t : t + 1])

    return run, len(X) - 1


def search(**engine):
    """Five sizes, five folds in time order and the refit."""
    X, y = windows_and_targets(3, 2000)
    model = RNNRegressor(epochs=25, batch_size=10, random_state=0, **engine)
    grid = GridSearchCV(model, {"units": [4, 6, 8, 10, 12]}, cv=TimeSeriesSplit(5))
    return lambda: grid.fit(X.reshape(-1, 1, 3), y), 26


def prepare(case):
    """The work of a case, and its units."""
    name, engine = case.removesuffix(DEFAULT), compiled(case)
    if name in STEPS:
        return steps(*STEPS[name], **engine)
    if name in FORECASTS:
        return forecasts(*FORECASTS[name])
    return online(ONLINE[name], **engine) if name in ONLINE else search(**engine)


def main():
    """Answer until there is no further line."""
    clock = time.process_time if "cpu" in sys.argv else time.perf_counter
    prepared = {}
    print("ready", flush=True)
    for line in sys.stdin:
        case = line.strip()
        if in_new_process(case) and WITH_IMPORT not in case:
            import_module("tensorflow")  # its import is not counted
        if case not in prepared:
            prepared[case] = prepare(case)
            if not in_new_process(case):
                prepared[case][0]()
        run, units = prepared[case]
        start = clock()
        run()
        print((clock() - start) / units, flush=True)


if __name__ == "__main__":
    main()
