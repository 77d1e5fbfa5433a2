"""Keeps compiled programs on disk for later processes.

XLA can keep its compiled programs in a folder. However, if a file is damaged, the disk is full or
the folder is read-only, ``fit`` fails. Therefore, XLA gets a temporary folder of this process. The
undamaged files of the user's folder are copied into it first, and new files are copied back later.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from pathlib import Path

import tensorflow as tf

from skrnn._typing import Folder
from skrnn._warnings import warn_user

_LEAST_FREE_BYTES = 2**27
_MOST_FILES = 128


class ProgramFolder:
    """The user's folder of compiled programs, which later processes read.

    The name of a file ends with a digest of its content, so that damaged files are recognised.

    Parameters
    ----------
    path : Path
        The folder.
    """

    def __init__(self, path):
        self.path = path
        self._known = set()
        self._warned = False

    def copy_to(self, staging):
        """Copy undamaged files to the folder that XLA reads, and delete damaged ones."""
        try:
            files = list(self.path.iterdir())
        except OSError:
            return
        for file in files:
            try:
                content = file.read_bytes()
                if file.suffix == _digest(content):
                    (staging / file.stem).write_bytes(content)
                    self._known.add(file.stem)
                elif file.suffix != ".part":  # another process may be writing it
                    file.unlink()
            except OSError:
                continue  # another process deleted it, or it is not readable

    def ignore(self, staging):
        """Do not copy the files that XLA has written so far."""
        self._known.update(file.name for file in staging.iterdir())

    def copy_from(self, staging):
        """Copy the new files of XLA. If this fails, warn, and let training continue."""
        for file in staging.glob("*.pb"):
            if file.name in self._known:
                continue
            self._known.add(file.name)
            try:
                self._add(file.name, file.read_bytes())
            except OSError as error:
                if not self._warned:
                    self._warned = True
                    warn_user(f"Compiled programs are not kept in {self.path}: {error}")

    def _add(self, name, content):
        """Write a temporary file and rename it, so that no process reads an incomplete file."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(suffix=".part", dir=self.path)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(part).replace(self.path / f"{name}{_digest(content)}")
        except OSError:
            Path(part).unlink(missing_ok=True)
            raise
        by_age = sorted(self.path.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in by_age[:-_MOST_FILES]:
            file.unlink(missing_ok=True)


class _DiskCache:
    """The disk cache of this process: its folders, or None if it is off."""

    def __init__(self):
        self.folder = self.staging = None

    def start(self, folder):
        """Make a temporary folder for XLA. Return False if XLA has read its settings already."""
        free = shutil.disk_usage(tempfile.gettempdir()).free
        if free < _LEAST_FREE_BYTES:
            raise RuntimeError(
                f"The disk cache needs {_LEAST_FREE_BYTES >> 20} MiB in the folder for temporary "
                f"files, {tempfile.gettempdir()}, but only {free >> 20} MiB are available. Free "
                "some space, or set the environment variable TMPDIR to another folder."
            )
        staging = tempfile.TemporaryDirectory(prefix="skrnn-", ignore_cleanup_errors=True)
        path = Path(staging.name)
        folder.copy_to(path)
        _set_xla_flags(path)
        if not _xla_writes_to(path):
            staging.cleanup()
            return False
        folder.ignore(path)
        self.folder, self.staging = folder, staging
        return True

    def keep(self):
        """Keep the programs that were compiled since the last call."""
        if self.folder is not None:
            self.folder.copy_from(Path(self.staging.name))


disk_cache = _DiskCache()


def enable_disk_cache(folder: Folder = None) -> Path:
    """Keep compiled programs on disk, so that later processes do not have to compile them again.

    Call this function before TensorFlow computes or compiles anything in this process. After the
    call, the programs of skrnn and all other XLA programs in this process are read from the
    folder, and new programs are added to it. The cache is off by default, because it is an XLA
    setting that affects the whole process. Environment variables are not changed.

    Several processes can use a folder at the same time. A damaged file is deleted, and its program
    is compiled again. If the folder is not writable, a warning is issued, and programs are not
    kept. The folder contains at most 128 files of about half a megabyte each. Each program takes
    one file, or two if the network is wide.

    Parameters
    ----------
    folder : str or path-like, default=None
        Folder for the programs. A subfolder is created in it for each combination of TensorFlow
        version and processor type. None means the folder ``skrnn`` in the user's cache folder.

    Returns
    -------
    pathlib.Path
        The subfolder for this version and processor.

    Raises
    ------
    TypeError
        If `folder` is not a path.
    RuntimeError
        If XLA has already read its settings, if another folder is in use, or if there is no space
        for temporary files.

    Examples
    --------
    >>> from skrnn import enable_disk_cache
    >>> folder = enable_disk_cache("~/.cache/skrnn")  # doctest: +SKIP
    """
    if folder is not None and not isinstance(folder, str | os.PathLike):
        raise TypeError(f"folder must be a path or None, got {folder!r}.")
    path = Path(_user_folder() if folder is None else folder).expanduser().resolve()
    path /= f"tensorflow-{tf.__version__}-{_processor()}"
    used = disk_cache.folder
    if used is None and not disk_cache.start(ProgramFolder(path)):
        raise RuntimeError(
            "enable_disk_cache was called too late: TensorFlow reads its settings only once, "
            "and has already computed or compiled in this process. Call it at the start of the "
            "program."
        )
    if used is not None and used.path != path:
        raise RuntimeError(f"The disk cache is already in use, in {used.path}. Got {path}.")
    return path


def _user_folder():
    """Return the usual cache folder of the user on this system."""
    if os.name == "nt" and "LOCALAPPDATA" in os.environ:
        return Path(os.environ["LOCALAPPDATA"]) / "skrnn"
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "skrnn"


def _processor():
    """Return a digest of the processor's features: other programs may crash on it."""
    described = f"{platform.machine()} {platform.processor()}"
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    features = sorted({line for line in lines if line.startswith(("flags", "Features", "model"))})
    return hashlib.sha256("\n".join([described, *features]).encode()).hexdigest()[:12]


def _digest(content):
    return f".{hashlib.sha256(content).hexdigest()[:16]}"


def _set_xla_flags(path):
    """Make XLA read its settings, with the folder added to the user's settings.

    XLA reads its settings once, and only from an environment variable. The variable is set for
    this moment. ``os.environ`` is not changed.
    """
    users = os.environ.get("TF_XLA_FLAGS", "")
    ours = f"--tf_xla_persistent_cache_directory={path} --tf_xla_persistent_cache_prefix=skrnn"
    os.putenv("TF_XLA_FLAGS", f"{users} {ours}".strip())
    try:
        tf.config.optimizer.get_jit()
    finally:
        if "TF_XLA_FLAGS" in os.environ:
            os.putenv("TF_XLA_FLAGS", users)
        else:
            os.unsetenv("TF_XLA_FLAGS")


def _xla_writes_to(path):
    """Compile a tiny program, and check whether XLA has written a file."""
    before = set(path.iterdir())
    tf.function(lambda x: x + x, jit_compile=True, autograph=False)(1.0)
    return set(path.iterdir()) > before
