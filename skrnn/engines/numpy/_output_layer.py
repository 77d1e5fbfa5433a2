"""Computes forecasts from the states of the last layer, their loss, and the gradients."""

import numpy as np
from scipy.special import expit

from skrnn.network._forward import lagged

F4 = np.float32
_BATCH = -3, -2, -1


class OutputLayer:
    """The output layer, the linear path, quantiles and the loss.

    Parameters
    ----------
    architecture : Architecture
        The settings.
    loss : Loss
        The loss.
    n_rows : int
        Number of rows of a batch of one network.
    """

    def __init__(self, architecture, loss, n_rows):
        self._architecture, self._loss = architecture, loss
        self._networks = architecture.networks
        self._width = architecture.units[-1] * architecture.n_directions
        self._columns, self._n_steps = architecture.n_raw_outputs, architecture.n_target_steps
        self._path = architecture.n_timesteps * architecture.n_features
        self._by_line = (*self._networks, n_rows * self._n_steps)
        self._by_target = (*self._networks, n_rows, self._n_steps, -1, *architecture.columns)

    def bind(self, weights, gradients):
        """Use these arrays of shape ``([n_networks,] n_weights)`` for all batches.

        Parameters
        ----------
        weights : ndarray
            Kernel, bias and the kernel of the linear path, concatenated.
        gradients : ndarray
            The place of the gradients, which :meth:`gradients` fills.
        """
        self._weights, self._gradients = self._split(weights), self._split(gradients)
        kernel, bias, _ = self._weights
        self._transposed, self._bias = kernel.swapaxes(-1, -2), bias[..., None, :]

    def gradients(self, hidden, windows, targets, shares, levels):
        """Compute the loss of a batch, and fill the gradients of the weights.

        Parameters
        ----------
        hidden : ndarray of shape ([n_steps,] [n_networks,] width, n_rows)
            States of the last layer; of all steps, if each has a target.
        windows : ndarray of shape ([n_networks,] n_rows, n_timesteps, n_features)
            Windows without NaN.
        targets, shares : ndarray
            Targets and their shares in the mean, from :func:`known_targets`.
        levels : ndarray of shape ([n_networks,] n_rows, 1, 1) or None
            Values added to the outputs.

        Returns
        -------
        loss : ndarray of shape ([n_networks])
        of_hidden : ndarray of the shape of `hidden`
        """
        kernel, _, path = self._weights
        lines = self._lines_first(hidden)
        output = lines @ kernel
        output += self._bias
        lagged = None
        if path is not None:
            lagged = self._lagged(windows)
            output += lagged @ path
        loss, errors = self._loss_of(output, targets, shares, levels)
        of_kernel, of_bias, of_path = self._gradients
        wide = errors.astype(np.float64)  # see SumsOfProducts
        of_kernel[...] = lines.swapaxes(-1, -2) @ wide
        of_bias[...] = np.add.reduce(wide, -2)
        if path is not None:
            of_path[...] = lagged.swapaxes(-1, -2) @ wide
        return loss, self._rows_last(errors @ self._transposed)

    def _split(self, weights):
        """Return views of the kernel, the bias and the kernel of the linear path or None."""
        columns, end = self._columns, self._width * self._columns
        kernel = weights[..., :end].reshape(*self._networks, self._width, columns)
        bias = weights[..., end : end + columns]
        if not self._architecture.autoregressive:
            return kernel, bias, None
        path = weights[..., end + columns :].reshape(*self._networks, self._path, columns)
        return kernel, bias, path

    def _lines_first(self, hidden):
        """Return one line for each row, or for each step of each row."""
        if not self._architecture.return_sequences:
            return hidden.swapaxes(-1, -2)
        axes = (1, 3, 0, 2) if self._networks else (2, 0, 1)
        return hidden.transpose(axes).reshape(*self._by_line, self._width)

    def _rows_last(self, lines):
        if not self._architecture.return_sequences:
            return lines.swapaxes(-1, -2)
        shape = (*self._networks, -1, self._n_steps, self._width)
        axes = (2, 0, 3, 1) if self._networks else (1, 2, 0)
        return lines.reshape(shape).transpose(axes)

    def _lagged(self, windows):
        """Return the values that the linear path multiplies, one line for each target step."""
        windows = lagged(windows) if self._architecture.return_sequences else windows
        return windows.reshape(*self._by_line, self._path)

    def _loss_of(self, output, targets, shares, levels):
        """Return the loss, and its derivatives with respect to the columns of the output."""
        n_quantiles = self._architecture.n_quantiles
        forecast = output = output.reshape(self._by_target)
        if n_quantiles:
            forecast = output.copy()
            forecast[..., 1:] = np.logaddexp(output[..., 1:], F4(0.0))
            np.cumsum(forecast, axis=-1, out=forecast)
        if levels is not None:
            forecast = self._with_levels(forecast, levels)
        loss, errors = mean_and_gradient(self._loss, targets, forecast, shares)
        if n_quantiles:
            # A column contributes to its own quantile and to all higher ones.
            errors = np.cumsum(errors[..., ::-1], axis=-1)[..., ::-1]
            errors[..., 1:] *= expit(output[..., 1:])
        return loss, errors.reshape(*self._by_line, self._columns)

    def _with_levels(self, forecast, levels):
        """Add levels to outputs: to all quantiles, but only to the location of a distribution."""
        if self._architecture.likelihood is None:
            return forecast + (levels[..., None] if self._architecture.n_quantiles else levels)
        forecast = forecast.copy()
        forecast[..., 0] += levels
        return forecast


def known_targets(loss, y_true, weight):
    """Return targets without NaN, and the share of each in the mean of its batch.

    Parameters
    ----------
    loss : Loss
        The loss.
    y_true : ndarray of shape (..., n_rows, n_steps, n_outputs)
        Targets. A target that is NaN is ignored.
    weight : ndarray of shape (..., n_rows, n_steps, 1)
        Weight of each step.

    Returns
    -------
    y_true : ndarray of shape (..., n_rows, n_steps, n_outputs)
    shares : ndarray of that shape, or of the shape of `weight`
        The weights divided by their sum over a batch.
    """
    unknown = np.isnan(y_true)
    if unknown.any() or loss.neutral_target:
        weight = np.where(unknown, F4(0.0), weight)
        # Rows that only fill a batch have targets of zero.
        y_true = np.where(weight > 0, y_true, F4(loss.neutral_target))
    total = weight.sum(axis=_BATCH, keepdims=True)
    if weight.shape[-1] < y_true.shape[-1]:  # one weight for all outputs of a step
        total *= F4(y_true.shape[-1])
    return y_true, weight / np.where(total > 0, total, F4(1.0))


def mean_and_gradient(loss, y_true, output, shares):
    """Compute the loss of a batch, and its derivatives with respect to the output.

    Parameters
    ----------
    loss : Loss
        The loss.
    y_true, shares : ndarray of shape ([n_networks,] n_rows, n_steps, n_outputs or 1)
        Targets and their shares in the mean, from :func:`known_targets`.
    output : ndarray of shape ([n_networks,] n_rows, n_steps, n_outputs[, n_quantiles])
        Outputs of the network.

    Returns
    -------
    mean : ndarray of shape ([n_networks])
        Result of ``loss.mean``.
    gradient : ndarray of the shape of `output`
    """
    mean = np.add.reduce(shares * loss.error(np, y_true, output), _BATCH)
    gradient = loss.gradient(y_true, output)
    return mean, gradient * (shares if gradient.ndim == shares.ndim else shares[..., None])
