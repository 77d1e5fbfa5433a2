"""Decay and penalty of the kernels."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from skrnn.training._weight_decay import apply_with_decay

RATE, DECAY, L2 = 0.1, 0.5, 0.2


@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_one_step_of_a_kernel_and_a_bias(name):
    kernel, bias = (
        keras.Variable(np.array(values), dtype="float32") for values in ([2.0, -1.0], [3.0])
    )
    optimizer = keras.optimizers.get({"class_name": name, "config": {"learning_rate": RATE}})
    optimizer.build([kernel, bias])
    gradients = [tf.constant([1.0, 4.0]), tf.constant([-2.0])]
    apply_with_decay(
        optimizer, [kernel, bias], [kernel], gradients, tf.constant(DECAY), tf.constant(L2)
    )
    slopes = [np.array([1.0, 4.0]) + 2 * L2 * np.array([2.0, -1.0]), np.array([-2.0])]
    # The first step of Adam has the size of the rate, whatever the slope.
    steps = slopes if name == "sgd" else [np.sign(slope) for slope in slopes]
    kept = (1 - RATE * DECAY) * np.array([2.0, -1.0])
    np.testing.assert_allclose(kernel.numpy(), kept - RATE * steps[0], rtol=1e-5)
    np.testing.assert_allclose(bias.numpy(), 3.0 - RATE * steps[1], rtol=1e-5)
