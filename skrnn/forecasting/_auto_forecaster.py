"""Defines AutoRNNForecaster, which tries several views of the data and combines them."""

from __future__ import annotations

import time
import warnings
from functools import partial
from numbers import Real
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state

from skrnn._sklearn_compat import Interval, StrOptions, validate_parameter_constraints
from skrnn._validation import JOBS, Count
from skrnn._warnings import DataWarning, SkrnnWarning, warn_user
from skrnn.losses._many_zeros import is_intermittent
from skrnn.training._progress import epoch_progress
from skrnn.windows._time_axis import TimeAxis

from ._candidate_views import OF_AUTOMATIC_VIEWS, make_views, warn_of_ignored_settings
from ._combination import RULES, combine
from ._combined_intervals import Intervals
from ._data_advice import warn_of_unknown_times
from ._feature_parameters import check_feature_parameters
from ._forecaster import TAGS, RNNForecaster
from ._held_out import LEAST_KNOWN, HeldOut
from ._horizon import steps_in_fit
from ._last_value import stand_ins, warn_of_unknown
from ._long_form import features_of
from ._members import (
    has_networks,
    joined_samples,
    leave_unknown,
    steps_without_network,
    update_view,
)
from ._network_training import NothingToLearnError
from ._outliers import warn_of_outliers
from ._panel import Panel
from ._predictive_distribution import (
    N_LEVELS,
    Predictive,
    as_frame,
    check_skpro,
    empirical,
    has_whole_numbers,
)
from ._pretrained_views import PretrainedViews, columns_as_series, pretrained
from ._seasonal_periods import check_periods, seasonal_periods
from ._seen_rows import SeenRows
from ._series_names import name_some, some_series
from ._sktime_views import (
    check_views,
    forecast_rows,
    forecasts_of_seen_rows,
    is_updated_at_origins,
)
from ._trials import Trial, leaderboard, of_series, weights_of, with_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Literal, Self

    from sktime.forecasting.base import BaseForecaster

    from skrnn._typing import Horizon, KnownFeatures, RandomState, Series


