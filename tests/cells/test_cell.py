"""The contract of cells, and the built-in cells in training, compared with Keras's cells."""

import pickle
from dataclasses import dataclass

import keras
import numpy as np
import pytest
import tensorflow as tf

from skrnn.cells import Cell, GRUCell, LSTMCell
from skrnn.cells._activations import SLOPES
from skrnn.cells._cell import columns_of_state, has_own
from skrnn.cells._keras_namespace import keras_namespace
from skrnn.cells._named_cells import CELLS
from skrnn.engines.tensorflow._kernel_products import Products

KERAS = {
    "simple": keras.layers.SimpleRNNCell,
    "gru": keras.layers.GRUCell,
    "lstm": keras.layers.LSTMCell,
}
ROWS, WIDTH, UNITS = 5, 2, 3


@pytest.fixture
def step():
    """Inputs, states and weights, all of them different."""
    rng = np.random.default_rng(0)

    def draw(name, units=UNITS):
        cell = KERAS[name](units)
        cell.build((None, WIDTH))
        cell.set_weights([rng.normal(size=w.shape) for w in cell.get_weights()])
        states = range(CELLS[name].states)
        state = [rng.normal(size=(ROWS, units)).astype(np.float32) for _ in states]
        return cell, rng.normal(size=(ROWS, WIDTH)).astype(np.float32), state

    return draw


def step_of(name, x, state, weights, dropped=(None, None)):
    cell, weights = CELLS[name], [tf.constant(w) for w in weights]
    products = Products(cell, weights, dropped=dropped)
    after, _ = cell.step(keras_namespace("tanh", "sigmoid"), products(x, state[0]), state)
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
    gates = CELLS[name].gates
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


@pytest.mark.parametrize("gate", SLOPES)
@pytest.mark.parametrize("activation", SLOPES)
@pytest.mark.parametrize("name", CELLS)
def test_the_backward_pass_is_the_gradient_of_tensorflow(step, name, activation, gate):
    cell, (keras_cell, x, state) = CELLS[name], step(name)
    xp = keras_namespace(activation, gate)
    products = Products(cell, [tf.constant(w) for w in keras_cell.get_weights()])
    products, state = products(x, state[0]), [tf.constant(a) for a in state]
    with tf.GradientTape() as tape:
        tape.watch([products, state])
        after, kept = cell.step(xp, products, state)
    rng = np.random.default_rng(2)
    later = [tf.constant(rng.normal(size=a.shape), tf.float32) for a in after]
    expected = tape.gradient(after, [products, state], later, unconnected_gradients="zero")
    for a, b in zip(cell.backward(xp, kept, state, later), expected, strict=True):
        for found, wanted in zip(a, b, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)


# A custom cell.


class PlainCell(Cell):
    """Two gates, one of which does not read the state."""

    gates, recurrent_gates, separate = 2, 1, True
    extra_weights = {"scale": (1, "units"), "inner_kernel": ("units", "units")}  # noqa: RUF012  (never changed)
    decayed = ("kernel", "inner_kernel")

    def step(self, xp, products, state, scale, inner_kernel):
        (of_inputs, of_state), (h,) = products, state
        a, b = xp.split(of_inputs, 2, axis=-1)
        return [xp.tanh(a + of_state) + scale * b + xp.matmul(h, inner_kernel)], []


@dataclass(frozen=True)
class WithRates(Cell):
    rate: float = 0.5
    others: tuple = (1.0, 2.0)

    def step(self, xp, products, state):
        return products, []


def test_shapes_and_first_weights():
    cell = PlainCell()
    assert cell.weight_names == ("kernel", "recurrent_kernel", "bias", "scale", "inner_kernel")
    shapes = [(2, 6), (3, 3), (6,), (1, 3), (3, 3)]
    assert cell.weight_shapes(2, 3) == shapes
    assert (columns_of_state(cell), columns_of_state(GRUCell())) == (1, 3)
    weights = cell.initial_weights(2, 3, np.random.RandomState(0))
    assert [(w.shape, w.dtype) for w in weights] == [(shape, np.float32) for shape in shapes]
    kernel, recurrent_kernel, bias, scale, inner_kernel = weights
    np.testing.assert_array_equal([*recurrent_kernel.ravel(), *bias, *scale[0]], 0.0)
    np.testing.assert_allclose(inner_kernel @ inner_kernel.T, np.eye(3), atol=1e-6)
    assert 0 < np.abs(kernel).max() <= np.sqrt(6 / 8)


def test_cells_are_equal_by_class_and_parameters():
    assert LSTMCell() == LSTMCell() != GRUCell()
    assert len({LSTMCell(), LSTMCell(), GRUCell(), WithRates(), WithRates(rate=0.5)}) == 3
    assert WithRates(0.1) != WithRates(0.2)
    assert pickle.loads(pickle.dumps(WithRates(0.1))) == WithRates(0.1)
    assert repr(LSTMCell()) == "LSTMCell()"
    assert repr(WithRates()) == "WithRates(rate=0.5, others=(1.0, 2.0))"


def test_configuration_and_back():
    """Files contain lists instead of tuples."""
    config = WithRates(0.1).get_config()
    assert config == {"rate": 0.1, "others": (1.0, 2.0)}
    again = WithRates.from_config({"rate": 0.1, "others": [1.0, 2.0]})
    assert again == WithRates(0.1)
    assert hash(again) == hash(WithRates(0.1))


def test_names_of_layers():
    assert [cell.name for cell in (LSTMCell(), GRUCell(), PlainCell(), WithRates())] == [
        "lstm",
        "gru",
        "plain",
        "with_rates",
    ]


def test_other_equations_do_not_inherit_what_was_derived_from_the_old_ones():
    class Other(LSTMCell):
        def step(self, xp, products, state):
            return super().step(xp, products, state)

    class First(LSTMCell):
        def initial_weights(self, width, units, random_state):
            return super().initial_weights(width, units, random_state)

    class WithBackward(Other):
        def backward(self, xp, kept, before, after):
            return super().backward(xp, kept, before, after)

    names = "backward", "in_place", "keras_layer"
    assert [has_own(LSTMCell(), name) for name in names] == [True] * 3
    assert [has_own(First(), name) for name in names] == [True] * 3
    assert [has_own(Other(), name) for name in names] == [False] * 3
    assert [has_own(WithBackward(), name) for name in names] == [True, False, False]
    assert not has_own(PlainCell(), "backward")
    with pytest.raises(NotImplementedError, match="PlainCell does not define a backward pass"):
        PlainCell().backward(np, [], [], [])
