"""Runs a cell over the steps of windows, and computes the derivatives in the backward pass."""

import numpy as np
import tensorflow as tf

from skrnn.cells._cell import columns_of_state
from skrnn.cells._namespace import numpy_namespace

from ._kernel_products import Products
from ._skipped_steps_in_programs import state_after, zero_if_skipped


class Scan:
    """Run a cell over the steps of windows.

    Parameters
    ----------
    cell : Cell
        The equations.
    xp : Namespace
        The functions that the equations are computed with.
    weights : list of tensor
        Kernel, recurrent kernel, bias and extra weights of the cell.
    inputs : tensor of shape (n_timesteps, ..., n_rows, width)
        Inputs of all steps.
    known : tensor of bool, of shape (n_timesteps, ..., n_rows, 1), or None
        Which steps are known. The others do not change the state.
    skipped : int or tensor of int
        Number of first steps to leave out, where the state is zero.
    dropped : tuple
        Factors of dropout for each gate, of inputs and states; see :class:`Products`.
    unrolled : bool
        Whether the program has separate instructions for each step instead of a loop.
    each_step : bool
        Whether the state at each step is returned instead of only the last one.
    reverse : bool
        Whether the last step is the first to read.
    """

    def __init__(
        self, cell, xp, weights, inputs, known, skipped, *, dropped, unrolled, each_step, reverse
    ):
        self._cell, self._xp, self._weights, self._dropped = cell, xp, weights, dropped
        self._extra = weights[3:]
        self._inputs, self._known, self._skipped = inputs, known, skipped
        self._unrolled, self._each_step, self._reverse = unrolled, each_step, reverse
        self._n_timesteps = inputs.shape[0]

    def run(self, state):
        """Return the outputs, and the arrays of the state after the last step."""
        products = Products(self._cell, self._weights[:3], dropped=self._dropped)
        if self._unrolled:
            return self._in_a_row(products, state)
        outputs, state, _ = self._loop(products, state)
        return outputs, state

    def _advance(self, products, x, known, state):
        """Return the state after a step, and what the backward pass needs."""
        after, kept = self._cell.step(self._xp, products(x, state[0]), state, *self._extra)
        return state_after(known, after, state), kept

    def _position(self, t):
        return self._n_timesteps - 1 - t if self._reverse else t

    def _in_a_row(self, products, state):
        outputs = [None] * self._n_timesteps
        for t in range(self._n_timesteps):
            i = self._position(t)
            known = None if self._known is None else self._known[i]
            state, _ = self._advance(products, self._inputs[i], known, state)
            outputs[i] = state[0]
        return (tf.stack(outputs) if self._each_step else state[0]), state

    def _loop(self, products, state, widths=()):
        """Return the outputs, the last state, and records of all steps.

        The records are arrays of the states before each step, and of what the cell has kept, of
        the given widths, or nothing.
        """
        # A list of no or one array of outputs.
        outputs = [self._array()] if self._each_step else []
        records = [self._array(width) for width in widths]
        inputs_at, known_at = self._reader(self._inputs), self._reader(self._known)

        def body(t, outputs, state, records):
            i = self._position(t)
            after, kept = self._advance(products, inputs_at(i), known_at(i), state)
            values = zip(records, [*state, *kept], strict=bool(records))
            records = [array.write(i, value) for array, value in values]
            return [t + 1, [array.write(i, after[0]) for array in outputs], after, records]

        first, end = self._bounds()
        _, outputs, state, records = tf.while_loop(
            lambda t, *_: t < end,
            body,
            [first, outputs, state, records],
            maximum_iterations=self._n_timesteps,
        )
        return (outputs[0].stack() if outputs else state[0]), state, records

    def _array(self, width=None):
        shape = None if width is None else (*self._inputs.shape[1:-1], width)
        return tf.TensorArray(
            tf.float32, self._n_timesteps, element_shape=shape, clear_after_read=False
        )

    @staticmethod
    def _reader(of_steps):
        """Return a function that reads a step of an array, or returns None if there is none.

        Reading from a TensorArray takes the same time for each step also in the backward pass. The
        gradient of a slice has the size of all steps.
        """
        if of_steps is None:
            return lambda i: None
        return tf.TensorArray(of_steps.dtype, of_steps.shape[0]).unstack(of_steps).read

    def _bounds(self):
        """Return the first of the steps in the order of reading, and the end."""
        n = self._n_timesteps
        first, end = (0, n - self._skipped) if self._reverse else (self._skipped, n)
        return tf.convert_to_tensor(first), end


