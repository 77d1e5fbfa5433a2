"""What surrounds a forecast: its shape, the states it starts from, and its score."""

from functools import partial

import numpy as np
from sklearn.utils import check_consistent_length


def check_steps(windows, network, estimator):
    """Check that windows have the steps and features that a network was fitted on.

    Parameters
    ----------
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Checked windows.
    network : Architecture
        The fitted network.
    estimator : RNNRegressor
        Named in the error.

    Raises
    ------
    ValueError
        If they do not.
    """
    if windows.shape[1:] != (network.n_timesteps, network.n_features):
        hint = ""
        if estimator.n_timesteps not in (1, network.n_timesteps) or windows.shape[1] == 1:
            hint = f" A table is folded by n_timesteps, which is {estimator.n_timesteps}."
        raise ValueError(
            f"X holds windows of {windows.shape[1]} steps and {windows.shape[2]} features, "
            f"but {type(estimator).__name__} is fitted on {network.n_timesteps} steps and "
            f"{network.n_features} features.{hint}"
        )
    if estimator.stateful and network.bidirectional:
        raise ValueError(
            "stateful=True contradicts the network that was fitted, which has bidirectional=True: "
            "its way back through a window begins with rows that a later window holds."
        )


def check_initial_state(state, network, windows, *, stateful):
    """Check states handed to ``predict``.

    Parameters
    ----------
    state : list of array-like or None
        The states.
    network : Architecture
        The fitted network.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Checked windows.
    stateful : bool
        Whether one state goes from row to row, or each row has its own.

    Returns
    -------
    list of ndarray or None

    Raises
    ------
    ValueError
        If the number, a shape or a value is wrong.
    """
    if state is None:
        return None
    rows = () if stateful else (len(windows),)
    shapes = [(*rows, units) for units in network.state_shapes()]
    try:
        arrays = [np.asarray(array).astype(np.float64, casting="same_kind") for array in state]
    except (TypeError, ValueError):
        arrays = []
    got = [array.shape for array in arrays] or repr(state)
    if got == shapes and not all(np.isfinite(array).all() for array in arrays):
        got = "values that are not finite"
    if got != shapes:
        raise ValueError(
            f"initial_state must be a list of finite arrays of the shapes {shapes}, as "
            f"return_state=True gives them. Got {got}."
        )
    return arrays


def shaped(forecast, network, y_ndim, dtype):
    """Give a forecast the dimensions that the targets of ``fit`` had.

    Parameters
    ----------
    forecast : ndarray of shape (n_samples, n_target_steps, n_outputs[, n_quantiles])
        The forecast.
    network : Architecture
        The fitted network.
    y_ndim : int
        Dimensions of the targets, without that of the steps: 1 if one output had none.
    dtype : dtype
        Type of the result.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If a value is not finite in this type.
    """
    if y_ndim == 1:
        forecast = forecast[:, :, 0]
    if not network.return_sequences:
        forecast = forecast[:, 0]
    with np.errstate(over="ignore"):
        forecast = forecast.astype(dtype, copy=False)
    if not np.isfinite(forecast).all():
        raise ValueError(
            f"The forecast of row {np.argwhere(~np.isfinite(forecast))[0][0]} is not finite: the "
            "values of X are too far from those that the network was fitted on, or its training "
            "diverged, and a lower learning_rate or clipnorm may help."
        )
    return forecast


def score(estimator, X, y, sample_weight):
    """Score of a regressor's forecasts; see ``RNNRegressor.score``.

    The mean over outputs and quantiles, as scikit-learn's metrics take it; the known targets of
    a sequence count alike.
    """
    # Here, since a process that only forecasts waits a tenth of a second less without them.
    from sklearn.metrics import d2_pinball_score, r2_score

    forecast, network = estimator.predict(X), estimator._network
    quantiles = list(estimator.quantile) if np.ndim(estimator.quantile) else []
    if len(quantiles) != network.n_quantiles:
        raise ValueError(
            f"quantile={estimator.quantile!r} differs from the {network.n_quantiles or 'single'} "
            "forecast(s) of each target that the network was fitted to: fit it again."
        )
    y = _check_truth(y, forecast[..., 0] if quantiles else forecast, sample_weight)
    y = y.reshape(len(y), network.n_target_steps, network.n_outputs)
    forecast = forecast.reshape(*y.shape, -1)
    metrics = [partial(d2_pinball_score, alpha=q) for q in quantiles] or [r2_score]
    known = ~np.isnan(y) if network.return_sequences else np.ones(y.shape, bool)
    scores = [
        _known_score(metric, y[..., i], forecast[..., i, k], sample_weight, known[..., i])
        for k, metric in enumerate(metrics)
        for i in range(network.n_outputs)
    ]
    return float(np.mean(scores))


def _check_truth(y, forecast, sample_weight):
    """Check that the targets to score by are those of the forecast."""
    y = np.asarray(y, np.float64)
    check_consistent_length(y, forecast, sample_weight)
    if y.size != forecast.size:
        raise ValueError(f"y has shape {y.shape}, but the forecast {forecast.shape}.")
    return y


def _known_score(metric, y, forecast, sample_weight, known):
    """Score of one output, ``(n_samples, n_target_steps)``, over its known targets alone."""
    if sample_weight is not None:
        by_row = np.asarray(sample_weight, np.float64)[:, None]
        sample_weight = np.broadcast_to(by_row, y.shape)[known]
    return metric(y[known], forecast[known], sample_weight=sample_weight)
