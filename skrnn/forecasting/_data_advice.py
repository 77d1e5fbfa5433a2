"""Checks y and X before sktime does, because its errors do not say what to write instead."""

import numpy as np
import pandas as pd

from skrnn._text_among_numbers import is_number, odd_row, shown
from skrnn._validation import check_distinct_columns
from skrnn._warnings import DataWarning, warn_user
from skrnn._written_numbers import conversion_of
from skrnn.windows._category_columns import is_categorical
from skrnn.windows._constant_features import warn_of_constant_features
from skrnn.windows._empty_times import unknown_times_of_the_week
from skrnn.windows._label_advice import code_for_dates, written_dates
from skrnn.windows._labels import convert_dates, kind_of, place_of
from skrnn.windows._time_index import ordered_index

from ._frame_libraries import as_pandas, library_of
from ._long_frames import ID, TIME
from ._series_rows import begin_series

_MOST_KNOWN, _FEWEST_ROWS = 0.8, 20
_DAYS = "pd.to_datetime({}).map(pd.Timestamp.toordinal)"
_TO_NUMBERS = {
    **dict.fromkeys(["date", "datetime", "datetime64"], _DAYS),
    "period": "{}.dt.to_timestamp().map(pd.Timestamp.toordinal)",
    **dict.fromkeys(["timedelta", "timedelta64"], "pd.to_timedelta({}).dt.total_seconds()"),
}
"""How to convert values of an inferred type. Dates become numbers of days."""


def check_data(*, known=None, **data):
    """Check series and panels, and say in an error what to write instead.

    Valid data, and all other data that sktime accepts, pass the check.

    Parameters
    ----------
    known : Index of int, default=None
        Labels of the rows of earlier calls, if they are whole numbers.
    **data : dict
        Values of y or X by their name.

    Raises
    ------
    TypeError
        If the values are not numbers, or the data is a table, a collection or a Series with a
        MultiIndex, none of which is a panel.
    ValueError
        If columns have the same name, or the index is text or not in time order.
    """
    for name, value in data.items():
        if isinstance(value, pd.Series | pd.DataFrame):
            _check_not_long_series(value, name)
            _check_not_indexed_table(value, name)
            _check_values(value, name)
            _check_index(value, name, known)
        else:
            _check_container(value, name)


def check_both_are_panels(X, y):
    """Check that features are a panel if the series are one, and otherwise are not.

    Parameters
    ----------
    X, y : object
        Features, and the series. Only pandas data are checked.

    Raises
    ------
    TypeError
        If only one of them is a panel.
    """
    if not all(isinstance(each, pd.Series | pd.DataFrame) for each in (X, y)):
        return
    X_is_panel, y_is_panel = (isinstance(each.index, pd.MultiIndex) for each in (X, y))
    if y_is_panel and not X_is_panel:
        raise TypeError(
            "X is one series, but y is a panel of series. If X is the same for all of them, "
            "repeat it: X = pd.concat({name: X for name in y.index.droplevel(-1).unique()})."
        )
    if X_is_panel and not y_is_panel:
        raise TypeError(
            "X is a panel of series, but y is one series. Pass only the features of this series: "
            "X = X.loc[name]."
        )


def warn_of_constant_columns(X, y, static=()):
    """Warn about numeric features that are constant in all rows of y.

    A feature that is said to be constant within each series may be so in a single series.

    Parameters
    ----------
    X : Series, DataFrame or None
        The features. Other types are not looked at.
    y : Series or DataFrame
        The targets.
    static : list or other
        The value of the parameter `static`. Only a list says which columns are meant.

    Warns
    -----
    SkrnnWarning
        Once for all features.
    """
    if not isinstance(X, pd.DataFrame) or not isinstance(y, pd.Series | pd.DataFrame):
        return
    if len(X) > len(y):  # in rows to come, they may differ
        X = X[X.index.isin(y.index)]
    numbers = X.select_dtypes("number")
    several = isinstance(y.index, pd.MultiIndex) and len(y.index.droplevel(-1).unique()) > 1
    if isinstance(static, list | tuple) and not several:
        numbers = numbers.drop(columns=list(static), errors="ignore")
    words = [f"Column {name!r}" for name in numbers.columns]
    values = numbers.to_numpy(np.float64, na_value=np.nan)
    warn_of_constant_features(values, words)


