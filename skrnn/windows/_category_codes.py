"""Lets windows of numbers carry categories: codes inside, and the categories outside."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ._category_columns import is_text, text_of
from ._numbers_in_text import warn_of_text_among_numbers
from ._step_table import column_names, column_of, may_hold_categories, windows_or_table
from ._views import distinct_steps


@dataclass(frozen=True)
class CategoryCodes:
    """The categories of some columns of a series.

    Attributes
    ----------
    values : dict of int to ndarray of object
        The categories of each column that has some, by its position. Their codes are their
        positions.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._category_codes import CategoryCodes
    >>> codes, series = CategoryCodes.of(pd.DataFrame({"x": [1.5, 2.5], "kind": ["b", "a"]}))
    >>> series["kind"].tolist()
    [0.0, 1.0]
    """

    values: dict

    @classmethod
    def of(cls, X):
        """Find the columns of a series with categories, and replace their values with codes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The series.

        Returns
        -------
        codes : CategoryCodes or None
            None if no column contains categories.
        series : array-like
            A DataFrame or array with codes in these columns, or `X` itself.

        Warns
        -----
        SkrnnWarning
            If a column contains text and numbers.
        """
        table = windows_or_table(X)
        is_series = table is not None and len(table.shape) == 2
        if not is_series or not may_hold_categories(table, "from_dtype"):
            return None, X
        columns = [column_of(table, i) for i in range(table.shape[1])]
        empty = np.array([], dtype=object)
        found = {i: empty for i, column in enumerate(columns) if is_text(column)}
        names = column_names(table) if hasattr(table, "columns") else None
        for i in found:  # windows hold text only, so an estimator that gets them cannot tell
            warn_of_text_among_numbers(names[i] if names else f"x{i}", columns[i], "X")
        return cls(found).coded(X) if found else (None, X)

    def coded(self, X):
        """Replace categories with codes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            More rows of the series.

        Returns
        -------
        codes : CategoryCodes
            With the new categories.
        series : array-like
            A DataFrame or array with codes. NaN where a category is not known. `X` itself if it
            is not two-dimensional, which `check_series_of` then refuses.
        """
        table = windows_or_table(X)
        if table is None or len(table.shape) != 2:
            return self, X
        if isinstance(X, list | tuple):
            X = np.asarray(X, dtype=object)
        values, columns = {}, {}
        for i in range(X.shape[1]):
            column = column_of(X, i)
            if i in self.values:
                known = set(self.values[i])
                # Numbers become text, to be still categories in an array of objects.
                as_text = column.astype(object).map(text_of, na_action="ignore")
                new = [value for value in pd.unique(as_text.dropna()) if value not in known]
                values[i] = np.array([*self.values[i], *new], dtype=object)
                known = pd.Index(values[i], dtype=object)
                codes = known.get_indexer(pd.Index(as_text, dtype=object))
                column = pd.Series(np.where(codes < 0, np.nan, codes), column.index)
            columns[i] = column
        table = pd.DataFrame(columns)
        if not hasattr(X, "columns"):
            return type(self)(values), table.to_numpy()
        table.columns = column_names(X)
        return type(self)(values), table

    def decoded(self, windows):
        """Return windows with categories instead of codes.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            Windows of a series with codes.

        Returns
        -------
        ndarray of object of the same shape
            A view of one series if `windows` is one.
        """
        rows, windows_of = distinct_steps(windows)
        table = rows.astype(object)
        for i, values in self.values.items():
            codes = np.where(np.isnan(rows[:, i]), -1, rows[:, i]).astype(int)
            table[:, i] = np.append(values, None)[codes]
        return windows_of(table)
