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
    size : tuple of int
        Shape of the array of weights.

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

    def __init__(self, settings, shape):
        self.settings = settings
        self._epsilon = F4(settings.get("epsilon", 0.0))
        self.room, self.second_room = np.empty(shape, F4), np.empty(shape, F4)

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

    def _average(self, average, values, factor):
        """Move an average towards values: ``average += (values - average) * factor``."""
        np.subtract(values, average, self.second_room)
        np.multiply(self.second_room, F4(factor), self.second_room)
        np.add(average, self.second_room, average)

    def _subtract_ratio(self, weights, above, below, factor):
        """Subtract ``factor * above / (sqrt(below) + epsilon)`` from the weights."""
        room = self.room
        np.sqrt(below, room)
        np.add(room, self._epsilon, room)
        np.divide(above, room, room)
        np.multiply(room, F4(factor), room)
        np.subtract(weights, room, weights)


def _one_minus_power(beta, step):
    """Compute ``1 - beta**step`` in float32, as Keras does, where few digits are left near 1."""
    return float(ONE - F4(beta) ** F4(step))


class SGD(Rule):
    """Gradient descent, with the momentum of Polyak, 1964, or of Nesterov, 1983."""

    def __init__(self, settings, shape):
        super().__init__(settings, shape)
        self.groups = (("momentum",),) if settings["momentum"] else ()

    def step(self, weights, gradients, slots, rate, iteration):
        np.multiply(gradients, F4(rate), gradients)
        if not self.groups:
            np.subtract(weights, gradients, weights)
            return
        moving, momentum = slots["momentum"], F4(self.settings["momentum"])
        np.multiply(moving, momentum, moving)
        np.subtract(moving, gradients, moving)
        if self.settings["nesterov"]:
            np.multiply(moving, momentum, self.room)
            np.subtract(self.room, gradients, self.room)
            np.add(weights, self.room, weights)
        else:
            np.add(weights, moving, weights)


class RMSprop(Rule):
    """RMSprop of Tieleman and Hinton, 2012."""

    def __init__(self, settings, shape):
        super().__init__(settings, shape)
        wanted = {
            "velocity": True,
            "momentum": settings["momentum"] > 0,
            "average_gradient": settings["centered"],
        }
        self.groups = tuple((name,) for name, is_wanted in wanted.items() if is_wanted)

    def step(self, weights, gradients, slots, rate, iteration):
        settings, room = self.settings, self.room
        factor = 1 - settings["rho"]
        np.multiply(gradients, gradients, room)
        self._average(slots["velocity"], room, factor)
        if settings["centered"]:
            average = slots["average_gradient"]
            self._average(average, gradients, factor)
            np.multiply(average, average, room)
            np.subtract(slots["velocity"], room, room)
            np.add(room, F4(settings["epsilon"]), room)
        else:
            np.add(slots["velocity"], F4(settings["epsilon"]), room)
        np.sqrt(room, room)
        np.multiply(gradients, F4(rate), gradients)
        np.divide(gradients, room, room)
        if settings["momentum"] > 0:
            moving = slots["momentum"]
            np.multiply(moving, F4(settings["momentum"]), moving)
            np.add(moving, room, moving)
            room = moving
        np.subtract(weights, room, weights)


class Adagrad(Rule):
    """Adagrad of Duchi, Hazan and Singer, 2011."""

    groups = (("accumulator",),)

    def __init__(self, settings, shape):
        super().__init__(settings, shape)
        self.starts = {"accumulator": settings["initial_accumulator_value"]}

    def step(self, weights, gradients, slots, rate, iteration):
        room, sums = self.room, slots["accumulator"]
        np.multiply(gradients, gradients, room)
        np.add(sums, room, sums)
        np.add(sums, F4(self.settings["epsilon"]), room)
        np.sqrt(room, room)
        np.multiply(gradients, F4(rate), gradients)
        np.divide(gradients, room, room)
        np.subtract(weights, room, weights)


