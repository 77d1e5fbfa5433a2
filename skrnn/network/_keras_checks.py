"""What skrnn relies on in Keras without Keras promising it, checked before it is relied on.

Each check compares behaviour, not names, and ends in an error that names the version of Keras.
"""

from functools import cache

import keras
import numpy as np

from ._architecture import Architecture
from ._forward import predict_windows
from ._keras_model import KerasNetwork

MOST_DRAWS = 64
"""Dropout of one step of training draws fewer times than this from each of its generators."""


def unsupported(what):
    """The error for a Keras that works in another way.

    Parameters
    ----------
    what : str
        What is different, as a sentence without its full stop.

    Returns
    -------
    RuntimeError
    """
    return RuntimeError(
        f"skrnn cannot train with Keras {keras.__version__}: {what}. Install a version of Keras "
        "that this version of skrnn was tested with, or a newer skrnn."
    )


def check_weights(architecture, variables):
    """Check that the layers have the weights that an architecture says, in its order.

    Parameters
    ----------
    architecture : Architecture
        The settings of the network.
    variables : list of keras.Variable
        What :meth:`KerasNetwork.build` gave.

    Raises
    ------
    RuntimeError
        If not.
    """
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != architecture.weight_shapes():
        raise unsupported(
            f"the weights of its {architecture.cell} layers have the shapes {shapes}, where "
            f"{architecture.weight_shapes()} were expected"
        )
    check_cell(architecture.cell, architecture.bidirectional)


@cache
def check_cell(cell, bidirectional):
    """Check that Keras's layers compute what the equations of a cell say.

    Every weight of the small network has another value, so that a kernel that stands in the place
    of another one, or gates in another order, are noticed.

    Parameters
    ----------
    cell : str
        The cell.
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
            f"its {cell} layer forecasts other values than the equations of the cell, for the "
            "same weights"
        )


def dropout_states(network):
    """The variables that dropout draws from, in the order of the cells.

    Each holds a seed and a counter of draws, and is written as such.

    Parameters
    ----------
    network : KerasNetwork
        The layers, built.

    Returns
    -------
    list of keras.Variable
        One for each cell; empty for a network without dropout.

    Raises
    ------
    RuntimeError
        If the state of a generator is something else.
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
            "its recurrent layers do not keep one state of a random generator for each cell, a "
            f"seed and a counter that is zero at the start; got {[s.numpy() for s in states]}"
        )
    return states


@cache
def check_seed_generator():
    """Check that Keras's generator is a seed and a counter, and draws by these two only.

    Raises
    ------
    RuntimeError
        If it is not.
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
            "the state of its SeedGenerator(7), expected to be [7, 0] and [7, 1] after one draw, "
            f"is {seen[0]} and then {seen[1]}"
        )
    draws_differ = not np.array_equal(first, second) and not np.array_equal(first, other)
    if not (np.array_equal(first, again) and draws_differ):
        raise unsupported("what its SeedGenerator draws does not depend on its state only")
