"""Parameters that are changed between two calls: each has its effect, or an error names it.

One table says for every parameter what a change means. The networks are tiny, and one program
serves all cases that have the same shapes.
"""

import copy

import keras
import numpy as np
import pytest
from keras_reference import largest_difference

from skrnn import RNNRegressor

OPTIMIZERS = ["adam", "sgd", "lamb", "adadelta"]
SCHEDULE = keras.optimizers.schedules.ExponentialDecay(0.05, 2, 0.5)
RNG = np.random.RandomState(0)
X = RNG.normal(size=(24, 2)).astype(np.float32)
Y = 0.5 * X.sum(axis=1) + 0.1 * RNG.normal(size=24)

# They make another network: training cannot go on, and `predict` goes on as it was fitted.
ANOTHER_NETWORK = [
    {"cell": "gru"},
    {"n_networks": 2},
    {"units": 3},
    {"units": (2, 2)},
    {"n_timesteps": 1},
    {"activation": "relu"},
    {"recurrent_activation": "relu"},
    {"bidirectional": True},
    {"autoregressive": True},
    {"level_feature": 0},
    {"return_sequences": True},
    {"quantile": (0.2, 0.8), "loss": "quantile"},
]

# Training goes on with them.
GOES_ON = [
    {"dropout": 0.3},
    {"recurrent_dropout": 0.3},
    {"stateful": True},
    {"loss": "absolute_error"},
    {"loss": "quantile", "quantile": 0.3},
    {"optimizer": "rmsprop"},
    {"learning_rate": 0.03},
    {"learning_rate": SCHEDULE},
    {"weight_decay": 0.3},
    {"l2": 0.3},
    {"clipnorm": 0.01},
    {"epochs": 2},
    {"batch_size": 6},
    {"shuffle": True},
    {"missing": "drop"},
    {"early_stopping": True},
    {"validation_fraction": 0.3},
    {"n_iter_no_change": 3},
    {"tol": 0.1},
    {"warm_start": False},
    {"engine": "tensorflow"},
    {"n_jobs": 2},
    {"random_state": 5},
    {"verbose": 1},
    {"categorical_features": None},
    {"max_categories": 5},
]

# One pass over the rows in their order: these say nothing to `partial_fit`.
OF_EPOCHS = {"epochs", "shuffle", "early_stopping", "validation_fraction", "n_iter_no_change"}
OF_EPOCHS |= {"tol", "warm_start", "random_state", "verbose", "missing", "n_jobs"}


def small(**parameters):
    defaults = {
        "cell": "simple",
        "units": 2,
        "n_timesteps": 2,
        "epochs": 1,
        "batch_size": 12,
        "shuffle": False,
        "warm_start": True,
        "random_state": 0,
    }
    return RNNRegressor(**defaults | parameters)


@pytest.fixture(scope="module", params=OPTIMIZERS)
def fitted(request):
    """An estimator of each optimizer, two steps after its start; to be copied."""
    return small(optimizer=request.param).fit(X, Y)


def moved(model, start):
    """What training has changed, weight by weight."""
    return [a - b for a, b in zip(model.weights_, start.weights_, strict=True)]


def test_every_parameter_is_in_the_table():
    named = {name for change in ANOTHER_NETWORK + GOES_ON for name in change}
    assert named == RNNRegressor().get_params().keys()


def described(case):
    """Name a case the same in every process: an object's own text holds its address."""
    if not isinstance(case, dict):
        return str(case)
    return ", ".join(
        f"{name}={type(value).__name__ if hasattr(value, 'get_config') else value}"
        for name, value in case.items()
    )


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
@pytest.mark.parametrize("change", ANOTHER_NETWORK, ids=described)
def test_another_network_is_an_error_that_names_the_parameter(fitted, change, method):
    model = copy.deepcopy(fitted).set_params(**change)
    name = next(iter(change))
    with pytest.raises(ValueError, match=rf"has changed: .*\b{name}\b.*Set warm_start=False"):
        getattr(model, method)(X, Y)
    assert largest_difference(model.weights_, fitted.weights_) == 0


