"""Checks a cell against the contract."""

from __future__ import annotations

import pickle
from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np

from ._cell import has_own, weight_positions
from ._forecast_scan import NumpyScan
from ._named_cells import resolve_cell
from ._namespace import numpy_namespace

if TYPE_CHECKING:
    from skrnn.cells import Cell

_ROWS, _WIDTH, _UNITS, _STEPS, _PADDED = 4, 2, 3, 5, 5
_NAMES = (("tanh", "sigmoid"), ("sigmoid", "tanh"))
_STEP = 1e-6


def check_cell(cell: Cell) -> None:
    """Check that a cell fulfils the contract of :class:`Cell`.

    The check computes a few small steps, and loads TensorFlow. It verifies the following:

    - Cells with equal parameters are equal, have the same hash, and can be pickled, copied and
      recreated from a configuration.
    - A step returns arrays of the right shapes, does not change its arguments, treats each row and
      each network separately, and returns the same values in NumPy and in TensorFlow.
    - The result of ``backward`` equals finite differences in NumPy, and TensorFlow's gradient.
      Without ``backward``, TensorFlow's gradient equals finite differences.
    - ``in_place`` and the Keras layer compute the same states as ``step``, even if steps are
      missing.
    - With ``zero_units_stay_zero``, units whose weights are zero have no effect.

    Parameters
    ----------
    cell : Cell
        The cell.

    Raises
    ------
    AssertionError
        If the cell violates the contract. The message says what is wrong.

    See Also
    --------
    Cell : The contract.

    Examples
    --------
    >>> from skrnn.cells import Cell, check_cell
    >>> class PlainCell(Cell):
    ...     def step(self, xp, products, state):
    ...         return [xp.activation(products[0])], []
    >>> check_cell(PlainCell())
    """
    try:
        resolve_cell(cell)
    except ValueError as error:
        raise AssertionError(str(error)) from error
    _check_identity(cell)
    _check_first_weights(cell)
    for names in _NAMES:
        _check_shapes(cell, names)
        _check_rows_and_networks(cell, names)
        _check_tensorflow(cell, names)
        _check_derivatives(cell, names)
        _check_states(cell, names)
    if cell.zero_units_stay_zero:
        _check_zero_units(cell)


def _require(cell, condition, message):
    if not condition:
        raise AssertionError(f"{type(cell).__name__}: {message}.")


def _require_close(cell, found, expected, what, tolerance=1e-7):
    """Compare arrays, or lists of them."""
    for a, b in zip(map(np.asarray, found), map(np.asarray, expected), strict=True):
        _require(cell, a.shape == b.shape, f"{what}: the shape is {a.shape}, not {b.shape}")
        error = np.max(np.abs(a - b), initial=0.0)
        size = max(1.0, np.max(np.abs(b), initial=0.0))
        _require(cell, error <= tolerance * size, f"{what}: the largest difference is {error:.2g}")


def _check_identity(cell):
    try:
        # A pickle contains the name of the class, which may be that of a notebook.
        pickled = object.__new__(type(cell))
        vars(pickled).update(pickle.loads(pickle.dumps(vars(cell))))
        copies = {
            "a pickle": pickled,
            "a copy": deepcopy(cell),
            "its configuration": type(cell).from_config(cell.get_config()),
        }
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        raise AssertionError(f"{type(cell).__name__} cannot be copied: {error}.") from error
    for name, copy in copies.items():
        same = copy == cell and hash(copy) == hash(cell)
        _require(cell, same, f"the cell from {name} is not equal or has a different hash")


def _check_first_weights(cell):
    found = cell.initial_weights(_WIDTH, _UNITS, np.random.RandomState(0))
    again = cell.initial_weights(_WIDTH, _UNITS, np.random.RandomState(0))
    shapes = cell.weight_shapes(_WIDTH, _UNITS)
    given = [(w.shape, w.dtype) for w in found]
    expected = [(shape, np.dtype(np.float32)) for shape in shapes]
    _require(cell, given == expected, f"initial_weights returns {given}, not {expected}")
    _require_close(cell, found, again, "initial_weights drawn twice from one seed", 0.0)


