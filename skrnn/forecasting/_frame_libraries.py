"""Reads tables of other libraries as pandas data frames, and writes them back."""

from contextlib import suppress

import pandas as pd

from skrnn._byte_order import in_native_order

OUTPUTS = ("pandas", "polars", "pyarrow")


def library_of(frame):
    """Return the library that a table comes from.

    Parameters
    ----------
    frame : object
        The table.

    Returns
    -------
    library : {"pandas", "polars", "pyarrow"} or None
        None for other libraries.
    """
    library = type(frame).__module__.split(".")[0]
    return library if library in OUTPUTS else None


def as_pandas(frame, name="frame"):
    """Convert a table to a pandas data frame.

    Parameters
    ----------
    frame : pandas or polars DataFrame, Arrow Table, or table with `to_pandas`
        The table.
    name : str, default="frame"
        Name of the data in errors.

    Returns
    -------
    DataFrame

    Raises
    ------
    TypeError
        If it is not a table, or has not been read into memory.
    ImportError
        If pyarrow, which polars needs for this, is not installed.
    """
    if isinstance(frame, pd.DataFrame):
        return in_native_order(frame)
    for lazy in ("collect", "compute"):
        if hasattr(frame, lazy):
            raise TypeError(
                f"{name} is a {type(frame).__module__.split('.')[0]} {type(frame).__name__}, "
                f"whose rows are not in memory yet. Call {name}.{lazy}() first."
            )
    table = None
    if hasattr(frame, "to_pandas"):
        table = _with_pyarrow(lambda _: frame.to_pandas(), frame, name)
    elif hasattr(frame, "__arrow_c_stream__"):
        # pandas 3 and polars also let a single column be read as a stream.
        with suppress(ValueError):
            table = _with_pyarrow(lambda pyarrow: pyarrow.table(frame).to_pandas(), frame, name)
    if isinstance(table, pd.DataFrame):
        return table
    raise TypeError(
        f"{name} must be a pandas or polars DataFrame, or an Arrow Table. Got "
        f"{type(frame).__name__} instead."
    )


def column_names(frame):
    """Return the names of the columns of a table, or an empty list for other data.

    Parameters
    ----------
    frame : object
        Any data.

    Returns
    -------
    list
    """
    names = getattr(frame, "column_names", None)  # Arrow
    if names is None and not isinstance(frame, pd.DataFrame) and not hasattr(frame, "to_pandas"):
        return []
    return list(getattr(frame, "columns", []) if names is None else names)


def dtypes_of(frame, columns):
    """Return the types of columns, to which :func:`given_back` converts them.

    Parameters
    ----------
    frame : pandas or polars DataFrame, or Arrow Table
        The table.
    columns : list of str
        Names of columns.

    Returns
    -------
    dict
        Empty if the table is not from polars or Arrow.
    """
    library = library_of(frame)
    if library == "polars":
        return {name: frame.schema[name] for name in columns}
    if library == "pyarrow":
        return {name: frame.schema.field(name).type for name in columns}
    return {}


def given_back(table, output, dtypes=None):
    """Convert a pandas data frame to a table of another library.

    Parameters
    ----------
    table : DataFrame
        The data, without an index.
    output : {"pandas", "polars", "pyarrow"}
        The library.
    dtypes : dict, default=None
        Types of some columns, as :func:`dtypes_of` returns them.

    Returns
    -------
    pandas or polars DataFrame, or Arrow Table

    Raises
    ------
    ImportError
        If the library is not installed.
    """
    if output == "pandas":
        return table
    if output == "polars":
        convert = _with_pyarrow(lambda _: _polars().from_pandas, table, "the table")
        return convert(table).cast(dtypes or {})
    arrow = _with_pyarrow(
        lambda pyarrow: pyarrow.Table.from_pandas(table, preserve_index=False), table, "the table"
    )
    for name, dtype in (dtypes or {}).items():
        column = arrow.column_names.index(name)
        arrow = arrow.set_column(column, name, arrow.column(column).cast(dtype))
    return arrow


def _polars():
    try:
        import polars
    except ImportError as error:
        raise ImportError(
            "A polars table needs polars, which is not installed: pip install polars"
        ) from error
    return polars


def _with_pyarrow(convert, frame, name):
    try:
        import pyarrow
    except ImportError as error:
        raise ImportError(
            f"To convert {name}, a {type(frame).__name__}, between libraries, pyarrow is needed, "
            "which is not installed: pip install 'skrnn[arrow]'. A pandas DataFrame needs "
            "nothing else."
        ) from error
    return convert(pyarrow)
