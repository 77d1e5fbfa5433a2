"""CorrelogramDisplay: the autocorrelation of a series."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from skrnn._typing import ArrayLike, Axes, Integers, Keywords, NDArray
from skrnn._validation import Count

from ._axes import Display, check_support, legend_above_curves, style
from ._single_series import check_single_series

if TYPE_CHECKING:
    from matplotlib.collections import PolyCollection
    from matplotlib.lines import Line2D


@dataclass(kw_only=True, eq=False)
class CorrelogramDisplay(Display):
    """Autocorrelation and partial autocorrelation of a series, with their bands.

    Create it with :meth:`from_series`. A correlation outside the band is unlikely to be due to
    chance. The lags whose partial autocorrelation is outside the band are a first guess for the
    lags that a window should contain.

    Parameters
    ----------
    lags : ndarray of shape (n_lags,)
        Lags, starting at 1, because the correlation at lag 0 is always 1.

    autocorrelation, partial_autocorrelation : ndarray of shape (n_lags,)
        Correlations at these lags.

    autocorrelation_band, partial_autocorrelation_band : ndarray of shape (n_lags,)
        Half the width of the bands around zero.

    alpha : float, default=0.05
        Fraction of the correlations of a series without memory that lie outside the band.

    Attributes
    ----------
    lines_ : list of two Line2D
        Heads of the stems, for the autocorrelation and the partial autocorrelation.

    bands_ : list of two FillBetweenPolyCollection
        The bands.

    axes_ : ndarray of Axes of shape (2,)
        Axes with the autocorrelation and with the partial autocorrelation.

    ax_ : Axes
        The first of them.

    figure_ : Figure
        Figure that contains the axes.

    Notes
    -----
    The band of the autocorrelation is Bartlett's, which assumes at each lag that the series has a
    memory up to the previous lag. The band of the partial autocorrelation is the same at all lags.
    The partial autocorrelations solve the Yule-Walker equations of the biased autocovariances.
    Pairs with a missing value are left out. Lags count rows, so gaps in the dates are ignored.

    References
    ----------
    .. [1] Box, Jenkins, Reinsel and Ljung, "Time Series Analysis: Forecasting and Control",
       Wiley, 2015, sections 2.1 and 3.2.

    Examples
    --------
    >>> from skrnn.datasets import make_seasonal_series
    >>> from skrnn.plotting import CorrelogramDisplay
    >>> series = make_seasonal_series(120, random_state=0)
    >>> display = CorrelogramDisplay.from_series(series, n_lags=24)
    >>> int(display.frame()["acf"].loc[6:].idxmax())
    12
    """

    lags: Integers
    autocorrelation: NDArray[Any]
    partial_autocorrelation: NDArray[Any]
    autocorrelation_band: NDArray[Any]
    partial_autocorrelation_band: NDArray[Any]
    alpha: float = 0.05

    if TYPE_CHECKING:
        lines_: list[Line2D] = field(init=False)
        bands_: list[PolyCollection] = field(init=False)

    @classmethod
    def from_series(
        cls,
        series: ArrayLike,
        *,
        n_lags: int | None = None,
        alpha: float = 0.05,
        ax: Axes = None,
        line_kw: Keywords = None,
        stem_kw: Keywords = None,
        band_kw: Keywords = None,
    ) -> Self:
        """Draw the correlogram of a series.

        Parameters
        ----------
        series : array-like of shape (n_samples,) or (n_samples, 1)
            The series, with its rows in time order and evenly spaced. NaN marks missing values.

        n_lags : int, default=None
            Number of lags to draw, fewer than half the rows. None means
            ``10 * log10(n_samples)``.

        alpha : float, default=0.05
            Fraction of the correlations of a series without memory that lie outside the band.

        ax : array-like of two Axes, default=None
            Axes to draw on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the heads.

        stem_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.vlines` for the stems.

        band_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.fill_between` for the bands.

        Returns
        -------
        display : CorrelogramDisplay
            The display, already drawn.

        Raises
        ------
        ValueError
            If the series is constant, too short or has several columns, or if `n_lags` or `alpha`
            is out of range.
        TypeError
            If `ax` is not an array of Axes.
        ImportError
            If matplotlib or statsmodels is not installed.
        """
        check_support(f"{cls.__name__}.from_series")
        check_support(f"{cls.__name__}.from_series", "statsmodels")
        _, values, _ = check_single_series(series)
        n_lags = _check_lags(n_lags, values)
        if not isinstance(alpha, Real) or not 0 < alpha < 1:
            raise ValueError(f"alpha must be a number between 0 and 1, got {alpha!r}.")
        display = cls(
            lags=np.arange(1, n_lags + 1), alpha=alpha, **_correlations(values, n_lags, alpha)
        )
        return display.plot(ax, line_kw=line_kw, stem_kw=stem_kw, band_kw=band_kw)

    def plot(
        self,
        ax: Axes = None,
        *,
        line_kw: Keywords = None,
        stem_kw: Keywords = None,
        band_kw: Keywords = None,
    ) -> Self:
        """Draw the correlogram.

        Parameters
        ----------
        ax : array-like of two Axes, default=None
            Axes to draw on. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the heads.

        stem_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.vlines` for the stems.

        band_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.fill_between` for the bands.

        Returns
        -------
        display : CorrelogramDisplay
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
        self._take_axes(
            ax,
            [["autocorrelation"], ["partial autocorrelation"]],
            figsize=(7.0, 5.0),
            sharex=True,
        )
        self.lines_, self.bands_ = [], []
        table, names = self.frame(), {"acf": "autocorrelation", "pacf": "partial autocorrelation"}
        for panel, (column, name) in zip(self.axes_, names.items(), strict=True):
            values, band = table[column].to_numpy(), table[f"{column}_band"].to_numpy()
            line, area = self._draw(panel, values, band, (line_kw, stem_kw, band_kw))
            self.lines_.append(line)
            self.bands_.append(area)
            panel.set_ylabel(name)
        self.axes_[1].set_xlabel("lag (rows)")
        legend_above_curves(self.axes_[0], n_columns=1)
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.lags)} lags, alpha={self.alpha:g})"

    def frame(self) -> pd.DataFrame:
        """Return the drawn values as a table.

        Returns
        -------
        frame : DataFrame
            One row for each lag, with the columns ``acf``, ``acf_band``, ``pacf`` and
            ``pacf_band``. The columns of the bands contain half the width of each band.
        """
        return pd.DataFrame(
            {
                "acf": self.autocorrelation,
                "acf_band": self.autocorrelation_band,
                "pacf": self.partial_autocorrelation,
                "pacf_band": self.partial_autocorrelation_band,
            },
            index=pd.Index(self.lags, name="lag"),
        )

    def _draw(self, panel, values, band, styles):
        """Draw stems, their heads and the band."""
        from matplotlib.ticker import MaxNLocator

        line_kw, stem_kw, band_kw = styles
        defaults = {"color": "C1", "alpha": 0.3, "linewidth": 0}
        defaults["label"] = f"{100 * (1 - self.alpha):.3g}% band of a series without memory"
        drawn = style(defaults, band_kw, "band_kw")
        area = panel.fill_between(self.lags, -band, band, **drawn)
        panel.axhline(0.0, color="0.6", linewidth=0.8)
        drawn = style({"color": "C0", "linewidth": 1.5}, stem_kw, "stem_kw")
        panel.vlines(self.lags, 0.0, values, **drawn)
        defaults = {"color": "C0", "marker": "o", "markersize": 4, "linestyle": "none"}
        drawn = style(defaults, line_kw, "line_kw")
        [line] = panel.plot(self.lags, values, **drawn)
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        return line, area


