"""Scans of the cells that need one product of ``[x, 1, h]`` for each step."""

import numpy as np

from ._base_scan import (
    ACTIVATIONS,
    AFTER_SCALE,
    F4,
    HALF,
    ONE,
    Scan,
    SumsOfProducts,
    lines,
    scale_before,
    slope,
)


class JoinedScan(Scan):
    """A scan that keeps kernel, bias and recurrent kernel as one matrix.

    A subclass defines `order`, the positions of Keras's gates in the order of the scan.
    """

    order = (0,)

    def _allocate(self):
        width, units = self.width, self.units
        n_lines, n_columns = width + 1 + units, len(self.order) * units
        self._joined = self.room(n_lines, self.n_steps + 1)
        self._joined[..., width, :] = ONE
        self._by_step = list(self._joined)
        self.inputs = self._joined[:-1, ..., :width, :]
        self.states = [self._joined[..., width + 1 :, :]]
        self._hidden = list(self.hidden)
        self.size = n_columns * n_lines
        self._shape = (*self.networks, n_columns, n_lines)
        self._scaled = np.empty(self._shape, F4)
        self._scale = np.ones((n_columns, 1), F4)
        self._errors = self.room(n_columns)
        self._transposed = np.empty((*self.networks, units, n_columns), F4)
        self._of_inputs = self.room(width)
        self._to_weights = SumsOfProducts(self._errors, [(slice(None), self._joined[:-1])])

    def positions(self, kernel, recurrent_kernel, bias):
        """Return the positions of a network's weights in the order of this scan."""
        gates = np.arange(kernel.shape[1]).reshape(len(self.order), -1)
        columns = gates[list(self.order)].ravel()
        return np.concatenate([kernel, bias[None], recurrent_kernel])[:, columns].T.ravel()

    def bind(self, weights, gradients):
        """Use these arrays for all batches."""
        self._weights = weights.reshape(self._shape)
        self._gradients = gradients.reshape(self._shape)
        self._recurrent = self._weights[..., self.width + 1 :].swapaxes(-1, -2)
        self._kernel = self._weights[..., : self.width].swapaxes(-1, -2)

    def refresh(self):
        """Scale and transpose the weights."""
        np.multiply(self._weights, self._scale, self._scaled)
        self._transposed[...] = self._recurrent

    def _finish(self, mask, to_inputs):
        """Fill the gradients of the weights, and return the derivatives of the inputs."""
        if mask is not None:
            self._errors[: mask.first] = 0.0
        self._to_weights.compute(self._gradients)
        if not to_inputs:
            return None
        return np.matmul(self._kernel, self._errors, self._of_inputs)


class SimpleScan(JoinedScan):
    """The cell of Elman, 1990."""

    def _allocate(self):
        super()._allocate()
        self._scale *= scale_before(self.activation)
        self._slopes = self.room(self.units)
        self._dh, self._product = self.room(self.units, 2)

    def _run(self, mask, first):
        multiply, activation, product = self.product, AFTER_SCALE[self.activation], self._product
        weights, joined, hidden = self._scaled, self._by_step, self._hidden
        for t in range(first, self.n_steps):
            multiply(weights, joined[t], product)
            activation(product, hidden[t + 1])
            if mask is not None and mask.partly[t]:
                np.copyto(hidden[t + 1], hidden[t], where=mask.unknown[t])

    def backward(self, of_outputs, of_last, mask=None, *, to_inputs=False):
        """Compute the gradients of the weights."""
        slope(self.activation, self.hidden[1:], self._slopes)
        if mask is not None:
            mask.fill(self._slopes, F4(0.0))
        dh, multiply, transposed = self._dh, self.product, self._transposed
        dh[...] = 0.0 if of_last is None else of_last
        slopes, errors = list(self._slopes), list(self._errors)
        first = 0 if mask is None else mask.first
        for t in range(self.n_steps - 1, first - 1, -1):
            if of_outputs is not None:
                np.add(dh, of_outputs[t], dh)
            np.multiply(dh, slopes[t], errors[t])
            if mask is not None and mask.partly[t]:
                np.multiply(dh, mask.kept[t], self._product)
                multiply(transposed, errors[t], dh)
                np.add(dh, self._product, dh)
            else:
                multiply(transposed, errors[t], dh)
        return self._finish(mask, to_inputs)


