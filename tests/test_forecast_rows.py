"""The table that forecast reads."""

import numpy as np
import pandas as pd
import polars
import pytest

from skrnn._forecast_rows import Rows

X = pd.DataFrame(
    {"demand": [1, 2, 3], "open": [True, False, True], "kind": pd.Categorical(["a", "b", "a"])},
    pd.RangeIndex(5, 8),
)


@pytest.mark.parametrize(
    ("dtype", "later"),
    [
        ("int16", "float64"),
        ("float32", "float32"),
        # Transformers that take a nullable column refuse one that holds pandas.NA.
        ("Int8", "float64"),
        ("Float32", "float32"),
        ("int64[pyarrow]", "float64"),
        ("boolean", "object"),
        ("category", "category"),
    ],
)
def test_types_stay_where_values_are_unknown(dtype, later):
    X_typed = X[["open" if dtype == "boolean" else "demand"]].set_axis(["demand"], axis=1)
    table = Rows.of(X_typed.astype(dtype), None, None, 2).table
    assert str(table.dtypes.iloc[0]) == str(pd.Series([1], dtype=later).dtype) or later == dtype
    assert table["demand"].isna().tolist() == [False] * 3 + [True] * 2
    assert table.index.tolist() == [5, 6, 7, 8, 9]


def test_truth_values_that_miss_in_the_series_are_numbers():
    X = pd.DataFrame({"open": pd.array([True, None, False], dtype="boolean")})
    table = Rows.of(X, None, None, 1).table
    np.testing.assert_array_equal(table["open"].to_numpy(), [1.0, np.nan, 0.0, np.nan])


@pytest.mark.parametrize("dtype", ["int16", "Int8", "float32", "bool", "int64[pyarrow]"])
def test_types_stay_where_values_are_known(dtype):
    typed = X.assign(open=X["open"].astype(dtype))
    rows = Rows.of(typed, typed[["open"]][:1].set_axis([8]), "demand", 1)
    assert rows.table["open"].dtype == typed["open"].dtype
    assert rows.table["open"].tolist() == [1, 0, 1, 1]


def test_an_array_stays_an_array():
    rows = Rows.of(np.array([[1, 2], [3, 4]]), [5], None, 1)
    np.testing.assert_array_equal(rows.with_next(), [[1, 2], [3, 4], [np.nan, 5]])
    assert rows.past_of_target == [0]
    rows.append([7.5], [0])
    np.testing.assert_array_equal(rows.with_next(), [[1, 2], [3, 4], [7.5, 5]])
    single = Rows.of(np.ones((2, 1), np.float32), None, None, 1).with_next()
    assert single.dtype == np.float32


@pytest.mark.parametrize(
    "X_future",
    [
        {"kind": ["a"], "open": [False]},
        pd.DataFrame({"kind": ["a"], "open": [False]}, index=[8]),
        polars.DataFrame({"kind": ["a"], "open": [False]}),
        [[False, "a"]],
        np.array([[False, "a"]], dtype=object),
    ],
    ids=lambda value: type(value).__name__,
)
def test_columns_are_joined_by_name_if_they_have_names(X_future):
    rows = Rows.of(X, X_future, None, 1)
    assert rows.past_of_target == [0]
    assert rows.table.iloc[-1, 1:].tolist() == [False, "a"]
    assert rows.table.dtypes.iloc[1:].tolist() == X.dtypes.iloc[1:].tolist()


@pytest.mark.parametrize(
    "later",
    [pd.Series([True, False], [8, 9], name="open"), polars.Series("open", [True, False])],
    ids=["pandas", "polars"],
)
def test_a_series_is_joined_by_its_name(later):
    rows = Rows.of(X[["open", "demand"]], later, None, 2)
    assert rows.past_of_target == [1]
    assert rows.table["open"].tolist() == [True, False, True, True, False]


def test_all_values_stand_in_for_unknown_text():
    rows = Rows.of(X, None, None, 2)
    rows.stand_in()
    assert rows.has_others
    assert set(rows.stand_ins) == {1, 2}  # numbers can be NaN
    columns = ["open", "kind"]
    assert rows.whole()[columns].to_numpy().tolist()[3:] == [[True, "a"]] * 2
    moved, *others = [table[columns] for table in rows.tables_of_others()]
    assert moved.to_numpy().tolist()[1:] == rows.whole()[columns].to_numpy().tolist()[:-1]
    assert [table.iloc[-1].tolist() for table in others] == [[True, "a"], [False, "b"]]
    for table in others:
        pd.testing.assert_frame_equal(table[:3], rows.table[columns][:3])
        assert table["open"].dtype == bool
        assert table["kind"].cat.categories.tolist() == ["a", "b"]


def test_text_that_may_be_missing_needs_no_stand_in():
    rows = Rows.of(X[["kind"]].assign(kind=["a", None, "b"]), None, None, 1)
    rows.stand_in()
    assert rows.stand_ins == {}


def test_one_value_proves_nothing():
    rows = Rows.of(X[["kind"]].iloc[[0]], None, None, 1)
    rows.stand_in()
    assert not rows.has_others
    assert rows.table["kind"].tolist() == ["a", "a"]


def test_truth_counts_as_numbers_if_some_are_unknown():
    rows = Rows.of(X[["demand", "open"]], None, None, 1)
    rows.count_truth()
    np.testing.assert_array_equal(rows.table["open"], [1, 0, 1, np.nan])
    with pytest.raises(ValueError, match=r"may depend on the columns \['kind'\]"):
        Rows.of(X, None, None, 1).count_truth()


def test_a_target_must_hold_numbers():
    rows = Rows.of(X, None, None, 1)
    with pytest.raises(ValueError, match="Column 'kind' of X does not contain numbers"):
        rows.take_as_target([2])
    rows.stand_in()
    rows.take_as_target([1])
    rows.append([0.25], [1])
    np.testing.assert_array_equal(rows.table["open"], [1, 0, 1, 0.25])


def test_names_of_columns_may_be_equal():
    twice = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], columns=["a", "a"])
    rows = Rows.of(twice, None, None, 1)
    rows.append([5.0, 6.0], [0, 1])
    np.testing.assert_array_equal(rows.table, [[1, 2], [3, 4], [5, 6]])


@pytest.mark.parametrize(
    ("X_future", "message"),
    [
        ([1.0], "1 row.*steps=2"),
        (np.ones((2, 4)), "4 column"),
        (pd.Series([1, 2], [8, 9], name="price"), r"\['price'\], which X does not have"),
        (X.set_axis([8, 9, 10]), "contains all 3 columns.*target=\\[\\]"),
    ],
)
def test_wrong_features(X_future, message):
    with pytest.raises(ValueError, match=message):
        Rows.of(X, X_future, None, 2)


@pytest.mark.parametrize("values", [np.ones(3), np.ones((0, 2)), np.ones((2, 2, 2))])
def test_wrong_series(values):
    with pytest.raises(ValueError, match="X must be a table of shape"):
        Rows.of(values, None, None, 1)
