"""forecast: the rows after a series, against a loop that predicts the whole series each time."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor, forecast

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
    index = pd.DatetimeIndex(["2020-01-01", "2020-01-05", "2020-01-06"] * 30).unique()
    index = index.append(pd.date_range("2021-01-01", periods=77))
    X = table(80, index, columns=("demand", "calendar"))
    coming = pd.DatetimeIndex(["2021-06-01", "2021-06-09"])
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
    assert max(calls[2:]) <= 16


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"steps": 0}, ValueError, "steps must be an integer of at least 1. Got 0"),
        ({"steps": 2.0}, ValueError, "steps must be an integer"),
        ({"target": "sales"}, ValueError, "target names the feature 'sales'"),
        ({"target": ["demand", "price"]}, ValueError, "Name the columns"),
        ({"target": "demand"}, ValueError, r"\['price'\] besides the target"),
        ({"X_future": pd.DataFrame({"price": [1.0]})}, ValueError, "1 row"),
        ({"X_future": pd.DataFrame({"cost": [1.0] * 6}), "target": "demand"}, ValueError, "lacks"),
        ({"X_future": np.ones((6, 2)), "target": "demand"}, ValueError, "2 column"),
        (
            {"X_future": table(6, columns=("demand", "price"))},
            ValueError,
            "holds all 2 columns",
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
    own_row = make_pipeline(LagWindowTransformer(lag=3, horizon=0), network())
    with pytest.raises(ValueError, match="horizon=0"):
        forecast(own_row.fit(X, X["demand"] ** 2), X, 3)
    several = make_pipeline(
        LagWindowTransformer(lag=3), network(loss="quantile", quantile=(0.1, 0.9))
    )
    with pytest.raises(ValueError, match="Several quantiles"):
        forecast(several.fit(X, X["demand"]), X, 3)


def test_neither_the_model_nor_the_series_changes():
    X = table()
    model = MODELS["stateful"]().fit(X, X["demand"])
    before, copied = model.predict(X), X.copy()
    first = forecast(model, X, STEPS)
    pd.testing.assert_frame_equal(X, copied)
    np.testing.assert_array_equal(model.predict(X), before)
    pd.testing.assert_series_equal(forecast(model, X, STEPS), first)
    assert model[1].context == "auto"
