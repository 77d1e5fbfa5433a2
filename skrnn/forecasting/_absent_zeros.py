"""Recognises counts of which only those above zero have a row in a long table."""

import numpy as np

from skrnn._warnings import warn_user

_FEWEST_ROWS, _FEWEST_ABSENT = 20, 0.2
_SCATTERED = 0.5
"""Gaps, as a share of the number expected if each row were absent by chance."""
_FEWEST_ONES = 0.05
"""Where counts are large, zeros are rare, and absent rows must have another reason."""


def warn_of_absent_zeros(values, positions, series, target, time, *, most_absent=1.0):
    """Warn if rows are absent from a long table where a count was probably zero.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        The target.
    positions : ndarray of int of shape (n_rows,)
        Position in time of each row.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    target, time : str
        Names of the columns.
    most_absent : float, default=1.0
        Share of absent rows above which there is no warning.

    Warns
    -----
    SkrnnWarning
        If all values are positive whole numbers, some but not all of them are 1, and many rows are
        absent at scattered times.
    """
    if len(values) < _FEWEST_ROWS or not _are_small_counts(values):
        return
    order = np.lexsort((positions, series))
    same = series[order][1:] == series[order][:-1]
    steps = np.diff(positions[order])[same]
    n_absent, n_gaps = int((steps - 1).sum()), int((steps > 1).sum())
    n_rows = len(values) + n_absent
    share = n_absent / n_rows
    if not _FEWEST_ABSENT < share <= most_absent:
        return
    if n_gaps < _SCATTERED * n_rows * share * (1 - share):
        return
    warn_user(
        f"{n_absent} of {n_rows} rows are absent at scattered times in {time!r}, and every value "
        f"in {target!r} is a positive whole number. If no row means a value of 0, as after "
        "groupby(...).size(), insert rows with 0, for example with y.fillna(0) after to_panel. "
        "Otherwise, they are unknown, and the forecasts are far too high if they were in fact 0."
    )


def _are_small_counts(values):
    """Return whether known values are different whole numbers from 1, and 1 is not rare."""
    known = values[~np.isnan(values)]
    if not len(known) or known.min() != 1 or known.max() == 1:
        return False
    if not np.array_equal(known, np.round(known)):
        return False
    return bool((known == 1).mean() >= _FEWEST_ONES)
