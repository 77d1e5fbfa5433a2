"""Checks the order of time labels, and finds the place of one series after another."""

import numpy as np
import pandas as pd

from skrnn._byte_order import in_native_order

from ._calendar import count_missing
from ._labels import convert_dates, kind_of, length_of, step_length, ticks_of, unit_of, wall_of
from ._regularity import find_missing
from ._repeated_rows import advice_for_index

# Number of labels from which the calendar of a series is inferred.
_N_LABELS = 2000


def ordered_index(X, *, input_name="X"):
    """Return the index of a series if its labels order the rows in time.

    Parameters
    ----------
    X : object
        The series as the user passed it.

    input_name : str, default="X"
        Name of the series in error messages.

    Returns
    -------
    index : DatetimeIndex, PeriodIndex, TimedeltaIndex, Index of integers, or None
        The index. None if `X` has no index, or one of other labels such as names, floats or
        intervals. Arrow dates and durations are converted to pandas types.

    Raises
    ------
    ValueError
        If a label is missing or repeated, or the labels are not in time order; if dates are text
        or Python objects; or if the index has several levels.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._time_index import ordered_index
    >>> ordered_index(pd.DataFrame({"temp": [20.7, 17.9]}))
    RangeIndex(start=0, stop=2, step=1)
    >>> ordered_index([[20.7], [17.9]])
    """
    index = in_native_order(getattr(X, "index", None))
    if not isinstance(index, pd.Index):
        return None
    index = convert_dates(index, input_name)
    if kind_of(index) is None:
        return None
    _check_order(index, input_name, X)
    return index


def labels_in_order(X, *, input_name="X"):
    """Return the index of a series if its labels order the rows, whether or not it counts steps.

    The length of a window is a number of rows, so a fractional number cannot be a step. For
    drawing or joining rows, such numbers serve as well as dates.

    Parameters
    ----------
    X : object
        The series as the user passed it.

    input_name : str, default="X"
        Name of the series in error messages.

    Returns
    -------
    index : Index or None
        As `ordered_index`, or numbers that increase from row to row.

    Raises
    ------
    ValueError
        As `ordered_index`.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._time_index import labels_in_order
    >>> labels_in_order(pd.Series([20.7, 17.9], index=[0.5, 1.0])).tolist()
    [0.5, 1.0]
    """
    index = ordered_index(X, input_name=input_name)
    given = in_native_order(getattr(X, "index", None))
    if index is None and isinstance(given, pd.Index) and pd.api.types.is_float_dtype(given.dtype):
        is_ordered = given.is_monotonic_increasing and given.is_unique and not given.hasnans
        return given if is_ordered else None
    return index


def _check_order(index, input_name, X):
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
            "shuffle them, or drop a meaningless index with reset_index(drop=True)."
        )
    if not index.is_unique:
        advice = ""
        if isinstance(X, pd.Series | pd.DataFrame):
            advice = f"{advice_for_index(X, input_name)} "
        raise ValueError(
            f"The index of {input_name} repeats the label {index[index.duplicated()][0]}. Each "
            f"row must have its own label. {advice}If the index is meaningless, drop it with "
            "reset_index(drop=True)."
        )


