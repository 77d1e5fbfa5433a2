"""Recurrent cells: the contract, the cells of skrnn, and a check for your own."""

from ._cell import Cell
from ._gru import GRUCell
from ._lstm import LSTMCell
from ._simple import SimpleCell

__all__ = ["Cell", "GRUCell", "LSTMCell", "SimpleCell"]
