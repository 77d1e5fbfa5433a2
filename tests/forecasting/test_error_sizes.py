"""Sizes of errors, and those to expect."""

import numpy as np
import pytest

from skrnn.forecasting._error_sizes import ErrorSizes, expected_sizes, mean_sizes


def walks(n_series=1, n=4000):
    return np.random.default_rng(0).normal(size=(n_series, n)).cumsum(axis=1)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_a_power_of_the_step(power):
    steps = np.arange(1, 9)
    sizes = ErrorSizes.of(3.0 * steps**power, np.full(8, 10))
    np.testing.assert_allclose(sizes.spread, 3.0 * steps**power)
    assert sizes.growth == pytest.approx(power)


def test_means_leave_out_unknown_errors():
    errors = np.array([[1.0, np.nan, np.nan], [-3.0, -2.0, np.nan]])
    np.testing.assert_array_equal(mean_sizes(errors), [2.0, 2.0, 0.0])


def test_a_random_walk_moves_as_far_as_the_root_of_the_steps():
    values = walks()[0]
    sizes = expected_sizes(values, np.zeros(4000, int), np.ones(1), 9, (1,))
    np.testing.assert_allclose(sizes.spread, np.sqrt(np.arange(1, 10) * 2 / np.pi), rtol=0.05)


def test_a_season_that_repeats_is_not_a_change():
    season = 100 * np.arange(4)[np.arange(400) % 4]
    noise = np.random.default_rng(0).normal(size=400)
    sizes = expected_sizes(season + noise, np.zeros(400, int), np.ones(1), 6, (4,))
    np.testing.assert_allclose(sizes.spread, 2 / np.sqrt(np.pi), rtol=0.15)


def test_one_season_is_too_short_to_be_repeated():
    values = walks(n=13)[0]
    values[12] = values[0]  # by chance, the only change over a season is 0.01
    values[12] += 0.01
    alone = expected_sizes(values, np.zeros(13, int), np.ones(1), 3, (1,))
    found = expected_sizes(values, np.zeros(13, int), np.ones(1), 3, (12,))
    np.testing.assert_array_equal(found.spread, alone.spread)


def test_series_are_measured_in_their_scales_and_not_across_their_ends():
    first, second = walks(2)
    values = np.concatenate([first, 1e6 + 50 * second])
    series = np.repeat([0, 1], 4000)
    both = expected_sizes(values, series, np.array([1.0, 50.0]), 4, (1,))
    np.testing.assert_allclose(both.spread, np.sqrt(np.arange(1, 5) * 2 / np.pi), rtol=0.05)


@pytest.mark.parametrize("scale", [0.0, np.nan])
def test_nothing_is_expected_without_changes(scale):
    values = np.array([1.0, np.nan, 1.0, 1.0])
    assert expected_sizes(values, np.zeros(4, int), np.array([scale]), 2, (1,)) is None
