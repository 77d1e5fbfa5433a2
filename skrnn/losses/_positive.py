"""Deviances for non-negative targets, with a log link."""

from __future__ import annotations

from typing import Any

import numpy as np

from skrnn._typing import Array, Floats, Namespace, Targets
from skrnn._validation import check_number

from ._likelihood import Likelihood
from ._loss import Loss

# The deviance of targets from their mean is of the order of the square of their relative distance,
# and that of smaller distances vanishes among the errors of rounding.
_LEAST_DISTANCE = 1e-7
_TINY = float(np.finfo(np.float32).tiny)


class Tweedie(Loss):
    """The Tweedie deviance, for amounts that are often zero, such as rainfall or insurance claims.

    The variance of a target is proportional to its mean to the power of `power`. The network
    learns the logarithm of the mean.

    Parameters
    ----------
    power : float, default=1.5
        Power of the variance function: greater than 1, but not 2. Below 2, targets may be zero.
        :class:`Poisson` has the power 1, and :class:`Gamma` the power 2.

    References
    ----------
    .. [1] Jorgensen, "The Theory of Dispersion Models", 1997.

    Examples
    --------
    >>> from skrnn.losses import Tweedie
    >>> round(Tweedie(1.5).deviance([0.0, 1.0], [1.0, 1.0]), 4)
    2.0
    """

    link = "log"
    estimates = "mean"
    neutral_target = 1.0

    def __init__(self, power: float = 1.5) -> None:
        self.power = check_number(power, "power", above=1.0)
        if self.power == 2.0:
            raise ValueError("power=2 is the deviance of Gamma(): use this loss.")

    @property
    def targets(self) -> Targets:
        """Targets for which the loss is designed.

        Returns
        -------
        str
            "nonnegative", or "positive" if the power is greater than 2.
        """
        return "nonnegative" if self.power < 2 else "positive"

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        a, b = 1.0 - self.power, 2.0 - self.power
        constant = y_true**b / (a * b)
        return 2.0 * (constant - y_true * xp.exp(a * output) / a + xp.exp(b * output) / b)

    def gradient(self, y_true: Array, output: Array) -> Floats:
        p = self.power
        return 2.0 * (np.exp((2.0 - p) * output) - y_true * np.exp((1.0 - p) * output))

    def score(self, y_true: Floats, y_pred: Floats, sample_weight: Floats | None = None) -> float:
        """Return the fraction of the deviance that is explained, as computed by scikit-learn.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples,)
            Known targets.
        y_pred : ndarray of shape (n_samples,)
            Forecasts of the mean.
        sample_weight : ndarray of shape (n_samples,), default=None
            Weights of the targets.

        Returns
        -------
        float
            The score; higher is better. If all targets are equal, at least up to rounding, there
            is nothing to explain: the score is 1.0 if the forecasts are exact, and 0.0 otherwise,
            as with `r2_score`.
        """
        from sklearn.metrics import d2_tweedie_score

        counts = slice(None) if sample_weight is None else sample_weight > 0
        counted = y_true[counts]
        if not counted.any() or (len(y_true) > 1 and _are_equal(counted)):
            return float(len(counted) > 0 and np.array_equal(y_pred[counts], counted))
        y_pred = np.maximum(y_pred, np.finfo(np.float64).tiny)
        return d2_tweedie_score(y_true, y_pred, sample_weight=sample_weight, power=self.power)


class Poisson(Tweedie, Likelihood):
    """The Poisson deviance, for counts.

    The network learns the logarithm of the mean. The deviance is twice the negative log-likelihood
    plus a function of the targets only, so minimising it fits a Poisson distribution.

    Examples
    --------
    >>> from skrnn.losses import Poisson
    >>> Poisson().deviance([0.0, 1.0], [1.0, 1.0])
    1.0
    """

    targets = "counts"
    power = 1
    neutral_target = 0.0

    def __init__(self) -> None:
        pass

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        positive = xp.where(y_true > 0, y_true, xp.ones_like(y_true))
        return 2.0 * (xp.exp(output) - y_true * (1.0 + output - xp.log(positive)))

    def gradient(self, y_true: Array, output: Array) -> Floats:
        return 2.0 * (np.exp(output) - y_true)

    def distribution(self, output: Floats) -> Any:
        from scipy.stats import poisson

        return poisson(np.exp(output))

    def deviance(
        self, y_true: Floats, y_pred: Floats, sample_weight: Floats | None = None
    ) -> float:
        """Return the weighted mean of the Poisson deviances of forecasts of the mean.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples, ...)
            Known targets.
        y_pred : ndarray of shape (n_samples, ...)
            Forecasts of the mean.
        sample_weight : ndarray of shape (n_samples,), default=None
            Weights of the rows.

        Returns
        -------
        float
            The deviance; lower is better.
        """
        return Loss.deviance(self, y_true, y_pred, sample_weight)


class Gamma(Tweedie):
    """The gamma deviance, for positive amounts whose spread grows with their mean.

    The network learns the logarithm of the mean.

    Examples
    --------
    >>> from skrnn.losses import Gamma
    >>> round(Gamma().deviance([1.0, 2.0], [1.0, 1.0]), 4)
    0.3069
    """

    targets = "positive"
    power = 2

    def __init__(self) -> None:
        pass

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        return 2.0 * (y_true * xp.exp(-output) - 1.0 + output - logarithm_of(xp, y_true))

    def gradient(self, y_true: Array, output: Array) -> Floats:
        return 2.0 * (1.0 - y_true * np.exp(-output))


def _are_equal(targets):
    """Whether targets are equal up to rounding."""
    return np.ptp(targets) <= _LEAST_DISTANCE * np.abs(targets).max()


def logarithm_of(xp: Namespace, y_true: Array) -> Array:
    """Compute logarithms of positive targets, some of which may be zero as float32."""
    return xp.log(xp.maximum(y_true, xp.full_like(y_true, _TINY)))
