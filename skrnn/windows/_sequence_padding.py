"""Pads sequences of unequal lengths into one array, and removes the padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from skrnn._byte_order import in_native_order
from skrnn._exact_values import (
    as_floats,
    booleans_as_integers,
    exact_array,
    is_nested,
    join_exactly,
    narrowed,
)
from skrnn._sklearn_compat import validate_params
from skrnn._typing import ArrayLike, NDArray
from skrnn._validation import Count, check_no_dates
from skrnn._warnings import warn_user

_OF_ONE = ". If sequences is a single sequence, pass a list: [sequence]"


@validate_params(
    {"sequences": "no_validation", "n_timesteps": [Count(1), None]},
    prefer_skip_nested_validation=True,
)
def pad_sequences(
    sequences: Sequence[ArrayLike], *, n_timesteps: int | None = None
) -> NDArray[Any]:
    """Combine sequences of unequal length into one array, with padding in front.

    The network skips steps that contain NaN, so the padding does not change any forecast. It is
    put in front because the forecast belongs to the last step.

    Parameters
    ----------
    sequences : list of array-like
        The sequences, each of shape (length, n_features) or of shape (length,). The latter is for
        labels of steps, or values of a single feature. The sequences can be arrays, lists, Series
        or DataFrames. DataFrames are aligned by column name, in the order of the columns of the
        first one.

    n_timesteps : int, default=None
        Number of steps in the result. None means the length of the longest sequence. For
        `predict`, pass the number of steps used in `fit`.

    Returns
    -------
    padded : ndarray of shape (n_sequences, n_timesteps, n_features) or \
            (n_sequences, n_timesteps)
        The sequences, right-aligned. Numbers are float32 if all sequences are, and float64
        otherwise; they are padded with NaN. Booleans in DataFrames are converted to the numbers 0
        and 1. All other values are kept as objects: text, booleans in arrays, lists and Series,
        and integers beyond ``2 ** 53``, which float64 cannot represent. These are padded with
        None, which also replaces any unknown values among them.

    Raises
    ------
    ValueError
        If there are no sequences; if a sequence is empty, is longer than `n_timesteps`, or differs
        from the first one in its number of features or its column names; or if a value is a date
        or a complex number.

    Warns
    -----
    SkrnnWarning
        If only some of the sequences have column names.

    See Also
    --------
    unpad_sequences : Remove the padding.
    StepScaler : Scales lists of sequences, best before they are padded.

    Notes
    -----
    An array has no column names. In a pipeline that is given DataFrames, therefore put
    :class:`StepScaler` before this function: it raises an error if the columns in `predict` are
    not those in `fit`, in the same order.

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
    values = as_floats(join_exactly(arrays))
    fill = None if values.dtype == object else np.nan
    padded = np.full((len(arrays), longest, *values.shape[1:]), fill, values.dtype)
    padded[_steps_kept(lengths, longest)] = values
    return padded


def unpad_sequences(padded: ArrayLike, lengths: ArrayLike | None = None) -> list[NDArray[Any]]:
    """Remove the padding in front of sequences.

    Parameters
    ----------
    padded : array-like of shape (n_sequences, n_timesteps, ...)
        Result of :func:`pad_sequences`, or labels or probabilities that were predicted for each
        step of it.

    lengths : array-like of int of shape (n_sequences,), default=None
        Length of each sequence, such as ``[len(sequence) for sequence in sequences]``. It is
        required for predictions. By default, all leading unknown steps are removed.

    Returns
    -------
    sequences : list of ndarray of shape (length, ...)
        The sequences, as copies.

    Raises
    ------
    ValueError
        If `padded` has fewer than two dimensions, or if a length is invalid.

    See Also
    --------
    pad_sequences : Pad sequences.

    Examples
    --------
    >>> from skrnn import pad_sequences, unpad_sequences
    >>> unpad_sequences(pad_sequences([[1.0, 2.0, 3.0], [4.0]]))
    [array([1., 2., 3.]), array([4.])]
    """
    if not isinstance(padded, np.ndarray):
        padded = narrowed(exact_array(padded))
    padded = in_native_order(padded)
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


