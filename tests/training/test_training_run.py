"""One fit: its settings, its validation, and that it happens as a whole or not at all."""

import keras
import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn._input import select_samples
from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_stream, predict_windows
from skrnn.network._keras_model import build_model
from skrnn.network._losses import Loss
from skrnn.training._batches import TrainingState
from skrnn.training._training_run import (
    TrainingRun,
    all_or_nothing,
    fitted_attributes,
)

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


# The settings of a run.


def test_settings_of_a_run(windows):
    estimator = small(loss="huber", optimizer="rmsprop", learning_rate=0.1, batch_size=np.int64(5))
    run = TrainingRun.of(estimator, samples_of(windows))
    assert run.architecture == Architecture("lstm", (3,), 3, 2, 1)
    assert run.loss == Loss("huber")
    assert run.recipe.optimizer_class is keras.optimizers.RMSprop
    assert (run.batch_size, type(run.batch_size)) == (5, int)


@pytest.mark.parametrize(
    ("stateful", "one_pass", "batch_size"),
    [(False, False, 4), (False, True, 4), (True, False, 4), (True, True, 1)],
)
def test_rows_that_come_one_by_one_are_one_stream(windows, stateful, one_pass, batch_size):
    run = TrainingRun.of(small(stateful=stateful), samples_of(windows), one_pass=one_pass)
    assert run.batch_size == batch_size


# Validation.


def validation_loss(architecture, loss, samples, state, **parameters):
    run = TrainingRun(small(**parameters), samples, samples, architecture, loss, None, 4)
    [found] = run.validation_losses(state)
    return found


@pytest.mark.parametrize("l2", [0.0, 0.01])
def test_validation_loss_equals_keras_s_evaluation(windows, l2):
    windows[3, 1, 0], windows[5] = np.nan, np.nan
    samples = samples_of(windows, np.arange(float(N_ROWS)))
    architecture = Architecture("gru", (3,), 3, 2, 1)
    weights = architecture.initial_weights(np.random.RandomState(0))
    loss = validation_loss(
        architecture, Loss("squared_error"), samples, TrainingState(weights), l2=l2
    )
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
    loss = validation_loss(architecture, Loss("absolute_error"), samples, TrainingState(weights))
    forecast, _ = predict_windows(architecture, weights, windows)
    errors = np.abs(forecast[:, :, 0] - windows[:, :, 0])
    assert loss == pytest.approx(np.average(errors.mean(axis=1), weights=weight), rel=1e-6)


def test_validation_of_a_stream_goes_on_from_the_state_of_training(windows):
    samples = samples_of(windows)
    architecture = Architecture("lstm", (3,), 3, 2, 1)
    weights = architecture.initial_weights(np.random.RandomState(0))
    states = [np.full(3, 0.5), np.full(3, -2.0)]

    def validate(states):
        state = TrainingState(weights, states=states)
        return validation_loss(architecture, Loss("squared_error"), samples, state, stateful=True)

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
    loss = Loss("squared_error")
    samples = samples_of(windows)
    assert not np.isfinite(
        validation_loss(architecture, loss, samples, TrainingState(weights), l2=1.0)
    )


# All or nothing.


class Interrupted(BaseException):
    """What no handler of errors catches."""


@pytest.mark.parametrize("error", [ValueError, MemoryError, KeyboardInterrupt, Interrupted])
def test_attributes_come_back_whatever_goes_wrong(error):
    estimator = small()
    estimator.kept_, estimator.changed_, estimator.deleted_ = 1, 2, 3
    estimator._draws = [np.random.RandomState(0)]
    before, draws = vars(estimator).copy(), estimator._draws[0].get_state()[1].copy()

    def fit():
        with all_or_nothing(estimator):
            estimator.changed_ = 20
            estimator.new_ = 4
            del estimator.deleted_
            estimator._draws[0].permutation(5)
            estimator._draws[0].shuffle(np.arange(3))
            raise error("half-way")

    with pytest.raises(error, match="half-way"):
        fit()
    assert vars(estimator) == before
    np.testing.assert_array_equal(estimator._draws[0].get_state()[1], draws)


def test_success_keeps_what_was_done():
    estimator = small()
    with all_or_nothing(estimator):
        estimator.weights_ = [1]
    assert estimator.weights_ == [1]


def test_numpy_s_own_generator_is_never_wound_back():
    estimator = small()
    estimator._draws = [np.random.mtrand._rand]

    def fit():
        with all_or_nothing(estimator):
            fit.drawn = np.random.uniform()
            raise ValueError("half-way")

    with pytest.raises(ValueError, match="half-way"):
        fit()
    assert np.random.uniform() != fit.drawn


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_fit_that_breaks_off_can_be_taken_up_as_if_it_had_not_been(
    windows, monkeypatch, method, error
):
    """The draws, too, are those of an unbroken run."""
    y = windows.sum(axis=(1, 2))
    unbroken, broken = (small(warm_start=True).fit(windows, y) for _ in range(2))

    def fail(*arguments):
        raise error("half-way")

    with monkeypatch.context() as patch:
        patch.setattr("skrnn.training._batches.Trainer.take_losses", fail)
        with pytest.raises(error, match="half-way"):
            getattr(broken, method)(windows, y)
    for model in (unbroken, broken):
        getattr(model, method)(windows, y)
    assert broken.history_ == unbroken.history_
    assert broken.n_iter_ == unbroken.n_iter_
    for a, b in zip(broken.weights_, unbroken.weights_, strict=True):
        np.testing.assert_array_equal(a, b)


def test_fitted_attributes_are_arrays_and_plain_values(windows):
    run = TrainingRun.of(small(), samples_of(windows))
    weights = run.architecture.initial_weights(np.random.RandomState(0))
    attributes = fitted_attributes(run, TrainingState(weights, [weights[0]], 7, [weights[2]]))
    assert attributes["weights_"] is weights
    assert (attributes["n_outputs_"], attributes["_iteration"]) == (1, 7)
    assert Architecture.from_dict(attributes["_architecture"]) == run.architecture
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
