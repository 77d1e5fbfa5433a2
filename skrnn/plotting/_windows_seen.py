"""Finds the input of the network in an estimator: its windows, their lags and its states."""

import numpy as np

from skrnn._nested_estimators import find_nested, unwrap
from skrnn._output import FittedNetwork
from skrnn._regressor import RNNRegressor
from skrnn.windows._lag_window_transformer import LagWindowTransformer

from ._find_networks import a_kind, find_networks, table_of


def windows_of_network(estimator, X):
    """Find the network in an estimator, and transform X with the steps before it.

    Parameters
    ----------
    estimator : estimator
        Fitted RNNRegressor, or a search, target regressor or pipeline around one.
    X : array-like
        Input to ``estimator.predict``.

    Returns
    -------
    network : RNNRegressor
        The network.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Its input.
    transformer : LagWindowTransformer or None
        The last transformer before the network.
    """
    networks = find_networks(estimator)
    if len(networks) > 1:
        raise ValueError(
            f"estimator, {a_kind(estimator)}, contains {len(networks)} networks. Pass the "
            "part of it that contains the network to look at."
        )
    X, transformer, layers = table_of(X), None, unwrap(estimator)
    network = layers.last
    if not isinstance(network, RNNRegressor):
        raise TypeError(
            "estimator must be a fitted RNNRegressor, or a search, target regressor or pipeline "
            f"around one: the input of the network inside {a_kind(network)} is not "
            "known. Pass the part that contains the network."
        )
    for step in layers.steps:
        found = find_nested(step, lambda part: isinstance(part, LagWindowTransformer))
        transformer = found[-1] if found else transformer
        X = step.transform(X)
    return network, network._windows_to_forecast(X, any_number=False), transformer


def lags_of_windows(network, transformer):
    """Find the lag of each value in a window: its distance in rows to the target's row.

    Parameters
    ----------
    network : RNNRegressor
        The network.
    transformer : LagWindowTransformer or None
        The transformer that made its windows. If None, the last step has a lag of 1.

    Returns
    -------
    lags : ndarray of int of shape (n_lags, n_features)
        The lag of each value of a window, in the order of the window.
    names : list of str
        Names of the features.
    """
    architecture, categories = network._fitted_architecture, network._categories
    n_features = architecture.n_features if categories is None else len(categories.names)
    n_values = architecture.n_timesteps * n_features
    if transformer is not None and transformer.lag * transformer.n_features_in_ == n_values:
        last = np.where(transformer.known_features_, 0, transformer.horizon)
        names = getattr(transformer, "feature_names_in_", None)
        n_steps = transformer.lag
    else:
        n_steps = architecture.n_timesteps
        last = np.ones(n_features, int)
        names = getattr(network, "feature_names_in_", None) if n_steps == 1 else None
    names = [f"x{i}" for i in range(len(last))] if names is None else [str(n) for n in names]
    if categories is not None:
        last, names = last[categories.sources], categories.encoded_names(names)
    return last + np.arange(n_steps)[::-1, None], names


def states_before(network, windows):
    """Compute the states of a stateful network before each row, in one pass over the rows.

    Parameters
    ----------
    network : RNNRegressor
        The network.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Its input, row after row.

    Returns
    -------
    list of ndarray of shape (n_samples, units), or None
        None for a network that is not stateful.
    """
    if not network.stateful:
        return None
    fitted, state = FittedNetwork.of(network), network._state_before(windows)
    shape = len(windows), *fitted.architecture.networks
    states = [np.zeros((*shape, units)) for units in fitted.architecture.state_shapes()]
    for row in range(len(windows)):
        for whole, part in zip(states, state or (), strict=False):
            whole[row] = part
        _, state = fitted.forecast_in_order(windows[row : row + 1], state)
    return states
