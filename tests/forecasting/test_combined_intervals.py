"""Quantiles around forecasts, in the units of each series."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._combined_intervals import Intervals
from skrnn.forecasting._conformal_quantiles import ConformalQuantiles
from skrnn.forecasting._held_out import HeldOut

NAMES = pd.Index(["a", "b", "c"])


class Tried:
    """What a trial forecast."""

    forecaster = possible = None

    def __init__(self, forecasts):
        self.forecasts = forecasts


def made(scales, n_errors=60):
    errors = np.random.default_rng(0).normal(size=(n_errors, 2))
    return Intervals(ConformalQuantiles.of(errors), np.asarray(scales, float))


def test_errors_are_in_units_of_the_series():
    intervals = made([1.0, 1000.0])
    steps = np.array([[1, 2], [1, 2]])
    found = intervals.quantiles(np.zeros((2, 2)), steps, [0.1, 0.5, 0.9], NAMES[:2])
    np.testing.assert_allclose(found[1], 1000 * found[0])
    np.testing.assert_allclose(found[0], intervals.conformal.offsets([0.1, 0.5, 0.9]))


def test_a_constant_series_and_one_of_which_no_change_is_known():
    steps = np.ones((3, 1), int)
    with pytest.warns(UserWarning, match="of 3 series") as caught:
        found = made([0.0, np.nan, 2.0]).quantiles(
            np.full((3, 1), 5.0), steps, [0.1, 0.5, 0.9], NAMES
        )
    np.testing.assert_array_equal(found[0, 0], [5, 5, 5])
    np.testing.assert_array_equal(found[1, 0], [np.nan, 5, np.nan])
    assert found[2, 0, 0] < 5 < found[2, 0, 2]
    messages = sorted(str(warning.message) for warning in caught)
    assert len(messages) == 2
    assert messages[0].startswith("No error of forecasts of 1 of 3 series ('b')")
    assert messages[1].startswith("The known values of 1 of 3 series ('a') never change")
    assert all(warning.filename == __file__ for warning in caught)


def test_steps_of_which_no_error_is_known():
    steps = np.array([[-3, 1, 2, 3]])
    with pytest.warns(UserWarning, match="No error of forecasts of y is known"):
        found = made([1.0]).quantiles(np.zeros((1, 4)), steps, [0.9], None)
    np.testing.assert_array_equal(np.isnan(found[0, :, 0]), [False, False, False, True])
    assert found[0, 0, 0] == found[0, 1, 0]  # in sample forecasts are one step ahead


def test_more_coverage_than_the_errors_support():
    values, steps = np.zeros((1, 1)), np.ones((1, 1), int)
    intervals = made([1.0], n_errors=9)  # of two steps, 18 together
    message = r"held-out errors \(18\) .* coverage of 0.895.* here 0.05, 0.95,"
    with pytest.warns(UserWarning, match=message):
        intervals.quantiles(values, steps, [0.05, 0.5, 0.95], None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        intervals.quantiles(values, steps, [0.06, 0.94], None)


def test_medians_need_no_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = made([np.nan, 0.0]).quantiles(
            np.full((2, 1), 3.0), np.ones((2, 1), int), [0.5], NAMES[:2]
        )
    np.testing.assert_array_equal(found, np.full((2, 1, 1), 3.0))


def test_no_held_out_value_is_known():
    """The intervals had no width, without a word."""
    values = np.random.default_rng(0).normal(size=40).cumsum()
    y = pd.DataFrame({"y": values}, pd.RangeIndex(40, name="t"))
    held_out = HeldOut.of(y, 2)
    forecasts = np.full((1, held_out.n_origins, 2), np.nan)
    intervals = Intervals.of([Tried(forecasts)], np.ones(1), held_out, (1,))
    assert intervals.of_naive
    # 39 changes of one row, and 38 of two.
    assert intervals.conformal.n_errors == 77
    np.testing.assert_allclose(intervals.conformal.effective, [39, 19])
    low, high = intervals.conformal.offsets([0.1, 0.9]).T
    assert (low < 0).all()
    assert (high > 0).all()


def test_errors_of_the_combined_forecast():
    y = pd.DataFrame({"y": np.arange(120.0)}, pd.RangeIndex(120, name="t"))
    held_out = HeldOut.of(y, 2)
    truth = held_out.errors(np.zeros((1, held_out.n_origins, 2)))
    tried = [Tried(truth - 1), Tried(truth + 5)]
    intervals = Intervals.of(tried, np.array([0.5, 0.5]), held_out, (1,))
    errors = intervals.conformal.scores[0] * intervals.conformal.spread[0]
    # All errors are -2, and could be 2 as well.
    np.testing.assert_allclose(np.abs(errors), 2.0)
    assert (errors > 0).mean() == 0.5
    assert not intervals.of_naive


def test_one_window_that_was_easy_to_forecast_does_not_make_intervals_narrow():
    """95% intervals of random walks after a calm window contained 64% of the values."""
    random, inside = np.random.default_rng(0), []
    for _ in range(400):
        steps = random.normal(size=34)
        steps[22:28] *= 0.3
        walk = steps.cumsum()
        y = pd.DataFrame({"y": walk[:28]}, pd.RangeIndex(28, name="t"))
        held_out = HeldOut.of(y, 6, wanted=1)
        tried = [Tried(np.full(held_out.shape, walk[21]))]
        intervals = Intervals.of(tried, np.ones(1), held_out, (1,))
        low, high = (intervals.conformal.offsets([0.025, 0.975]) * intervals.scales[0]).T
        error = walk[28:] - walk[27]
        inside.append(((low < error) & (error < high)).mean())
    assert 0.85 < np.mean(inside) < 0.99


@pytest.mark.parametrize("n_series", [3, 60])
def test_the_errors_of_panels_tell_their_sizes(n_series):
    random = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([range(n_series), range(28)], names=["series", "t"])
    y = pd.DataFrame({"y": random.normal(size=(n_series, 28)).cumsum(axis=1).ravel()}, index)
    held_out = HeldOut.of(y, 6)
    forecasts = held_out.truth() + random.normal(size=held_out.shape)
    intervals = Intervals.of([Tried(forecasts)], np.ones(1), held_out, (1,))
    assert intervals.conformal.degrees is None


def test_forecasts_that_were_all_exact():
    """The intervals had no width, without a word."""
    y = pd.DataFrame({"y": [0.0, 1.0, 0.0, 2.0, *[0.0] * 30]}, pd.RangeIndex(34, name="t"))
    held_out = HeldOut.of(y, 1)
    tried = [Tried(np.zeros((1, held_out.n_origins, 1)))]
    intervals = Intervals.of(tried, np.ones(1), held_out, (1,))
    with pytest.warns(UserWarning, match="held-out values equal their forecasts.*no width"):
        intervals.quantiles(np.zeros((1, 1)), np.ones((1, 1), int), [0.3, 0.7], None)
    tried[0].forecasts[0, 0] += 0.1
    intervals = Intervals.of(tried, np.ones(1), held_out, (1,))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        intervals.quantiles(np.zeros((1, 1)), np.ones((1, 1), int), [0.3, 0.7], None)


def test_counts_of_which_nothing_is_held_out_are_those_that_are_known():
    """The errors of the naive forecast, cut off at 0, made them 1.5 times as large."""
    counts = np.array([0.0, 3.0, 0.0, 0.0, 1.0])
    y = pd.DataFrame({"y": counts}, pd.RangeIndex(5, name="t"))
    held_out = HeldOut.of(y, 2)
    intervals = Intervals.of([Tried(None)], np.ones(1), held_out, (1,), counts=True)
    levels = np.broadcast_to((np.arange(5) + 0.5) / 5, (1, 1, 5))
    offsets = intervals.offsets(np.ones((1, 1), int), levels)
    drawn = np.rint(np.maximum(counts.mean() + offsets[0, 0], 0.0))
    np.testing.assert_array_equal(drawn[:4], np.sort(counts)[:4])


def test_errors_of_constant_series_say_nothing_of_others():
    y = pd.DataFrame({"y": np.ones(40)}, pd.RangeIndex(40, name="t"))
    held_out = HeldOut.of(y, 2)
    tried = [Tried(np.zeros((1, held_out.n_origins, 2)))]
    intervals = Intervals.of(tried, np.ones(1), held_out, (1,))
    assert not intervals.of_naive
    assert not intervals.conformal.n_errors


def held_out_of(*series):
    """A panel of series of equal length, of which the last two rows are held out."""
    index = pd.MultiIndex.from_product([range(len(series)), range(len(series[0]))])
    y = pd.DataFrame({"y": np.concatenate(series).astype(float)}, index.set_names(["series", "t"]))
    return HeldOut.of(y, 2)


def test_a_large_change_does_not_make_its_own_error_small():
    """The scale of all rows contains the held-out change from 1 to 8."""
    zigzag = np.arange(12.0) % 2
    calm, jump = zigzag, zigzag + np.repeat([0.0, 8.0], [10, 2])
    held_out = held_out_of(*[calm] * 30, *[jump] * 30)
    assert held_out.n_origins == 1
    tried = [Tried(np.full(held_out.shape, 1.0))]
    intervals = Intervals.of(tried, np.ones(1), held_out, (1,))
    assert intervals.scales[0] == 1
    np.testing.assert_allclose(intervals.scales[-1], 17 / 11)
    # Both have the same changes before the origin. The errors are -1 and 0, and 7 and 8.
    largest = intervals.conformal.scores[0] * intervals.conformal.spread[0]
    np.testing.assert_allclose(largest.max(), 8 / (17 / 11) ** 0.3)


def test_units_of_series_that_are_too_short_for_a_season_before_the_origin():
    """Scales before and after the origin are changes of one row, not of one row and a season."""
    values = np.arange(12.0) % 4
    held_out = held_out_of(*[values] * 60)
    assert held_out.scales(11)[0] == held_out.scales(1)[0]
    np.testing.assert_allclose(held_out.final_scales(11)[0], held_out.final_scales(1)[0])
    # Long enough for changes over four rows, which are all 0: one row again.
    np.testing.assert_allclose(held_out.scales(4)[0], held_out.scales(1)[0])


def test_errors_of_one_series_are_in_units_of_their_origin():
    values = np.cumsum(np.exp(np.arange(60) / 10) * (-1.0) ** np.arange(60))
    y = pd.DataFrame({"y": values}, pd.RangeIndex(60, name="t"))
    held_out = HeldOut.of(y, 2)
    scales = [held_out.scales(1, origin)[0] for origin in range(held_out.n_origins)]
    by_hand = [np.abs(np.diff(values[: -2 - later])).mean() for later in held_out.later]
    np.testing.assert_allclose(scales, by_hand)
    assert (np.diff(scales) > 0).all()
