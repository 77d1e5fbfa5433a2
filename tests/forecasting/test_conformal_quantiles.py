"""Quantiles from held-out errors."""

import numpy as np
import pytest
from scipy import stats

from skrnn.forecasting._conformal_quantiles import (
    ConformalQuantiles,
    independent_share,
    mirrored,
    too_few_to_tell_sizes,
)
from skrnn.forecasting._error_sizes import ErrorSizes


@pytest.mark.parametrize("n", [30, 1000])
@pytest.mark.parametrize("power", [0.0, 0.5, 1.0])
def test_coverage(n, power):
    random = np.random.default_rng(0)
    spread = np.arange(1, 9) ** power
    learned = ConformalQuantiles.of(random.normal(size=(n, 8)) * spread)
    fresh = random.normal(size=(4000, 8)) * spread
    for coverage in (0.5, 0.8, 0.95):
        low, high = learned.offsets([(1 - coverage) / 2, (1 + coverage) / 2]).T
        inside = ((low <= fresh) & (fresh <= high)).mean(axis=0)
        np.testing.assert_allclose(inside, coverage, atol=0.07)


def test_quantiles_do_not_cross_and_the_median_is_the_forecast():
    learned = ConformalQuantiles.of(np.random.default_rng(0).gamma(2, size=(300, 3)))
    offsets = learned.offsets([0.01, 0.1, 0.45, 0.5, 0.55, 0.9, 0.99])
    assert (np.diff(offsets, axis=1) >= 0).all()
    np.testing.assert_array_equal(offsets[:, 3], 0)


def test_skewed_errors_give_skewed_intervals():
    learned = ConformalQuantiles.of(np.random.default_rng(0).exponential(size=(4000, 2)))
    low, high = learned.offsets([0.1, 0.9]).T
    # Half of the errors are exponential, and half of them 2 log(2) less: the same with the median
    # on the other side of 0.
    np.testing.assert_allclose(low, -np.log(4) - np.log(0.8), rtol=0.1)
    np.testing.assert_allclose(high, -np.log(0.2 / 1.25), rtol=0.1)


def test_mirrored_errors():
    errors = np.array([[1.0, np.nan, np.nan], [2.0, -3.0, np.nan], [9.0, -1.0, np.nan]])
    expected = [[-3.0, np.nan, np.nan], [-2.0, 1.0, np.nan], [5.0, 3.0, np.nan]]
    np.testing.assert_array_equal(mirrored(errors), np.concatenate([errors, expected]))


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ([11, 5, 0], [1, 1, 1, 1]),  # far from each other
        ([3, 2, 1, 0], [1, 2.5 / 4, 2 / 4, 1.75 / 4]),  # steps 1 to 4 from rows in turns
        ([0], [1, 1, 1, 1]),
        ([], [1, 1, 1, 1]),
    ],
)
def test_errors_of_overlapping_windows_tell_less(later, expected):
    np.testing.assert_allclose(independent_share(np.array(later), 4), expected)


@pytest.mark.parametrize(("n_series", "share"), [(1, 1.0), (20, 1.0), (21, 20 / 21), (400, 0.05)])
def test_series_of_the_same_time_tell_less(n_series, share):
    np.testing.assert_allclose(independent_share(np.array([11, 5, 0]), 4, n_series), share)


def test_errors_that_depend_on_each_other_give_wider_intervals():
    errors = np.random.default_rng(0).normal(size=(300, 1))
    alphas = [0.1, 0.75, 0.9, 0.975]
    alone = ConformalQuantiles.of(errors).offsets(alphas)[0]
    together = ConformalQuantiles.of(errors, 4 / 300).offsets(alphas)[0]
    wider = (1 + 1 / 8) / (1 + 1 / 600)
    # Four errors support quantiles from 0.2 to 0.8; beyond these normal ones are the least.
    rms = np.sqrt(np.mean(mirrored(errors) ** 2))
    least = rms * np.abs(stats.norm.ppf(alphas)) * [1, 0, 1, 1]
    expected = np.sign(alone) * np.maximum(np.abs(alone), least) * wider
    np.testing.assert_allclose(together, expected)


def test_few_errors_of_a_step_borrow_from_the_others():
    errors = np.random.default_rng(0).normal(size=(20, 6))
    errors[1:, 5] = np.nan
    offsets = ConformalQuantiles.of(errors).offsets([0.05, 0.95])
    assert (offsets[5, 0] < -1) & (offsets[5, 1] > 1)


def test_no_spread():
    offsets = ConformalQuantiles.of(np.zeros((5, 2))).offsets([0.1, 0.5, 0.9])
    np.testing.assert_array_equal(offsets, np.zeros((2, 3)))


def test_nothing_is_known_but_the_median():
    learned = ConformalQuantiles.of(np.full((5, 2), np.nan))
    offsets = learned.offsets([0.1, 0.5, 0.9])
    np.testing.assert_array_equal(offsets, [[np.nan, 0.0, np.nan]] * 2)
    assert learned.largest_coverage == 0
    assert learned.supports(0.5)
    assert not learned.supports(0.6)


@pytest.mark.parametrize("n", [1, 2, 18, 19, 60, 300])
def test_how_many_errors_a_coverage_needs(n):
    """Split conformal has the k-th of n errors as quantile k / (n + 1), and none beyond."""
    learned = ConformalQuantiles.of(np.random.default_rng(0).normal(size=(n, 1)))
    assert learned.largest_coverage == pytest.approx((n - 1) / (n + 1))
    inside, outside = n / (n + 1), n / (n + 1) + 1e-6
    assert learned.supports(inside)
    assert learned.supports(1 - inside)
    assert not learned.supports(outside)
    assert not learned.supports(1 - outside)


