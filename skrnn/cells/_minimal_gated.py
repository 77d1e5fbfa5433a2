"""The minimal gated unit."""

from __future__ import annotations

from typing import Any

from skrnn._typing import Array, Arrays, Namespace

from ._cell import Cell


class MinimalGatedCell(Cell):
    """The minimal gated unit of Zhou et al. [1]_: a GRU with one gate that forgets and resets.

    ``f = sigmoid(W x + U h + b)`` and ``h = (1 - f) * h + f * tanh(V x + R (f * h) + c)``.

    References
    ----------
    .. [1] Zhou, Wu, Zhang and Zhou, "Minimal Gated Unit for Recurrent Neural Networks",
       International Journal of Automation and Computing, 2016.

    Examples
    --------
    >>> from skrnn import RNNRegressor
    >>> from skrnn.cells import MinimalGatedCell
    >>> RNNRegressor(cell=MinimalGatedCell())
    RNNRegressor(cell=MinimalGatedCell())
    """

    gates, recurrent_gates, separate = 2, 1, True
    extra_weights = {"candidate_kernel": ("units", "units")}  # noqa: RUF012  (never changed)
    decayed = ("kernel", "recurrent_kernel", "candidate_kernel")
    zero_units_stay_zero = True

    def step(
        self, xp: Namespace, products: Arrays, state: Arrays, kernel: Array
    ) -> tuple[Arrays, Arrays]:
        (of_inputs, of_state), (h,) = products, state
        gate, candidate = xp.split(of_inputs, 2, axis=-1)
        f = xp.recurrent_activation(gate + of_state)
        candidate = xp.activation(candidate + xp.matmul(f * h, kernel))
        return [h + f * (candidate - h)], [f, candidate]

    def backward(
        self, xp: Namespace, kept: Arrays, before: Arrays, after: Arrays, kernel: Array
    ) -> tuple[Any, ...]:
        (f, candidate), (h,), (dh,) = kept, before, after
        dcandidate = dh * f * xp.slope(candidate)
        dreset = xp.matmul(dcandidate, xp.swapaxes(kernel, -1, -2))
        df = (dh * (candidate - h) + dreset * h) * xp.recurrent_slope(f)
        of_kernel = xp.matmul(xp.swapaxes(f * h, -1, -2), dcandidate)
        of_inputs = xp.concatenate([df, dcandidate], axis=-1)
        return [of_inputs, df], [dh * (1.0 - f) + dreset * f], of_kernel
