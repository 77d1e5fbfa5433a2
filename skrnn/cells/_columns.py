"""Matrix products of forecasts, in which rows are the last axis, so each gate is contiguous.

A step is one product of a matrix, in which the kernel, the recurrent kernel and the bias are side
by side, and columns, in which the inputs, the state and a one are one below another. For a single
row, the NumPy calls take more time than the arithmetic.
"""

from functools import partial

import numpy as np


def stacked(kernel, *parts):
    """Stack kernels and biases into one contiguous matrix, which is multiplied by columns.

    Parameters
    ----------
    kernel : ndarray of shape (..., width, columns)
        A kernel.
    *parts : ndarray of shape (..., n, columns) or (..., columns)
        Additional kernels and biases.

    Returns
    -------
    ndarray of shape (..., columns, rows), float64
    """
    parts = [part if part.ndim == kernel.ndim else part[..., None, :] for part in parts]
    below = np.concatenate([kernel, *parts], axis=-2)
    return below.swapaxes(-1, -2).astype(np.float64, order="C")


def multiplier(matrix, columns):
    """Return a function that multiplies a matrix by columns, and writes to its second argument.

    Without an axis in front, ``dot`` takes less time than ``matmul``.
    """
    return matrix.dot if columns.ndim == 2 else partial(np.matmul, matrix)


def gate_views(gates, n_gates):
    """Return views of the gates in an array of shape ``(..., n_gates * units, n_rows)``."""
    units = gates.shape[-2] // n_gates
    if gates.ndim == 2:  # faster than slices
        return gates.reshape(n_gates, units, -1)
    return [gates[..., i * units : (i + 1) * units, :] for i in range(n_gates)]
