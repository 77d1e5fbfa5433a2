"""Divide the rows of a forecast into blocks, which fit in the cache and may run on threads.

NumPy computes matrix products up to a certain size in the calling thread, and larger ones in a
pool of threads. The pool makes small products slower, above all if other processes are busy. So a
block consists of parts, each of which is small enough for the calling thread. NumPy multiplies all
parts in one call. This call takes long enough that several threads rarely wait for the lock of the
interpreter.
"""

from itertools import pairwise

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from ._architecture import GATES

_SMALL_PRODUCT = 2**18
_FEWEST_ROWS, _MOST_ROWS = 32, 4096
_BLOCK_GATES = 2**16  # numbers, half a megabyte
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
        self._architecture, units = architecture, max(architecture.units)
        self._gates = GATES[architecture.cell] * units
        rows = _SMALL_PRODUCT // (self._gates * (units + architecture.n_features + 1))
        self.small_products = rows >= _FEWEST_ROWS
        self.part_rows = min(rows, _MOST_ROWS) if self.small_products else 16 * _FEWEST_ROWS

    @property
    def n_parts(self):
        """Largest number of parts of a block. Several networks are parts already."""
        if self._architecture.networks or not self.small_products:
            return 1
        return max(1, _BLOCK_GATES // (self.part_rows * self._gates))

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
        blocks = self.slices(n_rows)
        n_threads = self._n_threads(n_rows, n_jobs) if len(blocks) > 1 else 1
        if n_threads == 1:
            _call_all(function, blocks)
            return
        shares = (blocks[i::n_threads] for i in range(n_threads))
        calls = (delayed(_call_all)(function, share) for share in shares)
        Parallel(n_jobs=n_threads, require="sharedmem")(calls)

    def _n_threads(self, n_rows, n_jobs):
        """Return the number of threads, of which each has enough to do."""
        architecture = self._architecture
        n_cells = architecture.n_networks * len(architecture.cell_shapes())
        gates = n_rows * architecture.n_timesteps * n_cells * self._gates
        most = min(len(self.slices(n_rows)), gates // _WORTH_A_THREAD)
        if most <= 1 or not self.small_products:
            return 1
        return min(most, effective_n_jobs(n_jobs))


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
