"""Quantiles of forecasts, and how many observed values lie below them."""

import numpy as np
import pandas as pd

from ._alignment import check_has_labels, forecast_of, horizon_after, with_panels
from ._find_networks import is_forecaster

DEFAULT_QUANTILES = tuple((np.arange(1, 20) / 20).tolist())
"""From 0.05 to 0.95 in steps of 0.05."""


def check_quantiles(quantile):
    """Return quantiles as an array.

    Parameters
    ----------
    quantile : sequence of float
        The quantiles.

    Returns
    -------
    ndarray of shape (n_quantiles,)

    Raises
    ------
    ValueError
        If they are not increasing numbers between 0 and 1.
    """
    levels = np.atleast_1d(np.asarray(quantile, float))
    inside = levels.ndim == 1 and len(levels) and ((levels > 0) & (levels < 1)).all()
    if not inside or (np.diff(levels) <= 0).any():
        raise ValueError(
            f"quantile must contain increasing numbers between 0 and 1. Got {quantile!r}."
        )
    return levels


def quantiles_of(estimator, X, y, quantile):
    """Forecast quantiles with an estimator.

    Parameters
    ----------
    estimator : estimator
        Fitted regressor with several quantiles, or sktime forecaster.
    X : array-like or None
        Rows to forecast, or features.
    y : array-like, Series or DataFrame
        Observed values, with an index for a forecaster.
    quantile : sequence of float or None
        Quantiles of a forecaster.

    Returns
    -------
    y_true : array-like of shape (n_rows,)
        Observed values.
    y_pred : array-like of shape (n_rows, n_quantiles)
        Quantiles of the same rows.
    quantile : sequence of float
        The quantiles.

    Raises
    ------
    ValueError
        If the estimator has no quantiles, or `y` has no rows that are forecast.
    """
    if is_forecaster(estimator):
        return _of_forecaster(*with_panels(estimator, y, X), quantile)
    y_true, y_pred, own = forecast_of(estimator, X, y, None)
    if own is None or (quantile is not None and tuple(quantile) != own):
        has = "no quantiles" if own is None else f"the quantiles {own}"
        raise ValueError(
            f"{type(estimator).__name__} has {has}: fit it with loss='quantile' and several "
            f"quantiles, and leave out the parameter quantile. Got quantile={quantile!r}."
        )
    return y_true, y_pred, own


def _of_forecaster(forecaster, y, X, quantile):
    check_has_labels(y)
    quantile = DEFAULT_QUANTILES if quantile is None else quantile
    check_quantiles(quantile)
    fh = horizon_after(forecaster, y.index.get_level_values(-1).unique())
    table = forecaster.predict_quantiles(fh=fh, X=X, alpha=list(quantile))
    values = y.to_frame() if isinstance(y, pd.Series) else y
    if values.shape[1] != 1:
        raise ValueError(f"y must have one column, the target. Got {list(values.columns)}.")
    common = values.index[values.index.isin(table.index)]
    if not len(common):
        raise ValueError(
            f"None of the {len(values)} rows of y is forecast: the forecast reaches from "
            f"{table.index[0]} to {table.index[-1]}."
        )
    return values.loc[common].iloc[:, 0], table.loc[common], quantile


def share_below(y_true, y_pred, quantile):
    """Return the share of values below each quantile.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Observed values.
    y_pred : array-like of shape (n_samples, n_quantiles)
        Their quantiles.
    quantile : ndarray of shape (n_quantiles,)
        The quantiles.

    Returns
    -------
    share : ndarray of shape (n_quantiles,)
        Values that equal a quantile count half.
    n_values : int
        Number of known values that have a forecast.

    Raises
    ------
    ValueError
        If the shapes do not match, or nothing is known.
    """
    observed, table = np.asarray(y_true, float).ravel(), np.asarray(y_pred, float)
    if table.shape != (len(observed), len(quantile)):
        raise ValueError(
            f"y_pred must be of shape ({len(observed)}, {len(quantile)}), one row for each value "
            f"of y_true and one column for each quantile. Got {table.shape}."
        )
    known = np.isfinite(observed) & ~np.isnan(table).any(axis=1)
    if not known.any():
        raise ValueError("No row has both an observed value and forecasts of all quantiles.")
    observed, table = observed[known, None], table[known]
    below = (observed < table) + 0.5 * (observed == table)
    return below.mean(axis=0), int(known.sum())
