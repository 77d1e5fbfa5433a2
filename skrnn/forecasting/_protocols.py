"""Contracts of the replaceable parts of a forecaster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from typing import Any, Self

    from skrnn._typing import Floats, Integers, States

    from ._panel import Panel


@runtime_checkable
class Adjustment(Protocol):
    """Changes the targets before networks learn from them, and changes forecasts back.

    A season and a transformation are adjustments. A forecaster applies them one after another, and
    undoes them in reverse order.
    """

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Learn from the rows of all series; values of shape (n_rows, n_targets)."""

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Change values of shape (n_rows, n_targets)."""

    def inverse_transform(self, values: Floats, positions: Integers) -> Floats:
        """Undo the change in forecasts.

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


@runtime_checkable
class Scaling(Protocol):
    """Scales the columns of series before networks read them.

    Attributes
    ----------
    by_series : bool
        Whether each series has its own scale.
    zero : float or ndarray of shape (n_series, n_columns)
        The scaled value of 0, or its substitute if the scale is not known.
    """

    by_series: bool

    @property
    def zero(self) -> Any:
        """The scaled value of 0 in each series."""

    def fit(self, panel: Panel, values: Floats) -> Self:
        """Learn from the rows of all series; values of shape (n_rows, n_columns)."""

    def fit_to_others(self, panel: Panel, values: Floats) -> Self:
        """Add other series, and keep the scale of the first ones if they share it."""

    def transform(self, panel: Panel, values: Floats) -> Floats:
        """Scale values of shape (n_rows, n_columns)."""

    def inverse_transform(self, panel: Panel, values: Floats) -> Floats:
        """Undo the scaling of values of shape (n_rows, n_columns)."""


@runtime_checkable
class TaskNetwork(Protocol):
    """Forecasts the windows of a task: one fitted network, or the median of several.

    A state is a list of arrays of shape (n_rows, units); of a stream, of shape (units,).
    """

    @property
    def state_after_training(self) -> States:
        """State after the last training row; None means zeros."""

    def forecast(
        self, windows: Floats, state: States = None, *, with_state: bool = False
    ) -> tuple[Floats, States]:
        """Forecast windows of shape (n_rows, lag, n_inputs), each from its own state."""

    def forecast_in_order(self, windows: Floats, state: States = None) -> tuple[Floats, States]:
        """Forecast windows in order, each from the state after the previous one."""
