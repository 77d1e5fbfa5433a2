"""Compute forecasts from the states of the last layer, their loss, and the gradients."""

import numpy as np
from scipy.special import expit

F4 = np.float32


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

    def gradients(self, weights, hidden, windows, targets, levels, gradients):
        """Compute the loss of a batch, and fill the gradients of the weights.

        Parameters
        ----------
        weights : ndarray of shape ([n_networks,] n_weights)
            Kernel, bias and the kernel of the linear path, one after the other.
        hidden : ndarray of shape ([n_steps,] [n_networks,] width, n_rows)
            States of the last layer; of all steps, if each has a target.
        windows : ndarray of shape ([n_networks,] n_rows, n_timesteps, n_features)
            Windows without NaN.
        targets : ndarray of shape ([n_networks,] n_rows, n_steps, n_outputs + 1)
            Targets and weights.
        levels : ndarray of shape ([n_networks,] n_rows, 1, 1) or None
            Values added to the outputs.
        gradients : ndarray of the shape of `weights`
            Is filled.

        Returns
        -------
        loss : ndarray of shape ([n_networks])
        of_hidden : ndarray of the shape of `hidden`
        """
        kernel, bias, path = self._split(weights)
        lines = self._lines_first(hidden)
        output = lines @ kernel
        output += bias[..., None, :]
        lagged = None
        if path is not None:
            lagged = self._lagged(windows)
            output += lagged @ path
        loss, errors = self._loss_of(output, targets, levels)
        of_kernel, of_bias, of_path = self._split(gradients)
        wide = errors.astype(np.float64)  # see sum_of_products
        of_kernel[...] = lines.swapaxes(-1, -2) @ wide
        of_bias[...] = wide.sum(axis=-2)
        if path is not None:
            of_path[...] = lagged.swapaxes(-1, -2) @ wide
        return loss, self._rows_last(errors @ kernel.swapaxes(-1, -2))

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
        if not self._architecture.return_sequences:
            return windows.reshape(*self._by_line, self._path)
        *front, n_steps, width = windows.shape
        padded = np.zeros((*front, 2 * n_steps - 1, width), F4)
        padded[..., n_steps - 1 :, :] = windows
        shifted = [padded[..., k : k + n_steps, :] for k in range(n_steps)]
        return np.concatenate(shifted, axis=-1).reshape(*self._by_line, self._path)

    def _loss_of(self, output, targets, levels):
        """Return the loss, and its derivatives with respect to the columns of the output."""
        n_quantiles = self._architecture.n_quantiles
        shape = *targets.shape[:-1], -1, *((n_quantiles,) if n_quantiles else ())
        forecast = output = output.reshape(shape)
        if n_quantiles:
            forecast = output.copy()
            forecast[..., 1:] = np.logaddexp(output[..., 1:], F4(0.0))
            np.cumsum(forecast, axis=-1, out=forecast)
        if levels is not None:
            forecast = forecast + (levels[..., None] if n_quantiles else levels)
        loss, errors = mean_and_gradient(
            self._loss, targets[..., :-1], forecast, targets[..., -1:]
        )
        if n_quantiles:
            # A column is a part of its own quantile and of all above it.
            errors = np.cumsum(errors[..., ::-1], axis=-1)[..., ::-1]
            errors[..., 1:] *= expit(output[..., 1:])
        return loss, errors.reshape(*self._by_line, self._columns)


def mean_and_gradient(loss, y_true, output, weight):
    """Compute the loss of a batch, and its derivatives with respect to the output.

    Parameters
    ----------
    loss : Loss
        The loss.
    y_true : ndarray of shape ([n_networks,] n_rows, n_steps, n_outputs)
        Targets. A target that is NaN is ignored.
    output : ndarray of shape ([n_networks,] n_rows, n_steps, n_outputs[, n_quantiles])
        Outputs of the network.
    weight : ndarray of shape ([n_networks,] n_rows, n_steps, 1)
        Weight of each step.

    Returns
    -------
    mean : ndarray of shape ([n_networks])
        Result of ``loss.mean``.
    gradient : ndarray of the shape of `output`
    """
    batch = (-3, -2, -1)
    unknown = np.isnan(y_true)
    if unknown.any() or loss.neutral_target:
        weight = np.where(unknown, F4(0.0), weight)
        # Rows that only fill a batch have targets of zero.
        y_true = np.where(weight > 0, y_true, F4(loss.neutral_target))
    total = weight.sum(axis=batch, keepdims=True)
    if weight.shape[-1] < y_true.shape[-1]:  # one weight for all outputs of a step
        total *= F4(y_true.shape[-1])
    share = weight / np.where(total > 0, total, F4(1.0))
    mean = (share * loss.error(np, y_true, output)).sum(axis=batch)
    gradient = loss.gradient(y_true, output)
    return mean, gradient * (share if gradient.ndim == share.ndim else share[..., None])
