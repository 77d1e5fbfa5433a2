"""Recurrences in plain NumPy and float64, to compare the scans with."""

import numpy as np
import pytest


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def simple(weights, x, state):
    kernel, recurrent, bias = weights
    return [np.tanh(x @ kernel + state[0] @ recurrent + bias)]


def lstm(weights, x, state):
    kernel, recurrent, bias = weights
    i, f, g, o = np.split(x @ kernel + state[0] @ recurrent + bias, 4, axis=-1)
    memory = sigmoid(f) * state[1] + sigmoid(i) * np.tanh(g)
    return [sigmoid(o) * np.tanh(memory), memory]


def gru(weights, x, state):
    kernel, recurrent, bias = weights
    of_inputs, of_state = x @ kernel + bias[0], state[0] @ recurrent + bias[1]
    (z, r, c), (zs, rs, cs) = (np.split(a, 3, axis=-1) for a in (of_inputs, of_state))
    z, r = sigmoid(z + zs), sigmoid(r + rs)
    return [z * state[0] + (1 - z) * np.tanh(c + r * cs)]


RECURRENCES = {"simple": (simple, 1), "lstm": (lstm, 2), "gru": (gru, 1)}


def states_after(cell, weights, inputs, unknown):
    """Run a recurrence: inputs of shape (n_steps, n_rows, width), unknown (n_steps, n_rows)."""
    step, n_states = RECURRENCES[cell]
    state = [np.zeros((inputs.shape[1], weights[1].shape[0]))] * n_states
    found = []
    for x, skipped in zip(inputs, unknown, strict=True):
        after = step(weights, x, state)
        state = [np.where(skipped[:, None], a, b) for a, b in zip(state, after, strict=True)]
        found.append(state[0])
    return np.stack(found)


def differences(function, arrays, position):
    """Compute the derivatives of a number with respect to an array by central differences."""
    array, result = arrays[position], np.zeros_like(arrays[position])
    for place in np.ndindex(array.shape):
        values = []
        for change in (1e-5, -1e-5):
            moved = [a.copy() for a in arrays]
            moved[position][place] += change
            values.append(function(moved))
        result[place] = (values[0] - values[1]) / 2e-5
    return result


@pytest.fixture(scope="session")
def recurrences():
    return states_after, differences


@pytest.fixture
def check_scan():
    return compare_with_recurrence


def compare_with_recurrence(name, cell, kind, *, each_step, masked):
    """Compare states and gradients of a scan with those of a recurrence in float64."""
    from skrnn.engines.numpy._skipped_steps_in_batches import Mask

    rng = np.random.default_rng(0)
    n_steps, n_rows, width, units = 4, 3, 2, 3
    weights = [rng.normal(size=shape) * 0.5 for shape in cell.weight_shapes(width, units)]
    inputs = rng.normal(size=(n_steps, n_rows, width))
    unknown = np.zeros((n_steps, n_rows), bool)
    if masked:
        unknown[0] = unknown[2, 1] = unknown[3, 0] = True
    factors = rng.normal(size=(n_steps, n_rows, units))
    if not each_step:
        factors[:-1] = 0.0

    def total(arrays):
        return (states_after(name, arrays[:-1], arrays[-1], unknown) * factors).sum()

    scan = kind(cell, "tanh", "sigmoid", width=width, units=units, n_steps=n_steps, n_rows=n_rows)
    positions = scan.positions(*_places(weights))
    flat = np.concatenate([w.ravel() for w in weights])
    assert sorted(positions) == list(range(len(flat)))
    gradients = np.full(scan.size, np.nan, np.float32)
    scan.bind(flat[positions].astype(np.float32), gradients)
    scan.refresh()
    scan.inputs[...] = inputs.swapaxes(1, 2)
    mask = Mask(unknown) if masked else None
    scan.forward(mask)
    expected = states_after(name, weights, inputs, unknown).swapaxes(1, 2)
    np.testing.assert_allclose(scan.hidden[1:], expected, atol=1e-6)

    rows_last = factors.swapaxes(1, 2).astype(np.float32)
    of_inputs = scan.backward(
        rows_last if each_step else None,
        None if each_step else rows_last[-1],
        mask,
        to_inputs=True,
    )
    arrays = [*weights, inputs]
    found = np.empty_like(gradients)
    found[positions] = gradients
    wanted = [differences(total, arrays, i) for i in range(len(arrays))]
    np.testing.assert_allclose(
        found, np.concatenate([w.ravel() for w in wanted[:-1]]), rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(of_inputs, wanted[-1].swapaxes(1, 2), rtol=1e-4, atol=1e-5)


def _places(weights):
    ends = np.cumsum([w.size for w in weights])
    return [
        np.arange(end - w.size, end).reshape(w.shape) for w, end in zip(weights, ends, strict=True)
    ]
