"""forecast: the rows after a series, against a loop that predicts the whole series each time."""

import numpy as np
import pandas as pd
import polars
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import BaggingRegressor, VotingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skrnn import LagWindowTransformer, RNNClassifier, RNNRegressor, forecast
from skrnn.forecasting import RNNForecaster

STEPS = 6


def table(n_rows=80, index=None, *, columns=("demand",)):
    rng = np.random.default_rng(0)
    index = pd.date_range("2020-01-01", periods=n_rows, freq="MS") if index is None else index
    rows = np.sin(np.arange(n_rows)[:, None] / 4 + np.arange(len(columns)))
    return pd.DataFrame(rows + 0.1 * rng.normal(size=rows.shape), index, list(columns))


def network(**settings):
    return RNNRegressor("gru", units=3, epochs=2, random_state=0, **settings)


def scale():
    return StandardScaler().set_output(transform="pandas")


def whole_predictions(model, X, steps, known=None, target=(0,)):
    """The obvious slow loop. Its rows have labels of their own only if `known` brings them."""
    X, result = X.copy(), []
    labels = (
        known.index
        if known is not None
        else pd.date_range(X.index[-1], periods=steps + 1, freq="MS")[1:]
    )
    for label in labels[:steps]:
        X.loc[label] = np.nan
        if known is not None:
            X.loc[label, known.columns] = known.loc[label]
        result.append(np.ravel(model.predict(X)[-1]))
        X.iloc[-1, list(target)] = result[-1]
    return np.array(result)


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


FAR_BACK = {
    "mean": lambda X: X.assign(far=X["demand"].rolling(28, min_periods=1).mean()),
    "maximum so far": lambda X: X.assign(far=X["demand"].expanding().max()),
    "sum in front of the regressor": None,
}


@pytest.mark.parametrize("name", FAR_BACK)
@pytest.mark.parametrize("seed", range(2))
def test_first_steps_that_agree_by_chance(name, seed):
    """A tree is constant in pieces, so that it often does not notice too few rows."""
    rng = np.random.default_rng(seed)
    X = table(80)
    X["demand"] += rng.normal(size=80)
    windows = LagWindowTransformer(lag=3, flatten=True)
    tree = DecisionTreeRegressor(max_depth=3, random_state=0)
    if FAR_BACK[name] is None:
        far = FunctionTransformer(lambda X: np.cumsum(np.nan_to_num(X), axis=0))
        model = make_pipeline(windows, far, tree)
    else:
        model = make_pipeline(FunctionTransformer(FAR_BACK[name]), windows, tree)
    for wrapped in (model, VotingRegressor([("only", model)])):
        wrapped.fit(X, X["demand"])
        result = forecast(wrapped, X, 12)
        np.testing.assert_allclose(result, whole_predictions(wrapped, X, 12)[:, 0])


class Doubled(Pipeline):
    """A pipeline that changes what its last step predicts."""

    def predict(self, X):
        return 2 * super().predict(X)


class DoubledBySearch(GridSearchCV):
    """The same as a search."""

    def predict(self, X):
        return 2 * super().predict(X)


class MeanSoFar(RegressorMixin, BaseEstimator):
    """A regressor whose predictions depend on the rows before."""

    def fit(self, X, y):
        self.linear_ = Ridge().fit(X, y)
        return self

    def predict(self, X):
        return np.cumsum(self.linear_.predict(X), axis=0) / np.arange(1, len(X) + 1)


class DoubledAround(RegressorMixin, BaseEstimator):
    """A wrapper with the attribute of TransformedTargetRegressor."""

    def __init__(self, regressor):
        self.regressor = regressor

    def fit(self, X, y):
        self.regressor_ = self.regressor.fit(X, y)
        return self

    def predict(self, X):
        return 2 * self.regressor_.predict(X)


def differences(y):
    return np.diff(y, axis=0, prepend=np.zeros_like(y[:1]))


def sums(y):
    return np.cumsum(y, axis=0)


def of_differences(model):
    return TransformedTargetRegressor(
        model, func=differences, inverse_func=sums, check_inverse=False
    )


def weights_of_all(distances):
    return 1 / (1 + distances + distances.mean(axis=0).cumsum())


def after_windows(regressor, kind=Pipeline):
    fill = FunctionTransformer(np.nan_to_num)
    windows = LagWindowTransformer(lag=3, flatten=True)
    return kind([("windows", windows), ("fill", fill), ("last", regressor)])


