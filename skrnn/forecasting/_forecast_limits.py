"""Bounds of the forecasts, which hold even if a network that reads its own forecasts explodes."""

from dataclasses import dataclass

import numpy as np

from ._limited_forecasts import warn_or_collect
from ._series_names import name_marked

# As a fraction of the known values.
_LONGEST_GROWTH = 0.25


@dataclass(frozen=True)
class Bounds:
    """Bounds around the known values of each series, which widen with the steps ahead.

    At step s after n known rows a forecast may lie ``(1 + s / n)`` times the range of the known
    values outside them. A linear trend that continues stays inside, and an exploding recursion is
    stopped. A positive series may also keep growing by its usual factor, for a quarter of the
    known values. A series that was never negative does not become negative, and one that was never
    positive does not become positive.

    Attributes
    ----------
    low, high : ndarray of shape (n_series, n_targets)
        The smallest and the largest known value; NaN if none is known.
    n_known : ndarray of shape (n_series, n_targets)
        Number of known values.
    zero : ndarray of shape (n_series, n_targets)
        The value from which a positive series grows.
    """

    low: np.ndarray
    high: np.ndarray
    n_known: np.ndarray
    zero: np.ndarray

    @classmethod
    def of(cls, panel, values, last, zero=0.0):
        """Return the bounds of the series of a panel.

        Parameters
        ----------
        panel : Panel
            Layout of the series.
        values : ndarray of shape (n_rows, n_targets)
            Values of the series, NaN where they are unknown.
        last : ndarray of int of shape (n_series,)
            Position in time of the last row of each series to use.
        zero : ndarray of shape (n_series, n_targets) or float, default=0.0
            The value in `values` that corresponds to 0 in units of the series.

        Returns
        -------
        Bounds
        """
        rows = panel.rows
        known = ~np.isnan(values[rows])
        known &= (panel.positions() <= last[panel.series])[:, None]
        begins = panel.begins()
        low = np.minimum.reduceat(np.where(known, values[rows], np.inf), begins)
        high = np.maximum.reduceat(np.where(known, values[rows], -np.inf), begins)
        count = np.add.reduceat(known, begins)
        low, high = (np.where(count > 0, edge, np.nan) for edge in (low, high))
        return cls(low, high, np.maximum(count, 1), np.broadcast_to(zero, low.shape))

    def repeated(self, n):
        """Return the bounds of `n` copies of each series, one after another."""
        edges = self.low, self.high, self.n_known, self.zero
        return Bounds(*(np.repeat(edge, n, axis=0) for edge in edges))

    def above(self, values):
        """Return whether forecasts lie above the middle of the known values.

        Parameters
        ----------
        values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
            The forecasts.

        Returns
        -------
        ndarray of bool of the same shape
        """
        return values > ((self.low + self.high) / 2)[:, None, :, None]

    def of_one_sign(self, values):
        """Replace values whose sign never occurred in the series with 0.

        Counts, amounts and prices are never negative. This is only true in the units of the
        series, not of logarithms, differences or scaled values.

        Parameters
        ----------
        values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
            Forecasts or quantiles of forecasts.

        Returns
        -------
        ndarray of the same shape
        """
        low, high = (edge[:, None, :, None] for edge in (self.low, self.high))
        values = np.where((low >= 0) & (values < 0), 0.0, values)
        return np.where((high <= 0) & (values > 0), 0.0, values)

    def limit(self, values, steps, *, grows=True):
        """Limit forecasts.

        Parameters
        ----------
        values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
            The forecasts.
        steps : ndarray of int of shape (n_steps,) or (n_series, n_steps)
            Steps ahead.
        grows : bool, default=True
            Whether the bounds widen with the steps, as for a trend. Differences have no trend.

        Returns
        -------
        values : ndarray of the same shape
            The forecasts, none of them beyond the bounds.
        far : ndarray of bool of shape (n_series,)
            The series with a forecast that lay at least as far outside the bounds as the bounds
            lie outside the known values.
        """
        shape = len(values), values.shape[1], 1, 1
        steps = np.broadcast_to(np.maximum(steps, 1), shape[:2]).reshape(shape)
        low, high, n_known = (
            edge[:, None, :, None] for edge in (self.low, self.high, self.n_known)
        )
        margin = (high - low) * (1 + (steps / n_known if grows else 0.0))
        zero = self.zero[:, None, :, None]
        growth = np.where(low > zero, high - zero, 1.0) / np.where(low > zero, low - zero, 1.0)
        share = np.minimum(steps / n_known, _LONGEST_GROWTH if grows else 0.0)
        grown = zero + (high - zero) * growth**share
        low, high = low - margin, np.maximum(high + margin, grown)
        limited = np.fmax(np.fmin(values, high), low)
        limited = np.where(np.isnan(values), np.nan, limited)
        with np.errstate(invalid="ignore"):
            far = np.abs(values - limited) > margin
        return limited, (far & (margin > 0)).any(axis=(1, 2, 3))


def warn_of_no_width(constant, instances):
    """Warn if some series, marked in ``(n_series,)``, are constant, and so are their quantiles."""
    if constant.any():
        warn_or_collect(
            f"The known values of {name_marked(constant, instances)} never change, so their "
            "intervals have no width."
        )
