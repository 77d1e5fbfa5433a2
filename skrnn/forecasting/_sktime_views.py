"""Uses any sktime forecaster as a view: those of this package, and those of others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sktime.forecasting.base import ForecastingHorizon

from ._members import gathered

_METHODS = ("clone", "fit", "update", "predict", "get_tag")


def check_views(views):
    """Check that views are a dict of forecasters.

    Parameters
    ----------
    views : object
        The value of the parameter `views`.

    Raises
    ------
    ValueError
        If they are anything else.
    """
    if views is None:
        return
    if not isinstance(views, dict) or not views:
        raise ValueError(
            "views must be a dict of names and sktime forecasters, with at least one. "
            f"Got {views!r}."
        )
    for name, view in views.items():
        missing = [method for method in _METHODS if not callable(getattr(view, method, None))]
        if isinstance(view, type) or missing:
            what = "a class, not an object" if isinstance(view, type) else f"without {missing[0]}"
            raise ValueError(
                "views must be a dict of names and sktime forecasters, such as "
                f"RNNForecaster() or NaiveForecaster(). views[{name!r}] is {view!r}, {what}."
            )


def reads_features(forecaster):
    """Return whether a forecaster, or one of those that it combines, reads `X`."""
    views = getattr(forecaster, "views", None)
    parts = views.values() if views and isinstance(views, dict) else [forecaster]
    return any(
        part.get_tag("capability:exogenous") and getattr(part, "use_X", True) for part in parts
    )


def is_updated_at_origins(forecaster):
    """Return whether a forecaster must be updated to forecast from later rows, as in sktime.

    Most forecasters of this package read any rows of the series. Others may fit themselves again.
    """
    return not hasattr(forecaster, "_forecasts_after")


def of_all_series(forecaster):
    """Return whether a fitted forecaster is of this package, and forecasts all series at once.

    sktime copies other forecasters for each series.
    """
    return hasattr(forecaster, "_forecasts_after") and not hasattr(forecaster, "forecasters_")


def forecast_rows(forecaster, fh, X, index):
    """Return the forecasts of a fitted forecaster for the rows of an index.

    Parameters
    ----------
    forecaster : forecaster
        Fitted to one series or a panel.
    fh : ForecastingHorizon or None
        The horizon. None means that of `fit`.
    X : DataFrame or None
        Features.
    index : Index
        The rows of the horizon, or without `fh` others of the same series, with the series in the
        order of `fit`.

    Returns
    -------
    ndarray of shape (n_rows,)
        NaN for rows that the forecaster cannot forecast, such as those before the end of `fit`.
    """
    if of_all_series(forecaster):
        return forecaster.predict(fh=fh, X=X).to_numpy(np.float64)[:, 0]
    possible = fh
    if fh is not None and not hasattr(forecaster, "_steps_learned"):
        if forecaster.get_tag("requires-fh-in-fit"):
            possible = None  # sktime refuses a part of the horizon that was passed to fit
        elif not forecaster.get_tag("capability:insample"):
            possible = fh.to_out_of_sample(forecaster.cutoff)
            if len(possible) == 0:
                return np.full(len(index), np.nan)
    forecast = forecaster.predict(fh=possible, X=X)
    found = _in_order(forecast, index) if possible is fh else forecast.reindex(index)
    return found.to_numpy(np.float64)[:, 0]


def forecasts_of_seen_rows(forecaster, seen, X=None):
    """Forecast rows that were seen one step ahead, each from the rows before it.

    Parameters
    ----------
    forecaster : forecaster
        Fitted to one series or a panel.
    seen : DataFrame
        All rows that were seen.
    X : DataFrame, default=None
        Features, which networks read in the rows after those that they forecast.

    Returns
    -------
    ndarray of shape (n_rows, 1)
        NaN where the forecaster has no forecast of such rows.
    """
    if hasattr(type(forecaster), "_forecasts_of_seen_rows"):
        table = gathered(forecaster, "_forecasts_of_seen_rows", X)
        return table.reindex(seen.index).to_numpy(np.float64)
    if not forecaster.get_tag("capability:insample") or forecaster.get_tag("requires-fh-in-fit"):
        return np.full(seen.shape, np.nan)
    times = seen.index.get_level_values(-1).unique().sort_values()
    forecast = forecaster.predict(fh=ForecastingHorizon(times, is_relative=False))
    return forecast.reindex(seen.index).to_numpy(np.float64)


def _in_order(forecast, index):
    """Return forecasts with their series in the order of an index."""
    if not isinstance(index, pd.MultiIndex):
        return forecast
    instances = index.droplevel(-1).unique()
    numbers = instances.get_indexer(forecast.index.droplevel(-1))
    return forecast.iloc[np.argsort(numbers, kind="stable")]
