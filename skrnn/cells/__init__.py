"""Recurrent cells: the base class, the built-in cells, and a check for your own cells."""

from ._cell import Cell
from ._check_cell import check_cell
from ._gru import GRUCell
from ._lstm import LSTMCell
from ._minimal_gated import MinimalGatedCell
from ._peephole_lstm import PeepholeLSTMCell
from ._simple import SimpleCell

__all__ = [
    "Cell",
    "GRUCell",
    "LSTMCell",
    "MinimalGatedCell",
    "PeepholeLSTMCell",
    "SimpleCell",
    "check_cell",
]
