"""Checks the windows, targets and weights of a regressor, and selects the rows to use."""

from functools import partial

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import assert_all_finite, check_array
from sklearn.utils.validation import validate_data

from ._sklearn_compat import check_sample_weight
from ._text_among_numbers import text_is_located
from ._validation import (
    LARGEST_TO_SQUARE,
    SERIES_DTYPES,
    check_distinct_columns,
    check_no_dates,
    check_series,
    without_mask,
)
from .training._samples import Samples
from .windows._feature_words import words_for
from .windows._step_table import check_divides
from .windows._target_steps import are_nested, padded_targets, with_steps_of
from .windows._views import distinct_steps, series_of_windows

_LARGEST = np.finfo(np.float32).max
_FEW_VALUES = 2**12


def check_windows(
    estimator, X, *, n_timesteps, allow_nan, reset, input_name="X", columns_checked=False
):
    """Check windows, or a table of them, looking at each value only once.

    Parameters
    ----------
    estimator : RNNRegressor
        Estimator whose ``n_features_in_`` and ``feature_names_in_`` are set or compared.
    X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
        Windows, or a table whose rows hold ``n_timesteps`` steps each.
    n_timesteps : int
        Number of steps in each row of a table.
    allow_nan : bool
        Whether NaN may stand for a missing value.
    reset : bool
        Whether the attributes are set, as in ``fit``, or compared.
    input_name : str, default="X"
        Name of the windows in error messages.
    columns_checked : bool, default=False
        Whether :func:`check_columns` has been called: X then contains indicators of categories.

    Returns
    -------
    ndarray of shape (n_samples, n_timesteps, n_features), float32 or float64
        A view of X wherever X is an array of these types.

    Raises
    ------
    ValueError
        If the shape, the type or a value is wrong, or differs from ``fit``.
    TypeError
        If X is sparse.
    """
    check_no_dates(X, input_name)
    if isinstance(X, list | tuple):
        X = np.asarray(X)
    if getattr(X, "ndim", 2) > 2 and not issparse(X):
        X = _check_three_d(estimator, X, n_timesteps, reset, input_name)
        check = _check_numbers if columns_checked else partial(_validate, reset=reset)
        values, windows_of = distinct_steps(X)
        with text_is_located(X, input_name):
            checked = check(estimator, values, input_name, allow_nan=allow_nan)
            _check_float32(checked, input_name)
        same = checked is values or np.shares_memory(checked, values)
        return X if same else windows_of(checked)
    with text_is_located(X, input_name):
        table = _validate(estimator, X, input_name, reset=reset, allow_nan=allow_nan)
    check_divides(table.shape[1], n_timesteps, input_name)
    _check_float32(table, input_name)
    return table.reshape(len(table), n_timesteps, -1)


def _validate(estimator, X, input_name, *, reset, allow_nan):
    """Check two-dimensional values, and compare their columns with the columns in ``fit``."""
    known = not reset and _is_plain(X, allow_nan=allow_nan) and X.ndim == 2
    if known and _has_columns_of_fit(estimator, X):
        return X
    check_distinct_columns(X, input_name)
    checked = _check_numbers(estimator, X, input_name, allow_nan=allow_nan)
    check_columns(estimator, X, input_name, reset=reset)
    return checked


def _check_numbers(estimator, X, input_name, *, allow_nan):
    try:
        return check_array(
            X,
            dtype=SERIES_DTYPES,
            ensure_all_finite="allow-nan" if allow_nan else True,
            input_name=input_name,
            estimator=estimator,
        )
    except ValueError as error:
        if input_name == "X" or input_name in str(error):
            raise
        raise ValueError(f"{input_name}: {error}") from None


def check_columns(estimator, X, input_name, *, reset):
    """Set the number and the names of the columns, or compare them with the columns in ``fit``.

    Parameters
    ----------
    estimator : RNNRegressor or RNNClassifier
        The estimator.
    X : array-like of shape (n_samples, n_columns)
        A table, whose values are not looked at.
    input_name : str
        Name of the table in error messages.
    reset : bool
        Whether the attributes are set, as in ``fit``, or compared.

    Raises
    ------
    ValueError
        If the columns differ from those in ``fit``.
    """
    check_distinct_columns(X, input_name)
    try:
        validate_data(estimator, X, reset=reset, skip_check_array=True)
    except ValueError as error:
        if input_name == "X":
            raise
        raise ValueError(f"{input_name}: {error} {_advise_same_steps(input_name)}") from None