class AutoRNNForecaster(SeenRows):
    """Combination of networks and statistical methods that works without any settings.

    The forecasters that are combined are called views. Up to four of them are networks
    (:class:`RNNForecaster`), fitted to the raw data, their logarithm, and the deseasonalised
    version of each. The others are statistical methods. :class:`PanelTheta` and
    :class:`PanelDampedTrend` are used for all series. :class:`PanelRidge` is added for long
    series, and :class:`PanelAggregatedTrend` for short ones. If the short series may be seasonal,
    :class:`PanelHoltWinters` is added as well, and so is :class:`PanelSeasonalNaive` if, in
    addition, a season of 12 rows is found, as in monthly data, and rows can be held out. For
    series of a thousand rows or more with features (from `X` or `calendar`),
    :class:`PanelBoosting` replaces all networks but one. The remaining network is fitted to the
    raw data, with windows as long as the shortest seasonal cycle. If the horizon is longer than
    two such cycles, this network is omitted as well.

    For intermittent demand (counts, at least 30% of which are zero), the views are
    :class:`PanelTSB`, a network with ``loss="poisson"`` and, for long series, :class:`PanelRidge`.
    In this case, forecasts are rounded to whole numbers.

    First, the last rows of each series are held out to measure the errors of the views. The views
    that contribute to the forecast are then fitted again to all rows. The forecast is a weighted
    mean of the views, in which views with smaller errors have larger weights. Intervals are
    derived from the errors on the held-out rows.

    The forecaster works for a single series of 30 points as well as for a panel of thousands of
    series, which share the networks.

    Parameters
    ----------
    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, for example 12 for monthly rows. "auto" takes it from the frequency
        of the index. Pass a tuple for several periodicities, such as (168, 24) for hourly rows.

    views : dict of str to forecaster, default=None
        The views, with their names as keys. Each can be any sktime forecaster. None means the
        views described above, except those that would be identical to another one. Forecasters
        that treat one series at a time are copied by sktime for each series of a panel.
        Forecasters from outside this package are updated, and thus possibly refitted, at each
        origin from which held-out rows are forecast. If there is one among the views, horizons of
        fewer than six steps are therefore forecast from fewer origins.

    n_networks : int, default=3
        Number of networks in each view, which differ only in their seeds. The forecast of a view
        is the median of their forecasts. Ignored if `views` is given.

    combine : {"weighted", "mean", "best"}, default="weighted"
        How the views are combined [1]_. "weighted" uses weights proportional to the inverse
        squared held-out errors, and leaves out views whose error is more than 1.5 times the
        smallest (3 times, for a single series with fewer than 1,000 known rows). Each series of a
        panel has its own weights, which are shrunk towards those of the panel, and more strongly
        if the series has fewer held-out errors. For series with a thousand known rows that are
        forecast at least 12 steps ahead from 30 origins or more, non-negative least squares finds
        the weights with the smallest squared error of the combination, and the final weights are
        the mean of these two sets of weights. If some of the remaining views of a panel read
        features in `X` and others do not, and each has a thousand held-out errors or more,
        non-negative least squares finds one set of weights for all series, because all views that
        ignore an important feature make the same errors. The errors of each series are divided by
        their root mean square, so that all series count equally. Only series that some views
        cannot forecast keep their own weights. "mean" uses equal weights, and "best" uses only the
        view with the smallest error.

    known_features : "all", None, str, int or array-like, default="all"
        Columns of `X` that are known in advance, as in :class:`RNNForecaster`. Ignored if `views`
        is given.

    categorical_features, static : optional
        Columns of `X` that are categorical, and columns that have a single value for each series,
        as in :class:`RNNForecaster`. Ignored if `views` is given.

    calendar : "auto", str, list of str or None, default=None
        Features created from the dates of the index, as in :class:`RNNForecaster`, such as "auto"
        or ``["weekday", "holidays:AU"]``. Ignored if `views` is given.

    max_time : float, default=None
        Time limit for `fit` in seconds. A view is skipped if it would probably exceed this limit,
        judging by how long earlier views of the same class took. The first view is always fitted,
        and the statistical methods are fitted before the networks. With a limit, results depend on
        the speed of the machine.

    n_jobs : int, default=None
        Number of networks that are trained at the same time, in threads. None means 1, or the
        number set by ``joblib.parallel_config``. -1 means as many as there are processors. The
        forecasts do not depend on `n_jobs`. Ignored if `views` is given.

    random_state : int, RandomState instance or None, default=None
        Seed of the networks. Ignored if `views` is given.

    verbose : int, default=0
        If 1, show the progress of the fits, the errors of the views and the remaining time. If 0,
        show nothing.

    Attributes
    ----------
    leaderboard_ : DataFrame
        One row for each view, starting with the best, with the columns "error" (the mean absolute
        error on the held-out rows, divided by that of the seasonal naive forecast on the training
        rows), "weight" (the mean over the series), "time" (in seconds) and "settings". The error
        is NaN if the series are too short for any rows to be held out, if they never change, or if
        the view was skipped because of `max_time`.

    forecasters_ : dict of str to forecaster
        The views that contribute to the forecast, fitted to all rows.

    pretrained_ : object
        The views trained by `pretrain`.

    See Also
    --------
    RNNForecaster : One view, with all settings.
    PanelTheta, PanelDampedTrend, PanelAggregatedTrend, PanelHoltWinters : Smoothing methods.
    PanelRidge, PanelSeasonalNaive, PanelBoosting, PanelTSB : Other views.

    Notes
    -----
    Quantiles and intervals at any level come from split conformal prediction [2]_: they are
    quantiles of the held-out errors at the same step of the horizon, scaled by the mean change of
    each series. If the series is seasonal, they are also scaled by the relative size of its
    changes at the same position within the season, so that an interval can be wider at noon than
    at night. As far as these sizes may differ by chance, they are shrunk towards those of the
    other series passed to the same `fit`, and towards the mean over all positions in the season.
    Where a series almost never changes, such as solar power at night, intervals are as wide as the
    held-out errors there, or of the usual width if no error is known there. The series passed to
    `pretrain` are not used for this. For intermittent demand, the position within the season has
    no effect.

    In a panel, each series contributes one error per step. If at least 60 series are long enough,
    errors from one horizon earlier are used as well. For the rows of that earlier horizon, there
    are only forecasts from :class:`PanelTheta` and :class:`PanelDampedTrend`, whose errors are
    rescaled so that they are as large on average as the errors of the combination. With only a few
    series, each is forecast from several origins near its end. With n errors, intervals can reach
    a coverage of ``(n - 1) / (n + 1)``; for higher coverage, errors are assumed to follow
    Student's t distribution. A series that never changes gets intervals of zero width, and so does
    a series whose held-out forecasts were all exact. If series are too short for any rows to be
    held out, the errors of the naive forecast or, for intermittent demand, the deviations of the
    counts from their mean are used instead of the errors of the views. A warning is issued in each
    of these cases.

    Held-out windows are spread over at most the last quarter of each series, and overlap as little
    as this allows. Intervals are widened because the errors of overlapping windows depend on each
    other. They are also symmetric, because later forecasts may be too high even if the held-out
    ones were mostly too low. Where the held-out windows are worth fewer than three independent
    errors, as in short series that are fitted one at a time, the widths also depend on how much
    the series has changed over as many rows, or over whole seasons, so far. `update` adjusts the
    quantiles of each series as true values arrive (adaptive conformal inference [3]_).

    If a view forecasts quantiles or distributions, only its point forecasts are used.

    For intermittent demand, `predict` returns the mean, not the median, and rounds it if all known
    values of the series are whole numbers. The distribution is built around the unrounded mean:
    the held-out errors are added to the mean, and the sums are rounded in the same way. The median
    is usually 0 if most values are 0.

    If the last rows of a series are unknown, steps are counted from its last known value, so the
    interval for the next row is as wide as that for a later step.

    If y has 40,000 rows or more before those held out, and the networks are compiled, the fit to
    all rows continues from the weights learned without the held-out rows, with three tenths of the
    epochs and a fifth of the learning rate. This is done only if there are no features, the
    learning rate is a number, `fh` contains every step from 1 to its last one, and the automatic
    settings other than `epochs` are the same with and without the held-out rows.

    Only known values are counted, not rows, and errors are never measured from an origin inside a
    gap. If nothing can be learned from a series, or it has no known row to forecast from, its
    forecast is its last known value, or NaN if there is none, and a warning is issued. A view that
    has nothing to learn from is left out.

    References
    ----------
    .. [1] Bates and Granger, "The combination of forecasts", Operational Research Quarterly, 1969.
    .. [2] Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005.
    .. [3] Gibbs and Candes, "Adaptive Conformal Inference Under Distribution Shift", NeurIPS,
       2021.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import AutoRNNForecaster
    >>> y = load_airline()
    >>> forecaster = AutoRNNForecaster(random_state=0).fit(y[:-12], fh=range(1, 13))
    >>> error = (forecaster.predict() - y[-12:]).abs().mean()
    >>> naive = abs(y[-24:-12].to_numpy() - y[-12:].to_numpy()).mean()
    >>> bool(error < 0.5 * naive)
    True
    >>> forecaster.predict_interval(coverage=0.9).shape
    (12, 2)
    >>> float(forecaster.leaderboard_["weight"].sum().round(6))
    1.0
    """

    _tags: ClassVar = {
        **TAGS,
        "capability:multivariate": False,
        "capability:pretrain": True,
        "pretrain:fitted_params": ["pretrained_"],
    }

    if TYPE_CHECKING:
        leaderboard_: pd.DataFrame
        forecasters_: dict[str, BaseForecaster]

    def __init__(
        self,
        sp: int | Sequence[int] | Literal["auto"] = "auto",
        *,
        views: Mapping[str, BaseForecaster] | None = None,
        n_networks: int = 3,
        combine: Literal["weighted", "mean", "best"] = "weighted",
        known_features: KnownFeatures = "all",
        categorical_features: KnownFeatures = "from_dtype",
        static: KnownFeatures = "auto",
        calendar: str | Sequence[str] | None = None,
        max_time: float | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
        verbose: int = 0,
    ) -> None:
        self.sp = sp
        self.views = views
        self.n_networks = n_networks
        self.combine = combine
        self.known_features = known_features
        self.categorical_features = categorical_features
        self.static = static
        self.calendar = calendar
        self.max_time = max_time
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        super().__init__()

    def fit(self, y: Series, X: Series = None, fh: Horizon = None) -> Self:
        """Evaluate the views, and fit those that contribute to the forecast to all rows.

        Parameters
        ----------
        y : series, panel or long table
            The series. The columns of a wide frame are forecast separately, as if each were the
            only one. The series of a panel share their networks.

        X : series, panel or long table, default=None
            Features, with a row for every row of `y`.

        fh : int, list or ForecastingHorizon
            The steps to forecast.

        Returns
        -------
        self : AutoRNNForecaster
            The fitted forecaster.

        Raises
        ------
        ValueError
            If a parameter is invalid, `fh` is missing, or nothing can be learned from the data.
        TypeError
            If `y` or `X` is not in an sktime format.

        Warns
        -----
        SkrnnWarning
            If series are too short for rows to be held out, or to learn from; if a value is
            probably a mistake; if all values of some days or hours of the week are unknown; or if
            settings are ignored because `views` is given.
        """
        _check_parameters(self, features_of(y, X))
        return super().fit(y, X, fh)

    def pretrain(self, y: Series, X: Series = None, fh: Horizon = None) -> Self:
        """Evaluate and train the views on some series in order to forecast others.

        Parameters
        ----------
        y : panel or long table
            The series, as in `fit`.

        X : panel or long table, default=None
            Their features, as in `fit`.

        fh : int, list or ForecastingHorizon
            The horizon, as in `fit`.

        Returns
        -------
        self : AutoRNNForecaster
            The forecaster. After this, `fit` neither evaluates views nor trains networks: the
            weights and the held-out errors of `pretrain` apply to the other series. A second call
            to `pretrain` trains the networks further.

        Raises
        ------
        ValueError, TypeError
            As in `fit`.
        """
        _check_parameters(self, features_of(y, X))
        return super().pretrain(y, X, fh)

    def update(self, y: Series, X: Series = None, update_params: bool = True) -> Self:
        """Add new rows to the series and let all views learn from them.

        After each true value, the quantiles of its series are adjusted: outwards if values fall
        beyond them too often, and inwards if they do so too rarely. For this purpose, the true
        values are compared with forecasts made from the end of the series before the call, as far
        as the fitted horizon reaches. If the views use features that are known in advance, `X`
        must contain them for these forecasts.

        Parameters
        ----------
        y : series, panel or long table
            The rows, as in `fit`. They replace existing rows, but NaN never overwrites a known
            value.

        X : series, panel or long table, default=None
            Features of the rows, as in `fit`.

        update_params : bool, default=True
            Whether the views learn from rows that were not known before; networks do so slowly,
            as in :meth:`RNNForecaster.update`. The weights of the views do not change.

        Returns
        -------
        self : AutoRNNForecaster
            The forecaster.

        Raises
        ------
        ValueError
            If a series is new or begins earlier than it did in `fit`, or if rows are missing
            inside `y`. Rows between those seen so far and `y` may be missing; they are then
            treated as unknown.
        TypeError
            If `y` or `X` is not in an sktime format.
        """
        return super().update(y, X, update_params)

    def predict_proba(self, fh: Horizon = None, X: Series = None, marginal: bool = True) -> Any:
        """Forecast the distribution of every step.

        It agrees with `predict_quantiles` and is represented by 200 equally likely quantiles. It
        is continuous for counts as well, so values up to ``N + 0.5`` stand for `N`, and the
        probability of more than `N` is ``1 - cdf(N + 0.5)``. Only if many of the counts are zero,
        the quantiles are whole numbers, and this probability is the same as ``1 - cdf(N)``. See
        :doc:`/user_guide/counts`.

        Parameters
        ----------
        fh : int, list, ndarray, Index or ForecastingHorizon, default=None
            The horizon, as in `predict`.

        X : series, panel or long table, default=None
            Features, as in `predict`.

        marginal : bool, default=True
            Whether each step has a separate distribution. Otherwise, each sample of the
            distribution is a whole path, drawn as in :meth:`sample_paths` with the `random_state`
            of the forecaster.

        Returns
        -------
        distribution : skpro.distributions.Empirical
            The distribution, with the index of the forecast.

        Raises
        ------
        ImportError
            If skpro is not installed. The `sktime` extra of skrnn installs it.
        """
        self.check_is_fitted()
        check_skpro(f"{type(self).__name__}.predict_proba")
        return super().predict_proba(fh, X, marginal)

    def sample_paths(
        self,
        n_paths: int = 100,
        fh: Horizon = None,
        X: Series = None,
        random_state: RandomState = None,
    ) -> pd.DataFrame:
        """Draw possible future paths of the series.

        The steps of a path depend on each other in the same way as the errors of held-out
        forecasts, so that sums, maxima and other functions of several steps have the right spread.
        With many paths, the quantiles at each step approach those of `predict_quantiles`.
        Different series are drawn independently of each other, so the sum of their paths varies
        too little if the series rise and fall together. In that case, forecast the sum itself.

        Parameters
        ----------
        n_paths : int, default=100
            Number of paths for each series.

        fh : int, list, ndarray, Index or ForecastingHorizon, default=None
            The horizon, as in `predict`. All its steps must lie after the last row of each series.

        X : series, panel or long table, default=None
            Features, as in `predict`.

        random_state : int, RandomState instance or None, default=None
            Seed of the draws. None draws different paths in every call.

        Returns
        -------
        paths : DataFrame or long table
            One row for each path, series and time, which are levels of the index, or columns of a
            long table. The first of them, "path", numbers the paths from 0. Paths of a series that
            was never negative are not negative either, and those of a series of whole numbers are
            whole numbers.

        Raises
        ------
        ValueError
            If a parameter is invalid, or a step of `fh` is in sample.

        Warns
        -----
        SkrnnWarning
            If paths are NaN because no errors are known for a series or a step, or if a series
            never changes, so that all its paths are the same.

        Examples
        --------
        The number of passengers in a year, in thousands, with an 80% interval:

        >>> from sktime.datasets import load_airline
        >>> from skrnn.forecasting import AutoRNNForecaster, RNNForecaster
        >>> y = load_airline()
        >>> view = RNNForecaster(n_networks=1, random_state=0)
        >>> forecaster = AutoRNNForecaster(views={"one": view}).fit(y, fh=range(1, 13))
        >>> paths = forecaster.sample_paths(500, random_state=0)
        >>> year = paths.groupby("path").sum()["Number of airline passengers"]
        >>> low, high = year.quantile([0.1, 0.9])
        >>> bool(low < forecaster.predict().sum() < high)
        True
        """
        self.check_is_fitted()
        constraints = {"n_paths": [Count(1)], "random_state": ["random_state"]}
        given = {"n_paths": n_paths, "random_state": random_state}
        validate_parameter_constraints(constraints, given, f"{type(self).__name__}.sample_paths")
        random = check_random_state(random_state)
        X = self._check_X(X=self._features(X))
        return self._given(self._samples(self._check_fh(fh), X, n_paths, random))

    def _fit(self, y, X, fh):
        if hasattr(self, "pretrained_"):
            return self._fit_pretrained(y, X, fh)
        return self._try_and_fit(y, X, fh)

    def _fit_pretrained(self, y, X, fh):
        """Forecast other series with the views, the weights and the errors of `pretrain`."""
        views, y = self.pretrained_, self.pretrained_.with_step(y)
        held_out = self._take(y, fh)
        self._weights = views.weights_of(self._panel.n_series)
        self._intervals = views.intervals_of(held_out, self._periods(), self._axis)
        with warnings.catch_warnings(action="ignore", category=DataWarning):
            self.forecasters_ = views.fitted(y, X, fh)
        self._whole, self.leaderboard_ = views.whole, views.leaderboard
        warn_of_unknown(self._panel, self._panel.n_known(1) == 0)
        return self

    def _pretrain(self, y, X=None, fh=None):
        if fh is None:
            raise ValueError("fh is missing: pretrain needs it to evaluate and train the views.")
        y, X = columns_as_series(y, X)
        self._try_and_fit(y, X, fh, learn=pretrained)
        self.pretrained_ = PretrainedViews(
            self.forecasters_,
            self._weights.mean(axis=1),
            self._intervals,
            self._whole,
            self.leaderboard_,
            self._periods(),
        )
        return self

    def _pretrain_update(self, y, X=None, fh=None):
        y, X = columns_as_series(y, X)
        self.pretrained_ = self.pretrained_.trained_on(y, X, fh)
        return self

    def _take(self, y, fh):
        """Lay out the series, and return the rows that may be held out."""
        self._axis, self._time_name = TimeAxis.of_frame(y), y.index.names[-1]
        self._panel = Panel.of(y, self._axis, 0)
        warn_of_outliers(self._panel, y.columns, self._axis)
        warn_of_unknown_times(self._panel, y.shape[1], self._axis)
        self._moved = np.ones(self._panel.n_series, bool)
        return self._hold_out(y, fh)

    def _try_and_fit(self, y, X, fh, learn=None):
        start = time.monotonic()
        warn_of_ignored_settings(self)
        held_out = self._take(y, fh)
        n_steps, periods = held_out.n_steps, self._periods()
        trials = self._make_trials(n_steps, with_X=X is not None)
        # Each view is fitted twice: to the rows before those held out, and to all rows.
        with epoch_progress(2 * len(trials), verbose=self.verbose, unit="fit") as progress:
            # To pretrain networks for other series is another kind of fit.
            keep = learn is None and self._is_whole_horizon(fh, n_steps)
            tried = self._run(trials, held_out, X, start, progress, keep=keep)
            weights = weights_of(tried, held_out, self.combine, with_X=X is not None)
            counts = is_intermittent(self._panel.values)
            self._whole = counts and self.views is None
            self._intervals = Intervals.of(
                tried, weights, held_out, periods, self._axis, counts=counts
            )
            self._fit_views(tried, weights, partial(_fitted, learn, y=y, X=X, fh=fh), progress)
        _warn_of_short_series(self._panel, self.forecasters_, self._intervals, held_out, y)
        self.leaderboard_ = leaderboard(trials)
        return self

    def _hold_out(self, y, fh):
        """Hold out as many rows as the longest forecast has steps, if most series have them."""
        steps, later = steps_in_fit(fh, self._axis, self._panel.last)
        latest = int(max(1, *steps))
        longest = max([latest, *later])
        updates = any(map(is_updated_at_origins, (self.views or {}).values()))
        if longest > latest:
            held_out = HeldOut.of(y, longest, updates=updates)
            if 2 * held_out.enough.sum() >= self._panel.n_series:
                return held_out
        return HeldOut.of(y, latest, updates=updates)

    def _periods(self):
        """Return the seasonal periodicities, the longest first; 1 if there is no season."""
        periods = check_periods(self.sp)
        return (seasonal_periods(self._axis) if periods is None else periods) or (1,)

    def _make_trials(self, n_steps, *, with_X):
        """Return the views, or an empty list if all series are too short for any."""
        if self._panel.n_known(1).max() < LEAST_KNOWN:
            return []
        views = self.views or make_views(
            {
                name: getattr(self, name)
                for name in ("sp", *OF_AUTOMATIC_VIEWS, "n_jobs", "random_state")
            },
            panel=self._panel,
            axis=self._axis,
            periods=[period for period in self._periods() if period > 1],
            n_steps=n_steps,
            with_X=with_X,
        )
        return [Trial(name, view) for name, view in views.items()]

    def _is_whole_horizon(self, fh, n_steps):
        """Return whether each series is forecast for all steps from its next row on."""
        steps, later = steps_in_fit(fh, self._axis, self._panel.last)
        return not later and steps.tolist() == list(range(1, n_steps + 1))

    def _run(self, trials, held_out, X, start, progress, *, keep):
        """Try the views as long as there is time, and return those that were tried."""
        tried, scales = [], held_out.scales(self._periods()[-1])
        for trial in trials:
            if tried and self.max_time is not None:
                needed = time.monotonic() - start + _seconds_to_come(trial, tried)
                if needed > self.max_time:
                    continue
            if held_out.n_origins:
                trial.run(held_out, X, scales, keep=keep)
            tried.append(trial)
            progress.show({"error": trial.error}, trial.name)
        return tried

    def _fit_views(self, tried, weights, learn, progress):
        """Let the views that have a weight, and can learn something, learn from all rows."""
        self.forecasters_ = {}
        for trial, weight in zip(tried, weights.mean(axis=1), strict=True):
            if weight > 0:
                self._fit_view(trial, weight, learn)
            progress.show({"weight": weight}, trial.name)
        self._weights = weights[[trial.weight > 0 for trial in tried]]

    def _fit_view(self, trial, weight, learn):
        start = time.monotonic()
        try:
            with warnings.catch_warnings(action="ignore", category=DataWarning):
                learned = learn(trial)
        except NothingToLearnError:
            return
        trial.weight, trial.seconds = weight, trial.seconds + time.monotonic() - start
        self.forecasters_[trial.name] = leave_unknown(learned)

    def _update(self, y, X=None, update_params=True):
        new = Panel.of(y, self._axis, 0, "y in update")
        panel = self._panel.with_rows_of(new, 0)
        intervals = self._intervals_after(panel, X)
        self._moved, self._panel = self._panel.marked(new), panel
        for forecaster in self.forecasters_.values():
            update_view(forecaster, y, X, update_params)
        self._intervals = intervals
        return self

    def _intervals_after(self, panel, X):
        """Return the intervals after the true values in a later panel have arrived."""
        before = self._panel
        if (panel.last <= before.last).all() or not self.forecasters_:
            return self._intervals
        # Users do not ask for this forecast.
        with warnings.catch_warnings(action="ignore", category=SkrnnWarning):
            if X is not None:
                _, index, _ = self._horizon(self.fh)
                X = with_rows(of_series(X, index), index)
            predictive = self._predictive(self.fh, X)
        rows = panel.row_of(predictive.last[:, None] + predictive.steps)
        return predictive.intervals_after(np.where(rows < 0, np.nan, panel.values[rows, 0]))

    def _predict(self, fh, X):
        values, index, _ = self._forecast(fh, X)
        values = np.where(self._rounded()[:, None], np.rint(values), values)
        return pd.DataFrame(values.reshape(-1, 1), index=index, columns=self._get_varnames())

    def _predict_quantiles(self, fh, X, alpha):
        predictive = self._predictive(fh, X)
        columns = self._get_columns(method="predict_quantiles", alpha=alpha)
        table = predictive.quantiles(alpha).reshape(-1, len(alpha))
        return pd.DataFrame(table, index=predictive.index, columns=columns)

    def _predict_var(self, fh, X, cov=False):
        predictive = self._predictive(fh, X)
        table = predictive.equally_likely().var(axis=2).reshape(-1, 1)
        return pd.DataFrame(table, index=predictive.index, columns=self._get_varnames())

    def _predict_proba(self, fh, X, marginal=True):
        random = None if marginal else check_random_state(self.random_state)
        return empirical(self._samples(fh, X, N_LEVELS, random), joint=not marginal)

    def _samples(self, fh, X, n_samples, random=None):
        """Return paths as a frame, or without a source of draws equally likely values."""
        if self._is_vectorized:
            return joined_samples(self, fh, X, n_samples=n_samples, random=random)
        predictive = self._predictive(fh, X)
        samples = predictive.samples(n_samples, random)
        return as_frame(samples, predictive.index, self._get_varnames())

    def _predictive(self, fh, X):
        """Return the distribution of forecasts."""
        values, index, steps = self._forecast(fh, X)
        last, _, _ = self._horizon(fh)
        return Predictive(values, steps, index, last, self._panel, self._intervals)

    def _rounded(self):
        """Return the series whose forecasts are rounded, because all values so far are counts."""
        return has_whole_numbers(self._panel) & self._whole

    def _forecast(self, fh, X):
        """Return forecasts ``(n_series, n_steps)``, the index of their rows, and their steps.

        They are not rounded.
        """
        panel = self._panel
        last, index, steps = self._horizon(fh)
        tables = [forecast_rows(f, fh, X, index) for f in self.forecasters_.values()]
        values = np.full(steps.shape, np.nan)
        if tables:
            tables = np.stack(tables).reshape(-1, *steps.shape)
            values = combine(tables, self._weights)
        ahead = steps > 0
        is_short = panel.n_known(1) < LEAST_KNOWN
        values[is_short[:, None] & ahead] = np.nan
        missing = (np.isnan(values) & ahead).any(axis=1)
        if missing.any():
            # fit has warned about series that are too short.
            quiet = is_short | (not self.forecasters_)
            unlearned, why = steps_without_network(self), None
            if not (unlearned or all(map(has_networks, self.forecasters_.values()))):
                why = "no view can forecast from the last rows"
            naive = stand_ins(panel, 1, last, missing, quiet=quiet, unlearned=unlearned, why=why)
            values = np.where(np.isnan(values) & ahead, naive, values)
        return values, index, steps

    def _horizon(self, fh):
        """Return the last row of each series, the index of their forecasts, and their steps."""
        last, steps = self._steps_of(fh, self._panel)
        return last, self._index_of(steps + last[:, None]), steps

    def _forecasts_of_seen_rows(self, X=None):
        """Forecast all rows of the series of a panel, which may end at different times."""
        seen = self._seen()
        tables = [forecasts_of_seen_rows(f, seen, X) for f in self.forecasters_.values()]
        if not tables:
            return seen * np.nan
        weights = self._weights[:, self._panel.series]
        values = combine(np.stack(tables), weights)
        rounded = self._rounded()[self._panel.series][:, None]
        values = np.where(rounded, np.rint(values), values)
        return pd.DataFrame(values, index=seen.index, columns=seen.columns)

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
        cheap = RNNForecaster(3, cell="simple", units=2, epochs=1, n_networks=1, random_state=0)
        other = cheap.clone().set_params(deseasonalize=False)
        return [{"views": {"one": cheap, "two": other}}, {"views": {"one": cheap}, "sp": 4}]