READS_OTHER_ROWS = {
    "sum of the target": lambda: of_differences(after_windows(Ridge())),
    "sum of the target, inside": lambda: after_windows(of_differences(Ridge())),
    "sum of the target, in an ensemble": lambda: after_windows(
        BaggingRegressor(of_differences(Ridge()), n_estimators=2, random_state=0)
    ),
    "sum of the target, in a pipeline": lambda: TransformedTargetRegressor(
        after_windows(Ridge()),
        transformer=make_pipeline(
            StandardScaler(), FunctionTransformer(differences, sums, check_inverse=False)
        ),
    ),
    "pipeline of another package": lambda: after_windows(Ridge(), Doubled),
    "search of another package": lambda: DoubledBySearch(
        after_windows(Ridge()), {"last__alpha": [1.0]}, cv=TimeSeriesSplit(2)
    ),
    "wrapper of another package": lambda: DoubledAround(after_windows(Ridge())),
    "regressor of another package": lambda: after_windows(MeanSoFar()),
    "regressor of another package, inside": lambda: after_windows(
        MultiOutputRegressor(MeanSoFar())
    ),
    "function of the distances": lambda: after_windows(
        KNeighborsRegressor(weights=weights_of_all)
    ),
    "stateful, sum of the target": lambda: of_differences(
        make_pipeline(
            LagWindowTransformer(lag=2), network(stateful=True, engine="numpy", missing="drop")
        )
    ),
    "stateful, pipeline of another package": lambda: Doubled(
        [
            ("windows", LagWindowTransformer(lag=2)),
            ("last", network(stateful=True, engine="numpy")),
        ]
    ),
    "stateful, mean before": lambda: make_pipeline(
        FunctionTransformer(lambda X: X.rolling(20, min_periods=1).mean()),
        LagWindowTransformer(lag=2),
        network(stateful=True, engine="numpy"),
    ),
}


@pytest.mark.parametrize("name", READS_OTHER_ROWS)
def test_predictions_that_depend_on_other_rows(name):
    X = table(60)
    model = READS_OTHER_ROWS[name]()
    model.fit(X, X[["demand"]] if "inside" in name else X["demand"])
    result = forecast(model, X, 8, target="demand")
    np.testing.assert_allclose(result, whole_predictions(model, X, 8)[:, 0], atol=1e-9)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e9])
def test_far_rows_are_noticed_at_any_scale(scale):
    X = table(60) * scale
    far = FunctionTransformer(lambda X: X.rolling(28, min_periods=1).mean())
    model = make_pipeline(far, after_windows(LinearRegression())).fit(X, X["demand"])
    result = forecast(model, X, STEPS, target="demand")
    expected = whole_predictions(model, X, STEPS)[:, 0]
    np.testing.assert_allclose(result, expected, rtol=1e-7, atol=1e-7 * scale)


@pytest.mark.parametrize("level", [0.0, 1000.0])
def test_single_precision_does_not_read_all_rows(level):
    X = (table(600, pd.date_range("2000-01-01", periods=600)) + level).astype(np.float32)
    model = TransformedTargetRegressor(
        make_pipeline(scale(), after_windows(Ridge())), transformer=StandardScaler()
    ).fit(X, X["demand"])
    lengths, real = [], LagWindowTransformer.transform

    def counted(self, X):
        lengths.append(len(X))
        return real(self, X)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LagWindowTransformer, "transform", counted)
        forecast(model, X, 48)
    assert sum(length > 100 for length in lengths) <= 3  # the first step, and two checks


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


def test_a_step_costs_one_row():
    X = table(5000, pd.date_range("2000-01-01", periods=5000))
    model = TransformedTargetRegressor(
        make_pipeline(scale(), LagWindowTransformer(lag=14), RNNRegressor(units=4, epochs=1)),
        transformer=StandardScaler(),
    ).fit(X, X["demand"])
    calls = []
    regressor = model.regressor_[-1]
    real = type(regressor).predict

    def counted(self, windows, **options):
        calls.append(len(windows))
        return real(self, windows, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(regressor), "predict", counted)
        forecast(model, X, 48)
    assert max(calls[2:-1]) <= 16
    assert calls[-1] == 48  # all steps at once, to check that they do not need more rows


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


