"""Finds the few labels of an index that break its common step, and says what to do with them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ._calendar import is_of_one_time
from ._labels import offset_of, place_of, ticks_of, unit_of, wall_of

_FEWEST_LABELS, _MOST_STRAYS, _NEAR = 5, 0.2, 0.1
"""Labels needed to tell a step, the share that may break it, and what part of a step is near."""


@dataclass(frozen=True)
class Origin:
    """Where labels come from, for an error.

    Attributes
    ----------
    name : str, default="y"
        Name of the data.
    rows : callable or None, default=None
        Returns the times of all rows, the number of the series of each, and the names of the
        series. None for one series.
    column : str or None, default=None
        The column of a long table that contains the labels. None if an index contains them.

    Examples
    --------
    >>> from skrnn.windows._stray_labels import Origin
    >>> Origin("frame", column="ds").subject()
    "The column 'ds'"
    """

    name: str = "y"
    rows: Callable | None = None
    column: str | None = None

    @classmethod
    def of(cls, index, name="y"):
        """Return the origin of the labels in the last level of an index."""
        if not isinstance(index, pd.MultiIndex):
            return cls(name)

        def rows():
            series, instances = index.droplevel(-1).factorize()
            return index.get_level_values(-1), series, instances

        return cls(name, rows)

    def series_with(self, label):
        """Return text that names the first series with a label, or "" for one series."""
        if self.rows is None:
            return ""
        times, series, instances = self.rows()
        number = series[int(np.argmax(times == label))]
        return f" of the series {instances[[number]].tolist()[0]!r}"

    def repeats(self, labels, freq):
        """Return whether a series would repeat a label after rounding."""
        if self.rows is None:
            return _local(labels).round(freq).has_duplicates
        times, series, _ = self.rows()
        return pd.MultiIndex.from_arrays([series, _local(times).round(freq)]).has_duplicates

    def subject(self):
        """Return the place of the labels as text."""
        return (
            f"The index of {self.name}" if self.column is None else f"The column {self.column!r}"
        )

    def rounding(self, freq):
        """Return code that rounds the labels."""
        if self.column is not None:
            column = f"frame[{self.column!r}]"
            return f'{column} = pd.to_datetime({column}).dt.round("{freq}")'
        if self.rows is not None:
            return (
                f'{self.name} = {self.name}.rename(index=lambda time: time.round("{freq}"), '
                "level=-1)"
            )
        return f'{self.name}.index = {self.name}.index.round("{freq}")'

    def in_utc(self):
        """Return code that converts the labels to UTC."""
        if self.column is not None:
            column = f"frame[{self.column!r}]"
            return f'{column} = {column}.dt.tz_convert("UTC")'
        _, code, (before, after) = place_of(self.name, is_level=self.rows is not None)
        return f'{before}{code}.tz_convert("UTC"){after}'

    def resampling(self, freq):
        """Say how to form equal steps."""
        if self.column is None and self.rows is None:
            return f'form equal steps with {self.name}.resample("{freq}").mean()'
        return f'resample each series to the frequency "{freq}"'


def message_on_strays(labels, origin):
    """Say which labels break the common step of the others, and what to do with them.

    Parameters
    ----------
    labels : DatetimeIndex or TimedeltaIndex
        Unique labels in time order.
    origin : Origin
        Where they come from.

    Returns
    -------
    str
        The message, or "" unless more than four fifths of the labels, but not all, lie on common
        steps, or all have one time of day in UTC, but several in their time zone.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._stray_labels import Origin, message_on_strays
    >>> hours = pd.date_range("2024-05-01", periods=9, freq="h").tolist()
    >>> hours[4] += pd.Timedelta("3s")
    >>> message_on_strays(pd.DatetimeIndex(hours), Origin())[:67]
    'The index of y is irregular: 1 of 9 label(s) breaks the common step'
    """
    if _are_of_one_time_in_utc(labels):
        return _message_on_converted(labels, origin)
    found = _strays(labels)
    if found is None:
        return ""
    off, freq, steps, near = found
    first = labels[int(np.argmax(off))]
    count = int(off.sum())
    weekday = f" ({first:%A})" if isinstance(first, pd.Timestamp) else ""
    one, several = ("breaks", "this row", "it"), ("break", "these rows", "them")
    verb, these, them = one if count == 1 else several
    rounds = near and not origin.repeats(labels, freq)
    ways = [f"Round the times with {origin.rounding(freq)}"] if rounds else []
    move = "move" if ways else "Move"
    ways.append(f"{move} {these} to the right time, or drop {them}")
    if freq is not None:
        ways.append(f"or {origin.resampling(freq)}")
    which = f"{'' if count == 1 else 'the first is '}{first}{weekday}{origin.series_with(first)}"
    return (
        f"{origin.subject()} is irregular: {count} of {len(labels)} label(s) {verb} the "
        f"common step of the others, which is {steps}: {which}. "
        f"{'; '.join(ways)}."
    )


def _are_of_one_time_in_utc(labels):
    if getattr(labels, "tz", None) is None:
        return False
    return is_of_one_time(ticks_of(labels, "us")) and not is_of_one_time(wall_of(labels))


def _message_on_converted(labels, origin):
    wall = wall_of(labels)
    other = labels[int(np.argmax((wall - wall[0]) % _day_in("us") != 0))]
    return (
        f"{origin.subject()} is irregular: {labels[0]} and {other} are at the same time of day in "
        f"UTC, but not in {labels.tz}, whose clock changes in between. Convert the times to UTC: "
        f"{origin.in_utc()}."
    )


def _local(times):
    """Return times without a time zone, since rounding fails where the clocks change."""
    return times.tz_localize(None) if isinstance(times, pd.DatetimeIndex) else times


def _strays(labels):
    """Return which labels are strays, the frequency or None, its name, and if they are near it."""
    if len(labels) < _FEWEST_LABELS:
        return None
    wall, unit = None, unit_of(labels)
    if isinstance(labels, pd.DatetimeIndex):  # local times are even days apart when clocks change
        wall = ticks_of(labels.tz_localize(None))
    ticks = [ticks_of(labels)] if wall is None else [wall, ticks_of(labels)]
    found = [_beside_equal_steps(each, unit, wall is not None) for each in ticks]
    if wall is not None and np.median(np.diff(wall)) >= 28 * _day_in(unit):
        found = [_beside_days_of_months(labels)]
    found = [each for each in found if each is not None and 0 < each[0].mean() < _MOST_STRAYS]
    return min(found, key=lambda each: each[0].sum()) if found else None


def _day_in(unit):
    return pd.Timedelta(days=1) // pd.Timedelta(1, unit=unit)


def _beside_equal_steps(ticks, unit, is_date):
    distances, counts = np.unique(np.diff(ticks), return_counts=True)
    step = int(distances[np.argmax(counts)])
    if step <= 0 or 3 * counts.max() < len(ticks):
        return None
    places = ticks % step
    values, counts = np.unique(places, return_counts=True)
    place = int(values[np.argmax(counts)])
    away = np.minimum((places - place) % step, (place - places) % step)
    near = place == 0 and step <= _day_in(unit) and bool((away <= _NEAR * step).all())
    if is_date and step == 7 * _day_in(unit):
        day = f"{pd.Timestamp(place, unit=unit):%A}"
        return away > 0, f"W-{day[:3].upper()}", f"a week, from {day} to {day}", False
    freq = offset_of(pd.Timedelta(step, unit=unit)).freqstr
    return away > 0, freq, f'"{freq}"', near


def _beside_days_of_months(dates):
    ends = dates.is_month_end
    if ends.mean() > 1 - _MOST_STRAYS:
        return ~ends, None, "the last day of a month", False
    days, counts = np.unique(dates.day, return_counts=True)
    day = int(days[np.argmax(counts)])
    return np.asarray(dates.day != day), None, f"day {day} of a month", False
