"""Memory of this process, as the system counts it."""

import contextlib
import re
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


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


def _from_status(name):
    found = re.search(rf"{name}:\s+(\d+) kB", _STATUS.read_text(encoding="ascii"))
    return int(found[1]) / 2**10


def forget_peak():
    """Measure the peak from now on, where the system can (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
