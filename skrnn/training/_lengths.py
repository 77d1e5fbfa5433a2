"""Find how many steps of padded sequences training needs, and form batches of similar length.

The steps in front of a sequence that are padding do not change the state of a network. So a batch
needs only as many steps as its longest sequence has.
"""

import numpy as np

from skrnn.windows._sequences import count_leading_gaps
from skrnn.windows._views import series_of_windows

from ._batches import batch_order

_N_LENGTHS = 8
# A shorter program takes one to three seconds to compile. If an epoch has fewer steps less than
# this, about a quarter of a second, it is not worth it.
_WORTHWHILE = 2**18


def lengths_of_rows(samples, architecture, batch_size, *, shuffle):
    """Return the number of steps for each row, if shorter batches save time.

    Parameters
    ----------
    samples : Samples
        The rows to train on.
    architecture : Architecture
        Architecture of the network, which is not stateful.
    batch_size : int
        Number of rows in a batch.
    shuffle : bool
        Whether rows can be sorted by length.

    Returns
    -------
    ndarray of int of shape (n_rows,), or None
        One of eight lengths for each row of ``samples.rows``, at least as long as the sequence.
        None if every batch should have all steps.
    """
    n_timesteps, n_rows = architecture.n_timesteps, len(samples.rows)
    most = n_rows * n_timesteps
    # An autoregressive kernel has entries for every step.
    if not samples.masked or architecture.autoregressive or most < _WORTHWHILE:
        return None
    if series_of_windows(samples.windows) is not None:
        return None
    lengths = _steps_needed(samples)
    size = -(-n_timesteps // _N_LENGTHS)
    lengths = np.minimum(-(-np.maximum(lengths, 1) // size) * size, n_timesteps)
    order = np.argsort(lengths, kind="stable") if shuffle else np.arange(n_rows)
    longest = np.maximum.reduceat(lengths[order], np.arange(0, n_rows, batch_size))
    saved = batch_size * (n_timesteps - longest).sum()
    return lengths if saved >= _WORTHWHILE else None


def _steps_needed(samples):
    """Count the steps of each row from the first known value or target on."""
    windows, targets = samples.windows, samples.targets
    needed = windows.shape[1] - count_leading_gaps(windows)[samples.rows]
    if targets.shape[1] > 1:
        labelled = targets.shape[1] - count_leading_gaps(targets[..., :-1])[samples.rows]
        needed = np.maximum(needed, labelled)
    return needed


def order_by_length(lengths, batch_size, random_state):
    """Shuffle rows into batches of similar length, and the batches.

    Parameters
    ----------
    lengths : ndarray of int of shape (n_rows,)
        Length of each row.
    batch_size : int
        Number of rows in a batch.
    random_state : RandomState
        Generator of the draws.

    Returns
    -------
    ndarray of int
        Positions of the rows, batch after batch. Blanks fill one batch.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.training._lengths import order_by_length
    >>> lengths = np.array([9, 2, 9, 2])
    >>> order = order_by_length(lengths, 2, np.random.RandomState(0))
    >>> lengths[order]
    array([2, 2, 9, 9])
    """
    shuffled = random_state.permutation(len(lengths))
    order = batch_order(len(lengths), batch_size)
    order[: len(lengths)] = shuffled[np.argsort(lengths[shuffled], kind="stable")]
    batches = order.reshape(-1, batch_size)
    return batches[random_state.permutation(len(batches))].ravel()
