"""Detects processes that were forked after TensorFlow had started."""

import os
import sys

_forks = []
"""Not empty if TensorFlow had started when this process, or a parent of it, was forked."""


def _after_fork_in_child():
    if _tensorflow_has_started():
        _forks.append(os.getpid())


def _tensorflow_has_started():
    """Check whether TensorFlow's threads run. If it was only imported, forking is harmless."""
    context = sys.modules.get("tensorflow.python.eager.context")
    if context is None:
        return False
    # These names are private: public functions would start TensorFlow.
    started = getattr(context, "context_safe", lambda: True)()
    return started is not None and getattr(started, "_initialized", True)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def check_not_forked():
    """Check that this process was not forked after TensorFlow had started.

    TensorFlow's threads do not exist in the forked process, so training would hang.

    Raises
    ------
    RuntimeError
        If the process was forked after TensorFlow had started.
    """
    if _forks:
        raise RuntimeError(
            "A network cannot be fitted in this process, because it was forked after "
            "TensorFlow had started. TensorFlow's threads do not exist here, so training would "
            "hang. Use joblib's 'loky' backend, which is the default of n_jobs, or the 'spawn' "
            "start method. predict still works."
        )
