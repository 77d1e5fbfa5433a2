"""Periodicities of indexes, and seasons that are removed from series."""

import numpy as np
import pandas as pd
import pytest
from sktime.transformations.detrend import ConditionalDeseasonalizer

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._seasonality import Seasons, check_periods, seasonal_periods
from skrnn.windows._time_axis import TimeAxis

PERIODS = {
    "YE": (),
    "YS": (),
    "QE": (4,),
    "QS-FEB": (4,),
    "BQE": (4,),
    "ME": (12,),
    "MS": (12,),
    "BME": (12,),
    "2MS": (6,),
    "3MS": (4,),
    "5MS": (),
    "W": (52,),
    "2W-WED": (26,),
    "D": (7,),
    "B": (5,),
    "7D": (),
    "h": (168, 24),
    "6h": (28, 4),
    "5h": (),
    "30min": (336, 48),
    "15min": (672, 96, 4),
    "min": (10080, 1440, 60),
    "s": (604800, 86400, 3600, 60),
}


@pytest.mark.parametrize("freq", PERIODS)
def test_dates(freq):
    axis = TimeAxis.of(pd.date_range("2020-01-01", periods=60, freq=freq))
    assert seasonal_periods(axis) == PERIODS[freq]


@pytest.mark.parametrize("freq", ["Y", "Q", "M", "W", "D", "h", "30min"])
def test_periods(freq):
    axis = TimeAxis.of(pd.period_range("2020-01-01", periods=60, freq=freq))
    expected = {"Y": "YE", "Q": "QE", "M": "ME"}.get(freq, freq)
    assert seasonal_periods(axis) == PERIODS[expected]


def test_sessions_and_integers():
    hours = pd.date_range("2024-01-01", periods=24 * 70, freq="h")
    sessions = hours[(hours.hour >= 9) & (hours.hour < 16) & (hours.dayofweek < 5)]
    assert seasonal_periods(TimeAxis.of(sessions)) == (35, 7)
    assert seasonal_periods(TimeAxis.of(pd.RangeIndex(40))) == ()


def test_the_same_season_as_sktime():
    index = pd.period_range("2000-01", periods=60, freq="M")
    random = np.random.default_rng(0)
    wave = np.sin(2 * np.pi * np.arange(60) / 12)
    y = pd.Series(5 * wave + random.normal(size=60), index)
    panel = Panel.of(y.to_frame(), TimeAxis.of(index), 5)
    seasons = Seasons((12,), conditional=True).fit(panel, panel.values)
    ours = seasons.transform(panel, panel.values)[panel.rows, 0]
    theirs = ConditionalDeseasonalizer(sp=12).fit_transform(y)
    np.testing.assert_allclose(ours, theirs)
    # After the end of the series, the season of the same months is added.
    coming = seasons.inverse_transform(np.zeros((1, 15, 1, 1)), np.arange(60, 75)[None])
    np.testing.assert_allclose(coming[0, :, 0, 0], (y - theirs).to_numpy()[np.arange(60, 75) % 12])


def test_each_series_has_its_own_season_wherever_it_begins():
    random = np.random.default_rng(0)
    parts = {}
    for name, first, size in [("a", 0, 5.0), ("b", 7, 50.0), ("noise", 3, 0.0)]:
        t = np.arange(first, 120)
        values = size * np.sin(2 * np.pi * t / 12) + 0.1 * random.normal(size=len(t))
        parts[name] = pd.DataFrame({"y": values}, pd.RangeIndex(first, 120, name="t"))
    frame = pd.concat(parts, names=["series"])
    panel = Panel.of(frame, TimeAxis.of(pd.RangeIndex(120)), 3)
    seasons = Seasons((12,), conditional=True).fit(panel, panel.values)
    rest = seasons.transform(panel, panel.values)[panel.rows, 0]
    assert np.abs(rest).max() < 1.0
    noise = panel.series == 2
    np.testing.assert_array_equal(rest[noise], panel.values[panel.rows, 0][noise])
    coming = seasons.inverse_transform(
        np.zeros((3, 12, 1, 1)), np.tile(np.arange(120, 132), (3, 1))
    )
    wave = np.sin(2 * np.pi * np.arange(120, 132) / 12)
    np.testing.assert_allclose(coming[1, :, 0, 0], 50 * wave, atol=0.5)


def test_the_longest_season_that_is_there():
    t = np.arange(24 * 7 * 5)
    week = np.sin(2 * np.pi * t / 168) + np.sin(2 * np.pi * t / 24)
    day = np.sin(2 * np.pi * t[: 24 * 8] / 24)
    for pattern, period in [(week, 168), (day, 24)]:
        values = pattern + 0.05 * np.random.default_rng(0).normal(size=len(pattern))
        index = pd.RangeIndex(len(values))
        panel = Panel.of(pd.DataFrame({"y": values}, index), TimeAxis.of(index), 3)
        seasons = Seasons((168, 24), conditional=True).fit(panel, panel.values)
        assert list(seasons._tables) == [period]
        assert np.nanstd(seasons.transform(panel, panel.values)) < 0.1


def test_missing_values_stay_missing():
    index = pd.RangeIndex(48)
    values = np.sin(2 * np.pi * np.arange(48) / 12)
    values[[0, 1, 20, 47]] = np.nan
    panel = Panel.of(pd.DataFrame({"y": values}, index), TimeAxis.of(index), 3)
    rest = Seasons((12,), conditional=True).fit(panel, panel.values).transform(panel, panel.values)
    np.testing.assert_array_equal(np.isnan(rest), np.isnan(panel.values))
    assert np.nanmax(np.abs(rest)) < 0.2


@pytest.mark.parametrize("sp", [0, -1, 2.5, "monthly", (), (12, 0), True, None])
def test_wrong_periodicity(sp):
    with pytest.raises(ValueError, match="sp must be 'auto', a positive integer"):
        check_periods(sp)


def test_periodicities():
    assert check_periods("auto") is None
    assert check_periods(12) == (12,)
    assert check_periods(1) == ()
    assert check_periods([24, 168]) == (168, 24)
