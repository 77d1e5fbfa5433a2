"""Rows -> batches -> calls of the compiled program -> weights."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class TrainingState:
    """What a training run has reached: arrays and plain values alone."""

    weights: list
    slots: list = field(default_factory=list)
    iteration: int = 0


@dataclass(frozen=True)
class Samples:
    """Rows that take part in training.

    Attributes
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        May be a strided view of a series; rows are copied out of it batch by batch.
    targets : ndarray of shape (n_samples, n_outputs + 1), float32
        Targets, and in the last column the weight of each row.
    rows : ndarray of shape (n_rows,)
        The rows of the two that take part, in order.
    masked : bool
        Whether a step of these rows is missing.
    """

    windows: np.ndarray
    targets: np.ndarray
    rows: np.ndarray
    masked: bool


class Trainer:
    """One training run of one network.

    Parameters
    ----------
    program : TrainingProgram
        The compiled steps.
    samples : Samples
        The rows to learn from.
    state : TrainingState
        Where to start. It is not changed.
    rates : tuple of float
        Learning rate, weight decay and l2.
    """

    def __init__(self, program, samples, state, rates):
        self._program = program
        self._samples = samples
        self._rates = np.array(rates, np.float32)
        slots = state.slots or program.initial_slots(state.weights)
        self._vector = program.pack(state.weights, slots)
        self._iteration = state.iteration
        key = program.key
        rows, network = key.n_steps * key.batch_size, key.architecture
        self._windows = np.zeros((rows, network.n_timesteps, network.n_features), np.float32)
        self._targets = np.zeros((rows, network.n_outputs + 1), np.float32)
        self._n_steps = 0
        self._losses, self._batch_weights = [], []

    def add_epoch(self, order):
        """Take in one epoch's rows; full calls run, the rest waits for more or for :meth:`run`.

        Parameters
        ----------
        order : ndarray of int
            Positions in ``samples.rows``, batch after batch.
        """
        size = self._program.key.batch_size
        order = self._samples.rows[order]
        while len(order):
            room = (self._program.key.n_steps - self._n_steps) * size
            self._fill(order[:room])
            order = order[room:]
            if self._n_steps == self._program.key.n_steps:
                self.run()

    def _fill(self, order):
        size = self._program.key.batch_size
        start = self._n_steps * size
        stop = start + len(order)
        n_steps = -(-len(order) // size)
        padded = start + n_steps * size
        self._windows[start:stop] = self._samples.windows[order]
        self._targets[start:stop] = self._samples.targets[order]
        self._windows[stop:padded] = 0.0
        self._targets[stop:padded] = 0.0
        weights = self._targets[start:padded, -1].reshape(n_steps, size).sum(axis=1)
        self._batch_weights.append(weights.astype(np.float64))
        self._n_steps += n_steps

    def run(self):
        """Train on the batches that wait."""
        if not self._n_steps:
            return
        self._vector, losses = self._program.run(
            self._rates, self._vector, self._windows, self._targets, self._n_steps, self._iteration
        )
        self._losses.append(losses.astype(np.float64))
        self._iteration += self._n_steps
        self._n_steps = 0

    def epoch_losses(self):
        """Mean loss of each epoch so far, its batches weighted by their rows' weights."""
        losses, weights = np.concatenate(self._losses), np.concatenate(self._batch_weights)
        steps = -(-len(self._samples.rows) // self._program.key.batch_size)
        losses, weights = losses.reshape(-1, steps), weights.reshape(-1, steps)
        return np.average(losses, axis=1, weights=weights).tolist()

    def result(self):
        """The state that training has reached.

        Returns
        -------
        TrainingState
        """
        weights, slots = self._program.unpack(self._program.finish(self._vector))
        return TrainingState(weights, slots, self._iteration)
