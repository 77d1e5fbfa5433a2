"""Compute forecasts of windows with TensorFlow, as a function of the weights.

Training uses this network in place of Keras's layers, because layers own variables, and a program
with variables can be run by only one thread at a time.
"""

import keras
import numpy as np
import tensorflow as tf

from ._architecture import GATES, STATES
from ._custom_layers import AddLevel, IncreasingQuantiles, LocalLevel, MaskMissing, all_lags
from ._tensor_cells import CELLS, Products

MAX_UNROLLED_STEPS = 8
MAX_UNROLLED_ROWS = 128


class TensorNetwork:
    """The network of an :class:`Architecture`, as operations of TensorFlow.

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
        self._activation = keras.activations.get(architecture.activation)
        self._gate = keras.activations.get(architecture.recurrent_activation)
        self._level = self._quantiles = None
        if architecture.level_feature is not None:
            self._level = LocalLevel(
                architecture.level_feature,
                causal=architecture.return_sequences,
                factor=architecture.level_is_factor,
            )
            self._add_level = AddLevel()
        if architecture.n_quantiles:
            self._quantiles = IncreasingQuantiles(architecture.n_quantiles)

    def __call__(self, weights, windows, states=None, seed=None):
        """Compute forecasts of windows, and the states after the last step.

        Parameters
        ----------
        weights : list of tensor
            Weights in the order of ``keras.Model.get_weights``.
        windows : tensor of shape (n_rows, n_timesteps, n_features)
            The windows, of one network after the other.
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
        architecture = self.architecture
        cells, kernel, bias, path = architecture.split_weights(weights)
        level = known = None
        if self._level is not None:
            windows, level = self._level.call(windows)
        if self._mask is not None:
            known = self._mask.compute_mask(windows)
            windows = self._mask.call(windows)
        windows, known = self._by_network(windows), self._by_network(known)
        hidden, states = self._recurrent(cells, windows, known, states, seed)
        forecast = _last_product(hidden, kernel) + bias[..., None, :]
        if path is not None:
            lagged = all_lags(windows, architecture.return_sequences)
            forecast += _last_product(lagged, path)
        forecast = tf.reshape(forecast, self._shape_of_forecast(forecast))
        if self._quantiles is not None:
            forecast = self._quantiles.call(forecast)
        if level is not None:
            forecast = self._add_level.call([forecast, level])
        return forecast, states

    def _by_network(self, rows):
        """Give the rows of each network an axis of their own."""
        if rows is None or not self._networks:
            return rows
        return tf.reshape(rows, (*self._networks, -1, *rows.shape[1:]))

    def _shape_of_forecast(self, forecast):
        steps = (self.architecture.n_timesteps,) * self.architecture.return_sequences
        return -1, *steps, forecast.shape[-1]

    def _recurrent(self, cells, windows, known, states, seed):
        """Return the states of the last layer, at all steps or the last one, and all last states.

        Inside, steps are the first axis.
        """
        architecture, n = self.architecture, STATES[self.architecture.cell]
        rows = list(range(len(windows.shape) - 2))
        steps_first = [rows[-1] + 1, *rows, rows[-1] + 2]
        hidden = tf.transpose(windows, steps_first)
        known = None if known is None else tf.transpose(known[..., None], steps_first)
        # States of zeros stay zero until the first known step, so a loop can start there.
        skipped = 0 if known is None or states else _count_unknown_at_start(known)
        unrolled = self._is_unrolled(windows, known)
        after, directions = [], architecture.n_directions
        for layer in range(len(architecture.units)):
            last = layer == len(architecture.units) - 1
            each_step = architecture.return_sequences or not last
            outputs = []
            for i in range(directions * layer, directions * (layer + 1)):
                before = states[n * i : n * (i + 1)] if states else None
                dropped = self._dropout(i, hidden, seed)
                scan = _Scan(
                    self._step(cells[i], dropped),
                    hidden,
                    known,
                    skipped,
                    unrolled=unrolled,
                    each_step=each_step,
                    backward=i % directions == 1,
                )
                output, carried = scan.run(before or self._zeros(i, hidden))
                outputs.append(output)
                after += carried
            hidden = tf.concat(outputs, axis=-1)
            if architecture.bidirectional and each_step and known is not None:
                # A bidirectional layer of Keras returns zeros at the masked steps of a sequence.
                hidden = tf.where(known, hidden, 0.0)
        if architecture.return_sequences:
            hidden = tf.transpose(hidden, [*[i + 1 for i in rows], 0, rows[-1] + 2])
        return hidden, after

    def _is_unrolled(self, windows, known):
        """Whether unrolled steps are faster than a loop.

        That depends on the number of steps of all cells, and on the number of rows in all steps.
        With an LSTM(8), 6 steps and batches of 1, 10 and 32, unrolled steps take 0.5, 0.7 and 1.1
        of the time. With four cells of a GRU(8), 4 steps and batches of 32, it is 1.3 of the time,
        and twice as long to compile. With a mask, less is gained, too.
        """
        n_steps = self.architecture.n_timesteps * len(self.architecture.cell_shapes())
        n_rows = n_steps * int(np.prod(windows.shape[:-2]))
        share = 1 if known is None else 2
        return n_steps <= MAX_UNROLLED_STEPS // share and n_rows <= MAX_UNROLLED_ROWS // share

    def _step(self, weights, dropped):
        cell, products = CELLS[self.architecture.cell], Products(weights, dropped)
        return lambda x, state: cell(x, state, products, self._activation, self._gate)

    def _zeros(self, i, hidden):
        units = self.architecture.cell_shapes()[i][1]
        return [tf.zeros((*hidden.shape[1:-1], units))] * STATES[self.architecture.cell]

    def _dropout(self, i, hidden, seed):
        """Draw the factors of inputs and states of a cell, which are the same for all steps.

        Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural
        networks", 2016. As in Keras, each gate has its own draws if the states are dropped, too.
        """
        architecture = self.architecture
        rates = architecture.dropout, architecture.recurrent_dropout
        if seed is None or not any(rates):
            return None, None
        n_gates = GATES[architecture.cell] if architecture.recurrent_dropout else 1
        widths = hidden.shape[-1], architecture.cell_shapes()[i][1]
        shapes = [(n_gates, hidden.shape[-2], width) for width in widths]
        seeds = [seed + tf.constant([2 * i + k, 0]) for k in range(2)]
        return tuple(map(_factors, rates, shapes, seeds))


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


