"""Errors whose sizes depend on the season."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster
from skrnn.forecasting._season_widths import (
    _NO_DIFFERENCE,
    _OTHER_SERIES,
    SeasonWidths,
    period_of_widths,
)
from skrnn.forecasting._smoothing_forecasters import PanelTheta


def test_changes_are_counted_by_hand():
    """Two series with a season of two rows, and one that never changes."""
    values = np.array([0.0, 0, 1, 3, 2, 6, 4, 4, 4])
    series, positions = np.repeat([0, 1], [6, 3]), np.array([0, 1, 2, 3, 4, 5, 7, 8, 9])
    widths = SeasonWidths.of(values, series, positions, 2)
    sums, mean = np.array([1.0 + 1, 3 + 3]), 2.0
    shared = (sums / mean + _NO_DIFFERENCE) / (2 + _NO_DIFFERENCE)
    first = (sums / mean + _OTHER_SERIES * shared) / (2 + _OTHER_SERIES)
    np.testing.assert_allclose(widths.relative, [first, shared])
    at = widths.at(np.array([[4, 5, -1], [6, 7, 8]]))
    np.testing.assert_allclose(at, [first[[0, 1, 1]], shared[[0, 1, 0]]])


def test_a_series_that_is_shorter_than_a_season():
    assert SeasonWidths.of(np.arange(3.0), np.zeros(3, int), np.arange(3), 4) is None


def test_the_longest_season_that_occurs_ten_times():
    periods = (672, 96, 4)
    assert period_of_widths(periods, np.array([960, 50, 7000])) == 96
    assert period_of_widths(periods, np.array([6720])) == 672
    assert period_of_widths(periods, np.array([30])) == 4


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
