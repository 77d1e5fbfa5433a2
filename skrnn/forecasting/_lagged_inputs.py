"""Inputs of a regression of any step ahead: past and seasonal values, and its features."""

from __future__ import annotations

import numpy as np

# Multiples of a period that are read, at most. A week has seven days.
_MOST_MULTIPLES = 7
# Features are also read this part of the shortest period before the row: an hour of a day, and
# three hours.
_DELAYS = (24, 8)


class LaggedInputs:
    """What is known at an origin, for forecasts of rows some steps after it.

    Values of a target are relative to its level, which is the mean of the last values up to the
    origin over the longest period. In a time zone, periods of whole days follow the local clock.

    Parameters
    ----------
    panel : Panel
        The series, with features after the target.
    values : ndarray of shape (n_rows,)
        Values of the target, of order one. NaN marks unknown values.
    known : ndarray of bool of shape (n_features,)
        The features that are known at the row to forecast. Others are read at the origin.
    periods : tuple of int
        Seasonal periodicities, the longest first.
    start : int, default=0
        Position in time from which the periods are counted.

    Examples
    --------
    The inputs of a forecast of row 9 from row 7 without seasonality or features: the steps ahead,
    the level, the last value minus the level, and the last changes over one row and two:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from skrnn.forecasting._lagged_inputs import LaggedInputs
    >>> from skrnn.forecasting._panel import Panel
    >>> from skrnn.windows._time_axis import TimeAxis
    >>> y = pd.DataFrame({"y": np.arange(10.0) ** 2})
    >>> panel = Panel.of(y, TimeAxis.of(y.index), 0)
    >>> inputs = LaggedInputs(panel, panel.values[:, 0], np.zeros(0, bool), ())
    >>> inputs.table(*(np.array([value]) for value in (9, 0, 2)))
    array([[ 2., 49.,  0., 13., 24.]])
    """

    def __init__(self, panel, values, known, periods, start=0):
        self._panel, self.values, self._periods, self._start = panel, values, periods, start
        self._features, self._known = panel.values[:, 1:], known
        self._sums = _sums_and_counts(values[:, None])
        self._feature_sums = _sums_and_counts(self._features)
        self._positions = np.zeros(len(values), np.int64)
        self._positions[panel.rows] = panel.positions()
        numbers = np.arange(len(values))
        self._last_known = np.maximum.accumulate(np.where(np.isnan(values), -1, numbers))

    def from_known(self, rows, series, ahead):
        """Return the steps ahead from the last row up to the origin whose target is known.

        Parameters
        ----------
        rows, series, ahead
            As in :meth:`level`.

        Returns
        -------
        ndarray of int of shape (n_forecasts,)
            As `ahead` if no target of the series is known up to the origin.
        """
        known = self._last_known[rows - ahead]
        return np.where(known >= self._panel.starts[series], rows - known, ahead)

    def level(self, rows, series, ahead):
        """Return the mean of the last values up to the origin of each forecast.

        Parameters
        ----------
        rows : ndarray of int of shape (n_forecasts,)
            The rows to forecast.
        series : ndarray of int of shape (n_forecasts,)
            Their series.
        ahead : ndarray of int of shape (n_forecasts,)
            Steps from the origin to the row.

        Returns
        -------
        ndarray of shape (n_forecasts,)
            NaN if none of these values is known.
        """
        width = max(self._periods, default=1)
        return self._mean(self._sums, rows - ahead, series, width)[:, 0]

    def table(self, rows, series, ahead):
        """Return the inputs of forecasts.

        Parameters
        ----------
        rows, series, ahead
            As in :meth:`level`.

        Returns
        -------
        ndarray of shape (n_forecasts, n_inputs)
            NaN where unknown, or before the start of a series.
        """
        origins, level = rows - ahead, self.level(rows, series, ahead)
        last = self._value(origins, series)
        columns = [ahead, level, last - level]
        before = [origins - 1, origins - 2]
        before += [self._before(origins, period, period) for period in self._periods]
        columns += [last - self._value(row, series) for row in before]
        columns += self._seasonal(rows, series, ahead, level)
        return np.column_stack([*columns, *self._of_features(rows, series, ahead)])

    def _seasonal(self, rows, series, ahead, level):
        """Yield the phase of each period, and values whole periods before the row."""
        longer = 0
        for period in self._periods:
            yield self._phase(rows, period)
            # Multiples of a day up to a week, since the week itself is a longer period.
            n_multiples = min(max(longer // period, 2), _MOST_MULTIPLES)
            for multiple in range(n_multiples):
                before = self._whole_periods_before(rows, ahead, period, multiple)
                yield self._value(before, series) - level
            longer = period

    def _of_features(self, rows, series, ahead):
        """Yield features at the row, before it, and whole periods before; others at the origin."""
        known, unknown = np.flatnonzero(self._known), np.flatnonzero(~self._known)
        shortest = min(self._periods, default=1)
        read = [rows]
        read += [rows - shortest // part for part in _DELAYS if shortest >= part]
        read += [self._whole_periods_before(rows, ahead, period) for period in self._periods]
        for where in read:
            yield self._feature(where, series, known)
        if shortest > 1:
            for where in (rows, rows - ahead):
                yield self._mean(self._feature_sums, where, series, shortest)[:, known]
        yield self._feature(rows - ahead, series, unknown)

    def _phase(self, rows, period):
        """Return the place of each row in its period."""
        positions, start, clock = self._positions[rows], self._start, self._panel.clock
        if clock is not None and clock.follows(period):
            positions, start = clock.steps(positions), clock.steps(np.array(start))
        return (positions - start) % period

    def _before(self, rows, distance, period):
        """Return the rows that are some whole periods before others."""
        clock = self._panel.clock
        if clock is None or not clock.follows(period):
            return rows - distance
        # Rows of a panel without gaps are as far apart as their positions.
        positions = self._positions[rows]
        return rows - positions + clock.earlier(positions, distance)

    def _whole_periods_before(self, rows, ahead, period, more=0):
        """Return the row of the last whole periods before that are not after the origin.

        Parameters
        ----------
        rows, ahead
            As in :meth:`level`.
        period : int
            The period.
        more : int, default=0
            Further periods before it.

        Returns
        -------
        ndarray of int of shape (n_forecasts,)
        """
        distance = period * -(-ahead // period)
        if self._panel.clock is not None:
            # Over a day of 23 hours, a row 24 hours ahead repeats a row after the origin.
            late = self._before(rows, distance, period) > rows - ahead
            distance = np.where(late, distance + period, distance)
        return self._before(rows, distance + more * period, period)

    def _value(self, rows, series):
        inside = (rows >= self._panel.starts[series]) & (rows < self._panel.ends[series])
        return np.where(inside, self.values[np.where(inside, rows, 0)], np.nan)

    def _feature(self, rows, series, columns):
        inside = (rows >= self._panel.starts[series]) & (rows < self._panel.ends[series])
        table = self._features[np.where(inside, rows, 0)[:, None], columns]
        return np.where(inside[:, None], table, np.nan)

    def _mean(self, sums_and_counts, rows, series, width):
        """Return the means of the known values among some rows up to each row."""
        ends = np.clip(rows + 1, self._panel.starts[series], self._panel.ends[series])
        begins = np.maximum(rows + 1 - width, self._panel.starts[series])
        total, count = (table[ends] - table[np.minimum(begins, ends)] for table in sums_and_counts)
        return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _sums_and_counts(values):
    """Return sums and numbers of the known values before each row and all rows."""
    known = ~np.isnan(values)
    before = np.zeros((1, values.shape[1]))
    return [
        np.concatenate([before, np.cumsum(table, axis=0)])
        for table in (np.where(known, values, 0.0), known.astype(np.float64))
    ]
