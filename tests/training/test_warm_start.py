"""Where training goes on: what is kept of what was reached before."""

import keras
import numpy as np
import pytest
from keras_reference import largest_difference

from skrnn import RNNRegressor
from skrnn.keras_bridge._optimizers import named_optimizers
from skrnn.network._architecture import Architecture
from skrnn.training._warm_start import check_same_network, check_same_targets


def test_a_network_may_change_its_dropout_and_nothing_else():
    architecture = Architecture("gru", (3, 2), 3, 2, 1)
    changed = Architecture.from_dict(
        architecture.to_dict() | {"dropout": 0.5, "recurrent_dropout": 0.1}
    )
    check_same_network(architecture, architecture)
    check_same_network(changed, architecture)
    others = {
        "cell": "simple",
        "units": (3, 4),
        "n_timesteps": 4,
        "n_features": 1,
        "n_outputs": 2,
        "activation": "relu",
        "recurrent_activation": "relu",
        "bidirectional": True,
        "autoregressive": True,
        "level_feature": 0,
        "return_sequences": True,
        "n_quantiles": 1,
        "link": "log",
        "n_networks": 2,
        "likelihood": "normal",
    }
    assert others.keys() | {"dropout", "recurrent_dropout"} == architecture.to_dict().keys()
    for field, value in others.items():
        other = Architecture.from_dict(architecture.to_dict() | {field: value})
        names = {
            "n_quantiles": "number of values of quantile",
            "link": "link of the loss",
            "likelihood": "loss",
        }
        name = names.get(field, field)
        with pytest.raises(ValueError, match=f"the network has changed: {name} from ") as caught:
            check_same_network(other, architecture)
        assert f"from {architecture.to_dict()[field]!r} to {value!r}. Set warm_start" in str(
            caught.value
        )
    both = Architecture.from_dict(architecture.to_dict() | {"n_outputs": 2, "cell": "lstm"})
    with pytest.raises(ValueError, match=r"cell from 'gru' to 'lstm', n_outputs from 1 to 2\."):
        check_same_network(both, architecture)


@pytest.mark.parametrize("fitted", [True, False])
def test_targets_of_another_form_are_an_error_before_they_are_looked_at(fitted):
    with pytest.raises(ValueError, match=f"return_sequences from {fitted} to {not fitted}"):
        check_same_targets(not fitted, fitted)
    check_same_targets(fitted, fitted)


# What a break leaves unchanged.

ADAM, SGD = keras.optimizers.Adam, keras.optimizers.SGD
SCHEDULE = keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.7)
RNG = np.random.RandomState(0)
X, Y = RNG.normal(size=(16, 3, 1)).astype(np.float32), RNG.normal(size=16)

CASES = {name: {"optimizer": name} for name in sorted(named_optimizers())} | {
    "sgd with a schedule": {"optimizer": "sgd", "learning_rate": SCHEDULE},
    "adam with a schedule": {"optimizer": "adam", "learning_rate": SCHEDULE},
    "an average of weights": {"optimizer": ADAM(0.01, use_ema=True, ema_momentum=0.5)},
    "gradients of three steps": {"optimizer": SGD(0.1, gradient_accumulation_steps=3)},
}


DROPPING = ["adam", "nadam", "sgd with a schedule"]
"""Dropout draws by the step, whatever the optimizer, and needs a compiled program for each."""


def in_four_batches(name, **parameters):
    dropout = 0.3 if name in DROPPING else 0.0
    return dropping(CASES[name], dropout=dropout, **parameters)


def dropping(case, **parameters):
    """Four batches of rows; dropout draws by the step."""
    defaults = {"cell": "simple", "units": 3, "batch_size": 4, "shuffle": False, "dropout": 0.3}
    return RNNRegressor(**defaults | {"warm_start": True, "random_state": 0} | case | parameters)


def assert_as_far(broken, unbroken):
    assert broken._iteration == unbroken._iteration
    for name in ("weights_", "_slots"):
        for a, b in zip(getattr(broken, name), getattr(unbroken, name), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", CASES)
def test_two_epochs_and_two_more_are_four(name):
    unbroken = in_four_batches(name, epochs=4).fit(X, Y)
    broken = in_four_batches(name, epochs=2).fit(X, Y).fit(X, Y)
    assert unbroken._iteration == 16
    assert_as_far(broken, unbroken)


@pytest.mark.parametrize("name", CASES)
def test_calls_one_after_another_are_one_pass(name):
    unbroken = in_four_batches(name).partial_fit(X, Y)
    broken = in_four_batches(name)
    for start in range(0, 16, 4):
        broken.partial_fit(X[start : start + 4], Y[start : start + 4])
        assert broken._iteration == start // 4 + 1
    assert_as_far(broken, unbroken)


def test_each_step_of_an_online_learner_leaves_out_other_inputs():
    """Of the same row and target, from the same weights."""
    model = dropping({"optimizer": "sgd", "dropout": 0.5, "learning_rate": 1e-9}, units=8)
    losses = {round(model.partial_fit(X[:4], Y[:4]).history_["loss"][-1], 6) for _ in range(8)}
    assert len(losses) > 4


def test_slots_that_fit_no_more_are_a_warning_and_start_anew():
    """As those of another version of Keras may."""
    model = dropping({"optimizer": "adam"}).partial_fit(X, Y)
    other = dropping({"optimizer": "adam"}).partial_fit(X, Y)
    model._slots = model._slots[:-1]
    other._slots, other._iteration = [], 0
    with pytest.warns(UserWarning, match="another version of Keras .* starts again"):
        model.partial_fit(X, Y)
    other.partial_fit(X, Y)
    assert model._iteration == 4
    assert largest_difference(model.weights_, other.weights_) == 0
