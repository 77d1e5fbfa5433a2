"""Defines forecast, which forecasts the rows after a series, one after another."""

from __future__ import annotations

from copy import copy, deepcopy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.base import is_classifier
from sklearn.compose import TransformedTargetRegressor
from sklearn.utils.validation import check_is_fitted

from ._forecast_rows import Rows
from ._nested_estimators import Layers, find_nested, is_estimator, unwrap
from ._regressor import RNNRegressor
from ._validation import Count
from ._warnings import warn_user
from .windows._lag_window_transformer import LagWindowTransformer
from .windows._target_column import holds_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import pandas as pd

    from skrnn._typing import ArrayLike, NDArray

# Forecasts of one row, computed with all rows and with the last rows, differ by rounding.
_SAME, _SAME_IN_SINGLE_PRECISION = 1e-9, 1e-6
# A column that is this many standard deviations away from the forecasts is not their target.
_FAR = 20.0


def forecast(
    model: Any,
    X: ArrayLike,
    steps: int,
    X_future: ArrayLike | None = None,
    *,
    target: str | int | Sequence[str | int] | None = None,
) -> pd.Series[Any] | pd.DataFrame | NDArray[Any]:
    """Forecast the rows after a series recursively, so that each step uses the earlier forecasts.

    The model forecasts the next row. This forecast is appended to `X` like a measured value, and
    the model then forecasts the row after it, and so on. Each step reads only the last rows of
    `X`, but the result is the same as if each step predicted the whole series again.

    Parameters
    ----------
    model : estimator
        A fitted pipeline that makes its windows with :class:`LagWindowTransformer` and ends with a
        regressor. It may be wrapped in a search or a
        :class:`~sklearn.compose.TransformedTargetRegressor`. Many-to-many training is also
        supported.

    X : array-like of shape (n_samples, n_features)
        The series up to now, in the form passed to `predict`: the past values of the target, and
        other features. A `Series` is treated as a table with one column. `X` needs at least
        ``lag + horizon - 1`` rows, unless it continues the series that the model was fitted on.

    steps : int
        Number of rows to forecast, 1 or more.

    X_future : array-like of shape (n_steps, n_known_features) or (n_steps,), default=None
        Values of the features that are known in advance, with one row for each step and at least
        `steps` rows. A DataFrame or Series must have the same column names as `X`. An array or
        list must have all columns of `X` except the target, in the same order. NaN marks unknown
        values. If there is an index, its labels must be those of the rows that follow `X`.

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
        If the model does not make windows itself, or ends with a classifier.
    ValueError
        If the columns of the target cannot be determined, or y was not a column of `X` in `fit`;
        if `X_future` has too few rows, the wrong columns, or labels other than those of the rows
        that follow `X`; if the labels of `X` do not have a common step, or are text; if the
        forecast depends on a category that is not known; or if the model forecasts several
        quantiles or whole sequences.

    Warns
    -----
    UserWarning
        If the forecasts of the rows of `X` are far from the column that is used as the past of the
        target by default.

    See Also
    --------
    skrnn.forecasting.RNNForecaster : Forecast many steps at once, for many series.

    Notes
    -----
    A window ends `horizon` rows before the row that it forecasts. Therefore, the first ``horizon``
    steps do not depend on earlier forecasts, and do not require the target to be a column of `X`.
    For more steps, the target must be a column of `X`, or `X_future` must contain all columns of
    `X`.

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
    task = _Task.of(model, steps)
    make_rows = partial(Rows.of, X, X_future, target, steps)
    rows = make_rows()
    rows.stand_in(0)
    values, columns = task.forecast(rows)
    if rows.stand_ins and not _are_unread(task, make_rows(), values):
        rows = make_rows()
        rows.count_truth()
        values, columns = task.forecast(rows)
    return rows.result(values, columns)


def _are_unread(task, rows, values):
    """Return whether forecasts do not depend on the values that stand in for unknown ones."""
    is_proven = rows.stand_in(1)
    others, _ = task.forecast(rows)
    is_same = _comparison(values, [])(values, others).all()
    return bool(is_same) and (is_proven or (task.steps <= task.horizon and not task.reads_own_row))


@dataclass(frozen=True)
class _Task:
    """A model and the inputs of its windows.

    Attributes
    ----------
    model : estimator
        The model.
    layers : Layers
        Its steps and its regressor.
    steps : int
        Number of rows to forecast.
    horizon : int
        Number of rows after the series that can be forecast without knowing any of their values.
    n_rows : int
        Number of rows from the start of a window to its target.
    reads_own_row : bool
        Whether windows hold features of the row of the target, which are known in advance.
    without_target : bool
        Whether, in `fit`, the target was not a column of the series from which windows are made.
    """

    model: object
    layers: Layers
    steps: int
    horizon: int
    n_rows: int
    reads_own_row: bool
    without_target: bool

    @classmethod
    def of(cls, model, steps):
        """Unwrap a model, and check that it creates its own windows and forecasts numbers."""
        layers = unwrap(model)
        if _is_classifier(model) or _is_classifier(layers.last):
            raise TypeError(
                "forecast continues a series of numbers, so it needs a regressor. Got a model "
                f"that ends with a classifier, {layers.last!r}: its predict returns the classes "
                "of the rows of X."
            )
        windows = _windows_of(model)
        if hasattr(model, "cv_results_") and not hasattr(model, "best_estimator_"):
            raise TypeError(
                "forecast needs a fitted model, but a search with refit=False does not keep one. "
                f"Set refit=True, or pass the model itself. Got {model!r}."
            )
        if not windows:
            raise TypeError(
                "forecast needs a model that makes its windows itself: a pipeline with a "
                "LagWindowTransformer, or a search or TransformedTargetRegressor around one. Got "
                f"{model!r}."
            )
        if not hasattr(model, "predict"):
            raise TypeError(f"forecast needs a model that ends with a regressor. Got {model!r}.")
        if any(transformer.horizon == 0 for transformer in windows):
            raise ValueError(
                "forecast needs windows that end before the row of the target: the model has a "
                "LagWindowTransformer with horizon=0, whose windows contain this row."
            )
        return cls(
            model,
            layers,
            steps,
            min(t.horizon for t in windows),
            max(t.lag + t.horizon for t in windows),
            any(np.any(t.known_features_) for t in windows),
            all(getattr(t, "_holds_target", None) is False for t in windows),
        )

    def forecast(self, rows):
        """Return the forecasts, and the columns of X that contain the past of the target."""
        at_once = self.steps <= self.horizon or (rows.named == [] and not rows.unknown)
        if at_once:
            self._check_own_row(rows)
        predicted = self._predict(rows.with_next(steps=self.steps if at_once else 1))
        columns, n_outputs = rows.past_of_target, predicted.shape[1]
        if at_once:
            values = predicted[-self.steps :].astype(float)
            return values, columns if len(columns) == n_outputs else []
        _check_target(rows, columns, n_outputs, self.horizon)
        _check_known(rows, columns, self.steps)
        if rows.named is None and self.without_target:
            self._check_not_other_columns(rows, columns)
        rows.take_as_target(columns)
        if rows.named is None:
            _warn_of_other_target(rows, columns, predicted[:-1])
        return self._one_by_one(rows, columns, predicted[-1]), columns

    def _predict(self, table):
        """Return the forecasts of all rows of a table, of shape (n_rows, n_outputs)."""
        predicted = np.asarray(self.model.predict(table))
        if predicted.dtype.kind != "f":
            predicted = predicted.astype(float)
        sequences = getattr(self.layers.last, "return_sequences", False)
        if predicted.ndim > 2 or (sequences and not self.layers.around):
            raise ValueError(
                f"The model forecasts values of shape {predicted.shape[1:]} for a row. Whole "
                "sequences, and several quantiles of several outputs, cannot be continued, since "
                "the next step needs a single value. A TransformedTargetRegressor with "
                "LagWindowTransformer(horizon=0) as its transformer keeps the last step of a "
                "sequence."
            )
        return predicted.reshape(len(predicted), -1)

    def _one_by_one(self, rows, columns, first):
        """Return the forecasts of all steps, each from those before it."""
        past = rows.table.iloc[: len(rows), columns]
        dtypes = [*past.dtypes, first.dtype]
        are_same = _comparison(past.to_numpy(float, na_value=np.nan), dtypes)
        values, begin = [first.astype(float)], len(rows)
        stepper = _make_stepper(self, rows, partial(are_same, first), self.n_rows)
        rows.append(first, columns)
        while True:
            for _ in range(len(values), self.steps):
                values.append(stepper.step(rows))
                rows.append(values[-1], columns)
            n_right = self._n_right(rows, values, are_same) if stepper.is_guess else self.steps
            if n_right == self.steps:
                return np.array(values)
            del values[n_right:]
            rows.go_back(begin + n_right, columns)
            stepper = _make_stepper(self, rows, None, 2 * stepper.n_rows)

    def _n_right(self, rows, values, are_same):
        """Return how many forecasts, from the first one on, do not need more rows.

        That the first forecast needs no more rows may be chance: other steps of the pipeline reach
        further back, but trees or a saturated network may not notice.
        """
        whole = _last_forecasts(self.model, rows.with_next(), self.steps)
        is_same = are_same(whole, values).all(axis=1)
        return self.steps if is_same.all() else max(int(np.argmin(is_same)), 1)

    def _check_not_other_columns(self, rows, columns):
        """Check that the columns used as the target were not other columns of X in `fit`.

        If windows were made from one of these columns but not from y, the two differ.
        """
        steps = self.layers.steps
        first = next((i for i, s in enumerate(steps) if isinstance(s, LagWindowTransformer)), 0)
        read = _as_numbers(_transformed(steps[:first], rows.with_next(steps=0)))
        past = _as_numbers(rows.table.iloc[: rows.n_rows, columns])
        if past is not None and read is not None and holds_target(read, past):
            raise ValueError(
                f"y is not a column of X: the columns {rows.names(columns)} of X, which are not "
                "in X_future, differ from y in fit. Forecast at most "
                f"horizon={self.horizon} row(s), fit the model with a larger horizon of "
                "LagWindowTransformer or with y as a column of X, or pass target=[] and all "
                "columns of X in X_future. If they contain the past of y, list them in target."
            )

    def _check_own_row(self, rows):
        """Check that the features that windows read in the row of the target are known."""
        if self.reads_own_row and rows.table.shape[1] > 1:
            if rows.named:
                _check_known(rows, rows.named, self.steps)
            elif not rows.known:
                raise ValueError(
                    "The model reads features that are known in advance. Pass their values for "
                    f"the next {self.steps} row(s) as X_future, with NaN for unknown values: X "
                    f"has the columns {rows.names(rows.unknown)}."
                )


def _as_numbers(table):
    """Return a table as floats, or None if it has other values."""
    if isinstance(table, pd.DataFrame):
        table = table.astype(object).where(table.notna(), np.nan)
    try:
        numbers = np.asarray(table, np.float64)
    except (TypeError, ValueError):
        return None
    return numbers if numbers.ndim == 2 else None


def _check_target(rows, columns, n_outputs, horizon):
    """Check that the columns of the target have been found in X."""
    if rows.named == []:
        raise ValueError(
            "y is not a column of X, since target=[]. Forecasts of more than "
            f"horizon={horizon} row(s) read later values of the columns "
            f"{rows.names(rows.unknown)} of X: pass them in X_future, with NaN for unknown "
            "values, or fit the model with a larger horizon of LagWindowTransformer."
        )
    if len(columns) == n_outputs:
        return
    single = (
        " Several quantiles cannot be continued, since the next step needs a single value."
        if n_outputs > 1
        else ""
    )
    if rows.named is not None:
        raise ValueError(
            f"target lists {len(columns)} column(s) of X, {rows.names(columns)}, but the model "
            f"forecasts {n_outputs} value(s) for a row. List the columns of X that "
            f"contain the past of the target.{single}"
        )
    raise ValueError(
        f"The past of y was not found in X: the model forecasts {n_outputs} value(s) for a row, "
        f"but {len(columns)} column(s) of X, {rows.names(columns)}, are not in X_future. If y is "
        "a column of X, list it in target and pass the others in X_future. If y is not a "
        f"column of X, forecast at most horizon={horizon} row(s), or fit the model with a larger "
        "horizon of LagWindowTransformer or with y as a column of X, or pass target=[] and all "
        f"columns of X in X_future.{single}"
    )


def _check_known(rows, columns, steps):
    """Check that the values of all columns except the target are known."""
    missing = [i for i in rows.unknown if i not in columns]
    if missing:
        raise ValueError(
            f"X has the columns {rows.names(missing)} in addition to the target. Pass their "
            f"values for the next {steps} row(s) as X_future, with NaN for unknown values."
        )


def _warn_of_other_target(rows, columns, predicted):
    """Warn if forecasts are far from the columns that are used as the past of the target."""
    known = rows.table.iloc[: len(predicted), columns].to_numpy(float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        error = np.abs(known - predicted)
    usable = ~np.isnan(error).any(axis=1)
    if usable.sum() < 10:
        return
    spread = np.ptp(known[usable], axis=0)
    far = (np.median(error[usable], axis=0) > _FAR * spread) & (spread > 0)
    if far.any():
        names = rows.names([column for column, off in zip(columns, far, strict=True) if off])
        warn_user(
            f"Forecasts of the rows of X are far from the columns {names} of X, which are used as "
            "the past of the target because X_future does not contain them. List the columns of "
            "the target in target; if y is not a column of X, pass target=[]."
        )


@dataclass
class _LastRows:
    """Forecasts a step from the last `n_rows` rows and the row to forecast.

    If `is_guess`, a step of the pipeline may reach further back.
    """

    model: object
    n_rows: int
    is_guess: bool = True

    def step(self, rows):
        return _last_forecasts(self.model, rows.with_next(self.n_rows), 1)[0]


class _OneState:
    """A model with a stateful network, which reads one window after another.

    Parameters
    ----------
    layers : Layers
        The model. It ends with a stateful RNNRegressor.
    """

    def __init__(self, layers):
        self._layers, self._state = layers, None
        self._steps = _without_context(layers.steps)

    @classmethod
    def after(cls, layers, rows):
        """Return a model that has read a series and the row of its first forecast."""
        model = cls(layers)
        windows = _transformed(layers.steps, rows.with_next())
        _, model._state = layers.last.predict(windows, return_state=True)
        return model

    def predict(self, X):
        """Forecast the last row."""
        window = _transformed(self._steps, X)[-1:]
        forecast, self._state = self._layers.last.predict(
            window, initial_state=self._state, return_state=True
        )
        return _handed_out(self._layers.around, forecast, X)


@dataclass
class _Given:
    """A regressor that returns a forecast made earlier."""

    forecast: np.ndarray

    def predict(self, X):
        return self.forecast


def _transformed(steps, X):
    for step in steps:
        X = step.transform(X)
    return X


def _is_classifier(estimator):
    """Return whether an object is a classifier, even if it is not a scikit-learn estimator."""
    return hasattr(estimator, "__sklearn_tags__") and is_classifier(estimator)


def _windows_of(model):
    """Return the fitted transformers that make windows of X."""
    found = find_nested(model, lambda part: isinstance(part, LagWindowTransformer))
    return [transformer for transformer in found if hasattr(transformer, "remembered_rows_")]


def _make_stepper(task, rows, is_first, n_rows):
    """Return an object that forecasts the later steps from the last `n_rows` rows, or more.

    `is_first`, if given, returns whether a forecast is the first one, which it has to repeat.
    """
    model, whole = task.model, _LastRows(task.model, len(rows) + rows.steps, is_guess=False)
    networks = find_nested(model, lambda part: isinstance(part, RNNRegressor))
    if any(network.stateful for network in networks):
        _check_can_keep_state(task)
        is_certain = is_first is not None and _is_by_row(task.layers)
        return _LastRows(_OneState.after(task.layers, rows), n_rows) if is_certain else whole
    without_context = _without_context(model)
    while n_rows < len(rows):
        stepper = _LastRows(without_context, n_rows)
        if is_first is None or is_first(stepper.step(rows)).all():
            return stepper
        n_rows *= 2  # another step of the pipeline reaches further back
    return whole


def _comparison(known, dtypes):
    """Return a function that compares forecasts up to rounding.

    Rounding depends on the scale of the columns of `known`, and on the data types involved.
    """
    dtypes = [getattr(dtype, "numpy_dtype", dtype) for dtype in dtypes]
    is_single = any(dtype.kind == "f" and dtype.itemsize < 8 for dtype in dtypes)
    rounding = _SAME_IN_SINGLE_PRECISION if is_single else _SAME
    scale = np.max(np.abs(known), axis=0, initial=0, where=np.isfinite(known))
    return partial(np.isclose, rtol=rounding, atol=rounding * scale, equal_nan=True)


def _last_forecasts(model, X, n):
    """Return the forecasts of the last `n` rows, of shape (n, n_outputs), by reading all rows."""
    layers = unwrap(model)
    if _is_by_row(layers) and not getattr(layers.last, "stateful", False):
        windows = _transformed(layers.steps, X)
        if isinstance(windows, np.ndarray | pd.DataFrame):
            forecast = _handed_out(layers.around, layers.last.predict(windows[-n:]), X[-n:])
            return np.asarray(forecast, float).reshape(n, -1)
    return np.asarray(model.predict(X), float)[-n:].reshape(n, -1)


def _is_by_row(layers):
    """Return whether each row of the last step's input is known to be forecast by itself.

    A regressor with transformers inside may read other rows as well, and so may the classes and
    functions of other packages: in the regressor, around it, or in the target's transformation.
    """
    parts = [layers.last, *(getattr(outer, "transformer_", None) for outer in layers.around)]
    return (
        all(_is_own(part) for part in [*layers.wrappers, *parts])
        and not find_nested(parts, _may_read_rows)
        and not find_nested(layers.last, _transforms)
    )


def _is_own(part):
    """Return whether the class of an object is known to treat each row by itself."""
    of_sklearn = type(part).__module__.split(".")[0] == "sklearn"
    return of_sklearn or type(part) in (RNNRegressor, LagWindowTransformer)


def _may_read_rows(part):
    """Return whether an estimator or a function may read several rows, for all that is known."""
    computes = is_estimator(part) or callable(part) or hasattr(part, "predict")
    return computes and not isinstance(part, np.ufunc) and not _is_own(part)


def _transforms(part):
    """Return whether a part is a transformer, or transforms a target."""
    return hasattr(part, "transform") or isinstance(part, TransformedTargetRegressor)


def _handed_out(around, forecast, X):
    """Return a forecast after the inverse transformations of the target regressors around it."""
    for wrapper in reversed(around):
        outer = copy(wrapper)
        outer.regressor_ = _Given(forecast)
        forecast = outer.predict(X)
    return forecast


def _without_context(model):
    """Return a copy of a model that assumes no rows before the rows passed to it."""
    model = deepcopy(model)
    for transformer in _windows_of(model):
        transformer.context = "none"
    return model


def _check_can_keep_state(task):
    """Check that the stateful network of a model is its last step."""
    if not isinstance(task.layers.last, RNNRegressor):
        raise TypeError(
            "forecast can carry a state through a pipeline that ends with RNNRegressor, and a "
            "search or TransformedTargetRegressor around it. This model contains a stateful "
            f"network elsewhere: {task.model!r}."
        )
