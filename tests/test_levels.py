"""A level is subtracted with all digits, and a level that is not known is no number by accident.

All values are multiples of 2**-10, and float64 holds their sums with an offset of up to 1e12. So
the windows less their levels are equal to the bit, whatever the offset is.
"""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skrnn import LagWindowTransformer, RNNClassifier, RNNRegressor, make_lag_windows

OFFSETS = [1e3, -1e5, 1e8, 1e10, 1e12]
N_ROWS = 40
RNG = np.random.default_rng(0)
WALK = np.round(RNG.normal(size=(N_ROWS, 2)).cumsum(axis=0) * 2**6) / 2**10
WALK[20] = 0.0


def small(**parameters):
    settings = {"units": 2, "epochs": 2, "learning_rate": 0.01, "random_state": 0}
    return RNNRegressor("gru", **settings | {"level_feature": 0} | parameters)


def shifted(offset, *, gaps=False, both=False):
    """Windows of two columns. The first one, or both, lie far from 0, and targets."""
    series = WALK + np.array([offset, offset if both else 0.0])
    windows, y = make_lag_windows(series, lag=3)
    windows, y = windows.copy(), y[:, :1] if not both else y
    if gaps:
        windows[4::5, 2], windows[6::7, 1:, 0], y[::6] = np.nan, np.nan, np.nan
    return windows, y


