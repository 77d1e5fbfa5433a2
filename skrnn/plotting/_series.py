"""SeriesDisplay: a series before it is modelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from skrnn._typing import ArrayLike, Axes, Integers, Keywords, NDArray

from ._axes import (
    Display,
    check_support,
    coordinates,
    describe_rows,
    label_time,
    legend_above_curves,
    style,
)
from ._single_series import check_single_series, find_gaps

if TYPE_CHECKING:
    from matplotlib.lines import Line2D
    from matplotlib.patches import StepPatch


@dataclass(kw_only=True, eq=False)
class SeriesDisplay(Display):
    """A series, its histogram and box plot, its missing values and the gaps in its dates.

    Create it with :meth:`from_series`, to look at a series before you model it. A missing value is
    a row with NaN. A gap is a place without rows, judging by the usual step of the index.

    Parameters
    ----------
    time : Index or array-like of shape (n_samples,)
        Labels of the rows, in time order.

    values : ndarray of shape (n_samples,)
        The series, with NaN where a value is missing.

    gap_rows : ndarray of int of shape (n_gaps,)
        Rows after which labels are missing.

    gap_lengths : ndarray of int of shape (n_gaps,)
        Number of missing labels in each gap.

    name : str, default=None
        Name of the series, with its unit if it has one.

    Attributes
    ----------
    n_missing_ : int
        Number of rows without a value.

    n_gaps_ : int
        Number of gaps in the index.

    n_missing_rows_ : int
        Total number of rows missing in the gaps.

    line_ : Line2D
        The curve of the series, broken at its gaps.

    missing_marks_, gap_marks_ : Line2D or None
        Marks at the bottom, where values or rows are missing.

    histogram_ : StepPatch
        The histogram.

    box_ : dict of str to list of Line2D
        The box plot: median, quartiles, whiskers to the last value within 1.5 times the
        interquartile range, and the values beyond them.

    ax_ : Axes
        Axes with the series.

    axes_ : ndarray of Axes of shape (3,)
        Axes with the series, the histogram and the box plot.

    figure_ : Figure
        Figure that contains the axes.

    References
    ----------
    .. [1] Tukey, "Exploratory Data Analysis", Addison-Wesley, 1977.

    Examples
    --------
    >>> from skrnn.datasets import make_seasonal_series
    >>> from skrnn.plotting import SeriesDisplay
    >>> series = make_seasonal_series(60, random_state=0)
    >>> display = SeriesDisplay.from_series(series.drop(series.index[[7, 8, 20]]))
    >>> display.n_missing_, display.n_gaps_, display.n_missing_rows_
    (0, 2, 3)
    """

    time: pd.Index | ArrayLike
    values: NDArray[Any]
    gap_rows: Integers
    gap_lengths: Integers
    name: str | None = None

    if TYPE_CHECKING:
        line_: Line2D = field(init=False)
        missing_marks_: Line2D | None = field(init=False)
        gap_marks_: Line2D | None = field(init=False)
        histogram_: StepPatch = field(init=False)
        box_: dict[str, list[Line2D]] = field(init=False)

    @classmethod
    def from_series(
        cls,
        series: ArrayLike,
        *,
        bins: int | str | ArrayLike = "auto",
        ax: Axes = None,
        line_kw: Keywords = None,
        histogram_kw: Keywords = None,
    ) -> Self:
        """Draw a series.

        Parameters
        ----------
        series : array-like of shape (n_samples,) or (n_samples, 1)
            The series, with its rows in time order. NaN marks missing values. Gaps are found if
            the index contains dates, durations, periods or integers.

        bins : int, str or array-like, default="auto"
            Bins of the histogram, as in :func:`numpy.histogram_bin_edges`.

        ax : array-like of three Axes, default=None
            Axes for the series, the histogram and the box plot. If None, a new figure is created.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the series.

        histogram_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.stairs` for the histogram.

        Returns
        -------
        display : SeriesDisplay
            The display, already drawn.

        Raises
        ------
        ValueError
            If the series has several columns or no known value, its index is not in time order,
            or there are not three Axes.
        TypeError
            If `ax` does not consist of Axes.
        ImportError
            If matplotlib is not installed.
        """
        check_support(f"{cls.__name__}.from_series")
        time, values, name = check_single_series(series)
        rows, lengths = find_gaps(time)
        display = cls(time=time, values=values, gap_rows=rows, gap_lengths=lengths, name=name)
        return display.plot(ax, bins=bins, line_kw=line_kw, histogram_kw=histogram_kw)

    @property
    def n_missing_(self) -> int:
        """Rows without a value.

        Returns
        -------
        int
            Their number.
        """
        return int(np.isnan(self.values).sum())

    @property
    def n_gaps_(self) -> int:
        """Gaps in the index.

        Returns
        -------
        int
            Their number.
        """
        return len(self.gap_rows)

    @property
    def n_missing_rows_(self) -> int:
        """Rows missing in all gaps together.

        Returns
        -------
        int
            Their number.
        """
        return int(np.sum(self.gap_lengths))

    def plot(
        self,
        ax: Axes = None,
        *,
        bins: int | str | ArrayLike = "auto",
        line_kw: Keywords = None,
        histogram_kw: Keywords = None,
    ) -> Self:
        """Draw the series.

        Parameters
        ----------
        ax : array-like of three Axes, default=None
            Axes for the series, the histogram and the box plot. If None, a new figure is created.

        bins : int, str or array-like, default="auto"
            Bins of the histogram, as in :func:`numpy.histogram_bin_edges`.

        line_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.plot` for the series.

        histogram_kw : dict, default=None
            Keyword arguments of :meth:`matplotlib.axes.Axes.stairs` for the histogram.

        Returns
        -------
        display : SeriesDisplay
            The display itself.

        Raises
        ------
        TypeError
            If `ax` does not consist of Axes.
        ValueError
            If `ax` does not have three Axes.
        ImportError
            If matplotlib is not installed.
        """
        mosaic = [["series", "series"], ["histogram", "box plot"]]
        self._take_axes(ax, mosaic, figsize=(8.0, 5.5))
        self._draw_series(line_kw)
        self._draw_histogram(bins, histogram_kw)
        self._draw_box()
        return self

    def __repr__(self) -> str:
        missing = f"{self.n_missing_} missing values, {self.n_gaps_} gaps in the index"
        return (
            f"{type(self).__name__}({self.name or 'value'}: {describe_rows(self.time)}, {missing})"
        )

    def frame(self) -> pd.DataFrame:
        """Return the series as a table.

        Returns
        -------
        frame : DataFrame
            One row for each label, with the columns ``value``, ``missing`` (whether the value is
            missing) and ``rows_missing_after`` (the number of labels missing before the next row).
        """
        after = np.zeros(len(self.values), int)
        after[self.gap_rows] = self.gap_lengths
        columns = {
            "value": self.values,
            "missing": np.isnan(self.values),
            "rows_missing_after": after,
        }
        return pd.DataFrame(columns, index=pd.Index(self.time))

    def _draw_series(self, line_kw):

        x = coordinates(self.time)
        drawn = style({"color": "C0", "linewidth": 1.0}, line_kw, "line_kw")
        # A line across a gap would suggest values that were not measured.
        after = np.asarray(self.gap_rows) + 1
        broken = np.insert(self.values, after, np.nan)
        [self.line_] = self.ax_.plot(np.insert(x, after, x[self.gap_rows]), broken, **drawn)
        missing = f"missing values ({self.n_missing_:,})"
        self.missing_marks_ = self._mark(x[np.isnan(self.values)], "x", "C3", missing)
        gaps = f"gaps in the index ({self.n_gaps_:,})"
        self.gap_marks_ = self._mark(x[self.gap_rows], "|", "k", gaps)
        self.ax_.set_title(self._counts(), loc="left", fontsize="medium")
        self.ax_.set_ylabel(self.name or "value")
        self.ax_.margins(x=0.01)
        label_time(self.ax_, self.time)
        if self.missing_marks_ or self.gap_marks_:
            legend_above_curves(self.ax_, n_columns=2)

    def _mark(self, x, marker, color, label):
        """Draw marks along the bottom of the series."""
        if not len(x):
            return None
        [marks] = self.ax_.plot(
            x,
            np.full(len(x), 0.04),
            transform=self.ax_.get_xaxis_transform(),
            color=color,
            marker=marker,
            linestyle="none",
            label=label,
        )
        return marks

    def _counts(self):
        """Describe the missing values and gaps."""
        rows = self.n_missing_rows_
        gaps = f" ({rows:,} row{'s' * (rows > 1)})" if rows else ""
        return (
            f"{len(self.values):,} rows, {self.n_missing_ or 'no'} missing "
            f"value{'s' * (self.n_missing_ != 1)}, {self.n_gaps_ or 'no'} "
            f"gap{'s' * (self.n_gaps_ != 1)}{gaps}"
        )

    def _draw_histogram(self, bins, histogram_kw):

        counts, edges = np.histogram(self.values[~np.isnan(self.values)], bins)
        defaults = {"fill": True, "facecolor": "C0", "edgecolor": "white", "linewidth": 0.5}
        drawn = style(defaults, histogram_kw, "histogram_kw")
        self.histogram_ = self.axes_[1].stairs(counts, edges, **drawn)
        self.axes_[1].set(xlabel=self.name or "value", ylabel="rows")

    def _draw_box(self):
        known = self.values[~np.isnan(self.values)]
        self.box_ = self.axes_[2].boxplot(
            known,
            widths=0.5,
            medianprops={"color": "C1", "linewidth": 2},
            flierprops={"marker": ".", "markersize": 4, "markeredgecolor": "C0"},
        )
        self.axes_[2].set(xticks=[], ylabel=self.name or "value")
