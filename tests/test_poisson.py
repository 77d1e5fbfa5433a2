"""Counts: the deviance of Poisson, exposures, levels as factors, and no negative forecast."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import d2_tweedie_score, mean_poisson_deviance

from skrnn import RNNRegressor, make_lag_windows
from skrnn.forecasting import RNNForecaster

from ._support.keras_reference import fit_in_keras, largest_difference

RNG = np.random.RandomState(0)
COUNTS = RNG.poisson(0.3 + 2 * (np.arange(120) % 4 == 0)).astype(float)
X, Y = make_lag_windows(COUNTS, lag=4)
WEIGHT = RNG.uniform(0.5, 2.0, len(Y))


def small(**parameters):
    return RNNRegressor(
        **{"cell": "simple", "units": 3, "loss": "poisson", "epochs": 2, "random_state": 0}
        | parameters
    )


@pytest.fixture(scope="module")
def fitted():
    return small(epochs=150, learning_rate=0.02).fit(X, Y)


def test_learns_means_and_its_loss_is_the_deviance(fitted):
    forecast = fitted.predict(X)
    assert (forecast > 0).all()
    deviance = mean_poisson_deviance(Y, forecast)
    assert deviance < 0.8 * mean_poisson_deviance(Y, np.full_like(Y, Y.mean()))
    assert fitted.score(X, Y) == pytest.approx(d2_tweedie_score(Y, forecast, power=1))
    assert forecast.mean() == pytest.approx(Y.mean(), rel=0.1)
    np.testing.assert_allclose(fitted.model_.predict(X, verbose=0)[:, 0], forecast, rtol=1e-5)
    still = small(learning_rate=1e-12).fit(X, Y, X_val=X, y_val=Y, sample_weight_val=WEIGHT)
    forecast = still.predict(X)
    assert still.history_["loss"][0] == pytest.approx(mean_poisson_deviance(Y, forecast), rel=1e-5)
    expected = mean_poisson_deviance(Y, forecast, sample_weight=WEIGHT)
    assert still.history_["val_loss"][0] == pytest.approx(expected, rel=1e-5)


def test_weights_equal_those_of_keras():
    model = small(learning_rate=0.02, shuffle=False).fit(X, Y)
    weights, _ = fit_in_keras(model, X, Y)
    assert largest_difference(model.weights_, weights) < 1e-5


@pytest.mark.parametrize("sequences", [False, True])
def test_a_level_is_a_factor(sequences):
    windows = X * np.linspace(0.1, 50, len(X))[:, None, None]
    windows[3:9, 2:] = np.nan
    windows[20] = 0.0
    y = np.abs(windows[:, ::-1, 0]) if sequences else Y
    model = small(level_feature=0, return_sequences=sequences).fit(windows, y)
    forecast = model.predict(windows)
    in_keras = model.model_.predict(windows, verbose=0)
    np.testing.assert_allclose(in_keras.reshape(forecast.shape), forecast, rtol=1e-5)
    known = np.where(np.isnan(windows[..., 0]), np.nan, windows[..., 0])
    factor = 1 + (known[:, 0] if sequences else np.nanmean(known, axis=1))
    plain = small(return_sequences=sequences).fit(windows, y)
    plain.weights_ = model.weights_
    expected = plain.predict(windows / factor[:, None, None]).T * factor
    np.testing.assert_allclose(forecast, expected.T, rtol=1e-6)


def test_exposures_are_sample_weights():
    constant, exposure = np.ones((40, 4, 1)), RNG.uniform(0.1, 5.0, 40)
    events = RNG.poisson(exposure)
    model = small(epochs=200, learning_rate=0.05, batch_size=40)
    rate = model.fit(constant, events / exposure, sample_weight=exposure).predict(constant[:1])
    assert rate[0] == pytest.approx(events.sum() / exposure.sum(), rel=0.01)


def test_series_of_zeros():
    zeros = np.zeros(len(Y))
    model = small(epochs=150, learning_rate=0.05).fit(X, zeros)
    assert 0 <= model.predict(X).max() < 0.1
    assert model.score(X, zeros) == 0.0


def test_extreme_windows_are_never_negative(fitted):
    extreme = np.array([0.0, 1e6, -1e6, 1e30])[:, None, None] * np.ones((4, 4, 1))
    assert (fitted.predict(extreme) >= 0).all()


def test_negative_counts_are_refused(fitted):
    with pytest.raises(
        ValueError, match="y does not suit loss='poisson': it contains -1, but counts are not"
    ):
        small().fit(X, Y - 1)
    with pytest.raises(ValueError, match="y_val does not suit loss='poisson': it contains -1"):
        small().fit(X, Y, X_val=X, y_val=Y - 1)
    with pytest.raises(ValueError, match="link of the loss from 'log' to 'identity'"):
        small(warm_start=True).fit(X, Y).set_params(loss="squared_error").fit(X, Y)


def forecaster(**parameters):
    return RNNForecaster(**{"loss": "poisson", "epochs": 2, "random_state": 0} | parameters)


SERIES = pd.Series(COUNTS, pd.period_range("2015-01", periods=len(COUNTS), freq="M"))


@pytest.mark.parametrize("factor", [1, 0, 1000])
def test_a_forecaster_of_counts(factor):
    model = forecaster(lag=4, cell="simple", n_networks=1)
    forecast = model.fit(factor * SERIES, fh=[1, 2, 3]).predict()
    assert (forecast >= 0).all()
    assert np.isfinite(forecast).all()


@pytest.mark.parametrize(
    "parameter",
    [
        {"transformer": "log"},
        {"deseasonalize": True},
        {"differencing": 1},
        {"target_scaler": "standard"},
    ],
)
def test_a_forecaster_of_counts_refuses_what_makes_them_negative(parameter):
    [name] = parameter
    with pytest.raises(ValueError, match=f"loss='poisson' and {name}=.* contradict each other"):
        forecaster(**parameter).fit(SERIES, fh=[1])


def test_a_forecaster_refuses_negative_counts():
    with pytest.raises(ValueError, match=r"loss='poisson': it contains -.*, but counts are not"):
        forecaster(lag=4, cell="simple", n_networks=1).fit(SERIES - 1, fh=[1, 2, 3])
