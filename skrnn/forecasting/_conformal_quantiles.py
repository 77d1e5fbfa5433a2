"""Quantiles of forecasts by split conformal prediction, from errors on held-out windows."""

from dataclasses import dataclass

import numpy as np

from ._error_sizes import ErrorSizes, mean_sizes

# With this many errors for a step, its quantiles are estimated without the other steps.
_ENOUGH = 200
# Half of a coverage is not exact in binary: 0.5 - 0.9 / 2 is slightly less than 0.05.
_ROUNDING = 1e-9
# Chosen on the training parts of M1, M3 and Tourism, where it changes 0.796 and 0.934 of intervals
# of 80 and 95% to 0.808 and 0.946.
_SERIES_OF_A_TIME = 20
# Independent errors that the sizes expected count as much as. Chosen on single series, on the
# third and fourth horizon from the end of training parts, as in the benchmark
# ``single_intervals``.
_EXPECTED_COUNTS = 4.0
# With this many independent errors, on average over the steps, no sizes are expected: on months
# that are forecast for two years, the scores of 95% intervals would be 33% larger.
_ENOUGH_INDEPENDENT = 3


@dataclass(frozen=True)
class ConformalQuantiles:
    """Quantiles of the errors of held-out forecasts, for each step of the horizon [1]_.

    Errors are divided by the scale of their series, so that those of many series can be pooled. If
    there are only a few errors for a step, the errors of all steps are pooled, after dividing them
    by the spread of their step. The errors are mirrored first, see :func:`mirrored`.

    With n errors, split conformal prediction provides finite quantiles from ``1 / (n + 1)`` to ``n
    / (n + 1)``. Quantiles beyond these are taken from Student's t distribution around 0, with the
    spread of the errors and n degrees of freedom [2]_, but they always lie outside the largest
    error. Without errors, all quantiles except the median are NaN.

    The errors of overlapping windows are dependent, and are worth a smaller number k of
    independent errors. Quantiles beyond ``k / (k + 1)`` are at least those of a normal
    distribution, and all quantiles are widened by ``(1 + 1 / (2 k)) / (1 + 1 / (2 n))``. This is
    about how much wider the prediction interval of a normal sample of k values is than that of n
    values.

    A few independent errors barely show how large errors usually are. If the sizes to expect are
    given, the spread is a geometric mean of both, in which these sizes count as much as four
    independent errors. Quantiles beyond ``k / (k + 1)`` are then at least those of Student's t
    distribution with k + 4 degrees of freedom, and nothing is widened.

    Attributes
    ----------
    scores : list of ndarray
        Sorted errors for each step, mirrored, in units of `spread` and of the scale of a series.
    counts : ndarray of int of shape (n_steps,)
        Number of errors for each step, before they were mirrored.
    effective : ndarray of shape (n_steps,)
        Number of independent errors that tell as much.
    spread : ndarray of shape (n_steps,)
        Spread of the errors of each step.
    growth : float, default=0.0
        The power of the step with which the spread grows beyond the last step.
    centered : bool, default=True
        Whether the forecast is the median. If not, the errors are not mirrored, and their own
        median is the offset at the level 0.5. The forecast of a count with many zeros is a mean,
        which may lie above most of the values.

    References
    ----------
    .. [1] Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005;
       Stankeviciute, Alaa and van der Schaar, "Conformal Time-series Forecasting", NeurIPS, 2021.
    .. [2] Geisser, "Predictive Inference", 1993: the prediction interval of a normal sample.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._conformal_quantiles import ConformalQuantiles
    >>> errors = np.random.default_rng(0).normal(size=(1000, 2)) * [1, 3]
    >>> ConformalQuantiles.of(errors).offsets([0.1, 0.9]).round(1)
    array([[-1.3,  1.3],
           [-3.7,  4. ]])
    """

    scores: list
    counts: np.ndarray
    effective: np.ndarray
    spread: np.ndarray
    growth: float = 0.0
    centered: bool = True
    degrees: np.ndarray | None = None

    @classmethod
    def of(cls, errors, independent=1.0, *, centered=True, expected=None):
        """Learn from errors.

        Parameters
        ----------
        errors : ndarray of shape (n_errors, n_steps)
            True values minus forecasts, divided by the scale of the series. NaN marks unknown
            values.
        independent : float or ndarray of shape (n_steps,), default=1.0
            Number of independent errors that the errors of each step are worth, as a share.
        centered : bool, default=True
            Whether the forecast is the median.
        expected : ErrorSizes, default=None
            The sizes of errors to expect without knowing any, in the same units.

        Returns
        -------
        ConformalQuantiles
        """
        count = (~np.isnan(errors)).sum(axis=0)
        effective = _effective(count, independent)
        whole = mirrored(errors) if centered else errors
        sizes = ErrorSizes.of(mean_sizes(whole), count)
        growth = sizes.growth
        if count.min() >= _ENOUGH:
            by_step = [np.sort(column[~np.isnan(column)]) for column in whole.T]
            ones = np.ones(errors.shape[1])
            return cls(by_step, count, effective, ones, growth, centered)
        pooled = np.sort((whole / sizes.spread)[~np.isnan(whole)])
        counts, degrees = np.full(len(count), count.sum()), None
        if expected is not None and pooled.any():
            usual = effective[count > 0].mean()
            share = usual / (usual + _EXPECTED_COUNTS)
            sizes, degrees = sizes.mixed(expected, share), effective + _EXPECTED_COUNTS
        by_step = [pooled] * len(count)
        return cls(by_step, counts, effective, sizes.spread, sizes.growth, centered, degrees)

    @property
    def largest_coverage(self):
        """The largest coverage of an interval that the errors support; 0 without errors."""
        return max(self.n_errors - 1, 0) / (self.n_errors + 1)

    @property
    def n_errors(self):
        """The smallest number of errors that the quantiles of a step are taken from."""
        return int(self.counts.min())

    @property
    def all_exact(self):
        """Whether errors are known, and all of them are 0."""
        return self.n_errors > 0 and not any(scores.any() for scores in self.scores)

    def supports(self, alpha):
        """Return whether the errors support a quantile without extrapolation."""
        return alpha == 0.5 or abs(2 * alpha - 1) <= self.largest_coverage + _ROUNDING

    def offsets(self, alphas):
        """Return what to add to a forecast, in units of the scale of its series.

        Parameters
        ----------
        alphas : sequence of float
            Quantiles between 0 and 1.

        Returns
        -------
        ndarray of shape (n_steps, n_alphas)
            NaN if no error is known, except for the median.
        """
        levels = np.asarray(alphas, np.float64)
        steps = np.arange(1, len(self.scores) + 1)
        return self.offsets_at(steps, np.broadcast_to(levels, (len(steps), len(levels))))

    def offsets_at(self, steps, levels):
        """Return what to add to forecasts, each at its own quantiles.

        Parameters
        ----------
        steps : ndarray of int of shape (...)
            Steps ahead, 1 or more.
        levels : ndarray of shape (..., n_levels)
            Quantiles between 0 and 1.

        Returns
        -------
        ndarray of shape (..., n_levels)
            As `offsets` returns them, and beyond its last step wider as the spread grows.
        """
        n_steps, result = len(self.scores), np.empty(levels.shape)
        place = np.minimum(steps, n_steps) - 1
        for step in np.unique(place):
            n, k, here = self.counts[step], self.effective[step], place == step
            degrees = None if self.degrees is None else self.degrees[step]
            wider = (1 + 0.5 / k) / (1 + 0.5 / max(n, 1)) if degrees is None else 1.0
            quantiles = _centered_quantiles if self.centered else _quantiles
            result[here] = wider * quantiles(self.scores[step], levels[here], n, k, degrees)
        return result * (self.spread[place] * self.beyond(steps))[..., None]

    def beyond(self, steps):
        """Return the spread of steps beyond the last one, as a ratio to that of the last."""
        return np.maximum(steps / len(self.scores), 1.0) ** self.growth


