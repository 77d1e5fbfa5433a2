"""The views of the data that AutoRNNForecaster tries, each with its own forecaster."""

from inspect import signature

import numpy as np

from skrnn._warnings import warn_user
from skrnn.losses._many_zeros import is_intermittent

from ._aggregated_trend import PanelAggregatedTrend
from ._auto_settings import FittedSettings
from ._boosting_forecaster import PanelBoosting, enough_for_boosting
from ._forecaster import RNNForecaster
from ._forecaster_plan import ForecasterPlan
from ._held_out import room_for_origins
from ._holt_winters import PanelHoltWinters
from ._intermittent import PanelTSB
from ._ridge_forecaster import PanelRidge, enough_for_ridge
from ._season_removal import CYCLES, Seasons
from ._seasonal_naive import PanelSeasonalNaive
from ._smoothing_forecasters import PanelDampedTrend, PanelTheta
from ._transformations import Logarithm

LOG = {"transformer": "log"}
PLAIN = {"transformer": None}
RAW = {"deseasonalize": False}
# Views of networks that are also tried without features.
_N_WITHOUT_X = 2
# Parameters of trees.
_OF_TREES = ("sp", "known_features", "categorical_features", "static", "calendar")
# Seasonal periodicities with which the last cycle is a view of short series. On training windows,
# it makes forecasts of months better, but not those of quarters. It makes them worse if no season
# is found, or if there are no held-out rows, because all views then have equal weights.
_PERIODS_REPEATED = (12,)
# Networks for long series with features.
_EPOCHS_OF_LONG_SERIES, _SHORTEST_WINDOW, _SEASONS_OF_NETWORKS = 10, 12, 2
SEASONAL_VIEWS = {
    "logarithms, season removed": LOG,
    "season removed": PLAIN,
    "as they are": {**PLAIN, **RAW},
    "logarithms": {**LOG, **RAW},
}
"""Parameters of the views of series with a season, in the order in which they are tried."""
OF_AUTOMATIC_VIEWS = "n_networks", "known_features", "categorical_features", "static", "calendar"
"""Settings of the views that are made here."""


def make_views(parameters, *, panel, axis, periods, n_steps, with_X=False):
    """Return the forecasters of the views that fit the data.

    Statistical forecasters come first, because they take almost no time.

    Parameters
    ----------
    parameters : dict
        Parameters of all networks.
    panel : Panel
        The series. Only values that are not negative have logarithms.
    axis : TimeAxis
        Their time axis.
    periods : tuple of int
        Seasonal periodicities above 1. If no series is long enough for a season, the views of
        networks differ in their windows.
    n_steps : int
        Steps ahead.
    with_X : bool, default=False
        Whether there are features. Some networks then ignore them, in case they do harm.

    Returns
    -------
    dict of str to forecaster
    """
    ridge = {}
    if enough_for_ridge(panel.n_known(1), periods, n_steps):
        ridge = {"ridge": PanelRidge(sp=parameters["sp"])}
    if is_intermittent(panel.values):
        # Median forecasts of rare demand are zero. All of these forecast its mean.
        network = {"counts": RNNForecaster(**parameters, loss="poisson")}
        return {"TSB": PanelTSB(), **ridge, **network, **(_without_X(network) if with_X else {})}
    statistical = {
        "theta": PanelTheta(sp=parameters["sp"]),
        "damped trend": PanelDampedTrend(sp=parameters["sp"]),
        **(ridge or _of_short_series(parameters["sp"], panel, periods, n_steps)),
    }
    has_features = with_X or parameters.get("calendar") is not None
    if has_features and enough_for_boosting(panel.n_known(1)):
        return {**statistical, **_of_long_series(parameters, periods, n_steps)}
    networks = _networks(parameters, panel, periods, n_steps)
    networks = _without_equal(networks, panel, axis, periods, n_steps)
    return {**statistical, **networks, **(_without_X(networks) if with_X else {})}


def _of_short_series(sp, panel, periods, n_steps):
    """Return the statistical views of series that are too short for a ridge regression."""
    views = {"aggregated trend": PanelAggregatedTrend(sp=sp)}
    if _is_seasonal(panel, periods):
        views["Holt-Winters"] = PanelHoltWinters(sp=sp)
        can_be_evaluated = (room_for_origins(panel.n_known(1), n_steps) >= 0).any()
        repeated = tuple(periods) == _PERIODS_REPEATED and _has_season(panel, periods, None)
        if repeated and can_be_evaluated:
            views["seasonal naive"] = PanelSeasonalNaive(sp=sp)
    return views


