"""Determines which values lose too many digits in float32, the precision of networks."""

import numpy as np

# Constants that went through a scaler differ by a few units in the last place of float64.
_ROUNDING = 4 * np.finfo(np.float64).eps


def lose_digits(values):
    """Return which columns change by less than the distance between neighbouring float32 numbers.

    A float32 number has about seven digits: near 1e8, neighbouring numbers are 8 apart, so a meter
    that rises by 0.5 per hour seems to stand still and then to jump. Such a column has to be
    brought closer to zero, in float64, before it is cast.

    Parameters
    ----------
    values : array-like of shape (n_rows,) or (n_rows, n_columns)
        The values, in the order of time if they have one. NaN marks an unknown value.

    Returns
    -------
    ndarray of bool of shape () or (n_columns,)
        True if more than half of the changes from one known value to the next are smaller than the
        distance. Rows that equal the row before them do not count as changes, and a column that
        does not change loses nothing. Values that are float32 already lose nothing either.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn._single_precision import lose_digits
    >>> meter = 1e8 + 0.5 * np.arange(100)
    >>> lose_digits(np.column_stack([meter, meter - 1e8]))
    array([ True, False])
    """
    values = np.asarray(values)
    if values.dtype == np.float32:
        return np.zeros(values.shape[1:], bool)
    if values.ndim == 1:
        return np.bool_(_loses_digits(values))
    return np.array([_loses_digits(column) for column in values.T], bool)


def _loses_digits(column):
    known = np.asarray(column[~np.isnan(column)], np.float64)
    change = np.abs(np.diff(known))
    largest = np.maximum(np.abs(known[1:]), np.abs(known[:-1]))
    changes = change > _ROUNDING * largest
    change, largest = change[changes], largest[changes]
    lost = change < float32_distance(largest)
    return 2 * lost.sum() > len(lost)


def float32_distance(size):
    """Return the distance between neighbouring float32 numbers of a size.

    Parameters
    ----------
    size : array-like of float
        Magnitudes.

    Returns
    -------
    ndarray of float64
        Infinity for magnitudes that float32 cannot hold.

    Examples
    --------
    >>> from skrnn._single_precision import float32_distance
    >>> float(float32_distance(1e8))
    8.0
    """
    with np.errstate(over="ignore", invalid="ignore"):
        distance = np.spacing(np.asarray(size, np.float32)).astype(np.float64)
    return np.where(np.isnan(distance), np.inf, distance)


def describe_lost_digits(values):
    """Describe the effect of float32 on a column for which :func:`lose_digits` is True.

    Parameters
    ----------
    values : array-like of shape (n_rows,)
        The column.

    Returns
    -------
    str
        The end of a sentence that begins with the name of the column or parameter.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn._single_precision import describe_lost_digits
    >>> print(describe_lost_digits(1e8 + 0.5 * np.arange(3)).partition(":")[0])
    has values near 1e+08, where neighbouring float32 numbers are 8 apart, but changes by 0.5
    """
    known = np.asarray(values, np.float64)
    known = known[~np.isnan(known)]
    change = np.abs(np.diff(known))
    middle = np.median(known)
    return (
        f"has values near {middle:.3g}, where neighbouring float32 numbers are "
        f"{float32_distance(np.abs(middle)):.2g} apart, but changes by "
        f"{np.median(change[change > 0]):.2g}: networks compute in float32, in which these "
        "changes are lost"
    )
