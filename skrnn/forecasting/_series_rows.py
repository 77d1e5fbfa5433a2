"""Counts and finds the rows of series that lie one after another in one array."""

import numpy as np
import pandas as pd


def begin_series(index):
    """Return which rows of an index begin a series, ``(n_rows,)``."""
    begin = np.zeros(len(index), bool)
    begin[:1] = True
    for codes in index.codes[:-1] if isinstance(index, pd.MultiIndex) else ():
        begin[1:] |= codes[1:] != codes[:-1]
    return begin


def count_known(values, lengths):
    """Return the number of known rows of each series, because only known values count.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_targets)
        Targets of all series, one series after another. A row is known if all of its targets are.
    lengths : ndarray of int of shape (n_series,)
        Rows of each series.

    Returns
    -------
    ndarray of int of shape (n_series,)
    """
    return known_from(values, lengths)[np.cumsum(lengths) - lengths]


def known_from(values, lengths):
    """Return the number of known rows of its series from each row on.

    Parameters
    ----------
    values, lengths
        As in :func:`count_known`.

    Returns
    -------
    ndarray of int of shape (n_rows,)
    """
    total = np.cumsum(~np.isnan(values).any(axis=1)[::-1])[::-1]
    in_later_series = np.append(total, 0)[np.cumsum(lengths)]
    return total - np.repeat(in_later_series, lengths)


def mean_of_known(values, series, n_series):
    """Return the mean of the known values of each series; NaN if it has none.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        The values.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    n_series : int
        Number of series.

    Returns
    -------
    ndarray of shape (n_series,)

    Examples
    --------
    >>> from skrnn.forecasting._series_rows import mean_of_known
    >>> mean_of_known(np.array([1.0, 3.0, np.nan, np.nan]), np.array([0, 0, 0, 1]), 2)
    array([ 2., nan])
    """
    known = ~np.isnan(values)
    count = np.bincount(series[known], minlength=n_series)
    total = np.bincount(series[known], values[known], minlength=n_series)
    return np.divide(total, count, out=np.full(n_series, np.nan), where=count > 0)


def row_ranges(starts, ends):
    """Return all rows from each start up to, but not including, its end.

    Parameters
    ----------
    starts, ends : ndarray of int of shape (n_series,)
        The rows.

    Returns
    -------
    ndarray of int
    """
    lengths = (ends - starts).astype(np.intp)
    return places_within(lengths) + np.repeat(starts, lengths)


def places_within(lengths):
    """Count the rows of each series from zero.

    Parameters
    ----------
    lengths : ndarray of int of shape (n_series,)
        Rows of each series.

    Returns
    -------
    ndarray of int
        The place of each row within its series, one series after another.
    """
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def spans(series, positions, n_series):
    """Return the time of the first row of each series, and the steps from there to its last row.

    Parameters
    ----------
    series : ndarray of int of shape (n_rows,)
        Series of each row.
    positions : ndarray of int of shape (n_rows,)
        Its position in time.
    n_series : int
        Number of series.

    Returns
    -------
    first, lengths : ndarray of int of shape (n_series,)
    """
    first = np.full(n_series, np.iinfo(np.int64).max)
    last = np.full(n_series, np.iinfo(np.int64).min)
    np.minimum.at(first, series, positions)
    np.maximum.at(last, series, positions)
    return first, (last - first + 1).astype(np.intp)
