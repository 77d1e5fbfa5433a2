"""Likelihoods of counts and of binary events."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit, psi

from skrnn._typing import Array, Floats, Namespace

from ._likelihood import Likelihood, gradient_of, positive, slope_of_positive, softplus
from ._log_gamma import log_beta
from ._loss import TARGETS
from ._mixture import Mixture
from ._positive import Poisson


class NegativeBinomial(Likelihood):
    """The likelihood of a negative binomial distribution, for counts.

    The outputs are the logarithm of the mean, and the dispersion before softplus. The variance is
    ``mean + dispersion * mean ** 2``, so it is larger than that of :class:`Poisson`. A level
    multiplies the mean.

    References
    ----------
    .. [1] Salinas, Flunkert, Gasthaus and Januschowski, "DeepAR: Probabilistic Forecasting with
       Autoregressive Recurrent Networks", International Journal of Forecasting, 2020.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses import NegativeBinomial
    >>> NegativeBinomial().distribution(np.array([[np.log(3.0), 0.5413]])).var().round(2)
    array([12.])
    """

    n_parameters = 2
    link = "log"
    targets = "counts"

    def check_targets(self, y: Floats) -> None:
        super().check_targets(y)
        broken = np.isfinite(y) & (y != np.rint(y))
        if broken.any():
            raise ValueError(f"it contains {y[broken].flat[0]:.3g}, but counts are integers")

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        size, logit = self._size_and_logit(xp, output)
        ways = log_beta(xp, size, y_true + 1.0) + xp.log(y_true + size)
        return ways + y_true * softplus(xp, -logit) + size * softplus(xp, logit)

    def gradient(self, y_true: Array, output: Array) -> Floats:
        # In float64, because only the last digits of the differences below are left for large
        # sizes.
        wide, y = output.astype(np.float64), y_true.astype(np.float64)
        size, logit = self._size_and_logit(np, wide)
        share = expit(logit)
        of_mean = size * share - y * (1.0 - share)
        of_size = psi(size) - psi(y + size) + softplus(np, logit) - of_mean / size
        of_dispersion = -of_size * size * size * slope_of_positive(wide[..., 1])
        return gradient_of(output, of_mean, of_dispersion)

    def score(self, y_true: Floats, y_pred: Floats, sample_weight: Floats | None = None) -> float:
        """Return the fraction of the Poisson deviance that is explained by the means.

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
            The score; higher is better.
        """
        return Poisson().score(y_true, y_pred, sample_weight)

    def distribution(self, output: Floats) -> Any:
        from scipy.stats import nbinom

        size, logit = self._size_and_logit(np, output)
        return nbinom(size, expit(-logit))

    def expectation(self, xp: Namespace, output: Array) -> Array:
        return xp.exp(output[..., 0])

    @staticmethod
    def _size_and_logit(xp, output):
        """Return the number of failures, 1 over the dispersion, and the logit of a success."""
        dispersion = positive(xp, output[..., 1])
        return 1.0 / dispersion, output[..., 0] + xp.log(dispersion)


class ZeroInflatedNegativeBinomial(NegativeBinomial):
    """The likelihood of counts with more zeros than a negative binomial distribution has.

    A target is zero with some probability, and otherwise a count distributed as in
    :class:`NegativeBinomial`, which may be zero as well. The outputs are the logarithm of the mean
    of these counts, their dispersion before softplus, and the logit of this probability.

    References
    ----------
    .. [1] Greene, "Accounting for Excess Zeros and Sample Selection in Poisson and Negative
       Binomial Regression Models", 1994.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses import ZeroInflatedNegativeBinomial
    >>> output = np.array([[np.log(3.0), 0.5413, 0.0]])
    >>> ZeroInflatedNegativeBinomial().distribution(output).mean()
    array([1.5])
    """

    n_parameters = 3

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        counted = super().error(xp, y_true, output) + softplus(xp, output[..., 2])
        zero = -xp.logaddexp(-counted, -softplus(xp, -output[..., 2]))
        return xp.where(y_true > 0, counted, zero)

    def gradient(self, y_true: Array, output: Array) -> Floats:
        wide, y = output.astype(np.float64), y_true.astype(np.float64)
        logit = wide[..., 2]
        counted = super().error(np, y, wide) + softplus(np, logit)
        # Probability that this target comes from the count and not from the inflation.
        share = np.where(y > 0, 1.0, expit(softplus(np, -logit) - counted))
        of_count = share[..., None] * super().gradient(y, wide)
        of_zero = expit(logit) - 1.0 + share
        return gradient_of(output, of_count[..., 0], of_count[..., 1], of_zero)

    def distribution(self, output: Floats) -> Any:
        from scipy.stats import poisson

        zeros, count = poisson(np.zeros(output.shape[:-1])), super().distribution(output)
        logit = output[..., 2]
        return Mixture([zeros, count], np.stack([expit(logit), expit(-logit)]))

    def expectation(self, xp: Namespace, output: Array) -> Array:
        return xp.exp(output[..., 0] - softplus(xp, output[..., 2]))


class Bernoulli(Likelihood):
    """The likelihood of an event that happens (1) or does not (0).

    The output is the logit of the probability, which is the forecast. A level cannot be used.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses import Bernoulli
    >>> Bernoulli().distribution(np.array([0.0])).mean()
    array([0.5])
    """

    link = "logit"
    targets = "binary"

    def check_targets(self, y: Floats) -> None:
        other = np.isfinite(y) & (y != 0) & (y != 1)
        if other.any():
            raise ValueError(f"it contains {y[other].flat[0]:.3g}, but {TARGETS[self.targets][1]}")

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        return softplus(xp, output) - y_true * output

    def gradient(self, y_true: Array, output: Array) -> Floats:
        return expit(output) - y_true

    def distribution(self, output: Floats) -> Any:
        from scipy.stats import bernoulli

        return bernoulli(expit(output))
