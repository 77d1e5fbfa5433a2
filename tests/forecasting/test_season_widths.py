"""Errors whose sizes depend on the season."""

import numpy as np
import pandas as pd

from skrnn.forecasting import AutoRNNForecaster
from skrnn.forecasting._season_widths import _NO_DIFFERENCE, _OTHER_SERIES, SeasonWidths
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
    widths = SeasonWidths.of(np.arange(3.0), np.zeros(3, int), np.arange(3), 4)
    np.testing.assert_array_equal(widths.relative, np.ones((1, 4)))


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
