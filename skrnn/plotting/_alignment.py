"""Observed values and forecasts in any of their shapes -> one row a time."""

import numpy as np
import pandas as pd
from sklearn.exceptions import NotFittedError

from skrnn._validation import Count, check_features, check_series
from skrnn.windows._labels import kind_of
from skrnn.windows._time_index import ordered_index

from ._finding import find_networks


def forecast_of(estimator, X, y, output):
    """Forecast with an estimator, and choose one output of its targets and forecasts.

    Parameters
    ----------
    estimator : estimator
        Fitted regressor.
    X, y : array-like
        Rows to forecast, and their targets.
    output : int, str or None
        Which output; None where there is one.

    Returns
    -------
    y_true : Series of shape (n_samples,)
        Targets, under the index of `y` or else of `X`.
    y_pred : ndarray of shape (n_samples,) or (n_samples, n_quantiles)
        Forecasts.
    quantile : tuple of float or None
        What the columns of the forecasts are.
    """
    y_pred = np.asarray(estimator.predict(X))
    network, y_true = _only_network(estimator), np.asarray(y, float)
    if len(y_true) != len(y_pred):
        raise ValueError(f"X has {len(y_pred)} rows, but y {len(y_true)}: both need the same.")
    y_pred, y_true = _last_step(y_pred, y_true, network)
    quantile = None
    if network is not None and np.ndim(network.quantile):
        quantile = tuple(network.quantile)
        y_pred = np.moveaxis(y_pred, -1, 1)
        # Rows and quantiles first, as a forecast without quantiles has rows.
        y_pred = y_pred.reshape(len(y_pred), len(quantile), -1)
    position = _output_position(output, y_true, y)
    y_pred = y_pred.reshape(*y_pred.shape[: 1 + (quantile is not None)], -1)
    if y_pred.shape[-1] <= position:
        raise ValueError(f"y has shape {np.shape(y)}, but the forecast {y_pred.shape}.")
    y_true = y_true.reshape(len(y_true), -1)[:, position]
    index = _first_index(ordered_index(y, input_name="y"), ordered_index(X))
    columns = getattr(y, "columns", None)
    name = getattr(y, "name", None) if columns is None else columns[position]
    return pd.Series(y_true, index, name=name), y_pred[..., position], quantile


def _first_index(*indices):
    """The first that there is, or None."""
    return next((index for index in indices if index is not None), None)


def _only_network(estimator):
    """The one network in an estimator; None if it has another number of them."""
    try:
        networks = find_networks(estimator)
    except (TypeError, NotFittedError):
        return None
    return networks[0] if len(networks) == 1 else None


def _last_step(y_pred, y_true, network):
    """Of sequences the last step, which is the row's own."""
    if network is None or not network.return_sequences:
        return y_pred, y_true
    quantiles = np.ndim(network.quantile)
    if y_pred.ndim == 1 + network._y_ndim + quantiles:
        y_pred = y_pred[:, -1]
    if y_true.ndim == 1 + network._y_ndim:
        y_true = y_true[:, -1]
    return y_pred, y_true


def _output_position(output, y_true, y):
    """Position of the output to draw."""
    n_outputs = y_true[0].size
    if output is None:
        if n_outputs > 1:
            raise ValueError(
                f"y has {n_outputs} outputs: output must say which one to draw, got None."
            )
        return 0
    names = getattr(y, "columns", None)
    return int(check_features(output, param="output", n_features=n_outputs, names=names)[0])


