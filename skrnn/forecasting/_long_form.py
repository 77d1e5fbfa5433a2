"""Takes long tables apart into panels, and makes long tables of forecasts again."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass

import pandas as pd

from skrnn._validation import check_distinct_columns

from ._frame_libraries import as_pandas, column_names, dtypes_of, given_back, library_of
from ._long_frames import ID, TARGET, TIME, from_panel
from ._long_rows import panels_of


def is_long(data, *columns):
    """Return whether data is a long table, which has columns for the series and the time.

    Parameters
    ----------
    data : object
        Value of y or X.
    *columns : str
        Additional columns that the table must have.

    Returns
    -------
    bool
    """
    return {ID, TIME, *columns} <= set(column_names(data))


def features_of(y, X):
    """Return the names of the features, or None if they are known only after a conversion.

    Parameters
    ----------
    y, X : object
        The series, whose other columns are features if it is a long table, and the features.

    Returns
    -------
    list or None
    """
    table = X if X is not None else y if is_long(y, TARGET) else None
    if table is None:  # another table has no features either, but is refused later
        return None if _is_other_table(y) else []
    if is_long(table):
        return [name for name in column_names(table) if name not in (ID, TIME, TARGET)]
    return list(X.columns) if isinstance(X, pd.DataFrame) else None


def _is_other_table(y):
    """Return whether y is a table that must first be converted to a panel."""
    if isinstance(y, pd.DataFrame):
        return not all(map(pd.api.types.is_numeric_dtype, y.dtypes))
    return not isinstance(y, pd.Series) and library_of(y) is not None


@dataclass(frozen=True)
class LongForm:
    """The format of the long table that a forecaster was fitted on.

    Attributes
    ----------
    output : {"pandas", "polars", "pyarrow"}
        The library of the table.
    dtypes : dict
        Types of the columns with the names of the series and the times, for other libraries.
    axis : TimeAxis
        Counts the steps of time.
    """

    output: str
    dtypes: dict
    axis: object

    def table(self, panel):
        """Return forecasts of a panel, or paths of it, as a long table."""
        table = from_panel(panel, id=[*panel.index.names[:-2], ID], time=TIME)
        return given_back(table, self.output, self.dtypes)


def taken_apart(y, X, axis=None, known=None):
    """Return a long table as two panels, and its form.

    Parameters
    ----------
    y : long table
        The series, and their features if `X` is None.
    X : long table, panel or None
        Features.
    axis : TimeAxis, default=None
        Steps of time of earlier rows. None means that they are inferred.
    known : Index of int, default=None
        Labels of the earlier rows, if they are whole numbers.

    Returns
    -------
    y, X : DataFrame or None
        The panels.
    form : LongForm

    Raises
    ------
    ValueError
        If a table cannot be converted, or both have features.
    """
    y, features, axis, table = _panels(y, "y", TARGET, axis, known)
    if features is not None and X is not None:
        raise ValueError(
            f"The columns {list(features.columns)} of y are features, but X is given as well. Put "
            "all features into one of the two."
        )
    library = library_of(table) or "pandas"
    form = LongForm(library, dtypes_of(table, [ID, TIME]), axis)
    return y, features if X is None else only_features(X, axis, known), form


def only_features(X, axis=None, known=None):
    """Return the features in a long table as a panel, and other data unchanged."""
    if not is_long(X):
        return X
    return _panels(X, "X", None, axis, known)[1]


def _panels(table, name, target, axis, known):
    frame = as_pandas(table, name)
    if not len(frame):
        raise ValueError(f"{name} has no rows.")
    check_distinct_columns(frame, name)
    if target is None and TARGET in frame:
        frame = frame.drop(columns=TARGET)  # no feature
    return *panels_of(frame, [ID], TIME, target, axis, known=known), table


def without_form(forecaster):
    """Return a forecaster whose forecasts stay panels."""
    plain = copy(forecaster)
    plain._long_form = None
    return plain
