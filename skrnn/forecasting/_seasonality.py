"""The seasonal periodicity of an index, and the removal of a season from series."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skrnn._validation import Count

from ._seasonal_means import seasonal_means

if TYPE_CHECKING:
    from typing import Self

    from skrnn._typing import Integers, NDArray

    from ._panel import Panel

_OF_YEAR = {"Y": 1, "A": 1, "Q": 4, "M": 12, "S": 24, "W": 52}
_OF_DURATIONS = ("weeks", "days", "hours", "minutes", "seconds", "microseconds", "nanoseconds")
_WEEK = pd.Timedelta(days=7)
_PERIODS = ("7D", "1D", "1h", "1min")
_SHORTEST = 4
# With fewer repetitions a season cannot be distinguished from a trend or from chance.
CYCLES = 3


def seasonal_periods(axis):
    """Return the usual seasonal periodicities of a time axis.

    Parameters
    ----------
    axis : TimeAxis
        The axis, which knows the step of the index.

    Returns
    -------
    tuple of int
        The periodicities, the longest first, for example a week and a day for hourly labels. It
        is empty if the index has no known season, as for integers and years.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting._seasonality import seasonal_periods
    >>> from skrnn.windows._time_axis import TimeAxis
    >>> [
    ...     seasonal_periods(TimeAxis.of(pd.date_range("2020", periods=9, freq=freq)))
    ...     for freq in ("MS", "QE", "D", "30min")
    ... ]
    [(12,), (4,), (7,), (336, 48)]
    """
    if axis.week is not None:
        return _of_sessions(axis.week)
    if axis.freq is None:
        return ()
    return _of_frequency(axis.freq)


def _of_frequency(freq):
    freq = _simplest(freq)
    n, step = freq.n, _length(freq)
    if step is not None:
        if step % _WEEK == pd.Timedelta(0):  # whole weeks, however the index expresses them
            return _parts((_OF_YEAR["W"],), step // _WEEK)
        lengths = [pd.Timedelta(period) for period in _PERIODS]
        periods = [int(length / step) for length in lengths if length % step == pd.Timedelta(0)]
        return tuple(period for period in periods if period >= _SHORTEST)
    if isinstance(freq, pd.offsets.BusinessHour | pd.offsets.CustomBusinessHour):
        per_day = _hours_of_day(freq)
        return _parts((per_day * _days_of_week(freq), per_day), n)
    if isinstance(freq, pd.offsets.BusinessDay | pd.offsets.CustomBusinessDay):
        days = _days_of_week(freq)
        return _parts((_OF_YEAR["W"],), n // days) if n % days == 0 else _parts((days,), n)
    return _parts((_OF_YEAR.get(_letter(freq), 1),), n)


def _simplest(freq):
    """Convert an offset of months or years to months, and one of days or hours to a duration."""
    if type(freq) is not pd.DateOffset:
        return freq
    parts = freq.kwds or {"days": 1}
    months = 12 * parts.get("years", 0) + parts.get("months", 0)
    if months:
        return pd.offsets.MonthBegin(freq.n * months)
    durations = {name: parts[name] for name in _OF_DURATIONS if name in parts}
    if not durations:
        return freq
    return freq.n * pd.tseries.frequencies.to_offset(pd.Timedelta(**durations))


def _parts(periods, n):
    """Return how many steps of n rows make up each period, if this is a whole number above 1."""
    return tuple(int(p // n) for p in periods if p % n == 0 and p > n)


def _length(freq):
    """Return the length of a step, or None if calendar steps differ in length."""
    if isinstance(freq, pd.offsets.Week):
        return freq.n * _WEEK
    try:
        return pd.Timedelta(freq)
    except ValueError:
        return None


def _hours_of_day(freq):
    """Return the number of business hours in a day; 0 for parts of an hour."""
    minutes = [
        (60 * (end.hour - start.hour) + end.minute - start.minute) % (24 * 60)
        for start, end in zip(freq.start, freq.end, strict=True)
    ]
    return sum(minutes) // 60 if sum(minutes) % 60 == 0 else 0


def _days_of_week(freq):
    """Return the number of business days in a week."""
    weekmask = getattr(freq, "weekmask", None) or "1111100"
    return int(np.busdaycalendar(weekmask=weekmask).weekmask.sum())


def _letter(freq):
    """Return the letter of a frequency of months or years: M for MS, ME, BME and WOM."""
    if isinstance(freq, pd.offsets.Easter):  # pandas has no code for it
        return "Y"
    code = freq.rule_code.split("-")[0].lstrip("0123456789")
    if code in {"WOM", "LWOM"}:
        return "M"
    if code in {"BME", "BMS", "BQE", "BQS", "BYE", "BYS", "BM", "BQ", "BA", "CBMS", "CBME"}:
        code = code.lstrip("CB")
    return {"REQ": "Q"}.get(code, code[0])


def _of_sessions(week):
    """Return the rows of a week and of a day, if all sessions have the same length."""
    per_week = len(week.slots)
    per_day = week.expected.sum(axis=1).max()
    days = week.expected.any(axis=1).sum()
    periods = (per_week, per_day) if per_day * days == per_week else (per_week,)
    return tuple(int(period) for period in periods if period > 1)


class Seasons:
    """Additive seasons, which are estimated from each series and subtracted from it.

    A season is tested and estimated as in sktime's `ConditionalDeseasonalizer`, so a series
    without a season is not changed.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities. The first one for which a series is long enough, and that passes
        the test, is removed.
    conditional : bool
        Whether a season has to pass a test for autocorrelation at the 90 % level.
    """

    def __init__(self, periods: tuple[int, ...], *, conditional: bool) -> None:
        self.periods = periods
        self.conditional = conditional
        self._tables = {}

    @property
    def found(self) -> bool:
        """Whether any series has a season."""
        return bool(self._tables)

    def fit(self, panel: Panel, values: NDArray[np.float64]) -> Self:
        """Estimate the seasons of all series; values of shape (n_rows, n_targets)."""
        self._tables, self._shape = {}, (panel.n_series, values.shape[1])
        begins, lengths = _known_parts(panel, values)
        first = panel.first[:, None] + begins - panel.starts[:, None]
        for length in np.unique(lengths[lengths >= CYCLES * min(self.periods, default=1)]):
            series, targets = np.nonzero(lengths == length)
            rows = begins[series, targets, None] + np.arange(length)
            parts = _interpolated(values[rows, targets[:, None]])
            self._add(parts, series, targets, first[series, targets])
        return self

    def _add(self, parts, series, targets, first):
        """Estimate the seasons of series of one length, ``(n_parts, n_steps)``."""
        left = np.flatnonzero(np.ptp(parts, axis=1) > 0)
        for period in self.periods:
            if not len(left) or parts.shape[1] < CYCLES * period:
                continue
            seasons = seasonal_means(parts[left], period, conditional=self.conditional)
            found = seasons.any(axis=1)
            chosen, left = left[found], left[~found]
            if len(chosen):
                # The season of position p of the time axis is at p modulo the period.
                places = (first[chosen, None] + np.arange(period)) % period
                table = self._tables.setdefault(period, np.zeros((*self._shape, period)))
                table[series[chosen, None], targets[chosen, None], places] = seasons[found]

    def transform(self, panel: Panel, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Subtract the seasons from values of shape (n_rows, n_targets)."""
        result = values.copy()
        rows, series, positions = panel.rows, panel.series, panel.positions()
        for period, table in self._tables.items():
            result[rows] -= table[series, :, positions % period]
        return result

    def inverse_transform(
        self, values: NDArray[np.float64], positions: Integers
    ) -> NDArray[np.float64]:
        """Add the seasons to forecasts.

        Parameters
        ----------
        values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
            The forecasts.
        positions : ndarray of int of shape (n_series, n_steps)
            Their positions in time.

        Returns
        -------
        ndarray of the same shape
        """
        series = np.arange(len(values))[:, None]
        for period, table in self._tables.items():
            values = values + table[series, :, positions % period][..., None]
        return values

    def repeated(self, n_copies: int) -> Self:
        """Return the seasons of copies of all series, one copy after another."""
        result = copy(self)
        tables = self._tables.items()
        result._tables = {period: np.tile(table, (n_copies, 1, 1)) for period, table in tables}
        return result


