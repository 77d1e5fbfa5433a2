"""From the parameter `cell` to a cell."""

import numpy as np
import pytest

from skrnn.cells import Cell, GRUCell, LSTMCell, SimpleCell
from skrnn.cells._named_cells import is_built_in, resolve_cell, stored_cell


class OwnCell(Cell):
    def __init__(self, size=1):
        self.size = size

    def step(self, xp, products, state):
        return products, []


def test_names_and_cells():
    assert [resolve_cell(name) for name in ("simple", "gru", "lstm")] == [
        SimpleCell(),
        GRUCell(),
        LSTMCell(),
    ]
    assert resolve_cell(OwnCell(3)) == OwnCell(3)
    assert stored_cell(LSTMCell()) == "lstm"
    assert stored_cell(OwnCell(2)) == OwnCell(2)
    assert is_built_in(GRUCell())
    assert not is_built_in(OwnCell())


def test_a_subclass_is_not_the_cell_whose_name_it_has():
    class Other(LSTMCell):
        pass

    Other.__name__ = "LSTMCell"
    assert Other().name == "lstm"
    assert isinstance(stored_cell(Other()), Other)
    assert not is_built_in(Other())


def test_a_later_change_has_no_effect():
    cell = OwnCell(1)
    resolved = resolve_cell(cell)
    cell.size = 2
    assert resolved == OwnCell(1)


def with_attributes(**attributes):
    return type("Broken", (OwnCell,), attributes)()


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("lstmm", r"cell must be one of \['gru', 'lstm', 'simple'\] or an instance of .*'lstmm'"),
        (OwnCell, "an instance of skrnn.cells.Cell. Got <class"),
        (None, "Got None"),
        (["gru"], r"Got \['gru'\]"),
        (OwnCell(np.ones(2)), "parameters of a cell must be hashable.*OwnCell has"),
        (with_attributes(gates=0), "Broken.gates must be an int of at least 1. Got 0"),
        (with_attributes(states=1.5), "Broken.states must be an int of at least 1. Got 1.5"),
        (with_attributes(recurrent_gates=0), "Broken.recurrent_gates must be an int"),
        (with_attributes(gates=2, recurrent_gates=1), "Broken must set separate=True"),
        (with_attributes(recurrent_bias=True), "Broken must set separate=True"),
        (
            with_attributes(gates=2, recurrent_gates=1, separate=True, recurrent_bias=True),
            "cannot have recurrent_bias=True",
        ),
        (with_attributes(extra_weights={"w": ("units",)}), "shapes of two axes.*'w'"),
        (with_attributes(extra_weights={"w": ("unit", 2)}), "'units' or an int.*'w'"),
        (with_attributes(extra_weights={"bias": (1, 2)}), "new names.*'bias'"),
        (with_attributes(decayed=("kernels",)), r"names no weights of the cell: \['kernels'\]"),
    ],
)
def test_errors(cell, message):
    with pytest.raises(ValueError, match=message):
        resolve_cell(cell)
