"""Seasons as factors of positive series, and as sums of others."""

import numpy as np
import pytest
from sktime.transformations.detrend import Deseasonalizer

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._season_factors import SeasonFactors, positive_series

TIME = np.arange(40)
FACTORS = np.array([0.5, 1.5, 1.0, 1.2])


def panel_of(values):
    return Panel(values[:, None], np.array([0]), np.array([len(values)]), np.array([5]))


def test_factors_of_a_positive_series():
    values = (100 + TIME) * FACTORS[(TIME + 5) % 4]
    panel = panel_of(values)
    factors = SeasonFactors((4,)).fit(panel, values)
    assert factors.positive.all()
    left = factors.remove(panel, values)
    # The geometric mean of factors is 1.
    assert np.ptp(left / (100 + TIME)) < 0.01
    back = factors.put_back(left[None, :8], 5 + TIME[None, :8])
    np.testing.assert_allclose(back[0], values[:8], rtol=1e-12)


@pytest.mark.parametrize("level", [0.0, 1e8])
def test_sums_as_those_of_sktime(level):
    values = TIME - 20.0 + 9 * FACTORS[(TIME + 5) % 4] - level
    panel = panel_of(values)
    factors = SeasonFactors((4,)).fit(panel, values)
    expected = Deseasonalizer(sp=4).fit_transform(pd_series(values)).to_numpy()
    np.testing.assert_allclose(factors.remove(panel, values), expected, rtol=1e-9, atol=1e-6)
    back = factors.put_back(factors.remove(panel, values)[None], 5 + TIME[None])
    np.testing.assert_allclose(back[0], values, atol=1e-7)


def test_without_a_season_nothing_changes():
    values = 50 + np.random.default_rng(1).normal(size=40)
    panel = panel_of(values)
    factors = SeasonFactors((4,)).fit(panel, values)
    np.testing.assert_array_equal(factors.remove(panel, values), values)
    np.testing.assert_array_equal(factors.put_back(values[None], TIME[None]), values[None])


def test_later_values_may_have_no_logarithm():
    values = (100 + TIME) * FACTORS[(TIME + 5) % 4]
    factors = SeasonFactors((4,)).fit(panel_of(values), values)
    later = np.append(values, [0.0, -10.0])
    left = factors.remove(panel_of(later), later)
    assert left[-2] == 0
    assert -20 < left[-1] < -6


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([5.0, 6.0, 4.0], True),
        ([5.0, 6.0, 1e-9], False),
        ([1e-9, 6.0, 5.0], False),
        ([5.0, 1e-9, 1e-9], False),
        ([5.0, np.nan, 1e-9, np.nan], False),
        ([5.0, 6.0, 0.001], True),
        ([1e-300, 1e300], False),
        ([5e-9, 6e-9, 4e-9], True),
        ([1e-9, 1e-6, 1e-3, 1.0], True),
        ([5.0, 0.0, 4.0], False),
        ([5.0, -1.0, 4.0], False),
        ([np.nan, np.nan], False),
    ],
)
def test_which_series_have_useful_logarithms(values, expected):
    values = np.array(values)
    assert positive_series(panel_of(values), values).tolist() == [expected]


def test_a_value_of_another_series_is_not_compared():
    values = np.array([1e-9, 2e-9, 5.0, 6.0, 1e-9])
    panel = Panel(values[:, None], np.array([0, 2, 4]), np.array([2, 4, 5]), np.array([5, 5, 5]))
    assert positive_series(panel, values).tolist() == [True, True, True]


def pd_series(values):
    import pandas as pd

    return pd.Series(values, pd.RangeIndex(len(values)))
