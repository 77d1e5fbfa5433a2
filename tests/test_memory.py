"""What many fits leave behind: no estimator, no samples, and few programs."""

import gc
import pickle
import weakref

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skrnn import RNNRegressor
from skrnn.engines.tensorflow._program import programs

SHAPES = [("simple", 3), ("gru", 4), ("gru", 6), ("lstm", 3)]


def fit_search_and_store(alive, i):
    """Fit one of a few shapes, in a search and through a pickle; remember what there was."""
    cell, lag = SHAPES[i % len(SHAPES)]
    X = np.random.RandomState(i).normal(size=(40 + i, lag, 1)).astype(np.float32)
    model = RNNRegressor(cell, units=2 + i % 3, epochs=1, batch_size=8, random_state=i)
    y = X.mean(axis=(1, 2))
    search = GridSearchCV(model, {"l2": [0.0, 0.1]}, cv=TimeSeriesSplit(2)).fit(X, y)
    copy = pickle.loads(pickle.dumps(search.best_estimator_))
    copy.set_params(warm_start=True).fit(X, y).predict(X)
    # Arrays of the fit, too: a view of the windows would keep all of them.
    for thing in (model, search, search.best_estimator_, copy, clone(copy), X):
        alive.append(weakref.ref(thing))


def test_many_fits_leave_programs_of_few_shapes_and_nothing_else():
    built = programs.n_built
    alive = []
    for i in range(12):  # 72 fits
        fit_search_and_store(alive, i)
    gc.collect()
    # Of units, penalties, seeds and rows none is a shape of its own.
    assert programs.n_built - built <= len(SHAPES)
    assert len(alive) == 6 * 12
    assert not [thing for thing in map(weakref.ref.__call__, alive) if thing is not None]
