"""Recipes of optimizers: what they are built to, and when two of them share a program."""

import json
from copy import deepcopy

import keras
import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn.keras_bridge._optimizers import (
    build_optimizer,
    named_optimizers,
    optimizer_recipe,
    schedule_of,
    serialized,
)

Adam, AdamW, SGD = keras.optimizers.Adam, keras.optimizers.AdamW, keras.optimizers.SGD
DECAY = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)


def same(a, b):
    return a == b and hash(a) == hash(b)


@pytest.mark.parametrize("name", sorted(named_optimizers()))
def test_every_name_builds_keras_s_own(name):
    recipe = optimizer_recipe(name)
    built, theirs = build_optimizer(recipe), named_optimizers()[name]()
    assert type(built) is type(theirs)
    assert built.weight_decay is None
    ignored = {"name": None, "learning_rate": None, "weight_decay": None}
    assert built.get_config() | ignored == theirs.get_config() | ignored
    if name != "adadelta":
        assert recipe.learning_rate == pytest.approx(float(theirs.learning_rate))
    assert recipe.weight_decay == 0.0  # also of those that have one of their own by default
    json.loads(recipe.settings)


@pytest.mark.parametrize("name", sorted(named_optimizers()))
def test_every_serialized_configuration_builds_the_same(name):
    instance = named_optimizers()[name](learning_rate=0.25)
    config = serialized(instance)
    before = deepcopy(config)
    assert optimizer_recipe(config).described == optimizer_recipe(instance).described
    assert config == before  # a parameter of the user


def test_names_are_those_that_keras_exports_but_for_wrappers():
    names = set(named_optimizers())
    assert {"adam", "adamw", "sgd", "rmsprop", "adadelta", "nadam", "lion", "ftrl"} <= names
    assert names.isdisjoint({"optimizer", "lossscaleoptimizer", "multioptimizer"})


@pytest.mark.parametrize("name", ["adam", "Adam", "ADAM"])
def test_names_in_any_case(name):
    assert same(optimizer_recipe(name), optimizer_recipe("adam"))


def test_adadelta_by_name_has_the_rate_of_its_publication():
    assert optimizer_recipe("Adadelta").learning_rate == 1.0
    assert optimizer_recipe("adadelta", 0.3).learning_rate == 0.3
    instance = keras.optimizers.Adadelta()
    assert optimizer_recipe(instance).learning_rate == pytest.approx(0.001)


def test_rates_and_decay_are_no_part_of_a_program():
    recipes = [
        optimizer_recipe("adam"),
        optimizer_recipe("adam", 0.1),
        optimizer_recipe("adam", weight_decay=0.2),
        optimizer_recipe(Adam(0.5, weight_decay=0.1, name="other")),
        optimizer_recipe(serialized(Adam())),
    ]
    assert all(same(recipes[0], recipe) for recipe in recipes)
    assert [r.learning_rate for r in recipes] == pytest.approx([0.001, 0.1, 0.001, 0.5, 0.001])
    assert [r.weight_decay for r in recipes] == pytest.approx([0, 0, 0.2, 0.1, 0])


def test_everything_else_is():
    recipes = {
        optimizer_recipe("adam"),
        optimizer_recipe("adamw"),
        optimizer_recipe("sgd"),
        optimizer_recipe(SGD(momentum=0.9)),
        optimizer_recipe(SGD(momentum=0.9, nesterov=True)),
        optimizer_recipe(Adam(beta_1=0.8)),
        optimizer_recipe(Adam(use_ema=True)),
        optimizer_recipe("adam", clipnorm=1.0),
        optimizer_recipe("adam", clipnorm=2.0),
        optimizer_recipe(Adam(global_clipnorm=1.0)),
        optimizer_recipe("adam", DECAY),
        optimizer_recipe("adam", keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.6)),
    }
    assert len(recipes) == 12


def test_settings_of_an_instance_are_built_again():
    instance = SGD(0.2, momentum=0.9, nesterov=True, global_clipnorm=3.0, use_ema=True)
    recipe = optimizer_recipe(instance)
    built = build_optimizer(recipe)
    assert built is not instance
    assert (built.momentum, built.nesterov, built.use_ema) == (0.9, True, False)
    assert recipe.average == (0.99, 0)
    assert built.global_clipnorm == 3.0
    assert not instance.built


