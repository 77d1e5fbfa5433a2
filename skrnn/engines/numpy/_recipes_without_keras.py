"""Recipes of Keras's common optimizers, made without Keras."""

from functools import cache, lru_cache

import numpy as np

from skrnn._optimizer_recipe import LEARNING_RATES, make_recipe

from ._optimizer_rules import RULES
from ._schedules import schedule_from

_COMMON = {
    "clipnorm": None,
    "global_clipnorm": None,
    "clipvalue": None,
    "use_ema": False,
    "ema_momentum": 0.99,
    "ema_overwrite_frequency": None,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
    "weight_decay": None,
}
_ADAM = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
DEFAULTS = {
    "SGD": {"momentum": 0.0, "nesterov": False},
    "RMSprop": {"rho": 0.9, "momentum": 0.0, "epsilon": 1e-7, "centered": False},
    "Adagrad": {"initial_accumulator_value": 0.1, "epsilon": 1e-7},
    "Adadelta": {"rho": 0.95, "epsilon": 1e-7},
    "Adam": {**_ADAM, "amsgrad": False},
    "AdamW": {**_ADAM, "amsgrad": False, "weight_decay": 0.004},
    "Adamax": _ADAM,
    "Nadam": _ADAM,
    "Lion": {"beta_1": 0.9, "beta_2": 0.99},
    "Ftrl": {
        "learning_rate_power": -0.5,
        "initial_accumulator_value": 0.1,
        "l1_regularization_strength": 0.0,
        "l2_regularization_strength": 0.0,
        "l2_shrinkage_regularization_strength": 0.0,
        "beta": 0.0,
    },
}
"""Settings that only some of Keras's optimizers have, with their defaults."""

_RATES = {"SGD": 0.01}


@cache
def default_config(name):
    """Return all settings of a Keras optimizer, with their defaults.

    Parameters
    ----------
    name : str
        Name of the class.

    Returns
    -------
    dict
    """
    rate = float(np.float32(_RATES.get(name, 0.001)))  # Keras stores it in single precision
    return {**_COMMON, **DEFAULTS[name], "learning_rate": rate}


def recipe_without_keras(
    optimizer, learning_rate=None, weight_decay=0.0, clipnorm=None, *, estimator_name
):
    """Make the recipe of an optimizer, if this is possible without Keras.

    Parameters
    ----------
    optimizer : str, dict or keras.optimizers.Optimizer
        As in :func:`skrnn.keras_bridge._optimizers.optimizer_recipe`.
    learning_rate, weight_decay, clipnorm
        Likewise.
    estimator_name : str
        Name of the estimator in error messages.

    Returns
    -------
    OptimizerRecipe or None
        None if only Keras knows the optimizer or its schedule.

    Raises
    ------
    ValueError
        If the settings are not supported.
    """
    numbers = learning_rate, weight_decay, clipnorm
    if isinstance(optimizer, str) and all(n is None or type(n) in (int, float) for n in numbers):
        return _recipe_by_name(optimizer, *numbers, estimator_name)
    return _make(optimizer, *numbers, estimator_name)


def _make(optimizer, learning_rate, weight_decay, clipnorm, estimator_name):
    found = _name_and_config(optimizer)
    if found is None:
        return None
    name, config = found
    rate = config["learning_rate"] if learning_rate is None else learning_rate
    if isinstance(rate, dict):
        try:
            if schedule_from(rate) is None:
                return None
        except TypeError:
            return None
    elif not isinstance(rate, int | float | np.number):
        return None
    if not isinstance(optimizer, str):
        weight_decay = weight_decay or config["weight_decay"] or 0.0
    return make_recipe(name, config, rate, weight_decay, clipnorm, estimator_name=estimator_name)


# An online learner asks for the same recipe in each call.
_recipe_by_name = lru_cache(maxsize=64, typed=True)(_make)


def _name_and_config(optimizer):
    if isinstance(optimizer, str):
        name = {name.lower(): name for name in RULES}.get(optimizer.lower())
        if name is None:
            return None
        config = default_config(name)
        return name, {**config, "learning_rate": LEARNING_RATES.get(name, config["learning_rate"])}
    if not isinstance(optimizer, dict) or optimizer.get("module") != "keras.optimizers":
        return None
    name, config = optimizer.get("class_name"), optimizer.get("config")
    if name not in RULES or not isinstance(config, dict):
        return None
    defaults = default_config(name)
    if not set(config) - {"name"} <= set(defaults):
        return None
    return name, {**defaults, **{k: v for k, v in config.items() if k != "name"}}
