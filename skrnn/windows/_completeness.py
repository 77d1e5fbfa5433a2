"""Warns about windows with unknown steps, unless such windows are ordinary."""

import numpy as np

from skrnn._warnings import warn_user

from ._feature_words import last_columns, words_for
from ._views import are_consecutive, series_of_windows

_SEVERAL_STEPS = (
    "To forecast several steps ahead, use LagWindowTransformer(horizon=...), or RNNForecaster, "
    "which uses each forecast for the next step."
)
_IF_ADDED = "If they were added in order t" + _SEVERAL_STEPS[1:]
_SKIPPED = "a step is skipped if one of its features is NaN"
_FILL = (
    "Fill in the missing values first, for example with the last known one, or fit the model "
    "without this feature."
)
_MOST_NAMES = 3
_MOST_SKIPPED = 0.1  # share of rows of one step that are skipped without a warning


def usual_gaps(windows):
    """Describe the gaps in the windows of `fit`, which cause no warning in `predict`.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows, in time order.

    Returns
    -------
    tuple of int
        The two numbers of `runs_without_last_step`; the largest number of unknown steps at the end
        of a window that has a known step; and the number of windows without a known step.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._completeness import usual_gaps
    >>> nan = np.nan
    >>> usual_gaps(np.array([[[nan], [nan]], [[nan], [1.0]], [[1.0], [nan]]]))
    (1, 1, 1, 1)
    """
    trailing = count_unknown_at_end(windows)
    blank = trailing == windows.shape[1]
    return *runs_without_last_step(windows), int(trailing[~blank].max(initial=0)), int(blank.sum())


def count_unknown_at_end(windows):
    """Count the unknown steps at the end of each window.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows. If they are a view of one series, each row of it is read only once.

    Returns
    -------
    ndarray of int of shape (n_samples,)
        As many as steps if no step is known.
    """
    series = series_of_windows(windows)
    n_timesteps = windows.shape[1]
    if series is None:
        known = ~np.isnan(windows).any(axis=2)[:, ::-1]
        return np.where(known.any(axis=1), known.argmax(axis=1), n_timesteps)
    rows = np.arange(len(series))
    last_known = np.maximum.accumulate(np.where(np.isnan(series).any(axis=1), -1, rows))
    return np.minimum(rows - last_known, n_timesteps)[n_timesteps - 1 :]


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
    SkrnnWarning
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
        "or fill in the missing values first.",
    )


def warn_of_skipped_rows(rows):
    """Warn if many rows of one step are left out because some of their features are NaN.

    Parameters
    ----------
    rows : ndarray of shape (n_samples, n_features)
        The rows to fit on.

    Warns
    -----
    SkrnnWarning
        With the number of such rows. A row without any known value needs no warning, nor do the
        first rows of a series, whose past values are not known, unless these are half of all rows.
    """
    unknown = np.isnan(rows)
    incomplete = unknown.any(axis=1)
    first = np.logical_and.accumulate(incomplete)
    skipped = incomplete & ~unknown.all(axis=1)
    later = skipped & ~first if 2 * first.sum() < len(rows) else skipped
    if later.sum() <= _MOST_SKIPPED * len(rows):
        return
    n_features = rows.shape[1]
    warn_user(
        f"{skipped.sum()} of the {len(rows)} rows of X are left out of training: each row is one "
        f"step of {n_features} features, and {_SKIPPED}. If the columns are the steps of one "
        f"feature, set n_timesteps={n_features}; for sequences s of unequal lengths, pass "
        "s[:, None] to pad_sequences instead of s. Otherwise fill in the missing values first."
    )


def warn_of_unknown_end(windows, usual, *, columns, level=None, steps_ahead=True, in_order=False):
    """Warn if the last steps of windows are unknown, unless this was so in `fit`.

    Windows of one series are judged together. They end with unknown steps if rows of NaN are
    appended in order to forecast them: from the second appended row on, the values right before
    the row are unknown. There is no warning for a missing step in the middle of the series, or for
    its first rows. Independent sequences, and a single window, are judged one by one.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows to forecast from.
    usual : tuple of int
        Result of `usual_gaps` in `fit`.
    columns : callable
        Returns the names of the columns of each step and feature, or None.
    level : int, default=None
        A feature. Windows in which it is never known cause a separate warning.
    steps_ahead : bool, default=True
        Whether the forecast may be one of later rows of the same series.
    in_order : bool, default=False
        Whether the rows are in time order, even if their windows do not overlap.

    Warns
    -----
    SkrnnWarning
        With the features and the number of steps or rows.
    """
    if not np.isnan(windows[:, -1]).any():
        return
    n_samples, n_timesteps = windows.shape[:2]
    one_series = n_timesteps == 1 or (n_samples > 1 and (in_order or are_consecutive(windows)))
    if one_series:
        messages = _describe_last_rows(windows, usual, columns, steps_ahead)
    else:
        messages = _describe_last_steps(windows, usual, columns, level)
    for message in messages:
        warn_user(message)


