"""Forms batches of rows, and trains networks on them with an engine."""

from dataclasses import dataclass, field, replace

import numpy as np

from skrnn._warnings import warn_user
from skrnn.engines._zero_units import padded_architecture
from skrnn.network._window_level import WindowLevel

from ._row_order import BLANK
from ._step_count import StepCount

_COPIED_FLOATS = 2**22


@dataclass(frozen=True)
class TrainingState:
    """The state that training has reached, which consists only of arrays and plain values.

    If there are several networks, all arrays have an axis of networks in front.

    Attributes
    ----------
    weights : list of ndarray
        Weights in the order of ``keras.Model.get_weights``.
    slots : list of ndarray
        Variables of the optimizer, in the shapes of this network; empty before its first step,
        and for an optimizer without variables. If the optimizer averages the weights, the weights
        without averaging precede them.
    iteration : int
        Number of steps of the optimizer.
    states : list of ndarray of shape (units,)
        States of a stateful network after the last row; empty before the first row.
    """

    weights: list
    slots: list = field(default_factory=list)
    iteration: int = 0
    states: list = field(default_factory=list)


class Trainer:
    """Train networks of the same architecture on batches of rows.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the networks.
    engine : Engine
        The engine for this network, or for a larger one that is padded with zero units.
    samples : Samples
        The rows to learn from.
    start : TrainingState
        State to start from.
    rates : tuple of float
        Learning rate, weight decay and l2.
    seeds : list of int
        Seed of dropout of each network.
    """

    def __init__(self, architecture, engine, samples, start, rates, seeds):
        self._architecture, self._engine = architecture, engine
        self._samples, self._seeds = samples, seeds
        self._level = WindowLevel.of(architecture)
        with np.errstate(over="ignore"):  # a rate that overflows raises an error later
            self._rates = self._rates_at_start = np.array(rates, np.float32)
        self._layout = engine.state_layout(architecture)
        self._count = StepCount(start.iteration)
        self._vector = self._resumed(start)
        settings, n_rows = engine.settings, engine.n_steps * engine.settings.step_rows
        self._rows = np.zeros((n_rows, settings.rows.size), np.float32)
        self._ready = None
        self._started = False
        self._n_steps = 0
        self._losses, self._weights = [], []
        self._epoch_steps = []

    def _resumed(self, start):
        """Return the vector of the engine."""
        architecture = self._architecture
        weights, slots, states = (
            architecture.of_each_network(arrays)
            for arrays in (start.weights, start.slots, start.states)
        )
        resumed = list(map(self._resumed_slots, weights, slots))
        if any(own is None for _, own in resumed):
            warn_user(
                "The state of the optimizer was saved by another version of Keras or skrnn, and "
                "does not match this version. Training continues from the weights, but the "
                "optimizer starts again from its initial state.",
            )
            resumed = [(own, self._layout.initial_slots(own)) for own in weights]
            self._count.restart()
        vectors = [
            self._layout.pack(*of_network, own)
            for of_network, own in zip(resumed, states, strict=True)
        ]
        return np.concatenate(vectors)

    def _resumed_slots(self, weights, slots):
        """Return weights and slots to start from. The slots are None if they do not match."""
        layout = self._layout
        if not slots:
            return weights, layout.initial_slots(weights)
        n_weights = len(weights)
        if self._engine.averages and len(slots) == n_weights + len(layout.slot_shapes):
            weights, slots = slots[:n_weights], slots[n_weights:]
        if not layout.has_shapes_of(slots):
            plain = replace(self._architecture, dropout=0.0, recurrent_dropout=0.0)
            padded = padded_architecture(plain, self._engine.settings.optimizer)
            slots = layout.without_padding(slots, padded)
        return weights, slots

    def add_epoch(self, order):
        """Add the rows of one epoch.

        If there are enough batches for a call of the engine, they are trained on. The other
        batches wait for more rows, or for :meth:`run`.

        Parameters
        ----------
        order : ndarray of int of shape (n_networks, n_places)
            Positions in ``samples.rows`` for each network, batch after batch. ``BLANK`` fills the
            places without a row.
        """
        settings, n_steps = self._engine.settings, self._engine.n_steps
        size = settings.step_rows
        # A step has a batch for each network.
        batches = order.reshape(len(order), -1, settings.batch_size)
        order = batches.transpose(1, 0, 2).ravel()
        if self._started and self._ready is None:
            self._make_ready()
        self._started = True
        self._epoch_steps.append(len(order) // size)
        while len(order):
            room = (n_steps - self._n_steps) * size
            self._fill(order[:room])
            order = order[room:]
            if self._n_steps == n_steps:
                self.run()

    def _make_ready(self):
        """Copy the rows into the layout of the engine if they are few, for faster epochs.

        The last row is blank: ``BLANK`` is its position.
        """
        n_rows, row_size = len(self._samples.rows) + 1, self._engine.settings.rows.size
        if n_rows * row_size <= _COPIED_FLOATS:
            self._ready = np.empty((n_rows, row_size), np.float32)
            self._gather(np.append(np.arange(n_rows - 1), BLANK), self._ready)

    def _fill(self, order):
        settings = self._engine.settings
        start = self._n_steps * settings.step_rows
        place = self._rows[start : start + len(order)]
        if self._ready is None:
            self._gather(order, place)
        else:
            np.take(self._ready, order, axis=0, out=place, mode="wrap")
        _, targets, _ = settings.rows.split(place)
        n_weights = settings.batch_size * targets.shape[1]
        of_batches = targets[:, :, -1].reshape(-1, self._architecture.n_networks, n_weights)
        sums = of_batches.sum(axis=2, dtype=np.float64)
        self._weights.append(sums)
        self._n_steps += len(sums)

    def _gather(self, order, place):
        """Copy windows, targets and weights of some rows into the rows of batches."""
        # These are views of the place: writing to them fills the rows.
        windows, targets, levels = self._engine.settings.rows.split(place)
        rows = self._samples.rows[order]
        own, own_targets = self._samples.windows[rows], self._samples.targets[rows]
        if self._level is not None:
            of_windows = self._level.find(own, unknown=np.nan)
            own = self._level.subtract(own, of_windows)
            shift = self._level.shift(of_windows)[:, None]
            if levels.size:
                levels[...] = shift
            else:
                own_targets[:, :, :-1] -= shift[:, None]
        windows[...], targets[...] = own, own_targets
        blank = order == BLANK
        if blank.any():
            # A masked step does not change the state of a stream.
            windows[blank] = np.nan if self._engine.settings.masked else 0.0
            targets[blank] = 0.0
            levels[blank] = 0.0

    def lower_rate(self, share):
        """Train with a share of the learning rate on the rows that are added from now on.

        Parameters
        ----------
        share : float
            From 0 to 1.
        """
        self.run()
        self._rates = self._rates_at_start * np.array([share, 1, 1], np.float32)

    def forget_states(self):
        """Start the next epoch of a stateful network from zero states."""
        self._vector = self._layout.without_states(self._vector)

    def run(self):
        """Train on the waiting batches.

        Raises
        ------
        FloatingPointError
            If a loss is no longer finite.
        """
        if not self._n_steps:
            return
        counts = [self._n_steps, self._count.reached, *self._seeds]
        self._vector, losses = self._engine.run(self._rates, self._vector, self._rows, counts)
        self._losses.append(losses)
        self._count.add(self._n_steps)
        self._n_steps = 0
        if not (np.isfinite(losses).all() and np.isfinite(self._vector).all()):
            raise FloatingPointError(f"after {self._count.reached} steps")

    def take_losses(self):
        """Return the mean loss of each epoch since the last call, as a mean over the networks.

        Call this method between :meth:`run` and the next epoch.
        """
        if sum(self._epoch_steps) != 1:
            return [float(losses.mean()) for losses in self.take_losses_of_networks()]
        # A single row in online learning, for which computing means is slow.
        losses = self._losses[0][0]
        self._forget_losses()
        return [losses.item() if len(losses) == 1 else float(losses.mean())]

    def take_losses_of_networks(self):
        """Return the mean losses of each epoch since the last call, an array for each epoch.

        The weight of a batch is the weight of its rows.
        """
        ends = np.cumsum(self._epoch_steps)[:-1]
        epochs = zip(
            np.split(np.concatenate(self._losses, dtype=np.float64), ends),
            np.split(np.concatenate(self._weights), ends),
            strict=True,
        )
        means = [np.average(losses, axis=0, weights=weights) for losses, weights in epochs]
        self._forget_losses()
        return means

    def _forget_losses(self):
        self._losses, self._weights = [], []
        self._epoch_steps = []

    def state(self):
        """Return the state that training has reached.

        Returns
        -------
        TrainingState
        """
        parts = map(self._state_of_network, self._vector.reshape(-1, self._layout.size))
        weights, slots, states = map(self._architecture.joined, zip(*parts, strict=True))
        return TrainingState(weights, slots, self._count.reached, states)

    def _state_of_network(self, vector):
        weights, slots, states = self._layout.unpack(vector)
        if self._engine.averages:
            averages = slots[: len(weights)]
            slots = [*weights, *slots]
            weights = [average.copy() for average in averages]
        return weights, slots, states
