"""Forecasts all series in scaled units, many steps ahead and in sample."""

import numpy as np

from skrnn.network._quantiles import interpolate_quantile
from skrnn.windows._views import view_windows

from ._forecaster_networks import forecast, forecast_stream


def forecast_recursively(networks, panel, n_known, bounds, n_paths=1):
    """Forecast step by step, where each step reads the earlier forecasts.

    Parameters
    ----------
    networks : ForecasterNetworks
        Networks that forecast one step ahead.
    panel : Panel
        Series of the same length, which end with the rows to forecast.
    n_known : int
        Number of rows before the first row to forecast.
    bounds : Bounds
        Bounds of the scaled targets. A forecast beyond them is limited before it is fed back.
    n_paths : int, default=1
        Number of copies of each series, one after another, whose forecasts are drawn.

    Returns
    -------
    targets : ndarray of shape (n_series * n_paths, n_rows, n_targets)
        Scaled targets, with forecasts instead of unknown values at the end of a series. NaN if no
        row of a window is known.
    far : ndarray of bool of shape (n_series * n_paths,)
        The series with a forecast far beyond its bounds.
    """
    scaled = networks.scaled(panel)
    targets = _cube(panel, scaled)[:, :, : networks.n_targets]
    first = _first_unknown(targets[:, :n_known])
    pairs = networks.tasks_and_networks()
    inputs = [_cube(panel, networks.inputs(panel, scaled, task)) for task, _ in pairs]
    start = max(int(first.min()), networks.lag)
    states = [
        _state_before(networks, i, inputs[i][0, :n_known], start, int(panel.first[0]))
        for i in range(len(inputs))
    ]
    if n_paths > 1:
        targets, first = (np.repeat(array, n_paths, axis=0) for array in (targets, first))
        inputs = [np.repeat(array, n_paths, axis=0) for array in inputs]
        states = [s and [np.repeat(array, n_paths, axis=0) for array in s] for s in states]
        bounds = bounds.repeated(n_paths)
    far = np.zeros(len(targets), bool)
    for row in range(start, targets.shape[1]):
        series = np.flatnonzero(first.min(axis=1) <= row)
        step = np.full((len(series), networks.n_targets), np.nan)
        for i, (task, network) in enumerate(pairs):
            window = inputs[i][series, row - networks.lag : row]
            known = ~_unknown(window)
            if not known.any():
                continue
            values, states[i] = forecast(
                network, task, window[known], states[i], with_state=networks.stateful
            )
            step[np.flatnonzero(known)[:, None], list(task.columns)] = median(
                values, networks.quantiles
            )[:, 0]
        whole = np.full((len(targets), 1, networks.n_targets, 1), np.nan)
        whole[series, 0, :, 0] = step
        limited, beyond = bounds.limit(whole, [row - n_known + 1], grows=not networks.lags)
        far |= beyond
        step = limited[series, 0, :, 0]
        targets[series, row] = np.where(first[series] <= row, step, targets[series, row])
        for array in inputs:
            array[series, row, : networks.n_targets] = targets[series, row]
    return targets, far


def forecast_at_once(networks, panel, n_known):
    """Forecast every step from the known rows.

    Parameters
    ----------
    networks : ForecasterNetworks
        Networks that forecast the steps.
    panel, n_known
        As in :func:`forecast_recursively`.

    Returns
    -------
    ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
        Scaled forecasts. Step i is ``networks.steps[i]`` ahead. NaN if no row of the window is
        known.
    """
    scaled = networks.scaled(panel)
    steps = networks.steps
    shape = panel.n_series, len(steps), networks.n_targets, networks.n_values
    result = np.full(shape, np.nan)
    for i, (task, network) in enumerate(networks.tasks_and_networks()):
        rows = _cube(panel, networks.inputs(panel, scaled, task))
        window = rows[:, n_known - networks.lag : n_known]
        known = np.flatnonzero(~_unknown(window))
        if not len(known):
            continue
        state = _state_before(networks, i, rows[0, :n_known], n_known, int(panel.first[0]))
        values, _ = forecast(network, task, window[known], state)
        places = np.searchsorted(steps, task.steps)
        result[known[:, None, None], places[:, None], list(task.columns)] = values
    return result


