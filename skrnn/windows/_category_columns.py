"""Finds categorical columns, and turns them into indicators, with one for unknown categories."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from skrnn._validation import check_features
from skrnn._warnings import warn_user
from skrnn._written_numbers import conversion_of

from ._numbers_in_text import warn_of_numbers_in_text

# What `pandas.api.types.infer_dtype` returns for objects that are categories, or all unknown.
_CATEGORIES_AS_OBJECTS = ("string", "boolean", "categorical", "mixed-integer", "empty")


@dataclass(frozen=True)
class Categories:
    """The categories of a column.

    Attributes
    ----------
    name : str
        Name of the column.
    values : tuple
        The categories with their own indicator, ordered by their text. If there are two and no
        other, only the second one has an indicator.
    rare : tuple
        The other categories that `fit` has seen, which are treated as unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._category_columns import Categories
    >>> kinds = Categories.of("kind", pd.Series(["a", "b", "c", None]), 10)
    >>> kinds.indicators(pd.Series(["c", None]))
    array([[0., 0., 1., 0.],
           [0., 0., 0., 1.]])
    """

    name: object
    values: tuple
    rare: tuple = ()

    @classmethod
    def of(cls, name, column, most):
        """Learn the categories of a column. The most frequent ones have indicators.

        Parameters
        ----------
        name : str
            Name of the column.
        column : Series
            The values. NaN and None are unknown.
        most : int
            Largest number of indicators, not counting the one for unknown categories.

        Returns
        -------
        Categories

        Raises
        ------
        ValueError
            If there are more different numbers than `most`, and some are not whole: they were
            measured, and are not categories.
        """
        return cls.of_codes(name, *factorized(column), most)

    @classmethod
    def of_codes(cls, name, codes, unique, most):
        """Learn the categories of a column as :func:`factorized` returns it.

        Parameters
        ----------
        name : str
            Name of the column.
        codes : ndarray of int of shape (n_rows,)
            The position of each value in `unique`, -1 if it is unknown.
        unique : ndarray of object
            The values in the order in which they first occur. Each of them must occur.
        most : int
            As in `of`.

        Returns
        -------
        Categories

        Raises
        ------
        ValueError
            As in `of`.
        """
        _check_not_measured(name, unique, most)
        counts = np.bincount(codes[codes >= 0], minlength=len(unique))
        by_text = sorted(range(len(unique)), key=lambda i: text_of(unique[i]))
        by_count = sorted(by_text, key=lambda i: -counts[i])
        kept = set(by_count[:most])
        return cls(
            name,
            tuple(unique[i] for i in by_text if i in kept),
            tuple(unique[i] for i in by_text if i not in kept),
        )

    @property
    def names(self):
        """Names of the indicators. The last one is for unknown categories."""
        values = self.values[1:] if self._is_binary else self.values
        return [*(f"{self.name}={value!r}" for value in values), f"{self.name} unknown"]

    @property
    def _is_binary(self):
        return len(self.values) == 2 and not self.rare

    def indicators(self, column, series=None, *, warns=True):
        """Return the indicators of values, ``(n_rows, n_indicators)``.

        Parameters
        ----------
        column : Series
            The values.
        series : ndarray of int of shape (n_rows,), default=None
            Number of the series of each row, if the column is static. Missing values then have
            the first known value of their series.
        warns : bool, default=True
            As in `indicators_of_codes`.

        Returns
        -------
        ndarray

        Warns
        -----
        SkrnnWarning
            If there are values that `fit` has not seen.
        """
        codes, unique = factorized(column)
        if series is not None:
            codes = filled_within(codes, codes >= 0, series)
        return self.indicators_of_codes(codes, unique, warns=warns)

    def are_new(self, column, others=()):
        """Return whether a column contains values that `fit` has not seen.

        Parameters
        ----------
        column : Series
            The values.
        others : iterable, default=()
            Values that are not new either, although they are unknown.

        Returns
        -------
        bool
        """
        seen = {*self.values, *self.rare, *others}
        return not seen.issuperset(factorized(column)[1].tolist())

    def indicators_of_codes(self, codes, unique, *, warns=True):
        """Return the indicators of values as :func:`factorized` returns them.

        Parameters
        ----------
        codes : ndarray of int of shape (n_rows,)
            The position of each value in `unique`, -1 if it is unknown.
        unique : ndarray of object
            The values.
        warns : bool, default=True
            Whether to warn about values that `fit` has not seen.

        Returns
        -------
        ndarray of shape (n_rows, n_indicators)

        Warns
        -----
        SkrnnWarning
            As in `indicators`.
        """
        places = pd.Index(self.values, dtype=object).get_indexer(pd.Index(unique, dtype=object))
        if warns:
            self._warn_of_new(unique[places < 0])
        places = np.append(places, -1)[codes]
        places = np.where(places < 0, len(self.values), places)
        table = np.zeros((len(codes), len(self.values) + 1))
        table[np.arange(len(codes)), places] = 1.0
        return table[:, 1:] if self._is_binary else table

    def _warn_of_new(self, values):
        rare = set(self.rare)
        new = [value for value in values.tolist() if value not in rare]
        if new:
            names = ", ".join(map(repr, new[:3])) + (", ..." if len(new) > 3 else "")
            treated = "was not in X in fit, and is treated as an unknown category"
            if len(new) > 1:
                treated = "were not in X in fit, and are treated as unknown categories"
            warn_user(f"X[{self.name!r}] contains {names}, which {treated}.")


def factorized(column):
    """Return the values of a column as codes.

    Parameters
    ----------
    column : Series
        The column. NaN and None are unknown.

    Returns
    -------
    codes : ndarray of int of shape (n_rows,)
        The position of each value in `unique`, -1 if it is unknown.
    unique : ndarray of object
        The values in the order in which they first occur.
    """
    codes, unique = pd.factorize(column)
    objects = np.empty(len(unique), dtype=object)
    # Names of features and messages show values of Python, not np.str_('a').
    objects[:] = [
        value.item() if isinstance(value, np.str_ | np.bool_ | np.number) else value
        for value in pd.Index(unique).astype(object).tolist()
    ]
    return codes, objects


def is_categorical(column):
    """Return whether a column is categorical by its type.

    Parameters
    ----------
    column : Series
        The column.

    Returns
    -------
    bool
        True for text, for the dtype category unless its values are dates, and for booleans that
        may be missing. Booleans of NumPy, which are never missing, are numbers. Booleans of
        polars and Arrow become booleans of NumPy if none is missing.
    """
    dtype = column.dtype
    if pd.api.types.is_object_dtype(dtype):
        return pd.api.types.infer_dtype(column, skipna=True) in _CATEGORIES_AS_OBJECTS
    if isinstance(dtype, pd.CategoricalDtype):
        return dtype.categories.dtype.kind not in "mM"
    return pd.api.types.is_string_dtype(dtype) or (
        pd.api.types.is_bool_dtype(dtype) and not isinstance(dtype, np.dtype)
    )


def is_text(column):
    """Return whether a column is categorical, and contains more than booleans.

    Parameters
    ----------
    column : Series
        The column.

    Returns
    -------
    bool
        True for text and the dtype category. Booleans that may be missing are categories in
        a table that says so by its dtype, but numbers in arrays of objects and in series.
    """
    if not is_categorical(column) or pd.api.types.is_bool_dtype(column.dtype):
        return isinstance(column.dtype, pd.CategoricalDtype)
    is_object = pd.api.types.is_object_dtype(column.dtype)
    return not is_object or pd.api.types.infer_dtype(column) not in ("boolean", "empty")


def text_of(value):
    """Return a category as text.

    Parameters
    ----------
    value : object
        The category.

    Returns
    -------
    str
        The value of a member of an enumeration of text, from which `str(value)` differs.
    """
    return str.__str__(value) if isinstance(value, str) else str(value)


def categorical_names(X, categorical, *, shown=None):
    """Return the names of categorical columns.

    Parameters
    ----------
    X : DataFrame
        Features.
    categorical : "from_dtype", None or a value for `check_features`
        Value of the parameter.
    shown : object, default=None
        Value of the parameter in messages, if it is not `categorical`.

    Returns
    -------
    list

    Raises
    ------
    ValueError
        If a column does not exist.
    TypeError
        If a column is text or categorical, and is not among those that the parameter names.

    Warns
    -----
    SkrnnWarning
        If a column of text contains numbers, for example with a decimal comma, or a column of
        numbers contains text.
    """
    names = list(X.columns)
    by_type = [i for i in range(len(names)) if is_categorical(X.iloc[:, i])]
    if isinstance(categorical, str) and categorical == "from_dtype":
        for i in by_type:
            warn_of_numbers_in_text(names[i], X.iloc[:, i], "X")
        return [names[i] for i in by_type]
    chosen = []
    if categorical is not None:
        places = check_features(
            categorical, param="categorical_features", n_features=len(names), names=names
        )
        chosen = sorted(set(places.tolist()))
    declared = set(chosen)
    for i in by_type:
        if i not in declared:
            column, given = X.iloc[:, i], categorical if shown is None else shown
            raise TypeError(
                f"X[{names[i]!r}] has the dtype {column.dtype}, with values such as "
                f"{next(iter(column.dropna()), None)!r}, but categorical_features={given!r} does "
                "not list it. Set categorical_features='from_dtype', or add the column to "
                "categorical_features."
            )
    return [names[i] for i in chosen]


def filled_within(values, known, series):
    """Return the first known value of its series for each row, and the given one if none is.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Values of a column that is constant within each series.
    known : ndarray of bool of shape (n_rows,)
        Whether they are known.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    rows = np.flatnonzero(known)[::-1]
    first = np.full(series.max(initial=0) + 1, -1)
    first[series[rows]] = rows
    return np.where(first[series] < 0, values, values[first[series]])


def _check_not_measured(name, values, most):
    if len(values) <= most:
        return
    fractional = [value for value in values.tolist() if _is_fractional(value)]
    if fractional:
        as_text = isinstance(fractional[0], str)
        advice = "leave the column out of categorical_features"
        if as_text:
            code = conversion_of(values, f"X[{name!r}]") or f"pd.to_numeric(X[{name!r}])"
            advice = f"convert the column, X[{name!r}] = {code}"
        raise ValueError(
            f"X[{name!r}] is treated as categorical, but has {len(values)} different values such "
            f"as {fractional[0]!r}. They look like measured numbers{' in text' * as_text}: "
            f"{advice}, or divide its values into a few classes, for example with pd.cut."
        )


def _is_fractional(value):
    """Return whether a value is a number, or the text of a number, that is not whole."""
    try:
        number = float(value.replace(",", ".") if isinstance(value, str) else value)
    except (TypeError, ValueError):
        return False
    return np.isfinite(number) and number != np.floor(number)
