"""Reads the series and the numbers of a data frame."""

import numpy as np
import pandas as pd

from skrnn._text_among_numbers import is_number
from skrnn._validation import LARGEST_TO_SQUARE, check_no_dates
from skrnn.windows._empty_times import reason_for_inserted_rows
from skrnn.windows._repeated_rows import advice_for_index

from ._series_names import label_of, name_one
from ._series_rows import begin_series


def series_lengths(frame, name):
    """Return the number of rows of each series of a data frame, ``(n_series,)``."""
    begins, _ = series_of(frame, name)
    return np.diff(np.append(begins, len(frame)))


def series_of(frame, name):
    """Return the first row of each series, and the names of the series."""
    index = frame.index
    if not len(index):
        raise ValueError(f"{name} has no rows.")
    if not isinstance(index, pd.MultiIndex):
        return np.zeros(1, np.intp), None
    begins = np.flatnonzero(begin_series(index))
    instances = index[begins].droplevel(-1)
    if not instances.is_unique:
        twice = int(np.argmax(instances.duplicated()))
        raise ValueError(
            f"The rows of {name_one(instances, twice)} of {name} are not contiguous. Sort "
            f"{name} with sort_index()."
        )
    return begins, instances


def numbers(frame, name):
    """Return the values of a data frame as numbers.

    Parameters
    ----------
    frame : DataFrame
        The data.
    name : str
        Name of the data in errors.

    Returns
    -------
    ndarray of shape (n_rows, n_columns), float64

    Raises
    ------
    ValueError
        If a value is infinite, or so large that sums of squares can be, a date, or not numeric.
    """
    check_no_dates(frame, name)
    try:
        values = frame.to_numpy(np.float64, na_value=np.nan)
    except (TypeError, ValueError, OverflowError):
        raise _no_numbers(frame, name) from None
    ends = (end.reduce(values, axis=None, initial=0) for end in (np.fmax, np.fmin))
    largest = max(map(abs, ends))
    if largest > LARGEST_TO_SQUARE:
        row, column = np.argwhere(np.abs(values) == largest)[0]
        where = f"in its column {frame.columns[column]!r}"
        if np.isinf(largest):
            raise ValueError(f"{name} contains infinity {where}.")
        raise ValueError(
            f"{name} contains {values[row, column]:.3g} at {label_of(frame.index, row)} {where}, "
            f"which is too large: sums of squares of values beyond {LARGEST_TO_SQUARE:g} can be "
            "infinite. Divide the column by a constant, or set the value to NaN if it only stands "
            "for an unknown one."
        )
    return values


def _no_numbers(frame, name):
    """Return an error that names the first column that does not hold numbers."""
    for i, column in enumerate(frame.columns):
        values = frame.iloc[:, i]
        odd = [value for value in values.dropna() if not is_number(value)]
        if odd:
            return ValueError(
                f"{name} must contain numbers, got values such as {odd[0]!r} in its column "
                f"{column!r} (dtype {values.dtype})."
            )
    kinds = dict(zip(frame.columns, map(str, frame.dtypes), strict=True))
    return ValueError(f"{name} must contain numbers, got columns of the dtypes {kinds}.")


def check_steps(positions, begins, frame, name):
    """Check that the rows of each series are one step apart."""
    steps = np.diff(positions)
    inside = np.ones(len(steps), bool)
    inside[begins[1:] - 1] = False
    wrong = np.flatnonzero(inside & (steps != 1))
    if not len(wrong):
        return
    before, after = (label_of(frame.index, wrong[0] + i) for i in (0, 1))
    what = f"The index of {name} is irregular: "
    step = steps[wrong[0]]
    if step == 0:
        advice = advice_for_index(frame, name)
        raise ValueError(f"{what}it repeats the label {before}. {advice}")
    if step < 0:
        raise ValueError(f"{what}{after} comes after {before}. Sort {name} with sort_index().")
    reason = ""
    if len(begins) == 1:
        n_empty = int((steps - 1).sum())
        reason = reason_for_inserted_rows(frame.index, n_empty, f"{name}.index", "")
        reason = reason and f" {reason}"
    raise ValueError(
        f"{what}{step - 1} row(s) are missing between {before} and {after}. Insert them, for "
        f"example with asfreq or reindex: their values may be NaN.{reason}"
    )
