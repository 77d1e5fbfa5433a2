"""Categories in RNNRegressor and RNNClassifier."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import LagWindowTransformer, RNNClassifier, RNNRegressor, forecast, pad_sequences

RNG = np.random.default_rng(0)
N, STEPS = 120, 3
KINDS = RNG.choice(list("abc"), size=(N, STEPS)).astype(object)
NUMBERS = RNG.normal(size=(N, STEPS))
EFFECTS = {"a": 0.0, "b": 1.0, "c": -1.0}
Y = NUMBERS[:, -1] + np.vectorize(EFFECTS.get)(KINDS[:, -1])
X = np.stack([NUMBERS, KINDS], axis=-1)
NAMES = [f"{name}_lag{lag}" for lag in (3, 2, 1) for name in ("x", "kind")]
TABLE = pd.DataFrame(X.reshape(N, -1), columns=NAMES).infer_objects()
CODES = np.stack([NUMBERS, np.vectorize({"a": 4.0, "b": 2.0, "c": 3.0}.get)(KINDS)], axis=-1)


def small(kind=RNNRegressor, **params):
    params = {"units": 2, "epochs": 1, "random_state": 0, "engine": "numpy"} | params
    return kind("simple", **params)


@pytest.fixture(scope="module")
def learned():
    return small(units=4, epochs=40, learning_rate=0.02).fit(X, Y)


def test_effects_are_learned_and_unknown_categories_are_between_them(learned):
    assert learned.score(X, Y) > 0.9
    unknown = learned.predict(np.where(np.isin(X, list("abc")), None, X))
    each = [
        learned.predict(np.where(k == X, X, np.where(np.isin(X, list("abc")), k, X)))
        for k in "abc"
    ]
    assert each[2].mean() < unknown.mean() < each[1].mean()
    assert np.corrcoef(unknown, NUMBERS[:, -1])[0, 1] > 0.8
    assert learned.is_categorical_.tolist() == [False, True]
    assert learned.categories_ == {"x1": ["a", "b", "c"]}
    assert learned.n_features_in_ == 2


def test_the_network_reads_indicators(learned):
    windows = learned.network_input(X)
    assert windows.shape == (N, STEPS, 5)
    np.testing.assert_array_equal(windows[..., 0], NUMBERS)
    np.testing.assert_array_equal(windows[..., 1:4], KINDS[..., None] == np.array(list("abc")))
    plain = small()
    plain.fit(NUMBERS[..., None], Y)
    assert plain.is_categorical_ is None
    assert not hasattr(plain, "categories_")
    np.testing.assert_array_equal(plain.network_input(NUMBERS[..., None])[..., 0], NUMBERS)


@pytest.mark.parametrize(
    ("given", "params"),
    [
        (TABLE, {"n_timesteps": STEPS}),
        (TABLE.astype(dict.fromkeys(NAMES[1::2], "category")), {"n_timesteps": STEPS}),
        (TABLE, {"n_timesteps": STEPS, "categorical_features": "kind"}),
        (pl.from_pandas(TABLE), {"n_timesteps": STEPS}),
        (X.tolist(), {}),
        (X.reshape(N, -1), {"n_timesteps": STEPS, "categorical_features": [-1]}),
        (pad_sequences([pd.DataFrame(x, columns=["x", "kind"]).infer_objects() for x in X]), {}),
    ],
)
def test_every_form_of_windows_is_read_alike(given, params):
    expected = small().fit(X, Y).predict(X)
    model = small(**params).fit(given, Y)
    np.testing.assert_array_equal(model.predict(given), expected)
    assert hasattr(model, "feature_names_in_") == hasattr(given, "columns")


def test_numbers_are_categories_if_they_are_named():
    model = small(categorical_features=[1]).fit(CODES, Y)
    assert model.categories_ == {"x1": [2.0, 3.0, 4.0]}
    missing = CODES.copy()
    missing[0, 0, 1] = np.nan
    np.testing.assert_array_equal(model.network_input(missing)[0, 0, 1:], [0, 0, 0, 1])


@pytest.mark.parametrize("kind", [RNNRegressor, RNNClassifier])
def test_clones_searches_pickles_and_parts(kind):
    y = Y if kind is RNNRegressor else Y > 0
    grid = {"categorical_features": ["from_dtype", [1]], "max_categories": [1, 5]}
    search = GridSearchCV(small(kind), grid, cv=2, error_score="raise").fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    model = clone(search.best_estimator_).set_params(max_categories=2).fit(X, y)
    assert len(model.categories_["x1"]) == 2
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    model = small(kind)
    extra = {} if kind is RNNRegressor else {"classes": [False, True]}
    model.partial_fit(X[:60], y[:60], **extra)
    with pytest.warns(UserWarning, match=r"X\['x1'\] contains 'new', which was not in X in fit"):
        model.partial_fit(np.where(X[60:] == "a", "new", X[60:]), y[60:])
    assert model.categories_ == {"x1": ["a", "b", "c"]}
    model.partial_fit(X[:1], y[:1])


@pytest.mark.parametrize(
    "params",
    [
        {"stateful": True},
        {"early_stopping": True},
        {"n_networks": 2},
        {"return_sequences": True},
        {"missing": "drop"},
        {"shuffle": False},
        {"level_feature": 0},
        {"loss": "normal"},
    ],
)
def test_other_settings(params):
    y = NUMBERS[:, ::-1] if "return_sequences" in params else Y
    model = small(**params).fit(X, y)
    assert model.predict(X).shape == y.shape
    first = clone(model).fit(X, y)
    np.testing.assert_array_equal(first.predict(X), model.predict(X))
    if "level_feature" in params:  # the position after encoding
        moved = X[..., ::-1].copy()
        other = clone(model).set_params(level_feature=1).fit(moved, y)
        assert other._fitted_architecture.level_feature == 4


def test_held_out_rows_and_later_fits_use_the_same_categories():
    model = small(warm_start=True).fit(X, Y, X_val=X[:9], y_val=Y[:9])
    assert "val_loss" in model.history_
    model.fit(X[KINDS[:, 0] == "a"], Y[KINDS[:, 0] == "a"])
    assert model.categories_ == {"x1": ["a", "b", "c"]}


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_learning_goes_on_after_stateful_was_changed(method):
    model = small(stateful=True, warm_start=True)
    getattr(model, method)(X, Y)
    getattr(model.set_params(stateful=False), method)(X, Y)
    assert model.n_iter_ == 2
    # The rows with unknown categories are those of the first fit that is not stateful.
    other = small(warm_start=True)
    getattr(other, method)(X, Y)
    assert model._unknown_seed == other._unknown_seed


@pytest.mark.parametrize("kind", [RNNRegressor, RNNClassifier])
def test_the_tags_say_that_text_is_read(kind):
    tags = kind().__sklearn_tags__().input_tags
    assert tags.string
    assert tags.categorical


def test_a_fit_to_numbers_forgets_categories():
    model = small().fit(X, Y)
    model.fit(NUMBERS[..., None], Y)
    assert not hasattr(model, "categories_")
    assert model.is_categorical_ is None
    expected = small().fit(NUMBERS[..., None], Y).predict(NUMBERS[..., None])
    np.testing.assert_array_equal(model.predict(NUMBERS[..., None]), expected)


def test_a_failed_fit_changes_nothing():
    model = small().fit(X, Y)
    before = model.predict(X)
    with pytest.raises(ValueError, match="y has shape"):
        model.fit(np.where(X == "a", "z", X), np.zeros((N, 1, 1, 1)))
    assert model.categories_ == {"x1": ["a", "b", "c"]}
    np.testing.assert_array_equal(model.predict(X), before)


@pytest.mark.parametrize(
    ("params", "given", "error", "words"),
    [
        ({"categorical_features": [2]}, X, ValueError, "positions from -2 to 1"),
        ({"categorical_features": "a"}, X, ValueError, "X has no feature names"),
        ({"categorical_features": None}, X, TypeError, "does not list it"),
        ({"categorical_features": [0, 1]}, X, ValueError, "has 360 different values"),
        ({"level_feature": 1}, X, ValueError, "level_feature selects 'x1', which is categorical"),
        ({"max_categories": 0}, X, ValueError, "'max_categories' parameter"),
        ({"n_timesteps": 4}, TABLE, ValueError, "X has 6 columns, which n_timesteps=4 does not"),
        ({"missing": "error"}, np.where(X == "a", None, X)[:, :, 1:], ValueError, "contains NaN"),
        ({}, np.full(X.shape, "2024-01-01", "datetime64[D]"), ValueError, "must contain numbers"),
        ({}, X[..., None], ValueError, "expected windows of shape"),
    ],
)
def test_refusals(params, given, error, words):
    with pytest.raises(error, match=words):
        small(**params).fit(given, Y)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (X[..., :1], "X has 1 features, but RNNRegressor is expecting 2"),
        (NUMBERS, "X has 3 features, but RNNRegressor is expecting 2"),
        (X[..., ::-1], "could not convert string to float"),
        (X[:0], "0 sample"),
    ],
)
def test_forecasts_of_other_data_are_refused(learned, given, words):
    with pytest.raises(ValueError, match=words):
        learned.predict(given)


def test_a_series_with_categories_in_a_pipeline():
    days = pd.date_range("2024-01-01", periods=90)
    event = RNG.choice(["none", "fair"], 90)
    y = pd.Series(RNG.normal(0, 0.1, 90) + 2.0 * (event == "fair"), days, name="y")
    series = pd.DataFrame({"y": y, "event": event})
    model = make_pipeline(
        LagWindowTransformer(2, known_features="event"),
        small(epochs=60, learning_rate=0.05),
    ).fit(series[:80], y[:80])
    assert model.score(series[80:], y[80:]) > 0.8
    coming = pd.DataFrame({"event": ["fair", "none"]}, days[80:82])
    found = forecast(model, series[:80], 2, coming)
    assert found.iloc[0] - found.iloc[1] > 1.0


def test_keras_predicts_the_same(learned):
    found = learned.model_.predict(learned.network_input(X[:5]), verbose=0)
    np.testing.assert_allclose(found.ravel(), learned.predict(X[:5]), atol=1e-5)
