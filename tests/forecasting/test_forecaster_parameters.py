"""From parameters to networks."""

import inspect

import numpy as np
import pandas as pd
import pytest

from skrnn import RNNRegressor
from skrnn.forecasting import RNNForecaster
from skrnn.forecasting._auto_settings import FittedSettings
from skrnn.forecasting._calendar_features import CalendarFeatures
from skrnn.forecasting._column_encoder import NO_COLUMNS
from skrnn.forecasting._features import FeatureColumns
from skrnn.forecasting._forecaster_parameters import (
    build_networks,
    check_parameters,
    forecasts_quantiles,
    later_steps_to_learn,
    steps_to_learn,
)
from skrnn.forecasting._forecaster_plan import NETWORK_PARAMETERS, ForecasterPlan
from skrnn.windows._time_axis import TimeAxis

QUANTILES = {"loss": "quantile", "quantile": (0.1, 0.5, 0.9)}
# What differs from a network for windows of any kind.
DEFAULTS = {
    "cell": "gru",
    "units": 16,
    "autoregressive": True,
    "loss": "absolute_error",
    "learning_rate": "auto",
    "weight_decay": "auto",
    "epochs": "auto",
    "batch_size": "auto",
    "missing": "mask",
}


def networks_of(forecaster, steps, n_targets):
    """Make the networks of a forecaster for sixty months."""
    axis = TimeAxis.of(pd.period_range("2000-01", periods=60, freq="M"))
    settings = FittedSettings.of(
        ForecasterPlan.of(forecaster), axis, np.array([60]), np.ones((60, n_targets)), steps
    )
    features = FeatureColumns(
        columns=NO_COLUMNS,
        calendar=CalendarFeatures(()),
        known=np.zeros(0, bool),
        n_targets=n_targets,
    )
    return build_networks(ForecasterPlan.of(forecaster), settings, axis, steps, features)


@pytest.mark.parametrize("name", NETWORK_PARAMETERS)
def test_names_and_defaults_are_those_of_the_regressor(name):
    ours = inspect.signature(RNNForecaster).parameters[name].default
    theirs = inspect.signature(RNNRegressor).parameters[name].default
    assert ours == DEFAULTS.get(name, theirs)


def test_every_network_parameter_arrives(cheap):
    given = {"cell": "gru", "units": (3, 2), "l2": 0.1, "dropout": 0.2, "clipnorm": 1.0}
    [regressor] = networks_of(cheap(**given), None, 1).regressors
    assert given.items() <= regressor.get_params().items()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lag", 0),
        ("strategy", "dirrec"),
        ("pooling", "panel"),
        ("scale_by", "row"),
        ("level", 1.5),
    ],
)
def test_out_of_range(cheap, name, value):
    with pytest.raises(ValueError, match=f"The '{name}' parameter of RNNForecaster must be"):
        check_parameters(ForecasterPlan.of(cheap(**{name: value})))


@pytest.mark.parametrize(
    "wrong",
    [
        {"cell": "LSTM"},
        {"cell": "elman"},
        {"units": ()},
        {"dropout": 2},
        {"optimizer": "adamm"},
        {"learning_rate": {}},
        {"loss": "quantile", "quantile": [0.9, 0.1], "strategy": "direct"},
    ],
)
def test_a_parameter_of_the_networks_is_one_of_the_forecaster(cheap, months, wrong):
    [name, *_] = [name for name in wrong if name != "loss"]
    with pytest.raises(ValueError, match=f"The '{name}' parameter of RNNForecaster must"):
        cheap(**wrong).fit(months)


def test_quantiles_of_differences(cheap):
    with pytest.raises(ValueError, match="Several quantiles and differencing contradict"):
        check_parameters(ForecasterPlan.of(cheap(strategy="direct", differencing=1, **QUANTILES)))


@pytest.mark.parametrize(
    ("parameters", "given"),
    [
        ({}, False),
        ({"strategy": "direct", **QUANTILES}, True),
        ({"strategy": "multioutput", **QUANTILES}, True),
        (QUANTILES, False),
        ({"strategy": "direct", "loss": "quantile", "quantile": 0.5}, False),
    ],
)
def test_intervals_where_every_step_has_quantiles(cheap, parameters, given):
    forecaster = cheap(**parameters)
    assert forecasts_quantiles(ForecasterPlan.of(forecaster)) == given
    assert forecaster.get_tag("capability:pred_int") == given


@pytest.mark.parametrize(
    ("parameters", "steps", "learned"),
    [
        ({}, None, [1]),
        ({"strategy": "direct"}, [2, 5], [2, 5]),
        ({"strategy": "direct"}, [-1, 5], [1, 5]),
        ({"strategy": "multioutput"}, [-3], [1]),
        ({"strategy": "direct", "differencing": 1}, [2, 5], [1, 2, 3, 4, 5]),
    ],
)
def test_steps(cheap, parameters, steps, learned):
    assert steps_to_learn(ForecasterPlan.of(cheap(**parameters)), steps) == learned


@pytest.mark.parametrize(
    ("parameters", "n_networks", "levels"),
    [
        ({}, 2, [0, 1]),
        ({"level": False}, 1, [None]),
        ({"differencing": 1}, 1, [None]),
        ({"differencing": 1, "level": True}, 2, [0, 1]),
        ({"strategy": "direct"}, 4, [0, 1, 0, 1]),
    ],
)
def test_each_target_has_its_own_level(cheap, parameters, n_networks, levels):
    networks = networks_of(cheap(**parameters), [1, 2], 2)
    assert [r.level_feature for r in networks.regressors] == levels
    assert len(networks.tasks) == n_networks


@pytest.mark.parametrize(
    ("parameters", "strategy", "learned"),
    [
        ({}, "recursive", []),
        ({"strategy": "direct"}, "direct", [4, 7]),
        ({"strategy": "auto"}, "multioutput", [4, 7]),
        ({"strategy": "direct", "differencing": 1}, "direct", [4, 5, 6, 7]),
    ],
)
def test_steps_of_series_that_end_earlier(cheap, parameters, strategy, learned):
    assert (
        later_steps_to_learn(ForecasterPlan.of(cheap(**parameters)), strategy, [1, 3], [4, 7])
        == learned
    )
