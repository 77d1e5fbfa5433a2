"""The season of a series: factors if all of its values are positive, and sums if not."""

from __future__ import annotations

import numpy as np

from ._season_removal import Seasons
from ._transformations import warn_of_no_logarithm


class SeasonFactors:
    """Removes seasons, by division from positive series and by subtraction from others.

    A season is tested and estimated by :class:`Seasons`, in logarithms if all known values of the
    series are positive.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities, the longest first.

    Attributes
    ----------
    positive : ndarray of bool of shape (n_series,)
        The series whose known values are all positive.
    """

    def __init__(self, periods):
        self._seasons = Seasons(periods, conditional=True)

    @property
    def periods_found(self):
        """The periodicity of each series, 0 without seasonality."""
        return self._seasons.periods_found[:, 0]

    def fit(self, panel, values):
        """Learn the seasons of a panel; values of shape (n_rows,)."""
        begins = panel.begins()
        least = np.fmin.reduceat(values[panel.rows], begins)
        self.positive, self._least = least > 0, least
        self._seasons.fit(panel, self._logarithms(panel, values)[:, None])
        return self

    def remove(self, panel, values):
        """Return deseasonalised values of shape (n_rows,)."""
        nothing = np.zeros((len(values), 1))
        season = -self._seasons.transform(panel, nothing)[:, 0]
        return _without(values, season, self._of_rows(panel))

    def logarithms(self, panel, values):
        """Return deseasonalised values of shape (n_rows,), in logarithms if a series was positive.

        Later rows that have no logarithm are treated as the smallest value seen in `fit`.

        Warns
        -----
        UserWarning
            If there are such rows.
        """
        positive = self._of_rows(panel)
        none = (positive & (values <= 0))[panel.rows]
        if none.any():
            warn_of_no_logarithm(panel, none, "call update with update_params=True")
            values = values.copy()
            values[panel.rows[none]] = self._least[panel.series[none]]
        values = self.remove(panel, values)
        return np.where(positive, np.log(np.where(positive, values, 1.0)), values)

    def put_back(self, forecasts, positions):
        """Return forecasts with their season.

        Parameters
        ----------
        forecasts : ndarray of shape (n_series, n_steps)
            The forecasts.
        positions : ndarray of int of shape (n_series, n_steps)
            Their positions in time.

        Returns
        -------
        ndarray of shape (n_series, n_steps)
        """
        nothing = np.zeros((*forecasts.shape, 1, 1))
        season = self._seasons.inverse_transform(nothing, positions)[..., 0, 0]
        return _without(forecasts, -season, self.positive[:, None])

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
