"""Programs in processes of their own, which find TensorFlow loaded but not started.

Loading it takes longer than most of these programs, so a server loads it once and is forked for
each of them. Their process is as good as a new one: no operation has run, and XLA has read no
settings.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass
class Ended:
    """How a program ended."""

    status: int
    out: str
    err: str


def run_forked(*programs):
    """Run programs at the same time, each ``(code, *arguments)``, and return how they ended."""
    with TemporaryDirectory() as folder:
        jobs = []
        for i, (code, *arguments) in enumerate(programs):
            files = [str(Path(folder, f"{i}.{name}")) for name in ("out", "err")]
            jobs.append([code, list(map(str, arguments)), files])
        print(json.dumps(jobs), file=_server().stdin, flush=True)
        answer = _server().stdout.readline()
        assert answer, "The server has ended."
        return [
            Ended(status, *(Path(file).read_text(encoding="utf-8") for file in files))
            for status, (_, _, files) in zip(json.loads(answer), jobs, strict=True)
        ]


@cache
def _server():
    """Return the server of this process. It ends when its standard input is closed."""
    return subprocess.Popen(
        [sys.executable, __file__],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def serve():
    """Fork for each job, and print how all jobs of a line ended. Return the job of a child."""
    for line in sys.stdin:
        children = []
        for job in json.loads(line):
            if not (child := os.fork()):
                return job
            children.append(child)
        statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        print(json.dumps(statuses), flush=True)
    return None


if __name__ == "__main__":
    import keras  # noqa: F401

    if job := serve():
        code, arguments, files = job
        for number, file in enumerate(files, start=1):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
        sys.argv = ["-c", *arguments]
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
