"""Seasonal periodicities of indexes, and of the parameter sp."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._seasonal_periods import check_periods, seasonal_periods
from skrnn.windows._time_axis import TimeAxis

# Rows of a year, or of a week, a day, an hour and a minute, as the calendar has them.
PERIODS = {
    **dict.fromkeys(["YE", "YS-MAR", "BYE", "2YE", "5MS", "3W", "53W", "5h", "2B", "13D"], ()),
    **dict.fromkeys(["QE", "QS-FEB", "BQE", "BQS-FEB", "3MS", "3BME", "91D", "13W", "6SMS"], (4,)),
    **dict.fromkeys(["ME", "MS", "BME", "BMS", "CBME", "CBMS", "WOM-2TUE", "2SME", "2SMS"], (12,)),
    **dict.fromkeys(["2MS", "2ME", "2BME", "2WOM-2TUE", "4SMS"], (6,)),
    **dict.fromkeys(["SME", "SMS", "SMS-10"], (24,)),
    **dict.fromkeys(["3SME", "3SMS"], (8,)),
    **dict.fromkeys(["W", "W-WED", "7D", "168h", "5B", "10080min"], (52,)),
    **dict.fromkeys(["2W-WED", "14D", "336h", "10B"], (26,)),
    **dict.fromkeys(["4W", "28D", "20B"], (13,)),
    **dict.fromkeys(["26W", "182D"], (2,)),
    **dict.fromkeys(["D", "24h", "1440min"], (7,)),
    **dict.fromkeys(["B", "C"], (5,)),
    "h": (168, 24),
    "bh": (40, 8),
    "2bh": (20, 4),
    "6h": (28, 4),
    "8h": (21,),
    "30min": (336, 48),
    "15min": (672, 96, 4),
    "min": (10080, 1440, 60),
    "s": (604800, 86400, 3600, 60),
    "250ms": (2419200, 345600, 14400, 240),
    "ns": (604800 * 10**9, 86400 * 10**9, 3600 * 10**9, 60 * 10**9),
}
OFFSETS = [
    (pd.DateOffset(months=1), (12,)),
    (pd.DateOffset(years=1), ()),
    (pd.DateOffset(months=2) * 2, (3,)),
    (pd.DateOffset(weeks=2), (26,)),
    (pd.DateOffset(), (7,)),
    (pd.DateOffset(days=1), (7,)),
    (pd.DateOffset(days=7), (52,)),
    (pd.offsets.Day(7), (52,)),
    (pd.offsets.Hour(24), (7,)),
    (pd.DateOffset(hours=6), (28, 4)),
    (pd.offsets.LastWeekOfMonth(weekday=4), (12,)),
    (pd.offsets.LastWeekOfMonth(2, weekday=4), (6,)),
    (pd.offsets.CustomBusinessDay(weekmask="Mon Tue Wed Thu Fri Sat"), (6,)),
    (pd.offsets.CustomBusinessDay(weekmask="Mon Wed Fri"), (3,)),
    (pd.offsets.CustomBusinessHour(start="10:00", end="12:00"), (10, 2)),
]
# Without a frequency, their dates look like other dates.
ONLY_DECLARED = [
    (pd.offsets.BusinessHour(3), ()),
    (pd.offsets.BusinessHour(start="09:30", end="16:00"), ()),
    (pd.offsets.FY5253(startingMonth=1, weekday=3), ()),
    (pd.offsets.FY5253Quarter(startingMonth=1, weekday=3, qtr_with_extra_week=4), (4,)),
    (pd.offsets.Easter(), ()),
]


@pytest.mark.parametrize(("freq", "periods"), [*PERIODS.items(), *OFFSETS], ids=str)
@pytest.mark.parametrize("start", ["2001-03-10", "2020-01-01"])
def test_the_same_season_with_a_frequency_and_without_one_and_in_a_panel(freq, periods, start):
    """Also the same positions, and the same labels after the end."""
    dates = pd.date_range(start, periods=60, freq=freq)
    late = dates[20:]
    panel = pd.MultiIndex.from_arrays([["a"] * 60 + ["b"] * 40, dates.append(late)])
    declared = TimeAxis.of(dates)
    assert seasonal_periods(declared) == periods
    after = declared.labels(np.arange(60, 70))
    bare = dates._with_freq(None)
    for times, first in [(bare, 0), (bare[20:], 20), (panel.get_level_values(1), 0)]:
        axis = TimeAxis.of(times)
        assert seasonal_periods(axis) == periods
        np.testing.assert_array_equal(axis.positions(bare[20:]), np.arange(20, 60) - first)
        assert (axis.labels(np.arange(60, 70) - first) == after).all()


@pytest.mark.parametrize(("freq", "periods"), ONLY_DECLARED)
def test_frequencies_that_must_be_declared(freq, periods):
    dates = pd.date_range("2001-03-10", periods=60, freq=freq)
    assert seasonal_periods(TimeAxis.of(dates)) == periods
    bare = dates._with_freq(None)

    def lay_out():
        return Panel.of(pd.DataFrame({"y": np.arange(60.0)}, bare), TimeAxis.of(bare), 0)

    with pytest.raises(ValueError, match="irregular"):
        lay_out()


@pytest.mark.parametrize("freq", ["Y", "Q", "M", "W", "2W", "4W", "D", "h", "30min", "7D"])
def test_periods(freq):
    index = pd.period_range("2020-01-01", periods=60, freq=freq)
    expected = {"Y": "YE", "Q": "QE", "M": "ME"}.get(freq, freq)
    assert seasonal_periods(TimeAxis.of(index)) == PERIODS.get(expected, {"2W": (26,)}.get(freq))


@pytest.mark.parametrize("days", [7, 14, 28])
def test_the_same_forecast_of_weeks_however_the_index_says_it(cheap, days):
    n = 6 * 364 // days
    dates = pd.date_range("2015-01-04", periods=n, freq=f"{days}D")
    wave = 50 * np.sin(2 * np.pi * np.arange(n + 8) * days / 364)
    noise = np.random.default_rng(0).normal(size=n)
    declared = pd.Series(wave[:n] + noise, dates, name="y")
    bare, weeks = declared.copy(), declared.copy()
    bare.index = dates._with_freq(None)
    weeks.index = pd.date_range("2015-01-04", periods=n, freq=f"{days // 7}W-SUN")
    periods = weeks.set_axis(weeks.index.to_period())
    panel = pd.concat({"a": bare.to_frame()}, names=["series"])
    values = []
    for y in (declared, bare, weeks, periods, panel):
        forecaster = cheap(lag=3, deseasonalize="auto").fit(y, fh=range(1, 9))
        values.append(forecaster.predict().to_numpy().ravel())
        np.testing.assert_array_equal(values[-1], values[0])
    # Without its season the wave would be forecast by its last value.
    assert np.abs(values[0] - wave[n:]).mean() < 5


def test_sessions_and_integers():
    hours = pd.date_range("2024-01-01", periods=24 * 70, freq="h")
    sessions = hours[(hours.hour >= 9) & (hours.hour < 16) & (hours.dayofweek < 5)]
    assert seasonal_periods(TimeAxis.of(sessions)) == (35, 7)
    assert seasonal_periods(TimeAxis.of(pd.RangeIndex(40))) == ()


@pytest.mark.parametrize("sp", [0, -1, 2.5, "monthly", (), (12, 0), True, None])
def test_wrong_periodicity(sp):
    with pytest.raises(ValueError, match="sp must be 'auto', a positive integer"):
        check_periods(sp)


def test_periodicities():
    assert check_periods("auto") is None
    assert check_periods(12) == (12,)
    assert check_periods(1) == ()
    assert check_periods([24, 168]) == (168, 24)
