"""Quantiles from held-out errors."""

import numpy as np
import pytest

from skrnn.forecasting._conformal import ConformalQuantiles


@pytest.mark.parametrize("n", [30, 1000])
@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_coverage(n, power):
    random = np.random.default_rng(0)
    spread = np.arange(1, 9) ** power
    learned = ConformalQuantiles.of(random.normal(size=(n, 8)) * spread)
    fresh = random.normal(size=(4000, 8)) * spread
    for coverage in (0.5, 0.8, 0.95):
        low, high = learned.offsets([(1 - coverage) / 2, (1 + coverage) / 2]).T
        inside = ((low <= fresh) & (fresh <= high)).mean(axis=0)
        np.testing.assert_allclose(inside, coverage, atol=0.07)


def test_quantiles_do_not_cross_and_the_median_is_the_forecast():
    learned = ConformalQuantiles.of(np.random.default_rng(0).gamma(2, size=(300, 3)))
    offsets = learned.offsets([0.01, 0.1, 0.45, 0.5, 0.55, 0.9, 0.99])
    assert (np.diff(offsets, axis=1) >= 0).all()
    np.testing.assert_array_equal(offsets[:, 3], 0)


def test_skewed_errors_give_skewed_intervals():
    learned = ConformalQuantiles.of(np.random.default_rng(0).exponential(size=(500, 2)))
    low, high = learned.offsets([0.1, 0.9]).T
    assert (low == 0).all()
    np.testing.assert_allclose(high, np.log(10), rtol=0.15)


def test_few_errors_of_a_step_borrow_from_the_others():
    errors = np.random.default_rng(0).normal(size=(20, 6))
    errors[1:, 5] = np.nan
    offsets = ConformalQuantiles.of(errors).offsets([0.05, 0.95])
    assert (offsets[5, 0] < -1) & (offsets[5, 1] > 1)


@pytest.mark.parametrize("errors", [np.zeros((5, 2)), np.full((5, 2), np.nan)])
def test_no_spread(errors):
    offsets = ConformalQuantiles.of(errors).offsets([0.1, 0.5, 0.9])
    np.testing.assert_array_equal(offsets, np.zeros((2, 3)))
