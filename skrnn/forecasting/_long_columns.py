"""Checks the columns of a long table: names of series, times, and numbers."""

from datetime import date
from numbers import Real

import numpy as np
import pandas as pd

from skrnn._text_among_numbers import is_number
from skrnn._warnings import warn_user
from skrnn._written_numbers import conversion_of
from skrnn.windows._label_advice import code_for_dates, written_dates
from skrnn.windows._labels import kind_of
from skrnn.windows._written_dates import ISO_DATE, advice_on_dates, have_one_offset

_RARE = 0.5
"""Texts that are fewer than this share of their column are mistakes, not another format."""

_TEXT_ADVICE = "Convert the column first: frame[{0!r}] = {1}"


def names_of_series(frame, columns):
    """Check the columns that name the series, and number the series in sorted order.

    Parameters
    ----------
    frame : DataFrame
        The long table.
    columns : list of str
        Columns that together name a series. There is one series if the list is empty.

    Returns
    -------
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    instances : MultiIndex, Index or None
        Names of the series, sorted. None if there is one series without a name.

    Raises
    ------
    ValueError
        If a name is missing.

    Warns
    -----
    SkrnnWarning
        If two names differ only in blanks or case, or are one number in two forms.
    """
    if not columns:
        return np.zeros(len(frame), np.intp), None
    codes, levels = [], []
    for column in columns:
        ids = _complete(frame, column, "identifies the series", "Name the series, or leave")
        code, level = pd.factorize(ids, sort=True)
        _warn_of_numbers_as_text(level, column)
        _warn_of_similar_names(level, column)
        codes.append(code)
        levels.append(pd.Index(level, name=column))
    if len(columns) == 1:
        return codes[0].astype(np.intp), levels[0]
    shape = [len(level) for level in levels]
    present, series = np.unique(np.ravel_multi_index(codes, shape), return_inverse=True)
    parts = np.unravel_index(present, shape)
    arrays = [level[part] for level, part in zip(levels, parts, strict=True)]
    return series, pd.MultiIndex.from_arrays(arrays, names=columns)


def _complete(frame, column, purpose, remedy):
    """Return a column, not as categories, and check that no value is missing."""
    values = frame[column]
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    empty = values.isna().to_numpy()
    if empty.any():
        raise ValueError(
            f"The column {column!r}, which {purpose}, is empty in {int(empty.sum())} row(s), "
            f"first in row {int(np.argmax(empty))}. {remedy} these rows out: "
            f"frame.dropna(subset=[{column!r}])."
        )
    return values


def _warn_of_numbers_as_text(names, column):
    """Warn if two names are the same number, such as 7 and "7", or "7" and "7.0"."""
    if pd.api.types.is_numeric_dtype(names.dtype):
        return
    seen = {}
    for name in names:
        plain = str(name).strip()
        if isinstance(name, bool) or not isinstance(name, str | Real) or not is_number(plain):
            continue
        other = seen.setdefault(plain.removesuffix(".0"), name)
        both = isinstance(other, str) and isinstance(name, str)
        if other is name or (both and other.strip() == plain):  # differ at most in blanks
            continue
        code = f"frame[{column!r}].astype(str).str.strip()"
        if any(is_number(text) for one in names if (text := str(one).strip()).endswith(".0")):
            # Other names, such as "v2.0", keep their ending.
            code += r'.str.replace(r"^([+-]?\d+)\.0$", r"\1", regex=True)'
        warn_user(
            f"The names {other!r} and {name!r} in the column {column!r} are the same number, but "
            f"count as different series. If they are the same, write frame[{column!r}] = {code}."
        )
        return


def _warn_of_similar_names(names, column):
    """Warn if two names differ only in blanks or case."""
    texts = [name for name in names if isinstance(name, str)]
    seen = {}
    for name in texts:
        plain = " ".join(name.split()).casefold()
        other = seen.setdefault(plain, name)
        if other is not name:
            text = f"frame[{column!r}].str"
            code = text
            if name.casefold() != other.casefold():
                code += '.split().str.join(" ").str'
            if name.split() != other.split():
                code += ".upper()"
            code = code.removesuffix(".str")
            warn_user(
                f"The names {other!r} and {name!r} in the column {column!r} differ only in blanks "
                "or case, but count as different series. If they are the same, write "
                f"frame[{column!r}] = {code}."
            )
            return


def times_of(frame, column, known=None):
    """Return the column of times as labels that can be ordered.

    Dates as Python objects, and text in the ISO format, are converted to pandas dates.

    Parameters
    ----------
    frame : DataFrame
        The long table.
    column : str
        Its column of times.
    known : Index of int, default=None
        Labels of the rows of earlier calls, if they are whole numbers.

    Returns
    -------
    DatetimeIndex, PeriodIndex, TimedeltaIndex or Index of integers

    Raises
    ------
    ValueError
        If a time is missing, or the labels are something else.
    """
    index = _as_times(_complete(frame, column, "contains the times", "Leave"), column)
    if kind_of(index) == "integers":
        index = pd.Index(index.to_numpy(np.int64))
        _check_not_written_dates(index, column, known)
    return index.rename(column)


