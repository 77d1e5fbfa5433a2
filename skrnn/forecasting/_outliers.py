"""Warns about single values that are far from all others of their series."""

import numpy as np

from skrnn._warnings import DataWarning, warn_user
from skrnn.windows._isolated_values import ISOLATED, isolated_rows

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
    SkrnnWarning
        Once for all series.
    """
    series_of_rows = np.searchsorted(panel.ends, np.arange(len(panel.values)), side="right")
    found = {}
    for column in range(len(names)):
        values = panel.values[:, column]
        large = _far_rows(values, series_of_rows)
        rows = np.union1d(large, isolated_rows(values, series_of_rows))
        if len(rows):
            found[column] = rows, large
    if not found:
        return
    n_far = sum(len(rows) for rows, _ in found.values())
    column, (rows, large) = next(iter(found.items()))
    row, series = rows[0], series_of_rows[rows[0]]
    what = "y" if len(names) == 1 else f"y[{names[column]!r}]"
    if panel.instances is not None:
        what += f" of the series {panel.instances[[series]].tolist()[0]!r}"
    time = axis.labels([panel.first[series] + row - panel.starts[series]]).astype(str)[0]
    text = _TEXT if row in large else ISOLATED
    others = f" {n_far - 1} other value(s) are as far from their series." if n_far > 1 else ""
    is_last = np.isnan(panel.values[row + 1 : panel.ends[series], column]).all()
    may_be_level = is_last and text == ISOLATED
    new_level = ", and not the first value of a new level" if may_be_level else ""
    warn_user(
        f"{what} is {panel.values[row, column]:.10g} at {time}, {text}.{others} If it is a "
        f"mistake{new_level}, set it to NaN: a single such value can change "
        + ("all forecasts." if panel.n_series == 1 else "the forecasts of all series."),
        DataWarning,
    )


def _far_rows(values, series):
    """Return the rows of the far values of one target, in order."""
    rows = np.flatnonzero(~np.isnan(values))
    if not len(rows):
        return rows
    sizes, series = np.abs(values[rows]), series[rows]
    # Consecutive equal values, such as 99999 for unknown ones, are compared as one.
    same = (series[1:] == series[:-1]) & (sizes[1:] == sizes[:-1])
    begins = np.flatnonzero(np.append(True, ~same))
    stand_out = _stand_out(sizes[begins], series[begins])
    far = np.repeat(stand_out, np.diff(np.append(begins, len(rows))))
    for number in np.unique(series[far]):
        own = slice(*np.searchsorted(series, [number, number + 1]))
        known = sizes[own]
        large = known / _TIMES_MEDIAN > np.median(known[known > 0])
        far[own] &= large & (large.sum() <= max(1, _LARGEST_SHARE * len(known)))
    return rows[far]


def _stand_out(sizes, series):
    """Return which sizes may be far: the smallest value replaces the slower median."""
    same = series[1:] == series[:-1]
    near = np.zeros_like(sizes)
    near[1:] = np.where(same, sizes[:-1], 0)
    near[:-1] = np.maximum(near[:-1], np.where(same, sizes[1:], 0))
    firsts = np.flatnonzero(np.append(True, ~same))
    least = np.minimum.reduceat(np.where(sizes > 0, sizes, np.inf), firsts)
    least = np.repeat(least, np.diff(np.append(firsts, len(series))))
    return (sizes / _TIMES_NEIGHBOURS > near) & (sizes / _TIMES_MEDIAN > least)
