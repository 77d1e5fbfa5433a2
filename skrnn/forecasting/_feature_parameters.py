"""The parameters of a forecaster that say which features there are, and what they mean."""

from __future__ import annotations

import numpy as np

from skrnn._validation import check_features

from ._calendar_features import CalendarFeatures, check_calendar, check_new_names
from ._column_encoder import NO_COLUMNS, ColumnEncoder, check_columns
from ._features import FeatureColumns


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


def _names_listed(known_features, names):
    """Return the names of the features that the user lists as known in advance, not as "all"."""
    if isinstance(known_features, str) and known_features == "all":
        return []
    known = known_mask(known_features, names)
    return [name for name, is_known in zip(names, known, strict=True) if is_known]


def features_in_fit(parameters, X, y):
    """Find the features of series.

    Parameters
    ----------
    parameters : object
        Has the attributes `known_features`, `categorical_features`, `static`, `max_categories`,
        `calendar` and, unless X is always used, `use_X`.
    X : DataFrame or None
        The features at the rows of y.
    y : DataFrame
        The targets.

    Returns
    -------
    FeatureColumns

    Raises
    ------
    ValueError
        If a parameter does not match X or the labels.
    """
    uses_X, columns = getattr(parameters, "use_X", True), NO_COLUMNS
    if X is not None and uses_X:
        columns = ColumnEncoder.of(
            X,
            parameters.categorical_features,
            parameters.static,
            parameters.max_categories,
            varying=_names_listed(parameters.known_features, list(X.columns)),
        )
    calendar = CalendarFeatures.of(parameters.calendar, y.index)
    check_new_names(columns.encoded_names, calendar)
    known = known_mask(parameters.known_features if uses_X else None, columns.names)
    known = known[columns.sources] & ~columns.static_mask
    known = np.append(known, np.ones(len(calendar.names), bool))
    return FeatureColumns(columns=columns, calendar=calendar, known=known, n_targets=y.shape[1])
