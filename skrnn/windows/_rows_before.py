"""Finds the rows before the first row of a series among the rows of the fitted series."""

import numpy as np

from skrnn._warnings import warn_user

from ._views import series_of_windows, view_windows

# Maximum difference of equal values, relative to the largest value. The `fit_transform` and the
# `transform` of a PCA differ by a few hundred units in the last place.
_SAME_SERIES = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-11}
# Matching rows are not a coincidence if fewer matches than this are expected by chance.
_COINCIDENCE = 1e-3
# One matching row is evidence if less than this fraction of the rows is repeated.
_RARELY_REPEATED = 0.1
# Maximum number of places to compare. A pattern that occurs more often is unclear anyway.
_MANY = 8
# Text files round values by less than this fraction of the largest magnitude.
_ROUNDED = 1e-5
# Maximum number of fitted rows that may equal the first row of X up to rounding.
_MOST_EQUAL = 1_000
# Minimum number of windows that are remembered, even if there is no room for them.
_FEWEST_WINDOWS = 16


class FittedSeries:
    """The series seen in `fit`, used to find the position of rows without an index.

    Rows are compared by their values, and NaN equals NaN. Values may differ by rounding, since
    the rows may have been computed differently or stored in single precision.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        The rows, or windows from `rows_of_windows`. They are not copied.

    n_new : int or None, default=None
        Number of columns, counted from the last, that are new in each row. For overlapping
        windows this is the last step. None means all columns.

    scale : ndarray of shape (n_new,) or None, default=None
        Result of `scale_of` for these columns. None means that it is computed.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._rows_before import FittedSeries
    >>> series = np.random.default_rng(0).normal(size=(20, 1))
    >>> fitted = FittedSeries(series)
    >>> fitted.find(series[2:8])
    2
    >>> fitted.find(np.array([[2.0], [6.0]]))
    20
    >>> bool((fitted.rows_before(2, 2) == series[:2]).all())
    True

    In a series that repeats itself, the place may be unclear:

    >>> demand = np.array([[0.0], [1.0], [0.0], [0.0], [2.0], [0.0]])
    >>> FittedSeries(demand).find(np.array([[0.0]]), count=2) is None
    True
    """

    def __init__(self, rows, *, n_new=None, scale=None):
        self.rows = rows
        self.n_new = rows.shape[1] if n_new is None else n_new
        self._scale = scale_of(rows[:, -self.n_new :]) if scale is None else scale

    def __len__(self):
        return len(self.rows)

    def rows_before(self, start, count):
        """Return the rows before a place.

        Parameters
        ----------
        start : int
            The place, counted from the first fitted row. It may be negative, or lie after the
            last fitted row.

        count : int
            Number of rows.

        Returns
        -------
        rows : ndarray of shape (count, n_columns)
            A copy of the rows. Values are NaN if there is no fitted row.
        """
        before = np.full((count, self.rows.shape[1]), np.nan, dtype=self.rows.dtype)
        first, last = max(start - count, 0), min(start, len(self.rows))
        if first < last:
            offset = first - (start - count)
            before[offset : offset + last - first] = self.rows[first:last]
        return before

    def find(self, X, count=None):
        """Find the place of rows by their values.

        - If X equals all fitted rows, its place is 0.
        - If X is found at one place, and this is unlikely to be chance, it is that place. X may
          also begin with the last fitted rows and continue with new rows.
        - If several rows are found only up to the rounding of text files, at one place, it is that
          place.
        - If X is not found, it continues the fitted rows. Rows that begin like fitted rows and
          then differ are not found.
        - Otherwise the place is unclear, unless the rows before all possible places are equal.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_columns)
            The rows.

        count : int or None, default=None
            Number of rows before the place that matter. None means all.

        Returns
        -------
        start : int or None
            The place of the first row, counted from the first fitted row. It is `len(self)` if
            X continues the fitted rows, and None if it is unclear.
        """
        n_rows = len(self.rows)
        if count == 0 or not n_rows:
            return n_rows
        tolerance = self._tolerance(X.dtype)
        if len(X) == n_rows and _first_difference(self.rows, X, 0, tolerance) is None:
            return 0
        found = _places(self.rows, X, _equal_rows(self.rows, X[0], tolerance), tolerance)
        inside = [place for place in found if place + len(X) <= n_rows]
        if inside:
            if len(inside) == 1 and self._is_certain(X, tolerance, n_places=n_rows):
                return inside[0]
            return self._agree_on_place([*inside, n_rows], count, tolerance)
        if found:
            return self._find_overlap(X, found, count, tolerance)
        return n_rows if len(X) == 1 else self._find_rounded(X, tolerance)

    def _find_rounded(self, X, tolerance):
        """Return the only place at which all rows were rounded, or the end of the fitted rows."""
        if self._holds_beginning(X, tolerance):
            return None
        n_rows = len(self.rows)
        tolerance = self._tolerance(X.dtype, least=_ROUNDED)
        first = _equal_rows(self.rows, X[0], tolerance)
        found = [] if len(first) > _MOST_EQUAL else _places(self.rows, X, first, tolerance)
        inside = [place for place in found if place + len(X) <= n_rows]
        is_certain = len(inside) == 1 and self._is_certain(X, tolerance, n_places=n_rows)
        return inside[0] if is_certain else n_rows

    def _find_overlap(self, X, found, count, tolerance):
        """Return the place of rows that begin with the last fitted rows, then differ."""
        n_rows = len(self.rows)
        certain = [a for a in found if self._is_certain(X[: n_rows - a], tolerance)]
        if len(certain) == 1:
            return certain[0]
        # In a series that repeats itself, a match of its last rows does not indicate an overlap.
        repeated = self._share_repeated(tolerance) - 1 / len(self.rows) ** 2
        if certain or found[0] == 0 or repeated <= _RARELY_REPEATED:
            return self._agree_on_place([*found, n_rows], count, tolerance)
        return n_rows

    def _holds_beginning(self, X, tolerance):
        """Return whether X contains other rows followed by the fitted rows."""
        places = _equal_rows(X, self.rows[0], tolerance)
        found = _places(X, self.rows, places[places > 0], tolerance)
        return any(self._is_certain(X[a : a + len(self.rows)], tolerance) for a in found)

    def _agree_on_place(self, places, count, tolerance):
        """Return the last place if the rows before all places are equal, and None otherwise."""
        if count is None or len(places) > _MANY:
            return None
        expected = self.rows_before(places[-1], count)
        for place in places[:-1]:
            if not _same(self.rows_before(place, count), expected, tolerance).all():
                return None
        return places[-1]

    def _tolerance(self, dtype, least=0.0):
        """Return the maximum difference of equal values for each column."""
        n_steps = self.rows.shape[1] // self.n_new
        scale = self._scale if n_steps == 1 else np.tile(self._scale, n_steps)
        return np.fmax(_tolerance_of(scale, self.rows.dtype, dtype), least * scale)

    def _is_certain(self, X, tolerance, n_places=1):
        """Return whether it is unlikely that rows of X match the fitted rows by chance.

        For each row, the probability of a coincidence is estimated as the share of fitted rows
        that equal it, times the probability that a new row occurs there. The exponent accounts
        for neighbouring rows, which are similar. Rows that equal the row before them, and rows
        without a known value, do not count as evidence.
        """
        n_new, n_rows = self.n_new, len(self.rows)
        rows, X, tolerance = self.rows[:, -n_new:], X[:, -n_new:], tolerance[-n_new:]
        distinct = ~np.isnan(X).all(axis=1)
        distinct[1:] &= ~_same(X[1:], X[:-1], tolerance)
        share, expected = self._share_repeated(tolerance), float(n_places)
        for n_used, row in enumerate(np.flatnonzero(distinct), start=1):
            n_same = len(_equal_rows(rows, X[row], tolerance))
            expected *= min(share * n_same / n_rows, 1.0) ** 0.75
            # One matching row is not enough if it may be at any place.
            if expected < _COINCIDENCE and n_used >= min(n_places, 2):
                return True
        return False

    def _share_repeated(self, tolerance):
        """Return the share of fitted rows that occur more than once; slightly above 0 for none."""
        rows, scale = self.rows[:, -self.n_new :], self._scale
        key = np.zeros(len(rows))
        for i in range(self.n_new):  # in a fixed order, so that equal rows get equal sums
            key += np.nan_to_num(rows[:, i] / (scale[i] or 1.0), nan=3.0) * np.sqrt(2.0 + i)
        key.sort()
        widest = (tolerance[-self.n_new :] / np.where(scale > 0, scale, 1.0)).max()
        close = np.diff(key) <= 2 * widest * self.n_new
        repeated = np.zeros(len(key), bool)
        repeated[1:] |= close
        repeated[:-1] |= close
        return (repeated.sum() + 1 / len(rows)) / len(rows)


