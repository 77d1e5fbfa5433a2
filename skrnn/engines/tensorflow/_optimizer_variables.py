"""Finds the variables of a Keras optimizer by their effects, not by their names."""

import numpy as np

from skrnn.engines._layouts import Slot
from skrnn.keras_bridge._checks import unsupported
from skrnn.keras_bridge._optimizers import build_optimizer


class OptimizerVariables:
    """An optimizer that is built for some weights, and the role of each of its variables.

    Parameters
    ----------
    recipe : OptimizerRecipe
        Recipe of the optimizer.
    weights : list of keras.Variable
        The weights. Their values are overwritten.

    Attributes
    ----------
    optimizer : keras.optimizers.Optimizer
        The optimizer.
    iteration : keras.Variable
        Number of steps.
    rate : keras.Variable
        The learning rate.
    variables : list of keras.Variable
        All other variables.
    slots : list of Slot
        Descriptions of `variables`.

    Raises
    ------
    RuntimeError
        If the optimizer has other variables than expected.
    """

    def __init__(self, recipe, weights):
        self.optimizer = optimizer = build_optimizer(recipe)
        # Keras sums the gradients of several devices. For each program, TensorFlow would register
        # a gradient of this sum, and keep the graph until the process ends.
        optimizer._all_reduce_sum_gradients = list
        self.iteration = _behind(optimizer, "iterations", 7, "count of steps")
        self.rate = _behind(optimizer, "learning_rate", 0.5, "learning rate")
        marks = _mark(weights)
        optimizer.build(weights)
        known = _ids([self.iteration, self.rate])
        self.variables = [v for v in optimizer.variables if id(v) not in known]
        owners = _owners(optimizer, self.variables, weights)
        self.slots = [
            Slot(tuple(v.shape), owner, _start(v.numpy(), marks))
            for v, owner in zip(self.variables, owners, strict=True)
        ]
        unknown = [
            v.name
            for v, slot in zip(self.variables, self.slots, strict=True)
            if slot.owner is None and slot.shape
        ]
        if recipe.elementwise and unknown:
            raise unsupported(
                f"the variables {', '.join(unknown)} of its {recipe.name} "
                "cannot be matched to the weights"
            )


def _ids(variables):
    return {id(variable) for variable in variables}


def _behind(optimizer, attribute, value, what):
    """Find the variable that an attribute of an optimizer reads: it changes the attribute."""
    kind = type(value)
    for variable in optimizer.variables:
        if not len(variable.shape) and kind.__name__ in variable.dtype:
            before = variable.numpy()
            variable.assign(value)
            found = kind(getattr(optimizer, attribute))
            variable.assign(before)
            if found == value:
                return variable
    raise unsupported(f"the {what} of its {type(optimizer).__name__} was not found")


def _mark(weights):
    """Set all weights to unique values.

    Some optimizers initialise a slot with a copy of the weight, for example if they average the
    weights. Unique values distinguish such a copy from a constant.
    """
    rng = np.random.default_rng(0)
    marks = [rng.uniform(1.0, 2.0, v.shape).astype(np.float32) for v in weights]
    for variable, mark in zip(weights, marks, strict=True):
        variable.assign(mark)
    return marks


def _start(values, marks):
    """Return the position of the weight that a slot is a copy of, or its initial values."""
    for i, mark in enumerate(marks):
        if values.shape == mark.shape and np.array_equal(values, mark):
            return i
    return values.astype(np.float32)


def _owners(optimizer, variables, weights):
    """Find the weight of each slot. It is None if the slot and its weight have different shapes.

    Keras's optimizers have lists of slots, with one slot for each weight, in the same order.
    """
    owners = {}
    slots = _ids(variables)
    for attribute in vars(optimizer).values():
        if isinstance(attribute, list | tuple) and len(attribute) == len(weights):
            for i, (slot, weight) in enumerate(zip(attribute, weights, strict=True)):
                if id(slot) in slots and tuple(slot.shape) == tuple(weight.shape):
                    owners[id(slot)] = i
    return [owners.get(id(variable)) for variable in variables]
