"""What "auto" stands for."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import RNNForecaster
from skrnn.forecasting._auto_settings import FittedSettings
from skrnn.forecasting._forecaster_plan import ForecasterPlan
from skrnn.windows._time_axis import TimeAxis


def settings(parameters=None, freq="MS", lengths=(120,), steps=range(1, 13), values=None):
    axis = TimeAxis.of(pd.date_range("2000-01-01", periods=20, freq=freq))
    forecaster = RNNForecaster(**(parameters or {}))
    steps = None if steps is None else np.array(steps)
    values = np.ones((sum(lengths), 1)) if values is None else np.array(values)
    return FittedSettings.of(ForecasterPlan.of(forecaster), axis, np.array(lengths), values, steps)


@pytest.mark.parametrize(
    ("case", "lag"),
    [
        ({}, 15),
        ({"steps": [1]}, 12),
        ({"steps": None}, 12),
        ({"freq": "YS", "steps": range(1, 7)}, 8),
        ({"freq": "YS", "steps": None}, 3),
        ({"lengths": (30,)}, 7),
        ({"lengths": (5, 5)}, 2),
        ({"lengths": (30, 200)}, 15),
        ({"freq": "h", "lengths": (900,), "steps": range(1, 49)}, 60),
        ({"parameters": {"lag": 5}}, 5),
        ({"parameters": {"sp": 24}}, 24),
    ],
)
def test_lag(case, lag):
    assert settings(**case).lag == lag


@pytest.mark.parametrize(
    ("parameters", "steps", "strategy"),
    [
        ({}, [1, 2], "multioutput"),
        ({}, None, "recursive"),
        ({}, [-1, 0], "recursive"),
        ({"strategy": "direct"}, [1, 2], "direct"),
        ({"loss": "quantile", "quantile": (0.1, 0.9)}, [1], "multioutput"),
    ],
)
def test_strategy(parameters, steps, strategy):
    assert settings(parameters, steps=steps).strategy == strategy


@pytest.mark.parametrize(
    ("lengths", "enough"), [((1001,), False), ((1002,), True), ((502, 502), True)]
)
def test_the_past_of_known_features_needs_windows(lengths, enough):
    assert settings(lengths=lengths, steps=[1, 2]).past_of_known is enough


def test_training():
    few, many = settings(), settings(lengths=(200,) * 50)
    assert few.training == {
        "epochs": 40,
        "batch_size": 32,
        "weight_decay": 1.0,
        "learning_rate": 0.005,
    }
    assert many.training == {
        "epochs": 10,
        "batch_size": 128,
        "weight_decay": 0.0,
        "learning_rate": 0.005,
    }
    own = settings({"epochs": 3, "weight_decay": 0.2}).training
    assert (own["epochs"], own["weight_decay"]) == (3, 0.2)


@pytest.mark.parametrize(
    ("n_series", "length", "parameters", "epochs", "most"),
    [
        (12_800, 10, {}, 10, None),  # as many as ten epochs read of 128,000 windows
        (12_801, 10, {}, 9, 1_280_000 // 3),
        (30_000, 10, {}, 4, 1_280_000 // 3),
        (300_000, 10, {}, 3, 1_280_000 // 3),
        (300_000, 10, {"epochs": 7}, 7, None),
        (2_000, 100, {}, 10, None),  # any length of so many series
        (4_000, 100, {}, 5, 2_000_000 // 3),
        (40_000, 100, {}, 3, 2_000_000 // 3),
    ],
)
def test_training_does_not_grow_with_the_number_of_series(
    n_series, length, parameters, epochs, most
):
    found = settings(parameters, lengths=np.full(n_series, length + 1), steps=[1])
    assert (found.training["epochs"], found.most_windows) == (epochs, most)


@pytest.mark.parametrize(
    ("n_steps", "n_series", "epochs"),
    [
        (18, 400, 10),
        (36, 400, 5),
        (360, 400, 3),
        (36, 200, 6),  # 1.28 million windows may always be read
        (36, 128, 10),
    ],
)
def test_windows_that_share_targets_are_read_less_often(n_steps, n_series, epochs):
    lengths = np.full(n_series, 1_000 + n_steps)
    found = settings(lengths=lengths, steps=range(1, n_steps + 1))
    assert (found.training["epochs"], found.most_windows) == (epochs, None)


@pytest.mark.parametrize(
    ("lengths", "parameters", "falls"),
    [
        ((5_001, 2), {}, True),
        ((5_000, 2), {}, False),
        ((5_002,), {}, True),
        ((5_001,), {}, False),
        ((5_002, 2), {"learning_rate": 0.005}, False),
        ((5_002, 2), {"optimizer": object()}, False),
    ],
)
def test_the_rate_falls_for_many_windows(lengths, parameters, falls):
    assert settings(parameters, lengths=lengths, steps=[1]).rate_falls is falls


def test_min_periods():
    assert settings().min_periods == 7
    assert settings({"lag": 1}).min_periods == 1
    assert settings({"min_periods": 3}).min_periods == 3
    assert settings({"min_periods": None}).min_periods == 15
    assert settings({"missing": "drop"}).min_periods == 15


def test_seasons():
    assert settings().periods == (12,)
    assert settings(freq="h").periods == (168, 24)
    assert settings({"deseasonalize": False}).periods == ()
    assert settings({"sp": 6}).periods == (6,)


def test_logarithms_of_values_of_which_few_are_zero():
    values = np.ones((202, 1))
    for zeros, transformer in [(1, "log"), (3, None)]:
        values[:zeros] = 0.0
        assert settings(lengths=(202,), values=values).transformer == transformer


@pytest.mark.parametrize(
    ("parameters", "lowest", "transformer"),
    [
        ({}, 0.1, "log"),
        ({}, 0.0, None),  # a third of the values
        ({}, -1.0, None),
        ({"loss": "squared_error"}, 0.1, None),
        ({"loss": "quantile", "quantile": 0.9}, 0.1, "log"),
        ({"transformer": None}, 0.1, None),
        ({"transformer": "boxcox"}, 0.1, "boxcox"),
    ],
)
def test_logarithms_of_positive_values(parameters, lowest, transformer):
    values = np.array([[lowest], [1.0], [np.nan], [5.0]])
    assert settings(parameters, lengths=(4,), values=values).transformer == transformer


@pytest.mark.parametrize(
    ("parameters", "factor", "by_series"),
    [
        ({"transformer": None}, 1, False),
        ({"transformer": None}, 100, True),
        ({"transformer": None, "scale_by": "panel"}, 100, False),
        ({"transformer": None, "scale_by": "series"}, 1, True),
        ({}, 100, False),  # logarithms
        ({"transformer": "boxcox"}, 1, True),
    ],
)
def test_series_of_different_scales(parameters, factor, by_series):
    series = np.random.default_rng(0).uniform(1, 2, size=(5, 20))
    series[0] *= factor
    series[1, 3] = np.nan
    chosen = settings(parameters, lengths=(20,) * 5, values=series.reshape(-1, 1))
    assert chosen.by_series == by_series


def test_a_panel_of_widely_different_scales(panel):
    scale = panel.index.get_level_values(0).map({"a": 1e-3, "b": 1.0, "c": 1e6}).to_numpy()
    values = panel["y"].groupby("series").transform(lambda y: y - y.mean()).to_numpy() * scale
    y = pd.DataFrame({"y": values}, panel.index)
    forecast = RNNForecaster(random_state=0, n_networks=1).fit(y, fh=range(1, 4)).predict()["y"]
    for name, series in y["y"].groupby("series"):
        assert (forecast[name].abs() < 3 * series.abs().max()).all()


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ({"lengths": (24,)}, {"lengths": (27,)}, True),
        ({"lengths": (24,)}, {"lengths": (28,)}, False),  # lag 6 and 7
        ({"lengths": (1000,)}, {"lengths": (1100,)}, True),  # past_of_known
        ({"lengths": (5000,)}, {"lengths": (5050,)}, False),  # batch_size and weight_decay
        ({}, {"values": [[1.0]] * 119 + [[-1.0]]}, False),  # transformer
        ({}, {"steps": None}, False),  # strategy
    ],
    ids=str,
)
def test_settings_of_the_same_networks(one, other, alike):
    one, other = settings(**one), settings(**other)
    assert one.is_like(other) is alike
    assert other.is_like(one) is alike


def test_many_series_may_be_read_less_often():
    one, other = (settings(lengths=(n,) * 3000) for n in (60, 70))
    assert (one.training["epochs"], other.training["epochs"]) == (8, 7)
    assert one.is_like(other)