def _describe_last_rows(windows, usual, columns, steps_ahead):
    """Yield what to warn about if the last rows of a series are unknown."""
    n_samples, (first, longest, *_) = len(windows), usual
    missing = np.isnan(windows[:, -1]).any(axis=1)
    n_last = n_samples if missing.all() else int(np.argmin(missing[::-1]))
    if n_last == n_samples and np.isnan(windows[0]).any(axis=1).all():
        longest = max(first, longest)
    elif n_last < n_samples:
        longest = max(longest, runs_without_last_step(windows[: n_samples - n_last])[1])
    if n_last <= longest:
        return
    unknown = np.isnan(windows[n_samples - n_last :, -1])
    if unknown.all():
        advice = f" {_SEVERAL_STEPS}" if steps_ahead else ""
        yield (
            f"The last {n_last} of the {n_samples} rows of X have no complete window: the last "
            f"step of their windows, the most recent one before the target, is NaN.{advice} If "
            "values are missing, fill them in first."
        )
        return
    advice = f" {_IF_ADDED}" if steps_ahead else ""
    yield (
        f"{_listed(columns(), unknown)} NaN at the last step of the last {n_last} of the "
        f"{n_samples} rows of X: {_SKIPPED}, so their forecasts ignore the most recent values "
        f"of the other features. {_FILL}{advice}"
    )


def _describe_last_steps(windows, usual, columns, level):
    """Yield what to warn about if the last steps of independent sequences are unknown."""
    n_timesteps, (*_, longest, n_blank) = windows.shape[1], usual
    trailing = count_unknown_at_end(windows)
    blank = trailing == n_timesteps
    # The last step of a few rows is often missing by chance.
    longest = max(longest, len(windows) > 1)
    ends = (trailing > longest) & ~blank
    if level is not None:
        blank &= ~np.isnan(windows[..., level]).all(axis=1)
    if blank.any() and not n_blank:
        yield _describe_blank(windows, blank, columns)
    if not ends.any():
        return
    shortest, most = trailing[ends].min(), trailing[ends].max()
    unknown = np.isnan(windows[ends]) & _at_end(trailing[ends], n_timesteps)
    steps = f"{most} steps" if shortest == most else f"{shortest} to {most} steps"
    steps = "step" if most == 1 else steps
    yield (
        f"{_listed(columns(), unknown)} NaN in the last {steps} of {_rows(ends)} of X: "
        f"{_SKIPPED}, so the forecast stops at the last known step. {_FILL}"
    )


def _at_end(trailing, n_timesteps):
    """Mark the unknown steps at the end of windows, ``(n_windows, n_timesteps, 1)``."""
    return (np.arange(n_timesteps) >= n_timesteps - trailing[:, None])[..., None]


def _describe_blank(windows, blank, columns):
    """Describe which windows have no known step."""
    which, why = _rows(blank), _why_blank(windows[blank], columns)
    has, its = "has", "Its forecast does"
    if blank.sum() > 1:
        has, its = "have", "Their forecasts do"
    return (
        f"{which[0].upper()}{which[1:]} of X {has} no known step{why}. {its} not depend on X: "
        "fill in the missing values, or leave such rows out."
    )


def _why_blank(windows, columns):
    """Say which features leave no step of windows known, unless all or several of them do."""
    unknown = np.isnan(windows)
    if unknown.all():
        return ""
    throughout = unknown.all(axis=1)
    if not throughout.any(axis=1).all():
        return f", since {_SKIPPED}"
    which = _listed(columns(), throughout)
    return f", since {which[0].lower()}{which[1:]} NaN throughout"


def _listed(columns, unknown):
    """Name the features that are unknown anywhere, and the verb that follows."""
    n_features = unknown.shape[-1]
    found = np.flatnonzero(unknown.reshape(-1, n_features).any(axis=0))
    if len(found) == n_features > 1:
        return "Every feature is"
    all_names = last_columns(n_features, columns)
    kind, names, note = words_for(all_names[i] for i in found)
    if len(names) == 1:
        return f"{kind} {names[0]}{note} is"
    if len(names) > _MOST_NAMES:
        names[_MOST_NAMES - 1 :] = [f"{len(names) - _MOST_NAMES + 1} more"]
    return f"{kind}s {', '.join(names[:-1])} and {names[-1]}{note} are"


def _rows(marked):
    """Name one marked row, or count several."""
    places = np.flatnonzero(marked)
    if len(places) == 1:
        return f"row {places[0]}"
    if len(places) == len(marked):
        return f"all {len(places)} rows"
    return f"{len(places)} of the {len(marked)} rows (the first is row {places[0]})"
