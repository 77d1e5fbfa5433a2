"""The step of labels in time, and how many rows are missing between them by it.

Labels come as whole numbers in time order: `ticks`, which tell how far apart they are, and for
dates `wall`, the time on the clock on the wall in microseconds. Three calendars are tried, and
the one by which the fewest rows are missing is taken:

- equal steps, such as days, hours or every fifth integer;
- months, quarters or years, whose days differ in number;
- a week: certain times of day on certain days of the week, such as working days or the hours
  of a session.
"""

import numpy as np

_DAY = 86_400_000_000
_WEEK = 7 * _DAY
_MONDAY = 4 * _DAY
"""The first Monday after the start of 1970, from which weeks are counted."""


def count_missing(ticks, wall=None, cut=None):
    """Count the rows that are missing between each label and the next.

    Parameters
    ----------
    ticks : ndarray of int64 of shape (n,)
        The labels, increasing.

    wall : ndarray of int64 of shape (n,) or None, default=None
        For dates, the local time in microseconds since 1970.

    cut : int or None, default=None
        An interval between two labels, from which no step is inferred: interval i lies
        between label i and label i + 1.

    Returns
    -------
    counts : ndarray of int64 of shape (n - 1,) or None
        The missing rows in each interval. None if the labels have no clear step: by no
        calendar do at least half of the rows, the one after `cut` aside, follow the row
        before them without a gap.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._calendar import count_missing
    >>> count_missing(np.array([0, 5, 10, 25, 30]))
    array([0, 0, 2, 0])
    >>> count_missing(np.array([0, 1, 7, 19])) is None
    True
    """
    inside = np.ones(max(len(ticks) - 1, 0), bool)
    if cut is not None:
        inside[cut] = False
    if not inside.any():
        return None
    distances = np.diff(ticks)
    if (distances == distances[0]).all():
        return np.zeros(len(distances), np.int64)
    counts = _by_equal_steps(ticks if not _one_time_of_day(wall) else wall, inside)
    if counts is not None and not counts.any():
        return counts
    if wall is not None:
        counts = _fewest(counts, _by_months(wall, inside), inside)
        counts = _by_week_or(counts, wall, inside)
    if counts is None or 2 * np.count_nonzero(counts[inside]) > inside.sum():
        return None
    return counts


def equal_step(ticks):
    """Find the step of labels that are evenly spaced, but for rows that are missing.

    Parameters
    ----------
    ticks : ndarray of int64 of shape (n,)
        The labels, increasing.

    Returns
    -------
    step : int or None
        The usual distance. None if there is none, or a label is not a whole number of steps
        from the first one.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._calendar import equal_step
    >>> equal_step(np.array([0, 5, 10, 25, 30]))
    5
    """
    distances = np.diff(ticks)
    step = _usual(distances)
    return None if step is None or (distances % step).any() else int(step)


def days_of_week(wall):
    """Find the days of the week on which a daily series has rows.

    Parameters
    ----------
    wall : ndarray of int64 of shape (n,)
        The local times in microseconds since 1970.

    Returns
    -------
    days : tuple of int or None
        0 for Monday to 6 for Sunday. None if the rows are not of one time of day, or no day
        of the week is left out.
    """
    if not _one_time_of_day(wall) or len(wall) < 3:
        return None
    inside = np.ones(len(wall) - 1, bool)
    by_days = _by_equal_steps(wall, inside)
    if _by_week_or(by_days, wall, inside) is by_days:
        return None
    week = _Week.of(wall, inside)
    return tuple(int(day) for day in np.flatnonzero(week.expected.any(axis=1)))


def _usual(distances):
    """The distance that at least half of the intervals have, nearly perhaps; None if none."""
    values, counts = np.unique(distances, return_counts=True)
    if not len(values):
        return None
    most = int(np.argmax(counts))
    if 2 * counts[most] >= len(distances):
        return values[most]
    middle = np.median(distances)
    near = np.abs(distances - middle) <= middle / 4
    return middle if 2 * np.count_nonzero(near) >= len(distances) else None


def _by_equal_steps(ticks, inside):
    distances = np.diff(ticks)
    step = _usual(distances[inside])
    return None if step is None else _steps_between(distances, step)


