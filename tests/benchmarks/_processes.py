"""Work in new processes, where nothing was imported or compiled before."""

import multiprocessing
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.benchmarks._measure import clock, clocked


class OwnProcess:
    """A new interpreter, in which something is made once and then clocked whenever called.

    Packages that bring their own threads do not meet in it.

    Parameters
    ----------
    make : callable
        ``make(*args)`` returns the function of no argument to be clocked. It runs once first.
    """

    def __init__(self, make, *args):
        self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        self._pool.submit(_make, make, *args).result()

    def __call__(self):
        """Return the :class:`Spent` on one more run."""
        return self._pool.submit(_clock_made).result()


_made = []


def _make(make, *args):
    _made.append(make(*args))
    _made[-1]()


def _clock_made():
    return clock(_made[-1])


def new_interpreter(code):
    """Make a function of no argument that clocks an interpreter from its start to its end."""
    return clocked(subprocess.run, [sys.executable, "-c", code], check=True)
