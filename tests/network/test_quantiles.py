"""Values between the quantiles that a network forecasts."""

import numpy as np
import pytest

from skrnn.network._quantiles import interpolate_quantile


@pytest.mark.parametrize(
    ("alpha", "value"), [(0.1, 1), (0.3, 3.5), (0.7, 7), (0.9, 8), (0.05, 1), (0.99, 8)]
)
def test_quantiles_are_interpolated(alpha, value):
    values = np.array([[1.0, 6.0, 8.0]])
    assert interpolate_quantile(values, (0.1, 0.5, 0.9), alpha) == pytest.approx(value)
    assert interpolate_quantile(values[:, :1], (0.1,), alpha) == 1.0
