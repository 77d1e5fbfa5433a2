"""Checks the parameters of a forecaster, and makes its networks."""

import numpy as np

from skrnn._parameters import check_units
from skrnn._regressor import RNNRegressor
from skrnn._seeds import member_seeds
from skrnn._sklearn_compat import StrOptions, validate_parameter_constraints
from skrnn._validation import JOBS, Count
from skrnn.engines._choice import recipe_of
from skrnn.losses._likelihood import Likelihood
from skrnn.losses._named_losses import resolve_loss

from ._auto_settings import resolve_strategy
from ._differencing import check_lags
from ._feature_parameters import check_feature_parameters
from ._forecaster_networks import ForecasterNetworks
from ._forecaster_plan import NETWORK_PARAMETERS
from ._network_tasks import plan_tasks
from ._scaling import AmountScaling, CommonScaling, SeriesScaling, SpreadScaling, check_scaler
from ._season_removal import Seasons
from ._seasonal_periods import check_periods
from ._transformations import check_transformer, make_transformation

AUTO = StrOptions({"auto"})
OWN_CONSTRAINTS = {
    "lag": [Count(1), AUTO],
    "strategy": [StrOptions({"auto", "recursive", "direct", "multioutput"})],
    "deseasonalize": ["boolean", AUTO, None],
    "min_periods": [Count(1), AUTO, None],
    "n_networks": [Count(1)],
    "n_jobs": JOBS,
    "pooling": [StrOptions({"global", "local"})],
    "scale_by": [StrOptions({"auto", "panel", "series"})],
    "level": ["boolean", StrOptions({"auto"})],
    "use_X": ["boolean"],
    "calibrate": ["boolean"],
    "max_categories": [Count(1)],
}
"""Constraints on parameters that only the forecaster has. Networks check theirs."""

_MOST_NUMPY_SECONDS = 60
"""Seconds that a network may train in NumPy if there are many series. For small networks,
TensorFlow is little faster on a CPU, and takes 0.7 GB of memory, more than 100,000 series do."""

_AUTOMATIC = {"epochs": 1, "batch_size": 1, "weight_decay": 0.0, "learning_rate": None}
"""Parameters of the networks that may be "auto", with a value for checking the others."""


def check_parameters(plan, names=None):
    """Check every parameter that can be checked without data.

    Parameters
    ----------
    plan : ForecasterPlan
        The parameters.
    names : list, default=None
        Names of the exogenous features. None means that they are not known yet.

    Raises
    ------
    ValueError
        If a parameter is out of range, or two contradict each other.
    """
    parameters = {name: getattr(plan, name) for name in OWN_CONSTRAINTS}
    owner = plan.owner
    validate_parameter_constraints(OWN_CONSTRAINTS, parameters, owner)
    check_lags(plan.differencing)
    check_periods(plan.sp)
    check_transformer(plan.transformer)
    if not is_auto(plan.target_scaler):
        check_scaler(plan.target_scaler, "target_scaler")
    check_scaler(plan.feature_scaler, "feature_scaler")
    check_feature_parameters(plan, names)
    regressor = _regressor(plan, None, _known_settings(plan), plan.network["random_state"])
    _check_network_parameters(regressor, owner, trains=plan.trains)
    loss = loss_of(plan)
    if plan.calibrate and not forecasts_quantiles(plan):
        raise ValueError(
            "calibrate=True adjusts quantiles, but these networks do not forecast several "
            f"quantiles of every step, because loss={plan.network['loss']!r}, "
            f"quantile={loss.quantile!r}, "
            f"strategy={plan.strategy!r} and differencing={plan.differencing!r}. Set "
            "loss='quantile', quantile=(0.05, 0.5, 0.95), strategy='auto' and differencing=None, "
            "or calibrate=False."
        )
    if loss.keeps_targets:
        _check_targets_are_kept(plan)
    if loss.n_quantiles > 1 and plan.differencing is not None and plan.strategy != "recursive":
        raise ValueError(
            "Several quantiles and differencing contradict each other: quantiles of differences "
            "do not add up to quantiles of the series. Use level instead of differencing."
        )


def loss_of(plan):
    """Return the loss of a forecaster."""
    return resolve_loss(plan.network["loss"], plan.network["quantile"])


def _check_targets_are_kept(plan):
    """Check that no parameter changes targets, such as counts, that must not be negative."""
    allowed = {
        "transformer": ("auto", None),
        "deseasonalize": ("auto", False, None),
        "differencing": (None,),
        "target_scaler": ("auto", None),
    }
    if loss_of(plan).link == "logit":
        allowed["level"] = ("auto", False)
    for name, values in allowed.items():
        value = getattr(plan, name)
        if not any(value is one or (isinstance(value, str) and value == one) for one in values):
            raise ValueError(
                f"loss={plan.network['loss']!r} and {name}={value!r} contradict each other: "
                f"this loss needs untransformed targets. Set {name}={values[0]!r}."
            )


