"""The LSTM with peepholes."""

from __future__ import annotations

from typing import Any

from skrnn._typing import Array, Arrays, Namespace

from ._lstm import LSTMCell


class PeepholeLSTMCell(LSTMCell):
    """The LSTM of Gers and Schmidhuber [1]_, whose gates also depend on the memory.

    The input and forget gates depend on the memory before the step, and the output gate depends on
    the memory after it, each with one weight per unit. These weights do not decay. They are
    initialised to zero, so training starts from a plain :class:`LSTMCell`.

    References
    ----------
    .. [1] Gers and Schmidhuber, "Recurrent Nets That Time and Count", IJCNN, 2000.

    Examples
    --------
    >>> from skrnn.cells import PeepholeLSTMCell
    >>> PeepholeLSTMCell().weight_shapes(width=2, units=3)
    [(2, 12), (3, 12), (12,), (3, 3)]
    """

    extra_weights = {"peepholes": (3, "units")}  # noqa: RUF012  (never changed)

    def step(
        self, xp: Namespace, products: Arrays, state: Arrays, peepholes: Array
    ) -> tuple[Arrays, Arrays]:
        (_, c), (product,) = state, products
        i, f, g, o = xp.split(product, 4, axis=-1)
        seen = [peepholes[..., k : k + 1, :] for k in range(3)]
        i, f = (xp.recurrent_activation(z + p * c) for z, p in zip((i, f), seen[:2], strict=True))
        g = xp.activation(g)
        c = f * c + i * g
        o, squashed = xp.recurrent_activation(o + seen[2] * c), xp.activation(c)
        return [o * squashed, c], [i, f, g, o, squashed, c]

    def backward(
        self, xp: Namespace, kept: Arrays, before: Arrays, after: Arrays, peepholes: Array
    ) -> tuple[Any, ...]:
        (i, f, g, o, squashed, c), (_, earlier), (dh, dc) = kept, before, after
        of_i, of_f, of_o = (peepholes[..., k : k + 1, :] for k in range(3))
        do = dh * squashed * xp.recurrent_slope(o)
        dc = dc + dh * o * xp.slope(squashed) + do * of_o
        di, df = dc * g * xp.recurrent_slope(i), dc * earlier * xp.recurrent_slope(f)
        of_peepholes = [xp.sum(d * m, axis=-2) for d, m in ((di, earlier), (df, earlier), (do, c))]
        products = xp.concatenate([di, df, dc * i * xp.slope(g), do], axis=-1)
        before = [xp.zeros_like(dh), dc * f + di * of_i + df * of_f]
        return [products], before, xp.stack(of_peepholes, axis=-2)
