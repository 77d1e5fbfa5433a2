"""Keras's elementwise activations in NumPy, each with an ``out`` as NumPy's own functions have."""

import numpy as np
from scipy.special import erf, expit


def _linear(x, out):
    if out is not x:
        np.copyto(out, x)
    return out


def _relu(x, out):
    return np.maximum(x, 0.0, out=out)


def _elu(x, out):
    np.copyto(out, np.where(x > 0, x, np.expm1(np.minimum(x, 0.0))))
    return out


def _selu(x, out):
    scale, alpha = 1.05070098, 1.67326324
    np.copyto(out, scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0))))
    return out


def _gelu(x, out):
    return np.multiply(x, 0.5 * (1.0 + erf(x * np.sqrt(0.5))), out=out)


def _silu(x, out):
    return np.multiply(x, expit(x), out=out)


def softplus(x, out=None):
    """``log(1 + exp(x))``, without overflow."""
    return np.logaddexp(x, 0.0, out=out)


def _softsign(x, out):
    return np.divide(x, 1.0 + np.abs(x), out=out)


def _hard_sigmoid(x, out):
    return np.clip(x / 6.0 + 0.5, 0.0, 1.0, out=out)


def _hard_tanh(x, out):
    return np.clip(x, -1.0, 1.0, out=out)


def _sigmoid(x, out):
    # NumPy's vectorised tanh is several times faster than any exponential with a division.
    np.multiply(x, 0.5, out=out)
    np.tanh(out, out=out)
    out *= 0.5
    out += 0.5
    return out


ACTIVATIONS = {
    "elu": _elu,
    "gelu": _gelu,
    "hard_sigmoid": _hard_sigmoid,
    "hard_tanh": _hard_tanh,
    "linear": _linear,
    "relu": _relu,
    "selu": _selu,
    "sigmoid": _sigmoid,
    "silu": _silu,
    "softplus": softplus,
    "softsign": _softsign,
    "tanh": np.tanh,
}

ZERO_AT_ZERO = frozenset(
    {"elu", "gelu", "hard_tanh", "linear", "relu", "selu", "silu", "softsign", "tanh"}
)
"""Activations that keep a unit with zero weights at exactly zero."""
