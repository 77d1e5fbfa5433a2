"""Infers the frequency of an index, and finds the rows that are missing in it."""

import numpy as np
import pandas as pd

from skrnn._warnings import warn_user

from ._calendar import count_missing, equal_step, find_week, is_of_one_time
from ._label_advice import code_for_dates, written_dates
from ._labels import offset_of, ticks_of, unit_of, wall_of
from ._uneven_steps import infer_uneven_steps, infer_weekday_of_month

# k shuffled folds leave a gap after every k-th row. Breakdowns of an instrument are rarer.
_ROWS_PER_GAP_OF_A_SHUFFLE = 30


def find_missing(index):
    """Count the labels that are missing between each label and the next.

    If the index declares a frequency, it is used. Otherwise the step and the calendar are inferred
    from all labels: equal steps; months, quarters or years; working days or the hours of a
    session.

    Parameters
    ----------
    index : Index
        Result of `ordered_index`.

    Returns
    -------
    counts : ndarray of int of shape (n - 1,)
        The number of missing labels in each interval. All are 0 if the labels have no clear
        step.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._regularity import find_missing
    >>> find_missing(pd.DatetimeIndex(["1988-12-29", "1988-12-30", "1989-01-01"]))
    array([0, 1])
    """
    n_intervals = max(len(index) - 1, 0)
    declared = isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex) and index.freq is not None
    if declared or isinstance(index, pd.RangeIndex):
        return np.zeros(n_intervals, np.int64)
    wall = _local_times(index)
    counts = count_missing(ticks_of(index), wall)
    if counts is None:
        return np.zeros(n_intervals, np.int64)
    return _fewest_missing(counts, wall) if wall is not None and counts.any() else counts


def _fewest_missing(counts, wall):
    """Return the missing labels by steps that are even only on a calendar, if these are fewer."""
    freq = infer_uneven_steps(wall)
    if freq is None:
        return counts
    dates = pd.DatetimeIndex(wall.astype("datetime64[us]"))
    places = pd.date_range(dates[0], dates[-1], freq=freq, unit="us").get_indexer(dates)
    by_steps = np.diff(places) - 1
    fewer = (places >= 0).all() and by_steps.sum() < counts.sum()
    return by_steps.astype(np.int64) if fewer else counts


def infer_frequency(index):
    """Return the frequency of dates or durations that declare none.

    Parameters
    ----------
    index : DatetimeIndex or TimedeltaIndex
        Unique labels in time order.

    Returns
    -------
    freq : DateOffset, Week or None
        The frequency. Missing labels do not change it. The hours of sessions are a `Week`, since
        pandas has no frequency for them. None if the labels have no clear step.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._regularity import infer_frequency
    >>> infer_frequency(pd.bdate_range("2024-03-01", periods=30).delete([4, 12]))
    <BusinessDay>
    """
    if len(index) < 2:
        return None
    ticks, wall = ticks_of(index), _local_times(index)
    if wall is not None and len(index) > 2:
        week = find_week(wall)
        if week is not None and week.holds(wall).all():
            return week if len(week.times) > 1 else _frequency_of_days(week.days().tolist())
        freq = _frequency_of_months(index, ticks, wall) if _may_be_months(wall) else None
        freq = freq or infer_uneven_steps(wall)
        if freq is not None:
            return freq
    step, unit = equal_step(ticks), unit_of(index)
    if is_of_one_time(wall):
        step, unit = equal_step(wall), "us"
    return None if step is None else offset_of(pd.Timedelta(step, unit=unit))


def _local_times(index):
    """Return local times in microseconds, or None if labels have none or lie between two."""
    if isinstance(index, pd.DatetimeIndex) and index.unit == "ns" and index.nanosecond.any():
        return None
    return wall_of(index)


def _frequency_of_months(index, ticks, wall):
    """Return the frequency of months, quarters, years, or of a weekday of each month."""
    run = _longest_run(count_missing(ticks, wall))
    name = None if run is None else pd.infer_freq(index[run])
    # pandas calls the second Tuesdays of January, March and May those of all months.
    if name is not None and not name.startswith("WOM"):
        return pd.tseries.frequencies.to_offset(name)
    return infer_weekday_of_month(wall)


def infer_integer_step(index):
    """Return the step of integers.

    Parameters
    ----------
    index : Index of integers
        Labels in any order, which may be repeated.

    Returns
    -------
    step : int
        The step. 1 if the labels have no step in common.
    """
    if isinstance(index, pd.RangeIndex) and len(index) > 1:
        return abs(index.step)
    return equal_step(np.unique(index.to_numpy(np.int64))) or 1


def _frequency_of_days(days):
    if days == [0, 1, 2, 3, 4]:
        return pd.offsets.BDay()
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return pd.offsets.CustomBusinessDay(weekmask=" ".join(names[day] for day in days))


def _may_be_months(wall):
    return np.diff(wall).min() >= pd.Timedelta(days=28) // pd.Timedelta(1, unit="us")


def _longest_run(counts):
    """Return the longest run of labels without a gap, or None if it has fewer than three."""
    if counts is None:
        return None
    ends = np.flatnonzero(np.append(counts, 1))
    lengths = np.diff(ends, prepend=-1)
    last = int(np.argmax(lengths))
    return slice(ends[last] - lengths[last] + 1, ends[last] + 1) if lengths[last] > 2 else None


def warn_of_missing_rows(index, counts=None, *, input_name="X"):
    """Warn once if labels are missing inside a series with a clear frequency.

    The length of a window is a number of rows, so the steps around a missing row are not equally
    far apart.
    Weekends, nights between sessions and other breaks that recur each week are not gaps, nor are
    the holidays of a declared frequency.

    Parameters
    ----------
    index : Index or None
        Result of `ordered_index`. With None nothing is checked.
    counts : ndarray of int of shape (n - 1,), default=None
        Number of missing rows between each label and the next. None means `find_missing`.
    input_name : str, default="X"
        Name of the series in the warning.

    Warns
    -----
    SkrnnWarning
        With the number of missing rows, the labels around the first gap, and what to do. If there
        are as many gaps as after a random draw of rows, it mentions shuffled folds.
    """
    if index is None:
        return
    counts = find_missing(index) if counts is None else counts
    gaps = np.flatnonzero(counts)
    if not len(gaps):
        return
    between = ", ".join(f"{index[row]} and {index[row + 1]}" for row in gaps[:3])
    more = "" if len(gaps) <= 3 else f", and in {len(gaps) - 3} more gap(s)"
    at_random = len(gaps) > 3 and len(gaps) > len(index) / _ROWS_PER_GAP_OF_A_SHUFFLE
    shuffled = " If the rows were drawn at random, as by KFold(shuffle=True), use TimeSeriesSplit."
    form, message = written_dates(index)
    name = f"{input_name}.index"
    warn_user(
        f"The index of {input_name} {message} Convert it: {name} = {code_for_dates(name, form)}."
        if form
        else f"{counts.sum()} row(s) are missing inside {input_name}, judging by the usual step "
        f"of its index: between {between}{more}. In a window, the rows on either side of a "
        "gap become neighbours. Insert the missing rows with asfreq or reindex, and leave their "
        "values NaN or interpolate them; or declare the holidays in the frequency of the index. "
        f"If the dates do not matter, pass {input_name} with reset_index(drop=True)."
        f"{shuffled if at_random else ''}",
    )
