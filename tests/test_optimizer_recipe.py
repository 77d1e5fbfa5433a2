"""Recipes as plain values, and when an optimizer goes on with the slots of another one."""

import keras
import pytest

from skrnn._optimizer_recipe import OptimizerRecipe, keep_slots
from skrnn.keras_bridge._optimizers import optimizer_recipe

Adam = keras.optimizers.Adam
DECAY = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5)


def test_equal_recipes_may_differ_in_what_a_call_says():
    first, other = OptimizerRecipe("Adam", "{}", 0.1, 0.0), OptimizerRecipe("Adam", "{}", 0.2, 0.5)
    assert first == other
    assert hash(first) == hash(other)
    assert first != OptimizerRecipe("Adam", "{}", 0.1, 0.0, custom_class=Adam)
    assert first != OptimizerRecipe("Nadam", "{}", 0.1, 0.0)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("{}", (False, None, 0, None)),
        ('{"clipnorm": 2.0}', (True, 2.0, 0, None)),
        ('{"global_clipnorm": 2.0, "clipnorm": null}', (True, None, 0, None)),
        ('{"clipvalue": 2.0}', (False, None, 0, None)),
        ('{"gradient_accumulation_steps": 3}', (False, None, 3, None)),
        (
            '{"use_ema": true, "ema_momentum": 0.5, "ema_overwrite_frequency": null}',
            (False, None, 0, (0.5, 0)),
        ),
    ],
)
def test_settings_are_read(settings, expected):
    recipe = OptimizerRecipe("SGD", settings, 0.1, 0.0)
    found = recipe.clips_norms, recipe.clipnorm, recipe.accumulated, recipe.average
    assert found == expected


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"learning_rate": 0.1}, True),
        ({"weight_decay": 0.1}, True),
        ({"clipnorm": 0.1}, True),
        ({"learning_rate": DECAY}, True),
        ({"optimizer": Adam(clipvalue=1.0)}, True),
        ({"optimizer": Adam(0.1, name="other")}, True),
        ({"optimizer": "adamw"}, False),
        ({"optimizer": Adam(beta_1=0.8)}, False),
        ({"optimizer": Adam(amsgrad=True)}, False),
        ({"optimizer": Adam(use_ema=True)}, False),
        ({"optimizer": Adam(gradient_accumulation_steps=2)}, False),
    ],
)
def test_slots_go_on_for_the_same_method_whatever_its_rates_and_clipping(change, kept):
    now = optimizer_recipe(**{"optimizer": "adam"} | change)
    assert keep_slots(now.described, optimizer_recipe("adam").described) == kept
    # As version 0.1.0 stored it.
    before = optimizer_recipe("adam")
    stored = f"{before.name} {before.settings}"
    assert keep_slots(now.described, stored) == kept
