"""Blocks of rows, their parts, and the threads that compute them."""

import threading
import tracemalloc
from unittest import mock

import joblib
import numpy as np
import pytest
from distributed import Client, LocalCluster

from skrnn import RNNClassifier, RNNRegressor
from skrnn.network import _blocks
from skrnn.network._architecture import Architecture
from skrnn.network._blocks import Blocks, join_rows, split_rows
from skrnn.network._forward import predict_windows

SMALL = Architecture("lstm", (32,), 30, 1, 1)
LARGE = Architecture("lstm", (128,), 30, 1, 1)


@pytest.mark.parametrize("n_rows", [0, 1, 59, 60, 61, 480, 481, 5000])
@pytest.mark.parametrize("architecture", [SMALL, LARGE, Architecture("gru", (2,), 3, 1, 1)])
def test_blocks_cover_each_row_once_in_whole_parts(architecture, n_rows):
    blocks = Blocks(architecture)
    slices = blocks.slices(n_rows)
    rows = [np.arange(n_rows)[block] for block in slices]
    np.testing.assert_array_equal(np.concatenate([*rows, []]), np.arange(n_rows))
    for block in rows[:-1]:
        assert len(block) % blocks.part_rows == 0
        assert len(block) <= blocks.part_rows * blocks.n_parts
    if rows and len(rows[-1]) % blocks.part_rows:
        assert blocks.parts_of(len(rows[-1])) == 1


def test_parts_have_small_products_and_wide_networks_have_none():
    assert Blocks(SMALL).n_parts > 1
    assert Blocks(LARGE).n_parts == 1
    assert not Blocks(LARGE).small_products


def test_joined_parts_are_the_rows():
    array = np.arange(2 * 3 * 12.0).reshape(2, 3, 12)
    parts = split_rows(array, 4)
    assert parts.shape == (2, 4, 3, 3)
    np.testing.assert_array_equal(parts[:, 1], array[:, :, 3:6])
    np.testing.assert_array_equal(join_rows(parts, 4), array)
    assert split_rows(array, 1) is join_rows(array, 1) is array


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", ["simple", "gru", "lstm"])
def test_parts_agree_with_single_rows(cell, bidirectional, return_sequences):
    architecture = Architecture(
        cell,
        (32, 5),
        4,
        2,
        1,
        bidirectional=bidirectional,
        return_sequences=return_sequences,
        level_feature=0,
    )
    blocks, rng = Blocks(architecture), np.random.RandomState(0)
    X = rng.normal(size=(blocks.part_rows * (blocks.n_parts + 2) + 3, 4, 2))
    X[rng.rand(*X.shape[:2]) < 0.1] = np.nan
    states = [rng.normal(size=(len(X), units)) for units in architecture.state_shapes()]
    weights = architecture.initial_weights(rng)
    whole, after = predict_windows(architecture, weights, X, states, with_state=True)
    for i in (0, blocks.part_rows, blocks.part_rows * blocks.n_parts, len(X) - 1):
        row = slice(i, i + 1)
        own = [state[row] for state in states]
        single, state = predict_windows(architecture, weights, X[row], own, with_state=True)
        np.testing.assert_allclose(whole[row], single, atol=1e-13)
        for ours, theirs in zip(after, state, strict=True):
            np.testing.assert_allclose(ours[row], theirs, atol=1e-13)


def test_layers_of_a_stack_count_with_their_inputs():
    stack = Blocks(Architecture("lstm", (32, 32), 20, 1, 1, bidirectional=True))
    assert stack.small_products
    assert stack.part_rows * 128 * (64 + 32 + 1) <= 2**18


@pytest.mark.parametrize(
    "architecture",
    [
        Architecture("simple", (32,), 500, 1, 1),
        Architecture("simple", (32,), 150, 1, 1, autoregressive=True, return_sequences=True),
        Architecture("gru", (32, 32), 300, 1, 1, bidirectional=True),
    ],
)
def test_memory_does_not_grow_with_the_parts(architecture):
    """A block holds the states of all steps, so long windows have fewer parts."""
    weights = architecture.initial_weights(np.random.RandomState(0))
    blocks = Blocks(architecture)
    X = np.zeros((9 * blocks.part_rows, architecture.n_timesteps, 1))
    peaks = []
    for n_parts in (1, None):
        with mock.patch.object(Blocks, "n_parts", n_parts or Blocks.n_parts):
            tracemalloc.start()
            predict_windows(architecture, weights, X)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < max(2 * peaks[0], 2**26)


@pytest.fixture
def threads_seen(monkeypatch):
    """Return the threads that compute blocks, where each block is large enough for a thread."""
    monkeypatch.setattr(_blocks, "_WORTH_A_THREAD", 1)
    seen, meeting, compute = set(), threading.Barrier(2, timeout=30), _blocks._call_all

    def call_all(function, blocks):
        if threading.current_thread() is not threading.main_thread() and len(seen) < 2:
            seen.add(threading.get_ident())
            meeting.wait()  # until both threads are at work
        compute(function, blocks)

    monkeypatch.setattr(_blocks, "_call_all", call_all)
    return seen


def rows(n_rows=20_000):
    rng = np.random.RandomState(0)
    return rng.normal(size=(n_rows, 3, 1)), rng.normal(size=n_rows)


