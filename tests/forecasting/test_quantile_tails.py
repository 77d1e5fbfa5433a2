"""The distribution that a few forecast quantiles stand for."""

import numpy as np
import pytest
from scipy.stats import norm

from skrnn.forecasting._forecast_limits import Bounds
from skrnn.forecasting._quantile_tails import equally_likely_values

LEVELS = (np.arange(1000) + 0.5) / 1000


def bounds(low):
    ones = np.ones((1, 1))
    return Bounds(low * ones, 9.0 * ones, ones, 0.0 * ones)


@pytest.mark.parametrize("quantiles", [(0.1, 0.5, 0.9), (0.05, 0.95)])
def test_quantiles_of_a_normal_distribution(quantiles):
    values = norm(2.0, 3.0).ppf(quantiles)[None, None, None]
    with pytest.warns(UserWarning, match="assumed to be normal"):
        found = equally_likely_values(values, quantiles, 1000, bounds(-1.0))
    np.testing.assert_allclose(found[0, 0, 0], norm(2.0, 3.0).ppf(LEVELS), atol=1e-9)
    with pytest.warns(UserWarning, match="assumed to be normal"):
        found = equally_likely_values(values, quantiles, 1000, bounds(0.0))
    np.testing.assert_allclose(found[0, 0, 0], np.maximum(norm(2.0, 3.0).ppf(LEVELS), 0.0))


def test_what_is_unknown_stays_unknown():
    with pytest.warns(UserWarning, match="assumed to be normal"):
        found = equally_likely_values(np.full((1, 1, 1, 2), np.nan), (0.1, 0.9), 5, bounds(0.0))
    assert np.isnan(found).all()
