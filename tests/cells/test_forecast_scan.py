"""Cells in NumPy against Keras's layers, and what they carry from step to step."""

import keras
import numpy as np
import pytest

from skrnn.cells import Cell
from skrnn.cells._forecast_scan import NumpyScan
from skrnn.cells._named_cells import CELLS

LAYERS = {
    "simple": keras.layers.SimpleRNN,
    "gru": keras.layers.GRU,
    "lstm": keras.layers.LSTM,
}
N_ROWS, N_STEPS, WIDTH, UNITS = 6, 7, 2, 3

every_cell = pytest.mark.parametrize("name", sorted(CELLS))


@pytest.fixture
def rng():
    return np.random.RandomState(0)


def draw_weights(name, rng):
    shapes = CELLS[name].weight_shapes(WIDTH, UNITS)
    return [rng.normal(size=shape).astype(np.float32) for shape in shapes]


def cell_of(name, weights, activation="tanh", recurrent_activation="sigmoid"):
    return NumpyScan(CELLS[name], activation, recurrent_activation, weights)


def draw_steps(rng):
    """Values of all steps, ``(step, feature, row)``, and what is carried into the first."""
    steps = rng.normal(size=(N_STEPS, WIDTH, N_ROWS))
    return steps, rng.uniform(-1, 1, size=(2, UNITS, N_ROWS))


@every_cell
@pytest.mark.parametrize("masked", [False, True])
def test_states_equal_those_of_keras(name, rng, masked):
    weights, (steps, before) = draw_weights(name, rng), draw_steps(rng)
    before = list(before[: CELLS[name].states])
    mask = rng.uniform(size=(N_STEPS, N_ROWS)) < 0.6 if masked else None
    states, carried = cell_of(name, weights).run(steps, mask, before)

    layer = LAYERS[name](UNITS, return_sequences=True, return_state=True)
    layer.build((None, N_STEPS, WIDTH))
    layer.set_weights(weights)
    expected, *after = layer(
        steps.transpose(2, 0, 1).astype(np.float32),
        mask=None if mask is None else mask.T,
        initial_state=[state.T.astype(np.float32) for state in before],
    )
    # Until the first known step Keras returns zeros, where the state is the one carried in.
    begun = np.ones((N_STEPS, N_ROWS), bool) if mask is None else mask.cumsum(axis=0) > 0
    difference = np.abs(states.transpose(2, 0, 1) - np.asarray(expected)).max(axis=2)
    assert difference[begun.T].max() < 1e-5
    for ours, theirs in zip(carried, after, strict=True):
        np.testing.assert_allclose(ours.T, np.asarray(theirs), atol=1e-5)


@every_cell
def test_two_runs_equal_one(name, rng):
    cell, (steps, _) = cell_of(name, draw_weights(name, rng)), draw_steps(rng)
    states, carried = cell.run(steps)
    first, between = cell.run(steps[:3])
    second, after = cell.run(steps[3:], None, between)
    np.testing.assert_array_equal(np.concatenate([first, second]), states)
    np.testing.assert_array_equal(after, carried)
    np.testing.assert_array_equal(carried[0], states[-1])
    assert len(carried) == CELLS[name].states


@every_cell
def test_no_state_is_a_state_of_zeros(name, rng):
    cell, (steps, before) = cell_of(name, draw_weights(name, rng)), draw_steps(rng)
    states, _ = cell.run(steps)
    zeros = [np.zeros((UNITS, N_ROWS))] * CELLS[name].states
    np.testing.assert_array_equal(cell.run(steps, None, zeros)[0], states)
    assert np.abs(cell.run(steps, None, list(before))[0] - states).max() > 0.1


