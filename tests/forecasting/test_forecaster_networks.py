"""What the networks of a forecaster read, and forecasts of windows."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._forecaster_networks import forecast, forecast_stream


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
