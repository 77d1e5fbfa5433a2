"""Splits the rows of a forecast into blocks, which fit in the cache and may run on threads.

NumPy computes matrix products up to a certain size in the calling thread, and larger ones in a
pool of threads. The pool makes small products slower, especially if other processes are busy, so a
block consists of parts, each of which is small enough for the calling thread. NumPy multiplies all
parts in one call. This call takes long enough that several threads rarely wait for the lock of the
interpreter.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from numbers import Integral

import numpy as np
from joblib import cpu_count
from joblib.parallel import get_active_backend

_SMALL_PRODUCT = 2**18
_FEWEST_ROWS, _MOST_ROWS = 16, 4096
_ROWS_OF_LARGE_PRODUCTS = 512
_BLOCK_GATES = 2**16  # numbers of a step, half a megabyte
_BLOCK_STATES = 2**20  # numbers of all steps, eight megabytes
_WORTH_A_THREAD = 2**22  # gates of all steps: about ten milliseconds


class Blocks:
    """The blocks of rows of a network.

    Parameters
    ----------
    architecture : Architecture
        Settings of the network.

    Attributes
    ----------
    part_rows : int
        Number of rows of a part.
    small_products : bool
        Whether the product of a part is small enough for the calling thread.
    """

    def __init__(self, architecture):
        self._architecture, gates = architecture, architecture.cell.gates
        self._gates = gates * max(architecture.units)
        per_row = max(gates * n * (width + n + 1) for width, n in architecture.cell_shapes())
        rows = _SMALL_PRODUCT // per_row
        self.small_products = rows >= _FEWEST_ROWS
        self.part_rows = min(rows, _MOST_ROWS) if self.small_products else _ROWS_OF_LARGE_PRODUCTS

    @property
    def n_parts(self):
        """Largest number of parts of a block. Several networks are parts already."""
        architecture = self._architecture
        if architecture.networks or not self.small_products:
            return 1
        n_steps, n_features = architecture.n_timesteps, architecture.n_features
        per_step = max(architecture.units) * architecture.n_directions + n_features
        if architecture.autoregressive and architecture.return_sequences:
            per_step += n_steps * n_features
        most = _BLOCK_STATES // (self.part_rows * n_steps * per_step)
        return max(1, min(most, _BLOCK_GATES // (self.part_rows * self._gates)))

    def slices(self, n_rows):
        """Return the blocks of a number of rows.

        Each consists of a whole number of parts, except the last one, which may be one smaller
        part.
        """
        if n_rows <= self.part_rows:
            return [slice(0, n_rows)] if n_rows else []
        whole = n_rows // self.part_rows * self.part_rows
        size = self.part_rows * self.n_parts
        starts = list(range(0, whole, size)) + ([whole] if whole < n_rows else [])
        return [slice(*pair) for pair in pairwise([*starts, n_rows])]

    def parts_of(self, n_rows):
        """Return the number of parts of a block with a number of rows."""
        return max(1, n_rows // self.part_rows)

    def run(self, function, n_rows, n_jobs=None):
        """Call a function with each block, on several threads if this saves time.

        If products are large, NumPy computes them on all cores anyway, and threads would wait for
        each other. The blocks are the same for any number of threads, and so are the results.

        Parameters
        ----------
        function : callable
            Takes the slice of a block.
        n_rows : int
            Number of rows.
        n_jobs : int, default=None
            Number of threads, as in joblib.
        """
        n_threads = 1 if n_jobs is None else _count_threads(n_jobs)
        blocks = self.slices(n_rows)
        if len(blocks) > 1:
            most = min(len(blocks), self._most_threads(n_rows))
            n_threads = min(most, _threads_of_context() if n_jobs is None else n_threads)
        if n_threads <= 1 or len(blocks) <= 1:
            _call_all(function, blocks)
            return
        with ThreadPoolExecutor(n_threads) as pool:
            shares = [blocks[i::n_threads] for i in range(n_threads)]
            list(pool.map(_call_all, [function] * n_threads, shares))

    def _most_threads(self, n_rows):
        """Return the number of threads that have enough to do."""
        architecture = self._architecture
        if not self.small_products:
            return 1
        n_cells = architecture.n_networks * len(architecture.cell_shapes())
        return n_rows * architecture.n_timesteps * n_cells * self._gates // _WORTH_A_THREAD


def _count_threads(n_jobs):
    """Return the number of threads for a number of jobs, in which -1 means all cores."""
    if isinstance(n_jobs, bool) or not isinstance(n_jobs, Integral) or n_jobs == 0:
        raise ValueError(f"n_jobs must be an integer other than 0, or None. Got {n_jobs!r}.")
    return n_jobs if n_jobs > 0 else max(cpu_count() + 1 + n_jobs, 1)


def _threads_of_context():
    """Return the number of threads that a joblib context requests.

    A backend of processes or of other machines says nothing about the threads of this process.
    """
    backend, n_jobs = get_active_backend()
    if n_jobs is None or not getattr(backend, "supports_sharedmem", False):
        return 1
    return _count_threads(n_jobs)


def _call_all(function, blocks):
    for block in blocks:
        function(block)


def split_rows(array, n_parts):
    """Split the rows in the last axis into parts, whose axis precedes the features.

    Parameters
    ----------
    array : ndarray of shape (..., n_features, n_rows)
        Any array.
    n_parts : int
        Number of parts of equal size.

    Returns
    -------
    ndarray of shape (..., n_parts, n_features, n_rows / n_parts)
        The array itself if there is one part.
    """
    if n_parts == 1:
        return array
    return np.swapaxes(array.reshape(*array.shape[:-1], n_parts, -1), -3, -2)


def join_rows(array, n_parts):
    """Undo :func:`split_rows`."""
    if n_parts == 1:
        return array
    array = np.swapaxes(array, -3, -2)
    return array.reshape(*array.shape[:-2], -1)
