"""Warns about series whose forecasts went far beyond their values, once for a whole backtest."""

from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import numpy as np

from skrnn._warnings import warn_user

from ._series_names import name_some

_collected = ContextVar("collected", default=None)


@dataclass
class OriginWarnings:
    """What forecasts from one origin of a backtest would have warned about.

    Attributes
    ----------
    limited : list of tuple
        The arguments of `report_limited`.
    texts : list of str
        Other warnings, each of them once.
    """

    limited: list = field(default_factory=list)
    texts: list = field(default_factory=list)


@contextmanager
def collected_warnings():
    """Collect what would be warned about, so that several forecasts cause one warning.

    This holds for the current thread only.

    Yields
    ------
    OriginWarnings
    """
    found = OriginWarnings()
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


def is_collecting():
    """Whether forecasts are part of a backtest, which warns once for all of them."""
    return _collected.get() is not None


def are_counts(values):
    """Whether values are whole numbers of at least 0, some of which are 0.

    Parameters
    ----------
    values : ndarray
        Values of all series. NaN marks unknown values.

    Returns
    -------
    bool
    """
    known = values[~np.isnan(values)]
    return bool(known.size and known.min() == 0 and (known == np.rint(known)).all())


def report_limited(instances, *, recursive, counts):
    """Warn about series whose forecast was limited, or collect them.

    Parameters
    ----------
    instances : Index or None
        Names of the series. None is one series without a name.
    recursive : bool
        Whether the networks use each forecast for the next step.
    counts : bool
        Whether the series are counts, but the networks do not forecast counts.

    Warns
    -----
    SkrnnWarning
        Unless the reports are collected.
    """
    collected = _collected.get()
    if collected is not None:
        collected.limited.append((instances, recursive, counts))
        return
    what = "y" if instances is None else f"{len(instances)} series ({name_some(instances)})"
    warn_of_limited(what, recursive=recursive, counts=counts)


def warn_or_collect(message):
    """Issue a warning, or collect its text."""
    collected = _collected.get()
    if collected is None:
        warn_user(message)
    elif message not in collected.texts:
        collected.texts.append(message)


def warn_of_collected(collected, n_origins):
    """Warn once about what was collected at the origins of a backtest.

    Parameters
    ----------
    collected : list of OriginWarnings
        What `collected_warnings` collected at each origin.
    n_origins : int
        Number of origins.

    Warns
    -----
    SkrnnWarning
        Each text, with the number of its origins, and the limited series.
    """
    texts = Counter(text for each in collected for text in each.texts)
    for text, n_found in texts.items():
        warn_user(f"{text} This warning applies to {n_found} of {n_origins} origins.")
    warn_of_limited_origins([each.limited for each in collected], n_origins)


def warn_of_limited_origins(collected, n_origins):
    """Warn about the series that were limited at some origins of a backtest.

    Parameters
    ----------
    collected : list of list
        The arguments of `report_limited` at each origin.
    n_origins : int
        Number of origins.

    Warns
    -----
    SkrnnWarning
        If there are such series.
    """
    n_limited = sum(map(bool, collected))
    if not n_limited:
        return
    reports = [report for each in collected for report in each]
    named = [instances for instances, *_ in reports if instances is not None]
    what = "y"
    if named:
        series = named[0].append(named[1:]).unique()
        what = f"{len(series)} series ({name_some(series)})"
    what += f" at {n_limited} of {n_origins} origins"
    recursive, counts = (any(flags) for flags in list(zip(*reports, strict=True))[1:])
    warn_of_limited(what, recursive=recursive, counts=counts)


def warn_of_limited(what, *, recursive, counts):
    """Warn that some forecasts were limited, and say what to do about it.

    Parameters
    ----------
    what : str
        The series.
    recursive, counts : bool
        As in `report_limited`.

    Warns
    -----
    SkrnnWarning
        Always.
    """
    advice = ["a smaller learning_rate", "more weight_decay"]
    if recursive:
        advice.insert(0, "strategy='direct' or 'multioutput'")
    if counts:
        advice.insert(0, "loss='negative_binomial', which is made for counts")
    warn_user(
        f"The forecast of {what} went far beyond the values of the series and was limited. Do not "
        f"trust the networks here: use {', '.join(advice[:-1])}, or {advice[-1]}."
    )
