"""The views of the data that AutoRNNForecaster tries, each with its own forecaster."""

from ._forecaster import RNNForecaster
from ._seasonality import CYCLES

LOG = {"transformer": "log"}
PLAIN = {"transformer": None}
RAW = {"deseasonalize": False}
SEASONAL_VIEWS = {
    "logarithms, season removed": LOG,
    "season removed": PLAIN,
    "as they are": {**PLAIN, **RAW},
    "logarithms": {**LOG, **RAW},
}
"""Parameters of the views of series with a season, in the order in which they are tried."""


def make_views(parameters, *, values, n_known, periods, n_steps):
    """Return the forecasters of the views that fit the data.

    Parameters
    ----------
    parameters : dict
        Parameters of all forecasters.
    values : ndarray
        All values, NaN where they are unknown. Only values that are not negative have logarithms.
    n_known : ndarray of int of shape (n_series,)
        Known rows of each series.
    periods : tuple of int
        Seasonal periodicities. If none of the series has a season, views differ by their windows.
    n_steps : int
        Steps ahead.

    Returns
    -------
    dict of str to RNNForecaster
    """
    seasonal = any(n_known.max() >= CYCLES * period for period in periods)
    longer = min(round(1.9 * n_steps), max(2, int(n_known.max()) // 4))
    plain = {
        "logarithms": LOG,
        "as they are": PLAIN,
        "logarithms, long windows": {**LOG, "lag": longer},
        "long windows": {**PLAIN, "lag": longer},
    }
    has_logarithms = not (values < 0).any() and (values > 0).any()
    return {
        name: RNNForecaster(**{**parameters, **view})
        for name, view in (SEASONAL_VIEWS if seasonal else plain).items()
        if has_logarithms or view["transformer"] is None
    }