class FittedWindows:
    """The windows that a stateful network was fitted to, without copies of shared rows.

    Parameters
    ----------
    stored : ndarray
        The series of the windows, `(n_samples + n_timesteps - 1, n_features)`, or the windows,
        `(n_samples, n_timesteps, n_features)`.

    scale : ndarray of shape (n_features,)
        Result of `scale_of` for the last steps.

    n_timesteps : int
        Number of steps of a window of this series.

    Notes
    -----
    Windows may have different numbers of steps. Shorter ones begin with steps of NaN, which do
    not change the state of a network.
    """

    def __init__(self, stored, scale, n_timesteps):
        self.windows = stored if stored.ndim == 3 else view_windows(stored, n_timesteps)
        self._scale = scale

    @staticmethod
    def to_store(windows):
        """Return a copy of windows, or of their series if they are a view of one.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows.

        Returns
        -------
        stored, scale : ndarray
            Arguments of the class.
        """
        series = series_of_windows(windows) if len(windows) > 1 else None
        return (windows if series is None else series).copy(), scale_of(windows[:, -1])

    def extend(self, windows, n_values):
        """Return these windows and additional ones, up to a number of values.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows to add.

        n_values : int
            Maximum number of values of all windows. A few windows are always stored.

        Returns
        -------
        stored, scale : ndarray
            The first two parameters of the class. None if there is no room for more windows.
        """
        mine, windows = _of_same_length(self.windows, windows)
        _, n_steps, n_features = windows.shape
        room = max(n_values // (n_steps * n_features), _FEWEST_WINDOWS) - len(self.windows)
        if room <= 0:
            return None
        windows = windows[:room]
        scale = np.fmax(self._scale, scale_of(windows[:, -1]))
        return np.concatenate([mine, windows]), scale

    def find(self, windows):
        """Find the place of windows by their values, as `FittedSeries.find` does.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows.

        Returns
        -------
        start : int or None
            The place of the first window. None if it is unclear.
        """
        if len(windows) == 1 and not self._has_newest_row(windows[0, -1]):
            return len(self.windows)  # the usual case of online learning, which must be fast
        mine, windows = _of_same_length(self.windows, windows)
        rows, n_new = rows_of_windows(mine), windows.shape[2]
        return FittedSeries(rows, n_new=n_new, scale=self._scale).find(rows_of_windows(windows))

    def _has_newest_row(self, row):
        """Return whether a window ends with this row."""
        newest = self.windows[:, -1]
        tolerance = _tolerance_of(self._scale, newest.dtype, row.dtype)
        return len(_equal_rows(newest, row, tolerance)) > 0


def _of_same_length(*windows):
    """Return windows of equal length, where the shorter ones begin with steps of NaN."""
    longest = max(each.shape[1] for each in windows)
    return [
        each
        if each.shape[1] == longest
        else np.pad(each, [(0, 0), (longest - each.shape[1], 0), (0, 0)], constant_values=np.nan)
        for each in windows
    ]


def warn_of_doubt(n_samples, consequence):
    """Warn that it is unclear whether rows are a part of the fitted series or continue it.

    Parameters
    ----------
    n_samples : int
        Number of rows.

    consequence : str
        Sentences on what is assumed, and on what the user can do.
    """
    warn_user(
        f"It is not clear where the {n_samples} row(s) of X belong, because they have no index, "
        f"and their values also occur in the series passed to fit: they may be part of that "
        f"series or continue it. {consequence}",
    )


def scale_of(rows):
    """Return the largest magnitude in each column, which is the scale for differences.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        The rows.

    Returns
    -------
    scale : ndarray of float64 of shape (n_columns,)
        The largest magnitudes. 0 for a column without a known value.
    """
    largest = np.fmax.reduce(rows, axis=0, initial=0.0)
    return np.fmax(largest, -np.fmin.reduce(rows, axis=0, initial=0.0)).astype(np.float64)


def _tolerance_of(scale, *dtypes):
    """Return the maximum difference of equal values, at the precision of the coarsest dtype."""
    return _SAME_SERIES[min(dtypes, key=lambda dtype: dtype.itemsize)] * scale


def rows_of_windows(windows):
    """Return a view of windows as rows, with one column for each value of a window.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows.

    Returns
    -------
    rows : ndarray of shape (n_samples, n_timesteps * n_features)
        A view if the values of a window are contiguous in memory, and a copy otherwise.
    """
    n_samples, n_steps, n_features = windows.shape
    _, step, column = windows.strides
    if n_steps > 1 and step == n_features * column and column == windows.itemsize:
        shape, strides = (n_samples, n_steps * n_features), (windows.strides[0], column)
        return np.lib.stride_tricks.as_strided(windows, shape, strides, writeable=False)
    return windows.reshape(n_samples, n_steps * n_features)


def _same(rows, X, tolerance):
    """Return a mask of the rows that are equal, where NaN equals NaN."""
    with np.errstate(over="ignore", invalid="ignore"):
        close = np.abs(rows - X) <= tolerance
    close |= np.isnan(rows) & np.isnan(X)
    return close.all(axis=1)


def _equal_rows(rows, row, tolerance):
    """Return the places of the rows that equal one row."""
    # Compare one column first, so that a call with one new row is fast.
    column, value = rows[:, -1], row[-1]
    if np.isnan(value):
        places = np.flatnonzero(np.isnan(column))
    else:
        with np.errstate(over="ignore", invalid="ignore"):
            places = np.flatnonzero(np.abs(column - value) <= tolerance[-1])
    if rows.shape[1] == 1 or not len(places):
        return places
    return places[_same(rows[places], row, tolerance)]


def _places(rows, X, places, tolerance):
    """Return the places at which the rows equal X, up to the end of the shorter of the two."""
    found = []
    while len(places) and len(found) <= _MANY:
        difference = _first_difference(rows, X, places[0], tolerance)
        if difference is None:
            found.append(int(places[0]))
            places = places[1:]
            continue
        # The row that excludes this place excludes other places as well.
        rest = places[1:]
        reached = rest + difference
        ends = reached >= len(rows)
        inside = np.where(ends, 0, reached)
        same = _same(rows[inside], X[difference], tolerance) if len(rest) else ends
        places = rest[ends | same]
    return found


def _first_difference(rows, X, place, tolerance):
    """Return the first row of X that differs from the rows at a place; None if all are equal."""
    end = min(len(X), len(rows) - place)
    start, size = 0, 16
    while start < end:
        stop = min(start + size, end)
        same = _same(rows[place + start : place + stop], X[start:stop], tolerance)
        if not same.all():
            return start + int(np.argmin(same))
        start, size = stop, min(4 * size, max(1, 2**18 // rows.shape[1]))
    return None
