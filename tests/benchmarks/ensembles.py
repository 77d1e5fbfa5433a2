"""Several networks trained at once: the time of ten compared with one, and how to combine them.

``python -m tests.benchmarks.ensembles`` prints both. Pass ``time`` or ``combine`` to run only one
part. The single series need ``pip install --group benchmarks``.
"""

import sys
import time

import numpy as np

from skrnn import RNNRegressor, make_lag_windows
from tests.benchmarks._competition_data import load_singles

# Units, steps, batch size, rows and epochs.
CASES = [
    ("lstm", 4, 3, 1, 1000, 20),
    ("lstm", 8, 3, 10, 2000, 10),
    ("lstm", 8, 12, 32, 4096, 5),
    ("lstm", 16, 15, 32, 4096, 3),
    ("gru", 16, 18, 128, 8192, 2),
]
N_NETWORKS = 10


def time_of_ten(rounds=5):
    """Time warm fits of one network and of ten at once, by turns."""
    rng = np.random.default_rng(0)
    for cell, units, lag, batch_size, n_rows, epochs in CASES:
        X, y = make_lag_windows(rng.normal(size=n_rows + lag), lag=lag)
        networks = [
            RNNRegressor(
                cell,
                units,
                batch_size=batch_size,
                epochs=epochs,
                n_networks=n_networks,
                random_state=0,
            ).fit(X, y)  # compiles
            for n_networks in (1, N_NETWORKS)
        ]
        seconds = [[], []]
        for _ in range(rounds):
            for network, spent in zip(networks, seconds, strict=True):
                start = time.perf_counter()
                network.fit(X, y)
                spent.append(time.perf_counter() - start)
        ratios = np.divide(*seconds[::-1])
        n_steps = epochs * -(-n_rows // batch_size)
        print(
            f"{cell.upper()}({units}), {lag} steps, batch {batch_size}: one "
            f"{1e6 * np.median(seconds[0]) / n_steps:.1f} us a step, {N_NETWORKS} at once "
            f"{np.median(ratios):.1f} times as long ({np.round(ratios, 1)})",
            flush=True,
        )


def mean_or_median(n_networks=5):
    """Compare errors of both on the last fifth of the training parts of single series.

    The training part of a series ends three windows before its end.
    """
    found = {"squared_error": [], "absolute_error": []}
    for single in load_singles():
        series = single.y.to_numpy()[: len(single.y) - 3 * single.horizon]
        series = series[np.isfinite(series)]
        lag = min(max(single.sp, 3), len(series) // 4)
        if len(series) < 40:
            continue
        n_train = int(0.8 * len(series))
        series = (series - series[:n_train].mean()) / (series[:n_train].std() or 1.0)
        X, y = make_lag_windows(series[-2000:], lag=lag)
        cut = int(0.8 * len(y))
        for loss, rows in found.items():
            network = RNNRegressor(
                "gru",
                8,
                n_networks=n_networks,
                loss=loss,
                learning_rate=0.01,
                epochs=60,
                random_state=0,
            )
            network._warns_about_data = False
            network.fit(X[:cut], y[:cut])
            forecasts = _of_each(network, X[cut:])
            error = np.square if loss == "squared_error" else np.abs
            one = np.mean([error(f - y[cut:]).mean() for f in forecasts])
            mean = error(np.mean(forecasts, axis=0) - y[cut:]).mean()
            rows.append([mean / one, error(np.median(forecasts, 0) - y[cut:]).mean() / one])
    for loss, rows in found.items():
        mean, median = np.exp(np.log(rows).mean(axis=0))
        better = np.mean(np.less(*np.transpose(rows)))
        print(
            f"{loss} on {len(rows)} series, of {n_networks} networks beside the average network: "
            f"mean {mean:.3f}, median {median:.3f}; the mean is better on {better:.0%}"
        )


def _of_each(network, X):
    """Return the forecasts of each network."""
    weights, alone = network.weights_, RNNRegressor(**network.get_params())
    vars(alone).update(vars(network))
    alone._architecture = {**network._architecture, "n_networks": 1}
    forecasts = []
    for i in range(network.n_networks):
        alone.weights_ = [weight[i] for weight in weights]
        forecasts.append(alone.predict(X))
    return forecasts


PARTS = {"time": time_of_ten, "combine": mean_or_median}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
