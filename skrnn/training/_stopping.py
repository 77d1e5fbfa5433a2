"""The stopping rule: when training stops early, and the state that it then returns to."""

from dataclasses import dataclass, field

import numpy as np

from ._step_count import count_of_best
from ._trainer import TrainingState


@dataclass
class Stopping:
    """Decide when a network stops, by the rule of Keras's ``EarlyStopping``.

    Attributes
    ----------
    n_iter_no_change : int
        Number of epochs without improvement after which training stops.
    tol : float
        A loss is an improvement if it is lower than the best loss by more than `tol`.
    best_loss : float
        The lowest loss so far.
    best : object
        State of training at the lowest loss.
    waited : int
        Number of epochs since the last improvement.
    """

    n_iter_no_change: int
    tol: float
    best_loss: float = np.inf
    best: object = field(default=None, repr=False)
    waited: int = 0

    @property
    def stopped(self):
        """Whether the loss has not improved for too long."""
        return self.waited >= self.n_iter_no_change

    def update(self, loss, reached):
        """Add the loss of an epoch, unless the network has stopped."""
        if self.stopped:
            return
        self.waited += 1
        if self.best is None or loss < self.best_loss - self.tol:
            self.best_loss, self.best, self.waited = loss, reached, 0


class NetworksStopping:
    """Decide when all networks stop. Each has its own best epoch.

    Parameters
    ----------
    plan : TrainingPlan
        The settings.
    """

    def __init__(self, plan):
        self._architecture = plan.architecture
        self._networks = [
            Stopping(plan.n_iter_no_change, plan.tol) for _ in range(self._architecture.n_networks)
        ]

    def update(self, losses, state):
        """Add the loss of each network in an epoch, and return whether all have stopped."""
        split = self._architecture.of_each_network
        parts = zip(split(state.weights), split(state.slots), split(state.states), strict=True)
        for network, loss, part in zip(self._networks, losses, parts, strict=True):
            network.update(loss, (*part, state.iteration))
        return all(network.stopped for network in self._networks)

    @property
    def best_state(self):
        """The best state of each network, with the count of steps of the last one."""
        weights, slots, states, counts = zip(*(n.best for n in self._networks), strict=True)
        joined, count = self._architecture.joined, count_of_best(counts)
        return TrainingState(joined(weights), joined(slots), count, joined(states))
