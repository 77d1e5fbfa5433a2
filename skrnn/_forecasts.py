"""What surrounds a forecast: its shape, the states it starts from, and its score."""

import numpy as np
from sklearn.metrics import d2_pinball_score, r2_score


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
        raise ValueError(
            f"X holds windows of {windows.shape[1]} steps and {windows.shape[2]} features, "
            f"but {type(estimator).__name__} is fitted on {network.n_timesteps} steps and "
            f"{network.n_features} features."
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
        arrays = [np.asarray(array, np.float64) for array in state]
    except (TypeError, ValueError):
        arrays = []
    if [array.shape for array in arrays] != shapes or not all(
        np.isfinite(array).all() for array in arrays
    ):
        raise ValueError(
            f"initial_state must be a list of finite arrays of the shapes {shapes}, as "
            f"return_state=True gives them. Got {[np.shape(a) for a in arrays] or state!r}."
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
            "values of X are too far from those that the network was fitted on."
        )
    return forecast


def score(estimator, X, y, sample_weight):
    """Score of a regressor's forecasts; see ``RNNRegressor.score``."""
    forecast = estimator.predict(X)
    y = np.asarray(y, np.float64)
    if np.ndim(estimator.quantile):
        scores = [
            _known_score(d2_pinball_score, y, forecast[..., i], sample_weight, alpha=quantile)
            for i, quantile in enumerate(estimator.quantile)
        ]
        return float(np.mean(scores))
    return _known_score(r2_score, y, forecast, sample_weight)


def _known_score(metric, y, forecast, sample_weight, **settings):
    """Score over the known targets alone, sequences laid out row after row."""
    known = np.isfinite(y)
    if y.ndim < 2 or (known.all() and y.ndim == 2):
        return metric(y, forecast, sample_weight=sample_weight, **settings)
    if sample_weight is not None:
        weight = np.asarray(sample_weight, np.float64).reshape(-1, *[1] * (y.ndim - 1))
        sample_weight = np.broadcast_to(weight, y.shape)[known]
    return metric(y[known], forecast[known], sample_weight=sample_weight, **settings)
