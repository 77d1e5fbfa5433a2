"""Errors of forecasts at a second, earlier time, where they cost almost nothing."""

import numpy as np

from ._held_out import WANTED_ERRORS, HeldOut, in_units_of
from ._smoothing_forecasters import PanelDampedTrend, PanelTheta
from ._trials import Trial


def earlier_errors(tried, held_out, sp, units):
    """Return errors of the statistical views of a panel at an earlier time.

    All series of a large panel are held out at the same time, which may be calmer than usual.
    Since exponential smoothing takes little time, it also forecasts the horizon before that.

    Parameters
    ----------
    tried : list of Trial
        The views after their trial.
    held_out : HeldOut
        The rows that they were tried on.
    sp : int
        Seasonal periodicity of the scales.
    units : callable
        Returns the units of the errors of held-out rows, ``(n_series, n_origins, 1 or n_steps)``.

    Returns
    -------
    ndarray of shape (n_errors, n_steps)
        Errors of the mean of these views, divided by their mean absolute error in the trial. There
        are none if fewer than 60 series are long enough, or if there are no such views.
    """
    smooth = [t for t in tried if isinstance(t.forecaster, PanelTheta | PanelDampedTrend)]
    none = np.zeros((0, held_out.n_steps))
    if not smooth or held_out.n_origins != 1 or held_out.enough.sum() < WANTED_ERRORS:
        return none
    before = HeldOut.of(held_out.training_part(), held_out.n_steps, wanted=1)
    if not before.n_origins:
        return none
    again = [Trial(trial.name, trial.forecaster) for trial in smooth]
    for trial in again:
        trial.run(before, None, before.scales(sp))
    now, then = _errors(smooth, held_out, units), _errors(again, before, units)
    size = np.nanmean(np.abs(now)) if np.isfinite(now).any() else 0.0
    return then / size if size > 0 else none


def _errors(trials, held_out, units):
    """Return the errors of the mean of the views, in units of the changes of each series."""
    forecasts = np.mean([trial.forecasts for trial in trials], axis=0)
    errors = in_units_of(held_out.errors(forecasts), units(held_out))
    return errors.reshape(-1, held_out.n_steps)
