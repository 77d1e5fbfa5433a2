"""Checks that Keras behaves as skrnn expects where its behaviour is not documented.

Each check compares behaviour, not names. The errors contain the version of Keras.
"""

from functools import cache

import keras
import numpy as np

from skrnn.network._architecture import Architecture
from skrnn.network._forward import predict_windows

from ._model import KerasNetwork


def unsupported(what):
    """Create the error for a version of Keras that behaves differently.

    Parameters
    ----------
    what : str
        The difference, as a sentence without its full stop.

    Returns
    -------
    RuntimeError
    """
    return RuntimeError(
        f"skrnn does not support Keras {keras.__version__}: {what}. Install a version of Keras "
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
        If the shapes, or the forecasts of a layer, differ.
    """
    shapes = [tuple(variable.shape) for variable in variables]
    if shapes != architecture.weight_shapes():
        raise unsupported(
            f"the weights of its {architecture.cell.name} layers have the shapes {shapes}, but "
            f"skrnn expects {architecture.weight_shapes()}"
        )
    check_layer(architecture.cell, architecture.bidirectional)


@cache
def check_layer(cell, bidirectional):
    """Check that Keras's layers compute the equations of a cell.

    All weights of the small network are different, so exchanged kernels, or gates in a different
    order, are noticed.

    Parameters
    ----------
    cell : Cell
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
    network = KerasNetwork(architecture, masked=False, seed=0)
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=s).astype(np.float32) for s in architecture.weight_shapes()]
    for variable, weight in zip(network.build(), weights, strict=True):
        variable.assign(weight)
    windows = rng.normal(size=(3, 2, 2)).astype(np.float32)
    found = network(windows)
    expected, _ = predict_windows(architecture, weights, windows)
    if not np.allclose(np.asarray(found), expected[:, 0], rtol=1e-4, atol=1e-4):
        raise unsupported(
            f"its {cell.name} layer does not forecast the same values as the equations of "
            "the cell with the same weights"
        )
