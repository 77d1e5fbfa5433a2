"""The products of a cell and their derivatives, compared with NumPy and TensorFlow's gradient."""

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from skrnn.engines.tensorflow._kernel_products import Products

STEPS, ROWS, WIDTH = 5, 4, 2


def drawn(units, *, kind, networks=()):
    """Weights of two gates, and inputs and states of all steps."""
    rng = np.random.default_rng(0)
    biases = (2,) if kind.recurrent_bias else ()
    shapes = [(WIDTH, 2 * units), (units, 2 * units), (*biases, 2 * units)]
    weights = [tf.constant(rng.normal(size=(*networks, *s)), tf.float32) for s in shapes]
    x = rng.normal(size=(STEPS, *networks, ROWS, WIDTH)).astype(np.float32)
    h = rng.normal(size=(STEPS, *networks, ROWS, units)).astype(np.float32)
    return weights, tf.constant(x), tf.constant(h)


def at_each_step(products, x, h):
    """The products of all steps, of which each is computed by itself."""
    steps = [products(x[t], h[t]) for t in range(STEPS)]
    return [tf.stack(of_steps) for of_steps in zip(*steps, strict=True)]


SUM = SimpleNamespace(separate=False, recurrent_bias=False)
SEPARATE = SimpleNamespace(separate=True, recurrent_bias=False)
TWO_BIASES = SimpleNamespace(separate=True, recurrent_bias=True)
CASES = pytest.mark.parametrize(
    ("units", "kind", "networks"),
    [
        (3, SUM, ()),  # one product of inputs, state and bias
        (33, SUM, ()),  # two products
        (3, SUM, (2,)),
        (3, SEPARATE, ()),
        (3, SEPARATE, (2,)),
        (3, TWO_BIASES, ()),
        (3, TWO_BIASES, (2,)),
    ],
)


@CASES
def test_products_equal_numpy(units, kind, networks):
    weights, x, h = drawn(units, kind=kind, networks=networks)
    found = at_each_step(Products(kind, weights), x, h)
    kernel, recurrent_kernel, bias = (w.numpy() for w in weights)
    expected = [x.numpy() @ kernel, h.numpy() @ recurrent_kernel]
    if kind is TWO_BIASES:
        expected = [expected[k] + bias[..., k : k + 1, :] for k in range(2)]
    elif kind is SEPARATE:
        expected[0] = expected[0] + bias[..., None, :]
    else:
        expected = [sum(expected) + bias[..., None, :]]
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@CASES
def test_derivatives_are_the_gradient_of_tensorflow(units, kind, networks):
    weights, x, h = drawn(units, kind=kind, networks=networks)
    with tf.GradientTape() as tape:
        tape.watch([x, h, weights])
        outputs = at_each_step(Products(kind, weights), x, h)
    rng = np.random.default_rng(1)
    later = [tf.constant(rng.normal(size=a.shape), tf.float32) for a in outputs]
    of_x, of_h, of_weights = tape.gradient(outputs, [x, h, weights], output_gradients=later)
    products = Products(kind, weights)
    found = products.weight_derivatives(x, h, later)
    for a, b in zip(found, of_weights, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(products.input_derivatives(later), of_x, rtol=1e-4, atol=1e-4)
    of_states = [products.state_derivatives([p[t] for p in later]) for t in range(STEPS)]
    np.testing.assert_allclose(of_states, of_h, rtol=1e-4, atol=1e-4)
