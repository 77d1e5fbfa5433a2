"""The base class of scans, which run a cell forwards and backwards over the steps of a batch.

Rows are the last axis, so every gate is one contiguous block. All arrays have the steps first,
then an axis of networks if there are several. They are allocated once, and each batch fills them.
A NumPy call takes longer than the arithmetic of a small network, so whatever does not depend on
the previous step is computed for all steps at once.
"""

from abc import ABC, abstractmethod

import numpy as np

from skrnn.cells._activations import linear, relu

F4 = np.float32
HALF, ONE = F4(0.5), F4(1.0)


class Scan(ABC):
    """A cell that is run over the steps of a batch.

    Parameters
    ----------
    cell : Cell
        The equations.
    activation, gate : str
        Names of the activations of the candidate and of the gates.
    width, units : int
        Numbers of inputs and of units.
    n_steps, n_rows : int
        Numbers of steps and of rows of a batch.
    networks : tuple of int
        The axis of networks, or ``()``.

    Attributes
    ----------
    inputs : ndarray of shape (n_steps, [n_networks,] width, n_rows)
        The place of the inputs.
    states : list of ndarray of shape (n_steps + 1, [n_networks,] units, n_rows)
        The arrays of the state before the first step, and after each step.
    size : int
        Number of weights of one network.

    Notes
    -----
    Call :meth:`bind` once, and :meth:`refresh` whenever the weights have changed.
    """

    def __init__(self, cell, activation, gate, *, width, units, n_steps, n_rows, networks=()):
        self.cell, self.activation, self.gate = cell, activation, gate
        self.width, self.units, self.networks = width, units, networks
        self.n_steps, self.n_rows = n_steps, n_rows
        # `dot` has less overhead than `matmul`, but it does not support an axis of networks.
        self.product = np.matmul if networks else np.dot
        self._allocate()

    @abstractmethod
    def _allocate(self):
        """Allocate the arrays."""

    @abstractmethod
    def positions(self, *weights):
        """Return the positions of a network's weights in the order of this scan.

        Parameters
        ----------
        *weights : ndarray of int
            Positions of the weights of the cell, in the shapes of the weights.

        Returns
        -------
        ndarray of int of shape (size,)
        """

    @abstractmethod
    def bind(self, weights, gradients):
        """Use these arrays of shape ``([n_networks,] size)`` for all batches.

        Parameters
        ----------
        weights : ndarray
            The weights, whose values may change from batch to batch.
        gradients : ndarray
            The place of the gradients, which :meth:`backward` fills.
        """

    def refresh(self):  # noqa: B027  (most scans have something to do)
        """Compute what depends only on the weights, after their values have changed."""

    @abstractmethod
    def _run(self, mask, first):
        """Compute the states from the step `first` on."""

    @abstractmethod
    def backward(self, of_outputs, of_last, mask=None, *, to_inputs=False):
        """Compute the gradients of the weights after :meth:`forward`.

        Parameters
        ----------
        of_outputs : ndarray of shape (n_steps, [n_networks,] units, n_rows) or None
            Derivatives of the loss with respect to the state after each step.
        of_last : ndarray of shape ([n_networks,] units, n_rows) or None
            Derivatives with respect to the state after the last step.
        mask : Mask, default=None
            Which steps are unknown.
        to_inputs : bool, default=False
            Whether the derivatives with respect to the inputs are needed.

        Returns
        -------
        ndarray of shape (n_steps, [n_networks,] width, n_rows) or None
        """

    @property
    def hidden(self):
        """The outputs before the first step and after each step."""
        return self.states[0]

    def forward(self, mask=None):
        """Compute the states after all steps from the inputs, and from the states before them."""
        first = 0
        if mask is not None:
            first = mask.first
            for array in self.states:
                array[1 : first + 1] = array[0]
        self._run(mask, first)

    def start(self, states):
        """Set the arrays of the state before the first step."""
        for array, value in zip(self.states, states, strict=True):
            array[0] = value

    def end(self, states):
        """Copy the arrays of the state after the last step into `states`."""
        for array, value in zip(self.states, states, strict=True):
            value[...] = array[-1]

    def room(self, n_lines, n_steps=None):
        """Return an array of shape ``(n_steps, [n_networks,] n_lines, n_rows)``.

        In memory, the networks come after the lines, so the lines of a gate are one block.
        """
        n_steps = self.n_steps if n_steps is None else n_steps
        array = np.zeros((n_steps, n_lines, *self.networks, self.n_rows), F4)
        return array.swapaxes(1, 2) if self.networks else array

    def as_stored(self, array):
        """Return a view of lines of an array from :meth:`room`, with the axes as in memory.

        NumPy needs less time to start an operation on contiguous arrays than to find that their
        axes can be reordered.
        """
        return array.swapaxes(-3, -2) if self.networks else array


