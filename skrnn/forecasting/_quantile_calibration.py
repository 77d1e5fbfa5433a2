"""Conformalised quantile regression: held-out rows show how far quantiles have to move."""

import warnings
from dataclasses import dataclass, replace

import numpy as np

from skrnn._warnings import SkrnnWarning, warn_user

from ._adaptive_levels import AdaptiveLevels, limits_of
from ._features import UnknownFeatureError
from ._held_out import HeldOut, in_units_of
from ._network_training import NothingToLearnError
from ._series_names import some_series
from ._trials import cover_horizon

# With this many errors for a step, its quantiles move without those of the other steps.
_ENOUGH = 200
# Errors of each step. Those of many series at one time have this time in common.
_WANTED_ERRORS = 1000
# Offsets are kept for this many levels on each side of a quantile, which moves with true values.
_N_LEVELS = 12
# A quantile times a number is not exact in binary.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Calibration:
    """How far each forecast quantile moves.

    Networks are fitted to the rows before those that are held out, and forecast their quantiles. A
    quantile q then moves by the quantile q of the true values minus its forecasts, so that it has
    the right share of values below it [1]_. Each quantile moves separately, so that an interval
    has the right share of values on both sides of it. The median does not move. The width of
    intervals still differs from window to window as the networks forecast it.

    Series that are too short to be held out may be harder to forecast than the others, so their
    quantiles only move outwards.

    With n errors, a quantile above the median moves by the error of rank ``ceil(q (n + 1))``, and
    one below it by that of rank ``floor(q (n + 1))``. If errors are exchangeable, at least a share
    of q of new values lies below a quantile above the median, and at most one below the median.

    Attributes
    ----------
    quantiles : tuple of float
        The quantiles.
    offsets : ndarray of shape (n_steps, n_quantiles)
        How far they move, in units of the scale of a series.
    scales : ndarray of shape (n_series,)
        Mean absolute change of each series; NaN if none is known.
    n_errors : int
        Number of errors for each step.
    others : ndarray of shape (n_steps, n_quantiles, n_levels) or None, default=None
        How far they would move at other levels: equally spaced ones from the lowest that
        :func:`~skrnn.forecasting._adaptive_levels.limits_of` allows to the quantile itself, and
        from there to the highest.
    seen : ndarray of bool of shape (n_series,) or None, default=None
        The series that were held out. None: all of them.
    adaptive : AdaptiveLevels or None, default=None
        Levels that have moved with true values. None: no value has arrived.

    References
    ----------
    .. [1] Romano, Patterson and Candes, "Conformalized Quantile Regression", NeurIPS, 2019,
       theorem 2.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._quantile_calibration import Calibration
    >>> errors = np.arange(1.0, 20.0)[:, None, None] * np.ones((19, 1, 2))
    >>> calibration = Calibration.of(errors, (0.5, 0.9), np.array([1.0, 10.0]))
    >>> calibration.applied(np.zeros((2, 1, 1, 2)), np.ones((2, 1), int))[:, 0, 0].tolist()
    [[0.0, 18.0], [0.0, 180.0]]
    """

    quantiles: tuple
    offsets: np.ndarray
    scales: np.ndarray
    n_errors: int
    others: np.ndarray | None = None
    seen: np.ndarray | None = None
    adaptive: AdaptiveLevels | None = None

    @classmethod
    def of(cls, errors, quantiles, scales):
        """Learn from errors.

        Parameters
        ----------
        errors : ndarray of shape (n_errors, n_steps, n_quantiles)
            True values minus forecast quantiles, in units of the scale of the series. NaN marks
            unknown values.
        quantiles : tuple of float
            The quantiles.
        scales : ndarray of shape (n_series,)
            Scale of each series.

        Returns
        -------
        Calibration
        """
        by_step = [step[~np.isnan(step).any(axis=1)] for step in errors.swapaxes(0, 1)]
        n_errors = min(map(len, by_step))
        if n_errors < _ENOUGH:
            pooled = np.concatenate(by_step)
            by_step, n_errors = [pooled] * len(by_step), len(pooled)
        by_step = [np.sort(step, axis=0) for step in by_step]
        offsets = np.stack([conformal_offsets(step, quantiles) for step in by_step])
        levels = _levels_between(np.asarray(quantiles))
        others = [
            [conformal_offsets(step, quantiles, each) for each in levels] for step in by_step
        ]
        others = np.array(others).swapaxes(1, 2)
        return cls(tuple(quantiles), offsets, scales, n_errors, others)

    @property
    def unsupported(self):
        """The quantiles for which there are too few errors."""
        least = 1 / (self.n_errors + 1) - _ROUNDING
        return [q for q in self.quantiles if min(q, 1 - q) < least]

    def applied(self, values, steps):
        """Return quantiles where they have moved.

        Parameters
        ----------
        values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
            Forecasts.
        steps : ndarray of int of shape (n_series, n_steps)
            Steps ahead. Forecasts in sample are one step ahead.

        Returns
        -------
        ndarray of the same shape
            In increasing order. NaN if the scale of a series is not known, except for the median.
        """
        offsets = self._offsets_at(np.clip(steps, 1, len(self.offsets)) - 1)[:, :, None, :]
        moves = np.where(offsets == 0, 0.0, offsets * self.scales[:, None, None, None])
        if self.seen is not None:
            inwards = np.sign(np.asarray(self.quantiles) - 0.5) * moves < 0
            moves = np.where(~inwards | self.seen[:, None, None, None], moves, 0.0)
        moved, center = values + moves, np.searchsorted(self.quantiles, 0.5)
        # The median stays where it is, and no quantile crosses another one.
        upper = np.maximum.accumulate(moved[..., center:], axis=-1)
        lower = np.minimum.accumulate(moved[..., center::-1], axis=-1)[..., ::-1]
        return np.concatenate([lower[..., :center], upper], axis=-1)

    def _offsets_at(self, places):
        """Return offsets of places in the horizon, ``(n_series, n_steps, n_quantiles)``."""
        if self.adaptive is None:
            return self.offsets[places]
        position = _position_of(self.adaptive.possible, np.asarray(self.quantiles))
        left = np.minimum(position.astype(int), self.others.shape[-1] - 2)
        share = (position - left)[:, None]
        columns = np.arange(len(self.quantiles))
        low, high = (
            self.others[places[:, :, None], columns, at[:, None]] for at in (left, left + 1)
        )
        return (1 - share) * low + share * high

    def after(self, truth, values, steps, bounds):
        """Return the calibration after the true values of some steps have arrived.

        Parameters
        ----------
        truth : ndarray of shape (n_series, n_steps)
            The values. NaN marks unknown values.
        values : ndarray of shape (n_series, n_steps, 1, n_quantiles)
            Quantiles of these steps, as the networks forecast them.
        steps : ndarray of int of shape (n_series, n_steps)
            Steps ahead. Those in sample do not count.
        bounds : Bounds
            Of the series, whose sign no quantile leaves.

        Returns
        -------
        Calibration
        """
        result = self
        truth = np.where(steps > 0, truth, np.nan)
        n_values = (~np.isnan(truth)).sum(axis=1)
        for step in np.flatnonzero(~np.isnan(truth).all(axis=0)):
            at = slice(step, step + 1)
            moved = bounds.of_one_sign(result.applied(values[:, at], steps[:, at]))[:, 0, 0]
            levels = result.adaptive or AdaptiveLevels.of(len(truth), self.quantiles)
            result = replace(result, adaptive=levels.after(truth[:, step], moved, n_values))
        return result


