"""Quantiles, intervals, variances and distributions of the forecasts of networks."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skrnn._warnings import SkrnnWarning, warn_user
from skrnn.network._quantiles import all_quantiles, quantile_between

from ._forecast_limits import warn_of_no_width
from ._forecaster_parameters import (
    check_has_distribution,
    forecasts_distributions,
    forecasts_quantiles,
    single_quantile,
)
from ._forecaster_plan import ForecasterPlan
from ._long_form import without_form
from ._members import joined_samples
from ._network_forecasts import NetworkForecasts
from ._predictive_distribution import N_LEVELS, as_frame, check_skpro, empirical
from ._summaries import (
    N_LEVELS_OF_VARIANCE,
    Draws,
    Quantiles,
    equally_likely,
    summary_for_variance,
    variance_of,
)
from ._trials import with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from skrnn._typing import Horizon, Series


class NetworkIntervals(NetworkForecasts):
    """The probabilistic forecasts of :class:`RNNForecaster`.

    Networks with a likelihood forecast distributions, and those with several quantiles forecast
    these.
    """

    def predict_quantiles(
        self, fh: Horizon = None, X: Series = None, alpha: float | Sequence[float] | None = None
    ) -> pd.DataFrame:
        """Forecast quantiles of every step.

        The loss must be a likelihood, or several quantiles.

        Parameters
        ----------
        fh : int, list, ndarray, Index or ForecastingHorizon, default=None
            The horizon, as in `predict`.

        X : series, panel or long table, default=None
            Features, as in `predict`.

        alpha : float or list of float, default=None
            The quantiles. None means 0.05 and 0.95. With ``loss="quantile"``, they are
            interpolated between those of the parameter `quantile`. If that is a single quantile,
            it must be the same one.

        Returns
        -------
        quantiles : DataFrame
            One column for each target and quantile.

        Raises
        ------
        ValueError
            If the networks forecast neither distributions nor quantiles of every step, or if a
            quantile lies outside the range of the parameter `quantile`.
        """
        self.check_is_fitted()
        level = self._only_quantile()
        if level is None or np.ravel(alpha).tolist() != [level] or self._feeds_back():
            return super().predict_quantiles(fh, X, alpha)
        forecast = pd.DataFrame(without_form(self).predict(fh, X))
        forecast.columns = pd.MultiIndex.from_product([self._get_varnames(), [level]])
        return self._given(forecast)

    def _only_quantile(self):
        """Return the only quantile that the networks forecast, or None."""
        return single_quantile(ForecasterPlan.of(self))

    def _feeds_back(self):
        """Return whether later steps are forecast from earlier forecasts."""
        first = self.forecasters_.iloc[0, 0] if self._is_vectorized else self
        return first.networks_.recursive

    def predict_interval(
        self, fh: Horizon = None, X: Series = None, coverage: float | Sequence[float] = 0.90
    ) -> pd.DataFrame:
        """Forecast intervals of every step.

        The loss must be a likelihood, or several quantiles.

        Parameters
        ----------
        fh : int, list, ndarray, Index or ForecastingHorizon, default=None
            The horizon, as in `predict`.

        X : series, panel or long table, default=None
            Features, as in `predict`.

        coverage : float or list of float, default=0.90
            Fraction of the true values that an interval should contain. Its ends are the
            ``0.5 - coverage / 2`` and ``0.5 + coverage / 2`` quantiles. With ``loss="quantile"``,
            they must lie within the range of the parameter `quantile`.

        Returns
        -------
        intervals : DataFrame
            Two columns for each target and coverage.

        Raises
        ------
        ValueError
            If the networks forecast neither distributions nor quantiles of every step, or if an
            end of an interval lies outside the range of the parameter `quantile`.
        """
        return super().predict_interval(fh, X, coverage)

    def predict_var(self, fh: Horizon = None, X: Series = None, cov: bool = False) -> pd.DataFrame:
        """Forecast the variance of every step.

        The loss must be a likelihood, or several quantiles. With a likelihood, the variance is
        exact for steps that are forecast at once, without a transformation or with one that only
        shifts and scales. If the bounds on the forecasts cut off part of the distribution, it is
        the variance of the values of `predict_proba`. With other transformations, it is computed
        from 1,000 quantiles, and with recursive networks from 500 paths. With ``loss="quantile"``,
        it is computed from 1,000 quantiles between and beyond those of the parameter `quantile`,
        where the distribution is assumed to be normal.

        Parameters
        ----------
        fh : int, list, ndarray, Index or ForecastingHorizon, default=None
            The horizon, as in `predict`.

        X : series, panel or long table, default=None
            Features, as in `predict`.

        cov : bool, default=False
            Must be False, because covariances between different steps are not available.

        Returns
        -------
        variances : DataFrame
            One row for each step, and one column for each target.

        Raises
        ------
        ValueError
            If the networks forecast neither distributions nor quantiles of every step, or if
            `cov` is True.

        Warns
        -----
        SkrnnWarning
            If ``loss="quantile"``, because part of the distribution is assumed.
        """
        self.check_is_fitted()
        if cov:
            raise ValueError(
                "cov=True requests covariances between different steps, which are not computed. "
                "Set cov=False, or use predict_proba(marginal=False) with strategy='recursive'."
            )
        return super().predict_var(fh, X, cov)

    def predict_proba(self, fh: Horizon = None, X: Series = None, marginal: bool = True) -> Any:
        """Forecast the distribution of every step.

        The loss must be a likelihood, or several quantiles. The distribution is represented by a
        sample: 200 equally likely quantiles of each step, or 500 paths of recursive networks. With
        ``loss="quantile"``, they are interpolated between the quantiles in the parameter
        `quantile` and extrapolated beyond them, as if the distribution were normal.

        Parameters
        ----------
        fh : int, list, ndarray, Index or ForecastingHorizon, default=None
            The horizon, as in `predict`.

        X : series, panel or long table, default=None
            Features, as in `predict`.

        marginal : bool, default=True
            Whether each step has its own distribution. Otherwise, each sample of the distribution
            is a whole path, which requires the recursive strategy.

        Returns
        -------
        distribution : skpro.distributions.Empirical
            The distribution, with the index of the forecast.

        Raises
        ------
        ValueError
            If the networks forecast neither distributions nor quantiles of every step, or if
            `marginal` is False and they cannot draw paths.
        ImportError
            If skpro is not installed. The `sktime` extra of skrnn installs it.

        Warns
        -----
        SkrnnWarning
            If ``loss="quantile"``, because part of the distribution is assumed.

        Examples
        --------
        >>> from sktime.datasets import load_airline
        >>> from skrnn.forecasting import RNNForecaster
        >>> forecaster = RNNForecaster(loss="normal", epochs=5, random_state=0)
        >>> forecaster = forecaster.fit(load_airline(), fh=[1, 2, 3])
        >>> distribution = forecaster.predict_proba()
        >>> distribution.mean().shape, distribution.quantile([0.1, 0.9]).shape
        ((3, 1), (3, 2))
        """
        self.check_is_fitted()
        check_skpro(f"{type(self).__name__}.predict_proba")
        return super().predict_proba(fh, X, marginal)

    def _check_quantiles(self, method):
        """Check that the networks determine the distribution of every step."""
        self.check_is_fitted()
        check_has_distribution(ForecasterPlan.of(self), method)

    def _warn_of_no_width(self, values):
        """Warn about series all of whose columns have bounds of one value, and no width."""
        bounds = self._bounds()
        constant = (bounds.low == bounds.high)[:, None] & (np.ptp(values, axis=-1) == 0)
        warn_of_no_width(constant.any(axis=1).all(axis=1), self._begun().instances)

    def _predict_quantiles(self, fh, X, alpha):
        quantiles, naive, index = self._quantiles(fh, X, alpha)
        if not np.equal(alpha, 0.5).all():
            self._warn_of_no_width(np.stack(quantiles, axis=-1))
        for i in np.flatnonzero(np.equal(alpha, 0.5)):
            quantiles[i] = np.where(np.isnan(quantiles[i]), naive, quantiles[i])
        columns = self._get_columns(method="predict_quantiles", alpha=alpha)
        table = np.stack(quantiles, axis=-1).reshape(len(index), -1)
        return pd.DataFrame(table, index=index, columns=columns)

    def _quantiles(self, fh, X, alpha):
        """Return the quantiles, the point forecasts where there are none, and the index."""
        networks = self.networks_
        if not forecasts_distributions(ForecasterPlan.of(self)):
            values, naive, index = self._forecast(fh, X)
            return [quantile_between(values, networks.quantiles, a) for a in alpha], naive, index
        summary = Draws.of(networks) if networks.recursive else Quantiles(tuple(alpha))
        values, naive, index = self._forecast(fh, X, summary)
        if networks.recursive:
            draws = np.quantile(values, alpha, axis=-1, method="inverted_cdf")
            return list(draws), naive, index
        return [values[..., i] for i in range(len(alpha))], naive, index

    def _predict_var(self, fh, X, cov=False):
        if forecasts_quantiles(ForecasterPlan.of(self)):
            values, index = self._equally_likely(fh, X, N_LEVELS_OF_VARIANCE)
            variance = values.var(axis=-1)
        else:
            summary = summary_for_variance(self.networks_)
            values, _, index = self._forecast(fh, X, summary)
            variance = variance_of(summary, values)
        self._warn_of_no_width(variance[..., None])
        table = variance.reshape(len(index), -1)
        return pd.DataFrame(table, index=index, columns=self._get_varnames())

    def _predict_proba(self, fh, X, marginal=True):
        return empirical(self._samples(fh, X, marginal=marginal), joint=not marginal)

    def _samples(self, fh, X, marginal=True):
        """Return paths, or equally likely values of each step, as a frame."""
        if self._is_vectorized:
            return joined_samples(self, fh, X, marginal=marginal)
        networks = self.networks_
        if not (marginal or networks.recursive):
            raise ValueError(
                "marginal=False requests paths, but these networks forecast all steps at once, "
                "each with its own distribution. Set strategy='recursive', or draw paths "
                "with AutoRNNForecaster.sample_paths."
            )
        if forecasts_quantiles(ForecasterPlan.of(self)):
            values, index = self._equally_likely(fh, X, N_LEVELS)
        else:
            levels = Quantiles(equally_likely(N_LEVELS))
            summary = Draws.of(networks) if networks.recursive else levels
            values, _, index = self._forecast(fh, X, summary)
        self._warn_of_no_width(values)
        return as_frame(values, index, self._get_varnames())

    def _equally_likely(self, fh, X, n_values):
        """Return equally likely values of each step, from its quantiles, and the index."""
        values, _, index = self._forecast(fh, X)
        quantiles = self.networks_.quantiles
        return equally_likely_values(values, quantiles, n_values, self._bounds()), index

    def _calibration_after(self, panel, X):
        """Return the calibration after the true values in a later panel have arrived."""
        if self._calibration is None or (panel.last <= self._panel.last).all():
            return self._calibration
        last, steps = self._steps_of(self.fh, self._begun())
        coming = self._index_of(steps + last[:, None])
        # Users do not ask for this forecast.
        with warnings.catch_warnings(action="ignore", category=SkrnnWarning):
            X = self.networks_.encoded_future(X if X is None else with_rows(X, coming))
            values, _ = self._forecast_steps(self._begun(), last, steps, X)
        rows = panel.row_of(last[:, None] + steps)
        truth = np.where(rows < 0, np.nan, panel.values[rows, 0])
        return self._calibration.after(truth, values, steps, self._bounds())


def equally_likely_values(values, quantiles, n_values, bounds):
    """Return equally likely values of each target, between and beyond its quantiles.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
        Forecasts.
    quantiles : tuple of float
        Their quantiles, two or more.
    n_values : int
        Number of values to return for each target.
    bounds : Bounds
        Of the series, whose sign no value leaves.

    Returns
    -------
    ndarray of shape (n_series, n_steps, n_targets, n_values)
        In increasing order.

    Warns
    -----
    SkrnnWarning
        The tails of the distribution are assumed.
    """
    warn_user(
        f"The network forecasts the quantiles {quantiles}. Between and beyond them the "
        "distribution is assumed to be normal. Forecast more quantiles, or set loss to a "
        "likelihood, such as 'student_t', which determines the whole distribution."
    )
    return bounds.of_one_sign(all_quantiles(values, quantiles, equally_likely(n_values)))
