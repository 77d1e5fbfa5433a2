"""Batches of similar length: which rows they join, and that they train the same weights."""

from itertools import islice, pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from skrnn import RNNClassifier, RNNRegressor, pad_sequences
from skrnn.training import _row_order
from skrnn.training._row_order import BLANK, lengths_of_rows, orders_by_length, row_orders
from skrnn.training._samples import Samples
from skrnn.windows._views import view_windows
from tests._support.keras_reference import largest_difference

RNG = np.random.RandomState(0)
LENGTHS = np.array([3] * 13 + [10] * 7 + [4] * 8)
X = pad_sequences([RNG.normal(size=(n, 2)) for n in LENGTHS], n_timesteps=16)
Y = RNG.normal(size=len(X))
OF_STEPS = (RNG.uniform(size=X.shape[:2]) > 0.5).astype(float)
OF_STEPS[np.isnan(X[..., 0])] = np.nan
OF_STEPS[1, 5] = 1.0  # a label of a step that is padding


@pytest.fixture
def worthwhile(monkeypatch):
    monkeypatch.setattr(_row_order, "_WORTHWHILE", 1)


def samples_of(windows, targets=None, rows=None):
    targets = np.zeros((len(windows), 1)) if targets is None else targets
    targets = np.stack([targets, np.ones_like(targets)], axis=-1).astype(np.float32)
    rows = np.arange(len(windows)) if rows is None else rows
    return Samples(windows, targets, rows, masked=bool(np.isnan(windows).any()))


@pytest.mark.usefixtures("worthwhile")
def test_lengths_of_rows():
    np.testing.assert_array_equal(lengths_of_rows(samples_of(X), 8), LENGTHS)
    some = np.arange(5, 15)
    np.testing.assert_array_equal(lengths_of_rows(samples_of(X, rows=some), 8), LENGTHS[some])


def test_rows_are_not_sorted_where_that_saves_nothing(monkeypatch):
    assert lengths_of_rows(samples_of(X), 8) is None  # a few rows
    monkeypatch.setattr(_row_order, "_WORTHWHILE", 1)
    assert lengths_of_rows(samples_of(np.nan_to_num(X)), 8) is None
    partly = X.copy()
    partly[:, 0, 1] = 0.0  # a step of which something is known
    assert lengths_of_rows(samples_of(partly), 8) is None
    series = np.full((40, 2), np.nan)
    series[30:] = 0.0
    assert lengths_of_rows(samples_of(view_windows(series, 16)), 8) is None


def test_an_order_joins_rows_of_similar_length():
    def draw(*seeds):
        return orders_by_length(LENGTHS, 8, [np.random.RandomState(seed) for seed in seeds])

    orders = draw(0, 1)
    np.testing.assert_array_equal(draw(0, 1), orders)
    np.testing.assert_array_equal(draw(0), orders[:1])
    assert not np.array_equal(draw(1), orders[1:])
    longest = np.append(LENGTHS, 0)[orders].reshape(2, -1, 8).max(axis=2)
    np.testing.assert_array_equal(*longest)  # batches of all networks have the same lengths
    for order in orders:
        assert sorted(order[order != BLANK]) == list(range(len(LENGTHS)))
        batches = np.append(LENGTHS, 0)[order].reshape(-1, 8)
        ranges = sorted((batch[batch > 0].min(), batch.max()) for batch in batches)
        assert all(a[1] <= b[0] for a, b in pairwise(ranges))


def test_the_order_of_an_epoch_stays_when_the_next_one_is_drawn():
    plan = SimpleNamespace(
        architecture=SimpleNamespace(n_networks=2), stateful=False, shuffle=True, batch_size=8
    )
    draws = [np.random.RandomState(seed) for seed in (0, 1)]
    expected = [np.random.RandomState(seed) for seed in (0, 1)]
    samples = samples_of(np.zeros((20, 3, 1)))
    # Both epochs are kept, as the trainer keeps those of a call.
    for order in list(islice(row_orders(plan, samples, draws), 2)):
        np.testing.assert_array_equal(order[:, :20], [own.permutation(20) for own in expected])
        assert (order[:, 20:] == BLANK).all()


@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (RNNRegressor("simple", 4, dropout=0.3), Y),
        (RNNRegressor("lstm", (3, 2), bidirectional=True, level_feature=1), Y),
        (RNNClassifier("gru", 4, return_sequences=True), OF_STEPS),
        (RNNClassifier("lstm", (3, 2), return_sequences=True, bidirectional=True), OF_STEPS),
    ],
)
def test_padding_of_a_whole_batch_changes_nothing(estimator, y):
    estimator.set_params(epochs=3, batch_size=8, random_state=0)
    expected = estimator.fit(X, y).weights_, estimator.history_
    padding = np.full((len(X), 7, 2), np.nan)
    if y is OF_STEPS:
        y = np.hstack([padding[..., 0], y])
    estimator.fit(np.hstack([padding, X]), y)
    assert largest_difference(estimator.weights_, expected[0]) < 1e-6
    np.testing.assert_allclose(estimator.history_["loss"], expected[1]["loss"], rtol=1e-5)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_labels_in_the_padding_of_a_whole_batch(bidirectional):
    """The states are zero there, so only the bias and the path learn from them."""
    y = np.full(X.shape[:2], np.nan)
    y[:, :2], y[0, -1] = 1.0, 0.0
    settings = {"bidirectional": bidirectional, "return_sequences": True, "random_state": 0}
    estimator = RNNRegressor("gru", 4, epochs=20, learning_rate=0.1, **settings).fit(X, y)
    forecast = estimator.predict(X)
    np.testing.assert_allclose(forecast[:, :2], estimator.weights_[-1][0], rtol=1e-5)
    assert estimator.weights_[-1][0] > 0.5
    assert np.nanmean((forecast - y) ** 2) < 0.1


def test_shuffled_batches_train_all_rows(monkeypatch):
    monkeypatch.setattr(_row_order, "_WORTHWHILE", 1)
    estimator = RNNClassifier("simple", 4, return_sequences=True, random_state=0, epochs=30)
    estimator.set_params(batch_size=8, learning_rate=0.05).fit(X, OF_STEPS)
    assert estimator.history_["loss"][-1] < 0.9 * estimator.history_["loss"][0]
