"""Warns about features of a backtest that contain the values to forecast."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sktime.forecasting.base import BaseForecaster

from skrnn._warnings import warn_user

from ._feature_parameters import known_mask
from ._sktime_views import reads_features

# Fewer values, or values of fewer kinds, such as flags, may be equal by accident.
_FEWEST_ROWS, _FEWEST_VALUES = 10, 5
# Rows at the end of one series, which are compared at all distances.
_MOST_ROWS = 200
_MOST_NAMED = 3


def warn_of_leaking_features(forecaster, origins):
    """Warn about features that are known in advance but contain y.

    These are columns that equal y in each series, or are a linear function of it, in the same
    rows, in later rows, or so few rows earlier that these are still unknown at an origin. If y
    consists of a trend or of a season, a column that contains it is not reported.

    Parameters
    ----------
    forecaster : sktime forecaster
        The forecaster, whose parameters say which features are known in advance.
    origins : Origins
        The rows, and the horizon.

    Warns
    -----
    SkrnnWarning
        Once for all columns.
    """
    if origins.X is None or not reads_features(forecaster):
        return
    X = pd.DataFrame(origins.X)
    candidates = [i for i in np.flatnonzero(_known_in_advance(forecaster, X)) if _varies(X, i)]
    series = _of_each_series(origins)
    longest = next((rows for rows in series if _has_enough(origins.values[rows])), None)
    if longest is None:
        return
    leaks = []
    for i in candidates:
        x = X.iloc[:, i].to_numpy(np.float64, na_value=np.nan)
        leak = _Leak.of(x, origins.values, longest, int(origins.steps[-1]))
        if leak is not None and leak.is_in_all(x, origins.values, series):
            leaks.append(f"{X.columns[i]!r} {leak}")
    if not leaks:
        return
    more = f", and {len(leaks) - _MOST_NAMED} more" if len(leaks) > _MOST_NAMED else ""
    these, are = ("this column", "is") if len(leaks) == 1 else ("these columns", "are")
    warn_user(
        f"X contains y: {', '.join(leaks[:_MOST_NAMED])}{more}. In the horizon, {these} {are} not "
        "known when a forecast is made, so the errors of this backtest are too small. Leave "
        f"{these} out; forecasters read the past values of y anyway."
    )


@dataclass(frozen=True)
class _Leak:
    """What a feature has to do with y.

    Attributes
    ----------
    distance : int
        The rows after y at which the feature has its value.
    is_equal : bool
        Whether the feature equals y, and is not only a linear function of it.
    """

    distance: int
    is_equal: bool

    @classmethod
    def of(cls, x, y, rows, n_ahead):
        """Return how a feature follows from the values of a series to come, or None."""
        rows = rows[-_MOST_ROWS:]
        x, y = x[rows], y[rows]
        numbers = np.arange(float(len(x)))
        if _are_copies(x, numbers[None])[0]:
            return None
        distances = np.arange(-n_ahead, n_ahead)
        distances = distances[np.argsort(np.abs(distances), kind="stable")]
        found = distances[_are_copies(x, _shifted(y, distances))]
        earlier = np.arange(n_ahead, len(x) - _FEWEST_ROWS)
        if not len(found) or _are_copies(x, _shifted(y, earlier)).any():
            return None
        near = _shifted(y, found[:1])[0]
        return cls(int(found[0]), bool(np.nanmax(np.abs(x - near)) <= 1e-6 * np.nanmax(np.abs(y))))

    def is_in_all(self, x, y, series):
        """Return whether this holds in every series that has enough values."""
        long = (rows for rows in series if _has_enough(y[rows]))
        return all(_are_copies(x[rows], _shifted(y[rows], [self.distance]))[0] for rows in long)

    def __str__(self):
        verb = "equals y" if self.is_equal else "is a linear function of y"
        if not self.distance:
            return f"{verb} in the same row"
        rows = f"{abs(self.distance)} row{'' if abs(self.distance) == 1 else 's'}"
        return f"{verb} {rows} {'earlier' if self.distance > 0 else 'later'}"


def _known_in_advance(forecaster, X):
    """Return a mask of the columns that a forecaster, or one within it, reads in the horizon."""
    none = np.zeros(X.shape[1], bool)
    if not reads_features(forecaster):
        return none
    views = getattr(forecaster, "views", None)
    if not views and hasattr(forecaster, "known_features"):
        try:
            return known_mask(forecaster.known_features, list(X.columns))
        except ValueError:  # of columns that a transformer makes, or refused in fit
            return none
    inner = list(views.values()) if views else _parts_of(forecaster)
    known = np.any([_known_in_advance(part, X) for part in inner], axis=0) if inner else ~none
    return known & ~_forecast_by(forecaster, X)


def _parts_of(forecaster):
    """Return the forecasters directly within a forecaster that may read X in the horizon."""
    parameters = forecaster.get_params()
    return [
        part
        for name, part in parameters.items()
        if isinstance(part, BaseForecaster) and "__" not in name and name != "forecaster_X"
    ]


def _forecast_by(forecaster, X):
    """Return a mask of the columns that sktime's `ForecastX` forecasts and does not read."""
    if getattr(forecaster, "predict_behaviour", None) != "use_forecasts":
        return np.zeros(X.shape[1], bool)
    columns = forecaster.columns
    return X.columns.isin(X.columns if columns is None else columns)


