"""Search spaces in the formats that sktime's searches accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.stats import loguniform, randint

if TYPE_CHECKING:
    from typing import Any, Literal

_CHOICES = {"deseasonalize": ["auto", False], "transformer": ["auto", None], "units": [8, 16, 32]}
_CELLS = ["gru", "lstm"]
_LEARNING_RATES = (1e-3, 2e-2)
_WEIGHT_DECAYS = (1e-2, 3.0)
_EPOCHS = (20, 80)


def search_space(
    kind: Literal["grid", "random", "optuna"] = "grid", *, prefix: str = ""
) -> dict[str, Any]:
    """Return a search space for the parameters of `RNNForecaster`.

    The transformation and the seasonality of the series matter most, then the penalty and the size
    of the network. Settings that can be determined well from the data, such as the window, are
    left out.

    Parameters
    ----------
    kind : {"grid", "random", "optuna"}, default="grid"
        "grid": lists with 24 combinations in total, for sktime's `ForecastingGridSearchCV`.
        "random": lists and SciPy distributions, for `ForecastingRandomizedSearchCV`. "optuna":
        optuna distributions, for `ForecastingOptunaSearchCV`.

    prefix : str, default=""
        Prefix of the parameter names if the forecaster is a step of a pipeline, such as
        ``"forecaster__"``.

    Returns
    -------
    dict
        The values of each parameter, or their distribution.

    Raises
    ------
    ValueError
        If `kind` is unknown.
    ImportError
        If optuna is not installed.

    Examples
    --------
    >>> from skrnn.forecasting import search_space
    >>> for name, values in search_space().items():
    ...     print(name, values)
    deseasonalize ['auto', False]
    transformer ['auto', None]
    units [8, 16, 32]
    weight_decay [0.1, 1.0]
    """
    spaces = {"grid": _grid, "random": _random, "optuna": _optuna}
    if kind not in spaces:
        raise ValueError(f"kind must be one of {', '.join(map(repr, spaces))}. Got {kind!r}.")
    return {f"{prefix}{name}": values for name, values in spaces[kind]().items()}


def _grid():
    return {**_CHOICES, "weight_decay": [0.1, 1.0]}


def _random():
    return {
        **_CHOICES,
        "cell": _CELLS,
        "learning_rate": loguniform(*_LEARNING_RATES),
        "weight_decay": loguniform(*_WEIGHT_DECAYS),
        "epochs": randint(_EPOCHS[0], _EPOCHS[1] + 1),
    }


def _optuna():
    try:
        from optuna import distributions
    except ImportError as error:
        raise ImportError(
            "search_space(kind='optuna') needs optuna, which is not installed: pip install optuna"
        ) from error
    choices = {**_CHOICES, "cell": _CELLS}
    return {
        **{n: distributions.CategoricalDistribution(values) for n, values in choices.items()},
        "learning_rate": distributions.FloatDistribution(*_LEARNING_RATES, log=True),
        "weight_decay": distributions.FloatDistribution(*_WEIGHT_DECAYS, log=True),
        "epochs": distributions.IntDistribution(*_EPOCHS),
    }
