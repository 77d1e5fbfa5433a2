"""Defines the forecasters that use exponential smoothing: Theta and damped trend."""

from __future__ import annotations

import numpy as np

from ._season_factors import SeasonFactors
from ._smoothing import Parameters, damped_sums, squared_errors, states, tables
from ._statistical import StatisticalForecaster

# Number of known values to which the initial level and trend are fitted.
_FIRST_VALUES = 5
# With fewer known values, a trend is hard to distinguish from noise, and forecasts are pulled
# towards the last value. Of monthly series of M3 cut to four values, the error would otherwise be
# 1.8 times that of the naive forecast.
_ENOUGH_VALUES = 9
_ALPHAS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)
DAMPED = Parameters.grid(
    alpha=(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99),
    beta=(0.01, 0.05, 0.1, 0.2, 0.4),
    phi=(0.8, 0.85, 0.9, 0.95, 0.98),
)


class SmoothingModel:
    """Smooths deseasonalised series, with the parameters that minimise the squared errors.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities, removed if a statistical test finds seasonality.
    candidates : Parameters
        The parameters from which those of each series are chosen.
    first_state : callable
        Returns the level and the trend of each column of an :class:`EndAligned` before its first
        known row.
    with_trend : bool, default=True
        Whether parameters are chosen by the errors of forecasts that include the trend.
    """

    def __init__(self, periods, candidates, first_state, *, with_trend=True):
        self._factors = SeasonFactors(periods)
        self._candidates, self._first_state = candidates, first_state
        self._with_trend = with_trend

    def fit(self, panel):
        """Choose the parameters of each series of a panel."""
        self._factors.fit(panel, panel.values[:, 0])
        self._start, found, series = np.empty((2, panel.n_series)), [], []
        for table in self._tables(panel):
            level, trend = self._first_state(table)
            first = (level, trend) if self._with_trend else (level + trend, 0 * trend)
            with np.errstate(over="ignore", invalid="ignore"):
                errors = squared_errors(table, *first, self._candidates)
            found.append(self._candidates.chosen(errors.argmin(axis=1)))
            series.append(table.series)
            self._start[:, table.series] = level, trend
        self._parameters = Parameters.joined(found, np.concatenate(series))
        return self

    def run(self, panel):
        """Return the level and the trend after each row of a panel, ``(2, n_rows)``.

        The panel has the series of `fit`, with any number of rows after them.
        """
        result = np.full((2, len(panel.values)), np.nan)
        for table in self._tables(panel):
            level, trend = self._start[:, table.series]
            parameters = self._parameters.of_series(table.series)
            with np.errstate(over="ignore", invalid="ignore"):
                by_column = states(table, level, trend, parameters)
                by_column = pulled_to_last_value(table, by_column)
            table.laid_out(by_column, panel, result)
        return result

    def forecast(self, panel, run, origins, ahead):
        """Return forecasts, with the season.

        Parameters
        ----------
        panel : Panel
            The series.
        run : ndarray of shape (2, n_rows)
            Result of `run` for this panel.
        origins : ndarray of int of shape (n_series, n_steps)
            Position in time of the last row that each forecast may use.
        ahead : ndarray of int of shape (n_series, n_steps)
            Steps ahead.

        Returns
        -------
        ndarray of shape (n_series, n_steps)
            NaN if no row up to the origin is known.
        """
        row = panel.row_of(origins)
        level, trend = run[:, row]
        values = level + damped_sums(self._parameters.phi, ahead) * trend
        values = np.where(row < 0, np.nan, values)
        return self._factors.put_back(values, origins + ahead)

    def _tables(self, panel):
        return tables(panel, self._factors.remove(panel, panel.values[:, 0]))


class PanelTheta(StatisticalForecaster):
    """Theta method for one series or many: exponential smoothing with half of the linear trend.

    In its classical form, the Theta method [1]_ is simple exponential smoothing with a drift that
    is half the slope of a regression line over time [2]_. If a statistical test finds seasonality,
    it is removed first and restored afterwards. It is multiplicative if all values are positive
    and none is below a ten-thousandth of the one before or after it, and additive otherwise. It is
    estimated as by :class:`RNNForecaster` (`deseasonalize`).

    The smoothing parameter of each series is the one with the smallest squared errors of one-step
    forecasts without the drift. All series of a panel are smoothed at the same time, so a thousand
    series take a fraction of a second.

    Parameters
    ----------
    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, for example 12 for monthly rows. "auto" takes it from the frequency
        of the index. If there are several, the longest one that passes the test is removed.

    See Also
    --------
    PanelDampedTrend : Uses a trend that changes over time and levels off in forecasts.
    AutoRNNForecaster : Combines these forecasts with those of networks.

    Notes
    -----
    With fewer than nine known values, a trend is hard to distinguish from noise. The forecasts of
    such a series therefore lie between those of the method and the last known value of the series.
    With two known values, the forecasts are almost equal to the second one.

    An unknown value (NaN) does not change the state: the smoothing continues with its forecast.
    Forecasts are never negative if no known value of the series is, and never positive if none is.

    References
    ----------
    .. [1] Assimakopoulos and Nikolopoulos, "The theta model: a decomposition approach to
       forecasting", International Journal of Forecasting, 2000.
    .. [2] Hyndman and Billah, "Unmasking the Theta method", International Journal of Forecasting,
       2003.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import PanelTheta
    >>> y = load_airline()
    >>> forecaster = PanelTheta().fit(y[:-12])
    >>> error = (forecaster.predict(fh=range(1, 13)) - y[-12:]).abs().mean()
    >>> round(error)
    14
    """

    def _make_model(self):
        # As in the classical method, the drift is added after the smoothing parameter is found.
        candidates = Parameters.grid(_ALPHAS)
        return SmoothingModel(self._periods(), candidates, _half_slope, with_trend=False)


