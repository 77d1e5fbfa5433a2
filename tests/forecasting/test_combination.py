"""Weights of views."""

import numpy as np
import pytest
from scipy.optimize import minimize

from skrnn.forecasting._combination import (
    combine,
    weigh,
    weigh_each,
    weigh_together,
    weights_for_errors,
)

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


def test_weights_of_each_series():
    errors = np.array([[1.0, 2.0, np.nan, 1.0], [2.0, 1.0, np.nan, np.nan]])
    counts = np.array([10**9, 10**9, 0, 10**9])
    weights = weigh_each(errors, counts, "weighted")
    # Views of equal errors in the panel, for a series without any; the others by their own.
    mean = np.array([4 / 3, 1.5])
    np.testing.assert_allclose(weights[:, :2], [[1, 0], [0, 1]], atol=1e-6)
    np.testing.assert_allclose(weights[:, 2], weigh(mean, "weighted"))
    np.testing.assert_allclose(weights.sum(axis=0), 1)
    few = weigh_each(errors, np.zeros(4, int), "weighted")
    np.testing.assert_allclose(few, np.repeat(weights[:, 2:3], 4, axis=1))


def test_the_unit_of_a_series_does_not_change_its_weights():
    errors = np.array([[1.0, 2.0], [1.2, 1.9]])
    counts = np.array([20, 20])
    weights = weigh_each(errors, counts, "weighted")
    other = weigh_each(np.column_stack([errors, errors[:, 1]]), np.array([20] * 3), "weighted")
    np.testing.assert_array_equal(other[:, 1], other[:, 2])
    single = weigh_each(errors[:, :1] * 7, counts[:1], "weighted")
    np.testing.assert_allclose(single[:, 0], weigh(errors[:, 0], "weighted"))
    assert weights[0, 0] > weights[0, 1]


@pytest.mark.parametrize("rule", ["mean", "best"])
def test_other_rules_are_the_same_for_all_series(rule):
    errors = np.array([[1.0, 2.0], [2.0, 1.5]])
    expected = np.repeat(weigh(errors.mean(axis=1), rule)[:, None], 2, axis=1)
    np.testing.assert_allclose(weigh_each(errors, np.array([9, 9]), rule), expected)


def test_weights_of_series_that_nothing_is_known_of():
    weights = weigh_each(np.full((2, 3), np.nan), np.zeros(3, int), "weighted")
    np.testing.assert_allclose(weights, 0.5)


@pytest.mark.parametrize("rule", ["weighted", "best"])
def test_forecasters_that_cannot_forecast_a_series_have_no_weight_there(rule):
    errors = np.array([[0.1, np.nan, np.nan], [1.0, 1.0, np.nan], [1.2, 1.3, np.nan]])
    possible = np.array([[True, False, True], [True] * 3, [True] * 3])
    weights = weigh_each(errors, np.array([50, 50, 0]), rule, possible)
    # The others as if they were alone; without any error, those of the panel.
    np.testing.assert_allclose(weights[:, 0], [1, 0, 0])
    np.testing.assert_allclose(weights[:, 2], [1, 0, 0])
    others = weigh_each(errors[1:], np.array([50, 50, 0]), rule)
    np.testing.assert_allclose(weights[0, 1], 0)
    np.testing.assert_allclose(weights[1:, 1], others[:, 1], atol=0.02)


def test_each_series_is_combined_by_its_own_weights():
    forecasts = np.array([[[1.0, 2.0], [3.0, np.nan]], [[5.0, 6.0], [7.0, 8.0]]])
    weights = np.array([[0.25, 1.0], [0.75, 0.0]])
    np.testing.assert_allclose(combine(forecasts, weights), [[4.0, 5.0], [3.0, np.nan]])


def test_weights_for_the_errors_that_they_were_chosen_on():
    weights = np.array([[1.0, 0.2, 0.3], [0.0, 0.8, 0.7]])
    found = weights_for_errors(weights, np.array([0, 24, 10**9]))
    # With 24 errors a series counts half, whose square is a quarter.
    np.testing.assert_allclose(found[0], [0.5, 0.75 * 0.5 + 0.25 * 0.2, 0.3], atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=0), 1)
    alone = np.array([[0.3], [0.7]])
    np.testing.assert_allclose(weights_for_errors(alone, np.array([5])), alone)
    np.testing.assert_array_equal(weights_for_errors(alone[:, 0], np.array([5])), alone[:, 0])


def test_series_that_some_views_cannot_forecast_do_not_change_the_errors_of_others():
    weights = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    counts, usual = np.full(3, 20), np.array([True, True, False])
    found = weights_for_errors(weights, counts, usual)
    np.testing.assert_array_equal(found[:, :2], weights[:, :2])
    forecasts = np.array([[1.0, 1.0, np.nan], [5.0, 5.0, 5.0]])
    np.testing.assert_array_equal(combine(forecasts, found), [1, 1, 5])
    none = weights_for_errors(weights, counts, np.zeros(3, bool))
    np.testing.assert_array_equal(none, weights_for_errors(weights, counts))


@pytest.mark.parametrize("common", [0.0, 0.7, 3.0])
@pytest.mark.parametrize("scale", [1.0, 1e6])
def test_weights_of_the_smallest_squared_error(common, scale):
    random = np.random.default_rng(0)
    errors = random.normal(size=(4, 500)) * np.array([[1.0], [1.2], [1.5], [3.0]])
    errors += common * random.normal(size=500)
    covariance = errors @ errors.T / 500
    best = minimize(
        lambda weights: weights @ covariance @ weights,
        np.full(4, 0.25),
        bounds=[(0, 1)] * 4,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
        options={"ftol": 1e-12},
    )
    np.testing.assert_allclose(weigh_together(scale * errors), best.x, atol=1e-4)


def test_unknown_errors_do_not_count():
    random = np.random.default_rng(0)
    errors = random.normal(size=(2, 300))
    holes = np.concatenate([errors, np.full((2, 50), 100.0)], axis=1)
    holes[0, 300:] = np.nan
    with_unknown = np.insert(holes, 1, np.nan, axis=0)
    expected = np.insert(weigh_together(errors), 1, 0.0)
    np.testing.assert_allclose(weigh_together(with_unknown), expected, rtol=1e-12)
    for unusable in (np.zeros((2, 5)), np.full((2, 5), np.nan), np.zeros((2, 0))):
        assert np.isnan(weigh_together(unusable)).all()


def test_larger_errors_than_the_limit_have_no_weight():
    errors = np.array([1.0, 1.6, 2.9, 3.1])
    np.testing.assert_array_equal(weigh(errors, "weighted") > 0, [True, False, False, False])
    weights = weigh_each(errors[:, None], np.array([9]), "weighted", largest=3.0)[:, 0]
    np.testing.assert_allclose(weights / weights[0], [1, 1 / 1.6**2, 1 / 2.9**2, 0])
