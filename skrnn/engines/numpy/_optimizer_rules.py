"""The steps of optimizers that treat each weight separately, in NumPy.

The equations, the names of the settings and the order of the slots are Keras's, so that training
can continue with the other engine. All weights are one array, and a step changes it in place.
"""

from abc import ABC, abstractmethod

import numpy as np

F4 = np.float32
ONE = F4(1.0)


class Rule(ABC):
    """The step of an optimizer.

    Parameters
    ----------
    settings : dict
        Settings of the optimizer, by Keras's names.

    Attributes
    ----------
    groups : list of tuple of str
        Names of the slots. The slots of a group lie next to each other for each weight.
    starts : dict of float
        Initial values of slots that do not start from zero.
    scalars : dict of float
        Slots that are single numbers, and their initial values.
    """

    groups = ()
    starts = {}  # noqa: RUF012  (never changed)
    scalars = {}  # noqa: RUF012  (never changed)

    def __init__(self, settings):
        self.settings = settings
        self._epsilon = F4(settings.get("epsilon", 0.0))

    @abstractmethod
    def step(self, weights, gradients, slots, rate, iteration):
        """Change weights and slots in place.

        Parameters
        ----------
        weights, gradients : ndarray, float32
            Weights and their gradients. The gradients may be overwritten.
        slots : dict of ndarray
            Slots by name.
        rate : float
            Learning rate.
        iteration : int
            Number of earlier steps.
        """

    def _subtract_ratio(self, weights, above, below, factor):
        """Subtract ``factor * above / (sqrt(below) + epsilon)`` from the weights."""
        weights -= above / (np.sqrt(below) + self._epsilon) * F4(factor)


def _average(average, values, factor):
    """Move an average towards values: ``average += (values - average) * factor``."""
    average += (values - average) * F4(factor)


def _one_minus_power(beta, step):
    """Compute ``1 - beta**step`` in float32, as Keras does, where few digits are left near 1."""
    return float(ONE - F4(beta) ** F4(step))


class SGD(Rule):
    """Gradient descent, with the momentum of Polyak, 1964, or of Nesterov, 1983."""

    def __init__(self, settings):
        super().__init__(settings)
        self.groups = (("momentum",),) if settings["momentum"] else ()

    def step(self, weights, gradients, slots, rate, iteration):
        gradients *= F4(rate)
        if not self.groups:
            weights -= gradients
            return
        moving, momentum = slots["momentum"], F4(self.settings["momentum"])
        moving *= momentum
        moving -= gradients
        weights += moving * momentum - gradients if self.settings["nesterov"] else moving


class RMSprop(Rule):
    """RMSprop of Tieleman and Hinton, 2012."""

    def __init__(self, settings):
        super().__init__(settings)
        wanted = {
            "velocity": True,
            "momentum": settings["momentum"] > 0,
            "average_gradient": settings["centered"],
        }
        self.groups = tuple((name,) for name, is_wanted in wanted.items() if is_wanted)

    def step(self, weights, gradients, slots, rate, iteration):
        settings, factor = self.settings, 1 - self.settings["rho"]
        _average(slots["velocity"], gradients * gradients, factor)
        variance = slots["velocity"]
        if settings["centered"]:
            average = slots["average_gradient"]
            _average(average, gradients, factor)
            variance = variance - average * average
        change = gradients * F4(rate) / np.sqrt(variance + self._epsilon)
        if settings["momentum"] > 0:
            slots["momentum"] *= F4(settings["momentum"])
            slots["momentum"] += change
            change = slots["momentum"]
        weights -= change


class Adagrad(Rule):
    """Adagrad of Duchi, Hazan and Singer, 2011."""

    groups = (("accumulator",),)

    def __init__(self, settings):
        super().__init__(settings)
        self.starts = {"accumulator": settings["initial_accumulator_value"]}

    def step(self, weights, gradients, slots, rate, iteration):
        sums = slots["accumulator"]
        sums += gradients * gradients
        weights -= gradients * F4(rate) / np.sqrt(sums + self._epsilon)


class Adadelta(Rule):
    """Adadelta of Zeiler, 2012."""

    groups = (("accumulated_grad", "accumulated_delta_var"),)

    def step(self, weights, gradients, slots, rate, iteration):
        of_gradients, of_steps = slots.values()
        factor = 1 - self.settings["rho"]
        _average(of_gradients, gradients * gradients, factor)
        change = gradients * np.sqrt(of_steps + self._epsilon)
        change /= np.sqrt(of_gradients + self._epsilon)
        _average(of_steps, change * change, factor)
        weights -= change * F4(rate)


