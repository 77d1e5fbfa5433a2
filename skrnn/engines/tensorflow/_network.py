"""Computes forecasts of windows with TensorFlow, as a function of the weights.

Training uses this network instead of Keras's layers, because layers own variables, and a program
with variables can be run by only one thread at a time.
"""

import tensorflow as tf

from skrnn.keras_bridge._custom_layers import (
    MaskMissing,
    all_lags,
    columns_by_target,
    level_layers,
)

from ._layers import RecurrentLayers


class TensorNetwork:
    """The network of an :class:`Architecture`, as TensorFlow operations.

    If there are several networks, weights and states have an axis of networks in front, and the
    rows of the first network come before those of the second.

    Parameters
    ----------
    architecture : Architecture
        The settings.
    masked : bool, default=True
        Whether steps that contain NaN are skipped.
    """

    def __init__(self, architecture, *, masked=True):
        self.architecture, self._networks = architecture, architecture.networks
        self._mask = MaskMissing() if masked else None
        self._layers = RecurrentLayers(architecture)
        self._level, self._add_level = level_layers(architecture)
        self._by_target = columns_by_target(architecture)

    def __call__(self, weights, windows, states=None, seed=None):
        """Compute forecasts of windows, and the states after the last step.

        Parameters
        ----------
        weights : list of tensor
            Weights in the order of ``keras.Model.get_weights``.
        windows : tensor of shape (n_rows, n_timesteps, n_features)
            The windows of all networks, one network after another.
        states : list of tensor of shape (n_rows, units), default=None
            States before the first step, in the order of the cells. None means zeros.
        seed : tensor of shape (2,), default=None
            Seed of dropout, one for each network. None means that nothing is dropped.

        Returns
        -------
        outputs : tensor
            Forecasts in the shape that :func:`build_network` describes, but before the inverse of
            the link: losses are computed from these.
        states : list of tensor of shape (n_rows, units)
            States after the last step.
        """
        cells, *output = self.architecture.split_weights(weights)
        level = None
        if self._level is not None:
            windows, level = self._level.call(windows)
        windows, known = self._without_gaps(windows)
        hidden, states = self._layers(cells, windows, known, states, seed)
        return self._forecast(output, hidden, windows, level), states

    def derivatives(self, weights, windows, states, seed, loss, level=None):
        """Compute a loss, and its derivatives with respect to the weights.

        Parameters
        ----------
        weights, states, seed
            As for a call.
        windows : tensor of shape (n_rows, n_timesteps, n_features)
            The windows, less their levels: the training rows are centred in float64.
        loss : callable
            Computes the loss of each network from forecasts.
        level : tensor of shape (n_rows, 1), default=None
            Level added to the outputs of a row, unless it was subtracted from the targets.

        Returns
        -------
        loss : tensor
            The loss of each network.
        derivatives : list of tensor
            In the order of the weights.
        states : list of tensor of shape (n_rows, units)
            States after the last step.
        """
        cells, *output = self.architecture.split_weights(weights)
        windows, known = self._without_gaps(windows)
        hidden, states, backward = self._layers.with_backward(cells, windows, known, states, seed)
        sources = [hidden, *(weight for weight in output if weight is not None)]
        with tf.GradientTape() as tape:
            tape.watch(sources)
            found = loss(self._forecast(output, hidden, windows, level))
        # The gradient of a sum of losses, each of which depends only on one network.
        of_hidden, *of_output = tape.gradient(found, sources, unconnected_gradients="zero")
        return found, [*backward(of_hidden), *of_output], states

    def _without_gaps(self, windows):
        """Return windows without NaN, and which steps are known or None."""
        known = None
        if self._mask is not None:
            known = self._mask.compute_mask(windows)
            windows = self._mask.call(windows)
        return self._by_network(windows), self._by_network(known)

    def _forecast(self, output, hidden, windows, level):
        """Compute forecasts from the last layer's states, with the weights of the output layer."""
        kernel, bias, path = output
        forecast = _last_product(hidden, kernel) + bias[..., None, :]
        if path is not None:
            lagged = all_lags(windows, self.architecture.return_sequences)
            forecast += _last_product(lagged, path)
        steps = (self.architecture.n_timesteps,) * self.architecture.return_sequences
        forecast = tf.reshape(forecast, (-1, *steps, forecast.shape[-1]))
        if self._by_target is not None:
            forecast = self._by_target.call(forecast)
        if level is not None:
            forecast = self._add_level.call([forecast, level])
        return forecast

    def _by_network(self, rows):
        """Put the rows of each network on a separate axis."""
        if rows is None or not self._networks:
            return rows
        return tf.reshape(rows, (*self._networks, -1, *rows.shape[1:]))


def _last_product(values, kernel):
    """Multiply the last axis by a kernel. Rows, and their steps if there are any, become one axis.

    Parameters
    ----------
    values : tensor of shape (..., n_rows[, n_timesteps], width)
        Values.
    kernel : tensor of shape (..., width, n_outputs)
        The kernel.

    Returns
    -------
    tensor of shape (..., n_rows[ * n_timesteps], n_outputs)
    """
    networks = kernel.shape[:-2]
    return tf.reshape(values, (*networks, -1, values.shape[-1])) @ kernel
