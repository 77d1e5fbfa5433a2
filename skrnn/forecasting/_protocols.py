"""Contracts of the replaceable parts of a forecaster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from typing import Any, Self

    import numpy as np

    from skrnn._typing import Integers, NDArray

    from ._panel import Panel


@runtime_checkable
class Adjustment(Protocol):
    """Changes the targets before networks learn from them, and changes forecasts back.

    A season and a transformation are adjustments. A forecaster applies them one after another, and
    undoes them in reverse order.
    """

    def fit(self, panel: Panel, values: NDArray[np.float64]) -> Self:
        """Learn from the rows of all series; values of shape (n_rows, n_targets)."""

    def transform(self, panel: Panel, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Change values of shape (n_rows, n_targets)."""

    def inverse_transform(
        self, values: NDArray[np.float64], positions: Integers
    ) -> NDArray[np.float64]:
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

    def fit(self, panel: Panel, values: NDArray[np.float64]) -> Self:
        """Learn from the rows of all series; values of shape (n_rows, n_columns)."""

    def fit_to_others(self, panel: Panel, values: NDArray[np.float64]) -> Self:
        """Add other series, and keep the scale of the first ones if they share it."""

    def transform(self, panel: Panel, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale values of shape (n_rows, n_columns)."""

    def inverse_transform(self, panel: Panel, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Undo the scaling of values of shape (n_rows, n_columns)."""


@runtime_checkable
class TaskNetwork(Protocol):
    """Forecasts the windows of a task: one fitted network, or the median of several.

    A state is a list of arrays of shape (n_rows, units); of a stream, of shape (units,).
    """

    @property
    def state_after_training(self) -> list[NDArray[Any]] | None:
        """State after the last training row; None means zeros."""

    def forecast(
        self,
        windows: NDArray[Any],
        state: list[NDArray[Any]] | None = None,
        *,
        with_state: bool = False,
    ) -> tuple[NDArray[Any], list[NDArray[Any]] | None]:
        """Forecast windows of shape (n_rows, lag, n_inputs), each from its own state."""

    def forecast_in_order(
        self, windows: NDArray[Any], state: list[NDArray[Any]] | None = None
    ) -> tuple[NDArray[Any], list[NDArray[Any]] | None]:
        """Forecast windows in order, each from the state after the previous one."""
