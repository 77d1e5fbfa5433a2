"""The functions of the equations, for NumPy arrays."""

import numpy as np
import pytest
from scipy.special import expit

from skrnn.cells._namespace import numpy_namespace


def test_functions_and_activations_by_name():
    xp, x = numpy_namespace("relu", "sigmoid"), np.array([-1.0, 2.0])
    assert xp.split is np.split
    np.testing.assert_array_equal(xp.activation(x), [0.0, 2.0])
    np.testing.assert_allclose(xp.recurrent_activation(x), expit(x))
    np.testing.assert_allclose(xp.softsign(x), [-0.5, 2 / 3])
    np.testing.assert_array_equal(x, [-1.0, 2.0])
    with pytest.raises(AttributeError, match="no attribute 'flatter'"):
        _ = xp.flatter


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "relu", "linear"])
def test_slopes_beside_finite_differences(name):
    xp, x, h = numpy_namespace(name, "tanh"), np.array([-0.7, 0.4, 1.3]), 1e-6
    assert xp.has_slopes
    expected = (xp.activation(x + h) - xp.activation(x - h)) / (2 * h)
    np.testing.assert_allclose(xp.slope(xp.activation(x)), expected, atol=1e-8)
    np.testing.assert_allclose(xp.recurrent_slope(np.tanh(x)), 1 / np.cosh(x) ** 2)


def test_no_slope_for_an_activation_whose_value_does_not_tell_it():
    assert not numpy_namespace("gelu", "sigmoid").has_slopes
    assert not numpy_namespace("tanh", "hard_sigmoid").has_slopes
