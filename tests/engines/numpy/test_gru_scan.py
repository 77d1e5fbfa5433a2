"""The scan of the GRU, compared with a recurrence in float64."""

import numpy as np
import pytest

from skrnn.cells import GRUCell
from skrnn.engines.numpy import _gru_scan
from skrnn.engines.numpy._gru_scan import GRUScan


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("each_step", [False, True])
def test_scan_equals_a_recurrence_and_its_finite_differences(check_scan, each_step, masked):
    check_scan("gru", GRUCell(), GRUScan, each_step=each_step, masked=masked)


def test_networks_do_not_touch_each_other():
    rng = np.random.default_rng(0)
    several = GRUScan(
        GRUCell(), "tanh", "sigmoid", width=2, units=3, n_steps=4, n_rows=5, networks=(2,)
    )
    one = GRUScan(GRUCell(), "tanh", "sigmoid", width=2, units=3, n_steps=4, n_rows=5)
    weights = rng.normal(size=(2, one.size)).astype(np.float32)
    inputs = rng.normal(size=(4, 2, 2, 5)).astype(np.float32)
    last = rng.normal(size=(2, 3, 5)).astype(np.float32)
    gradients = np.empty_like(weights)
    several.bind(weights, gradients)
    several.refresh()
    several.inputs[...] = inputs
    several.forward()
    several.backward(None, last)
    for i in range(2):
        own = np.empty(one.size, np.float32)
        one.bind(weights[i], own)
        one.refresh()
        one.inputs[...] = inputs[:, i]
        one.forward()
        one.backward(None, last[i])
        np.testing.assert_allclose(several.hidden[:, i], one.hidden, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(gradients[i], own, rtol=1e-4, atol=1e-5)


def test_factors_of_each_step_are_those_of_all_steps(monkeypatch):
    rng = np.random.default_rng(0)
    weights, found = None, []
    for least in (_gru_scan._FEW, 0):  # all steps at once, and each step
        monkeypatch.setattr(_gru_scan, "_FEW", least)
        scan = GRUScan(GRUCell(), "tanh", "sigmoid", width=2, units=3, n_steps=5, n_rows=5)
        if weights is None:
            weights = rng.normal(size=scan.size).astype(np.float32)
            inputs = rng.normal(size=(5, 2, 5)).astype(np.float32)
        gradients = np.empty_like(weights)
        scan.bind(weights, gradients)
        scan.refresh()
        scan.inputs[...] = inputs
        scan.forward()
        scan.backward(None, np.ones((3, 5), np.float32))
        found.append(gradients)
    np.testing.assert_array_equal(*found)
