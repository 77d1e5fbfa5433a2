"""The forecasters inside a forecaster, one for each series or view, and what they have seen."""

from contextlib import ExitStack, contextmanager
from copy import copy, deepcopy
from functools import partial

import numpy as np
import pandas as pd
from sktime.datatypes import VectorizedDF
from sktime.forecasting.base import ForecastingHorizon

from skrnn._failed_fits import all_or_nothing

from ._features import label_rows
from ._network_training import NothingToLearnError
from ._series_names import advice_on_unseen, name_some


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


def with_step_of(forecaster, y):
    """Return later rows of one series, with the step of time that sktime has found in `fit`.

    sktime infers the step of these rows again, and refuses horizons with another step. A few rows
    look like another calendar: those from Monday to Friday are five days in a row.

    Parameters
    ----------
    forecaster : forecaster
        Fitted, or not.
    y : Series, DataFrame or other
        The rows.

    Returns
    -------
    Series, DataFrame or other
        `y` itself if it does not have dates as its index, or they do not have this step.
    """
    freq = getattr(forecaster.cutoff, "freq", None)
    index = getattr(y, "index", None)
    if freq is None or not isinstance(index, pd.DatetimeIndex) or index.freq == freq:
        return y
    try:
        return y.set_axis(pd.DatetimeIndex(index, freq=freq))
    except ValueError:
        return y


def copied(forecaster, memo):
    """Return a deep copy of a forecaster, which shares no forecaster with it.

    pandas copies a frame, in which sktime keeps a forecaster for each series, but not the
    forecasters.

    Parameters
    ----------
    forecaster : forecaster
        Of this package.
    memo : dict
        As for ``__deepcopy__``.

    Returns
    -------
    forecaster
    """
    result = memo[id(forecaster)] = copy(forecaster)
    for member in members(forecaster):
        frame = getattr(member, "forecasters_", None)
        if isinstance(frame, pd.DataFrame):
            memo[id(frame)] = frame.map(partial(deepcopy, memo=memo))
    vars(result).update(deepcopy(vars(forecaster), memo))
    return result


@contextmanager
def unchanged_if_refused(forecaster, *, learns=True):
    """Restore a fitted forecaster, and all forecasters and networks in it, if an update fails.

    The methods of this package replace what they change, so that references are enough to restore
    it. Other forecasters may change their parts in place, and are copied.

    Parameters
    ----------
    forecaster : forecaster
        Fitted.
    learns : bool, default=True
        Whether the update trains networks.
    """
    with ExitStack() as restored:
        for member in members(forecaster):
            restored.enter_context(_restored(member))
            networks = getattr(member, "networks_", None) if learns else None
            for part in () if networks is None else (networks, *networks.regressors):
                restored.enter_context(all_or_nothing(part))
        yield


@contextmanager
def _restored(member):
    """Restore the attributes of a forecaster if an update fails."""
    before = dict(vars(member)) if _is_own(member) else deepcopy(vars(member))
    try:
        yield
    except BaseException:
        vars(member).clear()
        vars(member).update(before)
        raise


def _is_own(forecaster):
    """Return whether a forecaster is of this package."""
    return hasattr(forecaster, "_long_form")


def update_view(forecaster, y, X, update_params):
    """Update a forecaster of any package with rows of some of the series of a panel.

    Parameters
    ----------
    forecaster : forecaster
        Fitted.
    y : DataFrame
        New rows.
    X : DataFrame or None
        Features.
    update_params : bool
        Whether the forecaster learns from the rows.
    """
    update = partial(forecaster.update, y, update_params=update_params)
    if _is_own(forecaster) or not getattr(forecaster, "_is_vectorized", False):
        update(X=X)
        return
    level = forecaster.forecasters_.index.nlevels
    given = _series_in(y, level)
    X = X if X is None else _in_order(X, _series_in(X, level), given)
    update_copies(forecaster, given, partial(update, X=X))


def _series_in(frame, level):
    """Return the names of the series of a panel, in the order in which they begin."""
    return frame.index.droplevel(list(range(level, frame.index.nlevels))).unique()


