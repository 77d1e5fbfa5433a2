"""Scans of the simple cell and of the LSTM, compared with recurrences in float64."""

import numpy as np
import pytest

from skrnn.cells import LSTMCell, SimpleCell
from skrnn.engines.numpy._joined_scans import LSTMScan, SimpleScan
from skrnn.engines.numpy._skipped_steps_in_batches import Mask

KINDS = {"simple": (SimpleCell(), SimpleScan), "lstm": (LSTMCell(), LSTMScan)}


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("each_step", [False, True])
@pytest.mark.parametrize("name", KINDS)
def test_scan_equals_a_recurrence_and_its_finite_differences(check_scan, name, each_step, masked):
    cell, kind = KINDS[name]
    check_scan(name, cell, kind, each_step=each_step, masked=masked)


def test_states_pass_from_batch_to_batch():
    """Four steps in one batch reach the same state as two batches of two steps."""
    rng = np.random.default_rng(0)
    long = LSTMScan(LSTMCell(), "tanh", "sigmoid", width=1, units=2, n_steps=4, n_rows=3)
    short = LSTMScan(LSTMCell(), "tanh", "sigmoid", width=1, units=2, n_steps=2, n_rows=3)
    weights = rng.normal(size=long.size).astype(np.float32)
    inputs = rng.normal(size=(4, 1, 3)).astype(np.float32)
    for scan in (long, short):
        scan.bind(weights, np.empty_like(weights))
        scan.refresh()
    long.inputs[...] = inputs
    long.forward()
    states = [np.zeros((2, 3), np.float32) for _ in range(2)]
    for half in (inputs[:2], inputs[2:]):
        short.inputs[...] = half
        short.start(states)
        short.forward()
        short.end(states)
    for state, array in zip(states, long.states, strict=True):
        np.testing.assert_allclose(state, array[-1], rtol=1e-6)


def test_a_scan_forgets_the_batch_before():
    rng = np.random.default_rng(1)
    scan = SimpleScan(SimpleCell(), "tanh", "sigmoid", width=1, units=2, n_steps=3, n_rows=2)
    weights = rng.normal(size=scan.size).astype(np.float32)
    scan.bind(weights, np.empty_like(weights))
    scan.refresh()
    found = []
    for skipped in (0, 2, 0):
        scan.inputs[...] = 1.0
        unknown = np.zeros((3, 2), bool)
        unknown[:skipped] = True
        scan.forward(Mask(unknown) if skipped else None)
        found.append(scan.hidden.copy())
    np.testing.assert_array_equal(found[0], found[2])
    np.testing.assert_array_equal(found[1][:3], 0.0)
    np.testing.assert_allclose(found[1][3], found[0][1], rtol=1e-6)
