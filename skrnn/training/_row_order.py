"""The order of the rows: one after another, shuffled, in streams, or by length.

Padding in front of a sequence does not change the state of a network, so the loop
over the steps of a batch starts where its longest sequence starts, and batches of sequences of
similar length save time.
"""

from itertools import repeat

import numpy as np

from skrnn.windows._sequence_padding import count_leading_gaps
from skrnn.windows._views import series_of_windows

# Batches of rows of similar length vary less than batches of any rows, so rows are sorted only if
# that saves an epoch this many steps, about a quarter of a second.
_WORTHWHILE = 2**18


BLANK = -1
"""Marks an empty place in an order of rows."""


def batch_order(n_rows, batch_size):
    """Return the rows in order; blanks fill the last batch."""
    padded = -(-n_rows // batch_size) * batch_size
    order = np.full(padded, BLANK)
    order[:n_rows] = np.arange(n_rows)
    return order


def stream_order(n_rows, n_streams):
    """Split rows into contiguous streams; each batch contains one row of each stream.

    If the streams have different lengths, the shorter ones begin with a blank, so the last stream
    ends with the last row, and its state is the state of the series.
    """
    length = -(-n_rows // n_streams)
    n_short = length * n_streams - n_rows
    starts = np.arange(n_streams) * length - np.minimum(np.arange(n_streams) + 1, n_short)
    order = starts + np.arange(length)[:, None]
    order[0, :n_short] = BLANK
    return order.ravel()


def row_orders(plan, samples, draws):
    """Yield the order of the rows of each network for each epoch, indefinitely.

    A stateful network gets the rows in contiguous streams. Padded sequences are shuffled into
    batches of similar length if this saves time.

    Parameters
    ----------
    plan : TrainingPlan
        The settings.
    samples : Samples
        The rows.
    draws : list of RandomState
        Generator of the draws of each network.

    Yields
    ------
    ndarray of int of shape (n_networks, n_places)
        Positions in ``samples.rows``, batch after batch. ``BLANK`` fills the places without a row.
    """
    n_rows, n_networks = len(samples.rows), plan.architecture.n_networks
    if plan.stateful:
        yield from repeat(np.tile(stream_order(n_rows, plan.batch_size), (n_networks, 1)))
    in_order = np.tile(batch_order(n_rows, plan.batch_size), (n_networks, 1))
    lengths = lengths_of_rows(samples, plan.batch_size) if plan.shuffle else None
    while True:
        orders = in_order
        if lengths is not None:
            orders = orders_by_length(lengths, plan.batch_size, draws)
        elif plan.shuffle:
            orders = in_order.copy()
            orders[:, :n_rows] = [own.permutation(n_rows) for own in draws]
        yield orders


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
    >>> from skrnn.training._row_order import orders_by_length
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