def warn_of_unknown_times(panel, n_targets, axis):
    """Warn about days or hours of the week that are unknown in all series.

    Parameters
    ----------
    panel : Panel
        The series. The targets are its first columns.
    n_targets : int
        Number of targets.
    axis : TimeAxis
        Converts positions in time to labels.

    Warns
    -----
    SkrnnWarning
        If these are most of the unknown rows.
    """
    known = ~np.isnan(panel.values[:, :n_targets]).all(axis=1)
    n_rows = int((panel.ends - panel.starts).sum())
    rows = np.flatnonzero(known)
    if len(rows) > _MOST_KNOWN * n_rows or len(rows) < _FEWEST_ROWS or axis.week is not None:
        return
    series = np.searchsorted(panel.ends, rows, side="right")
    positions = np.unique(panel.first[series] + rows - panel.starts[series])
    n_unknown = int(np.ptp(positions)) + 1 - len(positions)
    if not n_unknown:
        return
    index = "y.index" if panel.instances is None else "y.index.get_level_values(-1)"
    advice = unknown_times_of_the_week(axis.labels(positions), n_unknown, index)
    if advice:
        shown = f"{len(rows)} of {n_rows} rows of y are known, and their times recur each week."
        warn_user(f"{shown} {advice}", DataWarning)


def warn_of_partly_known_rows(panel, names):
    """Warn if many rows are unknown only in some columns of y.

    Parameters
    ----------
    panel : Panel
        The series. The targets are its first columns.
    names : Index
        Names of the targets.

    Warns
    -----
    SkrnnWarning
        With the columns that are most often unknown.
    """
    known = ~np.isnan(panel.values[:, : len(names)])
    some = known.any(axis=1)
    n_lost, n_some = int((some & ~known.all(axis=1)).sum()), int(some.sum())
    if n_lost <= (1 - _MOST_KNOWN) * n_some:
        return
    unknown = (~known[some]).sum(axis=0)
    late = [names[i] for i in np.flatnonzero(2 * unknown >= unknown.max())]
    listed = ", ".join(map(repr, late))
    remedy = "fit a forecaster to each column"
    if panel.instances is None:
        remedy = "turn the columns into the series of a panel: " + (
            "y, _ = to_panel(y, id=None, time=None, target=None)"
        )
    warn_user(
        f"{n_lost} of {n_some} rows of y are unknown in some columns, most often in {listed}, and "
        "are treated as unknown in all of them, so nothing is learned from the other columns "
        f"there. To learn from these rows, {remedy}."
    )


def _check_container(value, name):
    if library_of(value) is not None:
        if hasattr(value, "collect"):
            as_pandas(value, name)  # raises an error that says so
        raise TypeError(
            f"{name} is a {type(value).__name__} of {library_of(value)} without the columns "
            f"'unique_id', 'ds' and 'y'. Rename its columns, or convert it: {_convert(name)}."
        )
    parts = value.values() if isinstance(value, dict) else value
    collection = isinstance(value, dict | list | tuple) and len(value) > 0
    if collection and all(isinstance(part, pd.Series) for part in parts):
        raise TypeError(
            f"{name} is a {type(value).__name__} of Series, which is not a panel. Convert it: "
            f"{name}, _ = to_panel({name}), with to_panel from skrnn.forecasting."
        )


def _convert(name):
    return (
        f'y, X = to_panel({name}, id="shop", time="day", target="sold"), with to_panel from '
        "skrnn.forecasting and the names of your columns"
    )


def _check_not_long_series(value, name):
    """Check that it is not a Series with a MultiIndex, which is not a panel in sktime."""
    if isinstance(value, pd.Series) and isinstance(value.index, pd.MultiIndex):
        raise TypeError(
            f"{name} is a Series with a MultiIndex. A panel of series must be a DataFrame: "
            f"call {name}.to_frame()."
        )


def _check_not_indexed_table(value, name):
    """Check that it is not a long table of which one column has become the index."""
    if not isinstance(value, pd.DataFrame) or value.index.nlevels > 1:
        return
    own = value.index.name
    other = {ID: TIME, TIME: ID}.get(own)
    if other is None or other not in value.columns:
        return
    single = ""
    if own == TIME and value.index.is_unique:
        single = f" If it is one series, drop the column: {name}.drop(columns={other!r})."
    raise TypeError(
        f"{name} has the column {other!r}, but {own!r} is its index. If it is a long table, turn "
        f"the index into a column again: {name}.reset_index().{single}"
    )


