"""Turns the columns of X into numbers: categories into indicators, and static columns filled."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from skrnn._validation import check_features
from skrnn._warnings import warn_user
from skrnn.windows._category_columns import (
    Categories,
    categorical_names,
    factorized,
    filled_within,
)

from ._series_frames import numbers
from ._series_names import name_one
from ._series_rows import begin_series


@dataclass(frozen=True)
class ColumnEncoder:
    """The columns of X as `fit` saw them, and how they become numbers.

    Attributes
    ----------
    names : list
        Names of the columns of X.
    categories : dict
        The :class:`Categories` of each categorical column, by its name.
    static : list
        Names of the columns that are constant within each series.
    others : dict
        The values of static columns of new series, by the name of the column, whose categories
        networks that were pretrained on other series do not know.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting._column_encoder import ColumnEncoder
    >>> X = pd.DataFrame({"price": [1.0, 2.0, 1.0], "kind": ["a", "c", "b"]})
    >>> columns = ColumnEncoder.of(X, "from_dtype", None, 10)
    >>> columns.encoded(X).columns.tolist()
    ['price', "kind='a'", "kind='b'", "kind='c'", 'kind unknown']
    """

    names: list = field(default_factory=list)
    categories: dict = field(default_factory=dict)
    static: list = field(default_factory=list)
    others: dict = field(default_factory=dict)

    @classmethod
    def of(cls, X, categorical, static, max_categories, *, varying=()):
        """Learn the categories, and find static columns.

        Parameters
        ----------
        X : DataFrame
            Features of all rows of `y`.
        categorical, static
            Parameters of the forecaster.
        max_categories : int
            Most categories of a column that have their own indicator.
        varying : collection
            Names of columns that are not static, unless `static` names them.

        Returns
        -------
        ColumnEncoder

        Raises
        ------
        ValueError
            If a parameter names columns that do not exist, a static column changes, or names of
            indicators are also names of columns.
        """
        names = list(X.columns)
        chosen = categorical_names(X, categorical)
        series = series_of_rows(X)
        found = static_names(X, static, series, varying)
        categories = {
            name: Categories.of(name, X.iloc[:, names.index(name)], max_categories)
            for name in chosen
        }
        columns = cls(names, categories, found)
        _check_unique(columns)
        return columns

    @property
    def encoded_names(self):
        """Names of the columns after encoding."""
        return [name for _, name in self._sources()]

    @property
    def sources(self):
        """For each column after encoding, the position of its column in X, ``(n_features,)``."""
        places = {name: i for i, name in enumerate(self.names)}
        return np.array([places[source] for source, _ in self._sources()], int)

    @property
    def indicators(self):
        """Mask of the columns after encoding that stand for categories, ``(n_features,)``."""
        return np.array([source in self.categories for source, _ in self._sources()], bool)

    @property
    def static_mask(self):
        """Mask of the columns after encoding that are static, ``(n_features,)``."""
        return np.array([source in self.static for source, _ in self._sources()], bool)

    def names_of(self, mask):
        """Return the names of the columns of X for a mask of columns after encoding."""
        sources = [source for source, _ in self._sources()]
        return list(dict.fromkeys(n for n, one in zip(sources, mask, strict=True) if one))

    def indicators_of(self):
        """Return, for each categorical column, its places after encoding; "unknown" is the last.

        Returns
        -------
        list of ndarray of int
        """
        sources = self.sources
        return [np.flatnonzero(sources == self.names.index(name)) for name in self.categories]

    def _sources(self):
        """Return pairs of the name of a column of X, and the name after encoding."""
        return [
            (name, new)
            for name in self.names
            for new in (self.categories[name].names if name in self.categories else [name])
        ]

    def encoded(self, X, *, continued=False):
        """Return the columns of X as numbers.

        Parameters
        ----------
        X : DataFrame or None
            Features. Columns may be missing.
        continued : bool, default=False
            Whether the rows continue series that were seen, whose static values are known.

        Returns
        -------
        DataFrame or None
            With :attr:`encoded_names`, except for those of missing columns. Columns that `fit` has
            not seen keep their names.

        Warns
        -----
        SkrnnWarning
            If there are categories that `fit` has not seen, which are unknown, or, in static
            columns of series that were seen, are ignored.
        """
        if X is None:
            return X
        static = [name for name in self.static if name in X.columns]
        if not (self.categories or any(X[name].isna().any() for name in static)):
            return X
        series = series_of_rows(X) if static else None
        parts, names = [], []
        for i, name in enumerate(X.columns):
            column, is_static = X.iloc[:, i], name in self.static
            if name in self.categories:
                ignored = is_static and continued
                others = self.others.get(name, ())
                if ignored and self.categories[name].are_new(column, others):
                    warn_of_change(name)
                part = self.categories[name].indicators(
                    column, series if is_static else None, warns=not ignored
                )
                names += self.categories[name].names
            else:
                part = numbers(column.to_frame(), "X")
                if is_static:
                    part = filled_within(part[:, 0], ~np.isnan(part[:, 0]), series)[:, None]
                names.append(name)
            parts.append(part)
        return pd.DataFrame(np.concatenate(parts, axis=1), X.index, pd.Index(names, dtype=object))

    def with_others(self, X):
        """Return the columns for new series, whose static values are known from now on.

        Parameters
        ----------
        X : DataFrame or None
            Features of all rows of the new series.

        Returns
        -------
        ColumnEncoder
        """
        names = [] if X is None else [name for name in self.static if name in self.categories]
        return replace(self, others={name: tuple(factorized(X[name])[1]) for name in names})

    def encoded_past(self, X, later=None):
        """Return :meth:`encoded` for the rows of y, where no column may be missing.

        Parameters
        ----------
        X : DataFrame or None
            Features, with the columns in any order.
        later : Index, default=None
            The rows of y if they continue series that were seen. Static columns may then be
            missing, because their values are known.

        Returns
        -------
        DataFrame or None
        """
        if X is None and later is not None and self.names and set(self.names) <= set(self.static):
            X = pd.DataFrame(index=later)
        X = self.arranged(X, () if later is None else self.static)
        if self.categories and X is not None:
            check_names(X, self.names)
        return self.encoded(X, continued=later is not None)

    def arranged(self, X, optional=()):
        """Return features with their columns arranged as in `fit`.

        Parameters
        ----------
        X : DataFrame or None
            Features. With other columns, they are returned unchanged.
        optional : collection
            Names of columns that may be missing. They are then unknown.

        Returns
        -------
        DataFrame or None
        """
        if X is None or list(X.columns) == self.names:
            return X
        given = set(X.columns)
        if not X.columns.is_unique or not given <= set(self.names):
            return X
        return X if set(self.names) - given - set(optional) else X.reindex(columns=self.names)

    def encoded_future(self, X, known):
        """Return :meth:`encoded` for a horizon, which needs only some columns after encoding."""
        if X is None or not self.names:  # without features, any X is ignored
            return X
        if self.categories:
            check_known_names(X, self.names, self.names_of(known))
        return self.encoded(X, continued=True)


NO_COLUMNS = ColumnEncoder()
"""No column of X, or, if features have names, only numbers."""


def check_columns(categorical, static, names):
    """Check the parameters that name columns of X.

    Parameters
    ----------
    categorical, static
        Parameters of the forecaster.
    names : list
        Names of the columns.

    Raises
    ------
    ValueError
        If a column does not exist, or the value has a wrong type.
    """
    for value, reserved, param in (
        (categorical, "from_dtype", "categorical_features"),
        (static, "auto", "static"),
    ):
        if value is None or (isinstance(value, str) and value == reserved):
            continue
        if isinstance(value, str) and value not in names:
            raise ValueError(
                f"{param} must be {reserved!r}, None, or names, positions or a mask of columns "
                f"of X, which has the columns {names}. Got {value!r}."
            )
        check_features(value, param=param, n_features=len(names), names=names)


def with_boolean_objects(X):
    """Return features with nullable booleans as objects.

    sktime converts nullable booleans to numbers, so that they would no longer be categories.

    Parameters
    ----------
    X : object
        Features.

    Returns
    -------
    object
        A copy if a DataFrame has such columns, and X itself otherwise.
    """
    if not isinstance(X, pd.DataFrame) or not X.columns.is_unique:
        return X
    nullable = [
        name
        for name, dtype in X.dtypes.items()
        if pd.api.types.is_bool_dtype(dtype)
        and not isinstance(dtype, np.dtype | pd.CategoricalDtype)
    ]
    if not nullable:
        return X
    # None, unlike NA, can become NaN where the column is a number to a fitted forecaster.
    X = X.copy()
    for name in nullable:
        X[name] = X[name].astype(object).where(X[name].notna(), None)
    return X


def static_names(X, static, series, varying=()):
    """Return the names of columns that are constant within each series.

    Parameters
    ----------
    X : DataFrame
        Features.
    static : "auto", None or a value for `check_features`
        Value of the parameter. "auto": columns that never change within a series, but differ
        between series.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    varying : collection
        Names that "auto" leaves out.

    Returns
    -------
    list

    Raises
    ------
    ValueError
        If a column does not exist, or changes within a series.
    """
    names = list(X.columns)
    if static is None:
        return []
    if isinstance(static, str) and static == "auto":
        if not len(series) or series[0] == series[-1]:
            return []
        return [
            name
            for i, name in enumerate(names)
            if name not in varying and _changes(X.iloc[:, i], series) == (True, None)
        ]
    places = check_features(static, param="static", n_features=len(names), names=names)
    chosen = [names[i] for i in sorted(set(places.tolist()))]
    for name in chosen:
        _, row = _changes(X.iloc[:, names.index(name)], series)
        if row is not None:
            instances = None if X.index.nlevels == 1 else X.index[[row]].droplevel(-1)
            raise ValueError(
                f"static={static!r} contains the column {name!r}, which changes within "
                f"{name_one(instances, 0)}: it is {X[name].iloc[[row]].tolist()[0]!r} at "
                f"{X.index.get_level_values(-1)[row]}. A static column must have one value for "
                "each series."
            )
    return chosen


def _changes(column, series):
    """Return whether a column has several values, and the first row whose value differs from the
    first known one of its series, or None.
    """
    codes = pd.factorize(column)[0]
    known = np.flatnonzero(codes >= 0)
    codes, series = codes[known], series[known]
    change = (codes[1:] != codes[:-1]) & (series[1:] == series[:-1])
    row = int(known[1:][np.argmax(change)]) if change.any() else None
    return codes.max(initial=-1) > 0, row


def warn_of_change(name):
    """Warn that a static column has other values than in `fit`.

    Parameters
    ----------
    name : str
        Name of the column.

    Warns
    -----
    SkrnnWarning
    """
    warn_user(
        f"The column {name!r} of X was constant in every series in fit, but no longer is. Its new "
        "values are ignored. If it may change, set static=None, or list the columns that cannot "
        "change in static."
    )


def series_of_rows(X):
    """Return the number of the series of each row.

    Parameters
    ----------
    X : DataFrame
        The rows.

    Returns
    -------
    ndarray of int of shape (n_rows,)
    """
    return np.cumsum(begin_series(X.index)) - 1


def _check_unique(columns):
    """Check that no indicator has the name of a column."""
    names = columns.encoded_names
    twice = [name for name in columns.names if names.count(name) > 1]
    if twice:
        raise ValueError(
            f"X has the column {twice[0]!r}, which is also the name of the indicator of a "
            "category. Rename the column."
        )


def check_names(X, names):
    """Check that X has the columns that `fit` saw, in the same order.

    Parameters
    ----------
    X : DataFrame
        The features.
    names : list or None
        Names that X must have. None allows any names.

    Raises
    ------
    ValueError
        If it has others.
    """
    if names is not None and list(X.columns) != names:
        raise ValueError(
            f"X has the columns {list(X.columns)}, but the forecaster was fitted with "
            f"{names or 'none'}."
        )


def check_known_names(X, names, wanted):
    """Check that X has the columns known in advance, and no columns that `fit` did not see.

    Parameters
    ----------
    X : DataFrame
        The features.
    names, wanted : list
        Names of all columns in `fit`, and of those that are known in advance.

    Raises
    ------
    ValueError
        If a column is missing or new.
    """
    given = list(X.columns)
    lacking = [name for name in wanted if name not in given]
    strange = [name for name in given if name not in names]
    if lacking or strange or len(set(given)) < len(given):
        raise ValueError(
            f"X has the columns {given}, but the forecaster was fitted with {names}. Of these, "
            f"predict needs the features known in advance, {wanted}."
        )
