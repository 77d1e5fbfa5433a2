"""Trains networks with NumPy, without a compiler."""

import threading
from functools import cached_property

import numpy as np

from skrnn.engines._contract import SHORT_STEPS, Engine
from skrnn.engines._layouts import parts_of

from ._batch_network import BatchNetwork
from ._weight_update import Update

_CALL_FLOATS, _MAX_STEPS = 2**16, 2**10


class NumpyEngine(Engine):
    """An engine that computes each batch with NumPy.

    A NumPy call costs about a microsecond, and a step consists of a few hundred calls, so an epoch
    takes longer than in a compiled program, but nothing has to be compiled.

    Any number of threads can use an engine at the same time: each call has its own arrays, which
    are kept for the next call.

    Parameters
    ----------
    settings : EngineSettings
        The settings.
    """

    def __init__(self, settings):
        shapes = settings.architecture.weight_shapes()
        super().__init__(settings, Update.slots(settings.optimizer, shapes))
        self._lock, self._free = threading.Lock(), []

    @cached_property
    def n_steps(self):
        """Maximum number of steps of a call."""
        if self.settings.short:
            return SHORT_STEPS
        size = self.settings.step_rows * self.settings.rows.size
        return min(max(_CALL_FLOATS // size, 1), _MAX_STEPS)

    def run(self, rates, vector, rows, counts):
        """Train on some batches, as :class:`~skrnn.engines._contract.Engine` describes."""
        with self._lock:
            place = self._free.pop() if self._free else None
        if place is None:
            place = _Workspace(self.settings, self.slots)
        try:
            # The trainer raises an error for values that are not finite.
            with np.errstate(all="ignore"):
                return place.run(rates, vector, rows, counts)
        finally:
            with self._lock:
                self._free.append(place)


class _Workspace:
    """The arrays of one call."""

    def __init__(self, settings, slots):
        architecture = settings.architecture
        self._settings = settings
        self._network = BatchNetwork(settings)
        front = architecture.networks
        positions, shapes = self._network.positions, architecture.weight_shapes()
        self._update = Update(architecture, settings.optimizer, positions)
        parts = parts_of([*shapes, *(slot.shape for slot in slots)])
        of_slots = [np.arange(start, end) for start, end, _ in parts[len(shapes) :]]
        self._places = {"": positions}
        for name in self._update.names:
            owned = [
                place for place, slot in zip(of_slots, slots, strict=True) if slot.name == name
            ]
            places = np.concatenate(owned)
            self._places[name] = places if name in self._update.scalars else places[positions]
        self._n_before_states = parts[-1][1]
        self._state_shapes = [
            (*front, settings.batch_size, units) for units in architecture.state_shapes()
        ]
        self._states = [
            np.empty(shape, np.float32).swapaxes(-1, -2) for shape in self._state_shapes
        ]
        self._arrays = {
            name: np.empty((*front, len(place)), np.float32)
            for name, place in self._places.items()
        }
        self._arrays[""] = self._network.weights

    def run(self, rates, vector, rows, counts):
        settings, update = self._settings, self._update
        n_networks = settings.architecture.n_networks
        by_network = vector.reshape(n_networks, -1)
        self._read(by_network)
        n_steps, iteration, n_rows = counts[0], counts[1], settings.step_rows
        losses = np.empty((n_steps, n_networks), np.float32)
        network = self._network
        slots = {name: self._arrays[name] for name in update.names}
        rates = [float(rate) for rate in rates]
        states = self._states if settings.stateful else None
        for i, batch in enumerate(network.batches(rows[: n_steps * n_rows])):
            loss = network.fill_gradients(batch, states)
            penalty = update.step(network.weights, network.gradients, slots, rates, iteration + i)
            losses[i] = loss + penalty
        after = by_network.copy()
        self._write(after)
        return after.ravel(), losses

    def _read(self, by_network):
        for name, place in self._places.items():
            array = self._arrays[name]
            np.take(by_network, place, axis=1, out=array.reshape(len(by_network), -1), mode="clip")
        if self._settings.stateful:
            for place, state in zip(self._state_places(by_network), self._states, strict=True):
                state.swapaxes(-1, -2)[...] = place

    def _write(self, by_network):
        for name, place in self._places.items():
            by_network[:, place] = self._arrays[name].reshape(len(by_network), -1)
        if self._settings.stateful:
            for place, state in zip(self._state_places(by_network), self._states, strict=True):
                place[...] = state.swapaxes(-1, -2)

    def _state_places(self, by_network):
        start = self._n_before_states
        for shape in self._state_shapes:
            end = start + shape[-1] * shape[-2]
            yield by_network[:, start:end].reshape(shape)
            start = end
