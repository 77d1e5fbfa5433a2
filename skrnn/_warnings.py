"""Warns the user: a warning points at the line of the user's code, not into a package."""

import os
import sys
import threading
import warnings
from contextlib import contextmanager
from contextvars import ContextVar

_HERE = os.path.join(os.path.dirname(__file__), "")
# Packages that call this one for the user, and the Python modules in between.
_TOOLS = {
    *("sklearn", "sktime", "skbase", "joblib", "dask", "distributed", "mapie", "optuna"),
    *("scikeras", "skforecast", "skops", "concurrent", "multiprocessing", "contextlib"),
    *("copy", "functools", "pickle", "runpy", "threading"),
}


_said = ContextVar("said", default=None)


class SkrnnWarning(UserWarning):
    """The category of skrnn's warnings, for use in filters.

    Examples
    --------
    >>> import warnings
    >>> from skrnn import SkrnnWarning
    >>> warnings.filterwarnings("ignore", category=SkrnnWarning)
    """


class DataWarning(SkrnnWarning):
    """Something in y or X that a forecaster with several parts names only once."""


class ConstantFeatureWarning(DataWarning):
    """A feature that has the same value in every row."""


@contextmanager
def each_warning_once():
    """Issue each warning once, for a call that transforms the same rows several times.

    This holds for the current thread only.
    """
    token = _said.set(set())
    try:
        yield
    finally:
        _said.reset(token)


def warn_user(message, category=SkrnnWarning):
    """Issue a warning that points at the line of the user's code.

    This is the innermost line that lies neither in this package, nor in a package or module that
    calls this one for the user, such as scikit-learn, sktime and joblib. A thread that was started
    by one of these has no such line. The warning then points at the line in which the main thread
    waits for it or, if there is none, as in another process, at the outermost call of this
    package.

    Parameters
    ----------
    message : str
        The text.
    category : type, default=SkrnnWarning
        Class of the warning.

    Warns
    -----
    SkrnnWarning
        The warning, once for each line with the default filters of Python.
    """
    said = _said.get()
    if said is not None:
        if (message, category) in said:
            return
        said.add((message, category))
    frame = _line_to_name(sys._getframe(1))
    names = frame.f_globals
    warnings.warn_explicit(
        message,
        category,
        filename=frame.f_code.co_filename,
        lineno=frame.f_lineno,
        module=names.get("__name__") or "<unknown>",
        registry=names.setdefault("__warningregistry__", {}),
    )


def _line_to_name(frame):
    """Return the frame whose line a warning should point at."""
    found, passed = _leave_tools(frame)
    if found is None and threading.current_thread() is not threading.main_thread():
        waiting = sys._current_frames().get(threading.main_thread().ident)
        found, between = _leave_tools(waiting)
        if not {_package(each) for each in between} - {"threading"}:
            found = None  # the main thread does something else
    return found or [each for each in passed if _package(each) == "skrnn"][-1]


def _leave_tools(frame):
    """Return the innermost frame of the user or None, and the frames inside it."""
    passed = []
    while frame is not None and _package(frame) is not None:
        passed.append(frame)
        frame = frame.f_back
    return frame, passed


def _package(frame):
    """Return the name of the package of a frame, or None if it is of the user's code."""
    # The examples in docstrings share the namespace of a module, but are not in its file.
    if frame.f_code.co_filename.startswith(_HERE):
        return "skrnn"
    # A module that Python runs as a program is called "__main__", but has a specification.
    specification = frame.f_globals.get("__spec__")
    name = getattr(specification, "name", None) or frame.f_globals.get("__name__", "")
    name = name.split(".")[0]
    return name if name in _TOOLS else None
