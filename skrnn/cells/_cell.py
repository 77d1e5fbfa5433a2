"""The contract of a recurrent cell."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np

from skrnn._typing import (
    Activation,
    Array,
    Arrays,
    ExtraShape,
    Integers,
    Namespace,
    NDArray,
    Shape,
    Weights,
)


class Cell(ABC):
    """A recurrent cell: its shapes, its initial weights and the equations of one step.

    A subclass defines :meth:`step` and sets those attributes below that differ from their
    defaults. The network computes the products of inputs and states with the kernels, and runs the
    cell over the steps, both in training and in forecasts.

    Cells are immutable. The parameters of `__init__` are stored as attributes of the same name and
    must be numbers, strings or tuples, so that cells with equal parameters are equal and have the
    same hash. Compiled programs are cached under this hash. A frozen dataclass is the shortest way
    to achieve this.

    Attributes
    ----------
    gates : int, default=1
        Number of columns of the kernel per unit. The columns of a gate are adjacent.
    recurrent_gates : int or None, default=None
        Number of columns of the recurrent kernel per unit. None means the same number as `gates`.
    states : int, default=1
        Number of arrays that are passed from step to step. The first one is the output.
    separate : bool, default=False
        Whether :meth:`step` receives the product of the inputs and the product of the state
        separately, instead of their sum.
    recurrent_bias : bool, default=False
        Whether the product of the state has its own bias. This requires `separate`.
    extra_weights : dict, default={}
        Names and shapes of additional weights. The lengths of the two axes of each shape are
        numbers or ``"units"``, for example ``{"peepholes": (3, "units")}``.
    decayed : tuple of str, default=("kernel", "recurrent_kernel")
        Names of the weights on which `weight_decay` and `l2` act.
    zero_units_stay_zero : bool, default=False
        Whether a unit whose weights are all zero has a state of exactly zero and does not affect
        any other unit, if the activation of zero is zero. Networks of similar sizes can then share
        a program.
    uses_recurrent_activation : bool, default=True
        Whether :meth:`step` uses `xp.recurrent_activation`.
    keras_layer : str or None, default=None
        Name of the layer in ``keras.layers`` with the same equations and order of weights. None
        means that :meth:`step` is wrapped in a ``keras.layers.RNN``.

    See Also
    --------
    check_cell : Check a cell against this contract.

    Examples
    --------
    A leaky cell, whose rate is a parameter:

    >>> from dataclasses import dataclass
    >>> from skrnn.cells import Cell
    >>> @dataclass(frozen=True)
    ... class LeakyCell(Cell):
    ...     rate: float = 0.5
    ...
    ...     def step(self, xp, products, state):
    ...         (z,), (h,) = products, state
    ...         h = h + self.rate * (xp.activation(z) - h)
    ...         return [h], []
    >>> LeakyCell().weight_shapes(width=2, units=3)
    [(2, 3), (3, 3), (3,)]
    """

    gates: int = 1
    recurrent_gates: int | None = None
    states: int = 1
    separate: bool = False
    recurrent_bias: bool = False
    extra_weights: Mapping[str, ExtraShape] = {}
    decayed: tuple[str, ...] = ("kernel", "recurrent_kernel")
    zero_units_stay_zero: bool = False
    uses_recurrent_activation: bool = True
    keras_layer: str | None = None

    @abstractmethod
    def step(
        self, xp: Namespace, products: Arrays, state: Arrays, *extra: Array
    ) -> tuple[Arrays, Arrays]:
        """Compute one step, without changing the arguments.

        The same equations run in NumPy and in TensorFlow. All arrays have shape
        ``(..., n_rows, columns)``. Leading axes, if any, represent networks or parts of a batch.

        Parameters
        ----------
        xp : namespace
            Array functions, such as ``xp.split`` and ``xp.where``, taken from ``numpy`` or from
            ``keras.ops``. It also provides ``xp.activation(z)`` and
            ``xp.recurrent_activation(z)``, which compute the activations of the estimator, and
            every activation by name, such as ``xp.sigmoid``.
        products : list of array of shape (..., n_rows, gates * units)
            The sum of both products and the bias, or both separately if `separate` is True.
        state : list of array of shape (..., n_rows, units)
            State before the step.
        *extra : array of shape (..., rows, columns)
            The extra weights, in the order of `extra_weights`.

        Returns
        -------
        after : list of array of shape (..., n_rows, units)
            State after the step.
        kept : list of array of shape (..., n_rows, columns)
            Values that :meth:`backward` needs; empty if the cell does not define it.
        """

    def backward(
        self, xp: Namespace, kept: Arrays, before: Arrays, after: Arrays, *extra: Array
    ) -> tuple[Any, ...]:
        """Compute the gradient of the loss before a step from the gradient after it (optional).

        These are the derivatives of the loss with respect to the state, before and after the step.
        Without this method, TensorFlow differentiates :meth:`step`, with the same result but more
        slowly.

        Parameters
        ----------
        xp : namespace
            As for :meth:`step`. ``xp.slope(y)`` and ``xp.recurrent_slope(y)`` are the derivatives
            of the activations, as functions of their values.
        kept : list of array
            Values kept by :meth:`step`.
        before : list of array of shape (..., n_rows, units)
            State before the step.
        after : list of array of shape (..., n_rows, units)
            Derivatives with respect to the state after the step.
        *extra : array
            The extra weights.

        Returns
        -------
        products : list of array
            Derivatives with respect to the products.
        before : list of array of shape (..., n_rows, units)
            Derivatives with respect to the state before the step, without those that pass
            through the products.
        *extra : array
            Derivatives with respect to the extra weights, summed over the rows.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define a backward pass.")

    def in_place(
        self, weights: Arrays, activation: Activation, recurrent_activation: Activation
    ) -> Callable[..., Any]:
        """Return a NumPy forecasting step that writes into given arrays. This method is optional.

        Without this method, :meth:`step` computes forecasts, with the same result but more slowly
        for a single row. In this method, rows are the last axis.

        Parameters
        ----------
        weights : list of ndarray
            The weights.
        activation, recurrent_activation : callable
            Activations with the arguments ``x`` and ``out``.

        Returns
        -------
        callable
            It is called once, with an array ``joined`` of shape
            ``(..., width + units + 1, n_rows)`` and with the arrays of the state. ``joined``
            contains the values of a step, the state before that step and a row of ones; the first
            array of the state is a NumPy view of ``joined``. The result is a function without
            arguments that replaces the state with the next one.
        """
        raise NotImplementedError(f"{type(self).__name__} has no step in place.")

    @property
    def name(self) -> str:
        """Name of the cell's Keras layers: the name of the class, without "Cell"."""
        words = type(self).__name__.removesuffix("Cell") or "cell"
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words).lower()

    @property
    def weight_names(self) -> tuple[str, ...]:
        """Names of the weights, in order."""
        return ("kernel", "recurrent_kernel", "bias", *self.extra_weights)

    def weight_shapes(self, width: int, units: int) -> list[Shape]:
        """Return the shapes of the weights.

        Parameters
        ----------
        width : int
            Number of inputs.
        units : int
            Number of units.

        Returns
        -------
        list of tuple of int
            Shapes of the kernel, the recurrent kernel, the bias and the extra weights.
        """
        columns = self.gates * units
        bias = (2, columns) if self.recurrent_bias else (columns,)
        extra = [
            tuple(units if length == "units" else length for length in shape)
            for shape in self.extra_weights.values()
        ]
        return [(width, columns), (units, columns_of_state(self) * units), bias, *extra]

    def initial_weights(
        self, width: int, units: int, random_state: np.random.RandomState
    ) -> Weights:
        """Draw the initial weights.

        The kernel is drawn according to Glorot and Bengio (2010). The recurrent kernel, and every
        extra weight in `decayed`, is drawn according to Saxe, McClelland and Ganguli (2014). All
        other weights are zero.

        Parameters
        ----------
        width, units : int
            Numbers of inputs and of units.
        random_state : RandomState
            The generator.

        Returns
        -------
        list of ndarray of float32
            In the order of :meth:`weight_shapes`.
        """
        kernel, *others = self.weight_shapes(width, units)
        weights = [glorot_uniform(kernel, random_state)]
        for name, shape in zip(self.weight_names[1:], others, strict=True):
            drawn = name in self.decayed
            weights.append(
                orthogonal(shape, random_state) if drawn else np.zeros(shape, np.float32)
            )
        return weights

    def get_config(self) -> dict[str, Any]:
        """Return the parameters from which Keras recreates the cell of a saved model.

        Returns
        -------
        dict
            The attributes, which are the arguments of `__init__`.
        """
        return dict(vars(self))

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """Make a cell from the result of :meth:`get_config`.

        Parameters
        ----------
        config : dict
            The parameters. Lists are converted to tuples, because files store tuples as lists.

        Returns
        -------
        Cell
        """
        return cls(**{name: _as_tuple(value) for name, value in config.items()})

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), frozenset(vars(self).items())))

    def __repr__(self) -> str:
        parameters = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({parameters})"


