"""The seasonal periodicity of an index, or of the parameter ``sp``."""

import numpy as np
import pandas as pd

from skrnn._validation import Count
from skrnn.windows._labels import offset_of, step_length

_OF_YEAR = {"Y": 1, "A": 1, "Q": 4, "M": 12, "S": 24, "W": 52}
_OF_DURATIONS = ("weeks", "days", "hours", "minutes", "seconds", "microseconds", "nanoseconds")
_WEEK = pd.Timedelta(days=7)
_PERIODS = ("7D", "1D", "1h", "1min")
_SHORTEST = 4


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
    >>> from skrnn.forecasting._seasonal_periods import seasonal_periods
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
    return freq.n * offset_of(pd.Timedelta(**durations))


def _parts(periods, n):
    """Return how many steps of n rows make up each period, if this is a whole number above 1."""
    return tuple(int(p // n) for p in periods if p % n == 0 and p > n)


def _length(freq):
    """Return the length of a step, or None if calendar steps differ in length."""
    return freq.n * _WEEK if isinstance(freq, pd.offsets.Week) else step_length(freq)


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
