"""What surrounds a forecast: its shape, the states it starts from, and its score."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.validation import check_is_fitted

from ._validation import check_no_dates
from .network._architecture import Architecture
from .network._forward import predict_stream, predict_windows


@dataclass(frozen=True)
class FittedNetwork:
    """What the forecaster and the displays may use of a fitted estimator.

    This is the internal interface of the estimators: code outside of their own modules reads
    their private attributes nowhere else.

    Attributes
    ----------
    estimator : RNNRegressor
        The fitted estimator.
    architecture : Architecture
        Settings and shapes of its network.
    weights : list of ndarray
        Weights of the network, as in ``weights_``.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor
    >>> from skrnn._output import FittedNetwork
    >>> X = np.linspace(-1, 1, 20)[:, None]
    >>> network = FittedNetwork.of(RNNRegressor("gru", 2, epochs=1).fit(X, X[:, 0]))
    >>> forecast, _ = network.forecast(network.windows(X))
    >>> forecast.shape
    (20, 1, 1)
    """

    estimator: object
    architecture: Architecture
    weights: list

    @classmethod
    def of(cls, estimator):
        """Take the network out of an estimator.

        Parameters
        ----------
        estimator : RNNRegressor
            The estimator.

        Returns
        -------
        FittedNetwork

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(estimator)
        return cls(estimator, estimator._network, estimator.weights_)

    @property
    def target_ndim(self):
        """Dimensions of the targets in ``fit``, without that of the steps of a sequence."""
        return self.estimator._y_ndim

    @property
    def state_after_training(self):
        """State of a stateful network after the last row it learned from; None: zeros."""
        return list(self.estimator._states) or None

    def windows(self, X):
        """Check what ``predict`` takes, and get the windows of shape (rows, steps, features)."""
        windows = self.estimator._check_windows(X, reset=False)
        check_steps(windows, self.architecture, self.estimator)
        return windows

    def state_before(self, windows):
        """State from which ``predict`` of a stateful estimator reads windows; None: zeros."""
        return self.estimator._state_before(windows)

    def forecast(self, windows, state=None, *, with_state=False):
        """Forecast windows, each from a state of its own.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows.
        state : list of ndarray of shape (n_samples, units), default=None
            States before the windows; None: zeros.
        with_state : bool, default=False
            Whether to return the states after the windows.

        Returns
        -------
        forecast : ndarray of shape (n_samples, n_target_steps, n_outputs[, n_quantiles])
            The forecasts.
        state : list of ndarray or None
            States after the windows.
        """
        return predict_windows(
            self.architecture, self.weights, windows, state, with_state=with_state
        )

    def forecast_in_order(self, windows, state=None):
        """Forecast windows in their order, the state carried from each to the next.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows.
        state : list of ndarray of shape (units,), default=None
            State before the first window; None: zeros.

        Returns
        -------
        forecast : ndarray of shape (n_samples, n_target_steps, n_outputs[, n_quantiles])
            The forecasts.
        state : list of ndarray of shape (units,)
            State after the last window.
        """
        return predict_stream(self.architecture, self.weights, windows, state)


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


def shape_forecast(forecast, network, y_ndim, dtype):
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


def interpolate_quantile(values, quantiles, alpha):
    """Interpolate linearly between the quantiles that were forecast.

    Parameters
    ----------
    values : ndarray of shape (..., n_quantiles)
        Forecasts.
    quantiles : sequence of float of shape (n_quantiles,)
        The quantiles that they are, in increasing order.
    alpha : float
        The quantile wanted. Beyond the outermost quantiles these are taken.

    Returns
    -------
    ndarray of shape (...)

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn._output import interpolate_quantile
    >>> interpolate_quantile(np.array([[1.0, 6.0]]), (0.1, 0.6), 0.2)
    array([2.])
    """
    if len(quantiles) == 1:
        return values[..., 0]
    right = int(np.clip(np.searchsorted(quantiles, alpha), 1, len(quantiles) - 1))
    low, high = quantiles[right - 1], quantiles[right]
    share = float(np.clip((alpha - low) / (high - low), 0, 1))
    return (1 - share) * values[..., right - 1] + share * values[..., right]


def score(estimator, X, y, sample_weight):
    """Score of a regressor's forecasts; see ``RNNRegressor.score``.

    The mean over outputs and quantiles, as scikit-learn's metrics take it. Only known targets
    count, those of a sequence alike.
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
    _check_known(y, sample_weight)
    scores = [
        _known_score(metric, y[..., i], forecast[..., i, k], sample_weight)
        for k, metric in enumerate(metrics)
        for i in range(network.n_outputs)
    ]
    return float(np.mean(scores))


def _check_truth(y, forecast, sample_weight):
    """Check that the targets to score by are those of the forecast."""
    check_no_dates(y, "y")
    y = check_array(
        y,
        dtype=np.float64,
        ensure_2d=False,
        allow_nd=True,
        ensure_all_finite="allow-nan",
        input_name="y",
    )
    check_consistent_length(y, forecast, sample_weight)
    if y.size != forecast.size:
        raise ValueError(f"y has shape {y.shape}, but the forecast {forecast.shape}.")
    return y


def _check_known(y, sample_weight):
    """Check that each output has a known target that counts."""
    counts = np.ones(len(y), bool) if sample_weight is None else np.asarray(sample_weight) != 0
    known = ~np.isnan(y[counts]).all(axis=(0, 1))
    if not known.all():
        output = (
            f" of output {np.flatnonzero(~known)[0]} (counted from 0)" if len(known) > 1 else ""
        )
        rows = "" if counts.all() else " in the rows whose sample_weight is not zero"
        raise ValueError(f"y has no known target{output}{rows}: there is nothing to score by.")


def _known_score(metric, y, forecast, sample_weight):
    """Score of one output, ``(n_samples, n_target_steps)``, over only its known targets."""
    known = ~np.isnan(y)
    if sample_weight is not None:
        by_row = np.asarray(sample_weight, np.float64)[:, None]
        sample_weight = np.broadcast_to(by_row, y.shape)[known]
    return metric(y[known], forecast[known], sample_weight=sample_weight)
