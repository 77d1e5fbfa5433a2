"""Recognises counts of which only those above zero have a row in a long table."""

import numpy as np
import pandas as pd

from skrnn._warnings import warn_user
from skrnn.windows._labels import step_length

from ._series_rows import spans

_FEWEST_ROWS, _FEWEST_ABSENT = 20, 0.2
_SCATTERED = 0.5
"""Gaps, as a share of the number expected if each row were absent by chance."""
_FEWEST_ONES = 0.05
"""Where counts are large, zeros are rare, and absent rows must have another reason."""
_CLOSED, _OPEN, _FEWEST_WEEKS = 0.9, 0.5, 4
"""Share of some weeks in which rows are absent: almost always at one place of the week, such as
Sunday, and usually not at another one."""
_WEEK, _MOST_PLACES = pd.Timedelta(days=7), 336


def warn_of_absent_zeros(values, positions, series, target, time, *, per_week=0, most_absent=1.0):
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
    per_week : int, default=0
        Number of positions in a week. Rows at places of the week at which their series almost
        never has one, such as the Sundays of a shop, do not count as absent. 0 means that all
        rows count.
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
    if per_week:
        positions, series = _without_closed_places(positions, series, per_week)
    order = np.lexsort((positions, series))
    same = series[order][1:] == series[order][:-1]
    steps = np.diff(positions[order])[same]
    n_absent, n_gaps = int((steps - 1).sum()), int((steps > 1).sum())
    n_rows = len(positions) + n_absent
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


def places_of_week(axis):
    """Return the number of time steps in a week.

    Parameters
    ----------
    axis : TimeAxis
        The steps of time.

    Returns
    -------
    int
        0 if it is unknown, differs or is too large. Whole numbers may be days.
    """
    if axis.week is not None:
        return len(axis.week.slots) if len(axis.week.slots) <= _MOST_PLACES else 0
    if axis.freq is None:
        return _WEEK.days
    if isinstance(axis.freq, pd.offsets.CustomBusinessDay):
        return int(np.sum(axis.freq.calendar.weekmask))
    if isinstance(axis.freq, pd.offsets.BusinessDay):
        return 5
    step = step_length(axis.freq)
    if step is None or _WEEK % step or not 1 < _WEEK // step <= _MOST_PLACES:
        return 0
    return _WEEK // step


def _without_closed_places(positions, series, per_week):
    """Return the positions and the series of rows, without places of the week that are closed.

    The positions count only the other places.
    """
    n_series = int(series.max()) + 1
    first, lengths = spans(series, positions, n_series)
    week, place = np.divmod(positions, per_week)
    rows = np.bincount(series * per_week + place, minlength=n_series * per_week)
    rows = rows.reshape(n_series, per_week)
    until = (np.arange(per_week) - first[:, np.newaxis]) % per_week
    weeks = np.maximum(lengths[:, np.newaxis] - until + per_week - 1, 0) // per_week
    absent = 1 - rows / np.maximum(weeks, 1)
    is_often_open = absent.min(axis=1, keepdims=True) <= _OPEN
    closed = (absent >= _CLOSED) & (weeks >= _FEWEST_WEEKS) & is_often_open
    counts = np.cumsum(~closed, axis=1)
    kept = ~closed[series, place]
    counted = week * counts[series, -1] + counts[series, place]
    return counted[kept], series[kept]