def _is_seasonal(panel, periods):
    """Return whether a series is long enough for a season."""
    return any(panel.n_known(1).max() >= CYCLES * period for period in periods)


def _of_long_series(parameters, periods, n_steps):
    """Return the views that read the features of long series.

    Trees take a fraction of the time of networks there, so there is only one view of networks,
    which read short windows and see each row a few times. On held-out rows, they make the forecast
    of the weather of a day better, and that of half-hourly load worse. There is none if the
    horizon is longer than two short seasons, where a fit would take minutes.
    """
    of_trees = {name: parameters[name] for name in _OF_TREES if name in parameters}
    trees = {"boosting": PanelBoosting(**of_trees)}
    shortest = min(periods, default=n_steps)
    if n_steps > _SEASONS_OF_NETWORKS * shortest:
        return trees
    settings = {**parameters, **PLAIN, **RAW, "epochs": _EPOCHS_OF_LONG_SERIES}
    if periods:
        settings["lag"] = max(shortest, _SHORTEST_WINDOW)
    return {**trees, "as they are": RNNForecaster(**settings)}


def _networks(parameters, panel, periods, n_steps):
    """Return the views that are networks."""
    n_known, values = panel.n_known(1), panel.values[panel.rows]
    seasonal = _is_seasonal(panel, periods)
    longer = min(round(1.9 * n_steps), max(2, int(n_known.max()) // 4))
    plain = {
        "logarithms": LOG,
        "as they are": PLAIN,
        "logarithms, long windows": {**LOG, "lag": longer},
        "long windows": {**PLAIN, "lag": longer},
    }
    has_logarithms = not (values < 0).any() and (values > 0).any()
    return {
        name: RNNForecaster(**{**parameters, **view})
        for name, view in (SEASONAL_VIEWS if seasonal else plain).items()
        if has_logarithms or view["transformer"] is None
    }


def _without_X(networks):
    """Return the first views of networks, without the features."""
    some = list(networks.items())[:_N_WITHOUT_X]
    return {f"{name}, without X": view.clone().set_params(use_X=False) for name, view in some}


def _without_equal(views, panel, axis, periods, n_steps):
    """Leave out views that would forecast the same as another one, whose name is shorter."""
    settings = {
        name: _settings_of(view, panel, axis, periods, n_steps) for name, view in views.items()
    }
    return {
        name: view
        for name, view in views.items()
        if not any(settings[other] == settings[name] and len(other) < len(name) for other in views)
    }


def _settings_of(view, panel, axis, periods, n_steps):
    """Return the settings of a network that the data leave it."""
    lengths, values = panel.lengths, panel.values[panel.rows]
    steps = np.arange(1, n_steps + 1)
    fitted = FittedSettings.of(ForecasterPlan.of(view), axis, lengths, values, steps)
    return {
        **view.get_params(),
        "lag": fitted.lag,
        "deseasonalize": view.deseasonalize is not False
        and _has_season(panel, periods, view.transformer),
    }


def _has_season(panel, periods, transformer):
    """Return whether the networks would remove seasonality from any series."""
    values = panel.values
    if transformer == "log":
        values = Logarithm().fit(panel, values).transform(panel, values)
    return Seasons(tuple(periods), conditional=True).fit(panel, values).found


def warn_of_ignored_settings(forecaster):
    """Warn about settings that have no effect because views are given.

    Parameters
    ----------
    forecaster : AutoRNNForecaster
        The forecaster.

    Warns
    -----
    SkrnnWarning
        If such a setting differs from its default.
    """
    if forecaster.views is None:
        return
    parameters = signature(type(forecaster)).parameters
    ignored = [
        name
        for name in OF_AUTOMATIC_VIEWS
        if not _is_equal(getattr(forecaster, name), parameters[name].default)
    ]
    if ignored:
        are, them = ("is", "it") if len(ignored) == 1 else ("are", "them")
        warn_user(
            f"{', '.join(ignored)} {are} ignored, because views are given. Pass {them} to each "
            "view instead."
        )


def _is_equal(value, default):
    return value is default or (isinstance(value, type(default)) and value == default)
