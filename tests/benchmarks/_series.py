"""The series that all benchmarks learn from, as windows of their own memory."""

from functools import cache

import numpy as np

from skrnn import make_lag_windows
from skrnn.datasets import fetch_melbourne_temperatures, make_seasonal_series


@cache
def temperatures():
    """Temperatures of Melbourne, or a series as long that is made, and which of the two."""
    try:
        series = fetch_melbourne_temperatures(download_if_missing=False)
    except OSError:
        series = make_seasonal_series(
            3650, period=365.25, amplitude=4.0, noise=2.5, freq="D", random_state=0
        )
        return series, "Data: a made series of 3,650 days (Melbourne's was not at hand)."
    return series, "Data: daily minimum temperatures in Melbourne."


def windows_and_targets(lag, n_rows=None):
    """Scale the first rows of the series to [0, 1] and cut them into complete windows.

    Returns
    -------
    windows : ndarray of shape (n_windows, lag, 1), float32
        A copy and no view, since not every contender takes views; without NaN.
    targets : ndarray of shape (n_windows,), float32
    """
    series = temperatures()[0].to_numpy(np.float32)[:n_rows]
    series = (series - series.min()) / (series.max() - series.min())
    windows, targets = make_lag_windows(series, lag)
    return np.ascontiguousarray(windows), targets
