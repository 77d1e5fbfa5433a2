"""Many steps of training as one compiled program, and the programs that are kept.

A program owns no state: weights and optimizer slots go in and come out as one vector. The
variables that Keras's layers and optimizers insist on are scratch paper inside.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from ._architecture import Architecture
from ._losses import weighted_loss
from ._network import MaskMissing, output_layer, recurrent_layers
from ._optimizers import OptimizerRecipe

_CALL_FLOATS = 2**18
_MIN_STEPS, _MAX_STEPS = 8, 2**14


@dataclass(frozen=True)
class ProgramKey:
    """All that a program is compiled for. Whatever is not here is a value at run time.

    The number of rows is not here: a call takes a fixed number of batches, as many calls as there
    are batches, so one program serves every fold of a search.
    """

    architecture: Architecture
    loss: str
    optimizer: OptimizerRecipe
    batch_size: int
    masked: bool

    @property
    def n_steps(self):
        """Most steps of one call: enough that its fixed cost of a millisecond disappears."""
        network = self.architecture
        row = network.n_timesteps * network.n_features + network.n_outputs + 1
        steps = _CALL_FLOATS // (self.batch_size * row)
        return 1 << (min(max(steps, _MIN_STEPS), _MAX_STEPS).bit_length() - 1)


class TrainingProgram:
    """Steps of training, compiled.

    Parameters
    ----------
    key : ProgramKey
        What to compile.
    """

    def __init__(self, key):
        self.key = key
        self._lock = threading.Lock()
        network = key.architecture
        self._recurrent = recurrent_layers(network, seed=0, compiled=True)
        self._output = output_layer(network, seed=0)
        self._mask = MaskMissing(name="mask_missing", dtype="float32")
        width = network.n_features
        for layer in (*self._recurrent, self._output):
            layer.build((None, network.n_timesteps, width))
            width = layer.units
        self._weights = [v for layer in self._layers for v in layer.trainable_variables]
        self._kernels = [v for v in self._weights if v.name != "bias"]
        self._build_optimizer()
        self._compile()

    @property
    def _layers(self):
        return *self._recurrent, self._output

    def _build_optimizer(self):
        """Build the optimizer and find out what its slots start from.

        Some methods start a slot from a copy of the weight (averaging ones do). Weights that
        occur nowhere else tell such a copy from a constant, whatever the optimizer.
        """
        rng = np.random.default_rng(0)
        marks = [rng.uniform(1.0, 2.0, v.shape).astype(np.float32) for v in self._weights]
        for variable, mark in zip(self._weights, marks, strict=True):
            variable.assign(mark)
        self._optimizer = self.key.optimizer.build()
        self._optimizer.build(self._weights)
        named = {v.name: v for v in self._optimizer.variables}
        self._iteration, self._rate = named["iteration"], named.get("learning_rate")
        self._slots = [
            v
            for v in self._optimizer.variables
            if v is not self._iteration and v is not self._rate
        ]
        self._slot_starts = [_copied_weight(v.numpy(), marks) for v in self._slots]

    def initial_slots(self, weights):
        """What the optimizer starts from at these weights.

        Parameters
        ----------
        weights : list of ndarray
            The initial weights.

        Returns
        -------
        list of ndarray, float32
        """
        return [
            weights[start].copy() if isinstance(start, int) else start.copy()
            for start in self._slot_starts
        ]

    def _compile(self):
        key, network = self.key, self.key.architecture
        self._shapes = [tuple(v.shape) for v in (*self._weights, *self._slots)]
        self._sizes = [int(np.prod(shape)) for shape in self._shapes]
        rows = key.n_steps * key.batch_size
        signature = [
            tf.TensorSpec([3]),
            tf.TensorSpec([sum(self._sizes)]),
            tf.TensorSpec([rows, network.n_timesteps, network.n_features]),
            tf.TensorSpec([rows, network.n_outputs + 1]),
            tf.TensorSpec([2], tf.int32),
        ]
        # Not AutoGraph: it reads source code at run time, which a packaged program may lack.
        self._run = tf.function(
            self._many_steps, input_signature=signature, jit_compile=True, autograph=False
        )

    def run(self, rates, state, windows, targets, n_steps, iteration):
        """Train on some batches.

        Parameters
        ----------
        rates : ndarray of shape (3,)
            Learning rate, weight decay and l2.
        state : ndarray
            Weights and optimizer slots, as :meth:`pack` makes them.
        windows : ndarray of shape (n_steps_max * batch_size, n_timesteps, n_features)
            Rows of the batches; what follows the last one is not read.
        targets : ndarray of shape (n_steps_max * batch_size, n_outputs + 1)
            Targets, and in the last column the weight of each row.
        n_steps : int
            Number of batches.
        iteration : int
            Steps that the optimizer has done before.

        Returns
        -------
        state : ndarray
            The new weights and slots.
        losses : ndarray of shape (n_steps,)
            Loss of each batch, before its step.
        """
        counts = np.array([n_steps, iteration], np.int32)
        with self._lock:
            state, losses = self._run(rates, state, windows, targets, counts)
            return state.numpy(), losses.numpy()[:n_steps]

    def pack(self, weights, slots):
        """Put weights and slots into one vector: each array more costs a call 0.1 ms."""
        return np.concatenate([np.ravel(a) for a in (*weights, *slots)]).astype(np.float32)

    def unpack(self, state):
        """Take weights and slots out of the vector again, as arrays of their own."""
        ends = np.cumsum(self._sizes)[:-1]
        arrays = [
            part.reshape(shape).copy()
            for part, shape in zip(np.split(state, ends), self._shapes, strict=True)
        ]
        return arrays[: len(self._weights)], arrays[len(self._weights) :]

    def finish(self, state):
        """Let the optimizer put its moving average, if it keeps one, in the weights' place."""
        if not self._optimizer.use_ema:
            return state
        with self._lock:
            self._load(state)
            self._optimizer.finalize_variable_values(self._weights)
            return self._dump().numpy()

    def _many_steps(self, rates, state, windows, targets, counts):
        self._load(state)
        self._iteration.assign(tf.cast(counts[1], self._iteration.dtype))
        if self._rate is not None:
            self._rate.assign(tf.cast(rates[0], self._rate.dtype))

        def step(i, losses):
            return i + 1, losses.write(i, self._step(i, windows, targets, rates[1], rates[2]))

        losses = tf.TensorArray(tf.float32, self.key.n_steps)
        # A condition on the count, and not a range over it: that would be a constant of the
        # program, and every other number of rows another program.
        _, losses = tf.while_loop(lambda i, _: i < counts[0], step, [tf.constant(0), losses])
        return self._dump(), losses.stack()

    def _step(self, i, windows, targets, weight_decay, l2):
        size, network = self.key.batch_size, self.key.architecture
        shape = [size, network.n_timesteps, network.n_features]
        batch = tf.slice(windows, [i * size, 0, 0], shape)
        target = tf.slice(targets, [i * size, 0], [size, network.n_outputs + 1])
        with tf.GradientTape() as tape:
            forecast = self._forward(batch)
            loss = weighted_loss(self.key.loss, target[:, :-1], forecast, target[:, -1])
        gradients = tape.gradient(loss, [v.value for v in self._weights])
        loss = loss + l2 * sum(tf.reduce_sum(tf.square(v.value)) for v in self._kernels)
        self._apply(gradients, weight_decay, l2)
        return loss

    def _forward(self, batch):
        mask = None
        if self.key.masked:
            mask = self._mask.compute_mask(batch)
            batch = self._mask(batch)
        for layer in self._recurrent:
            batch = layer(batch, mask=mask, training=True)
        return self._output(batch)

    def _apply(self, gradients, weight_decay, l2):
        """One step of the optimizer; the penalty and the decay act on kernels alone."""
        kept = 1.0 - tf.cast(self._optimizer.learning_rate, tf.float32) * weight_decay
        for i, variable in enumerate(self._weights):
            if variable.name != "bias":
                gradients[i] += 2.0 * l2 * variable.value
        for variable in self._kernels:
            variable.assign(kept * variable.value)
        self._optimizer.apply(gradients)

    def _load(self, state):
        parts = tf.split(state, self._sizes)
        for v, part, shape in zip(
            (*self._weights, *self._slots), parts, self._shapes, strict=True
        ):
            v.assign(tf.cast(tf.reshape(part, shape), v.dtype))

    def _dump(self):
        variables = (*self._weights, *self._slots)
        return tf.concat([tf.reshape(tf.cast(v.value, tf.float32), [-1]) for v in variables], 0)


def _copied_weight(start, marks):
    """Index of the weight that a slot starts as a copy of, or the constant it starts from."""
    for i, mark in enumerate(marks):
        if start.shape == mark.shape and np.array_equal(start, mark):
            return i
    return start.astype(np.float32)


class ProgramCache:
    """Programs compiled in this process, the least recently used one out first.

    Parameters
    ----------
    maximum : int
        Programs to keep.
    """

    def __init__(self, maximum):
        self.maximum = maximum
        self.n_built = 0
        self._programs = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key):
        """The program of a key, built if it is not here.

        Parameters
        ----------
        key : ProgramKey
            What the program is compiled for.

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
