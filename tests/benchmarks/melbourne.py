"""Tune the networks of the Melbourne study on its first 2,000 days, and print what was chosen.

The study in ``examples/plot_melbourne_tuned.py`` uses these settings: the search takes
some minutes, too long for a page of the gallery. The days after the first 2,000 are never looked
at. Run from the top of the repository: ``python -m tests.benchmarks.melbourne``.

Two rounds, both on three folds that test on one whole year each. The first tries settings that
are drawn at random, with one seed; the second gives the best of them four more seeds, since
the best of many runs with one seed is in part the luckiest.
"""

import argparse
import time

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import ParameterSampler, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import fetch_melbourne_temperatures

N_TRAIN = 2000
FOLDS = TimeSeriesSplit(3, test_size=365)
SPACE = {
    "rnn__cell": ["lstm", "gru"],
    "rnn__units": [4, 8, 16],
    "windows__lag": [7, 15, 30],
    "rnn__epochs": [15, 30, 60],
    "rnn__learning_rate": [0.001, 0.003, 0.01],
    "rnn__weight_decay": [0.0, 0.1, 1.0],
    "rnn__autoregressive": [False, True],
}


def with_calendar(temperature, n_pairs=2):
    """Temperatures, and pairs of sine and cosine of the year, which are known in advance."""
    angle = 2 * np.pi * temperature.index.dayofyear / 365.25
    pairs = {
        f"{name}{k}": wave(k * angle)
        for k in range(1, n_pairs + 1)
        for name, wave in (("sin", np.sin), ("cos", np.cos))
    }
    return temperature.to_frame().assign(**pairs)


def network(settings, known_features=None):
    """Scaler, windows and network, inside a scaled target."""
    pipe = Pipeline(
        [
            ("scale", StandardScaler()),
            ("windows", LagWindowTransformer(known_features=known_features)),
            ("rnn", RNNRegressor(batch_size=32)),
        ]
    )
    model = TransformedTargetRegressor(pipe, transformer=StandardScaler())
    return model.set_params(**{f"regressor__{name}": value for name, value in settings.items()})


def error(X, y, settings, seed):
    """Root mean squared error in cross-validation, in degrees."""
    known = list(range(1, X.shape[1])) or None
    model = network({**settings, "rnn__random_state": seed}, known)
    scores = cross_val_score(model, X, y, cv=FOLDS, scoring="neg_root_mean_squared_error")
    return -scores.mean()


def tune(X, y, n_candidates, n_finalists):
    """Error of each finalist, the mean over five seeds, lowest first."""
    drawn = list(ParameterSampler(SPACE, n_candidates, random_state=0))
    first = pd.DataFrame(drawn).assign(RMSE=[error(X, y, settings, 0) for settings in drawn])
    finalists = first.sort_values("RMSE").head(n_finalists)
    runs = [[error(X, y, drawn[i], seed) for seed in range(1, 5)] for i in finalists.index]
    finalists["5 seeds"] = (finalists["RMSE"] + np.sum(runs, axis=1)) / 5
    return finalists.sort_values("5 seeds")


def main():
    """Tune the network of the own past, and the one with the calendar."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--candidates", type=int, default=60)
    parser.add_argument("--finalists", type=int, default=8)
    arguments = parser.parse_args()
    y = fetch_melbourne_temperatures()[:N_TRAIN]
    for name, X in [("own past", y.to_frame()), ("with the calendar", with_calendar(y))]:
        start = time.perf_counter()
        finalists = tune(X, y, arguments.candidates, arguments.finalists)
        seconds = time.perf_counter() - start
        print(f"\n{name}, RMSE in cross-validation (°C), {seconds:.0f} s")
        print(finalists.to_string(index=False, float_format="{:.3f}".format))
        best = finalists[list(SPACE)].iloc[0].to_dict()
        print("chosen:", best, flush=True)


if __name__ == "__main__":
    main()