def _known_settings(plan):
    """Return the parameters that may be "auto", with a stand-in for it."""
    values = {name: plan.network[name] for name in _AUTOMATIC}
    return {name: _AUTOMATIC[name] if is_auto(value) else value for name, value in values.items()}


def is_auto(value):
    """Return whether the data determine the value of a parameter."""
    return isinstance(value, str) and value == "auto"


def _check_network_parameters(regressor, owner, *, trains):
    """Check the parameters that a network checks in `fit`, before data are available."""
    constraints = {name: RNNRegressor._parameter_constraints[name] for name in NETWORK_PARAMETERS}
    validate_parameter_constraints(constraints, regressor.get_params(deep=False), owner)
    check_units(regressor.units, owner)
    resolve_loss(regressor.loss, regressor.quantile, owner=owner)
    if not trains:
        return
    # Some optimizers need Keras, which a forecaster loads only when it trains.
    recipe_of(
        regressor.optimizer,
        regressor.learning_rate,
        regressor.weight_decay,
        regressor.clipnorm,
        estimator_name=owner,
    )


PREDICTIONS = {
    "predict_interval": "prediction intervals",
    "predict_quantiles": "quantile predictions",
    "predict_var": "variance predictions",
    "predict_proba": "probabilistic predictions",
}
"""What the methods return, for messages."""


class NoDistributionError(ValueError, NotImplementedError):
    """The loss or another setting does not determine what was asked.

    It is a `NotImplementedError` only because sktime's checks ask for one.
    """


def check_has_distribution(plan, method):
    """Check that the networks forecast the distribution, or several quantiles, of every step.

    Parameters
    ----------
    plan : ForecasterPlan
        The parameters.
    method : str
        Name of the method for the error.

    Raises
    ------
    NoDistributionError
        If they do not.
    """
    if forecasts_distributions(plan) or forecasts_quantiles(plan):
        return
    loss = loss_of(plan)
    if isinstance(loss, Likelihood):
        cause = "distributions of differences do not determine that of their sum"
    elif loss.quantile is None:
        cause = f"the networks forecast no distributions, because loss={plan.network['loss']!r}"
    elif loss.n_quantiles < 2:
        cause = f"the networks forecast only one quantile, quantile={loss.quantile!r}"
    elif plan.differencing is not None:
        cause = "quantiles of differences do not add up to quantiles of the series"
    else:
        cause = (
            "strategy='recursive' feeds back the median, and a quantile that is fed back is not a "
            "quantile of later steps"
        )
    raise NoDistributionError(
        f"{plan.owner} cannot make {PREDICTIONS[method]} here: {cause}. Set loss to a likelihood, "
        "such as 'normal' or 'negative_binomial', together with differencing=None or "
        "strategy='recursive'. Or forecast the quantiles of every step, with "
        "strategy='multioutput' (or 'direct'), loss='quantile', quantile=(0.05, 0.5, 0.95) and "
        "differencing=None, or wrap the forecaster in sktime's ConformalIntervals with "
        "method='conformal', which computes intervals for any forecaster."
    )


def forecasts_distributions(plan):
    """Return whether the networks forecast the distribution of every step."""
    return isinstance(_loss_if_valid(plan), Likelihood) and (
        plan.differencing is None or plan.strategy == "recursive"
    )


def forecasts_quantiles(plan):
    """Return whether a network forecasts the quantiles of every step."""
    return (
        getattr(_loss_if_valid(plan), "n_quantiles", 0) > 1
        and plan.strategy in ("auto", "direct", "multioutput")
        and plan.differencing is None
    )


def single_quantile(plan):
    """Return the only quantile that the networks forecast, or None."""
    quantile = getattr(_loss_if_valid(plan), "quantile", None)
    one = quantile is not None and np.size(quantile) == 1 and plan.differencing is None
    return float(np.ravel(quantile)[0]) if one else None


def _loss_if_valid(plan):
    """Return the loss of a forecaster, or None if `fit` would raise an error."""
    try:
        return loss_of(plan)
    except (ValueError, KeyError):
        return None


def steps_to_learn(plan, steps):
    """Return the steps ahead that the networks must forecast.

    Parameters
    ----------
    plan : ForecasterPlan
        The parameters.
    steps : ndarray of int or None
        The horizon, in steps after the end of y.

    Returns
    -------
    list of int
    """
    strategy = resolve_strategy(plan, steps)
    if strategy == "recursive":
        return [1]
    if steps is None:
        raise ValueError(
            f"fh is missing: with strategy={strategy!r} the networks are trained for "
            "the steps of the horizon, so fit and pretrain need it."
        )
    ahead = {int(step) for step in steps if step > 0}
    if plan.differencing is not None or plan.strategy == "auto":
        # A sum of differences needs all steps before it, and "auto" serves every shorter horizon.
        return list(range(1, max(ahead, default=1) + 1))
    # Forecasts in sample are one step ahead.
    return sorted(ahead | ({1} if (np.asarray(steps) <= 0).any() else set()))


