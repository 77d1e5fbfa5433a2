"""The functions of the equations, for tensors, compared with those for NumPy arrays."""

import numpy as np
import pytest

from skrnn.cells._activations import ACTIVATIONS
from skrnn.cells._keras_namespace import keras_namespace
from skrnn.cells._namespace import numpy_namespace


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_activations_by_name_are_those_of_numpy(name):
    x = np.linspace(-3, 3, 7).astype(np.float32)
    ours, theirs = keras_namespace(name, name), numpy_namespace(name, name)
    for found in (ours.activation(x), ours.recurrent_activation(x), getattr(ours, name)(x)):
        np.testing.assert_allclose(found, theirs.activation(x), atol=1e-5)


def test_functions_of_numpy_exist():
    ours, theirs = keras_namespace("tanh", "sigmoid"), numpy_namespace("tanh", "sigmoid")
    x = np.arange(6.0, dtype=np.float32).reshape(2, 3)
    for call in (
        lambda xp: xp.split(x, 3, axis=-1)[1],
        lambda xp: xp.concatenate([x, xp.zeros_like(x)], axis=-1),
        lambda xp: xp.where(x > 2, x, xp.ones_like(x)),
        lambda xp: xp.sum(x, axis=-2),
        lambda xp: xp.stack([x, x], axis=-2),
        lambda xp: xp.matmul(x, xp.swapaxes(x, -1, -2)),
    ):
        np.testing.assert_allclose(call(ours), call(theirs))
