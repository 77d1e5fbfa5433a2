"""Memory of this process, as the system counts it."""

import contextlib
import ctypes
import re
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_MAPS = Path("/proc/self/maps")


def resident_megabytes():
    """What is in memory now; NaN where the system does not tell."""
    return _from_status("VmRSS") if _STATUS.exists() else float("nan")


def peak_megabytes():
    """The most that there was at once."""
    if _STATUS.exists():
        # Not ru_maxrss: Linux hands the largest size of the parent on to its child.
        return _from_status("VmHWM")
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def memory_maps():
    """Number of memory maps, which Linux limits; NaN where the system does not show it."""
    return len(_MAPS.read_bytes().splitlines()) if _MAPS.exists() else float("nan")


def return_free_memory():
    """Return the memory that is free inside this process to the system, on Linux with glibc."""
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)


def _from_status(name):
    found = re.search(rf"{name}:\s+(\d+) kB", _STATUS.read_text(encoding="ascii"))
    return int(found[1]) / 2**10


def forget_peak():
    """Measure the peak from now on, where the system can (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
