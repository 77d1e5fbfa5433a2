"""Marks steps that contain NaN."""

import numpy as np


def steps_and_mask(block):
    """Move the rows to the last axis, replace NaN by zeros, and mark the known steps.

    Parameters
    ----------
    block : ndarray of shape (n_rows, n_timesteps, n_features)
        Windows.

    Returns
    -------
    steps : ndarray of shape (n_timesteps, n_features, n_rows)
        The values, without NaN.
    mask : ndarray of bool of shape (n_timesteps, n_rows) or None
        The known steps. None if every step is known.
    """
    steps = np.array(block.transpose(1, 2, 0), np.float64, order="C")
    missing = np.isnan(steps)
    if not missing.any():
        return steps, None
    steps[missing] = 0.0
    return steps, ~missing.any(axis=1)