def too_few_to_tell_sizes(errors, independent):
    """Return whether errors are worth so few independent ones that their size is uncertain.

    Parameters
    ----------
    errors, independent
        As in :meth:`ConformalQuantiles.of`.

    Returns
    -------
    bool
        False if no error is known.
    """
    count = (~np.isnan(errors)).sum(axis=0)
    known = _effective(count, independent)[count > 0]
    return bool(len(known)) and bool(known.mean() < _ENOUGH_INDEPENDENT)


def _effective(count, independent):
    """Return how many independent errors those of each step are worth.

    A step without errors has the spread of its neighbours, and as many errors.
    """
    usual = count[count > 0].mean() if count.any() else 0
    return np.maximum(np.where(count > 0, count, usual) * independent, 1.0)


def mirrored(errors):
    """Return errors, and the same errors with their median of each step on the other side of 0.

    Held-out forecasts are often too low as a whole, or too high: a trend went on or ended, and all
    errors of a window have the same sign. Later forecasts are as likely to err to the other side.
    What is left of the errors without their median keeps its form, so that counts have long tails
    on one side.

    Parameters
    ----------
    errors : ndarray of shape (n_errors, n_steps)
        The errors. NaN marks unknown values.

    Returns
    -------
    ndarray of shape (2 * n_errors, n_steps)
    """
    known = ~np.isnan(errors).all(axis=0)
    center = np.zeros(errors.shape[1])
    center[known] = np.nanmedian(errors[:, known], axis=0)
    return np.concatenate([errors, errors - 2 * center])


