"""forecast: the rows after a series, against a loop that predicts the whole series each time."""

import numpy as np
import pandas as pd
import polars
import pytest
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, StandardScaler

from skrnn import LagWindowTransformer, SkrnnWarning, forecast
from tests._support.forecast_models import (
    SHOP,
    STEPS,
    encoder,
    linear,
    network,
    scale,
    table,
    whole_predictions,
)

MODELS = {
    "pipeline": lambda: make_pipeline(scale(), LagWindowTransformer(lag=5), network()),
    "horizon of three": lambda: make_pipeline(LagWindowTransformer(lag=5, horizon=3), network()),
    "linear": lambda: make_pipeline(
        LagWindowTransformer(lag=5, flatten=True),
        FunctionTransformer(np.nan_to_num),
        LinearRegression(),
    ),
    "scaled target": lambda: TransformedTargetRegressor(
        make_pipeline(MinMaxScaler(), LagWindowTransformer(lag=5), network()),
        transformer=MinMaxScaler(),
    ),
    "search": lambda: GridSearchCV(
        make_pipeline(scale(), LagWindowTransformer(lag=5), network()),
        {"rnnregressor__units": [2, 3]},
        cv=TimeSeriesSplit(2),
    ),
    "stateful": lambda: make_pipeline(
        scale(), LagWindowTransformer(lag=2), network(stateful=True)
    ),
    "stateful, scaled target": lambda: TransformedTargetRegressor(
        make_pipeline(scale(), LagWindowTransformer(lag=2), network(stateful=True)),
        transformer=StandardScaler(),
    ),
    "smoothed before": lambda: make_pipeline(
        FunctionTransformer(lambda X: X.rolling(20, min_periods=1).mean()),
        LagWindowTransformer(lag=5),
        network(),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_equals_a_loop_of_whole_predictions(name):
    X = table()
    model = MODELS[name]().fit(X, X["demand"])
    result = forecast(model, X, STEPS)
    np.testing.assert_allclose(result, whole_predictions(model, X, STEPS)[:, 0], atol=1e-6)
    assert result.index.equals(pd.date_range("2026-09-01", periods=STEPS, freq="MS"))
    assert result.name == "demand"
    assert np.std(result) > 0


def test_rows_that_continue_the_fitted_ones():
    X = table(100)
    model = MODELS["scaled target"]().fit(X[:70], X["demand"][:70])
    result = forecast(model, X, STEPS)
    np.testing.assert_allclose(result, whole_predictions(model, X, STEPS)[:, 0], atol=1e-6)


def test_several_outputs_make_a_table():
    X = table(columns=("a", "b"))
    model = make_pipeline(scale(), LagWindowTransformer(lag=5), network()).fit(X, X)
    result = forecast(model, X, STEPS)
    assert list(result.columns) == ["a", "b"]
    np.testing.assert_allclose(
        result, whole_predictions(model, X, STEPS, target=(0, 1)), atol=1e-6
    )


def test_known_features_and_a_target_that_is_not_the_first_column():
    index = pd.date_range("2020-01-01", periods=80 + STEPS, freq="MS")
    X = table(80 + STEPS, index, columns=("calendar", "demand"))
    known, past = X[["calendar"]][80:], X[:80]
    windows = LagWindowTransformer(lag=5, known_features=["calendar"])
    model = make_pipeline(scale(), windows, network()).fit(past, past["demand"])
    result = forecast(model, past, STEPS, known)
    expected = whole_predictions(model, past, STEPS, known, target=(1,))[:, 0]
    np.testing.assert_allclose(result, expected, atol=1e-6)
    again = forecast(model, past, STEPS, known, target="demand")
    pd.testing.assert_series_equal(again, result)
    other = forecast(model, past, STEPS, known + 1)
    assert np.abs(other - result).max() > 1e-3


def test_arrays_give_arrays():
    X = table()
    model = MODELS["pipeline"]().fit(X.to_numpy(), X["demand"].to_numpy())
    result = forecast(model, X.to_numpy(), STEPS)
    assert isinstance(result, np.ndarray)
    assert result.shape == (STEPS,)


INDEXES = {
    "days without a frequency": pd.DatetimeIndex(list(pd.date_range("2020-03-01", periods=80))),
    "month ends": pd.date_range("2020-03-01", periods=80, freq="ME"),
    "business days": pd.bdate_range("2020-03-02", periods=80),
    "hours with a time zone": pd.date_range(
        "2020-03-01", periods=80, freq="h", tz="Europe/Madrid"
    ),
    "periods": pd.period_range("2020-01", periods=80, freq="Q"),
    "durations": pd.timedelta_range("1h", periods=80, freq="30min"),
    "integers": pd.RangeIndex(5, 5 + 80 * 5, 5),
}


@pytest.mark.parametrize("kind", INDEXES)
def test_labels_go_on(kind):
    index = INDEXES[kind].rename("when")
    X = table(80 - STEPS, index[: 80 - STEPS])
    model = MODELS["pipeline"]().fit(X, X["demand"])
    result = forecast(model, X, STEPS)
    assert list(result.index) == list(index[-STEPS:])
    assert getattr(result.index, "freq", None) == getattr(index, "freq", None)
    assert result.index.name == "when"


def test_labels_come_from_the_features_known_in_advance():
    """Those of a series without a step in common cannot come from anywhere else."""
    gaps = np.random.default_rng(0).integers(1, 10**6, 80)
    index = pd.Timestamp("2020-01-01") + pd.to_timedelta(gaps.cumsum(), unit="s")
    X = table(80, index, columns=("demand", "calendar"))
    coming = pd.DatetimeIndex(["2021-11-01", "2021-11-09"])
    known = pd.DataFrame({"calendar": [0.1, 0.2]}, coming)
    model = make_pipeline(LagWindowTransformer(lag=3), network()).fit(X, X["demand"])
    assert forecast(model, X, 2, known).index.equals(coming)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps must be an integer of at least 1. Got 0"),
        ({"steps": 2.0}, ValueError, "steps must be an integer"),
        ({"target": "sales"}, ValueError, "target names the feature 'sales'"),
        ({"target": ["demand", "price"]}, ValueError, "List the columns"),
        ({"target": []}, ValueError, r"horizon=1 .* later values of the columns \['demand'\]"),
        ({"X_future": None}, ValueError, r"past of y was not found.*If y is not a column of X"),
        ({"X_future": np.ones((6, 3))}, ValueError, "3 column"),
        ({"X_future": pd.DataFrame({"cost": [1.0] * 6})}, ValueError, "which X does not have"),
        ({"target": "demand"}, ValueError, r"\['price'\] in addition to the target"),
        ({"X_future": pd.DataFrame({"price": [1.0]})}, ValueError, "1 row"),
        (
            {"X_future": pd.DataFrame({"cost": [1.0] * 6}), "target": "demand"},
            ValueError,
            "does not have",
        ),
        ({"X_future": np.ones((6, 2)), "target": "demand"}, ValueError, "2 column"),
        (
            {"X_future": table(6, columns=("demand", "price"))},
            ValueError,
            "contains all 2 columns",
        ),
        ({"X_future": table(6, columns=("price",))}, ValueError, "not after"),
    ],
)
def test_wrong_input(change, error, message):
    X = table(columns=("demand", "price"))
    model = make_pipeline(LagWindowTransformer(lag=3), network()).fit(X, X["demand"])
    known = table(6, pd.date_range("2026-09-01", periods=6, freq="MS"), columns=("price",))
    arguments = {"X": X, "steps": 6, "X_future": known} | change
    if change.get("target") == "demand" and "X_future" not in change:
        arguments["X_future"] = None
    with pytest.raises(error, match=message):
        forecast(model, **arguments)


