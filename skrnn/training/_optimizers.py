"""From the name of an optimizer to a recipe that can be built, compared and kept."""

import json
from dataclasses import dataclass, field
from functools import cache, lru_cache

import keras
import numpy as np

# Keras's own default, 0.001, is that of the other optimizers and keeps Adadelta from learning
# at all; the method as published has no rate, which is a rate of one (Zeiler, 2012).
_LEARNING_RATES = {"Adadelta": 1.0}

# They wrap another optimizer for half precision or several models: not what a name asks for.
_WRAPPERS = ("LossScaleOptimizer", "MultiOptimizer")

_CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")

# Keras's methods whose step of a weight is a function of its own gradients only, and zero for
# zeros. Others look at whole matrices: their shapes (Adafactor, Muon) or norms (Lamb).
_ELEMENTWISE = (
    keras.optimizers.Adadelta,
    keras.optimizers.Adagrad,
    keras.optimizers.Adam,
    keras.optimizers.AdamW,
    keras.optimizers.Adamax,
    keras.optimizers.Lion,
    keras.optimizers.Nadam,
    keras.optimizers.RMSprop,
    keras.optimizers.SGD,
)

# Set at run time, so that candidates which differ in them alone share one compiled program.
_RUN_TIME_SETTINGS = ("name", "learning_rate", "weight_decay")


@dataclass(frozen=True)
class OptimizerRecipe:
    """A Keras optimizer as plain values.

    Equal recipes build optimizers that differ at most in learning rate and weight decay, which
    are values of a training run and not of the program that it runs. A schedule of learning
    rates is part of the program.
    """

    optimizer_class: type
    settings: str
    learning_rate: float = field(compare=False)
    weight_decay: float = field(compare=False)

    @property
    def elementwise(self):
        """Whether each entry of a weight is trained by its own gradients only."""
        return self.optimizer_class in _ELEMENTWISE

    @property
    def described(self):
        """Class and settings as text, which :func:`keep_slots` compares."""
        return f"{self.optimizer_class.__name__} {self.settings}"

    def build(self):
        """A new optimizer, without a weight decay of its own: that is applied to kernels alone."""
        settings = json.loads(self.settings)
        schedule = settings.pop("schedule", None)
        rate = schedule_of(schedule) if schedule else 0.001
        optimizer = self.optimizer_class.from_config({**settings, "learning_rate": rate})
        optimizer.weight_decay = None
        return optimizer


def optimizer_recipe(optimizer, learning_rate=None, weight_decay=0.0, clipnorm=None):
    """Recipe of a named or given optimizer.

    Parameters
    ----------
    optimizer : str, dict or keras.optimizers.Optimizer
        A name, a configuration made by :func:`serialized`, or an instance, of which only the
        configuration is used.
    learning_rate : float, schedule or configuration of one, default=None
        None keeps the optimizer's own, and 1.0 for Adadelta by name.
    weight_decay : float, default=0.0
        Where 0, an instance's own weight decay is taken over; that of a name is what is said here.
    clipnorm : float, default=None
        Largest norm of the gradient of each weight. None keeps the optimizer's own.

    Returns
    -------
    OptimizerRecipe

    Raises
    ------
    ValueError
        If the name is unknown, or the settings are not supported.
    """
    optimizer_class, config = _class_and_config(optimizer)
    settings = {k: v for k, v in config.items() if k not in _RUN_TIME_SETTINGS}
    if clipnorm is not None:
        settings["clipnorm"] = float(clipnorm)
    clips = {k: settings[k] for k in _CLIPS if settings[k] is not None}
    if len(clips) > 1:
        raise ValueError(
            f"Only one of {', '.join(_CLIPS)} can be set: got {clips}, where clipnorm is that of "
            "RNNRegressor and the rest the optimizer's own."
        )
    # Keras divides the gradients by it, and expects a loss that was multiplied by it.
    settings.pop("loss_scale_factor", None)
    rate = config["learning_rate"] if learning_rate is None else learning_rate
    if hasattr(rate, "get_config"):
        rate = serialized(rate)
    if isinstance(rate, dict):
        settings["schedule"], rate = _checked_schedule(rate), float("nan")
    elif not 0 < rate < np.inf:
        raise ValueError(
            f"The optimizer's learning_rate must be positive and finite. Got {rate!r}."
        )
    if not isinstance(optimizer, str):
        weight_decay = weight_decay or config["weight_decay"] or 0.0
    if not 0 <= weight_decay < np.inf:
        raise ValueError(
            f"The optimizer's weight_decay must be finite, and not negative. Got {weight_decay!r}."
        )
    settings = json.dumps(settings, sort_keys=True)
    return OptimizerRecipe(optimizer_class, settings, float(rate), float(weight_decay))


@lru_cache(maxsize=256)
def keep_slots(now, before):
    """Whether what one optimizer remembers has the same meaning for another.

    It has, whatever the rates and the clipping of gradients: an optimizer of which only these
    change goes on. Any other optimizer starts anew.

    Parameters
    ----------
    now, before : str
        Two optimizers, as :attr:`OptimizerRecipe.described` gives them.

    Returns
    -------
    bool
    """
    return now == before or _without_rates(now) == _without_rates(before)


def _without_rates(described):
    name, settings = described.split(" ", 1)
    settings = json.loads(settings)
    return name, {k: v for k, v in settings.items() if k not in (*_CLIPS, "schedule")}


def _checked_schedule(config):
    try:
        schedule = schedule_of(config)
    except (TypeError, ValueError, KeyError):
        schedule = None
    if not isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        raise ValueError(
            "The 'learning_rate' parameter of RNNRegressor must be a positive number, a Keras "
            f"LearningRateSchedule or its serialized configuration. Got {config!r} instead."
        )
    return config


def schedule_of(config):
    """Learning-rate schedule of a serialized configuration."""
    return keras.optimizers.schedules.deserialize(config)


def serialized(optimizer_or_schedule):
    """Configuration as plain values, from which Keras builds the object again."""
    return keras.saving.serialize_keras_object(optimizer_or_schedule)


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


def _class_and_config(optimizer):
    if isinstance(optimizer, str):
        return _named_class_and_config(optimizer.lower())
    instance = _resolve(optimizer)
    if not isinstance(instance, keras.optimizers.Optimizer):
        raise _unknown(optimizer)
    if type(instance).__name__ in _WRAPPERS:
        raise ValueError(
            f"The 'optimizer' parameter of RNNRegressor must not wrap other optimizers, as "
            f"{type(instance).__name__} does: give the inner optimizer itself."
        )
    return type(instance), instance.get_config()


@cache
def _named_class_and_config(name):
    """To make an optimizer costs milliseconds, and an online learner asks for each row."""
    optimizer_class = named_optimizers().get(name)
    if optimizer_class is None:
        raise _unknown(name)
    config = optimizer_class().get_config()
    rate = _LEARNING_RATES.get(optimizer_class.__name__, config["learning_rate"])
    return optimizer_class, {**config, "learning_rate": rate}


def _resolve(optimizer):
    if isinstance(optimizer, dict):
        try:
            return keras.optimizers.deserialize(optimizer)
        except (TypeError, ValueError, KeyError):
            return None
    return optimizer


def _unknown(optimizer):
    return ValueError(
        "The 'optimizer' parameter of RNNRegressor must be a Keras optimizer, its serialized "
        f"configuration, or one of the names {', '.join(named_optimizers())}. "
        f"Got {optimizer!r} instead."
    )
