"""Runs examples one after another in one process, as the gallery does.

The process has the settings of a user. Each line that it reads is JSON: the path of an example,
and parts of its text with what replaces them, which makes a long example shorter. It answers with
what the example printed, as JSON.
"""

import json
import os
import runpy
import sys
import tempfile
import traceback
import warnings
from pathlib import Path


def shortened(path, replacements, folder):
    """Return the path of an example after replacements, each of which has one place in it."""
    text = Path(path).read_text(encoding="utf-8")
    for old, new in replacements.items():
        if text.count(old) != 1:
            raise ValueError(f"{path} contains {old!r} {text.count(old)} times, not once.")
        text = text.replace(old, new)
    copy = Path(folder) / Path(path).name
    copy.write_text(text, encoding="utf-8")
    return copy


def run(path, replacements):
    """Return the exit status of an example, its output and its error stream."""
    kept = [os.dup(1), os.dup(2)]
    with tempfile.TemporaryFile("w+b") as output, tempfile.TemporaryFile("w+b") as errors:
        for stream, file in ((1, output), (2, errors)):
            os.dup2(file.fileno(), stream)
        try:
            # Each example gets the warnings that an earlier one had.
            with warnings.catch_warnings(), tempfile.TemporaryDirectory() as folder:
                runpy.run_path(str(shortened(path, replacements, folder)), run_name="__main__")
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
            print(json.dumps(run(*json.loads(line))), flush=True)
