"""Seasonality that is removed from series."""

import numpy as np
import pandas as pd
from sktime.transformations.detrend import ConditionalDeseasonalizer

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._season_removal import Seasons
from skrnn.windows._time_axis import TimeAxis


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
