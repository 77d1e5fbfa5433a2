"""Forecasts from several rows of each series in one call."""

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from skrnn.forecasting import _network_forecasts
from skrnn.forecasting._repeated_networks import repeated_networks

pytestmark = pytest.mark.filterwarnings("ignore:The forecast of")  # one epoch is not enough
STEPS = 3


def forecasts(forecaster, y, X, *, together, monkeypatch):
    """Forecasts from the last rows, from five rows before them, and from nine rows before."""
    ends = y.groupby(level=0).size().to_numpy() if y.index.nlevels > 1 else np.array([len(y)])
    with monkeypatch.context() as patch:
        if not together:
            patch.setattr(_network_forecasts, "repeated_networks", lambda networks, n_copies: None)
        found = forecaster._forecasts_after(y, X, [ends - 9, ends - 5, ends], STEPS)
    assert [points.shape for points in found] == [(len(ends), STEPS, 1)] * 3
    return np.stack(found)


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
    assert repeated_networks(forecaster.networks_, 3) is not None
    found, expected = (
        forecasts(forecaster, y, None, together=together, monkeypatch=monkeypatch)
        for together in (True, False)
    )
    assert np.isfinite(expected).all()
    np.testing.assert_allclose(found, expected, rtol=1e-6)


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
    assert repeated_networks(forecaster.networks_, 2) is None


def test_static_features_are_looked_up_by_the_name_of_a_series(cheap, panel):
    X = pd.DataFrame({"size": panel.index.get_level_values(0).map({"a": 1.0, "b": 2.0, "c": 3.0})})
    forecaster = cheap(static=["size"], known_features=None)
    forecaster.fit(panel, X.set_index(panel.index), fh=[1])
    assert forecaster.networks_.static.tolist() == [True]
    assert repeated_networks(forecaster.networks_, 2) is None