def later_steps_to_learn(plan, strategy, steps, later):
    """Return the additional steps ahead that series need if they end earlier.

    They have their own networks, so that the forecasts of the other series do not change.

    Parameters
    ----------
    plan : ForecasterPlan
        The parameters.
    strategy : {"recursive", "direct", "multioutput"}
        How several steps are forecast.
    steps, later
        As :func:`~skrnn.forecasting._horizon.steps_in_fit` returns them.

    Returns
    -------
    list of int
    """
    if strategy == "recursive" or not later:
        return []
    learned = steps_to_learn(plan, steps)
    wanted = later if plan.differencing is None else range(1, max(later) + 1)
    return sorted(set(wanted) - set(learned))


def build_networks(plan, settings, axis, steps, features, later=()):
    """Make the unfitted networks of a forecaster.

    Parameters
    ----------
    plan : ForecasterPlan
        The parameters.
    settings : FittedSettings
        The values of its automatic parameters.
    axis : TimeAxis
        Provides the labels of rows.
    steps : ndarray of int or None
        The horizon, in steps after the end of y.
    features : FeatureColumns
        The features.
    later : list of int, default=()
        Additional steps ahead, needed by series that end earlier than others.

    Returns
    -------
    ForecasterNetworks
    """
    level, n_targets = plan.level, features.n_targets
    if is_auto(level):  # a probability has none
        level = plan.differencing is None and loss_of(plan).link != "logit"
    # Each target has its own level.
    together = n_targets == 1 or not level
    to_learn = steps_to_learn(plan, steps)
    tasks = plan_tasks(settings.strategy, to_learn, n_targets, together=together)
    further = later_steps_to_learn(plan, settings.strategy, steps, later)
    if further:
        tasks += plan_tasks(
            settings.strategy, further, n_targets, together=together, optional=True
        )
    seeds = member_seeds(plan.network["random_state"], int(plan.n_networks))
    regressors = [
        _regressor(plan, task.columns[0] if level else None, settings.training, seed)
        for task in tasks
        for seed in seeds
    ]
    for regressor in regressors:
        regressor._rate_falls = settings.rate_falls and bool(features.feature_names)
        if settings.most_windows is not None:
            regressor._most_numpy_seconds = _MOST_NUMPY_SECONDS
    return ForecasterNetworks(
        tasks=tasks,
        regressors=regressors,
        adjustments=_adjustments(plan, settings, axis),
        min_periods=settings.min_periods,
        lag=settings.lag,
        lags=check_lags(plan.differencing),
        n_targets=n_targets,
        columns=features.columns,
        calendar=features.calendar,
        known=features.known,
        past_of_known=settings.past_of_known,
        most_windows=settings.most_windows,
        target_scaling=_target_scaling(plan, settings, only_level=level and together),
        feature_scaling=CommonScaling(check_scaler(plan.feature_scaler, "feature_scaler")),
        recursive=settings.strategy == "recursive",
        horizon=_horizon(settings.strategy, steps, later),
        axis=axis,
    )


def _adjustments(plan, settings, axis):
    """Return the transformation and the seasons, in the order in which they are applied."""
    transformation = make_transformation(settings.transformer, axis)
    adjustments = [] if transformation is None else [transformation]
    if settings.periods:
        conditional = is_auto(plan.deseasonalize)
        adjustments.append(Seasons(settings.periods, conditional=conditional))
    return adjustments


def _target_scaling(plan, settings, *, only_level):
    """Return the scaling of the targets; with a level, the networks see changes, not values."""
    loss = loss_of(plan)
    if loss.keeps_targets:
        is_amount = loss.targets in ("positive", "nonnegative")
        return AmountScaling() if is_amount and plan.level else CommonScaling(None)
    if is_auto(plan.target_scaler) and only_level:
        return SpreadScaling(settings.lag, by_series=settings.by_series)
    name = "standard" if is_auto(plan.target_scaler) else plan.target_scaler
    return (SeriesScaling if settings.by_series else CommonScaling)(
        check_scaler(name, "target_scaler")
    )


def _horizon(strategy, steps, later):
    """Return the steps ahead that were requested."""
    if strategy == "recursive":
        return [1]
    return sorted({int(step) for step in [*steps, *later] if step > 0})


def _regressor(plan, level_feature, training, random_state):
    """Make a network from the parameters of a forecaster and the values of its automatic ones."""
    parameters = {**plan.network, **training, "random_state": random_state}
    regressor = RNNRegressor(**parameters, level_feature=level_feature)
    regressor._warns_about_data = False
    return regressor
