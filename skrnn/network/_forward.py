"""Computes forecasts from weights and windows in NumPy, block by block.

If there are several networks, weights and states have an axis of networks, and all networks are
computed at once. The forecast is the mean of their forecasts.

Weights are float32, but the arithmetic is float64. In float32 the last digits of a forecast would
depend on the other rows of the same call.
"""

from contextlib import nullcontext
from math import prod

import numpy as np

from skrnn.cells._activations import BOUNDED, softplus
from skrnn.cells._forecast_scan import NumpyScan
from skrnn.cells._named_cells import is_built_in
from skrnn.cells._skipped_steps_in_forecasts import steps_and_mask

from ._blocks import Blocks, join_rows, split_rows
from ._link_functions import inverse_link, mean_of_networks
from ._window_level import WindowLevel


def predict_windows(
    architecture,
    weights,
    X,
    initial_state=None,
    *,
    rows=None,
    with_state=False,
    raw=False,
    apart=False,
    n_jobs=None,
    unknown_level=np.nan,
):
    """Forecast each window from its own initial state.

    Parameters
    ----------
    architecture : Architecture
        The settings of the network.
    weights : list of ndarray
        Weights in the order of ``keras.Model.get_weights``.
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows, of any number of steps unless the network requires a fixed number. A step that
        contains NaN is skipped. A strided view is read block by block, so that it is never copied
        as a whole.
    initial_state : list of ndarray of shape (n_samples, [n_networks,] units), default=None
        States before the first step. None means zeros.
    rows : ndarray of int, default=None
        The rows to forecast. None means all rows.
    with_state : bool, default=False
        Whether to return the states after the last step.
    raw : bool, default=False
        Whether to return the outputs before the inverse of the link, such as logits.
    apart : bool, default=False
        Whether to return the outputs of each network, also before the inverse of the link, with
        an axis of networks in front.
    n_jobs : int, default=None
        Number of threads, as in joblib. It does not change the result.
    unknown_level : float, default=nan
        Level of a window in which no value of the architecture's `level_feature` is known.

    Returns
    -------
    forecast : ndarray of shape (n_rows, n_target_steps, n_outputs[, n_quantiles]), float64
        Forecasts of one target step, or with sequences of each step.
    state : list of ndarray of shape (n_rows, [n_networks,] units), float64, or None
        States after the last step; None without `with_state`.
    """
    architecture = architecture.reading(X.shape[1])
    network = _NumpyNetwork(architecture, weights, unknown_level)
    forecast = _room_for_forecasts(architecture, X, rows)
    units = architecture.state_shapes() if with_state else ()
    n_rows = forecast.shape[-3]
    state = [np.empty((n_rows, *architecture.networks, n), np.float64) for n in units]

    def run(block):
        before = initial_state and [np.moveaxis(s[block], 0, -1) for s in initial_state]
        with _overflow_ignored(architecture):
            forecast[..., block, :, :], after = network.run(_taken(X, rows, block), before)
        for whole, part in zip(state, after if with_state else (), strict=True):
            whole[block] = np.moveaxis(part, -1, 0)

    network.blocks.run(run, n_rows, n_jobs)
    with _overflow_ignored(architecture):
        forecast = _final(architecture, forecast, raw=raw, apart=apart)
    return forecast, state if with_state else None


def predict_stream(
    architecture,
    weights,
    X,
    initial_state=None,
    *,
    rows=None,
    raw=False,
    apart=False,
    unknown_level=np.nan,
):
    """Forecast windows in order, and pass the state from each row to the next.

    Parameters
    ----------
    architecture : Architecture
        The settings of the network.
    weights : list of ndarray
        Weights in the order of ``keras.Model.get_weights``.
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows.
    initial_state : list of ndarray of shape ([n_networks,] units), default=None
        State before the first row. None means zeros.
    rows : ndarray of int, default=None
        The rows of the stream, in order. None means all rows.
    raw : bool, default=False
        Whether to return the outputs before the inverse of the link, such as logits.
    apart : bool, default=False
        Whether to return the outputs of each network, also before the inverse of the link, with
        an axis of networks in front.
    unknown_level : float, default=nan
        Level of a window in which no value of the architecture's `level_feature` is known.

    Returns
    -------
    forecast : ndarray of shape (n_rows, n_target_steps, n_outputs[, n_quantiles]), float64
        Forecasts of one target step, or with sequences of each step.
    state : list of ndarray of shape ([n_networks,] units), float64
        State after the last row.
    """
    architecture = architecture.reading(X.shape[1])
    network = _NumpyNetwork(architecture, weights, unknown_level)
    state = None if initial_state is None else [s[..., None] for s in initial_state]
    forecast = _room_for_forecasts(architecture, X, rows)
    with _overflow_ignored(architecture):
        for block in network.blocks.slices(forecast.shape[-3]):
            windows = _taken(X, rows, block)
            forecast[..., block, :, :], state = network.run_stream(windows, state)
        forecast = _final(architecture, forecast, raw=raw, apart=apart)
        return forecast, [s[..., 0] for s in state]


