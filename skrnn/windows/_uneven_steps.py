"""Infers frequencies that are even only on a calendar, and that pandas does not infer.

They are several working days, the halves of months, a day of each month, such as the 10th, and a
weekday of each month, such as the second Tuesday. Labels are local times in microseconds, as in
`_calendar`.
"""

import numpy as np
import pandas as pd

from ._calendar import equal_step, is_of_one_time

_MONDAY_TO_FRIDAY = "1111100"


def infer_uneven_steps(wall):
    """Return the frequency of dates whose steps are even only on a calendar.

    Parameters
    ----------
    wall : ndarray of int64 of shape (n,)
        The local times in microseconds since 1970, increasing.

    Returns
    -------
    freq : DateOffset or None
        The frequency, if each label lies on it. Labels may be missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._labels import wall_of
    >>> from skrnn.windows._uneven_steps import infer_uneven_steps
    >>> infer_uneven_steps(wall_of(pd.date_range("2024-01-01", periods=9, freq="3B")))
    <3 * BusinessDays>
    >>> infer_uneven_steps(wall_of(pd.date_range("2024-01-01", periods=9, freq="SMS")))
    <SemiMonthBegin: day_of_month=15>
    """
    if len(wall) < 3 or not is_of_one_time(wall):
        return None
    dates = wall.astype("datetime64[us]").astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    days = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
    is_last = ((dates + 1).astype("datetime64[M]") != months) & (days > 27)
    months = months.astype(np.int64)
    if len(np.unique(days)) == 1 and days[0] <= 28:
        step = equal_step(months)
        return pd.DateOffset(months=step) if step else None
    by_days = _by_working_days(dates)
    return _by_halves(months, days, is_last) if by_days is None else by_days


def infer_weekday_of_month(wall):
    """Return the frequency of dates that are, for example, the second Tuesday of each month.

    Parameters
    ----------
    wall : ndarray of int64 of shape (n,)
        The local times in microseconds since 1970, increasing.

    Returns
    -------
    freq : DateOffset or None

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._labels import wall_of
    >>> from skrnn.windows._uneven_steps import infer_weekday_of_month
    >>> infer_weekday_of_month(wall_of(pd.date_range("2024", periods=9, freq="2WOM-2TUE")))
    <2 * WeekOfMonths: week=1, weekday=1>
    """
    distances = np.diff(wall)
    if len(wall) < 3 or not is_of_one_time(wall) or (distances == distances[0]).all():
        return None
    dates = pd.DatetimeIndex(wall.astype("datetime64[us]"))
    step = equal_step(dates.year.to_numpy(np.int64) * 12 + dates.month)
    weekdays, weeks = np.unique(dates.weekday), np.unique((dates.day - 1) // 7)
    if not step or len(weekdays) > 1:
        return None
    if len(weeks) == 1:
        return pd.offsets.WeekOfMonth(step, week=int(weeks[0]), weekday=int(weekdays[0]))
    if (dates.day > dates.days_in_month - 7).all():
        return pd.offsets.LastWeekOfMonth(step, weekday=int(weekdays[0]))
    return None


def _by_working_days(dates):
    """Return a step of several working days, if no label is on a Saturday or Sunday."""
    if not np.is_busday(dates, weekmask=_MONDAY_TO_FRIDAY).all():
        return None
    counts = np.busday_count(dates[0], dates, weekmask=_MONDAY_TO_FRIDAY)
    step = equal_step(counts.astype(np.int64))
    return pd.offsets.BDay(step) if step and step > 1 else None


def _by_halves(months, days, is_last):
    """Return a step of halves of months: the 1st and the 15th, or the 15th and the last day."""
    first = days == 1
    for edge, offset in ((first, pd.offsets.SemiMonthBegin), (is_last, pd.offsets.SemiMonthEnd)):
        middle = np.unique(days[~edge])
        # A second day that is the first, or the last in February, does not split a month in half.
        if len(middle) != 1 or not edge.any() or not 2 <= middle[0] <= 27:
            continue
        second = ~edge if offset is pd.offsets.SemiMonthBegin else edge
        step = equal_step(2 * months + second)
        return offset(step, day_of_month=int(middle[0])) if step else None
    return None
