"""Steps of forecast that read more rows than a window, or fewer than all."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor, VotingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skrnn import LagWindowTransformer, RNNRegressor, forecast
from tests._support.forecast_models import (
    STEPS,
    encoder,
    network,
    scale,
    table,
    whole_predictions,
)

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


def test_equal_forecasts_do_not_prove_that_text_is_not_read():
    kind = np.array(["c", "b", "a"] * 20)
    X = pd.DataFrame({"demand": 1 + 5.0 * (kind == "c"), "stock": np.arange(60), "kind": kind})
    model = make_pipeline(
        encoder("kind").set_output(transform="pandas"),
        LagWindowTransformer(lag=1, known_features=[0, 1, 2, 4], flatten=True),
        DecisionTreeRegressor(max_depth=2, random_state=0),
    ).fit(X[1:], X["demand"][1:])
    later = pd.DataFrame({"stock": [60.0]}, [60])
    with pytest.raises(ValueError, match=r"may depend on the columns \['kind'\]"):
        forecast(model, X, 1, later)  # "a" and "b" are alike
    np.testing.assert_allclose(forecast(model, X, 1, later.assign(kind="c")), [6.0])
