"""LagWindowTransformer: the rows before each row, as a step of a pipeline."""

from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_array
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skrnn._sklearn_compat import (
    CallbackSupportMixin,
    StrOptions,
    _check_feature_names_in,
    _fit_context,
    fit_task,
    is_inverse_check,
    set_output_container,
    with_callbacks,
)
from skrnn._validation import Count, check_features, check_series, check_series_of

from ._context import FittedSeries, scale_of, warn_of_doubt
from ._regularity import warn_of_missing_rows
from ._time_index import RememberedIndex, ordered_index
from ._views import lag_windows, lag_windows_and_series

_NO_PAST = (
    "No past is assumed, and the first windows are incomplete. Set "
    'context="fitted" if X continues the fitted series, or context="none" if it does not; '
    'or keep the index, by set_output(transform="pandas") on the steps before this one.'
)


def _is_table(transformer):
    """Tell whether `transform` gives a table, whose columns have names."""
    if not transformer.flatten:
        raise AttributeError(
            "LagWindowTransformer has column names with flatten=True only: the windows of "
            "flatten=False are three-dimensional."
        )
    return True


def _holds_own_row(transformer):
    """Tell whether the window of a row ends with the row itself."""
    if transformer.horizon != 0:
        raise AttributeError(
            f"inverse_transform needs horizon=0, got horizon={transformer.horizon}: the window "
            "of a row holds rows before it alone, not the row itself."
        )
    return True


