"""The simple cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from skrnn._typing import Activation, Arrays, Namespace

from ._cell import Cell
from ._columns import multiplier, stacked


class SimpleCell(Cell):
    """The simple cell of Elman [1]_: ``h = tanh(W x + U h + b)``.

    It can be specified as ``cell="simple"``.

    References
    ----------
    .. [1] Elman, "Finding Structure in Time", Cognitive Science, 1990.

    Examples
    --------
    >>> from skrnn.cells import SimpleCell
    >>> SimpleCell().weight_shapes(width=2, units=3)
    [(2, 3), (3, 3), (3,)]
    """

    zero_units_stay_zero = True
    uses_recurrent_activation = False
    keras_layer = "SimpleRNN"

    def step(self, xp: Namespace, products: Arrays, state: Arrays) -> tuple[Arrays, Arrays]:
        (z,) = products
        h = xp.activation(z)
        return [h], [h]

    def backward(
        self, xp: Namespace, kept: Arrays, before: Arrays, after: Arrays
    ) -> tuple[Any, ...]:
        (h,), (dh,) = kept, after
        return [dh * xp.slope(h)], [xp.zeros_like(dh)]

    def in_place(
        self, weights: Arrays, activation: Activation, recurrent_activation: Activation
    ) -> Callable[..., Any]:
        matrix = stacked(*weights)

        def bind(joined, state):
            gate = np.empty(state.shape)
            product = multiplier(matrix, joined)

            def advance():
                product(joined, gate)
                activation(gate, state)

            return advance

        return bind
