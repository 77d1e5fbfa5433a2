"""Compile many training steps into one program, and keep the programs.

A program has no state. A call takes the weights and the optimizer slots as one vector, and returns
the new vector. Keras's layers and optimizers need variables, but their values are used only within
a call.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import keras
import numpy as np
import tensorflow as tf

from skrnn.network._architecture import Architecture
from skrnn.network._keras_checks import MOST_DRAWS, check_weights, dropout_states
from skrnn.network._keras_model import KerasNetwork
from skrnn.network._losses import Loss

from ._disk_cache import disk_cache
from ._optimizer_variables import OptimizerVariables
from ._optimizers import OptimizerRecipe
from ._row_layout import RowLayout
from ._state_layout import StateLayout
from ._weight_decay import apply_with_decay

_CALL_FLOATS = 2**18
_MIN_STEPS, _MAX_STEPS = 8, 2**14
SHORT_STEPS = 4


@dataclass(frozen=True)
class ProgramKey:
    """The settings of a compiled program. All other settings are values at run time.

    The number of rows is not a setting: a call takes a fixed maximum of batches, and training uses
    several calls if necessary. So all folds of a search share a program.
    """

    architecture: Architecture
    loss: Loss
    optimizer: OptimizerRecipe
    batch_size: int
    masked: bool
    stateful: bool = False
    short: bool = False

    @property
    def n_steps(self):
        """Maximum number of steps of a call.

        It is so large that the fixed cost of a call, about a millisecond, does not matter. Online
        learning uses short calls, because the cost of a call grows with the size of its arrays.
        """
        if self.short:
            return SHORT_STEPS
        steps = _CALL_FLOATS // (self.batch_size * self.rows.size)
        return 1 << (min(max(steps, _MIN_STEPS), _MAX_STEPS).bit_length() - 1)

    @cached_property
    def rows(self):
        """Layout of a row of a batch."""
        return RowLayout.of(self.architecture)


class TrainingProgram:
    """A compiled program of training steps.

    Parameters
    ----------
    key : ProgramKey
        Settings of the program.
    """

    def __init__(self, key):
        self.key = key
        self._lock = threading.Lock()
        self._compiled = False
        self._network = KerasNetwork(
            key.architecture, masked=key.masked, compiled=True, stateful=key.stateful, seed=0
        )
        self._weights = self._network.build()
        check_weights(key.architecture, self._weights)
        self._kernels = key.architecture.kernels(self._weights)
        self._draws = dropout_states(self._network)
        built = OptimizerVariables(key.optimizer, self._weights)
        self._optimizer, self._iteration, self._rate = built.optimizer, built.iteration, built.rate
        self._slot_variables, self._slots = built.variables, built.slots
        self._layouts = {}
        self._compile()

    @property
    def averages(self):
        """Whether the optimizer replaces the weights by a moving average at the end."""
        return bool(self._optimizer.use_ema)

    def state_layout(self, architecture):
        """Return the layout of the vector for a network that this program trains.

        Parameters
        ----------
        architecture : Architecture
            The architecture of the program, or a smaller one that is padded to it.

        Returns
        -------
        StateLayout
        """
        if architecture not in self._layouts:
            n_streams = self.key.batch_size if self.key.stateful else 0
            self._layouts[architecture] = StateLayout(
                architecture, self.key.architecture, self._slots, n_streams
            )
        return self._layouts[architecture]

    def _compile(self):
        key, architecture = self.key, self.key.architecture
        states = [(key.batch_size, units) for units in architecture.state_shapes()]
        self._state_shapes = states if key.stateful else []
        variables = (*self._weights, *self._slot_variables)
        self._shapes = [*(tuple(v.shape) for v in variables), *self._state_shapes]
        self._sizes = [int(np.prod(shape)) for shape in self._shapes]
        # A call takes two arrays and returns one. The three counts are stored as the bits of
        # floats. With a third array of integers, a call of one row took 0.76 ms, not 0.66 ms.
        signature = [
            tf.TensorSpec([6 + sum(self._sizes)]),
            tf.TensorSpec([key.n_steps * key.batch_size, key.rows.size]),
        ]
        # AutoGraph is off, because it reads source code, which a packaged program may not contain.
        function = tf.function(
            self._many_steps, input_signature=signature, jit_compile=True, autograph=False
        )
        # The only trace is made here. A direct call of the trace is a millisecond faster than a
        # call of the function, which searches the traces and warns if it makes many.
        self._run = function.get_concrete_function()

    def run(self, rates, vector, rows, counts):
        """Train on some batches.

        Parameters
        ----------
        rates : ndarray of shape (3,), float32
            Learning rate, weight decay and l2.
        vector : ndarray, float32
            Weights, optimizer slots and states, from :meth:`StateLayout.pack`.
        rows : ndarray of shape (n_rows, row_size), float32
            Rows of the batches, in the layout of ``key.rows``. Rows after the last batch are
            ignored.
        counts : tuple of int
            Number of batches, number of earlier steps of the optimizer, and seed of dropout.

        Returns
        -------
        vector : ndarray
            The new weights, slots and states.
        losses : ndarray of shape (n_steps,)
            Loss of each batch before its step.
        """
        head = np.array(counts, np.int32).view(np.float32)
        vector = np.concatenate([rates, head, vector])
        with self._lock:
            result = self._run(tf.constant(vector), tf.constant(rows)).numpy()
            if not self._compiled:  # XLA compiles a program when it runs for the first time
                self._compiled = True
                disk_cache.keep()
        n_steps = self.key.n_steps
        return result[n_steps:], result[: counts[0]]

    def finish(self, vector):
        """Replace the weights by the moving average of the optimizer, if it has one."""
        if not self._optimizer.use_ema:
            return vector
        with self._lock:
            states = self._load(vector)
            self._optimizer.finalize_variable_values(self._weights)
            return self._dump(states).numpy()

    def _many_steps(self, vector, rows):
        rates, counts = vector[:3], tf.bitcast(vector[3:6], tf.int32)
        states = self._load(vector[6:])
        self._iteration.assign(tf.cast(counts[1], self._iteration.dtype))
        if self._rate is not None:
            self._rate.assign(tf.cast(rates[0], self._rate.dtype))

        def step(i, losses, *states):
            self._seed_dropout(counts[2], counts[1] + i)
            loss, states = self._step(i, rows, states, rates)
            return i + 1, losses.write(i, loss), *states

        losses = tf.TensorArray(tf.float32, self.key.n_steps)
        # The loop uses a condition on the count. A range would make the count a constant of the
        # program, so that each number of rows would need another program.
        _, losses, *states = tf.while_loop(
            lambda i, *_: i < counts[0], step, [tf.constant(0), losses, *states]
        )
        return tf.concat([losses.stack(), self._dump(states)], 0)

    def _seed_dropout(self, seed, iteration):
        """Make the draws of dropout depend only on the seed and the step, not on earlier draws."""
        for i, draws in enumerate(self._draws):
            # A step draws a few times for each layer, and Keras counts the draws.
            counter = tf.cast(iteration, draws.dtype) * MOST_DRAWS
            draws.assign(tf.stack([tf.cast(seed + i, draws.dtype), counter]))

    def _step(self, i, rows, states, rates):
        key, architecture = self.key, self.key.architecture
        batch = tf.slice(rows, [i * key.batch_size, 0], [key.batch_size, key.rows.size])
        windows, target = key.rows.split(batch, tf.reshape)
        with tf.GradientTape() as tape:
            forecast, states = self._network(windows, list(states), training=True)
            if not architecture.return_sequences:
                forecast = forecast[:, None]
            loss = self.key.loss.mean(keras.ops, target[..., :-1], forecast, target[..., -1])
        gradients = tape.gradient(
            loss, [v.value for v in self._weights], unconnected_gradients="zero"
        )
        _, weight_decay, l2 = tf.unstack(rates)
        loss = loss + l2 * sum(tf.reduce_sum(tf.square(v.value)) for v in self._kernels)
        apply_with_decay(
            self._optimizer, self._weights, self._kernels, gradients, weight_decay, l2
        )
        return loss, states

    def _load(self, vector):
        """Assign weights and slots to the variables, and return the states."""
        parts = tf.split(vector, self._sizes)
        parts = [tf.reshape(p, shape) for p, shape in zip(parts, self._shapes, strict=True)]
        variables = (*self._weights, *self._slot_variables)
        for variable, part in zip(variables, parts, strict=False):
            variable.assign(tf.cast(part, variable.dtype))
        return parts[len(variables) :]

    def _dump(self, states):
        arrays = [v.value for v in (*self._weights, *self._slot_variables)] + list(states)
        return tf.concat([tf.reshape(tf.cast(a, tf.float32), [-1]) for a in arrays], 0)


class ProgramCache:
    """The compiled programs of this process, of which the most recently used ones are kept.

    Parameters
    ----------
    maximum : int
        Maximum number of programs.
    """

    def __init__(self, maximum):
        self.maximum = maximum
        self.n_built = 0
        self._programs = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key):
        """Return the program of a key, and compile it if necessary.

        Parameters
        ----------
        key : ProgramKey
            Settings of the program.

        Returns
        -------
        TrainingProgram
        """
        with self._lock:
            if key not in self._programs:
                self._programs[key] = TrainingProgram(key)
                self.n_built += 1
            self._programs.move_to_end(key)
            while len(self._programs) > self.maximum:
                self._programs.popitem(last=False)
            return self._programs[key]


programs = ProgramCache(maximum=64)
