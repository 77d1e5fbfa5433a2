"""Aligns observed values and forecasts of any shape, with one row for each time."""

import numpy as np
import pandas as pd
from sklearn.exceptions import NotFittedError

from skrnn._output import FittedNetwork, quantile_of
from skrnn._validation import Count, check_features, check_series
from skrnn.network._quantiles import interpolate_quantile
from skrnn.windows._labels import kind_of
from skrnn.windows._time_index import labels_in_order

from ._find_networks import find_networks, is_forecaster, table_of


def forecast_of(estimator, X, y, output, quantile=None, series=None):
    """Forecast with an estimator, and choose one output of its targets and forecasts.

    Parameters
    ----------
    estimator : estimator
        Fitted regressor, or sktime forecaster.
    X, y : array-like
        Rows to forecast, and their targets; for a forecaster, the features or None, and the
        series.
    output : int, str or None
        The output to choose; None if there is only one.
    quantile : tuple of float, default=None
        Quantiles that a forecaster is to forecast. None means those of its networks.
    series : hashable, default=None
        Name of one of several series of a forecaster.

    Returns
    -------
    y_true : Series of shape (n_samples,)
        Targets, with the index of `y` or, failing that, of `X`.
    y_pred : array-like of shape (n_rows,) or (n_rows, n_quantiles)
        Forecasts; those of a forecaster have their own index.
    quantile : tuple of float or None
        The quantiles in the columns of the forecasts.
    """
    if is_forecaster(estimator):
        estimator, y, X = with_panels(estimator, y, X)
        return _forecast_of_series(estimator, X, y, output, quantile, series)
    if series is not None:
        raise ValueError(
            "series is supported only for forecasters of several series. Got "
            f"{type(estimator).__name__}."
        )
    if quantile is not None:
        raise ValueError(
            "coverage is supported only for forecasters. The band of a regressor shows the "
            "quantiles that its network "
            f"was trained on. Got {type(estimator).__name__}."
        )
    y_pred = np.asarray(estimator.predict(table_of(X)))
    networks, y_true = _networks_of(estimator), np.asarray(y, float)
    network = networks[0] if len(networks) == 1 else None
    if len(y_true) != len(y_pred):
        raise ValueError(
            f"X has {len(y_pred)} rows, but y has {len(y_true)}: both must have the same number."
        )
    y_pred, y_true = _last_step(y_pred, y_true, network)
    quantile = _quantiles(network)
    if quantile is not None:
        # Rows and quantiles come first, like the rows of a forecast without quantiles.
        y_pred = np.moveaxis(y_pred, -1, 1)
    position = _output_position(output, y_true, y)
    y_pred = y_pred.reshape(*y_pred.shape[: 1 + (quantile is not None)], -1)
    if y_pred.shape[-1] <= position:
        raise ValueError(f"y has shape {np.shape(y)}, but the forecast has shape {y_pred.shape}.")
    y_true = y_true.reshape(len(y_true), -1)[:, position]
    indices = [labels_in_order(y, input_name="y"), labels_in_order(X)]
    _check_same_labels(X, y, indices, ("X", "y"))
    index = _first_index(*indices)
    columns = getattr(y, "columns", None)
    name = getattr(y, "name", None) if columns is None else columns[position]
    return pd.Series(y_true, index, name=name), y_pred[..., position], quantile


def _forecast_of_series(forecaster, X, y, output, quantile, series):
    """Forecast the rows of a series, or the horizon that the forecaster was fitted to."""
    check_has_labels(y)
    y, series, position = _drawn(y, series, output)
    fh = _horizon_of(forecaster, y.index)
    quantile = _quantiles_of_all(forecaster) if quantile is None else quantile
    if quantile is None or not forecaster.get_tag("capability:pred_int"):
        quantile, y_pred = None, pd.DataFrame(forecaster.predict(fh=fh, X=X)).iloc[:, position]
        y_pred = rows_of_series(y_pred, series)
    else:
        columns = forecaster.predict_quantiles(fh=fh, X=X, alpha=list(quantile))
        columns = rows_of_series(columns, series)
        y_pred = columns.iloc[:, position * len(quantile) :].iloc[:, : len(quantile)]
    y_true = y if isinstance(y, pd.Series) else y.iloc[:, position]
    return y_true, y_pred, quantile


