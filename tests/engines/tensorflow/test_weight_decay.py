"""Decay and penalty of the kernels."""

import numpy as np
import tensorflow as tf

from skrnn.engines.tensorflow._weight_decay import add_penalty, decay

WEIGHTS = [tf.constant([2.0, -1.0]), tf.constant([3.0])]
KERNELS = [1.0, 0.0]


def test_the_penalty_is_the_sum_of_the_squares_of_kernels():
    slopes = [tf.constant([1.0, 4.0]), tf.constant([-2.0])]
    penalty, (kernel, bias) = add_penalty(tf.constant(0.2), WEIGHTS, KERNELS, slopes)
    np.testing.assert_allclose(penalty, 0.2 * (4 + 1))
    np.testing.assert_allclose(kernel, [1 + 2 * 0.2 * 2, 4 - 2 * 0.2 * 1])
    np.testing.assert_allclose(bias, [-2.0])


def test_only_kernels_decay():
    kernel, bias = decay(tf.constant(0.05), WEIGHTS, KERNELS)
    np.testing.assert_allclose(kernel, [0.95 * 2, -0.95])
    np.testing.assert_allclose(bias, [3.0])


def test_weights_may_be_joined():
    joined, kernels = [tf.constant([2.0, -1.0, 3.0])], [tf.constant([1.0, 1.0, 0.0])]
    slopes = [tf.constant([1.0, 4.0, -2.0])]
    penalty, [slope] = add_penalty(tf.constant(0.2), joined, kernels, slopes)
    np.testing.assert_allclose(penalty, 1.0)
    np.testing.assert_allclose(slope, [1.8, 3.6, -2.0])
    np.testing.assert_allclose(decay(tf.constant(0.05), joined, kernels)[0], [1.9, -0.95, 3.0])
