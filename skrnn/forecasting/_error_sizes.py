"""Mean sizes of errors, and what they should be by how much the series change."""

from dataclasses import dataclass

import numpy as np

# The power with which errors grow with the step if no two steps tell: that of a random walk.
_UNKNOWN_GROWTH = 0.5
# How much smaller and larger than the errors themselves the sizes expected may be. Series that
# repeat their last season almost exactly are not forecast as exactly as that.
_SMALLEST, _LARGEST = 1 / 3, 6.0


@dataclass(frozen=True)
class ErrorSizes:
    """Mean absolute errors, which grow as a power of the step.

    Attributes
    ----------
    spread : ndarray of shape (n_steps,)
        Of each step.
    growth : float
        The power.
    """

    spread: np.ndarray
    growth: float

    @classmethod
    def of(cls, mean, count):
        """Fit a power of the step to the mean absolute errors of each step.

        Parameters
        ----------
        mean, count : ndarray of shape (n_steps,)
            The means, and the number of errors in each.

        Returns
        -------
        ErrorSizes
            1 for all steps if no error is known, or all of them are 0.
        """
        steps = np.arange(1, len(mean) + 1)
        use = (count > 0) & (mean > 0)
        if not use.any():
            return cls(np.ones(len(steps)), _UNKNOWN_GROWTH)
        if use.sum() < 2:
            return cls(np.full(len(steps), mean[use][0]), _UNKNOWN_GROWTH)
        x, y = np.log(steps[use]), np.log(mean[use])
        # Errors neither shrink with the step nor grow faster than those of a random trend.
        power = np.clip(np.polyfit(x, y, 1, w=np.sqrt(count[use]))[0], 0.0, 1.0)
        constant = np.average(y - power * x, weights=count[use])
        return cls(np.exp(constant) * steps**power, float(power))

    def mixed(self, expected, share):
        """Return the geometric mean with the sizes expected, in which these have a share."""
        other = np.clip(expected.spread, _SMALLEST * self.spread, _LARGEST * self.spread)
        growth = share * self.growth + (1 - share) * expected.growth
        return ErrorSizes(self.spread**share * other ** (1 - share), growth)


def mean_sizes(errors):
    """Return the mean absolute error of each step; 0 if none is known."""
    return np.nansum(np.abs(errors), axis=0) / np.maximum((~np.isnan(errors)).sum(axis=0), 1)


def expected_sizes(values, series, scales, n_steps, periods):
    """Return the mean absolute errors of a naive forecast at all times.

    It repeats the last value or the last season, whichever is better. A single series has few
    held-out rows, whose errors depend on each other. How much it has changed so far tells more
    about the errors to come than whether the last few rows were easy to forecast.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        Values, where those of each series are adjacent. NaN marks unknown values.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    scales : ndarray of shape (n_series,)
        Scale of each series. A series whose scale is 0 or NaN is not used.
    n_steps : int
        Steps ahead.
    periods : sequence of int
        Seasonal periodicities.

    Returns
    -------
    ErrorSizes or None
        None if no change is known.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._error_sizes import expected_sizes
    >>> values = np.array([1.0, 5.0, 2.0, 6.0, 3.0, 7.0])
    >>> expected_sizes(values, np.zeros(6, int), np.ones(1), 3, (2,)).spread.round(1)
    array([0.9, 1.3, 1.5])
    """
    scaled = values / np.where(scales > 0, scales, np.nan)[series]
    candidates = [_sizes(scaled, series, n_steps, period) for period in {1, *periods}]
    return min(
        (sizes for sizes in candidates if sizes is not None),
        key=lambda sizes: sizes.spread.mean(),
        default=None,
    )


def _sizes(scaled, series, n_steps, period):
    """Return the sizes of changes from the same place within an earlier season."""
    lags = period * -(-np.arange(1, n_steps + 1) // period)
    mean, count = np.zeros(n_steps), np.zeros(n_steps, np.intp)
    for lag in np.unique(lags[lags < len(scaled)]):
        change = np.abs(scaled[lag:] - scaled[:-lag])
        known = ~np.isnan(change) & (series[lag:] == series[:-lag])
        count[lags == lag] = known.sum()
        mean[lags == lag] = change[known].mean() if known.any() else 0.0
    if not mean.any() or count[0] < period:  # less than a season is known twice
        return None
    return ErrorSizes.of(mean, count)