def check_has_labels(y):
    """Check that y has an index, from which the rows to forecast are known."""
    if not isinstance(y, pd.Series | pd.DataFrame):
        raise ValueError(
            f"y must be a pandas Series or DataFrame, whose index determines the rows to "
            f"forecast. Got {type(y).__name__}."
        )


def horizon_after(forecaster, times):
    """Return the horizon of the times after y in `fit`, or None if `fit` has fixed it."""
    return _horizon_of(forecaster, times[times > forecaster.cutoff[-1]])


def _horizon_of(forecaster, times):
    """Return the horizon of some times, or None if `fit` has fixed it."""
    if forecaster.get_tag("requires-fh-in-fit"):
        return None
    from sktime.forecasting.base import ForecastingHorizon

    if isinstance(times, pd.TimedeltaIndex):  # sktime counts durations from the end of y
        return ForecastingHorizon(times - forecaster.cutoff[-1])
    return ForecastingHorizon(times, is_relative=False)


def with_panels(forecaster, y, X):
    """Return a forecaster that was fitted to a long table, y and X in sktime formats."""
    is_long = getattr(forecaster, "_long_form", None) is not None
    return forecaster._with_panels(y, X) if is_long else (forecaster, y, X)


def series_to_draw(y, series):
    """Return the name of the series to draw, or None if there is only one without a name.

    Parameters
    ----------
    y : Series or DataFrame
        Observed values, with a MultiIndex if there are several series.
    series : hashable or None
        The parameter.

    Returns
    -------
    hashable or None

    Raises
    ------
    ValueError
        If the series does not exist, or must be chosen.
    """
    if not isinstance(y.index, pd.MultiIndex):
        if series is not None:
            raise ValueError(f"series={series!r}, but y is one series without a name.")
        return None
    names = y.index.droplevel(-1).unique()
    if series is None and len(names) == 1:
        return names[0]
    if series not in names:
        listed = ", ".join(map(repr, names[:3].tolist())) + ", ..." * (len(names) > 3)
        raise ValueError(
            f"y contains {len(names)} series, but a display draws only one: set series to one of "
            f"{listed}. Got series={series!r}."
        )
    return series


def rows_of_series(table, series):
    """Return the rows of one of several series, with time as their only index.

    Parameters
    ----------
    table : Series or DataFrame
        The rows. Without a MultiIndex, they are returned as they are.
    series : hashable
        Name of the series.

    Returns
    -------
    Series or DataFrame
    """
    if not isinstance(table.index, pd.MultiIndex):
        return table
    names = table.index.droplevel(-1)
    rows = table[names.isin([series])]
    return rows.set_axis(rows.index.get_level_values(-1))


def _drawn(y, series, output):
    """Return the rows of the series to draw, its name, and the position of the output."""
    series = series_to_draw(y, series)
    y = rows_of_series(y, series)
    table = pd.DataFrame(y)
    return y, series, _output_position(output, table.to_numpy(), table)


def _first_index(*indices):
    """Return the first index that is not None, or None."""
    return next((index for index in indices if index is not None), None)


def _quantiles_of_all(forecaster):
    """Return the quantiles that all networks of a forecaster have, or None."""
    quantiles = {_quantiles(network) for network in _networks_of(forecaster)}
    return quantiles.pop() if len(quantiles) == 1 else None


def _quantiles(network):
    """Return the quantiles on the last axis of a network's forecasts, or None."""
    quantile = None if network is None else quantile_of(network)
    return quantile if isinstance(quantile, tuple) else None


def _networks_of(estimator):
    """Return the fitted networks in an estimator; it may contain none."""
    try:
        return find_networks(estimator)
    except (TypeError, NotFittedError):
        return []


def _last_step(y_pred, y_true, network):
    """Return the last step of sequences, which belongs to the row itself."""
    if network is None or not network.return_sequences:
        return y_pred, y_true
    quantiles = _quantiles(network) is not None
    target_ndim = FittedNetwork.of(network).target_ndim
    if y_pred.ndim == 1 + target_ndim + quantiles:
        y_pred = y_pred[:, -1]
    if y_true.ndim == 1 + target_ndim:
        y_true = y_true[:, -1]
    return y_pred, y_true


def _output_position(output, y_true, y):
    """Return the position of the output to draw."""
    n_outputs = y_true[0].size
    if output is None:
        if n_outputs > 1:
            raise ValueError(
                f"y has {n_outputs} outputs: output must specify which one to draw, got None."
            )
        return 0
    names = getattr(y, "columns", None)
    return int(check_features(output, param="output", n_features=n_outputs, names=names)[0])


