"""Transformations of the target, such as logarithms, whose inverse is applied to forecasts."""

from __future__ import annotations

from copy import copy, deepcopy
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.preprocessing import PowerTransformer

from skrnn._warnings import warn_user

from ._scaling import SeriesScaling
from ._series_names import name_some

if TYPE_CHECKING:
    from typing import Self

    from skrnn._typing import Floats, Integers, Scaler
    from skrnn.windows._time_axis import TimeAxis

    from ._panel import Panel

NAMES = ("auto", "log", "boxcox")


def make_transformation(transformer, axis):
    """Return a transformation of the target, unfitted.

    Parameters
    ----------
    transformer : {"log", "boxcox"}, transformer or None
        The value of the parameter.
    axis : TimeAxis
        Provides the labels of rows, which sktime's transformers may read.

    Returns
    -------
    transformation or None
        It has the methods `fit`, `transform` and `inverse_transform` of :class:`Seasons`.
    """
    if transformer is None:
        return None
    if isinstance(transformer, str):
        if transformer == "log":
            return Logarithm()
        return BoxCox()
    if _is_of_sktime(transformer):
        return SeriesTransformation(transformer, axis)
    return ColumnTransformation(transformer)


def check_transformer(transformer):
    """Check the transformation passed by the user.

    Parameters
    ----------
    transformer : object
        The value of the parameter `transformer`.

    Raises
    ------
    ValueError
        If it cannot transform a target, or has no inverse for its forecasts.
    """
    if transformer is None or (isinstance(transformer, str) and transformer in NAMES):
        return
    methods = all(hasattr(transformer, name) for name in ("fit", "transform", "inverse_transform"))
    if isinstance(transformer, type) or not methods:
        raise ValueError(
            "transformer must be 'auto', 'log', 'boxcox', None, or a transformer "
            f"from scikit-learn or sktime that has inverse_transform. Got {transformer!r}."
        )
    if _is_of_sktime(transformer) and not transformer.get_tag("capability:inverse_transform"):
        raise ValueError(
            f"transformer={transformer!r} has no inverse_transform, which forecasts need."
        )


def _is_of_sktime(transformer):
    return hasattr(transformer, "get_tag")


class Logarithm:
    """The natural logarithm.

    A series that contains zeros is shifted by a tenth of its mean, since zero has no logarithm.
    Later rows that have no logarithm are treated as the smallest value seen in `fit`, or as
    unknown if `fit` did not see any value.
    """

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Determine the shift of each series; values of shape (n_rows, n_targets)."""
        negative = (values[panel.rows] < 0).any(axis=1)
        if negative.any():
            raise ValueError(
                "transformer='log' needs values that are not negative, but y has "
                f"{negative.sum()} negative value(s){_where(panel, negative)}. Set "
                "transformer=None, or use a scikit-learn transformer such as PowerTransformer."
            )
        begins = panel.begins()
        known = values[panel.rows]
        self._least = np.fmin.reduceat(known, begins)
        self._shift = _shifts(known, begins, self._least)
        self._least += self._shift
        return self

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Return the logarithms of values of shape (n_rows, n_targets)."""
        result = values.copy()  # NaN outside of the series
        if self._shift.any():
            result[panel.rows] += self._shift[panel.series]
        if (result <= 0).any():
            shifted = result[panel.rows]
            none = shifted <= 0
            warn_of_no_logarithm(panel, none.any(axis=1), "set transformer=None")
            result[panel.rows] = np.where(none, self._least[panel.series], shifted)
        return np.log(result, out=result)

    def inverse_transform(self, values: Floats, positions: Integers) -> Floats:
        """Return forecasts of shape (n_series, n_steps, n_targets, n_quantiles), not negative."""
        with np.errstate(over="ignore"):
            return np.maximum(np.exp(values) - self._shift[:, None, :, None], 0.0)

    def repeated(self, n_copies: int) -> Self:
        """Return the transformation of copies of all series, one copy after another."""
        result = copy(self)
        result._shift, result._least = (
            np.tile(array, (n_copies, 1)) for array in (self._shift, self._least)
        )
        return result


def _shifts(values, begins, least):
    """Return a tenth of the mean of each series with zeros, and 0 for the others.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_targets)
        The values of all series, one series after another.
    begins : ndarray of int of shape (n_series,)
        The first row of each series.
    least : ndarray of shape (n_series, n_targets)
        The smallest value of each series.

    Returns
    -------
    ndarray of shape (n_series, n_targets)
        1 for a series of zeros, which have no scale.
    """
    if not (least <= 0).any():
        return np.zeros_like(least)
    known = ~np.isnan(values)
    total = np.add.reduceat(np.where(known, values, 0.0), begins)
    mean = total / np.maximum(np.add.reduceat(known, begins, dtype=np.intp), 1)
    return np.where(least <= 0, np.where(mean > 0, 0.1 * mean, 1.0), 0.0)