def columns_of_state(cell: Cell) -> int:
    """Return the number of columns of the recurrent kernel for each unit."""
    return cell.gates if cell.recurrent_gates is None else cell.recurrent_gates


def with_biases(cell: Cell, of_inputs: Array, of_state: Array, bias: Array) -> Arrays:
    """Return the products that :meth:`Cell.step` receives.

    Parameters
    ----------
    cell : Cell
        The cell.
    of_inputs, of_state : array of shape ([n_networks,] n_rows, n_columns)
        Products of the inputs and of the state with their kernels.
    bias : array of shape ([n_networks,] [2,] n_columns)
        The bias, or the biases of both products.

    Returns
    -------
    list of array
        Both products, or their sum if the cell does not need them separately.
    """
    if cell.recurrent_bias:
        return [of_inputs + bias[..., :1, :], of_state + bias[..., 1:, :]]
    if cell.separate:
        return [of_inputs + bias[..., None, :], of_state]
    return [of_inputs + of_state + bias[..., None, :]]


def has_own(cell: Cell, name: str) -> bool:
    """Whether a cell has a member that belongs to its own equations.

    A subclass that replaces the equations of a cell does not inherit members derived from them.

    Parameters
    ----------
    cell : Cell
        The cell.
    name : {"backward", "in_place", "keras_layer"}
        The member.

    Returns
    -------
    bool

    Examples
    --------
    >>> from skrnn.cells import LSTMCell
    >>> class Other(LSTMCell):
    ...     def step(self, xp, products, state):
    ...         return super().step(xp, products, state)
    >>> from skrnn.cells._cell import has_own
    >>> has_own(LSTMCell(), "backward"), has_own(Other(), "backward")
    (True, False)
    """
    for kind in type(cell).__mro__:
        if name in vars(kind):
            return kind is not Cell
        if "step" in vars(kind):
            return False
    return False


