"""How a search spends its time: 100 candidates, 5 folds and the refit, all programs compiled.

Prints the time of one fit and its scoring by the package in whose code it was spent. The profiler
itself takes some time, mostly in Python code.
"""

import argparse
import cProfile
import pstats
import time
from pathlib import PurePath

from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MinMaxScaler

from skrnn import LagWindowTransformer, RNNRegressor
from tests.benchmarks._searches import N_FOLDS, grid_search
from tests.benchmarks._series import temperatures, windows_and_targets

GRID = {
    "units": [4, 6, 8, 10, 12],
    "weight_decay": [0.0, 1e-3, 1e-2, 1e-1],
    "learning_rate": [1e-4, 3e-4, 1e-3, 3e-3, 1e-2],
}
N_FITS = 100 * N_FOLDS + 1
PACKAGES = ["skrnn", "sklearn", "pandas", "numpy", "scipy", "narwhals", "tensorflow"]
COMPILED_PROGRAM = "TFE_Py_Execute"


def main():
    """Print both profiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=2)
    epochs = parser.parse_args().epochs
    network = RNNRegressor(epochs=epochs, batch_size=10, random_state=0)
    windows, targets = windows_and_targets(3, 2000)
    report("arrays", network, windows.reshape(-1, 1, 3), targets, "")
    pipe = Pipeline(
        [("scale", MinMaxScaler()), ("windows", LagWindowTransformer(lag=3)), ("rnn", network)]
    )
    model = TransformedTargetRegressor(pipe, transformer=MinMaxScaler())
    series = temperatures()[0][:2000]
    report("pipeline", model, series.to_frame(), series, "regressor__rnn__")


def report(name, model, X, y, prefix):
    """Search twice, the second time under the profiler."""
    for units in (8, 12):  # one program each, shared by all smaller ones
        clone(model).set_params(**{f"{prefix}units": units}).fit(X, y)
    grid = {f"{prefix}{parameter}": values for parameter, values in GRID.items()}
    search = grid_search(model, grid)
    start = time.perf_counter()
    clone(search).fit(X, y)
    seconds = time.perf_counter() - start
    profile = cProfile.Profile()
    profile.runcall(search.fit, X, y)
    print(f"{name}: {seconds / N_FITS * 1e3:.1f} ms a fit and its score; under the profiler")
    shares = by_package(pstats.Stats(profile).stats)
    for package, spent in sorted(shares.items(), key=lambda item: -item[1]):
        print(f"  {package:20}{spent / N_FITS * 1e3:8.2f} ms")


def by_package(stats):
    """Seconds in the own code of each package, compiled functions counted where they are named."""
    shares = {}
    for (path, _, function), (_, _, own, _, _) in stats.items():
        if COMPILED_PROGRAM in function:
            package = "compiled programs"
        elif path == "~":
            package = "other C functions"
        else:
            parts = PurePath(path).parts
            package = next((p for p in PACKAGES if p in parts), "Python's own")
        shares[package] = shares.get(package, 0.0) + own
    return shares


if __name__ == "__main__":
    main()
