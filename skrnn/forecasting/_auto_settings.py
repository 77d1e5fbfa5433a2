"""Settings that a forecaster determines from the data: window, season, strategy and training.

The rules were chosen on the training parts of the M1 competition and on single series of
statsmodels and sktime; ``python -m tests.benchmarks competitions`` measures the resulting errors.
"""

from dataclasses import dataclass, replace

import numpy as np

from skrnn.losses._named_losses import resolve_loss

from ._seasonal_periods import check_periods, seasonal_periods
from ._series_rows import count_known

# A window covers at most this fraction of a series, so that there are enough windows.
_WINDOW_SHARE = 4
# With this many windows, networks need fewer epochs, larger batches and no decay.
_MANY_WINDOWS = 5_000
# Windows that a network reads in all epochs together, so that training does not take longer the
# more series there are: a network of 16 units has then learned what it can.
_MOST_READ = 10 * 128_000
# It reads more if ten epochs read more windows of this number of its series. Long series differ in
# more than short ones: half of the epochs increase the error on the weekly series of M4 by 6%.
_SERIES_READ = 2_000
# The more steps are forecast, the more targets do neighbouring windows share, so with more steps
# than this, the windows of these series are read less often.
_STEPS_READ = 18
# Windows are read at least this often. If there are too many for that, a sample of them is read.
_LEAST_EPOCHS = 3
# With fewer windows, more inputs cost more than they tell.
_ENOUGH_FOR_THE_PAST = 1_000
# Root mean square of the changes of all series, divided by that of a typical series.
_LARGE_DIFFERENCE = 5


@dataclass(frozen=True)
class FittedSettings:
    """The values that a forecaster's "auto" settings stand for.

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
    transformer : object
        Transformation of the target, as in the parameter `transformer`.
    by_series : bool
        Whether each series has its own scale.
    past_of_known : bool
        Whether windows also contain the past of features known in advance, in addition to that of
        y.
    training : dict
        Values of `epochs`, `batch_size`, `learning_rate` and `weight_decay`.
    most_windows : int or None
        Largest number of windows to learn from. None means that there are few enough.
    rate_falls : bool
        Whether the learning rate of networks with features falls at the end of training.
    """

    strategy: str
    lag: int
    periods: tuple
    min_periods: int
    transformer: object
    by_series: bool
    past_of_known: bool
    training: dict
    most_windows: int | None
    rate_falls: bool

    @classmethod
    def of(cls, plan, axis, lengths, values, steps):
        """Determine the settings.

        Parameters
        ----------
        plan : ForecasterPlan
            The parameters.
        axis : TimeAxis
            Knows the step of the index.
        lengths : ndarray of int of shape (n_series,)
            Rows of each series.
        values : ndarray of shape (n_rows, n_targets)
            Rows of all series, one series after another, NaN where they are unknown.
        steps : ndarray of int or None
            The horizon, in steps after the end of y.

        Returns
        -------
        FittedSettings
        """
        loss = resolve_loss(plan.network["loss"], plan.network["quantile"])
        strategy = resolve_strategy(plan, steps)
        periods = check_periods(plan.sp)
        periods = seasonal_periods(axis) if periods is None else periods
        horizon = 1 if steps is None else max(int(np.max(steps)), 1)
        n_known = count_known(values, lengths)
        lag = _lag(plan.lag, periods, horizon, n_known)
        n_windows = int(np.maximum(n_known - horizon, 0).sum())
        transformer = _transformer(plan, loss, values)
        return cls(
            strategy,
            lag,
            _seasons_to_remove(plan, loss, periods),
            _min_periods(plan, lag),
            transformer,
            _by_series(plan, transformer, lengths, values),
            n_windows >= _ENOUGH_FOR_THE_PAST,
            _training(plan, n_windows, len(lengths), horizon),
            _most_windows(plan, n_windows, len(lengths)),
            _rate_falls(plan, n_windows),
        )

    def is_like(self, other):
        """Return whether networks without features are the same with these and other settings.

        How often the windows are read may differ: it changes little from one number of rows to the
        next.

        Parameters
        ----------
        other : FittedSettings
            For fewer or more rows of the same series.

        Returns
        -------
        bool
        """
        return other == replace(
            self,
            training={**self.training, "epochs": other.training["epochs"]},
            most_windows=other.most_windows,
            past_of_known=other.past_of_known,
        )


def resolve_strategy(plan, steps):
    """Return the strategy that "auto" stands for.

    All steps are forecast at once if `fit` knows the horizon, or if several quantiles of each step
    are needed, which only this strategy can forecast.
    """
    if plan.strategy != "auto":
        return plan.strategy
    several = resolve_loss(plan.network["loss"], plan.network["quantile"]).n_quantiles > 1
    known = steps is not None and (np.asarray(steps) > 0).any()
    return "multioutput" if known or several else "recursive"


