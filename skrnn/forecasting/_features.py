"""Exogenous features: those of the past beside the targets, and those of the horizon."""

import numpy as np
import pandas as pd

from skrnn._validation import check_features

from ._panel import label_of, numbers


def known_mask(known_features, names):
    """Mask of the features that are known in advance.

    Parameters
    ----------
    known_features : "all", None or what `check_features` takes
        As the user gave it.
    names : list
        Names of the features.

    Returns
    -------
    ndarray of bool of shape (n_features,)

    Raises
    ------
    ValueError
        If a feature is not there.
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


def beside(X, index, names):
    """Values of the features at the rows of the targets.

    Parameters
    ----------
    X : DataFrame or None
        The features.
    index : Index
        The rows of the targets.
    names : list or None
        Names that X must have; None: any.

    Returns
    -------
    ndarray of shape (n_rows, n_features)

    Raises
    ------
    ValueError
        If X lacks a row or has other columns.
    """
    if X is None:
        if names:
            raise ValueError(f"X is missing: RNNForecaster was fitted with features {names}.")
        return np.empty((len(index), 0))
    _check_names(X, names)
    rows = _rows_of(X, index)
    if (rows < 0).any():
        missing = label_of(index, int(np.argmax(rows < 0)))
        raise ValueError(
            f"X has no row for {missing}: it must have one for every row of y. Values that are "
            "not known may be NaN."
        )
    return numbers(X, "X")[rows]


def ahead(X, labels, n_wanted, instances, names, known):
    """Values of the features at the steps of the horizon.

    Parameters
    ----------
    X : DataFrame or None
        As given to `predict`.
    labels : Index of n_series * n_steps labels
        The steps after the end of each series, those of one series together.
    n_wanted : ndarray of int of shape (n_series,)
        How many of them are needed.
    instances : Index or None
        The series.
    names : list
        Names of the features.
    known : ndarray of bool of shape (n_features,)
        Features known in advance; the others are unknown, whatever X says.

    Returns
    -------
    ndarray of shape (n_series, n_steps, n_features)

    Raises
    ------
    ValueError
        If known features are not given for every series and step.
    """
    n_series = len(n_wanted)
    n_steps = len(labels) // n_series
    values = np.full((n_series, n_steps, len(names)), np.nan)
    if not known.any() or not n_steps:
        return values
    wanted = [name for name, is_known in zip(names, known, strict=True) if is_known]
    if X is None:
        raise ValueError(
            f"X is missing: the features {wanted} are known in advance and must be given up to "
            f"the last step of the horizon, {labels[-1]}. Features that are not known then must "
            "be left out of known_features."
        )
    _check_names(X, names)
    _check_instances(X, instances)
    index = label_rows(instances, labels)
    rows = _rows_of(X, index)
    missing = (rows < 0) & (np.arange(n_steps) < n_wanted[:, None]).ravel()
    if missing.any():
        raise ValueError(
            f"X has no row for {label_of(index, int(np.argmax(missing)))}. The features {wanted} "
            "are known in advance and must be given for every step up to the last one of the "
            f"horizon, {labels[-1]}; X ends at {label_of(X.index, -1)}."
        )
    table = np.where(rows[:, None] < 0, np.nan, numbers(X, "X")[rows])
    values[..., known] = table.reshape(values.shape)[..., known]
    return values


def label_rows(instances, labels):
    """Index of rows of several series.

    Parameters
    ----------
    instances : Index or None
        The series; None: there is one.
    labels : Index of n_series * n_steps labels
        The labels in time, those of one series together.

    Returns
    -------
    Index
    """
    if instances is None:
        return labels
    repeated = instances.repeat(len(labels) // len(instances))
    levels = [repeated.get_level_values(i) for i in range(instances.nlevels)]
    return pd.MultiIndex.from_arrays([*levels, labels], names=[*instances.names, labels.name])


def _rows_of(X, index):
    if not X.index.is_unique:
        twice = X.index[X.index.duplicated()][0]
        raise ValueError(f"The index of X repeats the label {twice}.")
    if X.index.equals(index):
        return np.arange(len(index))
    return X.index.get_indexer(index)


def _check_names(X, names):
    if names is not None and list(X.columns) != names:
        raise ValueError(
            f"X has the columns {list(X.columns)}, but RNNForecaster was fitted with "
            f"{names or 'none'}."
        )


def _check_instances(X, instances):
    """Check that X holds no series but those that are forecast."""
    if instances is None or not isinstance(X.index, pd.MultiIndex):
        return
    given = X.index.droplevel(-1).unique()
    unknown = instances.get_indexer(given) < 0
    if unknown.any():
        raise ValueError(
            f"X holds the series {given[unknown].tolist()[0]!r}, which y did not hold in "
            "fit. For forecasts of new series call pretrain with the series to learn from, and "
            "then fit with the new ones."
        )
