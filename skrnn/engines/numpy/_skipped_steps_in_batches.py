"""The unknown steps of a batch."""

from functools import cached_property

import numpy as np


class Mask:
    """Marks the unknown steps of a batch, which do not change the state.

    Parameters
    ----------
    unknown : ndarray of bool of shape (n_steps, [n_networks,] n_rows)
        True for unknown steps.

    Attributes
    ----------
    unknown : list of ndarray of shape ([n_networks,] 1, n_rows)
        Unknown rows of each step.
    partly : list of bool
        Whether any row of a step is unknown.
    whole : ndarray of shape (n_steps, [n_networks,] 1, n_rows)
        Unknown rows of all steps.
    first, end : int
        The first step at which any row is known, and the step after the last one at which any is
        unknown.
    """

    def __init__(self, unknown):
        self.whole = unknown[..., None, :]
        self.unknown = list(self.whole)
        by_step = unknown.reshape(len(unknown), -1)
        partly = by_step.any(axis=1)
        self.partly = partly.tolist()
        self.end = len(partly) - int(partly[::-1].argmax()) if partly.any() else 0
        known = ~by_step.all(axis=1)
        self.first = int(known.argmax()) if known.any() else len(unknown)

    @cached_property
    def kept(self):
        """1 for unknown rows, otherwise 0, for each step."""
        return list(self.whole.astype(np.float32))

    def fill(self, array, value):
        """Set values of shape ``(n_steps, [n_networks,] n_lines, n_rows)`` at unknown steps.

        Steps before the first known one are not changed: no scan reads them.
        """
        steps = slice(self.first, self.end)
        np.copyto(array[steps], value, where=self.whole[steps])

    def reversed(self):
        """Return the mask for the backward direction."""
        return Mask(self.whole[::-1, ..., 0, :])
