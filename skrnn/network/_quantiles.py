"""Values between and beyond forecast quantiles."""

import numpy as np
from scipy.special import ndtri


def interpolate_quantile(values, quantiles, alpha):
    """Interpolate between the quantiles that were forecast.

    The interpolation is linear in the quantiles of the standard normal distribution, so the
    quantiles of a normal distribution are exact. Linear in `alpha`, half of the quantiles between
    0.05 and 0.5 would be much too far from the median.

    Parameters
    ----------
    values : ndarray of shape (..., n_quantiles)
        Forecasts.
    quantiles : sequence of float of shape (n_quantiles,)
        Quantiles of the forecasts, in increasing order.
    alpha : float
        Quantile to return. If it lies outside the range of `quantiles`, the nearest quantile is
        returned.

    Returns
    -------
    ndarray of shape (...)

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.stats import norm
    >>> from skrnn.network._quantiles import interpolate_quantile
    >>> interpolate_quantile(norm(5).ppf([[0.05, 0.5]]), (0.05, 0.5), 0.25) - norm(5).ppf(0.25)
    array([0.])
    """
    if len(quantiles) == 1:
        return values[..., 0]
    right = int(np.clip(np.searchsorted(quantiles, alpha), 1, len(quantiles) - 1))
    low, high, at = ndtri([quantiles[right - 1], quantiles[right], alpha])
    share = float(np.clip((at - low) / (high - low), 0, 1))
    if share in {0.0, 1.0}:  # the other quantile does not count, even if it is NaN
        return values[..., right - 1 + int(share)]
    return (1 - share) * values[..., right - 1] + share * values[..., right]


def quantile_between(values, quantiles, alpha):
    """Interpolate a quantile between the forecast quantiles.

    Parameters
    ----------
    values : ndarray of shape (..., n_quantiles)
        Forecasts.
    quantiles : tuple of float
        The quantiles of the forecasts.
    alpha : float
        The quantile to return.

    Returns
    -------
    ndarray of shape (...)

    Raises
    ------
    ValueError
        If `alpha` is outside the range of the quantiles.
    """
    # Half of a coverage is not exact in binary: 0.5 - 0.8 / 2 is slightly less than 0.1.
    if max(quantiles[0] - alpha, alpha - quantiles[-1]) > 1e-9:
        widest = 2 * min(0.5 - quantiles[0], quantiles[-1] - 0.5)
        end = min(alpha, 1 - alpha)
        raise ValueError(
            f"The network forecasts the quantiles {quantiles}; {alpha:.6g} is outside their "
            f"range. An interval with coverage={1 - 2 * end:.6g} "
            f"needs {end:.6g} and {1 - end:.6g} among the quantiles: fit with a `quantile` that "
            "contains them"
            + (f", or request a coverage of at most {widest:.6g}." if widest > 0 else ".")
        )
    return interpolate_quantile(values, quantiles, alpha)


def all_quantiles(values, quantiles, alphas):
    """Return quantiles between those that were forecast, and beyond them.

    Beyond the outermost quantile on a side, the distribution is assumed to be normal, with
    this quantile and the same median. If no median can be interpolated, because all quantiles lie
    on one side of it, the two outermost quantiles determine the normal distribution.

    Parameters
    ----------
    values : ndarray of shape (..., n_quantiles)
        Forecasts.
    quantiles : sequence of float of shape (n_quantiles,)
        Quantiles of the forecasts, two or more, in increasing order.
    alphas : sequence of float of shape (n_alphas,)
        Quantiles to return, between 0 and 1.

    Returns
    -------
    ndarray of shape (..., n_alphas)

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.stats import norm
    >>> from skrnn.network._quantiles import all_quantiles
    >>> all_quantiles(norm(5).ppf([0.1, 0.5, 0.9]), (0.1, 0.5, 0.9), [0.01, 0.3, 0.99]).round(2)
    array([2.67, 4.48, 7.33])
    >>> norm(5).ppf([0.01, 0.3, 0.99]).round(2)
    array([2.67, 4.48, 7.33])
    """
    center = float(np.clip(0.5, quantiles[0], quantiles[-1]))
    middle = interpolate_quantile(values, quantiles, center)
    return np.stack(
        [_quantile(values, quantiles, alpha, center, middle) for alpha in alphas], axis=-1
    )


def _quantile(values, quantiles, alpha, center, middle):
    if quantiles[0] <= alpha <= quantiles[-1]:
        return interpolate_quantile(values, quantiles, alpha)
    end = 0 if alpha < quantiles[0] else -1
    if quantiles[end] == center:
        center, middle = quantiles[-1 - end], values[..., -1 - end]
    outer, inner, at = ndtri([quantiles[end], center, alpha])
    return middle + (values[..., end] - middle) * (at - inner) / (outer - inner)