def _varies(X, column):
    """Return whether a column contains numbers, other than flags."""
    dtype = X.dtypes.iloc[column]
    if not pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        return False
    return X.iloc[:, column].nunique() >= _FEWEST_VALUES


def _of_each_series(origins):
    """Return the rows of each series, the longest one first."""
    ends = origins.cuts[-1] + origins.steps[-1]
    order = np.argsort(origins.first - ends, kind="stable")
    return [np.arange(origins.first[i], ends[i]) for i in order]


def _has_enough(values):
    """Return whether there are enough values to compare others with."""
    values = values[np.isfinite(values)]
    return len(values) >= _FEWEST_ROWS and len(np.unique(values)) >= _FEWEST_VALUES


def _shifted(y, distances):
    """Return the values some rows earlier, ``(n_distances, n_rows)``; NaN outside the series."""
    rows = np.arange(len(y)) - np.asarray(distances)[:, None]
    inside = (rows >= 0) & (rows < len(y))
    return np.where(inside, y[np.clip(rows, 0, len(y) - 1)], np.nan)


def _are_copies(x, y):
    """Return whether values are a linear function of others, up to rounding.

    Parameters
    ----------
    x : ndarray of shape (n_rows,)
        The values.
    y : ndarray of shape (n_others, n_rows)
        The others. Only rows in which both are known count.

    Returns
    -------
    ndarray of bool of shape (n_others,)
        False where there are too few such rows.
    """
    is_known = np.isfinite(y)
    known = np.isfinite(x) & is_known
    n_known = known.sum(axis=1)
    x, y = np.where(known, x, 0.0), np.where(known, y, 0.0)
    largest = np.abs(x).max(axis=1)
    x, y = (_centred(each, known, n_known) for each in (x, y))
    spread = np.ptp(x, axis=1)
    # Values may have been float32 before.
    allowed = np.maximum(1e-6 * spread, 2e-7 * largest)
    tells = (n_known >= np.maximum(_FEWEST_ROWS, is_known.sum(axis=1) / 2)) & (
        np.ptp(y, axis=1) > 0
    )
    tells &= allowed < 1e-4 * spread
    slope = (x * y).sum(axis=1) / np.where(tells, (y * y).sum(axis=1), 1.0)
    return tells & (np.abs(x - slope[:, None] * y).max(axis=1) <= allowed)


def _centred(values, known, n_known):
    """Return values minus the mean of the known ones, and 0 where they are not known."""
    mean = values.sum(axis=1) / np.maximum(n_known, 1)
    return np.where(known, values - mean[:, None], 0.0)