class RecordedScan(Scan):
    """A scan whose derivatives are computed by TensorFlow."""

    def run(self, state):
        with tf.GradientTape() as self._tape:
            self._tape.watch([self._inputs, *self._weights])
            self._outputs, state = super().run(state)
        return self._outputs, state

    def backward(self, outputs, *, to_inputs):
        """Compute the derivatives of a loss from those with respect to the outputs.

        Parameters
        ----------
        outputs : tensor
            Derivatives with respect to the outputs.
        to_inputs : bool
            Whether the derivatives with respect to the inputs are needed.

        Returns
        -------
        inputs : tensor or None
            Derivatives with respect to the inputs.
        weights : list of tensor
            Derivatives with respect to the weights.
        """
        sources = [*[self._inputs] * to_inputs, *self._weights]
        found = self._tape.gradient(
            self._outputs, sources, output_gradients=outputs, unconnected_gradients="zero"
        )
        return (found[0] if to_inputs else None), found[-len(self._weights) :]


class LoopScan(Scan):
    """A scan in a loop, with a hand-written loop as its backward pass.

    It computes the derivatives with respect to the weights in one large product for all steps.
    TensorFlow would compute small ones and a sum at each step. It does not support separate
    dropout factors for each gate.
    """

    def run(self, state):
        self._products = Products(self._cell, self._weights[:3])
        units = state[0].shape[-1]
        widths = [units] * len(state) + _widths_kept(self._cell, units)
        outputs, state, self._records = self._loop(self._products, state, widths)
        return outputs, state

    def backward(self, outputs, *, to_inputs):
        """Compute derivatives as :meth:`RecordedScan.backward` does."""
        records, units = self._records, self._records[0].element_shape[-1]
        n_states = self._cell.states
        known_at = self._reader(self._known)
        later = [tf.zeros((*self._inputs.shape[1:-1], units))] * n_states
        if self._each_step:
            outputs_at = self._reader(outputs)
        else:
            later = [outputs, *later[1:]]

        def body(t, later, derivatives, of_extra):
            i = self._position(t)
            found = [array.read(i) for array in records]
            if self._each_step:
                later = [later[0] + outputs_at(i), *later[1:]]
            products, earlier, more = self._earlier(
                found[n_states:], found[:n_states], known_at(i), later
            )
            of_extra = [a + b for a, b in zip(of_extra, more, strict=True)]
            derivatives = [
                array.write(i, product)
                for array, product in zip(derivatives, products, strict=True)
            ]
            return [t - 1, earlier, derivatives, of_extra]

        kernels = self._weights[: 1 + self._cell.separate]
        derivatives = [self._array(kernel.shape[-1]) for kernel in kernels]
        first, end = self._bounds()
        *_, derivatives, of_extra = tf.while_loop(
            lambda t, *_: t >= first,
            body,
            [end - 1, later, derivatives, [tf.zeros_like(weight) for weight in self._extra]],
            maximum_iterations=self._n_timesteps,
        )
        products = [array.stack() for array in derivatives]
        states = records[0].stack()
        return (
            self._products.input_derivatives(products) if to_inputs else None,
            [*self._products.weight_derivatives(self._inputs, states, products), *of_extra],
        )

    def _earlier(self, kept, before, known, later):
        """Return the derivatives of a step: products, state before it and extra weights."""
        # The derivatives of the extra weights are sums over the rows, known or not.
        reached = zero_if_skipped(known, later) if self._extra else later
        products, earlier, *of_extra = self._cell.backward(
            self._xp, kept, before, reached, *self._extra
        )
        products = zero_if_skipped(known, products)
        earlier[0] += self._products.state_derivatives(products)
        return products, state_after(known, earlier, later), of_extra


def _widths_kept(cell, units):
    """Return the widths of the arrays that a cell keeps for the backward pass."""
    columns = cell.gates * units, columns_of_state(cell) * units
    products = [np.zeros((1, n)) for n in columns[: 1 + cell.separate]]
    extra = [np.zeros(shape) for shape in cell.weight_shapes(1, units)[3:]]
    state = [np.zeros((1, units))] * cell.states
    _, kept = cell.step(numpy_namespace("tanh", "sigmoid"), products, state, *extra)
    return [array.shape[-1] for array in kept]
