"""Defines the forecaster that uses direct ridge regression."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ._ridge import RidgeCoefficients, levels_after_breaks, may_have_broken
from ._season_factors import SeasonFactors
from ._statistical import StatisticalForecaster

# A matrix of the lags is decomposed for each series.
_LONGEST_LAG = 512
# A window covers at most this fraction of a series.
_WINDOW_SHARE = 4
# For series with fewer windows and horizons, a ridge regression adds little to others.
_LEAST_WIDTHS = 4


class RidgeModel:
    """Regresses deseasonalised series, on a log scale if all values are positive.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities, the longest first.
    n_steps : int
        Steps ahead.
    """

    def __init__(self, periods, n_steps):
        self._factors, self._periods, self._n_steps = SeasonFactors(periods), periods, n_steps

    def fit(self, panel):
        """Fit the coefficients of each series of a panel."""
        self._factors.fit(panel, panel.values[:, 0])
        self._coefficients = [
            RidgeCoefficients.fit(values, self._lag(values), self._n_steps)
            for values in _series_of(self._transformed(panel), panel)
        ]
        return self

    def run(self, panel):
        """Return the rows as they are, and each series with forecasts of unknown values."""
        known = self._transformed(panel)
        series = zip(_series_of(known, panel), self._coefficients, strict=True)
        return known, [values if each is None else each.filled(values) for values, each in series]

    def forecast(self, panel, run, origins, ahead):
        """Return forecasts, with the season, as `forecast` of :class:`SmoothingModel`."""
        rows = origins - panel.first[:, None]
        table = np.full(origins.shape, np.nan)
        known, filled = run
        for i, (values, each) in enumerate(zip(filled, self._coefficients, strict=True)):
            if each is not None:
                table[i] = each.forecast(values, rows[i], ahead[i])
        for i in self._may_have_broken(panel, known, rows):
            use = np.flatnonzero(~np.isnan(table[i]))
            values = known[panel.starts[i] : panel.ends[i]]
            level = levels_after_breaks(values, self._coefficients[i].lag)[rows[i, use]]
            table[i, use] = np.where(np.isnan(level), table[i, use], level)
        return self._factors.put_back(table, origins + ahead, from_logarithms=True)

    def _transformed(self, panel):
        """Return the deseasonalised rows, on a log scale where the series was positive."""
        return self._factors.logarithms(panel, panel.values[:, 0])

    def _may_have_broken(self, panel, known, rows):
        """Return the series in whose windows there may be a change unlike all before."""
        lags = [0 if each is None else each.lag for each in self._coefficients]
        last = rows.max(axis=1)
        may = may_have_broken(known, panel.starts, panel.starts + last, max([2, *lags]))
        may |= rows.min(axis=1) < last
        return [i for i in np.flatnonzero(may) if lags[i]]

    def _lag(self, values):
        return ridge_lag(int((~np.isnan(values)).sum()), self._periods, self._n_steps)


class PanelRidge(StatisticalForecaster):
    """Ridge regression on the last values, fitted to each series of a panel separately.

    The forecast of each step of the horizon is a linear function of a window of the last values of
    the series, so forecasts are direct, not recursive. Windows are as long as a seasonal cycle, or
    1.25 times as long as the horizon if that is longer. Positive series are converted to
    logarithms, unless a value is below a ten-thousandth of the one before or after it. Seasonality
    is removed if a statistical test finds it, and the last value of a window is subtracted from
    the window and from its targets. The penalty of each series is found by generalised
    cross-validation [1]_.

    This forecaster needs long series. With hundreds of hourly values, for example, whose pattern
    repeats every day and every week, it is more accurate than exponential smoothing. Its running
    time is linear in the number of rows.

    Parameters
    ----------
    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, for example (168, 24) for hourly rows. "auto" takes it from the
        frequency of the index. If there are several, the longest one that passes a statistical
        test is removed.

    See Also
    --------
    PanelTheta : Better suited to short series.
    AutoRNNForecaster : Combines these forecasts with those of networks.

    Notes
    -----
    Windows with an unknown value (NaN) are not used for training. In the window to forecast from,
    an unknown value is replaced with its own forecast. If later values of a series that was
    converted to logarithms are zero, negative, or below a ten-thousandth of the smallest value of
    the series in `fit`, they are treated as if they were this smallest value, with a warning,
    until they are seen by `fit`, or by `update` with ``update_params=True``. If a series does not
    have four complete windows, its forecast is the last known value, and a warning is issued.

    If the window to forecast from contains a change from one known row to the next that is more
    than five times as large as any other change so far, for example because a product is no longer
    sold, nothing can be learned about what follows such a change. From the second known row after
    it, the forecast is the last known value, with the season. Before that row, the change might be
    due to an outlier. A change across unknown rows is divided by the number of rows. Windows of
    three values or fewer are too short for this rule: series with fewer than 16 known rows have
    such windows, and so do series without seasonality if the horizon is one or two steps.

    References
    ----------
    .. [1] Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems",
       Technometrics, 1970; Golub, Heath and Wahba, "Generalized cross-validation as a method for
       choosing a good ridge parameter", Technometrics, 1979.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import PanelRidge
    >>> y = load_airline()
    >>> forecaster = PanelRidge().fit(y[:-12], fh=range(1, 13))
    >>> error = (forecaster.predict() - y[-12:]).abs().mean()
    >>> round(error)
    16
    """

    _tags: ClassVar = {"requires-fh-in-fit": True}

    def _make_model(self):
        return RidgeModel(self._periods(), self._n_steps)


def _series_of(values, panel):
    """Return the rows of each series."""
    return [values[start:end] for start, end in zip(panel.starts, panel.ends, strict=True)]


def ridge_lag(n_known, periods, n_steps):
    """Return the length of a window: a season or the horizon, but at most a part of the series.

    Parameters
    ----------
    n_known : int
        Known values of the series.
    periods : tuple of int
        Seasonal periodicities.
    n_steps : int
        Steps ahead.

    Returns
    -------
    int
    """
    longest = min(_LONGEST_LAG, max(2, n_known // _WINDOW_SHARE))
    period = max((period for period in periods if period <= longest), default=1)
    return int(min(max(period, round(1.25 * n_steps), 3), longest))


def enough_for_ridge(n_known, periods, n_steps):
    """Return whether most series are long enough to learn so many coefficients from them.

    Parameters
    ----------
    n_known : ndarray of int of shape (n_series,)
        Known values of each series.
    periods, n_steps
        As in :func:`ridge_lag`.

    Returns
    -------
    bool
    """
    typical = int(np.median(n_known))
    return typical >= _LEAST_WIDTHS * (ridge_lag(typical, periods, n_steps) + n_steps)
