"""The labels of rows in time: their order, and how many rows lie between two series."""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
import pandas as pd

# Enough labels to tell the step of a series by, however long it is.
_N_LABELS = 500


def ordered_index(X, *, input_name="X"):
    """Get the index of a series if its labels tell the order of the rows in time.

    Parameters
    ----------
    X : object
        The series as the user gave it.

    input_name : str, default="X"
        What the errors call the series.

    Returns
    -------
    index : DatetimeIndex, PeriodIndex, TimedeltaIndex, Index of integers, or None
        None if `X` has no such index.

    Raises
    ------
    ValueError
        If a label is missing, comes twice, or comes after a later one.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._time_index import ordered_index
    >>> ordered_index(pd.DataFrame({"temp": [20.7, 17.9]}))
    RangeIndex(start=0, stop=2, step=1)
    >>> ordered_index([[20.7], [17.9]])
    """
    index = getattr(X, "index", None)
    if not isinstance(index, pd.Index) or _kind(index) is None:
        return None
    if index.hasnans:
        row = int(np.argmax(index.isna()))
        raise ValueError(
            f"The index of {input_name} has no label at row {row}. Every row needs one."
        )
    if not index.is_monotonic_increasing:
        row = int(np.argmax(index[1:] < index[:-1])) + 1
        raise ValueError(
            f"The index of {input_name} is not in time order: {index[row]} at row {row} is "
            f"earlier than {index[row - 1]} before it. Sort the rows with sort_index(), do not "
            "shuffle them, or drop an index that means nothing with reset_index(drop=True)."
        )
    if not index.is_unique:
        raise ValueError(
            f"The index of {input_name} repeats the label {index[index.duplicated()][0]}. Each "
            "row must have a label of its own: aggregate the rows of one label, or drop an "
            "index that means nothing with reset_index(drop=True)."
        )
    return index


def _kind(index):
    """Name what the labels are, the same for labels that can be compared; None for others."""
    if isinstance(index, pd.PeriodIndex):
        return f"periods of {index.freqstr}"
    if isinstance(index, pd.DatetimeIndex):
        return "dates" if index.tz is None else "dates with a time zone"
    if isinstance(index, pd.TimedeltaIndex):
        return "durations"
    if pd.api.types.is_integer_dtype(index.dtype):
        return "integers"
    return None


@dataclass(frozen=True)
class IndexEnd:
    """What has to be remembered of an index to tell how another one follows it.

    Attributes
    ----------
    kind : str
        What the labels are: dates, durations, periods or integers.

    label : Timestamp, Timedelta, Period or int
        The last label.

    unit : {"label", "ordinal", "month", "weekday"}
        What the distance between two labels is counted in.

    step : Timedelta, float or None
        Distance between two rows, in that unit; None where one row was all there was.

    freq : DateOffset or None
        The frequency of the calendar that the index declares, where it does.

    Examples
    --------
    The last two business days before the first of January and the second one after it:

    >>> import pandas as pd
    >>> from skrnn.windows._time_index import IndexEnd
    >>> end = IndexEnd.of(pd.bdate_range("1981-12-01", "1981-12-31"))
    >>> end.missing_before(pd.bdate_range("1982-01-04", "1982-01-29"))
    1
    """

    kind: str
    label: object
    unit: str
    step: object
    freq: object

    @classmethod
    def of(cls, index):
        """Remember the end of an index.

        Parameters
        ----------
        index : Index
            As `ordered_index` gives it, with at least one label.

        Returns
        -------
        end : IndexEnd
            Its last label and its step.
        """
        kind = _kind(index)
        last = index[-_N_LABELS:]
        unit = _unit(last, kind)
        places = [_place(label, unit) for label in last]
        steps = [later - earlier for earlier, later in pairwise(places)]
        step = median(steps) if steps else None
        freq = getattr(index, "freq", None) if kind.startswith("dates") else None
        if isinstance(freq, pd.offsets.Tick):
            unit, step, freq = "label", pd.Timedelta(freq), None
        return cls(kind, last[-1], unit, step, freq)

    def missing_before(self, index):
        """Count the rows that are missing between the end and the start of a next index.

        Parameters
        ----------
        index : Index
            As `ordered_index` gives it, and `comparable` to this one.

        Returns
        -------
        n_missing : int or None
            0 where the next series continues without a gap; None where it starts at the end
            or before it.
        """
        first = index[0]
        if getattr(first, "tzinfo", None) is not None:
            first = first.tz_convert(self.label.tzinfo)
        if first <= self.label:
            return None
        if self.freq is not None:
            grid = pd.date_range(self.label, first + self.freq, freq=self.freq)
            return max(int(grid.get_indexer([first], method="nearest")[0]) - 1, 0)
        if self.step is None:
            return 0
        distance = _place(first, self.unit) - _place(self.label, self.unit)
        return max(round(distance / self.step) - 1, 0)

    def __getstate__(self):
        """Plain values, which skops and any version of pandas can read."""
        return {name: _to_plain(value) for name, value in vars(self).items()}

    def __setstate__(self, state):
        # The class is frozen, so that its attributes cannot be set one by one.
        vars(self).update({name: _from_plain(value) for name, value in state.items()})

    def comparable(self, index):
        """Tell whether the labels of another index can be compared with this one's.

        Parameters
        ----------
        index : Index or None
            As `ordered_index` gives it.

        Returns
        -------
        comparable : bool
            False for no index, or one of another kind.
        """
        return index is not None and _kind(index) == self.kind


