"""Starts processes as fast as the system allows."""

import multiprocessing

METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
"""Processes are forked from one that has loaded what they need, unless the system is Windows."""


def preload(context, modules):
    """Return a context whose processes find modules loaded, if they are forked."""
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(modules)
    return context
