"""Errors of all steps from the same origin, which sample paths use as a whole."""

from dataclasses import dataclass

import numpy as np

# The distribution of levels is computed from this many scores, at these points, and is exact to
# 1e-3.
_MOST_SCORES = 500
_POINTS = np.linspace(-6.0, 6.0, 241)
# Levels of 0 and 1 would be infinite errors.
_SMALLEST_LEVEL = 1e-7


@dataclass(frozen=True)
class ErrorVectors:
    """How the errors of the steps of a forecast depend on each other.

    Each vector holds the errors of one series from one origin. Only their order matters: each
    error is replaced by the normal quantile of its rank among the errors of its step. How large an
    error is comes from the conformal quantiles, so that paths and quantiles agree (the Schaake
    shuffle [1]_).

    A path uses a vector as a whole, and adds noise with the same correlations (a smoothed
    bootstrap [2]_), because otherwise there would be only as many paths as vectors. The levels of
    each step are uniformly distributed, however few vectors there are, so that many paths have the
    quantiles that are forecast.

    Attributes
    ----------
    scores : ndarray of shape (n_vectors, n_steps)
        Normal scores.
    factor : ndarray of shape (n_factors, n_steps)
        The square root of their covariance: ``factor.T @ factor``.

    References
    ----------
    .. [1] Clark and others, "The Schaake shuffle", Journal of Hydrometeorology, 2004.
    .. [2] Silverman and Young, "The bootstrap: to smooth or not to smooth?", Biometrika, 1987.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._error_vectors import ErrorVectors
    >>> random = np.random.default_rng(0)
    >>> errors = random.normal(size=(500, 2)).cumsum(axis=1)
    >>> levels = ErrorVectors.of(errors).levels(2000, random)
    >>> np.corrcoef(levels.T).round(1)
    array([[1. , 0.7],
           [0.7, 1. ]])
    """

    scores: np.ndarray
    factor: np.ndarray

    @classmethod
    def of(cls, errors):
        """Learn from errors.

        Parameters
        ----------
        errors : ndarray of shape (n_vectors, n_steps)
            Errors, comparable with each other. NaN marks unknown values, and is replaced by the
            rank of the nearest step of the same vector.

        Returns
        -------
        ErrorVectors
        """
        scores = _normal_scores(errors)
        scores = _filled(scores[~np.isnan(scores).all(axis=1)])
        _, sizes, directions = np.linalg.svd(scores, full_matrices=False)
        return cls(scores, sizes[:, None] * directions / np.sqrt(max(len(scores), 1)))

    def levels(self, n_draws, random):
        """Draw vectors of quantiles.

        Parameters
        ----------
        n_draws : int
            Number of vectors.
        random : Generator or RandomState
            Source of the draws.

        Returns
        -------
        ndarray of shape (n_draws, n_steps)
            Between 0 and 1. NaN if no error is known.
        """
        n_vectors, n_steps = self.scores.shape
        if not n_vectors:
            return np.full((n_draws, n_steps), np.nan)
        chosen = (random.uniform(size=n_draws) * n_vectors).astype(int)
        noise = random.normal(size=(n_draws, len(self.factor))) @ self.factor
        share = n_vectors**-0.2  # of the spread, as in the rule of Silverman
        centers = np.sqrt(1 - share**2) * self.scores
        spreads = share * np.linalg.norm(self.factor, axis=0)
        draws = centers[chosen] + share * noise
        for step in np.flatnonzero(spreads < 1e-9):  # errors that are all equal have no order
            draws[:, step], spreads[step] = random.normal(size=n_draws), 1.0
        levels = [
            _levels(*columns)
            for columns in zip(draws.T, np.sort(centers, axis=0).T, spreads, strict=True)
        ]
        return np.stack(levels, axis=1)


def _levels(draws, centers, spread):
    """Return the probability of smaller draws from normal distributions around sorted centers."""
    from scipy.special import ndtr

    n = len(centers)
    kept = min(n, _MOST_SCORES)
    centers = centers[((np.arange(kept) + 0.5) * n / kept).astype(int)]
    below = ndtr((_POINTS[:, None] - centers) / spread).mean(axis=1)
    levels = np.interp(draws, _POINTS, below)
    return np.clip(levels, _SMALLEST_LEVEL, 1 - _SMALLEST_LEVEL)


def _normal_scores(errors):
    """Return the normal quantiles of the ranks of errors in their column; NaN for NaN."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    known = ~np.isnan(errors)
    ranks = rankdata(errors, axis=0, nan_policy="omit")
    return ndtri((ranks - 0.5) / np.maximum(known.sum(axis=0), 1))


def _filled(scores):
    """Replace each NaN with the nearest known score of its row, the earlier one of two."""
    steps = np.arange(scores.shape[1])
    distance = np.abs(steps[:, None] - steps).astype(np.float64)
    apart = np.where(np.isnan(scores)[:, None, :], np.inf, distance)
    return np.take_along_axis(scores, apart.argmin(axis=2), axis=1)