def _overflow_ignored(architecture):
    """Return a context without NumPy's warnings about overflow.

    An overflow ends in a forecast that is not finite, which raises an error later. In a built-in
    cell with bounded activations nothing overflows in float64. Then the context does nothing,
    because NumPy is faster with its default settings.
    """
    bounded = {architecture.activation, architecture.recurrent_activation} <= BOUNDED
    if bounded and is_built_in(architecture.cell):
        return nullcontext()
    return np.errstate(over="ignore", invalid="ignore")


def _room_for_forecasts(architecture, X, rows):
    n_rows = len(X) if rows is None else len(rows)
    shape = n_rows, architecture.n_target_steps, architecture.n_raw_outputs
    return np.empty((*architecture.networks, *shape), np.float64)


def _taken(X, rows, block):
    """Return the windows of a block. Only they are copied."""
    return X[block] if rows is None else X[rows[block]]


def _final(architecture, forecast, *, raw, apart):
    """Convert the columns of the output to quantiles, or to means by the inverse of the link."""
    forecast = _by_target(architecture, forecast)
    if apart:
        return forecast if architecture.networks else forecast[None]
    if architecture.likelihood is not None:
        return forecast if raw else _expectation(architecture, forecast)
    if architecture.networks:
        return mean_of_networks(architecture.link, forecast, raw=raw)
    return forecast if raw else inverse_link(architecture.link, forecast)


def _expectation(architecture, parameters):
    """Compute the mean of the mixture of the distributions of all networks."""
    mean = architecture.likelihood.expectation(np, parameters)
    return mean.mean(axis=0) if architecture.networks else mean


def _by_target(architecture, forecast):
    """Give the columns of each target an axis, and compute quantiles that never cross.

    These are the lowest one, and positive differences above it.
    """
    if not architecture.columns:
        return forecast
    columns = forecast.reshape(*forecast.shape[:-1], architecture.n_outputs, *architecture.columns)
    if not architecture.n_quantiles:
        return columns
    columns[..., 1:] = softplus(columns[..., 1:])
    return np.cumsum(columns, axis=-1)


