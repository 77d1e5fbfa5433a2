"""The equations of the three cells, for training.

The functions work on tensors of TensorFlow. Kernels, recurrent kernels and biases have Keras's
layout: the columns of the gates are adjacent. If several networks are trained at once, weights,
inputs and states have one more axis in front, the axis of networks.
"""

import tensorflow as tf

_MOST_JOINED_COLUMNS, _MOST_JOINED_WIDTH = 64, 32


def simple_cell(x, state, products, activation, gate):
    """Compute a step of the cell of Elman, 1990."""
    (h,) = state
    return (activation(products.sum(x, h)),)


def gru_cell(x, state, products, activation, gate):
    """Compute a step of the GRU of Cho et al., 2014, with the reset gate after the product."""
    (h,) = state
    inputs, recurrent = products.both(x, h)
    z_input, r_input, candidate_input = tf.split(inputs, 3, axis=-1)
    z_recurrent, r_recurrent, candidate_recurrent = tf.split(recurrent, 3, axis=-1)
    z = gate(z_input + z_recurrent)
    r = gate(r_input + r_recurrent)
    candidate = activation(candidate_input + r * candidate_recurrent)
    return (z * h + (1.0 - z) * candidate,)


def lstm_cell(x, state, products, activation, gate):
    """Compute a step of the LSTM of Hochreiter and Schmidhuber, 1997.

    It has the forget gate of Gers, Schmidhuber and Cummins, 2000.
    """
    h, c = state
    i, f, g, o = tf.split(products.sum(x, h), 4, axis=-1)
    c = gate(f) * c + gate(i) * activation(g)
    return gate(o) * activation(c), c


CELLS = {"simple": simple_cell, "gru": gru_cell, "lstm": lstm_cell}


class Products:
    """The products of inputs and states with the kernels of a cell, and its biases.

    Parameters
    ----------
    weights : list of tensor
        Kernel of shape (..., width, n_gates * units), recurrent kernel and bias of a cell.
    dropped : tuple, default=(None, None)
        Factors of dropout of the inputs and of the states: None, or a list of tensors of shape
        (..., n_rows, width): one for all gates, or one for each gate.
    """

    def __init__(self, weights, dropped=(None, None)):
        self._kernel, self._recurrent_kernel, self._bias = weights
        self._dropped = dropped
        self._joined = tf.concat([*weights[:2], self._bias[None]], 0) if self._joins() else None

    def _joins(self):
        """Whether one product of ``[x, h, 1]`` is faster than two products and two sums.

        Each operation has a fixed cost, which is most of the cost of a small network. One product
        takes 0.8 of the time for an LSTM(8) or LSTM(16) with 12 steps and batches of 32, and half
        of it for a SimpleRNN(8), but 1.1 of it for an LSTM(32), and for several networks. A GRU
        needs both products. One product with blocks of zeros is not faster for it.
        """
        if len(self._bias.shape) > 1:  # several networks, or a GRU
            return False
        width, columns = self._kernel.shape
        per_gate = any(factors is not None and len(factors) > 1 for factors in self._dropped)
        return (
            not per_gate
            and columns <= _MOST_JOINED_COLUMNS
            and max(width, self._recurrent_kernel.shape[0]) <= _MOST_JOINED_WIDTH
        )

    def sum(self, x, h):
        """Return the sum of both products and the bias, of shape (..., n_rows, columns)."""
        if self._joined is None:
            return self._of_inputs(x) + self._of_state(h) + self._bias[..., None, :]
        x, h = (
            values if factors is None else values * factors[0]
            for values, factors in zip((x, h), self._dropped, strict=True)
        )
        return tf.concat([x, h, tf.ones((x.shape[0], 1))], -1) @ self._joined

    def both(self, x, h):
        """Return both products, each with its own bias."""
        return (
            self._of_inputs(x) + self._bias[..., :1, :],
            self._of_state(h) + self._bias[..., 1:, :],
        )

    def _of_inputs(self, x):
        return _product(x, self._kernel, self._dropped[0])

    def _of_state(self, h):
        return _product(h, self._recurrent_kernel, self._dropped[1])


def _product(values, kernel, factors):
    """Multiply values by a kernel, after dropout.

    Parameters
    ----------
    values : tensor of shape (..., n_rows, width)
        Inputs or states.
    kernel : tensor of shape (..., width, n_gates * units)
        The kernel.
    factors : None or list of tensor of shape (..., n_rows, width)
        Factors of dropout: one for all gates, or one for each gate.
    """
    if factors is None:
        return values @ kernel
    if len(factors) == 1:
        return (values * factors[0]) @ kernel
    kernels = tf.split(kernel, len(factors), axis=-1)
    products = [(values * f) @ k for f, k in zip(factors, kernels, strict=True)]
    return tf.concat(products, axis=-1)
