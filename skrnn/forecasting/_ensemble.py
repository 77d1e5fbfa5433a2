"""Networks that differ only in their seed, and forecast together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from skrnn._output import FittedNetwork
    from skrnn._typing import Floats, States


@dataclass(frozen=True)
class MedianNetwork:
    """Several fitted networks; the forecast is the median of their forecasts.

    It has the methods of :class:`skrnn._output.FittedNetwork` that forecasts need. A state
    contains the states of all networks, one after another.

    Attributes
    ----------
    networks : list of FittedNetwork
        The networks.
    """

    networks: list[FittedNetwork]

    # Whether outputs of the networks are joined, not their forecasts.
    apart = False

    @property
    def state_after_training(self) -> States:
        """States after the last training row; None means zeros."""
        states = [network.state_after_training for network in self.networks]
        return None if states[0] is None else [array for state in states for array in state]

    def forecast(
        self, windows: Floats, state: States = None, *, with_state: bool = False
    ) -> tuple[Floats, States]:
        """Forecast windows, where each has its own state."""
        results = [
            network.forecast(windows, own, with_state=with_state, apart=self.apart)
            for network, own in zip(self.networks, self._split(state), strict=True)
        ]
        return self._join(results, with_state=with_state)

    def forecast_in_order(self, windows: Floats, state: States = None) -> tuple[Floats, States]:
        """Forecast windows in order, each from the state after the previous one."""
        results = [
            network.forecast_in_order(windows, own, apart=self.apart)
            for network, own in zip(self.networks, self._split(state), strict=True)
        ]
        return self._join(results, with_state=True)

    def _split(self, state):
        if state is None:
            return [None] * len(self.networks)
        n = len(state) // len(self.networks)
        return [state[i * n : (i + 1) * n] for i in range(len(self.networks))]

    def _join(self, results, *, with_state):
        values = self._joined([values for values, _ in results])
        return values, [array for _, state in results for array in state] if with_state else None

    def _joined(self, values):
        return np.median(values, axis=0)
