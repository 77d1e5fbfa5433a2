"""Infers the time step of labels, and counts the rows that are missing between them.

Labels are whole numbers in time order: `ticks` measure the distances between labels, and for
dates `wall` is the local time in microseconds. The module tries three calendars, and uses the
one with the fewest missing rows:

- equal steps, such as days, hours or every fifth integer;
- months, quarters or years, whose lengths differ;
- a week: certain times of day on certain days of the week, such as working days or the hours
  of a session.
"""

import numpy as np

_DAY = 86_400_000_000
_WEEK = 7 * _DAY
_NIGHT = _DAY // 3
"""Minimum length of a night: shorter breaks between two days do not count as one."""
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
        An interval that is not used to infer the step. Interval i lies between label i and
        label i + 1.

    Returns
    -------
    counts : ndarray of int64 of shape (n - 1,) or None
        The number of missing rows in each interval. None if the labels have no clear step: with
        every calendar more than half of the intervals, not counting `cut`, have missing rows.

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
    counts = None if wall is None else _count_by_months(wall, inside)
    if counts is None:
        counts = _count_by_equal_steps(ticks if not is_of_one_time(wall) else wall, inside)
        if wall is not None and (counts is None or counts.any()):
            counts = _count_by_week(counts, wall, inside)
    if counts is None or 2 * np.count_nonzero(counts[inside]) > inside.sum():
        return None
    return counts


def equal_step(ticks):
    """Return the step of labels that are evenly spaced, except for missing rows.

    Parameters
    ----------
    ticks : ndarray of int64 of shape (n,)
        The labels, increasing.

    Returns
    -------
    step : int or None
        The usual distance. None if there is no usual distance, or if a label is not a whole
        number of steps from the first label.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._calendar import equal_step
    >>> equal_step(np.array([0, 5, 10, 25, 30]))
    5
    """
    distances = np.diff(ticks)
    step = _usual_distance(distances)
    return None if not step or (distances % step).any() else int(step)


def find_week(wall):
    """Return the times of the week at which a series has rows, if they explain its gaps.

    Parameters
    ----------
    wall : ndarray of int64 of shape (n,)
        The local times in microseconds since 1970.

    Returns
    -------
    week : Week or None
        None if equal steps leave as few rows missing, as in a series of all hours or days.
    """
    if len(wall) < 3:
        return None
    inside = np.ones(len(wall) - 1, bool)
    by_steps = _count_by_equal_steps(wall, inside)
    by_week = _count_by_week(by_steps, wall, inside)
    return None if by_week is by_steps else Week.of(wall, inside)


def _usual_distance(distances):
    """Return the distance of half of the intervals, or about that of three in four, or None."""
    values, counts = np.unique(distances, return_counts=True)
    if not len(values):
        return None
    most = int(np.argmax(counts))
    if 2 * counts[most] >= len(distances):
        return values[most]
    middle = np.median(distances)
    near = np.abs(distances - middle) <= middle / 4
    return middle if 4 * np.count_nonzero(near) >= 3 * len(distances) else None


def _count_by_equal_steps(ticks, inside):
    distances = np.diff(ticks)
    step = _usual_distance(distances[inside])
    return None if step is None else _count_between(distances, step)


def _count_by_months(wall, inside):
    distances = np.diff(wall)
    if distances[inside].min() < 28 * _DAY:
        return None
    dates = wall.astype("datetime64[us]")
    months = dates.astype("datetime64[M]")
    days = dates.astype("datetime64[D]") - months.astype("datetime64[D]")
    # Steps of 30 days are not months, unless all dates are on the same day of the month.
    if len(np.unique(distances[inside])) == 1 and len(np.unique(days)) > 1:
        return None
    distances = np.diff(months.astype(np.int64))
    step = _usual_distance(distances[inside])
    return None if not step or distances.min() < 1 else _count_between(distances, step)


def _count_by_week(counts, wall, inside):
    """Return the missing rows by the times of a week if they explain the gaps, else `counts`."""
    if np.diff(wall)[inside].min() >= _WEEK:
        return counts
    week = Week.of(wall, inside)
    if counts is not None and not counts[inside].any():
        return week.missing_between(wall) if week.is_likely(wall, inside) else counts
    if not week.is_supported(wall, inside):
        return counts
    by_week = week.missing_between(wall)
    return by_week if counts is None or by_week[inside].sum() < counts[inside].sum() else counts


def _count_between(distances, step):
    return np.maximum(np.rint(distances / step).astype(np.int64) - 1, 0)


def is_of_one_time(wall):
    """Return whether all labels have the same time of day.

    Parameters
    ----------
    wall : ndarray of int64 of shape (n,) or None
        The local times in microseconds since 1970.

    Returns
    -------
    is_of_one_time : bool
        False for None.
    """
    return wall is not None and not (np.diff(wall) % _DAY).any()


