"""Functions that tests run in other processes."""

import sys
import time


def slowly(table):
    """Return a table after a while."""
    time.sleep(0.1)
    return table


def has_tensorflow():
    """Whether this process has imported TensorFlow."""
    return "tensorflow" in sys.modules
