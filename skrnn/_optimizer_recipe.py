"""The recipe of an optimizer: plain values that an engine can build, and that can be stored."""

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")

LEARNING_RATES = {"Adadelta": 1.0}
"""Learning rates that differ from Keras's defaults. With 0.001, which suits other optimizers,
Adadelta does not learn. The published method has no learning rate, which means a rate of 1
(Zeiler, 2012)."""

ELEMENTWISE = (
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "Nadam",
    "RMSprop",
    "SGD",
)
"""Keras's optimizers in which the step of each entry of a weight depends only on the gradients of
this entry, and is zero if they are zero. Other methods depend on the shapes of whole matrices
(Adafactor, Muon) or on their norms (Lamb)."""

# These are passed to each call, so candidates that differ only in them share an engine.
_RUN_TIME_SETTINGS = ("name", "learning_rate", "weight_decay")


@dataclass(frozen=True)
class OptimizerRecipe:
    """An optimizer as plain values.

    Equal recipes build optimizers that may differ only in learning rate and weight decay. These
    two are passed to each call, whereas a learning-rate schedule is a setting of the engine.

    Attributes
    ----------
    name : str
        Name of the class, such as "Adam".
    settings : str
        Configuration of the optimizer, as JSON.
    learning_rate : float
        Learning rate; NaN if a schedule determines it.
    weight_decay : float
        Weight decay.
    elementwise : bool, default=False
        Whether the step of each entry of a weight depends only on its own gradients, and is zero
        if they are zero.
    custom_class : type, default=None
        The class, if Keras does not export one of this name.
    """

    name: str
    settings: str
    learning_rate: float = field(compare=False)
    weight_decay: float = field(compare=False)
    elementwise: bool = field(default=False, compare=False)
    custom_class: type | None = None

    @property
    def clips_norms(self):
        """Whether gradients are clipped by a norm."""
        return any(self.values.get(name) is not None for name in ("clipnorm", "global_clipnorm"))

    @property
    def clipnorm(self):
        """Maximum norm of the gradient of each weight, or None."""
        return self.values.get("clipnorm")

    @property
    def described(self):
        """Class and settings as text, for :func:`keep_slots`."""
        return f"{self.name} {self.settings}"

    @cached_property
    def values(self):
        """The configuration, by the names of its settings."""
        return json.loads(self.settings)

    @property
    def schedule(self):
        """Serialized configuration of the learning-rate schedule; None if the rate is a number."""
        return self.values.get("schedule")

    @property
    def accumulated(self):
        """Number of steps whose gradients are averaged for one update; 0 for all other methods."""
        return self.values.get("gradient_accumulation_steps") or 0

    @property
    def average(self):
        """Momentum of the moving average of the weights, and how often it replaces them.

        None if the weights are not averaged.
        """
        settings = self.values
        if not settings.get("use_ema"):
            return None
        return settings["ema_momentum"], settings["ema_overwrite_frequency"] or 0


def make_recipe(
    name,
    config,
    learning_rate=None,
    weight_decay=0.0,
    clipnorm=None,
    *,
    estimator_name="RNNRegressor",
    custom_class=None,
):
    """Make a recipe from a configuration of Keras and the parameters of an estimator.

    Parameters
    ----------
    name : str
        Name of the class.
    config : dict
        All settings of the optimizer, by Keras's names.
    learning_rate : float or dict, default=None
        Learning rate, or the serialized configuration of a schedule. None keeps that of `config`.
    weight_decay : float, default=0.0
        Weight decay.
    clipnorm : float, default=None
        Maximum norm of the gradient of each weight. None keeps that of `config`.
    estimator_name : str, default="RNNRegressor"
        Name of the estimator in error messages.
    custom_class : type, default=None
        The class, if Keras does not export one of this name.

    Returns
    -------
    OptimizerRecipe

    Raises
    ------
    ValueError
        If the settings are not supported.
    """
    settings = {k: v for k, v in config.items() if k not in _RUN_TIME_SETTINGS}
    if clipnorm is not None:
        settings["clipnorm"] = float(clipnorm)
    clips = {k: settings[k] for k in CLIPS if settings[k] is not None}
    if len(clips) > 1:
        raise ValueError(
            f"Only one of {', '.join(CLIPS)} can be set: got {clips}. clipnorm is the "
            f"parameter of {estimator_name}, and the other one is a setting of the optimizer."
        )
    # Keras divides the gradients by this factor, but expects a loss that was multiplied by it.
    settings.pop("loss_scale_factor", None)
    rate = config["learning_rate"] if learning_rate is None else learning_rate
    if isinstance(rate, dict):
        settings["schedule"], rate = rate, float("nan")
    elif not 0 < rate < np.inf:
        raise ValueError(
            f"The optimizer's learning_rate must be positive and finite. Got {rate!r}."
        )
    if not 0 <= weight_decay < np.inf:
        raise ValueError(
            f"The optimizer's weight_decay must be finite, and not negative. Got {weight_decay!r}."
        )
    return OptimizerRecipe(
        name,
        json.dumps(settings, sort_keys=True),
        float(rate),
        float(weight_decay),
        elementwise=custom_class is None and name in ELEMENTWISE,
        custom_class=custom_class,
    )


@lru_cache(maxsize=256)
def keep_slots(now, before):
    """Check whether an optimizer can continue with the slots of another one.

    It can if the optimizers differ only in their rates and in the clipping of gradients.
    Otherwise the new optimizer starts from its initial state.

    Parameters
    ----------
    now, before : str
        The new and the former optimizer, as in :attr:`OptimizerRecipe.described`.

    Returns
    -------
    bool
    """
    return now == before or _without_rates(now) == _without_rates(before)


def _without_rates(described):
    name, settings = described.split(" ", 1)
    settings = json.loads(settings)
    return name, {k: v for k, v in settings.items() if k not in (*CLIPS, "schedule")}
