"""The command line, the tables and the JSON that all benchmarks have."""

import argparse
import json
import os
from dataclasses import asdict
from datetime import UTC, datetime

from tests.benchmarks._environment import describe_environment
from tests.benchmarks._measure import take_turns


def command_line(description, rounds, quick_rounds=1, more_options=None):
    """Read the arguments.

    Returns
    -------
    argparse.Namespace
        The options, and ``load``: how busy the machine was before. With ``--cores`` this process,
        and those that it starts, are bound to so many cores.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", metavar="FILE", help="write the results to this file")
    parser.add_argument("--quick", action="store_true", help="fewer cases, rounds and epochs")
    parser.add_argument("--rounds", type=int, help=f"default {rounds}, quick {quick_rounds}")
    parser.add_argument("--full", action="store_true", help="let slow packages do all their work")
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="only cases with this in their name"
    )
    parser.add_argument("--cores", type=int, help="bind to this number of cores (Linux)")
    if more_options:
        more_options(parser)
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (quick_rounds if arguments.quick else rounds)
    arguments.load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    if arguments.cores:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.cores])
    return arguments


class Report:
    """The results of one benchmark: printed and written as they come.

    Parameters
    ----------
    name : str
        The benchmark's.
    arguments : argparse.Namespace
        As :func:`command_line` gives them.
    """

    def __init__(self, name, arguments):
        self.quick, self.full = arguments.quick, arguments.full
        self._path = arguments.json
        self._only = arguments.only
        self._rounds = arguments.rounds
        environment = describe_environment(arguments.load)
        self._content = {
            "benchmark": name,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "quick": arguments.quick,
            "full": arguments.full,
            "environment": environment,
            "notes": [],
            "results": [],
            "tables": {},
        }
        versions = ", ".join(f"{k} {v}" for k, v in environment["versions"].items() if v)
        print(
            f"\n{name}: {environment['processor']}, {environment['cores']} cores, "
            f"load {arguments.load:.1f} before\n{versions}"
        )

    def compare(self, case, make_contenders, *args, rounds=None):
        """Let contenders take turns, if the case is one that was asked for.

        ``make_contenders(*args)`` returns them, compiled and warm where they are to be warm.
        """
        if self._only not in case:
            return
        results = take_turns(case, make_contenders(*args), rounds or self._rounds)
        print_table(case, results)
        self._content["results"] += map(asdict, results)
        self._write()

    def table(self, case, values):
        """Add numbers that are no times of contenders, by name."""
        if self._only not in case:
            return
        width = max(map(len, values))
        lines = [f"  {name:<{width}}{three_digits(value):>12}" for name, value in values.items()]
        print("\n".join(["", case, *lines]), flush=True)
        self._content["tables"][case] = values
        self._write()

    def note(self, text):
        """Add what a reader must know."""
        print(f"\n{text}")
        self._content["notes"].append(text)
        self._write()

    def _write(self):
        if self._path:
            with open(self._path, "w", encoding="utf-8") as file:
                json.dump(self._content, file, indent=2)


def print_table(case, results):
    """Print the results of a case, each with what must be known of it."""
    width = max(len(r.contender) for r in results)
    titles = "".join(f"{title:>10}" for title in ("median", "fastest", "slowest", "cpu", "ratio"))
    print(f"\n{case}\n  {'':<{width}}{titles}")
    for r in results:
        times = (r.median, r.fastest, r.slowest, r.cpu_median)
        columns = "".join(f"{readable(t):>10}" for t in times)
        ratio = three_digits(r.ratio)
        print(f"  {r.contender:<{width}}{columns}{ratio:>10}  {r.note}".rstrip(), flush=True)


def readable(seconds):
    """Seconds in the unit that leaves a number one can read."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{three_digits(seconds / size)} {unit}"
    return f"{three_digits(seconds / 1e-6)} µs"


def three_digits(number):
    """Three digits that count, and no exponent."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
