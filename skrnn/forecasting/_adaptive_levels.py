"""Levels of quantiles that move as true values arrive."""

from dataclasses import dataclass, replace

import numpy as np

# Chosen on the training parts of M1 and M3: larger steps cover better and jump more.
STEP = 0.03
"""How far a level moves with a true value."""
# A level may come this much nearer to 0 or 1. Beyond that, a few extreme errors dominate.
_NEAREST = 0.1
# A level is remembered up to this far beyond, so that the values that follow count from there.
# Otherwise the quantiles of series whose errors come in long runs would be too narrow.
_BEYOND = 0.1
_TAIL = np.array([0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4])
LEVELS = np.concatenate([_TAIL, 1 - _TAIL[::-1]])
"""Quantiles whose levels are followed. Those between them are interpolated."""


@dataclass(frozen=True)
class AdaptiveLevels:
    """Adaptive conformal inference [1]_, separately for each series and each side.

    If the true values exceed a quantile more often than it should, the quantile is computed at a
    higher level, and otherwise at a lower one. Each true value moves the level by 0.03 times the
    difference between the fraction that should lie below and what was observed, 0 or 1. The errors
    of n values that were forecast at the same time depend on each other, so each of them moves it
    by ``1 / sqrt(n)`` of that. In the long run the quantiles are right, whatever the series does,
    as long as the errors held out are large enough.

    Attributes
    ----------
    levels : ndarray of shape (n_series, n_levels)
        The levels at which the quantiles are computed, or would be if those near 0 and 1 could be.
    asked : tuple of float, default=LEVELS
        The quantiles that are followed, in increasing order.

    References
    ----------
    .. [1] Gibbs and Candes, "Adaptive Conformal Inference Under Distribution Shift", NeurIPS,
       2021.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._adaptive_levels import AdaptiveLevels
    >>> levels = AdaptiveLevels.of(1)
    >>> for _ in range(3):  # far above all quantiles
    ...     levels = levels.after(np.array([9.0]), np.zeros((1, 20)))
    >>> levels.applied(np.array([[0.1, 0.5, 0.9]])).round(3)
    array([[0.109, 0.5  , 0.981]])
    """

    levels: np.ndarray
    asked: tuple = tuple(LEVELS.tolist())

    @classmethod
    def of(cls, n_series, asked=LEVELS):
        """Return the levels before any true value has arrived."""
        return cls(np.tile(asked, (n_series, 1)), tuple(asked))

    @property
    def possible(self):
        """The levels at which the quantiles are computed."""
        return np.clip(self.levels, *limits_of(np.array(self.asked)))

    def after(self, truth, quantiles, n_values=1):
        """Return the levels after a true value of each series.

        Parameters
        ----------
        truth : ndarray of shape (n_series,)
            The values. NaN marks unknown values, and does not change any level.
        quantiles : ndarray of shape (n_series, n_levels)
            What was forecast for them at these levels. A value that equals a quantile, as counts
            do, does not move it.
        n_values : int or ndarray of shape (n_series,), default=1
            Number of values of each series that were forecast at the same time.

        Returns
        -------
        AdaptiveLevels
        """
        truth, asked = truth[:, None], np.array(self.asked)
        below = np.where(truth == quantiles, asked, truth < quantiles)
        step = STEP / np.sqrt(np.maximum(n_values, 1)).reshape(-1, 1)
        lowest, highest = limits_of(asked)
        moved = self.levels + step * (asked - below)
        beyond = np.where(lowest < highest, _BEYOND, 0.0)  # the median does not move
        moved = np.clip(moved, lowest - beyond, highest + beyond)
        unknown = np.isnan(truth) | np.isnan(quantiles)
        return replace(self, levels=np.where(unknown, self.levels, moved))

    def applied(self, levels):
        """Return the levels at which any quantiles are computed, if :data:`LEVELS` are followed.

        Parameters
        ----------
        levels : ndarray of shape (n_series, ...)
            The requested quantiles.

        Returns
        -------
        ndarray of the same shape
        """
        half = len(LEVELS) // 2
        asked = np.concatenate([[0.0], LEVELS[:half], [0.5], LEVELS[half:], [1.0]])
        result, possible = np.array(levels, np.float64), self.possible
        for series in np.flatnonzero((self.levels != LEVELS).any(axis=1)):
            # Quantiles must not cross.
            own = np.maximum.accumulate(possible[series])
            own = np.concatenate([[0.0], own[:half], [0.5], own[half:], [1.0]])
            result[series] = np.interp(levels[series], asked, own)
        return result


def limits_of(asked):
    """Return the lowest and the highest level to which quantiles may move.

    No quantile crosses the median, which does not move.
    """
    lowest = np.where(asked < 0.5, _NEAREST * asked, 0.5)
    highest = np.where(asked <= 0.5, 0.5, 1 - _NEAREST * (1 - asked))
    return lowest, highest
