"""Fits that continue from the weights of a fit to fewer rows."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest

from skrnn import make_lag_windows
from skrnn.forecasting._continued_fits import learn_fresh_rows
from skrnn.forecasting._network_training import _FURTHER_RATE
from skrnn.forecasting._panel import Panel


@pytest.mark.parametrize(
    ("settings", "n_steps", "possible"),
    [
        ({}, 3, True),
        ({}, 2, False),
        ({"early_stopping": True, "validation_fraction": 0.3}, 3, False),
        ({"engine": "numpy"}, 3, False),
        ({"learning_rate": None}, 3, False),
        ({"strategy": "recursive"}, 3, False),
    ],
    ids=str,
)
def test_which_fits_can_go_on(cheap, months, settings, n_steps, possible, monkeypatch):
    monkeypatch.setattr("skrnn.forecasting._continued_fits.ROWS_OF_LONG_FITS", 60)
    settings = {"strategy": "multioutput", "learning_rate": 0.01, **settings}
    forecaster = cheap(**settings).fit(months, fh=[1, 2, 3])
    if "engine" not in settings:
        forecaster.networks_.regressors[0].engine_ = "tensorflow"  # it was not worth compiling
    assert forecaster._can_learn_further(n_steps) is possible
    monkeypatch.setattr("skrnn.forecasting._continued_fits.ROWS_OF_LONG_FITS", 61)
    assert not forecaster._can_learn_further(n_steps)


def test_fits_with_features_start_anew(cheap, months, monkeypatch):
    monkeypatch.setattr("skrnn.forecasting._continued_fits.ROWS_OF_LONG_FITS", 1)
    X = pd.DataFrame({"x": np.arange(60.0)}, months.index)
    forecaster = cheap(strategy="multioutput", learning_rate=0.01).fit(months, X=X, fh=[1])
    forecaster.networks_.regressors[0].engine_ = "tensorflow"
    assert not forecaster._can_learn_further(1)


@pytest.mark.parametrize("scaler", [None, "standard"])
def test_learning_further_is_a_warm_start_on_all_windows(cheap, months, scaler):
    settings = {"target_scaler": scaler, "strategy": "multioutput", "n_networks": 1, "lag": 3}
    settings |= {"learning_rate": 0.02, "shuffle": False}
    before = cheap(epochs=10, **settings).fit(months[:-2], fh=[1])
    network = deepcopy(before.networks_.regressors[0])
    after = deepcopy(before)._learn_further(months.to_frame())
    values = months.to_numpy()
    if scaler:
        values = (values - values.mean()) / values.std()  # scales come from all rows, too
    windows, targets = make_lag_windows(values, 3)
    rate = _FURTHER_RATE * 0.02
    expected = network.set_params(epochs=3, warm_start=True, learning_rate=rate)
    expected.fit(windows, targets)
    found = after.networks_.regressors[0]
    for ours, theirs in zip(found.weights_, expected.weights_, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert (found.epochs, found.learning_rate) == (10, 0.02)
    assert after.cutoff == months.index[-1:]
    assert after.predict().index.equals(months.index[-1:] + 1)


@pytest.fixture
def learned(monkeypatch):
    """What networks are given to learn: values and ages."""
    noted = []

    def note(networks, panel, fresh, age, *, automatic_rate):
        noted.append((panel.values[fresh, 0], age[fresh]))

    monkeypatch.setattr("skrnn.forecasting._continued_fits.train_on_new_rows", note)
    return noted


def test_only_new_rows_are_learned(cheap, months, learned):
    forecaster = cheap().fit(months[:50])
    before = forecaster._panel
    new = Panel.of(months[45:53].to_frame(), forecaster._axis, 3)
    learn_fresh_rows(forecaster.networks_, before.with_rows_of(new, 3), new, before)
    [(values, age)] = learned
    np.testing.assert_allclose(values, months[50:53])
    np.testing.assert_array_equal(age, [50, 51, 52])


def test_nothing_new_is_not_learned(cheap, months, learned):
    forecaster = cheap().fit(months)
    panel = forecaster._panel
    learn_fresh_rows(forecaster.networks_, panel, panel, panel)
    assert learned == []