def aligned(y_true, y_pred, n_train):
    """Align the rows of observed values and forecasts.

    Parameters
    ----------
    y_true : array-like of shape (n_samples,)
        Observed values.
    y_pred : array-like of shape (n_samples,) or (n_samples, n_columns)
        Forecasts.
    n_train : int
        Number of rows in the training part, at the beginning of `y_true`.

    Returns
    -------
    time : Index
        Labels of the rows.
    observed : ndarray of shape (n_rows,)
        NaN if there is no value.
    forecasts : ndarray of shape (n_rows, n_columns)
        NaN if there is no value.
    n_train : int
        Number of rows up to the end of the training part.
    """
    observed = _check_observed(y_true)
    forecasts = check_series(y_pred, ensure_2d=False, input_name="y_pred")
    forecasts = forecasts.reshape(len(forecasts), -1)
    _check_n_train(n_train, len(observed))
    indices = [
        labels_in_order(y_true, input_name="y_true"),
        labels_in_order(y_pred, input_name="y_pred"),
    ]
    if all(index is not None for index in indices):
        return _by_label(observed, forecasts, *indices, n_train)
    _check_same_labels(y_true, y_pred, indices, ("y_true", "y_pred"))
    if len(observed) != len(forecasts):
        raise ValueError(
            f"y_true has {len(observed)} rows, but y_pred has {len(forecasts)}: pass the same "
            "number of rows, or use an index for both that aligns them."
        )
    time = _first_index(*indices, pd.RangeIndex(len(observed)))
    return time, observed, forecasts, int(n_train)


def _check_same_labels(first, second, ordered, names):
    """Check that rows that are joined by position do not have different labels."""
    indices = [getattr(value, "index", None) for value in (first, second)]
    if not all(isinstance(index, pd.Index) for index in indices):
        return
    if any(isinstance(index, pd.RangeIndex) and index.start == 0 for index in indices):
        return  # it only numbers the rows
    if all(index is not None for index in ordered):
        indices = ordered
    if len(indices[0]) == len(indices[1]) and not indices[0].equals(indices[1]):
        row = int(np.argmax(np.asarray(indices[0] != indices[1])))
        raise ValueError(
            f"{names[0]} and {names[1]} have the labels {indices[0][row]!r} and "
            f"{indices[1][row]!r} in row {row}, so it is not clear which rows belong together: "
            "use the same index for both, or reset one of them."
        )


