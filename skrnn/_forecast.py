"""Defines forecast, which forecasts several rows after a series, one after the other."""

from copy import copy, deepcopy
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from ._regressor import RNNRegressor
from ._validation import Count, check_features
from .windows._lag_window_transformer import LagWindowTransformer
from .windows._time_axis import following_labels
from .windows._time_index import ordered_index

# Forecasts of one row, computed with all rows and with the last rows, differ by rounding.
_SAME = 1e-9


def forecast(model, X, steps, X_future=None, *, target=None):
    """Forecast the rows after a series, where each step uses the forecasts before it.

    The model forecasts the next row. The forecast is appended to `X` like a measured value, and
    the model forecasts the row after it. Each step reads only the last rows of `X`, but the
    result is the same as if each step predicted the whole series again.

    Parameters
    ----------
    model : estimator
        A fitted pipeline that makes its windows with :class:`LagWindowTransformer` and ends with a
        regressor. It may be inside a search or a
        :class:`~sklearn.compose.TransformedTargetRegressor`.

    X : array-like of shape (n_samples, n_features)
        The series up to now, as passed to `predict`: the past of the target, and other features.
        A `Series` is treated as a table of one column. `X` needs at least ``lag + horizon - 1``
        rows, unless it continues the series that the model was fitted to.

    steps : int
        Number of rows to forecast, 1 or more.

    X_future : array-like of shape (n_steps, n_known_features), default=None
        Values of the features that are known in advance, with one row for each step and at least
        `steps` rows. A DataFrame has the same column names as `X`. An array has all columns of
        `X` except the target, in the same order.

    target : str, int or array-like of these, default=None
        The columns of `X` that hold the past of the target, in the order of the model's outputs.
        By default they are the columns of `X` that are not in `X_future`.

    Returns
    -------
    forecast : Series, DataFrame or ndarray of shape (steps,) or (steps, n_outputs)
        The forecasts. If `X` has an index, a Series, or a DataFrame for several outputs, whose
        labels continue the index of `X`. Otherwise an array.

    Raises
    ------
    NotFittedError
        If the model is not fitted.
    TypeError
        If the model does not make windows itself.
    ValueError
        If the columns of the target cannot be determined, if `X_future` has too few rows or other
        columns, if the labels of `X` have no step in common, or if the model forecasts several
        quantiles or whole sequences.

    See Also
    --------
    skrnn.forecasting.RNNForecaster : Forecast many steps at once, for many series.

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
    check_is_fitted(model)
    if not Count(1).is_satisfied_by(steps):
        raise ValueError(f"steps must be an integer of at least 1. Got {steps!r}.")
    n_rows = _rows_of_a_window(model)
    rows = _Rows.of(X, X_future, target, steps)
    values = [_first_step(model, rows)]
    stepper = _make_stepper(model, rows, n_rows, values[0])
    rows.append(values[0])
    for _ in range(1, steps):
        values.append(stepper.step(rows))
        rows.append(values[-1])
    return rows.result(np.array(values))


def _first_step(model, rows):
    """Return the forecast of the next row from the whole series."""
    forecast = np.asarray(model.predict(rows.with_next()), dtype=float)
    if forecast.ndim > 2 or forecast[-1].size != len(rows.target):
        raise ValueError(
            f"The model forecasts values of shape {forecast.shape[1:]} for a row, but X has "
            f"{len(rows.target)} column(s) of the target, {rows.target_names}. Name the columns "
            "of X that hold the target's own past in target. Several quantiles and whole "
            "sequences cannot be continued, since the next step needs a single value."
        )
    return forecast[-1].ravel()


@dataclass
class _LastRows:
    """Forecasts a step from the last `n_rows` rows and the row to forecast."""

    model: object
    n_rows: int

    def step(self, rows):
        return np.asarray(self.model.predict(rows.with_next(self.n_rows)), float)[-1].ravel()


class _OneState:
    """Replaces a pipeline with a stateful network: it reads one window, and keeps the state.

    Parameters
    ----------
    pipeline : Pipeline
        Pipeline that ends with a stateful RNNRegressor.
    """

    def __init__(self, pipeline):
        self._pipeline = pipeline
        self._windows, self._network = _without_context(pipeline[:-1]), pipeline[-1]
        self._state = None

    def read(self, X):
        """Read a series whose last row is not forecast yet."""
        windows = self._pipeline[:-1].transform(X)
        _, self._state = self._network.predict(windows, return_state=True)

    def predict(self, X):
        """Forecast the last row."""
        window = self._windows.transform(X)[-1:]
        forecast, self._state = self._network.predict(
            window, initial_state=self._state, return_state=True
        )
        return forecast


def _rows_of_a_window(model):
    """Return the number of rows from the start of a window to its target."""
    transformers = _of_class(model, LagWindowTransformer)
    if not transformers:
        raise TypeError(
            "forecast needs a model that makes its windows itself: a pipeline with a "
            f"LagWindowTransformer, or a search or TransformedTargetRegressor around one. Got "
            f"{model!r}."
        )
    if any(transformer.horizon == 0 for transformer in transformers):
        raise ValueError(
            "forecast needs windows of rows before the target's: the model has a "
            "LagWindowTransformer with horizon=0, whose windows hold the row itself."
        )
    return max(t.lag + t.horizon for t in transformers)


def _make_stepper(model, rows, n_rows, first):
    """Return an object that forecasts further steps, and gives the same first step."""
    if any(network.stateful for network in _of_class(model, RNNRegressor)):
        return _LastRows(_keep_state(model, rows), n_rows)
    without_context = _without_context(model)
    while n_rows < len(rows):
        stepper = _LastRows(without_context, n_rows)
        if np.allclose(stepper.step(rows), first, rtol=_SAME, atol=_SAME):
            return stepper
        n_rows *= 2  # another step of the pipeline reaches further back
    return _LastRows(model, len(rows) + rows.steps)


def _without_context(model):
    """Return a copy of a model that assumes no rows before the rows passed to it."""
    model = deepcopy(model)
    for transformer in _of_class(model, LagWindowTransformer):
        transformer.context = "none"
    return model


def _of_class(model, kind):
    return [part for part in _parts(model) if isinstance(part, kind)]


def _keep_state(model, rows):
    """Return the model with an object that keeps the state in place of each stateful pipeline."""
    replaced = []

    def replace(estimator):
        if hasattr(estimator, "best_estimator_"):
            return replace(estimator.best_estimator_)
        if isinstance(estimator, TransformedTargetRegressor):
            estimator = copy(estimator)
            estimator.regressor_ = replace(estimator.regressor_)
            return estimator
        if isinstance(estimator, Pipeline) and isinstance(estimator[-1], RNNRegressor):
            replaced.append(_OneState(estimator))
            return replaced[-1]
        raise TypeError(
            "forecast can carry a state through a pipeline that ends with RNNRegressor, and a "
            "search or TransformedTargetRegressor around it. This model holds a stateful network "
            f"elsewhere: {estimator!r}."
        )

    model = replace(model)
    for pipeline in replaced:
        pipeline.read(rows.with_next())
    return model


def _parts(estimator, seen=None):
    """Yield an estimator and all objects inside it."""
    seen = set() if seen is None else seen
    if id(estimator) in seen:
        return
    seen.add(id(estimator))
    yield estimator
    held = [estimator] if isinstance(estimator, list | tuple | dict) else []
    held += [vars(estimator)] if hasattr(estimator, "get_params") else []
    for container in held:
        for part in container.values() if isinstance(container, dict) else container:
            if isinstance(part, list | tuple | dict) or hasattr(part, "get_params"):
                yield from _parts(part, seen)


class _Rows:
    """A series, the forecast rows after it, and their known features.

    Parameters
    ----------
    table : DataFrame or ndarray
        The series and the rows after it. Unknown values are NaN.
    steps : int
        Number of rows after the series.
    target : list of int
        Columns of the target.
    labels : Index or None
        Labels of the rows after the series, if they have labels.
    """

    def __init__(self, table, steps, target, labels):
        self.target = target
        self.steps = steps
        self._labels = labels
        self._table, self._n_rows = table, len(table) - steps

    @classmethod
    def of(cls, X, X_future, target, steps):
        """Check the two tables, and concatenate them."""
        framed = isinstance(X, pd.Series | pd.DataFrame)
        X = pd.DataFrame(X) if framed else np.asarray(X)
        if X.ndim != 2 or not len(X):
            raise ValueError(
                "X must be a table of shape (n_samples, n_features) with at least one row. Got "
                f"shape {X.shape}."
            )
        names = list(X.columns) if framed else None
        target = _target_columns(X, X_future, target, names)
        known = [i for i in range(X.shape[1]) if i not in target]
        future = _known_features(X_future, known, names, steps)
        labels = _labels(X, X_future, steps) if framed else None
        if framed:
            coming = pd.DataFrame(np.nan, range(steps), X.columns)
            for column, values in zip(known, future, strict=True):
                coming.isetitem(column, values)
            table = pd.concat([X.reset_index(drop=True), coming], ignore_index=True)
            table.index = X.index.append(labels)
        else:
            table = np.full((len(X) + steps, X.shape[1]), np.nan)
            table[: len(X)] = X
            table[len(X) :, known] = np.column_stack([*future, np.empty((steps, 0))])
        return cls(table, steps, target, labels)

    def __len__(self):
        return self._n_rows

    @property
    def target_names(self):
        """Names of the columns of the target."""
        framed = isinstance(self._table, pd.DataFrame)
        return list(self._table.columns[self.target]) if framed else self.target

    def with_next(self, n_rows=None):
        """Return the last rows, or all rows, and the next row."""
        start = 0 if n_rows is None else max(self._n_rows - n_rows, 0)
        place = slice(start, self._n_rows + 1)
        framed = isinstance(self._table, pd.DataFrame)
        return self._table.iloc[place] if framed else self._table[place]

    def append(self, values):
        """Write the forecast of the next row into the series."""
        if isinstance(self._table, pd.DataFrame):
            self._table.iloc[self._n_rows, self.target] = values
        else:
            self._table[self._n_rows, self.target] = values
        self._n_rows += 1

    def result(self, values):
        """Return the forecasts, with labels if the series has labels."""
        if not isinstance(self._table, pd.DataFrame):
            return values[:, 0] if len(self.target) == 1 else values
        result = pd.DataFrame(values, self._labels, self._table.columns[self.target])
        return result.iloc[:, 0] if len(self.target) == 1 else result


def _target_columns(X, X_future, target, names):
    """Return the positions of the columns that hold the past of the target."""
    n_columns = X.shape[1]
    if target is not None:
        found = check_features(target, param="target", n_features=n_columns, names=names)
        return [int(position) for position in found]
    if X_future is None:
        return list(range(n_columns))
    if isinstance(X_future, pd.DataFrame) and names is not None:
        columns = [i for i, name in enumerate(names) if name not in set(X_future.columns)]
    else:
        columns = list(range(n_columns - np.atleast_2d(np.asarray(X_future)).shape[1]))
    if not columns:
        raise ValueError(
            f"X_future holds all {n_columns} columns of X, so that none is left for the target. "
            "Leave the target's own past out of X_future, or name it in target."
        )
    return columns


def _known_features(X_future, known, names, steps):
    """Return the known features of the rows after the series, column by column."""
    if X_future is None:
        if not known:
            return []
        what = [names[i] for i in known] if names else known
        raise ValueError(
            f"X has the columns {what} besides the target. Give their values of the next {steps} "
            "row(s) in X_future, with NaN for unknown values."
        )
    if len(X_future) < steps:
        raise ValueError(f"X_future has {len(X_future)} row(s), but steps={steps}.")
    if isinstance(X_future, pd.DataFrame) and names is not None:
        missing = [names[i] for i in known if names[i] not in X_future.columns]
        if missing:
            raise ValueError(
                f"X_future lacks the columns {missing} of X. It has {list(X_future.columns)}."
            )
        return [X_future[names[i]].to_numpy()[:steps] for i in known]
    values = np.asarray(X_future)
    values = values.reshape(len(values), -1)
    if values.shape[1] != len(known):
        raise ValueError(
            f"X_future has {values.shape[1]} column(s), but X has {len(known)} besides the target."
        )
    return list(values[:steps].T)


def _labels(X, X_future, steps):
    """Return the labels of the next rows, from `X_future` or by continuing the index of X."""
    index = ordered_index(X)
    if isinstance(X_future, pd.Series | pd.DataFrame) and index is not None:
        given = ordered_index(X_future, input_name="X_future")
        if given is not None:
            if not given[0] > index[-1]:
                raise ValueError(
                    f"X_future begins at {given[0]}, which is not after {index[-1]}, the last row "
                    "of X. It must hold the rows that follow X."
                )
            return given[:steps]
    if index is None:
        return pd.RangeIndex(len(X), len(X) + steps)
    return following_labels(index, steps)
