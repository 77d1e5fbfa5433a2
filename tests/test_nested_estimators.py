"""Which estimators are found in meta-estimators, and which steps transform X."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skrnn._nested_estimators import find_nested, unwrap

X = np.random.default_rng(0).normal(size=(20, 2))
Y = X[:, 0]


def scalers(estimator):
    return find_nested(estimator, lambda part: isinstance(part, StandardScaler))


def model():
    return make_pipeline(StandardScaler(), Ridge())


class InPlace(BaseEstimator):
    """A wrapper that fits what it is given, and says so in an attribute."""

    def __init__(self, inner):
        self.inner = inner

    def fit(self, X, y):
        self.inner.fit(X, y)
        self.n_rows_ = len(X)
        return self


class Fitted(InPlace):
    """A wrapper that fits a copy."""

    def fit(self, X, y):
        self.inner_ = clone(self.inner).fit(X, y)
        return self


@pytest.mark.parametrize(
    ("estimator", "count"),
    [
        (model(), 1),
        (make_pipeline("passthrough", model()), 1),
        (TransformedTargetRegressor(model()), 1),
        # The transformer of the target is not of X.
        (TransformedTargetRegressor(model(), transformer=StandardScaler()), 1),
        (GridSearchCV(model(), {"ridge__alpha": [1, 2]}, cv=2), 1),
        (VotingRegressor([("a", model()), ("b", model())]), 2),
        (StackingRegressor([("a", model())], final_estimator=Ridge(), cv=2), 1),
        (MultiOutputRegressor(model()), 1),
        (FeatureUnion([("a", StandardScaler()), ("b", StandardScaler())]), 2),
        (ColumnTransformer([("a", StandardScaler(), [0]), ("b", MinMaxScaler(), [1])]), 1),
        (InPlace(model()), 1),
        (Fitted(model()), 1),
        (Ridge(), 0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_finds_the_fitted_parts(estimator, count):
    assert scalers(estimator) == [] or isinstance(estimator, Pipeline)
    y = Y[:, None] if isinstance(estimator, MultiOutputRegressor) else Y
    found = scalers(estimator.fit(X, y))
    assert len(found) == count
    assert all(hasattr(scaler, "mean_") for scaler in found)


def test_a_search_never_gives_its_template():
    """It is fitted here, and stays as it was."""
    template = model().fit(X * 9, Y)
    search = GridSearchCV(template, {"ridge__alpha": [1]}, cv=2)
    assert scalers(search) == []
    assert scalers(clone(search).set_params(refit=False).fit(X, Y)) == []
    search.set_params(estimator=template).fit(X, Y)
    assert scalers(search) == [search.best_estimator_[0]]
    assert unwrap(search).steps == [search.best_estimator_[0]]


def test_frozen_estimators_and_containers():
    fitted = model().fit(X, Y)
    assert scalers(FrozenEstimator(fitted)) == [fitted[0]]
    assert scalers({"a": [fitted], "b": (FrozenEstimator(fitted),)}) == [fitted[0]]
    assert scalers(np.array([fitted, None, "text"], dtype=object)) == [fitted[0]]


def test_layers_forecast_like_the_estimator():
    inner = TransformedTargetRegressor(model(), transformer=StandardScaler())
    estimator = GridSearchCV(
        make_pipeline(MinMaxScaler(), "passthrough", inner),
        {"transformedtargetregressor__regressor__ridge__alpha": [1.0]},
        cv=2,
    ).fit(X, Y)
    layers = unwrap(FrozenEstimator(estimator))
    assert [type(step) for step in layers.steps] == [MinMaxScaler, StandardScaler]
    rows = X
    for step in layers.steps:
        rows = step.transform(rows)
    values = layers.last.predict(rows)
    [wrapper] = layers.around
    back = wrapper.transformer_.inverse_transform(values[:, None])[:, 0]
    np.testing.assert_allclose(back, estimator.predict(X))


def test_an_ensemble_is_not_one_way():
    voting = VotingRegressor([("a", LinearRegression())])
    assert unwrap(make_pipeline(StandardScaler(), voting)).last is voting
