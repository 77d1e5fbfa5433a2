"""Finds one or two values of a series that are far from all others."""

import numpy as np

_TIMES_RANGE = 5.0
_MOST_ISOLATED, _FEWEST_OTHERS = 2, 10
# A smaller range, as a share of the values, may be rounding.
_LEAST_RANGE = 1e-9
# Large orders are usual among so many zeros.
_MANY_ZEROS = 0.3
ISOLATED = "more than five times as far from all other values as these are from each other"
"""Part of the warnings. None of the 9,751 series of the benchmark ``isolated_values`` (M1, M3, M4
hourly and weekly, Tourism, NN5, hospitals and car parts) has such a value."""


def isolated_rows(values, series=None):
    """Return the positions of values that are far from all others of their series.

    These are the one or two largest or smallest values, if the gap to the next value exceeds five
    times the range of all others. There must be ten others that are not 0, and not all equal. The
    last two values may be a new level, and a value that is large among many zeros a large order.

    Parameters
    ----------
    values : ndarray of shape (n,), float
        The values; NaN if unknown.
    series : ndarray of int of shape (n,), default=None
        Number of the series of each value, in order. None means that there is one.

    Returns
    -------
    ndarray of int
        The positions, in order.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._isolated_values import isolated_rows
    >>> isolated_rows(np.append(np.arange(1.0, 20.0), 900.0))
    array([19])
    """
    known = np.flatnonzero(np.isfinite(values))
    if len(known) <= _FEWEST_OTHERS:
        return known[:0]
    numbers = np.zeros(len(known), np.intp) if series is None else series[known]
    order = np.lexsort((values[known], numbers))
    found = [known[:0]]
    ends = np.append(np.flatnonzero(np.diff(numbers)) + 1, len(known))
    counts = np.diff(ends, prepend=0)
    with np.errstate(over="ignore"):  # values near the largest float
        found += _largest(known[order], values[known[order]], counts, ends - 1)
        rows = known[order][::-1]
        found += _largest(rows, -values[rows], counts, len(known) - 1 - np.append(0, ends[:-1]))
    return np.unique(np.concatenate(found))


def _largest(rows, ordered, counts, last):
    """Return the rows of the largest values of each series, whose gap to the next is wide.

    Parameters
    ----------
    rows : ndarray of int of shape (n,)
        The rows, ordered by their values within each series.
    ordered : ndarray of shape (n,)
        These values.
    counts, last : ndarray of int of shape (n_series,)
        Number of values of each series, and the place of its largest one.
    """
    found = []
    for k in range(1, _MOST_ISOLATED + 1):
        use = counts >= _FEWEST_OTHERS + k
        top, first = last[use] - k + 1, (last - counts + 1)[use]
        others = ordered[top - 1] - ordered[first]
        rounding = _LEAST_RANGE * np.maximum(np.abs(ordered[first]), np.abs(ordered[top - 1]))
        wide = (ordered[top] - ordered[top - 1] > _TIMES_RANGE * others) & (others > rounding)
        for begin, place in zip(first[wide], top[wide], strict=True):
            far, rest = rows[place : place + k], ordered[begin:place]
            n_others = np.count_nonzero(rest)
            intermittent = rest[0] >= 0 and len(rest) - n_others >= _MANY_ZEROS * len(rest)
            new_level = k > 1 and rows[begin:place].max() < far.min()
            if n_others >= _FEWEST_OTHERS and not intermittent and not new_level:
                found.append(far)
    return found
