"""Sequences of unequal lengths: padded in front, by value, and back."""

import time

import numpy as np
import pandas as pd
import pytest

from skrnn import pad_sequences, unpad_sequences
from skrnn.windows._sequences import count_leading_gaps

RNG = np.random.RandomState(0)
NAN = np.nan


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, bool])
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


def test_frames_and_predictions():
    frames = [pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]}), pd.DataFrame([[5.0, 6.0]])]
    padded = pad_sequences(frames)
    np.testing.assert_array_equal(padded[1], [[NAN, NAN], [5, 6]])
    predicted = np.arange(4).reshape(2, 2)
    back = unpad_sequences(predicted, lengths=[len(frame) for frame in frames])
    assert [labels.tolist() for labels in back] == [[0, 1], [3]]


BAD = [
    ([], "sequences is empty"),
    ("abc", "must be a list of arrays.*Got str"),
    (None, "must be a list of arrays.*Got NoneType"),
    (3.0, "must be a list of arrays.*Got float"),
    ({"a": [1.0]}, "must be a list of arrays.*Got dict"),
    (pd.DataFrame([[1.0]]), "must be a list of arrays.*Got DataFrame"),
    ([1.0, 2.0], r"sequences\[0\] must have the shape .* got float"),
    (["ab", "c"], r"sequences\[0\] must have the shape"),
    ([[1.0], [[1.0], [2.0, 3.0]]], r"sequences\[1\] must have the shape"),
    ([np.zeros((1, 2, 3))], r"sequences\[0\] must have the shape .* got \(1, 2, 3\)"),
    ([[1.0], []], r"sequences\[1\] has shape \(0,\): a sequence needs at least one step"),
    (
        [np.zeros((2, 2)), np.zeros((2, 3))],
        r"sequences\[1\] has shape \(2, 3\), but sequences\[0\]",
    ),
    ([[1.0], np.zeros((2, 1))], "all sequences need the same features"),
    ([pd.date_range("2020", periods=3)], r"sequences\[0\] must hold numbers"),
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
