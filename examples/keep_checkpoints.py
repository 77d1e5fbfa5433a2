"""
A long fit that survives being killed
=====================================

This script trains a network a few epochs at a time and saves it after each part. If the process is
killed, you can start the script again, and it continues from the last part that was saved. The
result is bit-identical to that of an uninterrupted run.

.. code-block:: shell

    python keep_checkpoints.py checkpoint.joblib
"""

# sphinx_gallery_thumbnail_path = '_static/thumbnails/checkpoints.svg'

# %%
# Save atomically
# ---------------
#
# ``os.replace`` replaces the old file with a complete new one in a single step. A process that is
# killed while writing leaves the old file intact.

import os
import sys

import joblib

# TensorFlow logs many lines when it is loaded, before the first fit. This silences most of them.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def save(path, model):
    """Write a model, or leave the earlier file unchanged."""
    joblib.dump(model, f"{path}.partial")
    os.replace(f"{path}.partial", path)


# %%
# Train in parts
# --------------
#
# With ``warm_start=True``, ``fit`` continues from the weights, the state of the optimizer and the
# state of the random number generator at the end of the previous call. The file contains all of
# them. ``n_iter_`` counts the epochs of all calls.

from skrnn import RNNRegressor


def train(path, X, y, epochs=100, part=20):
    """Train up to the given number of epochs, starting from the file if it exists."""
    if os.path.exists(path):
        model = joblib.load(path)
        print(f"continuing after epoch {model.n_iter_}", flush=True)
    else:
        model = RNNRegressor("gru", units=16, warm_start=True, random_state=0)
    while (done := getattr(model, "n_iter_", 0)) < epochs:
        model.set_params(epochs=min(part, epochs - done)).fit(X, y)
        save(path, model)
        print(f"epoch {model.n_iter_}: loss {model.history_['loss'][-1]:.6f}", flush=True)
    return model


# %%
# The windows must be the same in each run, because the file does not contain any data. Here they
# are created from a series that comes with the package.

if __name__ == "__main__":
    from skrnn import make_lag_windows
    from skrnn.datasets import make_seasonal_series

    if len(sys.argv) != 2:
        sys.exit("usage: keep_checkpoints.py FILE")
    X, y = make_lag_windows(make_seasonal_series(500, random_state=0), lag=12)
    model = train(sys.argv[1], X, y)
    print(f"weights sum to {sum(float(w.sum()) for w in model.weights_)!r}")
