"""Recipes that are made without Keras, compared with those that Keras makes."""

import subprocess
import sys

import keras
import pytest

from skrnn.engines.numpy._optimizer_rules import RULES
from skrnn.engines.numpy._recipes_without_keras import recipe_without_keras
from skrnn.keras_bridge._optimizers import optimizer_recipe, serialized

SCHEDULE = keras.optimizers.schedules.CosineDecay(0.1, 20)


def both(*values):
    ours = recipe_without_keras(*values, estimator_name="RNNRegressor")
    theirs = optimizer_recipe(*values)
    return ours, theirs


def assert_same(ours, theirs):
    assert ours == theirs
    assert ours.described == theirs.described
    assert (ours.learning_rate, ours.weight_decay) == pytest.approx(
        (theirs.learning_rate, theirs.weight_decay), nan_ok=True
    )
    assert (ours.elementwise, ours.custom_class) == (theirs.elementwise, None)


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("rest", [(), (0.25, 0.5, 2.0), (serialized(SCHEDULE), 0.0, None)])
def test_names(name, rest):
    assert_same(*both(name.lower(), *rest))
    assert_same(*both(name, *rest))


@pytest.mark.parametrize("name", RULES)
def test_stored_optimizers(name):
    optimizer = getattr(keras.optimizers, name)(0.5, weight_decay=0.25, use_ema=True)
    assert_same(*both(serialized(optimizer)))
    assert_same(*both(serialized(optimizer), 0.125, 0.75))


def test_a_stored_optimizer_with_a_schedule():
    assert_same(*both(serialized(keras.optimizers.SGD(SCHEDULE, momentum=0.5))))


@pytest.mark.parametrize(
    ("optimizer", "rate"),
    [
        ("lamb", None),
        ("nonsense", None),
        (keras.optimizers.Adam(), None),
        (serialized(keras.optimizers.Muon()), None),
        ({"class_name": "Adam"}, None),
        ({"module": "keras.optimizers", "class_name": "Adam", "config": {"other": 1}}, None),
        ("adam", SCHEDULE),
        ("adam", {"class_name": "Other", "module": "mine", "config": {}}),
        ("adam", {**serialized(SCHEDULE), "config": {"wrong": 1}}),
    ],
)
def test_what_only_keras_knows(optimizer, rate):
    assert recipe_without_keras(optimizer, rate, estimator_name="RNNRegressor") is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("adam", -1.0), "learning_rate must be positive"),
        (("adam", None, float("inf")), "weight_decay must be finite"),
        (
            (serialized(keras.optimizers.SGD(clipvalue=1.0)), None, 0.0, 2.0),
            "Only one of clipnorm, clipvalue",
        ),
    ],
)
def test_errors_are_keras_path_s(values, message):
    for make in (optimizer_recipe, recipe_without_keras):
        with pytest.raises(ValueError, match=message):
            make(*values, estimator_name="RNNRegressor")


def test_a_recipe_loads_no_keras():
    program = """
import sys
from skrnn.engines.numpy._recipes_without_keras import recipe_without_keras
recipe_without_keras("adam", estimator_name="RNNRegressor")
assert not {"keras", "tensorflow"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
