"""How the networks of a forecaster learn."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skrnn import RNNRegressor, make_lag_windows
from skrnn.forecasting._network_tasks import spread_out
from skrnn.forecasting._network_training import has_lower_rate


def test_one_network_is_the_regressor_on_the_same_windows(cheap, months):
    forecaster = cheap(target_scaler=None).fit(months)
    parameters = forecaster.networks_.regressors[0].get_params()
    windows, targets = make_lag_windows(months.to_numpy(), 3)
    regressor = RNNRegressor(**parameters).fit(windows, targets)
    for ours, theirs in zip(
        forecaster.networks_.regressors[0].weights_, regressor.weights_, strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_all_series_are_learned_from_and_no_window_holds_two(cheap, panel):
    forecaster = cheap(target_scaler=None, shuffle=False).fit(panel)
    parts = [make_lag_windows(s.to_numpy(), 3) for _, s in panel["y"].groupby("series")]
    windows, targets = (np.concatenate(part) for part in zip(*parts, strict=True))
    network = forecaster.networks_.regressors[0]
    regressor = RNNRegressor(**network.get_params()).fit(windows, targets)
    for ours, theirs in zip(network.weights_, regressor.weights_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_many_windows_are_sampled(cheap, panel, monkeypatch, early_stopping):
    monkeypatch.setattr("skrnn.forecasting._auto_settings._MOST_READ", 60)
    monkeypatch.setattr("skrnn.forecasting._auto_settings._SERIES_READ", 0)
    monkeypatch.setattr("skrnn.forecasting._auto_settings._MANY_WINDOWS", 50)
    forecaster = cheap(
        target_scaler=None,
        shuffle=False,
        epochs="auto",
        early_stopping=early_stopping,
        validation_fraction=0.25,
    ).fit(panel)
    network = forecaster.networks_.regressors[0]
    assert network.epochs == 3
    train, held_out = [], []
    for _, series in panel["y"].groupby("series"):
        windows, targets = make_lag_windows(series.to_numpy(), 3)
        n = int(np.ceil(0.25 * len(series))) if early_stopping else 0
        end = len(targets) - n
        train.append((windows[:end], targets[:end]))
        held_out.append((windows[end:], targets[end:]))
    X, y = map(np.concatenate, zip(*train, strict=True))
    chosen = spread_out(np.ones(len(y), bool), 20)
    validation = {}
    if early_stopping:
        X_val, y_val = map(np.concatenate, zip(*held_out, strict=True))
        some = spread_out(np.ones(len(y_val), bool), min(20, len(y_val)))
        validation = {"X_val": X_val[some], "y_val": y_val[some]}
    regressor = RNNRegressor(**network.get_params()).fit(X[chosen], y[chosen], **validation)
    for ours, theirs in zip(network.weights_, regressor.weights_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_large_panel_is_trained_in_numpy(cheap, panel, monkeypatch):
    monkeypatch.setattr("skrnn.engines._choice.MOST_SECONDS", 0.0)
    monkeypatch.setattr("skrnn.RNNRegressor._most_numpy_seconds", 0.0)
    monkeypatch.setattr("skrnn.forecasting._auto_settings._MOST_READ", 60)
    monkeypatch.setattr("skrnn.forecasting._auto_settings._SERIES_READ", 0)
    monkeypatch.setattr("skrnn.forecasting._auto_settings._MANY_WINDOWS", 50)
    forecaster = cheap(epochs="auto").fit(panel)
    assert forecaster.networks_.regressors[0].engine_ == "numpy"


@pytest.mark.parametrize("with_X", [False, True])
def test_the_rate_falls_if_there_are_features(cheap, panel, monkeypatch, with_X):
    monkeypatch.setattr("skrnn.forecasting._auto_settings._MANY_WINDOWS", 50)
    X = panel[["y"]].rename(columns={"y": "x"}) if with_X else None
    lowered, constant = (
        cheap(learning_rate=rate, epochs=3).fit(panel, X=X).networks_.regressors[0]
        for rate in ("auto", 0.005)
    )
    assert lowered.learning_rate == constant.learning_rate
    assert (lowered.history_ == constant.history_) is not with_X


def test_early_stopping_holds_out_the_end_of_each_series(cheap, panel):
    forecaster = cheap(
        target_scaler=None, shuffle=False, early_stopping=True, validation_fraction=0.25, epochs=3
    ).fit(panel)
    network = forecaster.networks_.regressors[0]
    train, held_out = [], []
    for _, series in panel["y"].groupby("series"):
        windows, targets = make_lag_windows(series.to_numpy(), 3)
        n = int(np.ceil(0.25 * len(series)))
        train.append((windows[:-n], targets[:-n]))
        held_out.append((windows[-n:], targets[-n:]))
    (X, y), (X_val, y_val) = (
        tuple(map(np.concatenate, zip(*part, strict=True))) for part in (train, held_out)
    )
    regressor = RNNRegressor(**network.get_params()).fit(X, y, X_val=X_val, y_val=y_val)
    np.testing.assert_allclose(network.history_["val_loss"], regressor.history_["val_loss"])
    with pytest.raises(ValueError, match=r"holds out 63 of the 63 windows.* early_stopping=False"):
        cheap(early_stopping=True, validation_fraction=0.99).fit(panel)


@pytest.mark.parametrize("fh", [[1, 2, 3, 4], [2, 5], [6]])
@pytest.mark.parametrize("strategy", ["multioutput", "direct"])
@pytest.mark.parametrize("fraction", [0.01, 0.2])
def test_no_target_is_both_learned_and_held_out(cheap, months, fh, strategy, fraction):
    width = fh[-1] - fh[0] + 1 if strategy == "multioutput" else 1
    border = len(months) - max(width, int(np.ceil(fraction * len(months))))

    def fitted(y):
        forecaster = cheap(
            target_scaler=None,
            strategy=strategy,
            early_stopping=True,
            validation_fraction=fraction,
            epochs=1,
            engine="numpy",
        )
        return forecaster.fit(y, fh=fh).networks_.regressors

    held_out, learned = months.copy(), months.copy()
    held_out.iloc[border:] += 5
    learned.iloc[border - 1] += 5
    for one, other, third in zip(fitted(months), fitted(held_out), fitted(learned), strict=True):
        assert one.history_["val_loss"] != other.history_["val_loss"]
        assert one.history_["loss"] == other.history_["loss"]
        assert one.history_["loss"] != third.history_["loss"]
        for ours, theirs in zip(one.weights_, other.weights_, strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_early_stopping_with_a_series_too_short_to_be_divided(cheap, panel):
    parameters = {"early_stopping": True, "strategy": "multioutput", "engine": "numpy"}
    fh = range(1, 11)
    with pytest.raises(ValueError, match=r"none of the 8 windows .* up to 10 .*smaller lag"):
        cheap(**parameters).fit(panel.loc[["b"]], fh=fh)
    network = cheap(**parameters).fit(panel, fh=fh).networks_.regressors[0]
    assert np.isfinite(network.history_["val_loss"]).all()
    cheap(early_stopping=True, epochs=1, engine="numpy").fit(panel, fh=fh)


@pytest.mark.parametrize(
    ("parameters", "length", "needed"),
    [
        ({}, 3, "lag=3 and a forecast 1"),
        ({"differencing": (1, 2)}, 6, r"lag=3, differencing=\(1, 2\) and a forecast 1"),
        ({"strategy": "multioutput"}, 7, "lag=3 and a forecast 5"),
    ],
)
def test_too_short(cheap, months, parameters, length, needed):
    fh = [1, 5] if parameters.get("strategy") else None
    with pytest.raises(
        ValueError, match=f"y is too short: with {needed}.* the longest .* {length}"
    ):
        cheap(**parameters).fit(months[:length], fh=fh)
    cheap(**parameters).fit(months[: length + 1], fh=fh)


def test_no_rows_without_a_gap(cheap, months):
    y = months.where(np.arange(len(months)) % 2 == 0)
    with pytest.raises(ValueError, match="each row has a missing step"):
        cheap(missing="drop").fit(y)
    with pytest.raises(
        ValueError, match=r"the 4 consecutive known rows .*: of its 60 rows, 60 .* match its dates"
    ):
        cheap().fit(months.where(months.isna()))


@pytest.mark.parametrize(
    ("given", "in_fit", "in_update"),
    [("auto", 0.005, 0.05 * 0.005), (0.005, 0.005, 0.005), (None, None, None)],
)
def test_update_is_partial_fit_over_the_new_rows(cheap, months, given, in_fit, in_update):
    # Few rows of one time, learned at the rate of fit, made forecasts worse than no learning.
    old, new = months[:50], months[50:]
    settings = {"target_scaler": None, "batch_size": 4, "learning_rate": given}
    forecaster = cheap(**settings).fit(old)
    regressor = cheap(**settings).fit(old).networks_.regressors[0]
    forecaster.update(new)
    windows, targets = make_lag_windows(months.to_numpy(), 3)
    regressor.set_params(learning_rate=in_update).partial_fit(windows[-10:], targets[-10:])
    network = forecaster.networks_.regressors[0]
    for ours, theirs in zip(network.weights_, regressor.weights_, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert network.learning_rate == in_fit


def test_a_refused_update_keeps_the_learning_rate(cheap, months, monkeypatch):
    def fail(*arguments):
        raise MemoryError

    forecaster = cheap(learning_rate="auto").fit(months[:50])
    network = forecaster.networks_.regressors[0]
    monkeypatch.setattr(RNNRegressor, "partial_fit", fail)
    with pytest.raises(MemoryError):
        forecaster.update(months[50:])
    assert network.learning_rate == 0.005


def test_rows_that_are_known_are_not_learned_again(cheap, months):
    forecaster = cheap().fit(months[:50])
    before = [w.copy() for w in forecaster.networks_.regressors[0].weights_]
    forecaster.update(months[40:50])
    for now, then in zip(forecaster.networks_.regressors[0].weights_, before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_panel_with_a_series_too_short_to_learn_from(cheap, panel):
    short = pd.concat([panel, pd.concat({"d": panel.loc["a"][28:]}, names=["series"])])
    forecast = cheap().fit(short).predict(fh=[1, 2])
    assert forecast.notna().all(axis=None)
    assert len(forecast) == 8


@pytest.mark.parametrize(
    ("rates", "possible"), [((0.1, 0.1), True), ((None,), False), (({"schedule": 0.1},), False)]
)
def test_only_a_number_can_be_lowered(rates, possible):
    networks = SimpleNamespace(regressors=[RNNRegressor(learning_rate=rate) for rate in rates])
    assert has_lower_rate(networks) is possible


def test_progress_says_which_network_is_trained(cheap, months, capsys):
    cheap(n_networks=2, verbose=1, engine="numpy").fit(months, fh=[1])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "network" in line] == ["network 1 of 2", "network 2 of 2"]
    assert len(lines) > 2