@pytest.mark.parametrize("form", [lambda x: x, serialized], ids=["instance", "configuration"])
def test_a_schedule_is_part_of_the_program(form):
    recipe = optimizer_recipe("sgd", form(DECAY))
    assert same(recipe, optimizer_recipe(form(SGD(DECAY))))
    assert np.isnan(recipe.learning_rate)
    schedule = schedule_of(recipe.schedule)
    rates = [float(schedule(iteration)) for iteration in (0, 10, 20)]
    assert rates == pytest.approx([0.1, 0.05, 0.025])


def test_a_rate_goes_before_that_of_the_instance():
    assert optimizer_recipe(Adam(0.5), 0.1).learning_rate == 0.1
    assert optimizer_recipe(Adam(DECAY), 0.1) == optimizer_recipe("adam")
    assert optimizer_recipe(Adam(0.5), DECAY) == optimizer_recipe("adam", DECAY)


def test_decay_of_an_instance_is_taken_over_where_none_is_set():
    assert optimizer_recipe(AdamW()).weight_decay == pytest.approx(0.004)
    assert optimizer_recipe(AdamW(), weight_decay=0.5).weight_decay == 0.5
    assert optimizer_recipe(serialized(AdamW())).weight_decay == pytest.approx(0.004)
    assert optimizer_recipe("adamw").weight_decay == 0.0
    assert optimizer_recipe("adamw", weight_decay=0.5).weight_decay == 0.5
    assert build_optimizer(optimizer_recipe(AdamW())).weight_decay is None


def test_clipnorm_is_built_in_and_goes_before_that_of_the_instance():
    assert build_optimizer(optimizer_recipe("adam", clipnorm=0.5)).clipnorm == 0.5
    assert build_optimizer(optimizer_recipe(Adam(clipnorm=0.5))).clipnorm == 0.5
    assert build_optimizer(optimizer_recipe(Adam(clipnorm=0.5), clipnorm=0.25)).clipnorm == 0.25


@pytest.mark.parametrize("other", ["clipvalue", "global_clipnorm"])
def test_one_way_to_clip_alone(other):
    words = rf"Only one of .* got {{'clipnorm': 1.0, '{other}': 2.0}}"
    with pytest.raises(ValueError, match=words):
        optimizer_recipe(Adam(**{other: 2.0}), clipnorm=1.0)


def test_loss_scaling_cancels_out():
    """Keras divides the gradients by the factor, and expects a loss that was multiplied."""
    scaled = optimizer_recipe(SGD(loss_scale_factor=8.0))
    assert scaled == optimizer_recipe("sgd")
    weight = keras.Variable(np.ones(2, np.float32))
    built = build_optimizer(scaled)
    built.build([weight])
    built.apply([keras.ops.ones(2)])
    assert weight.numpy() == pytest.approx(1 - 0.001)


@pytest.mark.parametrize("rate", [0.0, -0.1, np.inf, np.nan])
def test_rates_of_an_instance_are_checked(rate):
    with pytest.raises(ValueError, match="learning_rate must be positive and finite"):
        optimizer_recipe(SGD(rate))


@pytest.mark.parametrize("decay", [-0.1, np.inf, np.nan])
def test_decay_of_an_instance_is_checked(decay):
    with pytest.raises(ValueError, match="weight_decay must be finite, and not negative"):
        optimizer_recipe(AdamW(weight_decay=decay))


@pytest.mark.parametrize("thing", [DECAY, SGD(0.1, momentum=0.5), AdamW(DECAY)])
def test_serialized_is_plain_and_enough(thing):
    plain = serialized(thing)
    assert json.loads(json.dumps(plain)) == plain
    again = schedule_of(plain) if thing is DECAY else keras.optimizers.deserialize(plain)
    assert type(again) is type(thing)
    assert again.get_config() == thing.get_config()


def test_the_estimator_s_own_settings_reach_the_recipe():
    """Of an Adam with a schedule and clipped gradients the first step is that of Keras."""
    X, y = np.ones((1, 1, 1)), np.array([20.0])
    parameters = {"cell": "simple", "units": 1, "epochs": 1, "random_state": 0}
    sgd = RNNRegressor(optimizer="sgd", learning_rate=DECAY, clipnorm=0.5, **parameters).fit(X, y)
    start = sgd._fitted_architecture.initial_weights(np.random.RandomState(0))
    moved = [np.linalg.norm(a - b) for a, b in zip(sgd.weights_, start, strict=True)]
    # Every gradient is longer than 0.5, but for that of the recurrent kernel, which is zero.
    assert moved[-2:] == pytest.approx([0.05, 0.05], rel=1e-4)
    assert moved[1] == 0
