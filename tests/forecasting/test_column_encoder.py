"""Which columns of X are categories or static, and what the networks read of them."""

import warnings
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import AutoRNNForecaster, PanelBoosting, RNNForecaster
from skrnn.forecasting._column_encoder import (
    NO_COLUMNS,
    ColumnEncoder,
    check_columns,
    with_boolean_objects,
)
from skrnn.forecasting._series_frames import numbers
from skrnn.windows._category_columns import categorical_names, is_categorical

INDEX = pd.MultiIndex.from_product([["s", "t"], range(3)], names=["shop", "week"])
X = pd.DataFrame(
    {
        "price": [1.0, 2, 3, 1, 2, 3],
        "kind": ["a", "a", None, "b", "b", "b"],
        "size": [5.0, np.nan, 5, 7, 7, 7],
        "event": ["x", "y", "z", "x", "x", None],
        "zero": 0.0,
    },
    INDEX,
)
NAMES = [
    *("price", "kind='b'", "kind unknown", "size"),
    *("event='x'", "event='y'", "event='z'", "event unknown", "zero"),
]


def columns_of(X, categorical="from_dtype", static="auto", most=9, varying=()):
    return ColumnEncoder.of(X, categorical, static, most, varying=varying)


def test_categories_and_static_columns_are_found():
    columns = columns_of(X)
    assert list(columns.categories) == ["kind", "event"]
    assert columns.static == ["kind", "size"]
    assert columns.encoded_names == NAMES
    assert columns.sources.tolist() == [0, 1, 1, 2, 3, 3, 3, 3, 4]
    assert columns.indicators.tolist() == [False, True, True, False, *[True] * 4, False]
    assert columns.static_mask.tolist() == [False, True, True, True, *[False] * 5]
    assert [group.tolist() for group in columns.indicators_of()] == [[1, 2], [4, 5, 6, 7]]
    assert columns.names_of(columns.static_mask) == ["kind", "size"]


def test_encoded_columns():
    encoded = columns_of(X).encoded(X)
    assert list(encoded.columns) == NAMES
    expected = [
        [1, 0, 0, 5, 1, 0, 0, 0, 0],
        [2, 0, 0, 5, 0, 1, 0, 0, 0],
        [3, 0, 0, 5, 0, 0, 1, 0, 0],
        [1, 1, 0, 7, 1, 0, 0, 0, 0],
        [2, 1, 0, 7, 1, 0, 0, 0, 0],
        [3, 1, 0, 7, 0, 0, 0, 1, 0],
    ]
    np.testing.assert_array_equal(encoded, expected)
    pd.testing.assert_index_equal(encoded.index, INDEX)


def test_some_columns_are_encoded_alone():
    columns = columns_of(X)
    pd.testing.assert_frame_equal(columns.encoded(X[["event"]]), columns.encoded(X)[NAMES[4:8]])
    assert columns.encoded(X.assign(new=1.0)).columns[-1] == "new"


def test_numbers_are_left_alone():
    numbers = X[["price", "zero"]]
    columns = columns_of(numbers)
    assert columns.encoded(numbers) is numbers
    assert (columns.categories, columns.static) == ({}, [])
    assert columns.encoded(None) is None
    assert NO_COLUMNS.encoded(numbers) is numbers


@pytest.mark.parametrize(
    ("static", "varying", "expected"),
    [
        ("auto", ["kind"], ["size"]),
        (None, (), []),
        ("kind", (), ["kind"]),
        ([1, "size"][:1], (), ["kind"]),
        (["zero", "size"], ["zero"], ["size", "zero"]),
        ([False, True, False, False, True], (), ["kind", "zero"]),
    ],
)
def test_static(static, varying, expected):
    assert columns_of(X, static=static, varying=varying).static == expected


def test_one_series_has_no_static_columns_unless_they_are_named():
    one = X.loc["s"]
    assert columns_of(one).static == []
    assert columns_of(one, static=["kind"]).static == ["kind"]


def test_a_static_column_must_not_change():
    message = r"static='price' contains the column 'price', .* series 's': it is .*2.0.* at 1"
    with pytest.raises(ValueError, match=message):
        columns_of(X, static="price")


@pytest.mark.parametrize(
    ("categorical", "expected"),
    [
        ("from_dtype", ["kind", "event"]),
        (["event", "kind"], ["kind", "event"]),
        ([1, 3, 4], ["kind", "event", "zero"]),
        ([False, True, False, True, False], ["kind", "event"]),
        (slice("kind", "event"), ["kind", "size", "event"]),
    ],
)
def test_categorical(categorical, expected):
    assert categorical_names(X, categorical) == expected


@pytest.mark.parametrize("categorical", [None, "kind", [1]])
def test_text_that_is_not_named_is_an_error(categorical):
    name = "kind" if categorical is None else "event"
    message = rf"X\['{name}'\] has the dtype {X[name].dtype}.*categorical_features='from_dtype'"
    with pytest.raises(TypeError, match=message):
        columns_of(X, categorical)


@pytest.mark.parametrize("param", ["categorical_features", "static"])
@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("shape", "None, or names, positions or a mask of columns of X.*Got 'shape'"),
        (["kind", "shape"], "names the feature 'shape'"),
        ([7], "positions from -5 to 4"),
        ([True], "mask of 1 entries"),
        (1.5, "must contain names of features"),
    ],
)
def test_wrong_columns(param, value, message):
    values = {"categorical_features": None, "static": None, param: value}
    with pytest.raises(ValueError, match=f"{param}.*{message}"):
        check_columns(values["categorical_features"], values["static"], list(X.columns))


