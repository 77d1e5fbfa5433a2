"""Series and numbers of a data frame, and their errors."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._panel import Panel
from skrnn.forecasting._series_frames import numbers, series_lengths
from skrnn.windows._time_axis import TimeAxis

AXIS = TimeAxis(0)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([("a", 0), ("a", 0)], "repeats the label"),
        ([("a", 1), ("a", 0)], "comes after"),
        (
            [("a", 0), ("a", 3)],
            r"irregular: 2 row\(s\) are missing between 0 of the series 'a' and 3 of",
        ),
        ([("a", 0), ("b", 0), ("a", 1)], "rows of the series 'a' of y are not contiguous"),
    ],
)
def test_bad_index(labels, message):
    index = pd.MultiIndex.from_tuples(labels)
    with pytest.raises(ValueError, match=message):
        Panel.of(pd.DataFrame({"y": 0.0}, index=index), AXIS, 1)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["a", "b"], "y must contain numbers, got values such as 'a' in its column 'y'"),
        (
            [1.0, "b"],
            r"got values such as 'b' in its column 'y' \(dtype object",
        ),
        ([1.0, np.inf], "contains infinity in its column 'y'"),
    ],
)
def test_bad_values(values, message):
    with pytest.raises(ValueError, match=message):
        Panel.of(pd.DataFrame({"y": values}), AXIS, 1)


def test_the_column_that_holds_no_numbers_is_named():
    table = pd.DataFrame({"a": [1.0, None], "b": [1.0, "x"], "c": ["y", 2.0]})
    with pytest.raises(
        ValueError, match=r"X must contain numbers.* such as 'x' in its column 'b'"
    ):
        numbers(table, "X")


def test_no_rows():
    with pytest.raises(ValueError, match="y has no rows"):
        Panel.of(pd.DataFrame({"y": []}, index=pd.RangeIndex(0)), AXIS, 1)


def test_lengths_of_series():
    index = pd.MultiIndex.from_tuples([("b", 0), ("b", 1), ("a", 0)])
    assert series_lengths(pd.DataFrame({"y": 0.0}, index=index), "y").tolist() == [2, 1]
    assert series_lengths(pd.DataFrame({"y": [0.0, 1.0]}), "y").tolist() == [2]
