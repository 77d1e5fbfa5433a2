"""Checks the inputs of a forecast, sets its shape, and computes its score."""

from dataclasses import dataclass, replace

import numpy as np
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted

from ._distributions import check_same_loss
from ._sklearn_compat import check_sample_weight
from ._validation import check_series, without_mask
from .losses._mixture import is_discrete, log_density
from .network._architecture import Architecture
from .network._forward import predict_stream, predict_windows
from .windows._target_steps import padded_targets, with_steps_of


@dataclass(frozen=True)
class FittedNetwork:
    """Interface of a fitted estimator for the forecaster and the displays.

    Other modules use this class instead of the private attributes of the estimators.

    Attributes
    ----------
    estimator : RNNRegressor
        The fitted estimator.
    architecture : Architecture
        Settings and shapes of the network.
    weights : list of ndarray
        Weights of the network, as in ``weights_``.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor
    >>> from skrnn._output import FittedNetwork
    >>> X = np.linspace(-1, 1, 20)[:, None]
    >>> network = FittedNetwork.of(RNNRegressor("gru", 2, epochs=1).fit(X, np.sin(X[:, 0])))
    >>> forecast, _ = network.forecast(X[:, None])
    >>> forecast.shape
    (20, 1, 1)
    """

    estimator: object
    architecture: Architecture
    weights: list

    @classmethod
    def of(cls, estimator):
        """Return the network of an estimator.

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
        return cls(estimator, estimator._fitted_architecture, estimator.weights_)

    def each_network(self):
        """Return each of several networks separately."""
        architecture = self.architecture
        return [
            replace(self, architecture=architecture.of_one_network, weights=weights)
            for weights in architecture.of_each_network(self.weights)
        ]

    @property
    def target_ndim(self):
        """Number of dimensions of y in ``fit``, not counting the steps of a sequence."""
        return self.estimator._y_ndim

    @property
    def state_after_training(self):
        """State of a stateful network after the last training row; None means zeros."""
        return list(self.estimator._states) or None

    def forecast(self, windows, state=None, *, with_state=False, raw=False, apart=False):
        """Forecast windows, where each has its own initial state.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows.
        state : list of ndarray of shape (n_samples, units), default=None
            States before the windows. None means zeros.
        with_state : bool, default=False
            Whether to return the states after the windows.
        raw : bool, default=False
            Whether to return the outputs of the network before the inverse of the link.
        apart : bool, default=False
            Whether to return the outputs of each network before the inverse of the link.

        Returns
        -------
        forecast : ndarray of shape (n_samples, n_target_steps, n_outputs[, n_quantiles])
            The forecasts. Outputs have an axis of networks in front.
        state : list of ndarray or None
            States after the windows.
        """
        return predict_windows(
            self.architecture,
            self.weights,
            windows,
            state,
            with_state=with_state,
            raw=raw,
            apart=apart,
            n_jobs=self.estimator.n_jobs,
            unknown_level=self.estimator._mean_level,
        )

    def forecast_in_order(self, windows, state=None, *, raw=False, apart=False):
        """Forecast windows in order, where each starts from the state after the previous one.

        Parameters
        ----------
        windows : ndarray of shape (n_samples, n_timesteps, n_features)
            The windows.
        state : list of ndarray of shape (units,), default=None
            State before the first window. None means zeros.
        raw : bool, default=False
            Whether to return the outputs of the network before the inverse of the link.
        apart : bool, default=False
            Whether to return the outputs of each network before the inverse of the link.

        Returns
        -------
        forecast : ndarray of shape (n_samples, n_target_steps, n_outputs[, n_quantiles])
            The forecasts. Outputs have an axis of networks in front.
        state : list of ndarray of shape (units,)
            State after the last window.
        """
        return predict_stream(
            self.architecture,
            self.weights,
            windows,
            state,
            raw=raw,
            apart=apart,
            unknown_level=self.estimator._mean_level,
        )


def loss_of(estimator):
    """Return the loss of an estimator.

    Parameters
    ----------
    estimator : RNNRegressor or RNNClassifier
        The estimator.

    Returns
    -------
    Loss
    """
    return estimator._loss()


def quantile_of(estimator):
    """Return the quantile or quantiles that an estimator forecasts, or None.

    Parameters
    ----------
    estimator : RNNRegressor or RNNClassifier
        The estimator.

    Returns
    -------
    None, float or tuple of float
    """
    return loss_of(estimator).quantile


def check_steps(estimator, windows, *, any_number=False):
    """Check that windows have the number of steps and features of the fitted network.

    Parameters
    ----------
    estimator : RNNRegressor or RNNClassifier
        The fitted estimator.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Checked windows.
    any_number : bool, default=False
        Whether X was given as windows, which may have any number of steps unless the network
        needs its own. A row of a table needs the number of steps in ``fit``.

    Raises
    ------
    ValueError
        If a number differs, or if a stateful network is bidirectional.
    """
    architecture, n_timesteps = estimator._fitted_architecture, estimator.n_timesteps
    same_steps = windows.shape[1] == architecture.n_timesteps
    any_number = any_number and not architecture.needs_steps
    if windows.shape[2] != architecture.n_features or not (same_steps or any_number):
        hint = ""
        if architecture.needs_steps and not same_steps:
            hint = f" {architecture.needs_steps} needs the same number of steps."
        if n_timesteps not in (1, architecture.n_timesteps) or windows.shape[1] == 1:
            hint += f" A table is reshaped by n_timesteps, which is {n_timesteps}."
            if n_timesteps == windows.shape[1] and windows.shape[2] == architecture.n_features:
                hint += " If X is a single sequence, pass a list of sequences: [X]."
        elif windows.shape[1] < architecture.n_timesteps:
            hint += (
                f" For shorter sequences, use pad_sequences(X, "
                f"n_timesteps={architecture.n_timesteps})."
            )
        raise ValueError(
            f"X contains windows of {windows.shape[1]} steps and {windows.shape[2]} features, "
            f"but {type(estimator).__name__} was fitted on {architecture.n_timesteps} steps and "
            f"{architecture.n_features} features.{hint}"
        )
    if estimator.stateful and architecture.bidirectional:
        raise ValueError(
            "stateful=True contradicts the network that was fitted, which has bidirectional=True: "
            "its backward layer starts from rows that belong to a later window."
        )


def check_initial_state(state, architecture, windows, *, stateful):
    """Check the initial states passed to ``predict``.

    Parameters
    ----------
    state : list of array-like or None
        The states.
    architecture : Architecture
        Settings and shapes of the fitted network.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Checked windows.
    stateful : bool
        Whether all rows share one state, or each row has its own.

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
    rows = (*(() if stateful else (len(windows),)), *architecture.networks)
    shapes = [(*rows, units) for units in architecture.state_shapes()]
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
            f"returned by return_state=True. Got {got}."
        )
    return arrays


