"""Which steps are unknown."""

import numpy as np

from skrnn.engines.numpy._skipped_steps_in_batches import Mask


def unknown():
    """Three steps of two rows."""
    return np.array([[True, True], [True, False], [False, False]])


def test_steps_that_are_read():
    mask = Mask(unknown())
    assert mask.whole[:, 0].tolist() == [[True, True], [True, False], [False, False]]
    assert (mask.first, mask.partly) == (1, [True, True, False])
    assert [kept.tolist() for kept in mask.kept] == [[[1.0, 1.0]], [[1.0, 0.0]], [[0.0, 0.0]]]


def test_values_at_unknown_steps_that_are_read():
    array = np.full((3, 2, 2), 7.0)
    mask = Mask(unknown())
    mask.fill(array, 0.0)
    assert array.tolist() == [[[7, 7], [7, 7]], [[0, 7], [0, 7]], [[7, 7], [7, 7]]]
    mask = Mask(unknown()).reversed()
    mask.fill(array, 1.0)
    assert array.tolist() == [[[7, 7], [7, 7]], [[1, 7], [1, 7]], [[1, 1], [1, 1]]]
    Mask(np.full((3, 2), True)).fill(array, 5.0)
    assert 5.0 not in array


def test_the_backward_direction_reads_the_last_step_first():
    mask = Mask(unknown()).reversed()
    assert (mask.first, mask.partly) == (0, [False, True, True])


def test_without_a_known_step_no_step_is_read():
    assert Mask(np.full((3, 2), True)).first == 3
