"""Scales all series together, or each series separately."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

from skrnn.windows._step_scaler import NAMED_SCALERS, without_empty_columns

from ._series_rows import places_within

if TYPE_CHECKING:
    from typing import Any, Self

    from skrnn._typing import Floats, Scaler

    from ._panel import Panel

_MOST_VALUES = 2**18


def check_scaler(scaler: Scaler, param: str) -> Any:
    """Return a new, unfitted transformer.

    Parameters
    ----------
    scaler : {"standard", "minmax"}, transformer or None
        Value of the parameter.
    param : str
        Name of the parameter, for the error.

    Returns
    -------
    transformer or None

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if scaler is None:
        return None
    if isinstance(scaler, str) and scaler in NAMED_SCALERS:
        return NAMED_SCALERS[scaler]()
    if hasattr(scaler, "fit") and hasattr(scaler, "inverse_transform"):
        return clone(scaler)
    raise ValueError(
        f"{param} must be 'standard', 'minmax', None or a scikit-learn transformer with "
        f"inverse_transform, got {scaler!r}."
    )


def is_affine(scaling: Any) -> bool:
    """Return whether a scaling is known to consist of a shift and a factor.

    Parameters
    ----------
    scaling : CommonScaling, SeriesScaling or SpreadScaling
        The scaling.

    Returns
    -------
    bool
    """
    transformer = getattr(scaling, "transformer", None)
    return transformer is None or isinstance(transformer, _AFFINE)


_AFFINE = MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler


