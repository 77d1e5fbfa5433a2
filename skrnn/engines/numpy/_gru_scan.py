"""The scan of the GRU, which needs separate products of inputs and states."""

import numpy as np

from ._base_scan import AFTER_SCALE, F4, ONE, Scan, SumsOfProducts, lines, scale_before, slope

# Values of a step, of all rows and networks, with which the factors of each step are computed
# separately. With fewer values, fewer calls save more time than contiguous arrays in the L1 cache;
# with more, there are enough contiguous values in any case.
_FEW, _MANY = 2**10, 2**12


class GRUScan(Scan):
    """The GRU of Cho et al., 2014, with the reset gate after the product.

    The order of the gates is c, z, r in the products of the inputs, and z, r, c in those of the
    states, so one array of errors, of c, z, r and again c, contains both. The last lines of this
    array are the derivatives that pass through the update gate to the state before.
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
        self._errors, self._factors = self.room(5 * units), self.room(6 * units)
        # The update gate is also the factor of the state before.
        self._gates, self._candidates = self._factors[..., 4 * units :, :], self.room(units)
        self._differences, self._remainders = self.room(units), self.room(2 * units)
        self._dh, self._product = self.room(units, 2)
        self._transposed = np.empty((*networks, units, 3 * units), F4)
        self._input_errors = self.room(width)
        self._bind_steps()

    def _bind_steps(self):
        """Create the views that a step needs; creating them takes longer than using them."""
        units, hidden, stored = self.units, list(self._hidden_and_one), self.as_stored
        self._forward = [
            (
                *map(stored, (p[..., units:, :], p[..., :units, :])),
                q,
                *map(stored, (q[..., : 2 * units, :], q[..., 2 * units :, :])),
                *map(stored, (gates, *lines(gates, 2), candidate, difference)),
                before,
                *map(stored, (before[..., :units, :], after[..., :units, :])),
            )
            for p, q, gates, candidate, difference, before, after in zip(
                self._of_inputs, self._of_states, self._gates, self._candidates,
                self._differences, hidden, hidden[1:], strict=False,
            )
        ]  # fmt: skip
        self._hidden = list(self.hidden)
        self._of_errors = self._factors[..., : 4 * units, :]
        self._passed = self._gates[..., :units, :]
        self._input_part = self._errors[..., : 3 * units, :]
        state_part = self._errors[..., units : 4 * units, :]
        self._to_both = SumsOfProducts(
            self._errors[..., : 4 * units, :],
            [
                (slice(0, 3 * units), self._joined),
                (slice(units, 4 * units), self._hidden_and_one[:-1]),
            ],
        )
        by_gate = 5, units, *self.networks, self.n_rows
        self._backward = [
            (
                stored(factor[..., : 5 * units, :]).reshape(by_gate),
                stored(error).reshape(by_gate),
                of_states,
                stored(error[..., 4 * units :, :]),
            )
            for factor, error, of_states in zip(
                self._factors, self._errors, state_part, strict=True
            )
        ]
        by_step = _FEW <= self._candidates[0].size < _MANY
        parts = range(self.n_steps) if by_step else [slice(None)]
        self._parts = [self._views_of_part(steps) for steps in parts]

    def _views_of_part(self, steps):
        """Return what :meth:`_fill_factors` reads and fills for some steps."""
        units, gates, remainders = self.units, self._gates[steps], self._remainders[steps]
        of_c, of_z, of_r, of_product, _, r = lines(self._factors[steps], 6)
        views = (
            self._candidates[steps], self._differences[steps],
            self._of_states[steps, ..., 2 * units :, :], gates, r,
            remainders, lines(remainders, 2)[0],
            self._factors[steps, ..., units : 3 * units, :], of_c, of_z, of_r, of_product,
        )  # fmt: skip
        return [self.as_stored(view) for view in views]

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
        dot, product, hidden = self.product, self.as_stored(self._product), self._hidden
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
                np.copyto(hidden[t + 1], hidden[t], where=mask.unknown[t])

    def _fill_factors(self, mask):
        """Compute the factors that do not depend on later steps."""
        multiply, scale = np.multiply, scale_before(self.activation)
        for views in self._parts:
            c, d, c_q, gates, r, rest, z_rest, of_gates, of_c, of_z, of_r, of_product = views
            slope(self.activation, c, of_c)
            np.subtract(ONE, gates, rest)
            multiply(of_c, z_rest, of_c)
            if self.gate == "sigmoid":
                multiply(gates, rest, of_gates)
            else:
                slope(self.gate, gates, of_gates)
            multiply(of_z, d, of_z)
            multiply(of_r, c_q, of_r)
            if scale != ONE:
                np.divide(of_r, scale, of_r)
            multiply(of_r, of_c, of_r)
            multiply(r, of_c, of_product)
        if mask is not None:
            mask.fill(self._of_errors, F4(0.0))
            mask.fill(self._passed, ONE)

    def backward(self, of_outputs, of_last, mask=None, *, to_inputs=False):
        """Compute the gradients of the weights."""
        self._fill_factors(mask)
        dh, product = self._dh, self._product
        dot, transposed, multiply, add = self.product, self._transposed, np.multiply, np.add
        dh_stored, product_stored = self.as_stored(dh), self.as_stored(product)
        dh[...] = 0.0 if of_last is None else of_last
        start = 0 if mask is None else mask.first
        for t in range(self.n_steps - 1, start - 1, -1):
            if of_outputs is not None:
                add(dh, of_outputs[t], dh)
            factors, errors, of_states, passed = self._backward[t]
            multiply(dh_stored, factors, errors)
            dot(transposed, of_states, product)
            add(product_stored, passed, dh_stored)
        if start:
            self._errors[:start] = 0.0
        first, second = self._gradients
        self._to_both.compute(first, second)
        if not to_inputs:
            return None
        return np.matmul(self._kernel, self._input_part, self._input_errors)
