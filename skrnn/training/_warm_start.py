"""Where training goes on that was begun before: what is kept, and what may have changed."""

from skrnn.network._architecture import Architecture

from ._batches import TrainingState

# Names that a user knows, where those of an architecture are others.
_PARAMETERS = {"n_quantiles": "number of values of quantile"}


def resumed_state(estimator, run):
    """Where the training of a fitted estimator goes on.

    Weights always go on. What the optimizer remembers, and its count of steps, go on as long as
    the optimizer is the same but for its rates and its clipping; another optimizer begins with
    step 0. States go on for a network that is still stateful.

    Parameters
    ----------
    estimator : RNNRegressor
        The fitted estimator.
    run : TrainingRun
        The settings that training goes on with.

    Returns
    -------
    TrainingState

    Raises
    ------
    ValueError
        If a parameter was changed that makes another network.
    """
    check_same_network(run.architecture, Architecture.from_dict(estimator._architecture))
    from ._optimizers import keep_slots  # which imports Keras

    same = keep_slots(run.optimizer, estimator._optimizer)
    return TrainingState(
        estimator.weights_,
        estimator._slots if same else [],
        estimator._iteration if same else 0,
        estimator._states if estimator.stateful else [],
    )


def check_same_targets(estimator):
    """Check, before the targets are looked at, that their form is the one that was fitted.

    Parameters
    ----------
    estimator : RNNRegressor
        The fitted estimator.

    Raises
    ------
    ValueError
        If `return_sequences` was changed.
    """
    now, before = bool(estimator.return_sequences), estimator._architecture["return_sequences"]
    if now != before:
        raise _another_network(f"return_sequences from {before!r} to {now!r}")


def check_same_network(now, before):
    """Check that training goes on with the network that there is.

    Parameters
    ----------
    now, before : Architecture
        The network that the parameters and samples ask for, and the fitted one.

    Raises
    ------
    ValueError
        If they differ in anything but dropout.
    """
    now, before = now.to_dict(), before.to_dict()
    differ = {
        name: (before[name], now[name])
        for name in now
        if now[name] != before[name] and not name.endswith("dropout")
    }
    if differ:
        raise _another_network(
            ", ".join(
                f"{_PARAMETERS.get(name, name)} from {a!r} to {b!r}"
                for name, (a, b) in differ.items()
            )
        )


def _another_network(changes):
    return ValueError(
        f"Training cannot go on with another network: {changes}. Set warm_start=False and call "
        "fit to start anew."
    )
