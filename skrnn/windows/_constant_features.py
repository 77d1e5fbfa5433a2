"""Warns about features that are the same in every row, such as those of a dead sensor."""

import numpy as np

from skrnn._warnings import ConstantFeatureWarning, warn_user

# Fewer known values may be equal by accident.
_FEWEST_VALUES = 10
_MOST_NAMED = 3


def warn_of_constant_features(values, names):
    """Warn if some features have the same known value in all rows, but not all of them.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_features)
        The features. NaN marks unknown values.
    names : sequence of str
        What each feature is called, such as "Column 'a'".

    Warns
    -----
    SkrnnWarning
        Once for all features.
    """
    dead = [i for i, column in enumerate(values.T) if _is_constant(column)]
    if not dead or len(dead) == values.shape[1]:
        return
    shown = [f"{names[i]} ({_value(values[:, i])})" for i in dead[:_MOST_NAMED]]
    more = f" and {len(dead) - len(shown)} more" if len(dead) > len(shown) else ""
    verb, them = ("is", "it") if len(dead) == 1 else ("are", "them")
    warn_user(
        f"{', '.join(shown)}{more} of X {verb} the same in every row used for training, so "
        f"nothing can be learned from {them}. Check the data, or leave {them} out.",
        ConstantFeatureWarning,
    )


def _is_constant(column):
    known = column[~np.isnan(column)]
    return len(known) >= _FEWEST_VALUES and bool((known == known[0]).all())


def _value(column):
    return f"{column[~np.isnan(column)][0]:g}"
