"""Quantiles of forecasts by split conformal prediction, from errors on held-out windows."""

from dataclasses import dataclass

import numpy as np

# With this many errors for a step, its quantiles are estimated without the other steps.
_ENOUGH = 200
# Half of a coverage is not exact in binary: 0.5 - 0.9 / 2 is slightly less than 0.05.
_ROUNDING = 1e-9
# The power with which errors grow with the step if no two steps tell: that of a random walk.
_UNKNOWN_GROWTH = 0.5


@dataclass(frozen=True)
class ConformalQuantiles:
    """Quantiles of the errors of held-out forecasts, for each step of the horizon [1]_.

    Errors are divided by the scale of their series, so that those of many series can be pooled. If
    there are only a few errors for a step, the errors of all steps are pooled, after dividing them
    by the spread of their step.

    With n errors, split conformal prediction provides finite quantiles from ``1 / (n + 1)`` to ``n
    / (n + 1)``. Quantiles beyond these are taken from Student's t distribution around 0, with the
    spread of the errors and n degrees of freedom [2]_, but they always lie outside the largest
    error. Without errors, all quantiles except the median are NaN.

    Attributes
    ----------
    scores : list of ndarray
        Sorted errors for each step, in units of `spread` and of the scale of a series.
    spread : ndarray of shape (n_steps,)
        Spread of the errors of each step.
    growth : float, default=0.0
        The power of the step with which the spread grows beyond the last step.

    References
    ----------
    .. [1] Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", 2005;
       Stankeviciute, Alaa and van der Schaar, "Conformal Time-series Forecasting", NeurIPS, 2021.
    .. [2] Geisser, "Predictive Inference", 1993: the prediction interval of a normal sample.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._conformal import ConformalQuantiles
    >>> errors = np.random.default_rng(0).normal(size=(1000, 2)) * [1, 3]
    >>> ConformalQuantiles.of(errors).offsets([0.1, 0.9]).round(1)
    array([[-1.3,  1.3],
           [-3.8,  3.9]])
    """

    scores: list
    spread: np.ndarray
    growth: float = 0.0

    @classmethod
    def of(cls, errors):
        """Learn from errors.

        Parameters
        ----------
        errors : ndarray of shape (n_errors, n_steps)
            True values minus forecasts, divided by the scale of the series. NaN means unknown.

        Returns
        -------
        ConformalQuantiles
        """
        count = (~np.isnan(errors)).sum(axis=0)
        spread, growth = _smooth_spread(errors, count)
        if count.min() >= _ENOUGH:
            by_step = [np.sort(column[~np.isnan(column)]) for column in errors.T]
            return cls(by_step, np.ones(errors.shape[1]), growth)
        pooled = (errors / spread)[~np.isnan(errors)]
        return cls([np.sort(pooled)] * errors.shape[1], spread, growth)

    @property
    def largest_coverage(self):
        """The largest coverage of an interval that the errors support; 0 without errors."""
        n = min(len(scores) for scores in self.scores)
        return max(n - 1, 0) / (n + 1)

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
        same = all(scores is self.scores[0] for scores in self.scores)
        if same:  # all steps are pooled
            return self.spread[:, None] * _quantiles(self.scores[0], levels)
        return self.spread[:, None] * np.stack([_quantiles(s, levels) for s in self.scores])

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
            result[place == step] = _quantiles(self.scores[step], levels[place == step])
        return result * (self.spread[place] * self.beyond(steps))[..., None]

    def beyond(self, steps):
        """Return the spread of steps beyond the last one, as a ratio to that of the last."""
        return np.maximum(steps / len(self.scores), 1.0) ** self.growth


def _smooth_spread(errors, count):
    """Return the spread of each step: a power of the step, fitted to the mean absolute errors.

    Also return the power.
    """
    steps = np.arange(1, errors.shape[1] + 1)
    mean = np.nansum(np.abs(errors), axis=0) / np.maximum(count, 1)
    use = (count > 0) & (mean > 0)
    if not use.any():
        return np.ones(len(steps)), _UNKNOWN_GROWTH
    if use.sum() < 2:
        return np.full(len(steps), mean[use][0]), _UNKNOWN_GROWTH
    power, constant = np.polyfit(np.log(steps[use]), np.log(mean[use]), 1, w=np.sqrt(count[use]))
    # Errors neither shrink with the step nor grow faster than those of a random trend.
    power = np.clip(power, 0.0, 1.0)
    constant = np.average(np.log(mean[use]) - power * np.log(steps[use]), weights=count[use])
    return np.exp(constant) * steps**power, float(power)


def _quantiles(scores, levels):
    """Return quantiles of sorted errors, with the finite-sample correction of split conformal.

    The median of a forecast is the forecast itself, and a quantile never crosses it.
    """
    n = len(scores)
    if not n:
        return np.where(levels == 0.5, 0.0, np.nan)
    above = np.maximum(_upper(scores, np.maximum(levels, 0.5)), 0.0)
    below = np.maximum(_upper(-scores[::-1], np.maximum(1 - levels, 0.5)), 0.0)
    return np.where(levels == 0.5, 0.0, np.where(levels > 0.5, above, -below))


def _upper(scores, levels):
    """Return quantiles of one half or more, of errors or beyond them."""
    n = len(scores)
    rank = np.ceil(levels * (n + 1) - _ROUNDING).astype(int)
    inside = scores[np.clip(rank, 1, n) - 1]
    if rank.max(initial=0) <= n:
        return inside
    return np.where(rank <= n, inside, np.maximum(scores[-1], _normal_quantiles(scores, levels)))


def _normal_quantiles(scores, levels):
    """Return quantiles of the next error, if errors are normally distributed around 0."""
    from scipy.special import stdtrit

    n = len(scores)
    spread = np.sqrt(np.mean(scores**2) * (1 + 1 / n))
    certain = levels >= 1
    # Only infinity is exceeded by no error at all.
    quantiles = spread * stdtrit(n, np.where(certain, 0.5, levels))
    return np.where(certain, np.inf, quantiles)
