"""Compiled programs on disk: kept for the next process, and never the end of a fit."""

import hashlib
import os
import subprocess
import sys
import warnings

import forked_programs
import pytest
from forked_programs import run_forked

from skrnn import enable_disk_cache
from skrnn.engines.tensorflow._disk_cache import _MOST_FILES, ProgramFolder

FIT = """
import os, sys
variables = dict(os.environ)
import skrnn
folder = skrnn.enable_disk_cache(sys.argv[1])
assert skrnn.enable_disk_cache(sys.argv[1]) == folder
try:
    skrnn.enable_disk_cache(sys.argv[1] + "-other")
except RuntimeError as error:
    assert "already in use" in str(error)
else:
    raise AssertionError("two folders")
# TensorFlow sets its own variables.
assert os.environ.get("TF_XLA_FLAGS") == variables.get("TF_XLA_FLAGS")
import subprocess
child = subprocess.run([sys.executable, "-c", "import os; print(os.getenv('TF_XLA_FLAGS'))"],
                       capture_output=True, text=True)
assert child.stdout.strip() == str(variables.get("TF_XLA_FLAGS"))
model = skrnn.RNNRegressor("simple", 2, epochs=1, random_state=0, engine="tensorflow")
print(model.fit([[0.0], [1.0]], [0.0, 1.0]).weights_[0].tobytes().hex())
"""

LATE = """
import tensorflow as tf
tf.function(lambda x: x + 1.0, jit_compile=True)(1.0)
import skrnn
skrnn.enable_disk_cache()
"""


def fit_in_new_process(folder):
    """Fit in a process that has loaded nothing. Return what it printed, and its complaints."""
    done = subprocess.run(
        [sys.executable, "-c", FIT, str(folder)],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def fit_in_forks(*folders):
    """Fit in several processes at once, and return what they printed."""
    ended = run_forked(*[(FIT, folder) for folder in folders])
    assert [each.status for each in ended] == [0] * len(folders), ended
    return [each.out for each in ended]


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def cached(tmp_path_factory):
    """A folder that two processes have filled at once, and the weights that they reached."""
    folder = tmp_path_factory.mktemp("programs")
    first, second = fit_in_forks(folder, folder)
    assert first == second
    return folder, first


def test_two_processes_at_once_leave_whole_files(cached):
    files = contents(cached[0])
    assert len({name.split(".")[0] for name in files}) == 1
    for name, content in files.items():
        assert name.endswith(hashlib.sha256(content).hexdigest()[:16])


def test_the_next_process_compiles_what_was_damaged_and_nothing_else(cached):
    folder, weights = cached
    before = contents(folder)
    assert fit_in_forks(folder) == [weights]
    assert contents(folder) == before  # what is compiled anew has other bytes, and another name

    for file in (file for file in folder.rglob("*") if file.is_file()):
        file.write_bytes(before[file.name][:1000])
    assert fit_in_forks(folder) == [weights]
    [mended] = contents(folder).values()
    assert len(mended) > 1000


def test_where_nothing_can_be_written_fitting_goes_on(tmp_path, cached):
    (tmp_path / "file").touch()
    weights, complaints = fit_in_new_process(tmp_path / "file")
    assert weights == cached[1]
    assert "Compiled programs are not kept in" in complaints


def test_too_late():
    [ended] = run_forked((LATE,))
    assert ended.status == 1
    assert "enable_disk_cache was called too late" in ended.err


def test_bad_folder():
    with pytest.raises(TypeError, match="folder must be a path or None, got 3"):
        enable_disk_cache(3)


@pytest.fixture
def staging(tmp_path):
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder


def test_what_was_there_before_is_not_kept(tmp_path, staging):
    kept = ProgramFolder(tmp_path / "kept")
    (staging / "before.pb").write_bytes(b"1")
    kept.ignore(staging)
    (staging / "after.pb").write_bytes(b"2")
    (staging / "after.pb.tmp").write_bytes(b"a part")
    kept.copy_from(staging)
    [name] = contents(kept.path)
    assert name.startswith("after.pb.")


def test_a_full_disk_leaves_no_part_and_warns_once(tmp_path, staging, monkeypatch):
    kept = ProgramFolder(tmp_path / "kept")

    def full(handle, mode):
        os.close(handle)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    (staging / "a.pb").write_bytes(b"1")
    with pytest.warns(UserWarning, match="not kept in .*kept: .*No space left"):
        kept.copy_from(staging)
    (staging / "b.pb").write_bytes(b"2")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept.copy_from(staging)
    assert contents(kept.path) == {}


def test_a_part_that_another_process_writes_is_left_alone(tmp_path, staging):
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "x.part").write_bytes(b"half")
    (folder / "a.pb.0000").write_bytes(b"damaged")
    ProgramFolder(folder).copy_to(staging)
    assert contents(folder) == {"x.part": b"half"}
    assert contents(staging) == {}


def test_the_oldest_files_go_first(tmp_path, staging):
    kept = ProgramFolder(tmp_path / "kept")
    for i in range(_MOST_FILES + 3):
        (staging / f"{i}.pb").write_bytes(str(i).encode())
        kept.copy_from(staging)
        [new] = kept.path.glob(f"{i}.pb.*")
        os.utime(new, (i, i))
    assert {file.name.split(".")[0] for file in kept.path.iterdir()} == {
        str(i) for i in range(3, _MOST_FILES + 3)
    }


READ = "import sys; print(sys.stdin.readline(), sys.argv[1], sep='|')"


@pytest.fixture
def without_libraries(monkeypatch):
    """Programs that start at once."""
    monkeypatch.setattr(forked_programs, "LIBRARIES", ())


@pytest.mark.parametrize("system", ["posix", "windows"])
def test_programs_end_in_time_and_cannot_read(without_libraries, monkeypatch, system):
    """Otherwise a fault in a program would block all tests."""
    if system == "windows":
        monkeypatch.delattr("os.fork", raising=False)
    first, second = run_forked((READ, 1), (READ + "; sys.exit(3)", 2))
    assert (first.out, first.status, second.out, second.status) == ("|1\n", 0, "|2\n", 3)
    waiting = "import time; print('here', flush=True); time.sleep(60)"
    with pytest.raises(TimeoutError, match=r"took more than 1 s\. Printed: \[\['here"):
        run_forked((waiting,), limit=1)
    assert run_forked((READ, 4))[0].out == "|4\n"


def test_a_server_that_has_ended_is_started_again(without_libraries):
    for number in range(2):
        assert run_forked((READ, number))[0].out == f"|{number}\n"
        server = forked_programs._servers.get(())
        if server is not None:  # there is none on Windows
            server.kill()
            server.wait()
