"""Unwraps fitted searches, pipelines and other meta-estimators, and finds estimators in them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator


@dataclass(frozen=True)
class Layers:
    """The predictor inside a fitted estimator, and what is wrapped around it.

    Attributes
    ----------
    steps : list of transformer
        The steps that transform X, in order.
    around : list of TransformedTargetRegressor
        Meta-estimators that apply the inverse transformation to the forecasts, outermost first.
    last : estimator
        The predictor, or an estimator that combines several of them, such as an ensemble.
    wrappers : list of estimator
        All meta-estimators that were unwrapped, outermost first.
    """

    steps: list
    around: list
    last: object
    wrappers: list = field(repr=False)


def unwrap(estimator):
    """Unwrap the predictor inside fitted searches, pipelines and target regressors.

    For a search, the best estimator is used. Its template is ignored, because it may have other
    parameters or may have been fitted to other data.

    Parameters
    ----------
    estimator : estimator
        The fitted estimator.

    Returns
    -------
    Layers

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skrnn._nested_estimators import unwrap
    >>> unwrap(make_pipeline(StandardScaler(), LinearRegression()))
    Layers(steps=[StandardScaler()], around=[], last=LinearRegression())
    """
    steps, around, wrappers = [], [], []
    while True:
        outer = estimator
        if hasattr(estimator, "best_estimator_"):
            estimator = estimator.best_estimator_
        elif hasattr(estimator, "regressor_"):
            around.append(estimator)
            estimator = estimator.regressor_
        elif isinstance(estimator, FrozenEstimator):
            estimator = estimator.estimator
        elif hasattr(estimator, "steps"):
            before = [step for _, step in estimator.steps[:-1]]
            steps += [step for step in before if step is not None and step != "passthrough"]
            estimator = estimator.steps[-1][1]
        else:
            return Layers(steps, around, estimator, wrappers)
        wrappers.append(outer)


def find_nested(value, chosen):
    """Find objects in the fitted parts of an estimator, at any depth.

    Parameters
    ----------
    value : object
        An estimator, or a container of estimators.
    chosen : callable
        Returns whether to collect an object. The parts of a collected object are not searched.

    Returns
    -------
    list
        The objects, without duplicates.
    """
    found, seen, values = [], set(), [value]
    while values:
        value = values.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if chosen(value):
            found.append(value)
        else:
            values += reversed(_parts(value))
    return found


def is_estimator(value):
    """Check whether a value is an estimator of any package that follows scikit-learn."""
    return hasattr(value, "get_params") and not isinstance(value, type)


def _parts(value):
    """Return the parts of an estimator, or the items of a container."""
    if is_estimator(value):
        return _fitted_parts(value)
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, pd.DataFrame):
        value = value.to_numpy()  # a table of forecasters, one for each series
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value.ravel().tolist()
    if hasattr(value, "regressors"):
        return list(value.regressors)  # the networks of an RNNForecaster
    return list(value) if isinstance(value, list | tuple) else []


def _fitted_parts(estimator):
    """Return the fitted attributes of an estimator, or its parameters if they were fitted."""
    attributes = getattr(estimator, "__dict__", {})
    for name in ("best_estimator_", "best_forecaster_"):
        if name in attributes:
            return [attributes[name]]
    if not _is_fitted(estimator, attributes):
        return []
    names = [name for name in attributes if name.endswith("_") and not name.startswith("_")]
    if "regressor_" in names:
        names = [name for name in names if name != "transformer_"]  # transforms the target, not X
    fitted = [attributes[name] for name in names if _holds_estimators(attributes[name])]
    if fitted or "cv_results_" in attributes:
        return fitted
    settings = [name for name in attributes if not name.startswith("_") and name not in names]
    return [attributes[name] for name in settings]


def _is_fitted(estimator, attributes):
    """Return whether an estimator is fitted by the rules of scikit-learn."""
    if hasattr(estimator, "__sklearn_is_fitted__"):
        try:
            return estimator.__sklearn_is_fitted__()
        except NotFittedError:  # raised by a part
            return False
    return any(name.endswith("_") and not name.startswith("_") for name in attributes)


def _holds_estimators(value):
    """Return whether a value is an estimator, or a container of estimators."""
    if is_estimator(value) or hasattr(value, "regressors"):
        return True
    return any(_holds_estimators(part) for part in _parts(value))
