"""Sequences of unequal lengths: padded in front, by value, and back."""

import time

import numpy as np
import pandas as pd
import polars
import pytest

from skrnn import pad_sequences, unpad_sequences
from skrnn.windows._sequence_padding import count_leading_gaps

RNG = np.random.RandomState(0)
NAN = np.nan


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
@pytest.mark.parametrize("features", [(), (1,), (3,)])
def test_padding_by_value_and_back(dtype, features):
    sequences = [RNG.normal(size=(n, *features)).astype(dtype) for n in (2, 5, 1)]
    padded = pad_sequences(sequences)
    assert padded.dtype == (np.float32 if dtype == np.float32 else np.float64)
    assert padded.shape == (3, 5, *features)
    assert padded.flags.c_contiguous
    for row, sequence in zip(padded, sequences, strict=True):
        np.testing.assert_array_equal(row[5 - len(sequence) :], sequence)
        assert np.isnan(row[: 5 - len(sequence)]).all()
    for back, sequence in zip(unpad_sequences(padded), sequences, strict=True):
        np.testing.assert_array_equal(back, sequence)
        assert not np.shares_memory(back, padded)


def test_groups_of_a_table():
    table = pd.DataFrame({"id": [1, 1, 2], "x": [1.0, 2.0, 3.0]})
    for groups in (table.groupby("id"), table.groupby("id")["x"]):
        with pytest.raises(
            ValueError, match=r"GroupBy\. Pass \[group for _, group in sequences\]"
        ):
            pad_sequences(groups)


def test_longer_than_the_longest():
    padded = pad_sequences([[1.0, NAN], [3.0]], n_timesteps=3)
    np.testing.assert_array_equal(padded, [[NAN, 1, NAN], [NAN, NAN, 3]])
    np.testing.assert_array_equal(count_leading_gaps(padded), [1, 2])
    np.testing.assert_array_equal(count_leading_gaps(np.full((1, 3, 2), NAN)), [3])


@pytest.mark.parametrize(
    "sequences",
    [
        [["a", "b"], ["c"]],
        [np.array(["a", "b"]), np.array(["c"])],
        [pd.Series(["a", "b"], dtype="category"), pd.Series(["c"], dtype="category")],
        [("a", "b"), ("c",)],
    ],
)
def test_labels_are_padded_with_none(sequences):
    padded = pad_sequences(sequences)
    assert padded.tolist() == [["a", "b"], [None, "c"]]
    assert [back.tolist() for back in unpad_sequences(padded)] == [["a", "b"], ["c"]]


LARGE = 2**53 + 1
EXACT = [
    ([["a", NAN], ["b"]], [["a", None], [None, "b"]]),
    ([pd.Series(["a", pd.NA], dtype="string"), ["b"]], [["a", None], [None, "b"]]),
    ([["a", 1], [2.5]], [["a", 1], [None, 2.5]]),
    ([["a", "b"], [1]], [["a", "b"], [None, 1]]),
    ([[True, False], [True]], [[True, False], [None, True]]),
    ([np.array([True, False]), [1]], [[True, False], [None, 1]]),
    ([pd.Series([True, None], dtype="boolean"), [False]], [[True, None], [None, False]]),
    ([[LARGE, LARGE - 1], [1]], [[LARGE, LARGE - 1], [None, 1]]),
    ([pd.Series([LARGE, None], dtype="Int64"), [0.5]], [[LARGE, None], [None, 0.5]]),
    ([pd.Series([LARGE, None], dtype="int64[pyarrow]")] * 2, [[LARGE, None]] * 2),
    ([polars.Series([LARGE, None]), [1.0]], [[LARGE, None], [None, 1.0]]),
    ([np.array([2**63], np.uint64), [-1, 2**63 + 1]], [[None, 2**63], [-1, 2**63 + 1]]),
    ([pd.Categorical([LARGE, None]), [LARGE]], [[LARGE, None], [None, LARGE]]),
    ([[["a"], [None]], [[3]]], [[["a"], [None]], [[None], [3]]]),
]


