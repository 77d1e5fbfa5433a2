"""Forecasts of networks: the steps of a horizon, rows that were seen, and several origins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ._features import future_features
from ._forecast_limits import Bounds
from ._panel import Panel
from ._prediction import predict_steps
from ._seen_rows import SeenRows
from ._static_features import set_static
from ._strategies import median

if TYPE_CHECKING:
    from ._forecaster_networks import ForecasterNetworks


class NetworkForecasts(SeenRows):
    """The point forecasts of :class:`RNNForecaster`, and what all of its forecasts share."""

    _calibration = None

    if TYPE_CHECKING:
        networks_: ForecasterNetworks

    def _predict(self, fh, X):
        values, naive, index = self._forecast(fh, X)
        point = self._points(values, naive)
        return pd.DataFrame(
            point.reshape(len(index), -1), index=index, columns=self._get_varnames()
        )

    def _points(self, values, naive):
        """Return point forecasts, ``(n_series, n_steps, n_targets)``."""
        quantiles = self.networks_.quantiles if values.shape[-1] > 1 else ()
        point = median(values, quantiles)
        return np.where(np.isnan(point), naive, point)

    def _forecasts_after(self, y, X, ends, n_steps):
        """Forecast several times, as alternating calls to `update` without training and `predict`.

        Each time, a series is known up to a different row. sktime's checks of the data would take
        longer than the forecasts.

        Parameters
        ----------
        y : DataFrame
            All rows, including those of `fit`.
        X : DataFrame or None
            Features.
        ends : list of ndarray of int of shape (n_series,)
            Number of known rows of each series, each time.
        n_steps : int
            Steps ahead.

        Returns
        -------
        list of ndarray of shape (n_series, n_steps, n_targets)
        """
        return [self._points(*values) for values in self._values_after(y, X, ends, n_steps)]

    def _values_after(self, y, X, ends, n_steps):
        """Return what `_forecasts_after` does as pairs, as returned by `_forecast_steps`."""
        networks = self.networks_
        whole = self._lay_out(y, X, networks)
        X = networks.encoded_future(X)
        steps = np.tile(np.arange(1, n_steps + 1), (whole.n_series, 1))
        last = whole.first + np.max(ends, axis=0) - 1
        self._check_calendar(int(last.max()), int(last.max()) + n_steps)
        panels = [whole.shortened(lengths).begun(networks.n_targets) for lengths in ends]
        together = networks.repeated(len(panels))
        if together is None:
            return [self._forecast_steps(panel, panel.last, steps, X) for panel in panels]
        panel, steps = Panel.joined(panels), np.tile(steps, (len(panels), 1))
        # They read no features of the rows to come.
        found = self._forecast_steps(panel, panel.last, steps, None, together)
        return list(zip(*(np.split(array, len(panels)) for array in found), strict=True))

    def _forecasts_of_seen_rows(self, X=None):
        """Forecast all rows of the series of a panel, which may end at different times."""
        networks, panel, steps = self.networks_, self._begun(), self._steps_of_seen_rows()
        X = networks.encoded_future(X)
        future = self._features_after(panel, panel.last, steps, X, networks)
        values, _ = predict_steps(networks, panel, panel.last, steps, future)
        point = median(values, networks.quantiles if values.shape[-1] > 1 else ())
        return self._frame_of_seen_rows(point, steps)

    def _forecast(self, fh, X, summary=None):
        """Return forecasts ``(n_series, n_steps, n_targets, n_values)``, NaN where networks
        can make none, the point forecasts to take there, and the index.
        """
        panel = self._begun()
        last, steps = self._steps_of(fh, panel)
        self._check_calendar(int(last.max()), int((steps + last[:, None]).max()))
        networks = self.networks_
        networks = networks if summary is None else replace(networks, summary=summary)
        X = networks.encoded_future(X)
        values, naive = self._forecast_steps(panel, last, steps, X, networks)
        if self._calibration is not None:
            values = self._bounds().of_one_sign(self._calibration.applied(values, steps))
        return values, naive, self._index_of(steps + last[:, None])

    def _forecast_steps(self, panel, last, steps, X, networks=None):
        """Return forecasts of steps ``(n_series, n_steps)`` after rows, as `_forecast` does.

        Categories in `X` are encoded.
        """
        networks = self.networks_ if networks is None else networks
        if networks.recursive:
            self._check_past_features(networks, int(steps.max()))
        future = self._features_after(panel, last, steps, X, networks)
        return predict_steps(
            networks, panel, last, steps, future, stands_in=not self._leaves_unknown
        )

    def _features_after(self, panel, last, steps, X, networks):
        """Return the features of rows after the last ones, ``(n_series, n_ahead, n_features)``."""
        n_ahead = max(int(steps.max()), 0)
        if networks.known.any() and not networks.recursive:
            # Networks of many steps read all features, whichever of their steps are requested, and
            # also if they forecast one of the last rows.
            n_ahead = max(n_ahead, networks.steps[-1])
        coming = np.arange(1, n_ahead + 1) + last[:, None]
        future = np.full((*coming.shape, len(networks.known)), np.nan)
        if networks.known.any():
            future = future_features(X, self._labels(coming), steps, networks, panel.instances)
        set_static(networks, panel, future, X)
        return future

    @staticmethod
    def _check_past_features(networks, n_ahead):
        """Check that each step reads only known features."""
        n_columns = len(networks.names_in_X)  # features of the calendar are known
        past = networks.columns.names_of((~networks.known & ~networks.static)[:n_columns])
        if past and n_ahead > 1:
            raise ValueError(
                f"The features {past} are known only up to the end of y, but the recursive "
                f"strategy needs them at each of {n_ahead} steps. Use strategy='direct' or "
                "'multioutput', or add them to known_features."
            )

    def _check_calendar(self, last, end):
        """Check that the horizon does not exceed the last label that pandas can represent."""
        try:
            # The last label is computed directly. The labels before it are only created if it
            # exists.
            final = self._axis.labels([last])[0]
            if self._axis.freq is not None:
                final + (end - last) * self._axis.freq
        except (OverflowError, pd.errors.OutOfBoundsDatetime, pd.errors.OutOfBoundsTimedelta):
            raise ValueError(
                f"fh contains a step {end - last} rows after the end of y, {final}, which is "
                f"beyond the last date that pandas can represent in the unit {final.unit!r} of "
                "the index ('ns', nanoseconds, ends in the year 2262). Request fewer steps, or "
                "use periods or integers as the index of y."
            ) from None

    def _bounds(self):
        """Return the bounds of all series."""
        panel, n_targets = self._begun(), self.networks_.n_targets
        return Bounds.of(panel, panel.values[:, :n_targets], panel.last)

    def _begun(self):
        """Return all rows of the series, each from its first known row on."""
        return self._panel.begun(self.networks_.n_targets)
