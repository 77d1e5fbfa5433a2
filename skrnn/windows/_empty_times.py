"""Says why rows leave times of the week empty, and what to do about it."""

import numpy as np
import pandas as pd

from ._calendar import find_week, is_of_one_time
from ._labels import wall_of

_LEAST_EMPTY, _MOST_OUTSIDE = 0.05, 0.01
"""Share of rows that are inserted before a warning, and of rows that are mistakes."""

# Clocks change on the same days in Europe, and on other days in these countries.
_ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney")
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def reason_for_inserted_rows(labels, n_empty, code, accessor=".dt"):
    """Say which rows, or which clock, make rows at empty times of the week necessary.

    Parameters
    ----------
    labels : Index
        The times of the rows, unique and in order.
    n_empty : int
        Number of times without a row from the first to the last.
    code : str
        Code of the times, such as "frame['ds']".
    accessor : {"", ".dt"}, default=".dt"
        What comes before methods of the times.

    Returns
    -------
    str
        Sentences, or "" if labels are not dates or no such reason was found.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._empty_times import reason_for_inserted_rows
    >>> days = pd.bdate_range("2024-01-01", periods=200)
    >>> labels = days.insert(0, pd.Timestamp("2023-12-31"))
    >>> reason_for_inserted_rows(labels, 79, "frame['ds']")[:78]
    '1 of 201 times is outside the usual times of the week: 2023-12-31 00:00:00 (Su'
    """
    if not isinstance(labels, pd.DatetimeIndex) or n_empty < _LEAST_EMPTY * len(labels):
        return ""
    outside = _outside_the_week(labels, n_empty)
    return outside or _of_another_clock(labels, n_empty, code, accessor)


def _outside_the_week(labels, n_empty):
    wall = wall_of(labels)
    week = find_week(wall)
    if week is None:
        return ""
    outside = ~week.holds(wall)
    count = int(outside.sum())
    few = 0 < count <= max(1, _MOST_OUTSIDE * len(labels))
    if not few or 2 * week.missing_between(wall[~outside]).sum() > n_empty:
        return ""
    first = labels[int(np.argmax(outside))]
    verb, them, which = ("is", "it", "") if count == 1 else ("are", "them", "the first is ")
    return (
        f"{count} of {len(labels)} times {verb} outside the usual times of the week: {which}"
        f"{first} ({first:%A}). Because of {them}, rows at {n_empty} empty times are "
        "inserted. Correct such times, or drop their rows if they are mistakes."
    )


def _of_another_clock(labels, n_empty, code, accessor):
    if is_of_one_time(wall_of(labels)) or str(labels.tz) not in ("None", "UTC"):
        return ""
    own = find_week(wall_of(labels))
    if own is not None and own.holds(wall_of(labels)).all():
        n_empty = min(n_empty, int(own.missing_between(wall_of(labels)).sum()))
    utc = labels.tz_localize("UTC") if labels.tz is None else labels
    for zone in _ZONES:
        wall = wall_of(utc.tz_convert(zone))
        week = find_week(wall)
        if _explains(week, wall, n_empty):
            utc_first = f'{accessor}.tz_localize("UTC")' if labels.tz is None else ""
            return (
                "The hours of the week with rows move by an hour when clocks change, as after a "
                f"conversion to UTC, so rows at {n_empty} empty times are inserted. Convert the "
                f'times back first: {code} = {code}{utc_first}{accessor}.tz_convert("{zone}"), '
                "with your time zone."
            )
    return ""


def _explains(week, wall, n_empty):
    """Return whether all times are in the week, and at most a quarter of the empty ones are."""
    return (
        week is not None
        and week.holds(wall).all()
        and 4 * week.missing_between(wall).sum() <= n_empty
    )


def unknown_times_of_the_week(labels, n_unknown, index="y.index"):
    """Say which days or hours of the week are unknown throughout, and how to leave them out.

    Parameters
    ----------
    labels : Index
        The times with known values, unique and in order.
    n_unknown : int
        Number of times without a known value from the first to the last.
    index : str, default="y.index"
        Code of the times of all rows.

    Returns
    -------
    str
        Sentences, or "" if other times are unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._empty_times import unknown_times_of_the_week
    >>> unknown_times_of_the_week(pd.bdate_range("2024-01-01", periods=200), 78)
    'All Saturdays and Sundays are unknown. Leave them out: y = y[y.index.dayofweek < 5].'
    """
    if not isinstance(labels, pd.DatetimeIndex):
        return ""
    wall = wall_of(labels)
    week = find_week(wall)
    if not _explains(week, wall, n_unknown):
        return ""
    used = week.days().tolist()
    if len(week.times) > 1:
        return (
            f"All times outside {len(week.slots)} times of the week are unknown, such as nights. "
            'Leave them out: y = y.dropna(how="all"). Forecasters recognize the hours that have '
            "rows."
        )
    names = [name for day, name in enumerate(_DAYS) if day not in used]
    which = " < 5" if used == [0, 1, 2, 3, 4] else f".isin({used})"
    listed = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"All {listed} are unknown. Leave them out: y = y[{index}.dayofweek{which}]."
