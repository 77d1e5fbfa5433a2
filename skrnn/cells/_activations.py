"""Keras's elementwise activations in NumPy, with an ``out`` argument like NumPy's functions."""

from functools import cache

import numpy as np
from scipy.special import erf, expit

# For arrays up to this size, a NumPy call costs more than its arithmetic.
_FEW = 512


def linear(x, out):
    if out is not x:
        np.copyto(out, x)
    return out


def relu(x, out):
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
    """Compute ``log(1 + exp(x))`` without overflow."""
    return np.logaddexp(x, 0.0, out=out)


def _softsign(x, out):
    return np.divide(x, 1.0 + np.abs(x), out=out)


def _hard_sigmoid(x, out):
    return np.clip(x / 6.0 + 0.5, 0.0, 1.0, out=out)


def _hard_tanh(x, out):
    return np.clip(x, -1.0, 1.0, out=out)


@cache
def _wide_tanh():
    """Check whether NumPy computes ``tanh`` of eight numbers at once on this processor.

    If so, ``tanh`` is faster than ``expit``. On other processors it takes twice as long.
    """
    try:
        from numpy.lib.introspect import opt_func_info
    except ImportError:  # an older NumPy
        return False
    found = opt_func_info(func_name="^tanh$", signature="^float64$")
    code = found.get("tanh", {}).get("dd", {}).get("current", "")
    return any(name in code for name in ("AVX512", "X86_V4"))


def _sigmoid(x, out):
    if x.size <= _FEW or not _wide_tanh():
        return expit(x, out)
    np.multiply(x, 0.5, out)
    np.tanh(out, out)
    np.multiply(out, 0.5, out)
    return np.add(out, 0.5, out)


def _tanh(x, out):
    if x.size <= _FEW or _wide_tanh():
        return np.tanh(x, out)
    np.multiply(x, 2.0, out)
    expit(out, out)
    np.multiply(out, 2.0, out)
    return np.subtract(out, 1.0, out)


ACTIVATIONS = {
    "elu": _elu,
    "gelu": _gelu,
    "hard_sigmoid": _hard_sigmoid,
    "hard_tanh": _hard_tanh,
    "linear": linear,
    "relu": relu,
    "selu": _selu,
    "sigmoid": _sigmoid,
    "silu": _silu,
    "softplus": softplus,
    "softsign": _softsign,
    "tanh": _tanh,
}

ZERO_AT_ZERO = frozenset(
    {"elu", "gelu", "hard_tanh", "linear", "relu", "selu", "silu", "softsign", "tanh"}
)
"""Activations that keep a unit with zero weights at exactly zero."""

BOUNDED = frozenset({"hard_sigmoid", "hard_tanh", "sigmoid", "softsign", "tanh"})
"""Activations with bounded values: the state cannot grow until it overflows."""

SLOPES = {
    "tanh": lambda xp, y: 1.0 - y * y,
    "sigmoid": lambda xp, y: y * (1.0 - y),
    "relu": lambda xp, y: xp.where(y > 0.0, xp.ones_like(y), xp.zeros_like(y)),
    "linear": lambda xp, y: xp.ones_like(y),
}
"""Derivatives of activations as functions of their values, for arrays of the namespace `xp`."""
