"""Networks are found wherever they are."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingRegressor, StackingRegressor, VotingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import RNNRegressor
from skrnn.plotting._find_networks import find_forecaster, find_networks

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(24, 3)), RNG.normal(size=24)
NETWORK = RNNRegressor("simple", units=2, epochs=1, random_state=0)
PIPE = make_pipeline(StandardScaler(), NETWORK)
NESTED = GridSearchCV(
    make_pipeline(TransformedTargetRegressor(PIPE, transformer=StandardScaler())),
    {"transformedtargetregressor__regressor__rnnregressor__epochs": [1, 2]},
    cv=2,
)


@pytest.mark.parametrize(
    ("estimator", "n_networks"),
    [
        (NETWORK, 1),
        (PIPE, 1),
        (TransformedTargetRegressor(PIPE, transformer=StandardScaler()), 1),
        (NESTED, 1),
        (BaggingRegressor(PIPE, n_estimators=2), 2),
        (VotingRegressor([("network", PIPE), ("ridge", Ridge())]), 1),
        (StackingRegressor([("ridge", Ridge())], final_estimator=NETWORK, cv=2), 1),
        (StackingRegressor([("network", NETWORK)], final_estimator=NETWORK, cv=2), 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_finds_fitted_networks(estimator, n_networks):
    estimator = clone(estimator)
    with pytest.raises(NotFittedError, match=f"in estimator, an? {type(estimator).__name__}, is"):
        find_networks(estimator)
    networks = find_networks(estimator.fit(X, Y))
    assert len(networks) == n_networks
    assert all(isinstance(network, RNNRegressor) for network in networks)
    assert all(hasattr(network, "history_") for network in networks)


def test_finds_one_network_an_output():
    assert len(find_networks(MultiOutputRegressor(NETWORK).fit(X, np.c_[Y, Y]))) == 2


def test_finds_frozen_networks():
    network = clone(NETWORK).fit(X, Y)
    assert find_networks(FrozenEstimator(network)) == [network]
    assert find_networks(make_pipeline(FrozenEstimator(network))) == [network]


def test_search_without_refit_keeps_no_network():
    search = GridSearchCV(NETWORK, {"epochs": [1]}, cv=2, refit=False).fit(X, Y)
    with pytest.raises(NotFittedError, match=r"a search with refit=True"):
        find_networks(search)


@pytest.mark.parametrize("value", [Ridge(), make_pipeline(Ridge()), 3, None, "lstm", RNNRegressor])
def test_refuses_what_holds_no_network(value):
    with pytest.raises(TypeError, match="model must be a fitted RNNRegressor, or a pipeline"):
        find_networks(value, name="model")


def test_finds_the_networks_of_a_forecaster(make_forecaster, series):
    forecaster = make_forecaster(strategy="direct")
    with pytest.raises(NotFittedError, match="The RNNForecaster in estimator, an RNNF"):
        find_networks(forecaster)
    forecaster.fit(series, fh=[1, 2])
    assert find_networks(forecaster) == forecaster.networks_.regressors
    assert find_forecaster(forecaster) is forecaster


# sktime announces a new default to whoever makes one of its own forecasters.
@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
@pytest.mark.filterwarnings("ignore:'MS' is deprecated")  # sktime with pandas 3
def test_finds_a_forecaster_in_a_pipeline(make_forecaster, series):
    from sktime.forecasting.compose import TransformedTargetForecaster
    from sktime.transformations.detrend import Deseasonalizer

    steps = [("season", Deseasonalizer(sp=12)), ("rnn", make_forecaster())]
    pipe = TransformedTargetForecaster(steps).fit(series)
    assert find_networks(pipe) == find_forecaster(pipe).networks_.regressors


def test_several_forecasters_are_not_one(make_forecaster, series):
    panel = pd.concat({"a": series.to_frame("y"), "b": series.to_frame("y")}, names=["s"])
    forecaster = make_forecaster(pooling="local").fit(panel)
    assert len(find_networks(forecaster)) == 2
    with pytest.raises(ValueError, match="contains 2 fitted RNNForecasters"):
        find_forecaster(forecaster)