VARIANTS = {
    "plain": ({}, {}),
    "gaps": ({}, {"gaps": True}),
    "two networks": ({"n_networks": 2}, {}),
    "stateful": ({"stateful": True, "batch_size": 3}, {"gaps": True}),
    "early stopping": ({"early_stopping": True}, {}),
    "linear path": ({"autoregressive": True}, {}),
    "huber": ({"loss": "huber"}, {}),
    "quantiles": ({"loss": "quantile", "quantile": (0.2, 0.8)}, {}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_network_does_not_depend_on_the_offset(name):
    parameters, data = VARIANTS[name]
    windows, y = shifted(0.0, **data)
    near = small(**parameters).fit(windows, y)
    expected = near.predict(windows)
    for offset in OFFSETS:
        far_windows, far_y = shifted(offset, **data)
        far = small(**parameters).fit(far_windows, far_y)
        for a, b in zip(far.weights_, near.weights_, strict=True):
            np.testing.assert_array_equal(a, b)
        rounding = 4 * np.spacing(abs(offset))
        np.testing.assert_allclose(far.predict(far_windows) - offset, expected, atol=rounding)
        assert far.history_["loss"] == near.history_["loss"]


def test_sequences_do_not_depend_on_the_offset():
    results = []
    for offset in [0.0, *OFFSETS]:
        windows, _ = shifted(offset, gaps=True)
        y = np.where(np.isnan(windows[:, :, 0]), np.nan, offset + WALK[3:, :1])
        model = small(return_sequences=True).fit(windows, y)
        results.append((model.weights_, model.predict(windows) - offset))
    for offset, (weights, forecast) in zip(OFFSETS, results[1:], strict=True):
        for a, b in zip(weights, results[0][0], strict=True):
            np.testing.assert_array_equal(a, b)
        rounding = 4 * np.spacing(abs(offset))
        np.testing.assert_allclose(forecast, results[0][1], atol=rounding)


@pytest.mark.parametrize("stateful", [False, True])
def test_online_learning_does_not_depend_on_the_offset(stateful):
    models = []
    for offset in [0.0, *OFFSETS]:
        windows, y = shifted(offset)
        model = small(stateful=stateful).partial_fit(windows[:20], y[:20])
        for row in range(20, 25):
            model.partial_fit(windows[row : row + 1], y[row : row + 1])
        models.append(model)
    for offset, model in zip(OFFSETS, models[1:], strict=True):
        for a, b in zip(model.weights_, models[0].weights_, strict=True):
            np.testing.assert_array_equal(a, b)
        assert model._mean_level - offset == pytest.approx(
            models[0]._mean_level, abs=1e-3 if abs(offset) > 1e9 else 1e-6
        )


def test_a_level_of_single_precision_keeps_the_digits_that_it_has():
    windows, y = np.float32(shifted(1e5)[0]), shifted(1e5)[1]
    exact = small().fit(windows.astype(np.float64), y)
    for a, b in zip(small().fit(windows, y).weights_, exact.weights_, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("size", [1e3, 1e8, 1e12])
def test_a_factor_is_divided_by_before_the_cast(size):
    """Counts of any size, whose errors are relative to it."""
    growth = np.exp(0.1 * WALK[:, 0])
    windows, y = make_lag_windows(size * growth, lag=3)
    model = small(loss="poisson", early_stopping=True).fit(windows, y)
    unit, of_unit = make_lag_windows(1e6 * growth, lag=3)
    expected = small(loss="poisson", early_stopping=True).fit(unit, of_unit)
    assert np.abs(model.predict(windows) / size - expected.predict(unit) / 1e6).max() < 1e-3
    assert np.abs(model.predict(windows) / y - 1).mean() < 0.2


# Values that float32 does not hold, and no level.

METER = 1e8 + 0.5 * np.arange(N_ROWS)


def lost(fit, *arguments):
    with pytest.warns(UserWarning, match="float32") as caught:
        fit(*arguments)
    return [str(warning.message) for warning in caught]


def test_lost_digits_are_named():
    windows, y = make_lag_windows(METER, lag=3)
    model = small(level_feature=None)
    words = lost(model.fit, windows, y)
    assert len(words) == 2
    assert words[0].startswith("y has values near 1e+08, where neighbouring float32 numbers are 8")
    assert words[1].startswith("Feature 0 (counted from 0) of X has values near 1e+08")
    for word in words:
        assert "StandardScaler" in word
        assert "level_feature" in word
    words = lost(small(level_feature=None).partial_fit, windows, y)
    assert [word.split(" has ")[0] for word in words] == ["y", "Feature 0 (counted from 0) of X"]
    frame = pd.DataFrame({"a": WALK[:, 0], "meter": METER})
    [word] = lost(small(level_feature=None).fit, frame, WALK[:, 1])
    assert word.startswith("Column 'meter' of X has values near")
    labels = np.arange(N_ROWS) % 2
    [word] = lost(RNNClassifier("gru", 2, epochs=1).fit, frame, labels)
    assert word.startswith("Column 'meter' of X has values near")


def test_a_level_saves_the_digits_of_its_own_feature_only():
    windows, y = shifted(1e8, both=True)
    [word] = lost(small().fit, windows, y[:, 0])
    assert word.startswith("Feature 1 (counted from 0) of X has values near 1e+08")
    small().fit(windows[:, :, :1], y)  # without a warning


# Levels that are not known.


def series_of(level):
    return level + WALK[:, :1]


@pytest.mark.parametrize("parameters", [{}, {"return_sequences": True}, {"n_networks": 2}])
def test_a_window_without_a_level_is_forecast_from_the_mean_level(parameters):
    windows, y = shifted(1000.0)
    if "return_sequences" in parameters:
        y = np.repeat(y, 3, axis=1)
    windows[5] = np.nan
    with pytest.warns(UserWarning, match=r"1 of the 37 rows of X have a target, but no known"):
        model = small(**parameters).fit(windows, y)
    first = "return_sequences" in parameters
    levels = np.delete(windows[:, 0 if first else -1, 0], 5)
    mean = levels.mean()
    assert model._mean_level == pytest.approx(mean)
    empty = np.concatenate([np.full((2, 3, 2), np.nan), windows[:2]])
    with pytest.warns(UserWarning, match=f"2 of the 4 rows .* mean level .*, {mean:.6g}"):
        forecast = model.predict(empty)
    assert np.abs(forecast[:2] - mean).max() < 2
    again = pickle.loads(pickle.dumps(model))
    with pytest.warns(UserWarning, match="mean level"):
        np.testing.assert_array_equal(again.predict(empty), forecast)


def test_the_first_row_of_a_pipeline_does_not_spoil_the_score():
    series = series_of(1000.0)
    model = make_pipeline(LagWindowTransformer(lag=3), small(epochs=20))
    with pytest.warns(UserWarning, match="like the first row that LagWindowTransformer returns"):
        model.fit(series, series[:, 0])
    with pytest.warns(UserWarning, match="the first of which is row 0"):
        assert model.score(series, series[:, 0]) > 0
    with pytest.warns(UserWarning, match="level_feature"):
        scores = cross_val_score(model, series, series[:, 0], cv=2)
    assert (scores > -100).all()


def test_a_factor_that_is_not_known_is_the_mean_one():
    windows, y = make_lag_windows(1000.0 + 10 * WALK[:, 0], lag=3)
    model = small(loss="poisson").fit(windows, y)
    assert model._mean_level == pytest.approx(windows.mean(axis=(1, 2)).mean())
    with pytest.warns(UserWarning, match="mean level"):
        forecast = model.predict(np.concatenate([np.full((1, 3, 1), np.nan), windows]))[0]
    assert 500 < forecast < 2000


def test_keras_forecasts_an_unknown_level_from_the_mean_one():
    windows, y = shifted(1000.0)
    for parameters in ({}, {"loss": "poisson"}):
        model = small(**parameters).fit(windows, y)
        given = np.concatenate([np.full((2, 3, 2), np.nan), windows]).astype(np.float32)
        with pytest.warns(UserWarning, match="mean level"):
            expected = model.predict(given)
        np.testing.assert_allclose(np.asarray(model.model_(given)), expected, rtol=1e-6)


def test_keras_cannot_take_what_float32_does_not_hold():
    """But a constant can be subtracted first, since the level is added again."""
    windows, y = shifted(1e8)
    model = small().fit(windows, y)
    with pytest.warns(UserWarning, match="a Keras model takes float32. Subtract a constant"):
        in_keras = model.model_
    found = np.asarray(in_keras(np.float32(windows - [1e8, 0.0])), np.float64)
    np.testing.assert_allclose(found + 1e8, model.predict(windows), rtol=0, atol=1e-5)


def test_the_mean_level_of_online_learning_is_that_of_all_rows():
    windows, y = shifted(1000.0)
    model = small()
    for start in range(0, 37, 5):
        model.partial_fit(windows[start : start + 5], y[start : start + 5])
    assert model._mean_level == pytest.approx(windows[:, -1, 0].mean())


def test_without_any_level_there_is_no_forecast():
    windows, y = shifted(1000.0)
    model = small().partial_fit(np.full((1, 3, 2), np.nan), y[:1])
    with pytest.raises(ValueError, match=r"mean level of the training rows, .* is not known"):
        model.predict(np.full((1, 3, 2), np.nan))
    model.predict(windows)
