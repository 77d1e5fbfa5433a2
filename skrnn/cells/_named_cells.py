"""The cells that have a name. Other cells are passed as instances, and need no entry here."""

from copy import copy

from ._cell import Cell
from ._gru import GRUCell
from ._lstm import LSTMCell
from ._simple import SimpleCell

CELLS = {cell.name: cell for cell in (SimpleCell(), GRUCell(), LSTMCell())}
_BUILT_IN = frozenset(map(type, CELLS.values()))


def resolve_cell(cell):
    """Return the cell for a value of the parameter `cell`.

    Parameters
    ----------
    cell : {"simple", "gru", "lstm"} or Cell
        The name of a cell, or a cell.

    Returns
    -------
    Cell
        A copy, so that later changes to the given cell have no effect.

    Raises
    ------
    ValueError
        If it is neither, or if the cell violates the contract.

    Examples
    --------
    >>> from skrnn.cells._named_cells import resolve_cell
    >>> resolve_cell("gru")
    GRUCell()
    """
    if isinstance(cell, str) and cell in CELLS:
        return CELLS[cell]
    if not isinstance(cell, Cell):
        raise ValueError(
            f"cell must be one of {sorted(CELLS)} or an instance of skrnn.cells.Cell. "
            f"Got {cell!r}."
        )
    try:
        hash(cell)
    except TypeError as error:
        raise ValueError(
            f"The parameters of a cell must be hashable, such as numbers, strings and tuples: "
            f"{type(cell).__name__} has {vars(cell)}."
        ) from error
    _check_attributes(cell)
    return copy(cell) if vars(cell) else cell


def stored_cell(cell):
    """Return the name of a cell, or the cell itself if it has none.

    Parameters
    ----------
    cell : Cell
        The cell.

    Returns
    -------
    str or Cell
    """
    return cell.name if is_built_in(cell) else cell


def is_built_in(cell):
    """Whether a cell has a name. With bounded activations, it never overflows in float64."""
    return type(cell) in _BUILT_IN


def _check_attributes(cell):
    name = type(cell).__name__
    for attribute in ("gates", "states", "recurrent_gates"):
        value = getattr(cell, attribute)
        if not ((isinstance(value, int) and value >= 1) or (attribute, value) == _AS_MANY):
            raise ValueError(f"{name}.{attribute} must be an int of at least 1. Got {value!r}.")
    differs = cell.recurrent_gates not in (None, cell.gates)
    if not cell.separate and (differs or cell.recurrent_bias):
        raise ValueError(
            f"{name} must set separate=True: its products cannot be added, because "
            f"recurrent_gates={cell.recurrent_gates} and recurrent_bias={cell.recurrent_bias}."
        )
    if differs and cell.recurrent_bias:
        raise ValueError(
            f"{name} cannot have recurrent_bias=True: a bias for both products needs as many "
            f"recurrent_gates ({cell.recurrent_gates}) as gates ({cell.gates})."
        )
    for key, shape in cell.extra_weights.items():
        valid = len(shape) == 2 and all(n == "units" or isinstance(n, int) for n in shape)
        if not valid or key in Cell.decayed or key == "bias":
            raise ValueError(
                f"{name}.extra_weights must map new names to shapes of two axes, each of them "
                f"'units' or an int. Got {key!r}: {shape!r}."
            )
    unknown = set(cell.decayed) - set(cell.weight_names)
    if unknown:
        raise ValueError(f"{name}.decayed names no weights of the cell: {sorted(unknown)}.")


_AS_MANY = "recurrent_gates", None
