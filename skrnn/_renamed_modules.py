"""Finds the classes in pickles from released versions, in which modules had other names."""

import sys
from importlib import import_module

FORMER_PLACES = {
    "skrnn._lag_window_transformer": "skrnn.windows._lag_window_transformer",
    "skrnn._time_index": "skrnn._version_0_1_0",
}
"""The current name of a module, by its former name."""

ModuleType = type(sys)  # `types.ModuleType`, without an import


class FormerModule(ModuleType):
    """A stand-in for a renamed module, which looks names up in the current module.

    Parameters
    ----------
    name : str
        The former name.
    """

    def __getattr__(self, name):
        if name.startswith("__"):  # looked up in all modules, which must not cause an import
            raise AttributeError(name)
        return getattr(import_module(FORMER_PLACES[self.__name__]), name)


def register_former_places():
    """Let ``pickle`` import modules by their former names, without loading any of them now."""
    for name in FORMER_PLACES:
        sys.modules.setdefault(name, FormerModule(name))