class PanelDampedTrend(StatisticalForecaster):
    """Exponential smoothing with a damped trend, for one series or many.

    At each row, the level and the trend are corrected by a fraction of the error of the one-step
    forecast. In forecasts, the trend is reduced by a constant factor at each step, so it levels
    off [1]_. If a statistical test finds seasonality, it is removed first and restored afterwards.
    It is multiplicative if all values are positive and none is below a ten-thousandth of the one
    before or after it, and additive otherwise.

    The three smoothing parameters of each series are those from a grid of values that lead to the
    smallest squared errors of one-step forecasts. All series of a panel are smoothed at the same
    time.

    Parameters
    ----------
    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, as in :class:`PanelTheta`.

    See Also
    --------
    PanelTheta : Uses a constant trend with half the slope of the series.
    AutoRNNForecaster : Combines these forecasts with those of networks.

    Notes
    -----
    Forecasts of a series with fewer than nine known values lie between those of the method and the
    last known value of the series, as in :class:`PanelTheta`.

    An unknown value (NaN) does not change the parameters: the smoothing continues with its
    forecast. Forecasts are never negative if no known value of the series is, and never positive
    if none is.

    References
    ----------
    .. [1] Gardner and McKenzie, "Forecasting trends in time series", Management Science, 1985.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import PanelDampedTrend
    >>> y = load_airline()
    >>> forecaster = PanelDampedTrend().fit(y[:-12])
    >>> error = (forecaster.predict(fh=range(1, 13)) - y[-12:]).abs().mean()
    >>> round(error)
    9
    """

    def _make_model(self):
        return SmoothingModel(self._periods(), DAMPED, first_line)


def _half_slope(aligned):
    """Return the initial state of the Theta method, which forecasts the first value exactly."""
    _, slope = _lines(aligned.values, aligned.starts)
    rows = np.minimum(aligned.starts, len(aligned.values) - 1)
    first = aligned.values[rows, np.arange(len(rows))]
    return first - slope / 2, slope / 2


def first_line(aligned, n_first=_FIRST_VALUES):
    """Return level and trend of a line through the first known values, one row before them."""
    known = ~np.isnan(aligned.values)
    first = known & (np.cumsum(known, axis=0) <= n_first)
    values = np.where(first, aligned.values, np.nan)
    return _lines(values, aligned.starts - 1)


def pulled_to_last_value(aligned, level_and_trend):
    """Return the states after each row, between the last value and themselves if few are known.

    Parameters
    ----------
    aligned : EndAligned
        The series.
    level_and_trend : ndarray of shape (2, n_rows, n_series)
        Their states.

    Returns
    -------
    ndarray of shape (2, n_rows, n_series)
        After one known value, the level is this value, and there is no trend.
    """
    known = ~np.isnan(aligned.values)
    share = np.clip((known.cumsum(axis=0) - 1) / (_ENOUGH_VALUES - 1), 0.0, 1.0) ** 2
    latest = np.maximum.accumulate(np.where(known, np.arange(len(known))[:, None], 0))
    last = np.take_along_axis(np.nan_to_num(aligned.values), latest, axis=0)
    level, trend = level_and_trend
    return np.stack([share * level + (1 - share) * last, share * trend])


def _lines(values, rows):
    """Fit a line over time to the known values of each column.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_series)
        NaN where unknown. Columns with fewer than three known values have no slope.
    rows : ndarray of int of shape (n_series,)
        Where the line is evaluated.

    Returns
    -------
    value, slope : ndarray of shape (n_series,)
        NaN if nothing is known.
    """
    known = ~np.isnan(values)
    count = np.maximum(known.sum(axis=0), 1)
    time = np.arange(len(values))[:, None]
    mean_time = (known * time).sum(axis=0) / count
    mean = np.where(known.any(axis=0), np.nansum(values, axis=0) / count, np.nan)
    since = np.where(known, time - mean_time, 0.0)
    squares = (since**2).sum(axis=0)
    products = (since * np.where(known, values - mean, 0.0)).sum(axis=0)
    slope = np.where(count > 2, products / np.where(squares > 0, squares, 1.0), 0.0)
    return mean + slope * (rows - mean_time), slope