def _as_times(times, column):
    if isinstance(times.dtype, pd.ArrowDtype) and times.dtype.kind in "mM":
        times = pd.Series(pd.Index(times.array.to_numpy()))
    index = pd.Index(times.infer_objects())
    if pd.api.types.is_float_dtype(index.dtype) and (index == np.floor(index)).all():
        return pd.Index(index.astype(np.int64))
    if kind_of(index) is not None:
        return index
    first = index[0]
    if isinstance(index.dtype, pd.ArrowDtype) or pd.api.types.is_string_dtype(index.dtype):
        index = pd.Index(index.astype(object))
    if all(isinstance(label, date) for label in index):
        return _parsed(index, column)
    if all(isinstance(label, str) for label in index):
        _check_iso(index, column)
        return _parsed(index, column)
    raise ValueError(
        f"The column {column!r} must contain dates, periods, durations or integers, got values "
        f"such as {first!r} of type {type(first).__name__}."
    )


def _check_iso(index, column):
    """Check that text is unambiguous as dates."""
    odd = ~index.str.match(ISO_DATE)
    if odd.any():
        _refuse_text(index[odd], column, is_rare=odd.mean() < _RARE)
    if not have_one_offset(index):
        _refuse_text(index, column)


def _parsed(index, column):
    try:
        parsed = pd.to_datetime(index.to_series(), format="ISO8601", errors="coerce")
    except (ValueError, TypeError):  # dates with and without a time zone
        _refuse_text(index, column)
    odd = parsed.isna().to_numpy()
    if odd.any():
        _refuse_text(index[odd], column, is_rare=odd.mean() < _RARE)
    return pd.DatetimeIndex(parsed)


def _refuse_text(texts, column, is_rare=False):
    """Raise an error that says how to convert texts to dates."""
    code, example = f"frame[{column!r}]", str(texts[0])
    if is_rare:
        raise ValueError(
            f"The column {column!r} contains text such as {example!r}, which is not a date. "
            "Correct it, or drop such rows."
        )
    problem, line = advice_on_dates(texts.astype(str), code, ".dt", (f"{code} = ", ""))
    raise ValueError(
        f"The column {column!r} contains text such as {example!r}, {problem}. Convert the column "
        f"first: {line}. Text such as '2024-01-31' needs no conversion."
    )


def _check_not_written_dates(index, column, known):
    """Check that whole numbers are not dates such as 20240131, whose steps differ."""
    form, message = written_dates(index, known)
    if form:
        code = code_for_dates(f"frame[{column!r}]", form)
        raise ValueError(f"The column {column!r} {message} {_TEXT_ADVICE.format(column, code)}.")


def values_of(frame, columns, kind):
    """Return columns as numbers.

    Parameters
    ----------
    frame : DataFrame
        The long table.
    columns : list of str
        The columns.
    kind : {"target", "feature"}
        Kind of the columns, for error messages.

    Returns
    -------
    ndarray of shape (n_rows, n_columns), float64

    Raises
    ------
    ValueError
        If a value is not numeric, or is infinite.
    """
    values = np.empty((len(frame), len(columns)))
    for i, column in enumerate(columns):
        values[:, i] = _numbers(frame[column], column, kind)
    return values


def _numbers(column, name, kind):
    dtype = column.dtype
    if not column.notna().any():  # of any type: Arrow and polars have one for such columns
        return np.full(len(column), np.nan)
    is_plain = pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype)
    if not is_plain:
        found = pd.api.types.infer_dtype(column, skipna=True)
        if found not in _NUMBERS_AS_OBJECTS or isinstance(dtype, pd.CategoricalDtype):
            _refuse_values(column, name, kind)
        column = column.astype(object).where(column.notna(), np.nan)
    values = column.to_numpy(np.float64, na_value=np.nan)
    if np.isinf(values).any():
        raise ValueError(
            f"The column {name!r} is infinite in row {int(np.argmax(np.isinf(values)))}. Write "
            "NaN for a value that is not known."
        )
    return values


_NUMBERS_AS_OBJECTS = {
    *("integer", "floating", "mixed-integer-float", "decimal", "boolean", "empty")
}


def _refuse_values(column, name, kind):
    """Raise an error that says how to convert a column to numbers."""
    known = column[column.notna()]
    texts = [value for value in known if isinstance(value, str)]
    odd = next((text for text in texts if not is_number(text)), None)
    example = repr(odd or (texts or [known.iloc[0]])[0])
    if kind == "feature":
        instead = (
            f"one column of 0 and 1 for each category: pd.get_dummies(frame, columns=[{name!r}])"
        )
        if column.dtype.kind in "mM":
            instead = f"numbers such as its month: frame[{name!r}].dt.month"
        raise ValueError(
            f"The column {name!r} holds values such as {example}, but a feature must be a "
            f"number. Leave the column out, frame.drop(columns={name!r}), or replace it with "
            f"{instead}."
        )
    code = conversion_of(known, f"frame[{name!r}]")
    if code is None:
        errors = ', errors="coerce"' if odd is not None else ""
        code = f"pd.to_numeric(frame[{name!r}]{errors})"
    coerced = ", which turns everything that is not numeric into NaN" * ("coerce" in code)
    raise ValueError(
        f"The target {name!r} must contain numbers, got values such as {example} (dtype "
        f"{column.dtype}). {_TEXT_ADVICE.format(name, code)}{coerced}."
    )
