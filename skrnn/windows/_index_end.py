"""Defines the class for the end of an index that pickles of version 0.1.0 contain.

`RememberedIndex` has replaced it.
"""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
import pandas as pd

from ._labels import kind_of

# Number of labels from which the step of a series is inferred.
_N_LABELS = 500


@dataclass(frozen=True)
class IndexEnd:
    """End of an index, used to find how another index follows it.

    Attributes
    ----------
    kind : str
        Kind of the labels: dates, durations, periods or integers.

    label : Timestamp, Timedelta, Period or int
        The last label.

    unit : {"label", "ordinal", "month", "weekday"}
        Unit of the distance between two labels.

    step : Timedelta, float or None
        Distance between two rows, in that unit. None if the index had only one row.

    freq : DateOffset or None
        The frequency that the index declares. None if it declares no frequency.

    Examples
    --------
    The last two business days before the first of January and the second one after it:

    >>> import pandas as pd
    >>> from skrnn.windows._index_end import IndexEnd
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
            Result of `ordered_index` with at least one label.

        Returns
        -------
        end : IndexEnd
            The last label and the step of the index.
        """
        kind = kind_of(index)
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
        """Count the rows that are missing between this index and the start of the next one.

        Parameters
        ----------
        index : Index
            Result of `ordered_index` that is `comparable` to this index.

        Returns
        -------
        n_missing : int or None
            0 if the next series continues without a gap. None if it starts at the last label or
            before it.
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

    def last_labels(self, count):
        """Return labels that end with the last label, with the remembered step.

        Parameters
        ----------
        count : int
            Number of labels.

        Returns
        -------
        index : Index
            The labels, in time order.
        """
        end, step = {"end": self.label, "periods": count}, self.step or 1
        if self.kind.startswith("periods"):
            return pd.period_range(**end)
        if self.kind == "integers":
            return pd.RangeIndex(self.label - int(step) * (count - 1), self.label + 1, int(step))
        if self.kind == "durations":
            return pd.timedelta_range(**end, freq=self.step or "1s")
        if self.step is None and self.freq is None:
            return pd.DatetimeIndex([self.label])
        freq = self.step
        if self.unit == "month":
            freq = pd.DateOffset(months=int(step))
        elif self.unit == "weekday":
            freq = "B"
        return pd.date_range(**end, freq=self.freq or freq)

    def __getstate__(self):
        """Return plain values, which skops and any version of pandas can read."""
        return {name: _to_plain(value) for name, value in vars(self).items()}

    def __setstate__(self, state):
        # The class is frozen, so that its attributes cannot be set one by one.
        vars(self).update({name: _from_plain(value) for name, value in state.items()})

    def comparable(self, index):
        """Return whether the labels of another index can be compared with this index.

        Parameters
        ----------
        index : Index or None
            Result of `ordered_index`.

        Returns
        -------
        comparable : bool
            False if `index` is None or has labels of another kind.
        """
        return index is not None and kind_of(index) == self.kind


def _unit(index, kind):
    """Return the unit in which the labels are evenly spaced."""
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
    """Convert a label to a position in a unit, such that positions can be subtracted."""
    if unit == "month":
        return label.year * 12 + label.month
    if unit == "weekday":
        return int(np.busday_count("1970-01-01", label.date()))
    if unit == "ordinal":
        return label.ordinal
    return int(label) if isinstance(label, int | np.integer) else label


def _to_plain(value):
    """Convert a label, a step or a frequency to text and numbers, if that keeps its value."""
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
    """Convert the result of `_to_plain` back."""
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
    """Return the name of a time zone, or the zone if pandas does not know its name."""
    try:
        pd.Timestamp(0, tz=str(zone))
    except (KeyError, ValueError):
        return zone
    return None if zone is None else str(zone)


def _same_offset(name, offset):
    """Return whether the name of a frequency defines it, which holidays prevent."""
    try:
        return pd.tseries.frequencies.to_offset(name) == offset
    except ValueError:
        return False
