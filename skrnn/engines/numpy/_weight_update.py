"""Updates the weights after each batch: penalty, decay, clipping, optimizer step and averages."""

import numpy as np

from skrnn.engines._layouts import Slot

from ._optimizer_rules import RULES
from ._schedules import schedule_from

F4 = np.float32


class Update:
    """The update of the weights from the gradients of a batch.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the network.
    recipe : OptimizerRecipe
        Recipe of the optimizer.
    positions : ndarray of int
        Position of each weight of the engine in the weights of a network.

    Attributes
    ----------
    names : list of str
        Names of the slots.
    scalars : dict of float
        Slots that are single numbers.
    """

    def __init__(self, architecture, recipe, positions):
        self._recipe, shapes = recipe, architecture.weight_shapes()
        sizes = [int(np.prod(shape)) for shape in shapes]
        owners = np.repeat(np.arange(len(shapes)), sizes)[positions]
        kernels = set(architecture.kernels(range(len(shapes))))
        self._kernels = np.isin(owners, list(kernels)).astype(F4)
        self._owners, self._n_owners = owners, len(shapes)
        self._rule = RULES[recipe.name](recipe.values)
        self._schedule = schedule_from(recipe.schedule) if recipe.schedule else None
        self.scalars = self._rule.scalars
        self.names = list(dict.fromkeys(slot.name for slot in self.slots(recipe, shapes)))

    @staticmethod
    def slots(recipe, shapes):
        """Describe the slots of an optimizer, in Keras's order.

        Parameters
        ----------
        recipe : OptimizerRecipe
            Recipe of the optimizer.
        shapes : list of tuple
            Shapes of the weights.

        Returns
        -------
        list of Slot
        """
        rule = RULES[recipe.name](recipe.values)
        extra = [("average",)] * bool(recipe.average) + [("sum",)] * bool(recipe.accumulated)
        found = [
            Slot(shape, i, np.full(shape, rule.starts.get(name, 0.0), F4), name)
            for group in (*extra, *rule.groups)
            for i, shape in enumerate(shapes)
            for name in group
        ]
        scalars = rule.scalars.items()
        return found + [Slot((), None, np.array(start, F4), name) for name, start in scalars]

    def step(self, weights, gradients, slots, rates, iteration):
        """Change weights and slots in place, and return the penalty of the loss.

        Parameters
        ----------
        weights, gradients : ndarray of shape ([n_networks,] n_weights)
            The weights, and their gradients, which are overwritten.
        slots : dict of ndarray
            Slots by name.
        rates : list of float
            Learning rate, weight decay and l2.
        iteration : int
            Number of earlier steps.

        Returns
        -------
        ndarray of shape ([n_networks]) or float
        """
        rate, weight_decay, l2 = rates
        if self._schedule is not None:
            rate = self._schedule(iteration)
        penalty = 0.0
        if l2:
            decayed = weights * self._kernels
            penalty = F4(l2) * np.add.reduce(decayed * decayed, axis=-1)
            gradients += decayed * F4(2.0 * l2)
        if weight_decay:
            weights *= F4(1.0) - F4(rate * weight_decay) * self._kernels
        self._optimize(weights, gradients, slots, rate, iteration)
        return penalty

    def _optimize(self, weights, gradients, slots, rate, iteration):
        count, average = self._recipe.accumulated, slots.get("average")
        complete = True
        if count:
            sums = slots["sum"]
            np.add(sums, gradients, sums)
            complete = (iteration + 1) % count == 0
            iteration //= count
            if complete:
                np.divide(sums, F4(count), gradients)
                sums[...] = 0.0
        if complete:
            self._clip(gradients)
            if count or average is not None:
                slots = {n: array for n, array in slots.items() if n not in ("average", "sum")}
            self._rule.step(weights, gradients, slots, rate, iteration)
        if self._recipe.average:
            self._average(weights, average, iteration)

    def _average(self, weights, average, iteration):
        momentum, frequency = self._recipe.average
        momentum *= iteration > 0
        average *= F4(momentum)
        average += weights * F4(1 - momentum)
        if frequency and (iteration + 1) % frequency == 0:
            np.copyto(weights, average)

    def _clip(self, gradients):
        settings = self._recipe.values
        if settings.get("clipvalue"):
            np.clip(gradients, -settings["clipvalue"], settings["clipvalue"], gradients)
        each, together = settings.get("clipnorm"), settings.get("global_clipnorm")
        if not (each or together):
            return
        for own in gradients.reshape(-1, gradients.shape[-1]):
            squares = np.bincount(self._owners, own * own, self._n_owners)
            norms = np.sqrt(squares if each else np.full(self._n_owners, squares.sum()))
            limit = each or together
            factors = (limit / np.maximum(norms, limit)).astype(F4)
            np.multiply(own, factors[self._owners], out=own)
