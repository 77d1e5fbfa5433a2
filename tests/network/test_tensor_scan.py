"""The scan with a way back of its own, beside the one whose way back TensorFlow records."""

import numpy as np
import pytest
import tensorflow as tf

from skrnn.network._tensor_cells import CELLS
from skrnn.network._tensor_scan import LoopScan, RecordedScan, Scan

STEPS, ROWS, WIDTH, UNITS = 7, 4, 2, 3
GATES = {"simple": 1, "gru": 3, "lstm": 4}


def scans(name, *, masked, each_step, backward, unrolled=False):
    """A scan of each kind, and a state to start from."""
    rng = np.random.default_rng(0)
    columns = GATES[name] * UNITS
    bias = (2, columns) if name == "gru" else (columns,)
    shapes = [(WIDTH, columns), (UNITS, columns), bias]
    weights = [tf.constant(rng.normal(size=s), tf.float32) for s in shapes]
    inputs = tf.constant(rng.normal(size=(STEPS, ROWS, WIDTH)), tf.float32)
    known, skipped = None, 0
    if masked:  # two steps that no row knows come first, and are left out
        known = rng.uniform(size=(STEPS, ROWS, 1)) < 0.6
        known[:2], skipped = False, 2
        known = tf.constant(known)
    settings = {
        "dropped": (None, None),
        "unrolled": unrolled,
        "each_step": each_step,
        "backward": backward,
    }
    state = [tf.zeros((ROWS, UNITS))] * (2 if name == "lstm" else 1)
    if not masked:  # a loop that leaves steps out starts from zeros
        state = [tf.constant(rng.normal(size=s.shape), tf.float32) for s in state]
    cell = CELLS[name]("tanh", "sigmoid")
    make = [Scan, RecordedScan, LoopScan]
    return [kind(cell, weights, inputs, known, skipped, **settings) for kind in make], state


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("each_step", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_all_scans_agree(name, masked, each_step, backward):
    settings = {"masked": masked, "each_step": each_step, "backward": backward}
    (plain, recorded, loop), state = scans(name, **settings)
    (in_a_row, *_), _ = scans(name, unrolled=True, **settings)
    expected, after = in_a_row.run(state)
    # Nobody reads the outputs at the steps that are left out.
    read = np.ones((STEPS, 1, 1) if each_step else (), np.float32)
    if each_step and masked:
        read[:2] = 0.0
    expected *= read
    for scan in (plain, recorded, loop):
        found, found_after = scan.run(state)
        found *= read
        for a, b in zip([found, *found_after], [expected, *after], strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    later = np.random.default_rng(1).normal(size=expected.shape) * read
    later = tf.constant(later, tf.float32)
    of_inputs, of_weights = loop.way_back(later, to_inputs=True)
    wanted_inputs, wanted_weights = recorded.way_back(later, to_inputs=True)
    for a, b in zip([of_inputs, *of_weights], [wanted_inputs, *wanted_weights], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    assert loop.way_back(later, to_inputs=False)[0] is None


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_no_step_is_known(name, backward):
    """The second half of a batch may have no rows at all. XLA compiles a scan."""
    settings = {"masked": False, "each_step": False, "backward": backward}
    (_, _, loop), _ = scans(name, **settings)
    loop._known, loop._skipped = tf.zeros((STEPS, ROWS, 1), tf.bool), tf.constant(STEPS)
    state = [tf.zeros((ROWS, UNITS))] * (2 if name == "lstm" else 1)

    @tf.function(jit_compile=True, autograph=False)
    def both_ways():
        output, _ = loop.run(state)
        return output, *loop.way_back(tf.ones_like(output), to_inputs=True)

    for found in tf.nest.flatten(both_ways()):
        np.testing.assert_array_equal(found, np.zeros(found.shape))


def test_dropout_for_each_gate_has_no_loop_of_ours():
    (_, _, loop), state = scans("lstm", masked=False, each_step=False, backward=False)
    loop._dropped = [tf.ones((ROWS, WIDTH))] * 4, None
    with pytest.raises(ValueError, match="dropout for each gate"):
        loop.run(state)
