"""What the user hands to a regressor -> windows, targets and the rows that take part."""

import numpy as np
from sklearn.utils import assert_all_finite, check_array, check_consistent_length
from sklearn.utils.validation import _check_sample_weight, validate_data

from ._training import Samples
from ._validation import SERIES_DTYPES, check_no_dates
from ._windows import series_of_windows, view_windows


def check_windows(estimator, X, *, n_timesteps, allow_nan, reset):
    """Check windows, or a table of them, once for each value.

    Parameters
    ----------
    estimator : RNNRegressor
        Whose ``n_features_in_`` and ``feature_names_in_`` are set, or compared.
    X : array-like of shape (n_samples, n_timesteps, n_features) or (n_samples, n_columns)
        Windows, or a table whose rows hold ``n_timesteps`` steps each.
    n_timesteps : int
        Steps in the row of a table.
    allow_nan : bool
        Whether NaN may stand for a missing value.
    reset : bool
        Whether this is ``fit``.

    Returns
    -------
    ndarray of shape (n_samples, n_timesteps, n_features), float32 or float64
        A view of X wherever X is an array of these types.

    Raises
    ------
    ValueError
        If the shape, the type or a value is wrong, or differs from what ``fit`` saw.
    TypeError
        If X is sparse.
    """
    check_no_dates(X, "X")
    if isinstance(X, list | tuple):
        X = np.asarray(X)
    if getattr(X, "ndim", None) == 3:
        return _check_three_d(estimator, X, n_timesteps, allow_nan, reset)
    table = validate_data(
        estimator,
        X,
        reset=reset,
        dtype=SERIES_DTYPES,
        ensure_all_finite="allow-nan" if allow_nan else True,
    )
    if table.shape[1] % n_timesteps:
        raise ValueError(
            f"X has {table.shape[1]} columns, which n_timesteps={n_timesteps} does not divide: "
            "a row of a table holds n_timesteps steps of as many features each."
        )
    _check_float32(table, "X")
    return table.reshape(len(table), n_timesteps, -1)


def _check_three_d(estimator, X, n_timesteps, allow_nan, reset):
    X = np.asarray(X)
    if 0 in X.shape:
        raise ValueError(
            f"Found array with {X.shape[0]} sample(s), {X.shape[1]} step(s) and {X.shape[2]} "
            f"feature(s) (shape={X.shape}) while a minimum of 1 of each is required by "
            f"{type(estimator).__name__}."
        )
    if n_timesteps not in (1, X.shape[1]):
        raise ValueError(
            f"X holds windows of {X.shape[1]} steps, but n_timesteps={n_timesteps}. "
            "n_timesteps folds the rows of a table; leave it at 1 for windows."
        )
    # One step of the windows tells scikit-learn the number of features.
    validate_data(
        estimator, X[:, -1], reset=reset, dtype=SERIES_DTYPES, ensure_all_finite="allow-nan"
    )
    series = series_of_windows(X)
    values = (X if series is None else series).reshape(-1, X.shape[2])
    checked = check_array(
        values,
        dtype=SERIES_DTYPES,
        ensure_all_finite="allow-nan" if allow_nan else True,
        input_name="X",
        estimator=estimator,
    )
    _check_float32(checked, "X")
    if checked is values or np.shares_memory(checked, values):
        return X
    return checked.reshape(X.shape) if series is None else view_windows(checked, X.shape[1])


def _check_float32(values, name):
    """Networks compute in single precision: what is finite must stay so there."""
    if values.dtype == np.float32 or not values.size:
        return
    largest = max(np.fmax.reduce(values, axis=None), -np.fmin.reduce(values, axis=None))
    if largest > np.finfo(np.float32).max:
        raise ValueError(
            f"{name} contains a value of magnitude {largest:.3g}, too large for the float32 "
            "that networks compute in. Scale it first, for example with StandardScaler."
        )


def check_targets(y, X, estimator):
    """Check targets.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        Targets.
    X : ndarray
        Windows, of as many samples.
    estimator : RNNRegressor
        Named in errors.

    Returns
    -------
    ndarray of the same shape, float32 or float64

    Raises
    ------
    ValueError
        If y is absent, of another length, or not finite numbers.
    """
    name = type(estimator).__name__
    if y is None:
        raise ValueError(
            f"{name} requires y to be passed, but the target y is None. "
            "Expected array-like of shape (n_samples,) or (n_samples, n_outputs)."
        )
    check_no_dates(y, "y")
    y = check_array(
        y, ensure_2d=False, dtype=SERIES_DTYPES, input_name="y", estimator=estimator, allow_nd=True
    )
    if y.ndim not in (1, 2):
        raise ValueError(
            f"y has {y.ndim} dimensions, expected shape (n_samples,) or (n_samples, n_outputs)."
        )
    check_consistent_length(X, y)
    _check_float32(y, "y")
    return y


def select_samples(X, y, sample_weight, *, missing):
    """Put windows, targets and weights together, and choose the rows that take part.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        Checked windows.
    y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Checked targets.
    sample_weight : array-like of shape (n_samples,) or None
        Weight of each row; a row of weight zero takes no part at all.
    missing : {"mask", "drop", "error"}
        Whether a row takes part if some of its steps are missing.

    Returns
    -------
    Samples

    Raises
    ------
    ValueError
        If a weight is negative or no row is left.
    """
    weight = _check_sample_weight(sample_weight, y, dtype=np.float64, ensure_non_negative=True)
    assert_all_finite(weight, input_name="sample_weight")
    _check_float32(weight, "sample_weight")
    targets = np.column_stack([y, weight]).astype(np.float32)
    step_missing = missing_steps(X)
    left_out = step_missing.any(axis=1) if missing == "drop" else step_missing.all(axis=1)
    rows = np.flatnonzero((targets[:, -1] > 0) & ~left_out)
    if not len(rows):
        raise ValueError(
            f"No row is left to fit on: of {len(X)} rows, {int(left_out.sum())} have "
            f"{'a' if missing == 'drop' else 'no known'} step"
            f"{' missing' if missing == 'drop' else ''} (missing={missing!r}) and "
            f"{int((weight == 0).sum())} have a sample_weight of zero."
        )
    return Samples(X, targets, rows, bool(step_missing[rows].any()))


def missing_steps(X):
    """Which steps have a NaN in them, computed once for each row of a viewed series.

    Returns a bool array of shape ``(n_samples, n_timesteps)``.
    """
    series = series_of_windows(X)
    if series is None:
        return np.isnan(X).any(axis=2)
    missing = np.isnan(series).any(axis=1, keepdims=True)
    return view_windows(missing, X.shape[1])[:, :, 0]
