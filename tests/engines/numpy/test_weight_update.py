"""Changes of the weights after a batch."""

import numpy as np
import pytest

from skrnn._optimizer_recipe import make_recipe
from skrnn.cells import SimpleCell
from skrnn.engines.numpy._optimizer_rules import RULES
from skrnn.engines.numpy._recipes_without_keras import default_config
from skrnn.engines.numpy._weight_update import Update
from skrnn.keras_bridge._optimizers import optimizer_recipe
from skrnn.network._architecture import Architecture

ARCHITECTURE = Architecture(SimpleCell(), (1,), n_timesteps=2, n_features=1, n_outputs=1)
# Kernel, recurrent kernel, bias, kernel and bias of the output layer.
KERNELS = np.array([1.0, 1.0, 0.0, 1.0, 0.0], np.float32)
START = np.array([1.0, 2.0, 3.0, 4.0, 5.0], np.float32)
ONES = np.ones(5, np.float32)


def update(name="SGD", **settings):
    recipe = make_recipe(name, {**default_config(name), **settings})
    return Update(ARCHITECTURE, recipe, np.arange(5))


def steps(changes, gradients, rates=(0.5, 0.0, 0.0), start=START):
    """Return the weights after each step, and the last slots and penalty."""
    weights, found = start.copy(), []
    slots = {name: np.zeros_like(start) for name in changes.names}
    for i, gradient in enumerate(gradients):
        penalty = changes.step(weights, gradient.copy(), slots, rates, i)
        found.append(weights.copy())
    return found, slots, penalty


def test_decay_is_decoupled_and_leaves_biases():
    [after], _, penalty = steps(update(), [ONES], (0.5, 0.25, 0.0))
    np.testing.assert_allclose(after, START * (1 - 0.5 * 0.25 * KERNELS) - 0.5)
    assert penalty == 0.0


def test_penalty_of_kernels():
    [after], _, penalty = steps(update(), [ONES], (0.5, 0.0, 0.125))
    assert penalty == pytest.approx(0.125 * (1 + 4 + 16))
    np.testing.assert_allclose(after, START - 0.5 * (1 + 2 * 0.125 * START * KERNELS))


def test_decay_is_twice_the_penalty_under_plain_descent():
    decayed = steps(update(), [ONES], (0.5, 0.25, 0.0))[0][-1]
    penalised = steps(update(), [ONES], (0.5, 0.0, 0.125))[0][-1]
    np.testing.assert_allclose(decayed, penalised)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"clipvalue": 2.0}, [2.0, -2.0, 1.0, 0.0, 2.0]),
        ({"clipnorm": 2.0}, [2.0, -2.0, 1.0, 0.0, 2.0]),
        ({"global_clipnorm": 1.0}, np.array([3.0, -4.0, 1.0, 0.0, 5.0]) / np.sqrt(51)),
    ],
)
def test_clipping(settings, expected):
    """Each weight of this network is one number, so its norm is its size."""
    gradients = np.array([3.0, -4.0, 1.0, 0.0, 5.0], np.float32)
    [after], _, _ = steps(update(**settings), [gradients], (1.0, 0.0, 0.0))
    np.testing.assert_allclose(START - after, expected, rtol=1e-6)


def test_networks_are_clipped_by_their_own_norms():
    from dataclasses import replace

    recipe = make_recipe("SGD", {**default_config("SGD"), "global_clipnorm": 1.0})
    changes = Update(replace(ARCHITECTURE, n_networks=2), recipe, np.arange(5))
    weights = np.zeros((2, 5), np.float32)
    gradients = np.array([ONES * 3, ONES * 0.1], np.float32)
    changes.step(weights, gradients, {}, (1.0, 0.0, 0.0), 0)
    np.testing.assert_allclose(weights, [-ONES / np.sqrt(5), -0.1 * ONES], rtol=1e-6)


def test_accumulated_gradients_change_weights_at_the_last_of_them():
    gradients = [ONES * 1, ONES * 3, ONES * 5]
    found, slots, _ = steps(update(gradient_accumulation_steps=2), gradients)
    np.testing.assert_allclose(found[0], START)
    np.testing.assert_allclose(found[1], START - 0.5 * 2)
    np.testing.assert_allclose(slots["sum"], 5.0)


def test_averages_replace_the_weights_at_times():
    changes = update(use_ema=True, ema_momentum=0.75, ema_overwrite_frequency=2)
    found, slots, _ = steps(changes, [ONES, ONES])
    first = START - 0.5
    average = 0.75 * first + 0.25 * (first - 0.5)
    np.testing.assert_allclose(found[0], first)
    np.testing.assert_allclose(found[1], average)
    np.testing.assert_allclose(slots["average"], average)


def test_a_schedule_determines_the_rate():
    schedule = {
        "module": "keras.optimizers.schedules",
        "class_name": "PiecewiseConstantDecay",
        "config": {"boundaries": [0], "values": [0.5, 0.25]},
    }
    recipe = make_recipe("SGD", default_config("SGD"), schedule)
    changes = Update(ARCHITECTURE, recipe, np.arange(5))
    found, _, _ = steps(changes, [ONES, ONES], (float("nan"), 0.0, 0.0))
    np.testing.assert_allclose(START - found[1], 0.75)


@pytest.mark.parametrize("extra", [{}, {"use_ema": True, "gradient_accumulation_steps": 2}])
@pytest.mark.parametrize("name", RULES)
def test_slots_are_keras_s(name, extra):
    import keras

    from skrnn.engines.tensorflow._optimizer_step import OptimizerStep

    recipe = optimizer_recipe(getattr(keras.optimizers, name)(**extra))
    shapes = ARCHITECTURE.weight_shapes()

    def described(slots):
        return [(slot.shape, slot.owner, np.ravel(slot.start)[0]) for slot in slots]

    ours, theirs = Update.slots(recipe, shapes), OptimizerStep(recipe, shapes).slots
    assert described(ours) == described(theirs)
    changes = Update(ARCHITECTURE, recipe, np.arange(5))
    assert {slot.name for slot in ours} == set(changes.names)