class Week:
    """The times of the week at which a series has rows, such as the hours of its sessions.

    Attributes
    ----------
    times : ndarray of int64 of shape (n_times,)
        The times of day that occur.

    expected : ndarray of bool of shape (7, n_times)
        Whether the series has rows on a day of the week, starting at Monday, at a time of day.

    slots : ndarray of int64
        The expected times, in microseconds since the start of Monday.
    """

    def __init__(self, times, expected):
        self.times = times
        self.expected = expected
        slots = np.arange(7, dtype=np.int64)[:, None] * _DAY + times
        self.slots = np.sort(slots[expected])

    @classmethod
    def of(cls, wall, inside):
        """Infer the week of a series.

        A time is expected if the series has a row at it in at least a quarter of its weeks. On a
        day of the week that the series does not cover, the times of the other days are expected.
        Saturdays and Sundays without rows are not expected if the series has several times of
        day, more than five days, or only weekends as gaps.
        """
        times, time = np.unique(wall % _DAY, return_inverse=True)
        day = ((wall - _MONDAY) // _DAY % 7).astype(np.intp)
        present = np.bincount(day * len(times) + time, minlength=7 * len(times))
        present = present.reshape(7, len(times))
        slots = _MONDAY + np.arange(7, dtype=np.int64)[:, None] * _DAY + times
        passed = _weeks_before(wall[-1] + 1, slots) - _weeks_before(wall[0], slots)
        for cut in np.flatnonzero(~inside):
            passed -= _weeks_before(wall[cut + 1], slots) - _weeks_before(wall[cut] + 1, slots)
        expected = 4 * present >= passed
        # One week is too little evidence, so all days are considered together.
        by_time = 4 * present.sum(axis=0) >= passed.sum(axis=0)
        expected &= present > 0
        seldom = passed < 2
        expected = np.where(seldom, by_time | (present > 0), expected)
        if not present[5:].any() and (len(times) > 1 or _leaves_out_weekends(wall, inside)):
            expected[5:] = False
        return cls(times, expected)

    def missing_between(self, wall):
        """Count the expected times strictly between each label and the next."""
        # A later row may have an earlier local time when clocks are put back.
        return np.maximum(self.count_before(wall[1:]) - self.count_before(wall[:-1] + 1), 0)

    def count_before(self, wall):
        """Count the expected times before each local time, since the first Monday of 1970."""
        weeks, within = np.divmod(wall - _MONDAY, _WEEK)
        return weeks * len(self.slots) + np.searchsorted(self.slots, within)

    def holds(self, wall):
        """Return a mask of the local times that are expected."""
        return np.isin((wall - _MONDAY) % _WEEK, self.slots)

    def local_times(self, counts):
        """Return the expected times with these counts, as the inverse of `count_before`."""
        weeks, slots = np.divmod(counts, len(self.slots))
        return _MONDAY + weeks * _WEEK + self.slots[slots]

    def days(self):
        """Return the days of the week that are expected, with 0 for Monday."""
        return np.flatnonzero(self.expected.any(axis=1))

    def is_supported(self, wall, inside):
        """Return whether the times recur too often to be chance."""
        if len(self.times) > 1:
            return 2 * len(wall) >= 3 * len(self.times)
        return len(wall) >= 2 * len(self.days()) or _leaves_out_weekends(wall, inside)

    def is_likely(self, wall, inside):
        """Return whether the week explains the gap at the cut if there is no other gap.

        The gap may be a weekend or a night. At a night, the row before the gap is as late in the
        day as any row, and the row after it is as early as any row.
        """
        cuts = np.flatnonzero(~inside)
        if not len(cuts):
            return False
        cut = int(cuts[0])
        days = wall // _DAY
        if not self.expected[5:].any() and _leaves_out_weekends(wall, inside):
            return True
        last, first = wall[cut] % _DAY, wall[cut + 1] % _DAY
        is_night = days[cut + 1] == days[cut] + 1 and last - first < _DAY - _NIGHT
        return bool(cut and is_night and self.times[0] == first and self.times[-1] == last)


def _leaves_out_weekends(wall, inside):
    """Return whether days without a Saturday or Sunday are working days, not just a few days."""
    days = wall // _DAY
    if len(np.unique(days)) > 5:
        return True
    gaps = inside & (np.diff(days) > 1)
    friday = (days[:-1] - 1) % 7 == 0
    return bool(gaps.any() and (friday & (np.diff(days) == 3))[gaps].all())


def _weeks_before(moment, slots):
    """Count the weeks in which a slot comes before a moment, up to a constant."""
    return -((slots - moment) // _WEEK)
