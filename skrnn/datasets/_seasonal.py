"""A generated series with a seasonal cycle, a trend and noise, for tests and examples."""

from __future__ import annotations

from datetime import date
from numbers import Integral, Real

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state

from skrnn._sklearn_compat import Interval, validate_params
from skrnn._typing import RandomState

_OUT_OF_BOUNDS = (pd.errors.OutOfBoundsDatetime, pd.errors.OutOfBoundsTimedelta)


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "period": [Interval(Real, 2, None, closed="left")],
        "amplitude": [Interval(Real, None, None, closed="neither")],
        "trend": [Interval(Real, None, None, closed="neither")],
        "noise": [Interval(Real, 0, None, closed="left")],
        "start": [str, date, np.datetime64],
        "freq": [str, pd.offsets.BaseOffset],
        "random_state": ["random_state"],
    },
    prefer_skip_nested_validation=True,
)
def make_seasonal_series(
    n_samples: int = 120,
    *,
    period: float = 12,
    amplitude: float = 1.0,
    trend: float = 0.0,
    noise: float = 0.1,
    start: str | date | np.datetime64 = "2000-01-01",
    freq: str | pd.offsets.BaseOffset = "MS",
    random_state: RandomState = None,
) -> pd.Series[float]:
    """Make a series with a seasonal cycle, a linear trend and noise.

    Sample ``t`` is ``amplitude * sin(2 * pi * t / period) + trend * t + noise * e``. Each ``e`` is
    drawn independently from the standard normal distribution.

    Parameters
    ----------
    n_samples : int, default=120
        Number of samples, at least 1.
    period : float, default=12
        Length of the cycle in samples, at least 2. It need not be a whole number; for example, it
        can be 365.25.
    amplitude : float, default=1.0
        Height of the seasonal cycle above its mean.
    trend : float, default=0.0
        Rise from one sample to the next.
    noise : float, default=0.1
        Standard deviation of the noise, not negative.
    start : str, datetime.date, pandas.Timestamp or numpy.datetime64, default="2000-01-01"
        Date of the first sample. If it does not match `freq`, the next date that does is used.
    freq : str or pandas offset, default="MS"
        Distance between consecutive dates, as in `pandas.date_range`.
    random_state : int, RandomState instance or None, default=None
        Determines the noise. The same int produces the same series.

    Returns
    -------
    series : pandas.Series of shape (n_samples,)
        The values, float64 and without a unit, named ``"value"``, with a
        `pandas.DatetimeIndex` of frequency `freq`.

    Raises
    ------
    ValueError
        If a parameter is of the wrong type or outside its range, `start` is not a date, `freq` is
        not a frequency or goes backwards, or the dates exceed the range that pandas can represent
        in nanoseconds, from the year 1678 to the year 2261.

    See Also
    --------
    load_sea_surface_temperatures : A measured seasonal series.

    Examples
    --------
    >>> from skrnn.datasets import make_seasonal_series
    >>> make_seasonal_series(4, period=4, trend=0.5, noise=0.0)
    2000-01-01    0.0
    2000-02-01    1.5
    2000-03-01    1.0
    2000-04-01    0.5
    Freq: MS, Name: value, dtype: float64
    """
    time = np.arange(n_samples)
    season = amplitude * np.sin(2 * np.pi * time / period)
    random = check_random_state(random_state).standard_normal(n_samples)
    values = season + trend * time + noise * random
    return pd.Series(values, index=_dates(start, n_samples, freq), name="value")


def _dates(start, n_samples, freq):
    try:
        first = pd.Timestamp(start)
    except (ValueError, TypeError) as error:
        raise ValueError(f"start must be a date, got {start!r}.") from error
    if first is pd.NaT:
        raise ValueError(f"start must be a date, got {start!r}.")
    try:
        first = first.as_unit("ns")
    except pd.errors.OutOfBoundsDatetime as error:
        raise ValueError(
            "start must be a date that pandas can represent in nanoseconds, from the year 1678 to "
            f"2261, got {start!r}."
        ) from error
    try:
        step = pd.tseries.frequencies.to_offset(freq)
    except ValueError as error:
        raise ValueError(f"freq must be a frequency known to pandas, got {freq!r}.") from error
    return _dates_from(first, n_samples, step, freq)


def _dates_from(first, n_samples, step, freq):
    try:
        if not first + step > first:
            raise ValueError(f"freq must go forwards in time, got {freq!r}.")
        first + (n_samples - 1) * step  # in one jump, before all dates are made
        return pd.date_range(first, periods=n_samples, freq=step)
    except (OverflowError, *_OUT_OF_BOUNDS) as error:
        raise ValueError(
            f"n_samples={n_samples} dates from start={str(first)!r} on with freq={freq!r} go "
            "beyond the last date that pandas can represent in nanoseconds, in the year 2262. Use "
            "a smaller n_samples, an earlier start or a shorter freq."
        ) from error
