"""How much larger or smaller errors are than usual at each place within a season."""

from dataclasses import dataclass

import numpy as np

from skrnn.windows._local_clock import LocalClock

# Changes that the other series, and then no difference, count as much as. Chosen on 20 windows of
# training parts of M1, M3, M4, Tourism, hospital and NN5, as the benchmark ``season_widths``
# compares them: the scores of 80 and 95% intervals fall by 1.0 and 1.6% on average.
_OTHER_SERIES, _NO_DIFFERENCE = 20.0, 50.0
# Larger changes count as this multiple of the median change at the same place.
_LARGEST = 5.0
# A longer season is used if the typical series has this many of them: hours of the week instead of
# hours of the day.
_CYCLES = 10


@dataclass(frozen=True)
class SeasonWidths:
    """Sizes of errors within a season, relative to their mean.

    Noon is harder to forecast than midnight, and December than February. The sizes of the changes
    over a season tell by how much. Those of a series with few seasons are near those of the other
    series.

    Attributes
    ----------
    relative : ndarray of shape (n_series, sp)
        Mean absolute change over a season at each place within it, divided by that at all places.
    clock : LocalClock or None, default=None
        The clock that places within days follow.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting._season_widths import SeasonWidths
    >>> values = np.random.default_rng(0).normal(size=(500, 2)) * [1, 3]
    >>> widths = SeasonWidths.of(values.ravel(), np.zeros(1000, int), np.arange(1000), 2)
    >>> widths.at(np.array([[0, 1, 2]])).round(1)
    array([[0.5, 1.5, 0.5]])
    """

    relative: np.ndarray
    clock: LocalClock | None = None

    @classmethod
    def of(cls, values, series, positions, sp, clock=None):
        """Learn from the changes of series over a season.

        Parameters
        ----------
        values : ndarray of shape (n_rows,)
            Values, where those of each series are adjacent. NaN marks unknown values.
        series, positions : ndarray of int of shape (n_rows,)
            Number of the series of each row, and its position in time.
        sp : int
            Seasonal periodicity.
        clock : LocalClock, default=None
            The clock of the series, if any.

        Returns
        -------
        SeasonWidths or None
            None if all series are shorter than a season.
        """
        change = np.abs(values[sp:] - values[:-sp])
        use = ~np.isnan(change) & (series[sp:] == series[:-sp])
        if not use.any():
            return None
        shape = (series[-1] + 1, sp)
        clock = clock if clock is not None and clock.follows(sp) else None
        places = (series * sp + _steps(positions, clock) % sp)[sp:][use]
        count = np.bincount(places, minlength=np.prod(shape))
        change = np.minimum(change[use], _limits(change[use], places, count)[places])
        total = np.bincount(places, change, minlength=len(count)).reshape(shape)
        count = count.reshape(shape)
        mean = total.sum(axis=1, keepdims=True) / np.maximum(count.sum(axis=1, keepdims=True), 1)
        count = np.where(mean > 0, count, 0)
        total = np.divide(total, mean, out=np.zeros(shape), where=mean > 0)
        shared = (total.sum(axis=0) + _NO_DIFFERENCE) / (count.sum(axis=0) + _NO_DIFFERENCE)
        return cls((total + _OTHER_SERIES * shared) / (count + _OTHER_SERIES), clock)

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


def period_of_widths(periods, lengths):
    """Return the longest periodicity that occurs often enough, or the shortest one.

    Parameters
    ----------
    periods : sequence of int
        The seasonal periodicities.
    lengths : ndarray of int of shape (n_series,)
        Rows of each series.

    Returns
    -------
    int
    """
    often = [period for period in periods if _CYCLES * period <= np.median(lengths)]
    return max(often, default=min(periods))


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
