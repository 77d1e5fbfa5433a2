"""Steps of windows as rows of one table, from arrays and from tables of several libraries."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from skrnn.windows._step_table import (
    StepTable,
    check_divides,
    column_of,
    may_hold_categories,
    windows_or_table,
)
from skrnn.windows._views import series_of_windows, view_windows

X = np.arange(24.0).reshape(4, 3, 2)
NAMES = [f"{name}_lag{lag}" for lag in (3, 2, 1) for name in "ab"]
TABLE = pd.DataFrame(X.reshape(4, 6), columns=NAMES)


@pytest.mark.parametrize("given", [X, X.reshape(4, 6), TABLE, pl.from_pandas(TABLE)])
def test_every_form_has_the_same_steps(given):
    steps = StepTable.of(given, 3 if np.ndim(given) == 2 else 1)
    assert steps.frame.shape == (12, 2)
    assert steps.given.shape[1] == (6 if np.ndim(given) == 2 else 2)
    np.testing.assert_array_equal(steps.windows_of(steps.frame.to_numpy()), X)


def test_windows_of_a_series_have_one_row_for_each_row_of_the_series():
    series = np.arange(10.0).reshape(5, 2)
    steps = StepTable.of(view_windows(series, 3), 1)
    np.testing.assert_array_equal(steps.frame, series)
    windows = steps.windows_of(series * 2)
    np.testing.assert_array_equal(windows, view_windows(series * 2, 3))
    assert series_of_windows(windows) is not None


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ("b", [1]),
        (["a", "b"], [0, 1]),
        ("b_lag2", [1]),
        (["b_lag3", "b_lag2", "b_lag1"], [1]),
        (-1, [1]),
        ([True, False], [0]),
        (None, None),
    ],
)
def test_features_are_found_by_name_position_and_mask(features, expected):
    assert StepTable.of(TABLE, 3).positions(features) == expected
    assert StepTable.of(pa.Table.from_pandas(TABLE), 3).positions(features) == expected


@pytest.mark.parametrize(
    ("given", "features", "words"),
    [
        (TABLE, "c", r"names the feature 'c', which is not among the features of X: \['a_lag3'"),
        (X, "b", "names the feature 'b', but X has no feature names"),
        (TABLE, 2, "positions from -2 to 1"),
    ],
)
def test_features_that_do_not_exist(given, features, words):
    with pytest.raises(ValueError, match=words):
        StepTable.of(given, 3 if given is TABLE else 1).positions(features)


def test_categoricals_of_several_steps_stay_categorical():
    table = pd.DataFrame({"k_lag2": [1, 2], "k_lag1": [2, 3]})
    table = table.apply(lambda column: column.astype("category"))
    [column] = StepTable.of(table, 2).frame.items()
    assert isinstance(column[1].dtype, pd.CategoricalDtype)
    assert column[1].tolist() == [1, 2, 2, 3]


@pytest.mark.parametrize(
    ("given", "categorical", "expected"),
    [
        (X, "from_dtype", False),
        (X, None, False),
        (X, [0], True),
        (X.astype(object), "from_dtype", True),
        (TABLE, "from_dtype", False),
        (TABLE.assign(a_lag1="x"), "from_dtype", True),
        (pl.DataFrame({"a": ["x"]}), None, True),
    ],
)
def test_only_some_forms_may_hold_categories(given, categorical, expected):
    assert may_hold_categories(given, categorical) is expected


def test_lists_keep_their_types_and_other_shapes_are_left_to_later_checks():
    array = windows_or_table([[[1.5, "a"]], [[2.5, "b"]]])
    assert array.tolist() == [[[1.5, "a"]], [[2.5, "b"]]]
    assert windows_or_table([[1.0], [2.0]]).dtype == np.float64
    assert windows_or_table(TABLE) is TABLE
    for bad in (np.zeros(3), np.zeros((1, 1, 1, 1)), np.zeros((0, 2)), "text", None):
        assert windows_or_table(bad) is None


def test_columns_and_divisors():
    assert column_of(X[0], 1).tolist() == [1, 3, 5]
    assert column_of(pl.from_pandas(TABLE), 1).tolist() == TABLE["b_lag3"].tolist()
    check_divides(6, 3, "X")
    with pytest.raises(ValueError, match="X_val has 6 columns, which n_timesteps=4 does not"):
        check_divides(6, 4, "X_val")


DATES = pd.to_datetime(["2024-01-01", "2024-01-02"])


@pytest.mark.parametrize(
    ("earlier", "later", "kind"),
    [
        ([np.nan, np.nan], ["b", "a"], "O"),
        (["b", "a"], [None, None], "O"),
        ([1, 2], ["a", "b"], "O"),
        ([1, 2], [2.5, np.nan], "f"),
        ([1, 2], [np.nan, np.nan], "i"),
        (DATES, [np.nan, np.nan], "M"),
        ([np.nan, np.nan], [np.nan, np.nan], "O"),
    ],
)
def test_categories_of_several_steps_may_differ_in_dtype(earlier, later, kind):
    table = pd.DataFrame({"k_lag2": pd.Categorical(earlier), "k_lag1": pd.Categorical(later)})
    column = StepTable.of(table, 2).frame["k_lag1"]
    assert column.dtype.categories.dtype.kind == kind
    expected = [*earlier, *later]
    assert [None if pd.isna(value) else value for value in column] == [
        None if pd.isna(value) else value for value in expected
    ]
