"""The networks of a forecaster with their scalings, and forecasts of windows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from skrnn._output import FittedNetwork, loss_of, quantile_of

from ._differencing import difference
from ._ensemble import MedianNetwork
from ._features import FeatureColumns
from ._network_tasks import input_columns, windows_of
from ._scaling import is_affine
from ._season_removal import Seasons
from ._summaries import DistributionNetwork

if TYPE_CHECKING:
    from typing import Any

    from skrnn._regressor import RNNRegressor

    from ._network_tasks import NetworkTask
    from ._protocols import Adjustment, Scaling, TaskNetwork


@dataclass(kw_only=True)
class ForecasterNetworks(FeatureColumns):
    """The networks of a forecaster, and the scalings of their inputs and targets.

    Attributes
    ----------
    tasks : list of NetworkTask
        The task of each network.
    regressors : list of RNNRegressor
        The networks: for each task, `n_networks` that differ in their seed.
    adjustments : list
        The transformation of the targets and the seasons that are subtracted from them, in the
        order in which they are applied.
    min_periods : int
        Number of known rows that a window at the start of a series needs to be used in training.
    lag : int
        Rows of a window.
    lags : tuple of int
        Lags of the differences.
    target_scaling, feature_scaling : Scaling
        The scalings.
    horizon : list of int
        Steps ahead in the `fh` of `fit`. Features known in advance are passed for these steps.
    learned_to : list of int
        For each network, the position in time after the last row that it learned from.
    unlearned : tuple of int
        Steps ahead that some series need, but that no series is long enough to learn from.
    past_of_known : bool
        Whether windows also contain the past of features known in advance, in addition to that of
        y.
    most_windows : int or None
        Largest number of windows to learn from. None means that there is no limit.
    summary : Quantiles, Moments, Draws or None
        What networks with a likelihood return of the distribution of each target. None means
        point forecasts.
    frequencies : ndarray of shape (n_features,) or None
        Means of the indicators of categories in training, which are subtracted, so a window with
        few known steps differs less from others. Indicators are not divided by their spread, which
        is tiny for a rare category.
    axis : TimeAxis or None
        The time of the series that the networks were first trained on.
    """

    tasks: list[NetworkTask]
    regressors: list[RNNRegressor]
    adjustments: list[Adjustment]
    min_periods: int
    lag: int
    lags: tuple
    target_scaling: Scaling
    feature_scaling: Scaling
    horizon: list
    learned_to: list = field(default_factory=list)
    unlearned: tuple = ()
    past_of_known: bool = False
    most_windows: int | None = None
    summary: Any = None
    frequencies: Any = None
    axis: Any = None

    @property
    def history(self):
        """Number of rows before a target that its window and differences read."""
        return self.lag + sum(self.lags)

    @property
    def steps(self):
        """All steps ahead that a network forecasts, in order."""
        return sorted({step for task in self.tasks for step in task.steps})

    @property
    def n_networks(self):
        """Number of networks of each task."""
        return len(self.regressors) // len(self.tasks)

    def each_task(self):
        """Yield each task with the list of its regressors."""
        n = self.n_networks
        for i, task in enumerate(self.tasks):
            yield task, self.regressors[i * n : (i + 1) * n]

    def tasks_and_networks(self) -> list[tuple[NetworkTask, TaskNetwork]]:
        """Return pairs of a task and the fitted network, or networks, that forecast it."""
        pairs = []
        for task, regressors in self.each_task():
            networks = [FittedNetwork.of(regressor) for regressor in regressors]
            if self.summary is not None:
                loss = loss_of(regressors[0])
                pairs.append((task, DistributionNetwork(networks, loss, self.summary)))
                continue
            pairs.append((task, networks[0] if len(networks) == 1 else MedianNetwork(networks)))
        return pairs

    @property
    def n_values(self):
        """Number of values that are forecast for each target: quantiles, paths or one point."""
        if self.summary is not None:
            return self.summary.n_values
        # A recursive network feeds back one value, the median of its quantiles.
        return 1 if self.recursive else max(len(self.quantiles), 1)

    @property
    def counts(self):
        """Whether quantiles and paths are whole numbers, as those of counts are."""
        return loss_of(self.regressors[0]).targets in ("counts", "binary")

    @property
    def is_linear(self):
        """Whether forecasts are transformed back only by sums and factors."""
        return is_affine(self.target_scaling) and all(
            isinstance(adjustment, Seasons) for adjustment in self.adjustments
        )

    def each_member(self):
        """Return the networks of each seed separately."""
        n = self.n_networks
        return [replace(self, regressors=self.regressors[i::n]) for i in range(n)]

    def repeated(self, n_copies):
        """Return the networks for copies of all series, one copy of the panel after another.

        Parameters
        ----------
        n_copies : int
            Number of copies.

        Returns
        -------
        ForecasterNetworks or None
            None if the copies cannot be forecast together: if the networks carry their state
            along one series, if they read static features or features of the rows to come, or if
            a transformer was fitted to each series.
        """
        by_series = [*self.adjustments, self.target_scaling]
        if self.stateful or self.known.any() or self.static.any():
            return None
        if not all(hasattr(part, "repeated") for part in by_series):
            return None
        *adjustments, target_scaling = (part.repeated(n_copies) for part in by_series)
        return replace(self, adjustments=adjustments, target_scaling=target_scaling)

    @property
    def stateful(self):
        """Whether the networks carry their state along the series."""
        return bool(self.regressors[0].stateful)

    @property
    def quantiles(self):
        """The quantiles that are forecast. Empty if point forecasts are made."""
        quantile = quantile_of(self.regressors[0])
        return () if quantile is None else tuple(np.atleast_1d(quantile).tolist())

    def windows_seen(self, panel, chosen, names):
        """Return the windows that each network reads before rows of a panel.

        Parameters
        ----------
        panel : Panel
            With a gap of `lag` rows before each series.
        chosen : ndarray of bool of shape (n_rows,)
            The requested rows.
        names : list
            Names of the targets.

        Returns
        -------
        list of tuple
            For each network: its regressor, windows of shape (n_rows, lag, n_inputs), the number
            of rows between each value and the first target, of shape (lag, n_inputs), and the
            names of the inputs.
        """
        panel = self.adjusted(panel)
        scaled, seen = self.scaled(panel), []
        past = [n for n, known in zip(self.feature_names, self.known, strict=True) if not known]
        ahead = [n for n, known in zip(self.feature_names, self.known, strict=True) if known]
        rows = chosen & (panel.age() >= self.history)
        for task, regressors in self.each_task():
            windows = windows_of(self.inputs(panel, scaled, task), self.lag)
            shifts = self._shifts(task) if ahead else ()
            labels = [str(name) for name in [*names, *past]]
            last = [task.steps[0]] * len(labels)
            for shift in shifts:
                several = f", {shift} ahead" if len(shifts) > 1 and shift else ""
                labels += [f"{name}{several}" for name in ahead]
                last += [task.steps[0] - shift] * len(ahead)
            lags = np.array(last) + np.arange(self.lag)[::-1, None]
            seen += [(regressor, windows[rows], lags, labels) for regressor in regressors]
        return seen

    def fit_scalings(self, panel, *, targets=True, features=True):
        """Learn the transformations and the scales of the targets, and the scale of X.

        Seasons and transformations belong to each series, and are learned for new series too.
        """
        values = panel.values[:, : self.n_targets]
        for adjustment in self.adjustments:
            values = adjustment.fit(panel, values).transform(panel, values)
        scaling = self.target_scaling
        (scaling.fit if targets else scaling.fit_to_others)(
            panel, self._differences(self._with_targets(panel, values))
        )
        if features and len(self.known):
            features = panel.values[:, self.n_targets :]
            self.feature_scaling.fit(panel, features)
            if self.columns.categories:
                indicators = self._of_features(self.columns.indicators)
                self.frequencies = np.zeros(len(indicators))
                means = np.nanmean(features[panel.rows][:, indicators], axis=0)
                self.frequencies[indicators] = means

    def adjusted(self, panel):
        """Return the panel with transformed, deseasonalised targets."""
        values = panel.values[:, : self.n_targets]
        for adjustment in self.adjustments:
            values = adjustment.transform(panel, values)
        return self._with_targets(panel, values) if self.adjustments else panel

    def restored(self, values, positions):
        """Return forecasts in the units of the series.

        Parameters
        ----------
        values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
            Forecasts of adjusted targets.
        positions : ndarray of int of shape (n_series, n_steps)
            Their positions in time.

        Returns
        -------
        ndarray of the same shape
        """
        for adjustment in reversed(self.adjustments):
            values = adjustment.inverse_transform(values, positions)
        return values

    def _with_targets(self, panel, values):
        features = panel.values[:, self.n_targets :]
        if features.shape[1]:
            values = np.concatenate([values, features], axis=1)
        return panel.with_values(values)

    def scaled(self, panel):
        """Return scaled targets and features, ``(n_rows, n_columns)``."""
        targets = self.target_scaling.transform(panel, self._differences(panel))
        features = panel.values[:, self.n_targets :]
        if not features.shape[1]:
            return targets
        given, features = features, self.feature_scaling.transform(panel, features)
        if self.columns.categories:
            indicators = self._of_features(self.columns.indicators)
            features = np.where(indicators, given - self.frequencies, features)
        return np.concatenate([targets, features], axis=1)

    def inputs(self, panel, scaled, task):
        """Return the columns of the windows of a network."""
        return input_columns(panel, scaled, self.n_targets, self.known, self._shifts(task))

    def _shifts(self, task):
        shifts = task.shifts(self.lag, self.horizon)
        if shifts == (0,) and not self.lags:
            shifts = task.shifts(self.lag, task.steps)  # it forecasts in sample only
        return (*shifts, 0) if self.past_of_known and 0 not in shifts else shifts

    def _differences(self, panel):
        return difference(panel, panel.values[:, : self.n_targets], self.lags)


def forecast(network, task, windows, state=None, *, with_state=False):
    """Forecast windows with one network, where each has its own state.

    Parameters
    ----------
    network : FittedNetwork
        The network.
    task : NetworkTask
        The task of the network.
    windows : ndarray of shape (n_rows, lag, n_inputs)
        The windows.
    state : list of ndarray of shape (n_rows, units), default=None
        States before the windows. None means zeros.
    with_state : bool, default=False
        Whether to return the states after them.

    Returns
    -------
    forecast : ndarray of shape (n_rows, n_steps, n_columns, n_quantiles)
        Scaled forecasts. The last axis has length 1 for point forecasts.
    state : list of ndarray or None
        States after the windows.

    Raises
    ------
    ValueError
        If a forecast is not finite.
    """
    values, state = network.forecast(windows, state, with_state=with_state)
    return _by_step(values, task, np.isfinite(values)), state


def forecast_stream(network, task, windows, state=None):
    """Forecast windows in order with one network, which carries its state along.

    Parameters
    ----------
    network, task, windows
        As in :func:`forecast`.
    state : list of ndarray of shape (units,), default=None
        State before the first window. None means zeros.

    Returns
    -------
    forecast : ndarray of shape (n_rows, n_steps, n_columns, n_quantiles)
        Scaled. Meaningless where no row of a window is known.
    state : list of ndarray of shape (units,)
        State after the last window.

    Raises
    ------
    ValueError
        If a forecast is not finite.
    """
    values, state = network.forecast_in_order(windows, state)
    unknown = np.isnan(windows).any(axis=2).all(axis=1)
    finite = np.isfinite(values) | unknown.reshape(-1, *(1,) * (values.ndim - 1))
    return _by_step(values, task, finite), state


def _by_step(values, task, finite):
    if not finite.all():
        raise ValueError(
            "A forecast is not finite: the values are too far from those that the network was "
            "fitted on, or its training diverged. A lower learning_rate or clipnorm may help."
        )
    return values.reshape(len(values), len(task.steps), len(task.columns), -1)
