"""The labels of rows in time: their order, and which rows of one series precede another."""

import numpy as np
import pandas as pd

from ._calendar import count_missing
from ._labels import kind_of, length_of, of_known_kind, ticks_of, wall_of

# Enough labels to know the calendar of a series, however long it is.
_N_LABELS = 2000


def ordered_index(X, *, input_name="X"):
    """Get the index of a series if its labels give the order of the rows in time.

    Parameters
    ----------
    X : object
        The series as the user gave it.

    input_name : str, default="X"
        What the errors call the series.

    Returns
    -------
    index : DatetimeIndex, PeriodIndex, TimedeltaIndex, Index of integers, or None
        None if `X` has no such index: names, floats and intervals are none. Dates and
        durations of Arrow become those of pandas.

    Raises
    ------
    ValueError
        If a label is missing, comes twice, or comes after a later one; if dates are text or
        objects of Python; or if the index has several levels.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._time_index import ordered_index
    >>> ordered_index(pd.DataFrame({"temp": [20.7, 17.9]}))
    RangeIndex(start=0, stop=2, step=1)
    >>> ordered_index([[20.7], [17.9]])
    """
    index = getattr(X, "index", None)
    if not isinstance(index, pd.Index):
        return None
    index = of_known_kind(index, input_name)
    if kind_of(index) is None:
        return None
    _check_order(index, input_name)
    return index


def _check_order(index, input_name):
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


