"""What forecast has to do: the model, its windows, and the rows that it can forecast at once."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from sklearn.base import is_classifier

from ._forecast_checks import check_known, check_target, warn_of_other_target
from ._forecast_steps import (
    comparison,
    last_forecasts,
    make_stepper,
    read_by_row,
    transformed,
    windows_of,
)
from ._nested_estimators import Layers, unwrap
from .windows._lag_window_transformer import LagWindowTransformer
from .windows._target_column import holds_target


@dataclass(frozen=True)
class Task:
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
        windows = windows_of(model)
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
        check_target(rows, columns, n_outputs, self.horizon)
        check_known(rows, columns, self.steps)
        if rows.named is None and self.without_target:
            self._check_not_other_columns(rows, columns)
        rows.take_as_target(columns)
        if rows.named is None:
            warn_of_other_target(rows, columns, predicted[:-1])
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
        are_same = comparison(past.to_numpy(float, na_value=np.nan), dtypes)
        values, begin = [first.astype(float)], len(rows)
        stepper = make_stepper(self, rows, partial(are_same, first), self.n_rows)
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
            stepper = make_stepper(self, rows, None, 2 * stepper.n_rows)

    def _n_right(self, rows, values, are_same):
        """Return how many forecasts, from the first one on, do not need more rows.

        That the first forecast needs no more rows may be chance: other steps of the pipeline reach
        further back, but trees or a saturated network may not notice.
        """
        by_row = read_by_row(self.model)
        whole = last_forecasts(self.model, by_row, rows.with_next(), self.steps)
        is_same = are_same(whole, values).all(axis=1)
        return self.steps if is_same.all() else max(int(np.argmin(is_same)), 1)

    def _check_not_other_columns(self, rows, columns):
        """Check that the columns used as the target were not other columns of X in `fit`.

        If windows were made from one of these columns but not from y, the two differ.
        """
        steps = self.layers.steps
        first = next((i for i, s in enumerate(steps) if isinstance(s, LagWindowTransformer)), 0)
        read = _as_numbers(transformed(steps[:first], rows.with_next(steps=0)))
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
                check_known(rows, rows.named, self.steps)
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


def _is_classifier(estimator):
    """Return whether an object is a classifier, even if it is not a scikit-learn estimator."""
    return hasattr(estimator, "__sklearn_tags__") and is_classifier(estimator)
