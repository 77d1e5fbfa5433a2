"""The products of inputs and states with the kernels of a cell, and their derivatives."""

import tensorflow as tf

from skrnn.cells._cell import with_biases

_MOST_JOINED_COLUMNS, _MOST_JOINED_WIDTH = 64, 32


class Products:
    """The products of inputs and states with the kernels of a cell, with its biases.

    Parameters
    ----------
    cell : Cell
        The cell: whether both products are returned instead of their sum, and their biases.
    weights : list of tensor
        Kernel of shape (..., width, n_gates * units), recurrent kernel and bias of the cell.
    dropped : tuple, default=(None, None)
        Factors of dropout of the inputs and of the states: None, or a list of one tensor of shape
        (..., n_rows, width) for each gate.
    """

    def __init__(self, cell, weights, *, dropped=(None, None)):
        self._kernel, self._recurrent_kernel, self._bias = weights
        self._cell, self._dropped = cell, dropped
        self._transposed = tf.linalg.matrix_transpose(self._recurrent_kernel)
        self._joined = tf.concat([*weights[:2], self._bias[None]], 0) if self._joins() else None

    def _joins(self):
        """Whether one product of ``[x, h, 1]`` is faster than two products and two sums.

        Each operation has a fixed cost, which is most of the cost of a small network. Compared
        with two, one product takes 80% as long for an LSTM(8) or LSTM(16) with 12 steps and
        batches of 32, and half as long for a SimpleRNN(8), but 110% as long for an LSTM(32), and
        for several networks. A GRU needs both products. One product with blocks of zeros is not
        faster for it.
        """
        several = len(self._kernel.shape) > 2
        if self._cell.separate or several or self._dropped != (None, None):
            return False
        width, columns = self._kernel.shape
        units = self._recurrent_kernel.shape[0]
        return columns <= _MOST_JOINED_COLUMNS and max(width, units) <= _MOST_JOINED_WIDTH

    def __call__(self, x, h):
        """Return a list of the sum of both products, or of both products.

        Parameters
        ----------
        x : tensor of shape (..., n_rows, width)
            Inputs.
        h : tensor of shape (..., n_rows, units)
            State.
        """
        if self._joined is not None:
            return [tf.concat([x, h, tf.ones((x.shape[0], 1))], -1) @ self._joined]
        of_inputs = _product(x, self._kernel, self._dropped[0])
        of_state = _product(h, self._recurrent_kernel, self._dropped[1])
        return with_biases(self._cell, of_inputs, of_state, self._bias)

    def state_derivatives(self, products):
        """Return the derivatives with respect to the state from those of the products."""
        # The transposed kernel is computed once. Otherwise each step transposes it.
        return products[-1] @ self._transposed

    def input_derivatives(self, products):
        """Return the derivatives with respect to the inputs of all steps.

        Parameters
        ----------
        products : list of tensor of shape (n_timesteps, ..., n_rows, columns)
            Derivatives with respect to the products of all steps.
        """
        return tf.einsum("t...bc,...wc->t...bw", products[0], self._kernel)

    def weight_derivatives(self, x, h, products):
        """Return the derivatives with respect to the weights, in one product for all steps.

        Parameters
        ----------
        x : tensor of shape (n_timesteps, ..., n_rows, width)
            Inputs of all steps.
        h : tensor of shape (n_timesteps, ..., n_rows, units)
            States before all steps.
        products : list of tensor of shape (n_timesteps, ..., n_rows, columns)
            Derivatives with respect to the products of all steps.

        Returns
        -------
        list of tensor
            In the order of the weights.
        """
        x, h, *products = (_rows_of_all_steps(array) for array in (x, h, *products))
        ones, width = tf.ones((*x.shape[:-1], 1)), x.shape[-1]
        if self._cell.separate:
            of_inputs = _over_rows([x, ones], products[0])
            of_state = _over_rows([h, ones], products[1])
            bias = of_inputs[..., -1, :]
            if self._cell.recurrent_bias:
                bias = tf.concat([of_inputs[..., -1:, :], of_state[..., -1:, :]], -2)
            return [of_inputs[..., :-1, :], of_state[..., :-1, :], bias]
        joined = _over_rows([x, h, ones], products[0])
        return [joined[..., :width, :], joined[..., width:-1, :], joined[..., -1, :]]


def _product(values, kernel, factors):
    """Multiply values by a kernel, after dropout with factors for each gate."""
    if factors is None:
        return values @ kernel
    kernels = tf.split(kernel, len(factors), axis=-1)
    products = [(values * f) @ k for f, k in zip(factors, kernels, strict=True)]
    return tf.concat(products, axis=-1)


def _over_rows(values, derivatives):
    """Multiply columns of values by derivatives, and sum over the rows.

    The values are transposed before they are joined. XLA would make the transposition of the
    joined values a part of the product, which then is slower on one core, and whose rounding
    depends on the number of cores.
    """
    transposed = tf.concat([tf.linalg.matrix_transpose(value) for value in values], axis=-2)
    return transposed @ derivatives


def _rows_of_all_steps(array):
    """Make one axis of steps and rows. Networks, if there are any, become the first axis."""
    if len(array.shape) > 3:
        array = tf.transpose(array, [1, 0, 2, 3])
    *networks, n_timesteps, n_rows, width = array.shape
    return tf.reshape(array, (*networks, n_timesteps * n_rows, width))
