"""The origins of a backtest, which split each series into a past and a future."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skrnn.windows._local_clock import LocalClock
from skrnn.windows._time_axis import TimeAxis

from ._features import rows_at
from ._panel import Panel
from ._seasonal_naive import earlier, last_known_values, seasonal_naive
from ._series_rows import mean_of_known, row_ranges

_LEAST_ROWS = 3


@dataclass(frozen=True)
class Origins:
    """The rows of one series or a panel, and the places at which a backtest cuts them.

    Rows before the first and after the last known value of a series are not used. The latest
    origin leaves as many rows as the longest forecast has steps, and each earlier origin is `step`
    rows before the next one; in a time zone, whole days are counted by the local clock. Each
    series is counted from its own end.

    Attributes
    ----------
    y, X : Series, DataFrame or None
        The series and the features at the same rows.
    axis : TimeAxis
        Counts the steps of time.
    instances : Index or None
        Names of the series. None means one series without a name.
    values : ndarray of shape (n_rows,)
        Values of y.
    first : ndarray of int of shape (n_series,)
        First row of each series.
    steps : ndarray of int of shape (n_steps,)
        Steps ahead.
    cuts : ndarray of int of shape (n_origins, n_series)
        First row after each origin. The earliest origin is the first one.
    moved : ndarray of int of shape (n_series,)
        Position in time minus row number.
    """

    y: object
    X: object
    axis: object
    instances: object
    values: np.ndarray
    first: np.ndarray
    steps: np.ndarray
    cuts: np.ndarray
    moved: np.ndarray

    @classmethod
    def of(cls, y, X, steps, n_origins, step):
        """Cut series at origins.

        Parameters
        ----------
        y : Series or DataFrame of one column
            One series or a panel.
        X : DataFrame or None
            Features, with a row for every row of `y`.
        steps : ndarray of int of shape (n_steps,)
            Steps ahead, in increasing order.
        n_origins : int
            Number of origins.
        step : int
            Rows between two origins.

        Returns
        -------
        Origins

        Raises
        ------
        ValueError
            If rows of `y` are missing or not in order, `X` lacks a row, or no series is long
            enough.
        """
        frame = y.to_frame() if isinstance(y, pd.Series) else y
        axis = TimeAxis.of_frame(frame)
        # Without gaps between series, the panel has exactly the rows of the frame.
        whole = Panel.of(frame, axis, 0)
        panel = whole.trimmed(1)
        moved = panel.first - panel.starts
        back = np.arange(n_origins - 1, -1, -1) * step
        last = panel.ends - 1 - steps[-1]
        cuts = _earlier(axis, last, moved, back[:, None], step) + 1
        if (cuts[0] <= panel.starts).all():
            longest = int(panel.lengths.argmax())
            raise ValueError(
                f"{n_origins} origins of {step} row(s) and {steps[-1]} step(s) ahead need more "
                f"than {panel.ends[longest] - cuts[0, longest]} rows, but the longest series has "
                f"{panel.lengths[longest]} from its first to its last known value. Use fewer "
                "origins, a smaller step or a shorter fh."
            )
        X = None if X is None else rows_at(X, frame.index)
        values = whole.values[:, 0]
        return cls(y, X, axis, panel.instances, values, panel.starts, steps, cuts, moved)

    def taking_part(self, origin):
        """Return a mask of the series with a known value before an origin, ``(n_series,)``."""
        return self.cuts[origin] > self.first

    def past(self, origin, series):
        """Return the rows of some series before an origin: of y, and of X."""
        return self._part(self.first, self.cuts[origin], series)

    def whole(self, series):
        """Return the rows of y of some series from their first to their last known value."""
        return self._part(self.first, self.cuts[-1] + self.steps[-1], series)[0]

    def between(self, origin, series):
        """Return the rows of some series between the previous origin and an origin.

        If they are fewer, the last three rows before the origin, from which sktime infers the
        frequency of dates.
        """
        start = np.minimum(self.cuts[origin - 1], self.cuts[origin] - _LEAST_ROWS)
        return self._part(np.maximum(start, self.first), self.cuts[origin], series)

    def future(self, origin, series):
        """Return the features of some series in the horizon after an origin, or None."""
        cuts = self.cuts[origin]
        return self._part(cuts, cuts + self.steps[-1], series)[1]

    def rows_ahead(self, origin, series):
        """Return the rows of each step after an origin, ``(n_series_used, n_steps)``."""
        return self.cuts[origin][series][:, None] + self.steps - 1

    def _part(self, starts, ends, series):
        if self.instances is None:
            # A slice keeps the frequency of the index.
            rows = slice(int(starts[0]), int(ends[0]))
        else:
            rows = row_ranges(starts[series], ends[series])
        return self.y.iloc[rows], None if self.X is None else self.X.iloc[rows]


def naive_forecasts(origins, origin, series, sp):
    """Return the naive forecasts, which do not need a model.

    Parameters
    ----------
    origins : Origins
        The rows.
    origin : int
        Number of the origin.
    series : ndarray of bool of shape (n_series,)
        The series to forecast.
    sp : int
        Seasonal periodicity.

    Returns
    -------
    naive : ndarray of shape (n_series_used, n_steps)
        The last known value.
    seasonal : ndarray of shape (n_series_used, n_steps)
        The last known value of the same season; the last known value if there is none.
    """
    starts, moved = origins.first[series], origins.moved[series]
    ends = origins.cuts[origin][series]
    clock = LocalClock.of(origins.axis)
    panel = Panel(origins.values[:, None], starts, ends, starts + moved, clock=clock)
    ahead = np.tile(origins.steps, (panel.n_series, 1))
    last = np.broadcast_to(panel.last[:, None], ahead.shape)
    return last_known_values(panel, last), seasonal_naive(panel, last, ahead, sp)


def _earlier(axis, rows, moved, distance, period):
    """Return the rows some periods before others, by the local clock if these are whole days."""
    positions = earlier(LocalClock.of(axis), rows + moved, distance, period)
    return (positions - moved).astype(np.intp)


def change_before(origins, origin, series, sp, power):
    """Return the mean of the changes of each series over a season before an origin.

    Parameters
    ----------
    origins : Origins
        The rows.
    origin : int
        Number of the origin.
    series : ndarray of bool of shape (n_series,)
        The series.
    sp : int
        Seasonal periodicity. Where no such change is known or all are 0, changes of one row are
        used.
    power : {1, 2}
        1 for absolute changes, 2 for the root of squared ones.

    Returns
    -------
    ndarray of shape (n_series_used,)
        NaN where the series does not change.
    """
    mean = _mean_change(origins, origin, series, sp, power)
    if sp > 1:
        by_row = _mean_change(origins, origin, series, 1, power)
        mean = np.where(mean > 0, mean, by_row)
    return np.where(mean > 0, mean, np.nan) ** (1 / power)


def _mean_change(origins, origin, series, sp, power):
    values, end = origins.values, origins.cuts[origin][series]
    start = np.minimum(origins.first[series] + sp, end)
    rows, owner = row_ranges(start, end), np.repeat(np.arange(len(end)), end - start)
    size = np.abs(values[rows] - values[rows - sp]) ** power
    return mean_of_known(size, owner, len(end))
