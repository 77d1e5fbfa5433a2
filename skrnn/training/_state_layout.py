"""The layout of the vector that a program goes on from: weights, optimizer slots and states.

Outside of the program all arrays have the shapes of the user's network. Inside they may be
padded with units of zeros. This is the one place that knows both.
"""

from dataclasses import dataclass

import numpy as np

from ._padding import weight_places


@dataclass(frozen=True, eq=False)
class Slot:
    """One array that an optimizer remembers.

    Attributes
    ----------
    shape : tuple of int
        In the program.
    owner : int or None
        The weight that it belongs to, entry by entry. None if it has not the shape of a weight:
        then it is never padded.
    start : int or ndarray
        The weight that it starts as a copy of, or the values that it starts from.
    """

    shape: tuple
    owner: int | None
    start: object


class StateLayout:
    """Where the arrays of a network stand in the vector of a program.

    Parameters
    ----------
    architecture : Architecture
        The user's network.
    padded : Architecture
        The network of the program.
    slots : list of Slot
        What the optimizer of the program remembers.
    n_streams : int, default=0
        Rows that have a state of their own; 0 for a network that is not stateful. The last of
        them is the one that a state is read from, and written to.
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
        self._parts = _parts(outside)
        self._n_weights, self._n_slots = len(weight_shapes), len(slots)
        self._positions = _positions(inside, places)
        self.size = sum(int(np.prod(shape)) for shape in inside)
        self._n_states = n_streams * sum(units for _, units in states)
        self._blank = self._start_values(padded)
        # Most programs of large networks are not padded: then both vectors are the same.
        self._same = np.array_equal(self._positions, np.arange(self.size))

    def _start_values(self, padded):
        """Vector of a program before anything is known: places that no weight fills."""
        starts = [
            np.zeros(slot.shape) if isinstance(slot.start, int) else slot.start
            for slot in self._slots
        ]
        weights = [np.zeros(shape) for shape in padded.weight_shapes()]
        arrays = [*weights, *starts, np.zeros(self._n_states)]
        return np.concatenate([np.ravel(array) for array in arrays]).astype(np.float32)

    def initial_slots(self, weights):
        """What the optimizer starts from at these weights.

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
        """Whether these are slots of this optimizer and network, by their number and shapes."""
        return [slot.shape for slot in slots] == self.slot_shapes

    def without_padding(self, slots, padded):
        """Slots as version 0.1.0 stored them, in the shapes of a padded network.

        Parameters
        ----------
        slots : list of ndarray
            What was stored.
        padded : Architecture
            The padded network.

        Returns
        -------
        list of ndarray or None
            In the shapes of the network; None if these are slots of something else.
        """
        shapes = padded.weight_shapes()
        owners = [slot.owner for slot in self._slots]
        expected = [
            slot.shape if slot.owner is None else shapes[slot.owner] for slot in self._slots
        ]
        if [slot.shape for slot in slots] != expected:
            return None
        places = weight_places(self._architecture, padded)
        return [
            slot if owner is None else slot[places[owner]]
            for slot, owner in zip(slots, owners, strict=True)
        ]

    def pack(self, weights, slots, states=()):
        """Put all that a run goes on from into one vector, the states zero if none are given."""
        values = np.concatenate([np.ravel(array) for array in (*weights, *slots, *states)])
        if self._same and len(values) == self.size:
            return values.astype(np.float32)
        vector = self._blank.copy()
        vector[self._positions[: len(values)]] = values
        return vector

    def unpack(self, vector):
        """Take weights, slots and states out of the vector again, as arrays of their own."""
        values = vector if self._same else vector[self._positions]
        arrays = [values[start:end].reshape(shape).copy() for start, end, shape in self._parts]
        first, second = self._n_weights, self._n_weights + self._n_slots
        return arrays[:first], arrays[first:second], arrays[second:]

    def without_states(self, vector):
        """The same vector, with states of zeros."""
        vector = vector.copy()
        vector[self.size - self._n_states :] = 0.0
        return vector


def _parts(shapes):
    """Start, end and shape of arrays that stand one after another."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes]).tolist()
    return list(zip([0, *ends[:-1]], ends, shapes, strict=True))


def _positions(shapes, places):
    """Positions in a vector of arrays of these shapes of the entries at these places."""
    positions = [
        (start + np.arange(end - start).reshape(shape))[place].ravel()
        for (start, end, shape), place in zip(_parts(shapes), places, strict=True)
    ]
    return np.concatenate(positions)