def conformal_offsets(errors, quantiles, levels=None):
    """Return how far quantiles move.

    Parameters
    ----------
    errors : ndarray of shape (n_errors, n_quantiles)
        True values minus forecast quantiles, in increasing order.
    quantiles : sequence of float
        The quantiles.
    levels : sequence of float, default=None
        The share of the true values that should lie below each of them. None: the quantiles.

    Returns
    -------
    ndarray of shape (n_quantiles,)
        With too few errors for a quantile, it is the largest or smallest one.
    """
    n, quantiles = len(errors), np.asarray(quantiles)
    levels = quantiles if levels is None else levels
    upper = np.ceil(levels * (n + 1) - _ROUNDING)
    lower = np.floor(levels * (n + 1) + _ROUNDING)
    ranks = np.clip(np.where(quantiles > 0.5, upper, lower), 1, n).astype(int)
    offsets = errors[ranks - 1, np.arange(len(quantiles))]
    return np.where(quantiles == 0.5, 0.0, offsets)


def _levels_between(quantiles):
    """Return levels to which quantiles may move, ``(2 * _N_LEVELS + 1, n_quantiles)``."""
    lowest, highest = limits_of(quantiles)
    below = np.linspace(lowest, quantiles, _N_LEVELS + 1)
    return np.concatenate([below, np.linspace(quantiles, highest, _N_LEVELS + 1)[1:]])


