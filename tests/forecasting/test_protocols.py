"""The parts of a forecaster do what the protocols ask; mypy compares their signatures."""

import numpy as np
import pytest
from sklearn.preprocessing import PowerTransformer, StandardScaler

from skrnn import RNNRegressor
from skrnn._output import FittedNetwork
from skrnn.forecasting._ensemble import MedianNetwork
from skrnn.forecasting._protocols import Adjustment, Scaling, TaskNetwork
from skrnn.forecasting._scaling import AmountScaling, CommonScaling, SeriesScaling, SpreadScaling
from skrnn.forecasting._season_removal import Seasons
from skrnn.forecasting._transformations import (
    ColumnTransformation,
    Logarithm,
    SeriesTransformation,
)


@pytest.mark.parametrize(
    "adjustment",
    [
        Seasons((12,), conditional=True),
        Logarithm(),
        ColumnTransformation(PowerTransformer()),
        SeriesTransformation(None, None),
    ],
    ids=lambda adjustment: type(adjustment).__name__,
)
def test_adjustment(adjustment):
    assert isinstance(adjustment, Adjustment)


@pytest.mark.parametrize(
    "scaling",
    [
        AmountScaling(),
        CommonScaling(None),
        SeriesScaling(None),
        SpreadScaling(3, by_series=True),
    ],
)
def test_scaling(scaling):
    scaling.constant_, scaling.scale_ = np.zeros((1, 1)), np.ones((1, 1))  # a spread's, after fit
    assert isinstance(scaling, Scaling)


def test_network():
    X = np.zeros((2, 3, 1))
    network = FittedNetwork.of(RNNRegressor("simple", 1, epochs=1).fit(X, [0.0, 1.0]))
    assert isinstance(network, TaskNetwork)
    assert isinstance(MedianNetwork([network, network]), TaskNetwork)


def test_a_scaler_of_scikit_learn_is_no_adjustment():
    assert not isinstance(StandardScaler(), Scaling)
    assert not isinstance(CommonScaling(None), TaskNetwork)