def _by_label(observed, forecasts, time, forecast_time, n_train):
    if kind_of(time) != kind_of(forecast_time):
        raise ValueError(
            f"y_true and y_pred have labels of different types, {time[0]!r} and "
            f"{forecast_time[0]!r}: use the index of y_true for y_pred, or no index."
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
    """Find the curve and the band in the columns of a forecast.

    Parameters
    ----------
    forecasts : ndarray of shape (n_rows, n_columns)
        Forecasts.
    quantile : float, tuple of float or None
        Quantiles of the columns.

    Returns
    -------
    predicted : ndarray of shape (n_rows,)
        The median, or the only column.
    lower, upper : ndarray of shape (n_rows,) or None
        The first and last of several quantiles.
    band_name : str or None
        Name of the band.
    """
    n_columns = forecasts.shape[1]
    quantiles = np.atleast_1d(np.asarray([np.nan] if quantile is None else quantile, float))
    valid = quantile is None or ((quantiles > 0) & (quantiles < 1)).all()
    if not valid or quantiles.ndim > 1 or (np.diff(quantiles) <= 0).any():
        raise ValueError(
            "quantile must be None or increasing numbers between 0 and 1, one for each column of "
            f"y_pred. Got {quantile!r}."
        )
    if len(quantiles) != n_columns:
        raise ValueError(
            f"y_pred has {n_columns} columns, but quantile={quantile!r} has "
            f"{len(quantiles)} value(s): pass the quantile that each column forecasts."
        )
    if n_columns == 1:
        return forecasts[:, 0], None, None, None
    predicted = interpolate_quantile(forecasts, quantiles, 0.5)
    name = _band_name(quantiles[0], quantiles[-1])
    return predicted, forecasts[:, 0], forecasts[:, -1], name


def inner_bands(forecasts, quantile):
    """Find the central intervals inside the outermost band.

    Parameters
    ----------
    forecasts : ndarray of shape (n_rows, n_columns)
        Forecasts.
    quantile : float, tuple of float or None
        Quantiles of the columns, in increasing order.

    Returns
    -------
    dict
        The lower and the upper end of each interval, keyed by its name, with the widest first. Two
        quantiles make an interval if the fraction below one of them equals the fraction above the
        other.
    """
    quantiles = np.atleast_1d(np.asarray(np.nan if quantile is None else quantile, float))
    pairs = range(1, len(quantiles) // 2)
    return {
        _band_name(quantiles[i], quantiles[-1 - i]): (forecasts[:, i], forecasts[:, -1 - i])
        for i in pairs
        if np.isclose(quantiles[i] + quantiles[-1 - i], 1)
    }


def _band_name(low, high):
    if np.isclose(low + high, 1):
        return f"{100 * (high - low):.6g}% interval"
    return f"quantiles {low:g} to {high:g}"


def quantiles_of_coverage(coverage):
    """Return the quantiles at the ends of central intervals, and the median.

    Parameters
    ----------
    coverage : float, sequence of float or None
        The share of the values in each interval.

    Returns
    -------
    tuple of float or None
        In increasing order.

    Raises
    ------
    ValueError
        If a coverage is not between 0 and 1.
    """
    if coverage is None:
        return None
    levels = np.unique(np.atleast_1d(np.asarray(coverage, float)))
    if not len(levels) or not ((levels > 0) & (levels < 1)).all():
        raise ValueError(f"coverage must contain numbers between 0 and 1. Got {coverage!r}.")
    ends = np.concatenate([0.5 - levels / 2, [0.5], 0.5 + levels / 2])
    return tuple(np.sort(ends).round(12).tolist())


def paths_of(forecaster, y, X, output, n_paths, random_state, *, series=None):
    """Draw paths of a forecaster, ``(n_rows, n_paths)``.

    Parameters
    ----------
    forecaster : forecaster
        Fitted to one series or a wide frame.
    y : Series or DataFrame
        Observed values, whose rows after those of `fit` are forecast unless the horizon is fixed.
    X : DataFrame or None
        Features.
    output : int, str or None
        The column of a wide frame.
    n_paths : int
        Number of paths.
    random_state : int, RandomState instance or None
        Seed.
    series : hashable, default=None
        Name of the series to draw, if there are several.

    Returns
    -------
    DataFrame of shape (n_rows, n_paths)

    Raises
    ------
    ValueError
        If the forecaster draws no paths.
    """
    if not hasattr(forecaster, "sample_paths"):
        raise ValueError(
            f"n_paths={n_paths!r} needs a forecaster with the method sample_paths, such as "
            f"AutoRNNForecaster. Got {type(forecaster).__name__}."
        )
    forecaster, y, X = with_panels(forecaster, y, X)
    y, series, position = _drawn(y, series, output)
    fh = horizon_after(forecaster, y.index)
    paths = forecaster.sample_paths(n_paths, fh=fh, X=X, random_state=random_state)
    return rows_of_series(paths.iloc[:, position].unstack(level=0), series)


def joined_paths(y_pred, paths):
    """Join forecasts and paths of the same rows.

    Parameters
    ----------
    y_pred : array-like of shape (n_rows,) or (n_rows, n_columns)
        Forecasts.
    paths : DataFrame or array-like of shape (n_rows, n_paths)
        Paths. With an index, paths and forecasts are aligned by label, and neither needs to have
        all labels of the other.

    Returns
    -------
    y_pred : array-like of shape (n_rows, n_columns + n_paths)
        Both.
    n_paths : int
        Number of paths.
    """
    if isinstance(paths, pd.DataFrame) and isinstance(y_pred, pd.DataFrame | pd.Series):
        columns = pd.DataFrame(y_pred)
        columns = columns.set_axis([("forecast", i) for i in range(columns.shape[1])], axis=1)
        paths = paths.set_axis([("path", i) for i in range(paths.shape[1])], axis=1)
        return columns.join(paths, how="outer"), paths.shape[1]
    columns, table = np.asarray(y_pred, float), np.asarray(paths, float)
    if table.ndim != 2 or len(table) != len(columns):
        raise ValueError(
            f"paths must be of shape (n_rows, n_paths) with the {len(columns)} rows of y_pred. "
            f"Got {table.shape}."
        )
    joined = np.column_stack([columns, table])
    if isinstance(y_pred, pd.DataFrame | pd.Series):
        joined = pd.DataFrame(joined, index=y_pred.index)
    return joined, table.shape[1]
