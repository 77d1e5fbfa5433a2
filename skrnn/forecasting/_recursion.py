"""Forecasts many steps ahead, of all series at once."""

import numpy as np

from skrnn.windows._views import view_windows

from ._networks import forecast, forecast_stream


def forecast_recursively(networks, panel, n_known):
    """Forecast step after step, each forecast being the past of the next.

    Parameters
    ----------
    networks : Networks
        Networks that go one step ahead.
    panel : Panel
        Equally long series, the rows to forecast at the end.
    n_known : int
        Rows before the first one to forecast.

    Returns
    -------
    ndarray of shape (n_series, n_rows, n_targets)
        Scaled targets: forecasts wherever nothing is known of the rest of a series.

    Raises
    ------
    ValueError
        If nothing is known of a series.
    """
    scaled = networks.scaled(panel)
    targets = _cube(panel, scaled)[:, :, : networks.n_targets]
    first = _first_unknown(targets[:, :n_known])
    inputs = [_cube(panel, networks.inputs(panel, scaled, head)) for head in networks.heads]
    start = max(int(first.min()), networks.lag)
    states = [
        _state_before(networks, i, inputs[i][0, :n_known], start, int(panel.first[0]))
        for i in range(len(inputs))
    ]
    for row in range(start, targets.shape[1]):
        series = np.flatnonzero(first.min(axis=1) <= row)
        step = np.full((len(series), networks.n_targets), np.nan)
        for i, (head, regressor) in enumerate(
            zip(networks.heads, networks.regressors, strict=True)
        ):
            window = inputs[i][series, row - networks.lag : row]
            check_known(window, panel.instances, series)
            values, states[i] = forecast(
                regressor, head, window, states[i], with_state=regressor.stateful
            )
            step[:, list(head.columns)] = at_quantile(
                values, networks.quantiles, 0.5, nearest=True
            )[:, 0]
        targets[series, row] = np.where(first[series] <= row, step, targets[series, row])
        for array in inputs:
            array[series, row, : networks.n_targets] = targets[series, row]
    return targets


def forecast_at_once(networks, panel, n_known):
    """Forecast every step from the rows that are known.

    Parameters
    ----------
    networks : Networks
        Networks of the steps.
    panel, n_known
        As in :func:`forecast_recursively`.

    Returns
    -------
    ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
        Scaled; step i is ``networks.steps[i]`` ahead.

    Raises
    ------
    ValueError
        If a window holds nothing known.
    """
    scaled = networks.scaled(panel)
    steps = networks.steps
    shape = panel.n_series, len(steps), networks.n_targets, max(len(networks.quantiles), 1)
    result = np.full(shape, np.nan)
    for i, (head, regressor) in enumerate(zip(networks.heads, networks.regressors, strict=True)):
        rows = _cube(panel, networks.inputs(panel, scaled, head))
        window = rows[:, n_known - networks.lag : n_known]
        check_known(window, panel.instances, np.arange(len(window)))
        state = _state_before(networks, i, rows[0, :n_known], n_known, int(panel.first[0]))
        values, _ = forecast(regressor, head, window, state)
        places = np.searchsorted(steps, head.steps)
        result[:, places[:, None], list(head.columns)] = values
    return result


def forecast_in_sample(networks, panel, rows):
    """Forecast known rows, each from the rows before it.

    Parameters
    ----------
    networks : Networks
        The networks; those of the smallest step ahead are asked.
    panel : Panel
        With a gap of `lag` rows before each series.
    rows : ndarray of int
        The rows to forecast.

    Returns
    -------
    ndarray of shape (n_rows, n_targets, n_quantiles)
        Scaled. NaN where the window before a row holds nothing known.
    """
    scaled = networks.scaled(panel)
    step = networks.steps[0]
    shape = len(rows), networks.n_targets, max(len(networks.quantiles), 1)
    result = np.full(shape, np.nan)
    anchors = rows - step + 1
    age = panel.age()
    inside = age[rows] >= step
    for head, regressor in zip(networks.heads, networks.regressors, strict=True):
        if head.steps[0] != step:
            continue
        columns = networks.inputs(panel, scaled, head)
        padded = np.concatenate([np.full((networks.lag, columns.shape[1]), np.nan), columns])
        windows = view_windows(padded, networks.lag)
        known = inside.copy()
        known[inside] = ~_unknown(windows[anchors[inside]])
        if not known.any():
            continue
        if regressor.stateful:
            first = int(panel.starts[0]) + networks.history
            stream = windows[first : anchors.max() + 1]
            known &= anchors >= first
            if not known.any():
                continue
            values, _ = forecast_stream(regressor, head, stream)
            values = values[anchors[known] - first]
        else:
            values, _ = forecast(regressor, head, windows[anchors[known]])
        result[np.flatnonzero(known)[:, None], list(head.columns)] = values[:, 0]
    return result


