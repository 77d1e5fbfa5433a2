"""The cells of the training program, beside Keras's cells."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from skrnn.network._tensor_cells import CELLS

KERAS = {
    "simple": keras.layers.SimpleRNNCell,
    "gru": keras.layers.GRUCell,
    "lstm": keras.layers.LSTMCell,
}
ROWS, WIDTH, UNITS = 5, 2, 3


def sizes(name):
    gates = {"simple": 1, "gru": 3, "lstm": 4}[name]
    return gates, 2 if name == "lstm" else 1


@pytest.fixture
def step():
    """Inputs, states and weights, all of them different."""
    rng = np.random.default_rng(0)

    def draw(name):
        _, n_states = sizes(name)
        cell = KERAS[name](UNITS)
        cell.build((None, WIDTH))
        cell.set_weights([rng.normal(size=w.shape) for w in cell.get_weights()])
        state = [rng.normal(size=(ROWS, UNITS)).astype(np.float32) for _ in range(n_states)]
        return cell, rng.normal(size=(ROWS, WIDTH)).astype(np.float32), state

    return draw


@pytest.mark.parametrize("name", CELLS)
def test_a_step_is_the_step_of_keras(step, name):
    cell, x, state = step(name)
    weights = [tf.constant(w) for w in cell.get_weights()]
    found = CELLS[name](x, state, weights, tf.tanh, tf.sigmoid, (None, None))
    _, expected = cell(x, state if len(state) > 1 else state[0])
    for a, b in zip(found, expected if len(state) > 1 else [expected], strict=True):
        np.testing.assert_allclose(a, np.reshape(b, a.shape), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("per_gate", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_dropout_multiplies_inputs_and_states(step, name, per_gate):
    """With the same factors for all gates, as with other inputs; with others, one gate differs."""
    cell, x, state = step(name)
    gates, _ = sizes(name)
    weights = [tf.constant(w) for w in cell.get_weights()]
    factors = tf.constant(np.random.default_rng(1).normal(size=(ROWS, WIDTH)), tf.float32)
    ones = [tf.ones((ROWS, UNITS))] * gates
    dropped = ([factors] * gates, ones) if per_gate else ([factors], None)
    found = CELLS[name](x, state, weights, tf.tanh, tf.sigmoid, dropped)
    expected = CELLS[name](x * factors, state, weights, tf.tanh, tf.sigmoid, (None, None))
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    nothing = CELLS[name](x, state, weights, tf.tanh, tf.sigmoid, (None, [0.0 * ones[0]]))
    alone = CELLS[name](
        x, state, [weights[0], 0.0 * weights[1], weights[2]], tf.tanh, tf.sigmoid, (None, None)
    )
    np.testing.assert_allclose(nothing[0], alone[0], rtol=1e-5, atol=1e-6)
