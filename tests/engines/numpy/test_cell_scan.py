"""The scan of any cell, and the choice of a scan."""

import numpy as np
import pytest

from skrnn.cells import Cell, GRUCell, LSTMCell, SimpleCell
from skrnn.engines.numpy._cell_scan import CellScan, calls_of_step, can_train, scan_of
from skrnn.engines.numpy._gru_scan import GRUScan
from skrnn.engines.numpy._joined_scans import LSTMScan, SimpleScan
from skrnn.network._architecture import Architecture

CELLS = {"simple": SimpleCell(), "lstm": LSTMCell(), "gru": GRUCell()}


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("each_step", [False, True])
@pytest.mark.parametrize("name", CELLS)
def test_scan_equals_a_recurrence_and_its_finite_differences(check_scan, name, each_step, masked):
    check_scan(name, CELLS[name], CellScan, each_step=each_step, masked=masked)


class Renamed(SimpleCell):
    """A cell of a user, with the equations of another one."""


class WithoutBackward(Cell):
    def step(self, xp, products, state):
        return [xp.activation(products[0])], []


@pytest.mark.parametrize(
    ("cell", "activation", "kind"),
    [
        (SimpleCell(), "tanh", SimpleScan),
        (LSTMCell(), "relu", LSTMScan),
        (GRUCell(), "linear", GRUScan),
        (Renamed(), "tanh", CellScan),
    ],
)
def test_choice_of_a_scan(cell, activation, kind):
    architecture = Architecture(cell, (3,), 4, 2, 1, activation=activation)
    assert can_train(architecture)
    scan = scan_of(architecture, 2, 3, 5)
    assert type(scan) is kind
    assert scan.hidden.shape == (5, 3, 5)
    assert calls_of_step(architecture) > 0


@pytest.mark.parametrize(
    ("cell", "activation"), [(WithoutBackward(), "tanh"), (SimpleCell(), "softplus")]
)
def test_derivatives_that_are_not_known(cell, activation):
    assert not can_train(Architecture(cell, (3,), 4, 2, 1, activation=activation))


class Leaky(Cell):
    """``h = h + rate * (tanh(W x + U h + b) - h)``, where each unit learns its rate."""

    extra_weights = {"rate": (1, "units")}  # noqa: RUF012

    def step(self, xp, products, state, rate):
        (h,), candidate = state, xp.activation(products[0])
        return [h + rate * (candidate - h)], [candidate]

    def backward(self, xp, kept, before, after, rate):
        (candidate,), (h,), (dh,) = kept, before, after
        of_rate = (dh * (candidate - h)).sum(axis=-2, keepdims=True)
        product = dh * rate * xp.slope(candidate)
        return [product], [dh * (1.0 - rate)], of_rate


def test_gradients_of_extra_weights():
    rng = np.random.default_rng(0)
    cell, inputs = Leaky(), rng.normal(size=(4, 3, 2))
    weights = [rng.normal(size=shape) * 0.5 for shape in cell.weight_shapes(2, 3)]
    flat = np.concatenate([w.ravel() for w in weights])

    def total(values):
        kernel, recurrent, bias, rate = _shaped(values, cell)
        h = np.zeros((3, 3))
        for x in inputs:
            h = h + rate * (np.tanh(x @ kernel + h @ recurrent + bias) - h)
        return h.sum()

    scan = CellScan(cell, "tanh", "sigmoid", width=2, units=3, n_steps=4, n_rows=3)
    gradients = np.empty(scan.size, np.float32)
    scan.bind(flat.astype(np.float32), gradients)
    scan.inputs[...] = inputs.swapaxes(1, 2)
    scan.forward()
    scan.backward(None, np.ones((3, 3), np.float32))
    steps = np.eye(len(flat)) * 1e-5
    expected = [(total(flat + step) - total(flat - step)) / 2e-5 for step in steps]
    np.testing.assert_allclose(gradients, expected, rtol=1e-4, atol=1e-5)


def _shaped(values, cell):
    shapes = cell.weight_shapes(2, 3)
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    parts = np.split(values, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
