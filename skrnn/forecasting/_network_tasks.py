"""Plans the task of each network, and makes its windows and targets."""

from dataclasses import dataclass

import numpy as np

from skrnn.windows._views import lag_windows


@dataclass(frozen=True)
class NetworkTask:
    """The task of a network: the targets and the steps ahead that it forecasts.

    Attributes
    ----------
    columns : tuple of int
        Columns of the targets.
    steps : tuple of int
        Steps ahead. 1 is the next step. Outputs are ordered by step, then by column.
    optional : bool, default=False
        Whether there may be no network for it, if no series is long enough.
    """

    columns: tuple
    steps: tuple
    optional: bool = False

    def shifts(self, lag, horizon):
        """Return the shifts with which a window reads features known in advance.

        With a shift of ``s``, the `lag` rows of the window contain the features of the steps up to
        ``s``. The last row of the window contains only steps of the horizon, so it is known even
        if X has no rows between these steps.

        Parameters
        ----------
        lag : int
            Number of rows of a window.
        horizon : sequence of int
            Steps for which features are given.

        Returns
        -------
        tuple of int
            The shifts, the largest first, that together read each step of the horizon up to the
            last step of the task. If there is no such step, the only shift is 0, the rows of the
            window.
        """
        shifts = []
        for step in sorted(horizon, reverse=True):
            if step <= max(self.steps) and (not shifts or step <= shifts[-1] - lag):
                shifts.append(int(step))
        return tuple(shifts) or (0,)


def plan_tasks(strategy, steps, n_targets, *, together, optional=False):
    """Return the tasks of the networks.

    Parameters
    ----------
    strategy : {"recursive", "direct", "multioutput"}
        How several steps are forecast.
    steps : sequence of int
        Steps ahead to forecast, in order. Recursive networks always forecast one step.
    n_targets : int
        Number of targets.
    together : bool
        Whether one network forecasts all targets, or each target has its own network.
    optional : bool, default=False
        Whether there may be no network for these steps.

    Returns
    -------
    list of NetworkTask
    """
    columns = [tuple(range(n_targets))] if together else [(i,) for i in range(n_targets)]
    if strategy == "recursive":
        return [NetworkTask(c, (1,)) for c in columns]
    if strategy == "multioutput":
        return [NetworkTask(c, tuple(steps), optional) for c in columns]
    return [NetworkTask(c, (step,), optional) for step in steps for c in columns]


def input_columns(panel, scaled, n_targets, known, shifts):
    """Return the columns of the windows.

    Parameters
    ----------
    panel : Panel
        Layout of the series.
    scaled : ndarray of shape (n_rows, n_targets + n_features)
        Scaled targets and features.
    n_targets : int
        Number of targets.
    known : ndarray of bool of shape (n_features,)
        The features that are known in advance.
    shifts : tuple of int
        Number of rows ahead. Each shift adds the known features once.

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
    """Return the window of the `lag` rows before each row, as a view of one copy."""
    return lag_windows(rows, lag, 1)


def targets_of(panel, scaled, task):
    """Return the targets of each row. Step 1 is the row itself.

    Parameters
    ----------
    panel : Panel
        Layout of the series.
    scaled : ndarray of shape (n_rows, n_columns)
        Scaled values. The targets are the first columns.
    task : NetworkTask
        The task of the network.

    Returns
    -------
    ndarray of shape (n_rows, n_outputs)
        NaN where a target is unknown.
    """
    columns = scaled[:, task.columns]
    return np.concatenate([panel.shifted(columns, step - 1) for step in task.steps], axis=1)


def known_targets(panel, scaled, task):
    """Return a mask of the rows whose targets are all known, as :func:`targets_of` returns them.

    The targets of all rows would take several times the memory of the series.
    """
    known = ~np.isnan(scaled[:, task.columns]).any(axis=1)
    furthest = max(task.steps) - 1
    rows = np.flatnonzero(panel.remaining() >= furthest)
    all_known = np.ones(len(rows), bool)
    for step in task.steps:
        all_known &= known[rows + step - 1]
    mask = np.zeros(len(known), bool)
    mask[rows] = all_known
    return mask


def targets_at(scaled, task, rows):
    """Return the targets of some rows, each with as many rows left in its series as steps."""
    ahead = rows[:, None] + np.asarray(task.steps) - 1
    return scaled[ahead[..., None], list(task.columns)].reshape(len(rows), -1)


def spread_out(rows, n):
    """Return about equally spaced rows, and so about equally many of each series.

    The distance varies, so that it is not a multiple of a season.

    Parameters
    ----------
    rows : ndarray of bool of shape (n_rows,)
        The rows to choose from.
    n : int
        Their number, at most that of the rows to choose from.

    Returns
    -------
    ndarray of int of shape (n,)
        In order.
    """
    among = np.flatnonzero(rows)
    golden = (np.sqrt(5) - 1) / 2  # its multiples are spread evenly over the fractions
    parts = np.arange(n + 1) * len(among) // n
    places = np.arange(n) * golden % 1 * np.diff(parts)
    return among[parts[:-1] + places.astype(np.intp)]


def trainable_rows(inputs, n_targets, known, lag, whole, min_periods):
    """Return a mask of the rows that a network can learn from.

    Parameters
    ----------
    inputs : ndarray of shape (n_rows, n_inputs)
        Columns of the windows. The targets come first. Unknown values are NaN.
    n_targets : int
        Number of targets.
    known : ndarray of bool of shape (n_rows,)
        Rows whose targets are all known.
    lag : int
        Rows of a window.
    whole : ndarray of bool of shape (n_rows,)
        Rows whose window, and the rows that its differences read, begin after the first known row
        of their series.
    min_periods : int
        Number of known rows that a window at the start of a series needs to be used in training.

    Returns
    -------
    ndarray of bool of shape (n_rows,)
        Rows with known targets, and with a window that is complete or has enough known rows, at
        least one of which a network can read.
    """
    inside = whole | (_n_known_before(inputs[:, :n_targets], lag) >= min_periods)
    return inside & (_n_known_before(inputs, lag) > 0) & known


def _n_known_before(values, lag):
    """Return the number of known rows among the `lag` rows before each row."""
    # Series are at least a window apart, so no window contains rows from more than one.
    before = np.zeros(len(values), np.int32)
    np.cumsum(~np.isnan(values[:-1]).any(axis=1), out=before[1:])
    counts = before.copy()
    counts[lag:] -= before[:-lag]
    return counts