class Adam(Rule):
    """Adam of Kingma and Ba, 2015, with AMSGrad of Reddi, Kale and Kumar, 2018."""

    def __init__(self, settings):
        super().__init__(settings)
        self.groups = (("momentum", "velocity"),)
        if settings["amsgrad"]:
            self.groups += (("velocity_hat",),)

    def step(self, weights, gradients, slots, rate, iteration):
        settings, velocity = self.settings, slots["velocity"]
        beta_1, beta_2, step = settings["beta_1"], settings["beta_2"], iteration + 1
        _average(slots["momentum"], gradients, 1 - beta_1)
        _average(velocity, gradients * gradients, 1 - beta_2)
        if settings["amsgrad"]:
            velocity = np.maximum(slots["velocity_hat"], velocity, out=slots["velocity_hat"])
        corrected = rate * _one_minus_power(beta_2, step) ** 0.5 / _one_minus_power(beta_1, step)
        self._subtract_ratio(weights, slots["momentum"], velocity, corrected)


class Adamax(Rule):
    """Adamax of Kingma and Ba, 2015."""

    groups = (("momentum", "norm"),)

    def step(self, weights, gradients, slots, rate, iteration):
        beta_1, norm = self.settings["beta_1"], slots["norm"]
        _average(slots["momentum"], gradients, 1 - beta_1)
        norm *= F4(self.settings["beta_2"])
        np.maximum(norm, np.abs(gradients), out=norm)
        change = slots["momentum"] / (norm + self._epsilon)
        weights -= change * F4(rate / _one_minus_power(beta_1, iteration + 1))


class Nadam(Rule):
    """Nadam of Dozat, 2016."""

    groups = (("momentum", "velocity"),)
    scalars = {"u_product": 1.0}  # noqa: RUF012  (never changed)

    def step(self, weights, gradients, slots, rate, iteration):
        settings, velocity = self.settings, slots["velocity"]
        beta_1, beta_2, step = settings["beta_1"], settings["beta_2"], iteration + 1
        now, later = (beta_1 * (1 - 0.5 * 0.96**t) for t in (step, step + 1))
        slots["u_product"] *= F4(now)
        product = float(slots["u_product"].flat[0])
        _average(slots["momentum"], gradients, 1 - beta_1)
        _average(velocity, gradients * gradients, 1 - beta_2)
        above = gradients * F4((1 - now) / (1 - product))
        above += slots["momentum"] * F4(later / (1 - product * later))
        self._subtract_ratio(weights, above, velocity * F4(1 / (1 - beta_2**step)), rate)


class Lion(Rule):
    """Lion of Chen et al., 2023."""

    groups = (("momentum",),)

    def step(self, weights, gradients, slots, rate, iteration):
        moving = slots["momentum"]
        between = (gradients - moving) * F4(1 - self.settings["beta_1"]) + moving
        weights -= np.sign(between) * F4(rate)
        _average(moving, gradients, 1 - self.settings["beta_2"])


class Ftrl(Rule):
    """Follow the regularised leader, of McMahan et al., 2013."""

    groups = (("accumulator", "linear"),)

    def __init__(self, settings):
        super().__init__(settings)
        self.starts = {"accumulator": settings["initial_accumulator_value"]}

    def step(self, weights, gradients, slots, rate, iteration):
        settings = self.settings
        sums, linear = slots["accumulator"], slots["linear"]
        power = -settings["learning_rate_power"]
        l1 = F4(settings["l1_regularization_strength"])
        l2 = settings["l2_regularization_strength"] + settings["beta"] / (2 * rate)
        shrinkage = settings["l2_shrinkage_regularization_strength"]
        after = sums + gradients * gradients
        grown = after ** F4(power)
        if shrinkage:
            gradients = gradients + F4(2 * shrinkage) * weights
        linear += gradients - (grown - sums ** F4(power)) / F4(rate) * weights
        quadratic = grown / F4(rate) + F4(2 * l2)
        np.divide(np.clip(linear, -l1, l1) - linear, quadratic, weights)
        np.copyto(sums, after)


RULES = {
    rule.__name__: rule
    for rule in (SGD, RMSprop, Adagrad, Adadelta, Adam, Adamax, Nadam, Lion, Ftrl)
} | {"AdamW": Adam}
"""Rules by the names of Keras's classes. The decay of AdamW is a part of training."""
