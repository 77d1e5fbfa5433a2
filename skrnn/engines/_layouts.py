"""Defines the layouts of the arrays that training and an engine exchange.

A row of a batch contains a window and its targets. The vector of a network contains its weights,
optimizer slots and states. A call may have a head, which contains rates and counts.

Outside an engine, all arrays have the shapes of the user's network. Inside, they may be padded
with zero units. Only this module converts between the two.
"""

from dataclasses import dataclass

import numpy as np

from skrnn._version_0_1_0 import slots_without_padding

from ._zero_units import weight_places


@dataclass(frozen=True)
class RowLayout:
    """The positions of the window, the targets and their weights in a row of a batch.

    A row is an array of numbers. It starts with the window, step by step. Then, for each step that
    has a target, it contains the targets and the weight of the step. At the end it may have the
    level of the window.

    Attributes
    ----------
    n_timesteps, n_features : int
        Shape of the window.
    n_target_steps, n_outputs : int
        Number of steps that have a target, and number of targets of each step.
    n_levels : int, default=0
        1 if a row contains its level, which is then added to the forecast, otherwise 0.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.engines._layouts import RowLayout
    >>> layout = RowLayout(n_timesteps=3, n_features=1, n_target_steps=1, n_outputs=1)
    >>> windows, targets, _ = layout.split(np.array([[1.0, 2.0, 3.0, 4.0, 0.5]]))
    >>> windows.ravel().tolist(), targets.ravel().tolist()
    ([1.0, 2.0, 3.0], [4.0, 0.5])
    """

    n_timesteps: int
    n_features: int
    n_target_steps: int
    n_outputs: int
    n_levels: int = 0

    @classmethod
    def of(cls, architecture, loss):
        """Return the layout of the rows for an :class:`Architecture` and a :class:`Loss`.

        A loss of differences is the same if the level is subtracted from the targets instead of
        being added to the forecast, but only the former preserves the precision of the targets.
        """
        return cls(
            architecture.n_timesteps,
            architecture.n_features,
            architecture.n_target_steps,
            architecture.n_targets,
            int(architecture.level_feature is not None and not loss.of_differences),
        )

    @property
    def size(self):
        """Length of a row."""
        return self._window_size + self._target_size + self.n_levels

    @property
    def _window_size(self):
        return self.n_timesteps * self.n_features

    @property
    def _target_size(self):
        return self.n_target_steps * (self.n_outputs + 1)

    def split(self, rows, reshape=np.reshape):
        """Split rows into windows, targets and levels.

        Parameters
        ----------
        rows : ndarray or tensor of shape (n_rows, size)
            The rows.
        reshape : callable, default=numpy.reshape
            ``tf.reshape`` for a tensor.

        Returns
        -------
        windows : ndarray or tensor of shape (n_rows, n_timesteps, n_features)
        targets : ndarray or tensor of shape (n_rows, n_target_steps, n_outputs + 1)
            Targets. The last column contains the weight of each step.
        levels : ndarray or tensor of shape (n_rows, n_levels)
            Levels. If `rows` is an array, all results are views: writing to them changes the
            rows.
        """
        n_rows, end = rows.shape[0], self._window_size + self._target_size
        windows, targets = rows[:, : self._window_size], rows[:, self._window_size : end]
        return (
            reshape(windows, (n_rows, self.n_timesteps, self.n_features)),
            reshape(targets, (n_rows, self.n_target_steps, self.n_outputs + 1)),
            rows[:, end:],
        )


@dataclass(frozen=True)
class HeadLayout:
    """The positions of rates and counts in front of the vector, as one array for a call.

    Counts are stored as the bits of floats.

    Attributes
    ----------
    n_networks : int
        Number of networks, each of which has a seed.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.engines._layouts import HeadLayout
    >>> layout = HeadLayout(n_networks=1)
    >>> head = layout.pack([0.5, 0.0, 0.25], [7, 0, 3])
    >>> rates, counts, vector = layout.split(np.append(head, np.float32(9.0)))
    >>> rates.tolist(), counts.view(np.int32).tolist(), vector.tolist()
    ([0.5, 0.0, 0.25], [7, 0, 3], [9.0])
    """

    n_networks: int

    @property
    def size(self):
        """Length of the head: three rates, two counts and the seeds."""
        return 5 + self.n_networks

    def pack(self, rates, counts):
        """Return the head.

        Parameters
        ----------
        rates : array-like of shape (3,)
            Learning rate, weight decay and l2.
        counts : list of int
            Number of steps, number of earlier steps, and the seed of each network.

        Returns
        -------
        ndarray of shape (size,), float32
        """
        return np.concatenate([np.float32(rates), np.array(counts, np.int32).view(np.float32)])

    def split(self, vector):
        """Split a vector with a head into rates, the bits of the counts, and the vector."""
        return vector[:3], vector[3 : self.size], vector[self.size :]


@dataclass(frozen=True, eq=False)
class Slot:
    """An array of the optimizer's state.

    Attributes
    ----------
    shape : tuple of int
        Shape in the program.
    owner : int or None
        Position of the weight that it belongs to, entry by entry. None if it does not have the
        shape of a weight. Then it is never padded.
    start : int or ndarray
        Position of the weight that it initially copies, or its initial values.
    name : str, default=""
        Its name, which all slots of the same kind share.
    """

    shape: tuple
    owner: int | None
    start: object
    name: str = ""


