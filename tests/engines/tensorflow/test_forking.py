"""Processes, threads and forks."""

import multiprocessing
import textwrap
from concurrent.futures import ThreadPoolExecutor

import forked_programs
import numpy as np
import pytest
from fast_processes import METHOD
from forked_programs import run_forked
from online_learner import example_functions
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skrnn import RNNRegressor, make_lag_windows


@pytest.fixture(scope="module")
def windows():
    return make_lag_windows(np.sin(np.arange(90) / 4), lag=3)


def small(**parameters):
    return RNNRegressor(
        **{"units": 3, "epochs": 4, "random_state": 0, "engine": "tensorflow"} | parameters
    )


FORK = """
    import multiprocessing, sys
    import numpy as np
    from skrnn import RNNRegressor
    X, y = np.ones((20, 2, 1)), np.ones(20)
    model = RNNRegressor(units=2, epochs=1, random_state=0, engine="tensorflow")
    {parent}

    def child(results):
        try:
            model.fit(X, y)
            results.put("fitted")
        except RuntimeError as error:
            results.put(str(error))
        results.put({forecast})

    if __name__ == "__main__":
        fork = multiprocessing.get_context("fork")
        results = fork.Queue()
        process = fork.Process(target=child, args=(results,))
        process.start()
        print(results.get(timeout=60))
        print(results.get(timeout=60))
        process.join(60)
    """


def run_fork(parent, forecast):
    program = "import warnings; warnings.simplefilter('ignore')\n" + textwrap.dedent(
        FORK.format(parent=parent, forecast=forecast)
    )
    [ended] = run_forked((program,), limit=120)
    assert ended.status == 0, ended.err
    return ended.out.splitlines()


def test_child_forked_from_a_started_tensorflow_refuses_to_fit_and_predicts():
    said, forecast = run_fork("model.fit(X, y)", "model.predict(X).shape")
    assert "forked" in said
    assert "loky" in said
    assert forecast == "(20,)"


@pytest.mark.parametrize("libraries", [(), forked_programs.LIBRARIES])
def test_child_of_a_parent_without_a_started_tensorflow_fits(monkeypatch, libraries):
    """The parent has loaded it at most."""
    monkeypatch.setattr(forked_programs, "LIBRARIES", libraries)
    said, forecast = run_fork("", "model.predict(X).shape")
    assert (said, forecast) == ("fitted", "(20,)")


@pytest.mark.usefixtures("new_processes")
@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_search_in_parallel_gives_the_same_bits(windows, backend):
    from joblib import parallel_config

    X, y = windows
    search = GridSearchCV(
        small(), {"units": [2, 3], "l2": [0.0, 0.01]}, cv=TimeSeriesSplit(3), error_score="raise"
    )
    alone = clone(search).fit(X, y)
    with parallel_config(backend=backend, n_jobs=2):
        together = clone(search).fit(X, y)
    for split in range(3):
        scores = f"split{split}_test_score"
        np.testing.assert_array_equal(alone.cv_results_[scores], together.cv_results_[scores])
    for a, b in zip(
        alone.best_estimator_.weights_, together.best_estimator_.weights_, strict=True
    ):
        np.testing.assert_array_equal(a, b)


def test_threads_that_fit_at_once_do_not_meet(windows):
    X, y = windows
    models = [small(random_state=seed, epochs=50) for seed in range(6)]
    expected = [clone(model).fit(X, y).predict(X) for model in models]
    with ThreadPoolExecutor(6) as pool:
        forecasts = list(pool.map(lambda model: model.fit(X, y).predict(X), models))
    for forecast, alone in zip(forecasts, expected, strict=True):
        np.testing.assert_array_equal(forecast, alone)


def test_forked_child_predicts_what_its_parent_does(windows):
    X, y = windows
    model = small().fit(X, y)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        np.testing.assert_array_equal(pool.apply(model.predict, (X,)), model.predict(X))


@pytest.mark.parametrize("method", sorted({"spawn", METHOD}))
def test_another_package_named_tests_keeps_nothing_from_child_processes(
    tmp_path, monkeypatch, method
):
    """What a child runs has a name of its own, since installed packages may bring a `tests`."""
    foreign = tmp_path / "tests"
    foreign.mkdir()
    (foreign / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    process = multiprocessing.get_context(method).Process(target=example_functions)
    process.start()
    process.join(600)
    assert process.exitcode == 0
