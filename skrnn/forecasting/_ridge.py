"""Direct ridge regression of the next steps of a series on its last values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Penalties that are tried, in units of the mean square of the inputs.
_PENALTIES = np.logspace(-2, 3, 11)
_LEAST_WINDOWS = 4
# A regression extrapolates after a change that is so many times as large as any other. This occurs
# on one of 2,532 windows of training sets, on which the last value has a tenth of its error. On
# single series whose last rows are multiplied by 0.4 or 1.8, the last value has 7% and 15% of it.
_UNHEARD_OF = 5
# The known rows after such a change that show that it was not an outlier.
_CONFIRMED_BY = 2
# Windows that are in memory at the same time.
_BLOCK = 2**12


@dataclass(frozen=True)
class RidgeCoefficients:
    """Linear forecasts of all steps from a window, both relative to the last value of the window.

    Attributes
    ----------
    weights : ndarray of shape (lag - 1, n_steps)
        Weights of all values of the window except the last.
    intercepts : ndarray of shape (n_steps,)
        Added to the forecasts.
    """

    weights: np.ndarray
    intercepts: np.ndarray

    @classmethod
    def fit(cls, values, lag, n_steps):
        """Fit the coefficients, with the penalty of the best generalised cross-validation.

        Parameters
        ----------
        values : ndarray of shape (n_rows,)
            A series. Windows with an unknown value (NaN) are left out.
        lag : int
            Values of a window.
        n_steps : int
            Steps ahead.

        Returns
        -------
        RidgeCoefficients or None
            None if there are too few windows.

        References
        ----------
        Hoerl and Kennard, "Ridge regression", Technometrics, 1970; Golub, Heath and Wahba,
        "Generalized cross-validation as a method for choosing a good ridge parameter",
        Technometrics, 1979.
        """
        width = lag + n_steps
        known = ~np.isnan(values)
        complete = _moving_sum(known, width) == width
        n_windows = int(complete.sum())
        if n_windows < _LEAST_WINDOWS:
            return None
        # Centring prevents a loss of digits in the sums of squares if the level is far from zero.
        filled = np.where(known, values - values[known].mean(), 0.0)
        products, sums = window_products(filled, complete, width)
        products, sums = _less_column(products, sums, lag - 1)
        means = sums / n_windows
        products -= n_windows * np.outer(means, means)
        inputs, outputs = slice(0, lag - 1), slice(lag, None)
        squares = np.trace(products[outputs, outputs])
        weights = _best_weights(
            products[inputs, inputs], products[inputs, outputs], squares, n_windows
        )
        return cls(weights, means[outputs] - means[inputs] @ weights)

    @property
    def lag(self):
        """Values of a window."""
        return len(self.weights) + 1

    def forecast(self, values, ends, steps):
        """Forecast steps after rows.

        Parameters
        ----------
        values : ndarray of shape (n_rows,)
            The series.
        ends : ndarray of int of shape (n_forecasts,)
            Last row of each window.
        steps : ndarray of int of shape (n_forecasts,)
            Steps after these rows.

        Returns
        -------
        ndarray of shape (n_forecasts,)
            NaN where a value of the window is unknown, or lies before the series.
        """
        result = np.full(len(ends), np.nan)
        use = np.flatnonzero((ends >= self.lag - 1) & (steps <= len(self.intercepts)))
        for first in range(0, len(use), _BLOCK):
            chosen = use[first : first + _BLOCK]
            rows, columns = ends[chosen], steps[chosen] - 1
            windows = values[rows[:, None] + np.arange(1 - self.lag, 0)] - values[rows][:, None]
            change = np.einsum("ij,ji->i", windows, self.weights[:, columns])
            result[chosen] = values[rows] + change + self.intercepts[columns]
        return result

    def filled(self, values):
        """Return a series whose unknown values are replaced by their one-step forecasts.

        Values without a complete window before them remain unknown.
        """
        values = values.copy()
        for row in np.flatnonzero(np.isnan(values)):
            values[row] = self.forecast(values, np.array([row - 1]), np.array([1]))[0]
        return values


def levels_after_breaks(values, lag):
    """Return the last known value where the window contains a change unlike all before.

    Only known values count: a change is the mean difference per row since the last known value,
    because a trend continues while values are unknown. It must be followed by two known values.
    After an outlier of one or two rows, the change back is as large.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        A series; NaN if unknown. Only the rows up to the end of each window count.
    lag : int
        Values of a window.

    Returns
    -------
    ndarray of shape (n_rows,)
        NaN where the window that ends at a row contains no such change.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._ridge import levels_after_breaks
    >>> levels_after_breaks(np.array([50.0, 51.0, 50.0, 51.0, 0.0, 0.0, 1.0, 0.0]), lag=4)
    array([nan, nan, nan, nan, nan, nan,  1., nan])
    """
    levels = np.full(len(values), np.nan)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return levels
    change = np.abs(np.diff(values[known], prepend=values[known[0]]))
    change /= np.diff(known, prepend=known[0] - 1)
    largest = np.maximum.accumulate(change)
    before = np.concatenate([[0.0], largest[:-1]])
    is_largest = change > before
    second = np.maximum.accumulate(np.where(is_largest, before, change))
    place = np.maximum.accumulate(np.where(is_largest, np.arange(len(known)), 0))
    confirmed = np.arange(len(known)) - place >= _CONFIRMED_BY
    rows = np.arange(known[0], len(values))
    latest = np.searchsorted(known, rows, "right") - 1
    broken = (confirmed & (largest > _UNHEARD_OF * second))[latest]
    broken &= rows - known[place[latest]] < lag - 1
    levels[rows[broken]] = values[known[latest[broken]]]
    return levels


def may_have_broken(values, starts, ends, lag):
    """Return in which series the last window contains an unknown value or may contain a break.

    This is faster than :func:`levels_after_breaks`, because it does not read the rows before.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        All series, one after another.
    starts, ends : ndarray of int of shape (n_series,)
        First row of each series, and last row of its window.
    lag : int
        Values of the longest window.

    Returns
    -------
    ndarray of bool of shape (n_series,)
    """
    windows = values[np.maximum(ends[:, None] + np.arange(-lag, 1), starts[:, None])]
    change = np.abs(windows[:, 1:] - windows[:, :-1])
    change.partition(-2, axis=1)
    return ~(change[:, -1] <= _UNHEARD_OF * change[:, -2])


def window_products(values, complete, width):
    """Return the sums of products of each pair of positions in a window, without creating windows.

    The windows overlap, so the sum for positions i + 1 and j + 1 equals that for i and j, except
    for the first and the last window of each run. The time is linear in the rows.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        A series.
    complete : ndarray of bool of shape (n_rows - width + 1,)
        Whether the window that starts at a row is used.
    width : int
        Values of a window.

    Returns
    -------
    products : ndarray of shape (width, width)
    sums : ndarray of shape (width,)
        Sums of each place.
    """
    used = complete.astype(np.float64)
    starts = np.where(complete, values[: len(complete)], 0.0)
    change = np.diff(used, prepend=0.0, append=0.0)
    edges = np.flatnonzero(change)
    outside = values[edges[:, None] + np.arange(width - 1)]
    corrections = outside.T @ (-change[edges, None] * outside)
    # The k-th column of this table contains the products of positions with a distance of k.
    place = np.arange(width)
    table = np.zeros((width, width))
    table[0] = np.correlate(values, starts, "valid")
    later = place[:-1, None] + place
    inside = later < width - 1
    table[1:][inside] = corrections[np.nonzero(inside)[0], later[inside]]
    table = np.cumsum(table, axis=0)
    low, high = np.minimum.outer(place, place), np.maximum.outer(place, place)
    return table[low, high - low], np.correlate(values, used, "valid")


def _moving_sum(values, width):
    sums = np.concatenate([[0], np.cumsum(values)])
    return sums[width:] - sums[:-width] if len(values) >= width else np.zeros(0)


def _less_column(products, sums, column):
    """Return products and sums of windows from which one of their values was subtracted."""
    own = products[column]
    return products - own - own[:, None] + own[column], sums - sums[column]


def _best_weights(inputs, both, squares, n_windows):
    """Return the weights with the best generalised cross-validation of all steps together.

    Parameters
    ----------
    inputs : ndarray of shape (n_inputs, n_inputs)
        Centred products of the inputs.
    both : ndarray of shape (n_inputs, n_steps)
        Centred products of inputs and targets.
    squares : float
        Sum of the squares of all centred targets.
    n_windows : int
        Number of windows.

    Returns
    -------
    ndarray of shape (n_inputs, n_steps)
    """
    unit = np.trace(inputs) / (n_windows * max(len(inputs), 1))
    if not unit > 0:
        return np.zeros(both.shape)
    values, vectors = np.linalg.eigh(inputs)
    values, rotated = np.maximum(values, 0.0), vectors.T @ both
    powers = (rotated**2).sum(axis=1)
    penalties = (_PENALTIES * unit)[:, None]
    explained = (powers * (values + 2 * penalties) / (values + penalties) ** 2).sum(axis=1)
    freedom = 1 - ((values / (values + penalties)).sum(axis=1) + 1) / n_windows
    with np.errstate(divide="ignore"):
        scores = np.where(freedom > 0, np.maximum(squares - explained, 0.0) / freedom**2, np.inf)
    best = penalties[np.argmin(scores) if np.isfinite(scores).any() else -1]
    return vectors @ (rotated / (values + best)[:, None])
