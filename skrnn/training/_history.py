"""The losses of all epochs that an estimator has done, whichever call did them."""

import math

# A learner may call `partial_fit` without end.
PASSES_KEPT = 10_000


def with_losses(history, losses, *, most=None):
    """Add the losses of some epochs to a history, every list as long as the others.

    Parameters
    ----------
    history : dict of list
        Losses of the epochs before, by name. It is left as it is.
    losses : dict of list
        Losses of the new epochs, by name; ``"loss"`` is among the names.
    most : int, default=None
        Entries to keep of each list, the last ones; None keeps all.

    Returns
    -------
    dict of list
        NaN stands where a loss was not measured. The last entries are those of the last epoch.
    """
    n_before, n_new = len(history.get("loss", [])), len(losses["loss"])
    first = 0 if most is None else max(n_before + n_new - most, 0)
    extended = {}
    for name in history | losses:
        before = history.get(name) or [math.nan] * n_before
        # Cut while copying: an online learner does this for each row.
        values = before[first:]
        values += losses.get(name) or [math.nan] * n_new
        extended[name] = values
    return extended


def aligned_history(history, n_iter):
    """Align a history of skrnn 0.1.0, whose lists could be shorter than the number of epochs.

    Parameters
    ----------
    history : dict of list
        Losses by name, each list ending with the last epoch.
    n_iter : int
        Epochs done.

    Returns
    -------
    dict of list
        NaN stands where a loss is not known.
    """
    length = max([min(n_iter, PASSES_KEPT), *map(len, history.values())])
    return {name: [math.nan] * (length - len(values)) + values for name, values in history.items()}
