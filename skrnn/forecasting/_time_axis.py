"""Labels of rows in time -> whole numbers that count the steps of time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skrnn.windows._time_index import ordered_index


@dataclass(frozen=True)
class TimeAxis:
    """Counts the steps of time from the first label on.

    Attributes
    ----------
    origin : Timestamp, Timedelta, Period or int
        The label of position 0.
    freq : DateOffset or None
        The step of dates, durations and periods; integers count one by one.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting._time_axis import TimeAxis
    >>> axis = TimeAxis.of(pd.date_range("1949-01-01", periods=4, freq="MS"))
    >>> axis.positions(pd.DatetimeIndex(["1949-03-01"]))
    array([2])
    >>> axis.labels([13])
    DatetimeIndex(['1950-02-01'], dtype='datetime64[ns]', freq=None)
    """

    origin: object
    freq: object = None

    @classmethod
    def of(cls, times):
        """Find the step of some labels.

        Parameters
        ----------
        times : Index
            All labels, in any order, of one series or of several.

        Returns
        -------
        TimeAxis

        Raises
        ------
        ValueError
            If the labels have no step in common.
        """
        if isinstance(times, pd.PeriodIndex):
            return cls(times.min(), times.freq)
        if isinstance(times, pd.DatetimeIndex | pd.TimedeltaIndex):
            return cls(times.min(), _step_of(times))
        return cls(int(times.min()))

    def positions(self, times, name="y"):
        """Count the steps from the origin to each label.

        Parameters
        ----------
        times : Index
            Labels of the kind of the origin.
        name : str, default="y"
            What the error calls their rows.

        Returns
        -------
        ndarray of int64
            Negative before the origin.

        Raises
        ------
        ValueError
            If a label is not on the axis.
        """
        if not len(times):
            return np.empty(0, np.int64)
        try:
            positions = self._positions(times)
        except (TypeError, ValueError, AttributeError, pd.errors.OutOfBoundsDatetime):
            raise ValueError(
                f"The index of {name} holds labels such as {times[0]!r}, which do not go together "
                f"with {self.origin!r} of y in fit."
            ) from None
        off = np.flatnonzero(positions == _OFF)
        if len(off):
            raise ValueError(
                f"The index of {name} is irregular: {times[off[0]]} is not a whole number of "
                f"steps ({self._step_name()}) from {self.origin}. Resample it first, for example "
                f"with asfreq or resample."
            )
        return positions

    def labels(self, positions):
        """Get the labels of positions.

        Parameters
        ----------
        positions : array-like of int
            The positions.

        Returns
        -------
        Index
            As many labels.
        """
        positions = np.asarray(positions, np.int64)
        if self.freq is None:
            return pd.Index(self.origin + positions)
        if isinstance(self.origin, pd.Period):
            ordinals = self.origin.ordinal + positions * self.freq.n
            return pd.PeriodIndex.from_ordinals(ordinals, freq=self.freq)
        if self._steps_are_equal():
            return self.origin + pd.TimedeltaIndex(positions * pd.Timedelta(self.freq))
        first = min(positions.min(initial=0), 0)
        start = self.origin + first * self.freq
        grid = pd.date_range(start, periods=positions.max(initial=0) - first + 1, freq=self.freq)
        return grid[positions - first]._with_freq(None)

    def _positions(self, times):
        if self.freq is None:
            if not pd.api.types.is_integer_dtype(times.dtype):
                raise TypeError
            return times.to_numpy(np.int64) - self.origin
        if isinstance(self.origin, pd.Period):
            if times.freq != self.freq:
                raise TypeError
            return _whole(times.asi8 - self.origin.ordinal, self.freq.n)
        if self._steps_are_equal():
            distance = (times - self.origin).as_unit("ns").asi8
            return _whole(distance, pd.Timedelta(self.freq).value)
        return self._positions_on_calendar(times)

    def _positions_on_calendar(self, times):
        """Positions of dates whose steps differ in length, such as months."""
        start, before = self.origin, 0
        while start > times.min():
            before = 2 * before + 1
            start = self.origin - before * self.freq
        grid = pd.date_range(start, times.max(), freq=self.freq)
        positions = grid.get_indexer(times)
        return np.where(positions < 0, _OFF, positions - before)

    def _steps_are_equal(self):
        """Whether all steps take the same time; a day does not where clocks are put back."""
        fixed = isinstance(self.freq, pd.offsets.Tick)
        zone = getattr(self.origin, "tz", None)
        return fixed and (zone is None or not isinstance(self.freq, pd.offsets.Day))

    def _step_name(self):
        # Of periods the origin's own: that of dates has another name for the same step.
        declared = self.origin if isinstance(self.origin, pd.Period) else self.freq
        return "1" if declared is None else declared.freqstr


_OFF = np.iinfo(np.int64).min
"""A position that is none."""


def _whole(distance, step):
    return np.where(distance % step, _OFF, distance // step)


def _step_of(times):
    """Step of dates or durations: the one that they declare, or the one that they keep."""
    if times.freq is not None:
        return times.freq
    unique = times.unique().sort_values()
    step = None
    # Of an index with a row missing one end still tells the step, and then the row can be named.
    for part in (unique, unique[:8], unique[-8:]):
        step = step or (pd.infer_freq(part) if len(part) > 2 else None)
    if step is None and len(unique) == 2:
        step = unique[1] - unique[0]
    if step is None:
        raise ValueError(
            f"The index of y is irregular: {len(unique)} label(s) from {unique[0]} to "
            f"{unique[-1]} with no step in common. Give it a frequency, for example with "
            "asfreq or resample: rows that are missing then hold NaN, which may stay."
        )
    return pd.tseries.frequencies.to_offset(step)


def check_times(frame, name):
    """Check the labels of one series, which are the last level of an index.

    Parameters
    ----------
    frame : DataFrame
        The series.
    name : str
        What the error calls it.

    Returns
    -------
    Index
        The labels.

    Raises
    ------
    ValueError
        If they cannot be ordered in time, come twice or come in another order.
    """
    if isinstance(frame.index, pd.MultiIndex):
        return frame.index.get_level_values(-1)
    index = ordered_index(frame, input_name=name)
    if index is None:
        raise ValueError(
            f"The index of {name} must hold dates, periods, durations or integers, got "
            f"{frame.index.dtype}."
        )
    return index
