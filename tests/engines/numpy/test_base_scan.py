"""What all scans share."""

import numpy as np
import pytest
from scipy.special import expit

from skrnn.cells import GRUCell
from skrnn.engines.numpy import _base_scan
from skrnn.engines.numpy._gru_scan import GRUScan

X = np.linspace(-3, 3, 7).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("tanh", np.tanh),
        ("sigmoid", expit),
        ("relu", lambda x: np.maximum(x, 0)),
        ("linear", lambda x: x),
    ],
)
def test_activations_and_their_slopes(name, function):
    value = np.empty_like(X)
    _base_scan.ACTIVATIONS[name](X, value)
    np.testing.assert_allclose(value, function(X), rtol=1e-6, atol=1e-7)
    scaled = X * _base_scan.scale_before(name)
    _base_scan.AFTER_SCALE[name](scaled, scaled)
    np.testing.assert_allclose(scaled, value, rtol=1e-6, atol=1e-7)
    slope, wide = np.empty_like(X), X.astype(np.float64) + 1e-9
    _base_scan.slope(name, value, slope)
    expected = (function(wide + 1e-6) - function(wide - 1e-6)) / 2e-6
    # The derivative of "relu" at zero is zero, as in TensorFlow.
    np.testing.assert_allclose(slope[X != 0], expected[X != 0], atol=1e-6)


def test_lines_are_views():
    array = np.zeros((2, 6, 3))
    first, second = _base_scan.lines(array, 2)
    second[...] = 1.0
    assert (array[:, :3].any(), array[:, 3:].all()) == (False, True)
    assert first.shape == (2, 3, 3)


@pytest.mark.parametrize(("networks", "n_rows"), [((), 1), ((), 4), ((2,), 1), ((2,), 4)])
def test_sums_of_products(networks, n_rows):
    rng = np.random.default_rng(0)
    left = rng.normal(size=(5, *networks, 4, n_rows)).astype(np.float32)
    first, second = rng.normal(size=(2, 5, *networks, 2, n_rows)).astype(np.float32)
    out = np.empty((2, *networks, 3, 2), np.float32)
    parts = [(slice(0, 3), first), (slice(1, None), second)]
    products = _base_scan.SumsOfProducts(left, parts)
    for _ in range(2):
        products.compute(*out)
        for own, (lines, right) in zip(out, parts, strict=True):
            expected = np.einsum("t...ir,t...jr->...ij", left[..., lines, :], right)
            np.testing.assert_allclose(own, expected, rtol=1e-5, atol=1e-6)
        left *= -2.0  # the values of the factors may change
        second += 1.0


@pytest.mark.parametrize("networks", [(), (2,)])
def test_lines_of_a_room_are_one_block_for_all_networks(networks):
    scan = GRUScan(
        GRUCell(), "tanh", "sigmoid", width=2, units=3, n_steps=4, n_rows=5, networks=networks
    )
    room = scan.room(6)
    assert room.shape == (4, *networks, 6, 5)
    for line in _base_scan.lines(room[0], 2):
        stored = scan.as_stored(line)
        assert stored.flags.c_contiguous
        stored[...] = 1.0
    assert room[0].all()
    assert not room[1:].any()
