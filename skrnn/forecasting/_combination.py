"""Weights of forecasters, from their errors on held-out windows."""

import numpy as np
from scipy.optimize import nnls

# The errors of a panel count as much as so many errors of a series.
_PANEL_ERRORS = 24
# Errors, as ratios to the smallest one, up to which forecasters have a weight. The errors of one
# short series depend on each other, and say less about later errors. There, ratios up to 3 change
# the error by -0.7% (328 windows of training parts; the standard error is 0.6%), and a forecaster
# whose ratio changes slightly, because of the seed, cannot lose a large weight.
USUAL_RATIO, RATIO_OF_ONE = 1.5, 3.0
RULES = ("mean", "weighted", "best")


def weigh(errors, rule, largest=USUAL_RATIO):
    """Return the weights of forecasters, which sum to 1.

    Parameters
    ----------
    errors : ndarray of shape (n_forecasters,)
        Mean scaled errors on held-out windows. NaN if not known.
    rule : {"mean", "weighted", "best"}
        "mean": equal weights [1]_. "weighted": weights proportional to the inverse squared
        errors. "best": only the forecaster with the smallest error.
    largest : float, default=1.5
        With "weighted", forecasters whose error is more than this many times the smallest error
        are left out.

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
        weights = np.where(errors <= largest * least, (least / errors) ** 2, 0.0)
    weights = np.nan_to_num(weights.astype(np.float64))
    return weights / weights.sum()


def weigh_each(errors, counts, rule, possible=True, largest=USUAL_RATIO):
    """Return the weights of forecasters for each series of a panel.

    The fewer errors of a series are known, the closer are its weights to those of the panel: its
    errors are shrunk to the mean errors of the panel, in units of the errors of the series.
    Forecasters that cannot forecast a series have no weight there, however good they are in the
    panel.

    Parameters
    ----------
    errors : ndarray of shape (n_forecasters, n_series)
        Mean scaled errors on held-out windows. NaN: not known.
    counts : ndarray of int of shape (n_series,)
        Number of errors of each forecaster in these means.
    rule : {"mean", "weighted", "best"}
        As in :func:`weigh`. With "mean", all forecasters have the same weight; with "best", the
        same one is chosen for all series that it can forecast.
    possible : bool or ndarray of bool of shape (n_forecasters, n_series), default=True
        Which forecasters can forecast which series.
    largest : float, default=1.5
        As in :func:`weigh`.

    Returns
    -------
    ndarray of shape (n_forecasters, n_series)

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._combination import weigh_each
    >>> errors = np.array([[1.0, 2.0, 3.0], [1.2, 1.6, 3.0]])
    >>> weigh_each(errors, np.array([500, 500, 5]), "weighted").round(2)
    array([[0.59, 0.39, 0.49],
           [0.41, 0.61, 0.51]])
    """
    known = ~np.isnan(errors)
    total, n_known = np.where(known, errors, 0.0).sum(axis=1), known.sum(axis=1)
    mean = np.divide(total, n_known, out=np.full(len(errors), np.nan), where=n_known > 0)
    expected = np.repeat(mean[:, None], errors.shape[1], axis=1)
    if rule == "weighted" and errors.shape[1] > 1:
        expected = _shrunk(errors, mean, own_share(counts))
    expected = np.where(possible, expected, np.nan)
    return np.stack([weigh(each, rule, largest) for each in expected.T], axis=1)


def _shrunk(errors, mean, share):
    """Return errors shrunk to those of the panel, in units of the errors of each series."""
    known = ~np.isnan(errors)
    # The errors that a series would have if it were as the panel.
    of_panel = np.where(known, mean[:, None], 0.0).sum(axis=0)
    unit = np.divide(
        np.where(known, errors, 0.0).sum(axis=0),
        of_panel,
        out=np.ones(errors.shape[1]),
        where=of_panel > 0,
    )
    expected = mean[:, None] * np.where(unit > 0, unit, 1.0)
    return np.where(known, share * errors + (1 - share) * expected, expected)


def weigh_together(errors):
    """Return the weights whose combination has the smallest mean squared error.

    If the errors of two forecasters are correlated, the one with the larger errors may contribute
    nothing. It takes many errors to estimate this.

    Parameters
    ----------
    errors : ndarray of shape (n_forecasters, n_errors)
        Errors of all forecasters at the same places. Places where one is NaN are not used, nor are
        forecasters without any error.

    Returns
    -------
    ndarray of shape (n_forecasters,)
        Not negative; they sum to 1. NaN if no place can be used, or all errors are zero.

    References
    ----------
    Bates and Granger, "The combination of forecasts", Operational Research Quarterly, 1969, with
    weights that are not negative.

    Examples
    --------
    The second forecaster has the same errors as the first one, but larger:

    >>> import numpy as np
    >>> from skrnn.forecasting._combination import weigh_together
    >>> one, other = np.random.default_rng(0).normal(size=(2, 1000))
    >>> weigh_together(np.stack([one, 1.2 * one, 2 * other])).round(1)
    array([0.8, 0. , 0.2])
    """
    weights = np.zeros(len(errors))
    usable = np.isfinite(errors).any(axis=1)
    errors = errors[usable][:, np.isfinite(errors[usable]).all(axis=0)]
    if not errors.any():
        return weights * np.nan
    unit = np.sqrt((errors**2).mean())
    # The sum of 1 is one more equation. It fixes only the scale, since errors have no constant
    # term, so the weights are proportional to those that minimise the squared error.
    table = np.vstack([errors.T / (unit * np.sqrt(errors.shape[1])), np.ones(len(errors))])
    found = nnls(table, np.append(np.zeros(errors.shape[1]), 1.0))[0]
    weights[usable] = found / found.sum()
    return weights


def own_share(counts):
    """Return how much the errors of each series count against those of its panel.

    Parameters
    ----------
    counts : ndarray of int of shape (n_series,)
        Number of errors of each series.

    Returns
    -------
    ndarray of shape (n_series,)
        From 0 to 1.
    """
    return counts / (counts + _PANEL_ERRORS)


def weights_for_errors(weights, counts, usual=None):
    """Return the weights with which the errors of a combination on the same windows are honest.

    Weights that were chosen for each series on a few errors make these errors smaller, but not
    later ones: on 400 monthly series of M3, 6% smaller, so they are shrunk to the weights of the
    panel once more, by the square of :func:`own_share`.

    Parameters
    ----------
    weights : ndarray of shape (n_forecasters,) or (n_forecasters, n_series)
        The weights.
    counts : ndarray of int of shape (n_series,)
        Number of errors that they were chosen on.
    usual : ndarray of bool of shape (n_series,), default=None
        The series that all forecasters can forecast. The weights of each series are shrunk to the
        mean of these, or of all series if there are none.

    Returns
    -------
    ndarray of the same shape
        They need not sum to 1.
    """
    if weights.ndim == 1:
        return weights
    of_panel = weights
    if usual is not None and usual.any() and not usual.all():
        of_panel = weights[:, usual]
    mean = of_panel.mean(axis=1, keepdims=True)
    return mean + own_share(counts) ** 2 * (weights - mean)


def combine(forecasts, weights):
    """Return the weighted mean of forecasts, without those that are NaN.

    Parameters
    ----------
    forecasts : ndarray of shape (n_forecasters, ...)
        The forecasts.
    weights : ndarray of shape (n_forecasters,) or (n_forecasters, n_series)
        The weights, the same ones for all forecasts or those of each series. Forecasts have the
        series along their second axis.

    Returns
    -------
    ndarray of shape (...)
        NaN where no forecaster with a weight has a forecast.
    """
    weights = weights.reshape(*weights.shape, *(1,) * (forecasts.ndim - weights.ndim))
    weights = weights * ~np.isnan(forecasts)
    total = weights.sum(axis=0)
    mean = (weights * np.nan_to_num(forecasts)).sum(axis=0)
    return np.divide(mean, total, out=np.full(mean.shape, np.nan), where=total > 0)
