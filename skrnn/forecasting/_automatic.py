"""Settings that a forecaster determines from the data: window, season, strategy and training.

The rules were chosen on the training parts of the M1 competition and on single series of
statsmodels and sktime; ``python -m tests.benchmarks competitions`` measures what they give.
"""

from dataclasses import dataclass

import numpy as np

from ._seasonality import check_periods, seasonal_periods

# Windows of a series fill at most this fraction of it, so that there are enough of them.
_WINDOW_SHARE = 4
# Enough windows for fewer epochs, larger batches and no decay, as many series give them.
_MANY_WINDOWS = 5_000


@dataclass(frozen=True)
class FittedSettings:
    """The values of a forecaster's settings that "auto" stands for.

    Attributes
    ----------
    strategy : {"recursive", "direct", "multioutput"}
        How several steps are forecast.
    lag : int
        Number of rows of a window.
    periods : tuple of int
        Seasonal periodicities that may be removed, the longest first.
    min_periods : int
        Number of known rows that a window needs to be learned from.
    training : dict
        Values of `epochs`, `batch_size`, `learning_rate` and `weight_decay`.
    """

    strategy: str
    lag: int
    periods: tuple
    min_periods: int
    training: dict

    @classmethod
    def of(cls, forecaster, axis, lengths, steps):
        """Determine the settings.

        Parameters
        ----------
        forecaster : RNNForecaster
            Has the parameters.
        axis : TimeAxis
            Knows the step of the index.
        lengths : ndarray of int of shape (n_series,)
            Rows of each series.
        steps : ndarray of int or None
            The horizon, relative to the end of y.

        Returns
        -------
        FittedSettings
        """
        strategy = resolve_strategy(forecaster, steps)
        periods = check_periods(forecaster.sp)
        periods = seasonal_periods(axis) if periods is None else periods
        horizon = 1 if steps is None else max(int(np.max(steps)), 1)
        lag = _lag(forecaster.lag, periods, horizon, lengths)
        return cls(
            strategy,
            lag,
            _seasons_to_remove(forecaster, periods),
            _min_periods(forecaster, lag),
            _training(forecaster, int(np.maximum(lengths - horizon, 0).sum())),
        )


def resolve_strategy(forecaster, steps):
    """Return the strategy that "auto" stands for.

    All steps are forecast at once where `fit` knows the horizon, or where several quantiles of
    each step are wanted, which only this strategy gives.
    """
    if forecaster.strategy != "auto":
        return forecaster.strategy
    several = np.ndim(forecaster.quantile) == 1 and len(forecaster.quantile) > 1
    known = steps is not None and (np.asarray(steps) > 0).any()
    return "multioutput" if known or several else "recursive"


def _lag(lag, periods, horizon, lengths):
    """Return the rows of a window: a season and the horizon, but no large part of the series."""
    if not isinstance(lag, str):
        return int(lag)
    wanted = max(periods[-1] if periods else 1, round(1.25 * horizon), 3)
    return int(min(wanted, max(2, lengths.max() // _WINDOW_SHARE)))


def _seasons_to_remove(forecaster, periods):
    return () if forecaster.deseasonalize in (False, None) else periods


def _min_periods(forecaster, lag):
    if forecaster.missing != "mask":
        return lag
    if isinstance(forecaster.min_periods, str):
        return min(lag, max(2, lag // 2))
    return lag if forecaster.min_periods is None else min(int(forecaster.min_periods), lag)


def _training(forecaster, n_windows):
    """Return the settings of the training, of which "auto" depends on the number of windows."""
    many = n_windows > _MANY_WINDOWS
    automatic = {
        "epochs": 10 if many else 40,
        "batch_size": 128 if many else 32,
        "weight_decay": 0.0 if many else 1.0,
        "learning_rate": 0.005 if isinstance(forecaster.optimizer, str) else None,
    }
    values = {name: getattr(forecaster, name) for name in automatic}
    return {
        name: automatic[name] if isinstance(value, str) and value == "auto" else value
        for name, value in values.items()
    }