def shape_forecast(forecast, architecture, y_ndim, dtype):
    """Return a forecast with the dimensions of the targets in ``fit``.

    Parameters
    ----------
    forecast : ndarray of shape (n_samples, n_target_steps, n_outputs[, n_quantiles])
        The forecast.
    architecture : Architecture
        Settings and shapes of the fitted network.
    y_ndim : int
        Number of dimensions of y, not counting the steps: 1 if y had no axis for its outputs.
    dtype : dtype
        Type of the result.

    Returns
    -------
    ndarray

    Raises
    ------
    ValueError
        If a value is not finite in the dtype.
    """
    if y_ndim == 1:
        forecast = forecast[:, :, 0]
    if not architecture.return_sequences:
        forecast = forecast[:, 0]
    if forecast.dtype != dtype:
        with np.errstate(over="ignore"):
            forecast = forecast.astype(dtype)
    if not np.isfinite(forecast).all():
        raise ValueError(
            f"The forecast of row {np.argwhere(~np.isfinite(forecast))[0][0]} is not finite: the "
            "values of X are too far from those that the network was fitted on, or its training "
            "diverged. A lower learning_rate or clipnorm may help."
        )
    return forecast


def score(estimator, X, y, sample_weight):
    """Return the score of a regressor's forecasts; see ``RNNRegressor.score``.

    The score is the mean over outputs and quantiles, as in scikit-learn's metrics. Only known
    targets count, also within sequences.
    """
    windows, loss = windows_of_sequences(estimator, X), estimator._loss()
    if windows is None:
        forecast = estimator.predict(X)
    else:
        forecast, _ = estimator._forecast(X, windows=windows)
    check_same_loss(loss, estimator._fitted_architecture)
    quantiles = (loss.n_quantiles,) if loss.n_quantiles else ()
    point = forecast[..., 0] if quantiles else forecast
    y, sample_weight = _truth(estimator, windows, y, point, sample_weight)
    return _mean_over_outputs(loss.score, y, forecast.reshape(*y.shape, *quantiles), sample_weight)


