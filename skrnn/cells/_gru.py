"""The gated recurrent unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from skrnn._typing import Activation, Arrays, Namespace

from ._cell import Cell
from ._columns import gate_views, multiplier, stacked


class GRUCell(Cell):
    """The GRU of Cho et al. [1]_, with the reset applied after the product, as in Keras and cuDNN.

    ``h = z * h + (1 - z) * tanh(W x + b + r * (U h + d))``. The columns of the gates are in
    Keras's order: z, r, candidate. This cell can be specified as ``cell="gru"``.

    References
    ----------
    .. [1] Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for Statistical
       Machine Translation", EMNLP, 2014.

    Examples
    --------
    >>> from skrnn.cells import GRUCell
    >>> GRUCell().weight_shapes(width=2, units=3)
    [(2, 9), (3, 9), (2, 9)]
    """

    gates = 3
    separate = recurrent_bias = True
    zero_units_stay_zero = True
    keras_layer = "GRU"

    def step(self, xp: Namespace, products: Arrays, state: Arrays) -> tuple[Arrays, Arrays]:
        (h,) = state
        of_inputs, of_state = (xp.split(product, 3, axis=-1) for product in products)
        z = xp.recurrent_activation(of_inputs[0] + of_state[0])
        r = xp.recurrent_activation(of_inputs[1] + of_state[1])
        candidate = xp.activation(of_inputs[2] + r * of_state[2])
        return [z * h + (1.0 - z) * candidate], [z, r, candidate, of_state[2]]

    def backward(
        self, xp: Namespace, kept: Arrays, before: Arrays, after: Arrays
    ) -> tuple[Any, ...]:
        (z, r, candidate, product), (h,), (dh,) = kept, before, after
        dcandidate = dh * (1.0 - z) * xp.slope(candidate)
        dz = dh * (h - candidate) * xp.recurrent_slope(z)
        dr = dcandidate * product * xp.recurrent_slope(r)
        of_inputs = xp.concatenate([dz, dr, dcandidate], axis=-1)
        of_state = xp.concatenate([dz, dr, dcandidate * r], axis=-1)
        return [of_inputs, of_state], [dh * z]

    def in_place(
        self, weights: Arrays, activation: Activation, recurrent_activation: Activation
    ) -> Callable[..., Any]:
        kernel, recurrent_kernel, bias = weights
        width, units = kernel.shape[-2], recurrent_kernel.shape[-2]
        both, last = slice(2 * units), slice(2 * units, None)
        matrix = stacked(kernel[..., both], recurrent_kernel[..., both], bias.sum(-2)[..., both])
        candidate_matrix = stacked(kernel[..., last])
        candidate_bias = bias[..., 0, last, None].astype(np.float64)
        reset_matrix = stacked(recurrent_kernel[..., last], bias[..., 1, last])

        def bind(joined, state):
            values, with_one = joined[..., :width, :], joined[..., width:, :]
            gates = np.empty((*state.shape[:-2], 2 * units, state.shape[-1]))
            update, reset = gate_views(gates, 2)
            candidate, recurrent = np.empty((2, *state.shape))
            product = multiplier(matrix, joined)
            reset_product = multiplier(reset_matrix, with_one)
            candidate_product = multiplier(candidate_matrix, values)

            def advance():
                product(joined, gates)
                recurrent_activation(gates, gates)
                reset_product(with_one, recurrent)
                np.multiply(recurrent, reset, recurrent)
                candidate_product(values, candidate)
                np.add(candidate, candidate_bias, candidate)
                np.add(candidate, recurrent, candidate)
                activation(candidate, candidate)
                np.subtract(state, candidate, state)
                np.multiply(state, update, state)
                np.add(state, candidate, state)

            return advance

        return bind