def forecast_in_sample(networks, panel, rows):
    """Forecast known rows, each from the rows before it.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks. Some of them forecast one step ahead.
    panel : Panel
        With a gap of `lag` rows before each series.
    rows : ndarray of int
        The rows to forecast.

    Returns
    -------
    ndarray of shape (n_rows, n_targets, n_quantiles)
        Scaled forecasts. NaN if no row of the window is known.

    Raises
    ------
    ValueError
        If no network forecasts one step ahead.
    """
    step = networks.steps[0]
    if step != 1:
        raise ValueError(
            "In-sample forecasts are one step ahead, but the networks were trained for the steps "
            f"{networks.steps} of fh. For in-sample forecasts and residuals, add step 1 to fh in "
            "fit."
        )
    scaled = networks.scaled(panel)
    n_values = networks.n_values
    if networks.summary is None:  # also of recursive networks, which feed back the median
        n_values = max(len(networks.quantiles), 1)
    shape = len(rows), networks.n_targets, n_values
    result = np.full(shape, np.nan)
    inside = panel.age()[rows] >= 1
    for task, network in networks.tasks_and_networks():
        if task.steps[0] != 1:
            continue
        columns = networks.inputs(panel, scaled, task)
        padded = np.concatenate([np.full((networks.lag, columns.shape[1]), np.nan), columns])
        windows = view_windows(padded, networks.lag)
        known = inside.copy()
        known[inside] = ~_unknown(windows[rows[inside]])
        if not known.any():
            continue
        if networks.stateful:
            first = int(panel.starts[0]) + networks.history
            stream = windows[first : rows.max() + 1]
            known &= rows >= first
            if not known.any():
                continue
            values, _ = forecast_stream(network, task, stream)
            values = values[rows[known] - first]
        else:
            values, _ = forecast(network, task, windows[rows[known]])
        result[np.flatnonzero(known)[:, None], list(task.columns)] = values[:, 0]
    return result


def median(values, quantiles):
    """Return the point forecast: the median of several quantiles, or the nearest quantile.

    Parameters
    ----------
    values : ndarray of shape (..., n_quantiles)
        Forecasts.
    quantiles : tuple of float
        The quantiles of the forecasts. Empty for point forecasts.

    Returns
    -------
    ndarray of shape (...)
    """
    return interpolate_quantile(values, quantiles, 0.5) if quantiles else values[..., 0]


def _unknown(windows):
    return np.isnan(windows).any(axis=2).all(axis=1)


def _cube(panel, values):
    """Return the rows of series of the same length, ``(n_series, n_rows, n_columns)``."""
    return values.reshape(panel.n_series, -1, values.shape[1])


def _first_unknown(targets):
    """Return the row after the last known row, for each series and target."""
    known = ~np.isnan(targets)
    n_rows = targets.shape[1]
    return np.where(known.any(axis=1), n_rows - known[:, ::-1].argmax(axis=1), n_rows)


def _state_before(networks, i, rows, start, origin):
    """Return the state of a stateful network before the window that ends before row `start`.

    It continues from the state after training, and reads the rows since then. If training went
    beyond `start`, it reads all rows from the first one.
    """
    if not networks.stateful:
        return None
    task, network = networks.tasks_and_networks()[i]
    begin, state = networks.learned_to[i] - origin, network.state_after_training
    if begin > start:
        begin, state = networks.history, None
    windows = view_windows(np.ascontiguousarray(rows), networks.lag)
    stream = windows[begin - networks.lag : start - networks.lag]
    if len(stream):
        _, state = forecast_stream(network, task, stream, state)
    return None if state is None else [s[None] for s in state]
