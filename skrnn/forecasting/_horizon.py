"""The horizon as whole steps of time."""

import numpy as np
import pandas as pd


def relative_steps(fh, axis, cutoff):
    """Return the steps of a horizon after a position in time.

    Parameters
    ----------
    fh : ForecastingHorizon
        The horizon, relative or absolute.
    axis : TimeAxis
        Counts the steps of time.
    cutoff : int
        Position in time after which steps are counted.

    Returns
    -------
    ndarray of int of shape (n_steps,)
    """
    values = fh.to_pandas()
    if not fh.is_relative:
        return axis.positions(values, "fh") - cutoff
    if pd.api.types.is_integer_dtype(values.dtype):
        return values.to_numpy(np.int64)
    labels = pd.Index([axis.labels([cutoff])[0] + step for step in values])
    return axis.positions(labels, "fh") - cutoff