def test_models_that_cannot_be_continued():
    X = table()
    with pytest.raises(NotFittedError):
        forecast(MODELS["pipeline"](), X, 3)
    with pytest.raises(TypeError, match="LagWindowTransformer"):
        forecast(LinearRegression().fit(X, X["demand"]), X, 3)
    no_predictor = make_pipeline(LagWindowTransformer(lag=3, flatten=True), "passthrough")
    forecaster = RNNForecaster()
    for model in (None, "model", forecaster, FunctionTransformer().fit(X)):
        with pytest.raises(TypeError, match="makes its windows itself"):
            forecast(model, X, 3)
    with pytest.raises(TypeError, match="ends with a regressor"):
        forecast(no_predictor.fit(X), X, 3)
    own_row = make_pipeline(LagWindowTransformer(lag=3, horizon=0), network())
    with pytest.raises(ValueError, match="horizon=0"):
        forecast(own_row.fit(X, X["demand"] ** 2), X, 3)
    several = make_pipeline(
        LagWindowTransformer(lag=3), network(loss="quantile", quantile=(0.1, 0.9))
    )
    with pytest.raises(ValueError, match="Several quantiles"):
        forecast(several.fit(X, X["demand"]), X, 3)


def linear(horizon=1, *before, **settings):
    """A model that forecasts without a random draw, so that its forecasts follow by hand."""
    return make_pipeline(
        *before,
        LagWindowTransformer(lag=3, horizon=horizon, flatten=True, **settings),
        FunctionTransformer(np.nan_to_num),
        LinearRegression(),
    )


def encoder(*columns):
    return make_column_transformer(
        (OneHotEncoder(sparse_output=False), list(columns)), remainder="passthrough"
    )


DAYS = pd.date_range("2020-01-01", periods=66)
RNG = np.random.default_rng(1)
SHOP = pd.DataFrame(
    {
        "demand": 20 + 5 * np.sin(np.arange(66) / 4),
        "stock": RNG.integers(0, 9, 66),
        "open": RNG.random(66) > 0.3,
        "kind": pd.Categorical(RNG.choice(list("abc"), 66)),
    },
    DAYS,
)
SHOP["demand"] += 3.0 * (SHOP["kind"].shift() == "a")
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


def test_features_that_are_known_in_advance_must_be_given():
    X = SHOP[["demand", "kind", "stock"]]
    y = X["demand"] + 2.0 * (X["kind"] == "b")
    model = linear(1, encoder("kind"), known_features=[0, 1, 2]).fit(X[:60], y[:60])
    with pytest.raises(ValueError, match="Pass their values for the next 1 row"):
        forecast(model, X[:60], 1)
    with pytest.raises(ValueError, match=r"columns \['kind'\] in addition to the target"):
        forecast(model, X[:60], 1, X[["stock"]][60:], target="demand")
    with pytest.raises(ValueError, match=r"may depend on the columns \['kind'\]"):
        forecast(model, X[:60], 1, X[["stock"]][60:])
    known = X[["kind", "stock"]][60:]
    expected = model.predict(X.assign(demand=X["demand"].where(X.index < DAYS[60])))[60]
    np.testing.assert_allclose(forecast(model, X[:60], 1, known), [expected])


@pytest.mark.parametrize("horizon", [1, 3])
def test_y_that_is_no_column_of_x(horizon):
    """A category, a boolean and a sensor in X, and a target elsewhere."""
    X, y = SHOP[["stock", "open", "kind"]], SHOP["demand"]
    model = linear(horizon, encoder("open", "kind")).fit(X[:60], y[:60])
    expected = model.predict(X)[60:]  # later rows are not read
    for steps in range(1, horizon + 1):
        result = forecast(model, X[:60], steps)
        np.testing.assert_allclose(result, expected[:steps])
        assert result.index.equals(DAYS[60 : 60 + steps])
        assert result.name is None
        np.testing.assert_allclose(
            forecast(model, X[:60], steps, X[["kind"]][60:]), expected[:steps]
        )
    for future in (None, X[["kind"]][60:]):
        with pytest.raises(ValueError, match="not a column of X, forecast at most horizon="):
            forecast(model, X[:60], horizon + 1, future)
    for target in ([], ()):
        np.testing.assert_allclose(forecast(model, X[:60], 6, X[60:], target=target), expected)
        with pytest.raises(ValueError, match=r"since target=\[\].*columns \['stock', 'open'\]"):
            forecast(model, X[:60], horizon + 1, X[["kind"]][60:], target=target)


