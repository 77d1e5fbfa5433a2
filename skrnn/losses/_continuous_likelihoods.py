"""Likelihoods of real and positive targets."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import psi

from skrnn._typing import Array, Floats, Namespace

from ._likelihood import Likelihood, gradient_of, positive, slope_of_positive
from ._log_gamma import HALF_LOG_2PI, log_beta, stirling_error
from ._positive import Gamma, logarithm_of


class Normal(Likelihood):
    """The likelihood of a normal distribution, whose mean and spread change with the window.

    The outputs are the mean, and the standard deviation before softplus.

    References
    ----------
    .. [1] Nix and Weigend, "Estimating the Mean and Variance of the Target Probability
       Distribution", ICNN, 1994.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses import Normal
    >>> Normal().distribution(np.array([[2.0, 0.5413]])).std().round(3)
    array([1.])
    """

    n_parameters = 2
    of_differences = True

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        scale = positive(xp, output[..., 1])
        z = (y_true - output[..., 0]) / scale
        return 0.5 * z * z + xp.log(scale) + HALF_LOG_2PI

    def gradient(self, y_true: Array, output: Array) -> Floats:
        scale = positive(np, output[..., 1])
        z = (y_true - output[..., 0]) / scale
        of_scale = (1.0 - z * z) / scale
        return gradient_of(output, -z / scale, of_scale * slope_of_positive(output[..., 1]))

    def distribution(self, output: Floats) -> Any:
        from scipy.stats import norm

        return norm(output[..., 0], positive(np, output[..., 1]))

    def expectation(self, xp: Namespace, output: Array) -> Array:
        return output[..., 0]


class StudentT(Likelihood):
    """The likelihood of Student's t distribution, for targets with outliers.

    The outputs are the mean, the scale before softplus, and the degrees of freedom minus 2, also
    before softplus. The variance is therefore always finite.

    References
    ----------
    .. [1] Lange, Little and Taylor, "Robust Statistical Modeling Using the t Distribution",
       Journal of the American Statistical Association, 1989.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses import StudentT
    >>> StudentT().distribution(np.array([[2.0, 0.5413, 1.8543]])).var().round(2)
    array([2.])
    """

    n_parameters = 3
    of_differences = True

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        scale, df = positive(xp, output[..., 1]), 2.0 + positive(xp, output[..., 2])
        z = (y_true - output[..., 0]) / scale
        constant = log_beta(xp, 0.5 * df, xp.full_like(df, 0.5)) + 0.5 * xp.log(df)
        return constant + xp.log(scale) + 0.5 * (df + 1.0) * xp.log1p(z * z / df)

    def gradient(self, y_true: Array, output: Array) -> Floats:
        scale, df = positive(np, output[..., 1]), 2.0 + positive(np, output[..., 2])
        z = (y_true - output[..., 0]) / scale
        weighted = z * (df + 1.0) / (df + z * z)
        wide = np.asarray(df, np.float64)
        of_df = psi(0.5 * wide) - psi(0.5 * wide + 0.5) + (1.0 - z * weighted) / df
        return gradient_of(
            output,
            -weighted / scale,
            (1.0 - z * weighted) / scale * slope_of_positive(output[..., 1]),
            0.5 * (of_df + np.log1p(z * z / df)) * slope_of_positive(output[..., 2]),
        )

    def distribution(self, output: Floats) -> Any:
        from scipy.stats import t

        df = 2.0 + positive(np, output[..., 2])
        return t(df, output[..., 0], positive(np, output[..., 1]))

    def expectation(self, xp: Namespace, output: Array) -> Array:
        return output[..., 0]


class LogNormal(Normal):
    """The likelihood of a log-normal distribution, for positive targets.

    The outputs are the mean of the logarithm of the target, and the standard deviation of this
    logarithm, before softplus. A level multiplies the target.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses import LogNormal
    >>> LogNormal().distribution(np.array([[0.0, 0.5413]])).median()
    array([1.])
    """

    link = "log"
    targets = "positive"
    neutral_target = 1.0
    of_differences = False

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        logarithm = logarithm_of(xp, y_true)
        return super().error(xp, logarithm, output) + logarithm

    def gradient(self, y_true: Array, output: Array) -> Floats:
        return super().gradient(logarithm_of(np, y_true), output)

    def distribution(self, output: Floats) -> Any:
        from scipy.stats import lognorm

        return lognorm(positive(np, output[..., 1]), scale=np.exp(output[..., 0]))

    def expectation(self, xp: Namespace, output: Array) -> Array:
        scale = positive(xp, output[..., 1])
        return xp.exp(output[..., 0] + 0.5 * scale * scale)


class GammaLikelihood(Likelihood):
    """The likelihood of a gamma distribution, for positive targets.

    The outputs are the logarithm of the mean, and the shape before softplus. A level multiplies
    the mean. The standard deviation is the mean divided by the square root of the shape. The loss
    :class:`Gamma` learns only the mean.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses import GammaLikelihood
    >>> GammaLikelihood().distribution(np.array([[0.0, 0.5413]])).std().round(3)
    array([1.])
    """

    n_parameters = 2
    link = "log"
    targets = "positive"
    neutral_target = 1.0

    def error(self, xp: Namespace, y_true: Array, output: Array) -> Array:
        shape, logarithm = positive(xp, output[..., 1]), logarithm_of(xp, y_true)
        difference = logarithm - output[..., 0]
        deviance = shape * (xp.exp(difference) - 1.0 - difference)
        return (
            deviance + logarithm - 0.5 * xp.log(shape) + HALF_LOG_2PI + stirling_error(xp, shape)
        )

    def gradient(self, y_true: Array, output: Array) -> Floats:
        shape = positive(np, output[..., 1])
        difference = logarithm_of(np, y_true) - output[..., 0]
        excess, wide = np.exp(difference) - 1.0, np.asarray(shape, np.float64)
        of_shape = excess - difference + psi(wide) - np.log(wide)
        return gradient_of(output, -shape * excess, of_shape * slope_of_positive(output[..., 1]))

    def score(self, y_true: Floats, y_pred: Floats, sample_weight: Floats | None = None) -> float:
        """Return the fraction of the gamma deviance that is explained by the means.

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
        return Gamma().score(y_true, y_pred, sample_weight)

    def distribution(self, output: Floats) -> Any:
        from scipy.stats import gamma

        shape = positive(np, output[..., 1])
        return gamma(shape, scale=np.exp(output[..., 0]) / shape)

    def expectation(self, xp: Namespace, output: Array) -> Array:
        return xp.exp(output[..., 0])
