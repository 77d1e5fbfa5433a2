"""Keras layers of cells: Keras's own, or a layer around the equations."""

import keras
import numpy as np
import pytest

from skrnn.cells import Cell, GRUCell, LSTMCell, SimpleCell
from skrnn.cells._keras_layer import CellLayer, recurrent_layer

SEEDS = [0, 1, 2]
SETTINGS = {"name": "layer", "activation": "relu", "recurrent_activation": "hard_sigmoid"}


class PlainLSTMCell(LSTMCell):
    """The same equations, without a layer of Keras."""

    def step(self, xp, products, state):
        return super().step(xp, products, state)


class PlainGRUCell(GRUCell):
    def step(self, xp, products, state):
        return super().step(xp, products, state)


class PlainSimpleCell(SimpleCell):
    def step(self, xp, products, state):
        return super().step(xp, products, state)


PAIRS = [
    (LSTMCell(), PlainLSTMCell()),
    (GRUCell(), PlainGRUCell()),
    (SimpleCell(), PlainSimpleCell()),
]


def data(n_steps=4):
    x = np.random.default_rng(0).normal(size=(5, n_steps, 2)).astype(np.float32)
    return x, np.random.default_rng(1).uniform(size=x.shape[:2]) < 0.7


@pytest.mark.parametrize(("built_in", "plain"), PAIRS)
def test_a_layer_around_the_equations_is_the_layer_of_keras(built_in, plain):
    x, mask = data()
    theirs = recurrent_layer(built_in, 3, seeds=SEEDS, return_sequences=True, **SETTINGS)
    ours = recurrent_layer(plain, 3, seeds=SEEDS, return_sequences=True, **SETTINGS)
    assert type(theirs) is getattr(keras.layers, built_in.keras_layer)
    assert type(ours) is CellLayer
    for layer in (theirs, ours):
        layer.build(x.shape)
    assert [w.name for w in ours.weights][:3] == ["kernel", "recurrent_kernel", "bias"]
    weights = [np.random.default_rng(2).normal(size=w.shape) for w in ours.get_weights()[:3]]
    theirs.set_weights(weights)
    for variable, weight in zip(ours.trainable_variables, weights, strict=True):
        variable.assign(weight)
    np.testing.assert_allclose(ours(x, mask=mask), theirs(x, mask=mask), rtol=1e-4, atol=1e-5)


def test_first_weights_are_those_of_the_cell():
    layer = recurrent_layer(PlainLSTMCell(), 3, seeds=SEEDS)
    layer.build((None, 4, 2))
    expected = LSTMCell().initial_weights(2, 3, np.random.RandomState(0))
    for found, weight in zip(layer.trainable_variables, expected, strict=True):
        np.testing.assert_array_equal(found, weight)
    drawn = recurrent_layer(PlainLSTMCell(), 3, seeds=[None] * 3)
    drawn.build((None, 4, 2))
    assert np.abs(drawn.trainable_variables[0] - expected[0]).max() > 0


@pytest.mark.parametrize("rates", [(0.5, 0.0), (0.0, 0.5)])
@pytest.mark.parametrize("cell", [PlainSimpleCell(), PlainGRUCell(), PlainLSTMCell()])
def test_dropout_is_drawn_once_for_all_steps(cell, rates):
    """The simple cell with inputs of one returns the product of the factors at every step."""
    settings = dict(zip(("dropout", "recurrent_dropout"), rates, strict=True))
    layer = recurrent_layer(cell, 3, seeds=SEEDS, return_sequences=True, **settings)
    x, _ = data()
    fixed = layer(x)
    np.testing.assert_array_equal(layer(x, training=False), fixed)
    assert np.abs(layer(x, training=True) - fixed).max() > 1e-3
    np.testing.assert_array_equal(layer(x), fixed)
    if rates[0] and isinstance(cell, PlainSimpleCell):
        layer.cell.recurrent_dropout, x = 0.0, np.ones((1, 4, 2), np.float32)
        layer.trainable_variables[1].assign(np.zeros((3, 3)))
        steps = np.asarray(layer(x, training=True))[0]
        np.testing.assert_allclose(steps, np.repeat(steps[:1], 4, axis=0), rtol=1e-6)


@keras.saving.register_keras_serializable(package="tests")
class RatedCell(Cell):
    def __init__(self, rates=(0.5,)):
        self.rates = rates

    def step(self, xp, products, state):
        return [state[0] + self.rates[0] * (xp.activation(products[0]) - state[0])], []


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras's
def test_a_model_is_saved_and_loaded(tmp_path):
    layer = recurrent_layer(RatedCell((0.25, 1.0)), 3, seeds=SEEDS, name="rated")
    model = keras.Sequential([keras.Input((4, 2)), layer])
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    assert again.layers[0].cell.cell == RatedCell((0.25, 1.0))
    x, _ = data()
    np.testing.assert_array_equal(again(x), model(x))
