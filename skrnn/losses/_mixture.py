"""Mixtures of distributions, with the methods of SciPy's frozen distributions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import logsumexp
from sklearn.utils import check_random_state

from skrnn._sklearn_compat import available_if
from skrnn._typing import ArrayLike, Floats, RandomState

# Half of them halve the interval, if need be. Then quantiles of numbers, and of counts up to 1e15,
# are exact but for rounding.
_MOST_STEPS = 100
_EXACT = 2 * np.finfo(np.float64).eps


def _is_continuous(mixture):
    if is_discrete(mixture):
        raise AttributeError(
            "This mixture is of discrete distributions, which have no density. Use pmf or logpmf."
        )
    return True


def _is_discrete(mixture):
    if not is_discrete(mixture):
        raise AttributeError(
            "This mixture is of continuous distributions, in which no single value has a "
            "probability. Use pdf or logpdf."
        )
    return True


class Mixture:
    """A mixture of distributions, with the methods of a frozen SciPy distribution.

    The forecast of several networks is a mixture of their distributions, which is wider than any
    of these if the networks disagree.

    Parameters
    ----------
    components : list of frozen distributions
        The distributions: all continuous or all discrete, and of the same shape.
    weights : array-like of shape (n_components, ...), default=None
        Probability of each component. None means that all are equal.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> from skrnn.losses import Mixture
    >>> both = Mixture([norm(-1.0, 0.1), norm(1.0, 0.1)])
    >>> round(float(both.std()), 3), round(float(both.ppf(0.75)), 3)
    (1.005, 1.0)
    """

    def __init__(self, components: Sequence[Any], weights: ArrayLike | None = None) -> None:
        self.components = list(components)
        n = len(self.components)
        self.weights = np.full(n, 1.0 / n) if weights is None else np.asarray(weights, np.float64)

    def cdf(self, x: ArrayLike) -> Floats:
        """Compute the probability of values up to `x`.

        Parameters
        ----------
        x : array-like
            Values that broadcast to the shape of the distribution.

        Returns
        -------
        ndarray
            The probabilities.
        """
        return self._average([one.cdf(x) for one in self.components])

    def sf(self, x: ArrayLike) -> Floats:
        """Compute the probability of values above `x`.

        Parameters
        ----------
        x : array-like
            Values that broadcast to the shape of the distribution.

        Returns
        -------
        ndarray
            The probabilities.
        """
        return self._average([one.sf(x) for one in self.components])

    @available_if(_is_continuous)
    def pdf(self, x: ArrayLike) -> Floats:
        """Compute the density. Available only if the components are continuous.

        Parameters
        ----------
        x : array-like
            Values that broadcast to the shape of the distribution.

        Returns
        -------
        ndarray
            The densities.
        """
        return self._average([one.pdf(x) for one in self.components])

    @available_if(_is_continuous)
    def logpdf(self, x: ArrayLike) -> Floats:
        """Compute the logarithm of the density.

        This method is available only if the components are continuous.

        Parameters
        ----------
        x : array-like
            Values that broadcast to the shape of the distribution.

        Returns
        -------
        ndarray
            The logarithms.
        """
        return self._average_of_logarithms([one.logpdf(x) for one in self.components])

    @available_if(_is_discrete)
    def pmf(self, x: ArrayLike) -> Floats:
        """Compute the probability of values.

        This method is available only if the components are discrete.

        Parameters
        ----------
        x : array-like
            Values that broadcast to the shape of the distribution.

        Returns
        -------
        ndarray
            The probabilities.
        """
        return self._average([one.pmf(x) for one in self.components])

    @available_if(_is_discrete)
    def logpmf(self, x: ArrayLike) -> Floats:
        """Compute the logarithm of the probability of values.

        This method is available only if the components are discrete.

        Parameters
        ----------
        x : array-like
            Values that broadcast to the shape of the distribution.

        Returns
        -------
        ndarray
            The logarithms.
        """
        return self._average_of_logarithms([one.logpmf(x) for one in self.components])

    def mean(self) -> Floats:
        """Compute the mean.

        Returns
        -------
        ndarray
            The means.
        """
        return self._average([one.mean() for one in self.components])

    def var(self) -> Floats:
        """Compute the variance, including the variance between the components.

        Returns
        -------
        ndarray
            The variances.
        """
        mean = self.mean()
        return self._average([one.var() + (one.mean() - mean) ** 2 for one in self.components])

    def std(self) -> Floats:
        """Compute the standard deviation.

        Returns
        -------
        ndarray
            The standard deviations.
        """
        return np.sqrt(self.var())

    def ppf(self, q: ArrayLike) -> Floats:
        """Compute quantiles, which lie between the components' smallest and largest quantiles.

        Counts are found by bisection. Real numbers are found by Newton's method, within an
        interval that bisection narrows.

        Parameters
        ----------
        q : array-like
            Probabilities that broadcast to the shape of the distribution.

        Returns
        -------
        ndarray
            The quantiles, which are whole numbers if the distribution is discrete.
        """
        q = np.asarray(q)
        quantiles = np.stack(np.broadcast_arrays(*(one.ppf(q) for one in self.components)))
        low, high = quantiles.min(axis=0), quantiles.max(axis=0)
        whole, rounding = is_discrete(self), _EXACT * np.abs(quantiles).max(axis=0)
        point, before = _middle(low, high, whole), np.inf
        for _ in range(_MOST_STEPS):
            undecided = (point >= low) & (point < high)
            if not undecided.any():
                break
            error = self.cdf(point) - q
            high = np.where(undecided & (error >= 0), point, high)
            low = np.where(undecided & (error < 0), point + whole, low)
            middle = _middle(low, high, whole)
            if not whole:
                with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
                    change = error / self.pdf(point)
                exact = (np.abs(change) <= rounding) | (np.abs(error) <= _EXACT * q)
                low, high = (np.where(undecided & exact, point, end) for end in (low, high))
                better, halved = point - change, np.abs(error) <= before / 2
                middle = np.where(halved & (better > low) & (better < high), better, middle)
                before = np.abs(error)
            point = middle
        return high

    def median(self) -> Floats:
        """Compute the median.

        Returns
        -------
        ndarray
            The medians.
        """
        return self.ppf(0.5)

    def interval(self, confidence: ArrayLike) -> tuple[Floats, Floats]:
        """Compute the ends of an interval with equal tails.

        Parameters
        ----------
        confidence : array-like
            Probability of the interval.

        Returns
        -------
        low, high : ndarray
            The ends.
        """
        tail = (1.0 - np.asarray(confidence)) / 2
        return self.ppf(tail), self.ppf(1.0 - tail)

    def rvs(
        self, size: int | tuple[int, ...] | None = None, random_state: RandomState = None
    ) -> Floats:
        """Draw values.

        Parameters
        ----------
        size : int or tuple of int, default=None
            Shape of the result, which ends with the shape of the distribution. None means one
            draw of each value.
        random_state : int, RandomState instance or None, default=None
            Controls the draws. Pass an int for reproducible results.

        Returns
        -------
        ndarray
            The draws.
        """
        random_state = check_random_state(random_state)
        size = np.shape(self.mean()) if size is None else size
        chance, result, below = random_state.uniform(size=size), None, 0.0
        for one, weight in zip(self.components, self.weights, strict=True):
            draws = one.rvs(size=size, random_state=random_state)
            result = draws if result is None else np.where(chance >= below, draws, result)
            below = below + weight
        return result

    def _average(self, values):
        return sum(w * value for w, value in zip(self.weights, values, strict=True))

    def _average_of_logarithms(self, values):
        with np.errstate(divide="ignore"):
            logarithms = np.log(self.weights)
        terms = [w + value for w, value in zip(logarithms, values, strict=True)]
        return logsumexp(np.stack(np.broadcast_arrays(*terms)), axis=0)


def _middle(low, high, whole):
    with np.errstate(invalid="ignore"):  # both are infinite at the ends
        return np.floor((low + high) / 2) if whole else low / 2 + high / 2


def is_discrete(distribution: Any) -> bool:
    """Return whether a distribution has probabilities of single values, not densities."""
    if isinstance(distribution, Mixture):
        return is_discrete(distribution.components[0])
    return hasattr(distribution, "pmf")


def log_density(distribution: Any, y: ArrayLike) -> Floats:
    """Compute logarithms of the density, or of the probability, of values."""
    return (distribution.logpmf if is_discrete(distribution) else distribution.logpdf)(y)
