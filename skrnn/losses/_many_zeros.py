"""Counts with many zeros, and the loss that suits them."""

import numpy as np

from skrnn._warnings import warn_user

from ._likelihood import Likelihood

# Demand is intermittent if at least this fraction of the known values is zero.
_MANY_ZEROS = 0.3


def is_intermittent(values):
    """Return whether values are counts with many zeros, such as the demand for a spare part.

    Parameters
    ----------
    values : ndarray
        Values of all series, NaN where they are unknown.

    Returns
    -------
    bool
        Whether all known values are whole numbers, none of them is negative, and at least 30%
        are zero, but not all.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.losses._many_zeros import is_intermittent
    >>> is_intermittent(np.array([0, 2, np.nan, 0, 1]))
    True
    >>> is_intermittent(np.array([12.0, 15.0, 0.0, 11.0]))
    False
    """
    known = values[~np.isnan(values)]
    return bool(
        known.size
        and (known >= 0).all()
        and _MANY_ZEROS <= (known == 0).mean() < 1
        and (known == np.rint(known)).all()
    )


def warn_of_many_zeros(loss, values, described):
    """Warn if counts with many zeros are to be described by a distribution of real numbers.

    Parameters
    ----------
    loss : Loss
        The loss.
    values : ndarray of shape (n_rows, n_outputs)
        The targets. NaN marks unknown values.
    described : object
        The parameter `loss` of the estimator, for the message.

    Warns
    -----
    SkrnnWarning
        For the first output that consists of such counts, if the loss is a likelihood of real
        numbers.
    """
    if not isinstance(loss, Likelihood) or loss.targets != "real":
        return
    for column in values.T:
        if is_intermittent(column):
            better = "bernoulli" if np.nanmax(column) == 1 else "negative_binomial"
            warn_user(
                f"y consists of counts with many zeros, but loss={described!r} forecasts "
                f"distributions of real numbers, which are not suitable for them. "
                f"Set loss={better!r}."
            )
            return
