"""Checks a single series, and finds its labels, values, name and gaps."""

import numpy as np
import pandas as pd

from skrnn._validation import check_series
from skrnn.windows._regularity import find_missing
from skrnn.windows._time_index import labels_in_order


def check_single_series(series):
    """Check one series of numbers.

    Parameters
    ----------
    series : array-like of shape (n_samples,) or (n_samples, 1)
        The series; NaN marks missing values.

    Returns
    -------
    time : Index
        Its labels: dates, durations, periods or numbers in order, or the row numbers if it has
        none of these.
    values : ndarray of shape (n_samples,)
        Its values.
    name : str or None
        Its name.

    Raises
    ------
    ValueError
        If the series has several columns or no known value, or its index is not in time order.
    """
    values = check_series(series, ensure_2d=False, input_name="series")
    if values.ndim > 1 and values.shape[1] != 1:
        raise ValueError(
            f"series must be one series, of shape (n_samples,). Got {values.shape}: choose a "
            "column."
        )
    if np.isnan(values).all():
        raise ValueError(f"series must contain a known value; all {len(values)} are missing.")
    time = labels_in_order(series, input_name="series")
    columns = getattr(series, "columns", None)
    name = getattr(series, "name", None) if columns is None else columns[0]
    time = pd.RangeIndex(len(values)) if time is None else time
    return time, values.ravel(), None if name is None else str(name)


def find_gaps(time):
    """Find where labels are missing between two rows.

    Parameters
    ----------
    time : Index
        Labels in time order.

    Returns
    -------
    rows : ndarray of int
        The rows before the gaps.
    lengths : ndarray of int
        Number of labels missing in each gap, judging by the step or the calendar of the index.
    """
    is_float = pd.api.types.is_float_dtype(time.dtype)
    counts = _missing_numbers(time.to_numpy(float)) if is_float else find_missing(time)
    rows = np.flatnonzero(counts)
    return rows, counts[rows]


def _missing_numbers(labels):
    """Count the labels missing between numbers, if all distances are multiples of the shortest."""
    distances = np.diff(labels)
    steps = distances / distances.min(initial=np.inf)
    whole = np.round(steps)
    is_regular = np.allclose(steps, whole, rtol=1e-6, atol=0)
    return whole.astype(int) - 1 if is_regular else np.zeros(len(steps), int)
