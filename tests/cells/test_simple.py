"""A step of the simple cell by hand. Other tests compare it with Keras's."""

import numpy as np

from skrnn.cells import SimpleCell
from skrnn.cells._namespace import numpy_namespace


def test_a_step_and_its_derivatives_by_hand():
    xp, z = numpy_namespace("tanh", "sigmoid"), np.array([[0.5, -1.0]])
    after, kept = SimpleCell().step(xp, [z], [np.ones((1, 2))])
    np.testing.assert_allclose(after, [np.tanh(z)])
    products, before = SimpleCell().backward(xp, kept, [np.ones((1, 2))], [np.full((1, 2), 3.0)])
    np.testing.assert_allclose(products, [3.0 / np.cosh(z) ** 2])
    np.testing.assert_array_equal(before, np.zeros((1, 1, 2)))
