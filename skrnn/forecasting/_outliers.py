"""Warns about single values that are far from all others of their series."""

import warnings

import numpy as np

from skrnn._warnings import warn_user
from skrnn.windows._constant_features import TEXT
from skrnn.windows._isolated_values import ISOLATED, isolated_rows

from ._data_advice import KNOWN_ROWS

# A value is far if it exceeds this many times the median of its series ...
_TIMES_MEDIAN = 1000.0
# ... and this many times its neighbours, which the values of a series that grows do not, ...
_TIMES_NEIGHBOURS = 100.0
# ... unless so many of the values do that they belong to the series.
_LARGEST_SHARE = 0.1
_TEXT = "more than 1,000 times the median of its values"


def warn_of_outliers(panel, names, axis):
    """Warn if known targets are probably mistakes, and name the first.

    Parameters
    ----------
    panel : Panel
        The series. The targets are its first columns.
    names : sequence
        Names of the targets.
    axis : TimeAxis
        Converts positions in time to labels.

    Warns
    -----
    UserWarning
        Once for all series.
    """
    columns = range(len(names))
    large = [_far_rows(panel, panel.values[:, column]) for column in columns]
    far = [np.union1d(large[i], _isolated_rows(panel, panel.values[:, i])) for i in columns]
    n_far = sum(map(len, far))
    if not n_far:
        return
    column = next(i for i, rows in enumerate(far) if len(rows))
    row = far[column][0]
    series = np.searchsorted(panel.ends, row, side="right")
    what = "y" if len(names) == 1 else f"y[{names[column]!r}]"
    if panel.instances is not None:
        what += f" of the series {panel.instances[[series]].tolist()[0]!r}"
    time = axis.labels([panel.first[series] + row - panel.starts[series]]).astype(str)[0]
    text = _TEXT if row in large[column] else ISOLATED
    others = f" {n_far - 1} other value(s) are as far from their series." if n_far > 1 else ""
    is_last = np.isnan(panel.values[row + 1 : panel.ends[series], column]).all()
    may_be_level = is_last and text == ISOLATED
    new_level = ", and not the first value of a new level" if may_be_level else ""
    warn_user(
        f"{what} is {panel.values[row, column]:.10g} at {time}, {text}.{others} If it is a "
        f"mistake{new_level}, set it to NaN: a single such value can change "
        + ("all forecasts." if panel.n_series == 1 else "the forecasts of all series.")
    )


class OutliersNamed(warnings.catch_warnings):
    """A context in which forecasters do not repeat what was said about all series."""

    def __enter__(self):
        result = super().__enter__()
        warnings.filterwarnings(
            "ignore", f".*({_TEXT}|{ISOLATED}|{TEXT}|{KNOWN_ROWS})", UserWarning
        )
        return result


class ConstantFeaturesNamed(warnings.catch_warnings):
    """A context in which forecasters do not warn about constant features.

    In a single series, those that distinguish series are constant.
    """

    def __enter__(self):
        result = super().__enter__()
        warnings.filterwarnings("ignore", f".*{TEXT}", UserWarning)
        return result


def _isolated_rows(panel, values):
    return isolated_rows(values, np.searchsorted(panel.ends, np.arange(len(values)), "right"))


def _far_rows(panel, values):
    """Return the rows of the far values of one target, in order."""
    rows = np.flatnonzero(~np.isnan(values))
    if not len(rows):
        return rows
    sizes, series = np.abs(values[rows]), np.searchsorted(panel.ends, rows, side="right")
    # Consecutive equal values, such as 99999 for unknown ones, are compared as one.
    same = series[1:] == series[:-1]
    begins = np.flatnonzero(np.append(True, ~same | (sizes[1:] != sizes[:-1])))
    candidates = _candidates(sizes[begins], series[begins])
    stops = np.append(begins, len(rows))
    far = [
        np.arange(stops[run], stops[run + 1])
        for within in np.split(candidates, _changes(series[begins[candidates]]))
        for run in _far_runs(within, begins, sizes, series)
    ]
    return rows[np.concatenate(far)] if far else rows[:0]


def _candidates(sizes, series):
    """Return the positions that may be far: the smallest value replaces the slower median."""
    same = series[1:] == series[:-1]
    near = np.zeros_like(sizes)
    near[1:] = np.where(same, sizes[:-1], 0)
    near[:-1] = np.maximum(near[:-1], np.where(same, sizes[1:], 0))
    firsts = np.append(0, _changes(series))
    least = np.minimum.reduceat(np.where(sizes > 0, sizes, np.inf), firsts)
    least = np.repeat(least, np.diff(np.append(firsts, len(series))))
    return np.flatnonzero((sizes / _TIMES_NEIGHBOURS > near) & (sizes / _TIMES_MEDIAN > least))


def _far_runs(candidates, begins, sizes, series):
    """Return the candidates, all of one series, that exceed its median by far."""
    if not len(candidates):
        return candidates
    own = slice(*np.searchsorted(series, series[begins[candidates[0]]] + np.arange(2)))
    known = sizes[own]
    limit = np.median(known[known > 0])
    n_large = np.count_nonzero(known / _TIMES_MEDIAN > limit)
    if n_large > max(1, _LARGEST_SHARE * len(known)):
        return candidates[:0]
    return candidates[sizes[begins[candidates]] / _TIMES_MEDIAN > limit]


def _changes(series):
    """Return the positions at which another series begins, after the first."""
    return np.flatnonzero(series[1:] != series[:-1]) + 1