TYPES = ["int64", "int8", "float32", "Float32", "float[pyarrow]", "Int64", "Float64", "UInt8"]
TYPES += ["int64[pyarrow]", "double[pyarrow]", "bool", "boolean", "bool[pyarrow]"]


@pytest.mark.parametrize("dtype", TYPES)
def test_columns_of_every_type_of_numbers(dtype):
    """The forecast equals that of the same values as floats."""
    X = SHOP[["demand", "stock"]].astype({"stock": float})
    X["stock"] = (X["stock"] > 4) if "bool" in dtype else X["stock"]
    typed = X.astype({"stock": dtype})
    floats = X.astype(float)
    for steps, known in ((6, slice(60, None)), (6, slice(60, 66)), (1, slice(60, 61))):
        model = linear().fit(floats[:60], floats["demand"][:60])
        expected = forecast(model, floats[:60], steps, floats[["stock"]][known])
        for future in (typed[["stock"]], typed["stock"], X[["stock"]], X["stock"]):
            result = forecast(model, typed[:60], steps, future[known])
            pd.testing.assert_series_equal(result, expected)
        as_list = forecast(model, typed[:60], steps, list(typed["stock"][known]))
        pd.testing.assert_series_equal(as_list, expected)
    by_hand = whole_predictions(model, floats[:60], 6, floats[["stock"]][60:])[:, 0]
    np.testing.assert_allclose(forecast(model, typed[:60], 6, typed[["stock"]][60:]), by_hand)


@pytest.mark.parametrize("dtype", TYPES)
def test_unknown_values_of_every_type_are_missing(dtype):
    X = SHOP[["demand", "stock"]].astype(float)
    X["stock"] = (X["stock"] > 4).astype(float)
    model = linear().fit(X[:60], X["demand"][:60])
    known = X[["stock"]][60:].where(np.arange(6)[:, None] < 2)
    expected = whole_predictions(model, X[:60], 6, known)[:, 0]
    result = forecast(model, X[:60].astype({"stock": dtype}), 6, known)
    np.testing.assert_allclose(result, expected)


