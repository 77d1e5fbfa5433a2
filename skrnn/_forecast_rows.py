"""Builds the table that forecast reads: a series, and the known values of the rows after it."""

import numpy as np
import pandas as pd

from ._forecast_labels import labels_after
from ._validation import check_features


class Rows:
    """A series and the rows after it, in a table with the column types of the series.

    Parameters
    ----------
    table : DataFrame
        The series and the rows after it. Unknown values are missing.
    labels : Index
        Labels of the rows after the series.
    known : dict
        The known values of the rows after the series, by the position of their column.
    named : list of int or None
        Positions of the columns that the user named as the past of the target.
    kind : {"table", "array", "other"}
        Original type of the series: pandas object, array, or table without an index.
    """

    def __init__(self, table, labels, known, named, kind):
        self.table, self.labels, self.kind = table, labels, kind
        self.known, self.named = known, named
        self.n_rows = len(table) - len(labels)
        self.stand_ins, self._dtypes = {}, list(table.dtypes)

    @classmethod
    def of(cls, X, X_future, target, steps):
        """Check the two tables, and join them by column names and labels."""
        X, kind = _table_of(X)
        named = _named_target(target, X, kind)
        known = _known_values(X_future, X, named, steps, kind)
        labels = pd.RangeIndex(len(X), len(X) + steps)
        if kind == "table":
            labels = labels_after(X, X_future, steps)
        columns = {i: _extended(X.iloc[:, i], known.get(i), steps) for i in range(X.shape[1])}
        table = pd.DataFrame(columns)
        table.columns = X.columns
        table.index = X.index.append(labels) if kind == "table" else table.index
        return cls(table, labels, known, named, kind)

    def __len__(self):
        return self.n_rows

    @property
    def steps(self):
        """Number of rows after the series."""
        return len(self.labels)

    @property
    def unknown(self):
        """Positions of the columns that are not known after the series."""
        return [i for i in range(self.table.shape[1]) if i not in self.known]

    @property
    def past_of_target(self):
        """Positions of the columns that the user named, or of those that are not known later."""
        return self.unknown if self.named is None else self.named

    def names(self, positions):
        """Return the names of columns, or their positions in an array."""
        return positions if self.kind == "array" else list(self.table.columns[positions])

    def stand_in(self):
        """Replace each unknown text, category or boolean with the last value of its column.

        Most transformers reject unknown categories, even in a row that no window reads. The caller
        has to make sure with `tables_of_others` that the values are not read.
        """
        for i, column in self._incomplete():
            rows = np.flatnonzero(column.isna())
            self.stand_ins[i] = rows
            column.iloc[rows] = column.iloc[len(column) - self.steps - 1]
            self.table.isetitem(i, column.infer_objects())

    def _incomplete(self):
        """Return copies of the columns without numbers that are known only in the series."""
        columns = {i: self.table.iloc[:, i].copy() for i in range(self.table.shape[1])}
        return [
            (i, column)
            for i, column in columns.items()
            if column.isna().any()
            and not (_holds_numbers(column) or column.iloc[: -self.steps].isna().any())
        ]

    @property
    def has_others(self):
        """Whether each column with values that stand in has a second value."""
        return all(self.table.iloc[:, i].nunique() > 1 for i in self.stand_ins)

    def tables_of_others(self):
        """Yield tables with other values of the series instead of those that stand in.

        In the first table, the columns are moved on by a row, so what does not change at all does
        not depend on them. In the others, only unknown values are replaced, one after another with
        all values of their column.
        """
        columns = {i: self.table.iloc[:, i] for i in self.stand_ins}
        rolled = np.roll(np.arange(len(self.table)), 1)
        yield self._with({i: column.iloc[rolled] for i, column in columns.items()})
        values = {i: list(column.unique()) for i, column in columns.items()}
        for k in range(max(map(len, values.values()))):
            others = {i: column.copy() for i, column in columns.items()}
            for i, column in others.items():
                column.iloc[self.stand_ins[i]] = values[i][k % len(values[i])]
            yield self._with(others)

    def _with(self, columns):
        table = self.table.copy()
        for i, column in columns.items():
            table.isetitem(i, column.set_axis(table.index))
        return table if self.kind != "array" else table.to_numpy()

    def count_truth(self):
        """Convert booleans to 1, 0 and NaN, and raise an error if text is unknown."""
        text = []
        for i, column in self._incomplete():
            if pd.api.types.infer_dtype(column, skipna=True) == "boolean":
                self.table.isetitem(i, column.astype(np.float64))
            else:
                text.append(i)
        if text:
            raise ValueError(
                f"The forecast may depend on the columns {self.names(text)} of X in rows after "
                "its last one, where they are not known. They do not contain numbers, so they "
                "cannot be NaN: pass their values in X_future."
            )

    def with_next(self, n_rows=None, steps=1):
        """Return the last rows, or all rows, and the next ones."""
        start = 0 if n_rows is None else max(self.n_rows - n_rows, 0)
        rows = self.table.iloc[start : self.n_rows + steps]
        return rows if self.kind != "array" else rows.to_numpy()

    def take_as_target(self, target):
        """Convert the columns of the target to floats, so that they can hold forecasts."""
        for i in target:
            column = self.table.iloc[:, i].copy()
            if i in self.stand_ins:
                column = column.astype(object)
                column.iloc[self.stand_ins.pop(i)] = np.nan
            if column.dtype == object:
                column = pd.to_numeric(column, errors="coerce").where(column.notna())
            if not _holds_numbers(column) or column.iloc[: self.n_rows].isna().all():
                raise ValueError(
                    f"Column {self.names([i])[0]!r} of X does not contain numbers, so it cannot "
                    "be the past of the target. Pass its later values in X_future, or list the "
                    "columns of the target in target."
                )
            self.table.isetitem(i, _able_to_miss(column, of_target=True))
            self._dtypes = list(self.table.dtypes)

    def append(self, values, target):
        """Write the forecast of the next row into the series."""
        for column, value in zip(target, values, strict=True):
            dtype = self._dtypes[column]
            single = isinstance(dtype, np.dtype)  # a float64 does not fit into a column of float32
            self.table.iat[self.n_rows, column] = dtype.type(value) if single else value
        self.n_rows += 1

    def whole(self):
        """Return all rows."""
        return self._with({})

    def go_back(self, n_rows, target):
        """Remove the forecasts of the rows after the first `n_rows`."""
        for column in target:
            self.table.iloc[n_rows:, column] = np.nan
        self.n_rows = n_rows

    def result(self, values, target):
        """Return the forecasts, with labels if the series has labels."""
        values = values[:, 0] if values.shape[1] == 1 else values
        if self.kind != "table":
            return values
        names = list(self.table.columns[target])
        if values.ndim == 1:
            return pd.Series(values, self.labels, name=names[0] if names else None)
        return pd.DataFrame(values, self.labels, names or None)


