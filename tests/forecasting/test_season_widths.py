"""Errors whose sizes depend on the season."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, PanelSeasonalNaive, backtest
from skrnn.forecasting._season_widths import (
    _CAUTION,
    SeasonWidths,
    periods_of_widths,
)
from skrnn.forecasting._smoothing_forecasters import PanelTheta


def test_changes_are_counted_by_hand():
    """The changes of a series over a season of two rows are 1 and 9 in turns, the first is 2."""
    change = np.array([1.0, 9] * 20)
    change[0] = 2
    values = np.zeros(42)
    for row in range(2, 42):
        values[row] = values[row - 2] + change[row - 2]
    widths = SeasonWidths.of(values, np.zeros(42, int), np.arange(42), [2])
    total, mean = np.array([21.0, 180]), 201 / 40
    variance = (4 + 19 - 20 * (21 / 20) ** 2) / (19 * ((21 / 20) ** 2 + 81))
    variance = max(variance, 1e-3)
    ratio = total / 20 / mean
    excess = (20 * (ratio - 1) ** 2).sum() - variance * (2 + _CAUTION * 2)
    prior = variance * 40 / excess
    right = (total / mean + prior) / (20 + prior)
    np.testing.assert_allclose(widths.relative, [right])
    at = widths.at(np.array([[4, 5, -1]]))
    np.testing.assert_allclose(at, [right[[0, 1, 1]]])


@pytest.mark.parametrize("n_series", [1, 30])
@pytest.mark.parametrize("chain", [[4], [24], [24, 168]])
def test_sizes_that_differ_only_by_chance_are_equal(n_series, chain):
    values = np.random.default_rng(2).normal(size=n_series * 40 * chain[-1])
    series = np.repeat(np.arange(n_series), 40 * chain[-1])
    positions = np.tile(np.arange(40 * chain[-1]), n_series)
    widths = SeasonWidths.of(values, series, positions, chain)
    assert widths.relative.std() < 0.06


def spreads(ratio):
    """Return the spread of each hour of a day: one at night, and `ratio` at noon."""
    return 1 + (ratio - 1) * np.clip(np.sin((np.arange(24) - 6) / 12 * np.pi), 0, None)


@pytest.mark.parametrize("n_days", [30, 180, 720])
@pytest.mark.parametrize("n_series", [1, 5])
@pytest.mark.parametrize("ratio", [5, 50])
def test_the_sizes_of_single_series_are_found(n_days, n_series, ratio):
    """However often a week occurs, and whatever the difference between noon and midnight."""
    spread = np.tile(spreads(ratio), n_days)
    values = np.random.default_rng(0).normal(size=(n_series, len(spread))) * spread
    series = np.repeat(np.arange(n_series), len(spread))
    chain = periods_of_widths((168, 24), np.full(n_series, len(spread)))
    positions = np.tile(np.arange(len(spread)), n_series)
    widths = SeasonWidths.of(values.ravel(), series, positions, chain)
    by_hour = widths.relative.reshape(-1, 24).mean(axis=0)
    right = spreads(ratio) / spreads(ratio).mean()
    np.testing.assert_allclose(by_hour, right, rtol=0.1 + 3 / n_days**0.5, atol=0.05)


def test_series_of_a_panel_differ():
    """Two series whose errors are large at different places."""
    noise = np.random.default_rng(0).normal(size=(2, 200, 2))
    noise[0, :, 0] *= 5
    noise[1, :, 1] *= 5
    series, positions = np.repeat([0, 1], 400), np.tile(np.arange(400), 2)
    widths = SeasonWidths.of(noise.ravel(), series, positions, [2])
    assert widths.relative[0, 0] > 3 * widths.relative[0, 1]
    assert widths.relative[1, 1] > 3 * widths.relative[1, 0]


def test_a_series_that_is_shorter_than_a_season():
    assert SeasonWidths.of(np.arange(3.0), np.zeros(3, int), np.arange(3), [4]) is None


def test_the_longest_season_that_occurs_ten_times():
    periods = (672, 96, 4)
    assert periods_of_widths(periods, np.array([960, 50, 7000])) == [4, 96]
    assert periods_of_widths(periods, np.array([6720])) == [4, 96, 672]
    assert periods_of_widths(periods, np.array([30])) == [4]
    assert periods_of_widths((365, 7), np.array([6720])) == [365]


def solar(n_days=120, seed=0):
    """Power that is 0 at night, and differs from day to day."""
    index = pd.date_range("2024-01-01", periods=24 * n_days, freq="h")
    shape = np.clip(np.sin((np.arange(24) - 6) / 12 * np.pi), 0, None).round(12)
    size = np.random.default_rng(seed).uniform(10, 50, n_days)
    return pd.Series((size[:, None] * shape).ravel(), index, name="power")


def test_a_series_that_is_still_at_night():
    """Rows of the night say nothing about the errors of the day, nor do they have any."""
    y = solar()
    forecaster = AutoRNNForecaster(views={"last": PanelSeasonalNaive(sp=24)})
    table = forecaster.fit(y, fh=range(1, 25)).predict_interval(coverage=0.8)
    width = (table.iloc[:, 1] - table.iloc[:, 0]).to_numpy()
    change = (y - y.shift(24)).abs().groupby(y.index.hour).quantile(0.8).to_numpy()
    assert not width[:7].any()
    assert not width[18:].any()
    np.testing.assert_allclose(width[7:18], 2 * change[7:18], rtol=0.25)
    paths = forecaster.sample_paths(50, random_state=0).iloc[:, 0]
    assert not paths[paths.index.get_level_values(-1).hour < 6].any()
    assert np.isfinite(paths).all()


def test_forecasts_that_are_wrong_where_a_series_is_still():
    y = solar()
    forecaster = AutoRNNForecaster(views={"mean": PanelTheta(sp=1)}).fit(y, fh=range(1, 25))
    table = forecaster.predict_interval(coverage=0.8)
    width = (table.iloc[:, 1] - table.iloc[:, 0]).to_numpy()
    assert (width[:5] > 0.5).all()


def test_no_error_is_known_where_a_series_is_still():
    """The held-out rows lie by day, and updates lead into the night."""
    y = solar() - 5
    forecaster = AutoRNNForecaster(views={"mean": PanelTheta(sp=1)})
    forecaster.fit(y[: 24 * 100 + 12], fh=range(1, 7))
    forecaster.update(y[24 * 100 + 12 : 24 * 100 + 20], update_params=False)
    table = forecaster.predict_interval(coverage=0.8).to_numpy()
    assert (table[:, 1] - table[:, 0] > 1).all()


def test_all_held_out_rows_lie_where_series_are_still():
    panel = pd.concat({f"{i:02}": solar(40, i).to_frame() for i in range(60)})
    panel.index.names = ["plant", "time"]
    forecaster = AutoRNNForecaster(views={"mean": PanelTheta(sp=1)})
    table = forecaster.fit(panel, fh=range(1, 7)).predict_interval(coverage=0.8)
    assert np.isfinite(table.to_numpy()).all()


@pytest.mark.parametrize("seed", range(5))
def test_few_cycles_do_not_tell_sizes(seed):
    values = np.random.default_rng(seed).normal(size=28)
    widths = SeasonWidths.of(values, np.zeros(28, int), np.arange(28), [7])
    assert (widths.relative == 1).all()


def test_intervals_cover_by_day_and_by_night_after_many_updates():
    """Errors of a day depend on each other, and levels move with all of them at once."""
    y = solar(200)
    forecaster = AutoRNNForecaster(views={"last": PanelSeasonalNaive(sp=24)})
    table = backtest(forecaster, y, fh=range(1, 25), n_origins=80, coverage=0.8).forecasts
    inside = table["y"].between(table["lower"], table["upper"])
    assert inside[table["time"].dt.hour.between(7, 17)].mean() == pytest.approx(0.8, abs=0.12)


def one_wide_hour(freq="h", n_days=40, zone=None):
    """Noise whose spread is ten times as large in one hour of the day."""
    n_rows = n_days * pd.Timedelta("1D") // freq_of(freq)
    index = pd.date_range("2023-03-01", periods=n_rows, freq=freq, tz=zone)
    noise = np.random.default_rng(0).normal(size=len(index))
    return pd.Series(100 + noise * np.where(index.hour == 12, 10, 1), index, name="y")


def freq_of(freq):
    return pd.Timedelta("1h") if freq == "h" else pd.Timedelta(freq)


def mean_widths(y, n_steps):
    forecaster = AutoRNNForecaster(views={"theta": PanelTheta()}).fit(y, fh=range(1, n_steps + 1))
    table = forecaster.predict_interval(coverage=0.8)
    return (table.iloc[:, 1] - table.iloc[:, 0]).groupby(table.index.hour).mean()


@pytest.mark.parametrize(("freq", "zone"), [("h", None), ("h", "Europe/Berlin"), ("15min", None)])
def test_the_hour_of_the_local_clock_is_wide(freq, zone):
    """The clock changes on 26 March, so that rows count from another hour."""
    width = mean_widths(one_wide_hour(freq, zone=zone), 24 * pd.Timedelta("1h") // freq_of(freq))
    assert width[12] > 4 * width.drop(12).max()


def test_an_outlier_does_not_widen_its_hour_for_ever():
    y = one_wide_hour()
    y.iloc[30 * 24 + 3] += 100  # less than what a warning is about
    width = mean_widths(y, 24)
    assert width[3] < 1.5 * width.drop([3, 12]).mean()


def hours(n_days=60, seed=0):
    """Counts of arrivals, which vary more at noon, in a time zone."""
    index = pd.date_range("2024-01-01", periods=24 * n_days, freq="h")
    mean = 2 + 30 * np.exp(-(((index.hour - 12) / 4) ** 2))
    values = np.random.default_rng(seed).poisson(mean).astype(float)
    return pd.Series(values, index, name="arrivals")


def test_intervals_are_wider_at_noon_than_at_night():
    y = hours()
    forecaster = AutoRNNForecaster(views={"theta": PanelTheta()}).fit(y[:-48], fh=range(1, 49))
    table = forecaster.predict_interval(coverage=0.8)["arrivals"][0.8]
    width = (table["upper"] - table["lower"]).groupby(table.index.hour).mean()
    assert width[12] > 2.5 * width[0]
    later = forecaster.update(y[-48:-43], update_params=False).predict_interval(coverage=0.8)
    later = later["arrivals"][0.8]
    moved = (later["upper"] - later["lower"]).groupby(later.index.hour).mean()
    np.testing.assert_allclose(moved / moved.mean(), width / width.mean(), rtol=0.3)
    paths = forecaster.sample_paths(200, random_state=0)["arrivals"]
    spread = paths.groupby(paths.index.get_level_values(-1).hour).std()
    assert spread[12] > 2 * spread[0]


def test_new_series_have_the_widths_of_their_own_season():
    y = hours()
    panel = pd.concat({"a": y[:-48].to_frame(), "b": 3 * y[:-48].to_frame()})
    forecaster = AutoRNNForecaster(views={"theta": PanelTheta()})
    forecaster.pretrain(panel, fh=range(1, 25))
    new = hours(20, seed=1).set_axis(pd.date_range("2025-03-01 07:00", periods=480, freq="h"))
    table = forecaster.fit(new, fh=range(1, 25)).predict_interval(coverage=0.8).iloc[:, :2]
    width = (table.iloc[:, 1] - table.iloc[:, 0]).groupby(table.index.hour).mean()
    assert width[19] > 1.7 * width[7]  # noon is at 19:00 here
