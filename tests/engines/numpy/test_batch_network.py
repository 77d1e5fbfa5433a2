"""The loss of a batch and its gradients, compared with those of TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf
from covering_array import all_pairs

from skrnn.cells import GRUCell, LSTMCell, SimpleCell
from skrnn.engines._contract import EngineSettings
from skrnn.engines._layouts import RowLayout
from skrnn.engines.numpy._batch_network import BatchNetwork
from skrnn.engines.tensorflow._network import TensorNetwork
from skrnn.losses import AbsoluteError, Pinball, SquaredError
from skrnn.network._architecture import Architecture

N_ROWS, N_STEPS = 4, 3
CASES = all_pairs(
    {
        "cell": [SimpleCell(), GRUCell(), LSTMCell()],
        "units": [(2,), (3, 2)],
        "loss": [SquaredError(), AbsoluteError(), Pinball((0.2, 0.5, 0.9))],
        "bidirectional": [False, True],
        "return_sequences": [False, True],
        "autoregressive": [False, True],
        "masked": [False, True],
        "n_networks": [1, 2],
        "activation": ["tanh", "sigmoid", "relu"],
    }
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gradients_equal_tensorflow_s(case):
    settings = dict(case)
    loss, masked = settings.pop("loss"), settings.pop("masked")
    architecture = Architecture(
        n_timesteps=N_STEPS,
        n_features=2,
        n_outputs=1,
        n_quantiles=loss.n_quantiles,
        recurrent_activation="tanh" if settings["activation"] == "sigmoid" else "sigmoid",
        **settings,
    )
    layout = RowLayout.of(architecture, loss)
    rows = rows_of_batch(layout, architecture.n_networks, masked)
    network = BatchNetwork(EngineSettings(architecture, loss, None, N_ROWS, masked))
    shape = (*architecture.networks, len(network.positions))
    weights = np.random.default_rng(1).normal(size=shape).astype(np.float32) * 0.5
    expected_loss, expected = reference(architecture, loss, layout, rows, weights, masked)

    network.weights[...] = weights[..., network.positions]
    network.gradients[...] = np.nan
    for batch in network.batches(np.concatenate([rows, rows])):
        found = network.fill_gradients(batch)  # an instance is used again and again
    by_weight = np.empty_like(weights)
    by_weight[..., network.positions] = network.gradients
    np.testing.assert_allclose(found, expected_loss, rtol=1e-5)
    np.testing.assert_allclose(by_weight, expected, rtol=1e-4, atol=1e-5)


def rows_of_batch(layout, n_networks, masked):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(N_ROWS * n_networks, layout.size)).astype(np.float32)
    windows, targets, _ = layout.split(rows)
    targets[..., -1] = rng.uniform(0.5, 1.0, targets.shape[:-1])
    targets[1, 0, 0] = np.nan
    targets[2] = 0.0  # fills the batch
    if masked:
        windows[:, 0] = np.nan
        windows[1, 1, 0] = np.nan
        windows[3, 2, 1] = np.nan
    return rows


def reference(architecture, loss, layout, rows, weights, masked):
    """Return the loss and its gradients by TensorFlow."""
    windows, targets, _ = layout.split(rows)
    networks = architecture.networks
    targets = targets.reshape(*networks, N_ROWS, *targets.shape[1:])
    sizes = [int(np.prod(shape)) for shape in architecture.weight_shapes()]
    parts = np.split(weights, np.cumsum(sizes)[:-1], axis=-1)
    shapes = architecture.weight_shapes()
    variables = [
        tf.Variable(part.reshape(*networks, *shape))
        for part, shape in zip(parts, shapes, strict=True)
    ]
    network = TensorNetwork(architecture, masked=masked)
    import keras

    with tf.GradientTape() as tape:
        forecast, _ = network(variables, tf.constant(windows))
        if not architecture.return_sequences:
            forecast = forecast[:, None]
        forecast = tf.reshape(forecast, (*targets.shape[:-2], *forecast.shape[1:]))
        found = loss.mean(keras.ops, targets[..., :-1], forecast, targets[..., -1])
    gradients = tape.gradient(found, variables, unconnected_gradients="zero")
    flat = [g.numpy().reshape(*networks, -1) for g in gradients]
    return found.numpy(), np.concatenate(flat, axis=-1)


def test_positions_contain_every_weight_once():
    architecture = Architecture(LSTMCell(), (3, 2), 2, 2, 1, autoregressive=True)
    network = BatchNetwork(EngineSettings(architecture, SquaredError(), None, 2, False))
    n_weights = sum(int(np.prod(shape)) for shape in architecture.weight_shapes())
    assert sorted(network.positions) == list(range(n_weights))


@pytest.mark.parametrize("n_networks", [1, 2])
def test_a_step_that_contains_nan_is_unknown_and_its_values_become_zero(n_networks):
    architecture = Architecture(
        SimpleCell(), (2,), n_timesteps=N_STEPS, n_features=2, n_outputs=1, n_networks=n_networks
    )
    layout = RowLayout.of(architecture, SquaredError())
    known, gaps = (rows_of_batch(layout, n_networks, masked) for masked in (False, True))
    network = BatchNetwork(EngineSettings(architecture, SquaredError(), None, N_ROWS, True))
    (windows, none, *_), (filled, unknown, *_) = network.batches(np.concatenate([known, gaps]))
    assert none is None
    np.testing.assert_array_equal(windows.reshape(-1, N_STEPS, 2), layout.split(known)[0])
    expected = layout.split(gaps)[0]
    np.testing.assert_array_equal(filled.reshape(expected.shape), np.nan_to_num(expected))
    by_step = np.isnan(expected).any(axis=-1).T.reshape(unknown.shape)
    np.testing.assert_array_equal(unknown, by_step)
    [(_, nothing, *_)] = network.batches(known)
    assert nothing is None
    masked = BatchNetwork(EngineSettings(architecture, SquaredError(), None, N_ROWS, False))
    assert next(masked.batches(known))[1] is None