def _count_unknown_at_start(known):
    """Count the first steps that are unknown in all rows.

    Parameters
    ----------
    known : tensor of bool, of shape (n_timesteps, ..., n_rows, 1)
        Which steps are known.
    """
    unknown = tf.logical_not(tf.reduce_any(known, axis=range(1, len(known.shape))))
    return tf.reduce_sum(tf.math.cumprod(tf.cast(unknown, tf.int32)))


def _factors(rate, shape, seed):
    """Draw factors of dropout: zero, or as much above one as keeps the mean."""
    if not rate:
        return None
    if len(seed.shape) == 1:
        drawn = tf.random.stateless_uniform(shape, seed)
    else:
        seeds = tf.unstack(seed)
        drawn = tf.stack([tf.random.stateless_uniform(shape, own) for own in seeds], axis=1)
    return tf.unstack(tf.where(drawn >= rate, 1.0 / (1.0 - rate), 0.0))


class _Scan:
    """Run a cell over the steps of windows.

    Parameters
    ----------
    step : callable
        Returns the state after a step, from its inputs and the state before it.
    inputs : tensor of shape (n_timesteps, ..., n_rows, width)
        Inputs of all steps.
    known : tensor of bool, of shape (n_timesteps, ..., n_rows, 1), or None
        Which steps are known. The others do not change the state.
    skipped : int or tensor of int
        Number of first steps to leave out, where the state is zero.
    unrolled : bool
        Whether the program has its own instructions for each step, in place of a loop.
    each_step : bool
        Whether the state at each step is returned, in place of the last one.
    backward : bool
        Whether the last step is the first to read.
    """

    def __init__(self, step, inputs, known, skipped, *, unrolled, each_step, backward):
        self._cell, self._inputs, self._known, self._skipped = step, inputs, known, skipped
        self._unrolled = unrolled
        self._each_step, self._backward = each_step, backward
        self._n_timesteps = inputs.shape[0]

    def run(self, state):
        """Return the outputs, and the arrays of the state after the last step."""
        return self._in_a_row(state) if self._unrolled else self._loop(state)

    def _advance(self, x, known, state):
        after = self._cell(x, state)
        if known is None:
            return list(after)
        return [tf.where(known, a, b) for a, b in zip(after, state, strict=True)]

    def _position(self, t):
        return self._n_timesteps - 1 - t if self._backward else t

    def _in_a_row(self, state):
        outputs = [None] * self._n_timesteps
        for t in range(self._n_timesteps):
            i = self._position(t)
            known = None if self._known is None else self._known[i]
            state = self._advance(self._inputs[i], known, state)
            outputs[i] = state[0]
        return (tf.stack(outputs) if self._each_step else state[0]), state

    def _loop(self, state):
        # Reading from a TensorArray takes the same time for each step also on the way back. The
        # gradient of a slice has the size of all steps.
        n = self._n_timesteps
        first, end = (0, n - self._skipped) if self._backward else (self._skipped, n)
        inputs = tf.TensorArray(tf.float32, n).unstack(self._inputs)
        known = None
        if self._known is not None:
            known = tf.TensorArray(tf.bool, n).unstack(self._known)
        # A list of no or one array of outputs.
        outputs = [tf.TensorArray(tf.float32, n)] if self._each_step else []

        def body(t, outputs, state):
            i = self._position(t)
            state = self._advance(inputs.read(i), None if known is None else known.read(i), state)
            return [t + 1, [array.write(i, state[0]) for array in outputs], state]

        _, outputs, state = tf.while_loop(
            lambda t, *_: t < end,
            body,
            [tf.convert_to_tensor(first), outputs, state],
            maximum_iterations=n,
        )
        return (outputs[0].stack() if outputs else state[0]), state
