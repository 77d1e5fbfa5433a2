"""Estimates the seasons of many series at once: an autocorrelation test and seasonal means."""

import numpy as np

# Quantile of the normal distribution, for a test at the 90% level.
_CRITICAL = 1.645
# Number of values in a block, so that memory does not grow with the number of series.
_BLOCK = 2**18


def seasonal_means(values, period, *, conditional):
    """Estimate the additive season of each series.

    A season is the mean deviation from a centred moving average over one period.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_steps)
        The series, without unknown values, of at least three periods.
    period : int
        Seasonal periodicity.
    conditional : bool
        Whether a season has to pass :func:`has_season`.

    Returns
    -------
    ndarray of shape (n_series, period)
        The season of the first rows, with a mean of 0. It is 0 if there is no season, or if it is
        too large to be computed.

    References
    ----------
    Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition, section 3.4.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._seasonal_means import seasonal_means
    >>> rising = np.tile([1.0, -1.0], 5) + np.arange(10)
    >>> seasonal_means(rising[None], 2, conditional=False)
    array([[ 1., -1.]])
    """
    seasons = np.zeros((len(values), period))
    size = max(_BLOCK // values.shape[1], 1)
    for start in range(0, len(values), size):
        block = values[start : start + size]
        with np.errstate(over="ignore", invalid="ignore"):
            found = _means(block, period)
            use = np.isfinite(found).all(axis=1)
            if conditional:
                use &= has_season(block, period)
        seasons[start : start + size][use] = found[use]
    return seasons


def has_season(values, period):
    """Test for autocorrelation at the lag of a season, at the 90% level.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_steps)
        The series, without unknown values. A series must not be constant.
    period : int
        Seasonal periodicity.

    Returns
    -------
    ndarray of bool of shape (n_series,)

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos, "The M4 Competition: 100,000 time series and 61
    forecasting methods", International Journal of Forecasting, 2020.
    """
    n_steps = values.shape[1]
    deviations = values - values.mean(axis=1, keepdims=True)
    # Without this zero padding, the transform would treat the series as periodic.
    size = 2 ** int(np.ceil(np.log2(n_steps + period)))
    spectrum = np.fft.rfft(deviations, size, axis=1)
    covariances = np.fft.irfft(np.abs(spectrum) ** 2, size, axis=1)[:, : period + 1]
    correlations = covariances[:, 1:] / covariances[:, :1]
    # Bartlett's variance, assuming that all correlations at shorter lags are real.
    variance = (1 + 2 * np.sum(correlations[:, :-1] ** 2, axis=1)) / n_steps
    return np.abs(correlations[:, -1]) > _CRITICAL * np.sqrt(variance)


def _means(values, period):
    """Return the mean deviations from the moving average of each of the first rows."""
    n_steps, half = values.shape[1], period // 2
    # Centring first prevents a loss of digits if the level is far from zero.
    centred = values - values.mean(axis=1, keepdims=True)
    deviations = centred[:, half : n_steps - half] - _moving_average(centred, period)
    cycles = -(-n_steps // period)
    table = np.zeros((len(values), cycles * period))
    table[:, half : n_steps - half] = deviations
    positions = np.arange(half, n_steps - half) % period
    counts = np.bincount(positions, minlength=period)
    means = table.reshape(-1, cycles, period).sum(axis=1) / counts
    return means - means.mean(axis=1, keepdims=True)


def _moving_average(values, period):
    """Return the means over a period centred on each row that has enough rows on both sides."""
    sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    averages = (sums[:, period:] - sums[:, :-period]) / period
    if period % 2:
        return averages
    # An even number of rows has no centre, so the outermost two have half the weight.
    return (averages[:, 1:] + averages[:, :-1]) / 2
