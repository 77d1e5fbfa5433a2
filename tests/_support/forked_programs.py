"""Programs in processes of their own, which find TensorFlow loaded but not started.

Loading it takes longer than most of these programs, so a server loads it once and is forked for
each of them. Their process is as good as a new one: no operation has run, and XLA has read no
settings.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

LIBRARIES = ("keras",)
_servers = {}


@dataclass
class Ended:
    """How a program ended."""

    status: int
    out: str
    err: str


def run_forked(*programs, limit=300):
    """Run programs at the same time, each ``(code, *arguments)``, and return how they ended.

    Where processes cannot be forked, they are started as new ones. A program that takes more than
    so many seconds is an error.
    """
    run = _in_forks if hasattr(os, "fork") else _in_new_processes
    with TemporaryDirectory() as folder:
        jobs = []
        for i, (code, *arguments) in enumerate(programs):
            files = [str(Path(folder, f"{i}.{name}")) for name in ("out", "err")]
            jobs.append([code, list(map(str, arguments)), files])
        statuses = run(jobs, limit)
        texts = [[Path(file).read_text(encoding="utf-8") for file in job[2]] for job in jobs]
    if None in statuses:
        raise TimeoutError(f"A program took more than {limit} s. Printed: {texts}")
    return [Ended(status, *each) for status, each in zip(statuses, texts, strict=True)]


def _in_forks(jobs, limit):
    """Return the status of each job, which a server runs in a fork, or None if it was killed."""
    server = _server(LIBRARIES)
    print(json.dumps([jobs, limit]), file=server.stdin, flush=True)
    answer = server.stdout.readline()
    assert answer, "The server has ended."
    return json.loads(answer)


def _in_new_processes(jobs, limit):
    """Return the status of each job, or None if it was killed."""
    processes = []
    for code, arguments, files in jobs:
        with open(files[0], "wb") as out, open(files[1], "wb") as err:
            processes.append(
                subprocess.Popen(
                    [sys.executable, "-c", code, *arguments],
                    env=_environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                )
            )
    statuses = []
    for process in processes:
        try:
            statuses.append(process.wait(limit))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            statuses.append(None)
    return statuses


def _environment():
    return {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONIOENCODING": "utf-8"}


def _server(libraries):
    """Return the server that has loaded libraries. It ends when its standard input is closed."""
    server = _servers.get(libraries)
    if server is not None and server.poll() is not None:
        server.stdin.close()
        server.stdout.close()
        server = None
    if server is None:
        server = _servers[libraries] = subprocess.Popen(
            [sys.executable, __file__, *libraries],
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
    return server


@atexit.register
def _close_servers():
    for server in _servers.values():
        with server.stdin, server.stdout:
            server.stdin.close()
            server.wait()


def serve():
    """Fork for each job, and print how all jobs of a line ended. Return the job of a child."""
    for line in sys.stdin:
        jobs, limit = json.loads(line)
        children = []
        for job in jobs:
            if not (child := os.fork()):
                return job
            children.append(child)
        end = time.monotonic() + limit
        print(json.dumps([wait_for(child, end) for child in children]), flush=True)
    return None


def wait_for(child, end):
    """Return the status of a child, or None if it had to be killed because it took too long."""
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


if __name__ == "__main__":
    for library in sys.argv[1:]:
        import_module(library)
    if job := serve():
        code, arguments, files = job
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # not the pipe on which the jobs come
        for number, file in enumerate(files, start=1):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), number)
        sys.argv = ["-c", *arguments]
        exec(compile(code, "<string>", "exec"), {"__name__": "__main__"})
