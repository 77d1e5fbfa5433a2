"""Finds the classes in pickles from earlier versions, in which modules had other names."""

import sys
from importlib import import_module

FORMER_PLACES = {
    # version 0.1.0
    "skrnn._lag_window_transformer": "skrnn.windows._lag_window_transformer",
    "skrnn._time_index": "skrnn._version_0_1_0",
    # before version 0.2.0
    "skrnn.forecasting._adaptive": "skrnn.forecasting._adaptive_levels",
    "skrnn.forecasting._automatic": "skrnn.forecasting._auto_settings",
    "skrnn.forecasting._calibration": "skrnn.forecasting._quantile_calibration",
    "skrnn.forecasting._category_columns": "skrnn.windows._category_columns",
    "skrnn.forecasting._conformal": "skrnn.forecasting._conformal_quantiles",
    "skrnn.forecasting._intervals": "skrnn.forecasting._combined_intervals",
    "skrnn.forecasting._samples": "skrnn.forecasting._network_tasks",
    "skrnn.forecasting._seasonality": "skrnn.forecasting._season_removal",
    "skrnn.forecasting._tasks": "skrnn.forecasting._network_tasks",
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
        try:
            current = import_module(FORMER_PLACES[self.__name__])
        except ImportError as error:  # pickle asks all modules for a function that names none
            raise AttributeError(str(error)) from error
        return getattr(current, name)


def register_former_places():
    """Let ``pickle`` import modules by their former names, without loading any of them now."""
    for name in FORMER_PLACES:
        sys.modules.setdefault(name, FormerModule(name))