def _is_plain(values, *, allow_nan):
    """Whether `check_array` would return a small array unchanged.

    `check_array` needs a tenth of a millisecond to find that out, which is much for one row.
    """
    is_array = type(values) is np.ndarray and 0 < values.size <= _FEW_VALUES
    if not is_array or values.dtype not in SERIES_DTYPES:
        return False
    return not np.isinf(values).any() if allow_nan else bool(np.isfinite(values).all())


def _has_columns_of_fit(estimator, X):
    """Whether `fit` saw an array with the same number of columns."""
    n_columns = getattr(estimator, "n_features_in_", None)
    return n_columns == X.shape[1] and not hasattr(estimator, "feature_names_in_")


def _advise_same_steps(input_name):
    """Suggest what to do if held-out windows do not look like those of X."""
    return (
        f"{input_name} must pass through the same steps as X, such as scalers and "
        "LagWindowTransformer. A Pipeline passes it through them if it is built with "
        f"transform_input=['{input_name}'] and metadata routing is enabled."
    )


def _check_three_d(estimator, X, n_timesteps, reset, input_name):
    X = np.asarray(X)
    if X.ndim > 3:
        raise ValueError(
            f"{input_name} has shape {X.shape}, expected windows of shape (n_samples, "
            "n_timesteps, n_features) or a table of shape (n_samples, n_columns)."
        )
    if 0 in X.shape:
        raise ValueError(
            f"Found array with {X.shape[0]} sample(s), {X.shape[1]} step(s) and {X.shape[2]} "
            f"feature(s) (shape={X.shape}) in {input_name} while a minimum of 1 of each is "
            f"required by {type(estimator).__name__}."
        )
    # A fitted network may read windows with a different number of steps.
    fitted = 1 if reset else getattr(estimator, "_architecture", {}).get("n_timesteps", 1)
    if n_timesteps not in (1, X.shape[1], fitted):
        raise ValueError(
            f"{input_name} contains windows of {X.shape[1]} steps, but n_timesteps={n_timesteps}. "
            "n_timesteps reshapes the rows of a table; leave it at 1 for windows."
        )
    return X


def _check_float32(values, name):
    """Check that values stay finite in single precision, in which networks compute."""
    if values.dtype == np.float32 or not values.size:
        return
    largest = max(np.fmax.reduce(values, axis=None), -np.fmin.reduce(values, axis=None))
    if largest > _LARGEST:
        advice = "Scale it first, for example with StandardScaler."
        if largest > LARGEST_TO_SQUARE:
            advice = (
                "Divide it by a constant first, since it is also too large for scalers, or set it "
                "to NaN if it only stands for an unknown value."
            )
        raise ValueError(
            f"{name} contains a value of magnitude {largest:.3g}, too large for the float32 "
            f"that networks compute in. {advice}"
        )


def check_targets(y, windows, return_sequences=False, input_name="y", owner="RNNRegressor"):
    """Check targets.

    Parameters
    ----------
    y : array-like
        Targets of shape ``(n_samples,)`` or ``(n_samples, n_outputs)``; for sequences
        ``(n_samples, n_timesteps)`` or ``(n_samples, n_timesteps, n_outputs)``, or a list of
        sequences. NaN marks an unknown target.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows of the same samples.
    return_sequences : bool, default=False
        Whether every step has a target.
    input_name : str, default="y"
        Name of the targets in error messages.
    owner : str, default="RNNRegressor"
        Name of the estimator in error messages.

    Returns
    -------
    ndarray of the same shape, float32 or float64

    Raises
    ------
    ValueError
        If y is None, has a wrong shape, is infinite, or does not contain numbers.
    """
    shapes = "(n_samples,) or (n_samples, n_outputs)"
    if return_sequences:
        shapes = "(n_samples, n_timesteps) or (n_samples, n_timesteps, n_outputs)"
    if y is None:
        raise ValueError(
            f"{owner} requires y to be passed, but the target y is None. "
            f"Expected array-like of shape {shapes}."
        )
    if not _is_plain(y, allow_nan=True):
        y = _without_nesting(y, windows, shapes, return_sequences, input_name)
        y = check_series(
            y,
            input_name=input_name,
            ensure_2d=False,
            allow_nd=True,
            ensure_min_samples=0,
            ensure_min_features=0,
            estimator=owner,
        )
    if y.ndim not in ((2, 3) if return_sequences else (1, 2)) or 0 in y.shape[1:]:
        raise ValueError(f"{input_name} has shape {y.shape}, expected {shapes}.")
    y = with_lengths_of(y, windows, return_sequences, input_name)
    _check_float32(y, input_name)
    return y


