"""The equations of the three cells, for training.

The functions work on tensors of TensorFlow. Kernels, recurrent kernels and biases have Keras's
layout: the columns of the gates are adjacent. If several networks are trained at once, weights,
inputs and states have one more axis in front, the axis of networks.
"""

import tensorflow as tf


def simple_cell(x, state, weights, activation, gate, dropped):
    """Compute a step of the cell of Elman, 1990."""
    (h,), (kernel, recurrent_kernel, bias) = state, weights
    return (
        activation(
            _product(x, kernel, dropped[0])
            + _product(h, recurrent_kernel, dropped[1])
            + bias[..., None, :]
        ),
    )


def gru_cell(x, state, weights, activation, gate, dropped):
    """Compute a step of the GRU of Cho et al., 2014, with the reset gate after the product."""
    (h,), (kernel, recurrent_kernel, bias) = state, weights
    inputs = _product(x, kernel, dropped[0]) + bias[..., :1, :]
    recurrent = _product(h, recurrent_kernel, dropped[1]) + bias[..., 1:, :]
    z_input, r_input, candidate_input = tf.split(inputs, 3, axis=-1)
    z_recurrent, r_recurrent, candidate_recurrent = tf.split(recurrent, 3, axis=-1)
    z = gate(z_input + z_recurrent)
    r = gate(r_input + r_recurrent)
    candidate = activation(candidate_input + r * candidate_recurrent)
    return (z * h + (1.0 - z) * candidate,)


def lstm_cell(x, state, weights, activation, gate, dropped):
    """Compute a step of the LSTM of Hochreiter and Schmidhuber, 1997.

    It has the forget gate of Gers, Schmidhuber and Cummins, 2000.
    """
    (h, c), (kernel, recurrent_kernel, bias) = state, weights
    products = _product(x, kernel, dropped[0]) + _product(h, recurrent_kernel, dropped[1])
    gates = products + bias[..., None, :]
    i, f, g, o = tf.split(gates, 4, axis=-1)
    c = gate(f) * c + gate(i) * activation(g)
    return gate(o) * activation(c), c


CELLS = {"simple": simple_cell, "gru": gru_cell, "lstm": lstm_cell}


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
