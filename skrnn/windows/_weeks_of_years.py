"""Recognises years and weeks, such as 2024 and 1, that may also be months or row numbers."""

from datetime import date

import numpy as np

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_MONTHS, _WEEKS = 12, 53
_SEVERAL = 3
"""Different weeks of a year, later than any month. Fewer may be mistyped months."""
_END_OF_YEAR = 50, 3
"""Between labels of such weeks, or later and earlier ones, a year ends."""


def are_weeks_of_years(years, weeks):
    """Return whether numbers are weeks, not months or anything else.

    Parameters
    ----------
    years, weeks : array-like of int of shape (n_labels,)
        The parts of each label, in any order.

    Returns
    -------
    bool
        Whether all numbers may be weeks, and a year has several weeks after the 12th, or has at
        least as many of them as others and ends after one of them.

    Examples
    --------
    >>> from skrnn.windows._weeks_of_years import are_weeks_of_years
    >>> are_weeks_of_years([2023, 2024], [52, 1]), are_weeks_of_years([2023, 2024], [12, 1])
    (True, False)
    """
    years, weeks = _in_order(years, weeks)
    if not len(years) or years[0] < _FIRST_YEAR or years[-1] > _LAST_YEAR:
        return False
    if weeks.min() < 1 or weeks.max() > _WEEKS:
        return False
    is_late = weeks > _MONTHS
    n_late = np.bincount(years, is_late)
    if n_late.max() >= _SEVERAL:
        return True
    late, early = _END_OF_YEAR
    ends = (np.diff(years) == 1) & (weeks[:-1] >= late) & (weeks[1:] <= early)
    return bool((ends & (n_late >= np.bincount(years, ~is_late))[years[:-1]]).any())


def year_without_last_week(years, weeks):
    """Return a year that has a week 53 among the labels, but not in the ISO calendar, or None.

    Pandas reads such a week as the first one of the next year.

    Parameters
    ----------
    years, weeks : array-like of int of shape (n_labels,)
        The parts of each label.

    Returns
    -------
    int or None

    Examples
    --------
    >>> from skrnn.windows._weeks_of_years import year_without_last_week
    >>> year_without_last_week([2020, 2023], [53, 53])
    2023
    """
    years, weeks = _in_order(years, weeks)
    for year in years[weeks == _WEEKS].tolist():
        if date(year, 12, 28).isocalendar().week < _WEEKS:
            return year
    return None


def _in_order(years, weeks):
    """Return the different labels from the earliest one."""
    return np.divmod(np.unique(np.multiply(years, 100) + np.asarray(weeks)), 100)
