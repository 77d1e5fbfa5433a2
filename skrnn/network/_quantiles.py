"""Interpolates between forecast quantiles."""

import numpy as np


def interpolate_quantile(values, quantiles, alpha):
    """Interpolate linearly between the quantiles that were forecast.

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
    >>> from skrnn.network._quantiles import interpolate_quantile
    >>> interpolate_quantile(np.array([[1.0, 6.0]]), (0.1, 0.6), 0.2)
    array([2.])
    """
    if len(quantiles) == 1:
        return values[..., 0]
    right = int(np.clip(np.searchsorted(quantiles, alpha), 1, len(quantiles) - 1))
    low, high = quantiles[right - 1], quantiles[right]
    share = float(np.clip((alpha - low) / (high - low), 0, 1))
    return (1 - share) * values[..., right - 1] + share * values[..., right]
