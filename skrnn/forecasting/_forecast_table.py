"""Forecasts the series of a long table with a forecaster that was trained on others."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from numbers import Real
from typing import TYPE_CHECKING

import pandas as pd
from sktime.forecasting.base import BaseForecaster

from skrnn._byte_order import in_native_order
from skrnn.windows._time_axis import TimeAxis

from ._long_form import is_long, only_features
from ._long_frames import ID, TARGET, TIME, from_panel, to_panel
from ._long_rows import with_visible_step
from ._takes_long_tables import TakesLongTables

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
    """Forecast the series of a long table with a forecaster that was trained on other series.

    No network is trained, so this is fast and does not need TensorFlow. Apart from rounding, the
    forecasts do not depend on how the series are split into tables. The function is designed for
    the workers of Spark, Ray or another cluster. On the workers of dask, it is called by
    :func:`forecast_partitions`.

    Parameters
    ----------
    forecaster : forecaster
        A forecaster on which `pretrain` has been called. It is not changed. The exceptions are
        forecasters that cannot be pretrained because they learn from one series at a time, such as
        :class:`PanelTheta`: these are passed untrained and are fitted to the table.

    table : DataFrame
        A long table with the columns "unique_id", "ds" and "y". Other columns are features.

    fh : int, list, ndarray or Index
        The horizon, as in `predict`.

    X : DataFrame, default=None
        Features that are known in advance, for the steps of the horizon, as a long table. Rows of
        other series are ignored.

    alpha : float or sequence of float, default=()
        Additional quantiles to forecast, between 0 and 1.

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
    forecast_partitions : Forecasts a dask dataframe.

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
    check_forecaster(forecaster)
    check_trained(forecaster)
    levels = levels_of(alpha)
    if X is not None:
        check_features_table(X, pd.DataFrame, "a pandas DataFrame")
    if not is_long(table, TARGET):
        raise ValueError(
            f"table must be a long table with the columns {ID!r}, {TIME!r} and {TARGET!r}. Got a "
            f"{type(table).__name__} with the columns {list(getattr(table, 'columns', ()))}."
        )
    table, X = in_native_order(table), in_native_order(X)
    y, features = to_panel(table, freq=freq)
    own = isinstance(forecaster, TakesLongTables)
    if own and freq is not None and forecaster.get_tag("capability:missing_values", False):
        y, features = with_visible_step(y, features, freq)
    if X is not None:
        X = only_features(X[X[ID].isin(table[ID])], TimeAxis.of_frame(y))
    fitted = deepcopy(forecaster).fit(y, features, fh)
    forecasts = from_panel(fitted.predict(X=X))
    if levels:
        quantiles = from_panel(fitted.predict_quantiles(X=X, alpha=levels))
        forecasts = forecasts.join(quantiles.drop(columns=[ID, TIME]))
    return forecasts


def check_is(value, name, kind, described):
    """Check the type of an argument.

    Parameters
    ----------
    value : object
        The argument.
    name : str
        Its name.
    kind : type
        The type.
    described : str
        Description of the type.

    Raises
    ------
    TypeError
        If the argument has a different type.
    """
    if not isinstance(value, kind):
        got = f"the class {value.__name__}" if isinstance(value, type) else type(value).__name__
        raise TypeError(f"{name} must be {described}. Got {got}.")


def check_features_table(X, kind, described):
    """Check the type and the columns of a long table of features.

    Parameters
    ----------
    X : object
        The table.
    kind : type
        Its type.
    described : str
        Description of the type.

    Raises
    ------
    TypeError
        If it has a different type.
    ValueError
        If columns are missing.
    """
    check_is(X, "X", kind, described)
    if not {ID, TIME} <= set(X.columns):
        raise ValueError(
            f"X must have the columns {ID!r} and {TIME!r}, and a column for each feature. Got "
            f"{list(X.columns)}."
        )


def check_forecaster(forecaster):
    """Check that this is a forecaster whose networks can forecast other series.

    Parameters
    ----------
    forecaster : object
        The forecaster.

    Raises
    ------
    ValueError
        If it calibrates its quantiles.
    """
    check_is(forecaster, "forecaster", BaseForecaster, "an sktime forecaster (an instance)")
    if getattr(forecaster, "calibrate", False):
        raise ValueError(
            "calibrate=True compares networks with rows that they were not trained on, so each "
            "table would train its own networks. Set calibrate=False and call pretrain."
        )


def learns_from_others(forecaster):
    """Return whether a forecaster can be pretrained.

    Parameters
    ----------
    forecaster : forecaster
        The forecaster.

    Returns
    -------
    bool
    """
    return bool(forecaster.get_tag("capability:pretrain", False, raise_error=False))


def check_trained(forecaster):
    """Check that fit would not train networks: each table would get its own.

    Parameters
    ----------
    forecaster : forecaster
        The forecaster.

    Raises
    ------
    ValueError
        If it was not pretrained, although it can be.
    """
    if learns_from_others(forecaster) and not forecaster.get_pretrained_params(deep=False):
        what = "was fitted, but not pretrained" if forecaster.is_fitted else "was not pretrained"
        raise ValueError(
            f"forecaster must be pretrained. This {type(forecaster).__name__} {what}, so it would "
            "be trained again on each table. Call forecaster.pretrain(y, fh=fh) first, on a panel "
            "or long table of some series."
        )


def levels_of(alpha):
    """Return the quantiles as a list.

    Parameters
    ----------
    alpha : float or sequence of float
        The quantiles.

    Returns
    -------
    list of float

    Raises
    ------
    ValueError
        If one is not between 0 and 1.
    """
    levels = [alpha] if isinstance(alpha, Real) else alpha
    levels = list(levels) if isinstance(levels, Iterable) else [None]
    for level in levels:
        if not isinstance(level, Real) or isinstance(level, bool) or not 0 < level < 1:
            raise ValueError(
                "alpha must be a number between 0 and 1, or a list of such numbers. "
                f"Got {alpha!r}."
            )
    return [float(level) for level in levels]
