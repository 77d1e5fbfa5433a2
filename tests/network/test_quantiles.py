"""Values between and beyond the quantiles that a network forecasts."""

import numpy as np
import pytest
from scipy.stats import norm

from skrnn.network._quantiles import all_quantiles, interpolate_quantile, quantile_between


@pytest.mark.parametrize(
    ("alpha", "value"), [(0.1, 1), (0.3, 3.9541), (0.7, 6.8184), (0.9, 8), (0.05, 1), (0.99, 8)]
)
def test_quantiles_are_interpolated(alpha, value):
    # 3.9541 = 1 + 5 * (1 - 0.52440 / 1.28155), by the quantiles of a table.
    values = np.array([[1.0, 6.0, 8.0]])
    assert interpolate_quantile(values, (0.1, 0.5, 0.9), alpha) == pytest.approx(value, abs=1e-4)
    assert interpolate_quantile(values[:, :1], (0.1,), alpha) == 1.0
    if 0.1 <= alpha <= 0.9:
        assert quantile_between(values, (0.1, 0.5, 0.9), alpha) == pytest.approx(value, abs=1e-4)


@pytest.mark.parametrize(("alpha", "value"), [(0.1, np.nan), (0.3, np.nan), (0.5, 6), (0.6, 7)])
def test_an_unknown_quantile_leaves_the_others_known(alpha, value):
    quantiles, values = (0.1, 0.5, 0.6, 0.9), np.array([np.nan, 6.0, 7.0, np.nan])
    np.testing.assert_equal(float(interpolate_quantile(values, quantiles, alpha)), value)


@pytest.mark.parametrize(
    "quantiles", [(0.1, 0.5, 0.9), (0.05, 0.95), (0.6, 0.9), (0.2, 0.5), (0.01, 0.3)]
)
def test_those_of_a_normal_distribution_are_exact_everywhere(quantiles):
    distributions = norm([3.0, -1.0], [2.0, 0.5])
    values = distributions.ppf(np.array(quantiles)[:, None]).T
    alphas = [0.001, 0.05, 0.4, 0.5, 0.75, 0.999]
    expected = distributions.ppf(np.array(alphas)[:, None]).T
    np.testing.assert_allclose(all_quantiles(values, quantiles, alphas), expected, atol=1e-12)


def test_each_tail_has_its_own_spread():
    # The upper tail is twice as wide: 1.0 + 2 * 1.64485 / 1.28155, beside 1.0 - the half.
    values = np.array([0.0, 1.0, 3.0])
    tails = all_quantiles(values, (0.1, 0.5, 0.9), [0.05, 0.95])
    np.testing.assert_allclose(tails, [1 - 1.28349, 1 + 2 * 1.28349], atol=1e-4)


def test_quantiles_that_are_equal_leave_no_tail():
    assert all_quantiles(np.array([2.0, 2.0]), (0.4, 0.6), [0.1, 0.9]).tolist() == [2.0, 2.0]


def test_beyond_quantiles():
    values = np.array([[1.0, 8.0]])
    with pytest.raises(ValueError, match=r"quantiles \(0.6, 0.9\); 0.5 is outside their range"):
        quantile_between(values, (0.6, 0.9), 0.5)
    with pytest.raises(ValueError, match=r"coverage=0.9 needs 0.05 and 0.95 .* at most 0.8"):
        quantile_between(values, (0.1, 0.9), 0.95)
