"""Quantiles around the combined forecast, from the held-out errors of each series."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from skrnn._warnings import warn_user

from ._adaptive_levels import AdaptiveLevels
from ._combination import combine, weights_for_errors
from ._conformal_quantiles import (
    ConformalQuantiles,
    independent_share,
    mirrored,
    too_few_to_tell_sizes,
)
from ._earlier_errors import earlier_errors
from ._error_vectors import ErrorVectors
from ._forecast_limits import warn_of_no_width
from ._held_out import deviations_from_mean, in_units_of, naive_errors
from ._season_widths import SeasonWidths
from ._series_names import name_marked
from ._trials import possible_forecasts

# Weight of the scale before an origin in the unit of its errors. Chosen on 24 windows of training
# parts of M1, M3, Tourism, NN5 and hospital, where it changes the coverage of intervals of 80 and
# 95% from 0.767 and 0.922 to 0.798 and 0.948, with lower interval scores.
_BEFORE = 0.7


@dataclass(frozen=True)
class Intervals:
    """Quantiles of the errors of all series, and the scale of each series.

    Attributes
    ----------
    conformal : ConformalQuantiles
        Quantiles of errors in units of the scales.
    scales : ndarray of shape (n_series,)
        Mean change of each series; 0 if it never changes, NaN if no change is known.
    of_naive : bool, default=False
        Whether they are errors of the naive forecast, or deviations of counts from their mean,
        because no errors of forecasts are known.
    vectors : ErrorVectors or None, default=None
        The errors of all steps from the same origin, which depend on each other.
    adaptive : AdaptiveLevels or None, default=None
        Levels that have moved with true values. None: no value has arrived.
    widths : SeasonWidths or None, default=None
        How the sizes of errors depend on the season. None: they do not.
    """

    conformal: ConformalQuantiles
    scales: np.ndarray
    of_naive: bool = False
    vectors: ErrorVectors | None = None
    adaptive: AdaptiveLevels | None = None
    widths: SeasonWidths | None = None

    @classmethod
    def of(cls, tried, weights, held_out, periods, axis=None, *, counts=False):
        """Learn from the errors of the combined forecast of held-out rows.

        If none of them is known, the errors of the naive forecast are used instead, or the
        deviations of counts with many zeros from their mean.

        Parameters
        ----------
        tried : list of Trial
            The trials.
        weights : ndarray of shape (n_trials,) or (n_trials, n_series)
            Weights of their forecasts.
        held_out : HeldOut
            The rows that were held out.
        periods : sequence of int
            Seasonal periodicities, the longest first. Scales are changes over the last one.
        axis : TimeAxis, default=None
            The time axis of the series. None: the sizes of errors do not depend on the season.
        counts : bool, default=False
            Whether forecasts are means of counts with many zeros, which are not their medians.

        Returns
        -------
        Intervals
        """
        sp = periods[-1]
        scales = held_out.final_scales(sp)
        errors, of_naive = np.full((1, held_out.n_steps), np.nan), True
        axis = None if sp == 1 or counts else axis
        if held_out.n_origins and tried:
            forecasts = np.stack([trial.forecasts for trial in tried])
            usual = possible_forecasts(tried).all(axis=0)
            weights = weights_for_errors(weights, held_out.n_errors(), usual)
            differences = held_out.errors(combine(forecasts, weights))
            of_naive = bool(np.isnan(differences).all())
            units = partial(_units, periods=periods, scales=scales, axis=axis)
            errors = in_units_of(differences, units(held_out)).reshape(-1, held_out.n_steps)
            if np.isnan(errors).all() and axis is not None:
                # All held-out rows lie where the series are still.
                axis, units = None, partial(_units, periods=periods, scales=scales)
                errors = in_units_of(differences, units(held_out)).reshape(-1, held_out.n_steps)
            if np.isfinite(errors).any() and not counts:
                earlier = earlier_errors(tried, held_out, sp, units)
                errors = np.concatenate([errors, np.nanmean(np.abs(errors)) * earlier])
        widths = None if axis is None or of_naive else held_out.widths(periods, axis)
        if widths is not None and np.nansum(np.abs(errors)) > 0:
            still = in_units_of(differences, scales) / np.nanmean(np.abs(errors))
            widths = widths.with_errors(still, held_out.positions(axis))
        n_series = int(held_out.enough.sum())
        share = independent_share(held_out.later, held_out.n_steps, max(n_series, 1))
        if of_naive:
            of_mean = counts and bool(tried)  # without a view, the forecast is the last value
            errors = deviations_from_mean(held_out) if of_mean else naive_errors(held_out)
            errors = in_units_of(errors, scales[held_out.series])
            share = 1.0 if of_mean else 1 / np.arange(1, held_out.n_steps + 1)  # from every row
        expected = None
        if not (counts or of_naive) and too_few_to_tell_sizes(errors, share):
            expected = held_out.expected_sizes(periods, scales)
        conformal = ConformalQuantiles.of(errors, share, centered=not counts, expected=expected)
        vectors = ErrorVectors.of(errors if counts else mirrored(errors))
        return cls(conformal, scales, of_naive, vectors, widths=widths)

    @property
    def of_counts(self):
        """Whether forecasts are means of counts with many zeros."""
        return not self.conformal.centered

    def quantiles(self, values, steps, alphas, instances, ages=None, positions=None):
        """Return quantiles around forecasts.

        Parameters
        ----------
        values : ndarray of shape (n_series, n_steps)
            Forecasts.
        steps : ndarray of int of shape (n_series, n_steps)
            Their steps ahead. Forecasts in sample are one step ahead.
        alphas : sequence of float
            The quantiles.
        instances : Index or None
            Names of the series.
        ages : ndarray of int of shape (n_series, n_steps), default=None
            Rows since the last known value of the series, as counted by `steps_after_known`.
            None means that no row before the forecasts is unknown.
        positions : ndarray of int of shape (n_series, n_steps), default=None
            Positions in time, which determine how the season changes the sizes of errors.

        Returns
        -------
        ndarray of shape (n_series, n_steps, n_alphas)
            NaN where the errors of a series or of a step are not known, except for the median.

        Warns
        -----
        SkrnnWarning
            If quantiles are NaN, are not supported by the number of errors, or if a series never
            changes, so that its intervals have no width.
        """
        levels = np.broadcast_to(np.asarray(alphas, np.float64), (*steps.shape, len(alphas)))
        offsets = self.offsets(steps, levels, ages, positions)
        self.warn_of_unknown(offsets, alphas, instances)
        self._warn_of_levels(offsets, alphas)
        return values[..., None] + offsets

    def offsets(self, steps, levels, ages=None, positions=None):
        """Return what to add to forecasts, each at its own quantiles.

        Parameters
        ----------
        steps : ndarray of int of shape (n_series, n_steps)
            Steps ahead.
        levels : ndarray of shape (n_series, n_steps, n_levels)
            Quantiles between 0 and 1.
        ages, positions : ndarray of int of shape (n_series, n_steps), default=None
            As in `quantiles`.

        Returns
        -------
        ndarray of shape (n_series, n_steps, n_levels)
        """
        ages = np.maximum(steps, 1) if ages is None else ages
        taken = levels if self.adaptive is None else self.adaptive.applied(levels)
        offsets = self.conformal.offsets_at(ages, taken)
        if self.widths is not None and positions is not None:
            offsets *= self.widths.at(positions)[..., None]
        offsets[steps > len(self.conformal.scores)] = np.nan
        constant = self.scales == 0
        offsets = np.where(constant[:, None, None], 0.0, offsets * self.scales[:, None, None])
        is_forecast = levels == 0.5
        if self.of_counts:
            is_forecast &= np.isnan(offsets)
        return np.where(is_forecast, 0.0, offsets)

    def warn_of_unknown(self, offsets, alphas, instances):
        """Warn of unknown errors, of errors that are all 0, and of series that never change."""
        if np.equal(alphas, 0.5).all():
            return
        unknown, constant = np.isnan(offsets).any(axis=(1, 2)), self.scales == 0
        if self.conformal.all_exact and not constant.all():
            warn_user(
                f"All {self.conformal.n_errors} held-out values equal their forecasts, so "
                "intervals have no width. Later values may differ from their forecasts."
            )
        if unknown.any():
            warn_user(
                f"No error of forecasts of {name_marked(unknown, instances)} is known at some of "
                "these steps, so their quantiles are NaN, except for the median. Intervals need "
                "three known values or more, some of them in consecutive rows, and an fh in fit "
                "that contains every step."
            )
        warn_of_no_width(constant, instances)

    def _warn_of_levels(self, offsets, alphas):
        beyond = [alpha for alpha in alphas if not self.conformal.supports(alpha)]
        unknown = np.isnan(offsets).any(axis=(1, 2))
        if beyond and not (unknown | (self.scales == 0)).all():
            warn_user(
                f"The number of held-out errors ({self.conformal.n_errors}) supports intervals up "
                f"to a coverage of {self.conformal.largest_coverage:.3g}. Quantiles beyond, here "
                f"{', '.join(f'{alpha:.6g}' for alpha in beyond)}, assume that errors follow "
                "Student's t distribution. Real errors may exceed them more often."
            )


def _units(held_out, periods, scales, axis=None):
    """Return the units of held-out errors, ``(n_series, n_origins, 1 or n_steps)``.

    With the held-out rows in the unit, a large change makes its own error look small. A scale of
    only the rows before the origin is uncertain if there are few of them, so the unit is a
    weighted geometric mean of both. With an axis, units depend on the season.
    """
    origins = range(held_out.n_origins)
    before = np.stack([held_out.scales(periods[-1], origin) for origin in origins], axis=1)
    units = (before**_BEFORE * scales[:, None] ** (1 - _BEFORE))[..., None]
    widths = None if axis is None else held_out.widths(periods, axis, origin=0)
    return units if widths is None else units * widths.at(held_out.positions(axis))
