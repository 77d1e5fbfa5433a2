"""The horizon of `predict`: a part of that in `fit`, and series that end before the others."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import pandas as pd
from sktime.forecasting.base import BaseForecaster
from sktime.utils.validation.forecasting import check_fh

from ._horizon import (
    check_learned,
    steps_in_fit,
    steps_of_series,
    warn_of_earlier_ends,
    without_other_name_of_step,
)
from ._limited_forecasts import is_collecting


class PartOfHorizon(BaseForecaster):
    """A forecaster whose `predict` accepts a part of the horizon that was passed to `fit`."""

    _steps_learned = None
    _is_copy = False
    # Whether a forecast that cannot be made is NaN, as a combination of forecasters needs.
    _leaves_unknown = False

    def _steps_in_fit(self):
        """Return the steps ahead that were passed to `fit`; None if `predict` takes any steps."""
        if not self.get_tag("requires-fh-in-fit"):
            return None
        if self._is_vectorized:  # its copies check theirs
            return np.empty(0, np.int64)
        steps, later = steps_in_fit(self._fh, self._axis, self._panel.last)
        return np.unique([*steps, *later])

    def _check_fh(self, fh, pred_int=False):
        """Return the horizon, which may be a part of that in `fit`. sktime asks for the same."""
        fh = without_other_name_of_step(fh, getattr(self.cutoff, "freq", None))
        horizon = self._part_of_horizon(fh)
        if horizon is None:
            # sktime keeps a view of an array, which may change later.
            horizon = super()._check_fh(deepcopy(fh), pred_int)
        if self.is_fitted and horizon is not None and horizon.is_relative:
            self._warn_of_earlier_ends(horizon)
        return horizon

    def _warn_of_earlier_ends(self, horizon):
        """Warn about series that end before the others, once for all columns of y."""
        if self._is_copy or self._leaves_unknown or is_collecting():
            return
        # The copies for columns have the same rows; those for series have no other series.
        one = self.forecasters_.iloc[0, 0] if self._is_vectorized else self
        instances, axis, moved = one._panel.instances, one._axis, one._moved
        last, _ = steps_of_series(horizon, axis, one._panel, one.cutoff, moved)
        if self._is_vectorized and len(self.forecasters_) > 1:
            copies, instances = self.forecasters_.iloc[:, 0], self.forecasters_.index
            ends = pd.Index([copy._axis.labels(copy._panel.last)[0] for copy in copies])
            try:
                last, moved = axis.positions(ends), np.ones(len(ends), bool)
            except ValueError:  # series with other steps have no end in common
                return
        warn_of_earlier_ends(instances, axis, last, moved)

    def _part_of_horizon(self, fh):
        """Return a horizon that differs from the one in `fit`, or None."""
        if fh is None or self._steps_learned is None or not self.is_fitted:
            return None
        try:
            horizon = check_fh(fh, freq=None if self._is_vectorized else self._cutoff)
        except (TypeError, ValueError):
            return None  # sktime says what is wrong
        if np.array_equal(horizon, self._fh) and horizon.is_relative == self._fh.is_relative:
            return None
        if self._is_vectorized:
            return horizon
        _, steps = steps_of_series(horizon, self._axis, self._panel, self.cutoff, self._moved)
        check_learned(steps, self._steps_learned, type(self).__name__)
        return horizon
