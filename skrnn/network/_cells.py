"""Compute the equations of the three cells in NumPy, for blocks of rows.

Rows are the last axis, so that every gate is one contiguous block. One array contains the values
of a step, the state before it and a one, below each other. Another contains kernel, recurrent
kernel and bias side by side. So each step is one matrix product. For a single row, the NumPy calls
take more time than the arithmetic. Therefore the function that computes a step is created once,
with views of all arrays that it needs.

If there are several networks, weights and states have an axis of networks in front. If the rows of
a block are divided into parts, states have an axis of parts in front.
"""

from functools import partial

import numpy as np

from ._activations import ACTIVATIONS
from ._masked_steps import advance_known


class _Cell:
    """Run a cell over a block of rows; subclasses contain the equations.

    Parameters
    ----------
    architecture : Architecture
        Contains the names of the activations.
    kernel, recurrent_kernel, bias : ndarray
        Weights of the cell, in Keras's layout.
    """

    def __init__(self, architecture, kernel, recurrent_kernel, bias):
        self.activation = ACTIVATIONS[architecture.activation]
        self.recurrent_activation = ACTIVATIONS[architecture.recurrent_activation]
        self.networks = kernel.shape[:-2]
        self.width, self.units = kernel.shape[-2], recurrent_kernel.shape[-2]
        self._prepare(kernel, recurrent_kernel, bias)

    def run(self, steps, mask=None, before=None):
        """Compute the state at every step, and the arrays to continue with after the last step.

        Parameters
        ----------
        steps : ndarray of shape (n_timesteps, [n_networks or n_parts,] n_features, n_rows)
            The values, without NaN. In the first layer, all networks have the same.
        mask : bool ndarray of shape (n_timesteps, [n_parts,] n_rows), default=None
            True for known steps. The other steps do not change the state.
        before : list of ndarray of shape ([n_networks or n_parts,] units, n_rows), default=None
            The arrays of the state before the first step. None means zeros.

        Returns
        -------
        states : ndarray of shape (n_timesteps, [n_networks or n_parts,] units, n_rows)
        carried : list of ndarray of shape ([n_networks or n_parts,] units, n_rows)
            The arrays of the state after the last step.
        """
        n_rows, width, units = steps.shape[-1], self.width, self.units
        front = self.networks or steps.shape[1:-2]
        # Input of the product: the values of a step, the state before it, and a one for the bias.
        joined = np.zeros((*front, width + units + 1, n_rows), np.float64)
        joined[..., -1, :] = 1.0
        values, state = joined[..., :width, :], joined[..., width:-1, :]
        carried = [state, *self._start(state.shape)]
        for array, value in zip(carried, before or (), strict=False):
            array[...] = value
        advance = self._bind(joined, *carried)
        states = np.empty((len(steps), *state.shape), np.float64)
        for step, after in enumerate(states):
            values[...] = steps[step]
            if mask is None or mask[step].all():
                advance()
            else:
                advance_known(mask[step], advance, carried)
            after[...] = state
        return states, carried

    def _start(self, shape):
        """Return the initial memory, in the shape of the state, if the cell has one."""
        return []


class _SimpleCell(_Cell):
    """The simple cell of Elman, 1990: ``h = tanh(W x + U h + b)``."""

    def _prepare(self, kernel, recurrent_kernel, bias):
        self.matrix = _stack_for_product(kernel, recurrent_kernel, bias)

    def _bind(self, joined, state):
        gate = np.empty(state.shape)
        product = _multiply(self.matrix, joined)

        def advance():
            product(joined, gate)
            self.activation(gate, state)

        return advance