def update_copies(forecaster, given, update):
    """Update those copies of a forecaster, one for each series, whose series have new rows.

    sktime pairs series with copies by their position, and needs rows of all series.

    Parameters
    ----------
    forecaster : forecaster
        Fitted. sktime has created its copies.
    given : Index or None
        Names of the series with new rows, in the order of these rows. None means that y is one
        series.
    update : callable
        Updates all copies that the forecaster has by then.

    Raises
    ------
    ValueError
        If a series was not seen in `fit`.
    """
    rows, copies = forecaster._yvec, forecaster.forecasters_
    seen = rows.get_iter_indices()[0]
    if (given is None) != (seen is None):
        raise ValueError("y in update must be one series or a panel, as in fit.")
    places = [0] if seen is None else seen.get_indexer(given)
    if np.min(places) < 0:
        unseen = given[places < 0].tolist()[0]
        advice = advice_on_unseen(
            unseen, seen, "To forecast new series, fit a forecaster to them."
        )
        raise ValueError(
            f"fit has not seen the series {unseen!r}, but {name_some(seen)}. {advice}"
        )
    forecaster.forecasters_ = copies.iloc[places]
    update()
    joined = copies.copy()
    joined.iloc[places] = forecaster.forecasters_.to_numpy()
    forecaster.forecasters_, forecaster._yvec = joined, rows


@contextmanager
def shortest_named(y):
    """Name the shortest series if nothing can be learned from one of them.

    Parameters
    ----------
    y : VectorizedDF
        The series, each of which has its own copy of a forecaster.
    """
    try:
        yield
    except NothingToLearnError as error:
        names = y.get_iter_indices()[0]
        if names is None:
            raise
        levels = list(range(names.nlevels))
        known = y.X_multiindex.notna().all(axis=1).groupby(level=levels).sum()
        [name] = known.index[[known.argmin()]].tolist()
        raise NothingToLearnError(
            f"{error} Each series has its own networks, and {name!r} has the fewest known rows, "
            f"{known.min()}. Leave out such series."
        ) from None


def with_series_of(X, y):
    """Return the features of the series of y, arranged like y.

    sktime pairs the features of series with series by their position.

    Parameters
    ----------
    X, y : VectorizedDF
        The features, and the series. Other features are returned unchanged.

    Returns
    -------
    VectorizedDF

    Raises
    ------
    ValueError
        If X does not contain one of the series.
    """
    if not isinstance(X, VectorizedDF):  # rows of one series, for each column of y
        return X
    given, wanted = X.get_iter_indices()[0], y.get_iter_indices()[0]
    if given is None or wanted is None or given.equals(wanted):
        return X
    frame = _in_order(X.X_multiindex, given, wanted)
    return VectorizedDF(
        frame, is_scitype=X.is_scitype, iterate_as=X.iterate_as, iterate_cols=X.iterate_cols
    )


def _in_order(frame, given, wanted):
    """Return the rows of the wanted series of a panel, which are in another order."""
    missing = ~wanted.isin(given)
    if missing.any():
        raise ValueError(
            f"X has no row for the series {wanted[missing].tolist()[0]!r} (it has rows for "
            f"{name_some(given)}): it must contain every series of y."
        )
    series = frame.index.droplevel(list(range(wanted.nlevels, frame.index.nlevels)))
    places = wanted.get_indexer(series)
    order = np.argsort(places, kind="stable")
    return frame.iloc[order[places[order] >= 0]]


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


def has_networks(forecaster):
    """Return whether a fitted forecaster, or one of those in it, has networks."""
    return any(getattr(member, "networks_", None) is not None for member in members(forecaster))


