"""Losses that networks minimise, and the contract for losses of your own."""

from ._check_loss import check_loss
from ._cross_entropy import CrossEntropy
from ._loss import Loss
from ._positive import Gamma, Poisson, Tweedie
from ._quantile import Pinball
from ._regression import AbsoluteError, Expectile, Huber, LogCosh, SquaredError

__all__ = [
    "AbsoluteError",
    "CrossEntropy",
    "Expectile",
    "Gamma",
    "Huber",
    "LogCosh",
    "Loss",
    "Pinball",
    "Poisson",
    "SquaredError",
    "Tweedie",
    "check_loss",
]
