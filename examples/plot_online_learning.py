"""
Learning online, and surviving a crash
======================================

A sensor delivers one value after the other, and its behaviour drifts. A network that was fitted
once grows stale; one that goes on learning from each value, as it comes, follows the drift.
``partial_fit`` takes one step of the optimizer and keeps all that the next one needs: the
weights, the optimizer's memory, and the state of a stateful network.

A learner that runs for months will be killed one day. It loses nothing but the last rows if it
saves itself now and then, in a way that leaves a whole file behind at any moment: write to a
temporary file, then rename it, which the operating system does in one piece.
"""

# %%
# The learner
# -----------
#
# The file holds the estimator and the number of rows that it has learned from. A learner that
# starts again reads both, and goes on with the next row.

import os
import pickle
import tempfile
from pathlib import Path

import numpy as np

from skrnn import RNNRegressor


def save(path, model, n_rows):
    """Replace the file at a path, in one piece."""
    partial = Path(path).with_suffix(".partial")
    with open(partial, "wb") as file:
        pickle.dump((model, n_rows), file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def load(path):
    """Model and number of rows of an earlier run, or a new model."""
    if Path(path).exists():
        return pickle.loads(Path(path).read_bytes())
    return RNNRegressor("gru", units=4, batch_size=1, random_state=0), 0


def learn(path, X, y, every=100):
    """Forecast each row, then learn from it, and save every so many rows."""
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
# A wave whose period grows, seen through noise. The first 500 values are what a network that is
# fitted once gets to see.

from skrnn import make_lag_windows

rng = np.random.RandomState(0)
t = np.arange(2510)
series = np.sin(2 * np.pi * t / (12 + t / 250)) + 0.1 * rng.normal(size=len(t))
X, y = make_lag_windows(series, lag=10)

fitted_once = RNNRegressor("gru", units=4, batch_size=1, epochs=1, shuffle=False, random_state=0)
fitted_once.fit(X[:500], y[:500])

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "learner.pkl"
    learn(file, X[:1234], y[:1234])  # Here the power fails: row 1,234 was just learned from ...
    model, later = learn(file, X, y)  # ... and here it comes back, and the learner goes on.

# %%
# With a state instead of a window
# --------------------------------
#
# The learner above is shown ten values at a time. A *stateful* network is shown one, and keeps
# what it needs of the others in its state, which goes on from row to row.

one_value = X[:, -1:]
stateful = RNNRegressor("gru", units=8, stateful=True, batch_size=1, random_state=0)
by_state = np.zeros(len(y))
for t in range(len(y)):
    if t:
        by_state[t] = stateful.predict(one_value[t : t + 1])[0]
    stateful.partial_fit(one_value[t : t + 1], y[t : t + 1])

# %%
# What it is worth
# ----------------

import pandas as pd


def error(forecast, rows):
    """Root mean squared error of the forecast of some rows."""
    return float(np.sqrt(np.mean((forecast - y[rows]) ** 2)))


rows = slice(1500, 2500)
table = pd.Series(
    {
        "learning online": error(later[1500 - 2500 :], rows),
        "learning online, by its state": error(by_state[rows], rows),
        "fitted once": error(fitted_once.predict(X[rows]), rows),
        "persistence": error(X[rows, -1, 0], rows),
    },
    name="RMSE over the last 1,000 values",
)
print(table.round(3).to_string())

# %%
# Learning on is worth more than half of the error. The state alone does nearly as well as a window
# of ten values, from one value at a time.
#
# The errors over time: what was fitted once has been left behind, what learns on has not.

import matplotlib.pyplot as plt

figure, ax = plt.subplots(figsize=(8, 3.5), layout="constrained")
shown = np.arange(1300, 2500)
for label, forecast, style in (
    ("fitted once", fitted_once.predict(X[1300:2500]), "--"),
    ("learning online", later[1300 - 2500 :], "-"),
):
    errors = pd.Series(np.abs(forecast - y[1300:2500]), index=shown)
    ax.plot(errors.rolling(100).mean(), style, label=label)
ax.set(xlabel="row", ylabel="mean absolute error\nof the last 100 rows", ylim=(0, None))
ax.legend()
plt.show()
