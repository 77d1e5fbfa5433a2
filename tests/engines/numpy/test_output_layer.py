"""The loss of a batch and its derivatives with respect to the output."""

import numpy as np
import pytest

from skrnn.cells import SimpleCell
from skrnn.engines.numpy._output_layer import OutputLayer, known_targets, mean_and_gradient
from skrnn.losses import Gamma, Huber, Pinball, Poisson, SquaredError
from skrnn.network._architecture import Architecture


@pytest.mark.parametrize("networks", [(), (2,)])
@pytest.mark.parametrize(
    "loss", [SquaredError(), Huber(0.5), Poisson(), Gamma(), Pinball((0.2, 0.7))]
)
def test_mean_is_the_loss_s_and_its_derivative(loss, networks):
    rng = np.random.default_rng(0)
    y = rng.uniform(0.5, 2.0, size=(*networks, 3, 2, 2))
    y[..., 0, 0, 0] = np.nan
    weight = rng.uniform(0.5, 1.0, size=(*networks, 3, 2, 1))
    weight[..., 2, 1, 0] = 0.0
    shape = (*y.shape, loss.n_quantiles) if loss.n_quantiles else y.shape
    output = rng.normal(size=shape)
    known, shares = known_targets(loss, y, weight)
    mean, gradient = mean_and_gradient(loss, known, output, shares)
    np.testing.assert_allclose(mean, loss.mean(np, y, output, weight[..., 0]))
    for place in np.ndindex(shape):
        change = np.zeros(shape)
        change[place] = 1e-6
        above, below = (
            np.sum(loss.mean(np, y, output + sign * change, weight[..., 0])) for sign in (1, -1)
        )
        assert gradient[place] == pytest.approx((above - below) / 2e-6, abs=1e-6)


def test_a_batch_without_rows_has_no_loss_and_no_gradient():
    y, output, weight = np.zeros((2, 1, 1)), np.ones((2, 1, 1)), np.zeros((2, 1, 1))
    known, shares = known_targets(SquaredError(), y, weight)
    mean, gradient = mean_and_gradient(SquaredError(), known, output, shares)
    assert (mean, gradient.any()) == (0.0, False)


def test_levels_are_added_to_the_outputs():
    architecture = Architecture(SimpleCell(), (1,), 2, 1, 1)
    layer = OutputLayer(architecture, Poisson(), 1)
    weights, gradients = np.array([1.0, 0.5], np.float32), np.empty(2, np.float32)
    hidden, windows = np.array([[2.0]], np.float32), np.zeros((1, 2, 1), np.float32)
    targets, levels = np.array([[[3.0]]], np.float32), np.array([[[0.25]]], np.float32)
    layer.bind(weights, gradients)
    loss, of_hidden = layer.gradients(hidden, windows, targets, np.ones_like(targets), levels)
    output = np.array([[[2.0 + 0.5 + 0.25]]])
    assert loss == pytest.approx(Poisson().mean(np, targets, output, np.ones((1, 1))))
    slope = float(Poisson().gradient(targets, output).ravel()[0])
    np.testing.assert_allclose(gradients, [2.0 * slope, slope], rtol=1e-6)
    np.testing.assert_allclose(of_hidden, [[slope]], rtol=1e-6)