class RememberedIndex:
    """The labels of the fitted series, to find where the rows of another one stand among them.

    A row that is missing between the two counts as a row. How many are missing is inferred
    from the labels of both series together, so that it does not matter where a series is cut:
    ``fit(S[:k])`` and ``transform(S[k:])`` see the windows of ``fit_transform(S)``.

    - A declared frequency of the fitted series decides.
    - Without one, the usual step of the joint labels decides; or months, quarters and years;
      or the days of the week and the times of day that come again, such as working days and
      the hours of a session. Only times at which there usually is a row can be missing.
    - Inside a series rows count, and gaps are closed over. A gap between the two series that is
      about as long as another one inside one of them is therefore closed over too: at most as
      long, or twice as long if there are three others, and at least half as long. So the
      holidays of a year without a declared calendar are not missing, wherever the year is cut.
      The price is that a gap left on purpose, as by ``TimeSeriesSplit(gap=...)``, is closed
      over in a series with holes of that length: the rows before the gap are then taken for
      the rows right before. Any other gap counts, as all do in a series without holes.
    - In a series without a clear step, no row is missing.

    Parameters
    ----------
    index : Index
        Result of `ordered_index` with at least one label.

    Examples
    --------
    The last two business days before the first of January and the second one after it:

    >>> import pandas as pd
    >>> from skrnn.windows._time_index import RememberedIndex
    >>> remembered = RememberedIndex.of(pd.bdate_range("1981-12-28", "1981-12-31"))
    >>> len(remembered)
    4
    >>> remembered.start_of(pd.bdate_range("1982-01-04", "1982-01-29"))
    5
    >>> remembered.start_of(pd.bdate_range("1981-12-30", "1982-01-29"))
    2
    """

    def __init__(self, index):
        self.kind = kind_of(index)
        self.is_numbering = _is_numbering(index)
        self.unit, self.zone, self.freq = "ns", None, None
        if self.kind.startswith("dates"):
            self.zone, self.freq = index.tz, index.freq
        try:
            self.labels = ticks_of(index).copy()
        except pd.errors.OutOfBoundsDatetime:
            self.unit, self.labels = "us", ticks_of(index, "us").copy()
        self.length = length_of(index.freq) if isinstance(index, pd.PeriodIndex) else None
        self._remember_shortest_step()

    @classmethod
    def of(cls, index):
        """Remember an index.

        Parameters
        ----------
        index : Index or None
            Result of `ordered_index`.

        Returns
        -------
        remembered : RememberedIndex or None
            None of no index, and of one without a label.
        """
        return None if index is None or not len(index) else cls(index)

    def __len__(self):
        return len(self.labels)

    def start_of(self, index, *, input_name="X"):
        """Find where the first row of a series stands among the fitted rows.

        Parameters
        ----------
        index : Index or None
            Result of `ordered_index`.

        input_name : str, default="X"
            What the errors call the series.

        Returns
        -------
        start : int or None
            Counted from the first fitted row: n, the number of fitted rows, if the series
            continues them; n + g if g rows are missing between; less than n if it starts among
            them, at its own label or, if there is no such label, at the next one; negative if
            it starts before them. None if the index cannot say, since one of the two series
            has none, or only numbers its rows from 0 where the other one has dates.

        Raises
        ------
        ValueError
            If the labels of the two cannot be compared: a time zone on one side only, periods
            of another frequency, dates and durations, and so on.
        """
        if index is None or not len(index) or not self._compares(index, input_name):
            return None
        first = int(ticks_of(index[:1], self.unit)[0])
        last = int(self.labels[-1])
        if first > last:
            missing = 0 if first - last <= self._shortest else self._missing_before(index)
            return len(self) + missing
        position = int(np.searchsorted(self.labels, first))
        if position or first == self.labels[0]:
            return position
        later = ticks_of(index, self.unit)
        return -max(int(np.searchsorted(later, self.labels[0])), 1)

    def _compares(self, index, input_name):
        """Whether the labels can be compared; an error if both are in time order but differ."""
        kind = kind_of(index)
        if kind == self.kind:
            return True
        if self.is_numbering or _is_numbering(index):
            return False
        raise ValueError(
            f"The index of {input_name} holds {kind}, such as {index[0]!r}, but that of the "
            f"series in fit holds {self.kind}. They cannot be compared: make both of one kind, "
            "for example with tz_localize, to_timestamp or to_period."
        )

    def _missing_before(self, index):
        """Count the rows missing between the last label and the first of a later index."""
        if self.freq is not None:
            return self._missing_by_frequency(index[0])
        # Of a long series its end says nearly always that nothing is missing.
        near = slice(-_N_LABELS, None)
        if len(self) > _N_LABELS and self._infer_missing(near, index[:_N_LABELS]) == 0:
            return 0
        return self._infer_missing(slice(None), index)

    def _infer_missing(self, rows, index):
        """Infer from some of the labels, and those of the later index, what is missing."""
        labels = self.labels[rows]
        cut = len(labels) - 1
        wall = self._wall(labels)
        if wall is not None:
            index = index if self.zone is None else index.tz_convert(self.zone)
            wall = np.concatenate([wall, wall_of(index)])
        ticks = np.concatenate([labels, ticks_of(index, self.unit)])
        counts = count_missing(ticks, wall, cut)
        if counts is None:
            return 0
        missing = int(counts[cut])
        # What comes again inside a series, where it is closed over, is closed over here too.
        return 0 if _is_usual(missing, np.delete(counts, cut)) else missing

    def _missing_by_frequency(self, first):
        last = self._dates(self.labels[-1:])[0]
        first = first.tz_convert(self.zone) if self.zone is not None else first
        if isinstance(self.freq, pd.offsets.Tick):
            return max(round((first - last) / pd.Timedelta(self.freq)) - 1, 0)
        if last + self.freq == first:
            return 0
        grid = pd.date_range(last, first + self.freq, freq=self.freq, unit=self.unit)
        return max(int(grid.get_indexer([first], method="nearest")[0]) - 1, 0)

    def _wall(self, labels):
        if self.kind.startswith("dates"):
            return wall_of(self._dates(labels))
        return None if self.length is None else labels * self.length

    def _dates(self, labels):
        dates = pd.DatetimeIndex(labels.view(f"M8[{self.unit}]"))
        return dates if self.zone is None else dates.tz_localize("UTC").tz_convert(self.zone)

    def _remember_shortest_step(self):
        # A row that comes no later than that needs no calendar: this keeps short calls short.
        self._shortest = 0
        if self.freq is None and len(self.labels) > 1:
            self._shortest = int(np.diff(self.labels).min())
            hour = pd.Timedelta(1, unit="h") // pd.Timedelta(1, unit=self.unit)
            if self.zone is not None and 23 * hour <= self._shortest <= 25 * hour:
                self._shortest = 25 * hour  # a day when clocks are put back

    def __getstate__(self):
        """Arrays and plain values, which skops and any version of pandas can read."""
        steps = np.diff(self.labels)
        labels = self.labels
        if len(steps) and (steps == steps[0]).all():
            labels = [int(labels[0]), int(steps[0]), len(labels)]
        zone = _zone_name(self.zone)
        freq = self.freq
        if freq is not None and _same_offset(freq.freqstr, freq):
            freq = freq.freqstr
        return {
            "kind": self.kind,
            "is_numbering": self.is_numbering,
            "unit": self.unit,
            "length": self.length,
            "labels": labels,
            "zone": zone,
            "freq": freq,
        }

    def __setstate__(self, state):
        vars(self).update(state)
        if isinstance(self.labels, list):
            first, step, count = self.labels
            self.labels = first + step * np.arange(count, dtype=np.int64)
        if isinstance(self.zone, str):
            self.zone = pd.Timestamp(0, tz=self.zone).tz
        if isinstance(self.freq, str):
            self.freq = pd.tseries.frequencies.to_offset(self.freq)
        self._remember_shortest_step()


def _is_usual(missing, counts):
    """Whether a gap is about as long as others: at most as long, and at least half as long.

    Of three others and more it may be twice as long: where holidays are usual, two may fall
    together, as Good Friday and Easter Monday do.
    """
    gaps = counts[counts > 0]
    longest = 2 * gaps if len(gaps) > 2 else gaps
    return bool(((missing <= longest) & (gaps <= 2 * missing)).any())


def _is_numbering(index):
    """Whether an index only numbers the rows, as pandas does where the user gives none."""
    return isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1


def _zone_name(zone):
    """Name of a time zone; the zone itself, if pandas does not know it by a name."""
    try:
        pd.Timestamp(0, tz=str(zone))
    except (KeyError, ValueError):
        return zone
    return None if zone is None else str(zone)


def _same_offset(name, offset):
    """Whether a frequency is all in its name: one with holidays is not."""
    try:
        return pd.tseries.frequencies.to_offset(name) == offset
    except ValueError:
        return False
