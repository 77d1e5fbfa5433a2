"""The scan of the GRU, which needs separate products of inputs and states."""

import numpy as np

from ._base_scan import AFTER_SCALE, F4, ONE, Scan, SumOfProducts, lines, scale_before, slope


class GRUScan(Scan):
    """The GRU of Cho et al., 2014, with the reset gate after the product.

    The order of the gates is c, z, r in the products of the inputs, and z, r, c in those of the
    states. So one array of errors, of c, z, r and again c, contains both.
    """

    def _allocate(self):
        width, units, networks = self.width, self.units, self.networks
        self._joined = self.room(width + 1)
        self._joined[..., width, :] = ONE
        self.inputs = self._joined[..., :width, :]
        self._hidden_and_one = self.room(units + 1, self.n_steps + 1)
        self._hidden_and_one[..., units, :] = ONE
        self.states = [self._hidden_and_one[..., :units, :]]
        self._shapes = (
            (*networks, 3 * units, width + 1),
            (*networks, 3 * units, units + 1),
        )
        self._n_first = 3 * units * (width + 1)
        self.size = self._n_first + 3 * units * (units + 1)
        gate, activation = scale_before(self.gate), scale_before(self.activation)
        scale = np.repeat(np.array([gate, gate, activation], F4), units)[:, None]
        self._scales = np.roll(scale, units, axis=0), scale
        self._scaled = [np.empty(shape, F4) for shape in self._shapes]
        self._of_inputs, self._of_states = self.room(3 * units), self.room(3 * units)
        self._gates, self._candidates = self.room(2 * units), self.room(units)
        self._differences, self._renewed = self.room(units), self.room(units)
        self._errors, self._factors = self.room(4 * units), self.room(4 * units)
        self._dh, self._product = np.zeros((2, *self._renewed.shape[1:]), F4)
        self._transposed = np.empty((*networks, units, 3 * units), F4)
        self._input_errors = self.room(width)
        self._bind_steps()

    def _bind_steps(self):
        """Create the views that a step needs; creating them takes longer than using them."""
        units, hidden = self.units, list(self._hidden_and_one)
        self._forward = [
            (
                p[..., units:, :],
                p[..., :units, :],
                q,
                q[..., : 2 * units, :],
                q[..., 2 * units :, :],
                gates,
                *lines(gates, 2),
                candidate,
                difference,
                before,
                before[..., :units, :],
                after[..., :units, :],
            )
            for p, q, gates, candidate, difference, before, after in zip(
                self._of_inputs, self._of_states, self._gates, self._candidates,
                self._differences, hidden, hidden[1:], strict=False,
            )
        ]  # fmt: skip
        self._all_gates, self._all_factors = lines(self._gates, 2), lines(self._factors, 4)
        self._of_gates = self._factors[..., units : 3 * units, :]
        self._of_candidates = self._of_states[..., 2 * units :, :]
        self._input_part = self._errors[..., : 3 * units, :]
        self._to_first = SumOfProducts(self._input_part, self._joined)
        self._to_second = SumOfProducts(self._errors[..., units:, :], self._hidden_and_one[:-1])
        by_two = (*self.networks, 2, units, self.n_rows)
        self._dh_by_two = self._dh[..., None, :, :]
        self._backward = [
            (
                error[..., : 2 * units, :].reshape(by_two),
                error[..., None, :units, :],
                error[..., 2 * units :, :].reshape(by_two),
                error[..., units:, :],
                factor[..., : 2 * units, :].reshape(by_two),
                factor[..., 2 * units :, :].reshape(by_two),
                passed,
            )
            for error, factor, passed in zip(
                self._errors, self._factors, lines(self._gates, 2)[0], strict=True
            )
        ]

    def positions(self, kernel, recurrent_kernel, bias):
        """Return the positions of a network's weights in the order of this scan."""
        first = np.concatenate([kernel, bias[:1]]).T
        second = np.concatenate([recurrent_kernel, bias[1:]]).T
        return np.concatenate([np.roll(first, self.units, axis=0).ravel(), second.ravel()])

    def bind(self, weights, gradients):
        """Use these arrays for all batches."""
        self._weights, self._gradients = self._split(weights), self._split(gradients)
        self._recurrent = self._weights[1][..., : self.units].swapaxes(-1, -2)
        self._kernel = self._weights[0][..., : self.width].swapaxes(-1, -2)

    def refresh(self):
        """Scale and transpose the weights."""
        for weight, scale, scaled in zip(self._weights, self._scales, self._scaled, strict=True):
            np.multiply(weight, scale, scaled)
        self._transposed[...] = self._recurrent

    def _split(self, array):
        first, second = self._shapes
        n = self._n_first
        return array[..., :n].reshape(first), array[..., n:].reshape(second)

    def _run(self, mask, first):
        of_inputs, of_states = self._scaled
        np.matmul(of_inputs, self._joined, self._of_inputs)
        dot, product = self.product, self._product
        multiply, add, subtract = np.multiply, np.add, np.subtract
        gate, activation = AFTER_SCALE[self.gate], AFTER_SCALE[self.activation]
        for t in range(first, self.n_steps):
            zr_in, c_in, q, zr_q, c_q, zr, z, r, c, d, joined, before, after = self._forward[t]
            dot(of_states, joined, q)
            add(zr_in, zr_q, zr)
            gate(zr, zr)
            multiply(r, c_q, c)
            add(c, c_in, c)
            activation(c, c)
            subtract(before, c, d)
            multiply(z, d, product)
            add(c, product, after)
            if mask is not None and mask.partly[t]:
                np.copyto(after, before, where=mask.unknown[t])

    def _fill_factors(self, mask):
        """Compute the factors that do not depend on later steps."""
        z, r = self._all_gates
        of_c, of_z, of_r, of_product = self._all_factors
        slope(self.activation, self._candidates, of_c)
        np.subtract(ONE, z, self._renewed)
        np.multiply(of_c, self._renewed, of_c)
        slope(self.gate, self._gates, self._of_gates)
        np.multiply(of_z, self._differences, of_z)
        np.multiply(of_r, self._of_candidates, of_r)
        if scale_before(self.activation) != ONE:
            np.divide(of_r, scale_before(self.activation), of_r)
        np.copyto(of_product, r)
        if mask is not None:
            mask.fill(self._factors, F4(0.0))
            mask.fill(z, ONE)  # the fraction of the state that passes through a step

    def backward(self, of_outputs, of_last, mask=None, *, to_inputs=False):
        """Compute the gradients of the weights."""
        self._fill_factors(mask)
        dh, product, by_two = self._dh, self._product, self._dh_by_two
        dot, transposed, multiply, add = self.product, self._transposed, np.multiply, np.add
        dh[...] = 0.0 if of_last is None else of_last
        start = 0 if mask is None else mask.first
        for t in range(self.n_steps - 1, start - 1, -1):
            if of_outputs is not None:
                add(dh, of_outputs[t], dh)
            c_and_z, of_c, r_and_product, of_states, factors, more, passed = self._backward[t]
            multiply(by_two, factors, c_and_z)
            multiply(of_c, more, r_and_product)
            dot(transposed, of_states, product)
            multiply(dh, passed, dh)
            add(dh, product, dh)
        if start:
            self._errors[:start] = 0.0
        first, second = self._gradients
        self._to_first.compute(first)
        self._to_second.compute(second)
        if not to_inputs:
            return None
        return np.matmul(self._kernel, self._input_part, self._input_errors)
