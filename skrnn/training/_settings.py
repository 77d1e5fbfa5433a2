"""Get the loss from its name and quantiles."""

from itertools import pairwise
from numbers import Real

import numpy as np

from skrnn.network._losses import Loss


def loss_of(loss, quantile=None, owner="RNNRegressor"):
    """Return the loss of a name, and check its quantiles."""
    if (loss == "quantile") != (quantile is not None):
        raise ValueError(
            "loss='quantile' and quantile go together: got "
            f"loss={loss!r} and quantile={quantile!r}. Set both or neither."
        )
    if quantile is None:
        return Loss(loss)
    quantiles = np.atleast_1d(np.asarray(quantile, dtype=object))
    valid = quantiles.ndim == 1 and len(quantiles) and all(_is_quantile(q) for q in quantiles)
    if not valid or any(a >= b for a, b in pairwise(quantiles)):
        raise ValueError(
            f"The 'quantile' parameter of {owner} must be a number between 0 and 1, or "
            f"several in increasing order. Got {quantile!r} instead."
        )
    values = tuple(float(q) for q in quantiles)
    return Loss(loss, values if np.ndim(quantile) else values[0])


def _is_quantile(value):
    return isinstance(value, Real) and 0 < value < 1
