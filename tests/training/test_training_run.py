"""One fit: its validation, what is kept of it, and advice if it diverges."""

import keras
import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn._input import select_samples
from skrnn.keras_bridge._model import build_model
from skrnn.keras_bridge._optimizers import optimizer_recipe
from skrnn.losses import AbsoluteError, SquaredError
from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_stream, predict_windows
from skrnn.training._plan import TrainingPlan
from skrnn.training._trainer import TrainingState
from skrnn.training._training_run import TrainingRun, fitted_attributes

N_ROWS = 15


@pytest.fixture
def windows():
    return np.random.RandomState(0).normal(size=(N_ROWS, 3, 2)).astype(np.float32)


def small(**parameters):
    return RNNRegressor(
        **{"units": 3, "epochs": 2, "batch_size": 4, "random_state": 0} | parameters
    )


def samples_of(windows, y=None, weight=None, **settings):
    y = windows.sum(axis=(1, 2)) if y is None else y
    return select_samples(windows, y, weight, **{"missing": "mask"} | settings)


# Validation.


def validation_loss(architecture, loss, samples, state, **parameters):
    plan = TrainingPlan(architecture, loss, None, batch_size=4, **parameters)
    run = TrainingRun(plan, samples, samples)
    [found] = run.validation_losses(state)
    return found


@pytest.mark.parametrize("l2", [0.0, 0.01])
def test_validation_loss_equals_keras_s_evaluation(windows, l2):
    windows[3, 1, 0], windows[5] = np.nan, np.nan
    samples = samples_of(windows, np.arange(float(N_ROWS)))
    architecture = Architecture("gru", (3,), 3, 2, 1)
    weights = architecture.initial_weights(np.random.RandomState(0))
    loss = validation_loss(architecture, SquaredError(), samples, TrainingState(weights), l2=l2)
    model = build_model(architecture, seed=0)
    model.set_weights(weights)
    known = np.delete(np.arange(N_ROWS), 5)
    forecast = np.asarray(model(windows[known]))[:, 0]
    penalty = l2 * sum(np.sum(w**2) for w in (weights[0], weights[1], weights[3]))
    assert loss == pytest.approx(np.mean((forecast - known) ** 2) + penalty, rel=1e-5)


def test_validation_loss_weighs_rows(windows):
    weight = np.arange(float(N_ROWS))
    samples = samples_of(windows, windows[:, :, 0], weight, return_sequences=True)
    architecture = Architecture("simple", (3,), 3, 2, 1, return_sequences=True)
    weights = architecture.initial_weights(np.random.RandomState(0))
    loss = validation_loss(architecture, AbsoluteError(), samples, TrainingState(weights))
    forecast, _ = predict_windows(architecture, weights, windows)
    errors = np.abs(forecast[:, :, 0] - windows[:, :, 0])
    assert loss == pytest.approx(np.average(errors.mean(axis=1), weights=weight), rel=1e-6)


def test_validation_leaves_out_rows_without_a_level_like_training(windows):
    y = np.arange(float(N_ROWS))
    architecture = Architecture("gru", (3,), 3, 2, 1, level_feature=0)
    state = TrainingState(architecture.initial_weights(np.random.RandomState(0)))
    known = np.delete(np.arange(N_ROWS), 5)
    expected = validation_loss(
        architecture, SquaredError(), samples_of(windows[known], y[known]), state
    )
    windows[5, :, 0] = np.nan
    found = validation_loss(architecture, SquaredError(), samples_of(windows, y), state)
    assert found == pytest.approx(expected, rel=1e-9)


def test_validation_of_a_stream_goes_on_from_the_state_of_training(windows):
    samples = samples_of(windows)
    architecture = Architecture("lstm", (3,), 3, 2, 1)
    weights = architecture.initial_weights(np.random.RandomState(0))
    states = [np.full(3, 0.5), np.full(3, -2.0)]

    def validate(states):
        state = TrainingState(weights, states=states)
        return validation_loss(architecture, SquaredError(), samples, state, stateful=True)

    forecast, _ = predict_stream(architecture, weights, windows, states)
    expected = np.mean((forecast[:, 0, 0] - windows.sum(axis=(1, 2))) ** 2)
    assert validate(states) == pytest.approx(expected, rel=1e-6)
    zeros = [np.zeros(3), np.zeros(3)]
    assert validate(zeros) != pytest.approx(expected, rel=1e-3)


def test_validation_that_overflows_is_infinite_and_silent(windows):
    architecture = Architecture("simple", (3, 3), 3, 2, 1, activation="linear")
    weights = [
        np.full_like(w, 1e38) for w in architecture.initial_weights(np.random.RandomState(0))
    ]
    loss = SquaredError()
    samples = samples_of(windows)
    assert not np.isfinite(
        validation_loss(architecture, loss, samples, TrainingState(weights), l2=1.0)
    )


def test_fitted_attributes_are_arrays_and_plain_values(windows):
    architecture = Architecture("lstm", (3,), 3, 2, 1)
    plan = TrainingPlan(architecture, SquaredError(), optimizer_recipe("adam"))
    run = TrainingRun(plan, samples_of(windows))
    weights = architecture.initial_weights(np.random.RandomState(0))
    attributes = fitted_attributes(run, TrainingState(weights, [weights[0]], 7, [weights[2]]))
    assert attributes["weights_"] is weights
    assert (attributes["n_outputs_"], attributes["_iteration"]) == (1, 7)
    assert Architecture.from_dict(attributes["_architecture"]) == architecture
    kinds = {type(value) for value in attributes.values()}
    assert kinds == {list, int, dict, str}


def test_a_loss_that_is_not_finite_says_what_to_try(windows):
    y = windows.sum(axis=(1, 2))
    schedule = keras.optimizers.schedules.ExponentialDecay(1e30, 10, 0.5)
    wild = {"cell": "simple", "activation": "relu", "optimizer": "sgd"}
    with pytest.raises(ValueError, match=r"lower learning_rate \(now a schedule\), or clipnorm"):
        small(learning_rate=schedule, **wild).fit(windows, y)
    words = r"learning_rate \(now 1e\+30\), a lower l2 \(now 2\), or clipnorm \(now 1e\+20\)"
    with pytest.raises(ValueError, match=words):
        small(learning_rate=1e30, l2=2, clipnorm=1e20, **wild).fit(windows, y)
