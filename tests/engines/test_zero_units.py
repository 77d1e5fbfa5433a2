"""Networks of nearby sizes trained by one program."""

import keras
import numpy as np
import pytest
from keras_reference import largest_difference

from skrnn import RNNRegressor
from skrnn.engines._zero_units import padded_architecture, weight_places
from skrnn.engines.tensorflow._program import TrainingProgram, programs
from skrnn.keras_bridge._optimizers import build_optimizer, named_optimizers, optimizer_recipe
from skrnn.network._architecture import Architecture


@pytest.fixture
def data():
    rng = np.random.RandomState(7)
    X = rng.normal(size=(47, 3, 2)).astype(np.float32)
    return X, 0.3 * X.sum(axis=(1, 2))


def settings(**parameters):
    defaults = {"units": 5, "epochs": 3, "batch_size": 10, "shuffle": False, "random_state": 3}
    return defaults | {"engine": "tensorflow"} | parameters


CASES = [
    {"cell": "simple", "optimizer": "adadelta", "weight_decay": 0.1, "l2": 0.01},
    {"cell": "gru", "units": (5, 3), "stateful": True, "optimizer": "lion"},
    {"cell": "gru", "return_sequences": True, "level_feature": 0, "optimizer": "sgd"},
    {"cell": "lstm", "units": (5, 3), "bidirectional": True, "autoregressive": True},
    {"optimizer": "rmsprop", "clipnorm": 0.1, "loss": "quantile", "quantile": (0.2, 0.8)},
    {"optimizer": "nadam", "activation": "relu"},
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_gives_the_weights_of_the_network_alone(data, case, monkeypatch):
    X, y = data
    if case.get("return_sequences"):
        y = np.cumsum(X[:, :, 0], axis=1)
    padded = RNNRegressor(**settings(**case)).fit(X, y)
    monkeypatch.setattr("skrnn.engines._choice.padded_architecture", lambda own, recipe: own)
    alone = RNNRegressor(**settings(**case)).fit(X, y)
    assert largest_difference(padded.weights_, alone.weights_) < 1e-6
    np.testing.assert_allclose(padded.history_["loss"], alone.history_["loss"], rtol=1e-5)
    for a, b in zip(padded._states, alone._states, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_search_over_block_counts_compiles_two_programs(data):
    X, y = data
    before = programs.n_built
    for units in (4, 6, 8, 10, 12):
        for n_rows in (20, 47):
            RNNRegressor(**settings(units=units, batch_size=9)).fit(X[:n_rows], y[:n_rows])
    assert programs.n_built - before == 2


def test_padded_weights_stay_exactly_zero(data, monkeypatch):
    X, y = data
    run, vectors = TrainingProgram.run, []

    def remembering(*arguments):
        vector, losses = run(*arguments)
        vectors.append(vector)
        return vector, losses

    monkeypatch.setattr(TrainingProgram, "run", remembering)
    model = RNNRegressor(**settings(weight_decay=0.1, optimizer="adagrad")).fit(X, y)
    architecture = model._fitted_architecture
    padded = padded_architecture(architecture, optimizer_recipe("adagrad"))
    places, n_outside, start = weight_places(architecture, padded), 0, 0
    for shape, place in zip(padded.weight_shapes(), places, strict=True):
        outside = np.ones(shape, bool)
        outside[place] = False
        n_outside += outside.sum()
        values = vectors[-1][start : start + outside.size].reshape(shape)
        start += outside.size
        assert not values[outside].any()
        assert values[place].any()
    assert n_outside > 0


@pytest.mark.parametrize("cell", ["simple", "gru", "lstm"])
def test_places_of_the_weights(cell):
    architecture = Architecture(cell, (3, 9), 2, 2, 1, bidirectional=True, autoregressive=True)
    padded = padded_architecture(architecture, optimizer_recipe("adam"))
    assert padded.units == (8, 16)
    places = weight_places(architecture, padded)
    shapes = zip(architecture.weight_shapes(), padded.weight_shapes(), places, strict=True)
    for shape, more, place in shapes:
        assert np.zeros(more)[place].shape == shape


def test_only_where_it_is_exact():
    architecture, adam = Architecture("lstm", (5,), 2, 2, 1), optimizer_recipe("adam")
    assert padded_architecture(architecture, adam).units == (8,)
    for name in ("adafactor", "lamb", "muon", "schedulefreeadamw", "ftrl"):
        assert padded_architecture(architecture, optimizer_recipe(name)) is architecture
    sigmoid = Architecture("lstm", (5,), 2, 2, 1, activation="sigmoid")
    assert padded_architecture(sigmoid, adam) is sigmoid
    dropout = Architecture("lstm", (5,), 2, 2, 1, dropout=0.1)
    assert padded_architecture(dropout, adam) is dropout
    large = Architecture("lstm", (100,), 2, 2, 1)
    assert padded_architecture(large, adam) is large


def test_a_class_of_the_user_is_not_taken_for_keras_s_own():
    class Adam(keras.optimizers.Adam):
        """By its name one of the methods that may be padded."""

    architecture = Architecture("lstm", (5,), 2, 2, 1)
    assert padded_architecture(architecture, optimizer_recipe(Adam())) is architecture


@pytest.mark.parametrize("name", sorted(named_optimizers()))
def test_methods_that_may_be_padded_are_elementwise(name):
    """What such a method does with one entry depends on no other, and zeros stay as they are."""
    recipe = optimizer_recipe(name)
    rng = np.random.default_rng(0)
    small, gradient = rng.normal(size=(2, 3, 2, 2)).astype(np.float32)
    results = []
    for pad in (0, 5):
        width = [(0, 0), (0, pad)]
        weight = keras.Variable(np.pad(small[0], width))
        optimizer = build_optimizer(recipe)
        optimizer.build([weight])
        for step in gradient:
            optimizer.apply([keras.ops.convert_to_tensor(np.pad(step, width))])
        results.append(weight.numpy())
    alone, padded = results
    exact = np.allclose(padded[:, :2], alone, atol=1e-7) and not padded[:, 2:].any()
    assert exact >= recipe.elementwise
