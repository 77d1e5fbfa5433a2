"""Custom cells in the estimators, from the search to the pickle."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skrnn import RNNClassifier, RNNRegressor, build_network
from skrnn.cells import Cell, LSTMCell, MinimalGatedCell, PeepholeLSTMCell
from skrnn.engines.tensorflow._network import TensorNetwork
from skrnn.engines.tensorflow._program import programs
from skrnn.keras_bridge._model import build_model, set_weights
from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_windows

N_STEPS = 10
SETTINGS = {"units": 2, "epochs": 1, "batch_size": 10, "random_state": 0}


class Rated(Cell):
    """Without a backward pass: TensorFlow differentiates it."""

    states = 2

    def __init__(self, rate=0.5):
        self.rate = rate

    def step(self, xp, products, state):
        (z,), (h, mean) = products, state
        h = xp.activation(z + mean)
        return [h, mean + self.rate * (h - mean)], []


CELLS = [MinimalGatedCell(), PeepholeLSTMCell(), Rated(0.25)]
every_cell = pytest.mark.parametrize("cell", CELLS, ids=str)


def data(n_steps=N_STEPS, masked=True):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, n_steps, 2))
    if masked:
        X[rng.uniform(size=X.shape) < 0.1] = np.nan
    return X, rng.normal(size=20)


@every_cell
@pytest.mark.parametrize(
    "settings",
    [
        {"units": (2, 3), "bidirectional": True, "return_sequences": True},
        {"n_networks": 2},
        {"n_timesteps": 3},  # unrolled
        {"activation": "softsign"},
    ],
    ids=str,
)
def test_derivatives_are_those_of_keras(cell, settings):
    """Forecasts, too: of the program of training, of the forward pass in NumPy and of Keras."""
    settings = {"units": (3,), "n_timesteps": N_STEPS} | settings
    architecture = Architecture(cell, n_features=2, n_outputs=1, **settings)
    rng, n_networks = np.random.default_rng(1), architecture.n_networks
    weights = [
        rng.normal(size=(*architecture.networks, *shape)).astype(np.float32)
        for shape in architecture.weight_shapes()
    ]
    windows = data(architecture.n_timesteps)[0].astype(np.float32)

    def loss(outputs):
        return tf.reduce_sum(tf.reshape(outputs, [n_networks, -1]) ** 2, axis=1)

    _, found, _ = TensorNetwork(architecture).derivatives(
        [tf.constant(w) for w in weights],
        tf.constant(np.tile(windows, (n_networks, 1, 1))),
        None,
        None,
        lambda outputs: loss(outputs) if architecture.networks else loss(outputs)[0],
    )
    alone = architecture.of_one_network
    for i, own in enumerate(architecture.of_each_network(weights)):
        model = build_model(alone, seed=0)
        set_weights(model, alone, own)
        with tf.GradientTape() as tape:
            forecast = model(windows)
            total = tf.reduce_sum(forecast**2)
        ours, _ = predict_windows(alone, own, windows)
        np.testing.assert_allclose(np.reshape(forecast, ours.shape), ours, rtol=1e-3, atol=1e-4)
        expected = tape.gradient(total, [v.value for v in model.trainable_variables])
        own_found = [array[i] for array in found] if architecture.networks else found
        for derivative, wanted in zip(own_found, expected, strict=True):
            size = np.abs(wanted).max()
            np.testing.assert_allclose(derivative / size, wanted / size, atol=1e-4)


@every_cell
def test_states_and_dropout_in_an_estimator(cell):
    X, y = data()
    settings = SETTINGS | {"dropout": 0.2, "recurrent_dropout": 0.2, "units": (2, 2)}
    regressor = RNNRegressor(cell=cell, stateful=True, shuffle=False, **settings).fit(X, y)
    whole = regressor.predict(X)
    first, state = regressor.predict(X[:8], return_state=True)
    np.testing.assert_allclose(first, whole[:8], rtol=1e-6)
    rest = regressor.predict(X[8:], initial_state=state)
    np.testing.assert_allclose(rest, whole[8:], rtol=1e-5, atol=1e-7)


def test_a_search_over_cells():
    X, y = data()
    search = GridSearchCV(
        RNNRegressor(**SETTINGS), {"cell": ["gru", *CELLS]}, cv=2, error_score="raise"
    )
    search.fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_params_["cell"] in ["gru", *CELLS]


@every_cell
def test_clone_repr_and_pickle(cell):
    X, y = data()
    regressor = RNNRegressor(cell=cell, **SETTINGS)
    assert clone(regressor).get_params()["cell"] == cell
    assert f"cell={cell!r}" in repr(regressor)
    regressor.fit(X, y)
    again = pickle.loads(pickle.dumps(regressor))
    np.testing.assert_array_equal(again.predict(X), regressor.predict(X))
    # The model of Keras computes the same, and training goes on.
    np.testing.assert_allclose(
        np.ravel(again.model_(X.astype(np.float32))), again.predict(X), rtol=1e-4, atol=1e-5
    )
    again.partial_fit(X[:3], y[:3])


def test_equal_cells_share_a_program():
    X, y = data()
    RNNRegressor(cell=Rated(0.25), **SETTINGS).fit(X, y)
    before = programs.n_built
    RNNRegressor(cell=Rated(0.25), **SETTINGS).fit(X, y)
    assert programs.n_built == before


def test_a_pickle_forecasts_without_tensorflow(tmp_path):
    X, y = data()
    regressor = RNNRegressor(cell=PeepholeLSTMCell(), **SETTINGS).fit(X, y)
    np.save(tmp_path / "X.npy", X)
    (tmp_path / "stored").write_bytes(pickle.dumps(regressor))
    code = f"""
import pickle, sys, numpy as np
sys.modules["tensorflow"] = sys.modules["keras"] = None
from pathlib import Path
folder = Path({str(tmp_path)!r})
regressor = pickle.loads((folder / "stored").read_bytes())
np.save(folder / "found.npy", regressor.predict(np.load(folder / "X.npy")))
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[1])
    np.testing.assert_array_equal(np.load(tmp_path / "found.npy"), regressor.predict(X))


@every_cell
def test_a_classifier(cell):
    X, _ = data()
    labels = np.where(X[..., -1] > 0, "up", "down")
    classifier = RNNClassifier(cell=cell, return_sequences=True, **SETTINGS).fit(X, labels)
    assert classifier.predict(X).shape == labels.shape


def test_build_network():
    model = build_network(Rated(0.1), (3, 2), n_timesteps=4, n_features=2, bidirectional=True)
    model.compile("sgd", "mse", jit_compile=False)
    model.fit(np.ones((4, 4, 2)), np.ones(4), verbose=0)
    assert model.output_shape == (None, 1)
    assert "rated_0" in [layer.name for layer in model.layers]


@pytest.mark.parametrize("cell", [LSTMCell, "rnn", None])
def test_what_is_no_cell(cell):
    X, y = data()
    with pytest.raises(ValueError, match="The 'cell' parameter of RNNRegressor must be"):
        RNNRegressor(cell=cell, **SETTINGS).fit(X, y)
    with pytest.raises(ValueError, match="cell must be one of"):
        build_network(cell)
