"""Networks of every kind: NumPy against Keras's forward pass, training against Keras's fit."""

import keras
import numpy as np
import pytest
from covering_array import all_pairs
from keras_reference import fit_in_keras, largest_difference

from skrnn import RNNRegressor, build_network
from skrnn.keras_bridge._model import build_model, set_weights
from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_windows

CELLS = ["simple", "gru", "lstm"]


def holed_windows(n_rows=30):
    rng = np.random.RandomState(1)
    X = rng.normal(size=(n_rows, 4, 2)).astype(np.float32)
    X[rng.rand(n_rows, 4) < 0.25] = np.nan
    X[3] = np.nan
    X[4, 0, 1] = np.nan
    X[5, :, 0] = np.nan
    return X


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_every_network_forecasts_as_keras_does(cell, bidirectional, return_sequences):
    rng = np.random.RandomState(0)
    X = holed_windows()
    paths = {
        "units": [(4,), (3, 5)],
        "autoregressive": [False, True],
        "level_feature": [None, 1],
        "n_quantiles": [0, 3],
    }
    for path in all_pairs(paths):
        architecture = Architecture(
            cell,
            n_timesteps=4,
            n_features=2,
            n_outputs=2,
            bidirectional=bidirectional,
            return_sequences=return_sequences,
            **path,
        )
        weights = architecture.initial_weights(rng)
        weights = [(w + 0.1 * rng.normal(size=w.shape)).astype(np.float32) for w in weights]
        model = build_model(architecture, seed=0)
        assert [w.shape for w in model.get_weights()] == [w.shape for w in weights]
        set_weights(model, architecture, weights)
        assert largest_difference(model.get_weights(), weights) == 0
        forecast, _ = predict_windows(architecture, weights, X)
        expected = np.asarray(model(X))
        forecast = forecast if return_sequences else forecast[:, 0]
        assert forecast.shape == expected.shape
        np.testing.assert_allclose(forecast, expected, atol=1e-5)


def training(**parameters):
    settings = {"units": 4, "epochs": 2, "batch_size": 10, "shuffle": False, "random_state": 3}
    return RNNRegressor(**settings | parameters)


@pytest.fixture
def data():
    rng = np.random.RandomState(7)
    X = rng.normal(size=(47, 3, 2)).astype(np.float32)
    return X, 0.3 * X.sum(axis=(1, 2)) + 0.1 * rng.normal(size=47)


VARIANTS = {
    "bidirectional": {"bidirectional": True},
    "bidirectional, stacked": {"bidirectional": True, "units": (4, 3)},
    "stacked": {"units": (4, 3, 2)},
    "autoregressive": {"autoregressive": True, "weight_decay": 0.1, "l2": 0.01},
    "level": {"level_feature": 1},
    "level and path": {"level_feature": 0, "autoregressive": True, "units": (3, 2)},
}


@pytest.mark.parametrize(
    "case",
    # The two engines, and the forward pass of Keras, are compared for all cells and variants.
    all_pairs(
        {"variant": list(VARIANTS), "missing": [False, True], "cell": CELLS},
        apart=[{"cell", "variant"}],
    ),
    ids=lambda case: "-".join(map(str, case.values())),
)
def test_trains_as_keras_does(data, case):
    X, y = data
    if case["missing"]:
        X[::4, 0] = np.nan
        X[5, 2, 0] = np.nan
    model = training(cell=case["cell"], **VARIANTS[case["variant"]]).fit(X, y)
    weights, history = fit_in_keras(model, X, y, mask_missing=case["missing"])
    assert largest_difference(model.weights_, weights) < 1e-5
    np.testing.assert_allclose(model.history_["loss"], history["loss"], atol=1e-5)


