"""Cuts series into windows that are views of one NumPy array."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skrnn._sklearn_compat import validate_params
from skrnn._typing import ArrayLike, NDArray
from skrnn._validation import Count, check_series

from ._regularity import warn_of_missing_rows
from ._time_index import ordered_index


@validate_params(
    {"series": ["array-like"], "lag": [Count(1)], "horizon": [Count(0)]},
    prefer_skip_nested_validation=True,
)
def make_lag_windows(
    series: ArrayLike, lag: int, *, horizon: int = 1
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the complete windows of a series, and the target of each window.

    Window i contains rows ``i, ..., i + lag - 1`` of the series, and its target is the row
    `horizon` steps after the last of them. A series of n rows has ``n - lag - horizon + 1``
    complete windows. A step of a pipeline must keep all n rows, so use
    :class:`LagWindowTransformer` in a pipeline.

    Parameters
    ----------
    series : array-like of shape (n_samples,) or (n_samples, n_features)
        The series, with its rows in time order and one time step apart. NaN marks unknown values
        and is kept.

    lag : int
        Number of rows in a window, 1 or more.

    horizon : int, default=1
        Number of rows from the last row of a window to its target. With 0, the last row is the
        target.

    Returns
    -------
    windows : ndarray of shape (n_windows, lag, n_features)
        The windows, float32 if the series is float32 and float64 otherwise. A one-dimensional
        series has one feature. The array is a read-only view of one copy of the series, so the
        memory it needs does not depend on the lag.

    targets : ndarray of shape (n_windows,) or (n_windows, n_features)
        The targets, with as many dimensions as the series.

    Raises
    ------
    ValueError
        If the series is shorter than one window and its target; if it contains infinity, text,
        complex numbers or dates; or if its index is not in time order, contains dates as text,
        or has several levels.
    TypeError
        If the series is sparse.

    Warns
    -----
    SkrnnWarning
        If rows are missing inside the series, according to the frequency of its index. In the
        windows, the rows on either side of the gap are then neighbours.

    See Also
    --------
    LagWindowTransformer : Transformer that keeps the number of rows.

    Examples
    --------
    >>> from skrnn import make_lag_windows
    >>> windows, targets = make_lag_windows([20.7, 17.9, 18.8, 14.6, 15.8], lag=3)
    >>> windows[..., 0]
    array([[20.7, 17.9, 18.8],
           [17.9, 18.8, 14.6]])
    >>> targets
    array([14.6, 15.8])
    """
    index = ordered_index(series, input_name="series")
    series = check_series(series, ensure_2d=False, copy=True, input_name="series")
    warn_of_missing_rows(index, input_name="series")
    n_windows = len(series) - lag - horizon + 1
    if n_windows < 1:
        raise ValueError(
            f"series has {len(series)} rows; one window with lag={lag} and its target at "
            f"horizon={horizon} need {lag + horizon}."
        )
    rows = series.reshape(len(series), -1)
    return view_windows(rows, lag)[:n_windows], series[lag + horizon - 1 :].copy()


def lag_windows(X, lag, horizon, *, known=None, history=None):
    """Return for every row of a series the window from which its target may be forecast.

    Step k of row t holds row ``t - horizon - lag + 1 + k`` of the series, or row
    ``t - lag + 1 + k`` for features known in advance. The function makes one copy of the series
    in which the known features are shifted by `horizon` rows, so the result is one view.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
        The series, float32 or float64.

    lag : int
        Number of steps in a window.

    horizon : int
        Number of rows from the last step to the target.

    known : ndarray of bool of shape (n_features,) or None, default=None
        The features that are known in advance.

    history : ndarray of shape (lag + horizon - 1, n_features) or None, default=None
        The rows before the first row. None means that they are not known, and are NaN.

    Returns
    -------
    windows : ndarray of shape (n_samples, lag, n_features)
        Read-only view, of the dtype of `X`.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._views import lag_windows
    >>> lag_windows(np.array([[1.0], [2.0], [3.0]]), lag=2, horizon=1)[..., 0]
    array([[nan, nan],
           [nan,  1.],
           [ 1.,  2.]])
    """
    padded = _pad_series(X, lag, horizon, known, history)
    return view_windows(padded[: len(X) + lag - 1], lag)


