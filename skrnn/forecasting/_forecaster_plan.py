"""The plan of a forecaster: its parameters as plain values, read from it once."""

from dataclasses import dataclass

from skrnn._regressor import RNNRegressor

_NOT_PASSED = {
    "n_timesteps",
    "level_feature",
    "categorical_features",  # the forecaster encodes categories itself
    "max_categories",
    "return_sequences",
    "warm_start",
    "n_networks",
    "n_jobs",
}

NETWORK_PARAMETERS = tuple(name for name in RNNRegressor().get_params() if name not in _NOT_PASSED)
"""Parameters that a forecaster passes to its networks. It trains each network separately."""


@dataclass(frozen=True)
class ForecasterPlan:
    """The parameters of a forecaster.

    The functions that check parameters, determine automatic ones and make networks read this plan,
    not the forecaster.

    Attributes
    ----------
    owner : str
        Name of the class of the forecaster, for messages.
    trains : bool
        Whether networks are trained; False if they are pretrained.
    lag, strategy, sp, deseasonalize, transformer, n_networks, min_periods, pooling
        Parameters of :class:`RNNForecaster`.
    known_features, categorical_features, static, max_categories, calendar, use_X
        Parameters of :class:`RNNForecaster`.
    target_scaler, feature_scaler, scale_by, differencing, level
        Parameters of :class:`RNNForecaster`.
    calibrate, n_jobs
        Parameters of :class:`RNNForecaster`.
    network : dict
        Parameters that are passed to the networks, some of which may be "auto".

    Examples
    --------
    >>> from skrnn.forecasting import RNNForecaster
    >>> from skrnn.forecasting._forecaster_plan import ForecasterPlan
    >>> plan = ForecasterPlan.of(RNNForecaster(lag=12, units=8))
    >>> plan.lag, plan.network["units"]
    (12, 8)
    """

    owner: str
    trains: bool
    lag: object
    strategy: str
    sp: object
    deseasonalize: object
    transformer: object
    n_networks: int
    min_periods: object
    pooling: str
    known_features: object
    categorical_features: object
    static: object
    max_categories: int
    calendar: object
    use_X: bool
    target_scaler: object
    feature_scaler: object
    scale_by: str
    differencing: object
    level: object
    calibrate: bool
    n_jobs: object
    network: dict

    @classmethod
    def of(cls, forecaster):
        """Read the parameters of a forecaster."""
        made_here = ("owner", "trains", "network")
        own = [name for name in cls.__dataclass_fields__ if name not in made_here]
        return cls(
            owner=type(forecaster).__name__,
            trains=getattr(forecaster, "state", "new") == "new",
            network={name: getattr(forecaster, name) for name in NETWORK_PARAMETERS},
            **{name: getattr(forecaster, name) for name in own},
        )
