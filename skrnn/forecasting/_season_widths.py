"""How much larger or smaller errors are than usual at each place within a season."""

from dataclasses import dataclass, replace

import numpy as np

from skrnn.windows._local_clock import LocalClock

# The sizes of a series of a panel are near those of all series, as if these had this many changes
# or more. Chosen on 20 windows of training parts of M1, M3, M4, Tourism, hospital and NN5, as the
# benchmark ``season_widths`` compares them.
_OTHER_SERIES = 20.0
# Standard errors by which sizes must differ from each other more than they would by chance.
_CAUTION = 1.0
# With fewer changes at each place, the sizes and how much they differ by chance are not known.
_CHANGES = 5
# Below this relative size, series are still, such as solar power at night.
_STILL = 0.02
# Larger changes count as this multiple of the median change at the same place.
_LARGEST = 5.0
# No variance and no relative size is smaller than this.
_LEAST = 1e-3
# A longer season is used if the typical series has this many of them: hours of the week instead of
# hours of the day.
_CYCLES = 10


@dataclass(frozen=True)
class SeasonWidths:
    """Sizes of errors within a season, relative to their mean.

    Noon is harder to forecast than midnight, and December than February. The sizes of the changes
    over a season tell by how much, as far as they differ from each other more than by chance:
    they are shrunk towards 1, those of a longer season towards those of a shorter one, and those
    of a series towards those of all series, by Bühlmann's credibility [1]_.

    Attributes
    ----------
    relative : ndarray of shape (n_series, sp)
        Mean absolute change over a season at each place within it, divided by that at all places.
        0 where a series almost never changes.
    clock : LocalClock or None, default=None
        The clock that places within days follow.

    References
    ----------
    .. [1] Bühlmann and Gisler, "A Course in Credibility Theory and its Applications", 2005.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._season_widths import SeasonWidths
    >>> values = np.random.default_rng(0).normal(size=(500, 2)) * [1, 3]
    >>> widths = SeasonWidths.of(values.ravel(), np.zeros(1000, int), np.arange(1000), [2])
    >>> widths.at(np.array([[0, 1, 2]])).round(1)
    array([[0.5, 1.5, 0.5]])
    """

    relative: np.ndarray
    clock: LocalClock | None = None

    @classmethod
    def of(cls, values, series, positions, periods, clock=None):
        """Learn from the changes of series over a season.

        Parameters
        ----------
        values : ndarray of shape (n_rows,)
            Values, where those of each series are adjacent. NaN marks unknown values.
        series, positions : ndarray of int of shape (n_rows,)
            Number of the series of each row, and its position in time.
        periods : sequence of int
            Seasonal periodicities, the shortest first. Each divides the next one.
        clock : LocalClock, default=None
            The clock of the series, if any.

        Returns
        -------
        SeasonWidths or None
            None if all series are shorter than a season.
        """
        sp = periods[-1]
        change = np.abs(values[sp:] - values[:-sp])
        use = ~np.isnan(change) & (series[sp:] == series[:-sp])
        if not use.any():
            return None
        clock = clock if clock is not None and clock.follows(sp) else None
        places = (series * sp + _steps(positions, clock) % sp)[sp:][use]
        changes = _Changes.of(change[use], places, (series[-1] + 1, sp))
        relative = np.ones(changes.total.shape)
        for period in periods:
            relative = relative * changes.shrunk(relative, period, shared=True)
            if len(relative) > 1:
                relative = relative * changes.shrunk(relative, period, shared=False)
        return cls(np.where(relative < _STILL, 0.0, relative), clock)

    def with_errors(self, errors, positions):
        """Return widths with the size of errors where series are still.

        There are no changes there that forecasts could be compared with, but they may be wrong. If
        no error is known there, errors of the usual size are expected.

        Parameters
        ----------
        errors : ndarray of shape (n_series, ...)
            Errors of forecasts, relative to their usual size. NaN marks unknown values.
        positions : ndarray of int of shape (n_series, ...)
            Their positions in time.

        Returns
        -------
        SeasonWidths
        """
        errors = np.abs(errors[(self.at(positions) == 0) & ~np.isnan(errors)])
        size = errors.mean() if len(errors) else 1.0
        return replace(self, relative=np.where(self.relative == 0, size, self.relative))

    def at(self, positions):
        """Return the relative sizes of errors at positions in time.

        Parameters
        ----------
        positions : ndarray of int of shape (n_series, ...)
            The positions.

        Returns
        -------
        ndarray of the same shape
        """
        places = _steps(positions, self.clock) % self.relative.shape[1]
        places = places.reshape(len(positions), -1)
        return np.take_along_axis(self.relative, places, axis=1).reshape(positions.shape)


