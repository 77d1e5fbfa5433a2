"""The rows of a fit, some of which may be held out: the last ones, or random ones."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Samples:
    """Rows for training, among the rows of an array of windows.

    Attributes
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        The windows. They may be a strided view of a series: rows are copied batch by batch.
    targets : ndarray of shape (n_samples, n_target_steps, n_outputs + 1)
        Targets, in their original precision, because a level may be subtracted from them. The last
        column contains the weight of each step.
    rows : ndarray of shape (n_rows,)
        The rows of `windows` and `targets` to train on, in order.
    masked : bool
        Whether these rows contain a missing step.
    """

    windows: np.ndarray
    targets: np.ndarray
    rows: np.ndarray
    masked: bool


def split_last_block(samples, fraction):
    """Hold out the last rows. Random rows would leak the future into training.

    Rows that training cannot use, because of their weight or because nothing is known, do not
    count: the result is the same as without them.

    Parameters
    ----------
    samples : Samples
        All rows.
    fraction : float
        Fraction of the rows in ``samples.rows`` to hold out.

    Returns
    -------
    samples, held_out : Samples

    Raises
    ------
    ValueError
        If one of the two parts is empty.
    """
    rows = samples.rows
    n_held_out = int(np.ceil(fraction * len(rows)))
    n_left = len(rows) - n_held_out
    if not (n_held_out and n_left):
        raise ValueError(
            f"early_stopping with validation_fraction={fraction} holds out the last {n_held_out} "
            f"of {len(rows)} rows that can be used, and leaves {n_left} to train on: both parts "
            "need at least one row. Set another validation_fraction, pass X_val and y_val, or set "
            "early_stopping=False."
        )
    return replace(samples, rows=rows[:n_left]), replace(samples, rows=rows[n_left:])


def split_at_random(samples, fraction, random_state, *, stratified):
    """Hold out rows at random.

    Parameters
    ----------
    samples : Samples
        All rows. Their targets are positions of classes.
    fraction : float
        Fraction of the rows to hold out.
    random_state : RandomState
        Generator of the draws.
    stratified : bool
        Whether the same fraction of each class is held out, which needs one label for each row. In
        both cases, each class keeps a row to train on.

    Returns
    -------
    samples, held_out : Samples

    Raises
    ------
    ValueError
        If one of the two parts is empty.
    """
    rows = random_state.permutation(samples.rows)
    kept = _one_of_each_class(samples.targets[rows])
    candidates = np.delete(rows, kept)
    if stratified:
        position = np.delete(samples.targets[rows, 0, 0], kept)
        candidates = candidates[np.argsort(position, kind="stable")]
    n_held_out = min(int(np.ceil(fraction * len(rows))), len(candidates))
    if not 0 < n_held_out < len(rows):
        raise ValueError(
            f"early_stopping with validation_fraction={fraction} holds out {n_held_out} of "
            f"{len(rows)} rows, and leaves {len(rows) - n_held_out} to train on. Each class needs "
            "one of these, and both parts need at least one row. Pass X_val and y_val, or more "
            "rows."
        )
    # Equally spaced among the rows, which are ordered by class.
    places = (np.arange(n_held_out) * len(candidates) / n_held_out).astype(int)
    later = np.isin(samples.rows, candidates[places])
    return replace(samples, rows=samples.rows[~later]), replace(samples, rows=samples.rows[later])


def _one_of_each_class(targets):
    """Return, for each class, the first row with a step of this class whose weight is not zero."""
    counts = ~np.isnan(targets[..., 0]) & (targets[..., 1] > 0)
    rows, _ = np.nonzero(counts)
    return np.unique(rows[np.unique(targets[counts, 0], return_index=True)[1]])
