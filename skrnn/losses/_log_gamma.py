"""Logarithms of the gamma and beta functions that stay exact in float32, for any `xp`.

The differences of logarithms that densities need are small, even where the logarithms themselves
are large and differ only in digits that float32 does not have.
"""

from math import log, pi

HALF_LOG_2PI = 0.5 * log(2.0 * pi)

_SHIFT = 3
# Bernoulli numbers: the error of the last term is 1e-8 for arguments of at least `_SHIFT`.
_SERIES = 1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188


def stirling_error(xp, x):
    """Compute the error of Stirling's approximation of the logarithm of the gamma function.

    ``lgamma(x) = (x - 0.5) * log(x) - x + 0.5 * log(2 * pi) + stirling_error(x)``.

    Parameters
    ----------
    xp : module
        ``keras.ops`` or ``numpy``.
    x : array
        Numbers above zero.

    Returns
    -------
    array of the same shape

    References
    ----------
    .. [1] Loader, "Fast and Accurate Computation of Binomial Probabilities", 2000.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses._log_gamma import stirling_error
    >>> stirling_error(np, np.array([1.0, 1e6])).round(6)
    array([0.081061, 0.      ])
    """
    total = xp.zeros_like(x)
    for _ in range(_SHIFT):
        total = total + (x + 0.5) * xp.log1p(1.0 / x) - 1.0
        x = x + 1.0
    inverse = 1.0 / x
    square, series = inverse * inverse, xp.zeros_like(x)
    for coefficient in reversed(_SERIES):
        series = series * square + coefficient
    return total + series * inverse


def log_beta(xp, a, b):
    """Compute the logarithm of the beta function.

    Parameters
    ----------
    xp : module
        ``keras.ops`` or ``numpy``.
    a, b : array
        Numbers above zero, of the same shape.

    Returns
    -------
    array

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses._log_gamma import log_beta
    >>> np.exp(log_beta(np, np.array([2.0]), np.array([3.0]))).round(6)
    array([0.083333])
    """
    logarithms = (a - 0.5) * xp.log1p(b / a) + b * xp.log1p(a / b) + 0.5 * xp.log(b)
    errors = stirling_error(xp, xp.stack([a, b, a + b]))
    return HALF_LOG_2PI - logarithms + errors[0] + errors[1] - errors[2]
