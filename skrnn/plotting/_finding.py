"""Find the networks inside pipelines, target regressors, searches, ensembles and so on."""

import numpy as np
import pandas as pd
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator

from skrnn._regressor import RNNRegressor


def find_networks(estimator, *, name="estimator", kind=RNNRegressor):
    """Find every fitted network in an estimator, at any depth.

    Parameters
    ----------
    estimator : object
        An RNNRegressor, or what holds some, such as an RNNForecaster. Of a search the best
        estimator counts.
    name : str, default="estimator"
        Name of the estimator, for the errors.
    kind : type, default=RNNRegressor
        The class of networks to find.

    Returns
    -------
    list of RNNRegressor
        The networks, at least one, without duplicates.

    Raises
    ------
    NotFittedError
        If the estimator contains a network, but no fitted one.
    TypeError
        If the estimator contains no network.
    """
    networks = list({id(network): network for network in _walk(estimator, set(), kind)}.values())
    fitted = [network for network in networks if hasattr(network, "weights_")]
    if fitted:
        return fitted
    if networks or _settings_hold_network(estimator, kind):
        refit = ", and a search with refit=True" if hasattr(estimator, "refit") else ""
        raise NotFittedError(
            f"The RNNRegressor in {name}, a {type(estimator).__name__}, is not fitted: call fit "
            f"first{refit}."
        )
    raise TypeError(
        f"{name} must be a fitted RNNRegressor, or a pipeline, target regressor, search, ensemble "
        f"or forecaster that holds one. Got {estimator!r}."
    )


def find_forecaster(estimator):
    """Find the one fitted RNNForecaster in a forecaster of sktime.

    Parameters
    ----------
    estimator : forecaster
        An RNNForecaster, or what holds one.

    Returns
    -------
    RNNForecaster

    Raises
    ------
    NotFittedError
        If no network in it is fitted.
    TypeError
        If it holds no network.
    ValueError
        If it holds several forecasters.
    """
    find_networks(estimator)
    found, seen, values = [], set(), [estimator]
    while values:
        value = values.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if is_rnn_forecaster(value) and hasattr(value, "networks_"):
            found.append(value)
        else:
            values += _parts(value)
    if len(found) != 1:
        raise ValueError(
            f"estimator, a {type(estimator).__name__}, holds {len(found)} fitted "
            "RNNForecasters, one for each series if pooling='local' or stateful=True: pass the "
            "one to look at."
        )
    return found[0]


def _walk(value, seen, kind):
    """Yield the networks in the fitted parts of an estimator, then those in its settings."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, kind):
        yield value
    else:
        for part in _parts(value):
            yield from _walk(part, seen, kind)


def _parts(value):
    """Return the parts of an estimator or the items of a container, which may contain networks."""
    if is_estimator(value):
        return _fitted_parts(value)
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, pd.DataFrame):
        value = value.to_numpy()  # of forecasters, one a series
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value.ravel().tolist()
    if hasattr(value, "regressors"):
        return list(value.regressors)  # of an RNNForecaster
    return value if isinstance(value, list | tuple) else []


def is_estimator(value):
    """Check whether a value is an estimator of any package that follows scikit-learn."""
    return hasattr(value, "get_params") and not isinstance(value, type)


def is_forecaster(value):
    """Check whether a value is a forecaster of sktime, without a need for sktime."""
    return hasattr(value, "cutoff") and hasattr(value, "predict_residuals")


def is_rnn_forecaster(value):
    """Check whether a value is an RNNForecaster, without a need for sktime."""
    return is_forecaster(value) and hasattr(value, "network_windows")


def _fitted_parts(estimator):
    """What ``fit`` left in an estimator, or was fitted in place."""
    attributes = vars(estimator)
    for name in ("best_estimator_", "best_forecaster_"):
        if name in attributes:
            return [attributes[name]]
    names = [name for name in attributes if name.endswith("_") and not name.startswith("_")]
    if not names or isinstance(estimator, FrozenEstimator):
        # Pipelines, feature unions and frozen estimators hold nothing of their own.
        names = [name for name in ("steps", "estimator") if name in attributes]
    elif "steps" in attributes:
        names.append("steps")
    return [attributes[name] for name in names]


def _settings_hold_network(estimator, kind):
    """Check whether a network is among the parameters, fitted or not."""
    if not is_estimator(estimator):
        return False
    parts = [estimator, *estimator.get_params(deep=True).values()]
    return any(isinstance(part, kind) or is_rnn_forecaster(part) for part in parts)


def table_of(X):
    """Return a Series as a table of one column, and other input as it is.

    Parameters
    ----------
    X : array-like or None
        Input of ``estimator.predict``.

    Returns
    -------
    X : array-like

    Raises
    ------
    ValueError
        If X is None. Only a forecaster knows the rows to forecast.
    """
    if X is None:
        raise ValueError(
            "X is needed unless estimator is a forecaster, which has kept its series."
        )
    return X.to_frame() if isinstance(X, pd.Series) else X