def _position_of(levels, quantiles):
    """Return the positions of levels, ``(n_series, n_quantiles)``, in `_levels_between`."""
    lowest, highest = limits_of(quantiles)
    is_below = levels < quantiles
    room = np.where(is_below, quantiles - lowest, highest - quantiles)
    moved = np.divide(levels - quantiles, room, out=np.zeros(levels.shape), where=room > 0)
    return _N_LEVELS * (1 + moved)


def calibrate(forecaster, y, X, n_steps):
    """Compare the quantiles of a forecaster with held-out rows.

    Parameters
    ----------
    forecaster : RNNForecaster
        Unfitted, with several quantiles.
    y : DataFrame
        All rows of the target.
    X : DataFrame or None
        Features.
    n_steps : int
        Steps ahead.

    Returns
    -------
    Calibration or None
        None if nothing can be held out.

    Warns
    -----
    SkrnnWarning
        If nothing can be held out, if there are too few errors for a quantile, or if the scale of
        a series is not known.
    """
    held_out, calibration = HeldOut.of(y, n_steps, wanted=_WANTED_ERRORS), None
    if held_out.n_origins:
        calibration = _calibration(forecaster, held_out, X)
    if calibration is None:
        scales = held_out.final_scales(1)
        why = f"y is too short or too sparse to hold out {n_steps} row(s)"
        if (scales == 0).any() and not (scales > 0).any():
            why = "The known values of y never change, so errors cannot be scaled"
        warn_user(
            f"{why}: calibrate=True has no effect, and the quantiles are those that the networks "
            "forecast."
        )
        return None
    if calibration.unsupported:
        warn_user(
            f"calibrate=True: the number of held-out errors ({calibration.n_errors}) is too small "
            f"for the quantiles {calibration.unsupported}, which move by the largest error. More "
            "values than expected may lie beyond them."
        )
    n_unknown = int(np.isnan(calibration.scales).sum())
    if n_unknown:
        have = some_series(n_unknown, len(calibration.scales), "does not have", "do not have")
        its = "its" if n_unknown == 1 else "their"
        warn_user(
            f"calibrate=True: {have} two consecutive known values, so {its} quantiles cannot be "
            "adjusted: they are NaN, except for the median."
        )
    return calibration


def _calibration(forecaster, held_out, X):
    X = cover_horizon(X, held_out)
    fh = np.arange(1, held_out.n_steps + 1)
    # Users did not request this fit.
    with warnings.catch_warnings(action="ignore", category=SkrnnWarning):
        try:
            forecaster.fit(held_out.training_part(), X=X, fh=fh)
        except (NothingToLearnError, UnknownFeatureError):
            return None
        ends = [held_out.known_at(origin) for origin in range(held_out.n_origins)]
        values = forecaster._values_after(held_out.y, X, ends, held_out.n_steps)
    quantiles = forecaster.networks_.quantiles
    forecasts = np.stack([each for each, _ in values], axis=1)[..., 0, :]
    units = held_out.scales(1)
    errors = [in_units_of(held_out.errors(each), units) for each in np.moveaxis(forecasts, -1, 0)]
    errors = np.stack(errors, axis=-1).reshape(-1, held_out.n_steps, len(quantiles))
    if np.isnan(errors).any(axis=(1, 2)).all():
        return None
    calibration = Calibration.of(errors, quantiles, held_out.final_scales(1))
    return replace(calibration, seen=held_out.enough)