def _check_lags(n_lags, values):
    """Check the number of lags, or choose one."""
    n_known, n_most = int((~np.isnan(values)).sum()), (len(values) - 1) // 2
    if n_known < 4 or np.nanmax(values) == np.nanmin(values):
        raise ValueError(
            "series must have at least four known values that are not all equal. Got "
            f"{n_known} known values."
        )
    if n_lags is None:
        return min(int(10 * np.log10(len(values))), n_most)
    if not Count(1).is_satisfied_by(n_lags) or n_lags > n_most:
        raise ValueError(
            f"n_lags must be an int from 1 to {n_most}, less than half of the {len(values)} rows "
            f"of the series. Got {n_lags!r}."
        )
    return n_lags


def _correlations(values, n_lags, alpha):
    """Compute the correlations and their bands with statsmodels."""
    from scipy.stats import norm
    from statsmodels.tsa.stattools import acf, levinson_durbin

    missing = "conservative" if np.isnan(values).any() else "none"
    # With qstat all releases return the same four values.
    correlation, interval, *_ = acf(
        values, nlags=n_lags, alpha=alpha, qstat=True, fft=True, missing=missing
    )
    _, _, partial, _, _ = levinson_durbin(correlation, nlags=n_lags, isacov=True)
    n_known = (~np.isnan(values)).sum()
    return {
        "autocorrelation": correlation[1:],
        "autocorrelation_band": interval[1:, 1] - correlation[1:],
        "partial_autocorrelation": partial[1:],
        "partial_autocorrelation_band": np.full(n_lags, norm.ppf(1 - alpha / 2) / n_known**0.5),
    }