class RememberedIndex:
    """The labels of the fitted series, used to find the place of the rows of another series.

    A row that is missing between the two series counts as a row. The number of missing rows is
    inferred from the labels of both series together. The place of a cut therefore does not
    matter: ``fit(S[:k])`` and ``transform(S[k:])`` return the windows of ``fit_transform(S)``.

    - If the fitted series declares a frequency, it is used.
    - Otherwise the usual step of all labels is used; or months, quarters and years; or the days of
      the week and the times of day that recur, such as working days and the hours of a session.
      Only rows at the usual times can be missing.
    - Gaps inside a series are ignored, since the length of a window is a number of rows. A gap
      between the two series is also ignored if it is about as long as a gap inside one of them: at
      least half as long and at most as long, or twice as long if there are three gaps or more.
      Holidays without a declared calendar are therefore not missing, wherever the series is cut. A
      gap left on purpose, as by ``TimeSeriesSplit(gap=...)``, is ignored too if the series has
      gaps of that length. All other gaps count.
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
        self.is_numbering = is_numbering(index)
        self.unit, self.zone, self.freq = unit_of(index), None, None
        if self.kind.startswith("dates"):
            self.zone, self.freq = index.tz, index.freq
        self.labels = ticks_of(index).copy()
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
            None if there is no index, or if it has no labels.
        """
        return None if index is None or not len(index) else cls(index)

    def __len__(self):
        return len(self.labels)

    def start_of(self, index, *, input_name="X"):
        """Return the place of the first row of a series among the fitted rows.

        Parameters
        ----------
        index : Index or None
            Result of `ordered_index`.

        input_name : str, default="X"
            Name of the series in error messages.

        Returns
        -------
        start : int or None
            The place, counted from the first fitted row. For n fitted rows it is n if the series
            continues them, and n + g if g rows are missing between. It is less than n if the
            series starts among the fitted rows, at its own label or at the next one, and
            negative if it starts before them. None if the index does not determine the place,
            because a series has no index or only one of them has just row numbers from 0.

        Raises
        ------
        ValueError
            If the labels of the two series cannot be compared, such as dates with and without a
            time zone, periods of different frequencies, or dates and durations.
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

    def missing_inside(self, index):
        """Count the rows that are missing between each label of a series and the next.

        A gap of the fitted series, and a gap after it that is about as long as one of its gaps, do
        not count.

        Parameters
        ----------
        index : Index or None
            Result of `ordered_index`.

        Returns
        -------
        ndarray of int of shape (n - 1,)
            The number of missing rows in each interval.
        """
        n_intervals = 0 if index is None else max(len(index) - 1, 0)
        nothing = np.zeros(n_intervals, np.int64)
        if not n_intervals or kind_of(index) != self.kind:
            return nothing
        if self.freq is not None and index.freq == self.freq:
            return nothing
        ticks = ticks_of(index, self.unit)
        if np.diff(ticks).max() <= self._shortest or np.array_equal(ticks, self.labels):
            return nothing
        counts = np.searchsorted(self.labels, ticks[1:])
        counts -= np.searchsorted(self.labels, ticks[:-1], side="right")
        n_fitted = int(np.searchsorted(ticks, self.labels[-1], side="right"))
        if n_fitted < len(ticks):
            new = self._missing_after(ticks[n_fitted:], with_first=n_fitted > 0)
            counts[n_intervals - len(new) :] += new
        return counts

    def _missing_after(self, later, *, with_first):
        """Count the rows missing between labels after the fitted ones, and perhaps before them."""
        before = self.labels[-_N_LABELS:]
        if self.freq is not None:  # which need not be inferred
            before = self.labels[-1:] if with_first else self.labels[:0]
        counts = self._missing_between(np.append(before, later))
        n_new = len(later) - (not with_first)
        if counts is None:
            return np.zeros(n_new, np.int64)
        known, new = counts[: max(len(before) - 1, 0)], counts[len(counts) - n_new :].copy()
        for i in np.flatnonzero(new):
            new[i] *= not is_usual_gap(new[i], known)
        return new

    def _missing_between(self, labels):
        """Count the rows missing between any labels; None if they have no clear step."""
        if not self.kind.startswith("dates"):
            return count_missing(labels, self._wall(labels))
        dates = self._dates(labels)
        if self.freq is None:
            return find_missing(dates)
        grid = pd.date_range(dates[0], dates[-1], freq=self.freq, unit=self.unit)
        places = grid.get_indexer(dates)
        return None if (places < 0).any() else np.diff(places) - 1

    def _compares(self, index, input_name):
        """Return whether the labels can be compared, or raise an error if their kinds differ."""
        kind = kind_of(index)
        if kind == self.kind:
            return True
        if self.is_numbering or is_numbering(index):
            return False
        raise ValueError(
            f"The index of {input_name} contains {kind}, such as {index[:1].tolist()[0]!r}, but "
            f"the index of the series in fit contains {self.kind}. They cannot be compared. "
            "Convert one of them, for example with tz_localize, to_timestamp or to_period."
        )

    def _missing_before(self, index):
        """Count the rows missing between the last label and the first of a later index."""
        if self.freq is not None:
            return self._missing_by_frequency(index[0])
        # The end of a long series nearly always suffices to find that no rows are missing.
        near = slice(-_N_LABELS, None)
        if len(self) > _N_LABELS and self._infer_missing(near, index[:_N_LABELS]) == 0:
            return 0
        return self._infer_missing(slice(None), index)

    def _infer_missing(self, rows, index):
        """Infer the number of missing rows from some of the labels and the later index."""
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
        # A gap that is usual inside the series, where it is ignored, is ignored here too.
        return 0 if is_usual_gap(missing, np.delete(counts, cut)) else missing

    def _missing_by_frequency(self, first):
        last = self._dates(self.labels[-1:])[0]
        first = first.as_unit(self.unit)
        first = first.tz_convert(self.zone) if self.zone is not None else first
        step = step_length(self.freq)
        if step is not None:
            return max(round((first - last) / step) - 1, 0)
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
        # A row within the shortest step needs no calendar, which makes short calls fast.
        self._shortest = 0
        if self.freq is None and len(self.labels) > 1:
            self._shortest = int(np.diff(self.labels).min())
            hour = pd.Timedelta(1, unit="h") // pd.Timedelta(1, unit=self.unit)
            if self.zone is not None and 23 * hour <= self._shortest <= 25 * hour:
                self._shortest = 25 * hour  # a day when clocks are put back

    def __getstate__(self):
        """Return arrays and plain values, which skops and any version of pandas can read."""
        state = {**vars(self), "zone": _zone_name(self.zone)}
        del state["_shortest"]
        steps = np.diff(self.labels)
        if len(steps) and (steps == steps[0]).all():
            state["labels"] = [int(self.labels[0]), int(steps[0]), len(self)]
        if self.freq is not None and _same_offset(self.freq.freqstr, self.freq):
            state["freq"] = self.freq.freqstr
        return state

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


def is_usual_gap(missing, counts):
    """Return whether a gap is at most as long as another one, and at least half as long.

    If there are three gaps or more, it may be twice as long, since two holidays may be close
    together, such as Good Friday and Easter Monday.

    Parameters
    ----------
    missing : int
        Number of rows missing in the gap.
    counts : ndarray of int
        Numbers of rows missing between the rows of the series.

    Returns
    -------
    bool
    """
    gaps = counts[counts > 0]
    longest = 2 * gaps if len(gaps) > 2 else gaps
    return bool(((missing <= longest) & (gaps <= 2 * missing)).any())


def is_numbering(index):
    """Return whether an index only numbers the rows, like the default pandas index."""
    return isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1


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
