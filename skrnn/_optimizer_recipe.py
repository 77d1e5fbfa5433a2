"""The recipe of an optimizer: plain values that an engine can build, and that can be stored."""

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


@dataclass(frozen=True)
class OptimizerRecipe:
    """An optimizer as plain values.

    Equal recipes build optimizers that may differ only in learning rate and weight decay. These
    two are values of a call, not settings of an engine. A learning-rate schedule is a setting.

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