@pytest.mark.parametrize(("sequences", "expected"), EXACT)
def test_values_stay_what_they_are(sequences, expected):
    padded = pad_sequences(sequences)
    assert padded.dtype == object
    assert padded.tolist() == expected
    kinds = [[type(value) for value in row] for row in padded.reshape(2, -1).tolist()]
    assert kinds == [[type(one) for one in np.ravel(np.array(r, object))] for r in expected]


@pytest.mark.parametrize(
    "sequences",
    [
        [[1, None], [2]],
        [[1, pd.NA], [2.0]],
        [pd.Series([1, None], dtype="Int64"), [2]],
        [pd.Series([1, None], dtype="int8[pyarrow]"), pd.Series([2])],
        [polars.Series([1, None]), (2,)],
        [np.ma.array([1, 5], mask=[False, True]), range(2, 3)],
        [np.array([1, NAN], ">f8"), np.array([2], ">i4")],
    ],
)
def test_numbers_are_floats_and_unknown_ones_are_nan(sequences):
    padded = pad_sequences(sequences)
    assert padded.dtype == np.float64
    np.testing.assert_array_equal(padded, [[1, NAN], [NAN, 2]])


@pytest.mark.parametrize("kind", [pd.DataFrame, polars.DataFrame])
def test_frames_are_joined_by_the_names_of_their_columns(kind):
    first, second = kind({"x": [1.0, 2.0], "y": [3.0, 4.0]}), kind({"y": [6.0], "x": [5.0]})
    expected = [[[1, 3], [2, 4]], [[NAN, NAN], [5, 6]]]
    np.testing.assert_array_equal(pad_sequences([first, second]), expected)
    with pytest.raises(
        ValueError, match=r"sequences\[1\] lacks \['y'\] and has \['z'\] in addition"
    ):
        pad_sequences([first, kind({"z": [1.0], "x": [2.0]})])
    with pytest.raises(ValueError, match=r"lacks \['y'\]\."):
        pad_sequences([first, kind({"x": [2.0]})])
    with pytest.warns(
        UserWarning, match=r"sequences\[0\] does not have column names.* matched by position"
    ):
        np.testing.assert_array_equal(pad_sequences([[[5.0, 6.0]], first])[1], expected[0])


def test_columns_of_equal_names_are_joined_where_their_order_is_the_same():
    twice = pd.DataFrame([[1.0, 2.0, 3.0]], columns=["x", "x", "y"])
    np.testing.assert_array_equal(pad_sequences([twice, twice]), [[[1, 2, 3]]] * 2)
    for other in (twice.iloc[:, ::-1], twice.iloc[:, 1:]):
        with pytest.raises(ValueError, match=r"since \['x'\] occurs more than once"):
            pad_sequences([twice, other])
    # Columns of mixed types keep each value, and numbers of columns have no names.
    ids = pd.DataFrame({0: [LARGE], 1: [0.5]})
    assert pad_sequences([ids, [[1, 2]]]).tolist() == [[[LARGE, 0.5]], [[1, 2]]]


def test_frames_and_predictions():
    frames = [pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]}), pd.DataFrame({"x": [5], "y": [6]})]
    padded = pad_sequences(frames)
    np.testing.assert_array_equal(padded[1], [[NAN, NAN], [5, 6]])
    predicted = np.arange(4).reshape(2, 2)
    back = unpad_sequences(predicted, lengths=[len(frame) for frame in frames])
    assert [labels.tolist() for labels in back] == [[0, 1], [3]]


@pytest.mark.parametrize(
    ("padded", "expected", "dtype"),
    [
        ([["a", NAN], [None, "b"]], [["a", None], ["b"]], object),
        ([["a", "c"], ["d", "b"]], [["a", "c"], ["d", "b"]], np.dtype("<U1")),
        ([[True, False], [None, True]], [[True, False], [True]], object),
        ([[LARGE, LARGE - 1], [None, LARGE]], [[LARGE, LARGE - 1], [LARGE]], object),
        ([[LARGE, 1], [2, 3]], [[LARGE, 1], [2, 3]], np.int64),
        ([[None, 1.5], [2.5, 3.5]], [[1.5], [2.5, 3.5]], np.float64),
    ],
)
def test_lists_are_cut_without_a_conversion(padded, expected, dtype):
    found = unpad_sequences(padded)
    assert [row.tolist() for row in found] == expected
    assert {row.dtype for row in found} == {np.dtype(dtype)}


