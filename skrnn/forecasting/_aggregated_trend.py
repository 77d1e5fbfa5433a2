"""Defines the forecaster that smooths the means of several rows."""

from __future__ import annotations

import numpy as np

from ._season_factors import SeasonFactors
from ._smoothing import EndAligned, Parameters, damped_sums, squared_errors, states, tables
from ._smoothing_forecasters import DAMPED, first_line, pulled_to_last_value
from ._statistical import StatisticalForecaster

# Rows of which means are taken, at most: they divide a seasonal cycle, or there is none.
_LONGEST, _WITHOUT_SEASON = 12, (1, 2, 3)
# Means of a series from which a trend can be estimated.
_LEAST_MEANS = 5


class AggregatedTrendModel:
    """Smooths the means of 1, 2, 3, ... rows, on a log scale if all values are positive.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities, the longest first.
    """

    def __init__(self, periods):
        self._factors = SeasonFactors(periods)
        self._parts = [SmoothedMeans(length) for length in lengths_of_means(periods)]

    def fit(self, panel):
        """Choose the parameters of each series and each length."""
        self._factors.fit(panel, panel.values[:, 0])
        values = self._factors.logarithms(panel, panel.values[:, 0])
        for part in self._parts:
            part.fit(panel, values)
        return self

    def run(self, panel):
        """Return the levels and the trends after each row, ``(2, n_rows)`` for each length."""
        values = self._factors.logarithms(panel, panel.values[:, 0])
        return [part.run(panel, values) for part in self._parts]

    def forecast(self, panel, run, origins, ahead):
        """Return forecasts, with the season, as `forecast` of :class:`SmoothingModel`."""
        positions = origins + ahead
        row, ahead = from_last_known(panel, panel.row_of(origins), ahead)
        total, count = np.zeros(origins.shape), np.zeros(origins.shape, np.intp)
        for part, (level, trend) in zip(self._parts, run, strict=True):
            values = part.forecast(level[row], trend[row], ahead)
            known = ~np.isnan(values) & (row >= 0)
            total, count = total + np.where(known, values, 0.0), count + known
        mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
        return self._factors.put_back(mean, positions, from_logarithms=True)


class SmoothedMeans:
    """Exponential smoothing, with a damped trend, of the means of `length` rows.

    The means that end at a row, one length before it, two lengths before it, and so on, form one
    series, so each row belongs to one of `length` such series.

    Parameters
    ----------
    length : int
        Number of rows.
    """

    def __init__(self, length):
        self._length = length

    def fit(self, panel, values):
        """Choose the parameters of each series, from the means that end at its last row."""
        found, series = [], []
        # One level and trend for each of the series of means, which begin one row after the other.
        self._start = np.full((2, self._length, panel.n_series), np.nan)
        for table in tables(panel, values):
            means = Means.of(table, self._length)
            start = first_line(means.aligned)
            last, of_last = means.ending_last_known(table)
            with np.errstate(over="ignore", invalid="ignore"):
                errors = squared_errors(last, *(each[of_last] for each in start), DAMPED)
            found.append(DAMPED.chosen(errors.argmin(axis=1)))
            series.append(table.series[last.series])
            self._start[:, means.begin, table.series[means.column]] = start
            n_means = (~np.isnan(last.values)).sum(axis=0)
            short = (n_means < _LEAST_MEANS) & (self._length > 1)
            self._start[:, :, table.series[last.series[short]]] = np.nan
        self._parameters = Parameters.joined(found, np.concatenate(series))

    def run(self, panel, values):
        """Return level and trend after each row, ``(2, n_rows)``; NaN if they are not known."""
        result = np.full((2, len(values)), np.nan)
        for table in tables(panel, values):
            means = Means.of(table, self._length)
            series = table.series[means.column]
            start = self._start[:, means.begin, series]
            with np.errstate(over="ignore", invalid="ignore"):
                found = states(means.aligned, *start, self._parameters.of_series(series))
            found = means.of_rows(found)
            if self._length == 1:
                found = pulled_to_last_value(table, found)
            table.laid_out(found, panel, result)
        return result

    def forecast(self, level, trend, ahead):
        """Return the forecasts of rows, which lie between those of means."""
        # A mean lies in the middle of its rows.
        steps = (ahead + (self._length - 1) / 2) / self._length
        return level + damped_sums(self._parameters.phi, steps) * trend


