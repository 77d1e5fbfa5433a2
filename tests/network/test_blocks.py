"""Blocks of rows, their parts, and the threads that compute them."""

import threading
from unittest import mock

import joblib
import numpy as np
import pytest

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


@pytest.fixture
def threads_seen(monkeypatch):
    """Return the threads that compute blocks, of which each is worth a thread here."""
    monkeypatch.setattr(_blocks, "_WORTH_A_THREAD", 1)
    seen, meeting = set(), threading.Barrier(2, timeout=30)

    def call_all(function, blocks):
        if threading.current_thread() is not threading.main_thread() and len(seen) < 2:
            seen.add(threading.get_ident())
            meeting.wait()  # until both threads are at work
        for block in blocks:
            function(block)

    monkeypatch.setattr(_blocks, "_call_all", call_all)
    return seen


@pytest.mark.parametrize("n_networks", [1, 3])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_threads_compute_the_same_bits(threads_seen, activation, n_networks):
    rng = np.random.RandomState(0)
    X, y = rng.normal(size=(20_000, 3, 1)), rng.normal(size=20_000)
    model = RNNRegressor(
        "gru", 4, activation=activation, epochs=1, n_networks=n_networks, random_state=0
    ).fit(X[:100], y[:100])
    alone = model.predict(X)
    assert not threads_seen
    np.testing.assert_array_equal(alone, model.set_params(n_jobs=2).predict(X))
    assert len(threads_seen) == 2


def test_context_of_joblib_sets_the_number_of_threads(threads_seen):
    rng = np.random.RandomState(0)
    X, labels = rng.normal(size=(20_000, 3, 1)), rng.randint(3, size=20_000)
    model = RNNClassifier("lstm", 4, epochs=1, random_state=0).fit(X[:100], labels[:100])
    alone = model.predict_proba(X)
    with joblib.parallel_config(backend="threading", n_jobs=2):
        np.testing.assert_array_equal(alone, model.predict_proba(X))
    assert len(threads_seen) == 2


@pytest.mark.parametrize(("architecture", "n_rows"), [(SMALL, 500), (LARGE, 20_000)])
def test_no_threads_where_they_would_not_help(architecture, n_rows):
    """Few rows, and products that NumPy computes on all cores."""
    with mock.patch.object(_blocks, "Parallel", side_effect=AssertionError):
        calls = []
        Blocks(architecture).run(calls.append, n_rows, n_jobs=2)
    assert sum(block.stop - block.start for block in calls) == n_rows


@pytest.mark.parametrize("n_jobs", [0, 1.5, "all", True])
def test_wrong_number_of_jobs(n_jobs):
    with pytest.raises(ValueError, match="'n_jobs' parameter of RNNRegressor must be"):
        RNNRegressor(n_jobs=n_jobs).fit(np.zeros((20, 2)), np.arange(20.0))
