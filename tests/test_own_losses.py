"""Losses as objects in estimators: built-in ones, and one that a user wrote."""

import pickle
import subprocess
import sys

import keras
import numpy as np
import pandas as pd
import pytest
from own_loss import Cauchy
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skrnn import RNNRegressor, build_network
from skrnn.engines.tensorflow._program import programs
from skrnn.forecasting import RNNForecaster
from skrnn.losses import Gamma, Huber, Pinball, Poisson, SquaredError, check_loss

RNG = np.random.RandomState(0)
X = RNG.normal(size=(24, 3, 1))
Y = X.sum(axis=(1, 2)) + 0.1 * RNG.normal(size=24)
SERIES = pd.Series(5 + np.sin(np.arange(40)), pd.period_range("2000-01", periods=40, freq="M"))


def small(loss, **parameters):
    defaults = {"units": 2, "epochs": 2, "batch_size": 12, "random_state": 0}
    return RNNRegressor("simple", loss=loss, **defaults | parameters)


def forecaster(loss, **parameters):
    defaults = {"cell": "simple", "units": 2, "lag": 4, "epochs": 1, "n_networks": 1}
    return RNNForecaster(loss=loss, random_state=0, **defaults | parameters)


def assert_same_fit(first, second):
    for a, b in zip(first.weights_, second.weights_, strict=True):
        np.testing.assert_array_equal(a, b)
    assert first.history_ == second.history_


def test_a_loss_trains_as_its_name():
    assert_same_fit(small(Huber()).fit(X, Y), small("huber").fit(X, Y))
    quantiles = small("quantile", quantile=[0.1, 0.9]).fit(X, Y)
    assert_same_fit(small(Pinball([0.1, 0.9])).fit(X, Y), quantiles)
    assert quantiles.predict(X).shape == (24, 2)


def test_equal_losses_share_a_program_and_other_ones_do_not():
    small(Cauchy(1.5)).fit(X, Y)
    n_built = programs.n_built
    small(Cauchy(1.5)).fit(X, Y)
    assert programs.n_built == n_built
    assert not np.array_equal(
        small(Cauchy(0.1)).fit(X, Y).weights_[0], small(Cauchy(1.5)).fit(X, Y).weights_[0]
    )
    assert programs.n_built == n_built + 1


def test_weights_unknown_targets_and_validation():
    """The validation loss is the weighted mean of the errors of the known targets."""
    y, weight = Y.copy(), RNG.uniform(size=24)
    y[[3, 20]] = np.nan
    model = small(Cauchy(), early_stopping=True, validation_fraction=0.25)
    model.fit(
        X[:18], y[:18], weight[:18], X_val=X[18:], y_val=y[18:], sample_weight_val=weight[18:]
    )
    best = int(np.argmin(model.history_["val_loss"]))
    known = ~np.isnan(y[18:])
    error = np.log(1 + (model.predict(X[18:]) - y[18:])[known] ** 2)
    expected = np.average(error, weights=weight[18:][known])
    assert model.history_["val_loss"][best] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("parameters", "y"),
    [
        ({}, np.stack([Y, -Y], axis=1)),
        ({"return_sequences": True}, X[:, :, 0] + RNG.normal(size=(24, 3))),
        ({"n_networks": 2, "level_feature": 0}, Y),
        ({"stateful": True}, Y),
    ],
    ids=["outputs", "sequences", "networks", "stateful"],
)
def test_forms_of_networks(parameters, y):
    model = small(Cauchy(), **parameters).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert np.isfinite(model.score(X, y))
    in_keras = model.model_.predict(X, verbose=0).reshape(y.shape)
    if not model.stateful:
        np.testing.assert_allclose(in_keras, model.predict(X), rtol=1e-4, atol=1e-5)


def test_training_equals_keras_with_the_same_loss():
    """A compiled Keras model with the loss takes the same steps from the same weights."""
    parameters = {"optimizer": "sgd", "learning_rate": 0.1, "shuffle": False, "batch_size": 8}
    start = small(Cauchy(), **parameters | {"learning_rate": 1e-12}).fit(X, Y)
    model = build_network("simple", 2, n_timesteps=3)
    model.set_weights(start.weights_)
    model.compile(keras.optimizers.SGD(0.1), loss=Cauchy(), jit_compile=False)
    history = model.fit(X, Y, epochs=2, batch_size=8, shuffle=False, verbose=0).history
    fitted = small(Cauchy(), **parameters).fit(X, Y)
    np.testing.assert_allclose(history["loss"], fitted.history_["loss"], rtol=1e-5)
    for ours, theirs in zip(fitted.weights_, model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-6)


