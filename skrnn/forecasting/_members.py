"""The forecasters inside a forecaster, one for each series or view, and what they have seen."""

from contextlib import contextmanager

import pandas as pd
from sktime.forecasting.base import ForecastingHorizon


def members(forecaster):
    """Yield a fitted forecaster, and all forecasters in it.

    Parameters
    ----------
    forecaster : forecaster
        sktime may have created a copy for each series, and a combination has one for each view.

    Yields
    ------
    forecaster
    """
    yield forecaster
    inner = getattr(forecaster, "forecasters_", None)
    if isinstance(inner, pd.DataFrame):
        inner = inner.to_numpy().ravel()
    elif isinstance(inner, dict):
        inner = inner.values()
    else:  # other sktime forecasters keep theirs in other ways
        inner = ()
    for member in inner:
        yield from members(member)


def leave_unknown(forecaster):
    """Make a fitted forecaster return NaN without a warning if it has no row to forecast from."""
    for member in members(forecaster):
        if hasattr(member, "_leaves_unknown"):
            member._leaves_unknown = True
    return forecaster


def steps_without_network(forecaster):
    """Return the steps ahead that series need, but that none is long enough to learn from."""
    networks = (getattr(member, "networks_", None) for member in members(forecaster))
    return tuple({step for each in networks if each is not None for step in each.unlearned})


def residuals(forecaster, y, X, of_one_series):
    """Return the errors of the forecasts of series.

    Parameters
    ----------
    forecaster : RNNForecaster or AutoRNNForecaster
        Fitted.
    y : series, panel or None
        The series. None means all rows that the forecaster has seen.
    X : series, panel or None
        Features of rows that it has not seen.
    of_one_series : callable
        sktime's method for one series, with the parameters `y` and `X`.

    Returns
    -------
    series or panel
    """
    with _any_horizon(forecaster):
        seen = gathered(forecaster, "_seen")
        y = seen if y is None else y
        if not isinstance(getattr(y, "index", None), pd.MultiIndex):
            return of_one_series(y, X)
        if y.index.isin(seen.index).all():
            return y - gathered(forecaster, "_forecasts_of_seen_rows").reindex(y.index)
        times = y.index.get_level_values(-1).unique().sort_values()
        forecast = forecaster.predict(ForecastingHorizon(times, is_relative=False), X)
        return y - forecast.reindex(y.index)


def gathered(forecaster, method):
    """Return the result of a method as a frame, joined over the copies that sktime created.

    Parameters
    ----------
    forecaster : RNNForecaster or AutoRNNForecaster
        Fitted.
    method : str
        Name of a method without parameters that returns a frame.

    Returns
    -------
    DataFrame
    """
    copies = getattr(forecaster, "forecasters_", None)
    if not isinstance(copies, pd.DataFrame):
        return getattr(forecaster, method)()
    # A row of copies for each series of a panel, and a column for each column of a wide frame.
    rows = [pd.concat([gathered(c, method) for c in row], axis=1) for row in copies.to_numpy()]
    if forecaster._y_metadata["scitype"] == "Series":
        return rows[0]
    names = forecaster._yvec.X_mi_index.names[:-1]
    return pd.concat(dict(zip(copies.index, rows, strict=True)), names=names)


def joined_samples(forecaster, fh, X, **parameters):
    """Return samples of the copies that sktime made, as one of them returns them.

    Parameters
    ----------
    forecaster : AutoRNNForecaster
        Fitted to a wide frame, or a panel of them.
    fh : ForecastingHorizon
        The horizon.
    X : object
        Features, as sktime's checks return them.
    **parameters : object
        Parameters of `_samples`.

    Returns
    -------
    DataFrame
        The first level of its index counts the samples.
    """
    vectors = forecaster._yvec
    frames = vectors.vectorize_est(
        forecaster.forecasters_,
        method="_samples",
        return_type="list",
        args_rowvec={"X": X},
        fh=fh,
        **parameters,
    )
    frame = vectors.reconstruct(frames, overwrite_index=False)
    names, counted = frame.index.names, frames[0].index.names[0]
    if names[0] == counted:
        return frame
    series = [number for number, name in enumerate(names) if name != counted]
    known = vectors.X_mi_index.names[:-1]
    frame.index = frame.index.set_names([*known, *names[len(known) :]])
    frame = frame.reorder_levels([names.index(counted), *series])
    return frame.sort_index(level=0, sort_remaining=False, kind="stable")


@contextmanager
def _any_horizon(forecaster):
    """Allow horizons other than that of `fit`, which sktime would reject."""
    found = [(member, member._fh) for member in members(forecaster)]
    try:
        for member, _ in found:
            member._fh = None
        yield
    finally:
        for member, fh in found:
            member._fh = fh
