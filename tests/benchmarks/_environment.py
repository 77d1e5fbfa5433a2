"""The machine, and the versions of what is compared."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version

import skrnn

_PACKAGES = [
    "numpy",
    "scikit-learn",
    "tensorflow",
    "keras",
    "scikeras",
    "torch",
    "skforecast",
    "neuralforecast",
    "darts",
]


def describe_environment(load):
    """The machine, the cores that may be used, and the versions of what is compared."""
    versions = {"python": platform.python_version(), "skrnn": skrnn.__version__}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": n_cores(),
        "load_before": load,
        "versions": versions,
    }


def n_cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":")[1].strip() for line in file if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor()