def _without_nesting(y, windows, shapes, return_sequences, input_name):
    """Return a list of sequences of targets as one array, if each step has a target."""
    if return_sequences:
        return padded_targets(y, windows, input_name)
    if are_nested(y):
        raise ValueError(
            f"{input_name} has rows of unequal lengths, expected an array of shape {shapes}. With "
            "return_sequences=True every step has a target, and a list of sequences is accepted."
        )
    return y


def with_lengths_of(y, windows, return_sequences, input_name="y"):
    """Return as many targets or labels as there are windows, or steps of windows.

    Parameters
    ----------
    y : ndarray of shape (n_samples, ...)
        Targets or labels.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows of the same samples.
    return_sequences : bool
        Whether every step has a target.
    input_name : str, default="y"
        Name of the targets in error messages.

    Returns
    -------
    ndarray
        `y` without the padding in front that the windows do not have, or with more of it.

    Raises
    ------
    ValueError
        If the number of rows or of steps differs.
    """
    if len(y) != len(windows):
        raise ValueError(
            f"X{input_name[1:]} and {input_name} have inconsistent numbers of samples: "
            f"{[len(windows), len(y)]}."
        )
    return with_steps_of(y, windows, input_name) if return_sequences else y


def select_samples(
    windows,
    y,
    sample_weight,
    *,
    missing,
    return_sequences=False,
    may_be_empty=False,
    name="",
    columns=None,
):
    """Combine windows, targets and weights, and select the rows to use.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Checked windows.
    y : ndarray
        Checked targets.
    sample_weight : array-like of shape (n_samples,) or None
        Weight of each row. A row with a weight of zero is left out.
    missing : {"mask", "drop", "error"}
        Whether a row is used if some of its steps are missing.
    return_sequences : bool, default=False
        Whether every step has a target.
    may_be_empty : bool, default=False
        Whether an empty selection is allowed.
    name : str, default=""
        Suffix of the names of X, y and sample_weight in error messages, such as "_val".
    columns : array-like of str or None, default=None
        Names of the columns of X, if X was a table.

    Returns
    -------
    Samples

    Raises
    ------
    ValueError
        If a weight is negative or no row is left.
    """
    n_rows, n_steps = len(windows), windows.shape[1] if return_sequences else 1
    targets = np.empty((n_rows, n_steps, y.size // (n_rows * n_steps) + 1), y.dtype)
    targets[:, :, :-1] = y.reshape(n_rows, n_steps, -1)
    weight = np.ones(n_rows)
    if sample_weight is not None:
        weight = check_weight(sample_weight, y, f"sample_weight{name}")
    unknown = np.isnan(targets[:, :, :-1]).all(axis=2)
    targets[:, :, -1] = np.where(unknown, 0.0, weight[:, None])
    n_missing = count_missing_steps(windows)
    left_out = n_missing > 0 if missing == "drop" else n_missing == windows.shape[1]
    without, weightless = unknown.all(axis=1), weight.astype(np.float32) == 0
    rows = np.flatnonzero(~(weightless | left_out | without))
    if not (len(rows) or may_be_empty):
        reason = ""
        if left_out.all():
            reason = _describe_missing(windows, missing, f"X{name}", columns)
        causes = _describe_causes(left_out, without, weightless, reason, missing, name)
        raise ValueError(
            f"No row of X{name} is left to {'validate' if name else 'fit'} on: {causes}."
        )
    return Samples(windows, targets, rows, bool(n_missing[rows].any()))


def _describe_causes(left_out, without, weightless, reason, missing, name):
    """Describe why no row is left: one cause for all rows, or the number for each cause."""
    step = "a missing step" if missing == "drop" else "no known step"
    if left_out.all():
        return f"each row has {step}, since {reason}"
    if without.all():
        return f"y{name} is NaN throughout"
    if weightless.all():
        return f"sample_weight{name} is zero throughout"
    counts = {
        f"have {step} (missing={missing!r})": left_out.sum(),
        f"have no known target in y{name}": without.sum(),
        f"have a sample_weight{name} of zero": weightless.sum(),
    }
    listed = " and ".join(f"{count} {cause}" for cause, count in counts.items() if count)
    return f"of {len(left_out)} rows, {listed}"


def _describe_missing(windows, missing, input_name, columns):
    """Describe which values of X are missing if no window can be used, and what to do."""
    unknown = np.array([np.isnan(step).all(axis=0) for step in windows.swapaxes(0, 1)])
    if unknown.all():
        return (
            f"{input_name} is NaN throughout, which happens if lag and horizon are longer than "
            "the series"
        )
    if missing == "drop" and unknown[0].all():
        return (
            "the first step of every window is NaN, as with a lag that is longer than the series, "
            "and missing='drop' leaves out such rows: use a shorter lag, or missing='mask'"
        )
    effect = "a single NaN skips its whole step"
    if missing == "drop":
        effect = "missing='drop' leaves out each row that contains NaN"
    found = unknown if missing == "drop" else np.broadcast_to(unknown.all(axis=0), unknown.shape)
    if found.any():
        return (
            f"{_name_columns(found, columns)} of {input_name} is NaN throughout and {effect}: "
            "fill it, or leave it out"
        )
    return f"{input_name} has NaN in each of them and {effect}: fill some of them"


def _name_columns(found, columns):
    """Return the names of columns, or the positions of their features if they have no names."""
    if columns is None:
        columns = list(range(found.shape[1])) * len(found)
    n_features = found.shape[1]
    names = [columns[step * n_features + feature] for feature, step in np.argwhere(found.T)]
    kind, names, note = words_for(list(dict.fromkeys(names))[:5])
    return f"{kind.lower()} {' and '.join(names)}{note}"


def check_weight(sample_weight, y, input_name):
    """Check the weights of rows.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,)
        The weights.
    y : ndarray of shape (n_samples, ...)
        Targets, labels or predictions of the same rows.
    input_name : str
        Name of the weights in error messages.

    Returns
    -------
    ndarray of shape (n_samples,), float64
        Weights of at most 1. Only their ratios matter.

    Raises
    ------
    ValueError
        If the number of weights is wrong, or one is negative or not finite.
    """
    try:
        weight = check_sample_weight(without_mask(sample_weight), y)
    except ValueError as error:
        raise ValueError(f"{input_name}: {error}") from None
    assert_all_finite(weight, input_name=input_name)
    # Only the ratios of weights matter. Dividing by a power of two keeps the ratios exact, and the
    # weights within float32.
    return np.ldexp(weight, -np.frexp(weight.max())[1])


def count_missing_steps(X):
    """Count the steps of each window that contain NaN, as an array of shape ``(n_samples,)``.

    If X is a view of one series, the steps are counted in the series.
    """
    series = series_of_windows(X)
    if series is None:
        return np.isnan(X).any(axis=2).sum(axis=1)
    n_timesteps = X.shape[1]
    before = np.zeros(len(series) + 1, np.intp)
    np.cumsum(np.isnan(series).any(axis=1), out=before[1:])
    return before[n_timesteps:] - before[:-n_timesteps]


def check_known_outputs(samples, y):
    """Check that a new network can learn each of its outputs.

    Parameters
    ----------
    samples : Samples
        Samples to train on.
    y : array-like
        The targets as the user passed them.

    Raises
    ------
    ValueError
        If an output has no known target.
    """
    known = ~np.isnan(samples.targets[samples.rows, :, :-1]).all(axis=(0, 1))
    if not known.all():
        first = np.argmin(known)
        columns = list(getattr(y, "columns", ()))
        is_named = len(columns) == len(known)
        output = f"Column {columns[first]!r}" if is_named else f"Output {first} (counted from 0)"
        raise ValueError(
            f"{output} of y has no known target in the rows to "
            "fit on, so its forecasts would be arbitrary. Leave this column out of y. If "
            "early_stopping holds out its known rows, pass X_val and y_val instead."
        )


def check_same_shapes(samples, held_out):
    """Check that held-out samples have the same shapes as the samples to train on.

    Parameters
    ----------
    samples, held_out : Samples
        Samples to train on, and held-out samples.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if samples.windows.shape[1:] != held_out.windows.shape[1:]:
        raise ValueError(
            f"X_val contains windows of shape {held_out.windows.shape[1:]} (steps, features), but "
            f"X of shape {samples.windows.shape[1:]}. {_advise_same_steps('X_val')}"
        )
    if samples.targets.shape[1:] != held_out.targets.shape[1:]:
        raise ValueError(
            f"y_val has {held_out.targets.shape[2] - 1} outputs, but y has "
            f"{samples.targets.shape[2] - 1}."
        )
