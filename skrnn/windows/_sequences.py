"""Pads sequences of unequal lengths to one array, and cuts the padding off."""

import numpy as np
import pandas as pd

from skrnn._sklearn_compat import validate_params
from skrnn._validation import Count, check_no_dates


@validate_params(
    {"sequences": "no_validation", "n_timesteps": [Count(1), None]},
    prefer_skip_nested_validation=True,
)
def pad_sequences(sequences, *, n_timesteps=None):
    """Pad sequences of unequal lengths in front, so that they form one array.

    The network skips steps that contain NaN, so the padding does not change a forecast. It
    precedes a sequence, because the forecast belongs to the last step.

    Parameters
    ----------
    sequences : list of array-like
        The sequences, each of shape (length, n_features) or of shape (length,). The latter are
        the labels of steps, or the values of one feature. They can be arrays, lists, Series or
        DataFrames.

    n_timesteps : int, default=None
        Length of the result. None means the length of the longest sequence. To predict, pass the
        number of steps in `fit`.

    Returns
    -------
    padded : ndarray of shape (n_sequences, n_timesteps, n_features) or \
            (n_sequences, n_timesteps)
        The sequences, right-aligned. Numbers are float32 if all sequences are, and float64
        otherwise; their padding is NaN. Labels that are text are objects; their padding is None.

    Raises
    ------
    ValueError
        If there is no sequence, if a sequence is empty, longer than `n_timesteps` or has another
        number of features than the first one, or if a value is a date.

    See Also
    --------
    unpad_sequences : Cut the padding off.

    Examples
    --------
    >>> from skrnn import pad_sequences
    >>> pad_sequences([[1.0, 2.0, 3.0], [4.0]])
    array([[ 1.,  2.,  3.],
           [nan, nan,  4.]])
    >>> pad_sequences([[["a"], ["b"]], [["c"]]])[..., 0]
    array([['a', 'b'],
           [None, 'c']], dtype=object)
    """
    arrays = _check_sequences(sequences)
    lengths = np.array([len(array) for array in arrays])
    longest = int(lengths.max()) if n_timesteps is None else n_timesteps
    if lengths.max() > longest:
        first = int(np.argmax(lengths > longest))
        raise ValueError(
            f"sequences[{first}] has {lengths[first]} steps, but n_timesteps={n_timesteps}. Pass "
            f"its last steps, sequences[{first}][-{n_timesteps}:], or use a larger n_timesteps."
        )
    values = np.concatenate(arrays)
    if values.dtype.kind in "US":
        values = values.astype(object)
    elif values.dtype not in {np.dtype(object), np.dtype(np.float32)}:
        values = values.astype(np.float64)
    fill = None if values.dtype == object else np.nan
    padded = np.full((len(arrays), longest, *values.shape[1:]), fill, values.dtype)
    padded[_steps_kept(lengths, longest)] = values
    return padded


def unpad_sequences(padded, lengths=None):
    """Cut off the padding in front of sequences.

    Parameters
    ----------
    padded : array-like of shape (n_sequences, n_timesteps, ...)
        Result of :func:`pad_sequences`, or labels or probabilities that were predicted for each
        step of it.

    lengths : array-like of int of shape (n_sequences,), default=None
        Length of each sequence, such as ``[len(sequence) for sequence in sequences]``.
        Predictions need it. By default all steps in front that are unknown are cut off.

    Returns
    -------
    sequences : list of ndarray of shape (length, ...)
        The sequences, as copies.

    Raises
    ------
    ValueError
        If `padded` has fewer than two dimensions, or a length does not fit.

    See Also
    --------
    pad_sequences : Pad sequences.

    Examples
    --------
    >>> from skrnn import pad_sequences, unpad_sequences
    >>> unpad_sequences(pad_sequences([[1.0, 2.0, 3.0], [4.0]]))
    [array([1., 2., 3.]), array([4.])]
    """
    padded = np.asarray(padded)
    if padded.ndim < 2:
        raise ValueError(
            f"padded has shape {padded.shape}, expected (n_sequences, n_timesteps, ...)."
        )
    n_sequences, n_timesteps = padded.shape[:2]
    if lengths is None:
        lengths = n_timesteps - count_leading_gaps(padded)
    lengths = np.asarray(lengths)
    fits = lengths.shape == (n_sequences,) and lengths.dtype.kind in "iu"
    if not fits or not ((lengths >= 0) & (lengths <= n_timesteps)).all():
        raise ValueError(
            f"lengths must contain {n_sequences} integers between 0 and {n_timesteps}, one for "
            f"each sequence. Got {lengths!r}."
        )
    return [
        row[n_timesteps - length :].copy() for row, length in zip(padded, lengths, strict=True)
    ]


def count_leading_gaps(padded):
    """Count the steps in front of each sequence in which every value is unknown.

    Parameters
    ----------
    padded : ndarray of shape (n_sequences, n_timesteps, ...)
        Padded sequences.

    Returns
    -------
    ndarray of int of shape (n_sequences,)
    """
    n_sequences, n_timesteps = padded.shape[:2]
    known = ~pd.isna(padded).reshape(n_sequences, n_timesteps, -1).all(axis=2)
    return np.where(known.any(axis=1), known.argmax(axis=1), n_timesteps)


def _steps_kept(lengths, n_timesteps):
    """Mark the last steps of each row, as many as its length."""
    return np.arange(n_timesteps) >= n_timesteps - lengths[:, None]


def _check_sequences(sequences):
    """Return the sequences as arrays, and check that they fit together."""
    if isinstance(sequences, str | dict | pd.DataFrame) or not hasattr(sequences, "__len__"):
        raise ValueError(
            "sequences must be a list of arrays, each of shape (length, n_features) or (length,). "
            f"Got {type(sequences).__name__}."
        )
    if not len(sequences):
        raise ValueError("sequences is empty, expected at least one sequence.")
    arrays = [_as_array(sequence, i) for i, sequence in enumerate(sequences)]
    shape = arrays[0].shape[1:]
    for i, array in enumerate(arrays):
        if array.shape[1:] != shape:
            raise ValueError(
                f"sequences[{i}] has shape {array.shape}, but sequences[0] {arrays[0].shape}: all "
                "sequences need the same features."
            )
    return arrays


def _as_array(sequence, position):
    name = f"sequences[{position}]"
    check_no_dates(sequence, name)
    try:
        array = np.asarray(sequence)
    except ValueError:
        array = np.empty(())
    if array.ndim not in (1, 2) or isinstance(sequence, str):
        raise ValueError(
            f"{name} must have the shape (length, n_features) or (length,), got "
            f"{array.shape if array.ndim else type(sequence).__name__}."
        )
    if 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}: a sequence needs at least one step.")
    return array
