"""Forecasts many steps ahead against slow loops of one-step forecasts."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.base import ForecastingHorizon

from skrnn.forecasting._strategies import median

N_STEPS = 7


def slow_loop(forecaster, series, n_steps):
    """Forecast by `RNNRegressor.predict`, one window after the other."""
    networks = forecaster.networks_
    scaler = networks.target_scaling.transformer
    past = list(scaler.transform(series.to_numpy()[:, None])[:, 0])
    [regressor] = networks.regressors
    state = regressor._states if regressor.stateful else None
    for _ in range(n_steps):
        window = np.array(past[-networks.lag :])[None, :, None]
        value, state = regressor.predict(window, initial_state=state, return_state=True)
        if not regressor.stateful:
            state = None
        past.append(float(value[0]))
    return scaler.inverse_transform(np.array(past[-n_steps:])[:, None])[:, 0]


@pytest.mark.parametrize("cell", ["simple", "gru", "lstm"])
@pytest.mark.parametrize("stateful", [False, True])
def test_a_slow_loop(cheap, months, cell, stateful):
    forecaster = cheap(cell=cell, stateful=stateful, batch_size=1).fit(months)
    fast = forecaster.predict(fh=range(1, N_STEPS + 1))
    np.testing.assert_allclose(fast, slow_loop(forecaster, months, N_STEPS), atol=1e-5)


def test_all_series_at_once(cheap, panel):
    forecaster = cheap().fit(panel)
    together = forecaster.predict(fh=range(1, N_STEPS + 1))
    times = ForecastingHorizon(range(30, 33), is_relative=False)
    same_times = forecaster.predict(fh=times)
    for name, series in panel["y"].groupby("series"):
        alone = slow_loop(forecaster, series, N_STEPS)
        np.testing.assert_allclose(together.loc[name, "y"], alone, atol=1e-5)
        assert together.loc[name].index[0] == series.index[-1][-1] + 1
        n_missing = 29 - series.index[-1][-1]  # c ends earlier
        np.testing.assert_allclose(
            same_times.loc[name, "y"], alone[n_missing : n_missing + 3], atol=1e-5
        )


def test_gaps_in_the_horizon(cheap, months):
    forecaster = cheap().fit(months)
    whole = forecaster.predict(fh=range(1, 13))
    some = forecaster.predict(fh=[2, 5, 12])
    pd.testing.assert_series_equal(some, whole.iloc[[1, 4, 11]])


def test_a_stateful_network_goes_over_what_it_has_not_learned(cheap, months):
    forecaster = cheap(stateful=True).fit(months[:50])
    regressor = forecaster.networks_.regressors[0]
    scaler = forecaster.networks_.target_scaling.transformer
    values = scaler.transform(months.to_numpy()[:, None])
    windows = np.stack([values[i - 3 : i] for i in range(50, 61)])
    expected = scaler.inverse_transform(regressor.predict(windows)[-1:, None])[0, 0]
    forecaster.update(months[50:], update_params=False)
    np.testing.assert_allclose(forecaster.predict(fh=1), expected, atol=1e-5)


@pytest.mark.parametrize("strategy", ["direct", "multioutput"])
def test_stateful_networks_of_many_steps(cheap, months, strategy):
    forecaster = cheap(stateful=True, strategy=strategy).fit(months, fh=[1, 3])
    assert forecaster.predict().notna().all()


def test_trailing_missing_values_are_filled_step_after_step(cheap, months):
    forecaster = cheap().fit(months)
    known, unknown = months[:-4], months.copy()
    unknown[-4:] = np.nan
    filled = forecaster.clone().fit(unknown)
    shorter = forecaster.clone().fit(known)
    np.testing.assert_allclose(filled.predict(fh=[1, 2]), shorter.predict(fh=[5, 6]), rtol=1e-6)


def test_two_targets_step_together(cheap, months):
    y = pd.DataFrame({"a": months, "b": months.shift(2).bfill() * 3})
    forecaster = cheap(target_scaler=None, epochs=20).fit(y)
    networks = forecaster.networks_
    past = y.to_numpy()
    for _ in range(3):
        window = past[None, -3:]
        step = [regressor.predict(window)[0] for regressor in networks.regressors]
        past = np.vstack([past, step])
    np.testing.assert_allclose(forecaster.predict(fh=[1, 2, 3]), past[-3:], atol=1e-5)


def test_in_sample_is_one_step_ahead(cheap, months):
    forecaster = cheap(target_scaler=None).fit(months)
    [regressor] = forecaster.networks_.regressors
    values = months.to_numpy()
    expected = [regressor.predict(values[None, t - 3 : t, None])[0] for t in range(3, 60)]
    fitted = forecaster.predict(fh=np.arange(-59, 1))
    np.testing.assert_allclose(fitted[3:], expected, atol=1e-5)
    assert np.isnan(fitted.iloc[0])
    partly_known = np.full((1, 3, 1), np.nan)
    partly_known[0, -1] = values[0]
    np.testing.assert_allclose(fitted.iloc[1], regressor.predict(partly_known)[0], atol=1e-5)


def test_in_sample_of_a_stateful_network(cheap, months):
    forecaster = cheap(stateful=True, target_scaler=None).fit(months)
    [regressor] = forecaster.networks_.regressors
    values = months.to_numpy()
    windows = np.stack([values[t - 3 : t, None] for t in range(3, 60)])
    fitted = forecaster.predict(fh=np.arange(-59, 1))
    expected = regressor.predict(windows, initial_state=[np.zeros(2)])
    np.testing.assert_allclose(fitted[3:], expected, atol=1e-5)


@pytest.mark.parametrize("strategy", ["recursive", "direct"])
def test_nothing_known(cheap, months, strategy):
    y = months.copy()
    y[-6:] = np.nan
    forecaster = cheap(strategy=strategy).fit(y, fh=[1, 2])
    if strategy == "recursive":
        assert forecaster.predict().notna().all()
        return
    with pytest.warns(UserWarning, match="y is forecast by its last known value"):
        forecast = forecaster.predict()
    np.testing.assert_array_equal(forecast, y.iloc[-7])


def test_median():
    values = np.array([[1.0, 8.0]])
    assert median(values, (0.6, 0.9)) == 1.0
    assert median(values, (0.4, 0.6)) == pytest.approx(4.5)
    assert median(values[:, :1], (0.6,)) == 1.0
    assert median(values[:, :1], ()) == 1.0


@pytest.mark.parametrize("strategy", ["recursive", "multioutput"])
def test_a_state_is_carried_over_a_gap(cheap, months, strategy):
    y = months.copy()
    y.iloc[30:50] = np.nan
    forecaster = cheap(stateful=True, strategy=strategy, target_scaler="auto").fit(y, fh=[1, 2])
    assert forecaster.predict().notna().all()
    residuals = forecaster.predict_residuals()
    assert residuals[4:30].notna().all()
    assert residuals[51:].notna().all()
    assert residuals[30:51].isna().all()
