"""A step of the GRU by hand. Other tests compare it with Keras's."""

import numpy as np

from skrnn.cells import GRUCell
from skrnn.cells._namespace import numpy_namespace


def test_a_step_by_hand():
    """With a closed reset gate, the candidate depends only on the inputs, and the gate mixes."""
    xp = numpy_namespace("linear", "linear")
    of_inputs, of_state = np.array([[0.25, 0.0, 3.0]]), np.array([[0.5, 0.0, 7.0]])
    (h,), kept = GRUCell().step(xp, [of_inputs, of_state], [np.array([[2.0]])])
    assert h.item() == 0.75 * 2.0 + 0.25 * 3.0
    assert [array.item() for array in kept] == [0.75, 0.0, 3.0, 7.0]


def test_derivatives_by_hand():
    xp = numpy_namespace("linear", "linear")
    kept = [np.array([[value]]) for value in (0.75, 0.5, 3.0, 7.0)]
    (of_inputs, of_state), (before,) = GRUCell().backward(
        xp, kept, [np.array([[2.0]])], [np.array([[1.0]])]
    )
    np.testing.assert_allclose(of_inputs, [[2.0 - 3.0, 0.25 * 7.0, 0.25]])
    np.testing.assert_allclose(of_state, [[2.0 - 3.0, 0.25 * 7.0, 0.25 * 0.5]])
    assert before.item() == 0.75