def log_likelihood(estimator, distribution, windows, y, sample_weight):
    """Return the mean log-likelihood of known targets; see ``RNNRegressor.log_likelihood``."""
    shape = np.empty(np.shape(distribution.mean()))
    y, sample_weight = _truth(estimator, windows, y, shape, sample_weight)
    estimator._check_suitable(y, "y of log_likelihood")
    values = log_density(distribution, y.reshape(shape.shape)).reshape(y.shape)
    _check_possible(distribution, y, values, estimator.loss)
    return _mean_over_outputs(
        lambda _, own, sample_weight: np.average(own, weights=sample_weight),
        y,
        values,
        sample_weight,
    )


def _check_possible(distribution, y, values, loss):
    """Check that no target lies between the values of a discrete distribution."""
    between = is_discrete(distribution) & np.isneginf(values) & (y != np.rint(y))
    if between.any():
        raise ValueError(
            f"y of log_likelihood contains {y[between][0]:.3g}, but loss={loss!r} forecasts "
            "distributions of counts, in which only whole numbers have a probability. Round y, "
            "or use score(X, y), which needs only the means."
        )


def _truth(estimator, windows, y, forecast, sample_weight):
    """Check targets and weights; return targets ``(n_samples, n_steps, n_outputs)``, and both."""
    if sample_weight is not None:
        sample_weight = check_sample_weight(without_mask(sample_weight), forecast)
    architecture = estimator._fitted_architecture
    if windows is not None:
        y = truth_of_steps(y, windows)
    y = _check_truth(y, forecast, sample_weight)
    n_steps = forecast.shape[1] if architecture.return_sequences else 1
    y = y.reshape(len(y), n_steps, architecture.n_outputs)
    _check_known(y, sample_weight)
    return y, sample_weight


def windows_of_sequences(estimator, X):
    """Return the windows whose steps all have a target, so that X is checked only once.

    Parameters
    ----------
    estimator : RNNRegressor or RNNClassifier
        The estimator.
    X : array-like
        Padded sequences.

    Returns
    -------
    ndarray of shape (n_samples, n_timesteps, n_features) or None
        None if `return_sequences` is False.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    """
    if not estimator.__sklearn_is_fitted__():  # check_is_fitted reads all tags first
        check_is_fitted(estimator)
    if not estimator._fitted_architecture.return_sequences:
        return None
    return estimator._windows_to_forecast(X)


def truth_of_steps(y, windows):
    """Return targets with as many steps as their forecasts, as `fit` accepts them.

    Parameters
    ----------
    y : array-like of shape (n_samples, n_steps, ...)
        Targets, or positions of classes. A list of sequences is padded.
    windows : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows of the same samples, each step of which has a forecast.

    Returns
    -------
    array-like of shape (n_samples, n_timesteps, ...)

    Raises
    ------
    ValueError
        If a known target has no step, or a known step has no target.
    """
    y = padded_targets(y)
    shape = np.shape(y)
    if len(shape) < 2 or shape[1] == windows.shape[1] or len(windows) != len(y):
        return y
    return with_steps_of(np.asarray(y, np.float64), windows)


def _mean_over_outputs(metric, y, forecast, sample_weight):
    """Return the mean of the metrics of the outputs. Steps with an unknown target do not count."""
    scores = []
    for i in range(y.shape[-1]):
        known = ~np.isnan(y[..., i])
        weight = None
        if sample_weight is not None:
            by_row = np.asarray(sample_weight, np.float64)[:, None]
            weight = np.broadcast_to(by_row, known.shape)[known]
        scores.append(metric(y[known, i], forecast[:, :, i][known], sample_weight=weight))
    return float(np.mean(scores))


def _check_truth(y, forecast, sample_weight):
    """Check that y has as many values as the forecast."""
    y = check_series(y, input_name="y", dtype=np.float64, ensure_2d=False, allow_nd=True)
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
        raise ValueError(f"y has no known target{output}{rows}: no score can be computed.")
