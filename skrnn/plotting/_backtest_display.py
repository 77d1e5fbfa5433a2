"""BacktestDisplay: forecasts from several origins, and their errors by step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from skrnn._typing import Axes, Keywords

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

    from skrnn.forecasting import Backtest

_MODELS = {
    "forecast": {"color": "C1", "linewidth": 2.0},
    "naive": {"color": "0.5", "linestyle": ":"},
    "seasonal naive": {"color": "0.3", "linestyle": "--"},
}


@dataclass(kw_only=True, eq=False)
class BacktestDisplay(Display):
    """Forecasts of a backtest from each origin, and errors for each step of the horizon.

    Create it with :meth:`from_backtest`. The first panel shows one series, its forecasts and their
    intervals. Vertical lines mark the last row that each forecast was based on. The second panel
    shows the errors of all series.

    Parameters
    ----------
    forecasts : DataFrame
        Forecasts of one series, with the columns "origin", "cutoff", "step", "time", "y",
        "forecast", and "lower" and "upper" if there are intervals; with several coverages,
        "lower_0.8", "upper_0.8" and so on.

    observed : Series
        Observed values of the series, with the times as the index.

    errors : DataFrame
        Errors of all series. The index contains the steps. The columns are "forecast", "naive" and
        "seasonal naive".

    metric : str, default="MASE"
        Name of the error.

    coverage : float or tuple of float, default=None
        Coverages of the intervals.

    name : str, default=None
        Name of the series.

    Attributes
    ----------
    observed_line_ : Line2D
        The curve of the observed values.

    forecast_lines_ : list of Line2D
        One curve for each origin.

    bands_ : list of FillBetweenPolyCollection
        One band for each origin and coverage, with the widest band of each origin first. The list
        is empty if there are no intervals.

    error_lines_ : list of Line2D
        One curve for each column of `errors`.

    ax_ : Axes
        Axes with the series.

    axes_ : ndarray of Axes of shape (2,)
        The same axes, followed by those with the errors.

    figure_ : Figure
        Figure that contains the axes.

    See Also
    --------
    skrnn.forecasting.backtest : Run the backtest.

    Examples
    --------
    >>> from skrnn.datasets import make_seasonal_series
    >>> from skrnn.forecasting import RNNForecaster, backtest
    >>> from skrnn.plotting import BacktestDisplay
    >>> forecaster = RNNForecaster(epochs=1, n_networks=1, random_state=0)
    >>> result = backtest(forecaster, make_seasonal_series(60, random_state=0), fh=[1, 2, 3])
    >>> BacktestDisplay.from_backtest(result).errors.index.tolist()
    [1, 2, 3]
    """

    forecasts: pd.DataFrame
    observed: pd.Series[float]
    errors: pd.DataFrame
    metric: str = "MASE"
    coverage: float | tuple[float, ...] | None = None
    name: str | None = None

    if TYPE_CHECKING:
        observed_line_: Line2D = field(init=False)
        forecast_lines_: list[Line2D] = field(init=False)
        bands_: list[PolyCollection] = field(init=False)
        error_lines_: list[Line2D] = field(init=False)

    @classmethod
    def from_backtest(
        cls,
        result: Backtest,
        *,
        series: Any = None,
        ax: Axes = None,
        observed_kw: Keywords = None,
        forecast_kw: Keywords = None,
        band_kw: Keywords = None,
        error_kw: Keywords = None,
    ) -> Self:
        """Draw the result of a backtest.

        Parameters
        ----------
        result : Backtest
            Result of :func:`~skrnn.forecasting.backtest`.

        series : object, default=None
            Name of the series to draw, which is a tuple if the series have several levels. None
            means the series with the median error.

        ax : array-like of two Axes, default=None
            Axes for the series and for the errors. If None, a new figure is created.

        observed_kw, forecast_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves of the series.

        band_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.fill_between` for the bands.

        error_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves of the errors.

        Returns
        -------
        display : BacktestDisplay
            The display, already drawn.

        Raises
        ------
        ValueError
            If the backtest does not contain the series, or `ax` does not have two Axes.
        TypeError
            If `ax` is not an array of Axes.
        ImportError
            If matplotlib is not installed.
        """
        check_support(f"{cls.__name__}.from_backtest")
        table = result.forecasts
        chosen = _median_series(result) if series is None else series
        rows = table[[name == chosen for name in table["series"]]]
        if not len(rows):
            names = table["series"].unique()
            shown = ", ".join(map(repr, names[:3].tolist())) + (", ..." if len(names) > 3 else "")
            raise ValueError(f"The backtest has no series {series!r}. It has {shown}.")
        by_step = result.summary(by="step")
        metric = "MASE" if by_step["MASE"].notna().any() else "MAE"
        display = cls(
            forecasts=rows.reset_index(drop=True),
            observed=_observed(result.y, chosen, rows),
            errors=by_step[metric].unstack()[list(_MODELS)],
            metric=metric,
            coverage=result.coverage,
            name=str(chosen),
        )
        return display.plot(
            ax,
            observed_kw=observed_kw,
            forecast_kw=forecast_kw,
            band_kw=band_kw,
            error_kw=error_kw,
        )

    def plot(
        self,
        ax: Axes = None,
        *,
        observed_kw: Keywords = None,
        forecast_kw: Keywords = None,
        band_kw: Keywords = None,
        error_kw: Keywords = None,
    ) -> Self:
        """Draw the series and the errors.

        Parameters
        ----------
        ax : array-like of two Axes, default=None
            Axes for the series and for the errors. If None, a new figure is created.

        observed_kw, forecast_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves of the series.

        band_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.fill_between` for the bands.

        error_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the curves of the errors.

        Returns
        -------
        display : BacktestDisplay
            The display itself.

        Raises
        ------
        TypeError
            If `ax` is not an array of Axes.
        ValueError
            If `ax` does not have two Axes.
        ImportError
            If matplotlib is not installed.
        """
        mosaic = [["series"] * 3 + ["errors"]]
        self._take_axes(ax, mosaic, figsize=(10.0, 4.0))
        self._draw_observed(observed_kw)
        self._draw_forecasts(forecast_kw, band_kw)
        self._draw_errors(error_kw)
        return self

    def __repr__(self) -> str:
        n_origins = self.forecasts["origin"].nunique()
        return (
            f"{type(self).__name__}({self.name or 'value'}: {describe_rows(self.observed.index)}, "
            f"forecast from {n_origins} origin{'s' * (n_origins > 1)})"
        )

    def frame(self) -> pd.DataFrame:
        """Return the drawn forecasts as a table.

        Returns
        -------
        frame : DataFrame
            One row for each origin and step, with the columns of `forecasts`.
        """
        return self.forecasts.copy()

    def _draw_observed(self, observed_kw):

        x = coordinates(self.observed.index)
        defaults = {"color": "0.3", "linewidth": 1.0, "label": "observed"}
        drawn = style(defaults, observed_kw, "observed_kw")
        [self.observed_line_] = self.ax_.plot(x, self.observed.to_numpy(), **drawn)
        for cutoff in coordinates(pd.Index(self.forecasts["cutoff"].unique())):
            self.ax_.axvline(cutoff, color="0.7", linewidth=0.8, linestyle=":", zorder=0)
        self.ax_.margins(x=0.01)
        label_time(self.ax_, self.observed.index)
        self.ax_.set_ylabel(self.name or "value")

    def _draw_forecasts(self, forecast_kw, band_kw):

        curve = {"color": "C1", "linewidth": 1.5, "marker": _marker(self.errors)}
        curve = style({**curve, "label": "forecast"}, forecast_kw, "forecast_kw")
        bands = self._bands(band_kw)
        self.forecast_lines_, self.bands_ = [], []
        for _, rows in self.forecasts.groupby("origin"):
            x = coordinates(pd.Index(rows["time"]))
            for (lower, upper), band in bands.items():
                self.bands_.append(self.ax_.fill_between(x, rows[lower], rows[upper], **band))
            self.forecast_lines_ += self.ax_.plot(x, rows["forecast"], **curve)
            # The legend needs one entry for all origins.
            for style_of in (curve, *bands.values()):
                style_of["label"] = "_other origins"
        legend_above_curves(self.ax_, n_columns=3)

    def _bands(self, band_kw):
        """Return the style of each band, keyed by the columns of its ends, the widest first."""

        given = np.atleast_1d(() if self.coverage is None else self.coverage)
        single = np.ndim(self.coverage) == 0
        bands = {}
        for coverage in sorted(given.tolist(), reverse=True):
            band = {"color": "C1", "alpha": 0.3 if single else 0.2, "linewidth": 0}
            band["label"] = f"{round(100 * coverage, 10):g}% interval"
            ends = [f"{end}{'' if single else f'_{coverage}'}" for end in ("lower", "upper")]
            bands[tuple(ends)] = style(band, band_kw, "band_kw")
        # What is wrong in band_kw is also an error without intervals.
        style({}, band_kw, "band_kw")
        return bands

    def _draw_errors(self, error_kw):
        from matplotlib.ticker import MaxNLocator

        given = style({}, error_kw, "error_kw")
        ax, steps, self.error_lines_ = self.axes_[1], self.errors.index.to_numpy(), []
        for name in self.errors:
            look = {**_MODELS[name], "marker": _marker(self.errors), "label": name, **given}
            self.error_lines_ += ax.plot(steps, self.errors[name], **look)
        ax.set(xlabel="step", ylabel=f"{self.metric}, all series")
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True, min_n_ticks=1))
        ax.set_ylim(bottom=0.0)
        legend_above_curves(ax, n_columns=1)


def _marker(errors):
    """Return the marker of curves, without which a single step would be invisible."""
    return "o" if len(errors) == 1 else ""


def _median_series(result):
    """Return the name of the series whose error is the median of the errors of all series."""
    summary = result.summary(by="series").xs("forecast", level="model")
    errors = summary["MASE"].fillna(np.inf).sort_values(kind="stable")
    return errors.index[(len(errors) - 1) // 2]


def _observed(y, name, rows):
    """Return the observed values of a series: as many before the first origin as after it."""
    if isinstance(y.index, pd.MultiIndex):
        y = y.loc[name]
    y = y.iloc[:, 0] if isinstance(y, pd.DataFrame) else y
    cut = y.index.get_loc(rows["cutoff"].iloc[0]) + 1
    end = y.index.get_loc(rows["time"].iloc[-1]) + 1
    return y.iloc[max(2 * cut - end, 0) : end]
