"""Converts the horizon to whole steps of time, and to steps of each series."""

import numpy as np
import pandas as pd
from sktime.forecasting.base import ForecastingHorizon

from skrnn._warnings import warn_user

from ._series_names import some_series

# Steps and series that a message lists in full.
_MOST_LISTED = 6
_MOST_NAMED = 3


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
        The series in that call. The others end where they ended before.

    Returns
    -------
    last : ndarray of int of shape (n_series,)
        Position in time of the last row of each series that a forecast may use.
    steps : ndarray of int of shape (n_series, n_steps)
        Steps after that row.
    """
    position = int(axis.positions(cutoff, "the cutoff")[0])
    # The cutoff may lie before rows that were seen earlier.
    last = np.where(moved, np.minimum(panel.last, position), panel.last)
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


def check_learned(steps, learned, owner):
    """Check that a forecaster has learned to forecast some steps.

    Parameters
    ----------
    steps : ndarray of int
        The steps ahead. Those of 0 or less are in sample.
    learned : ndarray of int
        The steps that were passed to `fit`.
    owner : str
        Name of the class, for the message.

    Raises
    ------
    ValueError
        If other steps are asked for.
    """
    missing = np.setdiff1d(steps[steps > 0], learned)
    if len(missing):
        raise ValueError(
            f"fh contains the steps {_listed(missing)}, but {owner} was fitted to forecast only "
            f"the steps {_listed(np.unique(learned))}. Pass all steps that you need to fit."
        )


def _listed(steps):
    """Return steps as text: all, or the first and the last if there are many."""
    steps = [str(step) for step in steps]
    if len(steps) > _MOST_LISTED:
        steps = [*steps[:3], "...", *steps[-2:]]
    return f"[{', '.join(steps)}]"


def without_other_name_of_step(fh, freq):
    """Return a horizon of dates without its frequency if this is another name of that of y.

    sktime refuses it, although quarters that end in March also end in December.

    Parameters
    ----------
    fh : object
        The horizon. Only a ForecastingHorizon declares a frequency.
    freq : DateOffset or None
        The frequency of y, if it is known.

    Returns
    -------
    object
    """
    if freq is None or not isinstance(fh, ForecastingHorizon) or fh.is_relative:
        return fh
    dates = fh.to_pandas()
    if not isinstance(dates, pd.DatetimeIndex) or dates.freq in (None, freq):
        return fh
    if not all(freq.is_on_offset(date) for date in dates):
        return fh
    return ForecastingHorizon(pd.DatetimeIndex(dates, freq=None), is_relative=False)


def warn_of_earlier_ends(instances, axis, last, moved):
    """Warn about series that end before the others, whose forecasts then begin earlier.

    Series without dates need not have times in common, and without most of them ending together,
    there is no common end, unless only some of them were updated.

    Parameters
    ----------
    instances : Index or None
        Names of the series. None for one series.
    axis : TimeAxis
        Counts the steps of time.
    last : ndarray of int of shape (n_series,)
        Position in time of the last row of each series that a forecast may use.
    moved : ndarray of bool of shape (n_series,)
        The series in the latest call to `fit` or `update`.

    Warns
    -----
    SkrnnWarning
        If there are such series.
    """
    early = np.flatnonzero(last < last.max())
    in_common = 2 * len(early) < len(last) or not moved.all()
    if not (len(early) and in_common and isinstance(axis.origin, pd.Timestamp | pd.Period)):
        return
    by = last.max() - last
    named = [
        f"{name!r} {by[i]} step{'s' if by[i] > 1 else ''} before"
        for i, name in zip(early, instances[early[:_MOST_NAMED]].tolist(), strict=False)
    ]
    more = ", ..." if len(early) > len(named) else ""
    these = "this series" if len(early) == 1 else "these series"
    behind = not moved[early].all()
    others = "the other, which ends" if len(last) == len(early) + 1 else "the others, which end"
    warn_user(
        f"{some_series(len(early), len(last), 'ends', 'end')} before {others} at "
        f"{axis.labels([last.max()]).astype(str)[0]}: {', '.join(named)}{more}. The steps of fh "
        f"are counted from the end of each series, so the forecasts of {these} begin "
        "earlier. To forecast the same times for all series, pass dates as fh"
        + (", or pass the new rows of all series to update" if behind else "")
        + ". Leave out series that have ended."
    )
