"""The command line, the tables and the JSON that all benchmarks have."""

import argparse
import json
import os
import platform
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

import skrnn

_PACKAGES = ["numpy", "scikit-learn", "tensorflow", "keras", "scikeras", "torch"]


def command_line(description, rounds, quick_rounds=1):
    """Read the arguments.

    Returns
    -------
    argparse.Namespace
        ``rounds``, ``quick``, ``json``, and ``load``: how busy the machine was before. With
        ``--cores`` this process, and those that it starts, are bound to so many cores.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", metavar="FILE", help="write the results to this file")
    parser.add_argument("--quick", action="store_true", help="fewer cases, rounds and epochs")
    parser.add_argument("--rounds", type=int, help=f"default {rounds}, quick {quick_rounds}")
    parser.add_argument("--cores", type=int, help="bind to so many cores (Linux)")
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (quick_rounds if arguments.quick else rounds)
    arguments.load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    if arguments.cores:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.cores])
    return arguments


def publish(name, results, arguments, notes=()):
    """Print the table of a benchmark and, if asked, write it as JSON."""
    environment = describe_environment(arguments.load)
    versions = ", ".join(f"{k} {v}" for k, v in environment["versions"].items() if v)
    print(
        f"\n{name}: {environment['processor']}, {environment['cores']} cores, "
        f"load {arguments.load:.1f} before\n{versions}"
    )
    print_table(results)
    print(*notes, sep="\n")
    if arguments.json:
        report = {
            "benchmark": name,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "quick": arguments.quick,
            "environment": environment,
            "notes": list(notes),
            "results": [asdict(result) for result in results],
        }
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(report, file, indent=2)


def print_table(results):
    """Print results, a block for each case."""
    width = max(len(r.contender) for r in results)
    titles = "".join(f"{title:>10}" for title in ("median", "fastest", "slowest", "cpu", "ratio"))
    case = None
    for r in results:
        if r.case != case:
            case = r.case
            print(f"\n{case}\n  {'':<{width}}{titles}")
        times = (r.median, r.fastest, r.slowest, r.cpu_median)
        columns = "".join(f"{readable(t):>10}" for t in times)
        print(f"  {r.contender:<{width}}{columns}{three_digits(r.ratio):>10}  {r.note}".rstrip())
    print()


def readable(seconds):
    """Seconds in the unit that leaves a number one can read."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{three_digits(seconds / size)} {unit}"
    return f"{three_digits(seconds / 1e-6)} us"


def three_digits(number):
    """Three digits that count, and no exponent."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def describe_environment(load):
    """The machine, the cores that may be used, and the versions of what is compared."""
    versions = {"python": platform.python_version(), "skrnn": skrnn.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": cores,
        "load_before": load,
        "versions": versions,
    }


def _processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()
