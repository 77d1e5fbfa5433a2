"""An online learner that saves itself, as the example shows, killed at random moments."""

import multiprocessing
import pickle
from itertools import pairwise

import numpy as np
from fast_processes import METHOD, preload
from keras_reference import largest_difference
from online_learner import example_functions, learn

from skrnn import make_lag_windows


def test_killed_twenty_times_it_ends_as_an_unbroken_run(tmp_path):
    series = np.sin(np.arange(1210) / 5) + 0.1 * np.random.RandomState(0).normal(size=1210)
    X, y = make_lag_windows(series, lag=10)
    path = tmp_path / "learner.pkl"
    # Loaded once, the package is there in each child.
    modules = ["skrnn._regressor", "skrnn.engines.numpy._engine"]
    context = preload(multiprocessing.get_context(METHOD), modules)
    rng = np.random.RandomState(1)
    kills, reached, longest = 0, [], 0.3
    while kills < 20:
        started = context.Event()
        process = context.Process(target=learn, args=(path, X, y, started))
        process.start()
        assert started.wait(600)
        process.join(rng.uniform(0.0, longest))
        if process.is_alive():
            process.kill()
            kills += 1
        process.join()
        if path.exists():
            # Readable at any moment, and never behind an earlier one.
            _, n_rows = pickle.loads(path.read_bytes())
            reached.append(n_rows)
            assert n_rows % 100 == 0
        elif not reached:
            longest *= 1.2  # on a busy machine it takes longer until something is saved
        if reached and reached[-1] == len(X):
            path.unlink()
            reached.append(0)
    assert max(reached) > 0
    assert all(b >= a or b == 0 for a, b in pairwise(reached))

    functions = example_functions()
    model, _ = functions["learn"](path, X, y)
    unbroken, _ = functions["learn"](tmp_path / "unbroken.pkl", X, y)
    assert largest_difference(model.weights_, unbroken.weights_) == 0
    assert pickle.loads(path.read_bytes())[1] == len(X)
