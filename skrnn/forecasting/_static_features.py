"""Continues the features that are constant within each series beyond the rows of `fit`."""

import numpy as np
import pandas as pd

from ._column_encoder import check_names, series_of_rows, static_names, warn_of_change


def set_static(networks, panel, future, X=None):
    """Write the values of static features into the rows of a horizon.

    Parameters
    ----------
    networks : ForecasterNetworks or FeatureColumns
        Which features are static.
    panel : Panel
        All known rows.
    future : ndarray of shape (n_series, n_ahead, n_features)
        Features of the horizon, which are changed.
    X : DataFrame, default=None
        Encoded features of the horizon, whose static columns should not have changed. Any of
        them may be missing.

    Warns
    -----
    SkrnnWarning
        If they have.
    """
    static = networks.static
    if not static.any():
        return
    values = panel.values[panel.ends - 1][:, networks.n_targets :][:, static]
    future[..., static] = values[:, None]
    names = [n for n, chosen in zip(networks.feature_names, static, strict=True) if chosen]
    if X is None or X.columns.intersection(names).empty:
        return
    series = np.zeros(len(X), int)
    if panel.instances is not None and isinstance(X.index, pd.MultiIndex):
        series = panel.instances.get_indexer(X.index.droplevel(-1))
    known = series >= 0
    given = X.loc[known].reindex(columns=names).to_numpy(np.float64)
    _warn_of_changes(networks, given, values[series[known]])


def check_still_static(columns, X):
    """Check that columns that were constant within each series in `pretrain` still are.

    Parameters
    ----------
    columns : ColumnEncoder
        The columns of `pretrain`.
    X : DataFrame or None
        Features of all rows of `y`.

    Raises
    ------
    ValueError
        If one changes within a series.
    """
    if not columns.static or X is None:
        return
    X = columns.arranged(X)
    check_names(X, columns.names)
    try:
        static_names(X, columns.static, series_of_rows(X))
    except ValueError as error:
        raise ValueError(
            f"{error} In pretrain the column was constant within each series. If it may change, "
            "set static=None before pretrain, or list the columns that cannot change in static."
        ) from None


def keep_static(networks, panel, new):
    """Write the values of static features into new rows of the series.

    Parameters
    ----------
    networks : ForecasterNetworks or FeatureColumns
        Which features are static.
    panel : Panel
        The rows before.
    new : Panel
        The new rows, which are changed.

    Warns
    -----
    SkrnnWarning
        If they had other values.
    """
    if not networks.static.any():
        return
    places = networks.n_targets + np.flatnonzero(networks.static)
    values = panel.values[panel.last_rows_of(new.instances)][new.series][:, places]
    cells = np.ix_(new.rows, places)
    _warn_of_changes(networks, new.values[cells], values)
    new.values[cells] = values


def _warn_of_changes(networks, given, fixed):
    """Warn if known values, ``(n_rows, n_static)``, differ from those in `fit`."""
    columns = networks.columns
    sources = columns.sources[columns.static_mask]
    for source in np.unique(sources):
        name, own = columns.names[source], sources == source
        before, now = fixed[:, own], given[:, own]
        known = ~np.isnan(before).any(axis=1) & ~np.isnan(now).any(axis=1)
        if name in columns.categories:
            known &= now[:, -1] == 0.0
        if (known & (before != now).any(axis=1)).any():
            warn_of_change(name)
