"""Defines the class for the end of an index that pickles of version 0.1.0 contain.

`RememberedIndex` has replaced it.
"""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class IndexEnd:
    """End of an index, as version 0.1.0 stored it. It is only read.

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
    """

    kind: str
    label: object
    unit: str
    step: object
    freq: object

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

    def __setstate__(self, state):
        # The class is frozen, so that its attributes cannot be set one by one.
        vars(self).update({name: _from_plain(value) for name, value in state.items()})


def _from_plain(value):
    """Convert text and numbers, as version 0.1.0 stored them, to a label, step or frequency."""
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