def test_a_search_over_losses_and_their_parameters():
    grid = [
        {"rnnregressor__loss": ["huber", SquaredError(), Cauchy()]},
        {"rnnregressor__loss": [Cauchy()], "rnnregressor__loss__scale": [0.5, 2.0]},
    ]
    search = GridSearchCV(make_pipeline(small("huber")), grid, cv=TimeSeriesSplit(2))
    search.fit(X[:, :, 0], Y)
    tried = [list(params.values()) for params in search.cv_results_["params"]]
    assert tried[2:] == [[Cauchy()], [Cauchy(), 0.5], [Cauchy(), 2.0]]
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("make", [small, forecaster])
def test_clone_repr_and_nested_parameters(make):
    model = make(Cauchy(3.0))
    assert "loss=Cauchy(scale=3.0)" in repr(model)
    assert clone(model).loss == Cauchy(3.0)
    assert model.get_params()["loss__scale"] == 3.0
    assert model.set_params(loss__scale=2.0).loss == Cauchy(2.0)
    assert model.set_params(loss=Huber(), loss__delta=0.5).loss == Huber(0.5)
    assert model.set_params(**model.get_params()).loss == Huber(0.5)
    assert clone(make(Pinball([0.1, 0.9]))).loss == Pinball((0.1, 0.9))
    if make is forecaster:
        assert make(Pinball([0.1, 0.9])).clone().loss == Pinball((0.1, 0.9))
        assert make(Huber(2)).clone().loss == Huber(2.0)
    with pytest.raises(ValueError, match="Invalid parameter 'scale' for Huber"):
        model.set_params(loss__scale=1.0)


def test_a_stored_estimator_forecasts_without_tensorflow(tmp_path):
    model = small(Cauchy()).fit(X, Y)
    (tmp_path / "model").write_bytes(pickle.dumps((model, X, model.predict(X))))
    program = (
        "import pickle, sys, numpy as np\n"
        f"model, X, expected = pickle.load(open({str(tmp_path / 'model')!r}, 'rb'))\n"
        "np.testing.assert_array_equal(model.predict(X), expected)\n"
        "model.score(X, expected)\n"
        "assert 'tensorflow' not in sys.modules and 'keras' not in sys.modules\n"
    )
    path = [*sys.path, "tests/_support"]
    program = f"import sys; sys.path[:] = {path!r}\n" + program
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True)


def test_a_positive_loss_of_amounts():
    """Rows that only fill a batch have a target of zero, which the gamma deviance has not."""
    amounts = np.exp(Y)
    amounts[5] = np.nan
    model = small(Gamma(), epochs=3, batch_size=10).fit(X, amounts)
    assert np.isfinite(model.history_["loss"]).all()
    assert (model.predict(X) > 0).all()
    with pytest.raises(ValueError, match=r"y does not suit loss=Gamma\(\): it contains 0, but"):
        small(Gamma()).fit(X, np.zeros(24))


@pytest.mark.parametrize(
    "loss", [Huber(2.0), Cauchy(), Gamma(), Poisson(), Pinball(0.5)], ids=repr
)
def test_a_forecaster_takes_a_loss(loss):
    y = SERIES.round() if isinstance(loss, Poisson) else SERIES
    forecast = forecaster(loss, epochs=40).fit(y, fh=[1, 2]).predict()
    assert np.isfinite(forecast).all()


def test_a_forecaster_of_quantiles_takes_a_loss():
    model = forecaster(Pinball((0.1, 0.5, 0.9)), strategy="multioutput")
    assert model.get_tag("capability:pred_int")
    named = forecaster("quantile", quantile=(0.1, 0.5, 0.9), strategy="multioutput")
    quantiles = [
        one.fit(SERIES, fh=[1, 2]).predict_quantiles(alpha=[0.1, 0.9]).to_numpy()
        for one in (model, named)
    ]
    np.testing.assert_array_equal(*quantiles)
    assert (quantiles[0][:, 0] <= quantiles[0][:, 1]).all()


def test_a_forecaster_leaves_targets_as_they_are_if_the_loss_needs_it():
    with pytest.raises(ValueError, match=r"loss=Gamma\(\) and differencing=1 contradict"):
        forecaster(Gamma(), differencing=1).fit(SERIES, fh=[1])


@pytest.mark.parametrize("loss", [Huber, "squared", None, abs])
def test_values_that_are_no_loss_are_named(loss):
    with pytest.raises(ValueError, match="The 'loss' parameter of RNNRegressor must be"):
        small(loss).fit(X, Y)


def test_the_loss_of_these_tests_keeps_the_contract():
    check_loss(Cauchy(0.5))
