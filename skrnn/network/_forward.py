"""The forward recurrences in NumPy: weights and windows -> outputs.

Rows are taken in blocks that stay in the processor's cache.

Weights are float32, but the arithmetic is double: in single precision the forecast of a row would
depend, in its last digits, on the rows that are predicted along with it.
"""

from contextlib import nullcontext

import numpy as np

from ._activations import BOUNDED, softplus
from ._architecture import GATES, STATES
from ._cells import CELLS

# Products up to here are done on the thread that asks. Others go to a pool of threads, which
# costs small ones more than it gains, and a multiple of it where other processes are at work.
_SMALL_PRODUCT = 2**18
_FEWEST_ROWS, _MOST_ROWS = 32, 4096


def predict_windows(architecture, weights, X, initial_state=None, *, rows=None, with_state=False):
    """Forecasts of windows, each row from a state of its own.

    Parameters
    ----------
    architecture : Architecture
        The settings of the network.
    weights : list of ndarray
        As ``keras.Model.get_weights`` orders them.
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows, in which a step with a NaN is skipped. A strided view is read block by block
        and never copied whole.
    initial_state : list of ndarray of shape (n_samples, units), default=None
        States before the first step; None: zeros.
    rows : ndarray of int, default=None
        The rows to forecast; None: all.
    with_state : bool, default=False
        Whether to return the states after the last step.

    Returns
    -------
    forecast : ndarray of shape (n_rows, n_target_steps, n_outputs[, n_quantiles]), float64
        One target step, or with sequences one for each step.
    state : list of ndarray of shape (n_rows, units), float64, or None
        States after the last step.
    """
    network = _NumpyNetwork(architecture, weights)
    forecast = _room_for_forecasts(architecture, X, rows)
    units = architecture.state_shapes() if with_state else ()
    state = [np.empty((len(forecast), n), np.float64) for n in units]
    with _overflow_ignored(architecture):
        for block, windows in _blocks(architecture, X, rows):
            before = None if initial_state is None else [s[block].T for s in initial_state]
            forecast[block], after = network.run(windows, before)
            for whole, part in zip(state, after if with_state else (), strict=True):
                whole[block] = part.T
        return _quantiles(architecture, forecast), state if with_state else None


def predict_stream(architecture, weights, X, initial_state=None, *, rows=None):
    """Forecasts of windows in their order, the state carried from each row to the next.

    Parameters
    ----------
    architecture : Architecture
        The settings of the network.
    weights : list of ndarray
        As ``keras.Model.get_weights`` orders them.
    X : ndarray of shape (n_samples, n_timesteps, n_features)
        Windows.
    initial_state : list of ndarray of shape (units,), default=None
        State before the first row; None: zeros.
    rows : ndarray of int, default=None
        The rows that the stream is made of; None: all.

    Returns
    -------
    forecast : ndarray of shape (n_rows, n_target_steps, n_outputs[, n_quantiles]), float64
        One target step, or with sequences one for each step.
    state : list of ndarray of shape (units,), float64
        State after the last row.
    """
    network = _NumpyNetwork(architecture, weights)
    state = None if initial_state is None else [s[:, None] for s in initial_state]
    forecast = _room_for_forecasts(architecture, X, rows)
    with _overflow_ignored(architecture):
        for block, windows in _blocks(architecture, X, rows):
            forecast[block], state = network.run_stream(windows, state)
        return _quantiles(architecture, forecast), [s[:, 0] for s in state]


def _overflow_ignored(architecture):
    """No warning of what ends in a forecast that is not finite, and so in an error.

    With bounded activations nothing overflows in double precision, and each call of NumPy is
    spared a look at its settings.
    """
    if {architecture.activation, architecture.recurrent_activation} <= BOUNDED:
        return nullcontext()
    return np.errstate(over="ignore", invalid="ignore")


def _room_for_forecasts(architecture, X, rows):
    n_rows = len(X) if rows is None else len(rows)
    return np.empty((n_rows, architecture.n_target_steps, architecture.n_raw_outputs), np.float64)


def _blocks(architecture, X, rows):
    """Yield the places of some rows, and their windows, copied no more than a block at once."""
    size = rows_per_block(architecture)
    for start in range(0, len(X) if rows is None else len(rows), size):
        block = slice(start, start + size)
        yield block, X[block] if rows is None else X[rows[block]]


def rows_per_block(architecture):
    """Rows that keep the widest layer's product small, or many if even a few make it large."""
    units = max(architecture.units)
    per_row = GATES[architecture.cell] * units * (units + architecture.n_features + 1)
    rows = _SMALL_PRODUCT // per_row
    return min(rows, _MOST_ROWS) if rows >= _FEWEST_ROWS else 16 * _FEWEST_ROWS


def _quantiles(architecture, forecast):
    """Never crossing: the lowest quantile, and positive steps above it."""
    if not architecture.n_quantiles:
        return forecast
    shape = *forecast.shape[:2], architecture.n_outputs, architecture.n_quantiles
    columns = forecast.reshape(shape)
    columns[..., 1:] = softplus(columns[..., 1:])
    return np.cumsum(columns, axis=-1)


