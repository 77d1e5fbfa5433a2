"""LagWindowTransformer on the target: many-to-many training with scikit-learn's own tools."""

import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler

from skrnn import LagWindowTransformer

LAG = 4


class SequenceRegressor(RegressorMixin, BaseEstimator):
    """Forecast the target of each step by the feature of that step, times a factor."""

    def __init__(self, output="as fitted"):
        self.output = output

    def fit(self, X, y):
        self.y_ = y
        known = ~np.isnan(X[..., :1] * y)
        self.factor_ = (X[..., :1] * y)[known].sum() / (X[..., :1] ** 2 + 0 * y)[known].sum()
        return self

    def predict(self, X):
        steps = X[..., :1] * self.factor_
        return {
            "as fitted": steps * np.ones(self.y_.shape[2]),
            "steps": steps[..., 0],
            "last step": steps[:, -1, 0],
            "last step, with its axis": steps[:, -1],
        }[self.output]


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(60, 1))


def model_of(output="as fitted", transformer=None):
    transformer = LagWindowTransformer(lag=LAG, horizon=0) if transformer is None else transformer
    pipe = make_pipeline(LagWindowTransformer(lag=LAG, horizon=0), SequenceRegressor(output))
    return TransformedTargetRegressor(pipe, transformer=transformer)


@pytest.mark.parametrize("output", ["as fitted", "steps", "last step", "last step, with its axis"])
@pytest.mark.parametrize("container", [np.asarray, list, pd.Series])
def test_many_to_many_training_predicts_one_value_a_row(X, output, container):
    y = 3 * X[:, 0]
    model = model_of(output).fit(X, container(y))
    targets = model.regressor_[-1].y_
    assert targets.shape == (60, LAG, 1)
    assert np.isnan(targets[0, :-1]).all()
    for t in range(LAG - 1, 60):
        np.testing.assert_array_equal(targets[t, :, 0], y[t - LAG + 1 : t + 1])
    forecasts = model.predict(X)
    assert forecasts.shape == (60,)
    np.testing.assert_allclose(forecasts, y)


def test_several_targets(X):
    y = np.column_stack([3 * X[:, 0], 3 * X[:, 0]])
    model = model_of().fit(X, y)
    assert model.regressor_[-1].y_.shape == (60, LAG, 2)
    np.testing.assert_allclose(model.predict(X), y)


def test_a_scaler_of_the_target_comes_first(X):
    y = 3 * X[:, 0] + 7
    transformer = make_pipeline(MinMaxScaler(), LagWindowTransformer(lag=LAG, horizon=0))
    model = model_of(transformer=transformer).fit(X, y)
    targets = model.regressor_[-1].y_
    assert np.nanmin(targets) == pytest.approx(0)
    assert np.nanmax(targets) == pytest.approx(1)
    spread = y.max() - y.min()
    scaled = model.regressor_.predict(X)[:, -1, 0]
    np.testing.assert_allclose(model.predict(X), y.min() + spread * scaled)


@pytest.mark.parametrize("n_samples", [1, 2, 3, 5, 9, 10, 11, 20, 60])
@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("transform_output", ["default", "pandas"])
def test_the_check_of_the_inverse_is_passed(X, n_samples, scaled, transform_output):
    transformer = LagWindowTransformer(lag=LAG, horizon=0)
    if scaled:
        transformer = make_pipeline(MinMaxScaler((0, 1)), transformer)
    model = model_of(transformer=transformer)
    assert model.check_inverse
    with warnings.catch_warnings(), sklearn.config_context(transform_output=transform_output):
        warnings.simplefilter("error")
        model.fit(X[:n_samples], np.arange(1.0, n_samples + 1))


def test_a_series_that_repeats_itself_passes_the_check(X):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model_of().fit(X, np.ones(60))
        model_of().fit(X, np.tile([1.0, 2.0, 3.0], 20))


def test_a_table_of_targets_serves_an_ordinary_regressor(X):
    y = 3 * X[:, 0]
    transformer = make_pipeline(
        LagWindowTransformer(lag=LAG, horizon=0, flatten=True),
        FunctionTransformer(np.nan_to_num, inverse_func=np.asarray, check_inverse=False),
    )
    features = make_pipeline(
        LagWindowTransformer(lag=LAG, horizon=0, flatten=True),
        FunctionTransformer(np.nan_to_num),
        LinearRegression(),
    )
    model = TransformedTargetRegressor(features, transformer=transformer).fit(X, y)
    assert model.regressor_[-1].coef_.shape == (LAG, LAG)
    np.testing.assert_allclose(model.predict(X), y)


def test_folds_of_a_series(X):
    scores = cross_val_score(model_of(), X, 3 * X[:, 0], cv=TimeSeriesSplit(3))
    np.testing.assert_allclose(scores, 1)


def test_a_window_before_the_row_is_refused(X):
    model = model_of(transformer=LagWindowTransformer(lag=LAG, horizon=1))
    with pytest.raises(AttributeError, match="inverse_transform") as caught:
        model.fit(X, X[:, 0])
    assert "needs horizon=0" in str(caught.value.__cause__)
