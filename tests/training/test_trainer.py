"""Training against Keras's own fit, NumPy's finite differences, and the algebra of decay."""

import keras
import numpy as np
import pytest
from keras_reference import fit_in_keras, largest_difference
from sklearn.base import clone

from skrnn import RNNRegressor
from skrnn.engines.tensorflow._program import ProgramKey, programs
from skrnn.keras_bridge._optimizers import named_optimizers, optimizer_recipe
from skrnn.losses import SquaredError
from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_windows
from skrnn.training._samples import Samples
from skrnn.training._trainer import Trainer, TrainingState

CELLS = ["simple", "gru", "lstm"]


@pytest.fixture
def data():
    rng = np.random.RandomState(7)
    X = rng.normal(size=(47, 3, 2)).astype(np.float32)
    return X, 0.3 * X.sum(axis=(1, 2)) + 0.1 * rng.normal(size=47)


def short_training(**parameters):
    """47 rows in batches of 10: the last one is short."""
    return RNNRegressor(
        **{"units": 4, "epochs": 3, "batch_size": 10, "shuffle": False, "random_state": 3}
        | parameters
    )


@pytest.mark.parametrize(
    ("cell", "optimizer"),
    [
        ("simple", "sgd"),
        ("gru", "adam"),
        ("lstm", "rmsprop"),
        ("simple", "adadelta"),
        ("gru", "nadam"),
        ("lstm", "sgd"),
    ],
)
def test_weights_equal_those_of_keras(data, cell, optimizer):
    """Without decay, all optimizers follow."""
    X, y = data
    rate = {"learning_rate": 1.0} if optimizer == "adadelta" else {}
    decay = {"weight_decay": 0.1, "l2": 0.01}
    model = short_training(cell=cell, optimizer=optimizer, epochs=2, **rate, **decay).fit(X, y)
    weights, history = fit_in_keras(model, X, y)
    initial = model._fitted_architecture.initial_weights(np.random.RandomState(3))
    assert largest_difference(model.weights_, initial) > 1e-3
    assert largest_difference(model.weights_, weights) < 1e-5
    np.testing.assert_allclose(model.history_["loss"], history["loss"], atol=1e-5)


@pytest.mark.parametrize("engine", ["numpy", "tensorflow"])
def test_the_rate_falls_in_the_last_third_of_the_epochs(data, engine):
    X, y = data
    model = short_training(cell="simple", epochs=6, learning_rate=0.1, engine=engine)
    model._rate_falls = True
    model.fit(X, y)
    # An epoch has five batches. The shares are (1 + cos(x)) / 2 for 72 and 144 degrees.
    rates = [0.1, 0.1 * (3 + 5**0.5) / 8, 0.1 * (3 - 5**0.5) / 8]
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([19, 24], rates)
    reference = clone(model).set_params(learning_rate=schedule)
    reference._architecture = model._architecture
    weights, _ = fit_in_keras(reference, X, y)
    assert largest_difference(model.weights_, weights) < 1e-5


@pytest.mark.parametrize("optimizer", sorted(named_optimizers()))
def test_every_optimizer_of_keras(data, optimizer):
    X, y = data
    model = short_training(optimizer=optimizer, epochs=2).fit(X, y)
    # Adadelta's default is ours; all others are Keras's.
    reference = clone(model).set_params(learning_rate=1.0) if optimizer == "adadelta" else model
    reference._architecture = model._architecture
    # Muon's five Newton-Schulz iterations stretch small singular values, and with them the
    # rounding of float32, by 3.4 each.
    tolerance = 1e-7 * 3.4**5 * 10 if optimizer == "muon" else 1e-5
    weights, history = fit_in_keras(reference, X, y)
    assert largest_difference(model.weights_, weights) < tolerance
    np.testing.assert_allclose(model.history_["loss"], history["loss"], atol=tolerance)


