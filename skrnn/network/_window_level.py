"""Finds the level of each window, and subtracts it in float64, before a cast to float32."""

from dataclasses import dataclass

import numpy as np

_BLOCK_VALUES = 2**18


@dataclass(frozen=True)
class WindowLevel:
    """The rule by which a network subtracts the level of a window from one of its features.

    Neighbouring float32 numbers near 1e8 are 8 apart, so the level is subtracted while windows and
    targets still have all the digits that the user passed.

    Attributes
    ----------
    feature : int
        Position of the feature.
    causal : bool
        If True, the level is the first known value, so that no step uses a later value. If
        False, it is the last known value.
    factor : bool
        If True, the feature is divided by 1 plus the mean of its absolute known values, or plus
        the first one if `causal` is True. The network's output is a logarithm.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.network._window_level import WindowLevel
    >>> rule = WindowLevel(feature=0, causal=False, factor=False)
    >>> windows = np.array([[[1e8], [1e8 + 0.5]], [[np.nan], [np.nan]]])
    >>> levels = rule.find(windows, unknown=np.nan)
    >>> levels - 1e8
    array([0.5, nan])
    >>> rule.subtract(windows, levels)[0].ravel()
    array([-0.5,  0. ])
    """

    feature: int
    causal: bool
    factor: bool

    @classmethod
    def of(cls, architecture):
        """Return the rule of an :class:`Architecture`, or None if it has no level."""
        if architecture.level_feature is None:
            return None
        return cls(
            architecture.level_feature, architecture.return_sequences, architecture.level_is_factor
        )

    def find(self, windows, unknown):
        """Return the level of each window: a known value, or the mean size for a factor.

        Parameters
        ----------
        windows : ndarray of shape (n_rows, n_timesteps, n_features)
            The windows.
        unknown : float
            The level of a window in which no value of the feature is known.

        Returns
        -------
        ndarray of shape (n_rows,), float64
        """
        values = windows[:, :, self.feature]
        if not self.factor:
            nearest = np.asarray(values[:, 0 if self.causal else -1], np.float64)
            if not np.isnan(nearest).any():
                return nearest
        values = np.asarray(values, np.float64)
        known = ~np.isnan(values)
        if self.factor and not self.causal:
            count = known.sum(axis=1)
            size = np.where(known, np.abs(values), 0.0).sum(axis=1) / np.maximum(count, 1)
            return np.where(count > 0, size, unknown)
        position = known.argmax(axis=1)
        if not self.causal:
            position = known.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
        level = values[np.arange(len(values)), position]
        return np.where(known.any(axis=1), np.abs(level) if self.factor else level, unknown)

    def of_rows(self, windows, rows):
        """Return the level of some rows, NaN if it is unknown, without a copy of all windows."""
        n_rows = max(1, _BLOCK_VALUES // (windows.shape[1] * windows.shape[2]))
        blocks = [rows[start : start + n_rows] for start in range(0, len(rows), n_rows)]
        return np.concatenate(
            [np.empty(0), *(self.find(windows[block], unknown=np.nan) for block in blocks)]
        )

    def subtract(self, windows, levels):
        """Return a copy of windows, in float64, in which the feature is relative to the level."""
        windows = np.array(windows, np.float64)
        if self.factor:
            windows[:, :, self.feature] /= 1.0 + levels[:, None]
        else:
            windows[:, :, self.feature] -= levels[:, None]
        return windows

    def shift(self, levels):
        """Return what is added to the outputs of the network: the level, or log of the factor."""
        return np.log1p(levels) if self.factor else levels