@pytest.mark.parametrize("dtype", ["float64", "Int64", "Float32", "double[pyarrow]"])
@pytest.mark.parametrize("truth", ["bool", "boolean", "bool[pyarrow]"])
def test_columns_that_a_transformer_passes_on_as_they_are(dtype, truth):
    """A column transformer refuses pandas.NA in them."""
    X = SHOP.round().astype({"demand": dtype, "stock": dtype, "open": truth})
    transformer = make_column_transformer((OneHotEncoder(), ["kind"]), remainder="passthrough")
    model = linear(1, transformer).fit(X[:60], X["demand"][:60])
    plain = X.astype({"demand": float, "stock": float, "open": float})
    known = plain[["stock", "open", "kind"]][60:]
    rtol = 1e-5 if dtype == "Float32" else 1e-9
    expected = forecast(model, plain[:60], 6, known)
    np.testing.assert_allclose(
        forecast(model, X[:60], 6, X[["stock", "open", "kind"]][60:]), expected, rtol
    )
    np.testing.assert_allclose(forecast(model, X[:60], 1), expected[:1], rtol)
    some = X[["stock", "open", "kind"]][60:].astype({"open": object})
    some.iloc[1, 1] = None
    np.testing.assert_allclose(forecast(model, X[:60], 2, some), expected[:2], rtol)


@pytest.mark.parametrize("dtype", [t for t in TYPES if "bool" not in t])
def test_a_target_of_every_type_of_numbers(dtype):
    X = SHOP[["stock"]][:60]
    model = linear().fit(X, X["stock"])
    expected = whole_predictions(model, X.astype(float), 6).ravel()
    result = forecast(model, X.astype(dtype), 6)
    np.testing.assert_allclose(result, expected, rtol=1e-4)  # of float32


@pytest.mark.parametrize("as_type", ["category", object, str, "string[pyarrow]"])
def test_categories(as_type):
    columns = ["demand", "kind"]
    X = SHOP[columns].astype({"kind": as_type})
    model = linear(1, encoder("kind")).fit(X[:60], X["demand"][:60])
    expected = []
    whole = X.copy()
    for row in range(60, 66):  # only rows before are read
        whole.iloc[row, 0] = np.nan
        whole.iloc[row, 0] = model.predict(whole[: row + 1])[-1]
        expected.append(whole.iloc[row, 0])
    for future in (X[["kind"]], SHOP["kind"], SHOP["kind"].astype(str)):
        np.testing.assert_allclose(forecast(model, X[:60], 6, future[60:]), expected)
    as_list = list(SHOP["kind"][60:])
    np.testing.assert_allclose(forecast(model, X[:60], 6, as_list), expected)
    # The row to forecast is not read, so its category need not be known.
    np.testing.assert_allclose(forecast(model, X[:60], 1), expected[:1])
    last = X[["kind"]][60:62].astype(object)
    last.iloc[1] = np.nan
    np.testing.assert_allclose(forecast(model, X[:60], 2, last), expected[:2])
    with pytest.raises(ValueError, match=r"may depend on the columns \['kind'\]"):
        forecast(model, X[:60], 3, pd.concat([last, X[["kind"]][62:63]]))


def test_a_new_category_is_left_to_the_model():
    X = SHOP[["demand", "kind"]]
    model = linear(1, encoder("kind")).fit(X[:60], X["demand"][:60])
    with pytest.raises(ValueError, match=r"unknown categories \['new'\]"):
        forecast(model, X[:60], 2, ["new", "a"])


def test_tables_without_an_index_give_arrays():
    X = SHOP[["demand", "stock"]].reset_index(drop=True)
    model = linear().fit(X[:60], X["demand"][:60])
    expected = forecast(model, X[:60], 4, X[["stock"]][60:])
    result = forecast(model, polars.from_pandas(X[:60]), 4, polars.from_pandas(X[["stock"]][60:]))
    assert isinstance(result, np.ndarray)
    np.testing.assert_allclose(result, expected)


def test_neither_the_model_nor_the_series_changes():
    X = table()
    model = MODELS["stateful"]().fit(X, X["demand"])
    before, copied = model.predict(X), X.copy()
    first = forecast(model, X, STEPS)
    pd.testing.assert_frame_equal(X, copied)
    np.testing.assert_array_equal(model.predict(X), before)
    pd.testing.assert_series_equal(forecast(model, X, STEPS), first)
    assert model[1].context == "auto"


@pytest.mark.parametrize("name", ["pipeline", "stateful"])
def test_a_gap_of_later_rows_is_reported_once(name):
    """The rows are transformed once for the first step, and again for the others."""
    index = pd.date_range("2024-01-01", periods=40)
    X = pd.DataFrame({"y": np.sin(np.arange(40) / 3)}, index)
    model = MODELS[name]().fit(X[:30], X["y"][:30])
    with pytest.warns(SkrnnWarning, match="row.s. are missing inside X") as caught:
        forecast(model, X[30:].drop(index[35]), steps=3)
    assert len(caught) == 1
