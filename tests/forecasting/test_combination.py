"""Weights of views."""

import numpy as np
import pytest

from skrnn.forecasting._combination import combine, weigh

ERRORS = np.array([1.0, 2.0, 1.25, np.nan])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("mean", [0.25] * 4),
        ("best", [1, 0, 0, 0]),
        ("weighted", [1 / 1.64, 0, 0.64 / 1.64, 0]),
    ],
)
def test_rules(rule, expected):
    np.testing.assert_allclose(weigh(ERRORS, rule), expected)


@pytest.mark.parametrize("rule", ["mean", "best", "weighted"])
def test_no_errors(rule):
    np.testing.assert_allclose(weigh(np.full(2, np.nan), rule), [0.5, 0.5])


def test_a_perfect_view():
    np.testing.assert_allclose(weigh(np.array([0.1, 0.0]), "weighted"), [0, 1])


def test_views_that_cannot_forecast_a_series_do_not_count():
    forecasts = np.array([[1.0, np.nan], [3.0, 5.0], [np.nan, np.nan]])
    result = combine(forecasts, np.array([0.75, 0.25, 0.0]))
    np.testing.assert_allclose(result, [1.5, 5.0])
    assert np.isnan(combine(np.full((2, 1), np.nan), np.ones(2))).all()
