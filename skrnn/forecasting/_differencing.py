"""Takes differences of series, and sums forecasts of differences to forecasts of the series."""

import numpy as np


def check_lags(differencing):
    """Check the lags of the differences, and return them as a tuple.

    Parameters
    ----------
    differencing : None, int or sequence of int
        Value of the parameter.

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        If a lag is not a positive whole number.
    """
    if differencing is None:
        return ()
    lags = tuple(np.atleast_1d(np.asarray(differencing, dtype=object)).ravel())
    whole = [
        isinstance(lag, int | np.integer) and not isinstance(lag, bool) and lag > 0 for lag in lags
    ]
    if not lags or not all(whole):
        raise ValueError(
            "differencing must be None, a positive int or several of them, such as (1, 12); "
            f"got {differencing!r}."
        )
    return tuple(int(lag) for lag in lags)


def base_coefficients(lags):
    """Return the weights of the past in ``y[t] = difference[t] + sum(weight[k] * y[t - k])``.

    Parameters
    ----------
    lags : tuple of int
        Lags of the differences, one after another.

    Returns
    -------
    dict of int to float

    Examples
    --------
    >>> from skrnn.forecasting._differencing import base_coefficients
    >>> base_coefficients((1, 12))
    {1: 1.0, 12: 1.0, 13: -1.0}
    """
    polynomial = np.ones(1)
    for lag in lags:
        factor = np.zeros(lag + 1)
        factor[0], factor[lag] = 1.0, -1.0
        polynomial = np.convolve(polynomial, factor)
    return {k: -float(c) for k, c in enumerate(polynomial) if k and c}


def difference(panel, values, lags):
    """Take the differences of every series.

    Parameters
    ----------
    panel : Panel
        Where the series lie.
    values : ndarray of shape (n_rows, n_targets)
        The series.
    lags : tuple of int
        Lags of the differences, one after another.

    Returns
    -------
    ndarray of shape (n_rows, n_targets)
        NaN where a past value is unknown.
    """
    for lag in lags:
        values = values - panel.shifted(values, -lag)
    return values


def integrate(differences, known, lags):
    """Compute series from their differences, step by step.

    Parameters
    ----------
    differences : ndarray of shape (n_series, n_rows, n_targets)
        The differences. Differences at known rows are not used.
    known : ndarray of shape (n_series, n_rows, n_targets)
        The series. NaN where it has to be computed from the differences.
    lags : tuple of int
        Lags of the differences.

    Returns
    -------
    ndarray of shape (n_series, n_rows, n_targets)
        A value whose difference is unknown is filled forward.
    """
    if not lags:
        return np.where(np.isnan(known), differences, known)
    series = known.copy()
    coefficients = base_coefficients(lags)
    for row in range(sum(lags), series.shape[1]):
        value = differences[:, row] + sum(
            weight * series[:, row - k] for k, weight in coefficients.items()
        )
        value = np.where(np.isnan(value), series[:, row - 1], value)
        series[:, row] = np.where(np.isnan(known[:, row]), value, known[:, row])
    return series
