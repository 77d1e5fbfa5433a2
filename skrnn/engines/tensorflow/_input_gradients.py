"""Computes derivatives of the forecasts with respect to the values of the windows."""

from functools import lru_cache, partial

import keras
import numpy as np
import tensorflow as tf

from skrnn.network._link_functions import INVERSE_LINKS

from ._network import TensorNetwork

_BLOCK_FLOATS = 2**20
_MOST_ROWS = 1024


def absolute_derivatives(architecture, weights, windows, states=None):
    """Sum the absolute derivatives of the forecasts over rows and outputs.

    Parameters
    ----------
    architecture : Architecture
        The settings of a single network.
    weights : list of ndarray
        Weights in the order of ``keras.Model.get_weights``.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows. A step that contains NaN is skipped. A view is read block by block, so that it
        is never copied as a whole.
    states : list of ndarray of shape (n_samples, units), default=None
        States before each window, which are constants. None means zeros.

    Returns
    -------
    ndarray of shape (n_timesteps, n_features)
        For each value of the window, the sum over rows and over outputs or quantiles. With
        sequences, only the forecast of the last step is used. Missing values add nothing.
    """
    architecture = architecture.reading(windows.shape[1])
    n_rows = _rows_of_block(architecture, len(windows))
    program = _program(architecture, n_rows, states is not None)
    total = np.zeros(windows.shape[1:])
    for start in range(0, len(windows), n_rows):
        block = slice(start, start + n_rows)
        before = [] if states is None else [state[block] for state in states]
        total += program.run(weights, windows[block], before)
    return total


def _rows_of_block(architecture, n_samples):
    """Return a power of two that limits the memory of backpropagation through the steps."""
    per_step = architecture.n_features + sum(architecture.units) * 3 * architecture.cell.gates
    per_row = architecture.n_timesteps * per_step * architecture.n_directions
    most = min(max(_BLOCK_FLOATS // per_row, 1), _MOST_ROWS, n_samples)
    return 1 << (most.bit_length() - (most.bit_count() == 1))


class _SensitivityProgram:
    """A compiled program for the derivatives of all outputs, for a block of rows."""

    def __init__(self, architecture, n_rows, stateful):
        self._architecture, self._n_rows = architecture, n_rows
        self._network = TensorNetwork(architecture)
        if architecture.likelihood is not None:
            self._to_forecast = partial(architecture.likelihood.expectation, keras.ops)
        else:
            self._to_forecast = keras.activations.get(INVERSE_LINKS[architecture.link])
        self._units = architecture.state_shapes() if stateful else []
        signature = [
            [tf.TensorSpec(shape) for shape in architecture.weight_shapes()],
            tf.TensorSpec([n_rows, architecture.n_timesteps, architecture.n_features]),
            tf.TensorSpec([n_rows, sum(self._units)]),
            tf.TensorSpec([n_rows]),
        ]
        function = tf.function(
            self._sums, input_signature=signature, jit_compile=True, autograph=False
        )
        self._run = function.get_concrete_function()

    def run(self, weights, windows, states):
        """Return the sums over the given rows, which may be fewer than a block."""
        states = np.concatenate([np.zeros((len(windows), 0)), *states], axis=1)
        counts = np.ones(len(windows))
        arrays = [tf.constant(self._padded(array)) for array in (windows, states, counts)]
        weights = [tf.constant(weight) for weight in weights]
        return self._run(weights, *arrays).numpy().astype(np.float64)

    def _padded(self, array):
        """Convert an array to float32, and add rows of zeros up to the size of a block."""
        padded = np.zeros((self._n_rows, *array.shape[1:]), np.float32)
        padded[: len(array)] = array
        return padded

    def _sums(self, weights, windows, states, counts):
        states = tf.split(states, self._units, axis=1) if self._units else []

        def one_output(i, total):
            with tf.GradientTape() as tape:
                tape.watch(windows)
                outputs, _ = self._network(weights, windows, states)
                forecast = self._to_forecast(outputs)
                if self._architecture.return_sequences:
                    forecast = forecast[:, -1]
                forecast = tf.reshape(forecast, [self._n_rows, -1])
                chosen = tf.reduce_sum(forecast * tf.one_hot(i, forecast.shape[1]))
            derivative = tf.abs(tape.gradient(chosen, windows, unconnected_gradients="zero"))
            # The derivative with respect to a missing value could be NaN. It is set to zero.
            derivative = tf.where(tf.math.is_nan(windows), 0.0, derivative)
            return i + 1, total + tf.reduce_sum(derivative * counts[:, None, None], axis=0)

        architecture = self._architecture
        n_outputs = architecture.n_raw_outputs
        if architecture.likelihood is not None:
            n_outputs = architecture.n_outputs
        start = tf.constant(0), tf.zeros(windows.shape[1:])
        return tf.while_loop(lambda i, _: i < n_outputs, one_output, start)[1]


_program = lru_cache(maxsize=16)(_SensitivityProgram)