def warn_of_no_logarithm(panel, rows, advice, *, almost_zero=False):
    """Warn that later rows of positive series have no logarithm.

    Parameters
    ----------
    panel : Panel
        The series.
    rows : ndarray of bool of shape (n_rows,)
        Which of `panel.rows` they are.
    advice : str
        What to do unless the forecaster is fitted again.
    almost_zero : bool, default=False
        Whether some of the rows are positive, but almost 0.
    """
    what = "y"
    if panel.instances is not None:
        what = f"the series {name_some(panel.instances[np.unique(panel.series[rows])])}"
    kind, problem = "zero or negative", "no logarithm"
    if almost_zero:
        kind, problem = "almost zero, zero or negative", "a very small logarithm or none"
    warn_user(
        f"{int(rows.sum())} row(s) of {what} are {kind}, unlike those in fit. They have "
        f"{problem}, and are treated as the smallest value in fit. Fit the forecaster again, or "
        f"{advice}."
    )


def _where(panel, rows):
    """Return the series of rows for a message; nothing if there is only one series."""
    if panel.instances is None:
        return ""
    return f" in the series {name_some(panel.instances[np.unique(panel.series[rows])])}"


class ColumnTransformation(SeriesScaling):
    """A scikit-learn transformer, fitted to each series."""

    def inverse_transform(self, values: Floats, positions: Integers) -> Floats:
        """Transform forecasts of shape (n_series, n_steps, n_targets, n_quantiles) back."""
        result = np.full_like(values, np.nan)
        for series, transformer in self._groups:
            for q in range(values.shape[3]):
                cube = values[series, :, :, q].transpose(1, 0, 2)
                table = np.asarray(transformer.inverse_transform(cube.reshape(len(cube), -1)))
                result[series, :, :, q] = table.reshape(cube.shape).transpose(1, 0, 2)
        return result


class BoxCox(ColumnTransformation):
    """The Box-Cox transformation of each series, which must be positive and not constant."""

    def __init__(self) -> None:
        super().__init__(PowerTransformer("box-cox", standardize=False))

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Find the power of each series; values of shape (n_rows, n_targets)."""
        self._check_positive(panel, values)
        known, begins = values[panel.rows], panel.begins()
        constant = np.fmin.reduceat(known, begins) == np.fmax.reduceat(known, begins)
        rows = constant.any(axis=1)[panel.series]
        if rows.any():
            raise ValueError(
                "transformer='boxcox' finds no power for values that are all equal, as those of y "
                f"are{_where(panel, rows)}. Set transformer='log', or leave out constant series."
            )
        return super().fit(panel, values)

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Transform values of shape (n_rows, n_targets)."""
        self._check_positive(panel, values)
        return super().transform(panel, values)

    def _check_positive(self, panel, values):
        rows = (values[panel.rows] <= 0).any(axis=1)
        if rows.any():
            raise ValueError(
                f"transformer='boxcox' needs values above zero, but y has {rows.sum()} row(s) "
                f"that are zero or negative{_where(panel, rows)}. Set transformer='log', "
                "which accepts zeros, or transformer=None."
            )


class SeriesTransformation:
    """An sktime transformer; a copy of it is fitted to each series.

    Parameters
    ----------
    transformer : sktime transformer
        Unfitted.
    axis : TimeAxis
        Provides the labels of the rows.
    """

    def __init__(self, transformer: Scaler, axis: TimeAxis) -> None:
        self._transformer, self._axis = transformer, axis
        self._fitted, self._unknown = [], None

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Fit a copy to each series and target; values of shape (n_rows, n_targets)."""
        self._fitted = [
            [self._transformer.clone().fit(series) for series in columns]
            for columns in self._columns(panel, values)
        ]
        self._unknown = panel.without_values(values)
        return self

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Transform values of shape (n_rows, n_targets)."""
        result = values.copy()
        all_columns = self._columns(panel, values)
        for i, (columns, copies) in enumerate(zip(all_columns, self._fitted, strict=True)):
            for target, (series, fitted) in enumerate(zip(columns, copies, strict=True)):
                # Some transformers refit themselves when they see other rows.
                transformed = np.asarray(deepcopy(fitted).transform(series), np.float64).ravel()
                place = slice(panel.starts[i], panel.ends[i])
                # Nothing was learned about a series that was completely unknown in fit.
                unknown = np.isnan(values[place, target]) | self._unknown[i, target]
                result[place, target] = np.where(unknown, np.nan, transformed)
        return result

    def inverse_transform(self, values: Floats, positions: Integers) -> Floats:
        """Transform forecasts of shape (n_series, n_steps, n_targets, n_quantiles) back."""
        result = np.full_like(values, np.nan)
        for i, copies in enumerate(self._fitted):
            order = np.argsort(positions[i], kind="stable")
            labels = self._axis.labels(positions[i][order])
            for target, fitted in enumerate(copies):
                for q in range(values.shape[3]):
                    column = values[i, order, target, q]
                    known = ~np.isnan(column)
                    if known.any():
                        series = pd.Series(column[known], labels[known])
                        back = deepcopy(fitted).inverse_transform(series)
                        result[i, order[known], target, q] = np.asarray(back).ravel()
        return result

    def _columns(self, panel, values):
        """Return the series of each target as a pandas Series without gaps."""
        for i, (start, end) in enumerate(zip(panel.starts, panel.ends, strict=True)):
            labels = self._axis.labels(panel.first[i] + np.arange(end - start))
            yield [
                pd.Series(column, labels).interpolate("linear", limit_direction="both").fillna(0.0)
                for column in values[start:end].T
            ]