def test_right_columns():
    for value in ("kind", ["kind"], [0, -1], None):
        check_columns(value, value, list(X.columns))
    check_columns("from_dtype", "auto", [])


def test_names_that_two_columns_would_have():
    doubled = X[["kind"]].assign(**{"kind unknown": 1.0})
    with pytest.raises(
        ValueError, match="'kind unknown', which is also the name of the indicator"
    ):
        columns_of(doubled)


def test_most_categories():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encoded = columns_of(X, most=1).encoded(X)
    assert list(encoded.columns)[4:6] == ["event='x'", "event unknown"]


def test_nullable_booleans_remain_categories():
    X = pd.DataFrame({"a": pd.Series([True, None], dtype="boolean"), "b": [True, False]})
    found = with_boolean_objects(X)
    assert [is_categorical(found[name]) for name in X] == [True, False]
    assert found["a"].iloc[0] is True
    assert found["a"].iloc[1] is None
    np.testing.assert_array_equal(numbers(found, "X"), [[1, 1], [np.nan, 0]])
    assert X["a"].dtype == "boolean"
    assert with_boolean_objects(X[["b"]]).equals(X[["b"]])
    assert with_boolean_objects(None) is None


@pytest.mark.parametrize("long", [True, False])
def test_a_forecaster_reads_nullable_booleans_as_it_reads_objects(long):
    days = pd.date_range("2024-01-01", periods=12)
    found = []
    for dtype in ("boolean", object):
        y = pd.Series(np.arange(12.0) % 3, days, name="y")
        X = pd.DataFrame({"b": pd.Series([True, False, None] * 4, days, dtype=dtype)})
        model = RNNForecaster(
            lag=2, units=2, epochs=1, n_networks=1, engine="numpy", random_state=0
        )
        if long:
            table = pd.concat([y, X], axis=1).rename_axis("ds").reset_index()
            model.fit(table.assign(unique_id="a"), fh=1)
        else:
            model.fit(y, X, fh=1)
        assert model.networks_.feature_names == ["b=True", "b unknown"]
        found.append(model.networks_)
        if not long:
            ahead = pd.DataFrame({"b": pd.array([True], dtype=dtype)}, index=days[-1:] + days.freq)
            found[-1] = model.predict(X=ahead).to_numpy()
    if not long:
        np.testing.assert_array_equal(*found)


def test_trees_read_nullable_booleans_as_categories():
    days = pd.date_range("2024-01-01", periods=30)
    X = pd.DataFrame({"b": pd.Series([True, False, None] * 10, days, dtype="boolean")})
    model = PanelBoosting().fit(pd.Series(np.arange(30.0) % 7, days), X, fh=1)
    assert model._columns.names_in_X == ["b=True", "b unknown"]


def test_later_rows_may_have_other_columns_first_and_no_static_ones():
    X = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    columns = ColumnEncoder(["a", "b"], {}, ["b"])
    pd.testing.assert_frame_equal(columns.encoded_past(X[["b", "a"]]), X)
    later = columns.encoded_past(X[["a"]], X.index)
    assert later.columns.tolist() == ["a", "b"]
    assert later["b"].isna().all()
    assert columns.encoded_past(X[["a"]]).columns.tolist() == ["a"]  # an error in fit
    assert columns.encoded_past(None, X.index) is None
    only_static = ColumnEncoder(["b"], {}, ["b"]).encoded_past(None, X.index)
    assert only_static["b"].isna().tolist() == [True, True]


@pytest.mark.parametrize("name", ["network", "local", "trees", "views", "pretrained"])
def test_features_are_matched_by_name_in_update(panel, cheap, name):
    settings = {"known_features": ["x"], "static": ["city", "kind"]}
    network = cheap(scale_by="series", strategy="auto", engine="numpy", **settings)
    trees = PanelBoosting(sp=1, **settings)
    forecaster = {
        "local": network.clone().set_params(pooling="local"),
        "trees": trees,
        "views": AutoRNNForecaster(views={"one": network, "two": trees}),
    }.get(name, network)
    city = panel.index.get_level_values("series").map({"a": 1.0, "b": 2.0, "c": 3.0})
    kind = panel.index.get_level_values("series").map({"a": "sea", "b": "hill", "c": "sea"})
    X = pd.DataFrame({"x": np.sin(panel["y"]), "kind": kind, "city": city}, panel.index)
    other = X[["city", "x", "kind"]]
    start, end = panel.groupby(level=0).head(16), panel.groupby(level=0).nth([16, 17])
    if name == "pretrained":
        forecaster.pretrain(start, X=other, fh=[1])
    forecaster.fit(start, X=X, fh=[1])
    future = panel.rename(columns={"y": "x"})  # has the rows of the horizon
    forecasts = []
    for features in (X, other, X[["x"]]):
        fitted = deepcopy(forecaster).update(end, X=features)
        forecasts.append(fitted.predict(X=future))
    pd.testing.assert_frame_equal(forecasts[1], forecasts[0])
    pd.testing.assert_frame_equal(forecasts[2], forecasts[0])
    with pytest.raises(ValueError, match="X has the columns"):
        fitted.update(end, X=X[["city", "kind"]])
