"""Matches the steps of targets or labels with the steps of padded sequences."""

import numpy as np
import pandas as pd

from ._sequence_padding import count_leading_gaps, pad_sequences


def are_nested(y):
    """Return whether targets are a list of sequences that NumPy cannot turn into an array.

    Parameters
    ----------
    y : array-like
        Targets or labels.

    Returns
    -------
    bool
        True for a list of sequences of unequal lengths, and for an array or Series of sequences.

    Examples
    --------
    >>> from skrnn.windows._target_steps import are_nested
    >>> are_nested([[1.0, 2.0], [3.0]]), are_nested([[1.0], [2.0]]), are_nested(["ab", "c"])
    (True, False, False)
    """
    objects = isinstance(y, np.ndarray | pd.Series) and y.dtype == object and y.ndim == 1
    if not (objects or isinstance(y, list | tuple)) or not len(y):
        return False
    first = y.iloc[0] if isinstance(y, pd.Series) else y[0]
    if isinstance(first, str | bytes) or not hasattr(first, "__len__"):
        return False
    return objects or len({len(one) if hasattr(one, "__len__") else -1 for one in y}) > 1


def check_equal_lengths(X, input_name):
    """Check that X is not a list of sequences of unequal lengths.

    Parameters
    ----------
    X : array-like
        Input of a network.
    input_name : str
        Its name in error messages.

    Raises
    ------
    ValueError
        If it is such a list.
    """
    if are_nested(X):
        raise ValueError(
            f"{input_name} is a list of sequences of unequal lengths. "
            f"pad_sequences({input_name}) combines them into one array. In a pipeline, put "
            "FunctionTransformer(pad_sequences) before the network, and after StepScaler."
        )


def padded_targets(y, windows=None, input_name="y"):
    """Return a list of sequences of targets as one array, with padding in front.

    Parameters
    ----------
    y : array-like
        Targets or labels.
    windows : ndarray of shape (n_samples, n_timesteps, n_features), default=None
        Padded sequences. Each needs as many targets as it has steps.
    input_name : str, default="y"
        Name of the targets in error messages.

    Returns
    -------
    array-like
        `y` itself if it is not nested.

    Raises
    ------
    ValueError
        If a sequence has another length than its targets.
    """
    if not are_nested(y):
        return y
    padded = pad_sequences(list(y))
    if windows is not None and len(windows) == len(y):
        lengths, n_timesteps = np.array([len(one) for one in y]), windows.shape[1]
        known = n_timesteps - count_leading_gaps(windows)
        # The first steps of a sequence may be unknown, so that they look like padding.
        wrong = (lengths < known) | (lengths > n_timesteps)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise ValueError(
                f"{input_name}[{row}] has {lengths[row]} steps, but X{input_name[1:]}[{row}] "
                f"{known[row]}: with return_sequences=True every step has a target."
            )
    return padded


def with_steps_of(y, windows, input_name="y"):
    """Give targets as many steps as windows, if only padding in front has to be cut or added.

    Sequences that are divided into folds, and are padded in each, have fewer steps if the longest
    one is in another fold.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n_steps, ...)
        Targets. NaN marks unknown values.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows of the same samples.
    input_name : str, default="y"
        Name of the targets in error messages.

    Returns
    -------
    ndarray of shape (n_samples, n_timesteps, ...)

    Raises
    ------
    ValueError
        If a known target has no step, or a known step has no target.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._target_steps import with_steps_of
    >>> with_steps_of(np.array([[np.nan, 1.0, 2.0]]), np.zeros((1, 2, 3)))
    array([[1., 2.]])
    """
    n_steps, n_timesteps = y.shape[1], windows.shape[1]
    surplus = n_steps - n_timesteps
    if surplus > 0 and np.isnan(y[:, :surplus]).all():
        return y[:, surplus:]
    if surplus < 0 and np.isnan(windows[:, :-surplus]).all():
        return np.concatenate([np.full((len(y), -surplus, *y.shape[2:]), np.nan, y.dtype), y], 1)
    if surplus:
        x_name = f"X{input_name[1:]}"
        shorter, most = (x_name, n_steps) if surplus > 0 else (input_name, n_timesteps)
        advice = f"pad_sequences({shorter}, n_timesteps={most})"
        if surplus > 0:
            advice += (
                f", or in a pipeline FunctionTransformer(pad_sequences, "
                f"kw_args={{'n_timesteps': {most}}})"
            )
        raise ValueError(
            f"{input_name} has {n_steps} steps, but the windows have {n_timesteps}: with "
            "return_sequences=True every step has a target. If the sequences are padded, pad "
            f"{x_name} and {input_name} to the same number of steps: {advice}."
        )
    return y