BAD = [
    ([], "sequences is empty"),
    ("abc", "must be a list of arrays.*Got str"),
    (None, "must be a list of arrays.*Got NoneType"),
    (3.0, "must be a list of arrays.*Got float"),
    ({"a": [1.0]}, "must be a list of arrays.*Got dict"),
    (pd.DataFrame([[1.0]]), "must be a list of arrays.*Got DataFrame"),
    ([1.0, 2.0], r"sequences\[0\] must have the shape .* got float. .* \[sequence\]"),
    (["ab", "c"], r"sequences\[0\] must have the shape"),
    ([[1.0], [[1.0], [2.0, 3.0]]], r"sequences\[1\] must have the shape"),
    ([np.zeros((1, 2, 3))], r"sequences\[0\] must have the shape .* got \(1, 2, 3\)"),
    ([[1.0], []], r"sequences\[1\] has shape \(0,\): a sequence needs at least one step"),
    (
        [np.zeros((2, 2)), np.zeros((2, 3))],
        r"sequences\[1\] has shape \(2, 3\), but sequences\[0\]",
    ),
    ([[1.0], np.zeros((2, 1))], "all sequences need the same features"),
    ([[1j, 2.0]], "must contain numbers, text or booleans"),
    ([np.array([1j])], "must contain numbers, text or booleans, got complex128"),
    (polars.DataFrame({"x": [1.0]}), "must be a list of arrays.*Got DataFrame"),
    ([pd.date_range("2020", periods=3)], r"sequences\[0\] must contain numbers"),
]


@pytest.mark.parametrize(("sequences", "words"), BAD)
def test_bad_sequences(sequences, words):
    with pytest.raises(ValueError, match=words):
        pad_sequences(sequences)


def test_bad_lengths():
    with pytest.raises(ValueError, match=r"sequences\[1\] has 3 steps, but n_timesteps=2.*-2:"):
        pad_sequences([[1.0], [1.0, 2.0, 3.0]], n_timesteps=2)
    with pytest.raises(ValueError, match="'n_timesteps' parameter"):
        pad_sequences([[1.0]], n_timesteps=0)
    padded = pad_sequences([[1.0, 2.0], [3.0]])
    for wrong in ([1], [1, 3], [-1, 1], [1.0, 2.0], 2):
        with pytest.raises(ValueError, match="lengths must contain 2 integers between 0 and 2"):
            unpad_sequences(padded, wrong)
    with pytest.raises(ValueError, match=r"padded has shape \(2,\)"):
        unpad_sequences([1.0, 2.0])


def test_ten_thousand_sequences_pad_quickly():
    lengths = RNG.randint(5, 201, size=10_000)
    sequences = [np.ones((n, 4), np.float32) for n in lengths]
    start = time.process_time()  # which does not count what other processes do
    padded = pad_sequences(sequences)
    assert time.process_time() - start < 1
    np.testing.assert_array_equal(200 - count_leading_gaps(padded), lengths)


@pytest.mark.parametrize("dtype", [bool, "boolean", object, "bool[pyarrow]"])
def test_booleans_in_tables_are_numbers(dtype):
    tables = [pd.DataFrame({"a": rows}, dtype=dtype) for rows in ([True, False], [True])]
    padded = pad_sequences(tables)
    assert padded.dtype == np.float64
    np.testing.assert_array_equal(padded[..., 0], [[1, 0], [NAN, 1]])


def test_booleans_beside_numbers_and_beside_text():
    mixed = pd.DataFrame({"a": pd.array([True, None], dtype="boolean"), "b": [0.5, 2]})
    np.testing.assert_array_equal(pad_sequences([mixed])[0], [[1, 0.5], [NAN, 2]])
    text = pad_sequences([mixed.assign(b=["x", "y"])])[0]
    assert text.tolist() == [[True, "x"], [None, "y"]]
