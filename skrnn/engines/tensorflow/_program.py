"""Compiles many training steps, and keeps the programs.

A program has no variables. A call takes the weights and the optimizer slots as one vector, and
returns the new vector, so any number of threads can run a program at the same time.
"""

import threading
from collections import OrderedDict

import numpy as np
import tensorflow as tf

from skrnn.engines._contract import SHORT_STEPS, Engine, EngineSettings
from skrnn.engines._layouts import HeadLayout

from ._disk_cache import disk_cache
from ._traced_steps import TracedSteps

_CALL_FLOATS, _MOST_CALL_FLOATS = 2**18, 2**20
_MIN_STEPS, _USUAL_STEPS, _MAX_STEPS = 8, 32, 2**14
_LEAST_WORK_IN_PARTS, _LEAST_ROWS_IN_PARTS = 3e7, 32


class ProgramKey(EngineSettings):
    """The settings of a compiled program. All other settings are values at run time."""

    @classmethod
    def of(cls, settings):
        """Return the key of the program for some settings of an engine."""
        return cls(**{name: getattr(settings, name) for name in cls.__dataclass_fields__})

    @property
    def n_parts(self):
        """Number of parts of a batch whose derivatives are computed at the same time.

        It only depends on the amount of work, so results do not depend on the number of cores.
        With an LSTM(128), 60 steps and batches of 64, two halves take 66% as long on two cores,
        and 95% as long on one. Below these limits of work and rows, two cores save less time, and
        a step takes up to 120% as long on one (``tests/benchmarks/halves.py``). Halves have their
        own draws of dropout.
        """
        n_rows = self.batch_size
        if self.architecture.n_networks > 1 or self.stateful or n_rows % 2:
            return 1
        work = n_rows * self.architecture.n_timesteps * self.architecture.n_products
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


class TrainingProgram(Engine):
    """A compiled program of training steps.

    It is a graph in a separate session, because TensorFlow keeps all other programs until the
    process ends. Any number of threads can run it at the same time.

    Parameters
    ----------
    key : ProgramKey
        Settings of the program.
    """

    def __init__(self, key):
        traced = TracedSteps(key)
        super().__init__(key, traced.slots)
        self._head = HeadLayout(key.architecture.n_networks)
        graph = tf.Graph()
        with graph.as_default():
            # A call takes two arrays and returns one. Counts and seeds are stored as the bits of
            # floats. With a third array of integers, a call of one row took 0.76 ms, not 0.66 ms.
            arguments = [tf.compat.v1.placeholder(tf.float32, shape) for shape in traced.shapes]
            result = traced.run(*arguments)
        # Launching an operation of a small network on a GPU takes longer than computing it on a
        # CPU.
        config = tf.compat.v1.ConfigProto(device_count={"GPU": 0})
        self._session = tf.compat.v1.Session(graph=graph, config=config)
        self._run = self._session.make_callable(result, arguments)
        # XLA compiles a function when it first runs. If batches have parts, their programs only
        # run inside a step, so this call runs one step of rows without weight.
        zeros = [np.zeros(shape, np.float32) for shape in traced.shapes]
        n_networks = key.architecture.n_networks
        counts = [int(key.n_parts > 1), 0, *[0] * n_networks]
        zeros[0][: self._head.size] = self._head.pack([0.0, 0.0, 0.0], counts)
        self._run(*zeros)
        disk_cache.keep()

    @property
    def n_steps(self):
        """Maximum number of steps of a call."""
        return self.settings.n_steps

    def run(self, rates, vector, rows, counts):
        """Train on some batches; see :meth:`Engine.run`."""
        result = self._run(np.concatenate([self._head.pack(rates, counts), vector]), rows)
        n_networks = self.settings.architecture.n_networks
        n_losses = self.settings.n_steps * n_networks
        return result[n_losses:], result[:n_losses].reshape(-1, n_networks)[: counts[0]]


class ProgramCache:
    """The most recently used compiled programs of this process.

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
