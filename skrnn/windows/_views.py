"""From a series to windows, and what came before its first row, on NumPy arrays."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skrnn._sklearn_compat import validate_params
from skrnn._validation import Count, check_series

from ._regularity import warn_of_missing_rows
from ._time_index import ordered_index


@validate_params(
    {"series": ["array-like"], "lag": [Count(1)], "horizon": [Count(0)]},
    prefer_skip_nested_validation=True,
)
def make_lag_windows(series, lag, *, horizon=1):
    """Cut a series into its complete windows, and the target of each.

    Window i holds the rows ``i, ..., i + lag - 1`` of the series, and its target is the row
    `horizon` steps after the last of them. There are no rows before the first one to wait
    for: a series of n rows gives ``n - lag - horizon + 1`` windows. To keep all n rows, as a
    step of a pipeline must, use :class:`LagWindowTransformer`.

    Parameters
    ----------
    series : array-like of shape (n_samples,) or (n_samples, n_features)
        The series, its rows in time order and one time step apart. NaN (not known) stays.

    lag : int
        Number of rows, 1 or more, in a window.

    horizon : int, default=1
        Number of rows from the last one of a window to its target; 0 makes that row itself
        the target.

    Returns
    -------
    windows : ndarray of shape (n_windows, lag, n_features)
        The windows, float64, or float32 where the series is; one feature for a
        one-dimensional series. A read-only view over one copy of the series: taking a
        thousand lags needs no more memory than taking one.

    targets : ndarray of shape (n_windows,) or (n_windows, n_features)
        The targets, with as many dimensions as the series.

    Raises
    ------
    ValueError
        If the series is shorter than one window and its target; holds infinity, text,
        complex numbers or dates; or has an index that is not in time order, holds dates as
        text, or has several levels.
    TypeError
        If the series is sparse.

    Warns
    -----
    UserWarning
        If rows are missing inside the series by the frequency of its index: the windows close
        over them.

    See Also
    --------
    LagWindowTransformer : The same as a transformer that keeps the number of rows.

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
    """Give every row of a series the window of rows that its target may be told from.

    Step k of row t holds row ``t - horizon - lag + 1 + k`` of the series, and in features
    known in advance row ``t - lag + 1 + k``. One copy of the series is made, in which the
    known features stand `horizon` rows later than the others, so that both are one view.

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
        The rows before the first one. None: not known, NaN.

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
    return _windows_of_padded(_padded(X, lag, horizon, known, history), len(X), lag)


def lag_windows_and_series(X, lag, horizon, *, known=None):
    """Give every row of a series its window, and the copy of the series that is viewed.

    Parameters
    ----------
    X, lag, horizon, known
        As in `lag_windows`. Nothing is known before the first row.

    Returns
    -------
    windows : ndarray of shape (n_samples, lag, n_features)
        As in `lag_windows`.

    series : ndarray of shape (n_samples, n_features)
        A copy of `X`, in the same memory as the windows where the layout allows it.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.windows._views import lag_windows_and_series
    >>> windows, series = lag_windows_and_series(np.array([[1.0], [2.0]]), lag=1, horizon=1)
    >>> windows.ravel(), series.ravel()
    (array([nan,  1.]), array([1., 2.]))
    """
    padded = _padded(X, lag, horizon, known, None)
    shifted = known is not None and horizon and known.any()
    series = X.copy() if shifted else padded[lag + horizon - 1 :]
    return _windows_of_padded(padded, len(X), lag), series


def _padded(X, lag, horizon, known, history):
    """The series after its history; known features stand `horizon` rows earlier in it."""
    n_before = lag + horizon - 1
    padded = np.empty((n_before + len(X), X.shape[1]), dtype=X.dtype)
    padded[:n_before] = np.nan if history is None else history
    padded[n_before:] = X
    if known is not None and horizon:
        for column in np.flatnonzero(known):
            padded[:-horizon, column] = padded[horizon:, column].copy()
    return padded


def _windows_of_padded(padded, n_samples, lag):
    return view_windows(padded[: n_samples + lag - 1], lag)


def view_windows(series, lag):
    """View all windows of consecutive rows of a series.

    Parameters
    ----------
    series : ndarray of shape (n_samples, n_features)
        The series.

    lag : int
        Number of rows in a window, at most `n_samples`.

    Returns
    -------
    windows : ndarray of shape (n_samples - lag + 1, lag, n_features)
        Read-only view: a row of the series is in up to `lag` windows at once.

    See Also
    --------
    series_of_windows : The inverse.
    """
    row, column = series.strides
    shape = (len(series) - lag + 1, lag, series.shape[1])
    return as_strided(series, shape, (row, row, column), writeable=False)


def series_of_windows(windows):
    """Recognise windows that are a view over one series, and return that series.

    What has to be done to every value, such as a check or a cast, is then done once for each
    row of the series, not once for each of the windows it is in.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, lag, n_features)
        Any array.

    Returns
    -------
    series : ndarray of shape (n_samples + lag - 1, n_features) or None
        Read-only view of the series, for which ``view_windows(series, lag)`` is `windows`
        again. None if the windows are not such a view.

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
        # One window is a series as it is, and so are windows of one step.
        series = windows[0]
        series.flags.writeable = False
        return series
    row, step, column = windows.strides
    if lag > 1 and row != step:
        return None
    shape = (n_samples + lag - 1, n_features)
    return as_strided(windows, shape, (row, column), writeable=False)