def weight_positions(cell: Cell, inputs: Integers, units: int, size: int) -> list[Any]:
    """Find the entries of a cell's weights in the weights of a larger cell.

    Parameters
    ----------
    cell : Cell
        The cell.
    inputs : ndarray of int
        Positions of the inputs in those of the larger cell.
    units, size : int
        Numbers of units of both.

    Returns
    -------
    list
        An index into each weight of the larger cell.
    """
    own = np.arange(units)
    columns = repeated(own, size, cell.gates)
    extra = [
        np.ix_(*(own if length == "units" else np.arange(length) for length in shape))
        for shape in cell.extra_weights.values()
    ]
    of_state = np.ix_(own, repeated(own, size, columns_of_state(cell)))
    return [np.ix_(inputs, columns), of_state, (Ellipsis, columns), *extra]


def repeated(own: Integers, size: int, times: int) -> Integers:
    """Return the positions of the units in several consecutive groups of the same size."""
    return (np.arange(times)[:, None] * size + own).ravel()


def glorot_uniform(shape: Shape, random_state: np.random.RandomState) -> NDArray[np.float32]:
    """Draw a kernel by the rule of Glorot and Bengio, 2010."""
    limit = np.sqrt(6.0 / sum(shape))
    return random_state.uniform(-limit, limit, shape).astype(np.float32)


def orthogonal(shape: Shape, random_state: np.random.RandomState) -> NDArray[np.float32]:
    """Draw an orthogonal matrix by the rule of Saxe, McClelland and Ganguli, 2014."""
    rows, columns = shape
    square = random_state.standard_normal((max(shape), min(shape)))
    q, r = np.linalg.qr(square)
    q *= np.sign(np.diag(r))
    return (q if rows >= columns else q.T).astype(np.float32)


def _as_tuple(value: Any) -> Any:
    return tuple(map(_as_tuple, value)) if isinstance(value, list) else value
