"""Holds out the last rows for early stopping."""

from dataclasses import replace

import numpy as np


def split_last_block(samples, fraction):
    """Hold out the last rows. Random rows would leak the future into training.

    Parameters
    ----------
    samples : Samples
        All rows.
    fraction : float
        Fraction of the rows to hold out.

    Returns
    -------
    samples, held_out : Samples

    Raises
    ------
    ValueError
        If one of the two parts is empty.
    """
    n_rows = len(samples.windows)
    n_held_out = int(np.ceil(fraction * n_rows))
    later = samples.rows >= n_rows - n_held_out
    if later.all() or not later.any():
        raise ValueError(
            f"early_stopping with validation_fraction={fraction} holds out the last {n_held_out} "
            f"of {n_rows} rows, of which {int(later.sum())} can be used, and leaves "
            f"{int((~later).sum())} to train on: both parts need at least one row."
        )
    return replace(samples, rows=samples.rows[~later]), replace(samples, rows=samples.rows[later])
