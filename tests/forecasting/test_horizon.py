"""Horizons as steps."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.base import ForecastingHorizon

from skrnn.forecasting._horizon import (
    check_learned,
    relative_steps,
    steps_after_known,
    steps_in_fit,
    steps_of_series,
    warn_of_earlier_ends,
)
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2020-01-01", periods=20, freq="MS"),
        pd.period_range("2020-01", periods=20, freq="M"),
        pd.RangeIndex(0, 100, 5),
    ],
    ids=["dates", "periods", "integers"],
)
def test_absolute_and_relative(index):
    axis = TimeAxis.of(index)
    fh = ForecastingHorizon(index[[8, 10, 15]], is_relative=False)
    np.testing.assert_array_equal(relative_steps(fh, axis, 9), [-1, 1, 6])
    fh = ForecastingHorizon([-1, 1, 6], is_relative=True)
    np.testing.assert_array_equal(relative_steps(fh, axis, 9), [-1, 1, 6])


def test_durations():
    axis = TimeAxis.of(pd.date_range("2020-01-01", periods=20, freq="D"))
    fh = ForecastingHorizon(pd.to_timedelta([1, 3], unit="D"), is_relative=True)
    np.testing.assert_array_equal(relative_steps(fh, axis, 19), [1, 3])


def test_series_that_end_at_different_times():
    parts = {"a": pd.RangeIndex(0, 10), "b": pd.RangeIndex(0, 7)}
    frames = {name: pd.DataFrame({"y": np.ones(len(t))}, t) for name, t in parts.items()}
    axis = TimeAxis.of(pd.RangeIndex(10))
    panel = Panel.of(pd.concat(frames, names=["series", "t"]), axis, 2)
    moved, cutoff = np.array([True, True]), pd.Index([9])
    last, steps = steps_of_series(ForecastingHorizon([1, 3]), axis, panel, cutoff, moved)
    np.testing.assert_array_equal(last, [9, 6])
    np.testing.assert_array_equal(steps, [[1, 3], [1, 3]])
    same_times = ForecastingHorizon([10, 12], is_relative=False)
    last, steps = steps_of_series(same_times, axis, panel, cutoff, moved)
    np.testing.assert_array_equal(steps, [[1, 3], [4, 6]])


def test_an_absolute_horizon_needs_more_steps_of_series_that_end_early():
    axis, ends = TimeAxis.of(pd.RangeIndex(10)), np.array([9, 6, 9])
    absolute = ForecastingHorizon([8, 10, 12], is_relative=False)
    steps, later = steps_in_fit(absolute, axis, ends)
    np.testing.assert_array_equal(steps, [-1, 1, 3])
    assert later == [2, 4, 6]
    steps, later = steps_in_fit(ForecastingHorizon([-1, 1, 3]), axis, ends)
    np.testing.assert_array_equal(steps, [-1, 1, 3])
    assert later == []
    assert steps_in_fit(None, axis, ends) == (None, [])


def test_steps_after_the_last_known_row():
    rows = {"a": [1, 2, 3, 4, 5], "b": [1, 2, np.nan, 4, np.nan], "c": [np.nan] * 5}
    frames = {name: pd.DataFrame({"y": row}, pd.RangeIndex(5)) for name, row in rows.items()}
    panel = Panel.of(pd.concat(frames, names=["series", "t"]), TimeAxis.of(pd.RangeIndex(9)), 0)
    steps = np.tile([-1, 0, 1, 2], (3, 1))
    found = steps_after_known(panel, np.array([4, 4, 4]), steps)
    # In sample each row is forecast from the rows before it.
    np.testing.assert_array_equal(found, [[1, 1, 1, 2], [2, 1, 2, 3], [1, 1, 1, 2]])
    # A forecast may use the rows until an earlier cutoff only.
    found = steps_after_known(panel, np.array([2, 2, 2]), np.tile([1, 4], (3, 1)))
    np.testing.assert_array_equal(found, [[1, 4], [2, 5], [1, 4]])


@pytest.mark.parametrize(
    ("learned", "asked", "message"),
    [
        (
            [1, 2, 3],
            [2, 4],
            r"steps \[4\], but Me was fitted to forecast only the steps \[1, 2, 3\]",
        ),
        (range(1, 9), [30, 12], r"steps \[12, 30\], but Me .* \[1, 2, 3, ..., 7, 8\]\. Pass all"),
    ],
)
def test_steps_that_were_not_learned(learned, asked, message):
    with pytest.raises(ValueError, match=message):
        check_learned(np.array(asked), np.array(learned), "Me")
    check_learned(np.array([-3, 0, 1, 3]), np.array(learned), "Me")


def panel_until(index_of, **lengths):
    """Series of some lengths from the same time on."""
    frames = {name: pd.DataFrame({"y": np.ones(n)}, index_of(n)) for name, n in lengths.items()}
    axis = TimeAxis.of(index_of(max(lengths.values())))
    return Panel.of(pd.concat(frames, names=["series", "t"]), axis, 0), axis


def days(n):
    return pd.period_range("2024-01-01", periods=n, freq="D")


def test_series_that_end_before_the_others_are_named():
    panel, axis = panel_until(days, a=31, b=30, c=31, d=1, e=31)
    with pytest.warns(UserWarning, match="2 of 5 series end before") as caught:
        warn_of_earlier_ends(panel.instances, axis, panel.last, np.ones(5, bool))
    message = str(caught[0].message)
    assert "end at 2024-01-31: 'b' 1 step before, 'd' 30 steps before. The steps of fh" in message
    assert message.endswith("pass dates as fh. Leave out series that have ended.")
    # After an update of "d" alone, most series are behind.
    moved = np.array([False, False, False, True, False])
    with pytest.warns(UserWarning, match=r"'a' 4 steps before, .* before, \.\.\.\. The") as caught:
        warn_of_earlier_ends(panel.instances, axis, np.array([30, 29, 30, 34, 30]), moved)
    message = str(caught[0].message)
    assert message.startswith("4 of 5 series end before the other, which ends at 2024-02-04")
    assert "as fh, or pass the new rows of all series to update. Leave out" in message


def test_ends_that_surprise_nobody(recwarn):
    same, axis = panel_until(days, a=4, b=4)
    warn_of_earlier_ends(same.instances, axis, same.last, np.ones(2, bool))
    all_different, axis = panel_until(days, a=4, b=5, c=6)
    warn_of_earlier_ends(all_different.instances, axis, all_different.last, np.ones(3, bool))
    counted, axis = panel_until(pd.RangeIndex, a=4, b=5)  # runs, whose rows are not at one time
    warn_of_earlier_ends(counted.instances, axis, counted.last, np.ones(2, bool))
    assert not len(recwarn)
