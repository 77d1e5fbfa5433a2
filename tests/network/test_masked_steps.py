"""Steps that contain NaN."""

import numpy as np

from skrnn.network._masked_steps import steps_and_mask


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