def lag_windows_and_series(X, lag, horizon, *, known=None):
    """Return the window of every row of a series, and a copy of the series.

    Parameters
    ----------
    X, lag, horizon, known
        As in `lag_windows`. No rows before the first row are known.

    Returns
    -------
    windows : ndarray of shape (n_samples, lag, n_features)
        As in `lag_windows`.

    series : ndarray of shape (n_samples, n_features)
        A copy of `X`, which shares the memory of the windows if the layout allows it.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._views import lag_windows_and_series
    >>> windows, series = lag_windows_and_series(np.array([[1.0], [2.0]]), lag=1, horizon=1)
    >>> windows.ravel(), series.ravel()
    (array([nan,  1.]), array([1., 2.]))
    """
    padded = _pad_series(X, lag, horizon, known, None)
    shifted = known is not None and horizon and known.any()
    series = X.copy() if shifted else padded[lag + horizon - 1 :]
    return view_windows(padded[: len(X) + lag - 1], lag), series


def _pad_series(X, lag, horizon, known, history):
    """Put the history before the series, and shift known features `horizon` rows earlier."""
    n_before = lag + horizon - 1
    padded = np.empty((n_before + len(X), X.shape[1]), dtype=X.dtype)
    padded[:n_before] = np.nan if history is None else history
    padded[n_before:] = X
    if known is not None and horizon:
        for column in np.flatnonzero(known):
            padded[:-horizon, column] = padded[horizon:, column].copy()
    return padded


def view_windows(series, lag):
    """Return a view of all windows of consecutive rows of a series.

    Parameters
    ----------
    series : ndarray of shape (n_samples, n_features)
        The series.

    lag : int
        Number of rows in a window, at most `n_samples`.

    Returns
    -------
    windows : ndarray of shape (n_samples - lag + 1, lag, n_features)
        Read-only view. A row of the series is a part of up to `lag` windows.

    See Also
    --------
    series_of_windows : Return the series of such windows.
    """
    row, column = series.strides
    shape = (len(series) - lag + 1, lag, series.shape[1])
    return as_strided(series, shape, (row, row, column), writeable=False)


def series_of_windows(windows):
    """Return the series if windows are a view of one series.

    A check or a cast of every value is then done once for each row of the series, instead of once
    for each window that contains it.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, lag, n_features)
        Any array.

    Returns
    -------
    series : ndarray of shape (n_samples + lag - 1, n_features) or None
        Read-only view of the series, for which ``view_windows(series, lag)`` equals `windows`.
        None if the windows are not such a view.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._views import series_of_windows, view_windows
    >>> windows = view_windows(np.array([[1.0], [2.0], [3.0]]), lag=2)
    >>> series_of_windows(windows).ravel()
    array([1., 2., 3.])
    >>> series_of_windows(windows.copy())
    """
    if not isinstance(windows, np.ndarray) or windows.ndim != 3 or min(windows.shape) == 0:
        return None
    n_samples, lag, n_features = windows.shape
    if n_samples == 1:
        # One window is a series, and so are windows of one step.
        series = windows[0]
        series.flags.writeable = False
        return series
    row, step, column = windows.strides
    if lag > 1 and row != step:
        return None
    shape = (n_samples + lag - 1, n_features)
    return as_strided(windows, shape, (row, column), writeable=False)


def distinct_steps(windows):
    """Return the steps of windows as rows, with each row of a series only once.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, lag, n_features)
        Any array.

    Returns
    -------
    rows : ndarray of shape (n_rows, n_features)
        The rows of the series of which the windows are views, or else of one window after another.
    windows_of : callable
        Returns a table with as many rows, ``(n_rows, n)``, as windows ``(n_samples, lag, n)``.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._views import distinct_steps, view_windows
    >>> windows = view_windows(np.array([[1.0], [2.0], [3.0]]), lag=2)
    >>> rows, windows_of = distinct_steps(windows)
    >>> rows.shape, distinct_steps(windows.copy())[0].shape
    ((3, 1), (4, 1))
    >>> windows_of(rows * 10)[..., 0]
    array([[10., 20.],
           [20., 30.]])
    """
    n_samples, lag, n_features = windows.shape
    series = series_of_windows(windows)
    if series is not None:
        return series, partial(view_windows, lag=lag)
    return windows.reshape(-1, n_features), lambda rows: rows.reshape(n_samples, lag, -1)


def are_consecutive(windows):
    """Return whether each window is the previous window, shifted by one step.

    This is true of all windows of one series, whether they are a view or a copy. It is not true of
    independent sequences.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, lag, n_features)
        Any array. Windows of one step are always consecutive.

    Returns
    -------
    bool

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._views import are_consecutive
    >>> windows = np.array([[[1.0], [2.0]], [[2.0], [3.0]]])
    >>> are_consecutive(windows), are_consecutive(windows[::-1])
    (True, False)
    """
    if windows.shape[1] == 1 or series_of_windows(windows) is not None:
        return True
    for few in (slice(100), slice(None)):
        now, before = windows[few][1:, :-1], windows[few][:-1, 1:]
        if not np.array_equal(now, before, equal_nan=True):
            return False
    return True
