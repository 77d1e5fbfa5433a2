"""Compiled derivatives, against differences of the forecasts in NumPy."""

import logging

import numpy as np
import pytest

from skrnn.engines.tensorflow import _input_gradients
from skrnn.engines.tensorflow._input_gradients import absolute_derivatives
from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_windows

RNG = np.random.default_rng(0)
WINDOWS = RNG.normal(size=(21, 4, 2))
WINDOWS[3, 1, 0] = np.nan
WINDOWS[4, :2] = np.nan
WINDOWS[6] = np.nan

SETTINGS = [
    {"cell": "simple"},
    {"cell": "gru", "n_outputs": 2, "n_quantiles": 3},
    {"cell": "lstm", "units": (3, 2)},
    {"cell": "gru", "bidirectional": True},
    {"cell": "simple", "autoregressive": True, "level_feature": 1},
    {
        "cell": "simple",
        "return_sequences": True,
        "bidirectional": True,
        "autoregressive": True,
        "level_feature": 0,
    },
]


def network_of(**settings):
    settings = {"units": (3,), "n_timesteps": 4, "n_features": 2, "n_outputs": 1, **settings}
    architecture = Architecture(**settings)
    return architecture, architecture.initial_weights(np.random.RandomState(0))


def differences(architecture, weights, windows, states=None):
    """Sums of the absolute slopes, value by value."""
    total = np.zeros(windows.shape[1:])
    for place in np.ndindex(total.shape):
        ends = []
        for move in (1e-5, -1e-5):
            moved = windows.copy()
            moved[(slice(None), *place)] += move
            ends.append(predict_windows(architecture, weights, moved, states)[0][:, -1])
        slopes = np.abs(ends[0] - ends[1]).reshape(len(windows), -1).sum(axis=1) / 2e-5
        total[place] = slopes[~np.isnan(windows[(slice(None), *place)])].sum()
    return total


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda s: "-".join(map(str, s.values())))
def test_agrees_with_differences(settings):
    network = network_of(**settings)
    np.testing.assert_allclose(
        absolute_derivatives(*network, WINDOWS), differences(*network, WINDOWS), rtol=1e-4
    )


def test_states_before_the_windows():
    architecture, weights = network_of(cell="lstm")
    states = [RNG.normal(size=(21, 3)) for _ in range(2)]
    result = absolute_derivatives(architecture, weights, WINDOWS, states)
    expected = differences(architecture, weights, WINDOWS, states)
    np.testing.assert_allclose(result, expected, rtol=1e-4)
    without = absolute_derivatives(architecture, weights, WINDOWS)
    assert not np.allclose(result, without, rtol=1e-2)


def test_blocks_of_rows_share_one_quiet_program(monkeypatch, caplog):
    network = network_of(cell="simple", n_timesteps=3)
    windows = WINDOWS[:, 1:]
    whole = absolute_derivatives(*network, windows)
    monkeypatch.setattr(_input_gradients, "_MOST_ROWS", 8)
    _input_gradients._program.cache_clear()
    with caplog.at_level(logging.WARNING):
        blocks = absolute_derivatives(*network, windows)
        again = absolute_derivatives(*network, windows[:7])
    assert _input_gradients._program.cache_info().misses == 1
    np.testing.assert_allclose(blocks, whole, rtol=1e-5)
    np.testing.assert_allclose(again, differences(*network, windows[:7]), rtol=1e-4)
    assert caplog.records == []


@pytest.mark.parametrize(("n_samples", "n_rows"), [(1, 1), (3, 4), (8, 8), (10**6, 1024)])
def test_rows_of_a_block(n_samples, n_rows):
    small, _ = network_of(cell="simple")
    assert _input_gradients._rows_of_block(small, n_samples) == n_rows
    large, _ = network_of(cell="lstm", units=(512,), n_timesteps=500)
    assert _input_gradients._rows_of_block(large, n_samples) == 1
