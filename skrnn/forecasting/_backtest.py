"""Backtests forecasters: forecasts from several rows of the past, and their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sktime.forecasting.base import BaseForecaster, ForecastingHorizon

from skrnn._byte_order import in_native_order
from skrnn._sklearn_compat import StrOptions, validate_parameter_constraints
from skrnn._validation import JOBS, Count
from skrnn._warnings import warn_user
from skrnn.training._progress import epoch_progress

from ._accuracy import summarise
from ._backtest_quantiles import AskedQuantiles
from ._changed_choices import warn_of_changed_choices
from ._data_advice import check_data
from ._leaking_features import warn_of_leaking_features
from ._limited_forecasts import collected_warnings, warn_of_collected
from ._long_form import is_long, only_features, taken_apart
from ._long_frames import TARGET
from ._members import with_step_of
from ._origins import Origins, change_before, naive_forecasts
from ._seasonal_periods import seasonal_periods
from ._series_names import name_some, some_series

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal

    from skrnn._typing import Horizon, Series

_CONSTRAINTS = {
    "n_origins": [Count(1)],
    "step": [Count(1), None],
    "refit": ["boolean"],
    "sp": [StrOptions({"auto"}), Count(1)],
    "n_jobs": JOBS,
    "verbose": ["verbose"],
}
_GROUPS = ("series", "origin", "cutoff", "step", "time")


def backtest(
    forecaster: Any,
    y: Series,
    X: Series = None,
    *,
    fh: Horizon,
    n_origins: int = 4,
    step: int | None = None,
    refit: bool = False,
    sp: int | Literal["auto"] = "auto",
    coverage: float | Sequence[float] | None = 0.8,
    alpha: float | Sequence[float] | None = None,
    n_jobs: int | None = None,
    verbose: int = 0,
) -> Backtest:
    """Forecast from several past origins and compare the errors with those of naive forecasts.

    With a horizon of 12 steps, the last 12 known rows of a series follow the latest origin. Each
    earlier origin is `step` rows before the next. Origins are counted back from the last known
    value of each series, so the series of a panel may begin and end at different times.

    Parameters
    ----------
    forecaster : sktime forecaster
        The forecaster, which is cloned and therefore does not change.

    y : series, panel or long table
        The series, with one target. A long table has the columns "unique_id", "ds" and "y".

    X : series, panel or long table, default=None
        Features, with a row for every row of `y`. The forecaster receives those of the horizon,
        but none beyond it.

    fh : int, list or ForecastingHorizon
        The steps to forecast, at least 1.

    n_origins : int, default=4
        Number of origins.

    step : int, default=None
        Number of rows between consecutive origins. None means the longest step of `fh`. If the
        index has a time zone, whole days are counted by the local clock, so that all origins are
        at the same time of day.

    refit : bool, default=False
        If False, the forecaster is fitted once, before the first origin. At later origins, the new
        rows are added with ``update(..., update_params=False)``. Many forecasters from other
        packages then keep their fitted state, and only shift the time from which they forecast. If
        True, a new clone is fitted at each origin.

    sp : int or "auto", default="auto"
        Seasonal periodicity of the seasonal naive forecast and of MASE and RMSSE. "auto" means the
        shortest seasonal periodicity for the frequency of the index, such as one day for hourly
        rows. If the values depend on the weekday, pass the number of rows in a week.

    coverage : float, list of float or None, default=0.8
        Coverages of the intervals, between 0 and 1, if the forecaster can forecast intervals. None
        means no intervals.

    alpha : float, list of float or None, default=None
        Quantiles to forecast, between 0 and 1. For example, if running one item short costs three
        times as much as having one left over, the best order quantity is the 3 / (3 + 1) = 0.75
        quantile, and its pinball loss is proportional to the cost. A forecaster of a single
        quantile can forecast this one.

    n_jobs : int, default=None
        Number of origins at which clones are fitted at the same time, in threads unless set
        otherwise by ``joblib.parallel_config``. Used only if ``refit=True``. -1 means as many as
        there are processors.

    verbose : int, default=0
        If 1, show the number of the origin, the error and the remaining time.

    Returns
    -------
    result : Backtest
        The forecasts and their errors.

    Raises
    ------
    ValueError
        If a parameter is invalid, no series is long enough, `X` does not have enough rows, or
        `forecaster` cannot forecast the quantiles of `alpha`.
    TypeError
        If `forecaster` is not an sktime forecaster, or `y` is not in an sktime format.

    Warns
    -----
    SkrnnWarning
        If series are too short to be evaluated, or if a feature that is known in advance contains
        `y`, which it cannot.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import RNNForecaster, backtest
    >>> result = backtest(RNNForecaster(random_state=0), load_airline(), fh=range(1, 13))
    >>> result.forecasts[["origin", "cutoff", "step", "time", "y"]].head(2)
       origin   cutoff  step     time      y
    0       1  1956-12     1  1957-01  315.0
    1       1  1956-12     2  1957-02  301.0
    >>> result.summary()["MASE"].round(0)
    model
    forecast          1.0
    naive             2.0
    seasonal naive    1.0
    Name: MASE, dtype: float64

    Two intervals, and a quantile that serves as the order quantity:

    >>> forecaster = RNNForecaster(loss="normal", epochs=1, n_networks=1, random_state=0)
    >>> result = backtest(
    ...     forecaster, load_airline(), fh=[1, 2, 3], coverage=[0.8, 0.95], alpha=0.75
    ... )
    >>> result.forecasts.columns[9:14].tolist()
    ['lower_0.8', 'upper_0.8', 'lower_0.95', 'upper_0.95', 'quantile_0.75']
    >>> result.summary().columns.tolist()[4:]
    ['coverage_0.8', 'coverage_0.95', 'pinball', 'pinball_0.75', 'n']
    """
    steps = _steps_of(fh)
    parameters = {
        "n_origins": n_origins,
        "step": step,
        "refit": refit,
        "sp": sp,
        "n_jobs": n_jobs,
        "verbose": verbose,
    }
    validate_parameter_constraints(_CONSTRAINTS, parameters, "backtest")
    asked = AskedQuantiles.of(coverage, alpha)
    if not isinstance(forecaster, BaseForecaster):
        raise TypeError(
            f"forecaster must be an sktime forecaster. Got {type(forecaster).__name__}."
        )
    y, X = _checked(in_native_order(y), in_native_order(X))
    origins = Origins.of(y, X, steps, n_origins, int(steps[-1]) if step is None else step)
    if sp == "auto":
        sp = (seasonal_periods(origins.axis) or (1,))[-1]
    else:
        _warn_of_long_season(origins, sp)
    warn_of_leaking_features(forecaster, origins)
    asked = asked.can_be_forecast_by(forecaster)
    run = _Run(forecaster, origins, sp, asked)
    with epoch_progress(n_origins, verbose=verbose, unit="origin") as progress:
        tables, collected = [], []
        for table, found in run.refitted(n_jobs) if refit else run.updated():
            tables.append(table)
            collected.append(found)
            progress.show({"error": float((table["forecast"] - table["y"]).abs().mean())})
    warn_of_collected(collected, n_origins)
    warn_of_changed_choices(forecaster, origins, range(n_origins if refit else 1))
    forecasts = pd.concat(tables, ignore_index=True)
    return Backtest(forecasts, y, int(sp), asked.coverage, asked.alpha)


@dataclass(frozen=True, repr=False)
class Backtest:
    """Forecasts from several origins in the past, as returned by :func:`backtest`.

    Parameters
    ----------
    forecasts : DataFrame
        A row for each series, origin and step, with the columns "series", "origin" (1 is the
        earliest), "cutoff" (the last row before the forecast), "step", "time", "y", "forecast",
        "naive", "seasonal_naive", and "lower" and "upper" if there are intervals. If a list of
        coverages was passed, these are "lower_0.8", "upper_0.8", "lower_0.95" and so on. Quantiles
        are in columns such as "quantile_0.75". "scale" and "root_scale" are the divisors of MASE
        and RMSSE. They are NaN if the series does not change before the origin.

    y : Series or DataFrame
        The series.

    sp : int
        Seasonal periodicity of the seasonal naive forecast.

    coverage : float or tuple of float, default=None
        Coverages of the intervals. None means no intervals.

    alpha : tuple of float, default=()
        The quantiles.

    See Also
    --------
    backtest : Returns a `Backtest`.
    skrnn.plotting.BacktestDisplay : Plots a `Backtest`.

    Examples
    --------
    >>> from sktime.datasets import load_airline
    >>> from skrnn.forecasting import RNNForecaster, backtest
    >>> forecaster = RNNForecaster(epochs=1, n_networks=1, random_state=0)
    >>> result = backtest(forecaster, load_airline(), fh=[1, 2, 3], n_origins=2)
    >>> result
    Backtest(1 series, 2 origins, 3 steps: MASE ..., naive 2.24, seasonal naive 1.45)
    >>> result.summary(by="step")["MAE"].unstack()[["naive", "seasonal naive"]]
    model  naive  seasonal naive
    step
    1       67.0            64.0
    2       94.5            37.5
    3       51.5            36.0
    """

    forecasts: pd.DataFrame
    y: Any
    sp: int
    coverage: float | tuple[float, ...] | None = None
    alpha: tuple[float, ...] = ()

    def summary(self, by: str | Sequence[str] | None = None) -> pd.DataFrame:
        """Return the errors of the forecasts and of the naive forecasts.

        Parameters
        ----------
        by : {"series", "origin", "cutoff", "step", "time"} or list of these, default=None
            Groups to summarise separately. None means all forecasts together.

        Returns
        -------
        summary : DataFrame
            A row for each group and model. "MAE", "bias" (forecast minus true value), "coverage"
            (share of true values inside the interval) and "pinball" (mean pinball loss of both
            ends of the interval) are means over forecasts. If a list of coverages was passed, the
            columns are "coverage_0.8", "coverage_0.95" and so on, and "pinball" is the mean over
            the ends of all intervals. "pinball_0.75" is the mean pinball loss of the 0.75
            quantile, and so on for each of `alpha`. The naive forecasts have neither intervals nor
            quantiles. "MASE" and "RMSSE" are computed for each series and origin, and then
            averaged. "n" is the number of forecasts whose true value is known; only these are
            used, for all models.

        Raises
        ------
        ValueError
            If `by` is invalid, or contains a name twice.
        """
        by = [] if by is None else [by] if isinstance(by, str) else list(by)
        if not set(by) <= set(_GROUPS):
            raise ValueError(f"by must be one or several of {list(_GROUPS)}, or None. Got {by}.")
        if len(set(by)) < len(by):
            raise ValueError(f"by must not contain a name more than once. Got {by}.")
        return summarise(self.forecasts, by, AskedQuantiles(self.coverage, self.alpha))

    def __repr__(self) -> str:
        table = self.forecasts
        counts = [f"{table[name].nunique()} {name}" for name in ("series", "origin", "step")]
        counts = [c if c.startswith("1 ") or c.endswith("series") else f"{c}s" for c in counts]
        errors = self.summary()["MASE"].map("{:.2f}".format)
        others = ", ".join(f"{name} {error}" for name, error in errors[1:].items())
        return f"{type(self).__name__}({', '.join(counts)}: MASE {errors.iloc[0]}, {others})"


def _steps_of(fh):
    """Return the steps of a horizon in increasing order."""
    try:
        horizon = fh if isinstance(fh, ForecastingHorizon) else ForecastingHorizon(fh)
        steps = horizon.to_pandas() if horizon.is_relative else None
    except (TypeError, ValueError):
        steps = None
    whole = steps is not None and pd.api.types.is_integer_dtype(steps.dtype)
    if not whole or not len(steps) or steps.min() < 1:
        raise ValueError(
            "fh must contain numbers of steps ahead, integers of at least 1, such as "
            "range(1, 13). Got "
            f"{fh!r}."
        )
    return np.unique(steps.to_numpy(np.int64))


def _checked(y, X):
    """Return the series and the features as pandas objects."""
    if is_long(y, TARGET):
        y, X, _ = taken_apart(y, X)
    X = only_features(X)
    check_data(y=y, X=X)
    if not isinstance(y, pd.Series | pd.DataFrame):
        raise TypeError(
            f"y must be a pandas Series or DataFrame, or a long table. Got {type(y).__name__}."
        )
    if isinstance(y, pd.DataFrame) and y.shape[1] != 1:
        raise ValueError(
            f"y must have one column, got {y.shape[1]}. If the columns are separate series, "
            "convert the frame: y, _ = to_panel(y, id=None, time=None, target=None), with "
            "to_panel from skrnn.forecasting."
        )
    if isinstance(y, pd.Series) and isinstance(y.index, pd.MultiIndex):
        y = y.to_frame(TARGET if y.name is None else y.name)
    return y, X


@dataclass(frozen=True)
class _Run:
    """The fits and forecasts of a backtest at its origins."""

    forecaster: Any
    origins: Origins
    sp: int
    asked: AskedQuantiles

    def updated(self):
        """Yield the forecasts of one forecaster, updated with the rows between the origins."""
        origins = self.origins
        series = origins.taking_part(0)
        _warn_of_short_series(origins, series, "the first origin, where the forecaster is fitted")
        forecaster = self._fitted(0, series)
        for origin in range(len(origins.cuts)):
            if origin:
                y, X = origins.between(origin, series)
                y = with_step_of(forecaster, y)
                forecaster.update(y, X=X, update_params=False)
            yield self._forecasts(forecaster, origin, series)

    def refitted(self, n_jobs):
        """Return the forecasts of a new forecaster at each origin."""
        taking_part = [self.origins.taking_part(i) for i in range(len(self.origins.cuts))]
        _warn_of_short_series(self.origins, np.any(taking_part, axis=0), "every origin")
        parallel = Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")
        return parallel(
            delayed(self._fit_and_forecast)(i, series) for i, series in enumerate(taking_part)
        )

    def _fit_and_forecast(self, origin, series):
        return self._forecasts(self._fitted(origin, series), origin, series)

    def _fitted(self, origin, series):
        y, X = self.origins.past(origin, series)
        return self.forecaster.clone().fit(y, X=X, fh=self.origins.steps)

    def _forecasts(self, forecaster, origin, series):
        """Return the table of the forecasts from an origin, and what they would warn about.

        Another process may make them, so nothing can be stored here.
        """
        with collected_warnings() as found:
            table = self._table(forecaster, origin, series)
        return table, found

    def _table(self, forecaster, origin, series):
        origins = self.origins
        X, rows = origins.future(origin, series), origins.rows_ahead(origin, series)
        labels = origins.y.index[rows.ravel()]
        ends = origins.y.index[origins.cuts[origin][series] - 1]
        n_steps = rows.shape[1]
        table = {
            "series": _names(ends, origins.y).repeat(n_steps),
            "origin": origin + 1,
            "cutoff": ends.get_level_values(-1).repeat(n_steps),
            "step": np.tile(origins.steps, len(rows)),
            "time": labels.get_level_values(-1),
            "y": origins.values[rows].ravel(),
        }
        point = forecaster.predict(fh=origins.steps, X=X)
        table["forecast"] = _at(point, labels)[:, 0]
        naive, seasonal = naive_forecasts(origins, origin, series, self.sp)
        table |= {"naive": naive.ravel(), "seasonal_naive": seasonal.ravel()}
        for names, columns in self.asked.columns_of(forecaster, origins.steps, X):
            table |= dict(zip(names, _at(columns, labels).T, strict=True))
        for name, power in (("scale", 1), ("root_scale", 2)):
            scale = change_before(origins, origin, series, self.sp, power)
            table[name] = scale.repeat(n_steps)
        return pd.DataFrame(table)


def _names(ends, y):
    """Return the names of series, given the index of their rows before an origin."""
    if isinstance(ends, pd.MultiIndex):
        names = ends.droplevel(-1)
        return names.to_flat_index() if isinstance(names, pd.MultiIndex) else names
    name = y.name if isinstance(y, pd.Series) else y.columns[0]
    return pd.Index([TARGET if name is None else name], dtype=object)


def _at(forecasts, labels):
    """Return forecasts at labels, ``(n_labels, n_columns)``."""
    places = forecasts.index.get_indexer(labels)
    if (places < 0).any():
        raise ValueError(
            f"The forecaster returned no forecast for {labels[int(np.argmax(places < 0))]}. If "
            "series end at different times, a forecaster must forecast each of them from its own "
            "end."
        )
    return np.asarray(forecasts, dtype=np.float64).reshape(len(forecasts), -1)[places]


def _warn_of_long_season(origins, sp):
    """Warn if no series has a value of a season ago at the first origin."""
    longest = int((origins.cuts[0] - origins.first).max())
    if sp > max(longest, 1):
        warn_user(
            f"sp={sp}, but no series has more than {longest} rows up to the first origin. Before "
            "a whole season is known, the seasonal naive forecast equals the naive forecast. "
            "Pass a smaller sp, or fewer origins."
        )


def _warn_of_short_series(origins, series, where):
    if not series.all():
        n_short = int((~series).sum())
        has = some_series(n_short, len(series), "has", "have")
        warn_user(
            f"{has} no known value before {where}, and {'is' if n_short == 1 else 'are'} left "
            f"out: {name_some(origins.instances[~series])}. With refit=True, fewer origins or a "
            "smaller step, shorter series can be included."
        )
