"""What "auto" stands for."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import RNNForecaster
from skrnn.forecasting._automatic import FittedSettings
from skrnn.windows._time_axis import TimeAxis


def settings(parameters=None, freq="MS", lengths=(120,), steps=range(1, 13)):
    axis = TimeAxis.of(pd.date_range("2000-01-01", periods=20, freq=freq))
    forecaster = RNNForecaster(**(parameters or {}))
    steps = None if steps is None else np.array(steps)
    return FittedSettings.of(forecaster, axis, np.array(lengths), steps)


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
