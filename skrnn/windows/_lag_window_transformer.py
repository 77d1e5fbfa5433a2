"""Defines LagWindowTransformer, which assigns to each row of a series the window before it."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted

from skrnn._byte_order import in_native_order
from skrnn._failed_fits import all_or_nothing
from skrnn._sklearn_compat import (
    CallbackSupportMixin,
    StrOptions,
    _check_feature_names_in,
    _fit_context,
    available_if,
    check_parameters,
    fit_task,
    is_inverse_check,
    set_output_container,
    with_callbacks,
)
from skrnn._typing import ArrayLike, NDArray
from skrnn._validation import Count, check_features, check_series, check_series_of
from skrnn._version_0_1_0 import read_transformer
from skrnn._warnings import warn_user

from ._category_codes import CategoryCodes
from ._paired_rows import warn_of_different_labels
from ._regularity import warn_of_missing_rows
from ._rows_before import FittedSeries, scale_of, warn_of_doubt
from ._target_column import holds_target
from ._time_index import RememberedIndex, ordered_index
from ._views import lag_windows, lag_windows_and_series

_NO_PAST = (
    "The rows before X are treated as unknown, so the first windows are incomplete. Set "
    'context="fitted" if X continues the training series, or context="none" if it does not; '
    'or keep the index, with set_output(transform="pandas") on the steps before this one.'
)


def _is_table(transformer):
    """Check that `transform` returns a table, whose columns have names."""
    if not transformer.flatten:
        raise AttributeError(
            "LagWindowTransformer has column names only with flatten=True: the windows of "
            "flatten=False are three-dimensional."
        )
    return True


def _holds_own_row(transformer):
    """Check that the window of a row ends with the row itself."""
    if transformer.horizon != 0:
        raise AttributeError(
            f"inverse_transform needs horizon=0, got horizon={transformer.horizon}: the window of "
            "a row contains only rows before it, not the row itself."
        )
    return True


class LagWindowTransformer(CallbackSupportMixin, TransformerMixin, BaseEstimator):
    """Turn each row of a series into the window of rows that precede it.

    The regressor that follows in the pipeline therefore forecasts ``y[t]`` only from rows before
    t. The number of rows does not change, so pipelines, `TimeSeriesSplit` and `GridSearchCV` work
    as usual. In cross-validation, the first windows of a test fold contain the last rows of the
    training fold. The windows of the first rows of the whole series contain NaN, because no rows
    precede them.

    Parameters
    ----------
    lag : int, default=3
        Number of rows in a window, 1 or more.

    horizon : int, default=1
        Number of rows from the last row of the window to the row of the target. Step k of the
        window of row t contains row ``t - horizon - lag + 1 + k``. Use 1 to forecast one step
        ahead. With 0, the last step is row t itself, which is the layout of targets in
        many-to-many training.

    known_features : str, int, slice, array-like or callable, default=None
        Features whose values are known in advance, such as calendar features. Pass names,
        positions, a boolean mask, a slice, or a callable that takes `X` and returns one of these,
        such as :func:`~sklearn.compose.make_column_selector`. For these features, step k of the
        window of row t contains row ``t - lag + 1 + k``, regardless of the horizon, so the last
        step is the row of the target.

    flatten : bool, default=False
        If False, return windows of shape `(n_samples, lag, n_features)` for a recurrent
        network. If True, return a table of shape `(n_samples, lag * n_features)` for any other
        regressor, with its columns in time order.

    context : {"auto", "none", "fitted"}, default="auto"
        Determines which rows come before the first row of the `X` passed to `transform`.

        - "none": no earlier rows are known, and the first windows contain NaN.
        - "fitted": `X` continues the series seen in `fit`, regardless of its index.
        - "auto": if `X` and the series seen in `fit` both have an index of dates, durations,
          periods of the same frequency, or integers, the index determines the earlier rows. If `X`
          follows the training series, it is preceded by the last rows of that series, and if there
          is a gap between the two, the rows in the gap are NaN. If `X` starts within the training
          series, it is preceded by the training rows before that position. Without an index, the
          values are compared instead. If `X` is found in the training series, it is preceded by
          the rows that precede it there; otherwise, `X` is treated as a continuation of the
          series. If it is unclear whether `X` is part of the training series, a warning is issued,
          and the earlier rows are treated as unknown.

        In `fit_transform`, no rows come before `X`.

    Attributes
    ----------
    remembered_rows_ : ndarray of shape (n_samples, `n_features_in_`)
        The series seen in `fit`, with codes instead of categories. It is read-only.

    known_features_ : ndarray of bool of shape (`n_features_in_`,)
        Mask of the features whose values are known in advance.

    n_features_in_ : int
        Number of features seen in `fit`.

    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Names of the features seen in `fit`. Defined only if all names are strings.

    See Also
    --------
    make_lag_windows : Return the complete windows of a series and their targets, without `fit`.
    RNNRegressor : Train a recurrent network on such windows.

    Notes
    -----
    Columns of text and of dtype category are categorical and can be read by :class:`RNNRegressor`
    and :class:`RNNClassifier`. In this case, the windows are object arrays, in which categories
    that are numbers are converted to text.

    The windows are a read-only view of one copy of the series, so they need only as much memory as
    one series, regardless of the lag. Copy them if you want to change them. The transformer and
    its pickles keep the copy of the series, so that later rows can continue it.

    The length of a window is a number of rows, not a span of time: within a series, each row is
    assumed to be one time step after the previous row. The frequency of the index determines how
    many rows are missing in a gap between two series. If the index has no frequency, the number of
    missing rows is inferred from the labels of the index.

    If an earlier step of the pipeline returns an array, the index is lost, and with it any gap,
    such as the gap of ``TimeSeriesSplit(gap=...)``. Call ``set_output(transform="pandas")`` on
    that step to keep the index. Without an index, the values of all rows are compared, up to
    rounding to about six significant digits. The whole training series is always recognised, and a
    part of it is recognised if it contains a few distinct rows that occur nowhere else. The
    position of the rows is ambiguous if `X` is a single row or a run of equal rows whose values
    occur in the training series, or a pattern that occurs several times. A single row is compared
    exactly, and rows of which some values were changed are treated as a continuation of the
    training series. Use ``context="fitted"`` if you always pass rows that continue the training
    series, for example only the newest rows.

    You can set `flatten` and `context` after `fit`. If you change another parameter, call `fit`
    again.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn import LagWindowTransformer
    >>> days = pd.date_range("1981-01-01", periods=5, name="day")
    >>> X = pd.DataFrame({"temp": [20.7, 17.9, 18.8, 14.6, 15.8]}, index=days)
    >>> windows = LagWindowTransformer(lag=2).fit(X[:3])
    >>> windows.transform(X[:3])[..., 0]
    array([[ nan,  nan],
           [ nan, 20.7],
           [20.7, 17.9]])
    >>> windows.transform(X[3:])[..., 0]
    array([[17.9, 18.8],
           [18.8, 14.6]])

    As a table for other regressors:

    >>> table = LagWindowTransformer(lag=2, flatten=True).set_output(transform="pandas")
    >>> table.fit(X[:3]).transform(X[3:])
                temp_lag2  temp_lag1
    day
    1981-01-04       17.9       18.8
    1981-01-05       18.8       14.6
    """

    remembered_rows_: NDArray[Any]
    known_features_: NDArray[np.bool_]
    n_features_in_: int
    feature_names_in_: NDArray[np.object_]

    _codes = None  # the `CategoryCodes` of `fit`

    _parameter_constraints: ClassVar[dict] = {
        "lag": [Count(1)],
        "horizon": [Count(0)],
        "known_features": [None, str, Integral, slice, "array-like", callable],
        "flatten": ["boolean"],
        "context": [StrOptions({"auto", "none", "fitted"})],
    }

    def __init__(
        self,
        lag: int = 3,
        *,
        horizon: int = 1,
        known_features: Any = None,
        flatten: bool = False,
        context: Literal["auto", "none", "fitted"] = "auto",
    ) -> None:
        self.lag = lag
        self.horizon = horizon
        self.known_features = known_features
        self.flatten = flatten
        self.context = context

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: object = None) -> Self:
        """Remember a series, so that the windows of later rows can reach back into it.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The series, with its rows in time order. NaN marks unknown values.

        y : array-like of shape (n_samples, ...), default=None
            The target. It has no effect here, except that it is compared with the columns of `X`,
            so that :func:`~skrnn.forecast` can determine whether the target is one of them.

        Returns
        -------
        self : LagWindowTransformer
            The fitted transformer.

        Raises
        ------
        ValueError
            If `X` is not two-dimensional; if it contains infinity, text among numbers, complex
            numbers or dates; if its index is not in time order; if a known feature is not a
            feature of `X`; or if a parameter is out of range.
        TypeError
            If `X` is sparse.

        Warns
        -----
        SkrnnWarning
            If rows are missing inside `X`, or if `X` and `y` are pandas objects whose rows have
            different labels of the same kind.
        """
        with all_or_nothing(self):
            self._remember(self._fit(X, y).copy())
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X: ArrayLike, y: object = None) -> Any:
        """Fit to a series and return its windows, with no rows before the first one.

        The result equals ``fit(X).transform(X)`` unless ``context="fitted"``. In that case,
        ``transform(X)`` would treat `X` as a continuation of the training series, so the series
        would precede itself.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The series, with its rows in time order. NaN marks unknown values.

        y : array-like of shape (n_samples, ...), default=None
            The target. It has no effect here, except that it is compared with the columns of `X`,
            so that :func:`~skrnn.forecast` can determine whether the target is one of them.

        Returns
        -------
        windows : ndarray of shape (n_samples, lag, n_features)
            As in `transform`.

        Raises
        ------
        ValueError
            As in `fit`.
        TypeError
            As in `fit`.

        Warns
        -----
        SkrnnWarning
            As in `fit`.
        """
        with all_or_nothing(self):
            series = self._fit(X, y)
            windows, rows = lag_windows_and_series(
                series, self.lag, self.horizon, known=self.known_features_
            )
            self._remember(rows)
            return self._arrange(windows, self._codes)

    def transform(self, X: ArrayLike) -> Any:
        """Return the window of every row of a series.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The series, with its rows in time order. NaN marks unknown values.

        Returns
        -------
        windows : ndarray of shape (n_samples, lag, n_features)
            Read-only NumPy view, of dtype float32 if `X` is float32, object if there are
            categories, and float64 otherwise. If `flatten` is True, the result is a table of shape
            `(n_samples, lag * n_features)`, or a DataFrame if requested with `set_output`. Steps
            before the first known row are NaN.

        Raises
        ------
        ValueError
            As in `fit`; if the features differ from the features seen in `fit`; if `lag` or
            `horizon` has been set since `fit`; or if the index of `X` cannot be compared with
            the index of the training series.
        TypeError
            If `X` is sparse.
        NotFittedError
            If `fit` has not been called.

        Warns
        -----
        SkrnnWarning
            If neither an index nor the values determine which rows come before `X`; see
            `context`. If rows are missing inside `X` that are not missing in the training series.
        """
        check_is_fitted(self, "remembered_rows_")
        check_parameters(self)
        if (self.lag, self.horizon) != self._fitted_with:
            lag, horizon = self._fitted_with
            raise ValueError(
                f"lag={self.lag} and horizon={self.horizon} have been set since fit, which was "
                f"called with lag={lag} and horizon={horizon}. Call fit again."
            )
        X = in_native_order(X)
        index = ordered_index(X)
        if self._fitted_index is not None:
            warn_of_missing_rows(index, self._fitted_index.missing_inside(index))
        codes, X = (None, X) if self._codes is None else self._codes.coded(X)
        X = check_series_of(self, X, reset=False)
        windows = lag_windows(
            X,
            self.lag,
            self.horizon,
            known=self.known_features_,
            history=self._rows_before(X, index),
        )
        return self._arrange(windows, codes)

    @available_if(_holds_own_row)
    def inverse_transform(self, X: ArrayLike) -> NDArray[Any]:
        """Return the last step of each window, for ``horizon=0``.

        This lets you transform a target with `TransformedTargetRegressor(regressor,
        transformer=LagWindowTransformer(lag=T, horizon=0))`. The regressor is trained on the
        targets of all T steps of a window, and its forecast of the last step is kept.

        Parameters
        ----------
        X : array-like of shape (n_samples, lag, n_features), (n_samples, lag * n_features) \
                or (n_samples, n_features)
            Windows, a table as returned with ``flatten=True``, or only the last steps, as
            predicted by a regressor that does not forecast other steps.

        Returns
        -------
        series : ndarray of shape (n_samples, n_features)
            The last step of each window.

        Raises
        ------
        AttributeError
            If `horizon` is not 0, since the window of row t then does not contain row t.
        ValueError
            If `X` has a different shape, or contains infinity, text or complex numbers.
        TypeError
            If `X` is sparse.
        NotFittedError
            If `fit` has not been called.
        """
        check_is_fitted(self, "remembered_rows_")
        # The values are checked below, once for each row rather than for each step.
        X = check_array(X, allow_nd=True, ensure_2d=False, ensure_all_finite=False)
        n_features = self.n_features_in_
        shapes = [(self.lag, n_features), (self.lag * n_features,), (n_features,)]
        if X.shape[1:] not in shapes:
            expected = " or ".join(
                f"(n_samples, {str(shape)[1:].rstrip(',)')})" for shape in shapes
            )
            raise ValueError(f"X must be of shape {expected}, got {X.shape}.")
        return check_series(X.reshape(len(X), -1)[:, -n_features:], copy=True)

    @available_if(_is_table)
    def get_feature_names_out(
        self, input_features: ArrayLike | None = None
    ) -> NDArray[np.object_]:
        """Return the column names of the table for ``flatten=True``.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of the features. By default, they are the names seen in `fit`, or `x0`, `x1`, and
            so on.

        Returns
        -------
        names : ndarray of str of shape (lag * `n_features_in_`,)
            Names in time order, such as `temp_lag3`, `temp_lag2`, `temp_lag1`. The number is the
            distance in rows from the value to the row of the target.

        Raises
        ------
        AttributeError
            If `flatten` is False.
        ValueError
            If the number of `input_features` is wrong, or the names differ from the names seen
            in `fit`.
        NotFittedError
            If `fit` has not been called.
        """
        check_is_fitted(self, "remembered_rows_")
        features = _check_feature_names_in(self, input_features)
        last = np.where(self.known_features_, 0, self.horizon)
        return np.array(
            [
                f"{feature}_lag{last[column] + step}"
                for step in reversed(range(self.lag))
                for column, feature in enumerate(features)
            ],
            dtype=object,
        )

    def set_output(
        self, *, transform: Literal["default", "pandas", "polars"] | None = None
    ) -> Self:
        """Set the type of the output of `transform` and `fit_transform`.

        With ``flatten=False``, the output remains an array, because a DataFrame cannot have three
        dimensions. The setting takes effect when `flatten` is set to True.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            Type of the output. None leaves it unchanged. A DataFrame keeps the index of `X`.

        Returns
        -------
        self : LagWindowTransformer
            The transformer.
        """
        if self.flatten:
            return super().set_output(transform=transform)
        set_output_container(self, transform)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.categorical = tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    @with_callbacks
    def _fit(self, X, y):
        """Check the series, and remember its index."""
        X = in_native_order(X)
        with fit_task(self, X):
            index = ordered_index(X)
            self._codes, numbers = CategoryCodes.of(X)
            series = check_series_of(self, numbers, reset=True)
            self.known_features_ = self._known_features(X)
            self._fitted_with = self.lag, self.horizon
            self._fitted_index = RememberedIndex.of(index)
            warn_of_missing_rows(index)
        warn_of_different_labels(X, y, horizon=self.horizon)
        self._holds_target = holds_target(series, y)
        return series

    def _remember(self, series):
        """Keep the training series, and make it read-only."""
        series.flags.writeable = False
        self.remembered_rows_, self._scale = series, scale_of(series)

    def _known_features(self, X):
        """Return the mask of the features that are known in advance."""
        known = np.zeros(self.n_features_in_, dtype=bool)
        if self.known_features is None:
            return known
        spec = self.known_features(X) if callable(self.known_features) else self.known_features
        names = getattr(self, "feature_names_in_", None)
        positions = check_features(
            spec, param="known_features", n_features=self.n_features_in_, names=names
        )
        known[positions] = True
        return known

    def _rows_before(self, X, index):
        """Return the rows before the first row of `X`; None if none are known."""
        if self.context == "none":
            return None
        fitted = FittedSeries(self.remembered_rows_, scale=self._scale)
        count = self.lag + self.horizon - 1
        start = len(fitted)
        if self.context == "auto":
            start = self._start_of(X, index, fitted, count)
        return None if start is None else fitted.rows_before(start, count)

    def _start_of(self, X, index, fitted, count):
        """Return the position of the first row of `X` among the training rows; None if unclear."""
        start = None if self._fitted_index is None else self._fitted_index.start_of(index)
        if start is not None:
            return start
        start = fitted.find(X, count)
        if start is None and not (self.horizon == 0 and is_inverse_check(fitted.rows, X)):
            warn_of_doubt(len(X), _NO_PAST)
        return start

    def _arrange(self, windows, codes):
        """Return windows as three-dimensional windows or as a table."""
        if codes is not None:
            windows = codes.decoded(windows)
        return windows.reshape(len(windows), -1) if self.flatten else windows

    def __getattr__(self, name):
        # Not a property, because tools that read all attributes of an estimator would cause a
        # warning.
        if name == "history_" and "remembered_rows_" in vars(self):
            warn_user(
                "history_ of LagWindowTransformer is deprecated since version 0.2.0, "
                "and will be removed in 0.4.0. Use remembered_rows_ instead.",
                FutureWarning,
            )
            return self.remembered_rows_
        return object.__getattribute__(self, name)  # raises the error, with its cause

    def __setstate__(self, state):
        super().__setstate__(state)
        if "history_" in state:
            rows, labels = read_transformer(vars(self))
            self._fitted_with = self.lag, self.horizon
            self._remember(rows)
            self._fitted_index = RememberedIndex.of(labels)
