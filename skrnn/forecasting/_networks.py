"""The networks of one forecaster: how they learn, and what they say about a window."""

from dataclasses import dataclass, field

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skrnn.network._forward import predict_stream, predict_windows

from ._design import inputs, targets_of, trainable, windows_of
from ._differencing import difference


@dataclass
class Networks:
    """Networks and scalings that were fitted together.

    Attributes
    ----------
    heads : list of Head
        What each network forecasts.
    regressors : list of RNNRegressor
        The networks.
    lag : int
        Rows of a window.
    lags : tuple of int
        Lags of the differences.
    n_targets : int
        Number of target columns.
    feature_names : list
        Names of the exogenous features.
    known : ndarray of bool of shape (n_features,)
        Features known in advance.
    target_scaling, feature_scaling : CommonScaling or SeriesScaling
        The scalings.
    recursive : bool
        Whether forecasts are fed back.
    learned_to : list of int
        For each network the position in time after the last row that it learned from.
    """

    heads: list
    regressors: list
    lag: int
    lags: tuple
    n_targets: int
    feature_names: list
    known: np.ndarray
    target_scaling: object
    feature_scaling: object
    recursive: bool
    learned_to: list = field(default_factory=list)

    @property
    def history(self):
        """Rows before its target that a row reaches back to."""
        return self.lag + sum(self.lags)

    @property
    def steps(self):
        """All steps ahead that there is a network for, in order."""
        return sorted({step for head in self.heads for step in head.steps})

    @property
    def quantiles(self):
        """The quantiles that are forecast: one or more, or none."""
        quantile = self.regressors[0].quantile
        return () if quantile is None else tuple(map(float, np.atleast_1d(quantile)))

    def fit_scalings(self, panel, *, targets=True, features=True):
        """Learn the scale of the targets, of their differences if they are taken, and of X."""
        changes = self._differences(panel)
        if targets:
            self.target_scaling.fit(panel, changes)
        if features and len(self.feature_names):
            self.feature_scaling.fit(panel, panel.values[:, self.n_targets :])

    def scaled(self, panel):
        """Scaled targets and features, ``(n_rows, n_columns)``."""
        targets = self.target_scaling.transform(panel, self._differences(panel))
        features = panel.values[:, self.n_targets :]
        if features.shape[1]:
            features = self.feature_scaling.transform(panel, features)
        return np.concatenate([targets, features], axis=1)

    def inputs(self, panel, scaled, head):
        """The columns that the windows of a network are cut from."""
        return inputs(panel, scaled, self.n_targets, self.known, head.shifts(self.lag))

    def _differences(self, panel):
        return difference(panel, panel.values[:, : self.n_targets], self.lags)

    def fit(self, panel, *, goes_on=False):
        """Train every network on all series.

        Parameters
        ----------
        panel : Panel
            With a gap of `lag` rows before each series.
        goes_on : bool, default=False
            Whether training goes on from where it stopped.

        Raises
        ------
        ValueError
            If no series is long enough.
        """
        scaled = self.scaled(panel)
        self.learned_to = []
        for head, regressor in zip(self.heads, self.regressors, strict=True):
            targets = targets_of(panel, scaled, head)
            rows = trainable(panel, targets, self.history)
            self._check_length(panel, rows, head)
            windows = windows_of(self.inputs(panel, scaled, head), self.lag)
            targets = _shaped(targets)
            validation = {}
            if regressor.early_stopping:
                rows, held_out = _split(panel, rows, regressor.validation_fraction)
                validation = {
                    "X_val": windows,
                    "y_val": targets,
                    "sample_weight_val": held_out.astype(np.float64),
                }
            regressor.set_params(warm_start=goes_on)
            regressor.fit(windows, targets, rows.astype(np.float64), **validation)
            self.learned_to.append(_position_after(panel, rows))

    def learn(self, panel, fresh, age):
        """Go over new rows once, in their order, series after series.

        Parameters
        ----------
        panel : Panel
            The new rows and as many before them as their windows and differences reach back.
        fresh : ndarray of bool of shape (n_rows,)
            The new rows.
        age : ndarray of shape (n_rows,)
            Rows of its own series before each row.
        """
        scaled = self.scaled(panel)
        for i, (head, regressor) in enumerate(zip(self.heads, self.regressors, strict=True)):
            targets = targets_of(panel, scaled, head)
            last = panel.shifted(fresh[:, None].astype(np.float64), max(head.steps) - 1)[:, 0]
            rows = trainable(panel, targets, self.history) & (age >= self.history) & (last == 1.0)
            if not rows.any():
                continue
            windows = windows_of(self.inputs(panel, scaled, head), self.lag)
            regressor.partial_fit(windows[rows], _shaped(targets)[rows])
            self.learned_to[i] = _position_after(panel, rows)

    def _check_length(self, panel, rows, head):
        if rows.any():
            return
        longest = int(panel.lengths.max())
        needed = self.history + max(head.steps)
        known = panel.values[panel.rows, : self.n_targets]
        if longest >= needed:
            raise ValueError(
                f"y has no {needed} rows in a row to learn from: of its {len(known)} rows, "
                f"{int(np.isnan(known).any(axis=1).sum())} hold a missing value."
            )
        differences = f", differencing={self.lags}" if self.lags else ""
        raise ValueError(
            f"y is too short: with lag={self.lag}{differences} and a forecast {max(head.steps)} "
            f"step(s) ahead it needs {needed} rows or more, the longest series has {longest}."
        )


