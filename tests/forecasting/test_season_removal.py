"""Seasonality that is removed from series."""

import numpy as np
import pandas as pd
import pytest
from sktime.transformations.detrend import Deseasonalizer

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._season_removal import Seasons
from skrnn.windows._time_axis import TimeAxis


def test_the_same_season_as_sktime():
    index = pd.period_range("2000-01", periods=60, freq="M")
    random = np.random.default_rng(0)
    wave = np.sin(2 * np.pi * np.arange(60) / 12)
    y = pd.Series(5 * wave + random.normal(size=60), index)
    panel = Panel.of(y.to_frame(), TimeAxis.of(index), 5)
    seasons = Seasons((12,), conditional=False, evolving=False).fit(panel, panel.values)
    ours = seasons.transform(panel, panel.values)[panel.rows, 0]
    theirs = Deseasonalizer(sp=12).fit_transform(y)
    np.testing.assert_allclose(ours, theirs)
    # After the end of the series, the season of the same months is added.
    coming = seasons.inverse_transform(np.zeros((1, 15, 1, 1)), np.arange(60, 75)[None])
    np.testing.assert_allclose(coming[0, :, 0, 0], (y - theirs).to_numpy()[np.arange(60, 75) % 12])
    # By default, it is shrunk by what may be noise, and recent years may have more weight.
    shrunk = Seasons((12,), conditional=True).fit(panel, panel.values)
    found = shrunk.inverse_transform(np.zeros((1, 12, 1, 1)), np.arange(12)[None])[0, :, 0, 0]
    assert np.abs(found - coming[0, :12, 0, 0]).max() < 0.8
    assert np.abs(found).mean() < np.abs(coming[0, :12, 0, 0]).mean()


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
    np.testing.assert_allclose(rest[noise], panel.values[panel.rows, 0][noise], atol=0.005)
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


CHANGES = ["2024-03-20", "2024-10-18"]  # clocks in Berlin change eleven and nine days later


def of_the_clock(start, zone, freq="h", n=24 * 28):
    """Return a series that depends on nothing but the local time of day."""
    local = pd.date_range(start, periods=n, freq=freq, tz="Europe/Berlin").tz_localize(None)
    values = 10.0 * ((local.hour >= 7) & (local.hour < 19)) + local.minute / 60
    return pd.DataFrame({"y": values}, pd.date_range(start, periods=n, freq=freq, tz=zone))


@pytest.mark.parametrize("start", CHANGES)
@pytest.mark.parametrize("freq", ["h", "30min"])
def test_a_season_follows_the_local_clock(start, freq):
    n = 24 * 28 * (1 if freq == "h" else 2)
    y = of_the_clock(start, "Europe/Berlin", freq, 2 * n)
    axis, day = TimeAxis.of(y.index), n // 28
    panel = Panel.of(y[:n], axis, 3)
    seasons = Seasons((day,), conditional=True).fit(panel, panel.values)
    rest = seasons.transform(panel, panel.values)[panel.rows]
    assert np.ptp(rest) < 0.5  # the centred average near the change is off by a part of an hour
    coming = seasons.inverse_transform(np.zeros((1, n, 1, 1)), np.arange(n, 2 * n)[None])
    assert np.ptp(y["y"].to_numpy()[n:] - coming[0, :, 0, 0]) < 0.5
    # By rows, the season of one of the weeks is at the wrong time.
    rows = of_the_clock(start, "UTC", freq, 2 * n)
    panel = Panel.of(rows[:n], TimeAxis.of(rows.index), 3)
    seasons = Seasons((day,), conditional=True).fit(panel, panel.values)
    assert np.ptp(seasons.transform(panel, panel.values)[panel.rows]) > 4


def test_without_a_change_nothing_depends_on_the_time_zone():
    random, n = np.random.default_rng(0), 24 * 9
    values = np.sin(np.arange(n) * 2 * np.pi / 24) + 0.1 * random.normal(size=n)
    found = []
    for zone in (None, "UTC", "Europe/Berlin"):
        index = pd.date_range("2024-06-03 05:00", periods=n, freq="h", tz=zone)
        panel = Panel.of(pd.DataFrame({"y": values}, index), TimeAxis.of(index), 3)
        seasons = Seasons((24,), conditional=True).fit(panel, panel.values)
        found.append(seasons.transform(panel, panel.values))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_series_of_a_panel_begin_at_other_times_of_the_clock():
    y = of_the_clock(CHANGES[0], "Europe/Berlin")
    parts = {"a": y, "b": 3 * y[5:], "c": y[24 * 15 + 7 :]}  # "c" begins after the change
    frame = pd.concat(parts, names=["series", "time"])
    panel = Panel.of(frame, TimeAxis.of(y.index), 3)
    seasons = Seasons((24,), conditional=True).fit(panel, panel.values)
    rest = seasons.transform(panel, panel.values)[panel.rows, 0]
    for series in range(3):
        assert np.ptp(rest[panel.series == series]) < 1
