"""Activations in NumPy against Keras's."""

import keras
import numpy as np
import pytest
from scipy.special import expit

from skrnn.cells import _activations
from skrnn.cells._activations import ACTIVATIONS, ZERO_AT_ZERO, softplus

NAMES = sorted(ACTIVATIONS)


@pytest.mark.parametrize("name", NAMES)
def test_activations_of_large_values_and_in_place(name):
    x = np.array([-80, -20, -3, -1e-3, 0, 1e-3, 3, 20, 80], np.float32)
    expected = np.asarray(keras.activations.get(name)(x))
    out = np.empty_like(x)
    assert ACTIVATIONS[name](x, out=out) is out
    np.testing.assert_allclose(out, expected, atol=2e-6, rtol=2e-6)
    same = x.copy()
    ACTIVATIONS[name](same, out=same)
    np.testing.assert_array_equal(same, out)
    assert (out[4] == 0) == (name in ZERO_AT_ZERO)


@pytest.mark.parametrize("name", NAMES)
def test_activations_of_many_values_leave_their_argument_alone(name):
    x = np.random.RandomState(0).normal(scale=4.0, size=(7, 50))
    before = x.copy()
    out = ACTIVATIONS[name](x, out=np.empty_like(x))
    np.testing.assert_array_equal(x, before)
    expected = np.asarray(keras.activations.get(name)(x.astype(np.float32)))
    np.testing.assert_allclose(out, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("n_values", [61, 6001])
def test_double_precision_is_used_by_whatever_is_fastest(n_values, wide, monkeypatch):
    monkeypatch.setattr(_activations, "_wide_tanh", lambda: wide)
    x = np.linspace(-30, 30, n_values)
    for name, expected in [("sigmoid", expit(x)), ("tanh", np.tanh(x))]:
        out = ACTIVATIONS[name](x, out=np.empty_like(x))
        np.testing.assert_allclose(out, expected, atol=1e-15)


def test_softplus_is_precise():
    x = np.linspace(-30, 30, 601)
    out = ACTIVATIONS["softplus"](x, out=np.empty_like(x))
    np.testing.assert_allclose(out, np.log1p(np.exp(x)), rtol=1e-12, atol=1e-16)


def test_softplus_does_not_overflow():
    np.testing.assert_array_equal(softplus(np.array([-1e4, 0.0, 1e4])), [0.0, np.log(2.0), 1e4])


def test_activations_are_keras_s_own_names():
    assert all(keras.activations.get(name).__name__ == name for name in NAMES)
    assert set(NAMES) > ZERO_AT_ZERO
