"""StepScaler: each feature over all steps, compared with scikit-learn's scalers of a table."""

import pickle
import warnings

import numpy as np
import pandas as pd
import polars
import pytest
from sklearn.base import clone
from sklearn.impute import SimpleImputer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    Normalizer,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn import RNNClassifier, StepScaler, pad_sequences, unpad_sequences

RNG = np.random.RandomState(0)
LENGTHS = (2, 5, 1, 4)
SEQUENCES = [RNG.normal(3, 5, (n, 2)) * [1, 100] for n in LENGTHS]
STEPS = np.concatenate(SEQUENCES)
NAN = np.nan


@parametrize_with_checks([StepScaler(), StepScaler("minmax")])
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize(
    ("scaler", "same"),
    [
        ("standard", StandardScaler()),
        ("minmax", MinMaxScaler()),
        (RobustScaler(), RobustScaler()),
        (PowerTransformer(), PowerTransformer()),
    ],
    ids=str,
)
def test_sequences_windows_and_tables_have_the_scale_of_their_steps(scaler, same):
    expected = same.fit_transform(STEPS)
    ours = StepScaler(scaler)
    scaled = ours.fit_transform(SEQUENCES)
    np.testing.assert_allclose(np.concatenate(scaled), expected)
    assert [len(sequence) for sequence in scaled] == list(LENGTHS)
    np.testing.assert_allclose(ours.fit_transform(STEPS), expected)
    windows = STEPS.reshape(4, 3, 2)
    np.testing.assert_allclose(ours.fit_transform(windows), expected.reshape(4, 3, 2))
    padded = pad_sequences(SEQUENCES)
    for row, sequence in zip(unpad_sequences(ours.fit_transform(padded)), scaled, strict=True):
        np.testing.assert_allclose(row, sequence)


def test_each_form_can_be_transformed_after_a_fit_on_any_other():
    scaler = StepScaler().fit(SEQUENCES)
    expected = StandardScaler().fit(STEPS).transform(STEPS)
    np.testing.assert_allclose(scaler.transform(STEPS), expected)
    np.testing.assert_allclose(scaler.transform(STEPS[None])[0], expected)
    np.testing.assert_allclose(scaler.transform([STEPS])[0], expected)
    np.testing.assert_allclose(scaler.transform([list(map(list, STEPS))])[0], expected)


@pytest.mark.parametrize("form", ["list", "padded", "table"])
@pytest.mark.parametrize("scaler", ["standard", "minmax", PowerTransformer()], ids=str)
def test_inverse(scaler, form):
    X = {"list": SEQUENCES, "padded": pad_sequences(SEQUENCES), "table": STEPS}[form]
    ours = StepScaler(scaler).fit(X)
    back = ours.inverse_transform(ours.transform(X))
    for one, other in zip(back, X, strict=True):
        np.testing.assert_allclose(one, other)


def test_nan_is_ignored_and_kept():
    windows = np.array([[[NAN, 5.0], [1.0, NAN]], [[3.0, 7.0], [NAN, 6.0]]])
    expected = [[[NAN, 0.0], [0.0, NAN]], [[1.0, 1.0], [NAN, 0.5]]]
    np.testing.assert_allclose(StepScaler("minmax").fit_transform(windows), expected)


@pytest.mark.parametrize(
    ("transformer", "method"),
    [
        (SimpleImputer(), "transform"),
        (SimpleImputer(strategy="constant", fill_value=0.0), "transform"),
        (FunctionTransformer(lambda X: np.nan_to_num(X).astype(int)), "transform"),
        (
            FunctionTransformer(inverse_func=np.nan_to_num, check_inverse=False),
            "inverse_transform",
        ),
    ],
)
def test_padding_is_not_filled(transformer, method):
    sequences = [[[1.0, 2.0]], [[3.0, NAN], [5.0, 6.0], [7.0, 8.0]]]
    padded = pad_sequences(sequences)
    scaler = StepScaler(transformer).fit(sequences)
    found = getattr(scaler, method)(padded)
    assert np.isnan(found[0, :2]).all()
    np.testing.assert_array_equal(found[0, 2], [1.0, 2.0])
    assert not np.isnan(found[1]).any()


