"""Models that forecast can continue, and those that it refuses."""

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skrnn import LagWindowTransformer, RNNClassifier, forecast
from skrnn.forecasting import RNNForecaster
from tests._support.forecast_models import (
    SHOP,
    STEPS,
    encoder,
    linear,
    network,
    table,
    whole_predictions,
)


def test_models_that_cannot_be_continued():
    X = table()
    with pytest.raises(NotFittedError):
        forecast(linear(), X, 3)
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
