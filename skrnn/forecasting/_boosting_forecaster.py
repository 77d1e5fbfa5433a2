"""Defines the forecaster that uses gradient boosting, for long series and features."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import ThreadpoolController

from skrnn._sklearn_compat import validate_parameter_constraints
from skrnn._validation import Count

from ._feature_parameters import check_feature_parameters, features_in_fit
from ._features import (
    check_some_known,
    future_features,
    panel_with_features,
    rows_at,
)
from ._lagged_inputs import LaggedInputs
from ._season_removal import CYCLES
from ._series_rows import mean_of_known
from ._static_features import keep_static, set_static
from ._statistical import StatisticalForecaster

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from skrnn._typing import KnownFeatures

# Known forecasts to learn from. From so few, trees learn only their median.
_LEAST_ROWS = 4
_ROWS_PER_TREE = 4
# Losses of the models whose mean is the forecast.
_LOSSES = ("squared_error", "absolute_error")
# Forecasts to learn from. More of them take time in proportion, and add little.
_MOST_ROWS = 100_000
# Forecasts whose inputs are in memory at the same time.
_BLOCK = 2**16
# Rows of each series from which boosting adds to the other forecasters.
_LEAST_KNOWN = 1_000


class BoostingModel:
    """Boosts regression trees on forecasts of all steps of all series together.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities, the longest first.
    n_steps : int
        Steps ahead.
    known : ndarray of bool of shape (n_features,)
        The features that are known in advance.
    """

    _start = 0  # in pickles from before periods were counted from the first known row

    def __init__(self, periods, n_steps, known):
        self._all_periods, self._n_steps, self._known = periods, n_steps, known

    def fit(self, panel):
        """Let each model learn from one forecast of each known row."""
        n_known = panel.n_known(1)
        longest = n_known.max() // CYCLES
        self._periods = tuple(period for period in self._all_periods if period <= longest)
        self._center, self._scale = _units(panel)
        self._start = int(panel.begun(1).first[0])
        inputs, trees = self.run(panel), [_trees(*each) for each in enumerate(_LOSSES)]
        with _one_thread():
            self._models = [self._fitted(model, inputs, panel) for model in trees]
        return self

    def _fitted(self, model, inputs, panel):
        """Return fitted trees, or None if there is too little to learn from."""
        rows, series, ahead = self._examples(panel, model.random_state)
        ahead = inputs.from_known(rows, series, ahead)
        targets = inputs.values[rows] - inputs.level(rows, series, ahead)
        use = ~np.isnan(targets)
        if use.sum() < _LEAST_ROWS:
            return None
        n_trees = int(np.clip(use.sum() // _ROWS_PER_TREE, 1, model.max_iter))
        table = inputs.table(rows[use], series[use], ahead[use])
        # Trees cannot bin a column without a known value, and never split a constant one.
        table[:, np.isnan(table).all(axis=0)] = 0.0
        return model.set_params(max_iter=n_trees).fit(table, targets[use])

    def run(self, panel):
        """Return the inputs of forecasts of the rows of a panel."""
        panel, values = panel.begun(1), np.full(len(panel.values), np.nan)
        rows, series = panel.rows, panel.series
        values[rows] = (panel.values[rows, 0] - self._center[series]) / self._scale[series]
        return LaggedInputs(panel, values, self._known, self._periods, self._start)

    def forecast(self, panel, run, origins, ahead):
        """Return forecasts of rows of a panel.

        Parameters
        ----------
        panel : Panel
            The series, with the rows to forecast.
        run : LaggedInputs
            Result of `run` for this panel.
        origins : ndarray of int of shape (n_series, n_steps)
            Position in time of the last row that each forecast may use.
        ahead : ndarray of int of shape (n_series, n_steps)
            Steps ahead.

        Returns
        -------
        ndarray of shape (n_series, n_steps)
            NaN if nothing was learned, or no value up to the origin is known.
        """
        table = np.full(origins.shape, np.nan)
        if None in self._models:
            return table
        rows = panel.row_of(origins + ahead)
        use = (rows >= 0) & (panel.row_of(origins) >= 0)
        series = np.nonzero(use)[0]
        if len(series):
            steps = run.from_known(rows[use], series, ahead[use])
            level, change = run.level(rows[use], series, steps), np.empty(len(series))
            with _one_thread():
                for first in range(0, len(series), _BLOCK):
                    part = slice(first, first + _BLOCK)
                    inputs = run.table(rows[use][part], series[part], steps[part])
                    change[part] = np.mean([each.predict(inputs) for each in self._models], axis=0)
            table[use] = self._center[series] + self._scale[series] * (level + change)
        return table

    def _examples(self, panel, seed):
        """Return rows, their series and steps ahead, each from an origin in the series.

        Rows of padding, before the first known target of a series, are not drawn.
        """
        random = np.random.RandomState(seed)
        panel = panel.begun(1)
        rows, series = panel.rows, panel.series
        if len(rows) > _MOST_ROWS:
            chosen = np.sort(random.permutation(len(rows))[:_MOST_ROWS])
            rows, series = rows[chosen], series[chosen]
        ahead = random.randint(1, self._n_steps + 1, len(rows))
        use = rows - ahead >= panel.starts[series]
        return rows[use], series[use], ahead[use]


class PanelBoosting(StatisticalForecaster):
    """Gradient-boosted trees on recent values, earlier cycles and features of all series.

    The forecast is the mean of the forecasts of two models [1]_, each of which forecasts all steps
    of the horizon and all series. One minimises squared errors, the other absolute errors. They
    read the most recent values; the values one or more whole seasonal cycles before the step to
    forecast; the position within each cycle; and the features at that step, shortly before it and
    whole cycles before it, and their means over a cycle. The trees therefore learn how the effect
    of a feature depends on the time of day, even if this effect is not linear.

    This forecaster needs long series, with a thousand rows or more. Without features,
    :class:`PanelRidge` is usually more accurate.

    Parameters
    ----------
    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, for example (168, 24) for hourly rows. "auto" takes it from the
        frequency of the index. Only periodicities that occur at least three times are used.

    known_features : "all", None, str, int or array-like, default="all"
        Columns of `X` that are known in advance, as in :class:`RNNForecaster`. For the other
        columns, the value in the last row before the forecast is used.

    categorical_features : "from_dtype", None, str, int or array-like, default="from_dtype"
        Columns of `X` that are categorical, as in :class:`RNNForecaster`.

    static : "auto", None, str, int or array-like, default="auto"
        Columns of `X` that have a single value for each series, as in :class:`RNNForecaster`.

    max_categories : int, default=50
        Maximum number of categories to distinguish in each column, as in
        :class:`RNNForecaster`.

    calendar : "auto", str, list of str or None, default=None
        Features created from the dates of the index, as in :class:`RNNForecaster`.

    See Also
    --------
    PanelRidge : Linear model, fitted to each series separately.
    AutoRNNForecaster : Combines these forecasts with those of networks.

    Notes
    -----
    Values are relative to the mean over the longest seasonal cycle before the forecast, so
    forecasts follow a changing level. Each model has at most 100 trees. Each row is used for
    training once, as the target of a forecast made a random number of steps ahead. Each split
    considers a random 40% of the inputs. The seed of these random choices is fixed. Unknown values
    (NaN) of a series or a feature are allowed: the trees learn to which side of a split to send
    them. If the last values of a series are unknown, steps are counted from the last known one.
    The trees are grown in a single thread.

    This forecaster makes only point forecasts (:meth:`predict`). For intervals and quantiles, use
    it as a view: ``AutoRNNForecaster(views={"trees": PanelBoosting()})``.

    References
    ----------
    .. [1] Ke et al., "LightGBM: A highly efficient gradient boosting decision tree", NeurIPS,
       2017, as implemented by :class:`~sklearn.ensemble.HistGradientBoostingRegressor`.

    Examples
    --------
    A load that is higher on cold and on hot days:

    >>> import numpy as np
    >>> import pandas as pd
    >>> from skrnn.forecasting import PanelBoosting
    >>> hours = pd.period_range("2024-01-01", periods=500, freq="h")
    >>> temperature = 15 + 10 * np.random.default_rng(0).normal(size=500)
    >>> X = pd.DataFrame({"temperature": temperature}, hours)
    >>> y = pd.Series(np.abs(temperature - 15), hours)
    >>> forecaster = PanelBoosting(sp=1).fit(y[:-24], X=X[:-24], fh=range(1, 25))
    >>> error = (forecaster.predict(X=X[-24:]) - y[-24:]).abs().mean()
    >>> bool(error < 0.3 * y.std())
    True
    """

    _tags: ClassVar = {"capability:exogenous": True, "requires-fh-in-fit": True}

    def __init__(
        self,
        sp: int | Sequence[int] | Literal["auto"] = "auto",
        *,
        known_features: KnownFeatures = "all",
        categorical_features: KnownFeatures = "from_dtype",
        static: KnownFeatures = "auto",
        max_categories: int = 50,
        calendar: str | Sequence[str] | None = None,
    ) -> None:
        self.known_features = known_features
        self.categorical_features = categorical_features
        self.static = static
        self.max_categories = max_categories
        self.calendar = calendar
        super().__init__(sp)

    def _check_parameters(self, names=None):
        super()._check_parameters()
        given = {"max_categories": self.max_categories}
        validate_parameter_constraints({"max_categories": [Count(1)]}, given, type(self).__name__)
        check_feature_parameters(self, names)

    def _prepare(self, y, X):
        if X is not None:
            X = rows_at(X, y.index)
            check_some_known(np.where(X.isna(), np.nan, 0.0), list(X.columns))
        self._columns = features_in_fit(self, X, y)

    def _make_model(self):
        return BoostingModel(self._periods(), self._n_steps, self._columns.known)

    def _lay_out(self, y, X, *, later=False):
        return panel_with_features(self._columns, y, X, self._axis, 0, later=later)

    def _keep_constant(self, new):
        keep_static(self._columns, self._panel, new)

    def _with_coming(self, panel, last, steps, X):
        """Return a panel with the rows to forecast, whose features are known."""
        coming = np.arange(1, max(steps.max(), 0) + 1) + last[:, None]
        labels = self._labels(coming)
        X = self._columns.encoded_future(X)
        future = future_features(X, labels, steps, self._columns, panel.instances)
        set_static(self._columns, panel, future, X)
        unknown = np.full((*coming.shape, 1), np.nan)
        length = int((last + 1 - panel.first).max())
        return panel.tail(length, last + 1, np.concatenate([unknown, future], axis=2))

    def _forecasts_after(self, y, X, ends, n_steps):
        whole, tables = self._lay_out(y, X), []
        self._keep_constant(whole)
        steps = np.tile(np.arange(1, n_steps + 1), (whole.n_series, 1))
        for lengths in ends:
            panel = whole.shortened(lengths)
            coming = self._with_coming(panel, panel.last, steps, X)
            values = self._forecasts(coming, self._model.run(coming), panel.last, steps)
            tables.append(values[..., None])
        return tables


def enough_for_boosting(n_known):
    """Return whether most series are long enough for boosting to add to other forecasters.

    Parameters
    ----------
    n_known : ndarray of int of shape (n_series,)
        Known values of each series.

    Returns
    -------
    bool
    """
    return bool(np.median(n_known) >= _LEAST_KNOWN)


@cache
def _thread_pools():
    return ThreadpoolController()


def _one_thread():
    """Let only this thread grow trees.

    The threads of OpenMP wait for each other after every split. On a busy machine, the trees of a
    thousand rows then take forty times as long. The limit applies to the current thread.
    """
    return _thread_pools().limit(limits=1, user_api="openmp")


def _trees(seed, loss):
    return HistGradientBoostingRegressor(
        loss, max_iter=100, max_features=0.4, early_stopping=False, random_state=seed
    )


def _units(panel):
    """Return the mean and the standard deviation of the known values of each series."""
    values, series = panel.values[panel.rows, 0], panel.series
    mean = mean_of_known(values, series, panel.n_series)
    variance = mean_of_known((values - mean[series]) ** 2, series, panel.n_series)
    return np.nan_to_num(mean), np.where(variance > 0, np.sqrt(variance), 1.0)
