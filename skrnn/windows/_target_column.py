"""Determines whether the target is a column of the series from which windows are made."""

import numpy as np
from scipy.stats import rankdata

# Number of rows, spread across the series, that are compared.
_MOST_ROWS = 200
_FEWEST_ROWS = 10
# Rounding to a smaller type of float ties a few ranks.
_SAME_ORDER = 0.999


def holds_target(series, y):
    """Return whether a column of a series is the target, in any units.

    A column is assumed to be the target if the values of both have the same ranks, so scaled
    values and logarithms are recognised.

    Parameters
    ----------
    series : ndarray of shape (n_rows, n_columns)
        The series. NaN marks unknown values.
    y : array-like of shape (n_rows, ...) or None
        The target of each row, or the targets of all steps of its window.

    Returns
    -------
    bool or None
        None if this is not known: `y` is None or does not contain numbers, or has too few distinct
        known values.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._target_column import holds_target
    >>> rng = np.random.default_rng(0)
    >>> series = rng.uniform(1, 2, size=(50, 2))
    >>> holds_target(series, np.log(series[:, 1])), holds_target(series, rng.uniform(size=50))
    (True, False)
    """
    targets = _columns_of(y, len(series))
    if targets is None:
        return None
    step = -(-len(series) // _MOST_ROWS)
    told = True
    for column in series[::step].T:
        for target in targets[::step].T:
            same = _same_order(column, target)
            if same:
                return True
            told &= same is not None
    return False if told else None


def _columns_of(y, n_rows):
    """Return the target as a table of numbers, or None if it does not contain numbers."""
    try:
        y = np.asarray(y, np.float64)
    except (TypeError, ValueError):
        return None
    if y.ndim == 0 or len(y) != n_rows or not y.size:
        return None
    return y.reshape(n_rows, -1)


def _same_order(column, target):
    known = ~np.isnan(column) & ~np.isnan(target)
    # A constant has no order, and few rows may agree by chance.
    if known.sum() < _FEWEST_ROWS or np.ptp(target[known]) == 0:
        return None
    if np.ptp(column[known]) == 0:
        return False
    ranks = rankdata(column[known]), rankdata(target[known])
    return bool(abs(np.corrcoef(*ranks)[0, 1]) >= _SAME_ORDER)
