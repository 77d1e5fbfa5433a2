"""Divide the rows of a forecast into blocks, which fit in the cache and may run on threads.

NumPy computes matrix products up to a certain size in the calling thread, and larger ones in a
pool of threads. The pool makes small products slower, above all if other processes are busy. So a
block consists of parts, each of which is small enough for the calling thread. NumPy multiplies all
parts in one call. This call takes long enough that several threads rarely wait for the lock of the
interpreter.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs

from ._architecture import GATES

_SMALL_PRODUCT = 2**18
_FEWEST_ROWS, _MOST_ROWS = 32, 4096
_BLOCK_GATES = 2**16  # numbers, half a megabyte
_WORTH_A_THREAD = 2**22  # gates of all steps: about ten milliseconds


@dataclass(frozen=True)
class Blocks:
    """The blocks of rows of a network.

    Attributes
    ----------
    part_rows : int
        Number of rows of a part.
    n_parts : int
        Largest number of parts of a block.
    gates_per_row : int
        Number of gates that one row computes in all its steps.
    small_products : bool
        Whether the product of a part is small enough for the calling thread.
    """

    part_rows: int
    n_parts: int
    gates_per_row: int
    small_products: bool

    @classmethod
    def of(cls, architecture):
        """Choose the sizes for an architecture."""
        units, gates = max(architecture.units), GATES[architecture.cell]
        per_row = gates * units * (units + architecture.n_features + 1)
        rows, n_parts = _SMALL_PRODUCT // per_row, 1
        small = rows >= _FEWEST_ROWS
        rows = min(rows, _MOST_ROWS) if small else 16 * _FEWEST_ROWS
        if small and not architecture.networks:  # several networks are parts already
            n_parts = max(1, _BLOCK_GATES // (rows * gates * units))
        n_cells = len(architecture.cell_shapes())
        work = architecture.n_networks * architecture.n_timesteps * n_cells * gates * units
        return cls(rows, n_parts, work, small)

    def slices(self, n_rows):
        """Return the blocks of a number of rows.

        Each consists of a whole number of parts, except the last one, which may be one smaller
        part.
        """
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
        most = min(len(blocks), n_rows * self.gates_per_row // _WORTH_A_THREAD)
        n_threads = 1
        if self.small_products and most > 1:
            n_threads = min(most, effective_n_jobs(n_jobs))
        if n_threads == 1:
            _call_all(function, blocks)
            return
        shares = (blocks[i::n_threads] for i in range(n_threads))
        calls = (delayed(_call_all)(function, share) for share in shares)
        Parallel(n_jobs=n_threads, require="sharedmem")(calls)


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