class StateLayout:
    """The positions of the arrays of a network in the vector of a program.

    If a program trains several networks, its vector consists of one such vector for each.

    Parameters
    ----------
    architecture : Architecture
        Architecture of the user's network.
    padded : Architecture
        Architecture of the program's network.
    slots : list of Slot
        Slots of the optimizer.
    n_streams : int, default=0
        Number of streams, each with its own state; 0 for a network that is not stateful. The
        state of the last stream is the state of the network.
    """

    def __init__(self, architecture, padded, slots, n_streams=0):
        self._architecture, self._slots = architecture, slots
        places = weight_places(architecture, padded)
        weight_shapes = architecture.weight_shapes()
        self.slot_shapes = [
            slot.shape if slot.owner is None else weight_shapes[slot.owner] for slot in slots
        ]
        slot_places = [... if slot.owner is None else places[slot.owner] for slot in slots]
        self._slot_places = slot_places
        states = list(zip(architecture.state_shapes(), padded.state_shapes(), strict=True))
        states = states if n_streams else []
        outside = [*weight_shapes, *self.slot_shapes, *((units,) for units, _ in states)]
        inside = [*padded.weight_shapes(), *(slot.shape for slot in slots)]
        inside += [(n_streams, units) for _, units in states]
        places = [*places, *slot_places, *((-1, slice(units)) for units, _ in states)]
        self._parts = parts_of(outside)
        self._n_weights, self._n_slots = len(weight_shapes), len(slots)
        self._positions = _positions(inside, places)
        self.size = sum(int(np.prod(shape)) for shape in inside)
        self._n_states = n_streams * sum(units for _, units in states)
        self._blank = self._start_values(padded)
        # Most large networks are not padded. Then both vectors are the same.
        self._same = np.array_equal(self._positions, np.arange(self.size))

    def _start_values(self, padded):
        """Return the vector of a program with the initial values of all padding."""
        starts = [
            np.zeros(slot.shape) if isinstance(slot.start, int) else slot.start
            for slot in self._slots
        ]
        weights = [np.zeros(shape) for shape in padded.weight_shapes()]
        arrays = [*weights, *starts, np.zeros(self._n_states)]
        return np.concatenate([np.ravel(array) for array in arrays]).astype(np.float32)

    def initial_slots(self, weights):
        """Return the initial slots of the optimizer for given weights.

        Parameters
        ----------
        weights : list of ndarray
            The initial weights of the user's network.

        Returns
        -------
        list of ndarray
        """
        return [
            weights[slot.start] if isinstance(slot.start, int) else slot.start[place]
            for slot, place in zip(self._slots, self._slot_places, strict=True)
        ]

    def has_shapes_of(self, slots):
        """Check whether slots have the number and the shapes of this optimizer's slots."""
        return [slot.shape for slot in slots] == self.slot_shapes

    def without_padding(self, slots, padded):
        """Remove the padding of slots that version 0.1.0 stored.

        Parameters
        ----------
        slots : list of ndarray
            The stored slots, in the shapes of the padded network.
        padded : Architecture
            Architecture of the padded network.

        Returns
        -------
        list of ndarray or None
            Slots in the shapes of the user's network; None if the shapes of `slots` do not match.
        """
        weights = padded.weight_shapes()
        owners = [slot.owner for slot in self._slots]
        shapes = [s.shape if s.owner is None else weights[s.owner] for s in self._slots]
        places = weight_places(self._architecture, padded)
        return slots_without_padding(slots, owners, shapes, places)

    def pack(self, weights, slots, states=()):
        """Pack weights, slots and states into a vector. Without states, they are zero."""
        values = np.concatenate([np.ravel(array) for array in (*weights, *slots, *states)])
        if self._same and len(values) == self.size:
            return values.astype(np.float32)
        vector = self._blank.copy()
        vector[self._positions[: len(values)]] = values
        return vector

    def unpack(self, vector):
        """Unpack weights, slots and states from a vector, as copies."""
        values = vector if self._same else vector[self._positions]
        arrays = [values[start:end].reshape(shape).copy() for start, end, shape in self._parts]
        first, second = self._n_weights, self._n_weights + self._n_slots
        return arrays[:first], arrays[first:second], arrays[second:]

    def without_states(self, vector):
        """Return a copy of the vector of a program, with zero states."""
        vector = vector.copy()
        vector.reshape(-1, self.size)[:, self.size - self._n_states :] = 0.0
        return vector


def parts_of(shapes):
    """Return start, end and shape of consecutive arrays, whose values are in one vector."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes]).tolist()
    return list(zip([0, *ends[:-1]], ends, shapes, strict=True))


def _positions(shapes, places):
    """Return the positions of some entries of consecutive arrays.

    Each array has a shape, and an index that selects its entries.
    """
    positions = [
        (start + np.arange(end - start).reshape(shape))[place].ravel()
        for (start, end, shape), place in zip(parts_of(shapes), places, strict=True)
    ]
    return np.concatenate(positions)
