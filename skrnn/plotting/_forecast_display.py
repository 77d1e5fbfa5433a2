"""ForecastDisplay: observed values and forecasts over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from skrnn._byte_order import in_native_order
from skrnn._typing import ArrayLike, Axes, Keywords, NDArray, Quantiles, RandomState

from ._alignment import (
    aligned,
    forecast_of,
    inner_bands,
    joined_paths,
    paths_of,
    quantile_band,
    quantiles_of_coverage,
)
from ._axes import (
    Display,
    check_support,
    coordinates,
    describe_rows,
    label_time,
    legend_above_curves,
    style,
)

if TYPE_CHECKING:
    from matplotlib.collections import PolyCollection
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle


@dataclass(kw_only=True, eq=False)
class ForecastDisplay(Display):
    """Observed values and forecasts over time. Each forecast is drawn at the time that it is for.

    Create it with :meth:`from_estimator` or :meth:`from_predictions`. If the forecasts consist of
    several quantiles, these are drawn as a band, or as a fan with one band for each pair of
    quantiles. The training data are shaded. Sample paths can be added, and the residuals can be
    drawn in a second panel.

    Parameters
    ----------
    time : Index or array-like of shape (n_rows,)
        Labels of the rows, in time order.

    observed : ndarray of shape (n_rows,)
        Observed values. NaN marks missing ones.

    predicted : ndarray of shape (n_rows,)
        Forecasts. NaN marks rows without a forecast.

    lower, upper : ndarray of shape (n_rows,), default=None
        Lower and upper ends of the band.

    band_name : str, default=None
        Name of the band in the legend.

    inner_bands : dict of str to pair of ndarray of shape (n_rows,), default=None
        Lower and upper ends of each narrower band, keyed by its name, the widest first.

    paths : ndarray of shape (n_rows, n_paths), default=None
        Sample paths.

    n_train : int, default=0
        Number of rows at the beginning that the model was trained on. These rows are shaded.

    target_name : str, default=None
        Name of the target, with its unit if it has one, for the label of the vertical axis.

    Attributes
    ----------
    observed_line_, predicted_line_ : Line2D
        The two curves.

    band_ : FillBetweenPolyCollection or None
        The band, or the widest one if there are several.

    bands_ : list of FillBetweenPolyCollection
        All bands, the widest first.

    path_lines_ : list of Line2D
        The sample paths.

    training_ : Rectangle or None
        The shading of the training data.

    residual_line_ : Line2D or None
        The curve of the residuals.

    ax_ : Axes
        Axes with the observed values and forecasts.

    axes_ : ndarray of Axes of shape (1,) or (2,)
        The same axes, followed by the residual panel if there is one.

    figure_ : Figure
        Figure that contains the axes.

    See Also
    --------
    sklearn.metrics.PredictionErrorDisplay : Observed against predicted values.

    Examples
    --------
    >>> from skrnn.datasets import make_seasonal_series
    >>> from skrnn.plotting import ForecastDisplay
    >>> series = make_seasonal_series(60, random_state=0)
    >>> display = ForecastDisplay.from_predictions(series, series.shift(12), n_train=48)
    >>> display.frame().columns.tolist()
    ['observed', 'predicted', 'residual', 'training']
    """

    time: pd.Index | ArrayLike
    observed: NDArray[Any]
    predicted: NDArray[Any]
    lower: NDArray[Any] | None = None
    upper: NDArray[Any] | None = None
    band_name: str | None = None
    inner_bands: dict[str, tuple[NDArray[Any], NDArray[Any]]] | None = None
    paths: NDArray[Any] | None = None
    n_train: int = 0
    target_name: str | None = None
    if TYPE_CHECKING:
        observed_line_: Line2D = field(init=False)
        predicted_line_: Line2D = field(init=False)
        band_: PolyCollection | None = field(init=False)
        bands_: list[PolyCollection] = field(init=False)
        path_lines_: list[Line2D] = field(init=False)
        training_: Rectangle | None = field(init=False)
        residual_line_: Line2D | None = field(init=False)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike | None,
        y: Any,
        *,
        output: int | str | None = None,
        series: Any = None,
        coverage: float | Sequence[float] | None = None,
        n_paths: int = 0,
        random_state: RandomState = None,
        n_train: int = 0,
        residuals: bool = False,
        ax: Axes = None,
        observed_kw: Keywords = None,
        predicted_kw: Keywords = None,
        band_kw: Keywords = None,
        residual_kw: Keywords = None,
    ) -> Self:
        """Draw the forecasts of a fitted regressor or forecaster.

        Parameters
        ----------
        estimator : estimator
            Fitted regressor, with or without a recurrent network, or sktime forecaster, such as
            RNNForecaster. If its networks forecast several quantiles, these form the band.

        X : array-like or None
            Input to ``estimator.predict``, with rows in time order. None for a forecaster without
            features.

        y : array-like of shape (n_samples,), (n_samples, n_outputs) or that of sequences
            Observed values, one for each row of `X`. Its index is used as the time, or that of `X`
            if `y` does not have an index. For sequences, only the last step, which belongs to the
            row itself, is drawn. A forecaster forecasts the rows of `y`: rows that it has seen are
            forecast one step ahead, and later rows from the end of what it has seen. If its
            horizon was fixed in ``fit``, it forecasts that horizon. A forecaster that was fitted
            to a long table takes one here as well.

        output : int or str, default=None
            The output to draw if there are several, by position or by its column name in `y`.

        series : hashable, default=None
            Name of the series to draw, if a forecaster was fitted on several. If the series have
            several levels, the name is a tuple. `y` and `X` contain all series.

        coverage : float or sequence of float, default=None
            For a forecaster with intervals, the fractions of the values that the bands should
            contain, such as ``(0.5, 0.8, 0.95)``. None means the quantiles of its networks, if
            they forecast several.

        n_paths : int, default=0
            Number of sample paths to add, for a forecaster that can draw them.

        random_state : int, RandomState instance or None, default=None
            Seed of the sample paths.

        n_train : int, default=0
            Number of rows at the beginning that the estimator was trained on.

        residuals : bool, default=False
            Whether to draw observed minus forecast in a second panel.

        ax : Axes or array-like of two Axes, default=None
            Axes to draw on, two with ``residuals=True``. If None, a new figure is created.

        observed_kw, predicted_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves.

        band_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.fill_between` for the band.

        residual_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the residuals.

        Returns
        -------
        display : ForecastDisplay
            The display, already drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If lengths or shapes differ, if `output` is needed to choose between several outputs,
            if `n_train` is out of range, if the index is not in time order, or if intervals or
            sample paths are requested but the estimator cannot provide them.
        TypeError
            If `ax` is neither an Axes object nor an array of Axes.
        ImportError
            If matplotlib is not installed.
        """
        check_support(f"{cls.__name__}.from_estimator")
        quantile = quantiles_of_coverage(coverage)
        X, y = in_native_order(X), in_native_order(y)
        y_true, y_pred, quantile = forecast_of(estimator, X, y, output, quantile, series)
        paths = None
        if n_paths:
            paths = paths_of(estimator, y, X, output, n_paths, random_state, series=series)
        return cls.from_predictions(
            y_true,
            y_pred,
            quantile=quantile,
            paths=paths,
            n_train=n_train,
            residuals=residuals,
            ax=ax,
            observed_kw=observed_kw,
            predicted_kw=predicted_kw,
            band_kw=band_kw,
            residual_kw=residual_kw,
        )

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        quantile: Quantiles = None,
        paths: ArrayLike | None = None,
        n_train: int = 0,
        residuals: bool = False,
        ax: Axes = None,
        observed_kw: Keywords = None,
        predicted_kw: Keywords = None,
        band_kw: Keywords = None,
        residual_kw: Keywords = None,
    ) -> Self:
        """Draw observed values and their forecasts.

        Parameters
        ----------
        y_true : array-like of shape (n_samples,)
            Observed values, in time order.

        y_pred : array-like of shape (n_samples,) or (n_samples, n_quantiles)
            Forecasts. If `y_true` and `y_pred` both have an index of dates, durations, periods or
            integers, they are aligned by label. Labels that occur in only one of them are allowed.
            Otherwise, they are aligned by row.

        quantile : float or tuple of float, default=None
            The quantiles in the columns of `y_pred`, in increasing order. The widest band reaches
            from the first to the last quantile, and narrower ones are drawn for symmetric pairs of
            quantiles inside it, such as 0.25 and 0.75. The curve is the median, which is
            interpolated between its two neighbours if it is not one of the quantiles.

        paths : DataFrame or array-like of shape (n_rows, n_paths), default=None
            Sample paths, with the same rows as `y_pred` or, if both have an index, aligned with it
            by label.

        n_train : int, default=0
            Number of rows at the beginning of `y_true` that the model was trained on.

        residuals : bool, default=False
            Whether to draw observed minus forecast in a second panel.

        ax : Axes or array-like of two Axes, default=None
            Axes to draw on, two with ``residuals=True``. If None, a new figure is created.

        observed_kw, predicted_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves.

        band_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.fill_between` for the band.

        residual_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the residuals.

        Returns
        -------
        display : ForecastDisplay
            The display, already drawn.

        Raises
        ------
        ValueError
            If lengths, shapes or quantiles do not match, `n_train` is out of range, or an index
            is not in time order.
        TypeError
            If `ax` is neither an Axes object nor an array of Axes.
        ImportError
            If matplotlib is not installed.
        """
        check_support(f"{cls.__name__}.from_predictions")
        n_paths = 0
        y_true, y_pred, paths = map(in_native_order, (y_true, y_pred, paths))
        if paths is not None:
            y_pred, n_paths = joined_paths(y_pred, paths)
        time, observed, forecasts, n_train = aligned(y_true, y_pred, n_train)
        n_columns = forecasts.shape[1] - n_paths
        forecasts, drawn = forecasts[:, :n_columns], forecasts[:, n_columns:]
        predicted, lower, upper, band_name = quantile_band(forecasts, quantile)
        display = cls(
            time=time,
            observed=observed,
            predicted=predicted,
            lower=lower,
            upper=upper,
            band_name=band_name,
            inner_bands=inner_bands(forecasts, quantile),
            paths=drawn if n_paths else None,
            n_train=n_train,
            target_name=getattr(y_true, "name", None),
        )
        return display.plot(
            ax,
            residuals=residuals,
            observed_kw=observed_kw,
            predicted_kw=predicted_kw,
            band_kw=band_kw,
            residual_kw=residual_kw,
        )

    def plot(
        self,
        ax: Axes = None,
        *,
        residuals: bool = False,
        observed_kw: Keywords = None,
        predicted_kw: Keywords = None,
        band_kw: Keywords = None,
        residual_kw: Keywords = None,
    ) -> Self:
        """Draw observed values and forecasts.

        Parameters
        ----------
        ax : Axes or array-like of two Axes, default=None
            Axes to draw on, two with ``residuals=True``. If None, a new figure is created.

        residuals : bool, default=False
            Whether to draw observed minus forecast in a second panel.

        observed_kw, predicted_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves.

        band_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.fill_between` for the band.

        residual_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the residuals.

        Returns
        -------
        display : ForecastDisplay
            The display itself.

        Raises
        ------
        TypeError
            If `ax` is neither an Axes object nor an array of Axes.
        ValueError
            If the number of Axes does not match the number of panels.
        ImportError
            If matplotlib is not installed.
        """
        mosaic = [["forecast"], ["residuals"]] if residuals else [["forecast"]]
        self._take_axes(
            ax,
            mosaic,
            figsize=(8.0, 5.5 if residuals else 4.0),
            height_ratios=[3, 1] if residuals else None,
            sharex=True,
        )
        x = coordinates(self.time)
        self._draw_training(x)
        self._draw_values(x, observed_kw, predicted_kw, band_kw)
        self.residual_line_ = self._draw_residuals(x, residual_kw) if residuals else None
        for panel in self.axes_:
            panel.margins(x=0.01)
        label_time(self.axes_[-1], self.time)
        self.ax_.set_ylabel(self.target_name or "value")
        legend_above_curves(self.ax_, n_columns=4)
        return self

    def __repr__(self) -> str:
        n_forecast = int((~pd.isna(self.predicted)).sum())
        parts = [describe_rows(self.time), f"{n_forecast} of them forecast"]
        parts += [f"{self.n_train} for training"] if self.n_train else []
        parts += [self.band_name] if self.band_name else []
        return f"{type(self).__name__}({self.target_name or 'value'}: {', '.join(parts)})"

    def frame(self) -> pd.DataFrame:
        """Return the drawn values as a table.

        Returns
        -------
        frame : DataFrame
            One row for each time, with the columns ``observed``, ``predicted``, ``residual``
            (observed minus predicted) and ``training``. If there is a band, there are also
            ``lower`` and ``upper``, and for each narrower band the same two names followed by the
            name of the band. Sample paths are in ``path 0``, ``path 1``, and so on.
        """
        columns = {"observed": self.observed, "predicted": self.predicted}
        if self.lower is not None:
            columns |= {"lower": self.lower, "upper": self.upper}
        for name, (lower, upper) in (self.inner_bands or {}).items():
            columns |= {f"lower, {name}": lower, f"upper, {name}": upper}
        if self.paths is not None:
            columns |= {f"path {i}": path for i, path in enumerate(self.paths.T)}
        columns["residual"] = self.observed - self.predicted
        index = pd.Index(self.time)
        columns["training"] = pd.RangeIndex(len(index)) < self.n_train
        return pd.DataFrame(columns, index=index)

    def _draw_training(self, x):
        self.training_ = None
        if self.n_train:
            first, last = x[0], x[self.n_train - 1]
            shade = {"facecolor": "0.92", "edgecolor": "0.8", "zorder": 0}
            for panel in self.axes_[1:]:
                panel.axvspan(first, last, **shade)
            self.training_ = self.ax_.axvspan(first, last, label="training part", **shade)

    def _draw_values(self, x, observed_kw, predicted_kw, band_kw):

        bands = {} if self.lower is None else {self.band_name: (self.lower, self.upper)}
        bands |= self.inner_bands or {}
        defaults = {"color": "C1", "alpha": 0.3, "linewidth": 0}
        drawn = style(defaults, band_kw, "band_kw")
        # Bands lie on top of each other, and the narrow ones are clearly darker.
        n_narrower = max(len(bands) - 1, 1)
        lightest = defaults["alpha"] if len(bands) == 1 else 0.2
        shades = [lightest + 0.4 * i / n_narrower for i in range(len(bands))]
        self.bands_ = [
            self.ax_.fill_between(x, *ends, **{"label": name, **drawn, **_shade(band_kw, shade)})
            for (name, ends), shade in zip(bands.items(), shades, strict=True)
        ]
        self.band_ = self.bands_[0] if bands else None
        self._draw_paths(x)
        defaults = {"color": "0.3", "linewidth": 1.0, "label": "observed"}
        drawn = style(defaults, observed_kw, "observed_kw")
        [self.observed_line_] = self.ax_.plot(x, self.observed, **drawn)
        defaults = {"color": "C1", "linewidth": 1.5, "linestyle": "--", "label": "forecast"}
        drawn = style(defaults, predicted_kw, "predicted_kw")
        [self.predicted_line_] = self.ax_.plot(x, self.predicted, **drawn)

    def _draw_paths(self, x):
        paths = [] if self.paths is None else self.paths.T
        self.path_lines_ = [
            self.ax_.plot(
                x, path, color="C0", linewidth=0.7, alpha=0.7, label="_" * bool(i) + "sample paths"
            )[0]
            for i, path in enumerate(paths)
        ]

    def _draw_residuals(self, x, residual_kw):

        panel = self.axes_[1]
        panel.axhline(0.0, color="0.6", linewidth=0.8)
        drawn = style({"color": "C0", "linewidth": 1.0}, residual_kw, "residual_kw")
        [line] = panel.plot(x, self.observed - self.predicted, **drawn)
        panel.set_ylabel("observed\n− forecast")
        return line


def _shade(band_kw, alpha):
    """Return the opacity of a band, unless it was passed."""
    return {} if "alpha" in (band_kw or {}) else {"alpha": alpha}