class LSTMScan(JoinedScan):
    """The LSTM of Hochreiter and Schmidhuber, 1997, with a forget gate.

    Keras's order is i, f, c, o. Here it is o, i, f, c: the sigmoid gates are adjacent, and so are
    the gates whose derivatives pass through the memory.
    """

    order = (3, 0, 1, 2)

    def _allocate(self):
        super()._allocate()
        units = self.units
        self._scale[: 3 * units] = scale_before(self.gate)
        self._scale[3 * units :] = scale_before(self.activation)
        self._gates, self._squashed = self.room(4 * units), self.room(units)
        self._memory = self.room(units, self.n_steps + 1)
        self.states = [self.hidden, self._memory]
        self._factors = self.room(5 * units)
        self._dh, self._dc, self._product = self.room(units, 3)
        self._bind_steps()

    def _bind_steps(self):
        """Create the views that a step needs; creating them takes longer than using them."""
        units = self.units
        memory, squashed = list(self._memory), list(self._squashed)
        self._forward = [
            (joined, g, g[..., : 3 * units, :], *lines(g, 4), c, c_after, s, h)
            for joined, g, c, c_after, s, h in zip(
                self._by_step, self._gates, memory, memory[1:], squashed, self._hidden[1:],
                strict=False,
            )
        ]  # fmt: skip
        by_gate = (*self.networks, 3, units, self.n_rows)
        self._dc_by_gate = self._dc[..., None, :, :]
        self._all_gates, self._all_factors = lines(self._gates, 4), lines(self._factors, 5)
        n = 3 * units
        self._sigmoids, self._slopes = self._gates[..., :n, :], self._factors[..., :n, :]
        self._memory_before = self._memory[:-1]
        self._backward = [
            (
                error,
                error[..., :units, :],
                error[..., units:, :].reshape(by_gate),
                factor[..., :units, :],
                factor[..., units : 4 * units, :].reshape(by_gate),
                factor[..., 4 * units :, :],
                passed,
            )
            for error, factor, passed in zip(
                self._errors, self._factors, lines(self._gates, 4)[2], strict=True
            )
        ]

    def _run(self, mask, first):
        dot, weights, product = self.product, self._scaled, self._product
        tanh, multiply, add = np.tanh, np.multiply, np.add
        all_tanh = self.gate == "sigmoid" and self.activation == "tanh"
        gate, activation = AFTER_SCALE[self.gate], AFTER_SCALE[self.activation]
        squash = ACTIVATIONS[self.activation]
        for t in range(first, self.n_steps):
            joined, gates, sigmoids, o, i, f, g, c, c_after, squashed, h = self._forward[t]
            dot(weights, joined, gates)
            if all_tanh:  # one call for all gates
                tanh(gates, gates)
                multiply(sigmoids, HALF, sigmoids)
                add(sigmoids, HALF, sigmoids)
            else:
                gate(sigmoids, sigmoids)
                activation(g, g)
            multiply(i, g, product)
            multiply(f, c, c_after)
            add(c_after, product, c_after)
            squash(c_after, squashed)
            multiply(o, squashed, h)
            if mask is not None and mask.partly[t]:
                np.copyto(h, self._hidden[t], where=mask.unknown[t])
                np.copyto(c_after, c, where=mask.unknown[t])

    def _fill_factors(self, mask):
        """Compute the factors that do not depend on later steps."""
        o, i, f, g = self._all_gates
        of_o, of_i, of_f, of_g, of_c = self._all_factors
        slope(self.gate, self._sigmoids, self._slopes)
        np.multiply(of_o, self._squashed, of_o)
        np.multiply(of_i, g, of_i)
        np.multiply(of_f, self._memory_before, of_f)
        slope(self.activation, g, of_g)
        np.multiply(of_g, i, of_g)
        slope(self.activation, self._squashed, of_c)
        np.multiply(of_c, o, of_c)
        if mask is not None:
            mask.fill(self._factors, F4(0.0))
            mask.fill(f, ONE)  # the fraction of the memory that passes through a step

    def backward(self, of_outputs, of_last, mask=None, *, to_inputs=False):
        """Compute the gradients of the weights."""
        self._fill_factors(mask)
        dh, dc, product, by_gate = self._dh, self._dc, self._product, self._dc_by_gate
        dot, transposed, multiply, add = self.product, self._transposed, np.multiply, np.add
        dh[...] = 0.0 if of_last is None else of_last
        dc[...] = 0.0
        first = 0 if mask is None else mask.first
        for t in range(self.n_steps - 1, first - 1, -1):
            errors, of_o, others, factor_o, factors, factor_c, passed = self._backward[t]
            if of_outputs is not None:
                add(dh, of_outputs[t], dh)
            multiply(dh, factor_c, product)
            add(dc, product, dc)
            multiply(by_gate, factors, others)
            multiply(dh, factor_o, of_o)
            multiply(dc, passed, dc)
            if mask is not None and mask.partly[t]:
                multiply(dh, mask.kept[t], product)
                dot(transposed, errors, dh)
                add(dh, product, dh)
            else:
                dot(transposed, errors, dh)
        return self._finish(mask, to_inputs)
