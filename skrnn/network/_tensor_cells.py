"""The equations of the three cells, for training.

They work on tensors of TensorFlow. Kernels, recurrent kernels and biases have Keras's layout: the
columns of the gates are adjacent. If several networks are trained at once, weights, inputs and
states have one more axis in front, the axis of networks.
"""

from abc import ABC, abstractmethod

import keras
import tensorflow as tf

# The derivative of an activation as a function of its value.
_SLOPES = {
    "tanh": lambda y: 1.0 - y * y,
    "sigmoid": lambda y: y * (1.0 - y),
    "relu": lambda y: tf.cast(y > 0.0, y.dtype),
    "linear": tf.ones_like,
}


class _Cell(ABC):
    """A step of a cell, and the derivatives of a step.

    Parameters
    ----------
    activation, gate : str
        Keras's names of the activations of the candidate and of the gates.
    """

    separate = False
    """Whether a step needs the products of inputs and of states separately."""
    n_kept = 1
    """Number of arrays that the way back needs from each step."""

    def __init__(self, activation, gate):
        self._activation, self._gate = map(keras.activations.get, (activation, gate))
        self._slope, self._gate_slope = map(_SLOPES.get, (activation, gate))

    @property
    def has_way_back(self):
        """Whether :meth:`way_back` knows the derivatives of both activations."""
        return self._slope is not None and self._gate_slope is not None

    @abstractmethod
    def step(self, products, state):
        """Compute a step.

        Parameters
        ----------
        products : list of tensor
            The sum of the products with both kernels and the bias, or both sums.
        state : list of tensor of shape (..., n_rows, units)
            State before the step.

        Returns
        -------
        after : list of tensor
            State after the step.
        kept : list of tensor of shape (..., n_rows, units)
            What the way back needs.
        """

    @abstractmethod
    def way_back(self, kept, before, after):
        """Compute the derivatives of the loss before a step from those after it.

        Parameters
        ----------
        kept : list of tensor
            What :meth:`step` has kept.
        before : list of tensor
            State before the step.
        after : list of tensor
            Derivatives with respect to the state after the step.

        Returns
        -------
        products : list of tensor
            Derivatives with respect to the products.
        before : list of tensor
            Derivatives with respect to the state before the step, without those that pass through
            the products.
        """


class SimpleCell(_Cell):
    """The cell of Elman, 1990."""

    def step(self, products, state):
        (z,) = products
        h = self._activation(z)
        return [h], [h]

    def way_back(self, kept, before, after):
        (h,), (dh,) = kept, after
        return [dh * self._slope(h)], [tf.zeros_like(dh)]


class GRUCell(_Cell):
    """The GRU of Cho et al., 2014, with the reset gate after the product."""

    separate, n_kept = True, 4

    def step(self, products, state):
        (h,) = state
        of_inputs, of_state = (tf.split(product, 3, axis=-1) for product in products)
        z = self._gate(of_inputs[0] + of_state[0])
        r = self._gate(of_inputs[1] + of_state[1])
        candidate = self._activation(of_inputs[2] + r * of_state[2])
        return [z * h + (1.0 - z) * candidate], [z, r, candidate, of_state[2]]

    def way_back(self, kept, before, after):
        (z, r, candidate, product), (h,), (dh,) = kept, before, after
        dcandidate = dh * (1.0 - z) * self._slope(candidate)
        dz = dh * (h - candidate) * self._gate_slope(z)
        dr = dcandidate * product * self._gate_slope(r)
        of_inputs = tf.concat([dz, dr, dcandidate], axis=-1)
        of_state = tf.concat([dz, dr, dcandidate * r], axis=-1)
        return [of_inputs, of_state], [dh * z]


class LSTMCell(_Cell):
    """The LSTM of Hochreiter and Schmidhuber, 1997.

    It has the forget gate of Gers, Schmidhuber and Cummins, 2000.
    """

    n_kept = 5

    def step(self, products, state):
        (_, c), (product,) = state, products
        i, f, g, o = tf.split(product, 4, axis=-1)
        i, f, g, o = self._gate(i), self._gate(f), self._activation(g), self._gate(o)
        c = f * c + i * g
        squashed = self._activation(c)
        return [o * squashed, c], [i, f, g, o, squashed]

    def way_back(self, kept, before, after):
        (i, f, g, o, squashed), (_, c), (dh, dc) = kept, before, after
        dc = dc + dh * o * self._slope(squashed)
        products = [
            dc * g * self._gate_slope(i),
            dc * c * self._gate_slope(f),
            dc * i * self._slope(g),
            dh * squashed * self._gate_slope(o),
        ]
        return [tf.concat(products, axis=-1)], [tf.zeros_like(dh), dc * f]


CELLS = {"simple": SimpleCell, "gru": GRUCell, "lstm": LSTMCell}
