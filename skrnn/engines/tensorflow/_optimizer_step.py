"""Applies a step of a Keras optimizer to values instead of variables.

With TensorFlow, Keras's optimizers change TensorFlow variables, and ``stateless_apply`` is not
supported. A program that contains variables can be run by only one thread at a time, so each
variable is replaced by a stand-in while the step is traced.
"""

import keras
import numpy as np
import tensorflow as tf

from skrnn.engines._layouts import Slot
from skrnn.keras_bridge._optimizers import schedule_of

from ._optimizer_variables import OptimizerVariables


class OptimizerStep:
    """The step of an optimizer as a function of weights, slots and gradients.

    If the step of each entry depends only on its own gradients, all weights are joined to one
    vector. Such a program is smaller, so it compiles and runs faster. Otherwise each network takes
    its own step.

    Keras uses conditions to apply accumulated gradients and to replace the weights with averages.
    Conditions cannot change stand-ins, so both are computed here.

    Parameters
    ----------
    recipe : OptimizerRecipe
        Recipe of the optimizer.
    shapes : list of tuple
        Shapes of the weights of a network.
    networks : tuple of int, default=()
        Number of networks, which is the first axis of all arrays, or ``()`` without this axis.

    Attributes
    ----------
    slots : list of Slot
        Descriptions of the slots, in the order of Keras's variables: moving averages of the
        weights, accumulated gradients, and the variables of the method.
    """

    def __init__(self, recipe, shapes, networks=()):
        self._recipe, self._shapes, self._networks = recipe, shapes, networks
        self._weights = _variables(shapes)
        self._found = OptimizerVariables(recipe, self._weights)
        zeros = [Slot(shape, i, np.zeros(shape, np.float32)) for i, shape in enumerate(shapes)]
        self._n_extra = bool(recipe.average) + bool(recipe.accumulated)
        self.slots = [*zeros * self._n_extra, *self._found.slots]
        self._sizes = [int(np.prod(shape)) for shape in shapes]
        self._joined = recipe.elementwise and not recipe.clips_norms
        if self._joined:
            self._weights = _variables([(*networks, sum(self._sizes))])
            self._found = OptimizerVariables(recipe, self._weights)

    def rate(self, rate, iteration):
        """Return the learning rate of a step, which a schedule may determine."""
        schedule = self._recipe.schedule
        return rate if schedule is None else tf.cast(schedule_of(schedule)(iteration), tf.float32)

    def join(self, arrays):
        """Return one vector for all weights, or the arrays if the optimizer needs them.

        Parameters
        ----------
        arrays : list of tensor
            Weights, or one array for each weight.

        Returns
        -------
        list of tensor
        """
        if not self._joined:
            return arrays
        flat = [tf.reshape(array, (*self._networks, -1)) for array in arrays]
        return [tf.concat(flat, axis=-1)]

    def split(self, arrays):
        """Undo :meth:`join`."""
        if not self._joined:
            return arrays
        parts = zip(tf.split(arrays[0], self._sizes, axis=-1), self._shapes, strict=True)
        return [tf.reshape(part, (*self._networks, *shape)) for part, shape in parts]

    def join_slots(self, slots):
        """Join the slots of the same kind.

        Parameters
        ----------
        slots : list of tensor
            In the order of :attr:`slots`.

        Returns
        -------
        list of tensor
        """
        if not self._joined:
            return slots
        return [
            # A slot without a weight depends only on the count of steps, which all networks share.
            slots[group[0]][(0,) * len(self._networks)]
            if alone
            else self.join([slots[i] for i in group])[0]
            for group, alone in self._groups()
        ]

    def split_slots(self, slots):
        """Undo :meth:`join_slots`."""
        if not self._joined:
            return slots
        found = {}
        for slot, (group, alone) in zip(slots, self._groups(), strict=True):
            if alone:
                parts = [tf.broadcast_to(slot, (*self._networks, *slot.shape))]
            else:
                parts = self.split([slot])
            found |= dict(zip(group, parts, strict=True))
        return [found[i] for i in range(len(self.slots))]

    def _groups(self):
        """Return the positions of the slots of each kind, and whether they belong to weights."""
        owners = [slot.owner for slot in self.slots]
        of_weight = [
            [i for i, owner in enumerate(owners) if owner == weight]
            for weight in range(len(self._shapes))
        ]
        kinds = iter(zip(*of_weight, strict=True))
        alone = iter([i for i, owner in enumerate(owners) if owner is None])
        own = [slot.owner is None for slot in self._found.slots]
        return [
            ([next(alone)], True) if belongs_to_none else (list(next(kinds)), False)
            for belongs_to_none in [*[False] * self._n_extra, *own]
        ]

    def apply(self, gradients, weights, slots, rate, iteration):
        """Return the weights and slots after a step.

        Parameters
        ----------
        gradients, weights : list of tensor
            Gradients and weights, joined.
        slots : list of tensor
            The slots, joined, as floats.
        rate : tensor
            Learning rate.
        iteration : tensor of int64
            Number of earlier steps.

        Returns
        -------
        weights, slots : list of tensor
        """
        if self._joined or not self._networks:
            return self._apply(gradients, weights, slots, rate, iteration)
        return tf.map_fn(
            lambda own: self._apply(*own, rate, iteration),
            (gradients, weights, slots),
            fn_output_signature=tf.nest.map_structure(
                lambda a: tf.TensorSpec(a.shape[1:], a.dtype), (weights, slots)
            ),
        )

    def _apply(self, gradients, weights, slots, rate, iteration):
        n = len(weights)
        averages, slots = (slots[:n], slots[n:]) if self._recipe.average else ([], slots)
        count = self._recipe.accumulated
        if count:
            sums, slots = slots[:n], slots[n:]
            sums = [g + a for g, a in zip(gradients, sums, strict=True)]
            complete = tf.equal((iteration + 1) % count, 0)
            iteration = iteration // count
            means = [a / count for a in sums]
            after = self._method(means, weights, slots, rate, iteration)
            weights = _choose(complete, after[0], weights)
            slots = _choose(complete, after[1], slots)
            slots = [*_choose(complete, map(tf.zeros_like, sums), sums), *slots]
        else:
            weights, slots = self._method(gradients, weights, slots, rate, iteration)
        if averages:
            averages, weights = self._average(averages, weights, iteration)
        return weights, [*averages, *slots]

    def _average(self, averages, weights, iteration):
        """Update the moving averages, which replace the weights from time to time."""
        momentum, frequency = self._recipe.average
        momentum *= tf.cast(iteration > 0, tf.float32)
        averages = [
            momentum * a + (1 - momentum) * w for a, w in zip(averages, weights, strict=True)
        ]
        if frequency:
            weights = _choose(tf.equal((iteration + 1) % frequency, 0), averages, weights)
        return averages, weights

    def _method(self, gradients, weights, slots, rate, iteration):
        """Apply the step of Keras's optimizer."""
        found = self._found
        variables = [*self._weights, *found.variables, found.rate, found.iteration]
        values = [*weights, *slots, rate, iteration]
        with _StandInScope(variables, values) as scope:
            found.optimizer.apply(gradients)
        after = [tf.convert_to_tensor(scope.get_current_value(v)) for v in variables[:-2]]
        n = len(weights)
        return after[:n], [tf.cast(value, tf.float32) for value in after[n:]]


