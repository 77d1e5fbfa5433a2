"""Run all benchmarks, one after the other, each in a process of its own."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

BENCHMARKS = ["import_time", "predict", "steps", "lecture_scheme", "search"]
# It has no quick form: it is.
ALWAYS_QUICK = {"import_time"}


def main():
    """Run them, and put their reports together."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", default=BENCHMARKS, help="which ones, default all")
    parser.add_argument("--quick", action="store_true", help="fewer cases, rounds and epochs")
    parser.add_argument("--json", metavar="FILE", help="write all results to this file")
    arguments = parser.parse_args()
    reports = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.names:
            path = Path(folder) / f"{name}.json"
            quick = ["--quick"] if arguments.quick and name not in ALWAYS_QUICK else []
            command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--json", str(path)]
            subprocess.run([*command, *quick], check=True)
            reports[name] = json.loads(path.read_text(encoding="utf-8"))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(reports, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