SETTINGS = {
    "plain": {},
    "overflow": {"activation": "relu", "learning_rate": 0.5},
    "several networks": {"n_networks": 3},
    "sequences": {"return_sequences": True, "bidirectional": True},
    "quantiles": {"loss": "quantile", "quantile": [0.1, 0.9], "level_feature": 0},
    "layers": {"units": (4, 3), "autoregressive": True},
}


@pytest.mark.parametrize("name", SETTINGS)
def test_threads_compute_the_same_bits(threads_seen, name):
    X, y = rows()
    X[::7, 1] = np.nan
    if name == "overflow":
        X[::11] = 1e38
    settings = {"cell": "gru", "units": 4, "epochs": 1, "random_state": 0} | SETTINGS[name]
    y = np.tile(y[:, None], 3) if name == "sequences" else y
    model = RNNRegressor(**settings).fit(X[1:100:11], y[1:100:11])
    initial = [np.ones((len(X), *state.shape[1:])) for state in states_of(model, X)]
    alone = model.predict(X, initial_state=initial, return_state=True)
    assert not threads_seen
    together = model.set_params(n_jobs=2).predict(X, initial_state=initial, return_state=True)
    assert len(threads_seen) == 2
    np.testing.assert_array_equal(alone[0], together[0])
    for a, b in zip(alone[1], together[1], strict=True):
        np.testing.assert_array_equal(a, b)


def states_of(model, X):
    return model.predict(X[1:2], return_state=True)[1]


@pytest.fixture
def fitted():
    X, y = rows()
    return RNNRegressor("gru", 4, epochs=1, random_state=0).fit(X[:100], y[:100]), X


def test_context_of_threads_sets_their_number(threads_seen):
    X, y = rows()
    model = RNNClassifier("lstm", 4, epochs=1, random_state=0).fit(X[:100], y[:100] > 0)
    alone = model.predict_proba(X)
    with joblib.parallel_config(backend="threading", n_jobs=2):
        np.testing.assert_array_equal(alone, model.predict_proba(X))
    assert len(threads_seen) == 2


@pytest.mark.parametrize(
    "context",
    [
        {"n_jobs": 2},
        {"backend": "loky", "n_jobs": 2},
        {"backend": "multiprocessing", "n_jobs": 2},
        {"prefer": "processes", "n_jobs": 2},
        {"backend": "sequential"},
    ],
)
def test_context_of_processes_says_nothing_about_threads(threads_seen, fitted, context):
    model, X = fitted
    alone = model.predict(X)
    with joblib.parallel_config(**context):
        np.testing.assert_array_equal(alone, model.predict(X))
        assert not threads_seen
        np.testing.assert_array_equal(alone, model.set_params(n_jobs=2).predict(X))
    assert len(threads_seen) == 2


def test_a_cluster_says_nothing_about_threads(threads_seen, fitted):
    model, X = fitted
    cluster = LocalCluster(1, 2, processes=False, dashboard_address=None)
    with cluster, Client(cluster), joblib.parallel_config(backend="dask"):
        model.predict(X)
    assert not threads_seen


def test_inside_a_job_on_a_thread_there_are_no_more_threads(fitted, monkeypatch):
    model, X = fitted
    monkeypatch.setattr(_blocks, "_WORTH_A_THREAD", 1)
    with mock.patch.object(_blocks, "ThreadPoolExecutor", side_effect=AssertionError):
        calls = [joblib.delayed(model.predict)(X) for _ in range(2)]
        joblib.Parallel(n_jobs=2, backend="threading")(calls)


def test_errors_of_a_thread_arrive(monkeypatch):
    monkeypatch.setattr(_blocks, "_WORTH_A_THREAD", 1)

    def fail(block):
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        Blocks(SMALL).run(fail, 20_000, n_jobs=2)


@pytest.mark.parametrize(("n_jobs", "n_threads"), [(1, 1), (3, 3), (-1, 2), (-2, 1), (-9, 1)])
def test_number_of_threads(n_jobs, n_threads):
    with mock.patch.object(_blocks, "cpu_count", return_value=2):
        assert _blocks._count_threads(n_jobs) == n_threads


@pytest.mark.parametrize(("architecture", "n_rows"), [(SMALL, 500), (LARGE, 20_000)])
def test_no_threads_where_they_would_not_help(architecture, n_rows):
    """Few rows, and products that NumPy computes on all cores."""
    calls = []
    with mock.patch.object(_blocks, "ThreadPoolExecutor", side_effect=AssertionError):
        Blocks(architecture).run(calls.append, n_rows, n_jobs=2)
    assert sum(block.stop - block.start for block in calls) == n_rows


@pytest.mark.parametrize("n_jobs", [0, 1.5, "all", True])
def test_wrong_number_of_jobs(fitted, n_jobs):
    with pytest.raises(ValueError, match="'n_jobs' parameter of RNNRegressor must be"):
        RNNRegressor(n_jobs=n_jobs).fit(np.zeros((20, 2)), np.arange(20.0))
    model, X = fitted
    with pytest.raises(ValueError, match=r"n_jobs must be an integer other than 0, or None\. Got"):
        model.set_params(n_jobs=n_jobs).predict(X[:1])
