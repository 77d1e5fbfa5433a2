"""Categories in series of which windows are made."""

from enum import Enum

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skrnn import LagWindowTransformer
from skrnn.windows._category_codes import CategoryCodes
from skrnn.windows._views import series_of_windows

DAYS = pd.date_range("2024-01-01", periods=6)
FRAME = pd.DataFrame(
    {"x": [1.0, np.nan, 3, 4, 5, 6], "kind": ["b", "a", None, "b", "c", "a"]}, DAYS
)


def test_codes_are_positions_and_new_categories_follow():
    codes, series = CategoryCodes.of(FRAME[:4])
    np.testing.assert_array_equal(series, [[1, 0], [np.nan, 1], [3, np.nan], [4, 0]])
    assert series.index.equals(DAYS[:4])
    later, series = codes.coded(FRAME)
    assert later.values[1].tolist() == ["b", "a", "c"]
    windows = later.decoded(series.to_numpy()[:, None])
    assert windows[:, 0, 1].tolist() == ["b", "a", None, "b", "c", "a"]
    assert codes.values[1].tolist() == ["b", "a"]


def test_members_of_an_enumeration_of_text_are_their_text():
    kinds = Enum("Kind", {"A": "a", "B": "b"}, type=str)
    members, texts = (pd.DataFrame({"kind": each}) for each in (list(kinds), ["a", "b"]))
    codes, series = CategoryCodes.of(members)
    np.testing.assert_array_equal(series, codes.coded(texts)[1])
    np.testing.assert_array_equal(series, CategoryCodes.of(texts)[0].coded(members)[1])
    assert codes.values[0].tolist() == ["a", "b"]


@pytest.mark.parametrize("X", [FRAME[["x"]], FRAME[["x"]].to_numpy(), [[1.0], [2.0]]])
def test_numbers_are_left_alone(X):
    codes, series = CategoryCodes.of(X)
    assert codes is None
    assert series is X


@pytest.mark.parametrize(
    "X",
    [
        FRAME,
        FRAME.astype({"kind": "category"}),
        FRAME.astype({"kind": "string"}),
        FRAME.to_numpy(),
        FRAME.to_numpy().tolist(),
        pl.from_pandas(FRAME),
    ],
)
def test_windows_of_every_form(X):
    transformer = LagWindowTransformer(2, context="fitted")
    windows = transformer.fit_transform(X)
    assert windows.shape == (6, 2, 2)
    assert pd.isna(windows[0]).all()
    assert windows[2, :, 1].tolist() == ["b", "a"]
    assert series_of_windows(windows) is not None
    later = transformer.transform(X[4:])
    assert later[0].tolist()[0] == [5.0, "c"]  # the last rows of the fitted series


def test_the_past_of_later_rows_is_found_by_the_index():
    transformer = LagWindowTransformer(2).fit(FRAME[:4])
    windows = transformer.transform(FRAME[4:].assign(kind="new"))
    assert windows[0].tolist() == [[3.0, None], [4.0, "b"]]
    assert windows[1].tolist() == [[4.0, "b"], [5.0, "new"]]
    table = transformer.set_params(flatten=True).transform(FRAME[4:])
    assert table[0].tolist() == [3.0, None, 4.0, "b"]


def test_categories_that_are_numbers_become_text():
    X = FRAME.assign(kind=pd.Categorical([1, 2, 1, 1, 2, None]))
    windows = LagWindowTransformer(1, horizon=0).fit_transform(X)
    assert windows[:, 0, 1].tolist() == ["1", "2", "1", "1", "2", None]


@pytest.mark.parametrize("dtype", ["boolean", "bool[pyarrow]", object])
def test_booleans_stay_numbers(dtype):
    X = pd.DataFrame({"x": 1.0, "open": pd.Series([True, None, False], dtype=dtype)})
    for kind in (["a", "b", "a"], 2.0):
        transformer = LagWindowTransformer(1, horizon=0, context="none")
        windows = transformer.fit_transform(X.assign(kind=kind))[:, 0]
        np.testing.assert_array_equal(windows[:, 1].astype(float), [1, np.nan, 0])
        assert windows[:, 2].tolist() == (kind if isinstance(kind, list) else [2.0] * 3)


def test_text_among_numbers_is_no_category():
    with pytest.raises(ValueError, match="could not convert string to float: 'cold'"):
        LagWindowTransformer(1).fit(FRAME.assign(x=["cold", 1.0, 2.0, 3.0, 4.0, 5.0]))


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (FRAME["x"], "Expected a 2-dimensional container"),
        (FRAME["kind"], "could not convert string to float: 'b'"),
        (np.ones(4), "Expected 2D array, got 1D array"),
        (["b", "a"], "could not convert string to float: 'b'"),
        (np.ones((4, 2, 1)), "Found array with dim 3"),
        (np.ones((0, 2)), "0 sample"),
        (np.float64(3.0), "Expected 2D array, got scalar array"),
        (None, "Expected 2D array, got scalar array"),
        (FRAME[["kind"]], "feature names should match"),
        (FRAME.to_numpy()[:, :1], "X has 1 features, but LagWindowTransformer is expecting 2"),
    ],
)
@pytest.mark.filterwarnings("ignore:X does not have valid feature names")
def test_other_shapes_are_refused_after_a_fit_with_categories(X, words):
    transformer = LagWindowTransformer(2, context="none").fit(FRAME)
    with pytest.raises(ValueError, match=words):
        transformer.transform(X)


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
@pytest.mark.parametrize(
    ("X", "known_features"),
    [
        (FRAME.assign(x=np.inf, kind=["z", "a"] * 3), None),
        (FRAME.assign(x=np.inf, kind=1.0), None),
        (FRAME.assign(x=np.inf)[["x"]], None),
        (FRAME.rename(columns={"kind": "sort"}), ["kind"]),
    ],
)
def test_a_failed_fit_changes_nothing(method, X, known_features):
    transformer = LagWindowTransformer(2).fit(FRAME[:4])
    before = transformer.transform(FRAME)
    transformer.set_params(known_features=known_features)
    with pytest.raises(ValueError, match=r"infinity|kind"):
        getattr(transformer, method)(X)
    assert transformer.feature_names_in_.tolist() == ["x", "kind"]
    after = transformer.transform(FRAME)
    pd.testing.assert_frame_equal(pd.DataFrame(after[:, 1]), pd.DataFrame(before[:, 1]))