def test_a_column_that_is_far_from_the_forecasts_is_not_taken_in_silence():
    X, y = SHOP[["demand"]], 1000.0 + SHOP["demand"] * 100
    model = linear().fit(X[:60], y[:60])
    with pytest.warns(UserWarning, match=r"far from the columns \['demand'\].*target=\[\]"):
        forecast(model, X[:60], 2)
    forecast(model, X[:60], 2, target="demand")
    forecast(model, X[:60], 1)
    np.testing.assert_allclose(
        forecast(model, X[:60], 6, X[60:], target=[]), model.predict(X)[60:]
    )


@pytest.mark.parametrize(
    "before", [(), (StandardScaler(),), (encoder("kind"),), (encoder("kind"), MinMaxScaler())]
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_single_sensor_is_not_taken_as_the_target(before, wrapped):
    """In fit y was another column, so that nothing need be guessed."""
    with_kind = before and not isinstance(before[0], StandardScaler)
    X = SHOP[["stock", "kind"] if with_kind else ["stock"]]
    y, future = SHOP["demand"], X[60:].drop(columns="stock")
    model = linear(2, *before)
    model = TransformedTargetRegressor(model, transformer=StandardScaler()) if wrapped else model
    model.fit(X[:60], y[:60])
    expected = model.predict(X)[60:62]
    np.testing.assert_allclose(forecast(model, X[:60], 2), expected)
    for known in (future, future.to_numpy()) if with_kind else (None,):
        with pytest.raises(ValueError, match=r"y is not a column of X.*\['stock'\].*horizon=2"):
            forecast(model, X[:60], 3, known)
    assert len(forecast(model, X[:60], 3, future if with_kind else None, target="stock")) == 3


def test_many_to_many_as_the_user_guide_trains_it():
    X = table()
    model = TransformedTargetRegressor(
        make_pipeline(LagWindowTransformer(lag=5), network(return_sequences=True)),
        transformer=LagWindowTransformer(lag=5, horizon=0),
    )
    search = GridSearchCV(model, {"regressor__rnnregressor__epochs": [1]}, cv=TimeSeriesSplit(2))
    for estimator in (model, search):
        estimator.fit(X, X["demand"])
        expected = whole_predictions(estimator, X, STEPS)[:, 0]
        np.testing.assert_allclose(forecast(estimator, X, STEPS), expected, atol=1e-6)
    pipe = model.regressor_
    with pytest.raises(ValueError, match=r"Whole sequences.*keeps the last step"):
        forecast(pipe, X, 1)


def test_a_search_that_keeps_no_model():
    X = table()
    search = GridSearchCV(linear(), {}, cv=TimeSeriesSplit(2), refit=False)
    with pytest.raises(TypeError, match="refit=False does not keep one"):
        forecast(search.fit(X, X["demand"]), X, 2)


def test_the_template_of_a_search_is_not_looked_at():
    """It may be fitted, to a longer lag that reads other rows."""
    X = table()
    template = linear().set_params(lagwindowtransformer__horizon=2).fit(X, X["demand"])
    grid = {"lagwindowtransformer__lag": [4], "lagwindowtransformer__horizon": [1]}
    search = GridSearchCV(template, grid, cv=TimeSeriesSplit(2)).fit(X, X["demand"])
    template.set_params(lagwindowtransformer__horizon=0).fit(X, X["demand"])
    result = forecast(search, X, STEPS)
    np.testing.assert_allclose(result, whole_predictions(search, X, STEPS)[:, 0], atol=1e-6)


@pytest.mark.parametrize(
    "classifier", [LogisticRegression(), RNNClassifier("simple", 2, epochs=1)]
)
@pytest.mark.parametrize("is_searched", [False, True])
def test_classifiers_are_refused(classifier, is_searched):
    X = table(30)
    model = make_pipeline(
        LagWindowTransformer(lag=2, flatten=True), FunctionTransformer(np.nan_to_num), classifier
    )
    if is_searched:
        model = GridSearchCV(model, {"lagwindowtransformer__lag": [2]}, cv=2)
    labels = np.arange(30) % 2
    with pytest.raises(TypeError, match=r"needs a regressor.* ends with a classifier"):
        forecast(model.fit(X, labels), X, 1)


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