def test_quantiles_at_the_largest_coverage_are_the_largest_errors():
    errors = np.random.default_rng(0).normal(size=(19, 1))
    # 0.5 - 0.9 / 2 is slightly less than 1 / 20.
    offsets = ConformalQuantiles.of(errors).offsets([0.5 - 0.9 / 2, 0.5 + 0.9 / 2])
    both = mirrored(errors)
    np.testing.assert_array_equal(offsets, [[both.min(), both.max()]])


@pytest.mark.parametrize("n", [1, 2, 18, 60])
def test_quantiles_beyond_the_errors_are_those_of_a_normal_sample(n):
    errors = np.random.default_rng(1).normal(size=(n, 1))
    alphas = np.array([0.97, 0.99, 0.999, 0.99995])
    alphas = alphas[alphas > n / (n + 1)]
    offsets = ConformalQuantiles.of(errors).offsets([*alphas, *(1 - alphas)])[0]
    both = mirrored(errors)
    student = stats.t(n).ppf(alphas)
    largest = student / stats.t(n).ppf(max(n / (n + 1), 0.75))
    spread = np.sqrt(np.mean(both**2))
    expected = np.maximum(student * spread, both.max() * largest)
    np.testing.assert_allclose(offsets[: len(alphas)], expected)
    mirror = np.maximum(student * spread, -both.min() * largest)
    np.testing.assert_allclose(offsets[len(alphas) :], -mirror)


def test_intervals_widen_with_every_coverage():
    """18 errors had the same width from a coverage of 0.9 on."""
    learned = ConformalQuantiles.of(np.random.default_rng(0).normal(size=(18, 1)))
    coverages = np.array([0.5, 0.8, 0.9, 0.95, 0.99, 0.9999])
    low, high = learned.offsets((1 - coverages) / 2), learned.offsets((1 + coverages) / 2)
    assert (np.diff(high - low, axis=1) > 0).all()
    assert np.isinf(learned.offsets([1.0])).all()


def test_quantiles_beyond_the_errors_cover_what_they_say():
    random = np.random.default_rng(0)
    inside = [
        (
            np.abs(random.normal(size=50)) < ConformalQuantiles.of(e[:, None]).offsets([0.975])
        ).mean()
        for e in random.normal(size=(400, 8))
    ]
    assert 0.93 < np.mean(inside) < 1.0


def test_errors_around_a_mean_keep_their_own_quantiles():
    # Of 99 errors, the quantile at a level p is that of rank 100 p.
    errors = np.random.default_rng(0).exponential(size=(99, 1)) - 1
    alphas = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
    offsets = ConformalQuantiles.of(errors, centered=False).offsets(alphas)[0]
    expected = np.sort(errors[:, 0])[np.rint(100 * alphas).astype(int) - 1]
    np.testing.assert_allclose(offsets, expected)
    assert offsets[2] < 0


@pytest.mark.parametrize(("independent", "degrees"), [(1 / 12, 5), (0.5, 10)])
def test_few_independent_errors_move_towards_the_sizes_expected(independent, degrees):
    errors = np.random.default_rng(0).normal(size=(12, 1))
    size = np.abs(mirrored(errors)).mean()
    given = ErrorSizes(np.array([4 * size]), 0.5)
    alone = ConformalQuantiles.of(errors, independent)
    mixed = ConformalQuantiles.of(errors, independent, expected=given)
    share = (degrees - 4) / degrees
    np.testing.assert_allclose(mixed.spread / alone.spread, 4 ** (1 - share))
    # Quantiles of 0.9 and 0.99 lie beyond one or six independent errors, and the latter also
    # beyond the largest of twelve.
    student, largest = stats.t(degrees), mirrored(errors).max() / size
    expected = student.ppf([0.9, 0.99]) / student.expect(np.abs)
    beyond = largest * np.array([1.0, student.ppf(0.99) / student.ppf(12 / 13)])
    offsets = mixed.offsets([0.9, 0.99])[0] / mixed.spread[0]
    np.testing.assert_allclose(offsets, np.maximum(expected, beyond))


def test_the_sizes_expected_are_limited_by_the_errors():
    errors = np.random.default_rng(0).normal(size=(3, 2))
    spread = ConformalQuantiles.of(errors).spread
    for factor, limit in ((1e-9, 1 / 3), (1e9, 6)):
        given = ErrorSizes(factor * spread, 0.0)
        found = ConformalQuantiles.of(errors, 1 / 3, expected=given).spread
        np.testing.assert_allclose(found, spread * limit**0.8)


def test_exact_forecasts_are_not_widened():
    given = ErrorSizes(np.ones(2), 0.5)
    offsets = ConformalQuantiles.of(np.zeros((1, 2)), expected=given).offsets([0.1, 0.9])
    np.testing.assert_array_equal(offsets, np.zeros((2, 2)))


def test_intervals_with_sizes_expected_widen_with_every_coverage():
    given = ErrorSizes(np.ones(3), 0.5)
    errors = np.random.default_rng(0).normal(size=(2, 3))
    coverages = np.array([0.5, 0.8, 0.9, 0.95, 0.99, 0.9999, 1.0])
    learned = ConformalQuantiles.of(errors, expected=given)
    low, high = learned.offsets((1 - coverages) / 2), learned.offsets((1 + coverages) / 2)
    assert (np.diff(high - low, axis=1) > 0).all()
    assert np.isinf(high[:, -1]).all()


@pytest.mark.parametrize(("n", "few"), [(0, False), (1, True), (2, True), (3, False)])
def test_how_many_errors_tell_their_sizes(n, few):
    errors = np.full((n, 2), 1.0)
    errors[:, 1:] = np.nan  # a step without errors does not make the others few
    assert too_few_to_tell_sizes(errors, 1.0) == few
