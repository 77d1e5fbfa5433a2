"""Converts the labels of rows in time to whole numbers that count time steps, and back."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ._calendar import Week
from ._label_advice import advice_on_times
from ._labels import step_length, ticks_of, unit_of, wall_of
from ._regularity import infer_frequency, infer_integer_step
from ._stray_labels import Origin, message_on_strays
from ._time_index import ordered_index


@dataclass(frozen=True)
class TimeAxis:
    """Counts time steps from the first label.

    Attributes
    ----------
    origin : Timestamp, Timedelta, Period or int
        The label of position 0.
    freq : DateOffset or None
        The step of dates, durations and periods. None for integers and for the hours of
        sessions.
    step : int
        The step of integers.
    week : Week or None
        For sessions, the times of the week at which they have rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._time_axis import TimeAxis
    >>> axis = TimeAxis.of(pd.date_range("1949-01-01", periods=4, freq="MS"))
    >>> axis.positions(pd.DatetimeIndex(["1949-03-01"]))
    array([2])
    >>> axis.labels([13])[0]
    Timestamp('1950-02-01 00:00:00')
    """

    origin: object
    freq: object = None
    step: int = 1
    week: object = None

    @classmethod
    def of(cls, times, name="y", origin=None, like=None):
        """Return the axis of some labels, after inferring their step.

        Parameters
        ----------
        times : Index
            All labels, in any order, of one series or of several.
        name : str, default="y"
            Name of the data in the error message.
        origin : Origin, default=None
            Where the labels come from, for the error message. None stands for the index of the
            data.
        like : TimeAxis, default=None
            An axis of similar data. If all labels are of one time, its step is used.

        Returns
        -------
        TimeAxis

        Raises
        ------
        ValueError
            If the labels have no step in common.
        """
        if like is not None and getattr(times, "freq", None) is None and times.nunique() == 1:
            return like._moved_to(times, name, origin)
        if isinstance(times, pd.PeriodIndex):
            return cls(times.min(), times.freq)
        if isinstance(times, pd.DatetimeIndex | pd.TimedeltaIndex):
            step = _step_of(times, origin or Origin(name))
            is_week = isinstance(step, Week)
            return cls(times.min(), None, week=step) if is_week else cls(times.min(), step)
        return cls(int(times.min()), step=infer_integer_step(times))

    @classmethod
    def of_frame(cls, frame, name="y", like=None):
        """Return the axis of a series or a panel, whose errors name the series.

        Parameters
        ----------
        frame : DataFrame
            The series. The last level of the index is time.
        name : str, default="y"
            Name of the data in the error message.
        like : TimeAxis, default=None
            An axis of similar data, whose step is used if no series of a panel has a second row.
            Without it, the step of such rows is the one that the last level of the index declares.

        Returns
        -------
        TimeAxis

        Raises
        ------
        ValueError
            If there are no labels, or if they are not times, are repeated or in another order,
            or have no step in common.
        """
        if not len(frame):
            raise ValueError(f"{name} has no rows.")
        times, origin = check_times(frame, name), Origin.of(frame.index, name)
        if isinstance(frame.index, pd.MultiIndex) and are_single_rows(frame.index):
            if like is not None:
                return like._moved_to(times, name, origin)
            level = frame.index.levels[-1]
            if isinstance(level, pd.RangeIndex):
                return cls(int(times.min()), step=abs(level.step))
            if isinstance(level, pd.DatetimeIndex) and level.freq is not None:
                return cls(times.min(), level.freq)
        return cls.of(times, name, origin, like)

    def declared_in(self, index):
        """Return an index with one row of each series, which declares the step of the axis.

        Parameters
        ----------
        index : Index
            The labels, which are dates or integers, in the last level.

        Returns
        -------
        Index
            The same labels. The last level of a panel contains all labels from the first one to
            the last. For the hours of sessions, `index` itself.
        """
        if self.week is not None:
            return index
        times = index.get_level_values(-1)
        if not isinstance(index, pd.MultiIndex):
            return index if self.freq is None else pd.DatetimeIndex(index, freq=self.freq)
        if self.freq is None:
            level = pd.RangeIndex(times.min(), times.max() + 1, self.step, name=times.name)
        else:
            ends = times.min(), times.max()
            level = pd.date_range(*ends, freq=self.freq, name=times.name, unit=times.unit)
        declared = index.set_levels(level, level=-1, verify_integrity=False)
        return declared.set_codes(level.get_indexer(times), level=-1)

    def _moved_to(self, times, name, origin):
        """Return the axis with another origin, after checking that labels have such steps."""
        self.positions(times, name, origin)
        return replace(self, origin=times.min())

    def continued_from(self, last, name="y"):
        """Return the axis with a later label as its origin, so that it is short.

        Parameters
        ----------
        last : Index of shape (1,)
            The label.
        name : str, default="y"
            Name of the data in the error message.

        Returns
        -------
        TimeAxis

        Raises
        ------
        ValueError
            If the label is not on the axis.
        """
        if not self._has_every_date_like(last[0]):
            self.positions(last, name)
        return replace(self, origin=last[0])

    def _has_every_date_like(self, label):
        """Return whether dates are on the axis if they suit its frequency, as this one does.

        If so, the dates between the origin and the label need not be counted, which is slow.
        """
        if self.freq is None or not isinstance(label, pd.Timestamp):
            return False
        dates = self.origin, label
        same_time = self.origin.time() == label.time() and self.origin.tz == label.tz
        suits = same_time and all(self.freq.is_on_offset(date) for date in dates)
        return suits and self.freq.n == 1 and not self._steps_are_equal()

    def positions(self, times, name="y", origin=None):
        """Count the steps from the origin to each label.

        Parameters
        ----------
        times : Index
            Labels of the same kind as the origin.
        name : str, default="y"
            Name of the data in the error message.
        origin : Origin, default=None
            Where the labels come from, for the error message. None stands for the index of the
            data.

        Returns
        -------
        ndarray of int64
            The positions, which are negative before the origin.

        Raises
        ------
        ValueError
            If a label is not on the axis.
        """
        if not len(times):
            return np.empty(0, np.int64)
        try:
            positions = self._positions(times)
        except (pd.errors.OutOfBoundsDatetime, pd.errors.OutOfBoundsTimedelta):
            if times.unit == "ns" and self.origin.unit != "ns":  # before 1678, for example
                return self.positions(times.as_unit("us"), name, origin)
            raise ValueError(
                f"The index of {name} contains dates from {times.min()} to {times.max()}, but not "
                "all of them can be counted. Make them periods, for example with to_period()."
            ) from None
        except (TypeError, ValueError, AttributeError):
            advice = advice_on_times(times, pd.Index([self.origin]))
            raise ValueError(
                f"The index of {name} contains labels such as {times[:1].tolist()[0]!r}, which "
                f"cannot be compared with {self.origin!r} of y in fit. {advice}".rstrip()
            ) from None
        off = np.flatnonzero(positions == _OFF)
        if len(off):
            raise ValueError(self._off_message(times, times[off[0]], origin or Origin(name)))
        return positions

    def _off_message(self, times, label, origin):
        strays = ""
        if isinstance(times, pd.DatetimeIndex | pd.TimedeltaIndex):
            known = times.insert(0, self.origin).unique().sort_values()
            strays = message_on_strays(known, origin)
        weekday = f" ({label:%A})" if isinstance(label, pd.Timestamp) else ""
        return strays or (
            f"{origin.subject()} is irregular: {label}{weekday} is not a whole number of steps "
            f"({self.step_name()}) from {self.origin}. Round the times or drop such rows, or "
            "resample the data to equal steps first."
        )

    def labels(self, positions):
        """Return the labels of positions.

        Parameters
        ----------
        positions : array-like of int
            The positions.

        Returns
        -------
        Index
            One label for each position. Dates and durations have the unit of the origin.

        Raises
        ------
        ValueError
            If a label is a date that cannot be represented.
        """
        positions = np.asarray(positions, np.int64)
        try:
            labels = self._labels(positions)
        except (pd.errors.OutOfBoundsDatetime, pd.errors.OutOfBoundsTimedelta, OverflowError):
            raise ValueError(
                f"{positions.max()} steps ({self.step_name()}) after {self.origin} is beyond the "
                "dates that can be counted. Make the dates periods, for example with to_period()."
            ) from None
        return labels.as_unit(self.origin.unit) if hasattr(self.origin, "unit") else labels

    def _labels(self, positions):
        if self.week is not None:
            return self._labels_of_week(positions)
        if self.freq is None:
            return pd.Index(self.origin + positions * self.step)
        if isinstance(self.origin, pd.Period):
            return pd.PeriodIndex([self.origin]).repeat(len(positions)) + positions
        if self._steps_are_equal():
            step = step_length(self.freq).as_unit(unit_of(self.origin))
            for end in (positions.min(initial=0), positions.max(initial=0)):
                _ = self.origin + int(end) * step  # products of arrays overflow without an error
            return self.origin + pd.TimedeltaIndex(positions * step.to_timedelta64())
        first = min(positions.min(initial=0), 0)
        start = self.origin + first * self.freq if first else self.origin
        count = positions.max(initial=0) - first + 1
        grid = pd.date_range(start, periods=count, freq=self.freq, unit=self.origin.unit)
        return grid[positions - first]._with_freq(None)

    def _positions(self, times):
        if self.week is not None:
            return self._positions_in_week(times)
        if self.freq is None:
            if not pd.api.types.is_integer_dtype(times.dtype):
                raise TypeError
            return _whole(times.to_numpy(np.int64) - self.origin, self.step)
        if isinstance(self.origin, pd.Period):
            if times.freq != self.freq:
                raise TypeError
            return _whole(times.asi8 - self.origin.ordinal, self.freq.n)
        if self._steps_are_equal():
            distance = times - self.origin
            step = step_length(self.freq) // pd.Timedelta(1, unit=unit_of(distance))
            return _whole(ticks_of(distance), step)
        return self._positions_on_calendar(times)

    def _positions_on_calendar(self, times):
        """Return the positions of dates whose steps differ in length, such as months."""
        start, before = self.origin, 0
        while start > times.min():
            before = 2 * before + 1
            start = self.origin - before * self.freq
        grid = pd.date_range(start, times.max(), freq=self.freq, unit=self.origin.unit)
        positions = grid.get_indexer(times).astype(np.int64)
        return np.where(positions < 0, _OFF, positions - before)

    def _positions_in_week(self, times):
        wall = wall_of(times if self.origin.tz is None else times.tz_convert(self.origin.tz))
        if self.origin.tz is None and times.tz is not None:
            raise TypeError
        counts = self.week.count_before(wall) - self._count_before_origin()
        return np.where(self.week.holds(wall), counts, _OFF)

    def _labels_of_week(self, positions):
        wall = self.week.local_times(positions + self._count_before_origin())
        dates = pd.DatetimeIndex(wall.view("M8[us]")).as_unit(self.origin.unit)
        if self.origin.tz is None:
            return dates
        # Use the first of an hour that occurs twice, and the next hour for one that is skipped.
        first = np.ones(len(dates), bool)
        return dates.tz_localize(self.origin.tz, ambiguous=first, nonexistent="shift_forward")

    def _count_before_origin(self):
        return self.week.count_before(wall_of(pd.DatetimeIndex([self.origin])))

    def _steps_are_equal(self):
        """Return whether all steps are equally long, which days in a time zone are not."""
        fixed = step_length(self.freq) is not None
        zone = getattr(self.origin, "tz", None)
        return fixed and (zone is None or not isinstance(self.freq, pd.offsets.Day))

    def step_name(self):
        """Return the step as text, for a message."""
        if self.week is not None:
            return "the times of the week that have rows"
        # Use the origin's name for periods, since the frequency of dates has another name.
        declared = self.origin if isinstance(self.origin, pd.Period) else self.freq
        return str(self.step) if declared is None else declared.freqstr


_OFF = np.iinfo(np.int64).min
"""Position of a label that is not on the axis."""


def _whole(distance, step):
    return np.where(distance % step, _OFF, distance // step)


def are_single_rows(index):
    """Return whether no series has a second row, which shows the step from one to the next."""
    if isinstance(index, pd.MultiIndex):
        return not index.droplevel(-1).duplicated().any()
    return len(index) == 1


def _step_of(times, origin):
    """Return the declared or inferred step of dates or durations."""
    if times.freq is not None:
        return times.freq
    unique = times.unique().sort_values()
    step = infer_frequency(unique)
    if step is None and len(unique) == 1:
        raise ValueError(
            f"{origin.name} has rows at only one time, {unique[0]}, so the step to the next one "
            "is not known. Pass at least two rows of a series, whose values may be NaN."
        )
    if step is None:
        how = "Set a frequency, for example with asfreq or resample"
        if origin.column is not None:
            how = "Resample each series to equal steps first"
        raise ValueError(
            message_on_strays(unique, origin)
            or f"{origin.subject()} is irregular: {len(unique)} label(s) from {unique[0]} to "
            f"{unique[-1]} without a common step. {how}. Missing rows then contain NaN, which is "
            "allowed."
        )
    return step


def check_times(frame, name):
    """Check and return the labels of one series, which are the last level of an index.

    Parameters
    ----------
    frame : DataFrame
        The series.
    name : str
        Name of the series in the error message.

    Returns
    -------
    Index
        The labels.

    Raises
    ------
    ValueError
        If the labels cannot be ordered in time, are repeated, or are in another order.
    """
    if isinstance(frame.index, pd.MultiIndex):
        return frame.index.get_level_values(-1)
    index = ordered_index(frame, input_name=name)
    if index is None:
        raise ValueError(
            f"The index of {name} must contain dates, periods, durations or integers, got "
            f"{frame.index.dtype}."
        )
    return index


def following_labels(index, count, name="X"):
    """Return the labels of the rows after a series.

    Parameters
    ----------
    index : Index
        Result of `ordered_index` with at least one label.
    count : int
        Number of labels.
    name : str, default="X"
        Name of the series in the error message.

    Returns
    -------
    labels : Index
        Labels of the same kind, name and declared frequency.

    Raises
    ------
    ValueError
        If the labels have no step in common.
    """
    if getattr(index, "freq", None) is not None and not isinstance(index, pd.PeriodIndex):
        make_range = pd.date_range if isinstance(index, pd.DatetimeIndex) else pd.timedelta_range
        following = make_range(index[-1], periods=count + 1, freq=index.freq, unit=index.unit)[1:]
        return following.rename(index.name)
    axis = TimeAxis.of(index, name).continued_from(index[-1:], name)
    return axis.labels(np.arange(1, count + 1)).rename(index.name)
