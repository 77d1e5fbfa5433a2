"""The plan of a forecaster is all that makes its networks."""

import ast
import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import skrnn
from skrnn.forecasting import RNNForecaster
from skrnn.forecasting._auto_settings import FittedSettings
from skrnn.forecasting._calendar_features import CalendarFeatures
from skrnn.forecasting._column_encoder import NO_COLUMNS
from skrnn.forecasting._features import FeatureColumns
from skrnn.forecasting._forecaster_parameters import build_networks, check_parameters
from skrnn.forecasting._forecaster_plan import NETWORK_PARAMETERS, ForecasterPlan
from skrnn.windows._time_axis import TimeAxis


def test_a_plan_holds_every_parameter_once():
    forecaster = RNNForecaster(lag=7, units=3, n_networks=2, loss="huber")
    plan = ForecasterPlan.of(forecaster)
    own = {field.name for field in dataclasses.fields(plan)} - {"owner", "trains", "network"}
    assert own | set(NETWORK_PARAMETERS) == forecaster.get_params(deep=False).keys()
    assert own.isdisjoint(NETWORK_PARAMETERS)
    assert (plan.lag, plan.network["units"], plan.owner) == (7, 3, "RNNForecaster")
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.lag = 8


def test_a_plan_made_by_hand_makes_networks():
    """Without a forecaster."""
    plan = dataclasses.replace(ForecasterPlan.of(RNNForecaster()), lag=5, n_networks=2)
    plan.network.update(units=2, cell="simple", random_state=3, epochs=4)
    check_parameters(plan, [])
    axis = TimeAxis.of(pd.period_range("2000-01", periods=60, freq="M"))
    values, steps = np.arange(1.0, 61.0)[:, None], np.array([1, 2])
    settings = FittedSettings.of(plan, axis, np.array([60]), values, steps)
    calendar = CalendarFeatures(())
    features = FeatureColumns(columns=NO_COLUMNS, calendar=calendar, known=np.zeros(0, bool))
    networks = build_networks(plan, settings, axis, steps, features)
    assert (networks.lag, networks.n_networks, len(networks.regressors)) == (5, 2, 2)
    first = networks.regressors[0]
    found = first.cell, first.units, first.epochs, first.batch_size, first.random_state
    assert found == ("simple", 2, 4, 32, 3)


@pytest.mark.parametrize(
    "module",
    ["_auto_settings", "_forecaster_parameters", "_forecaster_networks", "_network_training"],
)
def test_what_makes_networks_takes_no_forecaster(module):
    path = Path(skrnn.__file__).parent / "forecasting" / f"{module}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    assert "forecaster" not in names