def test_a_feature_that_is_never_known_is_not_scaled():
    windows = np.array([[[1.0, NAN], [3.0, NAN]]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in ("standard", "minmax"):
            scaler = StepScaler(name).fit(windows)
            assert np.isnan(scaler.transform(windows)[..., 1]).all()
            assert scaler.transform([[[1.0, 7.0]]])[0][0, 1] == 7.0


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_type_and_input_are_kept(dtype):
    windows = STEPS.reshape(4, 3, 2).astype(dtype)
    before = windows.copy()
    scaler = StepScaler().fit(windows)
    assert scaler.transform(windows).dtype == dtype
    assert {one.dtype for one in scaler.transform(list(windows))} == {np.dtype(dtype)}
    np.testing.assert_array_equal(windows, before)


def test_partial_fit_of_parts_is_fit_of_all():
    scaler = StepScaler().partial_fit(SEQUENCES[:1]).partial_fit(pad_sequences(SEQUENCES[1:]))
    np.testing.assert_allclose(scaler.scaler_.mean_, STEPS.mean(axis=0))
    np.testing.assert_allclose(scaler.scaler_.scale_, STEPS.std(axis=0))
    with pytest.raises(ValueError, match="3 features, but StepScaler is expecting 2"):
        scaler.partial_fit(np.zeros((1, 2, 3)))


def test_methods_that_the_scaler_lacks_are_absent():
    assert not hasattr(StepScaler(RobustScaler()), "partial_fit")
    assert not hasattr(StepScaler(Normalizer()), "inverse_transform")
    assert hasattr(StepScaler(FunctionTransformer()), "inverse_transform")
    assert hasattr(StepScaler("minmax"), "partial_fit")


def test_names_of_frames():
    frames = [pd.DataFrame(s, columns=["sun", "rain"]) for s in SEQUENCES]
    scaler = StepScaler().fit(frames)
    assert list(scaler.feature_names_in_) == ["sun", "rain"]
    assert list(scaler.get_feature_names_out()) == ["sun", "rain"]
    expected = StandardScaler().fit_transform(STEPS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        turned = [frames[0], *(frame[["rain", "sun"]] for frame in frames[1:])]
        np.testing.assert_allclose(np.concatenate(scaler.transform(turned)), expected)
        np.testing.assert_allclose(scaler.transform(pd.concat(frames)), expected)
    with pytest.raises(ValueError, match="feature names"):
        scaler.transform([frame.rename(columns={"rain": "snow"}) for frame in frames])


@pytest.mark.parametrize("fitted_on", ["table", "sequences"])
def test_tables_in_a_chosen_container(fitted_on):
    index = pd.date_range("2024-01-01", periods=len(STEPS))
    table = pd.DataFrame(STEPS, index, ["sun", "rain"])
    X = table if fitted_on == "table" else [table]
    scaler = clone(StepScaler().set_output(transform="pandas")).fit(X)
    out = scaler.transform(table)
    pd.testing.assert_index_equal(out.index, index)
    assert list(out.columns) == ["sun", "rain"]
    assert isinstance(scaler.transform([table])[0], np.ndarray)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        assert isinstance(scaler.transform(STEPS[None]), np.ndarray)
    scaler.set_output(transform="polars")
    assert isinstance(scaler.transform(table), polars.DataFrame)
    assert isinstance(scaler.set_output(transform="default").transform(table), np.ndarray)


def test_clone_and_pickle():
    scaler = StepScaler(RobustScaler()).fit(SEQUENCES)
    restored = pickle.loads(pickle.dumps(scaler))
    np.testing.assert_array_equal(restored.transform(STEPS), scaler.transform(STEPS))
    assert not hasattr(clone(scaler), "scaler_")
    assert not hasattr(scaler.scaler, "center_")


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (np.zeros((2, 3, 2, 1)), r"shape \(2, 3, 2, 1\), expected windows of shape"),
        (np.zeros((2, 0, 2)), "at least 1 of each"),
        ([[1.0, 2.0], [3.0]], r"be of shape \(length, n_features\); got shape \(length,\)"),
        (
            [[["a"], ["b"]], [["c"]]],
            r"X\[0\] must contain numbers, but has 'a' in step 0, feature 0",
        ),
        ([[[1.0], [2.0]], [[1.0, 2.0]]], "need the same features"),
        ([[[1.0], [np.inf]], [[1.0]]], "infinity"),
        (np.full((2, 2, 1), np.inf), "infinity"),
        (np.array(["a", "b"]), "could not convert|dtype"),
        (pd.DataFrame({"day": pd.date_range("2024-01-01", periods=2)}), "must contain numbers"),
        (3.0, "Expected 2D array|scalar"),
    ],
)
def test_wrong_data(X, message):
    with pytest.raises(ValueError, match=message):
        StepScaler().fit(X)


@pytest.mark.parametrize("scaler", ["robust", None, 3, StandardScaler])
def test_wrong_scaler(scaler):
    words = "'scaler' parameter of StepScaler must be|an instance of scikit-learn estimator"
    with pytest.raises((ValueError, TypeError), match=words):
        StepScaler(scaler).fit(STEPS)


def test_a_failed_fit_changes_nothing():
    scaler = StepScaler().fit(STEPS)
    with pytest.raises(ValueError, match="infinity"):
        scaler.fit(np.full((2, 2, 1), np.inf))
    assert scaler.n_features_in_ == 2
    scaler.transform(STEPS)


CONVERTED = {
    "pandas": pd.DataFrame,
    "polars": lambda frame: polars.DataFrame(frame.to_dict("list")),
    "numpy": pd.DataFrame.to_numpy,
    "lists": lambda frame: frame.to_numpy().tolist(),
}


@pytest.mark.parametrize("container", CONVERTED)
def test_booleans_are_numbers_in_lists_too(container):
    frames = [pd.get_dummies(pd.Series(list(text)), prefix="k") for text in ("aab", "ba")]
    scaled = StepScaler("minmax").fit_transform([CONVERTED[container](one) for one in frames])
    for found, frame in zip(scaled, frames, strict=True):
        np.testing.assert_array_equal(found, frame.to_numpy(float))


def test_booleans_beside_numbers_in_lists():
    frames = [pd.get_dummies(pd.Series(list(text))) for text in ("aab", "ba")]
    frames = [one.assign(size=[1.0, 3.0, 2.0][: len(one)]) for one in frames]
    expected = MinMaxScaler().fit_transform(pd.concat(frames).astype(float))
    found = StepScaler("minmax").fit_transform(frames)
    np.testing.assert_allclose(np.concatenate(found), expected)


@pytest.mark.filterwarnings("ignore:.*matched by position:UserWarning")
def test_names_after_a_sequence_without_names_are_checked():
    frame = pd.DataFrame({"a": [0.0, 1.0], "b": [5.0, 9.0]})
    scaler = StepScaler().fit([frame, frame])
    swapped = [np.ones((2, 2)), frame[["b", "a"]]]
    with pytest.raises(ValueError, match="feature names"):
        scaler.transform(swapped)
    by_name = scaler.transform([np.ones((2, 2)), frame, frame[["b", "a"]]])
    np.testing.assert_array_equal(by_name[1], by_name[2])


def test_scaling_before_padding_finds_columns_in_another_order():
    rng = np.random.RandomState(0)
    X = [pd.DataFrame(rng.normal(size=(n, 2)), columns=["hr", "spo2"]) for n in [5, 3, 6, 4] * 3]
    y = ["high", "low"] * 6
    pipe = make_pipeline(
        StepScaler(),
        FunctionTransformer(pad_sequences),
        RNNClassifier("gru", units=2, epochs=2, random_state=0),
    )
    assert np.isfinite(cross_val_score(pipe, X, y, cv=3)).all()
    with pytest.raises(ValueError, match="feature names"):
        pipe.fit(X, y).predict([frame[["spo2", "hr"]] for frame in X])


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_values_whose_squares_may_be_infinite(method):
    """A StandardScaler of scikit-learn returns NaN for them, which a network would skip."""
    X = np.arange(12.0).reshape(2, 3, 2)
    huge = X * 1e200
    scaled = StepScaler("minmax").fit_transform(huge)
    np.testing.assert_allclose(scaled, StepScaler("minmax").fit_transform(X))
    for given in (huge, list(huge), huge[0]):
        with pytest.raises(ValueError, match=r"X contains a value of magnitude .*e\+20[01]"):
            getattr(StepScaler().fit(X) if method == "partial_fit" else StepScaler(), method)(
                given
            )
    assert np.isfinite(StepScaler().fit_transform(X * 1e148)).all()
