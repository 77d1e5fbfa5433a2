"""Defines RNNForecaster, recurrent networks as an sktime forecaster."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from skrnn.losses._many_zeros import warn_of_many_zeros
from skrnn.losses._named_losses import with_new_losses
from skrnn.windows._time_axis import TimeAxis, check_times

from ._continued_fits import ContinuedFits, learn_fresh_rows
from ._data_advice import warn_of_partly_known_rows, warn_of_unknown_times
from ._feature_parameters import features_in_fit
from ._features import check_some_known, panel_with_features, rows_at
from ._forecaster_parameters import (
    build_networks,
    check_parameters,
    forecasts_distributions,
    forecasts_quantiles,
    is_auto,
    loss_of,
)
from ._forecaster_plan import ForecasterPlan
from ._horizon import steps_in_fit
from ._long_form import features_of
from ._network_intervals import NetworkIntervals
from ._network_training import train_networks
from ._outliers import warn_of_outliers
from ._pretraining import Pretraining
from ._quantile_calibration import calibrate
from ._series_frames import series_lengths
from ._static_features import keep_static

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal, Self

    from skrnn._regressor import RNNRegressor
    from skrnn._typing import (
        CellName,
        EngineName,
        Horizon,
        KnownFeatures,
        LearningRate,
        LossName,
        Missing,
        NDArray,
        Optimizer,
        Quantiles,
        RandomState,
        Scaler,
        Series,
    )
    from skrnn.cells import Cell
    from skrnn.losses import Loss


TAGS = {
    "authors": "skrnn developers",
    "maintainers": "skrnn developers",
    "y_inner_mtype": ["pd.DataFrame", "pd-multiindex", "pd_multiindex_hier"],
    "X_inner_mtype": ["pd.DataFrame", "pd-multiindex", "pd_multiindex_hier"],
    "capability:exogenous": True,
    "capability:insample": True,
    "capability:pred_int": True,
    "capability:pred_int:insample": True,
    "capability:missing_values": True,
    "capability:non_contiguous_X": False,
    "capability:categorical_in_X": True,
    "capability:update": True,
    "capability:random_state": True,
    "property:randomness": "derandomized",
    "requires-fh-in-fit": True,
    "X-y-must-have-same-index": False,
}
"""Tags that both forecasters declare to sktime."""


class RNNForecaster(NetworkIntervals, Pretraining, ContinuedFits):
    """Recurrent networks as an sktime forecaster, for one series or many.

    By default, the forecaster derives the seasonal periodicity and the length of the windows from
    the data, removes seasonality if a statistical test finds it, and forecasts all steps at once.
    The forecast is the median of the forecasts of three networks, each of which is an
    :class:`~skrnn.RNNRegressor` that reads windows of the last `lag` rows.

    The columns of a wide frame are treated as series that depend on each other: every network
    reads all of them. The series of a panel or hierarchy (a frame with a MultiIndex) share their
    networks, but no window contains rows from more than one series.

    Parameters
    ----------
    lag : int or "auto", default="auto"
        Number of past rows in a window. "auto" means one seasonal cycle or 1.25 times the horizon,
        whichever is longer, but at most a quarter of the known rows of the series with the most
        known rows.

    strategy : {"auto", "recursive", "direct", "multioutput"}, default="auto"
        How several steps are forecast [1]_. With "recursive", one network forecasts one step
        ahead, and each forecast is an input to the next step. With "direct", there is one network
        for each step of the horizon, and with "multioutput", one network with an output for each
        step. "direct" and "multioutput" require `fh` in `fit` and train only for the steps in it.
        "auto" means "multioutput" for all steps up to the last one of `fh` if `fh` is passed to
        `fit`, and "recursive" otherwise.

    cell : {"simple", "gru", "lstm"} or skrnn.cells.Cell, default="gru"
        Type of cell in every layer. To write your own, see :class:`~skrnn.cells.Cell`.

    units : int or tuple of int, default=16
        Number of units in each layer. A tuple has one entry per layer.

    sp : "auto", int or tuple of int, default="auto"
        Seasonal periodicity, for example 12 for monthly rows. "auto" derives it from the frequency
        of the index; integer and yearly indexes imply no seasonality. Pass a tuple for several
        periodicities, such as (168, 24) for hourly rows. If the index has a time zone, seasonal
        cycles of whole days follow the local clock.

    deseasonalize : bool or "auto", default="auto"
        Whether to estimate the seasonality of each series, subtract it, and add it back to the
        forecasts, if the series covers at least three cycles. The estimate consists of the mean
        deviations from a moving average over one cycle. Recent cycles have more weight if the
        seasonality of the series changes over time. With "auto", the estimate is shrunk towards 0,
        more strongly the more of it may be noise [2]_, and nothing is subtracted if a statistical
        test (analysis of variance) finds no seasonality at the 90% level. If there are several
        periodicities, the longest one that passes the test is used.

    transformer : {"auto", "log", "boxcox"}, transformer or None, default="auto"
        Transformation of `y`, which is fitted to each series and applied before seasonality is
        removed. Its inverse is applied to forecasts and quantiles. "auto" means "log" if no value
        is negative, at most 1% of the values are zero, and the loss is the absolute error or the
        quantile loss (the minimisers of both are preserved by a monotonic transformation);
        otherwise None. "log" is the logarithm, for values that are not negative, and "boxcox" is
        the Box-Cox transformation, for positive values. Transformers from scikit-learn and sktime
        must have an `inverse_transform` method and are cloned.

    n_networks : int, default=3
        Number of networks to train for each task. They differ only in their seeds, and the
        forecast is the median of their forecasts. The first one is identical to the network
        trained with ``n_networks=1``.

    min_periods : int, "auto" or None, default="auto"
        The networks also learn from incomplete windows at the start of a series if at least this
        many of their rows are known. "auto" means half of the window. With None, they learn only
        from windows that lie entirely within their series. If `missing` is "drop" or "error",
        `min_periods` is treated as None.

    pooling : {"global", "local"}, default="global"
        With "global", the networks learn from all series. With "local", sktime fits a forecaster
        to each series, in parallel if its config ``backend:parallel`` is set. ``stateful=True``
        implies "local".

    known_features : "all", None, str, int or array-like, default="all"
        Columns of `X` that are known in advance, by name, position or mask; `predict` needs them
        for every step up to the last one of the horizon. "direct" and "multioutput" treat missing
        rows as unknown and warn if a step of the horizon is among them. If there are 1,000 windows
        or more, they also contain past values of these columns, in addition to those of `y`. For
        the other columns, only past values are used; the recursive strategy cannot use them beyond
        the first step.

    categorical_features : "from_dtype", None, str, int or array-like, default="from_dtype"
        Columns of `X` that are categorical, by name, position or mask. "from_dtype" selects
        columns of text, of dtype category, and of nullable booleans. With None, no column is
        categorical, and columns of these types raise an error.

    static : "auto", None, str, int or array-like, default="auto"
        Columns of `X` that have one value for each series, by name, position or mask. `predict`
        does not need them, and windows contain them only once. In a panel, "auto" selects columns
        that never change within a series but differ between series, except for columns listed in
        `known_features`.

    max_categories : int, default=50
        Maximum number of categories to distinguish in each column. The most frequent ones are
        kept, and all others are treated as unknown.

    calendar : "auto", str, list of str or None, default=None
        Features created from the index, which must contain dates or periods; `predict` does not
        need them in `X`. The available names are "hour", "weekday", "month", "day_of_year", and
        "holidays:AU" for the holidays of a country, "holidays:AU-VIC" for those of a region, or
        "holidays:ECB" and "holidays:NYSE" for those of a financial market. Holidays require rows
        that are at most a day apart, and the holidays package (``pip install 'skrnn[calendar]'``).
        "auto" selects "hour" for rows less than a day apart, "weekday" for rows up to a day apart,
        and "day_of_year" for rows up to a week apart that cover at least two
        years (104 weeks).

    use_X : bool, default=True
        Whether the networks read `X`. If False, it is ignored. The features of `calendar` are read
        in either case.

    target_scaler : {"auto", "standard", "minmax"}, transformer or None, default="auto"
        Scaler for `y`: a name, or a scikit-learn transformer that treats each column separately.
        It is cloned and fitted in `fit`. With "auto", the windows are divided by their standard
        deviation after their level is subtracted; without a level, "auto" means "standard".

    feature_scaler : {"standard", "minmax"}, transformer or None, default="standard"
        Scaler for `X`. None means that `X` is not scaled.

    scale_by : {"auto", "panel", "series"}, default="auto"
        Whether the scaler of `y` is fitted to all series together or to each one separately. With
        "auto", it is fitted to all series together if logarithms are taken. Otherwise, if a
        different transformation is used or a few series change more than five times as much as
        most, it is fitted to each series separately. In all other cases, it is fitted to all
        series together.

    differencing : int, tuple of int or None, default=None
        Lags at which `y` is differenced, one after another, before it is scaled. 1 removes a
        trend; ``(1, 12)`` also removes yearly seasonality from monthly series. The forecasts are
        converted back to the units of `y`. If a value needed for a difference is missing, the
        previous value is used instead.

    level : bool or "auto", default="auto"
        Whether the last known value of a window, the local level, is subtracted from the window
        and from the targets, and added back to the forecast [3]_. If `y` has several columns and a
        level is subtracted, each column has its own networks, which read all columns. Without a
        level, one network forecasts all columns. "auto" means True unless differences are taken.

    activation, recurrent_activation, bidirectional, dropout, recurrent_dropout : optional
        As in :class:`~skrnn.RNNRegressor`.

    autoregressive : bool, default=True
        Whether to add a linear path from the window to the output, in parallel with the cells
        [4]_.

    stateful : bool, default=False
        Whether the state is carried along a series, including its forecasts. In this case, each
        series has its own networks.

    loss : {"absolute_error", "squared_error", "huber", "quantile", "poisson", "normal", \
            "student_t", "log_normal", "gamma_likelihood", "negative_binomial", \
            "zero_inflated_negative_binomial", "bernoulli"} or Loss, default="absolute_error"
        The loss to minimise. "poisson" is for counts, such as intermittent demand, and makes the
        networks forecast the mean. They are trained on the untransformed counts, with the level as
        a factor, so `transformer`, `deseasonalize`, `differencing` and `target_scaler` must keep
        their defaults. The same applies to the losses listed after "poisson", except "normal" and
        "student_t"; with "bernoulli", `level` must keep its default as well. "poisson" and all
        losses listed after it are likelihoods, with which the networks forecast distributions; see
        the notes. The loss can also be an object from :mod:`skrnn.losses` or an instance of your
        own subclass.

    quantile : float or tuple of float, default=None
        With ``loss="quantile"``, the quantiles to forecast. With several of them,
        `predict_quantiles`, `predict_interval`, `predict_var` and `predict_proba` are available,
        unless the strategy is recursive, because feeding quantiles back into the networks does not
        produce quantiles of later steps. An interval of coverage ``c`` needs quantiles from
        ``(1 - c) / 2`` to ``(1 + c) / 2``. `predict` returns the median.

    calibrate : bool, default=False
        Whether to shift the quantiles of ``loss="quantile"`` so that the right share of values
        lies below each of them (conformalised quantile regression [6]_). `fit` then also trains
        networks without the last rows of each series, and compares their quantiles with these
        rows, which doubles the training time. Each quantile except the median is shifted
        separately, by a multiple of the mean change of each series. If a series is too short for
        any rows to be held out, its quantiles are shifted only outwards. If it does not have two
        consecutive known values, all its quantiles except the median are NaN. `update` adjusts the
        quantiles of each series further as true values arrive: outwards if values fall beyond them
        too often, and inwards if they do so too rarely.

    optimizer, learning_rate, weight_decay, l2, clipnorm, epochs, batch_size, shuffle : optional
        As in :class:`~skrnn.RNNRegressor`. The defaults of `learning_rate`, `weight_decay`,
        `epochs` and `batch_size` are "auto", which depends on the number of windows: with up to
        5,000 windows, the networks train for 40 epochs in batches of 32 with a weight decay of 1;
        otherwise, they train for 10 epochs, or as few as 3 in large panels, in batches of 128
        without weight decay. The learning rate is 0.005, or that of an optimizer that is passed as
        an object. If there are features and more than 5,000 windows, an automatic rate falls in
        the last third of the epochs of `fit`: with 10 epochs to a twentieth, with 3 to 5 epochs
        to a quarter, and with 1 or 2 epochs not at all. A number or a schedule as
        `learning_rate`, or the rate of an optimizer object, is not lowered.

    missing : {"mask", "drop", "error"}, default="mask"
        How to treat NaN in `y` or `X`. With "mask", the network skips steps that contain NaN. With
        "drop", it does not learn from windows that contain NaN. With "error", NaN raises an error.
        The network never learns from an unknown target.

    early_stopping : bool, default=False
        Whether to stop when the loss on the last rows of each series no longer improves.

    validation_fraction : float, default=0.1
        Fraction of each series, at its end, that early stopping holds out. At least the targets of
        one window are held out, and none of the held-out rows is a target in training.

    n_iter_no_change, tol : optional
        As in :class:`~skrnn.RNNRegressor`.

    engine : {"auto", "numpy", "tensorflow"}, default="auto"
        As in :class:`~skrnn.RNNRegressor`. "auto" uses NumPy for one series or a small panel, so
        TensorFlow is not needed for the first forecast.

    n_jobs : int, default=None
        Number of networks that are trained at the same time, in threads. None means 1, or the
        number set by ``joblib.parallel_config``. -1 means as many as there are processors. The
        forecasts do not depend on `n_jobs`. Networks are trained one after another if `verbose` is
        set.

    random_state, verbose : optional
        As in :class:`~skrnn.RNNRegressor`.

    Attributes
    ----------
    networks_ : ForecasterNetworks
        The fitted networks (``networks_.regressors``), their tasks (``networks_.tasks``), and the
        transformations and scalers.

    pretrained_ : object
        The networks trained by `pretrain`. A call to `fit` uses a copy of them.

    See Also
    --------
    AutoRNNForecaster : Combines several such forecasters, with intervals at any level.
    skrnn.RNNRegressor : The network.
    skrnn.LagWindowTransformer : The windows, for scikit-learn's pipelines.

    Notes
    -----
    Rows must be one time step apart. Insert missing rows as NaN, for example with
    ``y.asfreq("MS")``.

    Forecasts are bounded: at step s after n known rows, they may lie outside the range of the
    known values by at most ``(1 + s / n)`` times the width of this range. A positive series may
    also keep growing at its previous rate, for at most a quarter as many steps as it has known
    rows. If forecasts would have gone far beyond the bounds, a warning lists the series concerned.
    The forecasts of a series without negative values, such as counts, are never negative, and
    those of a series without positive values are never positive.

    If the series of a panel end at different times, a relative horizon is counted from the last
    row of each series, whereas an absolute one refers to the same times for all of them. In the
    latter case, `fit` also learns the additional steps ahead that shorter series need.

    Only known values are counted, not rows: padding a series with NaN on a longer index changes
    neither the settings nor the windows. If none of the last rows is complete (in targets and
    features), or if no series is long enough to learn a step from, the forecast is the last known
    value, and quantiles other than the median are NaN. If a series does not have a complete row,
    its forecast is NaN. In both cases, a warning is issued.

    With ``update_params=True``, `update` makes one pass of :meth:`~skrnn.RNNRegressor.partial_fit`
    over the new rows, in time order, one series after another. If the learning rate is automatic,
    this pass uses a twentieth of it, because a few rows from one time contain much that is special
    about that time; at the full rate, forecasts became worse than without learning. A number or a
    schedule as `learning_rate`, or the rate of an optimizer object, is used as it is. Seasonality,
    transformations and scales do not change. With ``update_params=False``, the networks do not
    change either; only the rows are added. NaN never overwrites a known value.

    Each category is represented by an indicator, a column that is 1 in the rows of the category
    and 0 in all others. The weights of an indicator are an embedding of its category [7]_, and the
    networks learn them together with all other weights. Missing values, categories that were not
    seen in `fit` and those beyond `max_categories` share an additional indicator, "unknown". The
    weights of this indicator are learned from copies of a tenth of the series (at least one),
    chosen at random according to `random_state`, in which categories are marked as unknown. With
    ``stateful=True``, there are no such copies. A category that was not seen in `fit` raises a
    warning. Missing values of a static column are filled in from other rows of the series.

    To forecast series that were not seen in training, call ``pretrain(panel)`` and then
    ``fit(new)``, which keeps the pretrained networks. Only the seasonality and the transformations
    of the new series are estimated, as well as their scales if ``scale_by="series"``. To train the
    networks on the new series, call `update`.

    If the loss is a likelihood, each network forecasts a distribution for every step. The mixture
    of these distributions is transformed back to the units of the series, limited by the same
    bounds as forecasts, and used by `predict_quantiles`, `predict_interval`, `predict_var` and
    `predict_proba`. Recursive networks draw 500 paths instead: the value drawn for each step is an
    input to the next step. The draws are the same in every call. `predict` returns the median of
    the means of the networks. For intervals with any loss, use :class:`AutoRNNForecaster`, or
    sktime's `ConformalIntervals` with ``method="conformal"``.

    References
    ----------
    .. [1] Ben Taieb, Bontempi, Atiya and Sorjamaa, "A review and comparison of strategies for
       multi-step ahead time series forecasting based on the NN5 forecasting competition", Expert
       Systems with Applications, 2012.
    .. [2] Miller and Williams, "Shrinkage estimators of time series seasonal factors and their
       effect on forecasting accuracy", International Journal of Forecasting, 2003.
    .. [3] Hewamalage, Bergmeir and Bandara, "Recurrent Neural Networks for Time Series
       Forecasting", International Journal of Forecasting, 2021.
    .. [4] Lai, Chang, Yang and Liu, "Modeling Long- and Short-Term Temporal Patterns with Deep
       Neural Networks", SIGIR, 2018.
    .. [5] Wen, Torkkola, Narayanaswamy and Madeka, "A Multi-Horizon Quantile Recurrent
       Forecaster", NIPS Time Series Workshop, 2017: quantiles of every step.
    .. [6] Romano, Patterson and Candes, "Conformalized Quantile Regression", NeurIPS, 2019.
    .. [7] Guo and Berkhahn, "Entity Embeddings of Categorical Variables", arXiv:1604.06737, 2016.

    Examples
    --------
    >>> from skrnn.datasets import make_seasonal_series
    >>> from skrnn.forecasting import RNNForecaster
    >>> y = make_seasonal_series(120, random_state=0)
    >>> forecaster = RNNForecaster(random_state=0).fit(y[:-12], fh=range(1, 13))
    >>> forecaster.predict()[:3].round(1).tolist()
    [0.1, 0.5, 0.9]

    Intervals from the quantiles of every step:

    >>> forecaster = RNNForecaster(
    ...     loss="quantile", quantile=(0.05, 0.5, 0.95), epochs=5, random_state=0
    ... )
    >>> forecaster.fit(y, fh=[1, 2, 12]).predict_interval(coverage=0.9).shape
    (3, 2)
    """

    _tags: ClassVar = {
        **TAGS,
        "capability:multivariate": True,
        "capability:pretrain": True,
        "pretrain:fitted_params": ["pretrained_"],
    }

    def __init__(  # noqa: PLR0915  (it assigns each parameter, as scikit-learn asks)
        self,
        lag: int | Literal["auto"] = "auto",
        strategy: Literal["auto", "recursive", "direct", "multioutput"] = "auto",
        cell: Cell | CellName = "gru",
        units: int | tuple[int, ...] = 16,
        *,
        sp: int | Sequence[int] | Literal["auto"] = "auto",
        deseasonalize: bool | Literal["auto"] = "auto",
        transformer: Any = "auto",
        n_networks: int = 3,
        min_periods: int | Literal["auto"] | None = "auto",
        pooling: Literal["global", "local"] = "global",
        known_features: KnownFeatures = "all",
        categorical_features: KnownFeatures = "from_dtype",
        static: KnownFeatures = "auto",
        max_categories: int = 50,
        calendar: str | Sequence[str] | None = None,
        use_X: bool = True,
        target_scaler: Scaler = "auto",
        feature_scaler: Scaler = "standard",
        scale_by: Literal["auto", "panel", "series"] = "auto",
        differencing: int | Sequence[int] | None = None,
        level: bool | Literal["auto"] = "auto",
        activation: str = "tanh",
        recurrent_activation: str = "sigmoid",
        bidirectional: bool = False,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        autoregressive: bool = True,
        stateful: bool = False,
        loss: Loss | LossName = "absolute_error",
        quantile: Quantiles = None,
        calibrate: bool = False,
        optimizer: Optimizer = "adam",
        learning_rate: LearningRate = "auto",
        weight_decay: float | Literal["auto"] = "auto",
        l2: float = 0.0,
        clipnorm: float | None = None,
        epochs: int | Literal["auto"] = "auto",
        batch_size: int | Literal["auto"] = "auto",
        shuffle: bool = True,
        missing: Missing = "mask",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-4,
        engine: EngineName = "auto",
        n_jobs: int | None = None,
        random_state: RandomState = None,
        verbose: int = 0,
    ) -> None:
        self.lag = lag
        self.strategy = strategy
        self.cell = cell
        self.units = units
        self.sp = sp
        self.deseasonalize = deseasonalize
        self.transformer = transformer
        self.n_networks = n_networks
        self.min_periods = min_periods
        self.pooling = pooling
        self.known_features = known_features
        self.categorical_features = categorical_features
        self.static = static
        self.max_categories = max_categories
        self.calendar = calendar
        self.use_X = use_X
        self.target_scaler = target_scaler
        self.feature_scaler = feature_scaler
        self.scale_by = scale_by
        self.differencing = differencing
        self.level = level
        self.activation = activation
        self.recurrent_activation = recurrent_activation
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout
        self.autoregressive = autoregressive
        self.stateful = stateful
        self.loss = loss
        self.quantile = quantile
        self.calibrate = calibrate
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.l2 = l2
        self.clipnorm = clipnorm
        self.epochs = epochs
        self.batch_size = batch_size
        self.shuffle = shuffle
        self.missing = missing
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.engine = engine
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose
        super().__init__()

    def __post_init__(self):
        """Set the tags to what a forecaster with these parameters can do."""
        plan = ForecasterPlan.of(self)
        with_quantiles = forecasts_quantiles(plan)
        probabilistic = with_quantiles or forecasts_distributions(plan)
        tags = {
            "capability:pred_int": probabilistic,
            "capability:pred_int:insample": probabilistic,
            "capability:missing_values": self.missing != "error",
            "requires-fh-in-fit": self.strategy in ("direct", "multioutput")
            or (self.strategy == "auto" and with_quantiles),
        }
        if self.stateful or self.pooling == "local":
            # sktime then gives each series its own forecaster.
            tags |= {"y_inner_mtype": "pd.DataFrame", "X_inner_mtype": "pd.DataFrame"}
        if self.calibrate:  # each column then has its own forecaster
            tags |= {"capability:multivariate": False, "capability:pretrain": False}
        self.set_tags(**tags)

    def set_params(self, **params: Any) -> Self:
        """Set parameters, including those of a loss, such as ``loss__delta=2.0``.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self : RNNForecaster
            The forecaster itself.
        """
        return super().set_params(**with_new_losses(self.loss, params))

    def fit(self, y: Series, X: Series = None, fh: Horizon = None) -> Self:
        """Train the networks.

        Parameters
        ----------
        y : series, panel or long table
            The series. The columns of a frame are series at the same times that depend on each
            other: every network reads all of them. The series of a frame with a MultiIndex share
            their networks, but each is forecast only from its own rows.

        X : series, panel or long table, default=None
            Features, with a row for every row of `y`.

        fh : int, list or ForecastingHorizon, default=None
            The steps to forecast. Required here if the strategy is "direct" or "multioutput".

        Returns
        -------
        self : RNNForecaster
            The fitted forecaster.

        Raises
        ------
        ValueError
            If a parameter is invalid, `fh` is missing, or nothing can be learned from the data.
        TypeError
            If `y` or `X` is not in an sktime format.
        ImportError
            If `calendar` includes holidays and the holidays package is not installed.
        """
        check_parameters(ForecasterPlan.of(self), features_of(y, X))
        return super().fit(y, X, fh)

    def update(self, y: Series, X: Series = None, update_params: bool = True) -> Self:
        """Add new rows to the series and learn from them.

        Parameters
        ----------
        y : series, panel or long table
            The rows, as in `fit`. They replace existing rows, but NaN never overwrites a known
            value.

        X : series, panel or long table, default=None
            Features of the rows, as in `fit`.

        update_params : bool, default=True
            Whether the networks learn from rows that were not known before, at a twentieth of an
            automatic learning rate. This changes them little; to learn from the new rows as much
            as from all others, fit again.

        Returns
        -------
        self : RNNForecaster
            The forecaster.

        Raises
        ------
        ValueError
            If a series is new or begins earlier than it did in `fit`, or if rows are missing
            inside `y`. Rows between those seen so far and `y` may be missing; they are then
            treated as unknown.
        TypeError
            If `y` or `X` is not in an sktime format.
        """
        return super().update(y, X, update_params)

    def network_windows(
        self, index: pd.Index | None = None
    ) -> list[tuple[RNNRegressor, NDArray[Any], NDArray[Any], list[str]]]:
        """Return the windows that the networks read to forecast rows of the series.

        Parameters
        ----------
        index : Index, default=None
            Labels of rows that were seen in `fit` or `update`. None means all of them. Rows whose
            window begins before their series are left out.

        Returns
        -------
        windows : list of tuple
            For each network, in the order of ``networks_.regressors``: the regressor; its scaled
            windows, of shape (n_rows, lag, n_inputs); the number of rows between each value and
            the first target, of shape (lag, n_inputs); and the names of the inputs.

        Raises
        ------
        ValueError
            If none of the rows has a window, or the networks are stateful.
        """
        self.check_is_fitted()
        networks, panel = self.networks_, self._panel
        if networks.stateful:
            raise ValueError(
                "The networks carry their state along the series (stateful=True), so a window is "
                "not all that they read. This is only supported with stateful=False."
            )
        chosen = np.zeros(len(panel.values), bool)
        chosen[panel.rows] = True if index is None else self._seen().index.isin(index)
        windows = networks.windows_seen(self._begun(), chosen, list(self._get_varnames()))
        if not len(windows[0][1]):
            raise ValueError(
                f"None of the {len(panel.rows) if index is None else len(index)} rows has a "
                f"complete window of {networks.history} rows before it in the rows of fit and "
                "update."
            )
        return windows

    def _fit(self, y, X, fh):
        pretrained, settings = hasattr(self, "pretrained_"), None
        like = self.pretrained_.networks.axis if pretrained else None
        self._axis, self._time_name = TimeAxis.of_frame(y, like=like), y.index.names[-1]
        steps, later = steps_in_fit(fh, self._axis, self._ends(y))
        if pretrained:
            # A later fit starts from the networks of pretrain again.
            networks = self._pretrained_networks(y, X, steps, later)
        else:
            networks, settings = self._untrained(y, X, steps, later)
        panel = self._lay_out(y, X, networks)
        # Nothing can be learned from unknown rows at either end.
        learned = panel.trimmed(networks.n_targets)
        check_some_known(
            learned.values[learned.rows, networks.n_targets :], networks.feature_names
        )
        warn_of_outliers(panel, y.columns, self._axis)
        warn_of_unknown_times(panel, networks.n_targets, self._axis)
        warn_of_partly_known_rows(panel, y.columns)
        networks.fit_scalings(
            learned,
            targets=not pretrained or networks.target_scaling.by_series,
            features=not pretrained,
        )
        if not pretrained:
            train_networks(networks, learned, n_jobs=self.n_jobs)
        calibration = None
        if self.calibrate:
            twin = self.clone().set_params(calibrate=False)
            calibration = calibrate(twin, y, X, max(1, *steps, *later))
        self.networks_, self._panel, self._calibration = networks, panel, calibration
        self._settings = settings
        self._moved = np.ones(panel.n_series, bool)
        return self

    def _untrained(self, y, X, steps, later):
        """Return networks for these series, and the settings that their rows determine."""
        plan = ForecasterPlan.of(self)
        warn_of_many_zeros(loss_of(plan), y.to_numpy(np.float64), self.loss)
        X = X if X is None else rows_at(X, y.index)
        features = features_in_fit(plan, X, y)
        settings = self._settings_for(y, steps)
        networks = build_networks(plan, settings, self._axis, steps, features, later=later)
        return networks, settings

    def _update(self, y, X=None, update_params=True):
        networks, before = self.networks_, self._panel
        new = self._lay_out(y, X, networks, later=True)
        keep_static(networks, before, new)
        panel = before.with_rows_of(new, networks.lag)
        self._calibration = self._calibration_after(panel, X)
        self._panel, self._moved = panel, before.marked(new)
        if update_params:
            learn_fresh_rows(
                networks, self._begun(), new, before, automatic_rate=is_auto(self.learning_rate)
            )
        return self

    def _lay_out(self, y, X, networks, *, later=False):
        """Return the panel of the series, or of later rows, and their features."""
        X = X if self.use_X else None
        return panel_with_features(networks, y, X, self._axis, networks.lag, later=later)

    def _ends(self, y):
        """Return the position in time of the last row of each series, ``(n_series,)``."""
        last_rows = np.cumsum(series_lengths(y, "y")) - 1
        return self._axis.positions(check_times(y, "y")[last_rows])

    @classmethod
    def get_test_params(cls, parameter_set: str = "default") -> list[dict[str, Any]]:
        """Return the parameters with which sktime tests this class.

        Parameters
        ----------
        parameter_set : str, default="default"
            The only set is "default".

        Returns
        -------
        params : list of dict
            The parameters of each forecaster.
        """
        cheap = {"lag": 3, "cell": "simple", "units": 2, "epochs": 1, "random_state": 0}
        # Exponentials of an undertrained network leave their bounds, which raises a warning.
        single = {**cheap, "n_networks": 1, "transformer": None}
        quantiles = {"loss": "quantile", "quantile": (0.05, 0.5, 0.95)}
        return [
            {**cheap, "n_networks": 2, "sp": 4, "loss": "normal"},
            {**single, "strategy": "recursive", "loss": "student_t"},
            {**single, "strategy": "direct", "differencing": 1, "scale_by": "series"},
            {**single, "strategy": "multioutput", "level": False, **quantiles},
        ]
