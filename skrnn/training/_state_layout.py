"""Define the layout of a program's vector: weights, optimizer slots and states.

Outside the program, all arrays have the shapes of the user's network. Inside, they may be padded
with zero units. Only this module converts between the two.
"""

from dataclasses import dataclass

import numpy as np

from ._padding import weight_places


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
        Position of the weight of which it is initially a copy, or its initial values.
    """

    shape: tuple
    owner: int | None
    start: object


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
        self._parts = _parts(outside)
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
        """Return a copy of the vector of a program, with states of zeros."""
        vector = vector.copy()
        vector.reshape(-1, self.size)[:, self.size - self._n_states :] = 0.0
        return vector


def _parts(shapes):
    """Return start, end and shape of consecutive arrays."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes]).tolist()
    return list(zip([0, *ends[:-1]], ends, shapes, strict=True))


def _positions(shapes, places):
    """Return the positions of some entries of consecutive arrays.

    Each array has a shape, and an index that selects its entries.
    """
    positions = [
        (start + np.arange(end - start).reshape(shape))[place].ravel()
        for (start, end, shape), place in zip(_parts(shapes), places, strict=True)
    ]
    return np.concatenate(positions)
