"""Kinds of labels in time, and the whole numbers that stand for them."""

import warnings
from datetime import date

import numpy as np
import pandas as pd


def kind_of(index):
    """Name what the labels are, the same for labels that can be compared; None for others.

    Parameters
    ----------
    index : Index
        The labels.

    Returns
    -------
    kind : str or None
        Dates, dates with a time zone, periods of a frequency, durations or integers.
    """
    if isinstance(index, pd.PeriodIndex):
        return f"periods of {index.freqstr}"
    if isinstance(index, pd.DatetimeIndex):
        return "dates" if index.tz is None else "dates with a time zone"
    if isinstance(index, pd.TimedeltaIndex):
        return "durations"
    if pd.api.types.is_integer_dtype(index.dtype):
        return "integers"
    return None


def of_known_kind(index, input_name):
    """Read dates that pandas does not keep as dates, or refuse them.

    Parameters
    ----------
    index : Index
        The labels as the user gave them.

    input_name : str
        What the errors call the series.

    Returns
    -------
    index : Index
        Dates and durations of Arrow as those of pandas; other labels as they are.

    Raises
    ------
    ValueError
        If the dates are text or objects of Python, or the index has several levels.
    """
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex | pd.RangeIndex):
        return index
    if isinstance(index, pd.MultiIndex):
        raise ValueError(
            f"The index of {input_name} has {index.nlevels} levels, as that of a panel of series. "
            "Here all rows must belong to one series. For several series use RNNForecaster, or "
            f"go through them one by one; of one series, make a single level the index."
        )
    if isinstance(index, pd.CategoricalIndex) and index.categories.dtype.kind in "mMO":
        index = index.astype(index.categories.dtype)
    if isinstance(index.dtype, pd.ArrowDtype) and index.dtype.kind in "mM":
        return pd.DatetimeIndex(index) if index.dtype.kind == "M" else pd.TimedeltaIndex(index)
    if pd.api.types.is_object_dtype(index.dtype) or pd.api.types.is_string_dtype(index.dtype):
        index = index.infer_objects()
        if kind_of(index) is None and _holds_dates(index):
            raise ValueError(
                f"The index of {input_name} holds dates as {type(index[0]).__name__}, such as "
                f"{index[0]!r}, whose order in time is not known. Make them dates of pandas: "
                f"{input_name}.index = pd.to_datetime({input_name}.index)."
            )
    return index


def _holds_dates(index):
    """Whether the first and the last label are dates, as text or as objects of Python."""
    labels = [label for label in (index[:1].append(index[-1:])) if not pd.isna(label)]
    if all(isinstance(label, date | np.datetime64 | pd.Period) for label in labels):
        return bool(labels)
    if not all(isinstance(label, str) and any(map(str.isdigit, label)) for label in labels):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # each label may have a format of its own
        return pd.to_datetime(pd.Index(labels), errors="coerce", utc=True).notna().all()


def ticks_of(index, unit="ns"):
    """Labels as whole numbers, by which they are ordered and measured.

    Parameters
    ----------
    index : Index
        As `ordered_index` gives it.

    unit : {"ns", "us"}, default="ns"
        Of dates and durations.

    Returns
    -------
    ticks : ndarray of int64 of shape (n,)
        Time since 1970 in UTC, durations, ordinals of periods, or the integers.
    """
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        return (index if index.unit == unit else index.as_unit(unit)).asi8
    return index.asi8 if isinstance(index, pd.PeriodIndex) else index.to_numpy(np.int64)


def wall_of(index):
    """Local times in microseconds since 1970; None of labels that have no time of day.

    Parameters
    ----------
    index : Index
        As `ordered_index` gives it.

    Returns
    -------
    wall : ndarray of int64 of shape (n,) or None
        None for durations, integers, and periods of more than a day.
    """
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None).as_unit("us").asi8
    if isinstance(index, pd.PeriodIndex):
        length = length_of(index.freq)
        return None if length is None else index.asi8 * length
    return None


def length_of(freq):
    """Length of the periods that ordinals count.

    Parameters
    ----------
    freq : DateOffset
        The frequency of the periods.

    Returns
    -------
    length : int or None
        In microseconds; None if it differs, as of months, or is shorter than one.
    """
    if not isinstance(freq, pd.offsets.Tick | pd.offsets.Day):
        return None
    return pd.Timedelta(1, unit=freq.base.freqstr) // pd.Timedelta(1, unit="us") or None