def _table_of(X):
    """Return a series as a DataFrame, and its original type."""
    if isinstance(X, pd.Series | pd.DataFrame):
        X, kind = pd.DataFrame(X), "table"
    elif hasattr(X, "to_pandas"):  # polars or Arrow
        X, kind = X.to_pandas(), "other"
    else:
        X, kind = np.asarray(X), "array"
    if X.ndim != 2 or not len(X):
        raise ValueError(
            "X must be a table of shape (n_samples, n_features) with at least one row. Got "
            f"shape {X.shape}."
        )
    return (pd.DataFrame(X).infer_objects() if kind == "array" else X), kind


def _named_target(target, X, kind):
    """Return the positions of the columns named in `target`; None if it is None."""
    if target is None:
        return None
    if isinstance(target, list | tuple) and not target:
        return []
    names = None if kind == "array" else list(X.columns)
    found = check_features(target, param="target", n_features=X.shape[1], names=names)
    return [int(position) for position in found]


def _known_values(X_future, X, named, steps, kind):
    """Return the known values of the rows after the series, by the position of their column."""
    if X_future is None:
        return {}
    future, by_name = _future_table(X_future, kind)
    if len(future) < steps:
        raise ValueError(f"X_future has {len(future)} row(s), but steps={steps}.")
    future = future.iloc[:steps]
    if by_name:
        _check_names(future, X)
        places = [i for i, name in enumerate(X.columns) if name in future.columns]
        known = {i: future[X.columns[i]] for i in places}
    else:
        places = _places(future.shape[1], X.shape[1], named)
        known = {i: future.iloc[:, k] for k, i in enumerate(places)}
    if named is None and len(known) == X.shape[1]:
        raise ValueError(
            f"X_future contains all {X.shape[1]} columns of X, so none is left for the target. "
            "Leave the past of the target out of X_future, or list it in target. If y is not a "
            "column of X, pass target=[]."
        )
    return {i: values for i, values in known.items() if i not in (named or [])}


