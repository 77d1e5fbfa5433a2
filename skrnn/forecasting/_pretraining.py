"""Trains networks on some series in order to forecast others."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from skrnn.windows._time_axis import TimeAxis

from ._features import rows_at
from ._forecaster_parameters import check_parameters, steps_to_learn
from ._forecaster_plan import ForecasterPlan
from ._horizon import steps_in_fit
from ._long_form import features_of
from ._network_training import train_networks
from ._static_features import check_still_static
from ._takes_long_tables import TakesLongTables

if TYPE_CHECKING:
    from typing import Self

    from skrnn._typing import Horizon, Series

    from ._forecaster_networks import ForecasterNetworks


@dataclass(frozen=True)
class PretrainedNetworks:
    """The networks of a forecaster after `pretrain`, which `fit` and `update` do not change.

    Attributes
    ----------
    networks : ForecasterNetworks
        The networks.
    columns : list
        Names of the columns of y.
    """

    networks: ForecasterNetworks
    columns: list


class Pretraining(TakesLongTables):
    """The part of :class:`RNNForecaster` that `pretrain` adds."""

    def pretrain(self, y: Series, X: Series = None, fh: Horizon = None) -> Self:
        """Train the networks on some series in order to forecast others.

        Parameters
        ----------
        y : panel
            The series, as in `fit`.

        X : panel, default=None
            Their features, as in `fit`.

        fh : int, list, ndarray, Index or ForecastingHorizon, default=None
            The horizon, as in `fit`.

        Returns
        -------
        self : RNNForecaster
            The forecaster. A later call to `fit` keeps the pretrained networks.

        Raises
        ------
        ValueError, TypeError
            As in `fit`.
        """
        check_parameters(ForecasterPlan.of(self), features_of(y, X))
        if self.calibrate:
            raise ValueError(
                "calibrate=True compares networks with rows that they were not trained on, but "
                "pretrained networks are not trained again in fit. Set calibrate=False."
            )
        return super().pretrain(y, X, fh)

    def _pretrain(self, y, X=None, fh=None):
        if self.stateful:
            raise ValueError(
                "stateful=True carries the state along one series, but pretrain learns from "
                "several. Set stateful=False."
            )
        self._fit(y, X, fh)
        self.pretrained_ = PretrainedNetworks(self.networks_, list(y.columns))
        return self

    def _pretrain_update(self, y, X=None, fh=None):
        self._axis, self._time_name = TimeAxis.of_frame(y), y.index.names[-1]
        steps, later = steps_in_fit(fh, self._axis, self._ends(y))
        networks = self._pretrained_networks(y, X, steps, later)
        panel = self._lay_out(y, X, networks).trimmed(networks.n_targets)
        networks.fit_scalings(panel, targets=networks.target_scaling.by_series, features=False)
        train_networks(networks, panel, goes_on=True, n_jobs=self.n_jobs)
        self.networks_ = networks
        self.pretrained_ = replace(self.pretrained_, networks=networks)
        return self

    def _pretrained_networks(self, y, X, steps, later):
        """Return a copy of the networks of `pretrain`, if they can forecast these series."""
        networks, columns = self.pretrained_.networks, self.pretrained_.columns
        in_X = networks.columns.names
        names = list(X.columns) if X is not None and self.use_X else []
        if y.shape[1] != networks.n_targets or sorted(names, key=str) != sorted(in_X, key=str):
            raise ValueError(
                f"y has {y.shape[1]} column(s) and X has {names}, but the networks were "
                f"pretrained on {networks.n_targets} and {in_X}."
            )
        if any(name in columns and columns[i] != name for i, name in enumerate(y.columns)):
            raise ValueError(
                f"y has the columns {list(y.columns)}, but the networks were pretrained on "
                f"{columns}, each of which has its place. Pass the columns in the same order."
            )
        wanted = [] if steps is None else steps_to_learn(ForecasterPlan.of(self), steps)
        if not networks.recursive:
            wanted = [*wanted, *later]
        if not set(wanted) <= set(networks.steps):
            asked = sorted({*steps.tolist(), *later})
            raise ValueError(
                f"fh contains the steps {asked}, but the networks were pretrained for "
                f"{networks.steps}."
            )
        X = X if X is None else rows_at(X, y.index)
        check_still_static(networks.columns, X)
        return replace(deepcopy(networks), columns=networks.columns.with_others(X))
