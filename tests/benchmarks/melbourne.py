"""Tune the networks of the Melbourne study on its first 2,000 days, and print the chosen settings.

The study in ``examples/plot_melbourne_tuned.py`` uses these settings. The search takes a few
minutes, which is too long for a page of the gallery. The days after the first 2,000 are never
used. Run it from the top of the repository: ``python -m tests.benchmarks.melbourne``.

The network without the calendar is tuned in two rounds, both on three folds that each test on one
whole year. The first round tries random settings with one seed. The second round repeats the best
of them with four more seeds, because the best of many runs with one seed is partly due to luck.

With the calendar, the best draws differ less than the seeds. So every setting of a grid is run
with three seeds, on five folds of 190 days each. The settings that the grid does not vary were
better on average in rounds of random draws on the same folds.
"""

import argparse
import time

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import (
    ParameterGrid,
    ParameterSampler,
    TimeSeriesSplit,
    cross_val_score,
)
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
CALENDAR_FOLDS = TimeSeriesSplit(5, test_size=190)
CALENDAR_GRID = {
    "rnn__cell": ["lstm", "gru"],
    "rnn__units": [8, 16],
    "rnn__l2": [0.003, 0.01, 0.03, 0.1],
    "rnn__epochs": [40, 80],
    "rnn__learning_rate": [0.003],
    "rnn__autoregressive": [True],
    "windows__lag": [7],
}


def with_calendar(temperature):
    """Temperatures, and a sine and a cosine of the year, which are known in advance."""
    angle = 2 * np.pi * temperature.index.dayofyear / 365.25
    return temperature.to_frame().assign(sin=np.sin(angle), cos=np.cos(angle))


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


def error(X, y, settings, seed, folds=FOLDS):
    """Root mean squared error in cross-validation, in degrees."""
    known = list(range(1, X.shape[1])) or None
    model = network({**settings, "rnn__random_state": seed}, known)
    scores = cross_val_score(model, X, y, cv=folds, scoring="neg_root_mean_squared_error")
    return -scores.mean()


def tune(X, y, n_candidates, n_finalists):
    """Error of each finalist, the mean over five seeds, lowest first."""
    drawn = list(ParameterSampler(SPACE, n_candidates, random_state=0))
    first = pd.DataFrame(drawn).assign(RMSE=[error(X, y, settings, 0) for settings in drawn])
    finalists = first.sort_values("RMSE").head(n_finalists)
    runs = [[error(X, y, drawn[i], seed) for seed in range(1, 5)] for i in finalists.index]
    finalists["5 seeds"] = (finalists["RMSE"] + np.sum(runs, axis=1)) / 5
    return finalists.sort_values("5 seeds")


def tune_with_calendar(y):
    """Error of each setting of the grid, the mean over three seeds, lowest first."""
    X, grid = with_calendar(y), list(ParameterGrid(CALENDAR_GRID))
    runs = [
        [error(X, y, settings, seed, CALENDAR_FOLDS) for seed in range(3)] for settings in grid
    ]
    return pd.DataFrame(grid).assign(RMSE=np.mean(runs, axis=1)).sort_values("RMSE")


def main():
    """Tune the network of the own past, and the one with the calendar."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--candidates", type=int, default=60)
    parser.add_argument("--finalists", type=int, default=8)
    arguments = parser.parse_args()
    y = fetch_melbourne_temperatures()[:N_TRAIN]
    searches = {
        "own past": lambda: tune(y.to_frame(), y, arguments.candidates, arguments.finalists),
        "with the calendar": lambda: tune_with_calendar(y),
    }
    for name, search in searches.items():
        start = time.perf_counter()
        found = search()
        seconds = time.perf_counter() - start
        print(f"\n{name}, RMSE in cross-validation (°C), {seconds:.0f} s")
        print(found.to_string(index=False, float_format="{:.4f}".format))
        print("chosen:", found.iloc[0].to_dict(), flush=True)


if __name__ == "__main__":
    main()
