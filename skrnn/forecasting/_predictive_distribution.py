"""The predictive distribution of the forecasts of a combination, and paths drawn from it."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ._adaptive_levels import LEVELS, AdaptiveLevels
from ._forecast_limits import Bounds
from ._horizon import steps_after_known

N_LEVELS = 200
"""Number of equally likely quantiles that represent a distribution."""


@dataclass(frozen=True)
class Predictive:
    """Forecasts of the steps of all series, and how far the true values may lie from them.

    Attributes
    ----------
    values : ndarray of shape (n_series, n_steps)
        Point forecasts: medians, or means of counts with many zeros, which are not rounded.
    steps : ndarray of int of shape (n_series, n_steps)
        Steps ahead.
    index : Index
        Labels of their rows. The steps of a series are adjacent.
    last : ndarray of int of shape (n_series,)
        Position in time of the last row of each series.
    panel : Panel
        All rows that are known.
    intervals : Intervals
        Quantiles of errors.
    """

    values: np.ndarray
    steps: np.ndarray
    index: pd.Index
    last: np.ndarray
    panel: object
    intervals: object

    def quantiles(self, alphas):
        """Return quantiles, ``(n_series, n_steps, n_alphas)``.

        Parameters
        ----------
        alphas : sequence of float
            The quantiles.

        Returns
        -------
        ndarray of shape (n_series, n_steps, n_alphas)
        """
        quantiles = self.intervals.quantiles(
            self.values, self.steps, alphas, self.panel.instances, self._ages(), self._positions()
        )
        return self._possible(quantiles)

    def equally_likely(self, n_levels=N_LEVELS):
        """Return values of each step that are equally likely.

        Parameters
        ----------
        n_levels : int
            Their number.

        Returns
        -------
        ndarray of shape (n_series, n_steps, n_levels)
            In increasing order. NaN where nothing is known about the errors.
        """
        levels = (np.arange(n_levels) + 0.5) / n_levels
        whole = np.broadcast_to(levels, (*self.steps.shape, n_levels))
        offsets = self._offsets(whole)
        self.intervals.warn_of_unknown(offsets, levels, self.panel.instances)
        return self._possible(self.values[..., None] + offsets)

    def samples(self, n_samples, random=None):
        """Return paths or, without a source of draws, equally likely values of each step."""
        if random is None:
            return self.equally_likely(n_samples)
        return self.paths(n_samples, random)

    def paths(self, n_paths, random):
        """Draw paths.

        Parameters
        ----------
        n_paths : int
            Number of paths of each series.
        random : Generator or RandomState
            Source of the draws.

        Returns
        -------
        ndarray of shape (n_series, n_steps, n_paths)
            Whole numbers if all known values of the series are whole numbers.

        Raises
        ------
        ValueError
            If a step is in sample.
        """
        n_series = len(self.values)
        if (self.steps < 1).any():
            raise ValueError(
                "Paths continue a series after its last row, so every step of fh must lie after "
                f"it. Got the step {int(self.steps.min())}."
            )
        levels = self.intervals.vectors.levels(n_series * n_paths, random)
        levels = levels.reshape(n_series, n_paths, -1).swapaxes(1, 2)
        places = np.minimum(self.steps, levels.shape[1]) - 1
        levels = np.take_along_axis(levels, places[:, :, None], axis=1)
        offsets = self._offsets(levels)
        self.intervals.warn_of_unknown(offsets, [0.0], self.panel.instances)
        paths = self._possible(self.values[..., None] + offsets)
        return np.where(self._whole()[:, None, None], np.rint(paths), paths)

    def intervals_after(self, truth):
        """Return the intervals after the true values of some steps have arrived.

        Parameters
        ----------
        truth : ndarray of shape (n_series, n_steps)
            The values. NaN marks unknown values.

        Returns
        -------
        Intervals
        """
        intervals, ages, positions = self.intervals, self._ages(), self._positions()
        # A series that never changed has no scale in which an error could be large.
        counts = np.isfinite(truth) & (self.steps > 0) & (intervals.scales > 0)[:, None]
        n_values = counts.sum(axis=1)
        levels = np.broadcast_to(LEVELS, (len(truth), 1, len(LEVELS)))
        for step in np.flatnonzero(counts.any(axis=0)):
            adaptive = intervals.adaptive or AdaptiveLevels.of(len(truth))
            at = slice(step, step + 1)
            offsets = intervals.offsets(self.steps[:, at], levels, ages[:, at], positions[:, at])
            quantiles = self._possible(self.values[:, at, None] + offsets)[:, 0]
            known = np.where(counts[:, step], truth[:, step], np.nan)
            intervals = replace(intervals, adaptive=adaptive.after(known, quantiles, n_values))
        return intervals

    def _offsets(self, levels):
        return self.intervals.offsets(self.steps, levels, self._ages(), self._positions())

    def _positions(self):
        return self.last[:, None] + self.steps

    def _ages(self):
        return steps_after_known(self.panel, self.last, self.steps)

    def _possible(self, values):
        """Return values without signs that never occurred; whole numbers if they are counts."""
        bounds = Bounds.of(self.panel, self.panel.values, self.panel.last)
        values = bounds.of_one_sign(values[:, :, None])[:, :, 0]
        if not self.intervals.of_counts:
            return values
        return np.where(self._whole()[:, None, None], np.rint(values), values)

    def _whole(self):
        return has_whole_numbers(self.panel)


def has_whole_numbers(panel):
    """Return which series contain only whole numbers so far, such as counts.

    Parameters
    ----------
    panel : Panel
        All rows that are known. The first column is the target.

    Returns
    -------
    ndarray of bool of shape (n_series,)
    """
    values = panel.values[panel.rows, 0]
    broken = ~np.isnan(values) & (values != np.rint(values))
    return ~np.logical_or.reduceat(broken, panel.begins())


def as_frame(samples, index, columns):
    """Return samples as a frame.

    Parameters
    ----------
    samples : ndarray of shape (n_series, n_steps, [n_targets,] n_samples)
        The samples.
    index : Index
        Labels of the rows of one of them.
    columns : Index
        The names of the targets.

    Returns
    -------
    DataFrame
        The first level of its index, "path", counts the samples.
    """
    n_samples, is_panel = samples.shape[-1], isinstance(index, pd.MultiIndex)
    levels = index.levels if is_panel else [index]
    codes = index.codes if is_panel else [np.arange(len(index))]
    whole = pd.MultiIndex(
        [pd.RangeIndex(n_samples), *levels],
        [
            np.repeat(np.arange(n_samples), len(index)),
            *(np.tile(code, n_samples) for code in codes),
        ],
        names=["path", *index.names],
    )
    table = np.moveaxis(samples, -1, 0).reshape(-1, len(columns))
    return pd.DataFrame(table, index=whole, columns=columns)


def check_skpro(name):
    """Raise an error that names the extra if skpro, which defines distributions, is missing."""
    from importlib.util import find_spec

    if find_spec("skpro") is None:
        raise ImportError(
            f"{name} returns an skpro distribution, but skpro is not installed. Install it with "
            "pip install 'skrnn[sktime]'. predict_var, predict_quantiles, predict_interval and "
            "sample_paths do not need it."
        )


def empirical(frame, *, joint):
    """Return the empirical distribution of a frame of equally likely samples.

    Parameters
    ----------
    frame : DataFrame
        Samples, counted by the first level of the index.
    joint : bool
        Whether a sample is a joint value of all rows.

    Returns
    -------
    skpro.distributions.Empirical
    """
    from skpro.distributions.empirical import Empirical

    rows = frame.index[frame.index.get_level_values(0) == 0].droplevel(0)
    return Empirical(frame, time_indep=not joint, index=rows, columns=frame.columns)