def residuals(forecaster, y, X, of_one_series):
    """Return the errors of the forecasts of series.

    Parameters
    ----------
    forecaster : RNNForecaster or AutoRNNForecaster
        Fitted.
    y : series, panel or None
        The series. None means all rows that the forecaster has seen.
    X : series, panel or None
        Features of rows that it has not seen. Forecasts of the last rows that it has seen may read
        those of later rows.
    of_one_series : callable
        sktime's method for one series, with the parameters `y` and `X`.

    Returns
    -------
    series or panel
    """
    with _any_horizon(forecaster):
        seen = gathered(forecaster, "_seen")
        if y is None:  # sktime would convert it to a series without a name
            y = seen.iloc[:, 0] if forecaster._y_metadata["mtype"] == "pd.Series" else seen
        if not isinstance(getattr(y, "index", None), pd.MultiIndex):
            return of_one_series(y, X)
        if y.index.isin(seen.index).all():
            later = X if isinstance(X, pd.DataFrame) else None
            forecast = gathered(forecaster, "_forecasts_of_seen_rows", later)
            return y - forecast.reindex(y.index)
        forecast = forecaster.predict(_horizon_of_rows(forecaster, y.index, X), X)
        return y - forecast.reindex(y.index)


def _horizon_of_rows(forecaster, index, X):
    """Return a horizon with the rows of a panel, relative to the end of each series if possible.

    In a series that ends early, the times of others may be too many steps ahead. If there are
    features, they must be known for all steps of all series.
    """
    times = index.get_level_values(-1)
    axis, names, last = _ends_of_series(forecaster)
    series = None if axis is None else names.get_indexer(index.droplevel(-1))
    if series is not None and (series >= 0).all():
        steps = axis.positions(times, "y") - last[series]
        wanted = np.unique(steps)
        ahead = axis.labels((last[:, None] + wanted[wanted > 0]).ravel())
        if X is None or label_rows(names, ahead).isin(X.index).all():
            return ForecastingHorizon(wanted)
    return ForecastingHorizon(times.unique().sort_values(), is_relative=False)


def _ends_of_series(forecaster):
    """Return a time axis, the names of the series of a panel, and their last rows on this axis.

    The axis is None if there is none for all copies that sktime created.
    """
    copies = getattr(forecaster, "forecasters_", None)
    if not isinstance(copies, pd.DataFrame):
        return forecaster._axis, forecaster._panel.instances, _last_rows(forecaster)
    one, *_ = copies = copies.iloc[:, 0]
    ends = pd.Index([copy._axis.labels(_last_rows(copy))[0] for copy in copies])
    try:
        return one._axis, copies.index, one._axis.positions(ends, "y")
    except ValueError:  # series with other steps
        return None, None, None


def _last_rows(forecaster):
    return forecaster._steps_of(ForecastingHorizon([1]), forecaster._panel)[0]


def gathered(forecaster, method, *X):
    """Return the result of a method as a frame, joined over the copies that sktime created.

    Parameters
    ----------
    forecaster : RNNForecaster or AutoRNNForecaster
        Fitted.
    method : str
        Name of a method that returns a frame.
    *X : DataFrame or None
        Its only parameter, if it has one: features of the series.

    Returns
    -------
    DataFrame
    """
    copies = getattr(forecaster, "forecasters_", None)
    if not isinstance(copies, pd.DataFrame):
        return getattr(forecaster, method)(*X)
    # A row of copies for each series of a panel, and a column for each column of a wide frame.
    rows = [
        pd.concat([gathered(c, method, *(_rows_of(x, name) for x in X)) for c in row], axis=1)
        for name, row in zip(copies.index, copies.to_numpy(), strict=True)
    ]
    if forecaster._y_metadata["scitype"] == "Series":
        return rows[0]
    names = forecaster._yvec.X_mi_index.names[:-1]
    return pd.concat(dict(zip(copies.index, rows, strict=True)), names=names)


def _rows_of(X, name):
    """Return the features of one series of a panel. Those of one series are returned unchanged."""
    if X is None or X.index.nlevels == 1:
        return X
    levels = list(range(X.index.nlevels - 1))
    return X[X.index.droplevel(-1) == name].droplevel(levels)


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
    X = X if X is None else with_series_of(X, vectors)
    frames = vectors.vectorize_est(
        forecaster.forecasters_,
        method="_samples_of_copy",
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
    """Allow horizons other than that of `fit`, which sktime would reject.

    Forecasters of other packages may need their horizon to make any forecast.
    """
    found = [(member, member._fh) for member in members(forecaster) if _is_own(member)]
    try:
        for member, _ in found:
            member._fh = None
        yield
    finally:
        for member, fh in found:
            member._fh = fh