def test_steps_that_do_not_divide_the_columns_are_an_error(fitted):
    model = copy.deepcopy(fitted).set_params(n_timesteps=3)
    for call in (
        lambda: model.fit(X, Y),
        lambda: model.partial_fit(X, Y),
        lambda: model.predict(X),
    ):
        with pytest.raises(ValueError, match="n_timesteps=3 does not divide"):
            call()


@pytest.mark.parametrize("change", ANOTHER_NETWORK + GOES_ON, ids=described)
def test_a_fitted_network_forecasts_as_it_was_fitted(fitted, change):
    model = copy.deepcopy(fitted).set_params(**change)
    if "n_timesteps" in change:
        with pytest.raises(ValueError, match="n_timesteps, which is 1"):
            model.predict(X)
    elif "stateful" in change:  # which says how rows follow each other, not what the network is
        forecast, state = model.predict(X, return_state=True)
        np.testing.assert_array_equal(forecast[0], fitted.predict(X)[0])
        assert [s.shape for s in state] == [(2,)]
        later = model.predict(X[12:], initial_state=model.predict(X[:12], return_state=True)[1])
        np.testing.assert_allclose(later, forecast[12:], rtol=1e-12)
    else:
        np.testing.assert_array_equal(model.predict(X), fitted.predict(X))


# Each costs a program for each optimizer, so one is enough. Further tests below try dropout, a
# state and clipping with all of them.
SAME_FOR_ALL = {"dropout", "recurrent_dropout", "stateful", "loss", "clipnorm"}


def grid():
    for optimizer in OPTIMIZERS:
        for change in GOES_ON:
            schedule = change.get("learning_rate") is SCHEDULE
            if optimizer == "adam" or SAME_FOR_ALL.isdisjoint(change):
                if optimizer == "adam" or not (schedule or "engine" in change):
                    yield optimizer, "fit", change
                yield optimizer, "partial_fit", change


@pytest.mark.parametrize(
    ("fitted", "method", "change"), list(grid()), indirect=["fitted"], ids=described
)
def test_training_goes_on_with_what_was_changed(fitted, change, method):
    """From the weights, slots and steps that there are, with what the parameter says."""
    model = copy.deepcopy(fitted).set_params(**change)
    unchanged = copy.deepcopy(fitted)
    for m in (model, unchanged):
        getattr(m, method)(X, Y)
    name, steps = next(iter(change)), 2
    expected = {"epochs": 4, "batch_size": 4}.get(name, 2) if method == "fit" else 2
    if method == "partial_fit" and name == "batch_size":
        expected = 4
    if name == "stateful" and method == "partial_fit":
        expected = 24  # the rows are one stream
    before = 0 if name == "optimizer" or change == {"warm_start": False} else steps
    if method == "partial_fit" and name == "warm_start":
        before = steps
    assert model._iteration == before + expected
    assert all(np.isfinite(w).all() for w in model.weights_)
    has_no_effect = {"missing", "validation_fraction", "n_iter_no_change", "tol", "verbose"}
    has_no_effect |= {"random_state", "n_jobs", "categorical_features", "max_categories"}
    if method == "partial_fit":
        has_no_effect |= OF_EPOCHS
    difference = largest_difference(model.weights_, unchanged.weights_)
    if name == "engine":
        assert model.engine_ == "tensorflow"
        assert difference < 1e-6
    else:
        assert (difference == 0) == (name in has_no_effect)


def test_rate_and_penalties_act_by_value(fitted):
    """One step from the same slots: its length is proportional to the rate."""
    steps = {}
    for name, change in {
        "rate": {"learning_rate": 0.001},
        "twice": {"learning_rate": 0.002},
        "decay": {"learning_rate": 0.001, "weight_decay": 10.0},
    }.items():
        model = copy.deepcopy(fitted).set_params(batch_size=12, **change)
        steps[name] = moved(model.partial_fit(X[:12], Y[:12]), fitted)
    if fitted.optimizer == "lamb":  # whose step is as long as the weight, which decays first
        assert largest_difference(steps["decay"], steps["rate"]) > 1e-4
    else:
        for k, weight in enumerate(fitted.weights_):
            kernel = weight.ndim == 2
            decayed = steps["rate"][k] - 0.01 * weight * kernel
            np.testing.assert_allclose(steps["decay"][k], decayed, atol=1e-6)
    for once, twice in zip(steps["rate"], steps["twice"], strict=True):
        np.testing.assert_allclose(twice, 2 * once, atol=1e-6)


