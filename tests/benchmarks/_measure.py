"""Clocks, and taking turns."""

import gc
import multiprocessing
import os
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock on the wall, and of the processor, all threads together."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Contender:
    """One side of a comparison.

    Attributes
    ----------
    name : str
        As the table calls it.
    run : callable
        Does the work once and returns the :class:`Spent` on it.
    count : int
        Units of work (steps, calls) in one run; the table gives the time of one.
    note : str
        What a reader must know to compare: how much was run, what was left out.
    every : int
        Run only in one of this many rounds, for packages that take minutes.
    """

    name: str
    run: callable
    count: int = 1
    note: str = ""
    every: int = 1

    def takes_part(self, i, rounds):
        """Whether the contender runs in round i."""
        every = min(self.every, rounds)
        return i % every == every // 2


@dataclass
class Result:
    """Seconds of one contender in one case for one unit of work, one value a round.

    The ratio compares its median with the median of the first contender.
    """

    case: str
    contender: str
    seconds: list
    cpu_seconds: list
    ratio: float
    count: int
    note: str
    median: float = field(init=False)
    fastest: float = field(init=False)
    slowest: float = field(init=False)
    cpu_median: float = field(init=False)

    def __post_init__(self):
        self.median = statistics.median(self.seconds)
        self.fastest, self.slowest = min(self.seconds), max(self.seconds)
        self.cpu_median = statistics.median(self.cpu_seconds)


def clock(function, *args, **kwargs):
    """Call a function and return the time that it, and processes it waited for, took."""
    wall, cpu = time.perf_counter(), _cpu_seconds()
    function(*args, **kwargs)
    return Spent(time.perf_counter() - wall, _cpu_seconds() - cpu)


def _cpu_seconds():
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def clocked(function, *args, **kwargs):
    """Make a function of no argument that clocks a call of `function`."""
    return partial(clock, function, *args, **kwargs)


def repeated(count, function, *args, **kwargs):
    """Make a function of no argument that calls `function` several times."""

    def calls():
        for _ in range(count):
            function(*args, **kwargs)

    return calls


def in_new_process(function, *args):
    """Make a function of no argument that calls `function` in a new interpreter.

    `function` does its own imports, and returns the :class:`Spent` on what is to be timed.
    """

    def run():
        fresh = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=fresh) as pool:
            return pool.submit(function, *args).result()

    return run


def take_turns(case, contenders, rounds):
    """Let all contenders run in turn, so that a slow spell of the machine meets them all.

    Returns
    -------
    list of Result
    """
    spent = {contender.name: [] for contender in contenders}
    for i in range(rounds):
        for contender in contenders:
            if contender.takes_part(i, rounds):
                gc.collect()
                _progress(f"{case}: {contender.name}, round {i + 1} of {rounds}")
                spent[contender.name].append(contender.run())
    _progress("")
    results = []
    for c in contenders:
        seconds = [s.wall / c.count for s in spent[c.name]]
        cpu_seconds = [s.cpu / c.count for s in spent[c.name]]
        reference = results[0].seconds if results else seconds
        ratio = statistics.median(seconds) / statistics.median(reference)
        results.append(Result(case, c.name, seconds, cpu_seconds, ratio, c.count, c.note))
    return results


def _progress(line):
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
