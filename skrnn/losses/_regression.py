"""Losses that depend on the difference between a target and its forecast."""

from __future__ import annotations

import numpy as np

from skrnn._typing import Array, Floats, Namespace
from skrnn._validation import check_number

from ._loss import Loss


class SquaredError(Loss):
    """The squared error, which is minimised by the mean.

    Examples
    --------
    >>> from skrnn.losses import SquaredError
    >>> SquaredError().deviance([0.0, 0.0], [1.0, 3.0])
    5.0
    """

    estimates = "mean"
    of_differences = True

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        difference = output - y_true
        return difference * difference

    def gradient(self, y_true: Array, output: Array) -> Floats:
        return 2.0 * (output - y_true)


class AbsoluteError(Loss):
    """The absolute error, which is minimised by the median.

    Examples
    --------
    >>> from skrnn.losses import AbsoluteError
    >>> AbsoluteError().deviance([0.0, 0.0], [1.0, 3.0])
    2.0
    """

    estimates = "median"
    of_differences = True

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        return xp.abs(output - y_true)

    def gradient(self, y_true: Array, output: Array) -> Floats:
        return np.sign(output - y_true)


class Huber(Loss):
    """The Huber loss, which is quadratic for small errors and linear for large ones.

    Parameters
    ----------
    delta : float, default=1.0
        Size of the error at which the loss becomes linear. It is on the scale of the targets.

    References
    ----------
    .. [1] Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics,
       1964.

    Examples
    --------
    >>> from skrnn.losses import Huber
    >>> Huber(delta=2.0).deviance([0.0, 0.0], [1.0, 3.0])
    2.25
    """

    of_differences = True

    def __init__(self, delta: float = 1.0) -> None:
        self.delta = check_number(delta, "delta", above=0.0)

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        size = xp.abs(output - y_true)
        near = xp.minimum(size, xp.full_like(size, self.delta))
        return near * (size - 0.5 * near)

    def gradient(self, y_true: Array, output: Array) -> Floats:
        return np.clip(output - y_true, -self.delta, self.delta)


class LogCosh(Loss):
    """The logarithm of the hyperbolic cosine of the error, a smooth version of the absolute error.

    Examples
    --------
    >>> from skrnn.losses import LogCosh
    >>> round(LogCosh().deviance([0.0], [1.0]), 4)
    0.4338
    """

    of_differences = True

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        size = xp.abs(output - y_true)
        return size + xp.log1p(xp.exp(-2.0 * size)) - float(np.log(2.0))

    def gradient(self, y_true: Array, output: Array) -> Floats:
        return np.tanh(output - y_true)


class Expectile(Loss):
    """The asymmetric squared error, which is minimised by an expectile.

    Parameters
    ----------
    expectile : float, default=0.5
        Weight, between 0 and 1, of forecasts below the target. Forecasts above the target have the
        weight ``1 - expectile``. With 0.5, the expectile is the mean.

    References
    ----------
    .. [1] Newey and Powell, "Asymmetric Least Squares Estimation and Testing", Econometrica,
       1987.

    Examples
    --------
    >>> from skrnn.losses import Expectile
    >>> Expectile(0.75).deviance([0.0, 0.0], [-2.0, 2.0])
    2.0
    """

    of_differences = True

    def __init__(self, expectile: float = 0.5) -> None:
        self.expectile = check_number(expectile, "expectile", above=0.0, below=1.0)

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        difference = y_true - output
        below, above = xp.maximum(difference, 0.0), xp.minimum(difference, 0.0)
        return self.expectile * below * below + (1.0 - self.expectile) * above * above

    def gradient(self, y_true: Array, output: Array) -> Floats:
        difference = y_true - output
        return -2.0 * np.where(difference > 0, self.expectile, 1.0 - self.expectile) * difference
