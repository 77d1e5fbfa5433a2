"""Fixtures of all tests, those in docstrings included, and the one file that may be missing."""

import ctypes
import gc
import os
import sys
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

# Before SciPy is loaded: without it scikit-learn leaves out one of its checks.
os.environ.setdefault("SCIPY_ARRAY_API", "1")
if "PYTEST_XDIST_WORKER" in os.environ:
    # Before NumPy is loaded: the threads of several workers wait for each other. A product of
    # medium-sized matrices then takes up to eight times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="blas")  # if a plugin of pytest has loaded it

import pytest
from joblib.externals.loky import get_reusable_executor

from skrnn.datasets import fetch_melbourne_temperatures, load_sea_surface_temperatures

# The objects of 12,000 collected tests live to the end, and looking through them again and again
# takes a quarter of the time of the collection. It is enabled again when the collection ends.
gc.disable()

# scikit-learn has callbacks from 1.9 on.
collect_ignore = [] if find_spec("sklearn.callback") else ["tests/test_sklearn_compat.py"]

SLOW_FILES = (
    "tests/test_examples.py",
    "tests/forecasting/test_sktime_checks.py",
    "tests/engines/numpy/test_engine.py",
    "tests/engines/tensorflow/test_traced_steps.py",
    "tests/test_docs.py",
    "tests/test_fuzz.py",
    "tests/engines/tensorflow/test_disk_cache.py",
    "tests/keras_bridge/test_model.py",
    "tests/test_several_networks.py",
    "tests/test_online_learning.py",
    "tests/engines/test_zero_units.py",
    "tests/test_dask.py",
    "tests/training/test_trainer.py",
    "tests/training/test_epoch_loop.py",
    "tests/training/test_warm_start.py",
)
"""Files that take longest. They come first, so that no process is left with one at the end."""


def pytest_configure(config):
    """Compile fast, and keep the order of files, which pytest-xdist would sort by their size."""
    os.environ.setdefault("XLA_FLAGS", fast_compilation())
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def fast_compilation():
    """Return settings with which XLA compiles in less than half the time.

    The tests run few steps of each program, so they gain nothing from faster programs. XLA reads
    the settings when TensorFlow is loaded.
    """
    flags = "--xla_backend_optimization_level=0"
    if version("tensorflow").startswith("2.21."):  # XLA ends the process if it knows no such flag
        flags += " --xla_cpu_use_fusion_emitters=false"
    return flags


def pytest_collection_modifyitems(items):
    """Move the slow files to the front."""
    ranks = {name: rank for rank, name in enumerate(SLOW_FILES)}
    items.sort(key=lambda item: ranks.get(item.nodeid.partition("::")[0], len(ranks)))


def pytest_collection_finish():
    """Exempt all that is loaded by now from garbage collection, which took 0.4 s each time."""
    gc.collect()
    gc.freeze()
    gc.enable()


MOST_PROGRAMS = 32
"""Compiled programs that a process keeps, each of about 20 MB. No module needs more at a time."""

MUCH_MEMORY = 1.3e9
"""Bytes of resident memory from which on a module leaves neither programs nor free memory."""

MOST_MEMORY = 1.5e9
"""Bytes from which on a test does so, too, although later tests of its module compile again."""


@pytest.fixture(scope="module", autouse=True)
def return_memory():
    """Keep few programs, and return the memory that compilers used: see the benchmark ``memory``.

    The package keeps 64 programs, which the modules fill one after the other.
    """
    if PROGRAMS in sys.modules:
        sys.modules[PROGRAMS].programs.maximum = MOST_PROGRAMS
    yield
    free_memory_above("module", 5e7)


def pytest_runtest_logfinish():
    """Return memory after a test."""
    free_memory_above("test", 1e8)


_limits = {"module": MUCH_MEMORY, "test": MOST_MEMORY}


def free_memory_above(name, margin):
    """Return memory above a limit; if little came back, wait until there is more to return."""
    if sys.platform == "linux" and resident_memory() > _limits[name]:
        free_memory()
        _limits[name] = max(_limits[name], resident_memory() + margin)


PROGRAMS = "skrnn.engines.tensorflow._program"


def free_memory():
    """Drop compiled programs, and return free memory to the system."""
    if PROGRAMS in sys.modules:
        sys.modules[PROGRAMS].programs._programs.clear()
    gc.collect()
    if hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


def resident_memory():
    """Return the resident memory of this process in bytes."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def new_processes():
    """End the processes that joblib keeps, before a test and after it.

    To joblib, a process that an earlier test has used without TensorFlow, and that now loads it,
    seems to leak memory. It ends such a process, and then sometimes waits for ever. The same
    happens if a process ends after five idle minutes while a search begins.
    """
    get_reusable_executor().shutdown(wait=True)
    yield
    get_reusable_executor().shutdown(wait=True)


@pytest.fixture(scope="session")
def melbourne():
    """Daily minimum temperatures, 1981-1990, fetched if the file is not on this machine."""
    return get_melbourne_or_skip()


@pytest.fixture(scope="session")
def sea_surface():
    """Monthly sea surface temperatures, 1950-2010."""
    return load_sea_surface_temperatures()


def pytest_runtest_setup(item):
    """Skip an example in a docstring whose file is not to be had: it cannot ask for a fixture."""
    if isinstance(item, pytest.DoctestItem):
        lines = "".join(example.source for example in item.dtest.examples)
        if "fetch_melbourne_temperatures(" in lines:
            get_melbourne_or_skip()


def get_melbourne_or_skip():
    """Fetch the temperatures; without them, skip the test, or fail where none may be skipped."""
    temperatures, reason = _melbourne_or_reason()
    if reason is None:
        return temperatures
    if may_skip(os.environ):
        pytest.skip(f"needs a file that is not on this machine: {reason}")
    pytest.fail(
        f"No test may be skipped where CI or SKRNN_DATA is set, but {reason}", pytrace=False
    )


def may_skip(environment):
    """Decide whether tests whose file is missing are skipped: on a machine of a reader only.

    In continuous integration, and where SKRNN_DATA names the folder of the file, they fail.
    """
    in_ci = environment.get("CI", "").lower() not in {"", "0", "false", "no"}
    return not (in_ci or environment.get("SKRNN_DATA"))


@cache
def _melbourne_or_reason():
    try:
        return fetch_melbourne_temperatures(), None
    except (OSError, ImportError) as error:
        return None, str(error)