def _check_values(value, name):
    """Check that all values are numbers."""
    frame = value.to_frame() if isinstance(value, pd.Series) else value
    check_distinct_columns(frame, name)
    odd = [i for i, dtype in enumerate(frame.dtypes) if not pd.api.types.is_numeric_dtype(dtype)]
    if name == "X":  # a forecaster that cannot read categories says so itself
        odd = [i for i in odd if not is_categorical(frame.iloc[:, i])]
    if not odd:
        return
    column = frame.iloc[:, odd[0]]
    if _is_nested(frame):
        return
    known, row = column.dropna(), odd_row(column)
    found = pd.api.types.infer_dtype(column, skipna=True)
    whole = name if isinstance(value, pd.Series) else f"{name}['{column.name}']"
    has = f"{whole} has the dtype {column.dtype}"
    if row is not None:  # one value among numbers is the mistake, not the numbers
        has = f"{has}, and contains {shown(column.iloc[row])} in row {row} (counted from 0)"
    elif found in ("integer", "floating", "mixed-integer-float", "decimal", "boolean", "empty"):
        raise TypeError(
            f"{has}, which sktime does not accept, although its values are numbers. Convert it: "
            f"{whole} = {whole}.astype({_number_type(column)})."
        )
    else:
        example = next((one for one in known if not is_number(one)), next(iter(known), None))
        has = f"{has}, with values such as {example!r}"
    # A table whose index only counts the rows has the times in a column, and one with equal labels
    # has rows of several series, or the names of the series as its index.
    counts = pd.api.types.is_integer_dtype(frame.index.dtype)
    is_repeated = not isinstance(frame.index, pd.MultiIndex) and not frame.index.is_unique
    if frame.shape[1] > 1 and (counts or is_repeated):
        reset = f"call {name}.reset_index(), " * (frame.index.name is not None)
        single = f" If it is one series, make the times its index: {name}.set_index(...)."
        raise TypeError(
            f"{has}. If {name} is a long table, with a row for "
            f"each series and time, {reset}name its columns 'unique_id', 'ds' and 'y', or convert "
            f"it: {_convert(name)}.{single * (not is_repeated)}"
        )
    must = "numbers or categories" if name == "X" else "numbers"
    if name != "X" and row is None:  # sktime's checks look for this word
        has = f"{has}, which are treated as categorical"
    advice = _advice_on_values(column, found, whole, is_one=row is not None)
    raise TypeError(f"{has}, but {name} must contain {must}. {advice}")


def _number_type(column):
    """Return the code of a type to which numbers among other values can be converted."""
    return '"Float64"' if any(value is pd.NA for value in column) else "float"


def _advice_on_values(column, found, whole, *, is_one):
    """Return how to convert values to numbers, or what to do with one that cannot be."""
    known = [value for value in column if value is not None and value is not pd.NA]
    code = conversion_of(known, whole)
    are_numbers = all(value is not pd.NaT and is_number(value) for value in known)
    if code is None and are_numbers and not any(isinstance(value, str) for value in known):
        return f"Convert them: {whole} = {whole}.astype({_number_type(column)})."
    if code is None and is_one and not are_numbers:
        return "Convert it to a number, or set it to NaN."
    code = code or _TO_NUMBERS.get(found, "pd.to_numeric({})").format(whole)
    return f"Convert them: {code}."


def _is_nested(frame):
    """Return whether a frame has a series in each cell, so that its index is not one of times."""
    return frame.size > 0 and isinstance(frame.iat[0, 0], pd.Series | np.ndarray)


def _check_type(labels, ordered, name, known, *, is_level=False):
    """Check that labels are of a type that sktime accepts, and say how to convert others.

    `ordered` are the labels after their conversion, or None if they do not order rows. `code`
    stands for the labels, and `whole` returns the index with others in their place.
    """
    where, code, (before, after) = place_of(name, is_level=is_level)
    form, message = written_dates(labels, known)
    if form:
        made = code_for_dates(code, form)
        raise ValueError(f"{where} {message} Convert it: {before}{made}{after}.")
    if ordered is labels:
        return
    has = f"{where} has the dtype {labels.dtype}, with labels such as {labels[:1].tolist()[0]!r}"
    is_whole = ordered is not None or _are_whole_numbers(labels)
    if not is_whole:
        reset = code.removesuffix(".index")
        drop = f" If they mean nothing, drop them: {reset} = {reset}.reset_index(drop=True)."
        raise TypeError(
            f"{has}, but time must be dates, periods, durations or whole numbers."
            f"{'' if is_level else drop}"
        )
    kind = type(ordered).__name__ if ordered is not None else "Index"
    made = f'{code}.astype("int64")' if kind == "Index" else f"pd.{kind}({code})"
    raise TypeError(f"{has}, which sktime does not accept. Convert it: {before}{made}{after}.")


def _are_whole_numbers(labels):
    numbers = pd.api.types.is_float_dtype(labels.dtype)
    return bool(numbers and labels.notna().all() and (labels == labels.round()).all())


def _check_index(value, name, known):
    """Check that labels are of a type that sktime accepts, and in time order in each series."""
    index = value.index
    if not isinstance(index, pd.MultiIndex):
        ordered = ordered_index(value, input_name=name)
        if len(index) and not _is_nested(pd.DataFrame(value)):
            _check_type(index, ordered, name, known)
        return
    level = index.levels[-1]
    times = convert_dates(level, name, is_level=True)
    if not len(index):
        return
    _check_type(level, times if kind_of(times) else None, name, known, is_level=True)
    times = index.get_level_values(-1)
    back = ~begin_series(index)[1:] & np.asarray(times[1:] < times[:-1])
    if back.any():
        row = int(np.argmax(back)) + 1
        raise ValueError(
            f"The rows of {name} are not in time order: {times[row]} comes after "
            f"{times[row - 1]} in the series {index[[row]].droplevel(-1).tolist()[0]!r}. Write "
            f"{name} = {name}.sort_index()."
        )
