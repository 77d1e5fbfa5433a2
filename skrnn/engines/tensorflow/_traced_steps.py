"""The steps of a training program, as TensorFlow traces them once."""

from functools import partial

import keras
import numpy as np
import tensorflow as tf

from skrnn.engines._layouts import HeadLayout
from skrnn.engines.tensorflow._network import TensorNetwork
from skrnn.losses._loss import total_weight

from ._optimizer_step import OptimizerStep
from ._weight_decay import add_penalty, decay


class TracedSteps:
    """The steps of a program.

    XLA compiles all steps as one program, unless a batch has several parts. Then XLA compiles the
    derivatives of a part and the update of the weights, and TensorFlow runs the loop over the
    steps. XLA would compute the parts one after another, whereas TensorFlow computes them at the
    same time.

    Parameters
    ----------
    key : ProgramKey
        Settings of the program.

    Attributes
    ----------
    key : ProgramKey
        Settings of the program.
    slots : list of Slot
        Descriptions of the slots of the optimizer.
    shapes : list of tuple
        Shapes of the two arrays of a call.
    run : callable
        Trains on some batches: the arrays of a call in, the array of its results out.
    """

    def __init__(self, key):
        self.key, architecture = key, key.architecture
        n_networks, self._networks = architecture.n_networks, architecture.networks
        self._head = HeadLayout(n_networks)
        self._network = TensorNetwork(architecture, masked=key.masked)
        shapes = architecture.weight_shapes()
        self._optimizer = OptimizerStep(key.optimizer, shapes, self._networks)
        self.slots, self._n_weights = self._optimizer.slots, len(shapes)
        self._kernels = set(architecture.kernels(range(len(shapes))))
        states = [(key.batch_size, units) for units in architecture.state_shapes()]
        self._shapes = [
            *shapes,
            *(slot.shape for slot in self.slots),
            *(states if key.stateful else []),
        ]
        self._sizes = [int(np.prod(shape)) for shape in self._shapes]
        self.shapes = [
            (self._head.size + n_networks * sum(self._sizes),),
            (key.n_steps * key.step_rows, key.rows.size),
        ]
        # AutoGraph is off, because it reads source code, which may not be installed.
        compiled = partial(tf.function, jit_compile=True, autograph=False)
        in_parts = key.n_parts > 1
        self.run = self._all_steps if in_parts else compiled(self._all_steps)
        self._derivatives = compiled(self._part) if in_parts else self._part
        self._update = compiled(self._updated) if in_parts else self._updated

    def _all_steps(self, vector, rows):
        """Train on some batches; see :meth:`TrainingProgram.run`."""
        networks, (rates, counts, vector) = self._networks, self._head.split(vector)
        rates, counts = tf.unstack(rates), tf.bitcast(counts, tf.int32)
        by_network = tf.reshape(vector, (*networks, sum(self._sizes)))
        arrays = zip(tf.split(by_network, self._sizes, axis=-1), self._shapes, strict=True)
        arrays = [tf.reshape(array, (*networks, *shape)) for array, shape in arrays]
        n_weights, optimizer = self._n_weights, self._optimizer
        weights, arrays = arrays[:n_weights], arrays[n_weights:]
        slots, states = arrays[: len(self.slots)], arrays[len(self.slots) :]

        def step(i, losses, *state):
            loss, state = self._step(i, rows, state, rates, counts)
            return i + 1, losses.write(i, loss), *state

        losses = tf.TensorArray(tf.float32, self.key.n_steps, element_shape=networks)
        start = optimizer.join(weights), optimizer.join_slots(slots), states
        # The loop uses a condition on the count. A range would make the count a constant of the
        # program, so that each number of rows would need another program.
        _, losses, weights, slots, states = tf.while_loop(
            lambda i, *_: i < counts[0], step, (tf.constant(0), losses, *start)
        )
        arrays = [*optimizer.split(weights), *optimizer.split_slots(slots), *states]
        by_network = tf.concat([tf.reshape(a, (*networks, -1)) for a in arrays], axis=-1)
        return tf.concat([tf.reshape(a, [-1]) for a in (losses.stack(), by_network)], 0)

    def _step(self, i, rows, state, rates, counts):
        weights, slots, states = state
        step, n_parts = counts[1] + i, self.key.n_parts
        n_rows = self.key.step_rows // n_parts
        found = [
            self._derivatives(
                tf.slice(rows, [(i * n_parts + part) * n_rows, 0], [n_rows, rows.shape[1]]),
                weights,
                states,
                self._seed(counts, step, part),
            )
            for part in range(n_parts)
        ]
        of_parts, after = [of_part[:3] for of_part in found], found[0][3]
        loss, weights, slots = self._update(of_parts, weights, slots, tf.stack(rates), step)
        return loss, (weights, slots, after if self.key.stateful else [])

    def _seed(self, counts, step, part):
        """Return the seed of dropout of a step, one for each network."""
        seeds = tf.reshape(counts[2:], self._networks)
        if part:  # each cell draws twice
            seeds += part * 2 * len(self.key.architecture.cell_shapes())
        return tf.stack([seeds, tf.broadcast_to(step, seeds.shape)], axis=-1)

    def _part(self, rows, weights, states, seed):
        """Return loss, derivatives and weight of some rows of a batch, and the states after it."""
        windows, target, level = self.key.rows.split(rows, tf.reshape)
        target = tf.reshape(target, (*self._networks, -1, *target.shape[1:]))
        loss = partial(self._loss, target)
        own = self._optimizer.split(weights)
        level = level if self.key.rows.n_levels else None
        loss, gradients, states = self._network.derivatives(
            own, windows, states, seed, loss, level
        )
        weight = total_weight(keras.ops, target[..., :-1], target[..., -1])
        return loss, self._optimizer.join(gradients), weight, states

    def _loss(self, target, forecast):
        if not self.key.architecture.return_sequences:
            forecast = forecast[:, None]
        forecast = tf.reshape(forecast, (*target.shape[:-2], *forecast.shape[1:]))
        return self.key.loss.mean(keras.ops, target[..., :-1], forecast, target[..., -1])

    def _updated(self, of_parts, weights, slots, rates, step):
        """Return the loss of a batch, and the weights and slots after a step of the optimizer."""
        rate, weight_decay, l2 = tf.unstack(rates)
        optimizer = self._optimizer
        loss, gradients = _mean_of_parts(of_parts)
        iteration = tf.cast(step, tf.int64)
        rate = optimizer.rate(rate, iteration)
        ones = [
            tf.fill((*self._networks, *shape), float(i in self._kernels))
            for i, shape in enumerate(self._shapes[: self._n_weights])
        ]
        kernels = optimizer.join(ones)
        penalty, gradients = add_penalty(
            l2, weights, kernels, gradients, n_axes=len(self._networks)
        )
        weights = decay(rate * weight_decay, weights, kernels)
        weights, slots = optimizer.apply(gradients, weights, slots, rate, iteration)
        return loss + penalty, weights, slots


def _mean_of_parts(parts):
    """Return the loss of a batch and its derivatives from those of its parts, by weight."""
    losses, gradients, weights = zip(*parts, strict=True)
    if len(parts) == 1:
        return losses[0], gradients[0]
    total = sum(weights)
    shares = [weight / tf.where(total > 0.0, total, 1.0) for weight in weights]
    mean = [
        sum(share * part for share, part in zip(shares, of_weight, strict=True))
        for of_weight in zip(*gradients, strict=True)
    ]
    return sum(share * loss for share, loss in zip(shares, losses, strict=True)), mean
