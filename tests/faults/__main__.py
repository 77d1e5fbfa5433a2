"""Put faults into a copy of the package, and count those that the tests find."""

import argparse
import multiprocessing
import os
import re
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.faults._faults import FAULTS
from tests.faults._run import FAILED, OUTPUT, PASSED, ROOT, run_tests

MOST_TIME = 300
"""Seconds after which a fault counts as found, because some faults make a test wait forever."""
CHOICE = "MOST_SECONDS = 0.3", "MOST_SECONDS = -1.0"
LIBRARIES = ["pytest", "sklearn.ensemble", "sktime.forecasting.base", "tensorflow", "keras"]
"""Loaded once, before the processes that run the tests are forked. None of them is skrnn."""


def main():
    """Run the tests for each fault, and print a line for each and the number found."""
    from conftest import fast_compilation  # it loads skrnn, which the processes must not inherit

    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--compiled", action="store_true", help="train every fit with TensorFlow")
    parser.add_argument("--only", default="", help="part of a path or of the right code")
    parser.add_argument("--jobs", type=int, default=1, help="faults at the same time")
    arguments = parser.parse_args()
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.environ.setdefault("XLA_FLAGS", fast_compilation())  # TensorFlow reads it when it is loaded
    multiprocessing.get_context("forkserver").set_forkserver_preload(LIBRARIES)
    faults = [f for f in FAULTS if arguments.only in f"{f.path} {f.right}"]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        found = list(pool.map(partial(report, compiled=arguments.compiled), faults))
    print(f"{sum(found)} of {len(found)} faults found")
    sys.exit(not all(found))


def report(fault, *, compiled):
    """Print which test finds a fault first, and return whether one does."""
    start = time.perf_counter()
    test = first_failure(fault, compiled=compiled)
    seconds = time.perf_counter() - start
    text = " ".join(fault.right.split())
    print(
        f"{'found' if test else 'MISSED'}  {seconds:4.0f} s  {fault.path}: {text}  {test}",
        flush=True,
    )
    return bool(test)


def first_failure(fault, *, compiled):
    """Run the tests of a fault in a copy, and return the first that fails, or an empty string."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("skrnn", "tests", "examples"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("conftest.py", "pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, copy)
        replace(copy / "skrnn" / fault.path, fault.right, fault.wrong)
        if compiled:
            replace(copy / "skrnn/engines/_choice.py", *CHOICE)
        files = [f"tests/{name}" for name in fault.tests_of_it if (copy / "tests" / name).exists()]
        process = multiprocessing.get_context("forkserver").Process(
            target=run_tests, args=(copy, files)
        )
        process.start()
        process.join(MOST_TIME)
        if process.is_alive():
            process.kill()
            process.join()
            return f"no end after {MOST_TIME} s"
        output = copy / OUTPUT
        said = output.read_text(encoding="utf-8") if output.exists() else ""
    if process.exitcode not in (PASSED, FAILED):
        raise RuntimeError(f"{fault}: ended with {process.exitcode}\n{said[-2000:]}")
    if process.exitcode == PASSED:
        return ""
    return re.findall(r"^(?:FAILED|ERROR) +(\S+)", said, re.MULTILINE)[0]


def replace(path, right, wrong):
    """Replace code that occurs once in a file."""
    text = path.read_text(encoding="utf-8")
    if text.count(right) != 1:
        raise ValueError(f"{path.name} contains {right!r} {text.count(right)} times, not once.")
    path.write_text(text.replace(right, wrong), encoding="utf-8")


if __name__ == "__main__":
    main()
