"""Counts time steps on the local clock, which is put forward and back during the year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ._labels import step_length

_DAY = pd.Timedelta(days=1)
# Within so many days before and after, each kind of summer time includes one that is looked at.
_DAYS_BEFORE, _DAYS_AFTER, _DAYS_APART = 10 * 365, 30 * 365, 20


@dataclass(frozen=True)
class LocalClock:
    """Converts steps of equal length to steps of the local clock of a time zone.

    People, shops and power stations follow the local clock. If it is put forward by an hour, the
    hourly row that is a day earlier on this clock is only 23 rows earlier.

    Attributes
    ----------
    origin : Timestamp
        The label of position 0, in a time zone.
    step : Timedelta
        The time from one row to the next, which is shorter than a day.

    Examples
    --------
    Clocks in Berlin were put forward at 2:00 on 31 March 2024, so that 3:00 follows 1:00:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from skrnn.windows._local_clock import LocalClock
    >>> from skrnn.windows._time_axis import TimeAxis
    >>> hours = pd.date_range("2024-03-31", periods=72, freq="h", tz="Europe/Berlin")
    >>> clock = LocalClock.of(TimeAxis.of(hours))
    >>> clock.steps(np.arange(4))
    array([0, 1, 3, 4])
    >>> clock.earlier(np.array([24]), 24), clock.earlier(np.array([50]), 24)
    (array([1]), array([26]))
    """

    origin: pd.Timestamp
    step: pd.Timedelta

    @classmethod
    def of(cls, axis):
        """Return the clock of a time axis.

        Parameters
        ----------
        axis : TimeAxis
            The axis.

        Returns
        -------
        LocalClock or None
            None if there is no time zone, if its clock is never put forward or back, or if
            positions follow the local clock anyway, as those of days and sessions do.
        """
        zone = getattr(axis.origin, "tz", None)
        step = None if zone is None else step_length(axis.freq)
        if step is None or step >= _DAY or not _is_put_forward_or_back(axis.origin):
            return None
        return cls(axis.origin, step)

    def follows(self, period):
        """Return whether a period consists of whole days, which depend on the clock."""
        return bool(period * self.step % _DAY == pd.Timedelta(0))

    def steps(self, positions):
        """Count the steps on the local clock from the origin.

        Parameters
        ----------
        positions : ndarray of int
            Positions on the axis, whose steps have the same length.

        Returns
        -------
        ndarray of int64 of the same shape
            Steps that are skipped when the clock is put forward do not occur, and those that are
            repeated when it is put back occur twice.
        """
        positions = np.asarray(positions, np.int64)
        return positions + self._ahead(positions)

    def earlier(self, positions, distance):
        """Return the positions that are some steps earlier on the local clock.

        Parameters
        ----------
        positions : ndarray of int
            The positions.
        distance : int or ndarray of int
            The number of steps, which are whole days.

        Returns
        -------
        ndarray of int64 of the same shape
            For a time that the clock skipped on the earlier day, a time at most one change of the
            clock away.
        """
        positions = np.asarray(positions, np.int64)
        earlier = positions - distance
        return earlier + self._ahead(positions) - self._ahead(earlier)

    def on_clock(self, parts, first):
        """Arrange consecutive rows by the local clock.

        Parameters
        ----------
        parts : ndarray of shape (n_parts, n_rows)
            Values of the rows.
        first : ndarray of int of shape (n_parts,)
            Position of the first row of each part.

        Yields
        ------
        chosen : ndarray of int of shape (n_chosen,)
            Parts that have equally many steps on the clock.
        arranged : ndarray of shape (n_chosen, n_steps)
            A value for each step of the clock. It is NaN if the clock skips the step, and the mean
            of all rows at a step that is repeated.
        starts : ndarray of int of shape (n_chosen,)
            The first step of each part.
        """
        steps = self.steps(np.asarray(first)[:, None] + np.arange(parts.shape[1]))
        starts = steps.min(axis=1)
        widths = steps.max(axis=1) - starts + 1
        even = (np.diff(steps, axis=1) == 1).all(axis=1)
        if even.any():
            yield np.flatnonzero(even), parts[even], starts[even]
        for width in np.unique(widths[~even]):
            chosen = np.flatnonzero(~even & (widths == width))
            places = steps[chosen] - starts[chosen, None]
            yield chosen, _means_by_place(parts[chosen], places, width), starts[chosen]

    def _ahead(self, positions):
        """Return how many steps the clock is ahead of its setting at the origin."""
        if not positions.size:
            return np.zeros(positions.shape, np.int64)
        low, high = int(positions.min()), int(positions.max())
        if high - low < positions.size:
            return self._changes(np.arange(low, high + 1))[positions - low]
        unique, places = np.unique(positions, return_inverse=True)
        return self._changes(unique)[places.reshape(positions.shape)]

    def _changes(self, positions):
        times = self.origin + pd.TimedeltaIndex(positions * self.step)
        ahead = times.tz_localize(None) - times.tz_convert(None)
        origin = self.origin.tz_localize(None) - self.origin.tz_convert(None)
        # If a change is not a whole number of steps, a step contains the time on the clock.
        return ((ahead - origin) // self.step).to_numpy(np.int64)


def _is_put_forward_or_back(origin):
    """Return whether the offset of a time zone changes in the decades around a time.

    Periods can be counted in rows if not, as in UTC, which is faster.
    """
    days = np.arange(-_DAYS_BEFORE, _DAYS_AFTER, _DAYS_APART).astype("m8[D]")
    start = origin.tz_convert("UTC").tz_localize(None).to_datetime64().astype("M8[s]")
    times = pd.DatetimeIndex(start + days).tz_localize("UTC")
    local = times.tz_convert(origin.tz).tz_localize(None)
    return len((local - times.tz_localize(None)).unique()) > 1


def _means_by_place(parts, places, width):
    """Return the mean of the values of each part at each place, NaN if there are none."""
    n_parts = len(parts)
    flat = (places + width * np.arange(n_parts)[:, None]).ravel()
    counts = np.bincount(flat, minlength=n_parts * width)
    sums = np.bincount(flat, parts.ravel(), minlength=n_parts * width)
    means = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return means.reshape(n_parts, width)
