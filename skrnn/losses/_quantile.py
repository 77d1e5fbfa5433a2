"""The loss for quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from numbers import Real

import numpy as np

from skrnn._typing import Array, Floats, Namespace

from ._loss import Loss


class Pinball(Loss):
    """The pinball loss, which is minimised by a quantile.

    Parameters
    ----------
    quantile : float or tuple of float, default=0.5
        Quantile between 0 and 1, or several in increasing order. With a tuple, even of a single
        quantile, forecasts have an additional last axis of quantiles, which never cross.

    References
    ----------
    .. [1] Koenker and Bassett, "Regression Quantiles", Econometrica, 1978.

    Examples
    --------
    >>> from skrnn.losses import Pinball
    >>> Pinball((0.1, 0.9)).n_quantiles, Pinball(0.9).n_quantiles
    (2, 0)
    >>> round(Pinball(0.9).deviance([0.0, 0.0], [-1.0, 1.0]), 2)
    0.5
    """

    estimates = "quantile"
    of_differences = True

    def __init__(self, quantile: float | Sequence[float] = 0.5) -> None:
        quantiles = np.atleast_1d(np.asarray(quantile, dtype=object))
        inside = all(isinstance(value, Real) and 0 < value < 1 for value in quantiles)
        valid = quantiles.ndim == 1 and len(quantiles) and inside
        if not valid or any(a >= b for a, b in pairwise(quantiles)):
            raise ValueError(
                "quantile must be a number between 0 and 1, or several in increasing order. Got "
                f"{quantile!r} instead."
            )
        values = tuple(float(q) for q in quantiles)
        # Plain numbers remain the same objects, as sktime's `clone` requires.
        if not isinstance(quantile, tuple) or {type(q) for q in quantile} != {float}:
            quantile = values if np.ndim(quantile) else values[0]
        self.quantile = quantile

    @property
    def n_parameters(self) -> int:
        """Number of outputs of the network for each target.

        Returns
        -------
        int
            One for each quantile.
        """
        return max(self.n_quantiles, 1)

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        if not self.n_quantiles:
            return _pinball(xp, y_true - output, self.quantile)
        errors = [
            _pinball(xp, y_true - output[..., i], quantile)
            for i, quantile in enumerate(self.quantile)
        ]
        return sum(errors) / len(errors)

    def gradient(self, y_true: Array, output: Array) -> Floats:
        if not self.n_quantiles:
            return np.where(y_true >= output, -self.quantile, 1.0 - self.quantile)
        quantiles = np.array(self.quantile)
        slopes = np.where(y_true[..., None] >= output, -quantiles, 1.0 - quantiles)
        return slopes / len(quantiles)

    def score(self, y_true: Floats, y_pred: Floats, sample_weight: Floats | None = None) -> float:
        """Return the mean of the D2 scores of the quantiles, or R2 without an axis of quantiles.

        Parameters
        ----------
        y_true : ndarray of shape (n_samples,)
            Known targets.
        y_pred : ndarray of shape (n_samples,) or (n_samples, n_quantiles)
            Forecasts, as returned by `predict`.
        sample_weight : ndarray of shape (n_samples,), default=None
            Weights of the targets.

        Returns
        -------
        float
            The score; higher is better.
        """
        if not self.n_quantiles:
            return super().score(y_true, y_pred, sample_weight)
        from sklearn.metrics import d2_pinball_score

        scores = [
            d2_pinball_score(y_true, y_pred[:, i], sample_weight=sample_weight, alpha=quantile)
            for i, quantile in enumerate(self.quantile)
        ]
        return np.mean(scores)


def _pinball(xp, under, quantile):
    return xp.maximum(quantile * under, (quantile - 1.0) * under)
