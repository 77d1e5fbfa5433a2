"""Trials of views on held-out rows."""

import time
import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from skrnn._warnings import SkrnnWarning

from ._combination import RATIO_OF_ONE, USUAL_RATIO, weigh_each, weigh_together
from ._features import UnknownFeatureError
from ._held_out import in_units_of
from ._members import leave_unknown
from ._network_training import NothingToLearnError
from ._sktime_views import forecast_rows, is_updated_at_origins, of_all_series, reads_features

# Known rows, origins and errors of a series that has enough errors to estimate their correlations.
# On shorter series, and with the errors of 30 origins one step ahead, such weights depend on
# chance: the latter makes forecasts of long simulated series 2% worse.
_LONG, _MANY_ORIGINS, _MANY_OF_A_SERIES = 1_000, 30, 360
# Errors of all series of a panel that are enough for this.
_MANY_ERRORS = 1_000


@dataclass
class Trial:
    """Results of the trial of a view.

    Attributes
    ----------
    name : str
        Name of the view.
    forecaster : sktime forecaster
        Its forecaster, unfitted.
    seconds : float
        Time of the trial, and of the fit to all rows.
    weight : float
        Weight in the forecast.
    forecasts : ndarray of shape (n_series, n_origins, n_steps) or None
        Forecasts of held-out rows. None: the view was not tried.
    errors : ndarray of shape (n_series,) or None
        Mean scaled absolute errors of these for each series; NaN if there is none.
    error : float
        Their mean over all errors; NaN if there is none.
    possible : ndarray of bool of shape (n_series,) or None
        The series that it can forecast. None: all of them.
    learned : sktime forecaster or None
        The forecaster after the trial, if its networks can learn the held-out rows too, without
        a new start.
    """

    name: str
    forecaster: object
    seconds: float = 0.0
    weight: float = 0.0
    forecasts: object = None
    errors: object = None
    error: float = np.nan
    possible: object = None
    learned: object = None

    def run(self, held_out, X, scales, *, keep=False):
        """Fit the view to the training part, and forecast the held-out rows.

        With `keep`, :meth:`fitted` may continue from this fit.
        """
        start = time.monotonic()
        with warnings.catch_warnings():
            # A view that performs badly here gets a small weight. Users did not request this fit.
            warnings.simplefilter("ignore", SkrnnWarning)
            try:
                forecaster = self.forecaster.clone()
                self.forecasts = forecast_held_out(forecaster, held_out, X)
                if keep and _can_learn_further(forecaster, held_out.n_steps):
                    self.learned = forecaster
            except (NothingToLearnError, UnknownFeatureError):
                # The training part may be too short even if all rows together are enough.
                self.forecasts = np.full(held_out.shape, np.nan)
        self.possible = ~np.isnan(self.forecasts).all(axis=(1, 2))
        if X is not None and reads_features(self.forecaster):
            # The features of the steps after a series without held-out rows are not known here.
            self.possible |= ~held_out.enough
        errors = np.abs(in_units_of(held_out.errors(self.forecasts), scales))
        known = np.isfinite(errors)
        total, count = np.where(known, errors, 0.0).sum(axis=(1, 2)), known.sum(axis=(1, 2))
        self.errors = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
        self.error = float(total.sum() / count.sum()) if known.any() else np.nan
        self.seconds = time.monotonic() - start

    def fitted(self, y, X, fh):
        """Return the forecaster, fitted to all rows.

        Parameters
        ----------
        y, X, fh
            As in `fit`.
        """
        forecaster, self.learned = self.learned, None
        if forecaster is None or not forecaster._would_choose_alike(y):
            return self.forecaster.clone().fit(y, X=X, fh=fh)
        return forecaster._learn_further(y)


def _can_learn_further(forecaster, n_steps):
    check = getattr(forecaster, "_can_learn_further", None)
    # It has no networks if sktime copies it for each series.
    return check is not None and hasattr(forecaster, "networks_") and check(n_steps)


