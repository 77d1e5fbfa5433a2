"""Defines the base of the forecasters, which read series, panels and long tables."""

from __future__ import annotations

import warnings
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from skrnn._byte_order import in_native_order
from skrnn._distributions import check_levels
from skrnn._failed_fits import all_or_nothing
from skrnn._warnings import ConstantFeatureWarning, warn_user

from ._column_encoder import with_boolean_objects
from ._columns_of_y import ColumnsOfY, in_order_of
from ._data_advice import check_both_are_panels, check_data, warn_of_constant_columns
from ._forecaster_parameters import PREDICTIONS, NoDistributionError
from ._long_form import is_long, only_features, taken_apart, without_form
from ._long_frames import TARGET
from ._members import (
    copied,
    shortest_named,
    unchanged_if_refused,
    update_copies,
    with_series_of,
    with_step_of,
)
from ._part_of_horizon import PartOfHorizon
from ._sktime_views import reads_features

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Self

    from skrnn._typing import Horizon, Series


class TakesLongTables(PartOfHorizon):
    """A forecaster that also accepts long tables, with the columns "unique_id", "ds" and "y".

    It then returns forecasts as a table of the same library with these columns. Additional columns
    of the table, or a second table, are features.
    """

    _long_form = None
    _ignores_X = False
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
            self._ignores_X = X is None and reads_features(self)
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
        y = with_step_of(self, self._columns_of_y.ordered(y))
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
        forecast = without_form(self).predict(fh, X)
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
            # In a single series, the features that distinguish series are constant.
            category = ConstantFeatureWarning
            with warnings.catch_warnings(action="ignore", category=category), shortest_named(y):
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
        # Networks that pretrain has trained need its columns.
        if reads_features(self) and not hasattr(self, "pretrained_"):
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

    def _samples_of_copy(self, fh, X, **parameters):
        """Return samples after the checks that sktime has made for the forecaster itself."""
        return self._samples(self._check_fh(fh), self._check_X(X=X), **parameters)

    def _taken(self, y, X, axis=None, known=None):
        """Return y and X in sktime formats, and the format of the long table or None."""
        y, X, form = in_native_order(y), in_native_order(X), None
        if is_long(y, TARGET):
            y, X, form = taken_apart(y, X, axis, known)
        else:
            X = only_features(X, axis, known)
            check_data(y=y, X=X, known=known)
            if self.get_tag("capability:exogenous"):
                check_both_are_panels(X, y)
        return y, with_boolean_objects(X), form

    def _with_panels(self, y, X):
        """Return a forecaster that returns panels, and y and X in sktime formats."""
        return without_form(self), *self._read(y, X)

    def _read(self, y, X):
        """Return additional rows in sktime formats."""
        axis = None if self._long_form is None else self._long_form.axis
        return self._taken(y, X, axis, self._whole_numbers())[:2]

    def _whole_numbers(self):
        """Return the labels of all known rows, or None if they are not whole numbers."""
        axis, panel = getattr(self, "_axis", None), getattr(self, "_panel", None)
        if axis is None or panel is None or not isinstance(axis.origin, int):
            return None
        return axis.labels(np.arange(panel.first.min(), panel.last.max() + 1))

    def _features(self, X):
        X = self._read(None, X)[1]
        if self._ignores_X and getattr(X, "size", 0):
            warn_user(
                "X was not passed to fit, so it is ignored. To forecast with features, pass X to "
                "fit as well, or a long table with columns of features."
            )
        return X

    def _given(self, forecasts):
        """Return forecasts in the form of y in `fit`."""
        return forecasts if self._long_form is None else self._long_form.table(forecasts)
