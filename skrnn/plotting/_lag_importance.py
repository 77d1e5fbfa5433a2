"""LagImportanceDisplay: the lags that a network uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state

from skrnn._output import FittedNetwork
from skrnn._typing import ArrayLike, Axes, Integers, Keywords, NDArray, RandomState
from skrnn._validation import Count
from skrnn.network._blocks import Blocks

from ._axes import Display, check_support, legend_above_curves, style
from ._find_networks import a_kind, find_forecaster, is_forecaster
from ._windows_seen import lags_of_windows, states_before, windows_of_network

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

_LABELS = {
    "derivative": "mean |d forecast / d value|",
    "permutation": "mean |change of the forecast|",
}


@dataclass(kw_only=True, eq=False)
class LagImportanceDisplay(Display):
    """Importance of each lag: how much the forecast changes with each value of a window.

    Create it with :meth:`from_estimator`.

    Parameters
    ----------
    importances : ndarray of shape (n_lags, n_features)
        Importance of each value of a window, with the steps in time order. NaN if the value is
        unknown in all rows.

    lags : ndarray of int of shape (n_lags, n_features)
        Distance in rows from each value to the row of the target.

    feature_names : list of str
        Names of the features.

    method : {"derivative", "permutation"}
        The method by which the importances were computed.

    Attributes
    ----------
    lines_ : list of Line2D
        One curve for each feature.

    ax_ : Axes
        Axes with the curves.

    axes_ : ndarray of Axes of shape (1,)
        These axes.

    figure_ : Figure
        Figure that contains the axes.

    See Also
    --------
    sklearn.inspection.permutation_importance : Decrease in a score when a column is permuted.

    Notes
    -----
    With "derivative", the importance of a value is the absolute derivative of the forecast with
    respect to the value. With "permutation", it is the absolute change in the forecast if the
    value is replaced with the value from a different row. Both are means over the rows with a
    known value, over the outputs and over their quantiles. For sequences, only the forecast of the
    last step is used. If one value of a step is missing, the other values of the step influence
    the forecast only through a level or an autoregressive path. Without these, their influence is
    zero, and this zero is included in the mean. The state of a stateful network before each row is
    held fixed, so only the influence of the row's own window is measured.

    The importances describe the network itself. In a pipeline, the steps before it have scaled its
    inputs, and a target regressor has scaled its target. A derivative is in units of the scaled
    target per unit of the scaled value, so features can be compared only if they have been scaled
    to the same spread. A change is in units of the scaled target.

    References
    ----------
    .. [1] Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks: Visualising Image
       Classification Models and Saliency Maps", ICLR workshop, 2014.
    .. [2] Breiman, "Random Forests", Machine Learning, 2001.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import LagWindowTransformer, RNNRegressor
    >>> from skrnn.datasets import make_seasonal_series
    >>> from skrnn.plotting import LagImportanceDisplay
    >>> series = make_seasonal_series(120, random_state=0)
    >>> network = RNNRegressor("gru", units=4, epochs=3, random_state=0)
    >>> model = make_pipeline(LagWindowTransformer(lag=4), network)
    >>> model = model.fit(series.to_frame(), series)
    >>> display = LagImportanceDisplay.from_estimator(model, series.to_frame())
    >>> display.frame()["lag"].tolist()
    [1, 2, 3, 4]
    """

    importances: NDArray[Any]
    lags: Integers
    feature_names: list[str]
    method: Literal["derivative", "permutation"]

    if TYPE_CHECKING:
        lines_: list[Line2D] = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike | None = None,
        *,
        method: Literal["derivative", "permutation"] = "derivative",
        n_repeats: int = 5,
        random_state: RandomState = None,
        log_scale: bool = False,
        ax: Axes = None,
        line_kw: Keywords = None,
    ) -> Self:
        """Draw the importance of each lag for a fitted network.

        Parameters
        ----------
        estimator : estimator
            Fitted RNNRegressor, or a search, target regressor or pipeline that contains one; or an
            RNNForecaster, or an sktime forecaster that contains one. If it has several networks
            that differ only in their seeds, the mean of their importances is drawn.

        X : array-like, default=None
            Input to ``estimator.predict``, or a Series, which is treated as a table with one
            column. With ``method="permutation"``, it needs at least two rows. For a forecaster,
            pass a series or table whose index selects some of the rows that it has seen; None
            means all of them. Other estimators require `X`.

        method : {"derivative", "permutation"}, default="derivative"
            "derivative" is exact and fast, and is computed by a compiled TensorFlow program.
            "permutation" needs only NumPy and can be used as a check. It computes `n_repeats`
            forecasts for each value of a window.

        n_repeats : int, default=5
            Number of permutations of each value of a window.

        random_state : int, RandomState instance or None, default=None
            Determines the permutations.

        log_scale : bool, default=False
            Whether the importances are drawn on a logarithmic scale.

        ax : Axes, default=None
            Axes to draw on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves.

        Returns
        -------
        display : LagImportanceDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If the network is not fitted.
        TypeError
            If the estimator does not contain a network, if the input of the network cannot be
            determined, or if `ax` is not an Axes.
        ValueError
            If the estimator contains networks for several tasks, if X does not match it, or if
            `method` or `n_repeats` is invalid.
        ImportError
            If matplotlib is not installed.
        """
        check_support(f"{cls.__name__}.from_estimator")
        if method not in _LABELS:
            raise ValueError(f"method must be 'derivative' or 'permutation', got {method!r}.")
        if not Count(1).is_satisfied_by(n_repeats):
            raise ValueError(f"n_repeats must be an int of at least 1, got {n_repeats!r}.")
        if is_forecaster(estimator):
            networks, windows, lags, names = _windows_of_forecaster(estimator, X)
            states = None
        else:
            network, windows, transformer = windows_of_network(estimator, X)
            networks, states = [network], states_before(network, windows)
            lags, names = lags_of_windows(network, transformer)
        if method == "derivative":
            importances = [_mean_derivatives(n, windows, states) for n in networks]
        else:
            random_state = check_random_state(random_state)
            importances = [
                _mean_changes(n, windows, states, n_repeats, random_state) for n in networks
            ]
        display = cls(
            importances=np.mean(importances, axis=0).reshape(lags.shape),
            lags=lags,
            feature_names=names,
            method=method,
        )
        return display.plot(ax, log_scale=log_scale, line_kw=line_kw)

    def plot(self, ax: Axes = None, *, log_scale: bool = False, line_kw: Keywords = None) -> Self:
        """Draw the importances against the lag.

        Parameters
        ----------
        ax : Axes, default=None
            Axes to draw on. If None, a new figure is created.

        log_scale : bool, default=False
            Whether the importances are drawn on a logarithmic scale.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves.

        Returns
        -------
        display : LagImportanceDisplay
            The display itself.

        Raises
        ------
        TypeError
            If `ax` is not an Axes.
        ImportError
            If matplotlib is not installed.
        """
        self._take_axes(ax, [["importances"]])
        from matplotlib.ticker import MaxNLocator

        ax, self.lines_ = self.ax_, []
        for i, name in enumerate(self.feature_names):
            defaults = {"color": f"C{i}", "linestyle": ("-", "--", "-.", ":")[i % 4]}
            defaults |= {"marker": "osD^v"[i % 5], "markersize": 4, "label": name}
            drawn = style(defaults, line_kw, "line_kw")
            self.lines_ += ax.plot(self.lags[::-1, i], self.importances[::-1, i], **drawn)
        ax.set(xlabel="lag (rows before the target)", ylabel=_LABELS[self.method])
        ax.set_yscale("log" if log_scale else "linear")
        if not log_scale:
            ax.set_ylim(bottom=0.0, auto=None)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if len(self.feature_names) > 1 and log_scale:
            ax.legend(fontsize="small")
        elif len(self.feature_names) > 1:
            legend_above_curves(ax, n_columns=4)
        return self

    def __repr__(self) -> str:
        names = ", ".join(self.feature_names[:5]) + (
            ", ..." if len(self.feature_names) > 5 else ""
        )
        return f"{type(self).__name__}({len(self.lags)} lags of {names}; {_LABELS[self.method]})"

    def frame(self) -> pd.DataFrame:
        """Return the drawn values as a table.

        Returns
        -------
        frame : DataFrame
            Columns ``feature``, ``lag`` and ``importance``, with the lags of each feature in
            increasing order.
        """
        return pd.DataFrame(
            {
                "feature": np.repeat(self.feature_names, len(self.lags)),
                "lag": self.lags[::-1].T.ravel(),
                "importance": self.importances[::-1].T.ravel(),
            }
        )


def _windows_of_forecaster(estimator, X):
    """Networks, windows, lags and names of the features of a forecaster with one task."""
    forecaster = find_forecaster(estimator)
    seen = forecaster.network_windows(getattr(X, "index", None))
    n_tasks = len(forecaster.networks_.tasks)
    if n_tasks > 1:
        raise ValueError(
            f"estimator, {a_kind(estimator)}, contains networks for {n_tasks} tasks, "
            "several steps of the horizon or columns of y, but the display shows only one. Use "
            "strategy='recursive' or 'multioutput', and for several columns level=False."
        )
    return [network for network, *_ in seen], *seen[0][1:]


def _mean_derivatives(network, windows, states):
    """Compute mean absolute derivatives; NaN for a value that is unknown in all rows."""
    from skrnn.engines.tensorflow._input_gradients import absolute_derivatives

    totals = [
        absolute_derivatives(one.architecture, one.weights, windows, own)
        for one, own in _each_network(network, states)
    ]
    n_known = (~np.isnan(windows)).sum(axis=0)
    n_outputs = FittedNetwork.of(network).architecture.n_raw_outputs
    return np.mean(totals, axis=0) / np.where(n_known, n_known * n_outputs, np.nan)


def _mean_changes(network, windows, states, n_repeats, random_state):
    """Compute mean absolute changes by permutation; NaN for a value unknown in all rows."""
    if len(windows) < 2:
        raise ValueError(
            "X must have at least two rows for method='permutation', which exchanges their "
            f"values. Got {len(windows)}."
        )
    forecasts = _last_forecasts(network, windows, states)
    changes = np.full(windows.shape[1:], np.nan)
    for step, feature in np.ndindex(changes.shape):
        rows = np.flatnonzero(~np.isnan(windows[:, step, feature]))
        if len(rows):
            orders = [random_state.permutation(rows) for _ in range(n_repeats)]
            repeats = [
                _mean_change(network, windows, states, forecasts, (step, feature), (rows, order))
                for order in orders
            ]
            changes[step, feature] = np.mean(repeats)
    return changes


def _mean_change(network, windows, states, forecasts, place, permutation):
    """Compute the mean absolute change if rows swap the values at one position, block by block."""
    rows, order = permutation
    values = windows[(order, *place)]
    blocks, total = Blocks(FittedNetwork.of(network).architecture), 0.0
    for part in blocks.slices(len(rows)):
        block = rows[part]
        changed = np.array(windows[block])
        changed[(slice(None), *place)] = values[part]
        before = None if states is None else [state[block] for state in states]
        after = _last_forecasts(network, changed, before)
        total += np.abs(after - forecasts[block]).sum()
    return total / (len(rows) * forecasts.shape[1])


def _last_forecasts(network, windows, states):
    """Return the forecasts of all networks and outputs; for sequences, those of the last step."""
    forecasts = [
        one.forecast(windows, own)[0][:, -1].reshape(len(windows), -1)
        for one, own in _each_network(network, states)
    ]
    return np.hstack(forecasts)


def _each_network(network, states):
    """Yield each network of an estimator, with its own states."""
    networks = FittedNetwork.of(network).each_network()
    for i, one in enumerate(networks):
        alone = states is None or len(networks) == 1
        yield one, states if alone else [state[:, i] for state in states]
