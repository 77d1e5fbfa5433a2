"""Differences, and the series again."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._differencing import base_coefficients, check_lags, difference, integrate
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis

SERIES = np.random.default_rng(0).normal(size=(20, 2)).cumsum(axis=0)


@pytest.mark.parametrize(
    ("given", "lags"), [(None, ()), (1, (1,)), ((1, 12), (1, 12)), ([3], (3,))]
)
def test_lags(given, lags):
    assert check_lags(given) == lags


@pytest.mark.parametrize("given", [0, -1, True, 1.5, "12", (), (1, 0)])
def test_bad_lags(given):
    with pytest.raises(ValueError, match="differencing must be None, a positive int"):
        check_lags(given)


@pytest.mark.parametrize("lags", [(1,), (4,), (1, 1), (1, 4)])
def test_differences_as_pandas_takes_them(lags):
    panel = Panel.of(pd.DataFrame(SERIES), TimeAxis(0), gap=3)
    expected = pd.DataFrame(SERIES)
    for lag in lags:
        expected = expected.diff(lag)
    got = difference(panel, panel.values, lags)
    np.testing.assert_allclose(got[panel.rows], expected, atol=1e-12)
    weights = base_coefficients(lags)
    back = got[panel.rows] + sum(w * pd.DataFrame(SERIES).shift(k) for k, w in weights.items())
    np.testing.assert_allclose(back[sum(lags) :], SERIES[sum(lags) :], atol=1e-12)


@pytest.mark.parametrize("lags", [(), (1,), (1, 4)])
def test_integrate(lags):
    changes = pd.DataFrame(SERIES)
    for lag in lags:
        changes = changes.diff(lag)
    known = SERIES.copy()
    known[-6:] = np.nan
    back = integrate(changes.to_numpy()[None], known[None], lags)
    np.testing.assert_allclose(back[0], SERIES, atol=1e-12)


def test_a_missing_base_is_as_the_value_before_it():
    known = np.array([1.0, 2.0, np.nan, np.nan]).reshape(1, 4, 1)
    changes = np.array([np.nan, 1.0, np.nan, 5.0]).reshape(1, 4, 1)
    np.testing.assert_array_equal(integrate(changes, known, (1,)).ravel(), [1, 2, 2, 7])
