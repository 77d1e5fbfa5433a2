"""The variables of a Keras optimizer, found by what they do and not by their names."""

import numpy as np

from skrnn.network._keras_checks import unsupported

from ._state_layout import Slot


class OptimizerVariables:
    """An optimizer built for some weights, and what each of its variables is.

    Parameters
    ----------
    recipe : OptimizerRecipe
        What to build.
    weights : list of keras.Variable
        The weights. Their values are lost.

    Attributes
    ----------
    optimizer : keras.optimizers.Optimizer
        The optimizer.
    iteration : keras.Variable
        Steps done.
    rate : keras.Variable or None
        The learning rate; None where a schedule gives it.
    variables : list of keras.Variable
        All others.
    slots : list of Slot
        What `variables` are.

    Raises
    ------
    RuntimeError
        If Keras's optimizers keep other variables than expected.
    """

    def __init__(self, recipe, weights):
        self.optimizer = optimizer = recipe.build()
        self.iteration = _iteration(optimizer)
        self.rate = _rate(optimizer, scheduled=np.isnan(recipe.learning_rate))
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
                f"of its {recipe.optimizer_class.__name__} it is not known to which weight "
                f"{', '.join(unknown)} belong"
            )


def _ids(variables):
    return {id(variable) for variable in variables}


def _iteration(optimizer):
    """The variable that counts steps: the one that moves ``optimizer.iterations``."""
    steps = 7 * (optimizer.gradient_accumulation_steps or 1)
    for variable in _numbers(optimizer, "int"):
        if _with_value(variable, steps, lambda: int(optimizer.iterations)) == 7:
            return variable
    raise unsupported(f"the count of steps of its {type(optimizer).__name__} was not found")


def _rate(optimizer, *, scheduled):
    """The variable of the learning rate; None if a schedule gives it."""
    if scheduled:
        return None
    for variable in _numbers(optimizer, "float"):
        if _with_value(variable, 0.5, lambda: float(optimizer.learning_rate)) == 0.5:
            return variable
    raise unsupported(f"the learning rate of its {type(optimizer).__name__} was not found")


def _numbers(optimizer, kind):
    return [v for v in optimizer.variables if not len(v.shape) and kind in v.dtype]


def _with_value(variable, value, read):
    """What is read while a variable has a value."""
    before = variable.numpy()
    variable.assign(value)
    found = read()
    variable.assign(before)
    return found


def _mark(weights):
    """Give all weights values that occur nowhere else.

    Some methods start a slot from a copy of the weight (averaging ones do). The marks tell such a
    copy from a constant, whatever the optimizer.
    """
    rng = np.random.default_rng(0)
    marks = [rng.uniform(1.0, 2.0, v.shape).astype(np.float32) for v in weights]
    for variable, mark in zip(weights, marks, strict=True):
        variable.assign(mark)
    return marks


def _start(values, marks):
    """The weight that a slot starts as a copy of, or the values that it starts from."""
    for i, mark in enumerate(marks):
        if values.shape == mark.shape and np.array_equal(values, mark):
            return i
    return values.astype(np.float32)


def _owners(optimizer, variables, weights):
    """The weight of each slot, None for one that has not the shape of its weight.

    Keras's optimizers hold lists of slots, one slot for each weight, in the order of the weights.
    """
    owners = {}
    slots = _ids(variables)
    for attribute in vars(optimizer).values():
        if isinstance(attribute, list | tuple) and len(attribute) == len(weights):
            for i, (slot, weight) in enumerate(zip(attribute, weights, strict=True)):
                if id(slot) in slots and tuple(slot.shape) == tuple(weight.shape):
                    owners[id(slot)] = i
    return [owners.get(id(variable)) for variable in variables]
