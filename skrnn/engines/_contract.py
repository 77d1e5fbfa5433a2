"""The contract between training and the engine that computes its steps.

Training (:class:`skrnn.training._trainer.Trainer`) forms batches, keeps the vector of an engine
between calls, and reads the losses. It passes only NumPy arrays and numbers. An engine has no
variables: a call takes the vector of weights, slots and states, and returns the new one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from skrnn._optimizer_recipe import OptimizerRecipe
from skrnn._typing import NDArray
from skrnn.losses import Loss
from skrnn.network._architecture import Architecture

from ._layouts import RowLayout, StateLayout

SHORT_STEPS = 4
"""Number of steps of a short call."""


@dataclass(frozen=True)
class EngineSettings:
    """The settings of an engine. All other settings are passed to each call.

    The number of rows is not a setting: a call takes at most `n_steps` batches, and training uses
    several calls if necessary, so all folds of a search share an engine.

    Attributes
    ----------
    architecture : Architecture
        Architecture of the networks.
    loss : Loss
        The loss to minimise.
    optimizer : OptimizerRecipe
        Recipe of the optimizer. Its learning rate and weight decay are passed to each call.
    batch_size : int
        Number of rows in a batch; for a stateful network, number of streams.
    masked : bool
        Whether steps of a window that contain NaN are skipped.
    stateful : bool, default=False
        Whether the vector contains the states of streams, which pass from batch to batch.
    short : bool, default=False
        Whether a call has only a few steps, as in online learning.
    """

    architecture: Architecture
    loss: Loss
    optimizer: OptimizerRecipe
    batch_size: int
    masked: bool
    stateful: bool = False
    short: bool = False

    @property
    def step_rows(self) -> int:
        """Number of rows of a step: a batch for each network."""
        return self.architecture.n_networks * self.batch_size

    @cached_property
    def rows(self) -> RowLayout:
        """Layout of a row of a batch."""
        return RowLayout.of(self.architecture, self.loss)


class Engine(ABC):
    """Trains networks of one architecture.

    Any number of threads may call :meth:`run` at the same time. The same arguments produce
    bit-identical results.

    Parameters
    ----------
    settings : EngineSettings
        The settings. Their architecture may be larger than the network, with zero units.
    slots : sequence
        Descriptions of the optimizer's slots, in Keras's order.
    """

    def __init__(self, settings: EngineSettings, slots: Sequence[Any]) -> None:
        self.settings, self.slots = settings, slots
        self._layouts: dict[Architecture, StateLayout] = {}

    @property
    @abstractmethod
    def n_steps(self) -> int:
        """Maximum number of steps of a call."""

    @property
    def averages(self) -> bool:
        """Whether the optimizer replaces the weights with a moving average at the end.

        The averages are then the first slots.
        """
        return bool(self.settings.optimizer.average)

    def state_layout(self, architecture: Architecture) -> StateLayout:
        """Return the layout of the vector of a network.

        Parameters
        ----------
        architecture : Architecture
            Architecture of the network, which may be smaller than that of the settings.

        Returns
        -------
        StateLayout
        """
        if architecture not in self._layouts:
            n_streams = self.settings.batch_size if self.settings.stateful else 0
            self._layouts[architecture] = StateLayout(
                architecture, self.settings.architecture, self.slots, n_streams
            )
        return self._layouts[architecture]

    @abstractmethod
    def run(
        self,
        rates: NDArray[np.float32],
        vector: NDArray[np.float32],
        rows: NDArray[np.float32],
        counts: Sequence[int],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Train on some batches.

        Parameters
        ----------
        rates : ndarray of shape (3,), float32
            Learning rate, weight decay and l2. The learning rate is NaN if a schedule determines
            it.
        vector : ndarray, float32
            Weights, optimizer slots and states of each network, from :meth:`StateLayout.pack`.
        rows : ndarray of shape (n_steps * step_rows, row_size), float32
            Rows of the batches, in the layout of ``settings.rows``. Each step has a batch for each
            network. Rows after the last batch are ignored. The target of a step with a weight of
            zero may be NaN.
        counts : list of int
            Number of steps, number of earlier steps of the optimizer, and the seed of dropout of
            each network.

        Returns
        -------
        vector : ndarray
            The new weights, slots and states.
        losses : ndarray of shape (n_steps, n_networks)
            Loss of each batch before its step: the weighted mean of the errors, plus the penalty.
        """
