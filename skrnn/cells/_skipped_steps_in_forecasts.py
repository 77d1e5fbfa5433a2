"""Skips steps that contain NaN in forecasts: they do not change the state.

Training does so in ``_skipped_steps_in_batches`` of the NumPy engine, and in
``_skipped_steps_in_programs`` of the TensorFlow engine.
"""

import numpy as np


def steps_and_mask(block):
    """Move the rows to the last axis, replace NaN with zeros, and mark the known steps.

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


def advance_known(known, advance, carried):
    """Advance only the rows whose step is known. A masked step does not change the state.

    Parameters
    ----------
    known : ndarray of bool of shape ([n_parts,] n_rows)
        The rows whose step is known.
    advance : callable
        Computes the next step of all rows, in place.
    carried : list of ndarray of shape ([n_networks or n_parts,] units, n_rows)
        The arrays of the state. Rows are the last axis.
    """
    before, masked = [array.copy() for array in carried], ~known[..., None, :]
    advance()
    for now, then in zip(carried, before, strict=True):
        np.copyto(now, then, where=masked)
