"""What a stored estimator holds: arrays and plain values, and the version that wrote them."""

import warnings

from .training._history import aligned_history


def state_to_store(state):
    """Attributes of an estimator, with no object of Keras among them.

    Parameters
    ----------
    state : dict
        Its attributes.

    Returns
    -------
    dict
        A copy, in which optimizers and schedules are configurations.
    """
    from . import __version__

    state = {**state, "_skrnn_version": __version__}
    for name in ("optimizer", "learning_rate"):
        if hasattr(state[name], "get_config"):
            from .training._optimizers import serialized

            state[name] = serialized(state[name])
    return state


def stored_state(state, estimator_name):
    """Attributes out of what was stored, with a warning if another version wrote it.

    Parameters
    ----------
    state : dict
        What :func:`state_to_store` gave.
    estimator_name : str
        Named in the warning.

    Returns
    -------
    dict
    """
    from . import __version__

    state = dict(state)
    written_by = state.pop("_skrnn_version", "unknown")
    if "history_" in state and "n_iter_" in state:
        state["history_"] = aligned_history(state["history_"], state["n_iter_"])
    if written_by != __version__:
        warnings.warn(
            f"This {estimator_name} was stored by skrnn {written_by} and is loaded by skrnn "
            f"{__version__}. It is meant to work; if in doubt, fit it again.",
            UserWarning,
            stacklevel=3,  # who loads it
        )
    return state
