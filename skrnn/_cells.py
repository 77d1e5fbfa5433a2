"""The equations of the three cells, over blocks of rows.

Rows are the last axis, so that every gate is one contiguous block. The values of a step, the
state before it and a one stand below each other in one array, and kernel, recurrent kernel and
bias beside each other in another: each step is one product.
"""

import numpy as np

from ._activations import ACTIVATIONS


class _Cell:
    """One cell over a block of rows; a subclass is its equations.

    Parameters
    ----------
    architecture : Architecture
        Names the activations.
    kernel, recurrent_kernel, bias : ndarray
        In Keras's layout.
    """

    def __init__(self, architecture, kernel, recurrent_kernel, bias):
        self.activation = ACTIVATIONS[architecture.activation]
        self.recurrent_activation = ACTIVATIONS[architecture.recurrent_activation]
        self.width, self.units = len(kernel), len(recurrent_kernel)
        self._prepare(kernel, recurrent_kernel, bias)

    def run(self, steps, mask=None, before=None):
        """States at every step, and what is carried after the last one.

        Parameters
        ----------
        steps : ndarray of shape (n_timesteps, n_features, n_rows)
            The values, without NaN.
        mask : bool ndarray of shape (n_timesteps, n_rows), default=None
            Which steps are known; at the others the state stays as it is.
        before : list of ndarray of shape (units, n_rows), default=None
            What is carried into the first step; None: zeros.

        Returns
        -------
        states : ndarray of shape (n_timesteps, units, n_rows)
        carried : list of ndarray of shape (units, n_rows)
        """
        n_timesteps, _, n_rows = steps.shape
        width, units = self.width, self.units
        # The input of the product: a step's values, the state before it, and a one for the bias.
        joined = np.zeros((width + units + 1, n_rows), np.float64)
        joined[-1] = 1.0
        carried = [joined[width:-1], *self._start(n_rows)]
        for array, value in zip(carried, before or (), strict=False):
            array[...] = value
        scratch = self._scratch(n_rows)
        states = np.empty((n_timesteps, units, n_rows), np.float64)
        for step in range(n_timesteps):
            joined[:width] = steps[step]
            if mask is None or mask[step].all():
                self._advance(joined, *carried, *scratch)
            else:
                self._advance_known(mask[step], joined, carried, scratch)
            states[step] = carried[0]
        return states, carried

    def _advance_known(self, known, joined, carried, scratch):
        before = [array.copy() for array in carried]
        self._advance(joined, *carried, *scratch)
        for now, then in zip(carried, before, strict=True):
            np.copyto(now, then, where=~known)

    def _start(self, n_rows):
        """What is carried beside the state, at the start."""
        return []


class _SimpleCell(_Cell):
    """Elman, 1990: ``h = tanh(W x + U h + b)``."""

    def _prepare(self, kernel, recurrent_kernel, bias):
        self.product = _beside(kernel, recurrent_kernel, bias)

    def _scratch(self, n_rows):
        return [np.empty((self.units, n_rows), np.float64)]

    def _advance(self, joined, state, gate):
        np.dot(self.product, joined, out=gate)
        self.activation(gate, out=state)


class _LSTMCell(_Cell):
    """Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al., 2000.

    ``c = f * c + i * g`` and ``h = o * tanh(c)``.
    """

    def _prepare(self, kernel, recurrent_kernel, bias):
        # Keras orders i, f, c, o: with the three sigmoid gates side by side, one call does all.
        product = _beside(kernel, recurrent_kernel, bias)
        i, f, g, o = np.split(product, 4)
        self.product = np.concatenate([i, f, o, g])

    def _start(self, n_rows):
        return [np.zeros((self.units, n_rows), np.float64)]

    def _scratch(self, n_rows):
        return [np.empty((4 * self.units, n_rows), np.float64)]

    def _advance(self, joined, state, memory, gates):
        units = self.units
        np.dot(self.product, joined, out=gates)
        sigmoid_gates, candidate = gates[: 3 * units], gates[3 * units :]
        self.recurrent_activation(sigmoid_gates, out=sigmoid_gates)
        self.activation(candidate, out=candidate)
        candidate *= gates[:units]
        memory *= gates[units : 2 * units]
        memory += candidate
        self.activation(memory, out=state)
        state *= gates[2 * units : 3 * units]


class _GRUCell(_Cell):
    """Cho et al., 2014, with the reset gate after the product, as in Keras and cuDNN.

    ``h = z * h + (1 - z) * tanh(W x + b + r * (U h + d))``.
    """

    def _prepare(self, kernel, recurrent_kernel, bias):
        units = self.units
        self.product = _beside(
            kernel[:, : 2 * units], recurrent_kernel[:, : 2 * units], bias.sum(0)[: 2 * units]
        )
        self.candidate_kernel = np.array(kernel[:, 2 * units :].T, np.float64, order="C")
        self.candidate_bias = bias[0, 2 * units :, None].astype(np.float64)
        self.reset_product = _beside(recurrent_kernel[:, 2 * units :], bias[1, 2 * units :])

    def _scratch(self, n_rows):
        candidate = np.empty((2, self.units, n_rows), np.float64)
        return [np.empty((2 * self.units, n_rows), np.float64), *candidate]

    def _advance(self, joined, state, gates, candidate, recurrent):
        update, reset = gates[: self.units], gates[self.units :]
        np.dot(self.product, joined, out=gates)
        self.recurrent_activation(gates, out=gates)
        np.dot(self.reset_product, joined[self.width :], out=recurrent)
        recurrent *= reset
        np.dot(self.candidate_kernel, joined[: self.width], out=candidate)
        candidate += self.candidate_bias
        candidate += recurrent
        self.activation(candidate, out=candidate)
        state -= candidate
        state *= update
        state += candidate


CELLS = {"simple": _SimpleCell, "gru": _GRUCell, "lstm": _LSTMCell}


def _beside(*parts):
    """Kernels and bias, below each other, as one contiguous matrix that multiplies columns."""
    return np.array(np.vstack(parts).T, np.float64, order="C")