def lines(array, n):
    """Split the second last axis into equal parts."""
    size = array.shape[-2] // n
    return [array[..., i * size : (i + 1) * size, :] for i in range(n)]


class SumsOfProducts:
    """The sums over the steps of ``left @ right.T``, computed again for each batch.

    The sum over steps and rows is computed in float64, so its order has almost no effect: a row
    with a weight of two has the same gradient as the same row twice.

    Parameters
    ----------
    left : ndarray of shape (n_steps, [n_networks,] n_lines, n_rows)
        The first factor, whose values may change.
    parts : list of tuple
        For each sum, the lines of `left` as a slice, and the second factor, an array of shape
        ``(n_steps, [n_networks,] ..., n_rows)``.
    """

    def __init__(self, left, parts):
        # With a single row, steps can replace rows.
        self._by_step = left.ndim == 3 and left.shape[-1] == 1
        if self._by_step:
            self._factors = [(left[:, lines, 0].T, right[..., 0]) for lines, right in parts]
            return
        self._left, self._copies = _WideCopy(left), [_WideCopy(right) for _, right in parts]
        self._product = np.dot if left.ndim == 3 else np.matmul
        self._factors = [
            (self._left.array[..., lines, :], copy.array.swapaxes(-1, -2))
            for (lines, _), copy in zip(parts, self._copies, strict=True)
        ]
        self._sums = [
            np.empty((*left.shape[:-1], right.shape[-1]), np.float64)
            for left, right in self._factors
        ]

    def compute(self, *out):
        """Fill arrays with the sums."""
        if self._by_step:
            for factors, place in zip(self._factors, out, strict=True):
                np.dot(*factors, place)
            return
        self._left.refresh()
        for copy, factors, total, place in zip(
            self._copies, self._factors, self._sums, out, strict=True
        ):
            copy.refresh()
            self._product(*factors, total)
            place[...] = total


class _WideCopy:
    """A copy in float64 in which steps and rows are one axis, the last one.

    Parameters
    ----------
    array : ndarray of shape (n_steps, [n_networks,] n_lines, n_rows)
        The array, whose values may change.
    """

    def __init__(self, array):
        self._moved = np.moveaxis(array, 0, -2)
        self._copy = np.empty(self._moved.shape, np.float64)
        self.array = self._copy.reshape(*self._copy.shape[:-2], -1)

    def refresh(self):
        """Copy the values again."""
        self._copy[...] = self._moved


# Activations


def _sigmoid_of_twice(x, out):
    np.tanh(x, out)
    np.multiply(out, HALF, out)
    np.add(out, HALF, out)


def sigmoid(x, out):
    """Compute the logistic function."""
    np.multiply(x, HALF, out)
    _sigmoid_of_twice(out, out)


AFTER_SCALE = {"tanh": np.tanh, "sigmoid": _sigmoid_of_twice, "relu": relu, "linear": linear}
"""Activations of values that were multiplied by :func:`scale_before`."""

ACTIVATIONS = {**AFTER_SCALE, "sigmoid": sigmoid}
"""Activations whose derivatives are functions of their values."""


def scale_before(name):
    """Return a factor to apply to the weights, which saves a call for each step."""
    return HALF if name == "sigmoid" else ONE


def slope(name, value, out):
    """Compute the derivative of an activation from its value."""
    if name == "tanh":
        np.multiply(value, value, out)
        np.subtract(ONE, out, out)
    elif name == "sigmoid":
        np.subtract(ONE, value, out)
        np.multiply(out, value, out)
    elif name == "relu":
        np.copyto(out, value > 0)
    else:
        out[...] = ONE
