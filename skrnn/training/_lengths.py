"""Find how many steps of padded sequences training needs, and form batches of similar length.

The steps in front of a sequence that are padding do not change the state of a network. So the loop
over the steps of a batch starts where its longest sequence starts.
"""

import numpy as np

from skrnn.windows._sequences import count_leading_gaps
from skrnn.windows._views import series_of_windows

from ._batches import batch_order

# Batches of rows of similar length vary less than batches of any rows. So rows are sorted only if
# that saves an epoch this many steps, about a quarter of a second.
_WORTHWHILE = 2**18


def lengths_of_rows(samples, batch_size):
    """Return the number of steps for each row, if batches of similar length save time.

    Parameters
    ----------
    samples : Samples
        The rows to train on.
    batch_size : int
        Number of rows in a batch.

    Returns
    -------
    ndarray of int of shape (n_rows,), or None
        Number of steps from the first known step of each row of ``samples.rows``. None if sorting
        rows by length saves little.
    """
    n_timesteps, n_rows = samples.windows.shape[1], len(samples.rows)
    if not samples.masked or n_rows * n_timesteps < _WORTHWHILE:
        return None
    if series_of_windows(samples.windows) is not None:
        return None
    lengths = n_timesteps - count_leading_gaps(samples.windows)[samples.rows]
    starts = np.arange(0, n_rows, batch_size)
    longest = np.maximum.reduceat(np.sort(lengths), starts)
    saved = batch_size * (n_timesteps - longest).sum()
    return lengths if saved >= _WORTHWHILE else None


def orders_by_length(lengths, batch_size, draws):
    """Shuffle rows into batches of similar length, and the batches.

    All networks have the lengths of their batches in the same order, because a step takes as long
    as its longest batch.

    Parameters
    ----------
    lengths : ndarray of int of shape (n_rows,)
        Length of each row.
    batch_size : int
        Number of rows in a batch.
    draws : list of RandomState
        Generator of the draws of each network. The first one shuffles the batches.

    Returns
    -------
    ndarray of int of shape (n_networks, n_places)
        Positions of the rows for each network, batch after batch. Blanks fill one batch.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.training._lengths import orders_by_length
    >>> lengths = np.array([9, 2, 9, 2])
    >>> [order] = orders_by_length(lengths, 2, [np.random.RandomState(0)])
    >>> lengths[order]
    array([2, 2, 9, 9])
    """
    orders = np.tile(batch_order(len(lengths), batch_size), (len(draws), 1))
    for order, own in zip(orders, draws, strict=True):
        shuffled = own.permutation(len(lengths))
        order[: len(lengths)] = shuffled[np.argsort(lengths[shuffled], kind="stable")]
    batches = orders.reshape(len(draws), -1, batch_size)
    return batches[:, draws[0].permutation(batches.shape[1])].reshape(orders.shape)