def _variables(shapes):
    return [keras.Variable(np.zeros(shape, np.float32)) for shape in shapes]


def _choose(condition, first, second):
    return [tf.where(condition, a, b) for a, b in zip(first, second, strict=True)]


class _StandInScope(keras.StatelessScope):
    """A scope in which the values of Keras's variables are stand-ins.

    Code that changes a Keras variable calls ``add_update``. Code that changes the TensorFlow
    variable, which is the value of the Keras variable, finds the stand-in instead.
    """

    def __init__(self, variables, values):
        stand_ins = [_StandIn(v.value, x) for v, x in zip(variables, values, strict=True)]
        super().__init__()
        self._stand_ins = {id(v): s for v, s in zip(variables, stand_ins, strict=True)}

    def add_update(self, update):
        variable, value = update
        self._stand_ins[id(variable)].assign(value)

    def get_current_value(self, variable):
        return self._stand_ins.get(id(variable))


class _StandIn:
    """Behaves as a TensorFlow variable, but its value is a tensor of the program.

    As with a variable, each use of it returns the value that was assigned last.
    """

    def __init__(self, variable, value):
        self._variable = variable
        self.assign(value)

    def __getattr__(self, name):
        # Optimizers ask for shape, dtype, name and the like.
        return getattr(self._variable, name)

    def __tf_tensor__(self, dtype=None, name=None):
        return tf.convert_to_tensor(self._tensor, dtype=dtype, name=name)

    def assign(self, value):
        self._tensor = tf.cast(value, self._variable.dtype)

    def assign_add(self, value):
        self.assign(self._tensor + value)

    def assign_sub(self, value):
        self.assign(self._tensor - value)


def _operator(name):
    def operate(self, *others):
        return getattr(tf.convert_to_tensor(self), name)(*others)

    operate.__name__ = name
    return operate


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"):
    setattr(_StandIn, f"__{_name}__", _operator(f"__{_name}__"))
    setattr(_StandIn, f"__r{_name}__", _operator(f"__r{_name}__"))
for _name in ("__neg__", "__getitem__", "__lt__", "__le__", "__gt__", "__ge__"):
    setattr(_StandIn, _name, _operator(_name))