def _by_months(wall, inside):
    distances = np.diff(wall)
    if distances[inside].min() < 28 * _DAY:
        return None
    dates = wall.astype("datetime64[us]")
    months = dates.astype("datetime64[M]")
    days = dates.astype("datetime64[D]") - months.astype("datetime64[D]")
    # Every 30 days is no month, unless the days of the month say otherwise.
    if len(np.unique(distances[inside])) == 1 and len(np.unique(days)) > 1:
        return None
    distances = np.diff(months.astype(np.int64))
    step = _usual(distances[inside])
    return None if not step or distances.min() < 1 else _steps_between(distances, step)


def _by_week_or(counts, wall, inside):
    """Rows missing by a week's times, if they explain the gaps, else those of `counts`."""
    if np.diff(wall)[inside].min() >= _WEEK:
        return counts
    week = _Week.of(wall, inside)
    if counts is not None and not counts[inside].any():
        return week.missing_between(wall) if week.is_likely(wall, inside) else counts
    if 2 * len(wall) < 3 * len(week.times):
        return counts  # a time of day that does not come again tells nothing
    return _fewest(counts, week.missing_between(wall), inside)


def _fewest(one, other, inside):
    """The counts with the fewest missing rows, `one` if both have as many."""
    if one is None or other is None:
        return other if one is None else one
    return other if other[inside].sum() < one[inside].sum() else one


def _steps_between(distances, step):
    return np.maximum(np.rint(distances / step).astype(np.int64) - 1, 0)


def _one_time_of_day(wall):
    return wall is not None and not (np.diff(wall) % _DAY).any()


class _Week:
    """The times of a week at which a series has rows.

    Attributes
    ----------
    times : ndarray of int64 of shape (n_times,)
        The times of day that occur.

    expected : ndarray of bool of shape (7, n_times)
        Whether there is a row on a day of the week, Monday first, at a time of day.
    """

    def __init__(self, times, expected):
        self.times = times
        self.expected = expected

    @classmethod
    def of(cls, wall, inside):
        """Learn the week of a series.

        A time is expected if the series has a row in at least a quarter of the weeks that it
        passes through. Of a day of the week that it never passes through the times of the
        other days are expected; except on Saturdays and Sundays, if it has several times of
        day or more than five days, and none of them on one.
        """
        times, time = np.unique(wall % _DAY, return_inverse=True)
        day = (wall - _MONDAY) // _DAY % 7
        present = np.bincount(day * len(times) + time, minlength=7 * len(times))
        present = present.reshape(7, len(times))
        slots = _MONDAY + np.arange(7)[:, None] * _DAY + times
        passed = _weeks_before(wall[-1] + 1, slots) - _weeks_before(wall[0], slots)
        for cut in np.flatnonzero(~inside):
            passed -= _weeks_before(wall[cut + 1], slots) - _weeks_before(wall[cut] + 1, slots)
        expected = 4 * present >= passed
        # What one week says may be chance: all days together then decide.
        by_time = 4 * present.sum(axis=0) >= passed.sum(axis=0)
        expected &= present > 0
        seldom = passed < 2
        expected = np.where(seldom, by_time | (present > 0), expected)
        if not present[5:].any() and (len(times) > 1 or len(np.unique(wall // _DAY)) > 5):
            expected[5:] = False
        return cls(times, expected)

    def missing_between(self, wall):
        """Count the expected times strictly between each label and the next."""
        slots = (_MONDAY + np.arange(7)[:, None] * _DAY + self.times)[self.expected]
        # Clocks that are put back may show a later row an earlier time.
        return np.maximum(_slots_before(wall[1:], slots) - _slots_before(wall[:-1] + 1, slots), 0)

    def is_likely(self, wall, inside):
        """Whether the week explains the gap at the cut, where there is no other gap.

        A weekend is left out, or a night: the rows before the gap end as late in the day as
        any row, and those after it start as early as any row.
        """
        cuts = np.flatnonzero(~inside)
        if not len(cuts):
            return False
        cut = int(cuts[0])
        days = wall // _DAY
        if not self.expected[5:].any() and len(np.unique(days)) > 5:
            return True
        last, first = wall[cut] % _DAY, wall[cut + 1] % _DAY
        is_night = days[cut + 1] == days[cut] + 1 and first < last
        return bool(cut and is_night and self.times[0] == first and self.times[-1] == last)


def _weeks_before(moment, slots):
    """How many times a slot of the week comes before a moment, up to a constant."""
    return -((slots - moment) // _WEEK)


def _slots_before(moments, slots):
    """How many slots come before each moment, up to a constant."""
    week, within = np.divmod(moments - _MONDAY, _WEEK)
    return week * len(slots) + np.searchsorted(slots - _MONDAY, within)
