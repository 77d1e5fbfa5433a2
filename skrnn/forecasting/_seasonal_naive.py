"""Defines the seasonal naive forecast, which needs no parameters."""

from __future__ import annotations

import numpy as np

from ._aggregated_trend import from_last_known
from ._statistical import StatisticalForecaster


def last_known_values(panel, origins):
    """Return the last known value up to each origin.

    Parameters
    ----------
    panel : Panel
        The series. The first column is forecast.
    origins : ndarray of int of shape (n_series, n_steps)
        Positions in time of rows.

    Returns
    -------
    ndarray of shape (n_series, n_steps)
        NaN if no value is known.
    """
    row, _ = from_last_known(panel, panel.row_of(origins), 0)
    return np.where(row < 0, np.nan, panel.values[row, 0])


def seasonal_naive(panel, origins, ahead, period):
    """Return the last known values of the same season; the last known value if there is none.

    Parameters
    ----------
    panel, origins
        As in :func:`last_known_values`.
    ahead : ndarray of int of shape (n_series, n_steps)
        Steps ahead.
    period : int
        Seasonal periodicity. Whole days follow the local clock.

    Returns
    -------
    ndarray of shape (n_series, n_steps)
        NaN if no value up to the origin is known.
    """
    result = np.full(origins.shape, np.nan)
    coming, distance = origins + ahead, ahead + -ahead % period
    place = earlier(panel.clock, coming, distance, period)
    while (open_places := np.isnan(result) & (place >= panel.first[:, None])).any():
        # Where the clock is put forward, the same time on an earlier day may be after the origin.
        row = np.where(place <= origins, panel.row_of(place), -1)
        open_places &= row >= 0
        result[open_places] = panel.values[row[open_places], 0]
        distance = distance + period
        place = earlier(panel.clock, coming, distance, period)
    return np.where(np.isnan(result), last_known_values(panel, origins), result)


def earlier(clock, positions, distance, period):
    """Return positions some periods before others, by the local clock if these are whole days."""
    if clock is None or not clock.follows(period):
        return positions - distance
    return clock.earlier(positions, distance)


class SeasonalNaiveModel:
    """Repeats the last known cycle.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities. The shortest one is used.
    """

    def __init__(self, periods):
        self._period = min(periods, default=1)

    def fit(self, panel):
        """Do nothing, because there are no parameters."""
        return self

    def run(self, panel):
        """Return None, because there are no states."""

    def forecast(self, panel, run, origins, ahead):
        """Return forecasts as `forecast` of :class:`SmoothingModel`."""
        return seasonal_naive(panel, origins, ahead, self._period)


class PanelSeasonalNaive(StatisticalForecaster):
    """Seasonal naive forecast, which repeats the last cycle, for one series or many.

    The forecast for a January is the value of the last known January. There are no parameters to
    estimate, so this forecast is a common standard of comparison. :func:`backtest` computes it in
    addition to the forecasts of any forecaster.

    Parameters
    ----------
    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, for example 12 for monthly rows. "auto" takes it from the frequency
        of the index. If there are several, the shortest is used. 1 means the last known value.

    See Also
    --------
    PanelHoltWinters : Smooths the level, the trend and the seasonality.
    AutoRNNForecaster : Combines these forecasts with those of networks.
    backtest : Compares forecasts with the seasonal naive forecast.

    Notes
    -----
    If the value of a season is unknown (NaN), the value of this season one cycle earlier is used,
    and so on. If there is none, the forecast is the last known value. If the times have a time
    zone, periods of whole days follow the local clock.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import PanelSeasonalNaive
    >>> y = load_airline()
    >>> forecaster = PanelSeasonalNaive().fit(y[:-12])
    >>> error = (forecaster.predict(fh=range(1, 13)) - y[-12:]).abs().mean()
    >>> round(error)
    48
    """

    def _make_model(self):
        return SeasonalNaiveModel(self._periods())