@pytest.mark.parametrize("cell", CELLS)
def test_layers_long_windows_and_outputs_equal_keras(cell):
    rng = np.random.RandomState(0)
    X = rng.normal(size=(33, 12, 2)).astype(np.float32)
    y = rng.normal(size=(33, 3))
    settings = {"units": (5, 3), "epochs": 2, "batch_size": 20, "loss": "absolute_error"}
    model = short_training(cell=cell, **settings).fit(X, y)
    assert largest_difference(model.weights_, fit_in_keras(model, X, y)[0]) < 1e-5


@pytest.mark.parametrize("cell", CELLS)
def test_masked_steps_equal_keras(data, cell):
    X, y = data
    X[::4, 0] = np.nan
    X[5, 1, 1] = np.nan
    X[6, 2] = np.nan
    model = short_training(cell=cell, units=(4, 3), epochs=2).fit(X, y)
    weights, _ = fit_in_keras(model, X, y, mask_missing=True)
    assert largest_difference(model.weights_, weights) < 1e-5


def test_weights_of_one_equal_no_weights_and_keras(data):
    X, y = data
    ones = np.ones(len(y))
    plain, weighted = short_training().fit(X, y), short_training().fit(X, y, ones)
    assert largest_difference(plain.weights_, weighted.weights_) == 0
    keras_weights, _ = fit_in_keras(plain, X, y, sample_weight=ones)
    assert largest_difference(weighted.weights_, keras_weights) < 1e-5


def test_weight_of_two_equals_the_row_twice_and_of_zero_its_absence(data):
    X, y = data
    weight = np.ones(len(y))
    weight[3], weight[5] = 2, 0
    rows = np.repeat(np.arange(len(y)), weight.astype(int))
    weighted = short_training(batch_size=64).fit(X, y, weight)
    repeated = short_training(batch_size=64).fit(X[rows], y[rows])
    assert largest_difference(weighted.weights_, repeated.weights_) < 1e-6


def test_weight_decay_equals_l2_under_sgd_but_not_under_adam(data):
    X, y = data
    difference = {}
    for optimizer in ("sgd", "adam"):
        decayed = short_training(optimizer=optimizer, weight_decay=0.2, epochs=10).fit(X, y)
        penalized = short_training(optimizer=optimizer, l2=0.1, epochs=10).fit(X, y)
        difference[optimizer] = largest_difference(decayed.weights_, penalized.weights_)
    assert difference["sgd"] < 1e-5
    assert difference["adam"] > 1e-3


@pytest.mark.parametrize("penalty", ["weight_decay", "l2"])
def test_penalties_leave_biases_alone(penalty):
    """With targets and inputs of zero nothing but the penalty moves a weight."""
    X, y = np.zeros((20, 3, 1)), np.zeros(20)
    model = short_training(cell="simple", optimizer="sgd", learning_rate=0.1)
    model.set_params(**{penalty: 0.5}).fit(X, y)
    initial = model._fitted_architecture.initial_weights(np.random.RandomState(3))
    for now, before in zip(model.weights_, initial, strict=True):
        if before.ndim == 1:
            np.testing.assert_array_equal(now, before)
        else:
            assert np.linalg.norm(now) < 0.8 * np.linalg.norm(before)


