"""Indicators of categories, compared with scikit-learn's OneHotEncoder."""

from enum import Enum

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import OneHotEncoder

from skrnn.windows._category_columns import (
    Categories,
    categorical_names,
    filled_within,
    is_categorical,
    is_text,
)

KINDS = pd.Series(["b", "a", "c", "a", "b", "a"])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (KINDS, True),
        (KINDS.astype("string"), True),
        (KINDS.astype("category"), True),
        (pd.Series([1, 2]).astype("category"), True),
        (pd.Series(["a", None, np.nan]), True),
        (pd.Series([True, None]), True),
        (pd.Series([True, None], dtype="boolean"), True),
        (pd.Series(["a", 1]), True),
        (pd.Series([None, None]), True),
        (pd.Series([True, False]), False),
        (pd.Series([1, 2], dtype=object), False),
        (pd.Series([1, None], dtype="Int64"), False),
        (pd.Series([1.0, np.nan]), False),
        (pd.Series(pd.date_range("2024", periods=2)), False),
        (pd.Series(pd.date_range("2024", periods=2), dtype=object), False),
    ],
    ids=lambda value: f"{getattr(value, 'dtype', value)}",
)
def test_types(column, expected):
    assert is_categorical(column) is expected


@pytest.mark.parametrize("dtype", [object, "string", "category"])
@pytest.mark.parametrize("most", [1, 2, 3, 9])
def test_indicators_are_those_of_scikit_learn(dtype, most):
    """Categories beyond the most frequent ones share a column with the unknown ones."""
    column = pd.concat([KINDS, pd.Series(["d"] * 4)], ignore_index=True).astype(dtype)
    ours = Categories.of("kind", column, most).indicators(column)
    limit = None if most == 9 else most + 1
    encoder = OneHotEncoder(
        max_categories=limit, handle_unknown="infrequent_if_exist", sparse_output=False
    )
    theirs = encoder.fit_transform(column.astype(object).to_numpy()[:, None])
    # scikit-learn has no column of the unknown if no category is infrequent.
    np.testing.assert_array_equal(ours[:, : theirs.shape[1]], theirs)
    assert not ours[:, theirs.shape[1] :].any()


def test_two_categories_need_one_indicator():
    kinds = Categories.of("kind", pd.Series(["b", "a", None]), 9)
    assert kinds.names == ["kind='b'", "kind unknown"]
    column = pd.Series(["a", "b", None])
    np.testing.assert_array_equal(kinds.indicators(column), [[0, 0], [1, 0], [0, 1]])


def test_members_of_enumerations_are_ordered_by_their_text():
    kinds = Enum("Kind", {"Z": "a", "A": "b"}, type=str)
    assert Categories.of("kind", pd.Series(["b", kinds.Z], dtype=object), 9).values == ("a", "b")
    assert Categories.of("kind", pd.Series([*kinds]), 9).values == ("a", "b")


def test_missing_and_new_values_are_unknown_and_new_ones_are_reported():
    kinds = Categories.of("kind", KINDS, 2)
    assert (kinds.values, kinds.rare) == (("a", "b"), ("c",))
    with pytest.warns(UserWarning, match=r"X\['kind'\] contains 'e', which was not in X in fit"):
        table = kinds.indicators(pd.Series(["c", None, "e", np.nan, "a"]))
    np.testing.assert_array_equal(table, [[0, 0, 1]] * 4 + [[1, 0, 0]])


def test_numbers_are_compared_by_value():
    kinds = Categories.of("size", pd.Series([10, 2, 10]), 9)
    assert kinds.names == ["size=2", "size unknown"]  # ordered by their text
    np.testing.assert_array_equal(
        kinds.indicators(pd.Series([2.0, 10.0, np.nan])), [[1, 0], [0, 0], [0, 1]]
    )


def test_nothing_known():
    kinds = Categories.of("kind", pd.Series([None, None], dtype=object), 9)
    np.testing.assert_array_equal(kinds.indicators(pd.Series([None, None])), [[1], [1]])


def test_static_values_are_filled_within_a_series():
    series = np.array([0, 0, 0, 1, 1, 2])
    values = np.array([np.nan, 5.0, np.nan, np.nan, np.nan, 7.0])
    filled = filled_within(values, ~np.isnan(values), series)
    np.testing.assert_array_equal(filled, [5, 5, 5, np.nan, np.nan, 7])
    kinds = Categories.of("kind", KINDS, 9)
    table = kinds.indicators(pd.Series([None, "b", None, None, None, "c"]), series)
    np.testing.assert_array_equal(table.argmax(axis=1), [1, 1, 1, 3, 3, 2])


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pd.Series(np.arange(20) / 4), "different values such as 0.25.*leave the column out"),
        (pd.Series(np.arange(20) / 4).astype(str), "numbers in text: convert the column"),
        (pd.Series(np.arange(20) / 4).astype("category"), "leave the column out"),
        (pd.Series([f"{i},5" for i in range(20)]), r'text: .*.str.replace\(",", "."\)'),
    ],
)
def test_many_measured_numbers_are_refused(column, words):
    with pytest.raises(ValueError, match=rf"X\['size'\] is treated as categorical.*{words}"):
        Categories.of("size", column, 10)
    assert len(Categories.of("size", column, 20).values) == 20
    assert len(Categories.of("size", pd.Series(np.arange(20)), 10).rare) == 10


def test_columns_of_equal_names():
    X = pd.DataFrame([["a", "b"]], columns=["k", "k"])
    assert categorical_names(X, [0, 1]) == ["k", "k"]
    with pytest.raises(TypeError, match=r"X\['k'\] has the dtype .* 'b', but .*=\[0\]"):
        categorical_names(X, [0])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (KINDS, True),
        (KINDS.astype("category"), True),
        (pd.Series([True, False]).astype("category"), True),
        (pd.Series([True, None], dtype="boolean"), False),
        (pd.Series([True, None], dtype=object), False),
        (pd.Series([None, None], dtype=object), False),
        (pd.Series([1.0, 2.0]), False),
    ],
)
def test_text_is_more_than_booleans(column, expected):
    assert is_text(column) is expected


class Identity:
    """A value that counts how often it is compared."""

    comparisons = 0

    def __init__(self, number):
        self.number = number

    def __repr__(self):
        return f"id{self.number:03}"

    def __hash__(self):
        return hash(self.number)

    def __eq__(self, other):
        Identity.comparisons += 1
        return isinstance(other, Identity) and self.number == other.number


def test_the_time_for_rare_categories_is_proportional_to_their_number():
    values = pd.Series([Identity(i) for i in range(200)])
    kinds = Categories.of("id", values, 2)
    same = pd.Series([Identity(i) for i in range(200)])
    Identity.comparisons = 0
    table = kinds.indicators(same)
    assert table.sum(axis=0).tolist() == [1, 1, 198]
    assert Identity.comparisons < 10 * 200  # a search through all for each makes 20,000


@pytest.mark.parametrize(
    "values", [["none", "strike", "flood"], [True, False, None, "x"], [1, 2, 3], [0.5, 1.5, 2.5]]
)
def test_values_of_numpy_have_the_names_of_python(values):
    column = pd.Series(values, dtype=object)
    scalars = [v if v is None else np.array([v])[0] for v in values]
    found = Categories.of("event", pd.Series(scalars, dtype=object), 9)
    assert found == Categories.of("event", column, 9)
    assert found.names == Categories.of("event", column, 9).names
    assert not any("np." in name for name in found.names)
    expected = found.indicators(column)
    np.testing.assert_array_equal(found.indicators(pd.Series(scalars, dtype=object)), expected)
