"""Forecasts one row after another, each from the last rows that the model reads."""

from copy import copy, deepcopy
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor

from ._nested_estimators import find_nested, is_estimator, unwrap
from ._regressor import RNNRegressor
from .windows._lag_window_transformer import LagWindowTransformer

# Forecasts of one row, computed with all rows and with the last rows, differ by rounding.
_SAME, _SAME_IN_SINGLE_PRECISION = 1e-9, 1e-6


def make_stepper(task, rows, is_first, n_rows):
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


@dataclass
class _LastRows:
    """Forecasts a step from the last `n_rows` rows and the row to forecast.

    If `is_guess`, a step of the pipeline may reach further back.
    """

    model: object
    n_rows: int
    is_guess: bool = True

    def __post_init__(self):
        self._by_row = read_by_row(self.model)

    def step(self, rows):
        return last_forecasts(self.model, self._by_row, rows.with_next(self.n_rows), 1)[0]


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
        windows = transformed(layers.steps, rows.with_next())
        _, model._state = layers.last.predict(windows, return_state=True)
        return model

    def predict(self, X):
        """Forecast the last row."""
        window = transformed(self._steps, X)[-1:]
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


def read_by_row(model):
    """Return the layers of a model that is known to forecast each row by itself, or None."""
    layers = unwrap(model)
    stateful = getattr(layers.last, "stateful", False)
    return layers if _is_by_row(layers) and not stateful else None


def last_forecasts(model, by_row, X, n):
    """Return the forecasts of the last `n` rows, of shape (n, n_outputs), by reading all rows.

    `by_row` is the result of `read_by_row`.
    """
    windows = None if by_row is None else transformed(by_row.steps, X)
    if isinstance(windows, np.ndarray | pd.DataFrame):
        forecast = _handed_out(by_row.around, by_row.last.predict(windows[-n:]), X[-n:])
        return np.asarray(forecast, float).reshape(n, -1)
    return np.asarray(model.predict(X), float)[-n:].reshape(n, -1)


def are_unread(task, rows):
    """Return whether forecasts do not depend on the values that stand in for unknown ones.

    Equal forecasts prove nothing: a tree may treat two categories alike, but not a third one.
    Therefore, the input of the regressor must not change with any value of the series. Other
    models are judged by their forecasts of all rows.
    """
    tables = rows.tables_of_others()
    if task.steps <= task.horizon and not task.reads_own_row:
        tables = islice(tables, 3)  # no window ends after the series
    elif not rows.has_others:
        return False
    model = _without_context(task.model)
    expected = _inputs(model, rows.whole())
    are_same = (_are_same(expected, _inputs(model, table)) for table in tables)
    return next(are_same) or all(are_same)


def _inputs(model, X):
    """Return what a regressor reads of all rows, or what it answers if that is not known."""
    layers = unwrap(model)
    read = transformed(layers.steps, X) if _is_by_row(layers) else None
    if not isinstance(read, np.ndarray | pd.DataFrame):
        read = model.predict(X)
    return np.asarray(read).reshape(len(read), -1)


def _are_same(values, others):
    if values.dtype.kind == "O":
        return pd.DataFrame(values).equals(pd.DataFrame(others))
    return bool(comparison(values, [values.dtype])(values, others).all())


def comparison(known, dtypes):
    """Return a function that compares forecasts up to rounding.

    Rounding depends on the scale of the columns of `known`, and on the data types involved.
    """
    dtypes = [getattr(dtype, "numpy_dtype", dtype) for dtype in dtypes]
    is_single = any(dtype.kind == "f" and dtype.itemsize < 8 for dtype in dtypes)
    rounding = _SAME_IN_SINGLE_PRECISION if is_single else _SAME
    scale = np.max(np.abs(known), axis=0, initial=0, where=np.isfinite(known))
    return partial(np.isclose, rtol=rounding, atol=rounding * scale, equal_nan=True)


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
    for transformer in windows_of(model):
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


def windows_of(model):
    """Return the fitted transformers that make windows of X."""
    found = find_nested(model, lambda part: isinstance(part, LagWindowTransformer))
    return [transformer for transformer in found if hasattr(transformer, "remembered_rows_")]


def transformed(steps, X):
    for step in steps:
        X = step.transform(X)
    return X
