"""From the name of an optimizer to a recipe that can be built, compared and kept."""

import json
from dataclasses import dataclass, field

import keras

# Keras's own default, 0.001, is that of the other optimizers and keeps Adadelta from learning
# at all; the method as published has no rate, which is a rate of one (Zeiler, 2012).
_LEARNING_RATES = {"Adadelta": 1.0}

# They wrap another optimizer for half precision or several models: not what a name asks for.
_WRAPPERS = ("LossScaleOptimizer", "MultiOptimizer")

# Set at run time, so that candidates which differ in them alone share one compiled program.
_RUN_TIME_SETTINGS = ("name", "learning_rate", "weight_decay")


@dataclass(frozen=True)
class OptimizerRecipe:
    """A Keras optimizer as plain values.

    Equal recipes build optimizers that differ at most in learning rate and weight decay, which
    are values of a training run and not of the program that it runs.
    """

    optimizer_class: type
    settings: str
    learning_rate: float = field(compare=False)
    weight_decay: float = field(compare=False)

    def build(self):
        """A new optimizer, without a weight decay of its own: that is applied to kernels alone."""
        config = json.loads(self.settings)
        optimizer = self.optimizer_class.from_config({**config, "learning_rate": 0.001})
        optimizer.weight_decay = None
        return optimizer


def optimizer_recipe(optimizer, learning_rate=None, weight_decay=0.0):
    """Recipe of a named or given optimizer.

    Parameters
    ----------
    optimizer : str, dict or keras.optimizers.Optimizer
        A name, a configuration made by ``keras.optimizers.serialize``, or an instance, of which
        only the configuration is used.
    learning_rate : float, default=None
        None keeps the optimizer's own, and 1.0 for Adadelta by name.
    weight_decay : float, default=0.0
        Where 0, an instance's own weight decay is taken over; that of a name is what is said here.

    Returns
    -------
    OptimizerRecipe

    Raises
    ------
    ValueError
        If the name is unknown, or the settings are not supported.
    """
    instance = _instance(optimizer)
    config = instance.get_config()
    if learning_rate is None:
        learning_rate = config["learning_rate"]
        if isinstance(optimizer, str):
            learning_rate = _LEARNING_RATES.get(type(instance).__name__, learning_rate)
    if not isinstance(optimizer, str):
        weight_decay = weight_decay or config["weight_decay"] or 0.0
    if not isinstance(learning_rate, float | int):
        raise ValueError(
            f"The learning rate of optimizer={optimizer!r} must be a number, "
            f"got {learning_rate!r}."
        )
    settings = {k: v for k, v in config.items() if k not in _RUN_TIME_SETTINGS}
    return OptimizerRecipe(
        type(instance), json.dumps(settings, sort_keys=True), float(learning_rate), weight_decay
    )


def serialized(optimizer):
    """Configuration of an optimizer as plain values, from which Keras builds it again."""
    return keras.optimizers.serialize(optimizer)


def named_optimizers():
    """Every optimizer that Keras exports, by its name in lower case."""
    exported = {name: getattr(keras.optimizers, name) for name in dir(keras.optimizers)}
    return {
        name.lower(): value
        for name, value in exported.items()
        if isinstance(value, type)
        and issubclass(value, keras.optimizers.Optimizer)
        and value is not keras.optimizers.Optimizer
        and name not in _WRAPPERS
    }


def _instance(optimizer):
    instance = _resolve(optimizer)
    if not isinstance(instance, keras.optimizers.Optimizer):
        raise ValueError(
            f"The 'optimizer' parameter of RNNRegressor must be a Keras optimizer, its "
            f"serialized configuration, or one of the names {', '.join(named_optimizers())}. "
            f"Got {optimizer!r} instead."
        )
    if type(instance).__name__ in _WRAPPERS:
        raise ValueError(
            f"The 'optimizer' parameter of RNNRegressor must not wrap other optimizers, as "
            f"{type(instance).__name__} does: give the inner optimizer itself."
        )
    return instance


def _resolve(optimizer):
    if isinstance(optimizer, str):
        found = named_optimizers().get(optimizer.lower())
        return found and found()
    if isinstance(optimizer, dict):
        try:
            return keras.optimizers.deserialize(optimizer)
        except (TypeError, ValueError, KeyError):
            return None
    return optimizer