def forecast_held_out(forecaster, held_out, X):
    """Fit a forecaster to the training part, and forecast from each origin.

    Parameters
    ----------
    forecaster : sktime forecaster
        Unfitted.
    held_out : HeldOut
        The rows.
    X : DataFrame or None
        Features of all rows.

    Returns
    -------
    ndarray of shape (n_series, n_origins, n_steps)
        NaN if there is no row to forecast from.
    """
    fh = np.arange(1, held_out.n_steps + 1)
    X = cover_horizon(X, held_out)
    leave_unknown(forecaster.fit(held_out.training_part(), X=X, fh=fh))
    if not of_all_series(forecaster):
        return _one_by_one(forecaster, held_out, X)
    ends = [held_out.known_at(origin) for origin in range(held_out.n_origins)]
    forecasts = forecaster._forecasts_after(held_out.y, X, ends, held_out.n_steps)
    return np.stack(forecasts, axis=1)[..., 0]


def _one_by_one(forecaster, held_out, X):
    """Forecast from each origin with sktime's methods."""
    forecasts = []
    # Without it, many forecasters of others would forecast from the end of the training part.
    update_params = is_updated_at_origins(forecaster)
    for origin in range(held_out.n_origins):
        if origin:
            forecaster.update(held_out.rows_until(origin), X=X, update_params=update_params)
        values = forecast_rows(forecaster, None, X, held_out.y.index)
        forecasts.append(values.reshape(-1, held_out.n_steps))
    return np.stack(forecasts, axis=1)


def cover_horizon(X, held_out):
    """Return the features, with unknown rows after the end of series without held-out rows.

    A trial forecasts all series from the end of their training part, and for these series this is
    the end of `X`. The forecasts are not used.

    Parameters
    ----------
    X : DataFrame or None
        Features of all rows.
    held_out : HeldOut
        The rows that are held out.

    Returns
    -------
    DataFrame or None
    """
    coming = held_out.rows_after_short_series()
    X = of_series(X, held_out.y.index)
    if X is None or coming is None:
        return X
    # With NaN, booleans would be objects, and these are categories.
    return with_rows(X.astype(dict.fromkeys(X.select_dtypes(bool), np.float64)), coming)


def of_series(X, index):
    """Return the features of the series in an index. Forecasts refuse those of other series."""
    if X is None or X.index.nlevels == 1:
        return X
    return X[X.index.droplevel(-1).isin(index.droplevel(-1).unique())]


def with_rows(X, coming):
    """Return features with unknown rows where they have none.

    Parameters
    ----------
    X : DataFrame
        Features.
    coming : Index
        Labels of the rows. They may be in another time zone.

    Returns
    -------
    DataFrame
    """
    coming = _in_zone_of(X.index, coming)
    if coming.isin(X.index).all():
        return X
    index = X.index.append(coming[~coming.isin(X.index)])
    rows = np.append(np.arange(len(X)), np.full(len(index) - len(X), -1))
    # The order of the series is kept, and the rows of each are in time order.
    times = index.get_level_values(-1).factorize(sort=True)[0]
    series = index.droplevel(-1).factorize()[0] if index.nlevels > 1 else np.zeros(len(index))
    order = np.lexsort((times, series))
    return X.reset_index(drop=True).reindex(rows[order]).set_axis(index[order])


def _in_zone_of(index, labels):
    """Return labels with times in the time zone of an index, which `append` needs."""
    times, own = labels.get_level_values(-1), index.get_level_values(-1)
    zones = [getattr(each, "tz", None) for each in (own, times)]
    if None in zones or zones[0] == zones[1]:
        return labels
    times = times.tz_convert(zones[0])
    if labels.nlevels == 1:
        return times
    names = [labels.get_level_values(level) for level in range(labels.nlevels - 1)]
    return pd.MultiIndex.from_arrays([*names, times], names=labels.names)


