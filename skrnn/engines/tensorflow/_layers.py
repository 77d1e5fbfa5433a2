"""Computes the recurrent layers of a network with TensorFlow, and their derivatives."""

from functools import partial

import numpy as np
import tensorflow as tf

from skrnn.cells._cell import columns_of_state, has_own
from skrnn.cells._keras_namespace import keras_namespace

from ._scan import LoopScan, RecordedScan, Scan
from ._skipped_steps_in_programs import count_skipped_at_start

MAX_UNROLLED_STEPS = 8
MAX_UNROLLED_ROWS = 128


class RecurrentLayers:
    """The recurrent layers of an :class:`Architecture`. Inside, steps are the first axis.

    Parameters
    ----------
    architecture : Architecture
        The settings.
    """

    def __init__(self, architecture):
        self._architecture, self._cell = architecture, architecture.cell
        self._xp = keras_namespace(architecture.activation, architecture.recurrent_activation)
        # The backward pass of a cell does not support separate dropout factors for each gate.
        known = has_own(self._cell, "backward") and self._xp.has_slopes
        ours = known and not architecture.recurrent_dropout
        self._kind_of_loop = LoopScan if ours else RecordedScan

    def __call__(self, weights, windows, known, states, seed):
        """Return the states of the last layer, at all steps or the last one, and all last states.

        Parameters
        ----------
        weights : list of list of tensor
            Weights of each cell.
        windows : tensor of shape (..., n_rows, n_timesteps, n_features)
            The windows, without NaN.
        known : tensor of bool, of shape (..., n_rows, n_timesteps), or None
            Which steps are known.
        states : list of tensor or None
            States before the first step, in the order of the cells.
        seed : tensor or None
            Seed of dropout.

        Returns
        -------
        hidden : tensor of shape (..., n_rows[, n_timesteps], width)
        states : list of tensor
        """
        return self._run((Scan, Scan), weights, windows, known, states, seed)[:2]

    def with_backward(self, weights, windows, known, states, seed):
        """Return the result of a call, and a function for the derivatives.

        From the derivatives of a loss with respect to the first result, the function computes the
        derivatives with respect to the weights, as a list.
        """
        kinds = RecordedScan, self._kind_of_loop
        hidden, after, *passed = self._run(kinds, weights, windows, known, states, seed)
        return hidden, after, partial(self._backward, *passed)

    def _run(self, kinds, weights, windows, known, states, seed):
        """Return hidden and last states, the scans of each layer, and which steps are known."""
        architecture, n = self._architecture, self._cell.states
        hidden, known = _steps_first(windows), _steps_first(known)
        # States of zeros stay zero until the first known step, so a loop can start there.
        skipped = 0 if known is None or states else count_skipped_at_start(known)
        unrolled = self._is_unrolled(hidden, known)
        kind = kinds[0] if unrolled else kinds[1]
        layers, after, directions = [], [], architecture.n_directions
        for layer in range(len(architecture.units)):
            each_step = self._returns_each_step(layer)
            scans, outputs = [], []
            for i in range(directions * layer, directions * (layer + 1)):
                factors, dropped = self._dropout(i, hidden, seed)
                scan = kind(
                    self._cell,
                    self._xp,
                    weights[i],
                    hidden if factors is None else hidden * factors,
                    known,
                    skipped,
                    dropped=dropped,
                    unrolled=unrolled,
                    each_step=each_step,
                    reverse=i % directions == 1,
                )
                if states:
                    before = states[n * i : n * (i + 1)]
                else:
                    before = [tf.zeros((*hidden.shape[1:-1], architecture.units[layer]))] * n
                output, carried = scan.run(before)
                scans.append((scan, factors))
                outputs.append(output)
                after += carried
            layers.append(scans)
            hidden = tf.concat(outputs, axis=-1)
            if self._hides(each_step, known):
                hidden = tf.where(known, hidden, 0.0)
        if architecture.return_sequences:
            axes = len(hidden.shape)
            hidden = tf.transpose(hidden, [*range(1, axes - 1), 0, axes - 1])
        return hidden, after, layers, known

    def _returns_each_step(self, layer):
        last = layer == len(self._architecture.units) - 1
        return self._architecture.return_sequences or not last

    def _hides(self, each_step, known):
        """Whether unknown steps have outputs of zero, as in a bidirectional Keras layer."""
        return self._architecture.bidirectional and each_step and known is not None

    def _backward(self, layers, known, derivatives):
        """Return the derivatives with respect to the weights of all cells."""
        if self._architecture.return_sequences:
            derivatives = _steps_first(derivatives)
        found = []
        for layer, scans in reversed(list(enumerate(layers))):
            if self._hides(self._returns_each_step(layer), known):
                derivatives = tf.where(known, derivatives, 0.0)
            of_outputs = tf.split(derivatives, len(scans), axis=-1)
            of_inputs, of_weights = [], []
            for (scan, factors), outputs in zip(scans, of_outputs, strict=True):
                inputs, weights = scan.backward(outputs, to_inputs=layer > 0)
                of_inputs.append(inputs if factors is None or not layer else inputs * factors)
                of_weights += weights
            derivatives = sum(of_inputs) if layer else None
            found = [*of_weights, *found]
        return found

    def _is_unrolled(self, windows, known):
        """Whether unrolled steps are faster than a loop.

        That depends on the number of steps of all cells, and on the number of rows in all steps.
        With an LSTM(8), 6 steps and batches of 1 and 10, unrolled steps take 40% and 106% as long,
        respectively, and with a GRU(8), 4 steps and batches of 10, they take 80% as long. With
        four cells of a GRU(8), 4 steps and batches of 32, they take 130% as long, and twice as
        long to compile. With a mask, unrolling also saves less time.
        """
        n_steps = self._architecture.n_timesteps * len(self._architecture.cell_shapes())
        n_rows = n_steps * int(np.prod(windows.shape[1:-1]))
        share = 1 if known is None else 2
        return n_steps <= MAX_UNROLLED_STEPS // share and n_rows <= MAX_UNROLLED_ROWS // share

    def _dropout(self, i, hidden, seed):
        """Draw the factors of a cell's dropout, which are the same for all steps.

        Returns a factor of the inputs, or None, and factors of inputs and states for each gate. As
        in Keras, each gate has its own draws if the states are also dropped. Otherwise there is
        only a factor of the inputs. Gal and Ghahramani, "A theoretically grounded application of
        dropout in recurrent neural networks", 2016.
        """
        architecture = self._architecture
        rates = architecture.dropout, architecture.recurrent_dropout
        if seed is None or not any(rates):
            return None, (None, None)
        n_gates = self._cell.gates, columns_of_state(self._cell)
        if not architecture.recurrent_dropout:
            n_gates = 1, 1
        widths = hidden.shape[-1], architecture.cell_shapes()[i][1]
        shapes = [(n, hidden.shape[-2], width) for n, width in zip(n_gates, widths, strict=True)]
        seeds = [seed + tf.constant([2 * i + k, 0]) for k in range(2)]
        of_inputs, of_states = map(_factors, rates, shapes, seeds)
        if of_states is None:
            return of_inputs[0], (None, None)
        return None, (of_inputs, of_states)


def _steps_first(array):
    """Move the axis of steps, which follows that of the rows, to the front."""
    if array is None:
        return None
    if array.dtype == tf.bool:  # a mask, which has no features
        array = array[..., None]
    n = len(array.shape)
    return tf.transpose(array, [n - 2, *range(n - 2), n - 1])


def _factors(rate, shape, seed):
    """Draw dropout factors: zero, or a value above one that preserves the mean."""
    if not rate:
        return None
    if len(seed.shape) == 1:
        drawn = tf.random.stateless_uniform(shape, seed)
    else:
        seeds = tf.unstack(seed)
        drawn = tf.stack([tf.random.stateless_uniform(shape, own) for own in seeds], axis=1)
    return tf.unstack(tf.where(drawn >= rate, 1.0 / (1.0 - rate), 0.0))
