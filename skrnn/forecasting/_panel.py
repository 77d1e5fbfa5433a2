"""Arranges one or more series in one array, one below another."""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from skrnn.windows._local_clock import LocalClock
from skrnn.windows._stray_labels import Origin
from skrnn.windows._time_axis import check_times

from ._series_frames import check_steps, numbers, series_of
from ._series_names import advice_on_unseen, name_one, name_some
from ._series_rows import count_known, row_ranges, spans


@dataclass(frozen=True)
class Panel:
    """Series in one array, one below another, with a gap of unknown rows before each.

    With a gap of `lag` rows, no window of `lag` rows contains rows from more than one series, so
    all windows are one strided view.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_columns), float64
        Targets, followed by features. NaN marks unknown values.
    starts : ndarray of int of shape (n_series,)
        Row at which each series starts.
    ends : ndarray of int of shape (n_series,)
        Row after the last of each series.
    first : ndarray of int of shape (n_series,)
        Position in time of each series' first row.
    instances : Index or None
        Names of the series. None means one series without a name.
    clock : LocalClock or None
        The clock that periods of whole days follow. None if they are counted in rows.
    """

    values: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    first: np.ndarray
    instances: object = None
    clock: object = None

    @classmethod
    def of(cls, frame, axis, gap, name="y", features=None):
        """Lay out the series of a data frame. The last level of its index is time.

        Parameters
        ----------
        frame : DataFrame
            One series, or several with a MultiIndex.
        axis : TimeAxis
            Converts labels to positions in time.
        gap : int
            Unknown rows before each series.
        name : str, default="y"
            Name of the data in errors.
        features : ndarray of shape (n_rows, n_features), default=None
            More columns.

        Returns
        -------
        Panel

        Raises
        ------
        ValueError
            If labels are repeated, out of order or missing, or a value is infinite.
        """
        positions = axis.positions(check_times(frame, name), name, Origin.of(frame.index, name))
        begins, instances = series_of(frame, name)
        values = numbers(frame, name)
        if features is not None:
            values = np.concatenate([values, features], axis=1)
        check_steps(positions, begins, frame, name)
        series = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(frame))))
        clock = LocalClock.of(axis)
        return cls._laid_out(values, series, positions, gap, instances, clock)

    @classmethod
    def _laid_out(cls, values, series, positions, gap, instances, clock):
        """Lay out rows by their series and position. Later rows replace earlier ones."""
        first, lengths = spans(series, positions, 1 if instances is None else len(instances))
        ends = np.cumsum(lengths + gap)
        starts = ends - lengths
        laid_out = np.full((ends[-1], values.shape[1]), np.nan)
        laid_out[starts[series] + positions - first[series]] = values
        return cls(laid_out, starts, ends, first, instances, clock)

    @property
    def n_series(self):
        """Number of series."""
        return len(self.starts)

    @property
    def last(self):
        """Position in time of each series' last row."""
        return self.first + self.lengths - 1

    @property
    def lengths(self):
        """Rows of each series."""
        return (self.ends - self.starts).astype(np.intp, copy=False)

    @cached_property
    def rows(self):
        """The rows that belong to a series, not to a gap."""
        return row_ranges(self.starts, self.ends)

    @cached_property
    def series(self):
        """The series that each of :attr:`rows` belongs to."""
        return np.repeat(np.arange(self.n_series, dtype=np.int32), self.lengths)

    def __getstate__(self):
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def age(self):
        """Return the number of rows before each row in its series; -1 in a gap."""
        age = np.full(len(self.values), -1, np.int32)
        age[self.rows] = self.rows - np.repeat(self.starts, self.lengths)
        return age

    def known_age(self, n_targets):
        """Return the number of rows since the first known row of each series; -1 before it.

        Parameters
        ----------
        n_targets : int
            Number of targets, which are the first columns. A row is known if all of them are.

        Returns
        -------
        ndarray of int of shape (n_rows,)
        """
        rows = self.rows
        known = ~np.isnan(self.values[rows, :n_targets]).any(axis=1)
        first = np.minimum.reduceat(np.where(known, rows, len(self.values)), self.begins())
        age = np.full(len(self.values), -1, np.int32)
        age[rows] = np.maximum(rows - np.repeat(first, self.lengths), -1)
        return age

    def begun(self, n_targets):
        """Return the series, each from the first row with a known target on.

        This undoes the padding of series that were aligned to common dates.

        Parameters
        ----------
        n_targets : int
            Number of targets, which are the first columns.

        Returns
        -------
        Panel
            A series of which nothing is known keeps its rows.
        """
        starts, _ = self._extent(n_targets)
        return self._between(starts, self.ends)

    def trimmed(self, n_targets):
        """Return the series from their first to their last row with a known target.

        Parameters
        ----------
        n_targets : int
            Number of targets, which are the first columns.

        Returns
        -------
        Panel
            A series of which nothing is known keeps its rows.
        """
        return self._between(*self._extent(n_targets))

    def _between(self, starts, ends):
        """Return the series between some rows, or this panel if these are all rows."""
        if np.array_equal(starts, self.starts) and np.array_equal(ends, self.ends):
            return self
        return replace(self, starts=starts, ends=ends, first=self.first + starts - self.starts)

    def shortened(self, lengths):
        """Return only the first rows of each series.

        Parameters
        ----------
        lengths : ndarray of int of shape (n_series,)
            Their number.

        Returns
        -------
        Panel
        """
        ends = self.starts + lengths
        values = self.values.copy()
        values[row_ranges(ends, self.ends)] = np.nan
        return replace(self, values=values, ends=ends)

    @classmethod
    def joined(cls, panels):
        """Return the series of several panels as those of one panel, one panel after another."""
        sizes = [len(panel.values) for panel in panels]
        shifts = np.cumsum([0, *sizes[:-1]])
        instances = panels[0].instances
        if instances is not None:
            instances = instances.append([panel.instances for panel in panels[1:]])
        return cls(
            np.concatenate([panel.values for panel in panels]),
            np.concatenate([p.starts + shift for p, shift in zip(panels, shifts, strict=True)]),
            np.concatenate([p.ends + shift for p, shift in zip(panels, shifts, strict=True)]),
            np.concatenate([panel.first for panel in panels]),
            instances,
            panels[0].clock,
        )

    def _extent(self, n_targets):
        """Return the first row with a known target, and the row after the last, of each series."""
        rows = self.rows
        known = ~np.isnan(self.values[rows, :n_targets]).all(axis=1)
        first = np.minimum.reduceat(np.where(known, rows, len(self.values)), self.begins())
        last = np.maximum.reduceat(np.where(known, rows, -1), self.begins())
        starts = np.where(last < 0, self.starts, first)
        return starts, np.where(last < 0, self.ends, last + 1)

    def begins(self):
        """Return the place of the first row of each series among :attr:`rows`."""
        return np.cumsum(self.lengths) - self.lengths

    def without_values(self, values):
        """Return in which columns of ``(n_rows, n_columns)`` nothing of a series is known."""
        return np.logical_and.reduceat(np.isnan(values[self.rows]), self.begins())

    def remaining(self):
        """Return the number of rows after each row in its series; -1 in a gap."""
        remaining = np.full(len(self.values), -1, np.int32)
        remaining[self.rows] = np.repeat(self.ends, self.lengths) - 1 - self.rows
        return remaining

    def with_rows_of(self, other, gap):
        """Add later rows of the same series.

        Parameters
        ----------
        other : Panel
            The rows. Their values replace earlier values, but NaN never overwrites a known value.
        gap : int
            Unknown rows before each series.

        Returns
        -------
        Panel
            Rows that neither panel has are unknown.

        Raises
        ------
        ValueError
            If a series is unknown or begins earlier than before.
        """
        mine = self._find(other.instances)
        early = other.first < self.first[mine]
        if early.any():
            name = name_one(other.instances, int(np.argmax(early)))
            raise ValueError(
                f"In update {name} begins earlier than in fit. Only later rows can be added. To "
                "start again, call fit."
            )
        series = np.concatenate([self.series, mine[other.series]])
        positions = np.concatenate([self.positions(), other.positions()])
        values = np.concatenate([self.values[self.rows], other.values[other.rows]])
        joined = Panel._laid_out(values, series, positions, gap, self.instances, self.clock)
        # Known values are kept where the new rows contain NaN.
        rows = joined.starts[self.series] + self.positions() - joined.first[self.series]
        both = joined.values[rows]
        joined.values[rows] = np.where(np.isnan(both), self.values[self.rows], both)
        return joined

    def continued(self, last, coming, gap):
        """Return the panel with rows after a row of each series, unless it has these rows.

        Parameters
        ----------
        last : ndarray of int of shape (n_series,)
            Position in time of the row before them.
        coming : ndarray of shape (n_series, n_steps, n_columns)
            The rows.
        gap : int
            Unknown rows before each series.

        Returns
        -------
        Panel
        """
        n_steps = coming.shape[1]
        series = np.concatenate([np.repeat(np.arange(self.n_series), n_steps), self.series])
        after = (last[:, None] + np.arange(1, n_steps + 1)).ravel()
        positions = np.concatenate([after, self.positions()])
        values = np.concatenate([coming.reshape(-1, coming.shape[2]), self.values[self.rows]])
        return Panel._laid_out(values, series, positions, gap, self.instances, self.clock)

    def tail(self, length, end, future=None):
        """Cut the same number of rows out of every series.

        Parameters
        ----------
        length : int
            Rows before `end`.
        end : ndarray of int of shape (n_series,)
            Position in time after the last of these rows.
        future : ndarray of shape (n_series, n_steps, n_columns), default=None
            Rows that follow.

        Returns
        -------
        Panel
            It has no gaps. Rows before the start of a series are unknown.
        """
        steps = 0 if future is None else future.shape[1]
        rows = (self.starts + end - length - self.first)[:, None] + np.arange(length)
        known = (rows >= self.starts[:, None]) & (rows < self.ends[:, None])
        values = np.full((self.n_series, length + steps, self.values.shape[1]), np.nan)
        values[:, :length][known] = self.values[rows[known]]
        if future is not None:
            values[:, length:] = future
        starts = np.arange(self.n_series) * (length + steps)
        flat = values.reshape(-1, values.shape[2])
        ends = starts + length + steps
        return Panel(flat, starts, ends, end - length, self.instances, self.clock)

    def last_known(self, n_targets, end):
        """Return the position in time of the last row before an end with known targets.

        Parameters
        ----------
        n_targets : int
            Number of targets, which are the first columns.
        end : ndarray of int of shape (n_series,)
            Position in time.

        Returns
        -------
        ndarray of int of shape (n_series,)
            The position before the first row if no row is known.
        """
        positions = self.positions()
        known = ~np.isnan(self.values[self.rows, :n_targets]).any(axis=1) & (
            positions < np.repeat(end, self.lengths)
        )
        positions = np.where(known, positions, np.repeat(self.first, self.lengths) - 1)
        return np.maximum.reduceat(positions, self.begins())

    def last_values(self, n_targets, end):
        """Return the last known value of each target before an end.

        Parameters
        ----------
        n_targets : int
            Number of targets, which are the first columns.
        end : ndarray of int of shape (n_series,)
            Position in time.

        Returns
        -------
        ndarray of shape (n_series, n_targets)
            NaN if no value is known.
        """
        rows = self.rows
        values = self.values[:, :n_targets]
        before = self.positions() < np.repeat(end, self.lengths)
        known = ~np.isnan(values[rows]) & before[:, None]
        last = np.maximum.reduceat(np.where(known, rows[:, None], -1), self.begins())
        return np.where(last < 0, np.nan, np.take_along_axis(values, np.maximum(last, 0), axis=0))

    def n_known(self, n_targets):
        """Return the number of known rows of each series, as :func:`count_known` counts them."""
        return count_known(self.values[self.rows, :n_targets], self.lengths)

    def fresh_rows(self, other, before, n_targets):
        """Return a mask of the rows that were added and were not known before.

        Parameters
        ----------
        other : Panel
            The rows that were added.
        before : Panel
            This panel before.
        n_targets : int
            Number of targets, which are the first columns.

        Returns
        -------
        ndarray of bool of shape (n_rows,)
        """
        series, positions = self._find(other.instances)[other.series], other.positions()
        fresh = np.zeros(len(self.values), bool)
        fresh[self.starts[series] + positions - self.first[series]] = True
        was_known = ~np.isnan(before.values[before.rows, :n_targets]).any(axis=1)
        rows = np.repeat(self.starts - self.first, before.lengths) + before.positions()
        fresh[rows[was_known]] = False
        return fresh

    def marked(self, other):
        """Mark the series that another panel has, ``(n_series,)``."""
        marked = np.zeros(self.n_series, bool)
        marked[self._find(other.instances)] = True
        return marked

    def last_rows_of(self, instances):
        """Return the last row of some series, ``(n_series,)``."""
        return self.ends[self._find(instances)] - 1

    def with_values(self, values):
        """Return the panel with other values."""
        panel = replace(self, values=values)
        # The rows are the same, and take as much memory as the values.
        panel.__dict__.update({k: v for k, v in vars(self).items() if k in ("rows", "series")})
        return panel

    def row_of(self, positions):
        """Return the rows of positions in time, ``(n_series, n_positions)``; -1 for no row."""
        rows = self.starts[:, None] + positions - self.first[:, None]
        inside = (rows >= self.starts[:, None]) & (rows < self.ends[:, None])
        return np.where(inside, rows, -1)

    def shifted(self, values, step):
        """Return values `step` rows later in the same series, or earlier if it is negative."""
        result = np.full_like(values, np.nan)
        inside = (self.remaining() >= step) if step > 0 else (self.age() >= -step)
        rows = np.flatnonzero(inside & (self.age() >= 0))
        result[rows] = values[rows + step]
        return result

    def positions(self):
        """Return the position in time of each of :attr:`rows`."""
        return self.rows - np.repeat(self.starts - self.first, self.lengths)

    def _find(self, instances):
        """Return the numbers of other series in this panel."""
        if self.instances is None or instances is None:
            if (self.instances is None) != (instances is None):
                raise ValueError("y in update must be one series or a panel, as in fit.")
            return np.zeros(1, np.intp)
        found = self.instances.get_indexer(instances)
        if (found < 0).any():
            unseen = int(np.argmax(found < 0))
            advice = advice_on_unseen(instances.tolist()[unseen], self.instances)
            raise ValueError(
                f"fit has not seen {name_one(instances, unseen)}, only "
                f"{name_some(self.instances)}. {advice}"
            )
        return found