def forecast(regressor, head, windows, state=None, *, with_state=False):
    """What a network says about windows, each from a state of its own.

    Parameters
    ----------
    regressor : RNNRegressor
        The network.
    head : Head
        What it forecasts.
    windows : ndarray of shape (n_rows, lag, n_inputs)
        The windows.
    state : list of ndarray of shape (n_rows, units), default=None
        States before the windows; None: zeros.
    with_state : bool, default=False
        Whether to return the states after them.

    Returns
    -------
    forecast : ndarray of shape (n_rows, n_steps, n_columns, n_quantiles)
        Scaled; one quantile where there are none.
    state : list of ndarray or None
        States after the windows.

    Raises
    ------
    ValueError
        If a forecast is not finite.
    """
    check_is_fitted(regressor)
    values, state = predict_windows(
        regressor._network, regressor.weights_, windows, state, with_state=with_state
    )
    return _by_step(values, head), state


def forecast_stream(regressor, head, windows, state=None):
    """What a network says about windows in their order, its state carried on.

    Parameters
    ----------
    regressor, head, windows
        As in :func:`forecast`.
    state : list of ndarray of shape (units,), default=None
        State before the first window; None: zeros.

    Returns
    -------
    forecast : ndarray of shape (n_rows, n_steps, n_columns, n_quantiles)
        Scaled.
    state : list of ndarray of shape (units,)
        State after the last window.

    Raises
    ------
    ValueError
        If a forecast is not finite.
    """
    values, state = predict_stream(regressor._network, regressor.weights_, windows, state)
    return _by_step(values, head), state


def _by_step(values, head):
    if not np.isfinite(values).all():
        raise ValueError(
            "A forecast is not finite: the values are too far from those that the network was "
            "fitted on, or its training diverged, and a lower learning_rate or clipnorm may help."
        )
    return values.reshape(len(values), len(head.steps), len(head.columns), -1)


def _shaped(targets):
    """Targets as a regressor takes them: finite, and of one dimension if there is one output."""
    targets = np.where(np.isnan(targets), 0.0, targets)
    return targets[:, 0] if targets.shape[1] == 1 else targets


def _split(panel, rows, fraction):
    """Hold out the last rows of each series, never whole series."""
    n_held_out = np.full(len(panel.values), -1)
    n_held_out[panel.rows] = np.ceil(fraction * panel.lengths).astype(int)[panel.series]
    held_out = rows & (panel.remaining() < n_held_out)
    if not held_out.any() or not (rows & ~held_out).any():
        raise ValueError(
            f"early_stopping with validation_fraction={fraction} holds out "
            f"{int(held_out.sum())} of {int(rows.sum())} rows: both parts must have some."
        )
    return rows & ~held_out, held_out


def _position_after(panel, rows):
    """Position in time after the last row that takes part; of use where there is one series."""
    last = int(np.flatnonzero(rows)[-1])
    return int(last - panel.starts[-1] + panel.first[-1]) + 1
