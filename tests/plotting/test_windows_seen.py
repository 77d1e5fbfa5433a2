"""What the network inside of an estimator is given."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.datasets import make_seasonal_series
from skrnn.plotting import ForecastDisplay, LagImportanceDisplay
from skrnn.plotting._windows_seen import lags_of_windows, states_before, windows_of_network

SERIES = make_seasonal_series(40, random_state=0)
X = pd.DataFrame({"level": SERIES, "month": np.arange(40) % 12.0})


def network(**settings):
    return RNNRegressor("simple", units=2, epochs=1, random_state=0, **settings)


def windowed(**settings):
    return make_pipeline(StandardScaler(), LagWindowTransformer(lag=3, **settings))


PIPE = make_pipeline(*(step for _, step in windowed().steps), network())


@pytest.mark.parametrize(
    "estimator",
    [
        PIPE,
        make_pipeline(windowed(), network()),
        make_pipeline("passthrough", PIPE),
        TransformedTargetRegressor(PIPE, transformer=StandardScaler()),
        GridSearchCV(
            TransformedTargetRegressor(PIPE), {"regressor__rnnregressor__epochs": [1]}, cv=2
        ),
    ],
    ids=lambda estimator: type(estimator).__name__,
)
def test_windows_pass_the_steps_before(estimator):
    estimator.fit(X, SERIES)
    found, windows, transformer = windows_of_network(estimator, X)
    np.testing.assert_array_equal(windows, windowed().fit_transform(X))
    assert isinstance(found, RNNRegressor)
    lags, names = lags_of_windows(found, transformer)
    assert lags.tolist() == [[3, 3], [2, 2], [1, 1]]
    assert names == ["x0", "x1"]  # the scaler returns an array without names


def test_windows_of_frozen_networks():
    windows = windowed().fit_transform(X)
    plain = network().fit(windows, SERIES)
    found, seen, transformer = windows_of_network(FrozenEstimator(plain), windows)
    assert found is plain
    assert transformer is None
    np.testing.assert_array_equal(seen, windows)
    lags, names = lags_of_windows(found, None)
    assert lags.tolist() == [[3, 3], [2, 2], [1, 1]]
    assert names == ["x0", "x1"]


def test_lags_and_names_of_known_features():
    transformer = LagWindowTransformer(lag=2, horizon=3, known_features="month")
    model = make_pipeline(transformer, network()).fit(X, SERIES)
    lags, names = lags_of_windows(*windows_of_network(model, X)[::2])
    assert lags.tolist() == [[4, 1], [3, 0]]
    assert names == ["level", "month"]


@pytest.mark.parametrize("n_timesteps", [1, 3])
def test_lags_of_a_flat_table(n_timesteps):
    transformer = LagWindowTransformer(lag=3, flatten=True)
    model = make_pipeline(transformer, network(n_timesteps=n_timesteps)).fit(X, SERIES)
    lags, names = lags_of_windows(*windows_of_network(model, X)[::2])
    assert lags.tolist() == [[3, 3], [2, 2], [1, 1]]
    assert names == ["level", "month"]


def test_names_of_a_table_without_windows():
    plain = network().fit(X, -SERIES)
    lags, names = lags_of_windows(plain, None)
    assert lags.tolist() == [[1, 1]]
    assert names == ["level", "month"]


def test_states_are_those_of_a_forecast():
    windows = LagWindowTransformer(lag=3).fit_transform(X / 10)
    model = network(stateful=True, batch_size=8).fit(windows, SERIES)
    assert states_before(network(), windows) is None
    # The series of the training starts from zero, a later one from the state at its end.
    for rows in (windows, windows[20:]):
        states = states_before(model, rows)
        expected = model.predict(rows)[:5]
        assert (states[0][0] == 0).all() == (rows is windows)
        forecasts = [
            model.predict(rows[i : i + 1], initial_state=[states[0][i]])[0] for i in range(5)
        ]
        np.testing.assert_allclose(forecasts, expected, rtol=1e-10)


def test_refusals():
    bag = BaggingRegressor(clone(PIPE), n_estimators=2).fit(X, SERIES)
    with pytest.raises(ValueError, match="estimator, a BaggingRegressor, contains 2 networks"):
        windows_of_network(bag, X)
    bag = BaggingRegressor(clone(PIPE), n_estimators=1).fit(X, SERIES)
    with pytest.raises(TypeError, match="inside a BaggingRegressor is not known"):
        windows_of_network(bag, X)
    with pytest.raises(TypeError, match="estimator must be a fitted RNNRegressor"):
        windows_of_network(Ridge(), X)
    model = network().fit(windowed().fit_transform(X), SERIES)
    with pytest.raises(ValueError, match="windows of 2 steps and 2 features, but"):
        windows_of_network(model, np.ones((5, 2, 2)))


def test_a_series_is_a_table_of_one_column():
    series = pd.Series(np.sin(np.arange(60) / 4), name="wave")
    model = make_pipeline(
        LagWindowTransformer(lag=3), RNNRegressor("simple", units=2, epochs=1, random_state=0)
    ).fit(series.to_frame(), series)
    _, windows, _ = windows_of_network(model, series)
    np.testing.assert_array_equal(windows, windows_of_network(model, series.to_frame())[1])
    of_series = ForecastDisplay.from_estimator(model, series, series)
    of_table = ForecastDisplay.from_estimator(model, series.to_frame(), series)
    np.testing.assert_array_equal(of_series.predicted, of_table.predicted)
    for display in (LagImportanceDisplay, ForecastDisplay):
        y = (series,) if display is ForecastDisplay else ()
        with pytest.raises(ValueError, match="X is required unless estimator is a forecaster"):
            display.from_estimator(model, None, *y)
