"""The last known value, which is the forecast if networks have no row to read."""

import numpy as np

from skrnn._warnings import warn_user

from ._series_names import name_some, some_series

_MOST = 0.9  # fraction of the rows: the index was probably created with the wrong frequency
_CAUSE = "because none of the rows before the forecast is completely known (targets and features)"


def stand_ins(
    panel, n_targets, last, missing, *, usable=True, quiet=False, unlearned=(), why=None
):
    """Return the last known values of series that networks cannot forecast, and warn about them.

    Parameters
    ----------
    panel : Panel
        All rows, in the units of the series.
    n_targets : int
        Number of targets, which are the first columns.
    last : ndarray of int of shape (n_series,)
        Position in time of the last row of each series that a forecast may use.
    missing : ndarray of bool of shape (n_series,)
        The series that networks cannot forecast.
    usable : bool or ndarray of bool of shape (n_series,), default=True
        The series whose last value may be their forecast. The others have none.
    quiet : bool or ndarray of bool of shape (n_series,), default=False
        The series that were reported before, unless nothing is known about them.
    unlearned : tuple of int, default=()
        Steps ahead that no series was long enough to learn from.
    why : str, default=None
        Why a forecaster that is not a network has no forecast.

    Returns
    -------
    ndarray of shape (n_series, n_targets)
        NaN if no value is known.

    Warns
    -----
    SkrnnWarning
        If there is such a series.
    """
    values = panel.last_values(n_targets, last + 1)
    values = np.where(np.broadcast_to(usable, missing.shape)[:, None], values, np.nan)
    blank = np.isnan(values).any(axis=1)
    warn_of_last_values(panel, missing & ~blank & ~np.asarray(quiet), unlearned, why)
    warn_of_unknown(panel, missing & blank)
    return values


def warn_of_last_values(panel, series, unlearned=(), why=None):
    """Warn about series, ``(n_series,)``, whose forecast is their last known value."""
    if not series.any():
        return
    subject, names = _subject(panel, series, "is", "are")
    whose = "its" if panel.instances is None or series.sum() == 1 else "their"
    if why is not None:
        warn_user(f"{subject} forecast by {whose} last known value, because {why}{names}.")
        return
    steps = ""
    if unlearned:
        steps = (
            f", or because no series is long enough to learn {min(unlearned)} steps ahead or more"
        )
    warn_user(
        f"{subject} forecast by {whose} last known value instead of by the networks, "
        f"{_CAUSE}{steps}{names}. "
        "A longer lag, or the recursive strategy, may reach back far enough.",
    )


def warn_of_unknown(panel, series):
    """Warn about series, ``(n_series,)``, whose forecast is NaN."""
    if not series.any():
        return
    subject, names = _subject(panel, series, "has", "have")
    whose, advice = "their", "Remove these series, or add at least one known row to each."
    if series.sum() == 1:
        whose, advice = "its", "Remove this series, or add at least one known row to it."
    if panel.instances is None:
        whose, advice = "its", "Add at least one known row."
    warn_user(
        f"{subject} NaN as {whose} forecast, {_CAUSE}{names}. {advice}"
        f"{question_of_frequency(np.isnan(panel.values[panel.rows, 0]))}",
    )


def question_of_frequency(unknown):
    """Return a question about the index if most rows of y are unknown.

    Parameters
    ----------
    unknown : ndarray of bool of shape (n_rows,)
        The rows that are unknown.

    Returns
    -------
    str
        A sentence after a blank, or "".
    """
    asks = unknown.mean() > _MOST
    return " Does the frequency of the index, as in asfreq, match its dates?" if asks else ""


def _subject(panel, series, one, several):
    """Return the subject of a sentence about some series, and their names."""
    if panel.instances is None:
        return f"y {one}", ""
    count = some_series(int(series.sum()), panel.n_series, one, several)
    return count, f": {name_some(panel.instances[series])}"
