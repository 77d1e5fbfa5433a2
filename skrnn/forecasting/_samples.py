"""What each network forecasts, and the windows and targets that it learns from."""

from dataclasses import dataclass

import numpy as np

from skrnn.windows._views import lag_windows


@dataclass(frozen=True)
class NetworkTask:
    """What one network forecasts: some targets, some steps ahead.

    Attributes
    ----------
    columns : tuple of int
        Targets.
    steps : tuple of int
        Steps ahead, 1 the next one. Outputs are ordered by step, then by column.
    """

    columns: tuple
    steps: tuple

    def shifts(self, lag, horizon):
        """How many steps ahead of the window's own rows features known in advance are read.

        Read with a shift of ``s``, the window's `lag` rows hold the features of the steps up to
        ``s``. The last row of the window holds only steps of the horizon, so it is known even
        where X has no rows between them.

        Parameters
        ----------
        lag : int
            Rows of a window.
        horizon : sequence of int
            Steps of which features are given.

        Returns
        -------
        tuple of int
            Shifts by which each step of the horizon up to this network's last one is read, the
            largest first; only 0, the window's own rows, if there is no such step.
        """
        shifts = []
        for step in sorted(horizon, reverse=True):
            if step <= max(self.steps) and (not shifts or step <= shifts[-1] - lag):
                shifts.append(int(step))
        return tuple(shifts) or (0,)


def plan_tasks(strategy, steps, n_targets, *, together):
    """Decide what networks there are.

    Parameters
    ----------
    strategy : {"recursive", "direct", "multioutput"}
        How many steps ahead a network forecasts.
    steps : sequence of int
        Steps ahead to forecast, in order; a recursive network always goes one.
    n_targets : int
        Number of targets.
    together : bool
        Whether one network forecasts all targets, or each has its own.

    Returns
    -------
    list of NetworkTask
    """
    columns = [tuple(range(n_targets))] if together else [(i,) for i in range(n_targets)]
    if strategy == "recursive":
        return [NetworkTask(c, (1,)) for c in columns]
    if strategy == "multioutput":
        return [NetworkTask(c, tuple(steps)) for c in columns]
    return [NetworkTask(c, (step,)) for step in steps for c in columns]


def input_columns(panel, scaled, n_targets, known, shifts):
    """Join the columns from which the windows are cut.

    Parameters
    ----------
    panel : Panel
        Where the series lie.
    scaled : ndarray of shape (n_rows, n_targets + n_features)
        Scaled targets and features.
    n_targets : int
        Number of targets.
    known : ndarray of bool of shape (n_features,)
        Features known in advance, which are read ahead.
    shifts : tuple of int
        How many rows ahead; each gives the known features once more.

    Returns
    -------
    ndarray of shape (n_rows, n_inputs)
    """
    targets, features = scaled[:, :n_targets], scaled[:, n_targets:]
    parts = [targets, features[:, ~known]]
    if known.any():
        parts += [panel.shifted(features[:, known], shift) for shift in shifts]
    return np.concatenate(parts, axis=1)


def windows_of(rows, lag):
    """Give each row the window of the `lag` rows before it, as a view over one copy."""
    return lag_windows(rows, lag, 1)


def targets_of(panel, scaled, task):
    """Targets of each row, the first of a task's steps being one after the row before it.

    Parameters
    ----------
    panel : Panel
        Where the series lie.
    scaled : ndarray of shape (n_rows, n_columns)
        Scaled targets first.
    task : NetworkTask
        What is forecast.

    Returns
    -------
    ndarray of shape (n_rows, n_outputs)
        NaN where a target is not known.
    """
    columns = scaled[:, task.columns]
    return np.concatenate([panel.shifted(columns, step - 1) for step in task.steps], axis=1)


def trainable_rows(panel, scaled, targets, lag, history, min_periods):
    """Find the rows that a network can learn from.

    Parameters
    ----------
    panel : Panel
        Where the series lie.
    scaled : ndarray of shape (n_rows, n_targets)
        Values of the series, NaN where they are unknown.
    targets : ndarray of shape (n_rows, n_outputs)
        Targets.
    lag : int
        Rows of a window.
    history : int
        Rows before a window's target that the window and its differences reach back.
    min_periods : int
        Number of known rows with which a window at the start of a series is learned from.

    Returns
    -------
    ndarray of bool of shape (n_rows,)
        Rows whose targets are all known, and whose window lies wholly in their series, or has
        enough known rows.
    """
    known = np.cumsum(~np.isnan(scaled).any(axis=1))
    # Series are at least a window apart, so that no window holds rows of two.
    before = np.concatenate([[0], known])
    rows = np.arange(len(scaled))
    count = before[rows] - before[np.maximum(rows - lag, 0)]
    inside = (panel.age() >= history) | ((panel.age() >= 1) & (count >= min_periods))
    return inside & ~np.isnan(targets).any(axis=1)
