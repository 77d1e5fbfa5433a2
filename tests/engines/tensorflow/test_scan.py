"""The scan with its own backward pass, compared with the one recorded by TensorFlow."""

import numpy as np
import pytest
import tensorflow as tf

from skrnn.cells._keras_namespace import keras_namespace
from skrnn.cells._named_cells import CELLS
from skrnn.engines.tensorflow._scan import LoopScan, RecordedScan, Scan

STEPS, ROWS, WIDTH, UNITS = 7, 4, 2, 3


def scans(name, *, masked, each_step, reverse, unrolled=False):
    """A scan of each kind, and a state to start from."""
    rng = np.random.default_rng(0)
    cell = CELLS[name]
    shapes = cell.weight_shapes(WIDTH, UNITS)
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
        "reverse": reverse,
    }
    state = [tf.zeros((ROWS, UNITS))] * cell.states
    if not masked:  # a loop that leaves steps out starts from zeros
        state = [tf.constant(rng.normal(size=s.shape), tf.float32) for s in state]
    xp = keras_namespace("tanh", "sigmoid")
    make = [Scan, RecordedScan, LoopScan]
    return [kind(cell, xp, weights, inputs, known, skipped, **settings) for kind in make], state


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("each_step", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_all_scans_agree(name, masked, each_step, reverse):
    settings = {"masked": masked, "each_step": each_step, "reverse": reverse}
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
    of_inputs, of_weights = loop.backward(later, to_inputs=True)
    wanted_inputs, wanted_weights = recorded.backward(later, to_inputs=True)
    for a, b in zip([of_inputs, *of_weights], [wanted_inputs, *wanted_weights], strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    assert loop.backward(later, to_inputs=False)[0] is None


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_no_step_is_known(name, reverse):
    """The second half of a batch may have no rows at all. XLA compiles a scan."""
    settings = {"masked": False, "each_step": False, "reverse": reverse}
    (_, _, loop), _ = scans(name, **settings)
    loop._known, loop._skipped = tf.zeros((STEPS, ROWS, 1), tf.bool), tf.constant(STEPS)
    state = [tf.zeros((ROWS, UNITS))] * CELLS[name].states

    @tf.function(jit_compile=True, autograph=False)
    def both_ways():
        output, _ = loop.run(state)
        return output, *loop.backward(tf.ones_like(output), to_inputs=True)

    for found in tf.nest.flatten(both_ways()):
        np.testing.assert_array_equal(found, np.zeros(found.shape))
