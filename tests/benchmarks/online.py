"""Online learning: 10,000 rows, each of which is forecast first and then learned.

Prints the median time of both together, the growth of memory after the first thousand rows, the
largest difference from the weights of one unshuffled epoch of ``fit`` with ``batch_size=1``, and
the time of one forecast and one ``keras.Model.predict`` on the same row, in turns.
"""

import time

import numpy as np

from skrnn import RNNRegressor, make_lag_windows
from tests.benchmarks._memory import resident_megabytes
from tests.benchmarks._report import Report, command_line

ROWS, QUICK_ROWS = 10_000, 2000


def measure(stateful, X, y):
    """Median seconds of the pair, megabytes grown, difference to ``fit``, and forecasts."""
    model = RNNRegressor(
        units=8, batch_size=1, epochs=1, shuffle=False, stateful=stateful, random_state=0
    )
    online = RNNRegressor(**model.get_params())
    seconds, memory = [], 0.0
    for t in range(len(X)):
        row = slice(t, t + 1)
        start = time.perf_counter()
        if t:
            online.predict(X[row])
        online.partial_fit(X[row], y[row])
        seconds.append(time.perf_counter() - start)
        if t == 1000:
            memory = resident_megabytes()
    grown = resident_megabytes() - memory
    model.fit(X, y)
    difference = max(
        float(np.abs(a - b).max()) for a, b in zip(model.weights_, online.weights_, strict=True)
    )
    return np.median(seconds), grown, difference, *forecasts(model, X[:1])


def forecasts(model, row):
    """Median seconds of a forecast of one row, and of Keras's, turn by turn."""
    network = model.model_
    sides = {"skrnn": [], "Keras": []}
    # In turns of several, since each side empties the processor's caches for the other.
    for _ in range(10):
        for name, times, forecast in (
            ("skrnn", 50, lambda: model.predict(row)),
            ("Keras", 5, lambda: network.predict(row, verbose=0)),
        ):
            for _ in range(times):
                start = time.perf_counter()
                forecast()
                sides[name].append(time.perf_counter() - start)
    return [float(np.median(seconds)) for seconds in sides.values()]


def main():
    """Run the benchmark for a plain and a stateful network."""
    report = Report("online", command_line(__doc__.splitlines()[0], rounds=1))
    n_rows = QUICK_ROWS if report.quick else ROWS
    rng = np.random.RandomState(0)
    series = np.sin(np.arange(n_rows + 10) / 5) + 0.1 * rng.normal(size=n_rows + 10)
    X, y = make_lag_windows(series, lag=10)
    for stateful in (False, True):
        pair, grown, difference, ours, keras = measure(stateful, X, y)
        kind = "stateful" if stateful else "not stateful"
        values = {
            "forecast and partial_fit, ms": 1e3 * pair,
            "memory grown after 1,000 rows, MB": grown,
            "largest difference to fit": difference,
            "predict, ms": 1e3 * ours,
            "Keras's predict, ms": 1e3 * keras,
            "ratio of the two": keras / ours,
        }
        report.table(f"{n_rows:,} rows of LSTM(8), 10 steps, {kind}", values)


if __name__ == "__main__":
    main()
