"""Memory that stays flat: 1,000 fits in one process, over 20 shapes.

Some of the fits are part of a search or go through a pickle. After every hundred fits, this prints
the resident memory, the number of compiled programs and the number of estimators still alive. At
the end, further shapes are fitted and their programs deleted, to see how much memory TensorFlow
keeps for each.
"""

import gc
import pickle
import weakref
from itertools import product

import numpy as np
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skrnn import RNNRegressor
from tests.benchmarks._memory import memory_maps, resident_megabytes, return_free_memory
from tests.benchmarks._report import Report, command_line

FITS, QUICK_FITS = 1000, 200
FURTHER = 8
CELLS, UNITS, LAGS = ("simple", "gru", "lstm"), (4, 20), (3, 5, 12, 20)
SHAPES = list(product(CELLS, UNITS, LAGS))[-20:]


def main():
    """Run the benchmark."""
    report = Report("memory", command_line(__doc__.splitlines()[0], rounds=1))
    n_fits = QUICK_FITS if report.quick else FITS
    alive = weakref.WeakSet()
    sizes = {}
    for i in range(n_fits):
        fit_one(i, alive)
        if (i + 1) % 100 == 0:
            gc.collect()
            sizes[i + 1] = resident_megabytes()
            print(f"{i + 1:6,} fits: {sizes[i + 1]:7.1f} MB, {len(alive)} alive", flush=True)
    from skrnn.engines.tensorflow._program import programs

    report.table(
        f"{n_fits:,} fits over {len(SHAPES)} shapes",
        {f"after {n:,} fits, MB": size for n, size in sizes.items()}
        | {
            "growth after the first 100, MB": sizes[n_fits] - sizes[100],
            "programs built": programs.n_built,
            "estimators alive": len(alive),
        },
    )
    report.table(f"a program that was dropped, mean of {FURTHER}", what_a_program_leaves(programs))


def what_a_program_leaves(programs):
    """Memory and memory maps that a compiled program leaves behind."""
    programs.maximum = 1
    series = np.random.default_rng(0).normal(size=(60, 30 + FURTHER, 1)).astype(np.float32)

    def fit(lag):
        rnn = RNNRegressor("gru", 4, epochs=1, batch_size=8, engine="tensorflow")
        rnn.fit(series[:, :lag], series[:, 0, 0])

    fit(29)
    gc.collect()
    return_free_memory()
    before = resident_megabytes(), memory_maps()
    for lag in range(30, 30 + FURTHER):
        fit(lag)
    fit(29)
    gc.collect()
    megabytes, maps = resident_megabytes() - before[0], memory_maps() - before[1]
    return_free_memory()
    returned = resident_megabytes() - before[0]
    return {
        "resident memory, MB": megabytes / FURTHER,
        "the same after free memory was returned to the system, MB": returned / FURTHER,
        "memory maps": maps / FURTHER,
    }


def fit_one(i, alive):
    """Fit one shape; at every tenth turn in a search, and through a pickle."""
    cell, units, lag = SHAPES[i % len(SHAPES)]
    rng = np.random.default_rng(i)
    X = rng.normal(size=(60 + i % 40, lag, 1)).astype(np.float32)
    y = X.mean(axis=(1, 2))
    model = RNNRegressor(cell, units, epochs=2, batch_size=8, random_state=i, engine="tensorflow")
    if i % 10 == 0:
        search = GridSearchCV(model, {"weight_decay": [0.0, 0.1]}, cv=TimeSeriesSplit(2))
        model = search.fit(X, y).best_estimator_
    model.fit(X, y)
    alive.add(model)
    if i % 10 == 5:
        model = pickle.loads(pickle.dumps(model))
        model.set_params(warm_start=True).fit(X, y)
    model.predict(X)


if __name__ == "__main__":
    main()
