"""The rows of y that a forecaster has seen, their labels, and those of the steps after them."""

import pandas as pd

from ._features import label_rows
from ._horizon import steps_of_series
from ._long_form import TakesLongTables


class SeenRows(TakesLongTables):
    """A forecaster that keeps the rows of `fit` and `update` in a panel.

    A subclass sets `_panel`; `_axis` and `_time_name`, the time axis of y and the name of its
    labels; and `_moved`, which series the last update has continued.
    """

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

    def _seen(self):
        """Return all rows of y that were seen."""
        panel, names = self._panel, self._get_varnames()
        labels = self._labels(panel.positions())
        if panel.instances is not None:
            labels = label_rows(panel.instances[panel.series], labels)
        return pd.DataFrame(panel.values[panel.rows, : len(names)], index=labels, columns=names)

    def _steps_of(self, fh, panel):
        """Return the last row of each series, and the steps of a horizon after it."""
        return steps_of_series(fh, self._axis, panel, self.cutoff, self._moved)

    def _index_of(self, positions):
        """Return the index of rows of each series at positions in time, ``(n_series, n_rows)``."""
        return label_rows(self._panel.instances, self._labels(positions))

    def _labels(self, positions):
        """Return the labels of positions in time, with the name of the labels of y."""
        return self._axis.labels(positions.ravel()).rename(self._time_name)
