"""What skrnn relies on in Keras: as it is now, and what is said if it changes."""

import keras
import numpy as np
import pytest

from skrnn.cells._named_cells import CELLS
from skrnn.keras_bridge import _checks
from skrnn.keras_bridge._checks import (
    check_layer,
    check_weights,
    unsupported,
)
from skrnn.keras_bridge._model import KerasNetwork
from skrnn.network._architecture import Architecture


def network_of(cell="gru", units=(2, 3), n_timesteps=3, **settings):
    return KerasNetwork(Architecture(cell, units, n_timesteps, 2, 1, **settings), seed=0)


@pytest.fixture
def unchecked():
    """The checks are made once a process: here once more, and once more afterwards."""
    check_layer.cache_clear()
    yield
    check_layer.cache_clear()


def test_the_error_names_the_version():
    assert f"Keras {keras.__version__}: it flies. Install" in str(unsupported("it flies"))


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_this_keras_passes(unchecked, cell, bidirectional):
    check_layer(CELLS[cell], bidirectional)
    network = network_of(cell, bidirectional=bidirectional)
    check_weights(network.architecture, network.build())


@pytest.mark.parametrize("cell", CELLS)
def test_kernels_and_biases_are_where_the_architecture_has_them(cell):
    """Keras's names are not what they are found by; here they are what they are compared with."""
    network = network_of(cell, bidirectional=True, autoregressive=True)
    weights = network.build()
    kernels = network.architecture.kernels(weights)
    assert {v.name for v in kernels} == {"kernel", "recurrent_kernel"}
    assert {v.name for v in weights if not any(v is k for k in kernels)} == {"bias"}


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
        check_layer(CELLS["lstm"], False)


def test_a_cell_that_computes_something_else_is_an_error(unchecked, monkeypatch):
    monkeypatch.setattr(
        _checks, "predict_windows", lambda *arguments: (np.full((3, 1, 1), 9.0), None)
    )
    with pytest.raises(RuntimeError, match="its gru layer does not forecast the same"):
        check_layer(CELLS["gru"], False)
