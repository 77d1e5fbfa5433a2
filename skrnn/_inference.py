"""The forward recurrences in NumPy: weights and windows -> outputs.

Rows are the last axis inside, so that every gate is one contiguous block, and they are taken in
blocks that stay in the processor's cache. The values of a step, the state before it and a one
stand below each other in one array, and kernel, recurrent kernel and bias beside each other in
another: each step is one product.

Weights are float32, but the arithmetic is double: in single precision the forecast of a row would
depend, in its last digits, on the rows that are predicted along with it.
"""

import numpy as np

from ._activations import ACTIVATIONS
from ._architecture import GATES

# Products up to here are done on the thread that asks. Others go to a pool of threads, which
# costs small ones more than it gains, and a multiple of it where other processes are at work.
_SMALL_PRODUCT = 2**18
_FEWEST_ROWS, _MOST_ROWS = 32, 4096


def predict_windows(architecture, weights, X):
    """Forecasts of windows.

    Parameters
    ----------
    architecture : Architecture
        The settings of the network.
    weights : list of ndarray
        As ``keras.Model.get_weights`` orders them.
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows, in which a step with a NaN is skipped. A strided view is read block by block
        and never copied whole.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs), float64
    """
    *cells, kernel, bias = weights
    layers = [
        CELLS[architecture.cell](architecture, *cells[3 * i : 3 * i + 3])
        for i in range(len(architecture.units))
    ]
    output = np.empty((len(X), architecture.n_outputs), np.float64)
    rows = rows_per_block(architecture)
    for start in range(0, len(X), rows):
        block = X[start : start + rows]
        state = _last_state(layers, *steps_and_mask(block))
        np.dot(state.T, kernel, out=output[start : start + rows])
    output += bias
    return output


def rows_per_block(architecture):
    """Rows of which the widest layer's product is small, or many if even few rows make it large."""
    units = max(architecture.units)
    per_row = GATES[architecture.cell] * units * (units + architecture.n_features + 1)
    rows = _SMALL_PRODUCT // per_row
    return min(rows, _MOST_ROWS) if rows >= _FEWEST_ROWS else 16 * _FEWEST_ROWS


def steps_and_mask(block):
    """Put the rows last, zeros in the place of NaN, and tell which steps are known.

    Returns the steps, ``(n_timesteps, n_features, n_rows)``, and their mask,
    ``(n_timesteps, n_rows)`` or None if every step is known.
    """
    steps = np.array(block.transpose(1, 2, 0), np.float64, order="C")
    missing = np.isnan(steps)
    if not missing.any():
        return steps, None
    steps[missing] = 0.0
    return steps, ~missing.any(axis=1)


def _last_state(layers, steps, mask):
    for layer in layers[:-1]:
        steps = layer.run(steps, mask, sequence=True)
    return layers[-1].run(steps, mask)


class _Cell:
    """One recurrent layer over a block of rows; a subclass is its equations.

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

    def run(self, steps, mask=None, *, sequence=False):
        """States of all steps, or that of the last one, from a state of zeros."""
        n_timesteps, _, n_rows = steps.shape
        width, units = self.width, self.units
        # The input of the product: a step's values, the state before it, and a one for the bias.
        joined = np.zeros((width + units + 1, n_rows), np.float64)
        joined[-1] = 1.0
        state = joined[width:-1]
        memory = self._start(n_rows)
        states = np.empty((n_timesteps, units, n_rows), np.float64) if sequence else None
        for step in range(n_timesteps):
            joined[:width] = steps[step]
            known = None if mask is None or mask[step].all() else mask[step]
            self._step(joined, state, memory, known)
            if sequence:
                states[step] = state
        return states if sequence else state

    def _step(self, joined, state, memory, known):
        if known is None:
            self._advance(joined, state, memory)
            return
        before = state.copy(), [array.copy() for array in memory[: self.n_carried]]
        self._advance(joined, state, memory)
        for now, then in zip((state, *memory), (before[0], *before[1]), strict=False):
            np.copyto(now, then, where=~known)

    n_carried = 0
    """Arrays at the head of the cell's memory that are carried from step to step."""


class _SimpleCell(_Cell):
    """Elman, 1990: ``h = tanh(W x + U h + b)``."""

    def _prepare(self, kernel, recurrent_kernel, bias):
        self.product = _beside(kernel, recurrent_kernel, bias)

    def _start(self, n_rows):
        return [np.empty((self.units, n_rows), np.float64)]

    def _advance(self, joined, state, memory):
        (gate,) = memory
        np.dot(self.product, joined, out=gate)
        self.activation(gate, out=state)


class _LSTMCell(_Cell):
    """Hochreiter and Schmidhuber, 1997, with the forget gate of Gers et al., 2000.

    ``c = f * c + i * g`` and ``h = o * tanh(c)``.
    """

    n_carried = 1

    def _prepare(self, kernel, recurrent_kernel, bias):
        # Keras orders i, f, c, o: with the three sigmoid gates side by side, one call does all.
        product = _beside(kernel, recurrent_kernel, bias)
        i, f, g, o = np.split(product, 4)
        self.product = np.concatenate([i, f, o, g])

    def _start(self, n_rows):
        gates = np.empty((4 * self.units, n_rows), np.float64)
        return [np.zeros((self.units, n_rows), np.float64), gates]

    def _advance(self, joined, state, memory):
        cell, gates = memory
        units = self.units
        np.dot(self.product, joined, out=gates)
        sigmoid_gates, candidate = gates[: 3 * units], gates[3 * units :]
        self.recurrent_activation(sigmoid_gates, out=sigmoid_gates)
        self.activation(candidate, out=candidate)
        candidate *= gates[:units]
        cell *= gates[units : 2 * units]
        cell += candidate
        self.activation(cell, out=state)
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
        self.candidate_kernel = np.ascontiguousarray(kernel[:, 2 * units :].T)
        self.candidate_bias = bias[0, 2 * units :, None]
        self.reset_product = _beside(recurrent_kernel[:, 2 * units :], bias[1, 2 * units :])

    def _start(self, n_rows):
        candidate = np.empty((2, self.units, n_rows), np.float64)
        return [np.empty((2 * self.units, n_rows), np.float64), *candidate]

    def _advance(self, joined, state, memory):
        gates, candidate, recurrent = memory
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
    return np.ascontiguousarray(np.vstack(parts).T)
