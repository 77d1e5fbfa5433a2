"""Skips steps that contain NaN in compiled programs: they do not change the state."""

import tensorflow as tf


def count_skipped_at_start(known):
    """Count the first steps that are unknown in all rows, such as padding, which a loop omits.

    Parameters
    ----------
    known : tensor of bool, of shape (n_timesteps, ..., n_rows, 1)
        Which steps are known.

    Returns
    -------
    tensor of int
    """
    unknown = tf.logical_not(tf.reduce_any(known, axis=range(1, len(known.shape))))
    return tf.reduce_sum(tf.math.cumprod(tf.cast(unknown, tf.int32)))


def state_after(known, after, before):
    """Return the state after a step, which is the state before it in rows whose step is skipped.

    In the backward pass, these are derivatives with respect to the states.

    Parameters
    ----------
    known : tensor of bool, of shape (..., n_rows, 1), or None
        The rows whose step is known. None if all are.
    after, before : list of tensor of shape (..., n_rows, units)
        The arrays of the state after the step if it is known, and before it.

    Returns
    -------
    list of tensor
    """
    if known is None:
        return after
    return [tf.where(known, now, then) for now, then in zip(after, before, strict=True)]


def zero_if_skipped(known, arrays):
    """Return derivatives that are zero in rows whose step is skipped.

    Parameters
    ----------
    known : tensor of bool, of shape (..., n_rows, 1), or None
        The rows whose step is known. None if all are.
    arrays : list of tensor of shape (..., n_rows, width)
        The derivatives as if all steps were known.

    Returns
    -------
    list of tensor
    """
    if known is None:
        return arrays
    return [tf.where(known, array, 0.0) for array in arrays]
