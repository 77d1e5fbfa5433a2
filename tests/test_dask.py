"""The same search on a cluster of processes, one of them killed in the middle."""

import itertools
import subprocess
import sys
import time
from concurrent.futures import Future
from threading import Thread

import joblib
import numpy as np
import pandas as pd
import psutil
import pytest
from fast_processes import METHOD, preload
from numpy.testing import assert_array_equal
from on_workers import has_tensorflow, slowly
from sklearn.compose import TransformedTargetRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import make_seasonal_series
from skrnn.forecasting import RNNForecaster, forecast_partitions, forecast_table

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")
dd = pytest.importorskip("dask.dataframe")

# On a machine that may have other work.
PATIENCE = 600
GRID = {"regressor__rnn__units": [3, 4, 5, 6], "regressor__rnn__weight_decay": [0.0, 0.01, 0.1]}


@pytest.fixture(scope="module")
def cluster():
    # Workers are forked from a process that has loaded the package, but not TensorFlow.
    with dask.config.set({"distributed.worker.multiprocessing-method": METHOD}):
        modules = ["distributed", "skrnn.forecasting", "skrnn._regressor"]
        preload(distributed.utils.get_mp_context(), modules)
        yield from local_cluster()


def local_cluster():
    # Without a page that watches it, which needs a port; workers' memory is not what is tested.
    options = {"dashboard_address": None, "memory_limit": None}
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        client.wait_for_workers(2, timeout=PATIENCE)
        client.amm.stop()  # it would drop all but one copy of the data
        yield cluster


@pytest.fixture(scope="module")
def data():
    series = make_seasonal_series(400, random_state=0)
    X = series.to_frame()
    return X, series, list(TimeSeriesSplit(3).split(X))


@pytest.fixture(scope="module")
def local(data):
    return search(*data)


def search(X, y, splits):
    """Tune the whole chain, from rows to forecasts."""
    rnn = RNNRegressor("gru", epochs=10, batch_size=8, engine="numpy", random_state=0)
    pipe = Pipeline(
        [("scale", StandardScaler()), ("windows", LagWindowTransformer(lag=4)), ("rnn", rnn)]
    )
    chain = TransformedTargetRegressor(pipe, transformer=StandardScaler())
    return GridSearchCV(chain, GRID, cv=splits, error_score="raise").fit(X, y)


def search_on_cluster(X, y, splits):
    """The same; all workers have the data from the start, so that none takes it to its grave."""
    scatter = [X, y, *itertools.chain(*splits)]
    with joblib.parallel_config(backend="dask", scatter=scatter):
        return search(X, y, splits)


def assert_equal_searches(searched, local):
    scores = [name for name in local.cv_results_ if "test_score" in name]
    assert len(scores) == 3 + 3  # the folds; their mean, deviation and rank
    for name in scores:
        assert_array_equal(searched.cv_results_[name], local.cv_results_[name])
    assert searched.best_params_ == local.best_params_
    ours, theirs = (s.best_estimator_.regressor_["rnn"].weights_ for s in (searched, local))
    for a, b in zip(ours, theirs, strict=True):
        assert_array_equal(a, b)


def in_a_thread(function, *args):
    """Call a function in another thread, which is not waited for at the end."""
    future = Future()

    def call():
        try:
            future.set_result(function(*args))
        except Exception as error:
            future.set_exception(error)

    Thread(target=call, daemon=True).start()
    return future


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE} s for {what}"
        time.sleep(0.005)


def test_forecasts_of_a_dataframe_with_one_worker_killed(cluster):
    """The forecaster is trained here; workers forecast without TensorFlow, and may die."""
    random = np.random.default_rng(0)
    months = pd.date_range("2020-01-01", periods=24, freq="MS")
    table = pd.DataFrame(
        {"unique_id": np.repeat(np.arange(40), 24), "ds": np.tile(months, 40), "y": 1.0}
    )
    table["y"] += random.random(len(table))
    forecaster = RNNForecaster(4, units=2, epochs=1, n_networks=1, random_state=0)
    forecaster.pretrain(table, fh=[1, 2])
    frame = dd.concat(
        [dd.from_pandas(part, npartitions=1) for _, part in table.groupby("unique_id")]
    )
    client = distributed.get_client()
    before = client.run(has_tensorflow)
    forecasts = forecast_partitions(forecaster, frame.map_partitions(slowly), [1, 2])
    future = client.compute(forecasts)
    victim = cluster.workers[0]

    def has_done_some():
        return victim.worker_address in cluster.scheduler.workers and any(
            "forecast_part" in str(task.key)
            for task in list(cluster.scheduler.workers[victim.worker_address].has_what)
        )

    wait_until(lambda: future.done() or has_done_some(), "a forecast by a worker")
    assert not future.done()
    psutil.Process(victim.pid).kill()
    found = future.result(timeout=PATIENCE).sort_values(["unique_id", "ds"])
    local = [forecast_table(forecaster, part, [1, 2]) for _, part in table.groupby("unique_id")]
    assert_array_equal(found["y"], pd.concat(local)["y"])
    client.wait_for_workers(2, timeout=PATIENCE)
    assert not any(before.values())
    assert not any(client.run(has_tensorflow).values())


def test_search_on_two_workers_with_one_killed(cluster, data, local):
    scheduler, victim = cluster.scheduler, cluster.workers[0]
    pid, seen = victim.pid, set()
    assert len(scheduler.workers) == 2

    def busy():
        # Lists, since the scheduler's own thread changes what they are made of.
        return {task.key for task in list(scheduler.workers[victim.worker_address].processing)}

    def in_the_middle():
        """The victim is at work, and has done some fits before."""
        seen.update(now := busy())
        return now and len(seen.difference(list(scheduler.tasks))) >= 2

    future = in_a_thread(search_on_cluster, *data)
    wait_until(lambda: future.done() or in_the_middle(), "two fits by a worker")
    assert not future.done()
    psutil.Process(pid).kill()
    searched = future.result(timeout=PATIENCE)

    assert victim.pid != pid  # a new one has taken its place
    assert_equal_searches(searched, local)


def test_what_is_missing_is_named():
    code = (
        "import sys; sys.modules['distributed'] = None\n"
        "import joblib\n"
        "with joblib.parallel_config(backend='dask'): pass"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert run.returncode
    assert "dask is not installed" in run.stderr
