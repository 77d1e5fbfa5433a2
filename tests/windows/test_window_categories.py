"""Indicators of the categories of windows, compared with scikit-learn's OneHotEncoder."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import OneHotEncoder

from skrnn.windows._coded_steps import CodedSteps
from skrnn.windows._step_table import StepTable
from skrnn.windows._window_categories import WindowCategories, find_categorical

KINDS = np.array([["a", "b", "c"], ["b", "c", "a"]], dtype=object)
NUMBERS = np.arange(6.0).reshape(2, 3)
X = np.stack([NUMBERS, KINDS, NUMBERS * 2], axis=-1)


def found_in(X, categorical="from_dtype", most=9, n_timesteps=1):
    table = StepTable.of(X, n_timesteps)
    steps = CodedSteps.of(table, find_categorical(table, categorical))
    return WindowCategories.of(steps, most), steps


def coded(X, found):
    return CodedSteps.of(StepTable.of(X, 1), found.categories)


@pytest.mark.parametrize("categorical", ["from_dtype", [1], [False, True, False]])
def test_indicators_stand_at_the_place_of_their_feature(categorical):
    found, steps = found_in(X, categorical)
    windows = found.encoded(steps)
    expected = OneHotEncoder(sparse_output=False).fit_transform(KINDS.reshape(-1, 1))
    np.testing.assert_array_equal(windows[..., 1:4].reshape(-1, 3), expected)
    np.testing.assert_array_equal(windows[..., 0], NUMBERS)
    np.testing.assert_array_equal(windows[..., 4:], np.stack([NUMBERS * 0, NUMBERS * 2], -1))
    assert found.sources.tolist() == [0, 1, 1, 1, 1, 2]
    assert [group.tolist() for group in found.groups] == [[1, 2, 3, 4]]
    assert found.place_of_number(2, "level_feature") == 5
    with pytest.raises(ValueError, match="level_feature selects 'x1', which is categorical"):
        found.place_of_number(1, "level_feature")


def test_names():
    found, _ = found_in(X, most=1)
    assert found.encoded_names() == ["x0", "x1='a'", "x1 unknown", "x2"]
    assert found.encoded_names(["p", "k", "q"]) == ["p", "k='a'", "k unknown", "q"]
    assert found.columns(None, 2) == [0, 1, 1, 2] * 2
    names = np.array(["p2", "k2", "q2", "p1", "k1", "q1"])
    assert found.columns(names, 2) == ["p2", "k2", "k2", "q2", "p1", "k1", "k1", "q1"]


def test_nan_is_unknown_unless_nothing_is_known_of_a_step():
    found, _ = found_in(X)
    changed = X.copy()
    changed[0, 0, 1], changed[0, 1] = None, None
    windows = found.encoded(coded(changed, found))
    np.testing.assert_array_equal(windows[0, 0], [0, 0, 0, 0, 1, 0])
    assert np.isnan(windows[0, 1]).all()
    assert not np.isnan(windows[0, 2]).any()


def test_columns_of_a_table_share_their_categories():
    names = [f"{name}{step}" for step in range(3) for name in "pkq"]
    table = pd.DataFrame(X.reshape(2, 9), columns=names).infer_objects()
    found, steps = found_in(table, n_timesteps=3)
    other, of_windows = found_in(X)
    np.testing.assert_array_equal(found.encoded(steps), other.encoded(of_windows))
    assert found.names == ["p2", "k2", "q2"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_may_be_categories_and_keep_their_precision(dtype):
    codes = np.array([[[3.0, 0.5], [7.0, 1.5]], [[7.0, 2.5], [np.nan, 3.5]]], dtype)
    found, steps = found_in(codes, 0)
    windows = found.encoded(steps)
    assert windows.dtype == dtype
    expected = [[[0, 0, 0.5], [1, 0, 1.5]], [[1, 0, 2.5], [0, 1, 3.5]]]
    np.testing.assert_array_equal(windows, expected)


def test_refusals():
    assert not found_in(NUMBERS[..., None])[0].categories
    assert not found_in(NUMBERS[..., None], None)[0].categories
    with pytest.raises(TypeError, match="categorical_features=None does not list it"):
        found_in(X, None)
    measured = np.linspace(0, 1, 20).reshape(10, 2, 1)
    with pytest.raises(ValueError, match=r"X\['x0'\] is treated as categorical, but has 20"):
        found_in(measured, [0])
    mixed = X.copy()
    mixed[0, 0, 0] = "cold"
    with pytest.raises(ValueError, match="could not convert string to float: 'cold'"):
        found_in(mixed, [1])


def test_new_categories_are_reported():
    found, _ = found_in(X)
    with pytest.warns(UserWarning, match=r"X\['x1'\] contains 'z', which was not in X in fit"):
        windows = found.encoded(coded(np.where(X == "a", "z", X), found))
    np.testing.assert_array_equal(windows[0, 0, 1:5], [0, 0, 0, 1])