def aligned(y_true, y_pred, n_train):
    """Bring observed values and forecasts to the same rows.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Observed values.
    y_pred : array-like of shape (n_samples,) or (n_samples, n_columns)
        Forecasts.
    n_train : int
        How many of the first rows of `y_true` are the training part.

    Returns
    -------
    time : Index
        Labels of the rows.
    observed : ndarray of shape (n_rows,)
        NaN where there is none.
    forecasts : ndarray of shape (n_rows, n_columns)
        NaN where there is none.
    n_train : int
        Rows up to the end of the training part.
    """
    observed = _check_observed(y_true)
    forecasts = check_series(y_pred, ensure_2d=False, input_name="y_pred")
    if forecasts.ndim == 1:
        forecasts = forecasts[:, None]
    _check_n_train(n_train, len(observed))
    indices = [
        ordered_index(y_true, input_name="y_true"),
        ordered_index(y_pred, input_name="y_pred"),
    ]
    if all(index is not None for index in indices):
        return _by_label(observed, forecasts, *indices, n_train)
    if len(observed) != len(forecasts):
        raise ValueError(
            f"y_true has {len(observed)} rows, but y_pred {len(forecasts)}: give both the same, "
            "or both an index that aligns them."
        )
    time = _first_index(*indices)
    time = pd.RangeIndex(len(observed)) if time is None else time
    return time, observed, forecasts, int(n_train)


def _by_label(observed, forecasts, time, forecast_time, n_train):
    if kind_of(time) != kind_of(forecast_time):
        raise ValueError(
            f"y_true and y_pred have labels of different kinds, {time[0]!r} and "
            f"{forecast_time[0]!r}: give y_pred the index of y_true, or no index."
        )
    both = time.union(forecast_time) if not time.equals(forecast_time) else time
    end = int(both.get_loc(time[n_train - 1])) + 1 if n_train else 0
    observed = pd.Series(observed, time).reindex(both).to_numpy()
    forecasts = pd.DataFrame(forecasts, forecast_time).reindex(both).to_numpy()
    return both, observed, forecasts, end


def _check_observed(y_true):
    observed = check_series(y_true, ensure_2d=False, input_name="y_true")
    if observed.ndim > 1 and observed.shape[1] > 1:
        raise ValueError(
            f"y_true must be of shape (n_samples,), one target to draw. Got {observed.shape}."
        )
    return observed.ravel()


def _check_n_train(n_train, n_rows):
    if not Count(0).is_satisfied_by(n_train) or n_train > n_rows:
        raise ValueError(
            f"n_train must be an int from 0 to {n_rows}, the number of rows of y_true. "
            f"Got {n_train!r}."
        )


def quantile_band(forecasts, quantile):
    """Tell the curve and the band from the columns of a forecast.

    Parameters
    ----------
    forecasts : ndarray of shape (n_rows, n_columns)
        Forecasts.
    quantile : float, tuple of float or None
        What the columns are.

    Returns
    -------
    predicted : ndarray of shape (n_rows,)
        The median, or the only column.
    lower, upper : ndarray of shape (n_rows,) or None
        The first and last of several quantiles.
    band_name : str or None
        What the band is.
    """
    n_columns = forecasts.shape[1]
    quantiles = np.atleast_1d(np.asarray([np.nan] if quantile is None else quantile, float))
    valid = quantile is None or ((quantiles > 0) & (quantiles < 1)).all()
    if not valid or quantiles.ndim > 1 or (np.diff(quantiles) <= 0).any():
        raise ValueError(
            "quantile must be None or increasing numbers between 0 and 1, one a column of "
            f"y_pred. Got {quantile!r}."
        )
    if len(quantiles) != n_columns:
        raise ValueError(
            f"y_pred has {n_columns} columns, but quantile={quantile!r} stands for "
            f"{len(quantiles)}: it must name the quantile that each column forecasts."
        )
    if n_columns == 1:
        return forecasts[:, 0], None, None, None
    # The median between its two neighbours; where there is none on one side, the nearest.
    right = int(np.clip(np.searchsorted(quantiles, 0.5), 1, n_columns - 1))
    low, high = quantiles[right - 1 : right + 1]
    share = float(np.clip((0.5 - low) / (high - low), 0, 1))
    predicted = (1 - share) * forecasts[:, right - 1] + share * forecasts[:, right]
    band_name = f"quantiles {quantiles[0]:g} to {quantiles[-1]:g}"
    return predicted, forecasts[:, 0], forecasts[:, -1], band_name
