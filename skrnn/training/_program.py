"""Compile many training steps, and keep the programs.

A program has no variables. A call takes the weights and the optimizer slots as one vector, and
returns the new vector. So any number of threads can run a program at the same time.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import tensorflow as tf

from skrnn.network._architecture import GATES, Architecture
from skrnn.network._losses import Loss

from ._disk_cache import disk_cache
from ._optimizers import OptimizerRecipe
from ._row_layout import RowLayout
from ._state_layout import StateLayout
from ._traced_steps import TracedSteps

_CALL_FLOATS, _MOST_CALL_FLOATS = 2**18, 2**20
_MIN_STEPS, _USUAL_STEPS, _MAX_STEPS = 8, 32, 2**14
SHORT_STEPS = 4
_LEAST_WORK_IN_PARTS, _LEAST_ROWS_IN_PARTS = 3e7, 32


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
    def n_parts(self):
        """Number of parts of a batch whose derivatives are computed at the same time.

        It only depends on the work, so that results do not depend on the number of cores. With an
        LSTM(128), 60 steps and batches of 64, two halves take 0.66 of the time on two cores, and
        0.95 on one. With less work or fewer rows than these limits, less is gained on two cores,
        and a step takes up to 1.2 of the time on one (``tests/benchmarks/halves.py``). Halves
        have their own draws of dropout.
        """
        n_rows = self.batch_size
        if self.architecture.n_networks > 1 or self.stateful or n_rows % 2:
            return 1
        products = sum(
            (width + units) * GATES[self.architecture.cell] * units
            for width, units in self.architecture.cell_shapes()
        )
        work = n_rows * self.architecture.n_timesteps * products
        return 2 if work >= _LEAST_WORK_IN_PARTS and n_rows >= _LEAST_ROWS_IN_PARTS else 1

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
        return RowLayout.of(self.architecture, self.loss)


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
        traced = TracedSteps(key)
        self._slots, self._layouts = traced.slots, {}
        graph = tf.Graph()
        with graph.as_default():
            # A call takes two arrays and returns one. Counts and seeds are stored as the bits of
            # floats. With a third array of integers, a call of one row took 0.76 ms, not 0.66 ms.
            arguments = [tf.compat.v1.placeholder(tf.float32, shape) for shape in traced.shapes]
            result = traced.run(*arguments)
        # A GPU takes longer to start each operation of a small network than a CPU to compute it.
        config = tf.compat.v1.ConfigProto(device_count={"GPU": 0})
        self._session = tf.compat.v1.Session(graph=graph, config=config)
        self._run = self._session.make_callable(result, arguments)
        # XLA compiles what runs for the first time. Batches in parts have programs of their own,
        # which run in a step. Here it is a step of rows without weight.
        zeros = [np.zeros(shape, np.float32) for shape in traced.shapes]
        zeros[0][3] = np.array(key.n_parts > 1, np.int32).view(np.float32)
        self._run(*zeros)
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