@pytest.mark.parametrize(
    "settings",
    [
        {"loss": "huber"},
        {"loss": "quantile", "quantile": 0.8},
        {"loss": "quantile", "quantile": (0.1, 0.5, 0.9), "level_feature": 0},
        {"clipnorm": 0.05},
        {"clipnorm": 0.05, "optimizer": "sgd", "learning_rate": 0.5},
    ],
    ids=str,
)
def test_losses_and_clipping_train_as_in_keras(data, settings):
    X, y = data
    two = np.column_stack([y, y**2])
    model = training(**settings).fit(X, two)
    weights, history = fit_in_keras(model, X, two)
    assert largest_difference(model.weights_, weights) < 1e-5
    np.testing.assert_allclose(model.history_["loss"], history["loss"], atol=1e-5)


@pytest.mark.parametrize(
    ("cell", "settings"),
    [
        ("simple", {}),
        ("gru", {"autoregressive": True, "level_feature": 1}),
        ("lstm", {"autoregressive": True, "level_feature": 1}),
    ],
)
def test_many_to_many_trains_as_in_keras(data, cell, settings):
    X, _ = data
    y = np.cumsum(X, axis=1)[:, :, :1] * [[[1.0, 0.5]]]
    model = training(cell=cell, return_sequences=True, **settings).fit(X, y)
    weights, history = fit_in_keras(model, X, y)
    assert largest_difference(model.weights_, weights) < 1e-5
    np.testing.assert_allclose(model.history_["loss"], history["loss"], atol=1e-5)
    assert model.predict(X).shape == y.shape
    np.testing.assert_allclose(model.model_.predict(X, verbose=0), model.predict(X), atol=1e-5)


def test_masked_many_to_many_equals_keras_where_masked_steps_have_no_target(data):
    """Keras leaves the loss of masked steps out; here a NaN in the target does."""
    X, _ = data
    y = np.cumsum(X[:, :, 0], axis=1)
    X[::3, 1] = np.nan
    X[::5, 0] = np.nan
    masked = np.isnan(X).any(axis=2)
    model = training(return_sequences=True, batch_size=47).fit(X, np.where(masked, np.nan, y))
    weights, _ = fit_in_keras(model, X, y, mask_missing=True)
    assert largest_difference(model.weights_, weights) < 1e-5


def test_targets_that_are_missing_take_no_part(data):
    X, _ = data
    y = np.cumsum(X[:, :, 0], axis=1)
    holed = y.copy()
    holed[:, 0] = np.nan
    model = training(return_sequences=True).fit(X, holed)
    other = training(return_sequences=True).fit(X, np.where(np.isnan(holed), np.nan, holed))
    assert largest_difference(model.weights_, other.weights_) == 0
    full = training(return_sequences=True).fit(X, y)
    assert largest_difference(model.weights_, full.weights_) > 1e-3
    # The last step alone is what a network without sequences learns.
    last = np.full_like(y, np.nan)
    last[:, -1] = y[:, -1]
    to_many = training(return_sequences=True).fit(X, last)
    to_one = training().fit(X, y[:, -1])
    assert largest_difference(to_many.weights_, to_one.weights_) < 1e-6


def test_quantiles_never_cross_and_cover(data):
    rng = np.random.RandomState(0)
    X = rng.normal(size=(2000, 1, 1))
    y = X[:, 0, 0] + rng.normal(size=2000)
    quantiles = (0.1, 0.5, 0.9)
    model = RNNRegressor(
        "simple",
        8,
        loss="quantile",
        quantile=quantiles,
        epochs=30,
        learning_rate=0.01,
        random_state=0,
    ).fit(X, y)
    forecast = model.predict(X)
    assert forecast.shape == (2000, 3)
    far = model.predict(rng.normal(scale=100, size=(500, 1, 1)))
    assert (np.diff(forecast, axis=1) >= 0).all()
    assert (np.diff(far, axis=1) >= 0).all()
    np.testing.assert_allclose((y[:, None] <= forecast).mean(axis=0), quantiles, atol=0.03)
    single = RNNRegressor(
        "simple", 8, loss="quantile", quantile=0.9, epochs=30, learning_rate=0.01, random_state=0
    ).fit(X, y)
    assert single.predict(X).shape == (2000,)
    assert (y <= single.predict(X)).mean() == pytest.approx(0.9, abs=0.03)


