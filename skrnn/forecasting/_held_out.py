"""Windows at the end of the training part, which are held out to evaluate forecasters."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skrnn.windows._local_clock import LocalClock
from skrnn.windows._time_axis import TimeAxis

from ._error_sizes import expected_sizes
from ._features import label_rows
from ._season_widths import SeasonWidths, periods_of_widths
from ._series_frames import series_lengths
from ._series_rows import count_known, known_from, mean_of_known

LEAST_KNOWN = 2
"""Known values before the steps to forecast, without which a network cannot learn."""
WANTED_ERRORS = 60
"""Target number of errors for each step: several from a single series, one from each of many."""
# Known rows before a held-out window, so that a forecaster can learn something.
_LEAST_ROWS = 4
# Largest number of origins, if more errors are wanted.
_MOST_ORIGINS = 100
# For fewer steps than _MANY_STEPS, _ORIGINS_OF_FEW_STEPS origins are worth the time, because a
# forecast of a few steps takes little. With 2 * n_steps + 6 origins, as for more steps, intervals
# of one step would rest on 8 errors. Chosen on simulated series and training windows, as in the
# benchmark ``one_step``.
_MANY_STEPS, _ORIGINS_OF_FEW_STEPS = 6, 60


@dataclass(frozen=True)
class HeldOut:
    """The last known rows of each series, on which forecasters are evaluated.

    Each origin is a known row, so a series is never forecast from inside a gap.

    Attributes
    ----------
    y : DataFrame
        All rows of the target.
    series, remaining : ndarray of int of shape (n_rows,)
        The number of its series, and the known rows of its series from each row on.
    n_steps : int
        Steps ahead that are evaluated.
    later : ndarray of int of shape (n_origins,)
        Number of known rows between each origin and the last origin, the earliest origin first.
        Empty if the series are too short.
    enough : ndarray of bool of shape (n_series,)
        The series that are long enough.
    """

    y: pd.DataFrame
    series: np.ndarray
    remaining: np.ndarray
    n_steps: int
    later: np.ndarray
    enough: np.ndarray

    @classmethod
    def of(cls, y, n_steps, wanted=None, *, updates=False):
        """Choose the rows from which the series are forecast.

        Parameters
        ----------
        y : DataFrame
            One series, or a panel.
        n_steps : int
            Steps ahead.
        wanted : int, default=None
            Target number of errors for each step, from up to 100 origins. None: as many as are
            worth the time of trying several views.
        updates : bool, default=False
            Whether a view is updated at each origin, which may take as long as a fit.

        Returns
        -------
        HeldOut
        """
        lengths, values = series_lengths(y, "y"), y.to_numpy(np.float64)
        series = np.repeat(np.arange(len(lengths)), lengths)
        remaining = known_from(values, lengths)
        room = room_for_origins(count_known(values, lengths), n_steps)
        enough = room >= 0
        if not enough.any():
            return cls(y, series, remaining, n_steps, np.zeros(0, np.intp), enough)
        most = most_origins(n_steps, updates) if wanted is None else _MOST_ORIGINS
        each = -(-(wanted or WANTED_ERRORS) // int(enough.sum()))
        later = _spread_out(int(np.median(room[enough])), n_steps, min(each, most))
        return cls(y, series, remaining, n_steps, later, room >= later[0])

    @property
    def n_origins(self):
        """Number of rows from which each series is forecast."""
        return len(self.later)

    @property
    def shape(self):
        """Shape of the forecasts, ``(n_series, n_origins, n_steps)``."""
        return len(self.enough), self.n_origins, self.n_steps

    def rows_after_short_series(self):
        """Return the index of the steps after the end of series that are too short.

        Returns
        -------
        MultiIndex or None
            None if there is no such series.
        """
        if self.enough.all() or self.y.index.nlevels == 1:
            return None
        axis = TimeAxis.of_frame(self.y)
        ends = (np.cumsum(np.bincount(self.series)) - 1)[~self.enough]
        last = axis.positions(self.y.index[ends].get_level_values(-1))
        coming = axis.labels((last[:, None] + np.arange(1, self.n_steps + 1)).ravel())
        instances = self.y.index[ends].droplevel(-1)
        return label_rows(instances, coming.rename(self.y.index.names[-1]))

    def training_part(self):
        """Return the rows before the first origin. Series that are too short are complete."""
        return self.y[self._before(0)]

    def scales(self, sp, origin=0):
        """Return the scale of each series, from the rows before an origin.

        The rows on which a forecast is evaluated must not influence the units of its errors.

        Parameters
        ----------
        sp : int
            Seasonal periodicity.
        origin : int, default=0
            The origin.

        Returns
        -------
        ndarray of shape (n_series,)
            As in `scales_of`. If no series changes before the origin, all rows are used.
        """
        before = scales_of(self._values_before(origin), self.series, sp, self._seasonal(sp))
        return before if (before > 0).any() else self.final_scales(sp)

    def final_scales(self, sp):
        """Return the scale of each series, from all rows.

        A series that is too short for changes over a season before the first origin is measured by
        changes of one row here as well, so that these scales and the others have the same meaning.
        """
        return scales_of(self._values(), self.series, sp, self._seasonal(sp))

    def rows_until(self, origin):
        """Return the rows between the previous origin and an origin."""
        return self.y[self._before(origin) & ~self._before(origin - 1)]

    def known_at(self, origin):
        """Return the number of rows of each series up to an origin, ``(n_series,)``."""
        return np.bincount(self.series[self._before(origin)], minlength=len(self.enough))

    def truth(self):
        """Return the true values that judge forecasts.

        Returns
        -------
        ndarray of shape (n_series, n_origins, n_steps)
            NaN where a true value is unknown or not held out.
        """
        values = self._values()
        truth = np.full(self.shape, np.nan)
        rows, origin = self._rows_of_origins()
        for step in range(1, self.n_steps + 1):
            later = np.minimum(rows + step, len(values) - 1)
            same = (later == rows + step) & (self.series[later] == self.series[rows])
            truth[self.series[rows], origin, step - 1] = np.where(same, values[later], np.nan)
        return truth

    def widths(self, periods, axis, origin=None):
        """Return how the sizes of errors depend on the season.

        Parameters
        ----------
        periods : sequence of int
            Seasonal periodicities, all of them 2 or more.
        axis : TimeAxis
            The time axis of y.
        origin : int, default=None
            Use only the rows before an origin.

        Returns
        -------
        SeasonWidths or None
            None if all series are shorter than a season.
        """
        values = self._values() if origin is None else self._values_before(origin)
        chain = periods_of_widths(periods, np.bincount(self.series))
        clock = LocalClock.of(axis)
        return SeasonWidths.of(values, self.series, self._positions(axis), chain, clock)

    def positions(self, axis):
        """Return the positions in time of the steps that are forecast.

        Parameters
        ----------
        axis : TimeAxis
            The time axis of y.

        Returns
        -------
        ndarray of int of shape (n_series, n_origins, n_steps)
            0 for series that are not held out.
        """
        positions = np.zeros(self.shape, np.int64)
        rows, origin = self._rows_of_origins()
        steps = np.arange(1, self.n_steps + 1)
        positions[self.series[rows], origin] = self._positions(axis)[rows, None] + steps
        return positions

    def expected_sizes(self, periods, scales):
        """Return the sizes of errors to expect from how much the series change.

        Parameters
        ----------
        periods : sequence of int
            Seasonal periodicities.
        scales : ndarray of shape (n_series,)
            Scale of each series.

        Returns
        -------
        ErrorSizes or None
            None if no change is known.
        """
        return expected_sizes(self._values(), self.series, scales, self.n_steps, periods)

    def _positions(self, axis):
        return axis.positions(self.y.index.get_level_values(-1))

    def _rows_of_origins(self):
        """Return the rows from which series are forecast, and the numbers of their origins."""
        # Origins are known rows, so the origin itself counts in addition to the held-out rows.
        later = self.remaining - self.n_steps - 1
        origin = self.n_origins - 1 - np.searchsorted(self.later[::-1], later)
        known = ~np.isnan(self._values())
        rows = np.flatnonzero(self.enough[self.series] & np.isin(later, self.later) & known)
        return rows, origin[rows]

    def errors(self, forecasts):
        """Return the true values minus forecasts.

        Parameters
        ----------
        forecasts : ndarray of shape (n_series, n_origins, n_steps)
            Forecasts from each origin.

        Returns
        -------
        ndarray of the same shape
            NaN where a true value is unknown or not held out.
        """
        return self.truth() - forecasts

    def n_known(self):
        """Return the number of known values of each series, ``(n_series,)``."""
        return np.bincount(self.series, ~np.isnan(self._values()), minlength=len(self.enough))

    def n_errors(self):
        """Return the number of known values that judge forecasts of each series."""
        return (~np.isnan(self.truth())).sum(axis=(1, 2))

    def _values(self):
        return self.y.to_numpy(np.float64)[:, 0]

    def _values_before(self, origin):
        return np.where(self._before(origin), self._values(), np.nan)

    def _seasonal(self, sp):
        """Return the series that change over a season before the first origin."""
        return _mean_change(self._values_before(0), self.series, sp) > 0

    def _before(self, origin):
        dropped = self.n_steps + (self.later[origin] if self.n_origins else 0)
        return (self.remaining > dropped) | ~self.enough[self.series]


def room_for_origins(n_known, n_steps):
    """Return how many rows a held-out window can be before the last one; below 0, there is none.

    Parameters
    ----------
    n_known : ndarray of int of shape (n_series,)
        Known values of each series.
    n_steps : int
        Steps ahead.

    Returns
    -------
    ndarray of int of shape (n_series,)
    """
    return n_known - n_steps - max(n_steps + LEAST_KNOWN, _LEAST_ROWS)


def most_origins(n_steps, updates=False):
    """Return from how many rows forecasts of several views are worth the time, at most."""
    most = 2 * n_steps + 6
    takes_little = n_steps < _MANY_STEPS and not updates
    return max(most, _ORIGINS_OF_FEW_STEPS) if takes_little else most


def _spread_out(room, n_steps, wanted):
    """Return the known rows between each origin and the last one, the earliest first.

    Parameters
    ----------
    room : int
        Known rows of a series of median length before which there are enough to learn from.
    n_steps : int
        Steps ahead.
    wanted : int
        Number of origins, if there is room for them.

    Returns
    -------
    ndarray of int of shape (n_origins,)
    """
    # At most a quarter of the room, since the networks do not learn from these rows.
    longest = room // 4
    n_origins = min(wanted, 1 + longest)
    # Windows that do not overlap have independent errors, so a larger distance does not help.
    span = int(np.clip((n_origins - 1) * n_steps, 0, longest))
    return np.rint(np.linspace(span, 0, n_origins)).astype(np.intp)


def scales_of(values, series, sp, seasonal=True):
    """Return the mean absolute change of each series over a season, as for MASE.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Values, where those of each series are adjacent.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    sp : int
        Seasonal periodicity. Series that are too short for it use changes of one row.
    seasonal : ndarray of bool of shape (n_series,), default=True
        The series that may use changes over a season.

    Returns
    -------
    ndarray of shape (n_series,)
        0 for a series that does not change, and NaN if no change is known.

    References
    ----------
    Hyndman and Koehler, "Another look at measures of forecast accuracy", International Journal of
    Forecasting, 2006.
    """
    scale = _mean_change(values, series, sp)
    short = ~((scale > 0) & seasonal)
    if short.any() and sp > 1:
        scale = np.where(short, _mean_change(values, series, 1), scale)
    return scale


def in_units_of(errors, scales):
    """Divide the errors of series by their scales.

    Parameters
    ----------
    errors : ndarray of shape (n_series, ...)
        The errors.
    scales : ndarray of shape (n_series, ...)
        Scale of each series, or of its first axes, whose last one may have length 1.

    Returns
    -------
    ndarray of the same shape
        NaN where the scale is 0 or unknown: such errors cannot be compared with those of others.
    """
    scales = np.where(scales > 0, scales, np.nan)
    return errors / scales.reshape(*scales.shape, *(1,) * (errors.ndim - scales.ndim))


def _mean_change(values, series, step):
    if len(values) <= step:
        return np.full(series[-1] + 1, np.nan)
    change = np.abs(values[step:] - values[:-step])
    change[series[step:] != series[:-step]] = np.nan
    return mean_of_known(change, series[step:], series[-1] + 1)


def naive_errors(held_out):
    """Return errors of the naive forecast within the series, ``(n_errors, n_steps)``.

    They replace the errors of forecasters if series are too short for rows to be held out.
    """
    values, series = held_out.y.to_numpy(np.float64)[:, 0], held_out.series
    errors = np.full((len(values), held_out.n_steps), np.nan)
    for step in range(1, held_out.n_steps + 1):
        if step < len(values):
            same = series[step:] == series[:-step]
            errors[step:, step - 1] = np.where(same, values[step:] - values[:-step], np.nan)
    return errors


def deviations_from_mean(held_out):
    """Return the differences of values from the mean of their series, ``(n_errors, n_steps)``.

    They replace the errors of forecasters of intermittent demand if series are too short for
    rows to be held out. The forecast is a mean, and the errors of the naive forecast around it
    would make paths too high, since counts below zero are cut off.
    """
    values, series = held_out.y.to_numpy(np.float64)[:, 0], held_out.series
    deviations = values - mean_of_known(values, series, series[-1] + 1)[series]
    errors = np.full((len(values), held_out.n_steps), np.nan)
    for step in range(min(held_out.n_steps, len(values))):
        kept = len(values) - step
        same = series[step:] == series[:kept]
        errors[:kept, step] = np.where(same, deviations[step:], np.nan)
    return errors
