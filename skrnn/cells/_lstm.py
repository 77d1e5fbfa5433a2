"""The long short-term memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from skrnn._typing import Activation, Arrays, Namespace, Weights

from ._cell import Cell
from ._columns import gate_views, multiplier, stacked


class LSTMCell(Cell):
    """The LSTM of Hochreiter and Schmidhuber [1]_, with the forget gate of Gers et al. [2]_.

    ``c = f * c + i * tanh(g)`` and ``h = o * tanh(c)``. The columns of the gates are in Keras's
    order: i, f, g, o. This cell can be specified as ``cell="lstm"``.

    The bias of the forget gate is initialised to one, so that the gate is open and gradients pass
    through it from the start of training [3]_.

    References
    ----------
    .. [1] Hochreiter and Schmidhuber, "Long Short-Term Memory", Neural Computation, 1997.
    .. [2] Gers, Schmidhuber and Cummins, "Learning to Forget: Continual Prediction with LSTM",
       Neural Computation, 2000.
    .. [3] Jozefowicz, Zaremba and Sutskever, "An Empirical Exploration of Recurrent Network
       Architectures", ICML, 2015.

    Examples
    --------
    >>> from skrnn.cells import LSTMCell
    >>> LSTMCell().weight_shapes(width=2, units=3)
    [(2, 12), (3, 12), (12,)]
    """

    gates, states = 4, 2
    zero_units_stay_zero = True
    keras_layer = "LSTM"

    def initial_weights(
        self, width: int, units: int, random_state: np.random.RandomState
    ) -> Weights:
        weights = super().initial_weights(width, units, random_state)
        weights[2][units : 2 * units] = 1.0
        return weights

    def step(self, xp: Namespace, products: Arrays, state: Arrays) -> tuple[Arrays, Arrays]:
        (_, c), (product,) = state, products
        i, f, g, o = xp.split(product, 4, axis=-1)
        i, f, g = xp.recurrent_activation(i), xp.recurrent_activation(f), xp.activation(g)
        o = xp.recurrent_activation(o)
        c = f * c + i * g
        squashed = xp.activation(c)
        return [o * squashed, c], [i, f, g, o, squashed]

    def backward(
        self, xp: Namespace, kept: Arrays, before: Arrays, after: Arrays
    ) -> tuple[Any, ...]:
        (i, f, g, o, squashed), (_, c), (dh, dc) = kept, before, after
        dc = dc + dh * o * xp.slope(squashed)
        products = [
            dc * g * xp.recurrent_slope(i),
            dc * c * xp.recurrent_slope(f),
            dc * i * xp.slope(g),
            dh * squashed * xp.recurrent_slope(o),
        ]
        return [xp.concatenate(products, axis=-1)], [xp.zeros_like(dh), dc * f]

    def in_place(
        self, weights: Arrays, activation: Activation, recurrent_activation: Activation
    ) -> Callable[..., Any]:
        units, columns = weights[1].shape[-2], stacked(*weights)
        # The three gates with the recurrent activation are adjacent: one call computes them.
        matrix = columns.copy()
        matrix[..., 2 * units : 3 * units, :] = columns[..., 3 * units :, :]
        matrix[..., 3 * units :, :] = columns[..., 2 * units : 3 * units, :]

        def bind(joined, state, memory):
            gates = np.empty((*state.shape[:-2], 4 * units, state.shape[-1]))
            sigmoid_gates = gates[..., : 3 * units, :]
            entering, kept, shown, candidate = gate_views(gates, 4)
            product = multiplier(matrix, joined)

            def advance():
                product(joined, gates)
                recurrent_activation(sigmoid_gates, sigmoid_gates)
                activation(candidate, candidate)
                np.multiply(candidate, entering, candidate)
                np.multiply(memory, kept, memory)
                np.add(memory, candidate, memory)
                activation(memory, state)
                np.multiply(state, shown, state)

            return advance

        return bind
