"""Converts the horizon to whole steps of time, and to steps of each series."""

import numpy as np
import pandas as pd


def relative_steps(fh, axis, cutoff):
    """Return the steps of a horizon after a position in time.

    Parameters
    ----------
    fh : ForecastingHorizon
        The horizon, relative or absolute.
    axis : TimeAxis
        Counts the steps of time.
    cutoff : int
        Position in time after which steps are counted.

    Returns
    -------
    ndarray of int of shape (n_steps,)
    """
    values = fh.to_pandas()
    if not fh.is_relative:
        return axis.positions(values, "fh") - cutoff
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.to_numpy(np.int64)
    labels = pd.Index([axis.labels([cutoff])[0] + step for step in values])
    return axis.positions(labels, "fh") - cutoff


def steps_in_fit(fh, axis, ends):
    """Return the steps that networks must forecast, after the end of each series.

    For a series that ends earlier than others, an absolute horizon lies more steps ahead.

    Parameters
    ----------
    fh : ForecastingHorizon or None
        The horizon.
    axis : TimeAxis
        Counts the steps of time.
    ends : ndarray of int of shape (n_series,)
        Position in time of the last row of each series.

    Returns
    -------
    steps : ndarray of int or None
        The steps after the series that ends last; None if there is no horizon.
    later : list of int
        The other steps ahead, which series that end earlier need.
    """
    if fh is None:
        return None, []
    steps = relative_steps(fh, axis, int(ends.max()))
    if fh.is_relative:
        return steps, []
    all_steps = np.unique(steps + (ends.max() - ends)[:, None])
    return steps, np.setdiff1d(all_steps[all_steps > 0], steps).tolist()


def steps_of_series(fh, axis, panel, cutoff, moved):
    """Return from which row each series is forecast, and how many steps ahead.

    A relative horizon counts from the last row of each series. An absolute one requests the same
    times for all series.

    Parameters
    ----------
    fh : ForecastingHorizon
        The horizon.
    axis : TimeAxis
        Counts the steps of time.
    panel : Panel
        All known rows.
    cutoff : Index
        Label of the last row of the latest `fit` or `update`.
    moved : ndarray of bool of shape (n_series,)
        The series in that call.

    Returns
    -------
    last : ndarray of int of shape (n_series,)
        Position in time of the last row of each series that a forecast may use.
    steps : ndarray of int of shape (n_series, n_steps)
        Steps after that row.
    """
    position = int(axis.positions(cutoff, "the cutoff")[0])
    last = panel.ends_before(position, moved)
    steps = np.tile(relative_steps(fh, axis, position), (panel.n_series, 1))
    if not fh.is_relative:
        steps += position - last[:, None]
    return last, steps


def steps_after_known(panel, last, steps):
    """Return how many rows after the last known value of its series each forecast lies.

    This is the step ahead, unless the rows before are unknown: then the forecast is as uncertain
    as that of a later step.

    Parameters
    ----------
    panel : Panel
        All known rows. The target is the first column.
    last : ndarray of int of shape (n_series,)
        Position in time of the last row of each series that a forecast may use.
    steps : ndarray of int of shape (n_series, n_steps)
        Steps after that row; 0 or less in sample, where a forecast uses the rows before its own.

    Returns
    -------
    ndarray of int of shape (n_series, n_steps)
        At least 1; also 1 if no earlier row is known.
    """
    known = np.full(len(panel.values), -1)
    rows = panel.rows
    known[rows] = np.where(np.isnan(panel.values[rows, 0]), -1, rows)
    latest = np.maximum.accumulate(known)
    position = last[:, None] + steps
    before = np.minimum(position - 1, last[:, None])
    # Rows before the first are in the gap before a series, or belong to the series before.
    row = panel.starts[:, None] + before - panel.first[:, None]
    found = latest[np.clip(row, 0, len(latest) - 1)]
    unknown = (row < panel.starts[:, None]) | (found < panel.starts[:, None])
    age = np.where(unknown, 0, row - found)
    return np.maximum(steps, 1) + age