def independent_share(later, n_steps, n_series=1):
    """Return how much errors of overlapping windows tell, as a share of independent ones.

    Forecasts of a step s from origins less than s rows apart have most of what happens in common.
    Series of a panel have their time in common, and later times differ from it: at the same time,
    even thousands of series tell no more than twenty independent ones.

    Parameters
    ----------
    later : ndarray of int of shape (n_origins,)
        Rows between each origin and the last one, the earliest first.
    n_steps : int
        Steps ahead.
    n_series : int, default=1
        Number of series.

    Returns
    -------
    ndarray of shape (n_steps,)

    Examples
    --------
    Of 11 origins in turns, forecasts one step ahead share nothing, and those of 10 steps as much
    as two that are 10 rows apart:

    >>> import numpy as np
    >>> from skrnn.forecasting._conformal_quantiles import independent_share
    >>> independent_share(np.arange(11)[::-1], 10)[[0, 9]] * 11
    array([11.,  2.])
    """
    if not len(later):
        return np.ones(n_steps)
    steps = np.arange(1, n_steps + 1)
    of_series = min(1.0, _SERIES_OF_A_TIME / n_series)
    return of_series * np.minimum(1.0, (1 + (later[0] - later[-1]) / steps) / len(later))


def _centered_quantiles(scores, levels, n, k, degrees):
    """Return quantiles of sorted errors around a forecast that is the median.

    No quantile crosses the forecast. The n errors are mirrored.
    """
    quantiles = _quantiles(scores, levels, n, k, degrees)
    one_sided = np.where(levels > 0.5, np.maximum(quantiles, 0.0), np.minimum(quantiles, 0.0))
    return np.where(levels == 0.5, 0.0, one_sided)


def _quantiles(scores, levels, n, k, degrees):
    """Return quantiles of sorted errors, corrected for their number as split conformal asks.

    There are n errors, which tell as much as k independent ones.
    """
    if not len(scores):
        return np.where(levels == 0.5, 0.0, np.nan)
    above = _upper(scores, np.maximum(levels, 0.5), n, k, degrees)
    below = _upper(-scores[::-1], np.maximum(1 - levels, 0.5), n, k, degrees)
    return np.where(levels > 0.5, above, -below)


def _upper(scores, levels, n, k, degrees):
    """Return quantiles of one half or more, of errors or beyond them."""
    size = len(scores)
    rank = np.ceil(levels * (n + 1) * (size / n) - _ROUNDING).astype(int)
    inside = scores[np.clip(rank, 1, size) - 1]
    if levels.max(initial=0.5) <= k / (k + 1) + _ROUNDING:
        return inside
    supported = levels <= k / (k + 1) + _ROUNDING
    beyond = _extrapolated(scores, levels, n, degrees)
    return np.where(supported, inside, np.maximum(inside, beyond))


def _extrapolated(scores, levels, n, degrees):
    """Return quantiles of normal errors around 0; beyond n errors, of the next normal error.

    Beyond n errors they grow from the largest error on, if that lies farther out. With degrees of
    freedom, they are quantiles of Student's t distribution with a mean absolute value of 1.
    """
    from scipy.special import ndtri, stdtrit

    certain = levels >= 1
    levels = np.where(certain, 0.5, levels)
    edge, freedom = n / (n + 1), n if degrees is None else degrees
    student = stdtrit(freedom, levels)
    # The next error of one or two is too uncertain for a ratio.
    largest = scores[-1] * student / stdtrit(freedom, max(edge, 0.75))
    if degrees is None:
        spread = np.sqrt(np.mean(scores**2))
        inner, outer = spread * ndtri(levels), spread * student
    else:
        inner = outer = student / _mean_of_student(degrees)
    beyond = np.maximum(outer, largest)
    quantiles = np.where(levels > edge + _ROUNDING, beyond, inner)
    # Only infinity is exceeded by no error at all.
    return np.where(certain, np.inf, quantiles)


def _mean_of_student(degrees):
    """Return the mean absolute value of Student's t distribution."""
    from scipy.special import beta

    return 2 * np.sqrt(degrees) / ((degrees - 1) * beta(degrees / 2, 0.5))
