"""Helpers for the axes of a display: existing or new axes, their legend and their time axis."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from skrnn._typing import NDArray

_HEADROOM = 0.2
"""Height of the legend above the curves, as a fraction of their height."""


def check_support(caller, package="matplotlib"):
    """Check that a package of the `plot` extra is installed.

    Parameters
    ----------
    caller : str
        Name of the caller, for the error.
    package : str, default="matplotlib"
        Name of the package.

    Raises
    ------
    ImportError
        If the package is not installed.
    """
    try:
        import_module(package)
    except ImportError as error:
        raise ImportError(
            f"{caller} needs {package}, which is not installed: pip install 'skrnn[plot]'"
        ) from error


class Display:
    """What all displays have in common: the axes on which they are drawn.

    Attributes
    ----------
    ax_ : Axes
        The first of `axes_`.
    axes_ : ndarray of Axes
        The panels.
    figure_ : Figure
        The figure.
    """

    if TYPE_CHECKING:
        ax_: Axes
        axes_: NDArray[np.object_]
        figure_: Figure

    def _take_axes(self, ax, mosaic, **layout):
        """Draw on the given axes, or on those of a new figure, as :func:`panels` returns them."""
        check_support(f"{type(self).__name__}.plot")
        self.axes_ = panels(ax, mosaic, **layout)
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure


def panels(ax, mosaic, **layout):
    """Return the given axes, or the axes of a new figure.

    Parameters
    ----------
    ax : Axes, array-like of Axes or None
        The parameter as the user passed it.
    mosaic : list of list of str
        Positions of the panels in a new figure.
    **layout : dict
        Arguments of :func:`matplotlib.pyplot.subplot_mosaic`.

    Returns
    -------
    ndarray of Axes of shape (n_panels,)

    Raises
    ------
    TypeError
        If a value is not an Axes.
    ValueError
        If the number of Axes is not the number of panels.
    """
    names = list(dict.fromkeys(name for row in mosaic for name in row))
    if ax is None:
        import matplotlib.pyplot as plt

        _, axes = plt.subplot_mosaic(mosaic, layout="constrained", **layout)
        return np.array([axes[name] for name in names], dtype=object)
    return _check_axes(ax, names)


def _check_axes(ax, names):
    from matplotlib.axes import Axes

    expected = f"{len(names)} matplotlib Axes ({', '.join(names)})"
    given = np.asarray(ax, dtype=object).ravel()
    strangers = [value for value in given if not isinstance(value, Axes)]
    if strangers:
        raise TypeError(f"ax must be None or {expected}, got {strangers[0]!r}.")
    if len(given) != len(names):
        raise ValueError(f"ax must be None or {expected}, got {len(given)}.")
    return given


_LINE = "lines", "Line2D"
_ARTISTS = {
    "band_kw": ("collections", "PolyCollection"),
    "bar_kw": ("patches", "Rectangle"),
    "histogram_kw": ("patches", "StepPatch"),
    "stem_kw": ("collections", "LineCollection"),
}
"""The artists that are not lines, with their modules, by the parameter that styles them."""


def style(defaults, given, name):
    """Merge the user's keyword arguments into the defaults.

    Parameters
    ----------
    defaults : dict
        The defaults, with full names.
    given : dict or None
        The user's arguments. Short names such as "lw" for "linewidth" are allowed.
    name : str
        Name of the parameter, which determines the kind of artist.

    Returns
    -------
    dict

    Raises
    ------
    TypeError
        If `given` is not a dict.
    """
    from matplotlib.cbook import normalize_kwargs

    if given is not None and not isinstance(given, dict):
        raise TypeError(f"{name} must be a dict of matplotlib's arguments or None, got {given!r}.")
    module, artist = _ARTISTS.get(name, _LINE)
    kind = getattr(import_module(f"matplotlib.{module}"), artist)
    return {**defaults, **normalize_kwargs(given, kind)}


def legend_above_curves(ax, *, n_columns):
    """Show the legend inside the axes, above all curves.

    Parameters
    ----------
    ax : Axes
        The axes with the curves.
    n_columns : int
        Number of columns of the legend.
    """
    bottom, top = ax.get_ylim()
    # Autoscaling stays on, so that later curves fit and the extra height is not added twice.
    ax.set_ylim(bottom, top + _HEADROOM * (top - bottom), auto=None)
    ax.legend(loc="upper left", ncols=n_columns, fontsize="small", frameon=False)


def coordinates(time):
    """Convert the labels of rows to coordinates for matplotlib.

    Parameters
    ----------
    time : Index or array-like
        Dates, periods, durations or numbers.

    Returns
    -------
    ndarray
        Dates in local time without a time zone, the start of periods, or durations in days.
    """
    index = pd.Index(time)
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None).to_numpy()
    if isinstance(index, pd.TimedeltaIndex):
        return (index / pd.Timedelta(days=1)).to_numpy()
    return index.to_numpy()


def describe_rows(time):
    """Describe the number of rows and their range.

    Parameters
    ----------
    time : Index or array-like
        Labels of the rows.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.plotting._axes import describe_rows
    >>> describe_rows(pd.period_range("2000-01", periods=12, freq="M"))
    '12 rows from 2000-01 to 2000-12'
    """
    index = pd.Index(time)
    if not len(index):
        return "no rows"
    first, last = index[[0, -1]].astype(str) if hasattr(index, "freq") else index[[0, -1]]
    return f"{len(index)} rows from {first} to {last}"


def label_time(ax, time):
    """Label a time axis, with dates as short as possible.

    Parameters
    ----------
    ax : Axes
        The axes to label.
    time : Index or array-like
        Labels of the rows.
    """
    index = pd.Index(time)
    dates = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)
    if dates:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator(minticks=3, maxticks=8)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    by_kind = "days" if isinstance(index, pd.TimedeltaIndex) else "row"
    by_kind = "index" if pd.api.types.is_float_dtype(index.dtype) else by_kind
    ax.set_xlabel(index.name or ("" if dates else by_kind))
