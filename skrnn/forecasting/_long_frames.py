"""Converts long tables, with a column for the names of the series, to panels and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np
import pandas as pd

from skrnn._byte_order import in_native_order
from skrnn.windows._category_columns import is_categorical
from skrnn.windows._numbers_in_text import warn_of_numbers_in_text

from ._frame_libraries import OUTPUTS, as_pandas, given_back
from ._long_rows import panels_of
from ._series_names import name_some

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal

ID, TIME, TARGET = "unique_id", "ds", "y"
"""Names of the columns of a long table that the forecasters recognise."""


@overload
def to_panel(
    frame: Any,
    *,
    id: str | Sequence[str] | None = ID,
    time: str | None = TIME,
    target: str = TARGET,
    freq: Any = None,
) -> tuple[pd.DataFrame, pd.DataFrame | None]: ...


@overload
def to_panel(
    frame: Any,
    *,
    id: str | Sequence[str] | None = ID,
    time: str | None = TIME,
    target: None,
    freq: Any = None,
) -> tuple[Any, Any]: ...


def to_panel(
    frame: Any,
    *,
    id: str | Sequence[str] | None = ID,
    time: str | None = TIME,
    target: str | None = TARGET,
    freq: Any = None,
) -> tuple[Any, Any]:
    """Convert a long table to a panel that sktime's forecasters accept.

    A long table has a row for each series and time. Rows may be in any order. Times that are
    missing inside a series are inserted with NaN, except during breaks that recur every week: if a
    table only has rows for business days or opening hours, such as 8:00 to 20:00 from Monday to
    Saturday, no rows are inserted for weekends, nights and Sundays. The row after Saturday evening
    is then Monday morning.

    Parameters
    ----------
    frame : pandas or polars DataFrame, Arrow Table, or dict or list of Series
        The long table. A dict or list contains one pandas Series, indexed by time, for each time
        series. For a wide table, which has a column for each series, pass
        ``id=None, target=None``, and ``time=None`` if its times are the index.

    id : str, list of str or None, default="unique_id"
        Column that identifies the series, or columns that together identify it. None means that
        the table contains one series.

    time : str or None, default="ds"
        Column of dates, periods, durations or integers. Text is accepted if it starts with a
        date such as "2024-01-31". None means the index.

    target : str or None, default="y"
        Column of the values to forecast. None means that the table is wide if `id` is None, and
        otherwise that it contains only features, such as those of the horizon.

    freq : str, DateOffset or int, default=None
        Step between two times, such as "D", "W-MON" or "MS", or a whole number if the times are
        integers. None means that it is inferred from all times. Periods have their own step.

    Returns
    -------
    y : DataFrame
        The target. Its index is sorted and has the names of the series and the time as levels, in
        this order. For a single series, the index is the time.

    X : DataFrame or None
        The other columns, as features. None if there are none.

    Raises
    ------
    ValueError
        If a column is missing, a series has two rows for the same time, the times have no common
        step or do not match `freq`, a value is not numeric, or a series would become more than 100
        times as long as it is, and longer than 10,000 rows, because of the inserted times.
    TypeError
        If `frame` is not a table.
    ImportError
        If pyarrow is needed but not installed.

    Warns
    -----
    SkrnnWarning
        If a feature contains numbers as text, for example with a decimal comma, because these
        would be treated as categories; or if `freq` is shorter than the regular step of the times,
        so that most rows are inserted.

    See Also
    --------
    from_panel : Converts a panel back to a long table.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting import to_panel
    >>> sales = pd.DataFrame(
    ...     {
    ...         "shop": ["b", "a", "a", "a"],
    ...         "day": ["2024-05-01", "2024-05-04", "2024-05-01", "2024-05-02"],
    ...         "sold": [7, 3, 1, 2],
    ...     }
    ... )
    >>> y, X = to_panel(sales, id="shop", time="day", target="sold")
    >>> y
                     sold
    shop day
    a    2024-05-01   1.0
         2024-05-02   2.0
         2024-05-03   NaN
         2024-05-04   3.0
    b    2024-05-01   7.0
    >>> X is None
    True
    """
    table, ids, time, target = _long_table(frame, id, time, target)
    try:
        y, X, _ = panels_of(table, ids, time, target, freq=freq)
    except ValueError as error:
        if isinstance(frame, pd.DataFrame) or "frame[" not in str(error).replace(".", "["):
            raise
        raise ValueError(
            f"{error} This is code for pandas: call frame.to_pandas() first."
        ) from error
    for name in [] if X is None else X.columns:
        if is_categorical(table[name]):
            warn_of_numbers_in_text(name, table[name], "frame")
    return y, X


def _long_table(frame, id, time, target):
    """Return a long pandas data frame, and the names of its columns."""
    ids = [] if id is None else [id] if isinstance(id, str) else list(id)
    if isinstance(frame, dict | list | tuple) and not isinstance(frame, str):
        if len(ids) != 1 or target is None:
            raise ValueError(
                "A dict or list of Series needs one name for the series and one for the target: "
                f"got id={id!r}, target={target!r}."
            )
        return _stacked(frame, ids[0], time or TIME, target), ids, time or TIME, target
    if isinstance(frame, pd.Series):
        frame = frame.to_frame(target if frame.name is None else frame.name)
    table = as_pandas(frame)
    if not len(table):
        raise ValueError("frame has no rows.")
    if time is None:
        table, time = _with_time_of_index(table)
    levels = [name for name in table.index.names if name in {*ids, time}]
    if levels and not set(levels) & set(table.columns):
        table = table.reset_index(level=levels)
    if target is None and not ids:
        return *_melted(table, time), TARGET
    _check_columns(table, ids, time, target)
    return table, ids, time, target


def _with_time_of_index(table):
    """Return the table with the last level of its index as a column, and its name."""
    name = table.index.names[-1] or TIME
    if name in table.columns:
        raise ValueError(f"time=None stands for the index, but {name!r} is also a column.")
    times = table.index.get_level_values(-1)
    table = table.droplevel(-1) if table.index.nlevels > 1 else table
    return table.assign(**{name: times}), name


def _stacked(data, id, time, target):
    """Return a dict or list of Series as a long table."""
    named = data if isinstance(data, dict) else dict(enumerate(data))
    parts = []
    for key, values in named.items():
        if not isinstance(values, pd.Series):
            raise TypeError(
                f"A dict or list must contain one Series, indexed by time, for each series. Got "
                f"{type(values).__name__} for {key!r}."
            )
        in_list = not isinstance(data, dict) and values.name is not None
        name = values.name if in_list else key
        parts.append(pd.DataFrame({id: name, time: values.index, target: values.to_numpy()}))
    if not parts:
        raise ValueError("frame has no series.")
    return pd.concat(parts, ignore_index=True)


def _melted(table, time):
    """Return a wide table, with a column for each series, as a long one.

    NaN before the first and after the last known value of a column is left out.
    """
    if time not in table.columns:
        _refuse_column(time, "time", table)
    wide = table.drop(columns=time)
    known = wide.notna().to_numpy()
    inside = np.maximum.accumulate(known) & np.maximum.accumulate(known[::-1])[::-1]
    inside |= ~known.any(axis=0)
    row, column = np.nonzero(inside.T)[::-1]
    values = [wide.iloc[:, i].array[inside[:, i]] for i in range(wide.shape[1])]
    long = pd.DataFrame(
        {
            ID: wide.columns[column],
            time: table[time].iloc[row].array,
            TARGET: pd.concat([pd.Series(part) for part in values], ignore_index=True),
        }
    )
    return long, [ID], time


def _check_columns(table, ids, time, target):
    targets = [] if target is None else [target]
    named = [*ids, time, *targets]
    parameters = ["id"] * len(ids) + ["time", "target"]
    for value, parameter in zip(named, parameters, strict=False):
        if value not in table.columns:
            _refuse_column(value, parameter, table)
    if len(set(named)) < len(named) or not table.columns.is_unique:
        raise ValueError(
            f"id, time and target must be different columns, each of which occurs once: got "
            f"{named} of the columns {list(table.columns)}."
        )


def _refuse_column(name, parameter, table):
    shown = name_some(table.columns, 8)
    raise ValueError(
        f"frame has no column {name!r}, which {parameter}={name!r} refers to. Its columns are "
        f"{shown}. Pass the columns that contain the names of the series, the times and the "
        'values, for example to_panel(frame, id="shop", time="day", target="sold"), with '
        "id=None for one series, or with target=None if the table contains only features. For a "
        "wide table with a column for each series, pass id=None, target=None."
    )


def from_panel(
    panel: pd.DataFrame | pd.Series[Any],
    *,
    id: str | Sequence[str] | None = None,
    time: str | None = None,
    output: Literal["pandas", "polars", "pyarrow"] = "pandas",
) -> Any:
    """Convert a panel, forecasts, quantiles or intervals to a long table.

    Parameters
    ----------
    panel : DataFrame or Series
        One series or a panel, as returned by :func:`to_panel` and the forecasters.

    id : str or list of str, default=None
        Names of the columns that identify the series. None means the names of the levels of the
        index, or "unique_id" if these do not have names.

    time : str, default=None
        Name for the column of times. None means the name of the last level, or "ds".

    output : {"pandas", "polars", "pyarrow"}, default="pandas"
        Library of the table.

    Returns
    -------
    frame : DataFrame or Table
        The names of the series, the time, and one column for each column of the panel. The column
        for the lower end of an 80% interval of "y" is called "y-lo-80", the upper end "y-hi-80",
        and the 10% quantile "y-q-10".

    Raises
    ------
    ValueError
        If `panel` is not a panel, for example if it is already a long table, or the names do not
        match its index.
    ImportError
        If the library is not installed.

    See Also
    --------
    to_panel : Converts a long table to a panel.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting import from_panel
    >>> y = pd.Series([1.0, 2.0], pd.period_range("2024-05", periods=2, freq="M"), name="sold")
    >>> from_panel(y, time="month")
         month  sold
    0  2024-05   1.0
    1  2024-06   2.0
    """
    if output not in OUTPUTS:
        raise ValueError(f"output must be one of {list(OUTPUTS)}. Got {output!r}.")
    if not isinstance(panel, pd.Series | pd.DataFrame):
        raise ValueError(
            f"panel must be a pandas DataFrame or Series. Got {type(panel).__name__}."
        )
    panel = in_native_order(panel)
    index = panel.index
    _check_not_long(panel)
    names = [*_names_of_levels(index, id), time or index.names[-1] or TIME]
    if isinstance(panel, pd.Series):
        panel = panel.to_frame(TARGET if panel.name is None else panel.name)
    columns = [column_name(column) for column in panel.columns]
    if len({*names, *columns}) < len(names) + len(columns):
        raise ValueError(f"Two columns of the table would have the same name: {names + columns}.")
    levels = [index.get_level_values(i) for i in range(index.nlevels)]
    if output != "pandas" and isinstance(levels[-1], pd.PeriodIndex):
        levels[-1] = levels[-1].to_timestamp()  # other libraries have no periods
    data = dict(zip(names, (level.array for level in levels), strict=True))
    data |= {name: panel.iloc[:, i].to_numpy() for i, name in enumerate(columns)}
    return given_back(pd.DataFrame(data), output)


def _check_not_long(panel):
    """Check that the index contains the times, which are a column of a long table."""
    if isinstance(panel, pd.DataFrame) and {ID, TIME} <= set(panel.columns):
        raise ValueError(
            f"panel is a long table already, with the columns {ID!r} and {TIME!r}. Call to_panel "
            "to convert it to a panel."
        )


def _names_of_levels(index, id):
    """Return the names of the columns that name a series."""
    if id is None:
        unnamed = [ID] if index.nlevels == 2 else [f"{ID}_{i}" for i in range(index.nlevels - 1)]
        return [name or other for name, other in zip(index.names[:-1], unnamed, strict=True)]
    names = [id] if isinstance(id, str) else list(id)
    if len(names) != index.nlevels - 1:
        raise ValueError(
            f"id must name the {index.nlevels - 1} level(s) of the index of panel that identify "
            f"a series, {list(index.names[:-1])}. Got {names}."
        )
    return names


def column_name(column):
    """Return the name of a column of a forecast, of an interval or of a quantile."""
    if not isinstance(column, tuple):
        return column
    if len(column) == 3 and column[2] in ("lower", "upper"):
        name, coverage, end = column
        return f"{name}-{'lo' if end == 'lower' else 'hi'}-{_percent(coverage)}"
    if len(column) == 2 and isinstance(column[1], float):
        return f"{column[0]}-q-{_percent(column[1])}"
    return "-".join(map(str, column))


def _percent(share):
    return f"{round(100 * share, 10):g}"
