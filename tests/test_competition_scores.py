"""Scores of the benchmark of the competitions, against calculations by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from tests.benchmarks import _competition_scores as scoring

NAN = np.nan
PAST = [np.array([1.0, 3.0, 2.0, 6.0]), np.array([5.0, NAN, 5.0, 8.0])]
TRUTH = np.array([[4.0, 8.0], [10.0, NAN]])
POINT = np.array([[6.0, 8.0], [-10.0, 3.0]])


def test_smape_counts_known_values_and_is_zero_for_two_zeros():
    np.testing.assert_allclose(scoring.smape(TRUTH, POINT), [200 * 2 / 10 / 2, 200 * 20 / 20])
    assert scoring.smape(np.array([[0.0, 1.0]]), np.array([[0.0, 3.0]])) == pytest.approx(50)


def test_mape_leaves_zeros_out():
    np.testing.assert_allclose(scoring.mape(TRUTH, POINT), [25, 200])
    assert scoring.mape(np.array([[0.0, 5.0]]), np.array([[9.0, 4.0]])) == pytest.approx(20)


def test_mase_is_scaled_by_the_known_changes_of_a_season():
    np.testing.assert_allclose(scoring.naive_errors(PAST, 2), [(1 + 3) / 2, NAN])
    np.testing.assert_allclose(scoring.naive_errors(PAST, 1), [(2 + 1 + 4) / 3, 3])
    # A series that is as short as a season: changes from row to row.
    np.testing.assert_allclose(scoring.naive_errors(PAST, 4), [7 / 3, 3])
    np.testing.assert_allclose(scoring.mase(PAST, TRUTH, POINT, 1), [1 / (7 / 3), 20 / 3])


def test_overall_weighted_average():
    row, naive2 = {"sMAPE": 9.0, "MASE": 1.0}, {"sMAPE": 18.0, "MASE": 1.25}
    assert scoring.owa(row, naive2) == pytest.approx((0.5 + 0.8) / 2)


def test_bias_is_that_of_the_sums():
    assert scoring.bias(TRUTH, POINT) == pytest.approx(100 * ((6 + 8 - 10) / (4 + 8 + 10) - 1))


def test_coverage_and_interval_score():
    lower, upper = TRUTH - [[1], [4]], TRUTH - [[-1], [2]]
    assert scoring.covered(TRUTH, lower, upper) == pytest.approx(2 / 3)
    found = scoring.msis(PAST, TRUTH, lower, upper, 1, 0.8)
    np.testing.assert_allclose(found, [2 / (7 / 3), (2 + 2 / 0.2 * 2) / 3])


def test_geometric_mean():
    assert scoring.geometric_mean([0.5, 2.0, 8.0]) == pytest.approx(2)


def test_scores_of_a_group_leave_out_what_cannot_be_scaled():
    constant = np.array([2.0, 2.0, 2.0])
    group = SimpleNamespace(past=[*PAST, constant], future=[*TRUTH, np.array([2.0, 2.0])], sp=1)
    point = np.vstack([POINT, [[2.0, 4.0]]])
    bounds = point - 1, point + 1
    found = scoring.scores(group, scoring.Forecasts(point, {0.8: bounds, 0.95: bounds}))
    assert found["sMAPE"] == pytest.approx((20 + 200 + 200 * 2 / 6 / 2) / 3, abs=1e-4)
    assert found["MASE"] == pytest.approx((1 / (7 / 3) + 20 / 3) / 2, abs=1e-4)
    assert found["negative"] == pytest.approx(1 / 6, abs=1e-4)
    assert found["lower negative"] == pytest.approx(1 / 6, abs=1e-4)
    assert found["covered by 80%"] == found["covered by 95%"] == pytest.approx(2 / 5)
    assert found["MSIS 80%"] < found["MSIS"]  # of the same bounds, whose misses cost more


def test_an_unknown_forecast_is_not_left_out():
    group = SimpleNamespace(past=PAST, future=list(TRUTH), sp=1)
    found = scoring.scores(group, scoring.Forecasts(np.array([[NAN, 1.0], [1.0, 1.0]])))
    assert np.isnan([found["sMAPE"], found["MASE"], found["bias"]]).all()