def _drawn(cell, front=()):
    """Draw the arguments of a step, with axes in front: products, state and extra weights."""
    rng = np.random.default_rng(0)
    weights = cell.weight_shapes(_WIDTH, _UNITS)
    kernels = weights[: 1 + cell.separate]
    products = [rng.normal(size=(*front, _ROWS, columns)) for _, columns in kernels]
    state = [rng.normal(size=(*front, _ROWS, _UNITS)) for _ in range(cell.states)]
    return products, state, [rng.normal(size=(*front, *shape)) for shape in weights[3:]]


def _step(cell, xp, products, state, extra):
    try:
        after, kept = cell.step(xp, products, state, *extra)
        return list(after), list(kept)
    except Exception as error:  # a user's code may raise any error
        raise AssertionError(
            f"{type(cell).__name__}.step fails with {type(error).__name__}: {error}. It takes xp, "
            f"products, state and {len(extra)} extra weights, and returns after and kept."
        ) from error


def _check_shapes(cell, names):
    arguments = _drawn(cell)
    before = deepcopy(arguments)
    after, kept = _step(cell, numpy_namespace(*names), *arguments)
    for found, given in zip(arguments, before, strict=True):
        _require_close(cell, found, given, "step changes its arguments", 0.0)
    shapes = [np.shape(array) for array in after]
    expected = [(_ROWS, _UNITS)] * cell.states
    _require(cell, shapes == expected, f"the state after a step has {shapes}, not {expected}")
    for array in kept:
        _require(
            cell,
            np.ndim(array) == 2 and len(array) == _ROWS,
            f"an array kept for the backward pass has the shape {np.shape(array)}, without rows",
        )


def _check_rows_and_networks(cell, names):
    xp = numpy_namespace(*names)
    products, state, extra = _drawn(cell)
    after, _ = _step(cell, xp, products, state, extra)
    some, _ = _step(cell, xp, [p[1:3] for p in products], [s[1:3] for s in state], extra)
    _require_close(cell, some, [a[1:3] for a in after], "rows depend on other rows")
    products, state, extra = _drawn(cell, front=(2,))
    after, _ = _step(cell, xp, products, state, extra)
    for i in range(2):
        own = [[array[i] for array in arrays] for arrays in (products, state, extra)]
        alone, _ = _step(cell, xp, *own)
        _require_close(cell, [a[i] for a in after], alone, "networks depend on other networks")


def _check_tensorflow(cell, names):
    """Compare a step, its derivatives and those of TensorFlow."""
    import tensorflow as tf

    from ._keras_namespace import keras_namespace

    xp, tensors = keras_namespace(*names), _drawn(cell)
    expected, _ = _step(cell, numpy_namespace(*names), *tensors)
    tensors = tf.nest.map_structure(lambda a: tf.constant(a, tf.float32), list(tensors))
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        after, kept = _step(cell, xp, *tensors)
    _require_close(cell, after, expected, "TensorFlow and NumPy compute different steps", 1e-5)
    later = _later(cell)
    numeric = _finite_differences(cell, names, later)
    later = [tf.constant(a, tf.float32) for a in later]
    found = tape.gradient(after, tensors, later, unconnected_gradients="zero")
    what = "TensorFlow's gradient of step differs from finite differences"
    _require_close(cell, tf.nest.flatten(found), numeric, what, 1e-4)
    if has_own(cell, "backward"):
        ours = _derivatives(cell, xp, kept, tensors[1], later, tensors[2])
        _require_close(cell, ours, numeric, "backward in TensorFlow differs", 1e-4)


def _check_derivatives(cell, names):
    if not has_own(cell, "backward"):
        return
    xp, later = numpy_namespace(*names), _later(cell)
    products, state, extra = _drawn(cell)
    _, kept = _step(cell, xp, products, state, extra)
    found = _derivatives(cell, xp, kept, state, later, extra)
    numeric = _finite_differences(cell, names, later)
    kinds = ["products"] * len(products) + ["state"] * len(state) + ["extra weights"] * len(extra)
    for kind, own, expected in zip(kinds, found, numeric, strict=True):
        message = f"backward: derivatives of the {kind} differ from finite differences"
        _require_close(cell, [own], [expected], message, 1e-6)


def _later(cell):
    """Draw derivatives with respect to the state after a step."""
    return list(np.random.default_rng(1).normal(size=(cell.states, _ROWS, _UNITS)))


