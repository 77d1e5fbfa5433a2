"""A step of the LSTM by hand, and its first bias. Other tests compare it with Keras's."""

import numpy as np

from skrnn.cells import LSTMCell
from skrnn.cells._namespace import numpy_namespace


def test_a_step_and_its_derivatives_by_hand():
    xp = numpy_namespace("linear", "linear")
    state = [np.array([[9.0]]), np.array([[2.0]])]
    (h, c), kept = LSTMCell().step(xp, [np.array([[0.5, 0.25, 3.0, 4.0]])], state)
    assert (h.item(), c.item()) == (4.0 * 2.0, 0.25 * 2.0 + 0.5 * 3.0)
    (product,), (of_h, of_c) = LSTMCell().backward(
        xp, kept, state, [np.array([[1.0]]), np.array([[10.0]])]
    )
    of_memory = 10.0 + 1.0 * 4.0
    np.testing.assert_allclose(product, [[of_memory * 3.0, of_memory * 2.0, of_memory * 0.5, 2.0]])
    assert (of_h.item(), of_c.item()) == (0.0, of_memory * 0.25)


def test_the_forget_gate_starts_open():
    bias = LSTMCell().initial_weights(2, 3, np.random.RandomState(0))[2]
    np.testing.assert_array_equal(bias, [0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0])
