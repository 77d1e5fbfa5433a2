"""Forecasts the steps of a horizon in the units of the series."""

from dataclasses import replace

import numpy as np

from ._differencing import base_coefficients, integrate
from ._forecast_limits import Bounds
from ._horizon import check_learned
from ._last_value import stand_ins, warn_of_unknown
from ._limited_forecasts import are_counts, report_limited
from ._scaling import CommonScaling
from ._series_rows import count_known
from ._strategies import forecast_at_once, forecast_in_sample, forecast_recursively, median
from ._summaries import Draws, Quantiles, equally_likely

# Most copies of series that are forecast at once, which bounds the memory of paths.
_MOST_ROWS = 50_000


def predict_steps(networks, panel, last, steps, future, *, stands_in=True):
    """Forecast some steps of every series.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks.
    panel : Panel
        All known rows.
    last : ndarray of int of shape (n_series,)
        Position in time of the last row of each series that a forecast may use.
    steps : ndarray of int of shape (n_series, n_steps)
        Steps after that row. Steps of 0 or less are in sample.
    future : ndarray of shape (n_series, n_ahead, n_features)
        Features of the rows after it. Forecasts of the last rows may also read them.
    stands_in : bool, default=True
        Whether the last known value is the point forecast if there is no known row to forecast
        from.

    Returns
    -------
    values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
        NaN if there is no known row to forecast from. Recursive networks forecast one quantile.
    naive : ndarray of shape (n_series, n_steps, n_targets)
        Point forecasts in their place. NaN for a series that has no row to learn or forecast from,
        in sample, and if `stands_in` is False.

    Warns
    -----
    SkrnnWarning
        If no row is known to forecast a series from, or if forecasts go far beyond their bounds.
    """
    known, panel = panel, networks.adjusted(panel)
    result = np.full((*steps.shape, networks.n_targets, networks.n_values), np.nan)
    far = np.zeros(panel.n_series, bool)
    before = steps <= 0
    rows = np.where(before, panel.row_of(last[:, None] + steps), -1)
    inside = rows >= 0
    if inside.any():
        longer = _with_features(networks, panel, last, future)
        places = longer.row_of(last[:, None] + steps)
        result[inside] = _in_sample(networks, longer, places[inside])
    if not before.all():
        values, far = _out_of_sample(networks, panel, last + 1, future)
        places = _places(networks, np.where(before, steps[~before].min(), steps))
        coming = np.take_along_axis(values, np.maximum(places, 0)[:, :, None, None], axis=1)
        coming[places < 0] = np.nan
        result[~before] = coming[~before]
    naive = np.full(result.shape[:3], np.nan)
    if stands_in:
        naive = _naive(networks, known, last, ~before, result)
        _report_blank_in_sample(networks, panel, rows, result)
    restored, beyond = _restored(networks, known, panel, last, steps, result)
    _report_limited(networks, known, far | beyond)
    return restored, naive


def _restored(networks, known, adjusted, last, steps, values):
    """Return forecasts in units of the series and within its bounds, and the series beyond them.

    The bounds are applied in the units of the series, because a range of logarithms is a large
    factor.
    """
    of_adjusted = Bounds.of(adjusted, adjusted.values[:, : networks.n_targets], last)
    restored = networks.restored(values, last[:, None] + steps)
    # The inverse of a transformation may be undefined for a forecast.
    lost = np.isnan(restored) & ~np.isnan(values)
    restored = np.where(lost, np.where(of_adjusted.above(values), np.inf, -np.inf), restored)
    bounds = Bounds.of(known, known.values[:, : networks.n_targets], last)
    ahead = (steps > 0)[..., None, None]
    coming = np.where(ahead, restored, np.nan)
    limited, beyond = bounds.limit(coming, steps)
    limited = bounds.of_one_sign(np.where(ahead, limited, restored))
    summary = networks.summary
    if summary is not None:
        limited = np.floor(limited) if networks.counts else limited
        limited = summary.limited(restored, limited)
        # The networks are not to blame for extreme quantiles.
        _, beyond = bounds.limit(summary.center(coming), steps)
    return limited, beyond


def _naive(networks, known, last, ahead, values):
    """Return the last known values for steps ahead, ``(n_series, n_steps, n_targets)``.

    A series without a completely known row has no such value, so its forecast is NaN.
    """
    naive = np.full(values.shape[:3], np.nan)
    missing = (np.isnan(values).any(axis=(2, 3)) & ahead).any(axis=1)
    if not missing.any():
        return naive
    last_values = stand_ins(
        known,
        networks.n_targets,
        last,
        missing,
        usable=count_known(known.values[known.rows], known.lengths) > 0,
        unlearned=networks.unlearned,
    )
    return np.where(ahead[..., None], last_values[:, None], naive)


def _report_blank_in_sample(networks, panel, rows, values):
    """Warn about series without in-sample forecasts, although their rows could have some."""
    missing = np.isnan(values).any(axis=(2, 3))
    reach = sum(networks.lags)
    possible = np.where(rows >= 0, panel.age()[rows], -1) > reach
    blank = (possible & missing).any(axis=1) & ~(possible & ~missing).any(axis=1)
    warn_of_unknown(panel, blank | ((rows >= 0).any(axis=1) & (panel.lengths <= reach + 1)))


def _with_features(networks, panel, last, future):
    """Return the panel, continued by rows without targets.

    Networks of many steps read their features when they forecast one of the last rows.
    """
    if networks.recursive or not networks.known.any():
        return panel
    unknown = np.full((*future.shape[:2], networks.n_targets), np.nan)
    return panel.continued(last, np.concatenate([unknown, future], axis=2), networks.lag)


