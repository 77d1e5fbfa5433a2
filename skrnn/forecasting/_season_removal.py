"""The removal of seasonality from series."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from ._seasonal_means import seasonal_means

if TYPE_CHECKING:
    from typing import Self

    from skrnn._typing import Floats, Integers, NDArray
    from skrnn.windows._local_clock import LocalClock

    from ._panel import Panel

# With fewer repetitions a season cannot be distinguished from a trend or from chance.
CYCLES = 3


class Seasons:
    """Additive seasons, which are estimated from each series and subtracted from it.

    A season consists of mean deviations from a centred moving average, as in a classical
    decomposition. They are shrunk towards 0, more strongly the more of their variance is explained
    by noise, so most series without seasonality are not changed. The season of a series does not
    depend on the other series of a panel. In a time zone, periods of whole days follow the local
    clock.

    Parameters
    ----------
    periods : tuple of int
        Seasonal periodicities. The first one for which a series is long enough, and with which
        more than noise is found, is removed.
    conditional : bool
        Whether a season is shrunk, and not removed if there may be nothing but noise.
    evolving : bool, default=True
        Whether recent cycles have more weight if the season of a series changes over time.
    """

    _clock: LocalClock | None = None  # in pickles from before the local clock was followed
    evolving = True  # in pickles from before recent cycles had more weight

    def __init__(
        self, periods: tuple[int, ...], *, conditional: bool, evolving: bool = True
    ) -> None:
        self.periods = periods
        self.conditional = conditional
        self.evolving = evolving
        self._tables = {}

    @property
    def found(self) -> bool:
        """Whether any series is seasonal."""
        return bool(self._tables)

    @property
    def periods_found(self) -> NDArray[np.intp]:
        """The periodicity of each series and target, 0 without seasonality."""
        found = np.zeros(self._shape, np.intp)
        for period, table in self._tables.items():
            found[table.any(axis=2)] = period
        return found

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Estimate the seasons of all series; values of shape (n_rows, n_targets)."""
        self._tables, self._shape = {}, (panel.n_series, values.shape[1])
        self._clock = panel.clock
        begins, lengths = _known_parts(panel, values)
        first = panel.first[:, None] + begins - panel.starts[:, None]
        for length in np.unique(lengths[lengths >= CYCLES * min(self.periods, default=1)]):
            series, targets = np.nonzero(lengths == length)
            rows = begins[series, targets, None] + np.arange(length)
            parts = _interpolated(values[rows, targets[:, None]])
            self._add(parts, series, targets, first[series, targets])
        return self

    def _add(self, parts, series, targets, first):
        """Estimate the seasons of series of one length, ``(n_parts, n_steps)``."""
        left = np.flatnonzero(np.ptp(parts, axis=1) > 0)
        for period in self.periods:
            if not len(left) or parts.shape[1] < CYCLES * period:
                continue
            seasons = self._means(parts[left], period, first[left])
            found = seasons.any(axis=1)
            chosen, left = left[found], left[~found]
            if len(chosen):
                table = self._tables.setdefault(period, np.zeros((*self._shape, period)))
                table[series[chosen], targets[chosen]] = seasons[found]

    def _means(self, parts, period, first):
        """Return the seasons of parts, where position p of the time axis is at p modulo period."""
        seasons = np.zeros((len(parts), period))
        groups = [(np.arange(len(parts)), parts, first)]
        if self._follows_clock(period):
            groups = self._clock.on_clock(parts, first)
        for chosen, arranged, starts in groups:
            if arranged.shape[1] >= CYCLES * period:
                parts = _interpolated(arranged)
                means = seasonal_means(
                    parts, period, conditional=self.conditional, evolving=self.evolving
                )
                seasons[chosen[:, None], (starts[:, None] + np.arange(period)) % period] = means
        return seasons

    def earlier(self, positions: Integers, ahead: Integers, period: int) -> NDArray[np.int64]:
        """Return the last positions up to an origin that have the same places in the season.

        Parameters
        ----------
        positions : ndarray of int
            Positions of the time axis.
        ahead : ndarray of int
            The number of steps from the origin to each of them.
        period : int
            The seasonal periodicity.

        Returns
        -------
        ndarray of int of the same shape
        """
        distance = ahead + (-ahead) % period
        if not self._follows_clock(period):
            return positions - distance
        # A change of the clock moves a place to the other side of the origin, or skips it.
        latest = np.full(positions.shape, np.iinfo(np.int64).min // 2)
        for cycles in (-period, 0, period, 2 * period):
            found = self._clock.earlier(positions, distance + cycles)
            same = self.phases(found, period) == self.phases(positions, period)
            latest = np.where(
                same & (found <= positions - ahead), np.maximum(latest, found), latest
            )
        return latest

    def _follows_clock(self, period):
        return self._clock is not None and self._clock.follows(period)

    def phases(self, positions: Integers, period: int) -> NDArray[np.int64]:
        """Return the place in the season of each position of the time axis."""
        steps = self._clock.steps(positions) if self._follows_clock(period) else positions
        return steps % period

    def by_phase(self, period: int) -> Floats:
        """Return the seasons with a period, ``(n_series, n_targets, period)``; 0 if there is none.

        The last axis is the place in the season, as returned by :meth:`phases`.
        """
        return self._tables.get(period, np.zeros((*self._shape, period)))

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Subtract the seasons from values of shape (n_rows, n_targets)."""
        result = values.copy()
        rows, series, positions = panel.rows, panel.series, panel.positions()
        for period, table in self._tables.items():
            result[rows] -= table[series, :, self.phases(positions, period)]
        return result

    def inverse_transform(self, values: Floats, positions: Integers) -> Floats:
        """Add the seasons to forecasts.

        Parameters
        ----------
        values : ndarray of shape (n_series, n_steps, n_targets, n_quantiles)
            The forecasts.
        positions : ndarray of int of shape (n_series, n_steps)
            Their positions in time.

        Returns
        -------
        ndarray of the same shape
        """
        series = np.arange(len(values))[:, None]
        for period, table in self._tables.items():
            values = values + table[series, :, self.phases(positions, period)][..., None]
        return values

    def repeated(self, n_copies: int) -> Self:
        """Return the seasons of copies of all series, one copy after another."""
        result = copy(self)
        tables = self._tables.items()
        result._tables = {period: np.tile(table, (n_copies, 1, 1)) for period, table in tables}
        return result


def _known_parts(panel, values):
    """Return the first known row of each series and target, and the number of rows to the last.

    Parameters
    ----------
    panel : Panel
        Layout of the series.
    values : ndarray of shape (n_rows, n_targets)
        The values.

    Returns
    -------
    begins, lengths : ndarray of int of shape (n_series, n_targets)
        A length of 0 or less means that nothing is known.
    """
    rows = panel.rows
    known = ~np.isnan(values[rows])
    places = panel.begins()
    begins = np.minimum.reduceat(np.where(known, rows[:, None], len(values)), places)
    last = np.maximum.reduceat(np.where(known, rows[:, None], -1), places)
    return begins, last - begins + 1


def _interpolated(parts):
    """Return series whose first and last values are known, with interpolated gaps."""
    flat = parts.ravel()
    known = ~np.isnan(flat)
    if known.all():
        return parts
    return np.interp(np.arange(len(flat)), np.flatnonzero(known), flat[known]).reshape(parts.shape)
