"""The minimal gated unit by hand, from the equations of the paper."""

import numpy as np
from scipy.special import expit

from skrnn.cells import MinimalGatedCell
from skrnn.cells._forecast_scan import NumpyScan


def test_states_by_the_equations():
    cell, rng = MinimalGatedCell(), np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in cell.weight_shapes(2, 3)]
    (kernel, recurrent_kernel, bias, inner), x = weights, rng.normal(size=(4, 2))
    h = np.zeros(3)
    for step in x:
        f = expit(step @ kernel[:, :3] + h @ recurrent_kernel + bias[:3])
        h = (1 - f) * h + f * np.tanh(step @ kernel[:, 3:] + (f * h) @ inner + bias[3:])
    states, _ = NumpyScan(cell, "tanh", "sigmoid", weights).run(x[..., None])
    np.testing.assert_allclose(states[-1, :, 0], h)


def test_kernels_decay_and_start_orthogonal():
    cell = MinimalGatedCell()
    assert cell.weight_names == ("kernel", "recurrent_kernel", "bias", "candidate_kernel")
    weights = cell.initial_weights(2, 3, np.random.RandomState(0))
    for kernel in weights[1::2]:
        np.testing.assert_allclose(kernel @ kernel.T, np.eye(3), atol=1e-6)
