"""Compiled programs on disk, for the processes to come.

XLA itself can keep what it compiles in a folder. But there a damaged file, a full disk or a folder
that cannot be written to ends in a failed fit. So XLA gets a folder of this process's own: what is
whole in the user's folder is copied into it first, and what is new is copied out afterwards.
"""

import hashlib
import os
import platform
import shutil
import tempfile
import warnings
from pathlib import Path

import tensorflow as tf

_LEAST_FREE_BYTES = 2**27
_MOST_FILES = 128


class ProgramFolder:
    """A folder of compiled programs that outlives the process.

    The name of a file ends with a digest of its content, so that one that was cut short is known.

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
        """Copy what is whole to the folder that XLA reads, and delete what is damaged."""
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
                elif file.suffix != ".part":  # which another process may be writing
                    file.unlink()
            except OSError:
                continue  # another process deleted it, or it may not be read

    def ignore(self, staging):
        """Never copy what XLA has written so far."""
        self._known.update(file.name for file in staging.iterdir())

    def copy_from(self, staging):
        """Copy what XLA has written since; a fit goes on if that cannot be done."""
        for file in staging.glob("*.pb"):
            if file.name in self._known:
                continue
            self._known.add(file.name)
            try:
                self._add(file.name, file.read_bytes())
            except OSError as error:
                if not self._warned:
                    self._warned = True
                    warnings.warn(
                        f"Compiled programs are not kept in {self.path}: {error}", stacklevel=2
                    )

    def _add(self, name, content):
        """Write a file beside its place and move it there, so that nobody sees a part of it."""
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
    """The folder in use, if there is one."""

    def __init__(self):
        self.folder = self.staging = None

    def start(self, folder):
        """Hand XLA a folder of this process's own; False if it no longer takes one."""
        free = shutil.disk_usage(tempfile.gettempdir()).free
        if free < _LEAST_FREE_BYTES:
            raise RuntimeError(
                f"The disk cache needs {_LEAST_FREE_BYTES >> 20} MiB in the folder for temporary "
                f"files, {tempfile.gettempdir()}, which has {free >> 20}."
            )
        staging = tempfile.TemporaryDirectory(prefix="skrnn-", ignore_cleanup_errors=True)
        path = Path(staging.name)
        folder.copy_to(path)
        _tell_xla(path)
        if not _xla_writes_to(path):
            staging.cleanup()
            return False
        folder.ignore(path)
        self.folder, self.staging = folder, staging
        return True

    def keep(self):
        """Keep what was compiled since the last time."""
        if self.folder is not None:
            self.folder.copy_from(Path(self.staging.name))


disk_cache = _DiskCache()


def enable_disk_cache(folder=None):
    """Keep compiled programs on disk, so that the next process need not compile them again.

    To be called before TensorFlow has compiled or computed anything in this process. From then
    on the programs of skrnn, and whatever else XLA compiles in this process, are read from the
    folder, and new ones are added to it. It is off unless it is called, since it is a setting of
    XLA for the whole process; no environment variable is left changed. Processes may share a
    folder at any time; a damaged file is deleted and its program compiled again; where nothing
    can be written, a warning says so, and all goes on without. At most 128 programs are kept, of
    about half a megabyte each.

    Parameters
    ----------
    folder : str or path-like, default=None
        Where to keep them, in a folder of its own for each version of TensorFlow and kind of
        processor. None: ``skrnn`` in the user's cache folder.

    Returns
    -------
    pathlib.Path
        The folder of this version and processor.

    Raises
    ------
    TypeError
        If `folder` is not a path.
    RuntimeError
        If XLA has read its settings before, another folder is in use, or the disk has no room
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
            "enable_disk_cache comes too late: TensorFlow has computed or compiled in this "
            "process before, and reads its settings once. Call it at the start of the program."
        )
    if used is not None and used.path != path:
        raise RuntimeError(f"The disk cache is in use already, in {used.path}, not in {path}.")
    return path


def _user_folder():
    """The folder for caches of the user, by the habits of the system."""
    if os.name == "nt" and "LOCALAPPDATA" in os.environ:
        return Path(os.environ["LOCALAPPDATA"]) / "skrnn"
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "skrnn"


def _processor():
    """Short digest of what the processor can do: what was compiled for another may crash."""
    described = f"{platform.machine()} {platform.processor()}"
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    features = sorted({line for line in lines if line.startswith(("flags", "Features", "model"))})
    return hashlib.sha256("\n".join([described, *features]).encode()).hexdigest()[:12]


def _digest(content):
    return f".{hashlib.sha256(content).hexdigest()[:16]}"


def _tell_xla(path):
    """Let XLA read its settings now, with ours added to those of the user.

    It reads them once, from an environment variable, which there is no other way to give it. The
    variable of C is set for that moment; that of Python, ``os.environ``, is left alone.
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
    """Compile next to nothing, and look whether it was kept."""
    before = set(path.iterdir())
    tf.function(lambda x: x + x, jit_compile=True, autograph=False)(1.0)
    return set(path.iterdir()) > before
