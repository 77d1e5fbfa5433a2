"""The rows that early stopping holds out, at the end or at random."""

import numpy as np
import pytest

from skrnn._input import select_samples
from skrnn.training._samples import split_at_random, split_last_block

NAN = np.nan


@pytest.fixture
def windows():
    return np.random.RandomState(0).normal(size=(10, 3, 2))


def selected(windows):
    return select_samples(windows, np.zeros(len(windows)), None, missing="mask")


def test_the_last_block_is_held_out(windows):
    samples, held_out = split_last_block(selected(windows), 0.25)
    assert samples.rows.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert held_out.rows.tolist() == [7, 8, 9]
    assert held_out.windows is samples.windows is windows


@pytest.mark.parametrize(
    ("fraction", "n_held_out"), [(1e-9, 1), (0.1, 1), (0.11, 2), (0.5, 5), (0.9, 9)]
)
def test_the_block_is_a_share_of_all_rows_rounded_up(windows, fraction, n_held_out):
    samples, held_out = split_last_block(selected(windows), fraction)
    assert held_out.rows.tolist() == list(range(10 - n_held_out, 10))
    assert samples.rows.tolist() == list(range(10 - n_held_out))


def test_the_block_is_a_share_of_the_rows_that_can_be_used(windows):
    """What is held out is the end of what is known, as if the other rows were absent."""
    windows[[0, 1, 2, 8, 9]] = NAN
    samples, held_out = split_last_block(selected(windows), 0.3)
    assert samples.rows.tolist() == [3, 4, 5]
    assert held_out.rows.tolist() == [6, 7]
    windows[4:] = NAN
    with pytest.raises(ValueError, match="the last 1 of 1 rows that can be used, and leaves 0 to"):
        split_last_block(selected(windows), 0.3)


def of_classes(positions):
    """Rows whose targets are positions of classes."""
    windows = np.zeros((len(positions), 2, 1))
    return select_samples(windows, np.array(positions, float), None, missing="mask")


@pytest.mark.parametrize("fraction", [0.1, 0.3, 0.5])
def test_a_stratified_part_has_the_shares_of_the_classes(fraction):
    positions = np.repeat([0, 1, 2], [60, 30, 10])
    samples = of_classes(positions)
    train, held_out = split_at_random(samples, fraction, np.random.RandomState(0), stratified=True)
    assert sorted([*train.rows, *held_out.rows]) == list(range(100))
    counts = np.bincount(positions[held_out.rows], minlength=3)
    assert np.abs(counts - fraction * np.array([60, 30, 10])).max() <= 1
    again = split_at_random(samples, fraction, np.random.RandomState(0), stratified=True)[1]
    np.testing.assert_array_equal(again.rows, held_out.rows)
    other = split_at_random(samples, fraction, np.random.RandomState(1), stratified=True)[1]
    assert not np.array_equal(other.rows, held_out.rows)


def test_each_class_keeps_a_row_to_train_on():
    samples = of_classes([0, 1, 1, 1, 2])
    train, held_out = split_at_random(samples, 0.9, np.random.RandomState(0), stratified=True)
    assert set(samples.targets[train.rows, 0, 0]) == {0, 1, 2}
    assert len(held_out.rows) == 2
    with pytest.raises(ValueError, match="holds out 0 of 2 rows"):
        split_at_random(of_classes([0, 1]), 0.5, np.random.RandomState(0), stratified=True)
    train, held_out = split_at_random(samples, 0.4, np.random.RandomState(0), stratified=False)
    assert (len(train.rows), len(held_out.rows)) == (3, 2)


def test_each_class_of_steps_keeps_a_row_to_train_on():
    windows, positions = np.zeros((20, 3, 1)), np.zeros((20, 3))
    positions[7, 1], positions[8] = 1, [2, NAN, 3]
    samples = select_samples(windows, positions, None, missing="mask", return_sequences=True)
    for seed in range(20):
        train, held_out = split_at_random(
            samples, 0.9, np.random.RandomState(seed), stratified=False
        )
        assert {7, 8} <= set(train.rows)
        assert sorted([*train.rows, *held_out.rows]) == list(range(20))
