"""Run all benchmarks, one after another, each in its own process, and draw the results."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks._figures import write_pages

BENCHMARKS = [
    "import_time",
    "first_forecast",
    "steps",
    "sizes",
    "peers",
    "lecture_scheme",
    "search",
    "predict",
    "online",
    "memory",
    "long_series",
]
APART = ["competitions"]  # of accuracy: it takes an hour, and writes its own tables
LONGEST_SECONDS = 600  # of one benchmark, unless all of the peers' work is asked for
DOCS = Path(__file__).parents[2] / "docs" / "_static" / "benchmarks"


def main():
    """Run them, put their reports together, and write tables and figures for the docs."""
    arguments = command_line()
    path = Path(arguments.docs) / "results.json"
    if arguments.draw:
        write_pages(json.loads(path.read_text(encoding="utf-8")), path.parent)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # Those that are not run now keep what they measured before.
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    reports = {name: earlier[name] for name in earlier if name not in arguments.names}
    failed = []
    for name in set(arguments.names) & set(APART):
        run_apart(name, arguments)
    for name in [name for name in arguments.names if name not in APART]:
        start = time.perf_counter()
        report = run(name, arguments)
        print(f"\n({name}: {time.perf_counter() - start:.0f} s)", flush=True)
        if report is None:
            failed.append(name)
            continue
        reports[name] = report
        reports = {name: reports[name] for name in BENCHMARKS if name in reports}
        path.write_text(json.dumps(reports, indent=1), encoding="utf-8")
    write_pages(reports, path.parent)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


def command_line():
    """Read the arguments."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", default=BENCHMARKS, help="benchmarks, default all")
    parser.add_argument("--quick", action="store_true", help="fewer cases, rounds and epochs")
    parser.add_argument("--full", action="store_true", help="let slow packages do all their work")
    parser.add_argument("--docs", default=DOCS, metavar="FOLDER", help="where to write")
    parser.add_argument("--draw", action="store_true", help="only draw the last results")
    return parser.parse_args()


def run_apart(name, arguments):
    """Run a benchmark that writes its own tables."""
    options = ["--docs", str(arguments.docs), *(["--quick"] if arguments.quick else [])]
    command = [sys.executable, "-W", "ignore", "-m", f"tests.benchmarks.{name}", *options]
    subprocess.run(command, check=True)


def run(name, arguments):
    """Run one benchmark; its report, or None if it failed."""
    options = [f"--{option}" for option in ("quick", "full") if getattr(arguments, option)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        command = [sys.executable, "-m", f"tests.benchmarks.{name}", "--json", str(path), *options]
        limit = None if arguments.full else LONGEST_SECONDS
        try:
            subprocess.run(command, check=True, timeout=limit)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            print(error, flush=True)
            return None
        return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