@dataclass(frozen=True)
class _Changes:
    """Sums of the changes of series at each place within a season, in units of their mean.

    Attributes
    ----------
    total, count : ndarray of shape (n_series, sp)
        Sums and numbers of changes.
    variance : float
        Variance of the changes at the same place, relative to the square of their mean.
    """

    total: np.ndarray
    count: np.ndarray
    variance: float

    @classmethod
    def of(cls, change, places, shape):
        """Add up changes, whose places are numbered through all series."""
        count = np.bincount(places, minlength=np.prod(shape))
        change = np.minimum(change, _limits(change, places, count)[places])
        total, square = (
            np.bincount(places, power, minlength=len(count)).reshape(shape)
            for power in (change, change**2)
        )
        count = count.reshape(shape)
        mean = total.sum(axis=1, keepdims=True) / np.maximum(count.sum(axis=1, keepdims=True), 1)
        count = np.where(mean > 0, count, 0)
        mean = np.where(mean > 0, mean, 1.0)
        total, square = total / mean, square / mean**2
        at_place = total / np.maximum(count, 1)
        free = np.maximum(count - 1, 0)
        within = np.where(free > 0, square - count * at_place**2, 0.0).sum()
        expected = (free * at_place**2).sum()
        return cls(total, count, max(within / expected, _LEAST) if expected > 0 else 1.0)

    def shrunk(self, relative, period, *, shared):
        """Return the factors by which changes differ from a relative size, shrunk towards 1.

        Parameters
        ----------
        relative : ndarray of shape (n_series, sp)
            The sizes that are known so far.
        period : int
            Places that are this many rows apart have the same factor.
        shared : bool
            Whether all series have the same factors.

        Returns
        -------
        ndarray of shape (1, sp) if shared, else of shape (n_series, sp)
        """
        cycles = self.total.shape[1] // period
        total, count = (
            part.reshape(len(part), cycles, period).sum(axis=1)
            for part in (self.total / np.maximum(relative, _LEAST), self.count)
        )
        if shared:
            total, count = (part.sum(axis=0, keepdims=True) for part in (total, count))
        ratio = np.divide(total, count, out=np.ones(total.shape), where=count > 0)
        groups = (count > 0).sum()
        if count.sum() < _CHANGES * groups:
            return np.ones((len(total), self.total.shape[1]))
        chance = self.variance * (groups + _CAUTION * np.sqrt(2 * groups))
        excess = (count * (ratio - 1) ** 2).sum() - chance
        if excess <= 0:
            return np.ones((len(total), self.total.shape[1]))
        prior = max(self.variance * count.sum() / excess, 0.0 if shared else _OTHER_SERIES)
        return np.tile((total + prior) / (count + prior), (1, cycles))


def periods_of_widths(periods, lengths):
    """Return the longest periodicity that occurs often enough, after those that divide it.

    If none occurs often enough, return the shortest one.

    Parameters
    ----------
    periods : sequence of int
        The seasonal periodicities.
    lengths : ndarray of int of shape (n_series,)
        Rows of each series.

    Returns
    -------
    list of int
        In increasing order. Each divides the next one.
    """
    often = [period for period in periods if _CYCLES * period <= np.median(lengths)]
    chain = [max(often, default=min(periods))]
    for period in sorted(periods, reverse=True):
        if period < chain[0] and chain[0] % period == 0:
            chain.insert(0, period)
    return chain


def _steps(positions, clock):
    return positions if clock is None else clock.steps(positions)


def _limits(change, places, count):
    """Return the largest change that counts at each place, so that outliers do not."""
    ordered = change[np.lexsort((change, places))]
    starts = np.cumsum(count) - count
    middle = np.minimum(starts + np.maximum(count - 1, 0) // 2, len(ordered) - 1)
    medians = ordered[middle]
    # Where most values do not change, there is no scale for the others.
    return np.where(medians > 0, _LARGEST * medians, np.inf)