class Means:
    """Means of all runs of `length` rows, as series.

    Attributes
    ----------
    aligned : EndAligned
        A column for each series of means.
    column : ndarray of int
        Column of the original table that each of them belongs to.
    begin : ndarray of int
        Rows between the first mean of this column and that of each of them.
    """

    def __init__(self, aligned, column, begin, shape):
        self.aligned, self.column, self.begin, self._shape = aligned, column, begin, shape

    @classmethod
    def of(cls, table, length):
        """Take the means of the known rows; NaN where none is known.

        Parameters
        ----------
        table : EndAligned
            The series.
        length : int
            Number of rows.

        Returns
        -------
        Means
        """
        n_rows, n_series = table.values.shape
        added = -n_rows % length
        means = np.full((added + n_rows, n_series), np.nan)
        means[added:] = _moving_means(table, length)
        # The rows of a cycle of `length` rows side by side, each with all series.
        means = means.reshape(-1, length * n_series)
        aligned = EndAligned.by_start(means, np.arange(means.shape[1]))
        place, column = np.divmod(aligned.series, n_series)
        begin = (place - added - (table.starts[column] + length - 1)) % length
        return cls(aligned, column, begin, (length, n_rows, n_series))

    def ending_last_known(self, table):
        """Return the series of means that end at the last known row, and which of all they are.

        The numbers of their series are columns of the original table.
        """
        length, _, n_series = self._shape
        n_unknown = (~np.isnan(table.values[::-1])).argmax(axis=0)
        place, column = np.divmod(self.aligned.series, n_series)
        chosen = place == (length - 1 - n_unknown[column]) % length
        values, starts = self.aligned.values[:, chosen], self.aligned.starts[chosen]
        return EndAligned(values, starts, self.column[chosen]), chosen

    def of_rows(self, values):
        """Return values of each mean, ``(..., n_means, n_columns)``, by the last row of the mean.

        Returns
        -------
        ndarray of shape (..., n_rows, n_series)
        """
        _, n_rows, n_series = self._shape
        ordered = np.empty_like(values)
        ordered[..., self.aligned.series] = values
        return ordered.reshape(*values.shape[:-2], -1, n_series)[..., -n_rows:, :]


def lengths_of_means(periods):
    """Return the numbers of rows over which means are taken, from the seasonal periodicities."""
    period = min((period for period in periods if period > 1), default=None)
    if period is None:
        return _WITHOUT_SEASON
    return tuple(n for n in range(1, min(period, _LONGEST) + 1) if period % n == 0)


def from_last_known(panel, rows, ahead):
    """Return the last known row up to each row, -1 if there is none, and the steps from there.

    Means that end later have fewer known rows, in the middle of which they do not lie.
    """
    known = ~np.isnan(panel.values[:, 0])
    latest = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))[rows]
    found = (rows >= 0) & (latest >= panel.starts[:, None])
    return np.where(found, latest, -1), np.where(found, ahead + rows - latest, ahead)


def _moving_means(table, length):
    """Return the mean of the `length` rows that end at each row, ``(n_rows, n_series)``.

    Unknown rows do not count. NaN where no row is known, or the first ones are before the series.
    """
    known = ~np.isnan(table.values)
    total, count = np.zeros(table.values.shape), np.zeros(table.values.shape, np.intp)
    values = np.where(known, table.values, 0.0)
    for later in range(min(length, len(values))):
        kept = len(values) - later
        total[later:] += values[:kept]
        count[later:] += known[:kept]
    whole = np.arange(len(values))[:, None] >= table.starts + length - 1
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=whole & (count > 0))


class PanelAggregatedTrend(StatisticalForecaster):
    """Exponential smoothing of means of several rows, for one series or many.

    Means over a quarter or a year show a trend more clearly than monthly values do, whereas
    monthly values show a change in level sooner. The means over 1, 2, 3, ... rows, counted from
    the last known row, are therefore smoothed separately, each with a damped trend as in
    :class:`PanelDampedTrend`, and the forecast is the mean of all these forecasts [1]_. The
    numbers of rows are those divisors of the shortest seasonal periodicity that are at most 12, or
    1, 2 and 3 without seasonality. Those for which a series has fewer than five means are not
    used.

    Series whose values are all positive are smoothed on a log scale, unless a value is below a
    ten-thousandth of the one before or after it. If a statistical test finds seasonality, it is
    removed first and restored afterwards. It is multiplicative for series that are smoothed on a
    log scale, and additive for all others. All series of a panel are smoothed at the same time.

    Parameters
    ----------
    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, as in :class:`PanelTheta`.

    See Also
    --------
    PanelDampedTrend : The same method for single rows, without logarithms.
    AutoRNNForecaster : Combines these forecasts with those of networks.

    Notes
    -----
    Unknown values (NaN) are left out of the means, and a mean without any known value does not
    change the state. If later values of a series that was smoothed on a log scale are zero,
    negative, or below a ten-thousandth of the smallest value of the series in `fit`, they are
    treated as if they were this smallest value, with a warning, until they are seen by `fit`, or
    by `update` with ``update_params=True``. Forecasts of a series with fewer than nine known
    values lie between those of the method and the last known value of the series, as in
    :class:`PanelTheta`. Forecasts are never negative if no known value of the series is, and never
    positive if none is.

    References
    ----------
    .. [1] Kourentzes, Petropoulos and Trapero, "Improving forecasting by estimating time series
       structural components across multiple frequencies", International Journal of Forecasting,
       2014.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import PanelAggregatedTrend
    >>> y = load_airline()
    >>> forecaster = PanelAggregatedTrend().fit(y[:-12])
    >>> error = (forecaster.predict(fh=range(1, 13)) - y[-12:]).abs().mean()
    >>> round(error)
    9
    """

    def _make_model(self):
        return AggregatedTrendModel(self._periods())
