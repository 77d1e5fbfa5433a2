"""What skrnn relies on in Keras: as it is now, and what is said if it changes."""

import keras
import numpy as np
import pytest

from skrnn.network import _keras_checks
from skrnn.network._architecture import Architecture
from skrnn.network._keras_checks import (
    MOST_DRAWS,
    check_cell,
    check_seed_generator,
    check_weights,
    dropout_states,
    unsupported,
)
from skrnn.network._keras_model import KerasNetwork

CELLS = ["simple", "gru", "lstm"]


def network_of(cell="gru", units=(2, 3), n_timesteps=3, **settings):
    settings = {"dropout": 0.5, "recurrent_dropout": 0.5} | settings
    return KerasNetwork(
        Architecture(cell, units, n_timesteps, 2, 1, **settings), compiled=True, seed=0
    )


@pytest.fixture
def unchecked():
    """The checks are made once a process: here once more, and once more afterwards."""
    check_cell.cache_clear()
    check_seed_generator.cache_clear()
    yield
    check_cell.cache_clear()
    check_seed_generator.cache_clear()


def test_the_error_names_the_version():
    assert f"Keras {keras.__version__}: it flies. Install" in str(unsupported("it flies"))


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_this_keras_passes(unchecked, cell, bidirectional):
    check_cell(cell, bidirectional)
    check_seed_generator()
    network = network_of(cell, bidirectional=bidirectional)
    check_weights(network.architecture, network.build())
    states = dropout_states(network)
    assert len(states) == 2 * (1 + bidirectional)


@pytest.mark.parametrize("cell", CELLS)
def test_kernels_and_biases_are_where_the_architecture_has_them(cell):
    """Keras's names are not what they are found by; here they are what they are compared with."""
    network = network_of(cell, bidirectional=True, autoregressive=True)
    weights = network.build()
    kernels = network.architecture.kernels(weights)
    assert {v.name for v in kernels} == {"kernel", "recurrent_kernel"}
    assert {v.name for v in weights if not any(v is k for k in kernels)} == {"bias"}


@pytest.mark.parametrize("n_timesteps", [2, 100])
@pytest.mark.parametrize("cell", CELLS)
def test_a_step_of_training_draws_fewer_times_than_steps_are_apart(cell, n_timesteps):
    network = network_of(cell, n_timesteps=n_timesteps)
    network.build()
    states = dropout_states(network)
    network(np.zeros((2, n_timesteps, 2), np.float32), training=True)
    assert 0 < max(int(state.numpy()[1]) for state in states) < MOST_DRAWS


def test_without_dropout_nothing_draws():
    network = network_of(dropout=0.0, recurrent_dropout=0.0)
    network.build()
    assert dropout_states(network) == []


# Another Keras.


def test_weights_of_other_shapes_are_an_error():
    network = network_of()
    weights = network.build()
    with pytest.raises(RuntimeError, match="weights of its gru layers have the shapes"):
        check_weights(network.architecture, weights[::-1])


@pytest.mark.parametrize("swap", [(0, 1), (0, 2), (1, 2)])
def test_weights_in_another_order_are_an_error(unchecked, monkeypatch, swap):
    """Also where the shapes are the same, as of the two kernels of two inputs and two units."""
    build = KerasNetwork.build

    def swapped(self):
        weights = build(self)
        a, b = swap
        weights[a], weights[b] = weights[b], weights[a]
        return weights

    monkeypatch.setattr(KerasNetwork, "build", swapped)
    with pytest.raises((RuntimeError, ValueError)):
        check_cell("lstm", False)


def test_a_cell_that_computes_something_else_is_an_error(unchecked, monkeypatch):
    monkeypatch.setattr(
        _keras_checks, "predict_windows", lambda *arguments: (np.full((3, 1, 1), 9.0), None)
    )
    with pytest.raises(RuntimeError, match="its gru layer forecasts other values"):
        check_cell("gru", False)


class Reversed(keras.random.SeedGenerator):
    """Counter first."""

    def __init__(self, seed):
        super().__init__(seed)
        self.state.assign(self.state.numpy()[::-1].copy())


class Jumping(keras.random.SeedGenerator):
    def next(self, ordered=True):
        self.state.assign(self.state.numpy() + np.array([0, 1]))
        return super().next(ordered)


class Remembering(keras.random.SeedGenerator):
    """Its draws depend on more than its state."""

    def __init__(self, seed):
        super().__init__(seed)
        self.drawn = 0

    def next(self, ordered=True):
        self.drawn += 1
        return super().next(ordered) + self.drawn


@pytest.mark.parametrize(
    ("generator", "words"),
    [
        (Reversed, r"is \[0, 7\]"),
        (Jumping, r"and \[7, 2\] after one draw"),
        (Remembering, "do not depend only on its state"),
    ],
)
def test_another_seed_generator_is_an_error(unchecked, monkeypatch, generator, words):
    monkeypatch.setattr(keras.random, "SeedGenerator", generator)
    with pytest.raises(RuntimeError, match=words):
        check_seed_generator()
    network = network_of()
    network.build()
    with pytest.raises(RuntimeError, match=words):
        dropout_states(network)


def test_layers_that_keep_no_state_of_their_own_are_an_error():
    network = network_of()
    network.build()
    del network.recurrent[1]
    with pytest.raises(RuntimeError, match="skrnn expects one for each cell"):
        dropout_states(network)
