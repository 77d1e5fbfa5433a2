"""Arranges the steps of windows as the rows of one table."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from skrnn._validation import check_features

from ._category_columns import is_categorical
from ._views import distinct_steps


@dataclass(frozen=True)
class StepTable:
    """The steps of windows as the rows of one table.

    Attributes
    ----------
    frame : DataFrame of shape (n_steps, n_features)
        The steps.
    shape : tuple of int
        Numbers of windows and of steps in each.
    windows_of : callable
        Returns a table with the same steps, ``(n_steps, n)``, as windows
        ``(n_samples, n_timesteps, n)``.
    given : DataFrame or ndarray of shape (n, n_columns)
        A table with the columns of X: X itself if it is a table, and otherwise an array that has
        as many columns as a step has features.
    names : list or None
        Names of the columns of a table, or of the features of windows. Empty or None if there
        are none.
    """

    frame: pd.DataFrame
    shape: tuple
    windows_of: Callable
    given: object
    names: list | None = None

    @classmethod
    def of(cls, X, n_timesteps, input_name="X", names=None):
        """Arrange windows, or a table of them.

        Parameters
        ----------
        X : ndarray or DataFrame
            Windows of shape (n_samples, n_timesteps, n_features), or a table with `n_timesteps`
            steps in each row.
        n_timesteps : int
            Number of steps in a row of a table.
        input_name : str, default="X"
            Name of the windows in error messages.
        names : list, default=None
            Names of the features, for windows that were a list of tables.

        Returns
        -------
        StepTable

        Raises
        ------
        ValueError
            If `n_timesteps` does not divide the number of columns of a table.
        """
        if hasattr(X, "columns"):
            check_divides(X.shape[1], n_timesteps, input_name)
            return cls._of_frame(X, n_timesteps)
        given = X if X.ndim == 2 else np.empty((1, X.shape[2]))
        if X.ndim == 2:
            check_divides(X.shape[1], n_timesteps, input_name)
            X = X.reshape(len(X), n_timesteps, -1)
        rows, windows_of = distinct_steps(X)
        frame = pd.DataFrame(rows, columns=names or [f"x{i}" for i in range(X.shape[2])])
        return cls(frame, X.shape[:2], windows_of, given, names)

    @classmethod
    def _of_frame(cls, X, n_timesteps):
        names = column_names(X)
        n_features = len(names) // n_timesteps
        columns = [column_of(X, i) for i in range(len(names))]
        frame = pd.concat(
            [_joined(columns[i::n_features]) for i in range(n_features)],
            axis=1,
        )
        frame.columns = pd.Index(names[-n_features:], dtype=object)

        def windows_of(table):  # whose first rows are the first steps of all windows
            return table.reshape(n_timesteps, len(X), -1).swapaxes(0, 1)

        return cls(frame, (len(X), n_timesteps), windows_of, X, names)

    def positions(self, features):
        """Return the positions in a step of the features that a parameter selects.

        Parameters
        ----------
        features : str, int or array-like
            Positions in a step, a mask, or names. In a table of several steps the column of any
            step selects the feature, and so does its name without the suffix "_lag1" and so on.

        Returns
        -------
        list of int
        """
        if features is None:
            return None
        n_features, names = self.frame.shape[1], self.names
        keys = np.atleast_1d(np.asarray(features, dtype=object)).ravel()
        if not names or not all(isinstance(key, str) for key in keys):
            return check_features(
                features, param="categorical_features", n_features=n_features
            ).tolist()
        wanted = set(keys)
        if self.shape[1] > 1:
            names = names_with(wanted, names)
        places = check_features(
            features, param="categorical_features", n_features=len(names), names=names
        )
        return sorted(set((places % n_features).tolist()))


def names_with(wanted, names):
    """Return names of columns in which some features are found.

    Parameters
    ----------
    wanted : set of str
        Names of features.
    names : list of str
        Names of columns, such as "temp_lag1" if LagWindowTransformer made them.

    Returns
    -------
    list of str
        The names without the lags, if only these contain the features.
    """
    bare = [str(name).rsplit("_lag", 1)[0] for name in names]
    return bare if wanted <= set(bare) and not wanted <= set(names) else names


def may_hold_categories(X, categorical):
    """Return whether windows may contain categories, without looking at numbers.

    Parameters
    ----------
    X : array-like
        Windows, or a table of them.
    categorical : "from_dtype", None, str, int or array-like
        Parameter of the estimator.

    Returns
    -------
    bool
    """
    if not isinstance(categorical, str | None) or categorical not in ("from_dtype", None):
        return True
    if hasattr(X, "columns"):
        return any(is_categorical(column_of(X, i)) for i in range(X.shape[1]))
    return getattr(getattr(X, "dtype", None), "kind", "") in "OUT"


def windows_or_table(X):
    """Return windows as an array, or a table as it is; None if X is neither.

    Parameters
    ----------
    X : array-like
        Input of an estimator.

    Returns
    -------
    ndarray, DataFrame or None
    """
    if isinstance(X, list | tuple):
        array = np.asarray(X)
        X = np.asarray(X, dtype=object) if array.dtype.kind in "US" else array
    shape = getattr(X, "shape", ())
    is_known = isinstance(X, np.ndarray) or hasattr(X, "columns")
    return X if is_known and len(shape) in (2, 3) and 0 not in shape else None


def check_divides(n_columns, n_timesteps, input_name):
    """Check that the columns of a table can be divided into steps.

    Parameters
    ----------
    n_columns, n_timesteps : int
        Number of columns, and of steps.
    input_name : str
        Name of the table in error messages.

    Raises
    ------
    ValueError
        If they cannot.
    """
    if n_columns % n_timesteps:
        raise ValueError(
            f"{input_name} has {n_columns} columns, which n_timesteps={n_timesteps} does "
            "not divide: a row of a table contains n_timesteps steps of the same features."
        )


def _joined(columns):
    """Return columns below each other. Categoricals remain so, whatever their categories."""
    if all(isinstance(column.dtype, pd.CategoricalDtype) for column in columns):
        return pd.Series(union_categoricals(_with_one_dtype(columns), ignore_order=True))
    return pd.concat(columns, ignore_index=True)


def _with_one_dtype(columns):
    """Return categoricals whose categories have one dtype: that of those that have any."""
    dtypes = {column.cat.categories.dtype for column in columns if len(column.cat.categories)}
    dtype = dtypes.pop() if len(dtypes) == 1 else object
    return [
        column.cat.rename_categories(column.cat.categories.astype(dtype)) for column in columns
    ]


def column_of(X, i):
    """Return a column of a table or an array, from whichever library, as a Series.

    Parameters
    ----------
    X : DataFrame or ndarray of shape (n_rows, n_columns)
        The table.
    i : int
        Position of the column.

    Returns
    -------
    Series
    """
    if isinstance(X, pd.DataFrame):
        return X.iloc[:, i]
    return pd.Series(np.asarray(X[column_names(X)[i]]) if hasattr(X, "columns") else X[:, i])


def column_names(X):
    """Return the names of the columns of a table from any library.

    Parameters
    ----------
    X : DataFrame or Table
        The table. `columns` of an Arrow table are its values.

    Returns
    -------
    list
    """
    return list(getattr(X, "column_names", X.columns))
