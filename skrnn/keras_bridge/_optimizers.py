"""Makes recipes of Keras's optimizers, and builds optimizers from them."""

from copy import deepcopy
from functools import cache

import keras

from skrnn._optimizer_recipe import LEARNING_RATES, make_recipe

# These wrap another optimizer, for half precision or several models.
_WRAPPERS = ("LossScaleOptimizer", "MultiOptimizer")

# Done by the training program itself.
_OURS = (
    "schedule",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "gradient_accumulation_steps",
)


def optimizer_recipe(
    optimizer,
    learning_rate=None,
    weight_decay=0.0,
    clipnorm=None,
    *,
    estimator_name="RNNRegressor",
):
    """Make the recipe of an optimizer.

    Parameters
    ----------
    optimizer : str, dict or keras.optimizers.Optimizer
        A name, a configuration made by :func:`serialized`, or an instance. Only the configuration
        of an instance is used.
    learning_rate : float, schedule or configuration of a schedule, default=None
        Learning rate. None keeps the rate of the optimizer, or 1.0 for the name "adadelta".
    weight_decay : float, default=0.0
        Weight decay. With 0, the weight decay of an instance or a configuration is used.
    clipnorm : float, default=None
        Maximum norm of the gradient of each weight. None keeps the setting of the optimizer.
    estimator_name : str, default="RNNRegressor"
        Name of the estimator in error messages.

    Returns
    -------
    OptimizerRecipe

    Raises
    ------
    ValueError
        If the name is unknown, or the settings are not supported.
    """
    optimizer_class, config = _class_and_config(optimizer, estimator_name)
    rate = config["learning_rate"] if learning_rate is None else learning_rate
    if hasattr(rate, "get_config"):
        rate = serialized(rate)
    if isinstance(rate, dict):
        rate = _checked_schedule(rate, estimator_name)
    if not isinstance(optimizer, str):
        weight_decay = weight_decay or config["weight_decay"] or 0.0
    name = optimizer_class.__name__
    exported = getattr(keras.optimizers, name, None) is optimizer_class
    return make_recipe(
        name,
        config,
        rate,
        weight_decay,
        clipnorm,
        estimator_name=estimator_name,
        custom_class=None if exported else optimizer_class,
    )


def build_optimizer(recipe):
    """Build the optimizer of a recipe, without the parts that the training program does itself.

    Training determines the learning rate, applies weight decay only to kernels, and accumulates
    gradients and averages weights.

    Parameters
    ----------
    recipe : OptimizerRecipe
        The recipe.

    Returns
    -------
    keras.optimizers.Optimizer
    """
    optimizer_class = recipe.custom_class or getattr(keras.optimizers, recipe.name)
    settings = {k: v for k, v in recipe.values.items() if k not in _OURS}
    optimizer = optimizer_class.from_config({**settings, "learning_rate": 0.001})
    optimizer.weight_decay = None
    return optimizer


def _checked_schedule(config, estimator_name):
    try:
        schedule = schedule_of(config)
    except (TypeError, ValueError, KeyError):
        schedule = None
    if not isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        raise ValueError(
            f"The 'learning_rate' parameter of {estimator_name} must be a positive number, a "
            f"Keras LearningRateSchedule or its serialized configuration. Got {config!r} instead."
        )
    return config


def schedule_of(config):
    """Build the learning-rate schedule of a serialized configuration."""
    return keras.optimizers.schedules.deserialize(config)


def serialized(optimizer_or_schedule):
    """Return the configuration as plain values, from which Keras can build the object again."""
    return keras.saving.serialize_keras_object(optimizer_or_schedule)


def named_optimizers():
    """Return all optimizers that Keras exports, by their names in lower case."""
    exported = {name: getattr(keras.optimizers, name) for name in dir(keras.optimizers)}
    return {
        name.lower(): value
        for name, value in exported.items()
        if isinstance(value, type)
        and issubclass(value, keras.optimizers.Optimizer)
        and value is not keras.optimizers.Optimizer
        and name not in _WRAPPERS
    }


def _class_and_config(optimizer, estimator_name):
    if isinstance(optimizer, str):
        return _named_class_and_config(optimizer.lower(), estimator_name)
    instance = _resolve(optimizer)
    if not isinstance(instance, keras.optimizers.Optimizer):
        raise _unknown(optimizer, estimator_name)
    if type(instance).__name__ in _WRAPPERS:
        raise ValueError(
            f"The 'optimizer' parameter of {estimator_name} must not wrap other optimizers, as "
            f"{type(instance).__name__} does. Pass the inner optimizer."
        )
    return type(instance), instance.get_config()


@cache
def _named_class_and_config(name, estimator_name):
    """Return class and configuration; cached, since online learning needs them for each row."""
    optimizer_class = named_optimizers().get(name)
    if optimizer_class is None:
        raise _unknown(name, estimator_name)
    config = optimizer_class().get_config()
    rate = LEARNING_RATES.get(optimizer_class.__name__, config["learning_rate"])
    return optimizer_class, {**config, "learning_rate": rate}


def _resolve(optimizer):
    if not isinstance(optimizer, dict):
        return optimizer
    # In Keras 3.15, the first function does not know Lamb, and changes the dict; the second one
    # needs the name of a module.
    for build in (keras.optimizers.deserialize, keras.saving.deserialize_keras_object):
        try:
            found = build(deepcopy(optimizer))
        except (TypeError, ValueError, KeyError):
            continue
        if isinstance(found, keras.optimizers.Optimizer):
            return found
    return None


def _unknown(optimizer, estimator_name):
    return ValueError(
        f"The 'optimizer' parameter of {estimator_name} must be a Keras optimizer, its serialized "
        f"configuration, or one of the names {', '.join(named_optimizers())}. "
        f"Got {optimizer!r} instead."
    )
