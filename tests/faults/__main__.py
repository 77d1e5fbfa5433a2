"""Put faults into a copy of the package, and count those that the tests find."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.faults._faults import FAULTS

ROOT = Path(__file__).parents[2]
MOST_TIME = 300
"""Seconds after which a fault counts as found, because some faults make a test wait forever."""
CHOICE = "MOST_SECONDS = 0.3", "MOST_SECONDS = -1.0"


def main():
    """Run the tests for each fault, and print a line for each and the number found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--compiled", action="store_true", help="train every fit with TensorFlow")
    parser.add_argument("--only", default="", help="part of a path or of the right code")
    parser.add_argument("--jobs", type=int, default=1, help="faults at the same time")
    arguments = parser.parse_args()
    faults = [f for f in FAULTS if arguments.only in f"{f.path} {f.right}"]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        found = list(pool.map(partial(report, compiled=arguments.compiled), faults))
    print(f"{sum(found)} of {len(found)} faults found")
    sys.exit(not all(found))


def report(fault, *, compiled):
    """Print whether the tests find a fault."""
    start = time.perf_counter()
    found = is_found(fault, compiled=compiled)
    seconds = time.perf_counter() - start
    text = " ".join(fault.right.split())
    print(f"{'found' if found else 'MISSED'}  {seconds:4.0f} s  {fault.path}: {text}", flush=True)
    return found


def is_found(fault, *, compiled):
    """Run the tests of a fault in a copy, and return whether one fails."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("skrnn", "tests"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("conftest.py", "pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, copy)
        replace(copy / "skrnn" / fault.path, fault.right, fault.wrong)
        if compiled:
            replace(copy / "skrnn/engines/_choice.py", *CHOICE)
        files = [f"tests/{name}" for name in fault.tests_of_it if (copy / "tests" / name).exists()]
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *files],
                cwd=copy,
                env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                text=True,
                check=False,
                timeout=MOST_TIME,
            )
        except subprocess.TimeoutExpired:
            return True
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(f"{fault}: pytest ended with {done.returncode}\n{done.stdout[-2000:]}")
    return done.returncode != 0


def replace(path, right, wrong):
    """Replace code that occurs once in a file."""
    text = path.read_text(encoding="utf-8")
    if text.count(right) != 1:
        raise ValueError(f"{path.name} contains {right!r} {text.count(right)} times, not once.")
    path.write_text(text.replace(right, wrong), encoding="utf-8")


if __name__ == "__main__":
    main()