def test_decay_without_gradient_is_exponential():
    X, y = np.zeros((10, 1, 1)), np.zeros(10)
    model = short_training(cell="simple", optimizer="adam", learning_rate=0.01, weight_decay=2.0)
    model.set_params(epochs=7).fit(X, y)
    initial = model._fitted_architecture.initial_weights(np.random.RandomState(3))
    np.testing.assert_allclose(model.weights_[0], initial[0] * (1 - 0.02) ** 7, rtol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_gradients_equal_finite_differences(cell):
    """One step of plain gradient descent, with a rate of one, is the gradient."""
    architecture = Architecture(cell, (2,), n_timesteps=3, n_features=1, n_outputs=1)
    rng = np.random.RandomState(0)
    weights = architecture.initial_weights(rng)
    X = rng.normal(size=(5, 3, 1)).astype(np.float32)
    targets = np.stack([rng.normal(size=(5, 1)), np.ones((5, 1))], axis=-1).astype(np.float32)

    key = ProgramKey(architecture, SquaredError(), optimizer_recipe("sgd"), 5, masked=False)
    samples = Samples(X, targets, np.arange(5), masked=False)
    trainer = Trainer(
        architecture, programs.get(key), samples, TrainingState(weights), (1.0, 0.0, 0.0), [0]
    )
    trainer.add_epoch(np.arange(5)[None])
    trainer.run()

    def loss(weights):
        forecast, _ = predict_windows(architecture, weights, X)
        return np.mean((forecast[:, 0, 0] - targets[:, 0, 0]) ** 2)

    step = 1e-4
    for i, (before, after) in enumerate(zip(weights, trainer.state().weights, strict=True)):
        for position in np.ndindex(before.shape):
            moved = [[w.astype(np.float64) for w in weights] for _ in range(2)]
            moved[0][i][position] += step
            moved[1][i][position] -= step
            slope = (loss(moved[0]) - loss(moved[1])) / (2 * step)
            gradient = float(before[position] - after[position])
            assert gradient == pytest.approx(slope, abs=1e-6)


def test_optimizer_instance_is_copied_with_its_settings(data):
    X, y = data
    instance = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
    model = short_training(optimizer=instance).fit(X, y)
    assert not instance.built
    assert model.optimizer is instance
    by_name = short_training(optimizer="sgd", learning_rate=0.05).fit(X, y)
    assert largest_difference(model.weights_, by_name.weights_) > 1e-3
    again = clone(model).set_params(learning_rate=0.05).fit(X, y)
    assert largest_difference(model.weights_, again.weights_) < 1e-6


def test_weight_decay_of_an_instance_acts_on_kernels(data):
    X, y = data
    by_instance = short_training(optimizer=keras.optimizers.AdamW(weight_decay=0.3)).fit(X, y)
    by_parameter = short_training(optimizer="adam", weight_decay=0.3).fit(X, y)
    assert largest_difference(by_instance.weights_, by_parameter.weights_) < 1e-6


def test_moving_average_of_the_weights_is_what_remains(data):
    X, y = data
    average = keras.optimizers.Adam(use_ema=True, ema_momentum=0.9)
    averaged = short_training(optimizer=average).fit(X, y)
    plain = short_training(optimizer="adam").fit(X, y)
    assert largest_difference(averaged.weights_, plain.weights_) > 1e-4
    assert averaged.score(X, y) < plain.score(X, y)


def test_one_program_serves_all_folds_candidates_and_lengths(data):
    X, y = data
    settings = {"units": 3, "batch_size": 7, "cell": "gru"}
    short_training(**settings).fit(X, y)
    before = programs.n_built
    for n_rows in (8, 20, 46):
        for rates in ({"learning_rate": 0.1}, {"weight_decay": 0.1}, {"l2": 0.1}, {"epochs": 9}):
            short_training(**settings, **rates).fit(X[:n_rows], y[:n_rows])
    assert programs.n_built == before


def test_calls_that_split_an_epoch_change_nothing(data, monkeypatch):
    """Batches are handed over by thousands; where one call ends must not matter."""
    X, y = data
    whole = short_training(batch_size=3).fit(X, y)
    monkeypatch.setattr("skrnn.engines.tensorflow._program._MAX_STEPS", 8)
    monkeypatch.setattr("skrnn.engines.tensorflow._program.programs", type(programs)(maximum=4))
    split = short_training(batch_size=3).fit(X, y)
    assert largest_difference(whole.weights_, split.weights_) < 1e-7
    np.testing.assert_allclose(whole.history_["loss"], split.history_["loss"], rtol=1e-6)


@pytest.mark.parametrize("parameters", [{"shuffle": True}, {"stateful": True}])
def test_rows_copied_once_teach_what_rows_gathered_each_epoch_do(data, monkeypatch, parameters):
    X, y = data
    X[::5, 0] = np.nan
    model = short_training(**parameters)
    copied = clone(model).fit(X, y)
    monkeypatch.setattr("skrnn.training._trainer._COPIED_FLOATS", 0)
    gathered = clone(model).fit(X, y)
    for one, other in zip(copied.weights_, gathered.weights_, strict=True):
        np.testing.assert_array_equal(one, other)
    assert copied.history_ == gathered.history_
