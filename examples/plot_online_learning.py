"""
Learning online, and surviving a crash
======================================

**In short**: a network that learns from each new value keeps up with drift, and a file that is
replaced atomically survives a crash.

A sensor delivers one value after another, and its behaviour drifts. The forecasts of a network
that was fitted only once get worse over time, whereas a network that learns from each new value
follows the drift. ``partial_fit`` takes one optimizer step and keeps everything that the next one
needs: the weights, the state of the optimizer, and the state of a stateful network.

A program that runs for months will crash sooner or later. If it saves the network regularly, only
the most recent rows are lost. To make sure that it never leaves a half-written file, it writes to
a temporary file and then renames it, which the operating system does in a single step.
"""

# %%
# The learner
# -----------
#
# The file contains the estimator and the number of rows that it has learned from. When the program
# is restarted, it reads both and continues with the next row.

# sphinx_gallery_start_ignore
# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# sphinx_gallery_end_ignore
import pickle
import tempfile
from pathlib import Path

import numpy as np

from skrnn import RNNRegressor


def save(path, model, n_rows):
    """Replace the file at a path atomically."""
    partial = Path(path).with_suffix(".partial")
    with open(partial, "wb") as file:
        pickle.dump((model, n_rows), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def load(path):
    """Return the model and the number of rows from an earlier run, or a new model and zero."""
    if Path(path).exists():
        return pickle.loads(Path(path).read_bytes())
    return RNNRegressor("gru", units=4, batch_size=1, random_state=0), 0


def learn(path, X, y, every=100):
    """Forecast each row, then learn from it, and save the model after every `every` rows."""
    model, n_rows = load(path)
    forecasts = []
    for t in range(n_rows, len(X)):
        forecasts.append(model.predict(X[t : t + 1])[0] if t else 0.0)
        model.partial_fit(X[t : t + 1], y[t : t + 1])
        if (t + 1) % every == 0 or t + 1 == len(X):
            save(path, model, t + 1)
    return model, np.array(forecasts)


# %%
# A series that drifts
# --------------------
#
# The series is a noisy wave whose period increases over time. For comparison, another network is
# fitted only once, to the first 500 values.

from skrnn import make_lag_windows

rng = np.random.RandomState(0)
t = np.arange(2510)
series = np.sin(2 * np.pi * t / (12 + t / 250)) + 0.1 * rng.normal(size=len(t))
X, y = make_lag_windows(series, lag=10)

fitted_once = RNNRegressor("gru", units=4, batch_size=1, epochs=1, shuffle=False, random_state=0)
fitted_once.fit(X[:500], y[:500])

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "learner.pkl"
    learn(file, X[:1234], y[:1234])  # The program stops here after 1,234 rows.
    model, later = learn(file, X, y)  # It starts again and continues.

# %%
# With a state instead of a window
# --------------------------------
#
# The network above reads ten values at a time. A *stateful* network reads a single value and keeps
# the information about earlier values in its state, which is carried from row to row.

one_value = X[:, -1:]
stateful = RNNRegressor("gru", units=8, stateful=True, batch_size=1, random_state=0)
by_state = np.zeros(len(y))
for t in range(len(y)):
    if t:
        by_state[t] = stateful.predict(one_value[t : t + 1])[0]
    stateful.partial_fit(one_value[t : t + 1], y[t : t + 1])

# %%
# Compare the errors
# ------------------

import pandas as pd


def error(forecast, rows):
    """Return the root mean squared error of the forecasts for some rows."""
    return float(np.sqrt(np.mean((forecast - y[rows]) ** 2)))


rows = slice(1500, 2500)
table = pd.Series(
    {
        "learning online": error(later[1500 - 2500 :], rows),
        "learning online, with a state": error(by_state[rows], rows),
        "fitted once": error(fitted_once.predict(X[rows]), rows),
        "persistence": error(X[rows, -1, 0], rows),
    },
    name="RMSE over the last 1,000 values",
)
print(table.round(3).to_string())

# %%
# Learning online more than halves the error. The stateful network, which reads one value at a
# time, is nearly as good as the one that reads windows of ten values.
#
# The figure shows the errors over time. The errors of the network that was fitted only once grow,
# whereas those of the online network do not.

import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(8, 3.5), layout="constrained")
shown = np.arange(1300, 2500)
for label, forecast, style in (
    ("fitted once", fitted_once.predict(X[1300:2500]), "--"),
    ("learning online", later[1300 - 2500 :], "-"),
):
    errors = pd.Series(np.abs(forecast - y[1300:2500]), index=shown)
    ax.plot(errors.rolling(100).mean(), style, label=label)
ax.set(xlabel="row", ylabel="mean absolute error\nover the last 100 rows", ylim=(0, None))
ax.legend()
plt.show()