def _lag(lag, periods, horizon, n_known):
    """Return the rows of a window: a season and the horizon, but at most a part of the series."""
    if not isinstance(lag, str):
        return int(lag)
    wanted = max(periods[-1] if periods else 1, round(1.25 * horizon), 3)
    return int(min(wanted, max(2, n_known.max() // _WINDOW_SHARE)))


def _seasons_to_remove(plan, loss, periods):
    if loss.keeps_targets:  # deseasonalised counts would be negative
        return ()
    return () if plan.deseasonalize in (False, None) else periods


def _min_periods(plan, lag):
    if plan.network["missing"] != "mask":
        return lag
    if isinstance(plan.min_periods, str):
        return min(lag, max(2, lag // 2))
    return lag if plan.min_periods is None else min(int(plan.min_periods), lag)


def _transformer(plan, loss, values):
    """Return the transformation: the logarithm if almost no value is zero.

    The median of logarithms is the logarithm of the median, and so are other quantiles. This is
    not true of means, which other losses estimate.
    """
    if not (isinstance(plan.transformer, str) and plan.transformer == "auto"):
        return plan.transformer
    has_logarithms = not (values < 0).any() and (values == 0).sum() <= 0.01 * (values > 0).sum()
    has_logarithms &= (values > 0).any()
    return "log" if has_logarithms and loss.estimates in ("median", "quantile") else None


def _by_series(plan, transformer, lengths, values):
    """Return whether each series has its own scale, because a common one would suit only a few."""
    if plan.scale_by != "auto":
        return plan.scale_by == "series"
    if len(lengths) == 1 or transformer == "log":
        return False
    return transformer is not None or _spreads_differ(lengths, values)


def _spreads_differ(lengths, values):
    """Return whether the changes of a few series are far larger than those of most."""
    ends = np.cumsum(lengths)
    changes = np.diff(values, axis=0, prepend=np.nan)
    changes[(ends - lengths)[lengths > 0]] = np.nan
    squares = np.where(np.isnan(changes), 0.0, changes) ** 2
    starts = np.minimum(ends - lengths, len(values) - 1)
    total = np.add.reduceat(squares, starts, axis=0)
    count = np.add.reduceat(~np.isnan(changes), starts, axis=0)
    mean = np.ma.array(total / np.maximum(count, 1), mask=count == 0)
    typical = np.ma.median(mean, axis=0)
    return bool((mean.mean(axis=0) > _LARGE_DIFFERENCE**2 * typical).any())


def _training(plan, n_windows, n_series, horizon):
    """Return the training settings; "auto" depends on the number of windows."""
    many = n_windows > _MANY_WINDOWS
    automatic = {
        "epochs": _epochs(n_windows, n_series, horizon) if many else 40,
        "batch_size": 128 if many else 32,
        "weight_decay": 0.0 if many else 1.0,
        "learning_rate": 0.005 if isinstance(plan.network["optimizer"], str) else None,
    }
    values = {name: plan.network[name] for name in automatic}
    return {
        name: automatic[name] if isinstance(value, str) and value == "auto" else value
        for name, value in values.items()
    }


def _rate_falls(plan, n_windows):
    """Return whether the learning rate of networks with features falls at the end of training.

    At a constant rate, the last steps move all forecasts in the same direction. On simulated daily
    sales with promotions, a falling rate makes the error 8 to 27% smaller, and on five long series
    1 to 37%. Without features, it makes it only 0 to 3% smaller.
    """
    automatic = isinstance(plan.network["learning_rate"], str)
    named = isinstance(plan.network["optimizer"], str)
    return automatic and named and n_windows > _MANY_WINDOWS


def _most_windows(plan, n_windows, n_series):
    """Return how many windows are read in the fewest epochs; None if all of them are read."""
    automatic = plan.network["epochs"] == "auto" and not plan.network["stateful"]
    most = _most_read(n_windows, n_series)
    if not automatic or 10 * n_windows <= most:
        return None
    return most // _LEAST_EPOCHS


def _epochs(n_windows, n_series, horizon):
    """Return the number of epochs that read about as many windows as allowed."""
    of_steps = _most_read(n_windows, n_series) * _STEPS_READ // max(_STEPS_READ, horizon)
    return int(np.clip(max(_MOST_READ, of_steps) // n_windows, _LEAST_EPOCHS, 10))


def _most_read(n_windows, n_series):
    """Return how many windows a network reads in all epochs together."""
    return max(_MOST_READ, 10 * n_windows * min(_SERIES_READ, n_series) // n_series)
