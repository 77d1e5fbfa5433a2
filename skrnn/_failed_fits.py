"""A fit that fails leaves the estimator as it was."""

from contextlib import contextmanager

import numpy as np


@contextmanager
def all_or_nothing(estimator, *, draws_on=True):
    """Restore the estimator as it was before if fitting fails.

    Parameters
    ----------
    estimator : estimator
        The estimator.
    draws_on : bool, default=True
        Whether fitting may draw from the generators of an earlier fit. Copying their states takes
        0.04 ms, which is a lot for one row in `partial_fit`.
    """
    before = vars(estimator).copy()
    draws = before.get("_draws", []) if draws_on else []
    states = [generator.get_state() for generator in draws]
    try:
        yield
    except BaseException as error:
        if getattr(error, "fitted", None) is estimator:  # Ctrl-C has ended training after an epoch
            raise
        vars(estimator).clear()
        vars(estimator).update(before)
        # Other code also uses NumPy's global generator.
        for generator, state in zip(draws, states, strict=True):
            if generator is not np.random.mtrand._rand:
                generator.set_state(state)
        raise