def test_dropout_draws_from_the_random_state_alone(data):
    X, y = data
    settings = {"dropout": 0.3, "recurrent_dropout": 0.2}
    once, twice = (training(**settings).fit(X, y) for _ in range(2))
    assert largest_difference(once.weights_, twice.weights_) == 0
    plain = training().fit(X, y)
    assert largest_difference(once.weights_, plain.weights_) > 1e-3
    # Forecasts leave nothing out.
    np.testing.assert_array_equal(once.predict(X), once.predict(X))
    np.testing.assert_allclose(once.model_.predict(X, verbose=0)[:, 0], once.predict(X), atol=1e-5)


def test_dropout_differs_from_step_to_step():
    """At a rate of next to nothing the loss of one row changes by what is left out alone."""
    model = RNNRegressor(
        "simple", 16, epochs=40, dropout=0.5, optimizer="sgd", learning_rate=1e-12, random_state=0
    )
    losses = model.fit(np.ones((1, 1, 8)), np.ones(1)).history_["loss"]
    assert len(set(np.round(losses, 6))) > 10


def test_schedule_of_learning_rates(data):
    X, y = data
    schedule = keras.optimizers.schedules.ExponentialDecay(0.05, decay_steps=5, decay_rate=0.5)
    model = training(optimizer="sgd", learning_rate=schedule).fit(X, y)
    weights, _ = fit_in_keras(model, X, y)
    assert largest_difference(model.weights_, weights) < 1e-5
    in_instance = training(optimizer=keras.optimizers.SGD(schedule)).fit(X, y)
    assert largest_difference(model.weights_, in_instance.weights_) < 1e-6


def test_level_follows_a_trend_that_the_plain_network_cannot():
    t = np.arange(300.0)
    series = 0.05 * t + np.sin(t)
    X = np.lib.stride_tricks.sliding_window_view(series, 6)[:-1, :, None]
    y = series[6:]
    settings = {"units": 8, "epochs": 60, "learning_rate": 0.01, "random_state": 0}
    errors = {}
    for level_feature in (None, 0):
        model = RNNRegressor(level_feature=level_feature, **settings).fit(X[:200], y[:200])
        errors[level_feature] = np.abs(model.predict(X[200:]) - y[200:]).mean()
    assert errors[0] < errors[None] / 5


def test_level_of_sequences_is_known_at_each_step():
    """A change of the last value may only change the forecast of the last step."""
    rng = np.random.RandomState(0)
    X = rng.normal(size=(20, 5, 1))
    model = training(
        return_sequences=True, level_feature=0, autoregressive=True, units=(3, 2)
    ).fit(X, rng.normal(size=(20, 5)))
    changed = X.copy()
    changed[:, -1] += 7.0
    before, after = model.predict(X), model.predict(changed)
    np.testing.assert_allclose(before[:, :-1], after[:, :-1], atol=1e-12)
    assert (np.abs(before[:, -1] - after[:, -1]) > 1e-3).all()


def test_build_network_takes_what_it_says():
    model = build_network("lstm", 4, n_timesteps=5, n_features=2, seed=1)
    same = build_network("lstm", 4, n_timesteps=5, n_features=2, seed=1)
    other = build_network("lstm", 4, n_timesteps=5, n_features=2, seed=2)
    assert largest_difference(model.get_weights(), same.get_weights()) == 0
    assert largest_difference(model.get_weights(), other.get_weights()) > 0
    layer = model.get_layer("lstm_0")
    assert (layer.activation.__name__, layer.recurrent_activation.__name__) == ("tanh", "sigmoid")
    many = build_network(
        "gru",
        [4, 3],
        n_timesteps=5,
        n_outputs=2,
        return_sequences=True,
        n_quantiles=3,
        bidirectional=True,
        autoregressive=True,
        level_feature=0,
        dropout=0.1,
    )
    assert many.output_shape == (None, 5, 2, 3)
