"""The parameters of a forecaster that say which features there are, and what they mean."""

from __future__ import annotations

import numpy as np

from skrnn._validation import check_features

from ._calendar_features import check_calendar
from ._column_encoder import ColumnEncoder, check_columns


def check_feature_parameters(parameters, names=None):
    """Check the parameters about features.

    Parameters
    ----------
    parameters : object
        Has the attributes `known_features`, `categorical_features`, `static` and `calendar`.
    names : list, default=None
        Names of the features. None means that they are not known yet.

    Raises
    ------
    ValueError
        If a value is not valid, or a feature does not exist.
    """
    check_calendar(parameters.calendar)
    if names is not None:
        known_mask(parameters.known_features, names)
        check_columns(parameters.categorical_features, parameters.static, names)


def known_mask(known_features, names):
    """Return a mask of the features that are known in advance.

    Parameters
    ----------
    known_features : "all", None or a value for `check_features`
        Value of the parameter.
    names : list
        Names of the features.

    Returns
    -------
    ndarray of bool of shape (n_features,)

    Raises
    ------
    ValueError
        If a feature does not exist.
    """
    known = np.zeros(len(names), bool)
    if known_features is None:
        return known
    if isinstance(known_features, str) and known_features == "all" and "all" not in names:
        return ~known
    positions = check_features(
        known_features, param="known_features", n_features=len(names), names=names
    )
    known[positions] = True
    return known


def names_listed(known_features, names):
    """Return the names of the features that the user lists as known in advance.

    Parameters
    ----------
    known_features, names
        As in :func:`known_mask`.

    Returns
    -------
    list
        Empty for "all".
    """
    if isinstance(known_features, str) and known_features == "all":
        return []
    known = known_mask(known_features, names)
    return [name for name, is_known in zip(names, known, strict=True) if is_known]


def columns_of_X(parameters, X):
    """Return the columns of X, and how they become numbers.

    Parameters
    ----------
    parameters : object
        Has the attributes `known_features`, `categorical_features`, `static` and
        `max_categories`.
    X : DataFrame or None
        The features at the rows of y. None means that none are used.

    Returns
    -------
    ColumnEncoder
    """
    if X is None:
        return ColumnEncoder()
    return ColumnEncoder.of(
        X,
        parameters.categorical_features,
        parameters.static,
        parameters.max_categories,
        varying=names_listed(parameters.known_features, list(X.columns)),
    )


def known_columns(known_features, columns, calendar):
    """Return which columns after encoding are known in advance, and vary: those of dates do.

    Parameters
    ----------
    known_features : "all", None or a value for `check_features`
        Value of the parameter.
    columns : ColumnEncoder
        The columns of X.
    calendar : CalendarFeatures
        The features of dates, which are the last columns.

    Returns
    -------
    ndarray of bool of shape (n_features,)
    """
    known = known_mask(known_features, columns.names)[columns.sources] & ~columns.static_mask
    return np.append(known, np.ones(len(calendar.names), bool))
