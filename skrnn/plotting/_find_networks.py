"""Finds the networks inside pipelines, target regressors, searches, ensembles and so on."""

import pandas as pd
from sklearn.exceptions import NotFittedError

from skrnn._nested_estimators import find_nested, is_estimator
from skrnn._regressor import RNNRegressor


def find_networks(estimator, *, name="estimator", kind=RNNRegressor):
    """Find every fitted network in an estimator, at any depth.

    Parameters
    ----------
    estimator : object
        An RNNRegressor, or an object that contains some, such as an RNNForecaster. For a search,
        the best estimator is used.
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
    networks = find_nested(estimator, lambda value: isinstance(value, kind))
    fitted = [network for network in networks if hasattr(network, "weights_")]
    if fitted:
        return fitted
    unfitted = networks or _networks_in_settings(estimator, kind)
    if unfitted:
        refit = ", and a search with refit=True" if hasattr(estimator, "refit") else ""
        raise NotFittedError(
            f"The {type(unfitted[0]).__name__} in {name}, {a_kind(estimator)}, is not "
            f"fitted: call fit first{refit}."
        )
    wanted = "RNNRegressor" if issubclass(kind, RNNRegressor) else "RNNRegressor or RNNClassifier"
    raise TypeError(
        f"{name} must be a fitted {wanted}, or a pipeline, target regressor, search, ensemble "
        f"or forecaster that contains one. Got {estimator!r}."
    )


def find_forecaster(estimator):
    """Find the one fitted RNNForecaster in an sktime forecaster.

    Parameters
    ----------
    estimator : forecaster
        An RNNForecaster, or a forecaster that contains one.

    Returns
    -------
    RNNForecaster

    Raises
    ------
    NotFittedError
        If no network in it is fitted.
    TypeError
        If it contains no network.
    ValueError
        If it contains several fitted forecasters.
    """
    find_networks(estimator)
    found = find_nested(
        estimator, lambda value: is_rnn_forecaster(value) and hasattr(value, "networks_")
    )
    if len(found) != 1:
        raise ValueError(
            f"estimator, {a_kind(estimator)}, contains {len(found)} fitted "
            "RNNForecasters, one for each series if pooling='local' or stateful=True: pass the "
            "one to look at."
        )
    return found[0]


def a_kind(value):
    """Return the name of a value's class after "a" or "an", for a message.

    Examples
    --------
    >>> from sklearn.linear_model import ElasticNet, Ridge
    >>> from skrnn import RNNRegressor
    >>> from skrnn.plotting._find_networks import a_kind
    >>> a_kind(RNNRegressor()), a_kind(ElasticNet()), a_kind(Ridge())
    ('an RNNRegressor', 'an ElasticNet', 'a Ridge')
    """
    name = type(value).__name__
    # Abbreviations such as RNN and SVR are spelt out when they are read: an R, an S.
    vowels = "AEFHILMNORSX" if name[1:2].isupper() else "AEIOU"
    return f"{'an' if name[0].upper() in vowels else 'a'} {name}"


def is_forecaster(value):
    """Check whether a value is an sktime forecaster, without importing sktime."""
    return hasattr(value, "cutoff") and hasattr(value, "predict_residuals")


def is_rnn_forecaster(value):
    """Check whether a value is an RNNForecaster, without importing sktime."""
    return is_forecaster(value) and hasattr(value, "network_windows")


def _networks_in_settings(estimator, kind):
    """Return the networks and forecasters among the parameters, fitted or not."""
    if not is_estimator(estimator):
        return []
    parts = [estimator, *estimator.get_params(deep=True).values()]
    return [part for part in parts if isinstance(part, kind) or is_rnn_forecaster(part)]


def table_of(X):
    """Return a Series as a table of one column, and other input as it is.

    Parameters
    ----------
    X : array-like or None
        Input to ``estimator.predict``.

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
            "X is required unless estimator is a forecaster, which keeps its own series."
        )
    return X.to_frame() if isinstance(X, pd.Series) else X
