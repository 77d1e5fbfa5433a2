"""Defines the base of statistical forecasters, which forecast all series of a panel at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from skrnn.windows._time_axis import TimeAxis

from ._forecast_limits import Bounds
from ._forecaster import TAGS
from ._horizon import steps_in_fit
from ._last_value import stand_ins
from ._long_form import features_of
from ._panel import Panel
from ._seasonal_periods import check_periods, seasonal_periods
from ._seen_rows import SeenRows
from ._series_names import name_of_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal, Self

    from skrnn._typing import Horizon, Series


class StatisticalForecaster(SeenRows):
    """Base of forecasters that find the parameters of all series of a panel at once.

    A subclass has a method `_make_model` without parameters, which returns a model with the
    methods `fit`, `run` and `forecast` of :class:`SmoothingModel`. One that reads features also
    overrides `_prepare`, `_lay_out`, `_keep_constant` and `_with_coming`.
    """

    _tags: ClassVar = {
        **TAGS,
        "capability:exogenous": False,
        "capability:multivariate": False,
        "capability:pred_int": False,
        "capability:pred_int:insample": False,
        "capability:random_state": False,
        "property:randomness": "deterministic",
        "requires-fh-in-fit": False,
    }

    def __init__(self, sp: int | Sequence[int] | Literal["auto"] = "auto") -> None:
        self.sp = sp
        super().__init__()

    def fit(self, y: Series, X: Series = None, fh: Horizon = None) -> Self:
        """Learn from the series.

        Parameters
        ----------
        y : series, panel or long table
            The series. The columns of a wide frame are forecast separately.

        X : series, panel or long table, default=None
            Features, with a row for every row of `y`. They have no effect if the method does
            not use features.

        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast. They can be passed to `predict` instead.

        Returns
        -------
        self : forecaster
            The fitted forecaster.

        Raises
        ------
        ValueError
            If a parameter is invalid, or rows are missing, repeated or out of order.
        TypeError
            If `y` is not in an sktime format.
        """
        self._check_parameters(features_of(y, X))
        return super().fit(y, X, fh)

    def update(self, y: Series, X: Series = None, update_params: bool = True) -> Self:
        """Add new rows of the series.

        Parameters
        ----------
        y : series, panel or long table
            The rows, as in `fit`. They replace earlier rows. NaN never overwrites a known value.

        X : series, panel or long table, default=None
            Features of the rows, as in `fit`.

        update_params : bool, default=True
            Whether the parameters are estimated again from all rows. If not, forecasts start from
            the new rows with the earlier parameters.

        Returns
        -------
        self : forecaster
            The forecaster.

        Raises
        ------
        ValueError
            If a series is new or begins earlier than it did in `fit`, or if rows are missing
            inside `y`. Rows between those seen so far and `y` may be missing; they are then
            treated as unknown.
        TypeError
            If `y` is not in an sktime format.
        """
        return super().update(y, X, update_params)

    def _check_parameters(self, names=None):
        """Check every parameter that can be checked without data but names of features."""
        check_periods(self.sp)

    def _prepare(self, y, X):
        """Note which features there are."""

    def _lay_out(self, y, X, *, later=False):
        """Return the panel of the series, or of later rows, with features if they are read."""
        return Panel.of(y, self._axis, 0, name_of_rows(later))

    def _keep_constant(self, new):
        """Continue the features of the series that cannot change in a panel of new rows."""

    def _with_coming(self, panel, last, steps, X):
        """Return the panel with the rows to forecast, if their features are read."""
        return panel

    def _fit(self, y, X, fh):
        self._axis, self._time_name = TimeAxis.of_frame(y), y.index.names[-1]
        self._prepare(y, X)
        panel = self._lay_out(y, X)
        steps, later = steps_in_fit(fh, self._axis, panel.last)
        self._n_steps = int(max([1, *([] if steps is None else steps), *later]))
        self._model = self._make_model().fit(panel)
        self._panel, self._moved = panel, np.ones(panel.n_series, bool)
        return self

    def _periods(self):
        """Return the seasonal periodicities, the longest first."""
        periods = check_periods(self.sp)
        return seasonal_periods(self._axis) if periods is None else periods

    def _update(self, y, X=None, update_params=True):
        new = self._lay_out(y, X, later=True)
        self._keep_constant(new)
        panel, moved = self._panel.with_rows_of(new, 0), self._panel.marked(new)
        if update_params:
            self._model = self._make_model().fit(panel)
        self._panel, self._moved = panel, moved
        return self

    def _predict(self, fh, X):
        panel = self._panel
        last, steps = self._steps_of(fh, panel)
        coming = self._with_coming(panel, last, steps, X)
        values = self._forecasts(coming, self._model.run(coming), last, steps)
        missing = (np.isnan(values) & (steps > 0)).any(axis=1)
        if missing.any() and not self._leaves_unknown:
            why = "there are too few consecutive known rows to learn from"
            naive = stand_ins(panel, 1, last, missing, why=why)
            values = np.where(np.isnan(values) & (steps > 0), naive, values)
        index = self._index_of(steps + last[:, None])
        return pd.DataFrame(values.reshape(-1, 1), index=index, columns=self._get_varnames())

    def _forecasts(self, panel, run, last, steps):
        """Return forecasts of steps after rows, ``(n_series, n_steps)``; NaN if unknown."""
        # A row that was seen is forecast one step ahead, from the row before it.
        origins = np.where(steps > 0, last[:, None], last[:, None] + steps - 1)
        ahead = np.maximum(steps, 1)
        with np.errstate(over="ignore", invalid="ignore"):
            values = self._model.forecast(panel, run, origins, ahead)[:, :, None, None]
        bounds = Bounds.of(panel, panel.values[:, :1], last)
        # A series of which nothing is known has no forecast, whatever its model starts from.
        values = np.where(np.isnan(bounds.low)[:, None, :, None], np.nan, values)
        limited, _ = bounds.limit(values, ahead)
        return bounds.of_one_sign(limited)[:, :, 0, 0]

    def _forecasts_after(self, y, X, ends, n_steps):
        """Forecast several times, as if `update` without parameters and `predict` alternated.

        Parameters
        ----------
        y : DataFrame
            All rows, including those of `fit`.
        X : None
            Not used.
        ends : list of ndarray of int of shape (n_series,)
            Number of known rows of each series, each time.
        n_steps : int
            Steps ahead.

        Returns
        -------
        list of ndarray of shape (n_series, n_steps, 1)
        """
        panel = Panel.of(y, self._axis, 0).shortened(np.max(ends, axis=0))
        run = self._model.run(panel)
        steps = np.tile(np.arange(1, n_steps + 1), (panel.n_series, 1))
        return [
            self._forecasts(panel, run, panel.first + lengths - 1, steps)[..., None]
            for lengths in ends
        ]

    def _forecasts_of_seen_rows(self, X=None):
        """Forecast all rows of the series of a panel, which may end at different times."""
        panel, steps = self._panel, self._steps_of_seen_rows()
        values = self._forecasts(panel, self._model.run(panel), panel.last, steps)
        return self._frame_of_seen_rows(values[..., None], steps)

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return the parameters with which sktime tests this class.

        Parameters
        ----------
        parameter_set : str, default="default"
            The only set is "default".

        Returns
        -------
        params : list of dict
            The parameters of each forecaster.
        """
        return [{}, {"sp": 4}]