def _derivatives(cell, xp, kept, state, later, extra):
    """Return the derivatives with respect to products, state and extra weights, as one list."""
    try:
        products, before, *of_extra = cell.backward(xp, kept, state, later, *extra)
        found = [*products, *before, *of_extra]
    except Exception as error:  # a user's code may raise any error
        raise AssertionError(
            f"{type(cell).__name__}.backward fails with {type(error).__name__}: {error}. It takes "
            "xp, kept, before, after and the extra weights, and returns a list for the products, "
            "a list for the state before the step, and an array for each extra weight."
        ) from error
    n = 1 + cell.separate + cell.states + len(extra)
    _require(cell, len(found) == n, f"backward returns {len(found)} arrays, not {n}")
    return found


def _finite_differences(cell, names, later):
    """Return the derivatives with respect to all arguments of a step, from central differences."""
    xp, arguments = numpy_namespace(*names), _drawn(cell)

    def loss():
        after, _ = _step(cell, xp, *arguments)
        return sum(float(np.sum(a * b)) for a, b in zip(after, later, strict=True))

    found = []
    for array in (array for arrays in arguments for array in arrays):
        derivative = np.empty(array.shape)
        for i in np.ndindex(array.shape):
            value = array[i]
            array[i] = value + _STEP
            above = loss()
            array[i] = value - _STEP
            derivative[i] = (above - loss()) / (2 * _STEP)
            array[i] = value
        found.append(derivative)
    return found


def _check_states(cell, names):
    """Compare the states of several steps, some of them missing, with other implementations."""
    import keras

    from ._keras_layer import recurrent_layer

    rng = np.random.default_rng(2)
    weights = [rng.normal(size=shape) for shape in cell.weight_shapes(_WIDTH, _UNITS)]
    steps = rng.normal(size=(_STEPS, _WIDTH, _ROWS))
    mask = rng.uniform(size=(_STEPS, _ROWS)) < 0.7
    mask[0] = True  # Keras returns zeros until the first known step
    states, _ = NumpyScan(cell, *names, weights, in_place=False).run(steps, mask)
    if has_own(cell, "in_place"):
        found, _ = NumpyScan(cell, *names, weights).run(steps, mask)
        _require_close(cell, found, states, "in_place and step compute different states")
    layer = recurrent_layer(
        cell,
        _UNITS,
        seeds=[0, 1, 2],
        return_sequences=True,
        activation=names[0],
        recurrent_activation=names[1],
    )
    layer.build((None, _STEPS, _WIDTH))
    found = [tuple(variable.shape) for variable in layer.trainable_variables]
    expected = [weight.shape for weight in weights]
    _require(cell, found == expected, f"its Keras layer has weights of {found}, not {expected}")
    for variable, weight in zip(layer.trainable_variables, weights, strict=True):
        variable.assign(weight)
    inputs = keras.ops.convert_to_tensor(steps.transpose(2, 0, 1).astype(np.float32))
    found = np.asarray(layer(inputs, mask=keras.ops.convert_to_tensor(mask.T)))
    what = "the Keras layer and step compute different states"
    _require_close(cell, found.transpose(1, 2, 0), states, what, 1e-4)


def _check_zero_units(cell):
    rng = np.random.default_rng(3)
    own = [rng.normal(size=shape) for shape in cell.weight_shapes(_WIDTH, _UNITS)]
    padded = [np.zeros(shape) for shape in cell.weight_shapes(_WIDTH, _PADDED)]
    places = weight_positions(cell, np.arange(_WIDTH), _UNITS, _PADDED)
    for array, place, weight in zip(padded, places, own, strict=True):
        array[place] = weight
    steps = rng.normal(size=(_STEPS, _WIDTH, _ROWS))
    expected, _ = NumpyScan(cell, "tanh", "sigmoid", own, in_place=False).run(steps)
    found, carried = NumpyScan(cell, "tanh", "sigmoid", padded, in_place=False).run(steps)
    what = "zero_units_stay_zero is True, but units with zero weights change the others"
    _require_close(cell, found[:, :_UNITS], expected, what)
    rest = any(np.any(array[_UNITS:]) for array in carried)
    _require(
        cell, not rest, "zero_units_stay_zero is True, but units with zero weights are not zero"
    )
