"""Views that were chosen and trained on some series, to forecast others."""

from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skrnn.windows._time_axis import TimeAxis, are_single_rows

from ._members import leave_unknown


@dataclass(frozen=True)
class PretrainedViews:
    """The views of a combination after `pretrain`, and what their trial has shown.

    Attributes
    ----------
    views : dict of str to forecaster
        Networks after `pretrain`, and statistical methods, which are fitted to each series.
    weights : ndarray of shape (n_views,)
        Their weights in the forecast of each series.
    intervals : Intervals
        Quantiles of the held-out errors, in units of the changes of each series.
    whole : bool
        Whether forecasts of series of whole numbers are rounded.
    leaderboard : DataFrame
        The table of the views.
    periods : tuple of int
        The seasonal periodicities that the units of the errors refer to. Empty in pickles from
        before they were kept.
    """

    views: dict
    weights: np.ndarray
    intervals: object
    whole: bool
    leaderboard: pd.DataFrame
    periods: tuple = ()

    def with_step(self, y):
        """Return y with the step of the series that networks were trained on, if it has none.

        The rows of a series show its step only if there are at least two.
        """
        networks = (getattr(view, "networks_", None) for view in self.views.values())
        like = next((each.axis for each in networks if each is not None), None)
        times = y.index.get_level_values(-1)
        if like is None or not are_single_rows(y.index) or isinstance(times, pd.PeriodIndex):
            return y
        return y.set_axis(TimeAxis.of_frame(y, like=like).declared_in(y.index))

    def fitted(self, y, X, fh):
        """Return copies of the views, fitted to other series. Networks are not trained."""
        return {
            name: leave_unknown(deepcopy(view).fit(y, X=X, fh=fh))
            for name, view in self.views.items()
        }

    def weights_of(self, n_series):
        """Return the weights of the views for each series, ``(n_views, n_series)``."""
        return np.repeat(self.weights[:, None], n_series, axis=1)

    def intervals_of(self, held_out, periods, axis):
        """Return the quantiles for other series, in units of their own changes.

        The index of these series may suggest other periods, which count only if those of
        `pretrain` were not kept.
        """
        periods = self.periods or periods
        widths = None if self.intervals.widths is None else held_out.widths(periods, axis)
        scales = held_out.final_scales(periods[-1])
        return replace(self.intervals, scales=scales, adaptive=None, widths=widths)

    def trained_on(self, y, X, fh):
        """Return the views after the networks have learned from more series."""
        views = {name: pretrained(deepcopy(view), y, X, fh) for name, view in self.views.items()}
        return replace(self, views=views)


def columns_as_series(y, X):
    """Return a panel of several columns as one of more series: columns are forecast separately.

    Parameters
    ----------
    y : DataFrame
        The panel.
    X : DataFrame or None
        Features, which all columns have.

    Returns
    -------
    y, X : DataFrame or None
        With the names of the columns as the first level of their index, if there are several.
    """
    if y.shape[1] == 1:
        return y, X
    names = ["column", *y.index.names]
    parts = {name: y[[name]].set_axis(y.columns[:1], axis=1) for name in y.columns}
    features = None if X is None else pd.concat(dict.fromkeys(y.columns, X), names=names)
    return pd.concat(parts, names=names), features


def pretrained(forecaster, y, X, fh):
    """Let a forecaster learn from series, if it can forecast others afterwards."""
    if forecaster.get_tag("capability:pretrain", False, raise_error=False):
        forecaster.pretrain(y, X=X, fh=fh)
    return forecaster