def steps_of(padded, lengths):
    """Return the steps of all sequences without their padding, one sequence after another.

    Parameters
    ----------
    padded : ndarray of shape (n_sequences, n_timesteps, ...)
        Padded sequences.
    lengths : ndarray of int of shape (n_sequences,)
        Their lengths.

    Returns
    -------
    ndarray of shape (n_steps, ...)
    """
    return padded[_steps_kept(lengths, padded.shape[1])]


def _steps_kept(lengths, n_timesteps):
    """Mark the last steps of each row, as many as its length."""
    return np.arange(n_timesteps) >= n_timesteps - lengths[:, None]


def _check_sequences(sequences):
    """Return the sequences as arrays, and check that they fit together."""
    is_table = isinstance(sequences, str | dict) or hasattr(sequences, "columns")
    is_grouped = hasattr(sequences, "ngroups")  # pairs of the key and the rows of a group
    advice = " Pass [group for _, group in sequences]." if is_grouped else ""
    if is_table or is_grouped or not hasattr(sequences, "__len__"):
        raise ValueError(
            "sequences must be a list of arrays, each of shape (length, n_features) or (length,). "
            f"Got {type(sequences).__name__}.{advice}"
        )
    if not len(sequences):
        raise ValueError("sequences is empty, expected at least one sequence.")
    names = [_names_of(sequence) for sequence in sequences]
    sequences = _in_one_order(list(sequences), names)
    arrays = [_as_array(sequence, i) for i, sequence in enumerate(sequences)]
    shape = arrays[0].shape[1:]
    for i, array in enumerate(arrays):
        if array.shape[1:] != shape:
            raise ValueError(
                f"sequences[{i}] has shape {array.shape}, but sequences[0] {arrays[0].shape}: all "
                "sequences need the same features."
            )
    named = [i for i, own in enumerate(names) if own is not None]
    if 0 < len(named) < len(names):
        warn_user(
            f"sequences[{names.index(None)}] does not have column names, but "
            f"sequences[{named[0]}] does: its columns are matched by position."
        )
    return arrays


def _in_one_order(sequences, names):
    """Return the sequences with the columns of DataFrames in the order of the first one."""
    first = next((i for i, own in enumerate(names) if own is not None), None)
    return [
        sequence
        if own is None or own == names[first]
        else _reordered(sequence, own, names[first], (i, first))
        for i, (sequence, own) in enumerate(zip(sequences, names, strict=True))
    ]


def _names_of(sequence):
    """Return the names of the columns of a DataFrame; None if it has none but their numbers."""
    columns = getattr(sequence, "columns", None)
    if columns is None or not hasattr(sequence, "dtypes"):
        return None
    names = list(columns)
    return None if names == list(range(len(names))) else names


def _reordered(sequence, own, names, positions):
    """Return a DataFrame with its columns in the order of names."""
    i, first = positions
    more, absent = [n for n in own if n not in names], [n for n in names if n not in own]
    if more or absent:
        parts = [f"lacks {absent}"] * bool(absent) + [f"has {more} in addition"] * bool(more)
        raise ValueError(
            f"sequences[{i}] and sequences[{first}] have different columns: sequences[{i}] "
            f"{' and '.join(parts)}."
        )
    if len(set(own)) < len(own) or len(own) != len(names):
        twice = sorted({n for n in [*own, *names] if max(own.count(n), names.count(n)) > 1})
        raise ValueError(
            f"sequences[{i}] and sequences[{first}] have their columns in different orders, and "
            f"cannot be joined by name, since {twice} occurs more than once."
        )
    return sequence[names]


def _as_array(sequence, position):
    name = f"sequences[{position}]"
    check_no_dates(sequence, name)
    array = exact_array(in_native_order(sequence))
    if array.ndim not in (1, 2) or is_nested(array) or isinstance(sequence, str):
        raise ValueError(
            f"{name} must have the shape (length, n_features) or (length,), got "
            + (str(array.shape) if array.ndim else f"{type(sequence).__name__}{_OF_ONE}")
        )
    if array.dtype.kind in "cV" or (array.dtype == object and complex in map(type, array.flat)):
        raise ValueError(f"{name} must contain numbers, text or booleans, got {array.dtype}.")
    if 0 in array.shape:
        raise ValueError(f"{name} has shape {array.shape}: a sequence needs at least one step.")
    # The columns of a table are features, whereas other booleans may be the labels of steps.
    return booleans_as_integers(array) if hasattr(sequence, "columns") else array
