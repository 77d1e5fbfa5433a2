"""Bounds of forecasts."""

import numpy as np
import pandas as pd

from skrnn.forecasting._bounds import Bounds
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis


def bounds_of(values, last=None):
    index = pd.RangeIndex(len(values))
    panel = Panel.of(pd.DataFrame({"y": values}, index), TimeAxis.of(index), 2)
    last = panel.last if last is None else np.array([last])
    return Bounds.of(panel, panel.values, last)


def test_a_trend_goes_on_and_an_explosion_does_not():
    bounds = bounds_of(np.arange(50.0))
    steps = np.arange(1, 101)
    trend = (49.0 + steps)[None, :, None, None]
    limited, far = bounds.limit(trend, steps)
    np.testing.assert_array_equal(limited, trend)
    assert not far.any()
    limited, far = bounds.limit(trend**3, steps)
    np.testing.assert_allclose(limited[0, :, 0, 0].max(), 49 + 49 * (1 + 100 / 50))
    assert far.all()


def test_differences_have_bounds_that_do_not_widen():
    bounds = bounds_of(np.array([-1.0, 1.0] * 10))
    limited, _ = bounds.limit(np.full((1, 2, 1, 1), 99.0), [1, 500], grows=False)
    np.testing.assert_allclose(limited.ravel(), [3.0, 3.0])


def test_unknown_values_and_rows_after_the_last_one_do_not_count():
    bounds = bounds_of(np.array([0.0, np.nan, 1.0, 50.0]), last=2)
    limited, _ = bounds.limit(np.array([[[[9.0]], [[np.nan]]]]), [1, 2])
    np.testing.assert_allclose(limited.ravel(), [1 + 1.5, np.nan])


def test_nothing_is_known():
    bounds = bounds_of(np.array([np.nan, np.nan]))
    limited, far = bounds.limit(np.full((1, 1, 1, 1), 7.0), [1])
    assert limited[0, 0, 0, 0] == 7.0
    assert not far.any()


def test_a_constant_series_stays_as_it_is_without_a_warning():
    limited, far = bounds_of(np.full(9, 3.0)).limit(np.full((1, 1, 1, 1), 3.1), [1])
    assert limited[0, 0, 0, 0] == 3.0
    assert not far.any()
