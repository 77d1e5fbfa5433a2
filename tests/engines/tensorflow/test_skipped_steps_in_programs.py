"""Steps that contain NaN, and what they leave as it is in compiled programs."""

import numpy as np
import tensorflow as tf

from skrnn.engines.tensorflow._skipped_steps_in_programs import (
    count_skipped_at_start,
    state_after,
    zero_if_skipped,
)

KNOWN = tf.constant([[True], [False], [True]])


def test_rows_whose_step_is_skipped_keep_their_state():
    after, before = [tf.ones((3, 2)), tf.fill((3, 2), 5.0)], [tf.zeros((3, 2)), tf.zeros((3, 2))]
    first, second = state_after(KNOWN, after, before)
    np.testing.assert_array_equal(first, [[1, 1], [0, 0], [1, 1]])
    np.testing.assert_array_equal(second, [[5, 5], [0, 0], [5, 5]])
    assert state_after(None, after, before) is after


def test_a_skipped_step_has_no_derivatives():
    arrays = [tf.constant([[1.0], [np.nan], [3.0]])]
    np.testing.assert_array_equal(zero_if_skipped(KNOWN, arrays)[0], [[1], [0], [3]])
    assert zero_if_skipped(None, arrays) is arrays


def test_only_steps_before_the_longest_sequence_are_omitted():
    known = np.array([[False, False], [False, False], [False, True], [False, False]])
    assert int(count_skipped_at_start(tf.constant(known[..., None]))) == 2
    assert int(count_skipped_at_start(tf.constant(~known[..., None]))) == 0
    assert int(count_skipped_at_start(tf.zeros((4, 2, 1), tf.bool))) == 4
