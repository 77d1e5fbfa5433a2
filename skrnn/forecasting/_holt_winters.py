"""Defines the forecaster that uses exponential smoothing with a season that changes."""

from __future__ import annotations

import numpy as np

from ._season_factors import positive_series
from ._season_removal import Seasons
from ._smoothing import EndAligned, damped_sums, tables
from ._smoothing_forecasters import first_line, pulled_to_last_value
from ._statistical import StatisticalForecaster

# Cycles from which the first season is estimated.
_FIRST_CYCLES = 4
# Cycles to which a line is fitted, for the level and the trend before the first row.
_LINE_CYCLES = 2
# A level closer to 0 than this fraction of the first one would make a factor explode.
_LEAST_LEVEL = 1e-3


def _grid():
    """Return all combinations of the parameters: alpha, gain, phi, gamma, ``(4, n_candidates)``.

    The gains of the trend and the season are fractions of the part of an error that the level
    takes, and that it leaves.
    """
    alphas = 0.03, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.97
    betas, phis = (0.02, 0.1, 0.25), (0.85, 0.93, 0.98)
    shares = 0.0, 0.05, 0.12, 0.25, 0.45
    each = np.meshgrid(alphas, betas, phis, shares, indexing="ij")
    alpha, beta, phi, share = (values.ravel() for values in each)
    return np.stack([alpha, alpha * beta, phi, share * (1 - alpha)])


GRID = _grid()


class HoltWintersModel:
    """Smooths level, damped trend and season of series.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities. The shortest one is used.
    """

    def __init__(self, periods):
        self._period = min((period for period in periods if period > 1), default=1)

    def fit(self, panel):
        """Choose the first state and the parameters of each series of a panel."""
        values = panel.values[:, 0]
        self._positive = positive_series(panel, values)
        self._first_season = self._find_seasons(panel, values)
        self._start, self._chosen = np.empty((2, panel.n_series)), np.zeros(panel.n_series, int)
        seasonal = self._seasonal()
        for table in self._tables(panel):
            first = self._first_seasons(table, panel)
            self._start[:, table.series] = self._line(table, *first)
            errors = np.zeros((len(table.starts), GRID.shape[1]))
            for part in table.blocks(GRID.shape[1]):
                for n, _, error in self._smoothed(table, part, *first, GRID[:, None]):
                    errors[part][:n] += np.square(error)
            # Without a season, there is nothing that changes.
            errors[~seasonal[table.series][:, None] & (GRID[3] > 0)] = np.inf
            errors[np.isnan(errors)] = np.inf
            self._chosen[table.series] = errors.argmin(axis=1)
        return self

    def run(self, panel):
        """Return level, trend and season after each row of a panel, ``(3, n_rows)``."""
        result = np.full((3, len(panel.values)), np.nan)
        seasonal = self._seasonal()
        for table in self._tables(panel):
            states = np.full((3, *table.values.shape), np.nan)
            first = self._first_seasons(table, panel)
            for part in table.blocks(1):
                chosen = GRID[:, self._chosen[table.series[part]], None]
                begun = len(table.values) - len(table.columns(part).values)
                rows = enumerate(self._smoothed(table, part, *first, chosen), begun)
                for row, (n, now, _) in rows:
                    states[:, row, part][:, :n] = now[..., 0]
            pulled = pulled_to_last_value(table, states[:2])
            states[:2] = np.where(seasonal[table.series], states[:2], pulled)
            table.laid_out(states, panel, result)
        return result

    def forecast(self, panel, run, origins, ahead):
        """Return forecasts as `forecast` of :class:`SmoothingModel`."""
        row = panel.row_of(origins)
        level, trend = run[:2, row]
        phi = GRID[2, self._chosen][:, None]
        base = level + damped_sums(phi, ahead) * trend
        # The last row before the origin with the same place in the cycle.
        latest = panel.row_of(self._seasons.earlier(origins + ahead, ahead, self._period))
        places = self._seasons.phases(origins + ahead, self._period)
        first = np.take_along_axis(self._first_season, places, axis=1)
        season = np.where(latest < 0, np.nan, run[2, latest])
        season = np.where(np.isnan(season), first, season)
        values = np.where(self._positive[:, None], base * season, base + season)
        return np.where(row < 0, np.nan, values)

    def _find_seasons(self, panel, values):
        """Return the first season of each series, ``(n_series, period)``, by place in time.

        Series of fewer than three cycles have none.
        """
        short = panel.shortened(self._first_lengths(panel, values))
        positive = np.zeros(len(short.values), bool)
        positive[short.rows] = self._positive[short.series]
        known = short.values[:, :1]
        logs = np.log(np.where(positive[:, None], known, 1.0))
        periods = (self._period,) if self._period > 1 else ()
        self._seasons = Seasons(periods, conditional=False, evolving=False)
        self._seasons.fit(short, np.where(positive[:, None], logs, known))
        table = self._seasons.by_phase(self._period)[:, 0]
        return np.where(self._positive[:, None], np.exp(table), table)

    def _first_lengths(self, panel, values):
        """Return the number of rows of each series up to the end of the first cycles.

        Unknown rows do not count, such as those before a series that begins later than others.
        """
        known = np.zeros(len(values) + 1, np.intp)
        known[1:][panel.rows] = ~np.isnan(values[panel.rows])
        before = known.cumsum()[:-1][panel.rows]
        before -= np.repeat(before[panel.begins()], panel.lengths)
        first = before < _FIRST_CYCLES * self._period
        return np.add.reduceat(first, panel.begins(), dtype=np.intp)

    def _seasonal(self):
        return (self._first_season != self._positive[:, None]).any(axis=1)

    def _tables(self, panel):
        """Yield the series whose season is a factor, and the others, in tables."""
        for table in tables(panel, panel.values[:, 0]):
            positive = self._positive[table.series]
            for chosen in (positive, ~positive):
                if chosen.any():
                    kept = table.values[:, chosen], table.starts[chosen], table.series[chosen]
                    yield EndAligned(*kept)

    def _first_seasons(self, table, panel):
        """Return the first season of each column, by place from the first row on, and the places.

        Returns
        -------
        first : ndarray of shape (period, n)
        places : ndarray of int of shape (n_rows, n)
            Without a change of the clock, the same for all columns, row modulo the period.
        """
        later = panel.last[table.series] - (len(table.values) - 1)
        phases = self._seasons.phases(np.arange(len(table.values))[:, None] + later, self._period)
        begin = phases[0]
        places = (np.arange(self._period)[:, None] + begin) % self._period
        return self._first_season[table.series, places], (phases - begin) % self._period

    def _line(self, table, first, places):
        """Return level and trend of each column before its first known row."""
        season = np.take_along_axis(first, places, axis=0)
        positive = self._positive[table.series[0]]
        values = table.values / season if positive else table.values - season
        return first_line(
            EndAligned(values, table.starts, table.series), max(5, _LINE_CYCLES * self._period)
        )

    def _smoothed(self, table, part, first, places, parameters):
        """Yield, for each row, how many series have begun, their states, and their errors.

        Parameters
        ----------
        table : EndAligned
            Series that are all positive, or all not.
        part : slice
            Columns.
        first : ndarray of shape (period, n_columns)
            Season before the first row.
        places : ndarray of int of shape (n_rows, n_columns)
            Place of each row in the season.
        parameters : ndarray of shape (4, n_series or 1, n_candidates)
            As `GRID`.

        Yields
        ------
        n : int
            Number of columns of the part.
        state : ndarray of shape (3, n, n_candidates)
            Level, trend, and the season of the row.
        error : ndarray of shape (n, n_candidates)
        """
        block = table.columns(part)
        places = places[len(table.values) - len(block.values) :, part]
        n_candidates = parameters.shape[2]
        level, trend = np.repeat(self._start[:, block.series, None], n_candidates, axis=2)
        seasons = np.repeat(first[:, part, None], n_candidates, axis=2)
        factors = self._positive[block.series[0]]
        least = _LEAST_LEVEL * np.abs(self._start[0, block.series, None])
        parameters = np.broadcast_to(parameters, (4, *level.shape))
        for row, n in enumerate(block.begun().tolist()):
            alpha, gain, phi, gamma = parameters[:, :n]
            place, columns = places[row, :n], np.arange(n)
            together = (place == place[:1]).all()
            season = seasons[place[0], :n] if together and n else seasons[place, columns]
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                change = phi * trend[:n]
                base = level[:n] + change
                forecast = base * season if factors else base + season
                error = block.values[row, :n, None] - forecast
                error[np.isnan(block.values[row, :n])] = 0.0
                of_level = error / season if factors else error
                level[:n] = base + alpha * of_level
                trend[:n] = change + gain * of_level
                season += gamma * (error / np.maximum(base, least[:n]) if factors else error)
            if not together:  # a copy was changed
                seasons[place, columns] = season
            yield n, np.stack([level[:n], trend[:n], season]), error


