"""Forecasts of the competitions, kept in files, so that slow methods run once."""

import hashlib
import os
import time
from pathlib import Path

import numpy as np

from tests.benchmarks._competition_data import Group
from tests.benchmarks._competition_scores import Forecasts

FOLDER = Path.home() / ".cache" / "skrnn-benchmarks"
# Series that a slow method forecasts before its forecasts are written.
CHUNK = 50


class Store:
    """The file with the forecasts of one method for one set, for some or all of its series.

    Parameters
    ----------
    folder : Path
        Folder of the files.
    group : Group
        The series. Forecasts that were made from other training parts are not read.
    method : str
        Name of the method.
    """

    def __init__(self, folder, group, method):
        name = f"{group.name} {method}".lower().replace(",", "").replace(" ", "-")
        self.path = Path(folder) / f"{name}.npz"
        self.group = group

    def known(self):
        """Return which series have forecasts."""
        tables = self._tables()
        if not tables:
            return np.zeros(len(self.group.past), bool)
        return tables["print"][self.group.places] == _prints(self.group)

    def read(self):
        """Return the forecasts, and the seconds that they took."""
        tables = {name: table[self.group.places] for name, table in self._tables().items()}
        coverages = sorted({float(name.split()[1]) for name in tables if " " in name})
        intervals = {c: (tables[f"lower {c}"], tables[f"upper {c}"]) for c in coverages}
        return Forecasts(tables["point"], intervals), float(tables["seconds"].sum())

    def write(self, forecasts, seconds):
        """Add the forecasts of all series of the group, and the seconds that they took."""
        group, tables = self.group, self._tables()
        new = {
            "point": forecasts.point,
            "seconds": np.full(len(group.past), seconds / len(group.past)),
            "print": _prints(group),
        }
        for coverage, (lower, upper) in forecasts.intervals.items():
            new |= {f"lower {coverage}": lower, f"upper {coverage}": upper}
        for name, values in new.items():
            shape, empty = (group.n_all, *values.shape[1:]), 0 if name == "print" else np.nan
            table = tables.setdefault(name, np.full(shape, empty, values.dtype))
            table[group.places] = values
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(f".{os.getpid()}.npz")
        np.savez_compressed(part, **tables)
        part.replace(self.path)

    def _tables(self):
        if not self.path.exists():
            return {}
        with np.load(self.path) as data:
            return dict(data)


def forecast_once(folder, group, method, way):
    """Return forecasts from the file, and make those that are missing, chunk by chunk.

    Parameters
    ----------
    folder : Path
        Folder of the files.
    group : Group
        The series, each of which the method forecasts on its own.
    method : str
        Name of the method.
    way : callable
        Returns the forecasts of a group.

    Returns
    -------
    forecasts : Forecasts
        The forecasts.
    seconds : float
        The time that they took when they were made.
    """
    missing = np.flatnonzero(~Store(folder, group, method).known())
    for first in range(0, len(missing), CHUNK):
        part = _part(group, missing[first : first + CHUNK])
        start = time.perf_counter()
        forecasts = way(part)
        Store(folder, part, method).write(forecasts, time.perf_counter() - start)
    return Store(folder, group, method).read()


def _part(group, rows):
    past, future = ([values[i] for i in rows] for values in (group.past, group.future))
    return Group(group.name, group.source, past, future, group.places[rows], group.n_all)


def _prints(group):
    """Return a number for each training part, which is practically unique."""
    digests = (hashlib.blake2b(past.tobytes(), digest_size=7).digest() for past in group.past)
    return np.array([int.from_bytes(digest, "big") for digest in digests], np.int64)