class CommonScaling:
    """One transformer for all series.

    Parameters
    ----------
    transformer : transformer or None
        The unfitted transformer. None means that values are not scaled.
    """

    by_series = False
    zero = 0.0

    def __init__(self, transformer: Scaler) -> None:
        self.transformer = transformer

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Fit to the rows of all series. Values have the shape (n_rows, n_columns)."""
        if self.transformer is not None:
            self.transformer.fit(without_empty_columns(values[panel.rows]))
        return self

    def fit_to_others(self, panel: Panel, values: Floats) -> Self:
        """Add other series, and keep the scale of the first ones."""
        return self

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Scale values of shape (n_rows, n_columns)."""
        return self._apply("transform", values)

    def inverse_transform(self, panel: Panel, values: Floats) -> Floats:
        """Undo the scaling of values of shape (n_rows, n_columns)."""
        return self._apply("inverse_transform", values)

    def inverse_transform_quantiles(self, values: Floats) -> Floats:
        """Undo the scaling of values of shape (n_rows, n_columns, n_quantiles).

        A scaler takes longer to check a small table than to scale it, so quantiles share a table.
        """
        result = np.empty(values.shape)
        n_tables = min(1 + values.size // _MOST_VALUES, values.shape[2])
        for places in np.array_split(np.arange(values.shape[2]), n_tables):
            part = np.moveaxis(values[..., places], 2, 0)
            table = self._apply("inverse_transform", part.reshape(-1, part.shape[2]))
            result[..., places] = np.moveaxis(table.reshape(part.shape), 0, 2)
        return result

    def repeated(self, n_copies: int) -> Self:
        """Return the scaling of copies of all series, one copy after another."""
        return self

    def _apply(self, method, values):
        if self.transformer is None:
            return values
        return np.asarray(getattr(self.transformer, method)(values), np.float64)


class SeriesScaling:
    """A separate scaling for each series.

    Scalers treat columns one by one, so one transformer can scale many series at once, one in each
    column. Series of similar length share a table, so that few cells are empty.

    Parameters
    ----------
    transformer : transformer or None
        The unfitted transformer. A copy is fitted to each table.
    """

    by_series = True
    zero = 0.0

    def __init__(self, transformer: Scaler) -> None:
        self.transformer = transformer
        self._unknown = None
        self._groups = []

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Fit to the rows of each series. Values have the shape (n_rows, n_columns)."""
        size = np.ceil(np.log2(panel.lengths)).astype(int)
        self._groups = []
        self._unknown = panel.without_values(values)
        for similar in np.unique(size) if self.transformer is not None else ():
            series = np.flatnonzero(size == similar)
            table = _table(panel, values, series)
            transformer = clone(self.transformer).fit(without_empty_columns(table))
            self._groups.append((series, transformer))
        return self

    def fit_to_others(self, panel: Panel, values: Floats) -> Self:
        """Add other series, each with its own scale."""
        return self.fit(panel, values)

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Scale values of shape (n_rows, n_columns)."""
        return self._apply("transform", panel, values)

    def inverse_transform(self, panel: Panel, values: Floats) -> Floats:
        """Undo the scaling of values of shape (n_rows, n_columns)."""
        return self._apply("inverse_transform", panel, values)

    def _apply(self, method, panel, values):
        if self.transformer is None:
            return values
        result = np.full_like(values, np.nan)
        for series, transformer in self._groups:
            table = getattr(transformer, method)(_table(panel, values, series))
            rows, cells = _cells(panel, series)
            columns = np.asarray(table).reshape(len(table), len(series), -1)
            result[rows] = columns[cells]
        # Series without a known value in `fit` have no scale.
        if self._unknown.any():
            rows = panel.rows
            result[rows] = np.where(self._unknown[panel.series], np.nan, result[rows])
        return result


class _ShiftAndScale:
    """Subtracts a constant from each series, and divides by a scale.

    A subclass sets `constant_`, ``(n_series, n_columns)``, and `scale_`, which may have one row.
    """

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Scale values of shape (n_rows, n_columns)."""
        constant, scale = self._of_rows(panel, values)
        scaled = values - constant
        scaled /= scale
        return scaled

    def inverse_transform(self, panel: Panel, values: Floats) -> Floats:
        """Undo the scaling of values of shape (n_rows, n_columns)."""
        constant, scale = self._of_rows(panel, values)
        return values * scale + constant

    def repeated(self, n_copies: int) -> Self:
        """Return the scaling of copies of all series, one copy after another."""
        result = copy(self)
        result.constant_ = np.tile(self.constant_, (n_copies, 1))
        if len(self.scale_) > 1:
            result.scale_ = np.tile(self.scale_, (n_copies, 1))
        return result

    def _of_rows(self, panel, values):
        """Return the constant and the scale of each row."""
        constant, scale = np.zeros_like(values), self.scale_
        constant[panel.rows] = self.constant_[panel.series]
        if len(self.scale_) > 1:
            scale = np.ones_like(values)
            scale[panel.rows] = self.scale_[panel.series]
        return constant, scale


class SpreadScaling(_ShiftAndScale):
    """Subtracts a constant from each series, and divides by the spread around the window ends.

    It suits networks that subtract the level of each window: they see changes, not values. The
    constant makes no difference to them, but it keeps the numbers small before they are converted
    to float32, which has only seven digits.

    Parameters
    ----------
    lag : int
        Rows of a window.
    by_series : bool
        Whether each series has its own spread.
    """

    def __init__(self, lag: int, *, by_series: bool) -> None:
        self.lag = lag
        self.by_series = by_series

    @property
    def zero(self) -> Floats:
        """The scaled value of 0 in each series, ``(n_series, n_columns)``."""
        return -self.constant_ / self.scale_

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Learn from the rows of all series; values of shape (n_rows, n_columns)."""
        # Series are at least a window apart: no difference is taken across two of them.
        squares, counts = np.zeros_like(values), np.zeros(values.shape, np.int32)
        for step in range(1, max(self.lag, 2)):
            change = values[step:] - values[:-step]
            known = ~np.isnan(change)
            change[~known] = 0.0
            squares[step:] += np.square(change, out=change)
            counts[step:] += known
        rows, n_steps = panel.rows, max(self.lag, 2) - 1
        total, count = squares[rows].sum(axis=0), counts[rows].sum(axis=0)
        self.scale_ = _spread(total, count)[None]
        if self.by_series:
            begins = panel.begins()
            total = np.add.reduceat(squares[rows], begins, axis=0)
            count = np.add.reduceat(counts[rows], begins, axis=0)
            own = _spread(total, count)
            # A constant series, or one with a single row, uses the spread of all series.
            self.scale_ = np.where((total > 0) & (count >= n_steps), own, self.scale_)
        return self.fit_to_others(panel, values)

    def fit_to_others(self, panel: Panel, values: Floats) -> Self:
        """Add other series, and keep the spread of the first ones."""
        values = values[panel.rows]
        place = np.where(np.isnan(values), len(values), np.arange(len(values))[:, None])
        first = np.minimum.reduceat(place, panel.begins())
        # Without a known value, any constant is fine, because each window has its own level.
        ended = np.append(values, np.zeros((1, values.shape[1])), axis=0)
        self.constant_ = np.take_along_axis(ended, first, axis=0)
        return self


class AmountScaling(_ShiftAndScale):
    """Divides each series of amounts by a power of two if most of them are below 1.

    The factor of a window is one plus its level, so that it almost ignores levels below 1. A power
    of two changes no digit.
    """

    by_series = True
    zero = 0.0

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Learn from the rows of all series; values of shape (n_rows, n_columns)."""
        known = pd.DataFrame(values[panel.rows])
        medians = known.where(known > 0).groupby(panel.series).median().to_numpy()
        self.scale_ = np.exp2(np.floor(np.log2(np.fmin(medians, 1.0))))
        self.constant_ = np.zeros_like(self.scale_)
        return self

    def fit_to_others(self, panel: Panel, values: Floats) -> Self:
        """Add other series, each with its own scale."""
        return self.fit(panel, values)


def _spread(total, count):
    """Return the root mean square, and 1 where nothing changes."""
    spread = np.sqrt(total / np.maximum(count, 1))
    return np.where(spread > 0, spread, 1.0)


def _cells(panel, series):
    """Return the rows of some series, and their places in a table with a column per series."""
    lengths = panel.lengths[series]
    step = places_within(lengths)
    rows = np.repeat(panel.starts[series], lengths) + step
    return rows, (step, np.repeat(np.arange(len(series)), lengths))


def _table(panel, values, series):
    """Return a table of some series side by side, ``(most rows, n_series * n_columns)``."""
    rows, cells = _cells(panel, series)
    table = np.full((panel.lengths[series].max(), len(series), values.shape[1]), np.nan)
    table[cells] = values[rows]
    return table.reshape(len(table), -1)
