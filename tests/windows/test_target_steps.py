"""Targets of sequences of unequal lengths."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skrnn import RNNClassifier, RNNRegressor, pad_sequences
from skrnn.windows._target_steps import are_nested, padded_targets, with_steps_of

RANDOM = np.random.RandomState(0)
LENGTHS = [5, 7, 9, 6, 8, 7]
X = [RANDOM.normal(size=(length, 2)) for length in LENGTHS]
Y = [np.sign(x[:, 0]) for x in X]
NAN = np.nan
SMALL = {"units": 2, "epochs": 1, "random_state": 0, "engine": "numpy"}


def objects(y):
    array = np.empty(len(y), object)
    array[:] = y
    return array


@pytest.mark.parametrize(
    ("y", "nested"),
    [
        (Y, True),
        (tuple(Y), True),
        (objects(Y), True),
        (pd.Series(Y), True),
        ([pd.Series([1.0]), pd.Series([1.0, 2])], True),
        ([["a", "b"], ["a"]], True),
        ([1.0, 2.0], False),
        (["one", "three"], False),
        (np.array(["one", "three"], object), False),
        ([[1, 2], [3, 4]], False),
        (np.zeros((2, 3)), False),
        (pd.DataFrame(np.zeros((2, 3))), False),
        ([], False),
        (None, False),
        (7, False),
    ],
)
def test_lists_of_sequences_are_found(y, nested):
    assert are_nested(y) == nested


def test_a_list_is_padded_in_front():
    np.testing.assert_array_equal(padded_targets([[1.0, 2], [3.0]]), [[1, 2], [NAN, 3]])


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([Y[0][1:], *Y[1:]], r"^y_val\[0\] has 4 steps, but X_val\[0\] 5: with return_seq"),
        ([*Y[:5], np.zeros(10)], r"^y_val\[5\] has 10 steps, but X_val\[5\] 7"),
    ],
)
def test_each_step_needs_a_target(y, message):
    with pytest.raises(ValueError, match=message):
        padded_targets(y, pad_sequences(X), "y_val")


def test_the_first_steps_of_a_sequence_may_be_unknown():
    unknown = [np.where(np.arange(len(x))[:, None] < 2, NAN, x) for x in X]
    assert padded_targets(Y, pad_sequences(unknown)).shape == (6, 9)


@pytest.mark.parametrize(
    ("y", "windows", "expected"),
    [
        ([[NAN, NAN, 1, 2]], [[0, 0]], [[1, 2]]),
        ([[1, 2]], [[NAN, 0, 0]], [[NAN, 1, 2]]),
        ([[[NAN, NAN], [1, NAN]]], [[0]], [[[1, NAN]]]),
        ([[[1, 2]]], [[NAN, 0]], [[[NAN, NAN], [1, 2]]]),
        ([[NAN, 1]], [[0, 0]], [[NAN, 1]]),
    ],
)
def test_padding_in_front_is_cut_or_added(y, windows, expected):
    windows = np.array(windows, float)[..., None]
    np.testing.assert_array_equal(with_steps_of(np.array(y, float), windows), expected)


@pytest.mark.parametrize(
    ("n_steps", "n_timesteps", "advice"),
    [
        (
            299,
            295,
            r"pad_sequences\(X, n_timesteps=299\), or in a pipeline Func.*'n_timesteps': 2",
        ),
        (295, 299, r"pad_sequences\(y, n_timesteps=299\)\.$"),
    ],
)
def test_known_steps_are_never_cut(n_steps, n_timesteps, advice):
    with pytest.raises(
        ValueError, match=f"y has {n_steps} steps, but the windows have .*{advice}"
    ):
        with_steps_of(np.zeros((2, n_steps)), np.zeros((2, n_timesteps, 1)))


def padded_rows(rows):
    return [pad_sequences([sequences[i] for i in rows]) for sequences in (X, Y)]


@pytest.mark.parametrize("estimator", [RNNRegressor, RNNClassifier])
@pytest.mark.parametrize("padded", [False, True])
def test_folds_of_sequences_may_have_fewer_steps(estimator, padded):
    y = pad_sequences(Y) if padded else Y
    model = make_pipeline(
        FunctionTransformer(pad_sequences), estimator("gru", return_sequences=True, **SMALL)
    )
    splitter, groups = GroupKFold(3), [0, 0, 1, 1, 2, 2]
    scores = cross_val_score(model, X, y, groups=groups, cv=splitter, error_score="raise")
    train, test = next(splitter.split(X, groups=groups))
    rows = pad_sequences([X[i] for i in train]), pad_sequences([Y[i] for i in train])
    alone = estimator("gru", return_sequences=True, **SMALL).fit(*rows)
    expected = alone.score(
        pad_sequences([X[i] for i in test]), pad_sequences([Y[i] for i in test])
    )
    assert scores[0] == pytest.approx(expected, abs=1e-12)


def test_other_padding_of_labels_and_of_likelihoods():
    long, y = pad_sequences(X, n_timesteps=12), pad_sequences(Y)
    normal = RNNRegressor("gru", return_sequences=True, loss="normal", **SMALL).fit(long, y)
    assert normal.log_likelihood(long, y) == normal.log_likelihood(long, Y)
    tags = RNNClassifier("gru", return_sequences=True, missing_label=0, **SMALL)
    tags.fit(long, Y)
    assert tags.score(long, np.nan_to_num(y)) == tags.score(long, Y)


@pytest.mark.parametrize("estimator", [RNNRegressor, RNNClassifier])
def test_what_is_no_array_is_an_error_that_says_what_to_do(estimator):
    with pytest.raises(ValueError, match=r"^X is a list of sequences .*pad_sequences\(X\) combi"):
        estimator().fit(X, [y[0] for y in Y])
    with pytest.raises(ValueError, match=r"^y has rows of unequal lengths, "):
        estimator().fit(pad_sequences(X), Y)
