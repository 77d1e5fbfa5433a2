"""Errors of all steps from the same origin."""

import numpy as np
import pytest
from scipy import stats

from skrnn.forecasting._error_vectors import ErrorVectors


@pytest.mark.parametrize("n_vectors", [3, 12, 60, 3000])
def test_levels_are_uniform_and_depend_on_each_other_as_the_errors_do(n_vectors):
    random = np.random.default_rng(0)
    errors = np.exp(random.normal(size=(n_vectors, 6)).cumsum(axis=1))
    levels = ErrorVectors.of(errors).levels(20_000, random)
    for column in levels.T:
        assert stats.kstest(column, "uniform").statistic < 0.015
    if n_vectors == 3:  # a correlation of three vectors is smoothed away
        return
    expected = stats.spearmanr(errors).statistic
    np.testing.assert_allclose(stats.spearmanr(levels).statistic, expected, atol=0.1)


def test_more_paths_than_vectors_are_all_different():
    random = np.random.default_rng(0)
    levels = ErrorVectors.of(random.normal(size=(5, 3))).levels(1000, random)
    assert len(np.unique(levels, axis=0)) == 1000


def test_the_same_seed_draws_the_same_levels():
    errors = ErrorVectors.of(np.random.default_rng(0).normal(size=(9, 4)))
    first, again = (errors.levels(10, np.random.RandomState(3)) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_an_unknown_error_takes_the_rank_of_the_nearest_step():
    errors = np.array([[1.0, np.nan, 3.0], [2.0, 2.0, np.nan], [3.0, 1.0, 1.0], [np.nan] * 3])
    learned = ErrorVectors.of(errors)
    middle = stats.norm.ppf((np.arange(3) + 0.5) / 3)
    ends = stats.norm.ppf([0.25, 0.75])
    expected = [[middle[0], middle[0], ends[1]], [middle[1], ends[1], ends[1]]]
    np.testing.assert_allclose(learned.scores[:2], expected)
    assert len(learned.scores) == 3


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_errors_that_are_equal_leave_the_levels_uniform(share):
    random = np.random.default_rng(0)
    errors = (random.uniform(size=(40, 2)) < share).astype(float)
    levels = ErrorVectors.of(errors).levels(20_000, random)
    for column in levels.T:
        assert stats.kstest(column, "uniform").statistic < 0.015


def test_nothing_is_known():
    levels = ErrorVectors.of(np.full((4, 2), np.nan)).levels(3, np.random.default_rng(0))
    np.testing.assert_array_equal(levels, np.full((3, 2), np.nan))


def test_one_vector():
    levels = ErrorVectors.of(np.array([[0.5, -1.0]])).levels(50, np.random.default_rng(0))
    assert np.isfinite(levels).all()
