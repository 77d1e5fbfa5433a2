"""The season of a series: factors if all of its values are positive, and sums if not."""

from __future__ import annotations

import numpy as np

from ._season_removal import Seasons
from ._transformations import warn_of_no_logarithm

# The logarithm of a row closer to 0 than this fraction of the row before or after it is so far
# from the others that it would determine the whole forecast.
_LEAST_FRACTION = 1e-4


def positive_series(panel, values):
    """Return which series have only positive values, none of them almost 0 next to the others.

    Parameters
    ----------
    panel : Panel
        Layout of the series.
    values : ndarray of shape (n_rows,)
        Their values; NaN if unknown.

    Returns
    -------
    ndarray of bool of shape (n_series,)
    """
    positive = np.fmin.reduceat(values[panel.rows], panel.begins()) > 0
    known = ~np.isnan(values[panel.rows])
    series, values = panel.series[known], values[panel.rows[known]]
    least, most = np.minimum(values[1:], values[:-1]), np.maximum(values[1:], values[:-1])
    almost = (series[1:] == series[:-1]) & (least < _LEAST_FRACTION * most)
    positive[series[1:][almost]] = False
    return positive


class SeasonFactors:
    """Removes seasons, by division from positive series and by subtraction from others.

    A season is tested and estimated by :class:`Seasons`, on a log scale if all known values of the
    series are positive, and none of them is almost 0.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities, the longest first.

    Attributes
    ----------
    positive : ndarray of bool of shape (n_series,)
        The series whose known values are all positive, as in :func:`positive_series`.
    """

    _least = None  # in pickles from before the smallest values were kept

    def __init__(self, periods):
        self._seasons = Seasons(periods, conditional=True)

    @property
    def periods_found(self):
        """The periodicity of each series, 0 without seasonality."""
        return self._seasons.periods_found[:, 0]

    def fit(self, panel, values):
        """Learn the seasons of a panel; values of shape (n_rows,)."""
        self.positive = positive_series(panel, values)
        self._least = np.fmin.reduceat(values[panel.rows], panel.begins())
        self._seasons.fit(panel, self._logarithms(panel, values)[:, None])
        return self

    def remove(self, panel, values):
        """Return deseasonalised values of shape (n_rows,)."""
        nothing = np.zeros((len(values), 1))
        season = -self._seasons.transform(panel, nothing)[:, 0]
        return _without(values, season, self._of_rows(panel))

    def logarithms(self, panel, values):
        """Return deseasonalised values of shape (n_rows,), on a log scale if they were positive.

        Later rows that have no logarithm, or are almost 0, are treated as the smallest value seen
        in `fit`.

        Warns
        -----
        SkrnnWarning
            If there are such rows.
        """
        positive = self._of_rows(panel)
        rows = panel.rows
        least = self._least_of_rows(panel, values)
        none = positive[rows] & (values[rows] < _LEAST_FRACTION * least)
        if none.any():
            almost = bool((values[rows[none]] > 0).any())
            advice = "call update with update_params=True"
            warn_of_no_logarithm(panel, none, advice, almost_zero=almost)
            values = values.copy()
            values[rows[none]] = least[none]
        return self._logarithms(panel, self.remove(panel, values))

    def put_back(self, forecasts, positions, *, from_logarithms=False):
        """Return forecasts with their season.

        Parameters
        ----------
        forecasts : ndarray of shape (n_series, n_steps)
            The forecasts.
        positions : ndarray of int of shape (n_series, n_steps)
            Their positions in time.
        from_logarithms : bool, default=False
            Whether forecasts of positive series are on a log scale.

        Returns
        -------
        ndarray of shape (n_series, n_steps)
        """
        positive = self.positive[:, None]
        if from_logarithms:
            forecasts = np.where(positive, np.exp(np.where(positive, forecasts, 0.0)), forecasts)
        nothing = np.zeros((*forecasts.shape, 1, 1))
        season = self._seasons.inverse_transform(nothing, positions)[..., 0, 0]
        return _without(forecasts, -season, positive)

    def _least_of_rows(self, panel, values):
        """Return the smallest value in `fit` of the series of each of the rows of a panel."""
        least = self._least
        if least is None:
            known = np.where(values > 0, values, np.nan)[panel.rows]
            least = np.fmin.reduceat(known, panel.begins())
        return least[panel.series]

    def _logarithms(self, panel, values):
        positive = self._of_rows(panel)
        return np.where(positive, np.log(np.where(positive, values, 1.0)), values)

    def _of_rows(self, panel):
        """Return whether each row belongs to a positive series."""
        rows = np.zeros(len(panel.values), bool)
        rows[panel.rows] = self.positive[panel.series]
        return rows


def _without(values, season, positive):
    """Divide positive series by the exponential of a season, and subtract it from the others."""
    return np.where(positive, values * np.exp(np.where(positive, -season, 0.0)), values - season)
