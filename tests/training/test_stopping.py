"""The stopping rule, for one network and for several."""

import numpy as np

from skrnn._optimizer_recipe import OptimizerRecipe
from skrnn.network._architecture import Architecture
from skrnn.training._plan import TrainingPlan
from skrnn.training._stopping import NetworksStopping, Stopping
from skrnn.training._trainer import TrainingState


def test_stopping_rule_of_keras():
    stopping = Stopping(n_iter_no_change=2, tol=0.1)
    losses = [1.0, 0.95, 0.85, 0.84, 0.8]
    stopped = []
    for i, loss in enumerate([*losses, 0.1]):
        stopping.update(loss, i)
        stopped.append(stopping.stopped)
    assert stopped == [False, False, False, False, True, True]
    assert (stopping.best_loss, stopping.best) == (0.85, 2)


def test_each_network_goes_back_to_its_own_best_epoch():
    architecture = Architecture("simple", (1,), 1, 1, 1, n_networks=2)
    recipe = OptimizerRecipe("SGD", "{}", 0.1, 0.0)
    plan = TrainingPlan(architecture, None, recipe, n_iter_no_change=2, tol=0.0)
    stopping = NetworksStopping(plan)
    losses = [(1.0, 1.0), (0.5, 2.0), (0.6, 3.0), (0.7, 0.1)]
    stopped = []
    for epoch, of_networks in enumerate(losses, start=1):
        weights = [np.array([epoch, 10.0 * epoch])]
        state = TrainingState(weights, [-weights[0]], 5 * epoch, [weights[0][:, None]])
        stopped.append(stopping.update(of_networks, state))
    # The second network has stopped after the third epoch, so its fourth one does not count.
    assert stopped == [False, False, False, True]
    best = stopping.best_state
    assert (best.weights[0].tolist(), best.slots[0].tolist()) == ([2.0, 10.0], [-2.0, -10.0])
    assert (best.states[0].tolist(), best.iteration) == ([[2.0], [10.0]], 10)