class LagWindowTransformer(CallbackSupportMixin, TransformerMixin, BaseEstimator):
    """Give every row of a series the window of the rows before it.

    A regressor that comes next in the pipeline then forecasts ``y[t]`` from the rows before
    t alone. The number of rows does not change, so that pipelines, `TimeSeriesSplit` and
    `GridSearchCV` work as on any data: the first rows of a test fold see the end of the
    training fold as their past, and the first rows of all, which have none, see NaN.

    Parameters
    ----------
    lag : int, default=3
        Number of rows, 1 or more, in a window.

    horizon : int, default=1
        How many rows the last row of the window lies before the target's own: step k of
        row t holds row ``t - horizon - lag + 1 + k``. 1 forecasts one step ahead; with 0 the
        last step is row t itself, the layout of a target in many-to-many training.

    known_features : str, int, slice, array-like or callable, default=None
        Features known in advance, such as the calendar: names, positions, a boolean mask, a
        slice, or a callable that takes `X` and gives one of these, such as
        :func:`~sklearn.compose.make_column_selector`. In them step k of row t holds row
        ``t - lag + 1 + k``, whatever the horizon: the last step is the target's own time.

    flatten : bool, default=False
        False gives windows, `(n_samples, lag, n_features)`, for a recurrent network; True a
        table, `(n_samples, lag * n_features)`, its columns in time order, for any other
        regressor.

    context : {"auto", "none", "fitted"}, default="auto"
        What came before the first row that `transform` is given.

        - "none": nothing is known.
        - "fitted": `X` continues the series seen in `fit`, whatever its index says.
        - "auto": where `X` and the series seen in `fit` both have an index of dates,
          durations, periods of one frequency, or integers, the index decides, and the fitted
          rows before the first row of `X` are its past: the end of the fitted series if `X`
          follows it; with the rows of a gap not known if `X` comes later; the rows before
          its own place if `X` starts within the fitted series or overlaps its end.
          Without an index the values decide: rows that are found in the fitted series get the
          past that they had there, and rows that are not found continue it. If it remains
          in doubt whether `X` is a part of the fitted series, a warning says so, and nothing
          is known.

        `fit_transform` is given the series that is being fitted: nothing came before it.

    Attributes
    ----------
    remembered_rows_ : ndarray of shape (n_samples, `n_features_in_`)
        The series seen in `fit`. Read-only.

    known_features_ : ndarray of bool of shape (`n_features_in_`,)
        Mask of the features known in advance.

    n_features_in_ : int
        Number of features seen in `fit`.

    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Their names. Defined only when they are all strings.

    See Also
    --------
    make_lag_windows : The complete windows of a series and their targets, without `fit`.
    RNNRegressor : Recurrent networks on such windows.

    Notes
    -----
    The windows are a read-only view over one copy of the series: they take the memory of one
    series, whatever the lag. Copy them to change them. The transformer keeps that copy, and a
    pickle holds it, so that later rows can be joined to it.

    Rows count, not labels: inside a series each row is taken to be one time step after the
    one before. How many rows a gap between two series has is determined by the frequency of
    the index or, where it has none, is inferred from its labels.

    A step of a pipeline that returns a bare array drops the index, and with it any gap, such
    as that of ``TimeSeriesSplit(gap=...)``: call ``set_output(transform="pandas")`` on that
    step. Without an index the values of all rows are compared, up to rounding. A part of the
    fitted series is recognised if it has a few different rows that occur nowhere else, and
    the whole series always. Doubt remains for one row, or for a stretch of equal rows, whose
    values occur in the fitted series too, and for a pattern that comes more than once.
    ``context="fitted"`` says that `X` continues the fitted series, whatever its values, and
    suits calls with the newest rows only.

    `flatten` and `context` may be set after `fit`; the other parameters need a new `fit`.

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

    _parameter_constraints: ClassVar[dict] = {
        "lag": [Count(1)],
        "horizon": [Count(0)],
        "known_features": [None, str, Integral, slice, "array-like", callable],
        "flatten": ["boolean"],
        "context": [StrOptions({"auto", "none", "fitted"})],
    }

    def __init__(self, lag=3, *, horizon=1, known_features=None, flatten=False, context="auto"):
        self.lag = lag
        self.horizon = horizon
        self.known_features = known_features
        self.flatten = flatten
        self.context = context

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Remember a series, so that later rows know their past.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The series, its rows in time order. NaN means not known.

        y : None
            Ignored.

        Returns
        -------
        self : LagWindowTransformer
            The fitted transformer.

        Raises
        ------
        ValueError
            If `X` is not two-dimensional, holds infinity, text, complex numbers or dates, or
            has an index that is not in time order; if a known feature is not among those of
            `X`; or if a parameter is out of range.
        TypeError
            If `X` is sparse.
        """
        self._remember(self._fit(X).copy())
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def fit_transform(self, X, y=None):
        """Fit to a series and give its own windows, for which nothing came before.

        The same as ``fit(X).transform(X)``, in one pass; except for ``context="fitted"``,
        under which `transform` lets `X` follow the fitted series, and this method does not
        let a series follow itself.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The series, its rows in time order. NaN means not known.

        y : None
            Ignored.

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
        """
        series = self._fit(X)
        windows, rows = lag_windows_and_series(
            series, self.lag, self.horizon, known=self.known_features_
        )
        self._remember(rows)
        return self._arranged(windows)

    def transform(self, X):
        """Give every row of a series its window.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The series, its rows in time order. NaN means not known.

        Returns
        -------
        windows : ndarray of shape (n_samples, lag, n_features)
            Read-only view, float64, or float32 where `X` is; with `flatten` of shape
            `(n_samples, lag * n_features)`, or the DataFrame that `set_output` asks for.
            Steps before the first known row hold NaN.

        Warns
        -----
        UserWarning
            If neither an index nor the values determine what came before `X`; see `context`.

        Raises
        ------
        ValueError
            As in `fit`; if the features differ from those of `fit`; if `lag` or `horizon`
            has been set since; or if the index of `X` cannot be compared with that of the
            fitted series.
        TypeError
            If `X` is sparse.
        NotFittedError
            If there was no `fit` before.
        """
        check_is_fitted(self, "remembered_rows_")
        self._validate_params()
        if (self.lag, self.horizon) != self._fitted_with:
            lag, horizon = self._fitted_with
            raise ValueError(
                f"lag={self.lag} and horizon={self.horizon} have been set since fit, which was "
                f"called with lag={lag} and horizon={horizon}. Call fit again."
            )
        index = ordered_index(X)
        X = check_series_of(self, X, reset=False)
        windows = lag_windows(
            X,
            self.lag,
            self.horizon,
            known=self.known_features_,
            history=self._rows_before(X, index),
        )
        return self._arranged(windows)

    @available_if(_holds_own_row)
    def inverse_transform(self, X):
        """Get a series back from its windows: the last step of each, for ``horizon=0``.

        This makes the transformer usable on a target, `TransformedTargetRegressor(regressor,
        transformer=LagWindowTransformer(lag=T, horizon=0))`: the regressor is trained on the
        targets of all T steps of a window, and its forecast of the last one is kept.

        Parameters
        ----------
        X : array-like of shape (n_samples, lag, n_features), (n_samples, lag * n_features) \
                or (n_samples, n_features)
            Windows, the table of `flatten`, or the last steps alone, as a regressor gives
            them that forecasts no others.

        Returns
        -------
        series : ndarray of shape (n_samples, n_features)
            The last step of each window.

        Raises
        ------
        AttributeError
            If `horizon` is not 0: row t is then not in the window of row t.
        ValueError
            If `X` is of another shape, or holds infinity, text or complex numbers.
        TypeError
            If `X` is sparse.
        NotFittedError
            If there was no `fit` before.
        """
        check_is_fitted(self, "remembered_rows_")
        # The values are checked below, once for each row and not once for each step.
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
    def get_feature_names_out(self, input_features=None):
        """Name the columns of the table that ``flatten=True`` gives.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of the features; by default those seen in `fit`, or `x0`, `x1`, ...

        Returns
        -------
        names : ndarray of str of shape (lag * `n_features_in_`,)
            In time order, `temp_lag3`, `temp_lag2`, `temp_lag1`: the number of rows from the
            value to the target's row.

        Raises
        ------
        AttributeError
            If `flatten` is False.
        ValueError
            If `input_features` is not as many names, or other ones than `fit` has seen.
        NotFittedError
            If there was no `fit` before.
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

    def set_output(self, *, transform=None):
        """Set the container that `transform` and `fit_transform` give.

        With ``flatten=False`` the output stays an array, since no container holds three
        dimensions; the container is used as soon as `flatten` is set to True.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            The container; None leaves it as it is. The DataFrame keeps the index of `X`.

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
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags

    @with_callbacks
    def _fit(self, X):
        """Check the series, and remember its index."""
        with fit_task(self, X):
            index = ordered_index(X)
            series = check_series_of(self, X, reset=True)
            self.known_features_ = self._known_features(X)
            self._fitted_with = self.lag, self.horizon
            self._fitted_index = RememberedIndex.of(index)
            warn_of_missing_rows(index)
        return series

    def _remember(self, series):
        """Keep the fitted series, which nothing else may change from now on."""
        series.flags.writeable = False
        self.remembered_rows_, self._scale = series, scale_of(series)

    def _known_features(self, X):
        """Mask of the features that are known in advance."""
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
        """The rows before the first one of `X`, as `context` has it; None for none known."""
        if self.context == "none":
            return None
        fitted = FittedSeries(self.remembered_rows_, scale=self._scale)
        count = self.lag + self.horizon - 1
        start = len(fitted)
        if self.context == "auto":
            start = self._start_of(X, index, fitted, count)
        return None if start is None else fitted.rows_before(start, count)

    def _start_of(self, X, index, fitted, count):
        """The place of the first row of `X`, counted from the first fitted row; None in doubt."""
        start = None if self._fitted_index is None else self._fitted_index.start_of(index)
        if start is not None:
            return start
        start = fitted.find(X, count)
        if start is None and not (self.horizon == 0 and is_inverse_check(fitted.rows, X)):
            warn_of_doubt(len(X), _NO_PAST)
        return start

    def _arranged(self, windows):
        """Windows of a series, as steps or as a table."""
        return windows.reshape(len(windows), -1) if self.flatten else windows

    def __setstate__(self, state):
        super().__setstate__(state)
        if "history_" in state:
            self._read_version_0_1()

    def _read_version_0_1(self):
        """Read what version 0.1 remembered: the last rows, and the end of the index."""
        state = vars(self)
        end = state.pop("_index_end")
        del state["_head"]
        self._fitted_with = self.lag, self.horizon
        self._remember(state.pop("history_"))
        rows = self.remembered_rows_
        known = None if end is None or not len(rows) else end.last_labels(len(rows))
        self._fitted_index = RememberedIndex.of(known)