def _future_table(X_future, kind):
    """Return the known features as a DataFrame, and whether its columns have names."""
    if hasattr(X_future, "to_pandas"):  # polars or Arrow
        X_future = X_future.to_pandas()
    if isinstance(X_future, pd.Series):
        return X_future.to_frame(), kind != "array" and X_future.name is not None
    if isinstance(X_future, pd.DataFrame | dict):
        return pd.DataFrame(X_future), kind != "array"
    return pd.DataFrame(X_future).infer_objects(), False


def _check_names(future, X):
    """Check that the known features have the names of columns of X."""
    unknown = [name for name in future.columns if name not in X.columns]
    if unknown:
        raise ValueError(
            f"X_future has the columns {unknown}, which X does not have. X has {list(X.columns)}."
        )


def _places(n_known, n_columns, named):
    """Return the columns of X that correspond to the columns of an array of known features."""
    places = [i for i in range(n_columns) if i not in (named or [])]
    if named is None:
        places = places[max(n_columns - n_known, 0) :]
    if n_known != len(places):
        besides = " besides the target" if named else ""
        raise ValueError(f"X_future has {n_known} column(s), but X has {len(places)}{besides}.")
    return places


def _extended(past, coming, steps):
    """Return a column with the rows after the series, in the type of the series."""
    past = past.reset_index(drop=True)
    coming = pd.Series(index=range(steps), dtype=object) if coming is None else coming
    coming = coming.reset_index(drop=True)
    if isinstance(past.dtype, pd.CategoricalDtype):
        added = [value for value in pd.unique(coming.dropna()) if value not in past.cat.categories]
        past = past.cat.add_categories(added) if added else past
        coming = coming.astype(object).astype(past.dtype)
    elif coming.isna().all():
        past = _able_to_miss(past)
        coming = pd.Series(index=range(steps), dtype=past.dtype)
    elif past.dtype.kind == "b" and coming.dtype.kind in "iuf":
        past = _able_to_miss(past, of_target=True)
    return _with_nan(pd.concat([past, coming], ignore_index=True), len(past))


def _with_nan(column, n_past):
    """Convert a nullable column with missing values to a NumPy type, with NaN.

    Many transformers accept a nullable column, but not ``pandas.NA``, which the column contains
    only because rows were added to it.
    """
    dtype = column.dtype
    if isinstance(dtype, np.dtype) or not _holds_numbers(column) or not column.isna().any():
        return column
    if dtype.kind == "b" and not column.iloc[:n_past].isna().any():
        return column.astype(object).where(column.notna(), np.nan)
    numpy_dtype = np.float32 if dtype.kind == "f" and dtype.itemsize == 4 else np.float64
    return pd.Series(column.to_numpy(numpy_dtype, na_value=np.nan))


def _able_to_miss(column, *, of_target=False):
    """Convert a column of numbers to floats, which can hold forecasts and NaN."""
    dtype = column.dtype
    if dtype.kind in ("iub" if of_target else "iu") and not isinstance(dtype, np.dtype):
        is_arrow = isinstance(dtype, pd.ArrowDtype)
        return column.astype("double[pyarrow]" if is_arrow else "Float64")
    if dtype.kind in ("iub" if of_target else "iu"):
        return column.astype(np.float64)
    return column.astype(object) if dtype.kind == "b" and isinstance(dtype, np.dtype) else column


def _holds_numbers(column):
    """Return whether a column contains numbers or nullable booleans."""
    return pd.api.types.is_numeric_dtype(column.dtype)
