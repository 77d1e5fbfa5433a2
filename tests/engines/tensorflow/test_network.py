"""The network of the training program, compared with the NumPy forward pass and with Keras."""

from itertools import product

import numpy as np
import pytest
import tensorflow as tf

from skrnn.engines.tensorflow._network import TensorNetwork
from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_stream, predict_windows
from skrnn.network._window_level import WindowLevel

CELLS = ["simple", "gru", "lstm"]
OPTIONS = [
    {},
    {"units": (3, 2)},
    {"bidirectional": True, "units": (2, 3)},
    {"return_sequences": True, "units": (2, 2)},
    {"return_sequences": True, "bidirectional": True, "autoregressive": True, "level_feature": 1},
    {"level_feature": 0, "autoregressive": True, "n_quantiles": 3},
    {"activation": "relu", "recurrent_activation": "hard_sigmoid"},
]


def drawn(cell, n_timesteps, missing=True, **options):
    """An architecture, weights and windows, every third of which has missing values."""
    settings = {"units": (3,)} | options
    architecture = Architecture(
        cell, n_timesteps=n_timesteps, n_features=2, n_outputs=2, **settings
    )
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=s).astype(np.float32) for s in architecture.weight_shapes()]
    windows = rng.normal(size=(9, n_timesteps, 2)).astype(np.float32)
    if missing:
        windows[::3, :2] = np.nan
        windows[1::3, 1, 0] = np.nan
    return architecture, weights, windows


@pytest.mark.parametrize("n_timesteps", [4, 11])
@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize(("cell", "options"), list(product(CELLS, OPTIONS)))
def test_forecasts_are_those_of_numpy(cell, options, missing, n_timesteps):
    architecture, weights, windows = drawn(cell, n_timesteps, missing, **options)
    found, _ = TensorNetwork(architecture, masked=missing)(weights, tf.constant(windows))
    expected, _ = predict_windows(architecture, weights, windows)
    expected = expected if architecture.return_sequences else expected[:, 0]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("n_timesteps", [4, 11])
@pytest.mark.parametrize("cell", CELLS)
def test_states_are_passed_on(cell, n_timesteps, return_sequences):
    architecture, weights, windows = drawn(
        cell, n_timesteps, units=(2, 3), return_sequences=return_sequences
    )
    rng = np.random.default_rng(1)
    before = [rng.normal(size=n).astype(np.float32) for n in architecture.state_shapes()]
    found, states = TensorNetwork(architecture)(
        weights, tf.constant(windows[:1]), [tf.constant(b[None]) for b in before]
    )
    expected, after = predict_stream(architecture, weights, windows[:1], before)
    np.testing.assert_allclose(
        np.reshape(found, np.shape(expected)), expected, rtol=1e-4, atol=1e-4
    )
    for a, b in zip(states, after, strict=True):
        np.testing.assert_allclose(a[0], b, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("n_timesteps", [4, 11])
def test_dropout_has_the_mean_of_no_dropout(n_timesteps):
    """If the network is linear."""
    architecture, weights, _ = drawn("simple", n_timesteps, dropout=0.4, activation="linear")
    weights = [0.3 * w for w in weights]
    windows = tf.ones((4000, n_timesteps, 2))
    network = TensorNetwork(architecture, masked=False)
    plain, _ = network(weights, windows)
    first, _ = network(weights, windows, seed=tf.constant([3, 0]))
    again, _ = network(weights, windows, seed=tf.constant([3, 0]))
    other, _ = network(weights, windows, seed=tf.constant([3, 1]))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 0.01
    np.testing.assert_allclose(np.mean(first, axis=0), plain[0], atol=0.03)


DERIVED = [
    *OPTIONS,
    {"n_networks": 3, "units": (3, 2)},
    {"n_networks": 2, "bidirectional": True, "return_sequences": True},
    {"dropout": 0.4, "units": (3, 2)},
    {"dropout": 0.4, "n_networks": 2},
    {"dropout": 0.4, "recurrent_dropout": 0.3, "bidirectional": True},
    {"activation": "gelu"},
    {"units": (33,)},
]


@pytest.mark.parametrize(
    ("cell", "options", "missing", "n_timesteps"),
    [  # any three of the four in all combinations
        (cell, options, missing, (4, 11)[(i + j + missing) % 2])
        for (i, cell), (j, options) in product(enumerate(CELLS), enumerate(DERIVED))
        for missing in (False, True)
    ],
)
def test_derivatives_are_the_gradient_of_tensorflow(cell, options, missing, n_timesteps):
    """With our own backward pass, or a recorded one: four steps are not run in a loop."""
    architecture, weights, windows = drawn(cell, n_timesteps, missing, **options)
    rng = np.random.default_rng(3)
    networks = architecture.networks
    weights = [
        tf.constant(0.5 * rng.normal(size=(*networks, *w.shape)), tf.float32) for w in weights
    ]
    windows = tf.constant(np.concatenate([windows] * architecture.n_networks))
    seed = (
        tf.constant([5, 2])
        if not networks
        else tf.constant([[5 + i, 2] for i in range(networks[0])])
    )
    network = TensorNetwork(architecture, masked=missing)

    def loss(forecast):
        factors = np.random.default_rng(4).normal(size=forecast.shape)
        return tf.reduce_sum(tf.reshape(forecast * factors, (*networks, -1)), axis=-1)

    with tf.GradientTape() as tape:
        tape.watch(weights)
        outputs, states = network(weights, windows, None, seed)
        expected_loss = loss(outputs)
    expected = tape.gradient(expected_loss, weights, unconnected_gradients="zero")
    # The rows of training come without their levels.
    centred, level = windows, None
    rule = WindowLevel.of(architecture)
    if rule is not None:
        levels = rule.find(windows.numpy(), unknown=np.nan)
        centred = tf.constant(rule.subtract(windows, levels), tf.float32)
        level = tf.constant(levels[:, None], tf.float32)
    found_loss, found, found_states = network.derivatives(
        weights, centred, None, seed, loss, level
    )
    np.testing.assert_allclose(found_loss, expected_loss, rtol=1e-4, atol=1e-4)
    for a, b in zip(found_states, states, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4 * max(1.0, np.abs(b).max()))
