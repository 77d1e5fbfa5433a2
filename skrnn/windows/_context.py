"""What came before the first row of a series: the rows remembered from the fitted one."""

import warnings

import numpy as np

from skrnn._validation import user_stacklevel

from ._views import series_of_windows, view_windows

# How far apart, as a share of the largest value, two computations of one series may be: a
# PCA's `fit_transform` and `transform` agree to a few hundred units in the last place.
_SAME_SERIES = {np.dtype(np.float32): 1e-5, np.dtype(np.float64): 1e-11}
# Rows that agree are no coincidence if fewer agreements than this are expected by chance.
_COINCIDENCE = 1e-3
# Below this share of repeated rows one row that agrees is already remarkable.
_RARELY_REPEATED = 0.1
# Places that are compared; a pattern that comes more often leaves doubt anyway.
_MANY = 8
# So many windows are remembered in any case where room is limited.
_FEWEST_WINDOWS = 16


class FittedSeries:
    """The series seen in `fit`, to find where rows without an index belong.

    Rows are compared by their values, NaN equal to NaN, up to rounding: the rows may have been
    computed another way, or been stored in single precision since.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        The rows, or windows as `rows_of_windows` gives them. Not copied.

    n_new : int or None, default=None
        How many of the last columns are new in each row: of overlapping windows only the last
        step is. None: all.

    scale : ndarray of shape (n_new,) or None, default=None
        What `scale_of` gives of these columns, where it is known.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._context import FittedSeries
    >>> fitted = FittedSeries(np.array([[3.0], [1.0], [4.0], [1.0], [5.0], [9.0]]))
    >>> fitted.find(np.array([[2.0], [6.0]]), count=2)
    6
    >>> fitted.find(np.array([[4.0], [1.0], [5.0]]), count=2)
    2
    >>> fitted.find(np.array([[1.0]]), count=2) is None
    True
    >>> fitted.rows_before(2, 3).ravel()
    array([nan,  3.,  1.])
    """

    def __init__(self, rows, *, n_new=None, scale=None):
        self.rows = rows
        self.n_new = rows.shape[1] if n_new is None else n_new
        self._scale = scale_of(rows[:, -self.n_new :]) if scale is None else scale

    def __len__(self):
        return len(self.rows)

    def rows_before(self, start, count):
        """Get the rows before a place.

        Parameters
        ----------
        start : int
            The place, counted from the first fitted row; it may be negative, or lie behind the
            last fitted row.

        count : int
            Number of rows.

        Returns
        -------
        rows : ndarray of shape (count, n_columns)
            A copy. NaN where there is no fitted row.
        """
        before = np.full((count, self.rows.shape[1]), np.nan, dtype=self.rows.dtype)
        first, last = max(start - count, 0), min(start, len(self.rows))
        if first < last:
            offset = first - (start - count)
            before[offset : offset + last - first] = self.rows[first:last]
        return before

    def find(self, X, count=None):
        """Find the place of rows by their values.

        - Rows that are all of the fitted rows stand at 0.
        - Rows that are found at one place, and are too many or too particular to be there by
          chance, stand at that place. So do the last fitted rows with new rows after them.
        - Rows that are not found continue the fitted ones. Rows that only begin like fitted
          ones and then differ are not found.
        - All else is in doubt, unless the rows before are the same wherever the rows belong.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_columns)
            The rows.

        count : int or None, default=None
            How many rows before the place matter; None: all.

        Returns
        -------
        start : int or None
            The place of the first row, counted from the first fitted row; `len(self)` if X
            continues the fitted rows. None if in doubt.
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
            return self._agreed([*inside, n_rows], count, tolerance)
        if found:
            return self._joined(X, found, count, tolerance)
        return None if len(X) > 1 and self._holds_beginning(X, tolerance) else n_rows

    def _joined(self, X, found, count, tolerance):
        """Place of rows that begin with the last fitted ones and go on with new rows."""
        n_rows = len(self.rows)
        certain = [a for a in found if self._is_certain(X[: n_rows - a], tolerance)]
        if len(certain) == 1:
            return certain[0]
        if certain or found[0] == 0 or self._share_repeated(tolerance) <= _RARELY_REPEATED:
            return self._agreed([*found, n_rows], count, tolerance)
        return n_rows

    def _holds_beginning(self, X, tolerance):
        """Whether X has other rows first, and then the fitted ones from their first on."""
        places = _equal_rows(X, self.rows[0], tolerance)
        found = _places(X, self.rows, places[places > 0], tolerance)
        return any(self._is_certain(X[a : a + len(self.rows)], tolerance) for a in found)

    def _agreed(self, places, count, tolerance):
        """The last of some places, if the rows before all of them are the same; else None."""
        if count is None or len(places) > _MANY:
            return None
        expected = self.rows_before(places[-1], count)
        for place in places[:-1]:
            if not _same(self.rows_before(place, count), expected, tolerance).all():
                return None
        return places[-1]

    def _tolerance(self, dtype):
        """How far apart equal values may be, for each column."""
        precision = min(self.rows.dtype, dtype, key=lambda dtype: dtype.itemsize)
        n_steps = self.rows.shape[1] // self.n_new
        scale = self._scale if n_steps == 1 else np.tile(self._scale, n_steps)
        return _SAME_SERIES[precision] * scale

    def _is_certain(self, X, tolerance, n_places=1):
        """Whether it is no coincidence that rows of X are also rows of the fitted series.

        How probable a coincidence is, is estimated from how often each row occurs among the
        fitted ones, times the probability that a new row occurs there at all. Neighbours are
        alike, hence the exponent. A row that is as the one before it is no evidence, nor is one
        without a known value.
        """
        n_new, n_rows = self.n_new, len(self.rows)
        rows, X, tolerance = self.rows[:, -n_new:], X[:, -n_new:], tolerance[-n_new:]
        telling = ~np.isnan(X).all(axis=1)
        telling[1:] &= ~_same(X[1:], X[:-1], tolerance)
        share, expected = self._share_repeated(tolerance), float(n_places)
        for n_used, row in enumerate(np.flatnonzero(telling), start=1):
            n_same = len(_equal_rows(rows, X[row], tolerance))
            expected *= min(share * n_same / n_rows, 1.0) ** 0.75
            # One row that is found is not enough, in whichever place it may be.
            if expected < _COINCIDENCE and n_used >= min(n_places, 2):
                return True
        return False

    def _share_repeated(self, tolerance):
        """Share of the fitted rows that occur more than once; a little above 0 if none does."""
        rows, scale = self.rows[:, -self.n_new :], self._scale
        key = np.zeros(len(rows))
        for i in range(self.n_new):  # in a fixed order: equal rows get equal sums
            key += np.nan_to_num(rows[:, i] / (scale[i] or 1.0), nan=3.0) * np.sqrt(2.0 + i)
        key.sort()
        widest = (tolerance[-self.n_new :] / np.where(scale > 0, scale, 1.0)).max()
        close = np.diff(key) <= 2 * widest * self.n_new
        repeated = np.zeros(len(key), bool)
        repeated[1:] |= close
        repeated[:-1] |= close
        return (repeated.sum() + 1 / len(rows)) / len(rows)


class FittedWindows:
    """The windows that a stateful network was fitted to, without copies of those that overlap.

    Parameters
    ----------
    stored : ndarray
        The series of which the windows are views, `(n_samples + n_timesteps - 1, n_features)`,
        or the windows themselves, `(n_samples, n_timesteps, n_features)`.

    scale : ndarray of shape (n_features,)
        What `scale_of` gives of the last steps.

    n_timesteps : int
        Steps of a window.
    """

    def __init__(self, stored, scale, n_timesteps):
        self.windows = stored if stored.ndim == 3 else view_windows(stored, n_timesteps)
        self._scale = scale

    @staticmethod
    def to_store(windows):
        """Copy windows: the series if they are views of one.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows.

        Returns
        -------
        stored, scale : ndarray
            What the class takes.
        """
        series = series_of_windows(windows) if len(windows) > 1 else None
        return (windows if series is None else series).copy(), scale_of(windows[:, -1])

    def more(self, windows, n_values):
        """Add windows as long as there is room.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows after these.

        n_values : int
            How many values may be stored as windows; a few windows always may.

        Returns
        -------
        stored, scale : ndarray
            What the class takes; None if there is no room.
        """
        _, n_steps, n_features = windows.shape
        room = max(n_values // (n_steps * n_features), _FEWEST_WINDOWS) - len(self.windows)
        if room <= 0:
            return None
        windows = windows[:room]
        scale = np.fmax(self._scale, scale_of(windows[:, -1]))
        return np.concatenate([self.windows, windows]), scale

    def find(self, windows):
        """Find the place of windows by their values, as `FittedSeries.find` does.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows.

        Returns
        -------
        start : int or None
            The place of the first one; None if in doubt.
        """
        rows, n_new = rows_of_windows(self.windows), windows.shape[2]
        return FittedSeries(rows, n_new=n_new, scale=self._scale).find(rows_of_windows(windows))


def warn_of_doubt(n_samples, consequence):
    """Warn that it is not known whether rows are a part of the fitted series or continue it.

    Parameters
    ----------
    n_samples : int
        Number of rows.

    consequence : str
        What is assumed, and what the user can do.
    """
    warnings.warn(
        f"It is not clear where the {n_samples} row(s) of X belong, since they have no index: "
        "their values occur in the series given to fit, so that they may be a part of that "
        f"series or continue it. {consequence}",
        UserWarning,
        stacklevel=user_stacklevel(),
    )


def scale_of(rows):
    """Largest magnitude in each column, to which differences are compared.

    Parameters
    ----------
    rows : ndarray of shape (n_rows, n_columns)
        The rows.

    Returns
    -------
    scale : ndarray of float64 of shape (n_columns,)
        0 of a column without a known value.
    """
    largest = np.fmax.reduce(rows, axis=0, initial=0.0)
    return np.fmax(largest, -np.fmin.reduce(rows, axis=0, initial=0.0)).astype(np.float64)


def rows_of_windows(windows):
    """View windows as rows of as many columns as they have values, and the rows they share.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows.

    Returns
    -------
    rows : ndarray of shape (n_samples, n_timesteps * n_features)
        A view, wherever the values of a window lie one after another in memory.
    """
    n_samples, n_steps, n_features = windows.shape
    _, step, column = windows.strides
    if n_steps > 1 and step == n_features * column and column == windows.itemsize:
        shape, strides = (n_samples, n_steps * n_features), (windows.strides[0], column)
        return np.lib.stride_tricks.as_strided(windows, shape, strides, writeable=False)
    return windows.reshape(n_samples, n_steps * n_features)


def _same(rows, X, tolerance):
    """Which rows are equal, NaN equal to NaN."""
    with np.errstate(over="ignore", invalid="ignore"):
        close = np.abs(rows - X) <= tolerance
    close |= np.isnan(rows) & np.isnan(X)
    return close.all(axis=1)


def _equal_rows(rows, row, tolerance):
    """The places of the rows that equal one row."""
    # By one column first: this is all that a call with one new row costs.
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
    """Those of some places from which on the rows are those of X, as far as both go."""
    found = []
    while len(places) and len(found) <= _MANY:
        difference = _first_difference(rows, X, places[0], tolerance)
        if difference is None:
            found.append(int(places[0]))
            places = places[1:]
            continue
        # The row that rules this place out rules out others, too.
        rest = places[1:]
        reached = rest + difference
        ends = reached >= len(rows)
        inside = np.where(ends, 0, reached)
        same = _same(rows[inside], X[difference], tolerance) if len(rest) else ends
        places = rest[ends | same]
    return found


def _first_difference(rows, X, place, tolerance):
    """The first row of X that is another one than at a place, as far as both go; or None."""
    end = min(len(X), len(rows) - place)
    start, size = 0, 16
    while start < end:
        stop = min(start + size, end)
        same = _same(rows[place + start : place + stop], X[start:stop], tolerance)
        if not same.all():
            return start + int(np.argmin(same))
        start, size = stop, min(4 * size, max(1, 2**18 // rows.shape[1]))
    return None
