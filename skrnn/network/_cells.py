"""The equations of the three cells, over blocks of rows.

Rows are the last axis, so that every gate is one contiguous block. The values of a step, the
state before it and a one stand below each other in one array, and kernel, recurrent kernel and
bias beside each other in another: each step is one product. For a single row the time goes into
calls of NumPy, not into arithmetic: a step is a function bound once to the parts of its arrays.
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
        n_rows, width, units = steps.shape[2], self.width, self.units
        # The input of the product: a step's values, the state before it, and a one for the bias.
        joined = np.zeros((width + units + 1, n_rows), np.float64)
        joined[-1] = 1.0
        values, state = joined[:width], joined[width:-1]
        carried = [state, *self._start(n_rows)]
        for array, value in zip(carried, before or (), strict=False):
            array[...] = value
        advance = self._bind(joined, *carried)
        states = np.empty((len(steps), units, n_rows), np.float64)
        for step, after in enumerate(states):
            values[...] = steps[step]
            if mask is None or mask[step].all():
                advance()
            else:
                _advance_known(mask[step], advance, carried)
            after[...] = state
        return states, carried

    def _start(self, n_rows):
        """What is carried beside the state, at the start."""
        return []


class _SimpleCell(_Cell):
    """Elman, 1990: ``h = tanh(W x + U h + b)``."""

    def _prepare(self, kernel, recurrent_kernel, bias):
        self.product = _stack_for_product(kernel, recurrent_kernel, bias)

    def _bind(self, joined, state):
        gate = np.empty(state.shape)

        def advance():
            self.product.dot(joined, gate)
            self.activation(gate, state)

        return advance


class _LSTMCell(_Cell):
    """Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al., 2000.

    ``c = f * c + i * g`` and ``h = o * tanh(c)``.
    """

    def _prepare(self, kernel, recurrent_kernel, bias):
        units, columns = self.units, _stack_for_product(kernel, recurrent_kernel, bias)
        # Keras orders i, f, c, o: with the three sigmoid gates side by side, one call does all.
        self.product = columns.copy()
        self.product[2 * units : 3 * units] = columns[3 * units :]
        self.product[3 * units :] = columns[2 * units : 3 * units]

    def _start(self, n_rows):
        return [np.zeros((self.units, n_rows), np.float64)]

    def _bind(self, joined, state, memory):
        units = self.units
        gates = np.empty((4 * units, state.shape[1]))
        sigmoid_gates = gates[: 3 * units]
        entering, kept, shown, candidate = gates.reshape(4, units, -1)
        product, activation = self.product, self.activation

        def advance():
            product.dot(joined, gates)
            self.recurrent_activation(sigmoid_gates, sigmoid_gates)
            activation(candidate, candidate)
            np.multiply(candidate, entering, candidate)
            np.multiply(memory, kept, memory)
            np.add(memory, candidate, memory)
            activation(memory, state)
            np.multiply(state, shown, state)

        return advance


class _GRUCell(_Cell):
    """Cho et al., 2014, with the reset gate after the product, as in Keras and cuDNN.

    ``h = z * h + (1 - z) * tanh(W x + b + r * (U h + d))``.
    """

    def _prepare(self, kernel, recurrent_kernel, bias):
        units = self.units
        self.product = _stack_for_product(
            kernel[:, : 2 * units], recurrent_kernel[:, : 2 * units], bias.sum(0)[: 2 * units]
        )
        self.candidate_kernel = np.array(kernel[:, 2 * units :].T, np.float64, order="C")
        self.candidate_bias = bias[0, 2 * units :, None].astype(np.float64)
        self.reset_product = _stack_for_product(
            recurrent_kernel[:, 2 * units :], bias[1, 2 * units :]
        )

    def _bind(self, joined, state):
        values, with_one = joined[: self.width], joined[self.width :]
        gates = np.empty((2 * self.units, state.shape[1]))
        update, reset = gates.reshape(2, self.units, -1)
        candidate, recurrent = np.empty((2, *state.shape))

        def advance():
            self.product.dot(joined, gates)
            self.recurrent_activation(gates, gates)
            self.reset_product.dot(with_one, recurrent)
            np.multiply(recurrent, reset, recurrent)
            self.candidate_kernel.dot(values, candidate)
            np.add(candidate, self.candidate_bias, candidate)
            np.add(candidate, recurrent, candidate)
            self.activation(candidate, candidate)
            np.subtract(state, candidate, state)
            np.multiply(state, update, state)
            np.add(state, candidate, state)

        return advance


CELLS = {"simple": _SimpleCell, "gru": _GRUCell, "lstm": _LSTMCell}


def _stack_for_product(*parts):
    """Kernels and bias, below each other, as one contiguous matrix that multiplies columns."""
    below = np.concatenate([part if part.ndim == 2 else part[None] for part in parts])
    return below.T.astype(np.float64, order="C")


def _advance_known(known, advance, carried):
    """Advance the rows whose step is known alone."""
    before = [array.copy() for array in carried]
    advance()
    for now, then in zip(carried, before, strict=True):
        np.copyto(now, then, where=~known)