def test_another_optimizer_starts_with_slots_of_its_own(fitted):
    """As one that has the same weights and has never taken a step."""
    changed = copy.deepcopy(fitted).set_params(optimizer="rmsprop")
    new = small(optimizer="rmsprop", engine=fitted.engine_).fit(X, Y)
    new.weights_, new._slots, new._iteration = fitted.weights_, [], 0
    for model in (changed, new):
        model.partial_fit(X, Y)
    assert largest_difference(changed.weights_, new.weights_) == 0


@pytest.mark.parametrize(
    ("fitted", "method"),
    [("adam", "fit"), *((optimizer, "partial_fit") for optimizer in OPTIMIZERS)],
    indirect=["fitted"],
)
def test_dropout_comes_and_goes_with_the_slots(fitted, method):
    """Of a share that is next to none, nothing is left out: what changes is the program."""
    plain = copy.deepcopy(fitted)
    for dropout in (1e-9, 0.0, 1e-9):
        model = copy.deepcopy(plain).set_params(dropout=dropout)
        for m in (model, plain):
            getattr(m, method)(X, Y)
        assert largest_difference(model.weights_, plain.weights_) < 1e-6
        assert [s.shape for s in model._slots] == [s.shape for s in plain._slots]
        plain = model.set_params(dropout=0.0)
        plain = copy.deepcopy(plain)


def test_slots_have_the_shapes_of_the_weights(fitted):
    shapes = {w.shape for w in fitted.weights_}
    assert {slot.shape for slot in fitted._slots} <= shapes
    assert bool(fitted._slots) == (fitted.optimizer != "sgd")


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_stateful_network_becomes_one_that_is_not(fitted, method):
    """From its weights and slots; its state takes no part."""
    stateful = copy.deepcopy(fitted).set_params(stateful=True).partial_fit(X, Y)
    assert [s.shape for s in stateful._states] == [(2,)]
    changed = copy.deepcopy(stateful).set_params(stateful=False)
    never = copy.deepcopy(fitted)
    never.weights_, never._slots = stateful.weights_, stateful._slots
    never._iteration = stateful._iteration
    for model in (changed, never):
        getattr(model, method)(X, Y)
    assert largest_difference(changed.weights_, never.weights_) == 0
    np.testing.assert_array_equal(changed.predict(X), never.predict(X))


def test_clipping_takes_effect_and_keeps_the_slots(fitted):
    model = copy.deepcopy(fitted).set_params(clipnorm=1e-3).partial_fit(X, Y)
    assert model._iteration == fitted._iteration + 2
    if fitted.optimizer == "sgd":
        lengths = [np.linalg.norm(step) for step in moved(model, fitted)]
        assert max(lengths) <= 2 * 0.01 * 1e-3 * 1.001


def test_a_schedule_counts_on(fitted):
    """At the steps that the optimizer has done, and not from the start at each call."""
    model = small(optimizer="sgd", learning_rate=SCHEDULE).fit(X, Y)
    assert model._iteration == 2
    by_hand = copy.deepcopy(model)
    for batch in (slice(12), slice(12, 24)):
        rate = float(SCHEDULE(by_hand._iteration))
        before, count = by_hand.weights_, by_hand._iteration
        constant = copy.deepcopy(by_hand).set_params(learning_rate=rate)
        constant.partial_fit(X[batch], Y[batch])
        by_hand.partial_fit(X[batch], Y[batch])
        assert by_hand._iteration == count + 1
        assert largest_difference(by_hand.weights_, constant.weights_) < 1e-7
        assert largest_difference(by_hand.weights_, before) > 1e-5


def test_a_network_of_both_directions_cannot_be_read_as_a_stream():
    model = small(bidirectional=True).fit(X, Y).set_params(stateful=True)
    for method, data in (("fit", (X, Y)), ("partial_fit", (X, Y)), ("predict", (X,))):
        with pytest.raises(ValueError, match=r"stateful=True .*contradict"):
            getattr(model, method)(*data)
