"""Continues the training of a fitted estimator: checks its parameters, and gets its state."""

from skrnn._optimizer_recipe import keep_slots

from ._step_count import continued_count
from ._trainer import TrainingState

# Names in messages, if a field of the architecture is not named like the parameter.
_PARAMETERS = {
    "n_quantiles": "number of values of quantile",
    "link": "link of the loss",
    "likelihood": "loss",
}


def resumed_state(plan, before, optimizer, reached):
    """Return the state from which training continues.

    The weights are always kept. The optimizer's slots and its count of steps are kept if only its
    rates or its clipping have changed. A different optimizer starts at step 0. The states are kept
    if the network is still stateful.

    Parameters
    ----------
    plan : TrainingPlan
        The settings for the next training.
    before : Architecture
        Architecture of the trained network.
    optimizer : str
        The former optimizer, as in :attr:`OptimizerRecipe.described`.
    reached : TrainingState
        The state that training had reached.

    Returns
    -------
    TrainingState

    Raises
    ------
    ValueError
        If a parameter of the network has changed.
    """
    check_same_network(plan.architecture, before)
    same = keep_slots(plan.optimizer.described, optimizer)
    return TrainingState(
        reached.weights,
        reached.slots if same else [],
        continued_count(reached.iteration, same_optimizer=same),
        reached.states if plan.stateful else [],
    )


def check_same_targets(now, before):
    """Check that the targets have the same form as in the first fit, before they are read.

    Parameters
    ----------
    now, before : bool
        Value of `return_sequences` now, and in the first fit.

    Raises
    ------
    ValueError
        If it has changed.
    """
    if now != before:
        raise _another_network(f"return_sequences from {before!r} to {now!r}")


def check_same_network(now, before):
    """Check that two architectures differ at most in dropout.

    Parameters
    ----------
    now, before : Architecture
        Architecture of the current parameters and samples, and of the fitted network.

    Raises
    ------
    ValueError
        If they differ in another setting.
    """
    needs_steps = before.needs_steps
    now, before = now.to_dict(), before.to_dict()
    differ = {
        name: (before[name], now[name])
        for name in now
        if now[name] != before[name] and not name.endswith("dropout")
    }
    if differ:
        changes = ", ".join(
            f"{_PARAMETERS.get(name, name)} from {a!r} to {b!r}" for name, (a, b) in differ.items()
        )
        if "n_timesteps" in differ and needs_steps:
            changes += f" ({needs_steps} needs the same number of steps)"
        raise _another_network(changes)


def _another_network(changes):
    return ValueError(
        f"Cannot continue training: the network has changed: {changes}. Set warm_start=False and "
        "call fit to train a new network."
    )