class PanelHoltWinters(StatisticalForecaster):
    """Exponential smoothing with a changing trend and seasonality, for one series or many.

    At each row, the level, the damped trend and the seasonality are corrected by a fraction of the
    error of the one-step forecast [1]_. The seasonality is multiplicative if all values of a
    series are positive and none is below a ten-thousandth of the one before or after it, and
    additive otherwise. By contrast, :class:`PanelTheta` and :class:`PanelDampedTrend` remove
    seasonality before they smooth a series.

    The four smoothing parameters of each series are those from a grid of values that lead to the
    smallest squared errors of one-step forecasts. The initial seasonality is estimated from the
    first four cycles. All series of a panel are smoothed at the same time.

    Parameters
    ----------
    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, for example 12 for monthly rows. "auto" takes it from the frequency
        of the index. If there are several, the shortest is used.

    See Also
    --------
    PanelDampedTrend : Removes seasonality first.
    AutoRNNForecaster : Combines these forecasts with those of networks.

    Notes
    -----
    Series with fewer than three cycles are treated as non-seasonal. Forecasts of a series without
    seasonality and with fewer than nine known values lie between those of the method and the last
    known value of the series, as in :class:`PanelTheta`.

    An unknown value (NaN) does not change the parameters: the smoothing continues with its
    forecast. Forecasts are never negative if no known value of the series is, and never positive
    if none is.

    References
    ----------
    .. [1] Winters, "Forecasting sales by exponentially weighted moving averages", Management
       Science, 1960, with the damped trend of Gardner and McKenzie, 1985.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import PanelHoltWinters
    >>> y = load_airline()
    >>> forecaster = PanelHoltWinters().fit(y[:-12])
    >>> error = (forecaster.predict(fh=range(1, 13)) - y[-12:]).abs().mean()
    >>> round(error)
    19
    """

    def _make_model(self):
        return HoltWintersModel(self._periods())
