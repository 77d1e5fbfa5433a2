"""Runs examples one after another in one process, as the gallery does.

The process has the settings of a user. It reads the path of an example from each line, and answers
with what the example printed, as JSON.
"""

import json
import os
import runpy
import sys
import tempfile
import traceback
import warnings


def run(path):
    """Return the exit status of an example, its output and its error stream."""
    kept = [os.dup(1), os.dup(2)]
    with tempfile.TemporaryFile("w+b") as output, tempfile.TemporaryFile("w+b") as errors:
        for stream, file in ((1, output), (2, errors)):
            os.dup2(file.fileno(), stream)
        try:
            with warnings.catch_warnings():  # each example gets those that an earlier one had
                runpy.run_path(path, run_name="__main__")
            status = 0
        except BaseException:
            traceback.print_exc()
            status = 1
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for stream, copy in zip((1, 2), kept, strict=True):
                os.dup2(copy, stream)
                os.close(copy)
            if "matplotlib" in sys.modules:
                sys.modules["matplotlib.pyplot"].close("all")
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read().decode("utf-8"))
    return [status, *texts]


if __name__ == "__main__":
    with os.fdopen(os.dup(0), encoding="utf-8") as lines:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # an example must not read the next path
        for line in lines:
            print(json.dumps(run(line.rstrip("\n"))), flush=True)
