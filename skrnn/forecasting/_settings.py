"""From the parameters of a forecaster to its networks."""

import numpy as np

from skrnn._regressor import RNNRegressor
from skrnn._sklearn_compat import StrOptions, validate_parameter_constraints
from skrnn._validation import Count

from ._design import plan_heads
from ._differencing import check_lags
from ._features import known_mask
from ._networks import Networks
from ._scaling import CommonScaling, SeriesScaling, check_scaler

OWN_CONSTRAINTS = {
    "lag": [Count(1)],
    "strategy": [StrOptions({"recursive", "direct", "multioutput"})],
    "pooling": [StrOptions({"global", "local"})],
    "scale_by": [StrOptions({"panel", "series"})],
    "level": ["boolean", StrOptions({"auto"})],
}
"""Constraints on the forecaster's own parameters; a network checks its own."""

NETWORK_PARAMETERS = tuple(
    name
    for name in RNNRegressor().get_params()
    if name not in ("n_timesteps", "level_feature", "return_sequences", "warm_start")
)
"""Parameters that a forecaster hands on to its networks."""


def check_parameters(forecaster):
    """Check what is a forecaster's own.

    Parameters
    ----------
    forecaster : RNNForecaster
        Has the parameters.

    Raises
    ------
    ValueError
        If one is out of range, or two contradict each other.
    """
    parameters = {name: getattr(forecaster, name) for name in OWN_CONSTRAINTS}
    validate_parameter_constraints(OWN_CONSTRAINTS, parameters, "RNNForecaster")
    several = np.ndim(forecaster.quantile) == 1
    if several and forecaster.differencing is not None and forecaster.strategy != "recursive":
        raise ValueError(
            "Several quantiles and differencing contradict each other: quantiles of differences "
            "do not add up to quantiles of the series. Use level instead of differencing."
        )


def forecasts_quantiles(forecaster):
    """Whether the quantiles of every step are forecast by a network."""
    return (
        forecaster.loss == "quantile"
        and np.ndim(forecaster.quantile) == 1
        and len(forecaster.quantile) > 1
        and forecaster.strategy in ("direct", "multioutput")
        and forecaster.differencing is None
    )


def steps_to_learn(forecaster, steps):
    """Steps ahead for which there must be a network, from the horizon.

    Parameters
    ----------
    forecaster : RNNForecaster
        Has the parameters.
    steps : ndarray of int or None
        The horizon, relative to the end of y.

    Returns
    -------
    list of int
    """
    if forecaster.strategy == "recursive":
        return [1]
    if steps is None:
        raise ValueError(
            f"fh is missing: with strategy={forecaster.strategy!r} the networks are trained for "
            "the steps of the horizon, which must be known to fit and pretrain."
        )
    ahead = {int(step) for step in steps if step > 0}
    if forecaster.differencing is not None:
        # A sum of differences needs all of them.
        return list(range(1, max(ahead, default=1) + 1))
    # Forecasts in sample are those of one step.
    return sorted(ahead | ({1} if (np.asarray(steps) <= 0).any() else set()))


def build_networks(forecaster, steps, n_targets, feature_names):
    """Make the unfitted networks of a forecaster.

    Parameters
    ----------
    forecaster : RNNForecaster
        Has the parameters.
    steps : ndarray of int or None
        The horizon, relative to the end of y.
    n_targets : int
        Number of target columns.
    feature_names : list
        Names of the exogenous features.

    Returns
    -------
    Networks
    """
    level = forecaster.level
    if isinstance(level, str):
        level = forecaster.differencing is None
    # The level of one target is not that of another.
    together = n_targets == 1 or not level
    to_learn = steps_to_learn(forecaster, steps)
    heads = plan_heads(forecaster.strategy, to_learn, n_targets, together=together)
    scaling = SeriesScaling if forecaster.scale_by == "series" else CommonScaling
    return Networks(
        heads=heads,
        regressors=[_regressor(forecaster, head.columns[0] if level else None) for head in heads],
        lag=int(forecaster.lag),
        lags=check_lags(forecaster.differencing),
        n_targets=n_targets,
        feature_names=feature_names,
        known=known_mask(forecaster.known_features, feature_names),
        target_scaling=scaling(check_scaler(forecaster.target_scaler, "target_scaler")),
        feature_scaling=CommonScaling(check_scaler(forecaster.feature_scaler, "feature_scaler")),
        recursive=forecaster.strategy == "recursive",
    )


def _regressor(forecaster, level_feature):
    parameters = {name: getattr(forecaster, name) for name in NETWORK_PARAMETERS}
    return RNNRegressor(**parameters, level_feature=level_feature)
