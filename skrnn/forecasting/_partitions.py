"""Forecasts a dask dataframe, on one machine or on many."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from skrnn._sklearn_compat import validate_parameter_constraints
from skrnn._validation import Count
from skrnn.windows._time_axis import TimeAxis

from ._forecast_table import (
    check_features_table,
    check_forecaster,
    check_is,
    check_trained,
    forecast_table,
    learns_from_others,
    levels_of,
)
from ._long_frames import ID, TARGET, TIME, column_name, to_panel

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from skrnn._typing import Horizon


def forecast_partitions(
    forecaster: Any,
    frame: Any,
    fh: Horizon,
    *,
    X: Any = None,
    alpha: float | Sequence[float] = (),
    freq: Any = None,
    n_series: int | None = 10_000,
) -> Any:
    """Forecast a dask dataframe whose partitions consist of whole series.

    If the forecaster has not been trained yet, it is trained in this process: on a sample of
    series, spread evenly across the partitions, or on all series, partition by partition. Each
    worker then receives the trained forecaster once and forecasts its partitions without training.
    Workers do not load TensorFlow. If a worker dies, nothing is lost: another worker forecasts its
    partitions, with bit-identical results.

    Parameters
    ----------
    forecaster : forecaster
        The forecaster, which is not changed. If `pretrain` has been called, it is used as it is. A
        forecaster that was fitted without `pretrain` raises an error, and so does
        ``calibrate=True``, as in `pretrain`. A forecaster that cannot be pretrained, because it
        learns from one series at a time, such as :class:`PanelTheta`, is fitted to each partition.

    frame : dask.dataframe.DataFrame
        A long table with the columns "unique_id", "ds" and "y". Other columns are features. All
        rows of a series must be in one partition; otherwise, call ``frame.shuffle("unique_id")``
        first.

    fh : int, list, ndarray or Index
        The horizon, as in `predict`.

    X : dask.dataframe.DataFrame, default=None
        Features that are known in advance, for the steps of the horizon. Its partitions must
        consist of the same series as the partitions of `frame`.

    alpha : float or sequence of float, default=()
        Additional quantiles to forecast, between 0 and 1.

    freq : str, DateOffset or int, default=None
        Step between two times, as in :func:`to_panel`. None means that it is inferred from the
        partition with the most series.

    n_series : int or None, default=10000
        Number of series to train on, which are spread evenly across the partitions. None means all
        series: training begins with a sample that has as many series as the largest partition, and
        continues with the other series, partition by partition. In both cases, the sample
        determines the categories of categorical features and the scales of features. Categories
        that are not in the sample are treated as unknown.

    Returns
    -------
    forecasts : dask.dataframe.DataFrame
        A long table, which has not been computed yet. It has a partition for each partition of
        `frame`.

    Raises
    ------
    ValueError
        If the rows of a series are in several partitions, columns are missing, `forecaster` was
        fitted without `pretrain` or has ``calibrate=True``, or `alpha` or `n_series` is invalid.
    TypeError
        If `frame` or `X` is not a dask DataFrame, or `forecaster` is not an sktime forecaster.
    ImportError
        If dask is not installed.

    See Also
    --------
    forecast_table : Forecasts one table, for example on a worker of a different kind of cluster.

    Examples
    --------
    >>> import dask.dataframe as dd
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skrnn.forecasting import RNNForecaster, forecast_partitions
    >>> months = pd.date_range("2020-01-01", periods=36, freq="MS")
    >>> sales = pd.DataFrame(
    ...     {
    ...         "unique_id": np.repeat(["a", "b"], 36),
    ...         "ds": np.tile(months, 2),
    ...         "y": np.random.RandomState(0).rand(72),
    ...     }
    ... )
    >>> frame = dd.from_pandas(sales, npartitions=1).shuffle("unique_id", npartitions=2)
    >>> forecaster = RNNForecaster(epochs=2, random_state=0)
    >>> forecast_partitions(forecaster, frame, [1, 2]).compute().shape
    (4, 3)
    """
    dask, dd = _dask()
    check_forecaster(forecaster)
    check_is(frame, "frame", dd.DataFrame, DASK)
    if X is not None:
        check_features_table(X, dd.DataFrame, DASK)
    levels = levels_of(alpha)
    validate_parameter_constraints(
        {"n_series": [Count(1), None]}, {"n_series": n_series}, "forecast_partitions"
    )
    _check_columns(frame)
    parts = frame.to_delayed()
    names = dask.compute(*map(dask.delayed(_names), frame[[ID]].to_delayed()))
    _check_whole_series(names)
    if freq is None:
        largest = parts[int(np.argmax([len(part) for part in names]))]
        freq = dask.compute(dask.delayed(_step)(largest))[0]
    forecaster = _trained(dask, forecaster, parts, names, n_series, fh=fh, freq=freq)
    # As one task of the graph it is sent to each worker once, and not with each partition.
    shared = dask.delayed(forecaster, pure=True)
    further = [None] * len(parts) if X is None else X.to_delayed()
    if len(further) != len(parts):
        raise ValueError(
            f"X must have a partition for each of the {len(parts)} partitions of frame, with the "
            f"same series. It has {len(further)}."
        )
    forecast = dask.delayed(_forecast_part)
    settings = {"fh": fh, "alpha": tuple(levels), "freq": freq}
    meta = _meta(frame, levels)
    tasks = [
        forecast(shared, part, rows, meta=meta, **settings)
        for part, rows in zip(parts, further, strict=True)
    ]
    return dd.from_delayed(tasks, meta=meta, verify_meta=False)


def _trained(dask, forecaster, parts, names, n_series, *, fh, freq):
    """Return a forecaster that is pretrained, if it can be."""
    if learns_from_others(forecaster) and forecaster.state == "new":
        forecaster = deepcopy(forecaster)
        for some in _to_learn_from(dask, parts, names, n_series):
            y, features = to_panel(some, freq=freq)
            forecaster.pretrain(y, features, fh)
    else:
        check_trained(forecaster)
    return forecaster


DASK = "a dask DataFrame, such as dask.dataframe.from_pandas returns"


def _dask():
    try:
        import dask
        import dask.dataframe as dd
    except ImportError as error:
        raise ImportError(
            "forecast_partitions needs dask.dataframe. Install it with the extra: "
            "pip install 'skrnn[dask]'."
        ) from error
    return dask, dd


def _forecast_part(forecaster, table, X, *, meta, **settings):
    """Return the forecasts of a partition, which may be empty after a shuffle."""
    if not len(table):
        return meta
    return forecast_table(forecaster, table, X=X, **settings).astype(meta.dtypes.to_dict())


def _check_columns(frame):
    if not {ID, TIME, TARGET} <= set(getattr(frame, "columns", ())):
        raise ValueError(
            f"frame must have the columns {ID!r}, {TIME!r} and {TARGET!r}. Rename those that "
            "contain the names of the series, the times and the values. Got "
            f"{list(getattr(frame, 'columns', ()))}."
        )


def _names(table):
    return np.asarray(table[ID].unique(), object)


def _check_whole_series(names):
    """Check that no series is in several partitions: each would forecast a part of it."""
    every = pd.Series(np.concatenate(names))
    twice = every[every.duplicated()]
    if len(twice):
        raise ValueError(
            f"The rows of the series {twice.tolist()[0]!r} are in several partitions. All rows of "
            'a series must be in one partition: pass frame.shuffle("unique_id").'
        )


def _step(table):
    """Return the step between two times."""
    y, _ = to_panel(table)
    axis = TimeAxis.of_frame(y)
    if axis.week is not None:  # sessions, whose step each table shows
        return None
    return axis.step if axis.freq is None else axis.freq


def _to_learn_from(dask, parts, names, n_series):
    """Yield the tables to train on, one after another.

    The first one is a sample of all partitions, because it determines the categories and the
    scales of features. If all series are used, it has as many series as the largest partition,
    and those that are not in the sample follow, partition by partition.
    """
    n_sampled = max(map(len, names)) if n_series is None else n_series
    most = np.diff(np.arange(len(parts) + 1) * n_sampled // len(parts))
    chosen = [_spread(own, int(n)) for own, n in zip(names, most, strict=True)]
    if not sum(map(len, chosen)):  # the partitions to choose from are empty
        chosen = [own[:1] for own in names]
    rows_of = dask.delayed(_rows_of_series)
    sampled = [rows_of(part, own) for part, own in zip(parts, chosen, strict=True)]
    yield pd.concat([table for table in dask.compute(*sampled) if len(table)])
    if n_series is None:
        for part, own in zip(parts, chosen, strict=True):
            table = dask.compute(rows_of(part, own, others=True))[0]
            if len(table):
                yield table


def _spread(names, n):
    """Return up to `n` equally spaced names of series."""
    return names if len(names) <= n else names[np.arange(n) * len(names) // n]


def _rows_of_series(table, names, *, others=False):
    """Return the rows of some series, or of all others."""
    return table[table[ID].isin(names) != others]


def _meta(frame, alpha):
    """Return an empty table with the columns and types of the forecasts."""
    meta = frame._meta[[ID, TIME]].iloc[:0].reset_index(drop=True)
    names = [TARGET, *(column_name((TARGET, level)) for level in alpha)]
    return meta.assign(**{name: np.empty(0) for name in names})
