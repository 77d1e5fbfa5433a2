"""Weights of forecasters, from their errors on held-out windows."""

import numpy as np

RULES = ("mean", "weighted", "best")


def weigh(errors, rule):
    """Return the weights of forecasters, which sum to 1.

    Parameters
    ----------
    errors : ndarray of shape (n_forecasters,)
        Mean scaled errors on held-out windows. NaN if not known.
    rule : {"mean", "weighted", "best"}
        "mean": equal weights [1]_. "weighted": weights proportional to the inverse squared "
        "errors; forecasters whose error exceeds the smallest by more than half are left out.
        "best": only the forecaster with the smallest error.

    Returns
    -------
    ndarray of shape (n_forecasters,)

    References
    ----------
    .. [1] Bates and Granger, "The combination of forecasts", Operational Research Quarterly, 1969.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._combination import weigh
    >>> weigh(np.array([1.0, 1.25, 3.0]), "weighted").round(2)
    array([0.61, 0.39, 0.  ])
    """
    if rule == "mean" or np.isnan(errors).all():
        return np.ones(len(errors)) / max(len(errors), 1)
    least = np.nanmin(errors)
    if rule == "best":
        weights = np.arange(len(errors)) == np.nanargmin(errors)
    elif least == 0:
        weights = errors == 0
    else:
        weights = np.where(errors <= 1.5 * least, (least / errors) ** 2, 0.0)
    weights = np.nan_to_num(weights.astype(np.float64))
    return weights / weights.sum()


def combine(forecasts, weights):
    """Return the weighted mean of forecasts, without those that are NaN.

    Parameters
    ----------
    forecasts : ndarray of shape (n_forecasters, ...)
        The forecasts.
    weights : ndarray of shape (n_forecasters,)
        The weights.

    Returns
    -------
    ndarray of shape (...)
        NaN where no forecaster with a weight has a forecast.
    """
    weights = weights.reshape(-1, *(1,) * (forecasts.ndim - 1)) * ~np.isnan(forecasts)
    total = weights.sum(axis=0)
    mean = (weights * np.nan_to_num(forecasts)).sum(axis=0)
    return np.divide(mean, total, out=np.full(mean.shape, np.nan), where=total > 0)
