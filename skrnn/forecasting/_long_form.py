"""Lets the forecasters accept long tables, and return forecasts in the same form."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import partial, wraps
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sktime.forecasting.base import BaseForecaster
from sktime.utils.validation.forecasting import check_fh

from skrnn._distributions import check_levels
from skrnn._failed_fits import all_or_nothing
from skrnn._validation import check_distinct_columns

from ._column_encoder import with_boolean_objects
from ._columns_of_y import ColumnsOfY, in_order_of
from ._data_advice import check_both_are_panels, check_data, warn_of_constant_columns
from ._forecaster_parameters import PREDICTIONS, NoDistributionError
from ._frame_libraries import as_pandas, column_names, dtypes_of, given_back, library_of
from ._horizon import check_learned, steps_in_fit, steps_of_series, warn_of_earlier_ends
from ._limited_forecasts import is_collecting
from ._long_columns import names_of_series, times_of
from ._long_frames import ID, TARGET, TIME, from_panel
from ._long_rows import axis_of, panel_rows
from ._members import copied, unchanged_if_refused, update_copies, with_series_of
from ._outliers import ConstantFeaturesNamed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Self

    from skrnn._typing import Horizon, Series


def is_long(data, *columns):
    """Return whether data is a long table, which has columns for the series and the time.

    Parameters
    ----------
    data : object
        Value of y or X.
    *columns : str
        Additional columns that the table must have.

    Returns
    -------
    bool
    """
    return {ID, TIME, *columns} <= set(column_names(data))


def features_of(y, X):
    """Return the names of the features, or None if they are known only after a conversion.

    Parameters
    ----------
    y, X : object
        The series, whose other columns are features if it is a long table, and the features.

    Returns
    -------
    list or None
    """
    table = X if X is not None else y if is_long(y, TARGET) else None
    if table is None:  # another table has no features either, but is refused later
        return None if _is_other_table(y) else []
    if is_long(table):
        return [name for name in column_names(table) if name not in (ID, TIME, TARGET)]
    return list(X.columns) if isinstance(X, pd.DataFrame) else None


def _is_other_table(y):
    """Return whether y is a table that must first be converted to a panel."""
    if isinstance(y, pd.DataFrame):
        return not all(map(pd.api.types.is_numeric_dtype, y.dtypes))
    return not isinstance(y, pd.Series) and library_of(y) is not None


@dataclass(frozen=True)
class LongForm:
    """The format of the long table that a forecaster was fitted on.

    Attributes
    ----------
    output : {"pandas", "polars", "pyarrow"}
        The library of the table.
    dtypes : dict
        Types of the columns with the names of the series and the times, for other libraries.
    axis : TimeAxis
        Counts the steps of time.
    """

    output: str
    dtypes: dict
    axis: object

    def table(self, panel):
        """Return forecasts of a panel, or paths of it, as a long table."""
        table = from_panel(panel, id=[*panel.index.names[:-2], ID], time=TIME)
        return given_back(table, self.output, self.dtypes)


def taken_apart(y, X, axis=None, known=None):
    """Return a long table as two panels, and its form.

    Parameters
    ----------
    y : long table
        The series, and their features if `X` is None.
    X : long table, panel or None
        Features.
    axis : TimeAxis, default=None
        Steps of time of earlier rows. None means that they are inferred.
    known : Index of int, default=None
        Labels of the earlier rows, if they are whole numbers.

    Returns
    -------
    y, X : DataFrame or None
        The panels.
    form : LongForm

    Raises
    ------
    ValueError
        If a table cannot be converted, or both have features.
    """
    y, features, axis, table = _panels(y, "y", TARGET, axis, known)
    if features is not None and X is not None:
        raise ValueError(
            f"The columns {list(features.columns)} of y are features, but X is given as well. Put "
            "all features into one of the two."
        )
    library = library_of(table) or "pandas"
    form = LongForm(library, dtypes_of(table, [ID, TIME]), axis)
    return y, features if X is None else only_features(X, axis, known), form


def only_features(X, axis=None, known=None):
    """Return the features in a long table as a panel, and other data unchanged."""
    if not is_long(X):
        return X
    return _panels(X, "X", None, axis, known)[1]


def _panels(table, name, target, axis, known):
    frame = as_pandas(table, name)
    if not len(frame):
        raise ValueError(f"{name} has no rows.")
    check_distinct_columns(frame, name)
    if target is None and TARGET in frame:
        frame = frame.drop(columns=TARGET)  # no feature
    times = times_of(frame, TIME, known)
    series, instances = names_of_series(frame, [ID])
    axis = axis_of(times, series, instances, None) if axis is None else axis
    return *panel_rows(frame, times, series, instances, axis, target), axis, table


def in_long_form(method):
    """Let a method with the parameters y and X accept and return long tables.

    Parameters
    ----------
    method : callable
        The method, which may call other methods of the forecaster.

    Returns
    -------
    callable
    """

    @wraps(method)
    def in_form(self, y=None, X=None):
        form, y, X = self._long_form, *self._read(y, X)
        if form is None:
            return method(self, y, X)
        return form.table(method(_without_form(self), y, X))

    return in_form


def _without_form(forecaster):
    plain = copy(forecaster)
    plain._long_form = None
    return plain


class TakesLongTables(BaseForecaster):
    """A forecaster that also accepts long tables, with the columns "unique_id", "ds" and "y".

    It then returns forecasts as a table of the same library with these columns. Additional columns
    of the table, or a second table, are features.
    """

    _long_form, _steps_learned = None, None
    _is_copy = False
    _columns_of_y = ColumnsOfY(None, None)

    def fit(self, y: Series, X: Series = None, fh: Horizon = None) -> Self:
        """Fit to series, a panel or a long table.

        Parameters
        ----------
        y : series, panel or long table
            The series.

        X : series, panel or long table, default=None
            Features.

        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        Returns
        -------
        self : forecaster
            The fitted forecaster.
        """
        y, X, form = self._taken(y, X)
        with all_or_nothing(self):
            super().fit(y, X, fh)
            self._long_form, self._steps_learned = form, self._steps_in_fit()
            self._columns_of_y = ColumnsOfY.of(y)
            self._warn_of_constant_columns(X, y)
        return self

    def pretrain(self, y: Series, X: Series = None, fh: Horizon = None) -> Self:
        """Learn from series that are not passed to `fit`.

        Parameters
        ----------
        y : panel or long table
            The series.

        X : panel or long table, default=None
            Features.

        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        Returns
        -------
        self : forecaster
            The forecaster.
        """
        y, X, _ = self._taken(y, X)
        return super().pretrain(y, X, fh)

    def update(self, y: Series, X: Series = None, update_params: bool = True) -> Self:
        """Take in new rows.

        Parameters
        ----------
        y : series, panel or long table
            The rows.

        X : series, panel or long table, default=None
            Features.

        update_params : bool, default=True
            Whether to learn from the rows.

        Returns
        -------
        self : forecaster
            The forecaster.
        """
        y, X = self._read(y, X)
        y = self._columns_of_y.ordered(y)
        with unchanged_if_refused(self, learns=update_params):
            # sktime notes in it the format of y.
            self._converter_store_y = dict(self._converter_store_y)
            return super().update(y, X, update_params)

    def predict(self, fh: Horizon = None, X: Series = None) -> Any:
        """Forecast the steps of the horizon.

        Parameters
        ----------
        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast. None means the steps passed to `fit`.

        X : series, panel or long table, default=None
            Features that are known in advance, up to the last step.

        Returns
        -------
        forecasts : series, panel or long table
            In the same format as `y` in `fit`.
        """
        return self._given(super().predict(fh, self._features(X)))

    def predict_quantiles(
        self, fh: Horizon = None, X: Series = None, alpha: float | Sequence[float] | None = None
    ) -> Any:
        """Forecast quantiles.

        Parameters
        ----------
        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        X : series, panel or long table, default=None
            Features.

        alpha : float or list of float, default=None
            The quantiles.

        Returns
        -------
        quantiles : DataFrame or long table
            The quantiles. In a long table, the 10% quantile is in the column "y-q-10".

        Raises
        ------
        ValueError
            If `alpha` is not between 0 and 1, or the forecaster has no quantiles.
        """
        self._check_quantiles("predict_quantiles")
        if alpha is not None:
            check_levels(alpha)
        return self._given(super().predict_quantiles(fh, self._features(X), alpha))

    def predict_interval(
        self, fh: Horizon = None, X: Series = None, coverage: float | Sequence[float] = 0.90
    ) -> Any:
        """Forecast intervals.

        Parameters
        ----------
        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        X : series, panel or long table, default=None
            Features.

        coverage : float or list of float, default=0.90
            Fraction of the true values that an interval should contain.

        Returns
        -------
        intervals : DataFrame or long table
            The lower and upper ends. In a long table, those of an 80% interval are in the columns
            "y-lo-80" and "y-hi-80".

        Raises
        ------
        ValueError
            If `coverage` is not between 0 and 1, or the forecaster has no intervals.
        """
        self._check_quantiles("predict_interval")
        check_levels(coverage, "coverage")
        return self._given(super().predict_interval(fh, self._features(X), coverage))

    def predict_var(self, fh: Horizon = None, X: Series = None, cov: bool = False) -> Any:
        """Forecast variances.

        Parameters
        ----------
        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        X : series, panel or long table, default=None
            Features.

        cov : bool, default=False
            Whether to compute covariances.

        Returns
        -------
        variances : DataFrame or long table
            In the same format as `y` in `fit`.
        """
        self._check_quantiles("predict_var")
        return self._given(super().predict_var(fh, self._features(X), cov))

    def predict_proba(self, fh: Horizon = None, X: Series = None, marginal: bool = True) -> Any:
        """Forecast distributions.

        Parameters
        ----------
        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        X : series, panel or long table, default=None
            Features.

        marginal : bool, default=True
            Whether each step has a separate distribution.

        Returns
        -------
        distribution : skpro.distributions.Empirical
            The distribution, with the index of a panel.
        """
        self._check_quantiles("predict_proba")
        X = self._features(X)
        if not getattr(self, "_is_vectorized", False) or not self.get_tag("capability:pred_int"):
            return super().predict_proba(fh, X, marginal)
        # sktime has no distributions of several forecasters, one for each series or target.
        return self._predict_proba(self._check_fh(fh), self._check_X(X=X), marginal)

    def fit_predict(
        self, y: Series, X: Series = None, fh: Horizon = None, X_pred: Series = None
    ) -> Any:
        """Fit and forecast.

        Parameters
        ----------
        y : series, panel or long table
            The series.

        X : series, panel or long table, default=None
            Features.

        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        X_pred : series, panel or long table, default=None
            Features of the horizon. None means `X`.

        Returns
        -------
        forecasts : series, panel or long table
            In the same format as `y`.
        """
        return self.fit(y, X, fh).predict(X=X if X_pred is None else X_pred)

    def update_predict(
        self,
        y: Series,
        cv: Any = None,
        X: Series = None,
        update_params: bool = True,
        reset_forecaster: bool = True,
    ) -> Any:
        """Forecast from several rows, each time after an update with the preceding rows.

        Parameters
        ----------
        y : series, panel or long table
            The rows.

        cv : splitter, default=None
            Determines the rows to forecast from.

        X : series, panel or long table, default=None
            Features.

        update_params : bool, default=True
            Whether to learn from the rows.

        reset_forecaster : bool, default=True
            Whether the forecaster is restored to its previous state afterwards.

        Returns
        -------
        forecasts : series or panel
            The forecasts, which are never returned as a long table, even if `y` is one.
        """
        form, (y, X) = self._long_form, self._read(y, X)
        self._long_form = None
        try:
            return super().update_predict(y, cv, X, update_params, reset_forecaster)
        finally:
            self._long_form = form

    def update_predict_single(
        self,
        y: Series = None,
        fh: Horizon = None,
        X: Series = None,
        update_params: bool = True,
    ) -> Any:
        """Update with new rows, and forecast.

        Parameters
        ----------
        y : series, panel or long table
            The rows.

        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        X : series, panel or long table, default=None
            Features of the rows and of the horizon.

        update_params : bool, default=True
            Whether to learn from the rows.

        Returns
        -------
        forecasts : series, panel or long table
            In the same format as `y` in `fit`.
        """
        return self.update(y, X, update_params).predict(fh, X)

    def score(self, y: Series, X: Series = None, fh: Horizon = None) -> float:
        """Return the mean absolute percentage error.

        Parameters
        ----------
        y : series, panel or long table
            The true values.

        X : series, panel or long table, default=None
            Features of the horizon.

        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast.

        Returns
        -------
        error : float
            The error.

        Raises
        ------
        ValueError
            If the rows or columns of `y` differ from those of the forecasts. Their order does not
            matter.
        """
        from sktime.performance_metrics.forecasting import mean_absolute_percentage_error

        y, X = self._read(y, X)
        y = self._columns_of_y.ordered(y, "y in score")
        forecast = _without_form(self).predict(fh, X)
        y = in_order_of(getattr(forecast, "index", None), y)
        return mean_absolute_percentage_error(y, forecast, symmetric=False)

    def __deepcopy__(self, memo):
        return copied(self, memo)

    def _vectorize(self, methodname, **data):
        """Call a method of the copies that sktime made of this forecaster, one for each series."""
        y = data.get("y", None if methodname == "fit" else self._yvec)
        if data.get("X") is not None:
            data["X"] = with_series_of(data["X"], y)
        call = partial(super()._vectorize, methodname, **data)
        if methodname == "fit":
            with ConstantFeaturesNamed():
                call()
            for each in self.forecasters_.to_numpy().ravel():
                each._is_copy = True
            return self
        if methodname != "update":
            return call()
        update_copies(self, y.get_iter_indices()[0], call)
        return self

    def _warn_of_constant_columns(self, X, y):
        """Warn about features from which nothing can be learned, and which may be left out."""
        reads = self.get_tag("capability:exogenous") and getattr(self, "use_X", True)
        # Networks that pretrain has trained need its columns.
        if reads and not hasattr(self, "pretrained_"):
            warn_of_constant_columns(X, y, getattr(self, "static", ()))

    def _check_quantiles(self, method):
        """Check that the forecaster has quantiles."""
        if not self.get_tag("capability:pred_int"):
            name = type(self).__name__
            raise NoDistributionError(
                f"{name} cannot make {PREDICTIONS[method]}: it forecasts only one value for each "
                f'step. AutoRNNForecaster(views={{"one": {name}(...)}}) makes the same forecasts, '
                f"and has {method}."
            )

    def _steps_in_fit(self):
        """Return the steps ahead that were passed to `fit`; None if `predict` takes any steps."""
        if not self.get_tag("requires-fh-in-fit"):
            return None
        if self._is_vectorized:  # its copies check theirs
            return np.empty(0, np.int64)
        steps, later = steps_in_fit(self._fh, self._axis, self._panel.last)
        return np.unique([*steps, *later])

    def _samples_of_copy(self, fh, X, **parameters):
        """Return samples after the checks that sktime has made for the forecaster itself."""
        return self._samples(self._check_fh(fh), self._check_X(X=X), **parameters)

    def _check_fh(self, fh, pred_int=False):
        """Return the horizon, which may be a part of that in `fit`. sktime asks for the same."""
        horizon = self._part_of_horizon(fh)
        if horizon is None:
            horizon = super()._check_fh(fh, pred_int)
        if self.is_fitted and horizon is not None and horizon.is_relative:
            self._warn_of_earlier_ends(horizon)
        return horizon

    def _warn_of_earlier_ends(self, horizon):
        """Warn about series that end before the others, once for all columns of y."""
        if self._is_copy or self._leaves_unknown or is_collecting():
            return
        # The copies for columns have the same rows; those for series have no other series.
        one = self.forecasters_.iloc[0, 0] if self._is_vectorized else self
        instances, axis, moved = one._panel.instances, one._axis, one._moved
        last, _ = steps_of_series(horizon, axis, one._panel, one.cutoff, moved)
        if self._is_vectorized and len(self.forecasters_) > 1:
            copies, instances = self.forecasters_.iloc[:, 0], self.forecasters_.index
            ends = pd.Index([copy._axis.labels(copy._panel.last)[0] for copy in copies])
            try:
                last, moved = axis.positions(ends), np.ones(len(ends), bool)
            except ValueError:  # series with other steps have no end in common
                return
        warn_of_earlier_ends(instances, axis, last, moved)

    def _part_of_horizon(self, fh):
        """Return a horizon that differs from the one in `fit`, or None."""
        if fh is None or self._steps_learned is None or not self.is_fitted:
            return None
        try:
            horizon = check_fh(fh, freq=None if self._is_vectorized else self._cutoff)
        except (TypeError, ValueError):
            return None  # sktime says what is wrong
        if np.array_equal(horizon, self._fh) and horizon.is_relative == self._fh.is_relative:
            return None
        if self._is_vectorized:
            return horizon
        _, steps = steps_of_series(horizon, self._axis, self._panel, self.cutoff, self._moved)
        check_learned(steps, self._steps_learned, type(self).__name__)
        return horizon

    def _taken(self, y, X):
        """Return y and X in sktime formats, and the format of the long table or None."""
        if is_long(y, TARGET):
            y, X, form = taken_apart(y, X)
            return y, with_boolean_objects(X), form
        X = only_features(X)
        self._check_data(y, X)
        return y, with_boolean_objects(X), None

    def _check_data(self, y, X, known=None):
        """Check y and X before sktime does."""
        check_data(y=y, X=X, known=known)
        if self.get_tag("capability:exogenous"):
            check_both_are_panels(X, y)

    def _read(self, y, X):
        """Return additional rows in sktime formats."""
        axis = None if self._long_form is None else self._long_form.axis
        known = self._whole_numbers()
        if is_long(y, TARGET):
            y, X = taken_apart(y, X, axis, known)[:2]
            return y, with_boolean_objects(X)
        X = only_features(X, axis, known)
        self._check_data(y, X, known)
        return y, with_boolean_objects(X)

    def _whole_numbers(self):
        """Return the labels of all known rows, or None if they are not whole numbers."""
        axis, panel = getattr(self, "_axis", None), getattr(self, "_panel", None)
        if axis is None or panel is None or not isinstance(axis.origin, int):
            return None
        return axis.labels(np.arange(panel.first.min(), panel.last.max() + 1))

    def _features(self, X):
        return self._read(None, X)[1]

    def _given(self, forecasts):
        """Return forecasts in the form of y in `fit`."""
        return forecasts if self._long_form is None else self._long_form.table(forecasts)
