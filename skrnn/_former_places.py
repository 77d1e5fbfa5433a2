"""Finds classes in pickles of former versions, in which their modules had other names."""

import sys
from importlib import import_module

FORMER_PLACES = {
    # version 0.1.0
    "skrnn._lag_window_transformer": "skrnn.windows._lag_window_transformer",
    "skrnn._time_index": "skrnn._version_0_1_0",
    # before version 0.2.0
    "skrnn.forecasting._samples": "skrnn.forecasting._tasks",
}
"""The module that a former module has become, by its former name."""

ModuleType = type(sys)  # that of `types`, which would have to be imported


class FormerModule(ModuleType):
    """A module of a former name, which passes on the names of the module that it has become.

    Parameters
    ----------
    name : str
        The former name.
    """

    def __getattr__(self, name):
        if name.startswith("__"):  # asked of all modules, which must not import this one
            raise AttributeError(name)
        return getattr(import_module(FORMER_PLACES[self.__name__]), name)


def register_former_places():
    """Let ``pickle`` import the modules of former names. None of them is loaded."""
    for name in FORMER_PLACES:
        sys.modules.setdefault(name, FormerModule(name))
