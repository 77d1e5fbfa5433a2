"""Whether this process was forked from one whose TensorFlow had already started."""

import os
import sys

_forks = []
"""Not empty in a process that was forked from a started TensorFlow, and in its children."""


def _after_fork_in_child():
    if _tensorflow_has_started():
        _forks.append(os.getpid())


def _tensorflow_has_started():
    """Whether TensorFlow's threads run; loaded alone, it survives a fork."""
    context = sys.modules.get("tensorflow.python.eager.context")
    if context is None:
        return False
    # Private: to ask in public would start it.
    started = getattr(context, "context_safe", lambda: True)()
    return started is not None and getattr(started, "_initialized", True)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def check_not_forked():
    """Refuse to train where TensorFlow would wait for threads that the fork left behind.

    Raises
    ------
    RuntimeError
        In a child, forked from a process whose TensorFlow had started.
    """
    if _forks:
        raise RuntimeError(
            "RNNRegressor cannot be fitted in this process: it was forked from one in which "
            "TensorFlow had already started, whose threads do not live on here, and training "
            "would hang. Use joblib's 'loky' backend, the default of n_jobs, or the 'spawn' start "
            "method. predict works."
        )
