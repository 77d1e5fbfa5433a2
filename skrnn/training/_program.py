"""Compile many training steps into one program, and keep the programs.

A program has no variables. A call takes the weights and the optimizer slots as one vector, and
returns the new vector. So any number of threads can run a program at the same time.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property, partial

import keras
import numpy as np
import tensorflow as tf

from skrnn.network._architecture import Architecture
from skrnn.network._losses import Loss
from skrnn.network._tensor_network import TensorNetwork

from ._disk_cache import disk_cache
from ._optimizer_step import OptimizerStep
from ._optimizers import OptimizerRecipe
from ._row_layout import RowLayout
from ._state_layout import StateLayout
from ._weight_decay import add_penalty, decay

_CALL_FLOATS, _MOST_CALL_FLOATS = 2**18, 2**20
_MIN_STEPS, _USUAL_STEPS, _MAX_STEPS = 8, 32, 2**14
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
    def step_rows(self):
        """Number of rows of a step: a batch for each network."""
        return self.architecture.n_networks * self.batch_size

    @property
    def n_steps(self):
        """Maximum number of steps of a call.

        It is so large that the fixed cost of a call, one to two milliseconds, does not matter.
        Online learning uses short calls, because the cost of a call grows with the size of its
        arrays.
        """
        if self.short:
            return SHORT_STEPS
        size = self.step_rows * self.rows.size
        steps = max(_CALL_FLOATS // size, min(_MOST_CALL_FLOATS // size, _USUAL_STEPS))
        return 1 << (min(max(steps, _MIN_STEPS), _MAX_STEPS).bit_length() - 1)

    @cached_property
    def rows(self):
        """Layout of a row of a batch."""
        return RowLayout.of(self.architecture)


class TrainingProgram:
    """A compiled program of training steps.

    It is a graph in a session of its own, because TensorFlow keeps all other programs until the
    process ends. Any number of threads can run it at the same time.

    Parameters
    ----------
    key : ProgramKey
        Settings of the program.
    """

    def __init__(self, key):
        self.key = key
        traced = _TracedSteps(key)
        self._slots, self._layouts = traced.slots, {}
        graph = tf.Graph()
        with graph.as_default():
            # A call takes two arrays and returns one. Counts and seeds are stored as the bits of
            # floats. With a third array of integers, a call of one row took 0.76 ms, not 0.66 ms.
            arguments = [tf.compat.v1.placeholder(tf.float32, shape) for shape in traced.shapes]
            # AutoGraph is off, because it reads source code, which a package may not contain.
            function = tf.function(traced.run, jit_compile=True, autograph=False)
            result = function(*arguments)
        # A GPU takes longer to start each operation of a small network than a CPU to compute it.
        config = tf.compat.v1.ConfigProto(device_count={"GPU": 0})
        self._session = tf.compat.v1.Session(graph=graph, config=config)
        self._run = self._session.make_callable(result, arguments)
        # XLA compiles a program when it runs for the first time, here without any step.
        self._run(*(np.zeros(shape, np.float32) for shape in traced.shapes))
        disk_cache.keep()

    @property
    def averages(self):
        """Whether the optimizer replaces the weights by a moving average at the end."""
        return bool(self.key.optimizer.average)

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

    def run(self, rates, vector, rows, counts):
        """Train on some batches.

        Parameters
        ----------
        rates : ndarray of shape (3,), float32
            Learning rate, weight decay and l2.
        vector : ndarray, float32
            Weights, optimizer slots and states of each network, from :meth:`StateLayout.pack`.
        rows : ndarray of shape (n_rows, row_size), float32
            Rows of the batches, in the layout of ``key.rows``. Each step has a batch for each
            network. Rows after the last batch are ignored.
        counts : list of int
            Number of steps, number of earlier steps of the optimizer, and the seed of dropout of
            each network.

        Returns
        -------
        vector : ndarray
            The new weights, slots and states.
        losses : ndarray of shape (n_steps, n_networks)
            Loss of each batch before its step.
        """
        head = np.array(counts, np.int32).view(np.float32)
        result = self._run(np.concatenate([rates, head, vector]), rows)
        n_networks = self.key.architecture.n_networks
        n_losses = self.key.n_steps * n_networks
        return result[n_losses:], result[:n_losses].reshape(-1, n_networks)[: counts[0]]


class _TracedSteps:
    """The steps of a program, as TensorFlow traces them once."""

    def __init__(self, key):
        self.key, architecture = key, key.architecture
        n_networks, self._networks = architecture.n_networks, architecture.networks
        self._network = TensorNetwork(architecture, masked=key.masked)
        shapes = architecture.weight_shapes()
        self._optimizer = OptimizerStep(key.optimizer, shapes, self._networks)
        self.slots, self._n_weights = self._optimizer.slots, len(shapes)
        self._kernels = set(architecture.kernels(range(len(shapes))))
        states = [(key.batch_size, units) for units in architecture.state_shapes()]
        self._shapes = [
            *shapes,
            *(slot.shape for slot in self.slots),
            *(states if key.stateful else []),
        ]
        self._sizes = [int(np.prod(shape)) for shape in self._shapes]
        self.shapes = [
            (5 + n_networks + n_networks * sum(self._sizes),),
            (key.n_steps * key.step_rows, key.rows.size),
        ]

    def run(self, vector, rows):
        """Train on some batches; see :meth:`TrainingProgram.run`."""
        networks, n_head = self._networks, 5 + self.key.architecture.n_networks
        rates, counts = tf.unstack(vector[:3]), tf.bitcast(vector[3:n_head], tf.int32)
        by_network = tf.reshape(vector[n_head:], (*networks, sum(self._sizes)))
        parts = zip(tf.split(by_network, self._sizes, axis=-1), self._shapes, strict=True)
        parts = [tf.reshape(part, (*networks, *shape)) for part, shape in parts]
        n_weights, optimizer = self._n_weights, self._optimizer
        weights, parts = parts[:n_weights], parts[n_weights:]
        slots, states = parts[: len(self.slots)], parts[len(self.slots) :]

        def step(i, losses, *parts):
            loss, parts = self._step(i, rows, parts, rates, counts)
            return i + 1, losses.write(i, loss), *parts

        losses = tf.TensorArray(tf.float32, self.key.n_steps, element_shape=networks)
        parts = optimizer.join(weights), optimizer.join_slots(slots), states
        # The loop uses a condition on the count. A range would make the count a constant of the
        # program, so that each number of rows would need another program.
        _, losses, weights, slots, states = tf.while_loop(
            lambda i, *_: i < counts[0], step, (tf.constant(0), losses, *parts)
        )
        parts = [*optimizer.split(weights), *optimizer.split_slots(slots), *states]
        parts = tf.concat([tf.reshape(a, (*networks, -1)) for a in parts], axis=-1)
        return tf.concat([tf.reshape(a, [-1]) for a in (losses.stack(), parts)], 0)

    def _step(self, i, rows, parts, rates, counts):
        weights, slots, states = parts
        rate, weight_decay, l2 = rates
        step, optimizer = counts[1] + i, self._optimizer
        own, seed = optimizer.split(weights), self._seed(counts, step)
        loss, gradients, after = self._derivatives(i, rows, own, states, seed)
        iteration = tf.cast(step, tf.int64)
        rate = optimizer.rate(rate, iteration)
        ones = [tf.fill(w.shape, float(i in self._kernels)) for i, w in enumerate(own)]
        kernels, gradients = optimizer.join(ones), optimizer.join(gradients)
        penalty, gradients = add_penalty(
            l2, weights, kernels, gradients, n_axes=len(self._networks)
        )
        weights = decay(rate * weight_decay, weights, kernels)
        weights, slots = optimizer.apply(gradients, weights, slots, rate, iteration)
        return loss + penalty, (weights, slots, after if self.key.stateful else [])

    def _seed(self, counts, step):
        """Return the seed of dropout of a step, one for each network."""
        seeds = tf.reshape(counts[2:], self._networks)
        return tf.stack([seeds, tf.broadcast_to(step, seeds.shape)], axis=-1)

    def _derivatives(self, i, rows, weights, states, seed):
        """Return the losses of a batch, their derivatives, and the states after it."""
        key = self.key
        n_rows, size = key.step_rows, key.rows.size
        batch = tf.slice(rows, [i * n_rows, 0], [n_rows, size])
        windows, target = key.rows.split(batch, tf.reshape)
        loss = partial(self._loss, target)
        return self._network.derivatives(weights, windows, states, seed, loss)

    def _loss(self, target, forecast):
        key = self.key
        if not key.architecture.return_sequences:
            forecast = forecast[:, None]
        target, forecast = (
            tf.reshape(a, (*self._networks, key.batch_size, *a.shape[1:]))
            for a in (target, forecast)
        )
        return key.loss.mean(keras.ops, target[..., :-1], forecast, target[..., -1])


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

        If several threads need the same new program, one of them builds it, and the others wait.
        Other programs can be used meanwhile.

        Parameters
        ----------
        key : ProgramKey
            Settings of the program.

        Returns
        -------
        TrainingProgram
        """
        with self._lock:
            place = self._programs.setdefault(key, _Place())
            self._programs.move_to_end(key)
            while len(self._programs) > self.maximum:
                self._programs.popitem(last=False)
        with place.lock:
            if place.program is None:
                place.program = TrainingProgram(key)
                with self._lock:
                    self.n_built += 1
            return place.program


class _Place:
    """The place of a program, which is empty until the program is built."""

    def __init__(self):
        self.lock, self.program = threading.Lock(), None


programs = ProgramCache(maximum=64)
