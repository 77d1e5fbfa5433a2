"""Says where text is, or another value that is no number, in data that must contain numbers."""

import re
from contextlib import contextmanager

import numpy as np
import pandas as pd

from ._written_numbers import conversion_of

# To search more values would take longer than a user wants to wait for an error.
_MOST_VALUES = 2**24
_NUMERIC = "fiubc"
# Number of characters of a value in a message.
_LONGEST = 60
_PLAIN = (float, int, np.floating, np.integer)
_ADVICE = "Convert it to a number, set it to NaN, or leave the feature out."
_ADVICE_ON_SERIES = "Convert it to a number."


@contextmanager
def text_is_located(X, input_name):
    """Add to an error about text, or another value that is no number, where it is.

    Parameters
    ----------
    X : array-like or callable
        The data that is checked: a table, or windows. If it is a function without parameters, it
        returns the data and the names of its features, and is called only after an error.
    input_name : str
        Name of the data in the message.

    Raises
    ------
    ValueError or TypeError
        If a value cannot be converted to a number. Text is a ValueError, as for NumPy.
    """
    try:
        yield
    except (ValueError, TypeError, OverflowError) as error:
        if isinstance(error, _LocatedError):
            cause = error.cause
        elif re.search("convert|string", str(error)):  # and not about a missing feature
            cause = str(error)
        else:
            raise
        data, names = X() if callable(X) else (X, None)
        where = where_text_is(data, columns=names)
        if where is None:
            raise
        located = _LocatedTypeError if isinstance(error, TypeError) else _TextError
        raise located(cause, input_name, where, _advice_on(data, input_name, names)) from None


class _LocatedError(Exception):
    """An error about a value that has been located."""

    plain: type[Exception]

    def __init__(self, cause, input_name, where, advice):
        self.cause = cause  # a check of the whole data locates the value again, and better
        super().__init__(f"{cause}. {input_name} must contain numbers, but has {where}. {advice}")

    def __reduce__(self):
        return self.plain, self.args


class _TextError(_LocatedError, ValueError):
    """An error about text, or about a number that is too large."""

    plain = ValueError


class _LocatedTypeError(_LocatedError, TypeError):
    """An error about another object, which is a TypeError in NumPy and scikit-learn."""

    plain = TypeError


def _advice_on(data, name, columns):
    """Return the code that converts the column with the first text, or general advice."""
    values = _values_with_text(data)
    if values.ndim > 2:
        return _ADVICE
    position = np.unravel_index(_position_of_text(values), values.shape)
    if values.ndim == 1:
        column, whole = values, name
        made = name if hasattr(data, "iloc") else f"pd.Series({name})"
    else:
        column = values[:, position[1]]
        columns = _columns_of(data, columns)
        if columns is None and getattr(getattr(data, "dtype", None), "kind", "") == "O":
            whole = f"{name}[:, {position[1]}]"
            made = f"pd.Series({whole})"
        else:  # an array of text cannot contain the numbers
            before = f"{name} = pd.DataFrame({name}); " if columns is None else ""
            made = f"{name}[{int(position[1]) if columns is None else columns[position[1]]!r}]"
            whole = before + made
    code = conversion_of(column, made)
    if code is None:
        return _ADVICE if values.ndim == 2 else _ADVICE_ON_SERIES
    return f"Convert the text: {whole} = {code}."


def _columns_of(data, columns):
    names = getattr(data, "column_names", getattr(data, "columns", columns))
    return None if names is None else list(names)


def error_on_text(sequences, input_name):
    """Return an error that names the first text in a list of sequences.

    Parameters
    ----------
    sequences : list of array-like
        The sequences, of shape (length, n_features).
    input_name : str
        Name of the list in the message.

    Returns
    -------
    ValueError
    """
    for number, sequence in enumerate(sequences):
        where = where_text_is(sequence, row="step")
        if where is not None:
            return ValueError(
                f"{input_name}[{number}] must contain numbers, but has {where}. {_ADVICE}"
            )
    return ValueError(f"{input_name} must contain numbers.")


def where_text_is(X, row="row", columns=None):
    """Return the first text, or other value that is no number, and its place.

    Texts that are numbers come last.

    Parameters
    ----------
    X : array-like of shape (n_rows,), (n_rows, n_columns) or (n_samples, n_timesteps, n_features)
        The data.
    row : str, default="row"
        What a row is called.
    columns : sequence, default=None
        Names of the features, if the data does not have them.

    Returns
    -------
    str or None
        None if there is no such value, or the data has another shape.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn._text_among_numbers import where_text_is
    >>> where_text_is(pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, "off"]}))
    "'off' in row 1, column 'b' (counted from 0)"
    """
    values = _values_with_text(X)
    if values is None or values.ndim not in (1, 2, 3) or values.size > _MOST_VALUES:
        return None
    position = _position_of_text(values)
    if position is None:
        return None
    if values.ndim == 1:
        return f"{shown(values[position])} in {row} {position} (counted from 0)"
    columns = _columns_of(X, columns)
    place = np.unravel_index(position, values.shape)
    at = f"step {place[1]} of sample {place[0]}" if len(place) == 3 else f"{row} {place[0]}"
    feature = place[-1] if columns is None else repr(columns[place[-1]])
    what = "feature" if columns is None else "column"
    return f"{shown(values[place])} in {at}, {what} {feature} (counted from 0)"


def _values_with_text(X):
    """Return data as an array, or None if its dtype shows that it contains no text."""
    dtypes = [X.dtype] if hasattr(X, "dtype") else np.atleast_1d(getattr(X, "dtypes", [object]))
    if all(getattr(dtype, "kind", "O") in _NUMERIC for dtype in dtypes):
        return None
    try:
        if np.asarray(X).dtype.kind in _NUMERIC:
            return None
        return np.asarray(X, dtype=object)
    except (ValueError, TypeError):
        return None


def _position_of_text(values):
    """Return the position of the first value that is no number; texts of numbers come last."""
    first = None
    for position, value in enumerate(values.flat):
        if value is not None and not is_number(value):  # None becomes NaN
            return position
        if first is None and isinstance(value, str):
            first = position
    return first


def shown(value):
    """Return a value for a message, which may be long."""
    text = repr(str(value) if isinstance(value, str) else value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def is_number(value):
    """Return whether a value, such as text, can be converted to a number."""
    try:
        float(value)
    except (ValueError, TypeError, OverflowError):
        return False
    return True


def odd_row(values):
    """Return the row of the value that does not belong in a column of numbers.

    Parameters
    ----------
    values : iterable
        The column.

    Returns
    -------
    int or None
        Row of the first value that cannot be converted to a number or, failing that, of the first
        that is neither an int nor a float, such as True or a fraction. None if there are none, or
        if the column contains no numbers, so that it is the column that is odd.

    Examples
    --------
    >>> from skrnn._text_among_numbers import odd_row
    >>> odd_row([1.0, True, 2.5]), odd_row([1.0, True, "off"]), odd_row([True, False])
    (1, 2, None)
    """
    rows, has_numbers = {}, False
    for row, value in enumerate(values):
        can_be_one = value is not pd.NaT and is_number(value)
        if can_be_one and isinstance(value, _PLAIN) and not isinstance(value, bool):
            has_numbers |= not pd.isna(value)  # NaN only marks unknown values
        elif value is not None and value is not pd.NA:
            rows.setdefault(can_be_one, row)
    return rows.get(False, rows.get(True)) if has_numbers else None
