"""Defines forecast, which forecasts the rows after a series, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from sklearn.utils.validation import check_is_fitted

from skrnn._typing import ArrayLike, NDArray

from ._byte_order import in_native_order
from ._forecast_rows import Rows
from ._forecast_steps import are_unread
from ._forecast_task import Task
from ._validation import Count
from ._warnings import each_warning_once


def forecast(
    model: Any,
    X: ArrayLike,
    steps: int,
    X_future: ArrayLike | None = None,
    *,
    target: str | int | Sequence[str | int] | None = None,
) -> pd.Series[Any] | pd.DataFrame | NDArray[Any]:
    """Forecast the rows after a series recursively, so that each step uses the earlier forecasts.

    The model forecasts the next row. This forecast is appended to `X` as if it had been measured,
    the model then forecasts the row after it, and so on. Each step reads only the last rows of
    `X`, but the result is the same as if each step predicted the whole series again.

    Parameters
    ----------
    model : estimator
        A fitted pipeline that creates its windows with :class:`LagWindowTransformer` and ends with
        a regressor. It may be wrapped in a search or a
        :class:`~sklearn.compose.TransformedTargetRegressor`. Many-to-many training is also
        supported.

    X : array-like of shape (n_samples, n_features)
        The series up to now, in the form passed to `predict`: the past values of the target, and
        other features. A `Series` is treated as a table with one column. `X` needs at least
        ``lag + horizon - 1`` rows, unless it continues the series that the model was fitted on.

    steps : int
        Number of rows to forecast, 1 or more.

    X_future : array-like of shape (n_steps, n_known_features) or (n_steps,), default=None
        Values of the features that are known in advance, with one row for each step, so at least
        `steps` rows in all. A DataFrame or Series must have the same column names as `X`. An array
        or list must have all columns of `X` except the target, in the same order. NaN marks
        unknown values. If there is an index, its labels must be those of the rows that follow `X`.

    target : str, int or array-like of these, default=None
        The columns of `X` that contain the past values of the target, in the order of the model's
        outputs. By default, they are the columns of `X` that are not in `X_future`. Pass an empty
        list if the target is not a column of `X`.

    Returns
    -------
    forecast : Series, DataFrame or ndarray of shape (steps,) or (steps, n_outputs)
        The forecasts. If `X` has an index, they are a Series, or a DataFrame if there are several
        outputs, whose labels continue the index of `X`. Otherwise, they are an array.

    Raises
    ------
    NotFittedError
        If the model is not fitted.
    TypeError
        If the model does not create windows itself, or ends with a classifier.
    ValueError
        If the columns of the target cannot be determined, or y was not a column of `X` in `fit`;
        if `X_future` has too few rows, the wrong columns, or labels other than those of the rows
        that follow `X`; if the labels of `X` do not have a common step, or are text; if the
        forecast depends on a category that is not known; or if the model forecasts several
        quantiles or whole sequences.

    Warns
    -----
    SkrnnWarning
        If the forecasts of the rows of `X` are far from the column that is used by default for the
        past values of the target.

    See Also
    --------
    skrnn.forecasting.RNNForecaster : Forecast many steps at once, for many series.

    Notes
    -----
    A window ends `horizon` rows before the row that is forecast from it. Therefore, the first
    ``horizon`` steps do not depend on earlier forecasts, and do not require the target to be a
    column of `X`. For more steps, the target must be a column of `X`, or `X_future` must contain
    all columns of `X`.

    References
    ----------
    .. [1] Ben Taieb, Bontempi, Atiya and Sorjamaa, "A review and comparison of strategies for
       multi-step ahead time series forecasting based on the NN5 forecasting competition", Expert
       Systems with Applications, 2012: the recursive strategy.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import LagWindowTransformer, RNNRegressor, forecast
    >>> from skrnn.datasets import make_seasonal_series
    >>> series = make_seasonal_series(120, random_state=0)
    >>> model = make_pipeline(
    ...     LagWindowTransformer(lag=12), RNNRegressor("gru", units=4, random_state=0)
    ... )
    >>> model = model.fit(series.to_frame(), series)
    >>> forecast(model, series.to_frame(), steps=3).index.strftime("%Y-%m").tolist()
    ['2010-01', '2010-02', '2010-03']
    """
    if hasattr(model, "__sklearn_tags__"):
        check_is_fitted(model)
    if not Count(1).is_satisfied_by(steps):
        raise ValueError(f"steps must be an integer of at least 1. Got {steps!r}.")
    with each_warning_once():
        X, X_future = in_native_order(X), in_native_order(X_future)
        return _rows_after(Task.of(model, steps), partial(Rows.of, X, X_future, target, steps))


def _rows_after(task, make_rows):
    rows = make_rows()
    rows.stand_in()
    values, columns = task.forecast(rows)
    if rows.stand_ins and not are_unread(task, rows):
        rows = make_rows()
        rows.count_truth()
        values, columns = task.forecast(rows)
    return rows.result(values, columns)
