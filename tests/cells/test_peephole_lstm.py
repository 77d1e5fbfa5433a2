"""The LSTM with peepholes by hand, from the equations of the paper."""

import numpy as np
from scipy.special import expit

from skrnn.cells import LSTMCell, PeepholeLSTMCell
from skrnn.cells._forecast_scan import NumpyScan


def test_states_by_the_equations():
    cell, rng = PeepholeLSTMCell(), np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in cell.weight_shapes(2, 3)]
    (kernel, recurrent_kernel, bias, peepholes), x = weights, rng.normal(size=(4, 2))
    h, c = np.zeros(3), np.zeros(3)
    for step in x:
        i, f, g, o = np.split(step @ kernel + h @ recurrent_kernel + bias, 4)
        i, f = expit(i + peepholes[0] * c), expit(f + peepholes[1] * c)
        c = f * c + i * np.tanh(g)
        h = expit(o + peepholes[2] * c) * np.tanh(c)
    states, (_, memory) = NumpyScan(cell, "tanh", "sigmoid", weights).run(x[..., None])
    np.testing.assert_allclose(states[-1, :, 0], h)
    np.testing.assert_allclose(memory[:, 0], c)


def test_without_peepholes_it_is_the_lstm():
    cell, rng = PeepholeLSTMCell(), np.random.RandomState(0)
    *weights, peepholes = cell.initial_weights(2, 3, rng)
    np.testing.assert_array_equal(peepholes, np.zeros((3, 3)))
    assert "peepholes" not in cell.decayed
    x = rng.normal(size=(4, 2, 5))
    states, _ = NumpyScan(cell, "tanh", "sigmoid", [*weights, peepholes]).run(x)
    expected, _ = NumpyScan(LSTMCell(), "tanh", "sigmoid", weights).run(x)
    np.testing.assert_allclose(states, expected, rtol=1e-12)
