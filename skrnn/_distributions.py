"""Distributions of the targets, if the loss of an estimator is a likelihood."""

from math import prod

import numpy as np

from .losses._likelihood import Likelihood
from .losses._mixture import Mixture
from .network._quantiles import quantile_between

_BLOCK_VALUES = 2**20

_NAMES = (
    "'normal', 'student_t', 'log_normal', 'gamma_likelihood', 'poisson', 'negative_binomial', "
    "'zero_inflated_negative_binomial' or 'bernoulli'"
)


def check_likelihood(loss, method, owner="RNNRegressor"):
    """Check that a loss is a likelihood.

    Parameters
    ----------
    loss : Loss
        The loss.
    method : str
        The method that needs a distribution, for the message.
    owner : str, default="RNNRegressor"
        Class of the estimator, for the message.

    Raises
    ------
    ValueError
        If it is another loss, which does not determine a distribution.

    Examples
    --------
    >>> from skrnn._distributions import check_likelihood
    >>> from skrnn.losses import Normal
    >>> check_likelihood(Normal(), "predict_dist")
    """
    if not isinstance(loss, Likelihood):
        raise ValueError(
            f"{method} of {owner} needs a distribution of each target, which loss={loss!r} does "
            f"not determine. Set loss to a likelihood, such as {_NAMES}, and fit again."
        )


def check_same_loss(loss, architecture):
    """Check that the outputs of a network are those that a loss expects.

    Parameters
    ----------
    loss : Loss
        The current loss of the estimator.
    architecture : Architecture
        Settings of the fitted network.

    Raises
    ------
    ValueError
        If they are not, because the parameter was changed after `fit`.
    """
    several = loss if isinstance(loss, Likelihood) and loss.n_parameters > 1 else None
    fitted = architecture.n_quantiles, architecture.link, architecture.likelihood
    if (loss.n_quantiles, loss.link, several) != fitted:
        what = f"{architecture.n_quantiles or 'single'} forecast(s) of each target"
        if architecture.likelihood is not None:
            what = f"parameters of {architecture.likelihood!r}"
        raise ValueError(
            f"loss={loss!r} differs from the {what}, with the link {architecture.link!r}, that "
            "the network was fitted with: fit it again."
        )


def distribution_of(loss, outputs):
    """Return the distribution that one or several networks forecast.

    Parameters
    ----------
    loss : Likelihood
        The likelihood.
    outputs : ndarray of shape (n_networks, ...)
        Outputs of the networks, before the inverses of the links.

    Returns
    -------
    frozen SciPy distribution, or Mixture
        A mixture if there are several networks.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn._distributions import distribution_of
    >>> from skrnn.losses import Normal
    >>> distribution_of(Normal(), np.array([[[1.0, 0.0]], [[3.0, 0.0]]])).mean()
    array([2.])
    """
    with np.errstate(over="ignore"):
        components = [loss.distribution(output) for output in outputs]
    return components[0] if len(components) == 1 else Mixture(components)


def quantiles_of(distribution, alpha):
    """Compute quantiles of a distribution, with a last axis if there are several.

    Parameters
    ----------
    distribution : frozen distribution
        The distribution, of any shape.
    alpha : float or array-like of shape (n_quantiles,)
        The quantiles, between 0 and 1.

    Returns
    -------
    ndarray of shape (...) or (..., n_quantiles)

    Raises
    ------
    ValueError
        If `alpha` is not between 0 and 1.
    """
    levels = check_levels(alpha)
    if levels.ndim == 0:
        return distribution.ppf(float(levels))
    shape = np.shape(distribution.mean())
    # Many quantiles at once are fast, but not all of those of many targets fit into memory.
    n_blocks = min(1 + levels.size * prod(shape) // _BLOCK_VALUES, levels.size)
    blocks = [
        distribution.ppf(block.reshape(-1, *(1,) * len(shape)))
        for block in np.array_split(levels, n_blocks)
    ]
    return np.moveaxis(np.concatenate(blocks), 0, -1)


def quantiles_between(quantiles, forecast, alpha):
    """Interpolate between the quantiles that a network forecasts.

    Parameters
    ----------
    quantiles : float or tuple of float
        The quantiles of the forecast.
    forecast : ndarray of shape (...) or (..., n_quantiles)
        The forecast, with a last axis if `quantiles` is a tuple.
    alpha : float or array-like of shape (n_alphas,)
        The quantiles to return, between 0 and 1.

    Returns
    -------
    ndarray of shape (...) or (..., n_alphas)

    Raises
    ------
    ValueError
        If `alpha` is not between 0 and 1, or outside the range of `quantiles`.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn._distributions import quantiles_between
    >>> quantiles_between((0.1, 0.5, 0.9), np.array([[1.0, 2.0, 5.0]]), [0.5, 0.9])
    array([[2., 5.]])
    """
    levels = check_levels(alpha)
    if not isinstance(quantiles, tuple):
        quantiles, forecast = (quantiles,), forecast[..., None]
    found = [quantile_between(forecast, quantiles, level) for level in np.atleast_1d(levels)]
    return np.stack(found, axis=-1) if levels.ndim else found[0]


def check_levels(alpha, name="alpha"):
    """Return quantiles, or other shares, after checking that they lie between 0 and 1.

    Parameters
    ----------
    alpha : float or array-like of shape (n_levels,)
        The quantiles.
    name : str, default="alpha"
        Name of the parameter in the error.

    Returns
    -------
    ndarray of shape () or (n_levels,)

    Raises
    ------
    ValueError
        If one is not between 0 and 1, or there are none.
    """
    try:
        levels = np.asarray(alpha, np.float64)
    except (TypeError, ValueError):
        levels = np.array(np.nan)
    if levels.ndim > 1 or not levels.size or not ((levels > 0) & (levels < 1)).all():
        raise ValueError(
            f"{name} must be a number between 0 and 1, or a list of such numbers. Got {alpha!r}."
        )
    return levels


def draws_of(distribution, n_samples, random_state):
    """Draw from a distribution, with a last axis of draws.

    Parameters
    ----------
    distribution : frozen distribution
        The distribution, of any shape.
    n_samples : int
        Number of draws.
    random_state : int, RandomState instance or None
        Generator of the draws.

    Returns
    -------
    ndarray of shape (..., n_samples)
    """
    size = n_samples, *np.shape(distribution.mean())
    return np.moveaxis(distribution.rvs(size=size, random_state=random_state), 0, -1)