class _NumpyNetwork:
    """The layers of a network, ready to run over blocks of rows."""

    def __init__(self, architecture, weights):
        self.architecture = architecture
        cells, self.kernel, self.bias, self.path = architecture.split_weights(weights)
        make = CELLS[architecture.cell]
        self.cells = [make(architecture, *cell) for cell in cells]

    def run(self, block, states):
        """Forecasts, rows first, and states, rows last, of rows that know nothing of another."""
        architecture = self.architecture
        block, level = self._centre(block)
        steps, mask = _steps_and_mask(block)
        hidden, after = self._recur(steps, mask, states)
        hidden = (hidden if architecture.return_sequences else hidden[-1:]).transpose(2, 0, 1)
        return self._forecast(hidden, steps.transpose(2, 0, 1), level), after

    def run_stream(self, block, states):
        """The same for rows whose state goes on to the next: one long row of all their steps."""
        architecture, n_rows = self.architecture, len(block)
        block, level = self._centre(block)
        steps, mask = _steps_and_mask(block.reshape(1, -1, architecture.n_features))
        hidden, after = self._recur(steps, mask, states)
        hidden = hidden.reshape(n_rows, architecture.n_timesteps, -1)
        if not architecture.return_sequences:
            hidden = hidden[:, -1:]
        windows = steps.reshape(n_rows, architecture.n_timesteps, -1)
        return self._forecast(hidden, windows, level), after

    def _forecast(self, hidden, windows, level):
        """From states, ``(row, target step, unit)``, to forecasts."""
        n_rows, n_steps, width = hidden.shape
        forecast = hidden.reshape(-1, width) @ self.kernel + self.bias
        forecast = forecast.reshape(n_rows, n_steps, -1)
        if self.path is not None:
            forecast += self._autoregressive_part(windows)
        if level is not None:
            # Of several quantiles to the lowest, from which the others rise.
            forecast[:, :, :: max(self.architecture.n_quantiles, 1)] += level[:, None, None]
        return forecast

    def _recur(self, steps, mask, states):
        """All states of the last layer, ``(step, unit, row)``, and what every cell carries on.

        Without sequences only the last step of them is right.
        """
        n_layers, n_states = len(self.architecture.units), STATES[self.architecture.cell]
        before = [
            None if states is None else states[n_states * i : n_states * (i + 1)]
            for i in range(len(self.cells))
        ]
        after = []
        for i in range(n_layers):
            if not self.architecture.bidirectional:
                steps, carried = self.cells[i].run(steps, mask, before[i])
                after += carried
                continue
            steps, carried = self._run_both_ways(i, steps, mask, before, last=i == n_layers - 1)
            after += carried
        return steps, after

    def _run_both_ways(self, i, steps, mask, before, *, last):
        forward, carried = self.cells[2 * i].run(steps, mask, before[2 * i])
        reverse = None if mask is None else mask[::-1]
        backward, more = self.cells[2 * i + 1].run(steps[::-1], reverse, before[2 * i + 1])
        if not (last and not self.architecture.return_sequences):
            # Otherwise the one output is where each way ends.
            backward = backward[::-1]
        hidden = np.concatenate([forward, backward], axis=1)
        if mask is not None and self.architecture.return_sequences:
            # Keras gives zeros at the masked steps of a sequence, if it reads both ways.
            hidden *= mask[:, None]
        return hidden, carried + more

    def _centre(self, block):
        """Subtract from one feature its level in each window; the windows, and level or None."""
        feature = self.architecture.level_feature
        if feature is None:
            return block, None
        values = block[:, :, feature]
        known = ~np.isnan(values)
        if not self.architecture.return_sequences:
            position = known.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
        else:
            position = known.argmax(axis=1)
        level = np.where(known.any(axis=1), values[np.arange(len(values)), position], 0.0)
        block = np.array(block, np.float64)
        block[:, :, feature] -= level[:, None]
        return block, level

    def _autoregressive_part(self, windows):
        """What the autoregressive path adds; with sequences, from the steps up to each."""
        n_rows, n_timesteps, n_features = windows.shape
        if not self.architecture.return_sequences:
            return (windows.reshape(n_rows, -1) @ self.path)[:, None]
        padded = np.zeros((n_rows, 2 * n_timesteps - 1, n_features))
        padded[:, n_timesteps - 1 :] = windows
        shifted = [padded[:, k : k + n_timesteps] for k in range(n_timesteps)]
        return np.concatenate(shifted, axis=-1) @ self.path


def _steps_and_mask(block):
    """Put the rows last, zeros in the place of NaN, and tell which steps are known.

    Returns the steps, ``(n_timesteps, n_features, n_rows)``, and their mask,
    ``(n_timesteps, n_rows)`` or None if every step is known.
    """
    steps = np.array(block.transpose(1, 2, 0), np.float64, order="C")
    missing = np.isnan(steps)
    if not missing.any():
        return steps, None
    steps[missing] = 0.0
    return steps, ~missing.any(axis=1)
