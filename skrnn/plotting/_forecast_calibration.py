"""ForecastCalibrationDisplay: whether forecast quantiles are calibrated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from skrnn._byte_order import in_native_order
from skrnn._typing import ArrayLike, Axes, Keywords, NDArray

from ._axes import Display, check_support, style
from ._calibration import check_quantiles, quantiles_of, share_below

if TYPE_CHECKING:
    from matplotlib.container import BarContainer
    from matplotlib.lines import Line2D


@dataclass(kw_only=True, eq=False)
class ForecastCalibrationDisplay(Display):
    """Compare forecast quantiles with the share of observed values that lie below them.

    Create it with :meth:`from_estimator` or :meth:`from_predictions`. The left panel shows the
    share of observed values below each quantile. The quantiles of calibrated forecasts lie on the
    diagonal. The right panel is a histogram of the probability integral transform (PIT) [1]_: the
    share of observed values between two neighbouring quantiles, relative to the share that should
    lie there. Calibrated forecasts have a flat histogram. High bars at both ends mean that
    intervals are too narrow, a high bar in the middle means that they are too wide, and a slope
    means that forecasts are too low or too high.

    Parameters
    ----------
    quantile : ndarray of shape (n_quantiles,)
        The quantiles, in increasing order.

    below : ndarray of shape (n_quantiles,)
        Share of the observed values below each quantile. Values that equal the quantile are
        counted as one half.

    n_values : int
        Number of observed values with forecasts.

    name : str, default=None
        Name of the forecasts, for the legend.

    Attributes
    ----------
    line_ : Line2D
        The share below each quantile.

    diagonal_ : Line2D
        Calibrated forecasts.

    bars_ : BarContainer
        The histogram.

    axes_ : ndarray of Axes of shape (2,)
        The axes of the two panels.

    ax_ : Axes
        The axes of the left panel.

    figure_ : Figure
        Figure that contains the axes.

    See Also
    --------
    sklearn.calibration.CalibrationDisplay : Calibration of class probabilities.
    ForecastDisplay : Forecasts over time.

    References
    ----------
    .. [1] Gneiting, Balabdaoui and Raftery, "Probabilistic forecasts, calibration and sharpness",
       Journal of the Royal Statistical Society B, 2007.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.plotting import ForecastCalibrationDisplay
    >>> values = np.random.default_rng(0).normal(size=1000)
    >>> quantiles = np.tile([-1.28, 0.0, 1.28], (1000, 1))
    >>> display = ForecastCalibrationDisplay.from_predictions(
    ...     values, quantiles, quantile=(0.1, 0.5, 0.9)
    ... )
    >>> display.frame().round(2)
              below  expected
    quantile
    0.1        0.09       0.1
    0.5        0.53       0.5
    0.9        0.91       0.9
    """

    quantile: NDArray[Any]
    below: NDArray[Any]
    n_values: int
    name: str | None = None
    if TYPE_CHECKING:
        line_: Line2D = field(init=False)
        diagonal_: Line2D = field(init=False)
        bars_: BarContainer = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike | None,
        y: Any,
        *,
        quantile: Sequence[float] | None = None,
        name: str | None = None,
        ax: Axes = None,
        line_kw: Keywords = None,
        bar_kw: Keywords = None,
    ) -> Self:
        """Show how well the quantiles of a fitted regressor or forecaster are calibrated.

        Parameters
        ----------
        estimator : estimator
            Fitted regressor with several quantiles (``loss="quantile"``), or sktime forecaster
            with intervals, such as AutoRNNForecaster.

        X : array-like or None
            Input to ``estimator.predict``. None for a forecaster without features.

        y : array-like of shape (n_samples,), Series, panel or long table
            Observed values that the estimator has not seen in ``fit``. For a forecaster, only
            values at the times that it forecasts are used, from all series of a panel.

        quantile : sequence of float, default=None
            The quantiles of a forecaster. None means 0.05, 0.1, and so on up to 0.95. A regressor
            has its own quantiles.

        name : str, default=None
            Name of the forecasts, for the legend. None means the name of the class.

        ax : array-like of two Axes, default=None
            Axes to draw on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the shares.

        bar_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.bar` for the histogram.

        Returns
        -------
        display : ForecastCalibrationDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If the estimator does not forecast quantiles, or none of the rows of `y` is forecast.
        TypeError
            If `ax` is not an array of Axes.
        ImportError
            If matplotlib is not installed.
        """
        check_support(f"{cls.__name__}.from_estimator")
        X, y = in_native_order(X), in_native_order(y)
        y_true, y_pred, quantile = quantiles_of(estimator, X, y, quantile)
        return cls.from_predictions(
            y_true,
            y_pred,
            quantile=quantile,
            name=type(estimator).__name__ if name is None else name,
            ax=ax,
            line_kw=line_kw,
            bar_kw=bar_kw,
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        quantile: Sequence[float],
        name: str | None = None,
        ax: Axes = None,
        line_kw: Keywords = None,
        bar_kw: Keywords = None,
    ) -> Self:
        """Show how well quantiles are calibrated.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Observed values. NaN marks unknown values.

        y_pred : array-like of shape (n_samples, n_quantiles)
            Quantiles of the same rows. NaN means that there is no forecast.

        quantile : sequence of float
            The quantiles in the columns of `y_pred`, in increasing order.

        name : str, default=None
            Name of the forecasts, for the legend.

        ax : array-like of two Axes, default=None
            Axes to draw on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the shares.

        bar_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.bar` for the histogram.

        Returns
        -------
        display : ForecastCalibrationDisplay
            The display, already drawn.

        Raises
        ------
        ValueError
            If shapes or quantiles do not match, or no row has a value and a forecast.
        TypeError
            If `ax` is not an array of Axes.
        ImportError
            If matplotlib is not installed.
        """
        check_support(f"{cls.__name__}.from_predictions")
        levels = check_quantiles(quantile)
        y_true, y_pred = in_native_order(y_true), in_native_order(y_pred)
        below, n_values = share_below(y_true, y_pred, levels)
        display = cls(quantile=levels, below=below, n_values=n_values, name=name)
        return display.plot(ax, line_kw=line_kw, bar_kw=bar_kw)

    def plot(self, ax: Axes = None, *, line_kw: Keywords = None, bar_kw: Keywords = None) -> Self:
        """Draw the two panels.

        Parameters
        ----------
        ax : array-like of two Axes, default=None
            Axes to draw on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the shares.

        bar_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.bar` for the histogram.

        Returns
        -------
        display : ForecastCalibrationDisplay
            The display itself.

        Raises
        ------
        TypeError
            If `ax` is not an array of Axes.
        ValueError
            If the number of Axes is not 2.
        ImportError
            If matplotlib is not installed.
        """
        self._take_axes(ax, [["shares", "histogram"]], figsize=(8.0, 4.0))
        self._draw_shares(line_kw)
        self._draw_histogram(bar_kw)
        return self

    def __repr__(self) -> str:
        name = f"{self.name}: " if self.name else ""
        levels = f"{len(self.quantile)} quantiles of {self.n_values} rows"
        return f"{type(self).__name__}({name}{levels})"

    def frame(self) -> pd.DataFrame:
        """Return the drawn shares as a table.

        Returns
        -------
        frame : DataFrame
            One row for each quantile, with the columns ``below`` (the share of observed values
            below the quantile) and ``expected`` (the share for calibrated forecasts).
        """
        index = pd.Index(self.quantile, name="quantile")
        return pd.DataFrame({"below": self.below, "expected": self.quantile}, index)

    def _draw_shares(self, line_kw):

        ax = self.ax_
        [self.diagonal_] = ax.plot(
            [0, 1], [0, 1], color="0.6", linewidth=0.8, linestyle="--", label="calibrated"
        )
        defaults = {"color": "C1", "marker": "o", "markersize": 4, "linewidth": 1.2}
        defaults |= {"label": self.name or "forecast"}
        drawn = style(defaults, line_kw, "line_kw")
        [self.line_] = ax.plot(self.quantile, self.below, **drawn)
        ax.set(xlabel="quantile", ylabel="share of values below it", xlim=(0, 1), ylim=(0, 1))
        ax.set_aspect("equal")
        ax.legend(loc="upper left", fontsize="small", frameon=False)

    def _draw_histogram(self, bar_kw):

        ax = self.axes_[1]
        edges = np.concatenate([[0.0], self.quantile, [1.0]])
        shares = np.diff(np.concatenate([[0.0], self.below, [1.0]]))
        widths = np.diff(edges)
        defaults = {"color": "C1", "alpha": 0.5, "edgecolor": "white"}
        drawn = style(defaults, bar_kw, "bar_kw")
        self.bars_ = ax.bar(edges[:-1], shares / widths, widths, align="edge", **drawn)
        ax.axhline(1.0, color="0.6", linewidth=0.8, linestyle="--")
        ax.set(xlabel="probability integral transform", ylabel="density", xlim=(0, 1))
