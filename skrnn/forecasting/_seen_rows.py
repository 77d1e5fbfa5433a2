"""The rows of y that a forecaster has seen, their labels, and those of the steps after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from ._features import label_rows
from ._horizon import steps_of_series
from ._members import residuals
from ._takes_long_tables import TakesLongTables

if TYPE_CHECKING:
    from typing import Any

    from skrnn._typing import Series


class SeenRows(TakesLongTables):
    """A forecaster that keeps the rows of `fit` and `update` in a panel.

    A subclass sets `_panel`; `_axis` and `_time_name`, the time axis of y and the name of its
    labels; and `_moved`, which series the last update has continued.
    """

    # sktime need not keep the rows as well.
    _config: ClassVar = {"remember_data": False}
    _y = _X = None

    def __setstate__(self, state):
        missing = [
            name
            for name in self.get_param_names()
            if name not in state and not hasattr(type(self), name)
        ]
        if missing:
            raise ValueError(
                f"This {type(self).__name__} was saved by an earlier version of skrnn, in which "
                f"it did not have the parameters {', '.join(missing)}. It cannot be loaded: fit "
                "it again."
            )
        vars(self).update(state)

    def predict_residuals(self, y: Series = None, X: Series = None) -> Any:
        """Return the errors of the forecasts of a series.

        Rows that were seen in `fit` and `update` are forecast one step ahead, each from the rows
        before it. Later rows are forecast as in `predict`, from the end of the rows that were
        seen. Just after missing rows, the residuals of networks differ from the errors of earlier
        forecasts: recursive networks skip the missing rows instead of forecasting them first, and
        with `differencing`, the residual is NaN.

        Parameters
        ----------
        y : series, panel or long table, default=None
            The series, as in `fit`. None means all rows seen in `fit` and `update`.

        X : series, panel or long table, default=None
            Features, as in `fit`. They are needed if `y` has rows that were not seen, for all
            series of `fit`, even if `y` contains only some of them. If `X` extends beyond the last
            row that was seen, networks of many steps also use it to forecast the last rows.

        Returns
        -------
        residuals : series, panel or long table
            ``y - forecast``, of the same type as `y`. NaN if no earlier row is known.

        Raises
        ------
        ValueError
            If `y` contains rows that were seen, and the networks, or those of a view, were fitted
            with "direct" or "multioutput" to an `fh` without step 1, so that none of them
            forecasts one step ahead.
        """
        plain, y, X = self._with_panels(y, X)
        plain.check_is_fitted()
        return self._given(residuals(plain, y, X, super(SeenRows, plain).predict_residuals))

    def _seen(self):
        """Return all rows of y that were seen."""
        panel, names = self._panel, self._get_varnames()
        labels = self._labels(panel.positions())
        if panel.instances is not None:
            labels = label_rows(panel.instances[panel.series], labels)
        return pd.DataFrame(panel.values[panel.rows, : len(names)], index=labels, columns=names)

    def _steps_of_seen_rows(self):
        """Return the steps of all rows before the end of a series, ``(n_series, n_steps)``."""
        longest = self._panel.lengths.max()
        return np.tile(np.arange(1 - longest, 1), (self._panel.n_series, 1))

    def _frame_of_seen_rows(self, values, steps):
        """Return forecasts ``(n_series, n_steps, n_targets)`` of these steps as a frame."""
        inside = self._panel.row_of(self._panel.last[:, None] + steps) >= 0
        seen = self._seen()
        return pd.DataFrame(values[inside], index=seen.index, columns=seen.columns)

    def _steps_of(self, fh, panel):
        """Return the last row of each series, and the steps of a horizon after it."""
        return steps_of_series(fh, self._axis, panel, self.cutoff, self._moved)

    def _index_of(self, positions):
        """Return the index of rows of each series at positions in time, ``(n_series, n_rows)``."""
        return label_rows(self._panel.instances, self._labels(positions))

    def _labels(self, positions):
        """Return the labels of positions in time, with the name of the labels of y."""
        return self._axis.labels(positions.ravel()).rename(self._time_name)