class _LSTMCell(_Cell):
    """LSTM of Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al., 2000.

    ``c = f * c + i * g`` and ``h = o * tanh(c)``.
    """

    def _prepare(self, kernel, recurrent_kernel, bias):
        units, columns = self.units, _stack_for_product(kernel, recurrent_kernel, bias)
        # Keras's order is i, f, c, o. Here the three sigmoid gates are adjacent: one call computes
        # all of them.
        self.matrix = columns.copy()
        self.matrix[..., 2 * units : 3 * units, :] = columns[..., 3 * units :, :]
        self.matrix[..., 3 * units :, :] = columns[..., 2 * units : 3 * units, :]

    def _start(self, shape):
        return [np.zeros(shape, np.float64)]

    def _bind(self, joined, state, memory):
        units = self.units
        gates = np.empty((*state.shape[:-2], 4 * units, state.shape[-1]))
        sigmoid_gates = gates[..., : 3 * units, :]
        entering, kept, shown, candidate = _split(gates, 4)
        product, activation = _multiply(self.matrix, joined), self.activation

        def advance():
            product(joined, gates)
            self.recurrent_activation(sigmoid_gates, sigmoid_gates)
            activation(candidate, candidate)
            np.multiply(candidate, entering, candidate)
            np.multiply(memory, kept, memory)
            np.add(memory, candidate, memory)
            activation(memory, state)
            np.multiply(state, shown, state)

        return advance


class _GRUCell(_Cell):
    """GRU of Cho et al., 2014, with the reset gate after the product, as in Keras and cuDNN.

    ``h = z * h + (1 - z) * tanh(W x + b + r * (U h + d))``.
    """

    def _prepare(self, kernel, recurrent_kernel, bias):
        units = self.units
        both, last = slice(2 * units), slice(2 * units, None)
        self.matrix = _stack_for_product(
            kernel[..., both], recurrent_kernel[..., both], bias.sum(-2)[..., both]
        )
        self.candidate_matrix = _stack_for_product(kernel[..., last])
        self.candidate_bias = bias[..., 0, last, None].astype(np.float64)
        self.reset_matrix = _stack_for_product(recurrent_kernel[..., last], bias[..., 1, last])

    def _bind(self, joined, state):
        values, with_one = joined[..., : self.width, :], joined[..., self.width :, :]
        gates = np.empty((*state.shape[:-2], 2 * self.units, state.shape[-1]))
        update, reset = _split(gates, 2)
        candidate, recurrent = np.empty((2, *state.shape))
        product = _multiply(self.matrix, joined)
        reset_product = _multiply(self.reset_matrix, with_one)
        candidate_product = _multiply(self.candidate_matrix, values)

        def advance():
            product(joined, gates)
            self.recurrent_activation(gates, gates)
            reset_product(with_one, recurrent)
            np.multiply(recurrent, reset, recurrent)
            candidate_product(values, candidate)
            np.add(candidate, self.candidate_bias, candidate)
            np.add(candidate, recurrent, candidate)
            self.activation(candidate, candidate)
            np.subtract(state, candidate, state)
            np.multiply(state, update, state)
            np.add(state, candidate, state)

        return advance


CELLS = {"simple": _SimpleCell, "gru": _GRUCell, "lstm": _LSTMCell}


def _stack_for_product(kernel, *parts):
    """Stack kernels and biases into one contiguous matrix, which is multiplied with columns."""
    parts = [part if part.ndim == kernel.ndim else part[..., None, :] for part in parts]
    below = np.concatenate([kernel, *parts], axis=-2)
    return below.swapaxes(-1, -2).astype(np.float64, order="C")


def _multiply(matrix, columns):
    """Return a function that multiplies a matrix with columns, and writes to its second argument.

    Without an axis in front, ``dot`` takes less time than ``matmul``.
    """
    return matrix.dot if columns.ndim == 2 else partial(np.matmul, matrix)


def _split(gates, n_gates):
    """Return views of the gates."""
    units = gates.shape[-2] // n_gates
    if gates.ndim == 2:  # faster than slices
        return gates.reshape(n_gates, units, -1)
    return [gates[..., i * units : (i + 1) * units, :] for i in range(n_gates)]
