"""Forecasts long tables in parts, on one machine or on many."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sktime.forecasting.base import BaseForecaster

from skrnn._sklearn_compat import validate_parameter_constraints
from skrnn._validation import Count
from skrnn.windows._time_axis import TimeAxis, check_times

from ._long_form import TakesLongTables, is_long, only_features
from ._long_frames import ID, TARGET, TIME, from_panel, to_panel
from ._long_rows import with_visible_step

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from skrnn._typing import Horizon


def forecast_table(
    forecaster: Any,
    table: pd.DataFrame,
    fh: Horizon,
    *,
    X: pd.DataFrame | None = None,
    alpha: float | Sequence[float] = (),
    freq: Any = None,
) -> pd.DataFrame:
    """Forecast the series of a long table with a forecaster that was trained on others.

    No network is trained, so this is fast, needs no TensorFlow, and returns the same forecasts,
    apart from rounding, however the series are split into tables. It is a function for the workers
    of Spark, Ray or another cluster. :func:`forecast_partitions` calls it on the workers of dask.

    Parameters
    ----------
    forecaster : forecaster
        A forecaster after `pretrain`, which is not changed. Only a forecaster that cannot be
        pretrained, because it learns from one series at a time, such as :class:`PanelTheta`, is
        passed untrained: it is fitted to the table.

    table : DataFrame
        A long table with the columns "unique_id", "ds" and "y". Other columns are features.

    fh : int, list, ndarray or Index
        The horizon, as in `predict`.

    X : DataFrame, default=None
        Features that are known in advance, of the steps of the horizon, as a long table. Rows of
        other series are ignored.

    alpha : float or sequence of float, default=()
        Quantiles to forecast in addition, between 0 and 1.

    freq : str, DateOffset or int, default=None
        Step between two times, as in :func:`to_panel`. None means that it is inferred from the
        table, which may be impossible if the table has few rows.

    Returns
    -------
    forecasts : DataFrame
        A long table with the columns "unique_id", "ds" and "y", and a column such as "y-q-10" for
        each quantile.

    Raises
    ------
    ValueError
        If `table` is not a long table, `forecaster` was not pretrained, `alpha` is not between 0
        and 1, or a series cannot be forecast.
    TypeError
        If `forecaster` is not an sktime forecaster, or `X` is not a pandas DataFrame.

    See Also
    --------
    forecast_partitions : Forecasts of a dask dataframe.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from skrnn.forecasting import RNNForecaster, forecast_table
    >>> months = pd.date_range("2020-01-01", periods=36, freq="MS")
    >>> sales = pd.DataFrame(
    ...     {
    ...         "unique_id": np.repeat(["a", "b"], 36),
    ...         "ds": np.tile(months, 2),
    ...         "y": np.random.RandomState(0).rand(72),
    ...     }
    ... )
    >>> forecaster = RNNForecaster(epochs=2, random_state=0).pretrain(sales, fh=[1, 2])
    >>> forecasts = forecast_table(forecaster, sales[sales["unique_id"] == "b"], [1, 2])
    >>> forecasts[["unique_id", "ds"]]
      unique_id         ds
    0         b 2023-01-01
    1         b 2023-02-01
    >>> bool(forecasts["y"].between(0, 1).all())
    True
    """
    _check_forecaster(forecaster)
    _check_trained(forecaster)
    levels = _levels(alpha)
    if X is not None:
        _check_X(X, pd.DataFrame, "a pandas DataFrame")
    if not is_long(table, TARGET):
        raise ValueError(
            f"table must be a long table with the columns {ID!r}, {TIME!r} and {TARGET!r}. Got a "
            f"{type(table).__name__} with the columns {list(getattr(table, 'columns', ()))}."
        )
    y, features = to_panel(table, freq=freq)
    own = isinstance(forecaster, TakesLongTables)
    if own and freq is not None and forecaster.get_tag("capability:missing_values", False):
        y, features = with_visible_step(y, features, freq)
    if X is not None:
        X = only_features(X[X[ID].isin(table[ID])], TimeAxis.of(check_times(y, "y")))
    fitted = deepcopy(forecaster).fit(y, features, fh)
    forecasts = from_panel(fitted.predict(X=X))
    if levels:
        quantiles = from_panel(fitted.predict_quantiles(X=X, alpha=levels))
        forecasts = forecasts.join(quantiles.drop(columns=[ID, TIME]))
    return forecasts


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

    A forecaster that is not trained yet is trained in this process: on a sample of series, spread
    evenly over the partitions, or on all series, partition by partition. Then each worker gets the
    trained forecaster once, and forecasts its partitions without training. Workers do not load
    TensorFlow, and a worker that dies loses nothing: another worker forecasts its partitions, with
    bit-identical results.

    Parameters
    ----------
    forecaster : forecaster
        The forecaster. It is not changed. After `pretrain` it is used as it is. One that was
        fitted without `pretrain` is refused, and so is ``calibrate=True``, as in `pretrain`. A
        forecaster that cannot be pretrained, because it learns from one series at a time, such as
        :class:`PanelTheta`, is fitted to each partition.

    frame : dask.dataframe.DataFrame
        A long table with the columns "unique_id", "ds" and "y". Other columns are features. All
        rows of a series must be in one partition: otherwise call ``frame.shuffle("unique_id")``
        first.

    fh : int, list, ndarray or Index
        The horizon, as in `predict`.

    X : dask.dataframe.DataFrame, default=None
        Features that are known in advance, of the steps of the horizon. Its partitions must
        consist of the same series as the partitions of `frame`.

    alpha : float or sequence of float, default=()
        Quantiles to forecast in addition, between 0 and 1.

    freq : str, DateOffset or int, default=None
        Step between two times, as in :func:`to_panel`. None means that it is inferred from the
        partition with the most series.

    n_series : int or None, default=10000
        Number of series to train on. None means all of them: each partition is loaded in turn, and
        training continues from the partition before. The categories of categorical features are
        then those of the first partition that is not empty. Others count as unknown.

    Returns
    -------
    forecasts : dask.dataframe.DataFrame
        A long table, which is not computed yet. It has a partition for each partition of `frame`.

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
    forecast_table : Forecasts one table, as on the workers of another cluster.

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
    _check_forecaster(forecaster)
    _check_is(frame, "frame", dd.DataFrame, DASK)
    if X is not None:
        _check_X(X, dd.DataFrame, DASK)
    levels = _levels(alpha)
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
    forecaster = _trained(dask, forecaster, parts, n_series, fh, freq)
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


DASK = "a dask DataFrame, such as dask.dataframe.from_pandas returns"


def _check_is(value, name, kind, described):
    if not isinstance(value, kind):
        got = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
        raise TypeError(f"{name} must be {described}. Got {got}.")


def _check_X(X, kind, described):
    _check_is(X, "X", kind, described)
    if not {ID, TIME} <= set(X.columns):
        raise ValueError(
            f"X must have the columns {ID!r} and {TIME!r}, and a column for each feature. Got "
            f"{list(X.columns)}."
        )


def _check_forecaster(forecaster):
    """Check that this is a forecaster whose networks can forecast other series."""
    _check_is(forecaster, "forecaster", BaseForecaster, "an sktime forecaster (an instance)")
    if getattr(forecaster, "calibrate", False):
        raise ValueError(
            "calibrate=True compares networks with rows that they were not trained on, so each "
            "table would train its own networks. Set calibrate=False and call pretrain."
        )


def _learns_from_others(forecaster):
    return bool(forecaster.get_tag("capability:pretrain", False, raise_error=False))


def _check_trained(forecaster):
    """Check that fit would not train networks: each table would get its own."""
    if _learns_from_others(forecaster) and not forecaster.get_pretrained_params(deep=False):
        what = "was fitted, but not pretrained" if forecaster.is_fitted else "was not pretrained"
        raise ValueError(
            f"forecaster must be pretrained. This {type(forecaster).__name__} {what}, so it would "
            "be trained again on each table. Call forecaster.pretrain(y, fh=fh) first, on a panel "
            "or long table of some series."
        )


def _trained(dask, forecaster, parts, n_series, fh, freq):
    """Return a forecaster that is pretrained, if it can be."""
    if _learns_from_others(forecaster) and forecaster.state == "new":
        forecaster = deepcopy(forecaster)
        for some in _to_learn_from(dask, parts, n_series):
            y, features = to_panel(some, freq=freq)
            forecaster.pretrain(y, features, fh)
    else:
        _check_trained(forecaster)
    return forecaster


def _levels(alpha):
    """Return the quantiles as a list."""
    levels = [alpha] if isinstance(alpha, Real) else alpha
    levels = list(levels) if isinstance(levels, Iterable) else [None]
    for level in levels:
        if not isinstance(level, Real) or isinstance(level, bool) or not 0 < level < 1:
            raise ValueError(
                "alpha must be a number between 0 and 1, or a list of such numbers. "
                f"Got {alpha!r}."
            )
    return [float(level) for level in levels]


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
            f"frame must have the columns {ID!r}, {TIME!r} and {TARGET!r}. Rename those that hold "
            "the names of the series, the times and the values. Got "
            f"{list(getattr(frame, 'columns', ()))}."
        )


def _names(table):
    return table[ID].unique()


def _check_whole_series(names):
    """Check that no series is in several partitions: each would forecast a part of it."""
    every = pd.Series(np.concatenate([np.asarray(part, object) for part in names]))
    twice = every[every.duplicated()]
    if len(twice):
        raise ValueError(
            f"The rows of the series {twice.iloc[0]!r} are in several partitions. All rows of a "
            'series must be in one partition: pass frame.shuffle("unique_id").'
        )


def _step(table):
    """Return the step between two times."""
    y, _ = to_panel(table)
    axis = TimeAxis.of(check_times(y, "y"))
    if axis.week is not None:  # sessions, whose step each table shows
        return None
    return axis.step if axis.freq is None else axis.freq


def _to_learn_from(dask, parts, n_series):
    """Yield the tables to train on, one after another."""
    if n_series is None:
        for part in parts:
            table = dask.compute(part)[0]
            if len(table):
                yield table
        return
    most = np.diff(np.arange(len(parts) + 1) * n_series // len(parts))
    some = dask.delayed(_some_series)
    yield pd.concat(
        dask.compute(*[some(part, int(n)) for part, n in zip(parts, most, strict=True)])
    )


def _some_series(table, n):
    """Return the rows of up to `n` equally spaced series of a partition."""
    names = table[ID].unique()
    if len(names) <= n:
        return table
    chosen = names[np.arange(n) * len(names) // n]
    return table[table[ID].isin(chosen)]


def _meta(frame, alpha):
    """Return an empty table with the columns and types of the forecasts."""
    meta = frame._meta[[ID, TIME]].iloc[:0].reset_index(drop=True)
    names = [TARGET, *(f"{TARGET}-q-{round(100 * level, 10):g}" for level in alpha)]
    return meta.assign(**{name: np.empty(0) for name in names})
