"""Determines the kind of time labels, and converts them to whole numbers."""

import warnings
from datetime import date

import numpy as np
import pandas as pd

from ._written_dates import ISO_DATE, advice_on_dates, are_weeks, formats_of, have_one_offset


def kind_of(index):
    """Return the kind of labels, which is equal for labels that can be compared.

    Parameters
    ----------
    index : Index
        The labels.

    Returns
    -------
    kind : str or None
        Dates, dates with a time zone, periods of a frequency, durations or integers. None for
        other labels.
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


def convert_dates(index, input_name, *, is_level=False):
    """Convert labels that are dates of other types to pandas dates, or raise an error.

    Parameters
    ----------
    index : Index
        The labels as the user passed them.

    input_name : str
        Name of the series in error messages.

    is_level : bool, default=False
        Whether the labels are the last level of the index of a panel.

    Returns
    -------
    index : Index
        Arrow dates and durations are converted to pandas types. Other labels are
        returned unchanged.

    Raises
    ------
    ValueError
        If the dates are text or objects of Python, or the index has several levels.
    """
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex | pd.RangeIndex):
        return index
    if isinstance(index, pd.MultiIndex):
        raise ValueError(
            f"The index of {input_name} has {index.nlevels} levels, like a panel of series, but "
            "all rows must belong to one series. For several series use RNNForecaster, or pass "
            "them one by one. For one series, make a single level the index."
        )
    if isinstance(index, pd.CategoricalIndex) and index.categories.dtype.kind in "mMO":
        index = index.astype(index.categories.dtype)
    if isinstance(index.dtype, pd.ArrowDtype) and index.dtype.kind in "mM":
        return pd.DatetimeIndex(index) if index.dtype.kind == "M" else pd.TimedeltaIndex(index)
    if pd.api.types.is_object_dtype(index.dtype) or pd.api.types.is_string_dtype(index.dtype):
        index = index.infer_objects()
        if kind_of(index) is None and _holds_dates(index):
            subject, code, around = place_of(input_name, is_level=is_level)
            raise ValueError(
                f"{subject} contains dates as {type(index[0]).__name__}, such as {index[0]!r}, "
                "whose order in time is not known. Convert them to pandas dates: "
                f"{_conversion(index, code, around)}."
            )
    return index


def place_of(name, *, is_level):
    """Return the place of labels, their code, and the line around the converted labels."""
    index = f"{name}.index"
    if is_level:
        around = f"{index} = {index}.set_levels(", ", level=-1)"
        return f"The last level of the index of {name}", f"{index}.levels[-1]", around
    return f"The index of {name}", index, (f"{index} = ", "")


def _conversion(index, code, around):
    """Return the line that converts text or objects of Python to dates."""
    is_text = isinstance(index[0], str)
    is_iso = is_text and index.str.match(ISO_DATE).all() and have_one_offset(index)
    if is_text and (not is_iso or are_weeks(index)):
        return advice_on_dates(index, code, "", around)[1]
    return f"pd.to_datetime({code})".join(around)


def _holds_dates(index):
    """Return whether the first and the last label are dates, as text or as Python objects."""
    labels = [label for label in (index[:1].append(index[-1:])) if not pd.isna(label)]
    if all(isinstance(label, date | np.datetime64 | pd.Period) for label in labels):
        return bool(labels)
    if not all(isinstance(label, str) and any(map(str.isdigit, label)) for label in labels):
        return False
    with warnings.catch_warnings(action="ignore"):  # each label may have another format
        if pd.to_datetime(pd.Index(labels), errors="coerce", utc=True).notna().all():
            return True
    if are_weeks(index.dropna().astype(str)):
        return True
    return not any(label.isalnum() for label in labels) and bool(formats_of(pd.Index(labels)))


def unit_of(index):
    """Return the unit in which labels are counted, as in a NumPy dtype.

    Parameters
    ----------
    index : Index
        Result of `ordered_index`.

    Returns
    -------
    unit : {"ns", "us"}
        Nanoseconds only if dates or durations are stored in them, because dates before 1678 cannot
        be.
    """
    return "ns" if getattr(index, "unit", "ns") == "ns" else "us"


def ticks_of(index, unit=None):
    """Return labels as whole numbers, which have the same order and distances.

    Parameters
    ----------
    index : Index
        Result of `ordered_index`.
    unit : {"ns", "us"}, default=None
        Unit of dates and durations. None stands for `unit_of(index)`.

    Returns
    -------
    ticks : ndarray of int64 of shape (n,)
        Time since 1970 in UTC, durations, ordinals of periods, or the integers.
    """
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        unit = unit or unit_of(index)
        return (index if index.unit == unit else index.as_unit(unit)).asi8
    return index.asi8 if isinstance(index, pd.PeriodIndex) else index.to_numpy(np.int64)


def wall_of(index):
    """Return local times in microseconds since 1970; None for labels without a time of day.

    Parameters
    ----------
    index : Index
        Result of `ordered_index`.

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
    """Return the length of the periods of a frequency.

    Parameters
    ----------
    freq : DateOffset
        The frequency of the periods.

    Returns
    -------
    length : int or None
        Length in microseconds. None if lengths differ, as for months, or if the length is
        shorter than one microsecond.
    """
    length = step_length(freq.base)
    return None if length is None else length // pd.Timedelta(1, unit="us") or None


def step_length(freq):
    """Return the length of the steps of a frequency.

    Parameters
    ----------
    freq : DateOffset
        The frequency.

    Returns
    -------
    length : Timedelta or None
        The length of a step. A day has 24 hours, though days in a time zone may be an hour longer
        or shorter. None if steps differ in length, as for months and working days, and for weeks.
    """
    if isinstance(freq, pd.offsets.Day):  # which pandas 3 does not convert, since days may differ
        return pd.Timedelta(days=freq.n)
    return pd.Timedelta(freq) if isinstance(freq, pd.offsets.Tick) else None


def offset_of(length):
    """Return the frequency of steps of equal length.

    Parameters
    ----------
    length : Timedelta
        The length of a step.

    Returns
    -------
    freq : DateOffset
        The frequency, in days if these are whole days, for which pandas 3 would use hours.
    """
    day = pd.Timedelta(days=1)
    if length % day == pd.Timedelta(0):
        return pd.offsets.Day(length // day)
    return pd.tseries.frequencies.to_offset(length)
