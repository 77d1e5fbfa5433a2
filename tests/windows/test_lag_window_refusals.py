"""What LagWindowTransformer refuses: each with its type and words."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.compose import make_column_selector
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skrnn import LagWindowTransformer


@pytest.fixture
def temperatures():
    """Three days of two features."""
    return pd.DataFrame(
        {"temp": [20.7, 17.9, 18.8], "wind": [1.0, 2.0, 3.0]},
        index=pd.date_range("1981-01-01", periods=3, name="day"),
    )


FIT_AND_TRANSFORM = ["fit", "fit_transform", "transform"]


def call(method, X, transformer):
    if method == "transform":
        transformer.fit(np.arange(8.0).reshape(4, 2))
    return getattr(transformer, method)(X)


@pytest.mark.parametrize("method", FIT_AND_TRANSFORM)
@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        (np.ones(4), ValueError, "Expected 2D array, got 1D array instead"),
        (pd.Series([1.0, 2.0]), ValueError, "Expected a 2-dimensional container"),
        (np.ones((4, 2, 1)), ValueError, "Found array with dim 3"),
        (np.float64(3.0), ValueError, "Expected 2D array, got scalar array"),
        (np.ones((0, 2)), ValueError, "0 sample"),
        (np.ones((4, 0)), ValueError, "0 feature"),
        ([[1.0, 2.0], [3.0]], ValueError, "inhomogeneous"),
        ([[1.0, np.inf]], ValueError, "Input X contains infinity"),
        ([[1.0, -np.inf]], ValueError, "Input X contains infinity"),
        (np.array([[1.0, np.inf]], dtype=np.float32), ValueError, "infinity"),
        ([["cold", 1.0], [2.0, 3.0]], ValueError, "could not convert string to float"),
        (
            pd.DataFrame([["cold", 1.0], [2.0, 3.0]]),
            ValueError,
            "could not convert string to float",
        ),
        (np.array([[1.0, 2.0j]]), ValueError, "Complex data not supported"),
        (sparse.csr_array(np.eye(2)), TypeError, "Sparse data was passed"),
        (sparse.csr_matrix(np.eye(2)), TypeError, "Sparse data was passed"),
        (
            pd.DataFrame({"day": pd.date_range("1981-01-01", periods=3), "temp": 1.0}),
            ValueError,
            "X must contain numbers, got a column of datetime64.*Make the dates the index",
        ),
        (pd.DataFrame(np.ones((3, 2)), index=[0, 2, 1]), ValueError, "not in time order: 1 at"),
        (pd.DataFrame(np.ones((3, 2)), index=[2, 1, 0]), ValueError, "not in time order"),
        (pd.DataFrame(np.ones((3, 2)), index=[0, 1, 1]), ValueError, "repeats the label 1"),
        (
            pd.DataFrame(np.ones((2, 2)), index=pd.to_datetime(["1981-01-02", "1981-01-01"])),
            ValueError,
            "1981-01-01 00:00:00 at row 1 is earlier than 1981-01-02",
        ),
        (
            pd.DataFrame(np.ones((2, 2)), index=pd.to_datetime(["1981-01-02"] * 2)),
            ValueError,
            "repeats the label 1981-01-02",
        ),
        (
            pd.DataFrame(np.ones((2, 2)), index=pd.to_datetime(["1981-01-02", None])),
            ValueError,
            "no label at row 1",
        ),
    ],
)
@pytest.mark.parametrize("context", ["auto", "none", "fitted"])
def test_bad_series(method, X, error, words, context):
    with pytest.raises(error, match=words):
        call(method, X, LagWindowTransformer(context=context))


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"lag": 0}, r"'lag' parameter .* an int in the range \[1, inf\). Got 0 instead"),
        ({"lag": -3}, "'lag' parameter .* Got -3 instead"),
        ({"lag": 3.0}, "'lag' parameter .* Got 3.0 instead"),
        ({"lag": True}, "'lag' parameter .* Got True instead"),
        ({"lag": np.True_}, "'lag' parameter .* Got (np.)?True_? instead"),
        ({"lag": "3"}, "'lag' parameter .* Got '3' instead"),
        ({"lag": None}, "'lag' parameter .* Got None instead"),
        ({"lag": [3, 4]}, r"'lag' parameter .* Got \[3, 4\] instead"),
        ({"horizon": -1}, r"'horizon' parameter .* \[0, inf\). Got -1 instead"),
        ({"horizon": 1.0}, "'horizon' parameter .* Got 1.0 instead"),
        ({"horizon": False}, "'horizon' parameter .* Got False instead"),
        ({"flatten": "yes"}, "'flatten' parameter .* Got 'yes' instead"),
        ({"flatten": None}, "'flatten' parameter .* Got None instead"),
        ({"context": "past"}, "'context' parameter .* Got 'past' instead"),
        ({"context": None}, "'context' parameter .* Got None instead"),
        ({"known_features": 0.5}, "'known_features' parameter .* Got 0.5 instead"),
        ({"known_features": [0.5]}, r"known_features must contain names .*; got \[0.5\]"),
        ({"known_features": 2}, "known_features must contain .*positions from -2 to 1.*; got 2"),
        ({"known_features": [0, -3]}, r"positions from -2 to 1.*; got \[0, -3\]"),
        ({"known_features": "sun"}, r"known_features names .*'sun'.*: \['temp', 'wind'\]"),
        ({"known_features": ["temp", "sun"]}, "known_features names the feature 'sun'"),
        ({"known_features": slice("sun", None)}, "known_features names the feature 'sun'"),
        ({"known_features": [True]}, "known_features is a mask of 1 entries, but X has 2"),
        ({"known_features": lambda X: "sun"}, "known_features names the feature 'sun'"),
        ({"known_features": lambda X: None}, "known_features must contain .*; got None"),
    ],
)
def test_bad_settings(temperatures, method, settings, words):
    transformer = LagWindowTransformer(**settings)
    with pytest.raises(ValueError, match=words):
        getattr(transformer, method)(temperatures)
    assert not hasattr(transformer, "history_")


def test_a_fit_that_failed_is_none(temperatures):
    transformer = LagWindowTransformer(known_features="sun")
    with pytest.raises(ValueError, match="known_features"):
        transformer.fit(temperatures)
    with pytest.raises(NotFittedError):
        transformer.transform(temperatures)


@pytest.mark.parametrize("spec", ["temp", ["temp"], slice("temp", None)])
def test_names_need_a_frame(spec):
    pipe = make_pipeline(MinMaxScaler(), LagWindowTransformer(known_features=spec))
    frame = pd.DataFrame({"temp": [1.0, 2.0]})
    with pytest.raises(ValueError, match=r"but X has no feature names.*set_output\(transform="):
        pipe.fit(frame)
    pipe.set_output(transform="pandas").fit(frame)


def test_a_selector_of_columns_needs_a_frame():
    transformer = LagWindowTransformer(known_features=make_column_selector("^w"))
    with pytest.raises(ValueError, match="can only be applied to pandas dataframes"):
        transformer.fit(np.ones((4, 2)))


@pytest.mark.parametrize("method", ["transform", "inverse_transform", "get_feature_names_out"])
def test_unfitted(method):
    transformer = LagWindowTransformer(horizon=0, flatten=True)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(transformer, method)(np.ones((4, 2)))


def test_features_that_differ_from_fit(temperatures):
    transformer = LagWindowTransformer().fit(temperatures)
    for X, words in [
        (temperatures[["wind", "temp"]], "Feature names must be in the same order"),
        (temperatures.rename(columns={"wind": "sun"}), "Feature names unseen at fit time"),
        (temperatures[["temp"]], "Feature names seen at fit time, yet now missing"),
        (temperatures.assign(sun=1.0), "Feature names unseen at fit time"),
    ]:
        with pytest.raises(ValueError, match=words):
            transformer.transform(X)
    with pytest.raises(ValueError, match="X has 3 features, but LagWindowTransformer is exp"):
        LagWindowTransformer().fit(np.ones((4, 2))).transform(np.ones((4, 3)))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"lag": 4}, "lag=4 and horizon=1 have been set since fit.* Call fit again"),
        ({"horizon": 3}, "lag=3 and horizon=3 have been set since fit"),
        ({"lag": 0}, "'lag' parameter"),
        ({"context": "past"}, "'context' parameter"),
    ],
)
def test_settings_after_fit(temperatures, settings, words):
    transformer = LagWindowTransformer(lag=3).fit(temperatures)
    transformer.set_params(**settings)
    with pytest.raises(ValueError, match=words):
        transformer.transform(temperatures)


def test_a_setting_that_is_not_there():
    with pytest.raises(TypeError, match="unexpected keyword argument 'lags'"):
        LagWindowTransformer(lags=3)
    with pytest.raises(TypeError, match="positional argument"):
        LagWindowTransformer(3, 1)
