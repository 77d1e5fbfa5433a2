"""Collects the losses of all epochs of an estimator, from all its calls."""

import math

# The number of calls to `partial_fit` has no limit.
PASSES_KEPT = 10_000


def with_losses(history, losses, *, most=None):
    """Add the losses of some epochs to a history, so that all lists have the same length.

    Parameters
    ----------
    history : dict of list
        Losses of the previous epochs, by name. It is not changed.
    losses : dict of list
        Losses of the new epochs, by name. ``"loss"`` is one of the names.
    most : int, default=None
        Number of entries to keep at the end of each list. None keeps all.

    Returns
    -------
    dict of list
        NaN means that a loss was not measured. The last entries belong to the last epoch.
    """
    n_before, n_new = len(history.get("loss", [])), len(losses["loss"])
    first = 0 if most is None else max(n_before + n_new - most, 0)
    extended = {}
    for name in history | losses:
        before = history.get(name) or [math.nan] * n_before
        # The list is cut while it is copied, because online learning does this for each row.
        values = before[first:]
        values += losses.get(name) or [math.nan] * n_new
        extended[name] = values
    return extended