@every_cell
def test_a_masked_step_carries_everything_on_and_is_not_read(name, rng):
    cell, (steps, _) = cell_of(name, draw_weights(name, rng)), draw_steps(rng)
    mask = np.ones((N_STEPS, N_ROWS), bool)
    mask[4, ::2] = False
    wild = steps.copy()
    wild[4, :, ::2] = 1e3
    states, carried = cell.run(wild, mask)
    shorter, carried_by_shorter = cell.run(np.delete(steps, 4, axis=0))
    np.testing.assert_array_equal(states[4, :, ::2], states[3, :, ::2])
    np.testing.assert_array_equal(states[6, :, ::2], shorter[5, :, ::2])
    for ours, expected in zip(carried, carried_by_shorter, strict=True):
        np.testing.assert_array_equal(ours[:, ::2], expected[:, ::2])
    np.testing.assert_array_equal(states[..., 1::2], cell.run(steps)[0][..., 1::2])


@every_cell
def test_a_run_changes_neither_its_arguments_nor_the_next_run(name, rng):
    cell, (steps, before) = cell_of(name, draw_weights(name, rng)), draw_steps(rng)
    given = steps.copy(), before.copy()
    once, carried = cell.run(steps, None, list(before))
    kept = [array.copy() for array in carried]
    np.testing.assert_array_equal(cell.run(steps, None, list(before))[0], once)
    np.testing.assert_array_equal(steps, given[0])
    np.testing.assert_array_equal(before, given[1])
    np.testing.assert_array_equal(carried, kept)


@every_cell
@pytest.mark.parametrize("n_networks", [0, 2])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_step_in_place_is_the_step_of_the_equations(name, rng, n_networks, activation):
    """The same cell without its hook: the equations that training uses."""
    built_in = type(CELLS[name])

    class Plain(built_in):
        def step(self, xp, products, state):
            return super().step(xp, products, state)

    # In double precision: the biases of a GRU are added before the product, or after it.
    weights = [weight.astype(np.float64) for weight in draw_weights(name, rng)]
    steps, before = draw_steps(rng)
    if n_networks:
        weights = [np.stack([w, -w]) for w in weights]
        steps = np.stack([steps, 2 * steps], axis=1)
        before = np.stack([before, -before], axis=1)
    before = list(before[: CELLS[name].states])
    mask = rng.uniform(size=(N_STEPS, N_ROWS)) < 0.6
    names = activation, "sigmoid"
    found, carried = NumpyScan(Plain(), *names, weights).run(steps, mask, before)
    expected, after = NumpyScan(CELLS[name], *names, weights).run(steps, mask, before)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(carried, after, rtol=1e-12, atol=1e-14)


def test_a_cell_may_return_arrays_of_the_state_before():
    class Delay(Cell):
        states = 2

        def step(self, xp, products, state):
            return [products[0], state[0]], []

    weights = [np.float32([[1.0]]), np.float32([[0.0]]), np.float32([0.0])]
    steps = np.arange(1.0, 4.0).reshape(3, 1, 1)
    states, carried = NumpyScan(Delay(), "tanh", "sigmoid", weights).run(steps)
    assert states.ravel().tolist() == [1.0, 2.0, 3.0]
    assert [float(array[0, 0]) for array in carried] == [3.0, 2.0]


def test_simple_cell_by_hand(rng):
    """Elman's network of one unit, with a rectified state."""
    weights = [np.float32([[0.5], [-1.0]]), np.float32([[2.0]]), np.float32([0.25])]
    steps = np.array([[[1.0], [0.5]], [[2.0], [1.0]]])
    states, _ = cell_of("simple", weights, "relu").run(steps)
    first = 0.5 * 1.0 - 0.5 + 0.25
    assert states.ravel() == pytest.approx([first, 1.0 - 1.0 + 2.0 * first + 0.25])


@every_cell
def test_activations_are_those_named(name, rng):
    weights, (steps, _) = draw_weights(name, rng), draw_steps(rng)
    soft, _ = cell_of(name, weights).run(steps)
    hard = {"activation": "hard_tanh", "recurrent_activation": "hard_sigmoid"}
    clipped, _ = cell_of(name, weights, **hard).run(steps)
    assert np.abs(soft - clipped).max() > 0.05
    gates_only = {"recurrent_activation": "hard_sigmoid"}
    other_gates, _ = cell_of(name, weights, **gates_only).run(steps)
    assert (np.abs(soft - other_gates).max() > 1e-3) == (name != "simple")