def _known_parts(panel, values):
    """Return the first known row of each series and target, and the number of rows to the last.

    Parameters
    ----------
    panel : Panel
        Layout of the series.
    values : ndarray of shape (n_rows, n_targets)
        The values.

    Returns
    -------
    begins, lengths : ndarray of int of shape (n_series, n_targets)
        A length of 0 or less means that nothing is known.
    """
    rows = panel.rows
    known = ~np.isnan(values[rows])
    places = np.cumsum(panel.lengths) - panel.lengths
    begins = np.minimum.reduceat(np.where(known, rows[:, None], len(values)), places)
    last = np.maximum.reduceat(np.where(known, rows[:, None], -1), places)
    return begins, last - begins + 1


def _interpolated(parts):
    """Return series whose first and last values are known, with interpolated gaps."""
    flat = parts.ravel()
    known = ~np.isnan(flat)
    if known.all():
        return parts
    return np.interp(np.arange(len(flat)), np.flatnonzero(known), flat[known]).reshape(parts.shape)


def check_periods(sp):
    """Check the seasonal periodicity passed by the user.

    Parameters
    ----------
    sp : "auto", int or sequence of int
        The value of the parameter.

    Returns
    -------
    tuple of int or None
        The periodicities above 1, the longest first. None means "auto".

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if isinstance(sp, str) and sp == "auto":
        return None
    periods = sp if isinstance(sp, list | tuple) else [sp]
    if not periods or not all(Count(1).is_satisfied_by(period) for period in periods):
        raise ValueError(
            "sp must be 'auto', a positive integer such as 12 for monthly rows, or a tuple of "
            f"them such as (168, 24) for hourly rows. Got {sp!r}."
        )
    return tuple(sorted({int(period) for period in periods if period > 1}, reverse=True))
