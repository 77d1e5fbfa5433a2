"""Rows of series that lie one after another."""

import numpy as np
import pandas as pd

from skrnn.forecasting._series_rows import (
    begin_series,
    count_known,
    known_from,
    mean_of_known,
    places_within,
    row_ranges,
    spans,
)


def test_known_rows_are_counted_from_each_row_on():
    values = np.array([[1.0, 1], [np.nan, 1], [2, 2], [3, 3], [np.nan, np.nan]])
    lengths = np.array([3, 2])
    np.testing.assert_array_equal(known_from(values, lengths), [2, 1, 1, 1, 0])
    np.testing.assert_array_equal(count_known(values, lengths), [2, 1])


def test_spans_and_places_of_rows_in_any_order():
    first, lengths = spans(np.array([1, 0, 1, 1]), np.array([7, 3, 5, 9]), 2)
    assert (first.tolist(), lengths.tolist()) == ([3, 5], [1, 5])
    assert places_within(np.array([2, 1, 3])).tolist() == [0, 1, 0, 0, 1, 2]


def test_all_rows_of_ranges():
    assert row_ranges(np.array([2, 7, 9]), np.array([4, 7, 10])).tolist() == [2, 3, 9]


def test_series_begin_where_a_name_changes():
    panel = pd.MultiIndex.from_tuples([("a", 1, 0), ("a", 1, 1), ("a", 2, 0), ("b", 2, 0)])
    assert begin_series(panel).tolist() == [True, False, True, True]
    assert begin_series(pd.RangeIndex(3)).tolist() == [True, False, False]
    assert begin_series(pd.RangeIndex(0)).tolist() == []


def test_means_of_known_values_are_those_of_pandas():
    values, series = np.array([1.0, 4.0, np.nan, 3.0, np.nan]), np.array([0, 2, 0, 0, 1])
    expected = pd.Series(values).groupby(series).mean()
    np.testing.assert_array_equal(mean_of_known(values, series, 3), expected)