def weights_of(tried, held_out, rule, *, with_X=False):
    """Return the weights of the views that were tried, for each series.

    Parameters
    ----------
    tried : list of Trial
        The views.
    held_out : HeldOut
        The rows.
    rule : {"mean", "weighted", "best"}
        As in :func:`weigh`.
    with_X : bool, default=False
        Whether there are features. Views that ignore a strong feature make the same errors, which
        many errors of a panel show.

    Returns
    -------
    ndarray of shape (n_trials, n_series)
    """
    n_series = len(held_out.enough)
    if not (held_out.n_origins and tried):
        return np.full((len(tried), n_series), 1 / max(len(tried), 1))
    errors = np.stack([trial.errors for trial in tried])
    short = n_series == 1 and held_out.n_known()[0] < _LONG
    largest = RATIO_OF_ONE if short else USUAL_RATIO
    weights = weigh_each(errors, held_out.n_errors(), rule, possible_forecasts(tried), largest)
    if rule == "weighted" and with_X and n_series > 1:
        together = _weights_of_panel(tried, held_out, weights)
        if together is not None:
            return together
    if rule == "weighted" and _tells_correlations(held_out):
        forecasts, truth = np.stack([trial.forecasts for trial in tried]), held_out.truth()
        for i in np.flatnonzero(held_out.n_known() >= _LONG):
            apart = (truth[i] - forecasts[:, i]).reshape(len(tried), -1)
            apart[weights[:, i] == 0] = np.nan  # a view that is left out stays out
            together = weigh_together(apart)
            if np.isfinite(together).all():
                weights[:, i] = (weights[:, i] + together) / 2
    return weights


def _tells_correlations(held_out):
    """Return whether each series has enough errors to estimate the correlations of views."""
    n_origins, n_errors = held_out.n_origins, held_out.n_origins * held_out.n_steps
    return n_origins >= _MANY_ORIGINS and n_errors >= _MANY_OF_A_SERIES


def possible_forecasts(tried):
    """Return which views can forecast which series.

    Parameters
    ----------
    tried : list of Trial
        The views.

    Returns
    -------
    ndarray of bool of shape (n_trials, n_series)
        A series that no view could forecast in the trial, or a view that could forecast no series
        there, says nothing about the others, and is True.
    """
    possible = np.stack(
        [np.ones(len(t.forecasts), bool) if t.possible is None else t.possible for t in tried]
    )
    return possible | ~possible.any(axis=0) | ~possible.any(axis=1, keepdims=True)


def _weights_of_panel(tried, held_out, weights):
    """Return weights with the smallest squared error in all series, each of which counts equally.

    None if the panel has too few errors, or if all views read features, or none does.
    """
    possible = possible_forecasts(tried)
    usual = possible.all(axis=0)
    # A view that is left out stays out, also if it is the only one that can forecast some series.
    used = (weights[:, usual] if usual.any() else weights).any(axis=1)
    if len({reads_features(tried[i].forecaster) for i in np.flatnonzero(used)}) < 2:
        return None
    apart = held_out.errors(np.stack([trial.forecasts for trial in tried]))
    common = np.isfinite(apart[used]).all(axis=0)
    if common.sum() < _MANY_ERRORS:
        return None
    apart = np.where(used[:, None, None, None] & common, apart, np.nan)
    # With units from earlier rows, one series that rarely changes would decide about all others.
    squares = np.where(common, apart[used] ** 2, 0.0).mean(axis=0).sum(axis=(1, 2))
    units = np.sqrt(squares / np.maximum(common.sum(axis=(1, 2)), 1))
    apart = [in_units_of(each, units).ravel() for each in apart]
    together = weigh_together(np.stack(apart))
    if not np.isfinite(together).all():
        return None
    # Where some views cannot forecast, others must keep their weights.
    unknown = np.isnan([trial.errors for trial in tried])
    partly = unknown[used].any(axis=0) & ~unknown.all(axis=0) | ~possible[used].all(axis=0)
    return np.where(partly, weights, together[:, None])


def leaderboard(trials):
    """Return the table of the views, the best first.

    Parameters
    ----------
    trials : list of Trial
        The views.

    Returns
    -------
    DataFrame
        With the index "view".
    """
    table = pd.DataFrame(
        {
            "view": [trial.name for trial in trials],
            "error": [trial.error for trial in trials],
            "weight": [trial.weight for trial in trials],
            "time": [trial.seconds for trial in trials],
            "settings": [repr(trial.forecaster) for trial in trials],
        }
    ).set_index("view")
    return table.sort_values(["weight", "error"], ascending=[False, True], kind="stable")
