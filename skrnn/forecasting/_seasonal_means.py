"""Estimates the seasons of many series at once: means of deviations, shrunk towards 0."""

import numpy as np
from scipy.special import fdtri

# Weights of a cycle relative to those of the next one. A season that evolves needs small ones.
_DECAYS = np.array([1.0, 0.9, 0.8, 0.7, 0.6, 0.5])
# Cycles from which a season is estimated before its forecasts of the next one are evaluated.
_FIRST_CYCLES = 2
# Number of cycles from which a loop over them in Python takes most of the time.
_MANY_CYCLES = 2_000
# Level of the test for a season. On training windows, it changes errors only slightly.
_LEVEL = 0.9
# Means smaller than these fractions of the range and of the largest value are rounding errors.
_OF_RANGE, _OF_LARGEST = 1e-10, 1e-15
# Number of values in a block, so that memory does not grow with the number of series.
_BLOCK = 2**18


def seasonal_means(values, period, *, conditional, evolving=True):
    """Estimate the additive season of each series.

    A season is the mean deviation from a centred moving average over one period.

    Parameters
    ----------
    values : ndarray of shape (n_series, n_steps)
        The series, without unknown values, of at least three periods.
    period : int
        Seasonal periodicity.
    conditional : bool
        Whether a season is multiplied by its :func:`share_of_signal`, which is 0 if the means
        differ no more than they would by chance.
    evolving : bool, default=True
        Whether recent cycles have more weight if this would have made the forecasts of earlier
        cycles better.

    Returns
    -------
    ndarray of shape (n_series, period)
        The season of the first rows, with a mean of 0. It is 0 if there is no season, or if it is
        too large to be computed.

    References
    ----------
    Hyndman and Athanasopoulos, "Forecasting: Principles and Practice", 3rd edition, section 3.4.

    Miller and Williams, "Shrinkage estimators of time series seasonal factors and their effect on
    forecasting accuracy", International Journal of Forecasting, 2003.

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
            deviations, known = _deviations(block, period)
            found = _recent_means(deviations, known) if evolving else _means(deviations, known)
            if conditional:
                found *= share_of_signal(deviations, known)[:, None]
                found[np.abs(found).max(axis=1) < _rounding_errors(block)] = 0.0
            use = np.isfinite(found).all(axis=1)
        seasons[start : start + size][use] = found[use]
    return seasons


def share_of_signal(deviations, known):
    """Return which share of the variance of the seasonal means is not due to noise.

    James and Stein multiply means by about ``1 - 1 / F`` to make their squared errors smaller,
    where F is the statistic of an analysis of variance. Here, the factor is ``1 - f / F``, where f
    is the value that F exceeds in one of ten cases if the deviations are independent noise. If F
    is smaller, the factor is 0. The sum of a season and a trend has strong autocorrelation at
    every lag, which hides the season from a test for autocorrelation, but not from this test.

    Parameters
    ----------
    deviations : ndarray of shape (n_series, n_cycles, period)
        Deviations from the moving average, 0 if they are not known.
    known : ndarray of bool of shape (n_cycles, period)
        Which of them are known.

    Returns
    -------
    ndarray of shape (n_series,)
        Between 0 and 1.
    """
    counts, period = known.sum(axis=0), known.shape[1]
    means = deviations.sum(axis=1) / counts
    rest = np.where(known, deviations - means[:, None], 0.0)
    n_free = known.sum() - period
    noise = np.sum(rest**2, axis=(1, 2)) / n_free * np.mean(1 / counts)
    variance = means.var(axis=1, ddof=1)
    largest = fdtri(period - 1, n_free, _LEVEL)
    share = np.divide(largest * noise, variance, out=np.ones(len(means)), where=variance > 0)
    return np.clip(1 - share, 0.0, 1.0)


def _rounding_errors(values):
    """Return the size up to which the means of each series may be rounding errors."""
    of_range = _OF_RANGE * np.ptp(values, axis=1)
    return np.maximum(of_range, _OF_LARGEST * np.abs(values).max(axis=1))


def _deviations(values, period):
    """Return the deviations from the moving average by cycle, and which of them are known."""
    n_steps, half = values.shape[1], period // 2
    # Centring first prevents a loss of digits if the level is far from zero.
    centred = values - values.mean(axis=1, keepdims=True)
    cycles = -(-n_steps // period)
    table = np.zeros((len(values), cycles * period))
    inside = slice(half, n_steps - half)
    table[:, inside] = centred[:, inside] - _moving_average(centred, period)
    known = np.zeros(cycles * period, bool)
    known[inside] = True
    return table.reshape(-1, cycles, period), known.reshape(cycles, period)


def _means(deviations, known):
    """Return the means of all cycles, which have a mean of 0."""
    means = deviations.sum(axis=1) / known.sum(axis=0)
    return means - means.mean(axis=1, keepdims=True)


def _recent_means(deviations, known):
    """Return means in which recent cycles have as much more weight as suits each series.

    Means with different decays of the weights are averaged. Their weights are the likelihoods of
    each cycle given the cycles before it, under a normal distribution.
    """
    evaluated = _of_long_series if len(known) > _MANY_CYCLES else _of_many_series
    means, errors = evaluated(deviations, known)
    n_errors = known[_FIRST_CYCLES:].sum()
    logs = -n_errors / 2 * np.log(np.maximum(errors, np.finfo(float).tiny))
    shares = np.exp(logs - logs.max(axis=0))
    means = np.einsum("dn,dnp->np", shares / shares.sum(axis=0), means)
    return means - means.mean(axis=1, keepdims=True)


def _of_many_series(deviations, known):
    """Return the means with each decay, and the sum of squared errors of each cycle's forecasts.

    Each cycle is one step in Python, which handles all series at once.
    """
    sums = np.zeros((len(_DECAYS), len(deviations), known.shape[1]))
    weights = np.zeros((len(_DECAYS), 1, known.shape[1]))
    errors = np.zeros(sums.shape[:2])
    for cycle, now in enumerate(known):
        new = deviations[:, cycle]
        if cycle >= _FIRST_CYCLES:
            rest = new[:, now] - sums[..., now] / weights[..., now]
            errors = errors + np.sum(rest**2, axis=2)
        sums = _DECAYS[:, None, None] * sums + new
        weights = _DECAYS[:, None, None] * weights + now
    return sums / weights, errors


def _of_long_series(deviations, known):
    """Return the same as :func:`_of_many_series`, without a loop over cycles."""
    from scipy.signal import lfilter  # importing it takes longer than the loop over few cycles

    means, errors = [], []
    for decay in _DECAYS:
        weights = lfilter([1.0], [1.0, -decay], known.astype(float), axis=0)
        sums = lfilter([1.0], [1.0, -decay], deviations, axis=1)
        with np.errstate(invalid="ignore"):  # where nothing is known in the first cycle
            after = sums / weights
        means.append(after[:, -1])
        rest = deviations[:, _FIRST_CYCLES:] - after[:, _FIRST_CYCLES - 1 : -1]
        of_cycles = np.sum(np.where(known[_FIRST_CYCLES:], rest, 0.0) ** 2, axis=2)
        errors.append(of_cycles.cumsum(axis=1)[:, -1])  # in the order of the loop
    return np.array(means), np.array(errors)


def _moving_average(values, period):
    """Return the means over a period centred on each row that has enough rows on both sides."""
    sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
    averages = (sums[:, period:] - sums[:, :-period]) / period
    if period % 2:
        return averages
    # An even number of rows has no centre, so the outermost two have half the weight.
    return (averages[:, 1:] + averages[:, :-1]) / 2
