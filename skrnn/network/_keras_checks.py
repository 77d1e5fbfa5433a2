"""Check that Keras behaves as skrnn expects where Keras documents no behaviour.

Each check compares behaviour, not names. The errors contain the version of Keras.
"""

from functools import cache

import keras
import numpy as np

from ._architecture import Architecture
from ._forward import predict_windows
from ._keras_model import KerasNetwork

MOST_DRAWS = 64
"""In a training step, dropout draws fewer times than this from each random generator."""


def unsupported(what):
    """Make the error for a version of Keras that behaves differently.

    Parameters
    ----------
    what : str
        The difference, as a sentence without its full stop.

    Returns
    -------
    RuntimeError
    """
    return RuntimeError(
        f"skrnn cannot train with Keras {keras.__version__}: {what}. Install a version of Keras "
        "that this version of skrnn was tested with, or a newer skrnn."
    )


def check_weights(architecture, variables):
    """Check that the shapes and the order of the weights match an architecture.

    Parameters
    ----------
    architecture : Architecture
        The settings of the network.
    variables : list of keras.Variable
        The result of :meth:`KerasNetwork.build`.

    Raises
    ------
    RuntimeError
        If the shapes differ, or the forecasts of a layer.
    """
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != architecture.weight_shapes():
        raise unsupported(
            f"the weights of its {architecture.cell} layers have the shapes {shapes}, but skrnn "
            f"expects {architecture.weight_shapes()}"
        )
    check_cell(architecture.cell, architecture.bidirectional)


@cache
def check_cell(cell, bidirectional):
    """Check that Keras's layers compute the equations of a cell.

    All weights of the small network are different, so that exchanged kernels, or gates in another
    order, are noticed.

    Parameters
    ----------
    cell : str
        Name of the cell.
    bidirectional : bool
        Whether the layer reads in both directions.

    Raises
    ------
    RuntimeError
        If the forecasts differ.
    """
    architecture = Architecture(
        cell, (2,), 2, n_features=2, n_outputs=1, bidirectional=bidirectional, autoregressive=True
    )
    network = KerasNetwork(architecture, masked=False, compiled=True, seed=0)
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=s).astype(np.float32) for s in architecture.weight_shapes()]
    for variable, weight in zip(network.build(), weights, strict=True):
        variable.assign(weight)
    windows = rng.normal(size=(3, 2, 2)).astype(np.float32)
    found, _ = network(windows)
    expected, _ = predict_windows(architecture, weights, windows)
    if not np.allclose(np.asarray(found), expected[:, 0], rtol=1e-4, atol=1e-4):
        raise unsupported(
            f"its {cell} layer forecasts other values than the equations of the cell with the "
            "same weights"
        )


def dropout_states(network):
    """Return the states of dropout's random generators, in the order of the cells.

    Each variable contains a seed and a counter of draws. Training sets both.

    Parameters
    ----------
    network : KerasNetwork
        The network, whose layers are built.

    Returns
    -------
    list of keras.Variable
        One variable for each cell; empty for a network without dropout.

    Raises
    ------
    RuntimeError
        If the state of a generator has another form.
    """
    architecture = network.architecture
    if not (architecture.dropout or architecture.recurrent_dropout):
        return []
    check_seed_generator()
    states = [state for layer in network.recurrent for state in layer.non_trainable_variables]
    shapes = [tuple(state.shape) for state in states]
    expected = [(2,)] * len(architecture.cell_shapes())
    if shapes != expected or any(int(state.numpy()[1]) for state in states):
        raise unsupported(
            f"the random states of its recurrent layers are {[s.numpy() for s in states]}, but "
            "skrnn expects one for each cell, a seed and a counter that starts at zero"
        )
    return states


@cache
def check_seed_generator():
    """Check that only a seed and a counter determine the draws of Keras's random generator.

    Raises
    ------
    RuntimeError
        If they do not.
    """
    generator = keras.random.SeedGenerator(7)
    state = generator.state

    def draw():
        return np.asarray(keras.random.uniform((4,), seed=generator))

    seen = [state.numpy().tolist()]
    first = draw()
    seen.append(state.numpy().tolist())
    second = draw()
    state.assign(np.array([7, 0], state.dtype))
    again = draw()
    state.assign(np.array([8, 0], state.dtype))
    other = draw()
    if seen != [[7, 0], [7, 1]]:
        raise unsupported(
            f"the state of its SeedGenerator(7) is {seen[0]}, and {seen[1]} after one draw, but "
            "skrnn expects [7, 0] and [7, 1]"
        )
    draws_differ = not np.array_equal(first, second) and not np.array_equal(first, other)
    if not (np.array_equal(first, again) and draws_differ):
        raise unsupported("the draws of its SeedGenerator do not depend only on its state")
