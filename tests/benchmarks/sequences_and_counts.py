"""Speaker recognition, sequences of unequal length, and counts: accuracy and time.

``python -m tests.benchmarks.sequences_and_counts`` prints the figures, and needs no other package.
Pass the name of a part, such as ``speakers``, to run only this part.
"""

import sys
import time
from unittest import mock

import numpy as np
import pandas as pd
from sklearn.linear_model import PoissonRegressor
from sklearn.metrics import mean_poisson_deviance
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skrnn import RNNClassifier, RNNRegressor, make_lag_windows, pad_sequences
from skrnn.datasets import fetch_melbourne_temperatures
from skrnn.training import _row_order

SPEAKERS = {
    "no dropout": {"epochs": 60},
    "dropout 0.4": {"dropout": 0.4, "epochs": 80},
    "dropout 0.4, recurrent 0.3": {"dropout": 0.4, "recurrent_dropout": 0.3, "epochs": 80},
}

NETWORKS = {
    "plain": {"cell": "gru", "units": 8, "learning_rate": 0.005, "epochs": 40},
    "long": {"cell": "gru", "units": 8, "learning_rate": 0.005, "epochs": 100, "l2": 0.003},
    "linear path": {
        "cell": "gru",
        "units": 16,
        "learning_rate": 0.003,
        "epochs": 40,
        "l2": 0.003,
        "dropout": 0.3,
        "autoregressive": True,
    },
}
COUNTS = {
    "PoissonRegressor": [0.01, 0.1, 1.0],
    "squared_error": NETWORKS,
    "poisson": NETWORKS,
}


def speakers():
    """Choose the dropout on the training recordings, and measure it on the test recordings."""
    from sktime.datasets import load_japanese_vowels
    from sktime.datatypes import convert_to

    parts = []
    for split in ("train", "test"):
        panel, y = load_japanese_vowels(split, return_X_y=True)
        parts.append(([frame.to_numpy() for frame in convert_to(panel, "df-list")], y))
    (train, y), (test, y_test) = parts
    scaler = StandardScaler().fit(np.concatenate(train))
    X, X_test = (
        pad_sequences([scaler.transform(s) for s in part], n_timesteps=29)
        for part in (train, test)
    )
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    means = {}
    for name, settings in SPEAKERS.items():
        scores = cross_val_score(_network(**settings), X, y, cv=folds)
        means[name] = scores.mean()
        print(f"{name:30s} cross-validation {means[name]:.4f}", flush=True)
    best = max(means, key=means.get)
    accuracies, seconds = [], []
    for seed in range(5):
        start = time.perf_counter()
        model = _network(**SPEAKERS[best], random_state=seed).fit(X, y)
        seconds.append(time.perf_counter() - start)
        accuracies.append(model.score(X_test, y_test))
    shown = " ".join(f"{accuracy:.4f}" for accuracy in accuracies)
    print(f"{best}, test: {shown}, mean {np.mean(accuracies):.4f}, fit {min(seconds):.1f} s")


def _network(**settings):
    return RNNClassifier(
        "gru", 32, bidirectional=True, learning_rate=0.003, **{"random_state": 0} | settings
    )


def ragged():
    """Time the padding of 10,000 sequences, and fits with and without similar lengths."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(5, 201, size=10_000)
    sequences = [rng.normal(size=(n, 4)).astype(np.float32) for n in lengths]
    y = np.array([sequence[-5:, 0].sum() > 0 for sequence in sequences])
    start = time.perf_counter()
    X = pad_sequences(sequences)
    print(f"pad {X.shape}: {time.perf_counter() - start:.2f} s")
    model = RNNClassifier("gru", 16, epochs=5, random_state=0).fit(X, y)  # compiles
    seconds = {"similar lengths": [], "any lengths": []}
    for _ in range(9):
        for name, worthwhile in [
            ("similar lengths", _row_order._WORTHWHILE),
            ("any lengths", np.inf),
        ]:
            with mock.patch.object(_row_order, "_WORTHWHILE", worthwhile):
                start = time.perf_counter()
                model.fit(X, y)
                seconds[name].append(time.perf_counter() - start)
            print(f"{name}: {seconds[name][-1]:.1f} s, loss {model.history_['loss'][-1]:.4f}")
    ratios = np.divide(*seconds.values())
    print(f"ratios {np.round(ratios, 2)}, median {np.median(ratios):.2f}")


def counts():
    """Compare the deviance of three losses on a made series and on cold days of each week.

    Each loss has the settings that are best for it on the last rows of the training part.
    """
    rng = np.random.default_rng(0)
    phase = np.arange(3000)
    rate = 0.15 + 2.5 * (phase % 13 < 2) * (1 + np.sin(phase / 80))
    cold = (fetch_melbourne_temperatures() < 4).to_numpy()
    weeks = cold[: len(cold) // 7 * 7].reshape(-1, 7).sum(axis=1)
    for name, series, lag in [
        ("made", rng.poisson(rate), 26),
        ("cold days of a week", weeks, 52),
    ]:
        X, y = make_lag_windows(series.astype(np.float64), lag=lag)
        n_train = int(0.7 * len(y))
        train, test = (X[:n_train], y[:n_train]), (X[n_train:], y[n_train:])
        print(f"{name}: {np.mean(series == 0):.0%} zeros")
        found = {"mean": mean_poisson_deviance(test[1], np.full(len(test[1]), train[1].mean()))}
        for kind, settings in COUNTS.items():
            chosen = min(settings, key=lambda s, kind=kind: _deviance(kind, s, *_parts(*train)))
            found[f"{kind} {chosen}"] = _deviance(kind, chosen, train, test)
        print(pd.Series(found).round(4).to_string(), flush=True)


def _parts(X, y):
    """Divide rows into those to learn from and those to compare settings on."""
    n_rows = int(0.7 * len(y))
    return (X[:n_rows], y[:n_rows]), (X[n_rows:], y[n_rows:])


def _deviance(kind, settings, train, test, n_seeds=3):
    """Return the mean deviance of a model over seeds."""
    (X, y), (X_test, y_test) = train, test
    deviances = []
    for seed in range(1 if kind == "PoissonRegressor" else n_seeds):
        if kind == "PoissonRegressor":
            model = make_pipeline(
                FunctionTransformer(lambda X: X.reshape(len(X), -1)),
                PoissonRegressor(alpha=settings, max_iter=1000),
            )
        else:
            model = RNNRegressor(**NETWORKS[settings], loss=kind, random_state=seed)
        forecast = model.fit(X, y).predict(X_test)
        if kind == "poisson" and not (forecast >= 0).all():
            raise AssertionError("A forecast is negative.")
        deviances.append(mean_poisson_deviance(y_test, np.maximum(forecast, 1e-3)))
    return np.mean(deviances)


PARTS = {"speakers": speakers, "ragged": ragged, "counts": counts}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
