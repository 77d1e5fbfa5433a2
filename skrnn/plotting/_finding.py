"""Find the networks inside pipelines, target regressors, searches, ensembles and so on."""

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator

from skrnn._regressor import RNNRegressor


def find_networks(estimator, *, name="estimator"):
    """Find every fitted network in an estimator, at any depth.

    Parameters
    ----------
    estimator : object
        An RNNRegressor, or what holds some. Of a search the best estimator counts.
    name : str, default="estimator"
        Name of the estimator, for the errors.

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
    networks = list({id(network): network for network in _walk(estimator, set())}.values())
    fitted = [network for network in networks if hasattr(network, "weights_")]
    if fitted:
        return fitted
    if networks or _settings_hold_network(estimator):
        refit = ", and a search with refit=True" if hasattr(estimator, "refit") else ""
        raise NotFittedError(
            f"The RNNRegressor in {name}, a {type(estimator).__name__}, is not fitted: call fit "
            f"first{refit}."
        )
    raise TypeError(
        f"{name} must be a fitted RNNRegressor, or a pipeline, target regressor, search or "
        f"ensemble that holds one. Got {estimator!r}."
    )


def _walk(value, seen):
    """Yield the networks in the fitted parts of an estimator, then those in its settings."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, RNNRegressor):
        yield value
    else:
        for part in _parts(value):
            yield from _walk(part, seen)


def _parts(value):
    """Return the parts of an estimator or the items of a container, which may contain networks."""
    if is_estimator(value):
        return _fitted_parts(value)
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value.ravel().tolist()
    return value if isinstance(value, list | tuple) else []


def is_estimator(value):
    """Check whether a value is an estimator of any package that follows scikit-learn."""
    return hasattr(value, "get_params") and not isinstance(value, type)


def _fitted_parts(estimator):
    """What ``fit`` left in an estimator, or was fitted in place."""
    attributes = vars(estimator)
    if "best_estimator_" in attributes:
        return [attributes["best_estimator_"]]
    names = [name for name in attributes if name.endswith("_") and not name.startswith("_")]
    if not names or isinstance(estimator, FrozenEstimator):
        # Pipelines, feature unions and frozen estimators hold nothing of their own.
        names = [name for name in ("steps", "estimator") if name in attributes]
    elif "steps" in attributes:
        names.append("steps")
    return [attributes[name] for name in names]


def _settings_hold_network(estimator):
    """Check whether a network is among the parameters, fitted or not."""
    if not is_estimator(estimator):
        return False
    return any(isinstance(v, RNNRegressor) for v in estimator.get_params(deep=True).values())