def _fitted(learn, trial, y, X, fh):
    """Return the forecaster of a view after it has learned from all rows."""
    return trial.fitted(y, X, fh) if learn is None else learn(trial.forecaster.clone(), y, X, fh)


def _seconds_to_come(trial, tried):
    """Return how long a view, and the last fits of those before it, will probably take."""
    # The last fit of a view, to all rows, takes about as long as its trial.
    alike = [each.seconds for each in tried if type(each.forecaster) is type(trial.forecaster)]
    return sum(each.seconds for each in tried) + 2 * max(alike, default=0.0)


_UNNAMED = (0, "y")
"""Names of the column of a series without a name."""


def _warn_of_short_series(panel, forecasters, intervals, held_out, y):
    """Warn about series whose forecast is their last value, and about unknown errors."""
    n_known, n_steps, n_origins = panel.n_known(1), held_out.n_steps, held_out.n_origins
    warn_of_unknown(panel, n_known == 0)
    name = y.columns[0]
    is_named = panel.instances is None and name is not None and name not in _UNNAMED
    named = f"y ({name!r})" if is_named else "y"
    short = (n_known > 0) & ((n_known < LEAST_KNOWN) | (not forecasters))
    if short.any():
        what = f"{named} is"
        if panel.instances is not None:
            what = some_series(int(short.sum()), panel.n_series, "is", "are")
        names = "" if panel.instances is None else f": {name_some(panel.instances[short])}"
        # Enough values are known, but too few of them are next to each other.
        has_gaps = n_known[short].max() >= n_steps + LEAST_KNOWN
        why = "too sparse" if has_gaps else "too short"
        warn_user(f"{what} {why} to learn from, so the last known value is the forecast{names}.")
    if forecasters and intervals.of_naive:
        # Rows were held out, but gaps leave no forecasts, or no values to compare them with.
        why = "too sparse to evaluate forecasts of" if n_origins else "too short to hold out"
        warn_user(
            f"{named} is {why} {n_steps} row(s), so the views have equal weights, and intervals "
            "use "
            + ("the known counts." if intervals.of_counts else "the errors of the naive forecast.")
        )


def _check_parameters(forecaster, names):
    """Check every parameter that can be checked without data."""
    constraints = {
        "combine": [StrOptions(set(RULES))],
        "n_networks": [Count(1)],
        "max_time": [Interval(Real, 0, None, closed="neither"), None],
        "n_jobs": JOBS,
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }
    parameters = {name: getattr(forecaster, name) for name in constraints}
    validate_parameter_constraints(constraints, parameters, type(forecaster).__name__)
    check_periods(forecaster.sp)
    check_feature_parameters(forecaster, names)
    check_views(forecaster.views)
