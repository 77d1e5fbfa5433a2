"""Looks up exogenous features at the rows of y and at the steps of the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skrnn._warnings import warn_user
from skrnn.windows._label_advice import advice_on_index
from skrnn.windows._repeated_rows import advice_for_index

from ._column_encoder import check_known_names, check_names
from ._limited_forecasts import warn_or_collect
from ._panel import Panel
from ._series_frames import numbers
from ._series_names import (
    IF_NEW,
    advice_on_unseen,
    label_of,
    name_marked,
    name_of_rows,
    name_some,
)

if TYPE_CHECKING:
    from ._calendar_features import CalendarFeatures
    from ._column_encoder import ColumnEncoder


class UnknownFeatureError(ValueError):
    """A feature is NaN in all rows."""


@dataclass(kw_only=True)
class FeatureColumns:
    """The features of a forecaster: those of X, and after them those of its calendar.

    Attributes
    ----------
    columns : ColumnEncoder
        The columns of X, and how they become features.
    calendar : CalendarFeatures
        The features created from the labels of rows.
    known : ndarray of bool of shape (n_features,)
        The features that are known in advance, and vary within a series.
    n_targets : int, default=1
        Targets, which are before the features in a panel.
    recursive : bool, default=False
        Whether forecasts of a step need the features of all steps before it.
    """

    columns: ColumnEncoder
    calendar: CalendarFeatures
    known: np.ndarray
    n_targets: int = 1
    recursive: bool = False

    @property
    def names_in_X(self):
        """Names of the features of X."""
        return self.columns.encoded_names

    @property
    def feature_names(self):
        """Names of all features."""
        return [*self.names_in_X, *self.calendar.names]

    @property
    def static(self):
        """Mask of the features that are constant within each series, ``(n_features,)``."""
        return self._of_features(self.columns.static_mask)

    def encoded_future(self, X):
        """Return the features of a horizon as numbers."""
        return self.columns.encoded_future(X, self.known[: len(self.names_in_X)])

    def _of_features(self, mask):
        """Return a mask of encoded columns of X as one of all features."""
        return np.append(mask, np.zeros(len(self.known) - len(mask), bool))


def rows_at(X, index):
    """Return the rows of X at labels.

    Parameters
    ----------
    X : DataFrame
        The features.
    index : Index
        The labels.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        If a row is missing.
    """
    rows = _rows_of(X, index)
    if (rows < 0).any():
        first = int(np.argmax(rows < 0))
        missing = _series_without_rows(X, index, first) or label_of(index, first)
        advice = advice_on_index(X.index, index)
        raise ValueError(
            f"X has no row for {missing}: it must have one for every row of y. "
            f"{advice or 'Values that are not known may be NaN.'}"
        )
    return X if len(rows) == len(X) and (np.diff(rows) == 1).all() else X.iloc[rows]


def _series_without_rows(X, index, row):
    """Return the name of the series of a row if X does not contain it, and None otherwise."""
    if index.nlevels == 1 or X.index.nlevels != index.nlevels:
        return None
    name = index[[row]].droplevel(-1)
    given = X.index.droplevel(-1).unique()
    if name[0] in given:
        return None
    return f"the series {name.tolist()[0]!r} (it has rows for {name_some(given)})"


def past_features(X, index, names):
    """Return the values of the features at the rows of the targets.

    Parameters
    ----------
    X : DataFrame or None
        The features.
    index : Index
        The rows of the targets.
    names : list or None
        Names that X must have. None allows any names.

    Returns
    -------
    ndarray of shape (n_rows, n_features)

    Raises
    ------
    ValueError
        If a row of X is missing, or X has other columns.
    """
    if X is None:
        if names:
            raise ValueError(f"X is missing: the forecaster was fitted with features {names}.")
        return np.empty((len(index), 0))
    check_names(X, names)
    return numbers(rows_at(X, index), "X")


def panel_with_features(features, y, X, axis, gap, *, later=False):
    """Return the panel of series, or of later rows, and their features.

    Parameters
    ----------
    features : FeatureColumns or ForecasterNetworks
        The features that are read.
    y : DataFrame
        The series.
    X : DataFrame or None
        The columns of their features.
    axis : TimeAxis
        Counts the steps of time.
    gap : int
        Rows in front of each series.
    later : bool, default=False
        Whether these are rows after those of `fit`.

    Returns
    -------
    Panel
    """
    X = features.columns.encoded_past(X, y.index if later else None)
    values = past_features(X, y.index, features.names_in_X)
    values = np.concatenate([values, features.calendar.values(y.index)], axis=1)
    return Panel.of(y, axis, gap, name_of_rows(later), values)


def check_some_known(features, names):
    """Check that each feature is known in some row.

    Parameters
    ----------
    features : ndarray of shape (n_rows, n_features)
        Values of the features.
    names : list
        Names of the features.

    Raises
    ------
    UnknownFeatureError
        If a feature is NaN in all rows.
    """
    empty = np.isnan(features).all(axis=0)
    if empty.any():
        columns = [name for name, is_empty in zip(names, empty, strict=True) if is_empty]
        raise UnknownFeatureError(
            f"X has no known value in the column(s) {columns}: every row is NaN, so nothing can "
            "be learned from them. Leave them out, or fill them."
        )


def future_features(X, labels, steps, networks, instances):
    """Return the values of the features at the steps up to the end of the horizon.

    Parameters
    ----------
    X : DataFrame or None
        The X of `predict`. Only the columns that are known in advance are needed, and none if all
        steps of the horizon are in sample.
    labels : Index of n_series * n_ahead labels
        The steps after the end of each series. The steps of a series are adjacent.
    steps : ndarray of int of shape (n_series, n_steps)
        The steps of the horizon. 1 is the first step after the end of a series.
    networks : ForecasterNetworks or FeatureColumns
        Names of the features, whether they are known in advance, and whether the networks are
        recursive. Recursive networks need every step up to the end of the horizon. For other
        networks, a row that is missing in X is unknown.
    instances : Index or None
        The series.

    Returns
    -------
    ndarray of shape (n_series, n_ahead, n_features)
        NaN marks unknown values. Features that are not known in advance are always unknown.

    Raises
    ------
    ValueError
        If a required column or row of X is missing.

    Warns
    -----
    SkrnnWarning
        If a step of the horizon is missing in X, and the networks do not need it, or if X contains
        only NaN there.
    """
    names = networks.names_in_X
    known = networks.known[: len(names)]
    n_series = len(steps)
    n_ahead = len(labels) // n_series
    values = np.full((n_series, n_ahead, len(networks.known)), np.nan)
    if not n_ahead:
        return values
    dates = networks.calendar.values(labels)
    values[..., len(names) :] = dates.reshape(n_series, n_ahead, -1)
    if not known.any() or (X is None and steps.max() <= 0):
        return values
    wanted = [name for name, is_known in zip(names, known, strict=True) if is_known]
    named = networks.columns.names_of(known)
    if X is None:
        raise ValueError(
            f"X is missing: the features {named} are known in advance and must be passed up to "
            f"the last step of the horizon, {_ends_of(labels, steps).max()}. Features that are "
            "not known by then must be left out of known_features."
        )
    if not networks.columns.categories:  # otherwise, they were checked before they were encoded
        check_known_names(X, names, wanted)
    _check_instances(X, instances)
    index = label_rows(instances, labels)
    rows = _rows_of(X, index).reshape(n_series, n_ahead)
    _check_future_rows(X, index, rows, steps, networks.recursive, named)
    table = numbers(X[wanted], "X")[rows]
    values[..., : len(names)][..., known] = np.where(rows[..., None] < 0, np.nan, table)
    _warn_of_unknown_steps(values[..., : len(names)], rows, steps, networks, instances)
    return values


def _check_future_rows(X, index, rows, steps, recursive, wanted):
    """Check that X has the rows that are needed, and warn about missing rows that matter."""
    n_ahead = rows.shape[1]
    ahead = np.arange(1, n_ahead + 1)
    before_last = ahead <= steps.max(axis=1, keepdims=True)
    in_horizon = (ahead == steps[..., None]).any(axis=1)
    absent = (rows < 0) & (before_last if recursive else in_horizon)
    if not absent.any():
        return
    place = int(np.argmax(absent))
    first = label_of(index, place)
    advice = advice_on_index(X.index, index) if len(X) else ""
    if advice:
        raise ValueError(f"X has no row for {first}. {advice}")
    end = _ends_of(index.get_level_values(-1), steps)[place // n_ahead]
    ends = f"the horizon, {end}"
    ends += f"; X ends at {label_of(X.index, -1)}" if len(X) else "; X has no rows"
    if recursive:
        early = _on_early_end(index, steps, place // n_ahead, recursive=True)
        raise ValueError(
            f"X has no row for {first}. The features {wanted} are known in advance and must be "
            f"given for every step up to the last one of {ends}.{early}"
        )
    without = (absent | ~in_horizon).all(axis=1) & in_horizon.any(axis=1)
    if without.any():
        raise _no_row_of(X, index, steps, without, wanted) or ValueError(
            f"X has no row for {first}, nor for any other step of the horizon of this series. "
            f"The features {wanted} are known in advance and must be given for the steps of "
            f"{ends}."
        )
    warn_user(
        f"X has no row for {int(absent.sum())} step(s) of the horizon, the first of them {first}: "
        f"their features {wanted} are treated as unknown. Pass X for every step of the horizon.",
    )


def _no_row_of(X, index, steps, without, wanted):
    """Return an error that names the series of a panel without any row in X that is needed."""
    if index.nlevels == 1:
        return None
    n_series = len(steps)
    times = index.get_level_values(-1)
    starts = np.arange(n_series) * (len(index) // n_series)
    which = int(np.argmax(without))
    ahead = steps[which][steps[which] > 0]
    first, last = (times[starts[which] + step - 1] for step in (ahead.min(), ahead.max()))
    name = index[[starts[which]]].droplevel(-1).tolist()[0]
    missing = _series_without_rows(X, index, starts[which])
    if missing:
        what = f"X has no row for {missing}."
    else:
        what = (
            f"X has no row for any step of the horizon of the series {name!r}, {first} to {last}."
        )
    early = _on_early_end(index, steps, which)
    ends = _ends_of(times, steps)
    if ends[which] < ends.max():
        return ValueError(f"{what}{early}")
    return ValueError(
        f"{what} The features {wanted} are known in advance and must be given for the steps of "
        f"the horizon, {first} to {last}, of every series.{early}"
    )


def _on_early_end(index, steps, which, *, recursive=False):
    """Return what to do about a series that ends earlier than others, or "" if it does not."""
    times, n_series = index.get_level_values(-1), len(steps)
    begins = times[np.arange(n_series) * (len(times) // n_series)]
    if begins[which] == begins.max():
        return ""
    text = " This series ends at an earlier time than others, "
    text += f"{_distance(begins[which], begins.max())} before the latest ones"
    ends = _ends_of(times, steps)
    relative = ends[which] < ends.max()
    if relative:
        text += f", and its steps are counted from its own end, so the first is {begins[which]}"
    text += ". If it has ended, leave it out of y in fit and out of X. Otherwise, add these rows"
    text += " to X"
    if relative and not recursive:
        text += ", or pass dates or periods as fh to fit, which are the same for all series"
    return f"{text}."


def _distance(start, end):
    """Return the time between two labels as text."""
    apart = end - start
    if not isinstance(apart, pd.Timedelta):
        return f"{getattr(apart, 'n', apart)} step(s)"
    days = apart / pd.Timedelta(days=1)
    if days != int(days):
        return str(apart)
    if days >= 14 and days % 7 == 0:
        return f"{days / 7:.0f} weeks"
    return f"{days:.0f} day{'' if days == 1 else 's'}"


def _warn_of_unknown_steps(future, rows, steps, networks, instances):
    """Warn about steps of the horizon, or features, that are NaN although X has rows.

    Parameters
    ----------
    future : ndarray of shape (n_series, n_ahead, n_features)
        Values of the features of X.
    rows : ndarray of int of shape (n_series, n_ahead)
        Their rows in X, negative where there is none.
    steps : ndarray of int of shape (n_series, n_steps)
        The steps of the horizon.
    networks : ForecasterNetworks or FeatureColumns
        Names of the features.
    instances : Index or None
        Names of the series.
    """
    # Unknown categories have an indicator, which is never NaN.
    n_features = future.shape[2]
    plain = networks.known[:n_features].copy()
    plain[: len(networks.columns.indicators)] &= ~networks.columns.indicators[:n_features]
    ahead = np.arange(1, rows.shape[1] + 1)
    given = (ahead == steps[..., None]).any(axis=1) & (rows >= 0)
    if not (plain.any() and given.any()):
        return
    unknown = np.isnan(future[given][:, plain])
    names = [name for name, use in zip(networks.names_in_X, plain, strict=True) if use]
    names = [name for name, some in zip(names, unknown.any(axis=0), strict=True) if some]
    if not names:
        return
    is_empty = unknown.all(axis=0)[unknown.any(axis=0)].all()
    where = "every step" if is_empty else f"{int(unknown.any(axis=1).sum())} step(s)"
    marked = np.bincount(np.nonzero(given)[0][unknown.any(axis=1)], minlength=len(future)) > 0
    of = "" if instances is None else f" of {name_marked(marked, instances)}"
    warn_or_collect(
        f"The features {names}, which are known in advance, are treated as unknown at {where} of "
        f"the horizon{of}, because X contains NaN there. Pass their values, or leave them out of "
        "known_features."
    )


def _ends_of(labels, steps):
    """Return the labels of the last step of the horizon of each series.

    Series that end earlier than others have more steps until the same time.
    """
    n_series = len(steps)
    first = np.arange(n_series) * (len(labels) // n_series)
    return labels[first + np.maximum(steps.max(axis=1), 1) - 1]


def label_rows(instances, labels):
    """Return the index of rows of several series.

    Parameters
    ----------
    instances : Index or None
        The series. None means that there is one.
    labels : Index of n_series * n_steps labels
        The labels in time. The labels of a series are adjacent.

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
        advice = advice_for_index(X, "X")
        raise ValueError(f"The index of X repeats the label {twice}. {advice}")
    if X.index.equals(index):
        return np.arange(len(index))
    return X.index.get_indexer(index)


def _check_instances(X, instances):
    """Check that X holds only series that are forecast."""
    if instances is None or not isinstance(X.index, pd.MultiIndex):
        return
    given = X.index.droplevel(-1).unique()
    unknown = instances.get_indexer(given) < 0
    if unknown.any():
        name = given[unknown].tolist()[0]
        raise ValueError(
            f"X contains the series {name!r}, which y did not contain in fit. "
            f"{advice_on_unseen(name, instances, f'Leave it out of X. {IF_NEW}')}"
        )
