"""What the networks of a forecaster read, and forecasts of windows."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from skrnn.forecasting._forecaster_networks import ForecasterNetworks, forecast, forecast_stream


def test_what_is_not_finite(cheap, months):
    forecaster = cheap(
        target_scaler=None, activation="linear", autoregressive=False, level=False
    ).fit(months)
    [regressor] = forecaster.networks_.regressors
    regressor.weights_ = [100 * weight for weight in regressor.weights_]
    [(task, network)] = forecaster.networks_.tasks_and_networks()
    for function in (forecast, forecast_stream):
        with pytest.raises(ValueError, match="A forecast is not finite"):
            function(network, task, np.full((2, 3, 1), 1e308))


@pytest.mark.parametrize("strategy", ["multioutput", "recursive"])
def test_known_features_are_read_beside_the_past_of_y(cheap, months, strategy):
    X = pd.DataFrame({"price": np.arange(60.0)}, months.index)
    forecaster = cheap(strategy=strategy, feature_scaler=None, epochs=1).fit(months, X, fh=[1, 2])
    networks = forecaster.networks_
    ahead = 1 if strategy == "recursive" else 2
    [(_, windows, lags, names)] = forecaster.network_windows(months.index[10:11])
    assert names == ["y", "price"]
    np.testing.assert_array_equal(windows[0, :, 1], np.arange(7, 10) + ahead)
    networks.past_of_known = True
    [(_, windows, lags, names)] = forecaster.network_windows(months.index[10:11])
    assert names == ["y", f"price, {ahead} ahead", "price"]
    np.testing.assert_array_equal(windows[0, :, 1], np.arange(7, 10) + ahead)
    np.testing.assert_array_equal(windows[0, :, 2], [7, 8, 9])
    np.testing.assert_array_equal(lags[:, 0], lags[:, 2])


@pytest.mark.parametrize(
    ("n_rows", "names"), [(1001, ["y", "X"]), (1002, ["y", "X, 2 ahead", "X"])]
)
def test_with_few_windows_only_the_horizon_is_read(cheap, n_rows, names):
    y = pd.Series(np.sin(np.arange(n_rows)), name="y")
    forecaster = cheap(strategy="multioutput", epochs=1, batch_size=256)
    forecaster.fit(y, y.to_frame("X"), fh=[1, 2])
    assert forecaster.network_windows(y.index[-1:])[0][3] == names


STEPS = 3


def forecasts(forecaster, y, X, *, together, monkeypatch):
    """Forecasts from the last rows, from five rows before them, and from nine rows before."""
    ends = y.groupby(level=0).size().to_numpy() if y.index.nlevels > 1 else np.array([len(y)])
    with monkeypatch.context() as patch:
        if not together:
            patch.setattr(ForecasterNetworks, "repeated", lambda networks, n_copies: None)
        found = forecaster._forecasts_after(y, X, [ends - 9, ends - 5, ends], STEPS)
    assert [points.shape for points in found] == [(len(ends), STEPS, 1)] * 3
    return np.stack(found)


@pytest.mark.filterwarnings("ignore:The forecast of")  # one epoch is not enough
@pytest.mark.parametrize("of_panel", [False, True])
@pytest.mark.parametrize(
    "parameters",
    [
        {"transformer": "log", "sp": 4, "deseasonalize": True},
        {"deseasonalize": False, "target_scaler": None, "strategy": "recursive"},
        {"strategy": "direct", "loss": "quantile", "quantile": [0.1, 0.5, 0.9]},
    ],
)
def test_several_rows_at_once_are_forecast_as_one_after_another(
    cheap, months, panel, monkeypatch, parameters, of_panel
):
    y = panel.abs() if of_panel else months.abs().to_frame("y")
    y.iloc[:7:2] = 0.0  # logarithms are shifted
    y.iloc[-4] = np.nan
    forecaster = cheap(**parameters).fit(y, fh=np.arange(1, STEPS + 1))
    assert forecaster.networks_.repeated(3) is not None
    found, expected = (
        forecasts(forecaster, y, None, together=together, monkeypatch=monkeypatch)
        for together in (True, False)
    )
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.filterwarnings("ignore:The forecast of")  # one epoch is not enough
def test_past_features_are_repeated_too(cheap, panel, monkeypatch):
    X = pd.DataFrame({"x": np.arange(float(len(panel)))}, panel.index)
    parameters = {"known_features": None, "strategy": "multioutput", "feature_scaler": None}
    forecaster = cheap(**parameters).fit(panel, X, fh=np.arange(1, STEPS + 1))
    found, expected = (
        forecasts(forecaster, panel, X, together=together, monkeypatch=monkeypatch)
        for together in (True, False)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize(
    "parameters",
    [{"stateful": True}, {"transformer": StandardScaler()}, {"known_features": "all"}],
)
def test_networks_that_forecast_one_row_after_another(cheap, months, parameters):
    X = months.to_frame("x") if "known_features" in parameters else None
    forecaster = cheap(**parameters).fit(months, X, fh=[1])
    assert forecaster.networks_.repeated(2) is None


def test_static_features_are_looked_up_by_the_name_of_a_series(cheap, panel):
    X = pd.DataFrame({"size": panel.index.get_level_values(0).map({"a": 1.0, "b": 2.0, "c": 3.0})})
    forecaster = cheap(static=["size"], known_features=None)
    forecaster.fit(panel, X.set_index(panel.index), fh=[1])
    assert forecaster.networks_.static.tolist() == [True]
    assert forecaster.networks_.repeated(2) is None
