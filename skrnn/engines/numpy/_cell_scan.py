"""A scan for any cell, which uses the equations of the cell, and the choice of a scan."""

import numpy as np

from skrnn.cells import GRUCell, LSTMCell, SimpleCell
from skrnn.cells._cell import has_own
from skrnn.cells._namespace import numpy_namespace
from skrnn.engines._layouts import parts_of

from ._base_scan import ACTIVATIONS, F4, Scan
from ._gru_scan import GRUScan
from ._joined_scans import LSTMScan, SimpleScan

_FAST = {SimpleCell: SimpleScan, LSTMCell: LSTMScan, GRUCell: GRUScan}
_CALLS = {SimpleScan: 5, LSTMScan: 16, GRUScan: 17}


def can_train(architecture):
    """Whether the derivatives of the cells of an architecture are known without TensorFlow."""
    xp = numpy_namespace(architecture.activation, architecture.recurrent_activation)
    return has_own(architecture.cell, "backward") and xp.has_slopes


def calls_of_step(architecture):
    """Return the number of NumPy calls in a step, forwards and backwards."""
    return _CALLS.get(_kind_of_scan(architecture), 60)


def _kind_of_scan(architecture):
    names = {architecture.activation, architecture.recurrent_activation}
    fast = _FAST.get(type(architecture.cell)) if names <= set(ACTIVATIONS) else None
    return fast or CellScan


def scan_of(architecture, width, units, n_rows):
    """Return the scan of a cell of an architecture.

    Parameters
    ----------
    architecture : Architecture
        The settings.
    width, units : int
        Numbers of inputs and of units of the cell.
    n_rows : int
        Number of rows of a batch.

    Returns
    -------
    Scan
    """
    return _kind_of_scan(architecture)(
        architecture.cell,
        architecture.activation,
        architecture.recurrent_activation,
        width=width,
        units=units,
        n_steps=architecture.n_timesteps,
        n_rows=n_rows,
        networks=architecture.networks,
    )


class CellScan(Scan):
    """A scan that calls ``step`` and ``backward`` of a cell, with units as the last axis."""

    def _allocate(self):
        cell = self.cell
        self._xp = numpy_namespace(self.activation, self.gate)
        self._parts = parts_of(cell.weight_shapes(self.width, self.units))
        self.size = self._parts[-1][1]
        self._inputs = np.zeros((self.n_steps, *self.networks, self.n_rows, self.width), F4)
        self.inputs = self._inputs.swapaxes(-1, -2)
        shape = self.n_steps + 1, *self.networks, self.n_rows, self.units
        self._states = [np.zeros(shape, F4) for _ in range(cell.states)]
        self.states = [array.swapaxes(-1, -2) for array in self._states]

    def positions(self, *weights):
        """Return the positions of the concatenated weights of a network."""
        return np.concatenate([weight.ravel() for weight in weights])

    def bind(self, weights, gradients):
        """Use these arrays for all batches."""
        self._weights, self._gradients = self._split(weights), self._split(gradients)
        self._all_gradients = gradients
        _, _, bias, *self._extra = self._weights
        # The axis of rows comes before the units.
        if self.cell.recurrent_bias:
            self._biases = bias[..., :1, :], bias[..., 1:, :]
        else:
            self._biases = bias[..., None, :], None

    def _split(self, array):
        return [
            array[..., start:end].reshape(*self.networks, *shape)
            for start, end, shape in self._parts
        ]

    def _products(self, of_inputs, h):
        of_state = h @ self._weights[1]
        if self._biases[1] is not None:
            of_state += self._biases[1]
        return [of_inputs, of_state] if self.cell.separate else [of_inputs + of_state]

    def _run(self, mask, first):
        of_inputs = self._inputs @ self._weights[0] + self._biases[0]
        self._kept = [None] * self.n_steps
        for t in range(first, self.n_steps):
            before = [array[t] for array in self._states]
            products = self._products(of_inputs[t], before[0])
            after, self._kept[t] = self.cell.step(self._xp, products, before, *self._extra)
            for array, old, new in zip(self._states, before, after, strict=True):
                array[t + 1] = new
                if mask is not None and mask.partly[t]:
                    np.copyto(array[t + 1], old, where=mask.unknown[t].swapaxes(-1, -2))

    def backward(self, of_outputs, of_last, mask=None, *, to_inputs=False):
        """Compute the gradients of the weights."""
        later = [np.zeros_like(array[0]) for array in self._states]
        if of_last is not None:
            later[0] += of_last.swapaxes(-1, -2)
        found, of_extra = [None] * self.n_steps, [np.zeros_like(w) for w in self._extra]
        first = 0 if mask is None else mask.first
        for t in range(self.n_steps - 1, first - 1, -1):
            if of_outputs is not None:
                later[0] = later[0] + of_outputs[t].swapaxes(-1, -2)
            unknown = None
            if mask is not None and mask.partly[t]:
                unknown = mask.unknown[t].swapaxes(-1, -2)
            found[t], later, extra = self._step_back(t, later, unknown)
            of_extra = [total + part for total, part in zip(of_extra, extra, strict=True)]
        return self._to_weights(found[first:], of_extra, first, to_inputs)

    def _step_back(self, t, later, unknown):
        before = [array[t] for array in self._states]
        known = later
        if unknown is not None:
            # An unknown step does not contribute to the gradients of extra weights.
            known = [np.where(unknown, F4(0.0), array) for array in later]
        products, earlier, *extra = self.cell.backward(
            self._xp, self._kept[t], before, known, *self._extra
        )
        earlier = list(earlier)
        earlier[0] = earlier[0] + products[-1] @ self._weights[1].swapaxes(-1, -2)
        if unknown is not None:
            earlier = [np.where(unknown, a, b) for a, b in zip(later, earlier, strict=True)]
        return products, earlier, extra

    def _to_weights(self, found, of_extra, first, to_inputs):
        """Fill the gradients of the weights, and return the derivatives of the inputs."""
        kernel, recurrent, bias, *extra = self._gradients
        self._all_gradients[...] = 0.0
        if not found:
            return np.zeros_like(self._inputs).swapaxes(-1, -2) if to_inputs else None
        of_inputs, of_states = (np.stack([p[i] for p in found]) for i in (0, -1))
        axes = (-1, -2)
        np.add.reduce(self._inputs[first:].swapaxes(*axes) @ of_inputs, 0, out=kernel)
        hidden = self._states[0][first:-1]
        np.add.reduce(hidden.swapaxes(*axes) @ of_states, 0, out=recurrent)
        if self.cell.recurrent_bias:
            bias[..., 0, :] = of_inputs.sum(axis=(0, -2))
            bias[..., 1, :] = of_states.sum(axis=(0, -2))
        else:
            bias[...] = of_inputs.sum(axis=(0, -2))
        for place, total in zip(extra, of_extra, strict=True):
            place[...] = total
        if not to_inputs:
            return None
        result = np.zeros_like(self._inputs)
        np.matmul(of_inputs, self._weights[0].swapaxes(*axes), result[first:])
        return result.swapaxes(*axes)
