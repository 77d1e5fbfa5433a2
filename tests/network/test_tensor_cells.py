"""The cells of the training program, beside Keras's cells."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from skrnn.network._tensor_cells import _SLOPES, CELLS
from skrnn.network._tensor_products import Products

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

    def draw(name, units=UNITS):
        _, n_states = sizes(name)
        cell = KERAS[name](units)
        cell.build((None, WIDTH))
        cell.set_weights([rng.normal(size=w.shape) for w in cell.get_weights()])
        state = [rng.normal(size=(ROWS, units)).astype(np.float32) for _ in range(n_states)]
        return cell, rng.normal(size=(ROWS, WIDTH)).astype(np.float32), state

    return draw


def step_of(name, x, state, weights, dropped=(None, None)):
    cell, weights = CELLS[name]("tanh", "sigmoid"), [tf.constant(w) for w in weights]
    products = Products(weights, separate=cell.separate, dropped=dropped)
    after, _ = cell.step(products(x, state[0]), state)
    return after


@pytest.mark.parametrize("units", [UNITS, 17, 33])
@pytest.mark.parametrize("name", CELLS)
def test_a_step_is_the_step_of_keras(step, name, units):
    """Whether or not both products are joined, which depends on the number of units."""
    cell, x, state = step(name, units)
    found = step_of(name, x, state, cell.get_weights())
    _, expected = cell(x, state if len(state) > 1 else state[0])
    for a, b in zip(found, expected if len(state) > 1 else [expected], strict=True):
        np.testing.assert_allclose(a, np.reshape(b, a.shape), rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("name", CELLS)
def test_a_step_of_several_networks_is_the_step_of_each(step, name):
    """The products of one network are joined, those of several are not."""
    cell, x, state = step(name)
    weights = [np.stack([w, 0.5 * w]) for w in cell.get_weights()]
    found = step_of(name, np.stack([x, x]), [np.stack([a, a]) for a in state], weights)
    for i in range(2):
        alone = step_of(name, x, state, [w[i] for w in weights])
        for a, b in zip(found, alone, strict=True):
            np.testing.assert_allclose(a[i], b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", CELLS)
def test_dropout_multiplies_inputs_and_states_for_each_gate(step, name):
    """With the same factors for all gates, as with other inputs; without states, no kernel."""
    cell, x, state = step(name)
    gates, _ = sizes(name)
    weights = cell.get_weights()
    factors = tf.constant(np.random.default_rng(1).normal(size=(ROWS, WIDTH)), tf.float32)
    ones = [tf.ones((ROWS, UNITS))] * gates
    found = step_of(name, x, state, weights, ([factors] * gates, ones))
    expected = step_of(name, x * factors, state, weights)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    nothing = step_of(name, x, state, weights, (None, [0.0 * one for one in ones]))
    alone = step_of(name, x, state, [weights[0], 0.0 * weights[1], weights[2]])
    np.testing.assert_allclose(nothing[0], alone[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("gate", _SLOPES)
@pytest.mark.parametrize("activation", _SLOPES)
@pytest.mark.parametrize("name", CELLS)
def test_the_way_back_is_the_gradient_of_tensorflow(step, name, activation, gate):
    cell, (keras_cell, x, state) = CELLS[name](activation, gate), step(name)
    assert cell.has_way_back
    products = Products([tf.constant(w) for w in keras_cell.get_weights()], separate=cell.separate)
    products, state = products(x, state[0]), [tf.constant(a) for a in state]
    with tf.GradientTape() as tape:
        tape.watch([products, state])
        after, kept = cell.step(products, state)
    rng = np.random.default_rng(2)
    later = [tf.constant(rng.normal(size=a.shape), tf.float32) for a in after]
    expected = tape.gradient(after, [products, state], later, unconnected_gradients="zero")
    assert len(kept) == cell.n_kept
    for a, b in zip(cell.way_back(kept, state, later), expected, strict=True):
        for found, wanted in zip(a, b, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


def test_no_way_back_for_an_activation_whose_value_does_not_tell_its_slope():
    assert not CELLS["lstm"]("gelu", "sigmoid").has_way_back
    assert not CELLS["lstm"]("tanh", "hard_sigmoid").has_way_back
