"""Two checkouts of skrnn take turns on the same work: is one slower than the other?

``python -m tests.benchmarks.versions --base ../other/checkout`` compares this checkout with
another, created for example by ``git worktree add ../other/checkout v0.1.0``. Each checkout has
its own process, and the two take turns, case by case and round by round. A ratio above one means
that this checkout is slower. With ``--cpu``, processor time is compared, which is less affected by
other work on the machine.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import _version_cases as cases
from tests.benchmarks._report import Report, command_line

HERE = Path(__file__).parents[2]
SCRIPT = HERE / "tests" / "benchmarks" / "_version_cases.py"


class Version:
    """One checkout's process, which times what it is asked to.

    Parameters
    ----------
    checkout : path
        Folder that holds the package.
    clock : list of str
        ``["cpu"]`` for processor time, and an empty list for time.
    """

    def __init__(self, checkout, clock):
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT), *clock],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": str(checkout)},
        )
        self._answer()

    def seconds(self, case):
        """Seconds of one unit of a case's work."""
        self._process.stdin.write(f"{case}\n")
        self._process.stdin.flush()
        return float(self._answer())

    def close(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait()

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("A version's process has ended: run its script to see why.")
        return line.strip()


def in_new_process(checkout, clock, case):
    """Seconds of a case in a process that has run nothing before."""
    version = Version(checkout, clock)
    try:
        return version.seconds(case)
    finally:
        version.close()


def main():
    """Run the comparison."""

    def options(parser):
        parser.add_argument("--base", required=True, help="folder of the other checkout")
        parser.add_argument("--cpu", action="store_true", help="compare processor time")

    arguments = command_line(__doc__.splitlines()[0], 9, 3, more_options=options)
    report = Report("versions", arguments)
    checkouts = {"base": arguments.base, "this": HERE}
    clock = ["cpu"] if arguments.cpu else []
    running = {name: Version(folder, clock) for name, folder in checkouts.items()}
    for case in (name for name in cases.CASES if arguments.only in name):
        spent = {name: [] for name in checkouts}
        for i in range(arguments.rounds):
            order = list(checkouts) if i % 2 else list(checkouts)[::-1]
            for name in order:
                if cases.in_new_process(case):
                    spent[name].append(in_new_process(checkouts[name], clock, case))
                else:
                    spent[name].append(running[name].seconds(case))
        pairs = [b / a for a, b in zip(spent["base"], spent["this"], strict=True)]
        values = {f"{name}, microseconds": 1e6 * statistics.median(spent[name]) for name in spent}
        values["ratio, median of the pairs"] = statistics.median(pairs)
        values["ratio of the fastest"] = min(spent["this"]) / min(spent["base"])
        report.table(case, values)
    for version in running.values():
        version.close()


if __name__ == "__main__":
    main()