def at_quantile(values, quantiles, alpha, *, nearest=False):
    """Interpolate linearly between the quantiles that were forecast.

    Parameters
    ----------
    values : ndarray of shape (..., n_quantiles)
        Forecasts.
    quantiles : tuple of float
        What they are; none: point forecasts.
    alpha : float
        The quantile wanted.
    nearest : bool, default=False
        Whether beyond the outermost quantiles these are taken.

    Returns
    -------
    ndarray of shape (...)

    Raises
    ------
    ValueError
        If `alpha` is beyond the outermost quantiles.
    """
    if not quantiles:
        return values[..., 0]
    beyond = max(quantiles[0] - alpha, alpha - quantiles[-1])
    if beyond > 1e-9 and not nearest:  # 0.5 - 0.8 / 2 is a little less than 0.1
        raise ValueError(
            f"The network forecasts the quantiles {quantiles}; {alpha:.6g} lies beyond "
            "them, where it knows nothing. Put the quantiles that are needed in `quantile`."
        )
    right = int(np.clip(np.searchsorted(quantiles, alpha), 1, max(len(quantiles) - 1, 1)))
    if len(quantiles) == 1:
        return values[..., 0]
    left = right - 1
    share = (np.clip(alpha, quantiles[0], quantiles[-1]) - quantiles[left]) / (
        quantiles[right] - quantiles[left]
    )
    return (1 - share) * values[..., left] + share * values[..., right]


def check_known(windows, instances, series):
    """Check that something is known in each window.

    Parameters
    ----------
    windows : ndarray of shape (n_series, lag, n_inputs)
        The windows.
    instances : Index or None
        What all series are called.
    series : ndarray of int of shape (n_series,)
        Which ones these are.

    Raises
    ------
    ValueError
        If nothing is known in one.
    """
    unknown = _unknown(windows)
    if not unknown.any():
        return
    number = series[int(np.argmax(unknown))]
    name = "y" if instances is None else f"the series {instances.tolist()[number]!r}"
    raise ValueError(
        f"The last {windows.shape[1]} rows of {name} before the forecast hold no row that is "
        "wholly known (targets and features): there is nothing to forecast it from. A longer "
        "lag, or the recursive strategy, may reach back further."
    )


def _unknown(windows):
    return np.isnan(windows).any(axis=2).all(axis=1)


def _cube(panel, values):
    """Rows of equally long series, ``(n_series, n_rows, n_columns)``."""
    return values.reshape(panel.n_series, -1, values.shape[1])


def _first_unknown(targets):
    """For each series and target the row after the last known one."""
    known = ~np.isnan(targets)
    n_rows = targets.shape[1]
    return np.where(known.any(axis=1), n_rows - known[:, ::-1].argmax(axis=1), n_rows)


def _state_before(networks, i, rows, start, origin):
    """State of a stateful network before it sees the window that ends before row `start`.

    It goes on from where training stopped; over rows that training has not reached, or from the
    beginning if it went further.
    """
    head, regressor = networks.heads[i], networks.regressors[i]
    if not regressor.stateful:
        return None
    begin, state = networks.learned_to[i] - origin, list(regressor._states) or None
    if begin > start:
        begin, state = networks.history, None
    windows = view_windows(np.ascontiguousarray(rows), networks.lag)
    stream = windows[begin - networks.lag : start - networks.lag]
    if len(stream):
        _, state = forecast_stream(regressor, head, stream, state)
    return None if state is None else [s[None] for s in state]
