"""Converts the attributes of estimators for pickles, and reads pickles of other versions."""

from ._version_0_1_0 import aligned_history
from ._warnings import warn_user
from .training._history import PASSES_KEPT


def state_to_store(state):
    """Return the attributes of an estimator without Keras objects.

    Parameters
    ----------
    state : dict
        Attributes of the estimator.

    Returns
    -------
    dict
        A copy in which configurations replace optimizers and schedules. It includes the version.
    """
    from . import __version__

    state = {**state, "_skrnn_version": __version__}
    for name in ("optimizer", "learning_rate"):
        if hasattr(state[name], "get_config"):
            from .keras_bridge._optimizers import serialized

            state[name] = serialized(state[name])
    return state


def stored_state(state, estimator_name):
    """Return the attributes of a stored estimator, and warn if another version stored it.

    Parameters
    ----------
    state : dict
        Result of :func:`state_to_store`.
    estimator_name : str
        Name of the estimator in the warning.

    Returns
    -------
    dict
    """
    from . import __version__

    state = dict(state)
    written_by = state.pop("_skrnn_version", "unknown")
    if "history_" in state and "n_iter_" in state:
        state["history_"] = aligned_history(state["history_"], state["n_iter_"], PASSES_KEPT)
    if written_by != __version__:
        warn_user(
            f"This {estimator_name} was saved by skrnn {written_by} but is loaded by skrnn "
            f"{__version__}. This should work; if in doubt, refit.",
        )
    return state