class Adadelta(Rule):
    """Adadelta of Zeiler, 2012."""

    groups = (("accumulated_grad", "accumulated_delta_var"),)

    def step(self, weights, gradients, slots, rate, iteration):
        room, of_gradients, of_steps = self.room, *slots.values()
        factor, epsilon = 1 - self.settings["rho"], F4(self.settings["epsilon"])
        np.multiply(gradients, gradients, room)
        self._average(of_gradients, room, factor)
        np.add(of_steps, epsilon, room)
        np.sqrt(room, room)
        np.multiply(gradients, room, gradients)
        np.add(of_gradients, epsilon, room)
        np.sqrt(room, room)
        np.divide(gradients, room, gradients)
        np.multiply(gradients, gradients, room)
        self._average(of_steps, room, factor)
        np.multiply(gradients, F4(rate), gradients)
        np.subtract(weights, gradients, weights)


class Adam(Rule):
    """Adam of Kingma and Ba, 2015, with AMSGrad of Reddi, Kale and Kumar, 2018."""

    def __init__(self, settings, shape):
        super().__init__(settings, shape)
        self.groups = (("momentum", "velocity"),)
        if settings["amsgrad"]:
            self.groups += (("velocity_hat",),)

    def step(self, weights, gradients, slots, rate, iteration):
        settings, room = self.settings, self.room
        beta_1, beta_2, step = settings["beta_1"], settings["beta_2"], iteration + 1
        velocity = slots["velocity"]
        self._average(slots["momentum"], gradients, 1 - beta_1)
        np.multiply(gradients, gradients, room)
        self._average(velocity, room, 1 - beta_2)
        if settings["amsgrad"]:
            velocity = np.maximum(slots["velocity_hat"], velocity, out=slots["velocity_hat"])
        corrected = rate * _one_minus_power(beta_2, step) ** 0.5 / _one_minus_power(beta_1, step)
        self._subtract_ratio(weights, slots["momentum"], velocity, corrected)


class Adamax(Rule):
    """Adamax of Kingma and Ba, 2015."""

    groups = (("momentum", "norm"),)

    def step(self, weights, gradients, slots, rate, iteration):
        settings, room, norm = self.settings, self.room, slots["norm"]
        beta_1 = settings["beta_1"]
        self._average(slots["momentum"], gradients, 1 - beta_1)
        np.multiply(norm, F4(settings["beta_2"]), norm)
        np.abs(gradients, gradients)
        np.maximum(norm, gradients, out=norm)
        np.add(norm, F4(settings["epsilon"]), room)
        np.divide(slots["momentum"], room, room)
        np.multiply(room, F4(rate / _one_minus_power(beta_1, iteration + 1)), room)
        np.subtract(weights, room, weights)


class Nadam(Rule):
    """Nadam of Dozat, 2016."""

    groups = (("momentum", "velocity"),)
    scalars = {"u_product": 1.0}  # noqa: RUF012  (never changed)

    def step(self, weights, gradients, slots, rate, iteration):
        settings, room, velocity = self.settings, self.room, slots["velocity"]
        beta_1, beta_2, step = settings["beta_1"], settings["beta_2"], iteration + 1
        now, later = (beta_1 * (1 - 0.5 * 0.96**t) for t in (step, step + 1))
        slots["u_product"] *= F4(now)
        product = float(slots["u_product"].flat[0])
        self._average(slots["momentum"], gradients, 1 - beta_1)
        np.multiply(gradients, gradients, room)
        self._average(velocity, room, 1 - beta_2)
        np.multiply(slots["momentum"], F4(later / (1 - product * later)), room)
        np.multiply(gradients, F4((1 - now) / (1 - product)), gradients)
        np.add(gradients, room, gradients)
        np.multiply(velocity, F4(1 / (1 - beta_2**step)), room)
        self._subtract_ratio(weights, gradients, room, rate)


class Lion(Rule):
    """Lion of Chen et al., 2023."""

    groups = (("momentum",),)

    def step(self, weights, gradients, slots, rate, iteration):
        settings, room, moving = self.settings, self.room, slots["momentum"]
        np.subtract(gradients, moving, room)
        np.multiply(room, F4(1 - settings["beta_1"]), room)
        np.add(room, moving, room)
        np.sign(room, room)
        np.multiply(room, F4(rate), room)
        np.subtract(weights, room, weights)
        self._average(moving, gradients, 1 - settings["beta_2"])


class Ftrl(Rule):
    """Follow the regularised leader, of McMahan et al., 2013."""

    groups = (("accumulator", "linear"),)

    def __init__(self, settings, shape):
        super().__init__(settings, shape)
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
