"""The functions in which the equations of a cell are written, for tensors."""

import keras

from ._namespace import Namespace


def keras_namespace(activation, recurrent_activation):
    """Return the namespace for Keras and TensorFlow tensors.

    Parameters
    ----------
    activation, recurrent_activation : str
        Keras's names of the activations.

    Returns
    -------
    Namespace

    Examples
    --------
    >>> from skrnn.cells._keras_namespace import keras_namespace
    >>> float(keras_namespace("tanh", "sigmoid").sigmoid(0.0))
    0.5
    """
    return Namespace(keras.ops, keras.activations.get, activation, recurrent_activation)
