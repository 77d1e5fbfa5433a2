"""What stands in for a forecast that networks cannot make."""

import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._last_value import stand_ins
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis

AXIS = TimeAxis(0)


def one(values):
    return Panel.of(pd.DataFrame({"y": values}), AXIS, 0)


@pytest.mark.parametrize(
    ("values", "last", "expected"),
    [([1.0, 2, 3], 2, 3), ([1.0, 2, np.nan], 2, 2), ([1.0, 2, 3], 0, 1), ([np.nan, 4], 1, 4)],
)
def test_the_last_known_value_of_one_series(values, last, expected):
    with pytest.warns(UserWarning, match="^y is forecast by its last known value"):
        found = stand_ins(one(values), 1, np.array([last]), np.array([True]))
    np.testing.assert_array_equal(found, [[expected]])


def test_a_series_of_which_nothing_is_known_is_nan():
    # As after asfreq with another day of the week.
    with pytest.warns(UserWarning, match=r"^y has NaN as its forecast.* row\. Does the frequency"):
        found = stand_ins(one([np.nan, np.nan]), 1, np.array([1]), np.array([True]))
    assert np.isnan(found).all()


def test_series_of_a_panel_are_named_and_each_target_has_its_own_value():
    values = {"a": [[1.0, 5], [2, np.nan]], "b": [[np.nan, 1], [np.nan, 2]], "c": [[7, 8]]}
    frames = {name: pd.DataFrame(rows, columns=["u", "v"]) for name, rows in values.items()}
    panel = Panel.of(pd.concat(frames, names=["series", "t"]), AXIS, 0)
    missing = np.array([True, True, False])
    with pytest.warns(UserWarning, match="1 of 3 series") as caught:
        found = stand_ins(panel, 2, panel.last, missing)
    np.testing.assert_array_equal(found, [[2, 5], [np.nan, 2], [7, 8]])
    first, second = (str(warning.message) for warning in caught)
    assert first.startswith("1 of 3 series is forecast by its last known value")
    assert "(targets and features): 'a'." in first
    assert second.startswith("1 of 3 series has NaN as its forecast")
    assert "(targets and features): 'b'." in second
    assert "frequency" not in second


def test_what_was_reported_before_is_quiet_and_what_is_not_usable_is_nan():
    panel, last, missing = one([1.0, 2.0]), np.array([1]), np.array([True])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert stand_ins(panel, 1, last, missing, quiet=True)[0, 0] == 2.0
        assert stand_ins(panel, 1, last, ~missing)[0, 0] == 2.0
    with pytest.warns(UserWarning, match="y has NaN"):
        assert np.isnan(stand_ins(panel, 1, last, missing, usable=False)[0, 0])