def _unit(index, kind):
    """Find the unit in which the labels, uneven in hours perhaps, are evenly spaced."""
    if kind.startswith("periods"):
        return "ordinal"
    if not kind.startswith("dates"):
        return "label"
    dates = index.tz_localize(None)
    steps = np.diff(dates.to_numpy())
    if len(steps) < 2 or (steps == steps[0]).all():
        return "label"
    step = pd.Timedelta(np.median(steps))
    months = np.asarray(dates.year * 12 + dates.month)
    if step >= pd.Timedelta(days=28) and (np.diff(months) > 0).all():
        return "month"
    # More than five days without a Saturday or Sunday have skipped one.
    if step == pd.Timedelta(days=1) and len(dates) > 5 and (dates.day_of_week < 5).all():
        return "weekday"
    return "label"


def _place(label, unit):
    """Place a label on the axis of a unit, as something that can be subtracted."""
    if unit == "month":
        return label.year * 12 + label.month
    if unit == "weekday":
        return int(np.busday_count("1970-01-01", label.date()))
    if unit == "ordinal":
        return label.ordinal
    return int(label) if isinstance(label, int | np.integer) else label


def _to_plain(value):
    """Write a label, a step or a frequency as text and numbers, where that says all of it."""
    if isinstance(value, pd.Timestamp):
        return ["date", str(value.to_datetime64()), _zone_name(value.tz)]
    if isinstance(value, pd.Timedelta):
        return ["duration", value.isoformat()]
    if isinstance(value, pd.Period):
        return ["period", value.ordinal, value.freqstr]
    if isinstance(value, pd.offsets.BaseOffset) and _same_offset(value.freqstr, value):
        return ["offset", value.freqstr]
    return value


def _from_plain(value):
    """Read what `_to_plain` wrote."""
    match value:
        case ["date", utc, None]:
            return pd.Timestamp(utc)
        case ["date", utc, zone]:
            return pd.Timestamp(utc, tz="UTC").tz_convert(zone)
        case ["duration", text]:
            return pd.Timedelta(text)
        case ["period", ordinal, freq]:
            return pd.Period(ordinal=ordinal, freq=freq)
        case ["offset", name]:
            return pd.tseries.frequencies.to_offset(name)
    return value


def _zone_name(zone):
    """Name of a time zone; the zone itself, if pandas does not know it by a name."""
    try:
        pd.Timestamp(0, tz=str(zone))
    except (KeyError, ValueError):
        return zone
    return None if zone is None else str(zone)


def _same_offset(name, offset):
    """Tell whether a frequency is all in its name: one with holidays is not."""
    try:
        return pd.tseries.frequencies.to_offset(name) == offset
    except ValueError:
        return False


def following_labels(index, count):
    """Labels of the rows after a series.

    Parameters
    ----------
    index : Index
        As `ordered_index` gives it, with at least one label.

    count : int
        Number of labels.

    Returns
    -------
    labels : Index
        Of the same kind and name.

    Raises
    ------
    ValueError
        If the labels do not show how they go on.
    """
    if isinstance(index, pd.PeriodIndex):
        return pd.period_range(index[-1] + 1, periods=count, name=index.name)
    if pd.api.types.is_integer_dtype(index.dtype):
        step = int(index[-1] - index[-2]) if len(index) > 1 else 1
        return pd.Index(index[-1] + step * np.arange(1, count + 1), name=index.name)
    freq = index.freq if index.freq is not None else pd.infer_freq(index)
    if isinstance(index, pd.TimedeltaIndex):
        return pd.timedelta_range(index[-1], periods=count + 1, freq=freq, name=index.name)[1:]
    return pd.date_range(index[-1], periods=count + 1, freq=freq, name=index.name)[1:]