class _NumpyNetwork:
    """A network in NumPy, which runs over blocks of rows."""

    def __init__(self, architecture, weights, unknown_level):
        self.architecture = architecture
        self.level, self.unknown_level = WindowLevel.of(architecture), unknown_level
        cells, self.kernel, self.bias, self.path = architecture.split_weights(weights)
        settings = architecture.cell, architecture.activation, architecture.recurrent_activation
        self.cells = [NumpyScan(*settings, weights) for weights in cells]
        self.blocks = Blocks(architecture)
        # From steps, units and rows to rows, steps and units; moveaxis takes much longer.
        self.rows_first = (1, 3, 0, 2) if architecture.networks else (2, 0, 1)

    def run(self, block, states):
        """Compute forecasts (rows first) and states (rows last) of independent rows."""
        block, level = self._centre(block)
        steps, mask = steps_and_mask(block)
        hidden, after = self._recur_in_parts(steps, mask, states)
        hidden = hidden.transpose(self.rows_first)
        return self._forecast(hidden, steps.transpose(2, 0, 1), level), after

    def run_stream(self, block, states):
        """Compute the same for consecutive rows, as one long row of all their steps."""
        architecture, n_rows = self.architecture, len(block)
        block, level = self._centre(block)
        steps, mask = steps_and_mask(block.reshape(1, -1, architecture.n_features))
        hidden, after = self._recur(steps, mask, states)
        hidden = hidden[..., 0]
        if architecture.networks:
            hidden = hidden.transpose(1, 0, 2)
        shape = *architecture.networks, n_rows, architecture.n_timesteps, hidden.shape[-1]
        hidden = hidden.reshape(shape)
        if not architecture.return_sequences:
            hidden = hidden[..., -1:, :]
        windows = steps.reshape(n_rows, architecture.n_timesteps, -1)
        return self._forecast(hidden, windows, level), after

    def _forecast(self, hidden, windows, level):
        """Compute forecasts from states of shape ``([n_networks,] n_rows, n_steps, units)``."""
        *networks, n_rows, n_steps, width = hidden.shape
        forecast = hidden.reshape(*networks, -1, width) @ self.kernel + self.bias[..., None, :]
        forecast = forecast.reshape(*networks, n_rows, n_steps, -1)
        if self.path is not None:
            forecast += self._autoregressive_part(windows)
        if level is not None:
            # The other quantiles are differences above the lowest one, and the other parameters
            # of a distribution do not depend on the level.
            forecast[..., :: prod(self.architecture.columns)] += level[:, None, None]
        return forecast

    def _recur_in_parts(self, steps, mask, states):
        """Compute what `_recur` does, with the rows of a block in parts."""
        n_parts = self.blocks.parts_of(steps.shape[-1])
        if n_parts == 1:
            hidden, after = self._recur(steps, mask, states)
            return hidden if self.architecture.return_sequences else hidden[-1:], after
        if mask is not None:
            mask = mask.reshape(len(mask), n_parts, -1)
        before = states and [split_rows(array, n_parts) for array in states]
        hidden, after = self._recur(split_rows(steps, n_parts), mask, before)
        hidden = hidden if self.architecture.return_sequences else hidden[-1:]
        return join_rows(hidden, n_parts), [join_rows(array, n_parts) for array in after]

    def _recur(self, steps, mask, states):
        """Compute the states of the last layer, and the state of every cell after the last step.

        The states of the last layer have the shape ``(n_timesteps, [n_networks,] units, n_rows)``.
        Without sequences, only the last step is correct.
        """
        architecture, n_states, after = self.architecture, self.architecture.cell.states, []
        n = architecture.n_directions
        for first in range(0, len(self.cells), n):
            each_step = architecture.return_sequences or first + n < len(self.cells)
            outputs = []
            for i, order in zip(range(first, first + n), (1, -1), strict=False):
                before = None if states is None else states[n_states * i : n_states * (i + 1)]
                known = None if mask is None else mask[::order]
                hidden, carried = self.cells[i].run(steps[::order], known, before)
                # Without steps, the output is the last state of each direction.
                outputs.append(hidden[::order] if each_step else hidden)
                after += carried
            steps = outputs[0] if n == 1 else np.concatenate(outputs, axis=-2)
            if n > 1 and mask is not None and architecture.return_sequences:
                # A bidirectional Keras layer returns zeros at the masked steps of a sequence.
                for step, known in enumerate(mask):
                    steps[step] *= known[..., None, :]
        return steps, after

    def _centre(self, block):
        """Subtract the level of each window, and return what to add to the forecast, or None."""
        if self.level is None:
            return block, None
        levels = self.level.find(block, self.unknown_level)
        return self.level.subtract(block, levels), self.level.shift(levels)

    def _autoregressive_part(self, windows):
        """Compute the autoregressive part of the forecasts.

        With sequences, the part of a step contains the values up to this step.
        """
        if not self.architecture.return_sequences:
            return (windows.reshape(len(windows), -1) @ self.path)[..., None, :]
        return lagged(windows) @ self.path[..., None, :, :]


def lagged(windows):
    """Return the values that the autoregressive part of each step multiplies.

    Parameters
    ----------
    windows : ndarray of shape (..., n_timesteps, n_features)
        Windows without NaN.

    Returns
    -------
    ndarray of shape (..., n_timesteps, n_timesteps * n_features)
        The last `n_timesteps` steps up to each step, with zeros before the window.
    """
    *front, n_timesteps, n_features = windows.shape
    padded = np.zeros((*front, 2 * n_timesteps - 1, n_features), windows.dtype)
    padded[..., n_timesteps - 1 :, :] = windows
    shifted = [padded[..., k : k + n_timesteps, :] for k in range(n_timesteps)]
    return np.concatenate(shifted, axis=-1)