def _in_sample(networks, panel, rows):
    """Return forecasts of known rows, ``(n_rows, n_targets, n_quantiles)``."""
    summary = networks.summary
    if isinstance(summary, Draws):  # of one step, whose quantiles are known exactly
        networks = replace(networks, summary=Quantiles(equally_likely(summary.n_values)))
    scaled = forecast_in_sample(networks, panel, rows)
    if networks.recursive and summary is None:
        scaled = median(scaled, networks.quantiles)[..., None]
    whole = np.full((len(panel.values), *scaled.shape[1:]), np.nan)
    whole[rows] = scaled
    values = unscaled(networks, panel, whole)
    base = panel.values[:, : networks.n_targets]
    for k, weight in base_coefficients(networks.lags).items():
        values += weight * panel.shifted(base, -k)[..., None]
    return values[rows]


def _out_of_sample(networks, panel, end, future):
    """Return forecasts of all steps after the end, and the series that left the bounds."""
    n_ahead = future.shape[1]
    length = _rows_needed(networks, panel, end)
    unknown = np.full((panel.n_series, n_ahead, networks.n_targets), np.nan)
    tail = panel.tail(length, end, np.concatenate([unknown, future], axis=2))
    if networks.summary is not None and networks.recursive:
        return _sampled_steps(networks, panel, end, tail, length)
    if networks.recursive:
        return _recursive_steps(networks, panel, end, tail, length)
    return _steps_at_once(networks, panel, end, tail, length), False


def _sampled_steps(networks, panel, end, tail, length):
    """Return paths of all series, each drawn from one network, and the series beyond the bounds.

    A path reads its own draws, so that its steps depend on each other (ancestral sampling).
    """
    most, members = max(_MOST_ROWS // panel.n_series, 1), networks.each_member()
    paths, far = [], []
    for member, places in zip(
        members, np.array_split(np.arange(networks.n_values), len(members)), strict=True
    ):
        for start in range(0, len(places), most):
            n_paths = min(most, len(places) - start)
            values, beyond = _recursive_steps(member, panel, end, tail, length, n_paths)
            paths.append(values)
            far.append(beyond)
    return np.concatenate(paths, axis=-1), np.mean(far, axis=0) > 0.5


def _recursive_steps(networks, panel, end, tail, length, n_paths=1):
    """Return recursive forecasts, and the series most of whose forecasts left the bounds."""
    known = networks.scaled(panel)[:, : networks.n_targets]
    bounds = Bounds.of(panel, known, end - 1, networks.target_scaling.zero)
    scaled, far = forecast_recursively(networks, tail, length, bounds, n_paths)
    scaled = np.moveaxis(scaled.reshape(panel.n_series, n_paths, *scaled.shape[1:]), 1, -1)
    flat = scaled.reshape(len(tail.values), -1, n_paths)
    changes = unscaled(networks, tail, flat).reshape(scaled.shape)
    known = tail.values[:, : networks.n_targets].reshape(scaled.shape[:-1])
    paths = [integrate(changes[..., i], known, networks.lags) for i in range(n_paths)]
    # Without a forecast of its changes, the forecast of a series is NaN, not its last value.
    series = np.where(np.isnan(scaled), np.nan, np.stack(paths, axis=-1))
    return series[:, length:], far.reshape(-1, n_paths).mean(axis=1) > 0.5


def _steps_at_once(networks, panel, end, tail, length):
    scaled = forecast_at_once(networks, tail, length)
    n_steps = scaled.shape[1]
    rows = panel.tail(n_steps, end)  # one row for each step
    values = unscaled(networks, rows, scaled.reshape(len(rows.values), *scaled.shape[2:]))
    values = values.reshape(scaled.shape)
    if not networks.lags:
        return values
    known = tail.values[:, : networks.n_targets].reshape(panel.n_series, -1, networks.n_targets)
    changes = np.concatenate([known[:, :length], values[..., 0]], axis=1)
    known = np.concatenate([known[:, :length], np.full_like(values[..., 0], np.nan)], axis=1)
    series = integrate(changes, known, networks.lags)[:, length:, :, None]
    return np.where(np.isnan(values), np.nan, series)


def _report_limited(networks, panel, far):
    """Report series whose forecast was far outside its bounds."""
    if far.any():
        targets = panel.values[panel.rows, : networks.n_targets]
        report_limited(
            None if panel.instances is None else panel.instances[far],
            recursive=networks.recursive,
            counts=not networks.counts and are_counts(targets),
        )


def _rows_needed(networks, panel, end):
    """Return the number of rows from which the first forecast is computed."""
    if networks.stateful:
        return max(int((end - panel.first).max()), networks.history)
    if not networks.recursive:
        return networks.history
    trailing = end - 1 - panel.last_known(networks.n_targets, end)
    return networks.history + sum(networks.lags) + max(int(trailing.max()), 0)


def _places(networks, steps):
    """Return the positions of steps among all forecast steps; -1 for steps without a network."""
    if networks.recursive:
        return steps - 1
    available = networks.steps
    places = np.searchsorted(available, steps)
    unlearned = np.isin(steps, networks.unlearned)
    check_learned(steps[~unlearned], available, "RNNForecaster")
    return np.where(unlearned, -1, places)


def unscaled(networks, panel, values):
    """Undo the scaling of targets.

    Parameters
    ----------
    networks : ForecasterNetworks
        Has the scaling.
    panel : Panel
        Layout of the series.
    values : ndarray of shape (n_rows, n_targets, n_quantiles)
        Scaled.

    Returns
    -------
    ndarray of the same shape
    """
    scaling = networks.target_scaling
    if isinstance(scaling, CommonScaling):
        return scaling.inverse_transform_quantiles(values)
    each = [scaling.inverse_transform(panel, values[..., q]) for q in range(values.shape[2])]
    return np.stack(each, axis=-1)
