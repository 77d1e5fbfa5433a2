"""Steps that contain NaN, and what they leave as it is."""

import numpy as np

from skrnn.cells._skipped_steps_in_forecasts import advance_known, steps_and_mask


def test_a_step_with_a_missing_value_is_masked():
    block = np.arange(12.0).reshape(2, 3, 2)
    steps, mask = steps_and_mask(block)
    np.testing.assert_array_equal(steps, block.transpose(1, 2, 0))
    assert mask is None
    block[1, 2, 0] = np.nan
    steps, mask = steps_and_mask(block)
    np.testing.assert_array_equal(mask, [[True, True], [True, True], [True, False]])
    np.testing.assert_array_equal(steps[2, :, 1], [0.0, 11.0])
    assert np.isnan(block[1, 2, 0])  # what came in is not changed


def test_a_masked_step_leaves_every_array_of_the_state():
    hidden, memory = np.zeros((2, 3)), np.ones((2, 3))

    def advance():
        hidden[...] += 5.0
        memory[...] += 5.0

    advance_known(np.array([True, False, True]), advance, [hidden, memory])
    np.testing.assert_array_equal(hidden, [[5, 0, 5]] * 2)
    np.testing.assert_array_equal(memory, [[6, 1, 6]] * 2)
