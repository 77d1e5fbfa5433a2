"""Warns about windows with unknown steps, unless such windows are ordinary."""

import numpy as np

from skrnn._warnings import warn_user

_REMEDY = (
    "To forecast several steps ahead, use LagWindowTransformer(horizon=...), or RNNForecaster, "
    "which uses each forecast for the next step. If values are missing, fill them first."
)


def runs_without_last_step(windows):
    """Measure the runs of consecutive windows whose last step is unknown.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows, in time order.

    Returns
    -------
    first : int
        Length of the run at the start, where windows have no past yet.
    longest : int
        Length of the longest other run, which is a gap in the data.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._completeness import runs_without_last_step
    >>> last = np.array([np.nan, 1, 2, np.nan, np.nan, 5])
    >>> runs_without_last_step(last.reshape(-1, 1, 1))
    (1, 2)
    """
    missing = np.isnan(windows[:, -1]).any(axis=1)
    if not missing.any():
        return 0, 0
    known = np.flatnonzero(np.concatenate([[True], ~missing, [True]]))
    lengths = np.diff(known) - 1
    return int(lengths[0]), int(lengths[1:].max(initial=0))


def warn_of_incomplete_rows(n_missing, n_timesteps):
    """Warn if most of the rows to fit on have no complete window.

    Two cases are ordinary and do not cause a warning: the first rows of a series have no complete
    window, and single values are missing in its middle. There is a warning if no row has a
    complete window, if more than half of the rows lie before the first complete window, or if
    more than half of the steps are missing.

    Parameters
    ----------
    n_missing : ndarray of int of shape (n_samples,)
        Number of missing steps of each window.
    n_timesteps : int
        Number of steps of a window.

    Warns
    -----
    UserWarning
        With the number of rows without a complete window.
    """
    n_samples, incomplete = len(n_missing), n_missing > 0
    n_incomplete = int(incomplete.sum())
    if 2 * n_incomplete <= n_samples:
        return
    n_first = n_samples if n_incomplete == n_samples else int(np.argmin(incomplete))
    if 2 * n_first <= n_samples and 2 * n_missing.sum() <= n_samples * n_timesteps:
        return
    warn_user(
        f"{n_incomplete} of the {n_samples} rows of X have no complete window of {n_timesteps} "
        "steps: a step is skipped if one of its features is NaN. Use a smaller lag or more rows, "
        "or fill the missing values of each feature first.",
    )


def warn_of_unknown_end(windows, usual):
    """Warn if the last step is unknown in more windows at the end than in any gap in `fit`.

    This happens if rows of NaN are appended in order to forecast them. From the second appended
    row on, the values right before the row are unknown. There is no warning for a missing step
    in the middle, or for the first rows of a series.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows to forecast from.
    usual : tuple of int
        Result of `runs_without_last_step` in `fit`.

    Warns
    -----
    UserWarning
        With the number of these windows.
    """
    if not np.isnan(windows[-1, -1]).any():
        return
    n_samples = len(windows)
    missing = np.isnan(windows[:, -1]).any(axis=1)
    n_last = n_samples if missing.all() else int(np.argmin(missing[::-1]))
    first, longest = usual
    if n_last == n_samples and np.isnan(windows[0]).any(axis=1).all():
        longest = max(first, longest)
    elif n_last < n_samples:
        longest = max(longest, runs_without_last_step(windows[: n_samples - n_last])[1])
    if n_last <= longest:
        return
    warn_user(
        f"The last {n_last} of the {n_samples} rows of X have no complete window: the "
        f"last step of the window, the newest value before the target, is not known. {_REMEDY}",
    )
