"""Exponential smoothing with a damped trend, of all series of a panel and for many parameters.

With ``y`` the value of a row, ``l`` the level and ``b`` the trend [1]_:

- forecast: ``f = l + phi * b``
- level: ``l = f + alpha * (y - f)``
- trend: ``b = phi * b + gain * (y - f)``

Simple exponential smoothing has no trend; with ``phi = 1`` and ``gain = 0`` it has a drift.

References
----------
.. [1] Gardner and McKenzie, "Forecasting trends in time series", Management Science, 1985, in the
   form of errors of Hyndman, Koehler, Ord and Snyder, "Forecasting with Exponential Smoothing",
   2008.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ._series_rows import places_within

# Numbers in a block of series and parameters, whose arrays fit in the processor's cache.
_BLOCK = 2**14
# Numbers of a table of series, so that one long series among many short ones takes no memory.
_TABLE = 2**21


@dataclass(frozen=True)
class Parameters:
    """Parameters of the smoothing; each has the shape (n_series or 1, n_candidates).

    Attributes
    ----------
    alpha, gain : ndarray
        Fraction of an error that is added to the level and to the trend.
    phi : ndarray
        Damping of the trend.
    """

    alpha: np.ndarray
    gain: np.ndarray
    phi: np.ndarray

    @classmethod
    def grid(cls, alpha, beta=(0.0,), phi=(1.0,)):
        """Return all combinations, with a gain of ``alpha * beta``, as candidates of every series.

        Parameters
        ----------
        alpha, beta, phi : sequence of float
            Values of each parameter.

        Returns
        -------
        Parameters
        """
        alphas, betas, phis = (
            values.reshape(1, -1) for values in np.meshgrid(alpha, beta, phi, indexing="ij")
        )
        return cls(alphas, alphas * betas, phis)

    def chosen(self, numbers):
        """Return the candidate of each series with a number, ``(n_series,)``."""
        series = np.arange(len(numbers)) if len(self.alpha) > 1 else np.zeros(len(numbers), int)
        return Parameters(*(each[series, numbers][:, None] for each in self._arrays()))

    def of_series(self, series):
        """Return the parameters of some series."""
        if len(self.alpha) == 1:
            return self
        return Parameters(*(each[series] for each in self._arrays()))

    @classmethod
    def joined(cls, parts, series):
        """Return the parameters of all series from those of some, and the numbers of these."""
        order = np.argsort(series)
        arrays = zip(*(part._arrays() for part in parts), strict=True)
        return cls(*(np.concatenate(each)[order] for each in arrays))

    def _arrays(self):
        return self.alpha, self.gain, self.phi


@dataclass(frozen=True)
class EndAligned:
    """Series in the columns of a table, which all end in its last row.

    One loop over its rows is enough for all series. Columns are ordered by their first known rows,
    so the series that have begun are always the first columns.

    Attributes
    ----------
    values : ndarray of shape (n_rows, n_series)
        NaN where a value is unknown.
    starts : ndarray of int of shape (n_series,)
        First known row of each column; the number of rows if there is none. It never falls.
    series : ndarray of int of shape (n_series,)
        Number of the series of each column.
    """

    values: np.ndarray
    starts: np.ndarray
    series: np.ndarray

    @classmethod
    def of(cls, panel, values, series):
        """Align series of a panel.

        Parameters
        ----------
        panel : Panel
            Layout of the series.
        values : ndarray of shape (n_rows,)
            Their values.
        series : ndarray of int
            Numbers of the series.

        Returns
        -------
        EndAligned
        """
        table = np.full((int(panel.lengths[series].max()), len(series)), np.nan)
        rows, places = _places(panel, series, len(table))
        table[places] = values[rows]
        return cls.by_start(table, series)

    @classmethod
    def by_start(cls, table, series):
        """Order the columns of a table, which are the series with these numbers."""
        known = ~np.isnan(table)
        starts = np.where(known.any(axis=0), known.argmax(axis=0), len(table))
        order = np.argsort(starts, kind="stable")
        return cls(table[:, order], starts[order], series[order])

    def laid_out(self, table, panel, out):
        """Write a table with these rows and columns, ``(..., n_rows, n_series)``, to the rows of
        a panel, ``(..., n_panel_rows)``.
        """
        rows, places = _places(panel, self.series, len(self.values))
        out[..., rows] = table[..., *places]

    def blocks(self, n_candidates):
        """Return slices of columns whose arrays are small."""
        size = max(_BLOCK // n_candidates, 1)
        return [slice(i, i + size) for i in range(0, len(self.starts), size)]

    def begun(self):
        """Return the number of series that have begun at each row, ``(n_rows,)``."""
        return np.searchsorted(self.starts, np.arange(len(self.values)), side="right")

    def columns(self, part):
        """Return some of the columns, from the first row on at which one of them has begun."""
        starts = self.starts[part]
        first = min(int(starts[0]), len(self.values) - 1)
        return EndAligned(self.values[first:, part], starts - first, self.series[part])


def tables(panel, values):
    """Yield all series of a panel in tables of limited size, series of similar lengths together.

    Parameters
    ----------
    panel : Panel
        Where the series lie.
    values : ndarray of shape (n_rows,)
        Their values.

    Yields
    ------
    EndAligned
    """
    order = np.argsort(-panel.lengths, kind="stable")
    while len(order):
        size = max(_TABLE // int(panel.lengths[order[0]]), 1)
        yield EndAligned.of(panel, values, order[:size])
        order = order[size:]


def _places(panel, series, n_rows):
    """Return the rows of series in a panel, and their rows and columns in a table."""
    lengths = panel.lengths[series]
    column = np.repeat(np.arange(len(series)), lengths)
    within = places_within(lengths)
    rows = panel.starts[series][column] + within
    return rows, (n_rows - lengths[column] + within, column)


def squared_errors(aligned, level, trend, parameters):
    """Return the sum of the squared errors of forecasts of one step.

    Parameters
    ----------
    aligned : EndAligned
        The series.
    level, trend : ndarray of shape (n_series,)
        State of each column before its first known row.
    parameters : Parameters
        Candidates of each column.

    Returns
    -------
    ndarray of shape (n_series, n_candidates)
        By column. Unknown rows have no error, and the state continues with its forecast.
    """
    n_candidates = parameters.alpha.shape[1]
    sums = np.zeros((len(aligned.starts), n_candidates))
    for part in aligned.blocks(n_candidates):
        block, each = aligned.columns(part), parameters.of_series(part)
        for n_begun, _, _, errors in _smoothed(block, level[part], trend[part], each):
            sums[part][:n_begun] += np.square(errors, out=errors)
    return sums


def states(aligned, level, trend, parameters):
    """Return the level and the trend after every row.

    Parameters
    ----------
    aligned, level, trend, parameters
        As in :func:`squared_errors`, with one candidate for each column.

    Returns
    -------
    ndarray of shape (2, n_rows, n_series)
        Level and trend, by column. NaN before the first known row of a column.
    """
    result = np.full((2, *aligned.values.shape), np.nan)
    for part in aligned.blocks(1):
        block, each = aligned.columns(part), parameters.of_series(part)
        rows = result[:, len(aligned.values) - len(block.values) :, part]
        steps = _smoothed(block, level[part], trend[part], each)
        for row, (n_begun, levels, trends, _) in enumerate(steps):
            rows[0, row, :n_begun], rows[1, row, :n_begun] = levels[:, 0], trends[:, 0]
    return result


def damped_sums(phi, steps):
    """Return ``phi + phi**2 + ... + phi**step``, the factor of the trend in a forecast.

    Between whole numbers of steps, the sum is interpolated by its closed form.

    Parameters
    ----------
    phi : ndarray of shape (n_series, 1)
        Damping of the trend.
    steps : ndarray of shape (n_series, n_steps)
        Steps ahead, greater than 0.

    Returns
    -------
    ndarray of shape (n_series, n_steps)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(phi == 1, steps, phi * (1 - phi**steps) / (1 - phi))


def _smoothed(aligned, level, trend, parameters):
    """Yield, for each row, how many series have begun, their levels, trends, and errors."""
    shape = len(aligned.starts), parameters.alpha.shape[1]
    level, trend = (np.repeat(start[:, None], shape[1], axis=1) for start in (level, trend))
    alpha, gain, phi = (np.broadcast_to(each, shape) for each in parameters._arrays())
    forecast, errors, part = np.empty((3, *shape))
    unknown = np.isnan(aligned.values)
    for row, n in enumerate(aligned.begun().tolist()):
        now_level, now_trend, f, e, p = level[:n], trend[:n], forecast[:n], errors[:n], part[:n]
        np.multiply(now_trend, phi[:n], out=now_trend)
        np.add(now_level, now_trend, out=f)
        np.subtract(aligned.values[row, :n, None], f, out=e)
        e[unknown[row, :n]] = 0.0
        np.multiply(e, alpha[:n], out=p)
        np.add(f, p, out=now_level)
        np.multiply(e, gain[:n], out=p)
        np.add(now_trend, p, out=now_trend)
        yield n, now_level, now_trend, e
