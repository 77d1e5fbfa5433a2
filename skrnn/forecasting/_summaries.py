"""What networks with a likelihood return of the distribution of each target."""

from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from skrnn._distributions import distribution_of, quantiles_of

from ._ensemble import MedianNetwork
from ._predictive_distribution import N_LEVELS

N_PATHS = 500
"""Number of paths that a recursive forecaster samples from each series."""

N_LEVELS_OF_VARIANCE = 1000
"""Number of quantiles from which a variance is computed if there is no formula for it."""


def equally_likely(n_levels):
    """Return the levels of quantiles that stand for a distribution, in increasing order."""
    return tuple((np.arange(n_levels) + 0.5) / n_levels)


class _Values:
    """What all summaries have in common."""

    @staticmethod
    def limited(values, limited):
        """Return values within the bounds of a series: those that are `limited`."""
        return limited

    @staticmethod
    def center(values):
        """Return a value in the middle of each distribution, with a last axis of length 1."""
        return np.median(values, axis=-1, keepdims=True)


@dataclass(frozen=True)
class Quantiles(_Values):
    """Some quantiles of each target.

    Attributes
    ----------
    levels : tuple of float
        The quantiles, between 0 and 1.

    Examples
    --------
    >>> from scipy.stats import norm
    >>> from skrnn.forecasting._summaries import Quantiles
    >>> Quantiles((0.1, 0.5))(norm([0.0, 5.0])).round(2).tolist()
    [[-1.28, 0.0], [3.72, 5.0]]
    """

    levels: tuple

    @property
    def n_values(self):
        """Number of values for each target."""
        return len(self.levels)

    def __call__(self, distribution):
        """Return the values of a distribution of shape (...), with a last axis of values."""
        return quantiles_of(distribution, self.levels)


@dataclass(frozen=True)
class Moments(_Values):
    """The mean of each target, the mean plus the standard deviation, and some quantiles.

    All change like the target if it is scaled and shifted, so that the difference of the first two
    remains the standard deviation. The quantiles show whether the bounds of a series cut the
    distribution, and then replace the formula.

    Attributes
    ----------
    levels : tuple of float
        The quantiles: equally likely, those of `predict_proba`.
    """

    levels: tuple = equally_likely(N_LEVELS)

    @property
    def n_values(self):
        """Number of values for each target."""
        return 2 + len(self.levels)

    def __call__(self, distribution):
        """Return the values of a distribution of shape (...), with a last axis of values."""
        mean = distribution.mean()
        moments = np.stack([mean, mean + distribution.std()], axis=-1)
        return np.concatenate([moments, quantiles_of(distribution, self.levels)], axis=-1)

    @staticmethod
    def limited(values, limited):
        """Return values of which the first two differ by the deviation within the bounds."""
        within = limited[..., 2:]
        untouched = np.isclose(values[..., 2:], within, equal_nan=True).all(axis=-1)
        spread = np.where(untouched, values[..., 1] - values[..., 0], within.std(axis=-1))
        pair = np.stack([limited[..., 0], limited[..., 0] + spread], axis=-1)
        return np.concatenate([pair, within], axis=-1)

    @staticmethod
    def center(values):
        """Return the means, with a last axis of length 1."""
        return values[..., :1]


@dataclass(frozen=True)
class Draws(_Values):
    """A draw of each target, as the next step of a path reads it.

    Attributes
    ----------
    n_values : int
        Number of paths. Networks return one draw for each row, and there is a row for each path.
    random : RandomState
        Source of the draws.
    """

    n_values: int = N_PATHS
    random: np.random.RandomState = field(default_factory=lambda: np.random.RandomState(0))

    @classmethod
    def of(cls, networks):
        """Return draws for some networks, which are the same in every call.

        Parameters
        ----------
        networks : ForecasterNetworks
            The networks, whose weights are the seed.

        Returns
        -------
        Draws
        """
        weights = (w.tobytes() for r in networks.regressors for w in r.weights_)
        return cls(N_PATHS, np.random.RandomState(crc32(b"".join(weights))))

    def __call__(self, distribution):
        """Return a draw of a distribution of shape (...), with a last axis of length 1."""
        shape = np.shape(distribution.mean())
        return distribution.rvs(size=shape, random_state=self.random)[..., None]


@dataclass(frozen=True)
class DistributionNetwork(MedianNetwork):
    """Several fitted networks; the forecast is a summary of the mixture of their distributions.

    Attributes
    ----------
    networks : list of FittedNetwork
        The networks.
    likelihood : Likelihood
        Their loss.
    summary : callable
        What to return of a distribution.
    """

    networks: list
    likelihood: object
    summary: object

    apart = True

    def _joined(self, values):
        outputs = np.concatenate(values)
        return self.summary(distribution_of(self.likelihood, outputs))


def summary_for_variance(networks):
    """Return the summary from which :func:`variance_of` computes variances.

    Parameters
    ----------
    networks : ForecasterNetworks
        The networks.

    Returns
    -------
    Moments, Quantiles or Draws
        Moments if all transformations of the targets are linear; quantiles if not; draws if the
        networks are recursive.
    """
    if networks.recursive:
        return Draws.of(networks)
    return Moments() if networks.is_linear else Quantiles(equally_likely(N_LEVELS_OF_VARIANCE))


def variance_of(summary, values):
    """Return the variance of each target.

    Parameters
    ----------
    summary : Moments, Quantiles or Draws
        The result of :func:`summary_for_variance`.
    values : ndarray of shape (..., n_values)
        What it has returned, in units of the series.

    Returns
    -------
    ndarray of shape (...)
    """
    if isinstance(summary, Moments):
        return (values[..., 1] - values[..., 0]) ** 2
    return values.var(axis=-1)
