"""The contract of a loss that is the negative log-likelihood of a distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit

from skrnn._typing import Array, Floats, Namespace

from ._loss import Loss

FLOOR = 1e-4
"""Smallest scale, shape or dispersion. Targets are expected to be of order one."""


class Likelihood(Loss):
    """Base class of the losses that are negative log-likelihoods of a distribution.

    The network has `n_parameters` outputs for each target: the parameters of its distribution,
    each before the inverse of its own link. If there are several, they are along the last axis of
    the output. To write your own likelihood, write a subclass that defines :meth:`~Loss.error`,
    :meth:`distribution` and, if it has several parameters, :meth:`expectation`. To check the
    result, use :func:`check_loss`.

    Attributes
    ----------
    n_parameters : int
        Number of outputs of the network for each target.

    link : {"identity", "log", "logit"}
        Link of the first parameter, the location. A level (``level_feature``) is added to it: with
        the link "identity", the level shifts the distribution, and with "log", where the first
        parameter is a logarithm, it multiplies the distribution. The other parameters must not
        depend on the level. A level cannot be used with "logit".

    of_differences : bool
        Whether the error depends only on the difference between the target and the first
        parameter.

    See Also
    --------
    Loss : The attributes and methods of all losses.
    skrnn.RNNRegressor.predict_dist : The distribution of each target.

    Notes
    -----
    The forecast of several networks is a mixture of their distributions.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor
    >>> from skrnn.losses import Likelihood, check_loss
    >>> class Exponential(Likelihood):
    ...     link, targets, neutral_target = "log", "positive", 1.0
    ...
    ...     def error(self, xp, y_true, output):
    ...         return output + y_true * xp.exp(-output)
    ...
    ...     def gradient(self, y_true, output):
    ...         return 1.0 - y_true * np.exp(-output)
    ...
    ...     def distribution(self, output):
    ...         from scipy.stats import expon
    ...
    ...         return expon(scale=np.exp(output))
    >>> check_loss(Exponential())
    >>> X, y = np.linspace(-1, 1, 20)[:, None], np.linspace(1, 3, 20)
    >>> rnn = RNNRegressor("simple", 2, loss=Exponential(), epochs=1).fit(X, y)
    >>> rnn.predict_quantiles(X, [0.1, 0.9]).shape
    (20, 2)
    """

    estimates = "mean"

    def distribution(self, output: Floats) -> Any:
        """Return the distribution of each target.

        Parameters
        ----------
        output : ndarray of shape (..., n_outputs) or (..., n_outputs, n_parameters)
            Outputs of the network, before the inverses of the links.

        Returns
        -------
        frozen SciPy distribution
            It has the shape ``(..., n_outputs)``.
        """
        raise NotImplementedError(f"{type(self).__name__} must define distribution(output).")

    def expectation(self, xp: Namespace, output: Array) -> Array:
        """Compute the mean of each target, which `predict` returns.

        This method is used only if there are several parameters. Otherwise, the mean is the
        inverse of the link, applied to the output.

        Parameters
        ----------
        xp : module
            ``keras.ops`` or ``numpy``.
        output : array of shape (..., n_outputs, n_parameters)
            Outputs of the network, before the inverses of the links.

        Returns
        -------
        array of shape (..., n_outputs)
            The means.
        """
        raise NotImplementedError(f"{type(self).__name__} must define expectation(xp, output).")

    def deviance(
        self, y_true: Floats, y_pred: Floats, sample_weight: Floats | None = None
    ) -> float:
        """Raise an error, because a mean does not determine a likelihood.

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
            Nothing is returned.

        Raises
        ------
        ValueError
            Always, unless a subclass defines this method.
        """
        raise ValueError(
            f"{type(self).__name__} has no deviance of forecasts of the mean, which do not "
            "determine its other parameters. Use log_likelihood(X, y) of the estimator."
        )


def positive(xp: Namespace, output: Array) -> Array:
    """Compute a parameter that is above zero: softplus of the output, plus a small number.

    Parameters
    ----------
    xp : module
        ``keras.ops`` or ``numpy``.
    output : array
        Outputs of the network.

    Returns
    -------
    array of the same shape

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses._likelihood import positive
    >>> positive(np, np.array([-1e3, 0.0, 1e3])).round(4).tolist()
    [0.0001, 0.6932, 1000.0001]
    """
    return softplus(xp, output) + FLOOR


def slope_of_positive(output: Floats) -> Floats:
    """Compute the derivative of :func:`positive`."""
    return expit(output)


def softplus(xp: Namespace, x: Array) -> Array:
    """Compute ``log(1 + exp(x))`` without overflow."""
    return xp.logaddexp(x, xp.zeros_like(x))


def gradient_of(output: Floats, *columns: Floats) -> Floats:
    """Join derivatives with respect to each parameter, in the precision of the output."""
    return np.stack(columns, axis=-1).astype(output.dtype, copy=False)
