"""Sorts the rows of a long table by series and time, and inserts the missing times."""

import numpy as np
import pandas as pd

from skrnn._warnings import warn_user
from skrnn.windows._category_columns import is_categorical
from skrnn.windows._empty_times import reason_for_inserted_rows
from skrnn.windows._repeated_rows import advice_for_columns
from skrnn.windows._stray_labels import Origin
from skrnn.windows._time_axis import TimeAxis

from ._absent_zeros import places_of_week, warn_of_absent_zeros
from ._features import label_rows
from ._long_columns import names_of_series, times_of, values_of
from ._series_rows import spans

_ROWS_OF_REGULAR = 4
"""Distinct times from which a distance between them counts as regular."""
_FEWEST_SCATTERED = 20
"""Number of rows from which a warning says that most times have no row."""

MOST_ROWS, MOST_TIMES = 10_000, 100
"""A series may become longer than either of these, in rows and in multiples of its own rows, but
not than both. Monthly values with few known ones stay possible, and one wrong date is found before
it takes all memory."""


def panels_of(table, ids, time, target, axis=None, *, freq=None, known=None):
    """Convert a long table to panels of the target and of the other columns.

    Parameters
    ----------
    table : DataFrame
        The long table.
    ids : list
        The columns that name a series.
    time, target : str
        The columns of the times and of the target. Without a target, all columns are features.
    axis : TimeAxis, default=None
        The steps of time. None means that they are found in the times.
    freq
        As in :func:`axis_of`.
    known
        As in :func:`times_of`.

    Returns
    -------
    y, X : DataFrame or None
        None if there is no such column.
    axis : TimeAxis
        The steps of time.
    """
    times = times_of(table, time, known)
    series, instances = names_of_series(table, ids)
    is_first = axis is None
    axis = axis_of(times, series, instances, freq) if is_first else axis
    y, X = panel_rows(table, times, series, instances, axis, target)
    if is_first and y is not None:
        positions, values = axis.positions(times), values_of(table, [target], "target")[:, 0]
        # axis_of warns by itself if most rows are inserted.
        most = 0.5 if freq is None and not isinstance(times, pd.PeriodIndex) else 1.0
        warn_of_absent_zeros(
            *(values, positions, series, target, times.name),
            per_week=places_of_week(axis),
            most_absent=most,
        )
    return y, X, axis


def axis_of(times, series, instances, freq):
    """Return the steps of time of a long table.

    Parameters
    ----------
    times : Index
        Time of each row.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    instances : Index or None
        Names of the series.
    freq : str, DateOffset, int or None
        The step. None means that it is inferred.

    Returns
    -------
    TimeAxis

    Raises
    ------
    ValueError
        If `freq` is not a step of such times, the times have no common step, or series have
        different steps.

    Warns
    -----
    SkrnnWarning
        If many rows are inserted because of a few rows, or since the times were converted to UTC,
        or if most rows are inserted.
    """
    if isinstance(times, pd.PeriodIndex):
        return TimeAxis.of(times)
    if freq is not None:
        axis = _declared_axis(times, freq)
        _warn_of_short_step(axis, times, series, instances, freq)
        return axis
    order = times.unique().sort_values()
    if len(order) == 1:  # nothing can be missing
        is_date = isinstance(times, pd.DatetimeIndex | pd.TimedeltaIndex)
        return TimeAxis(order[0], pd.offsets.Day()) if is_date else TimeAxis(int(order[0]))
    origin = _origin(times, series, instances)
    axis = TimeAxis.of(order, repr(times.name), origin)
    positions = axis.positions(times, repr(times.name), origin)
    _check_one_step(positions, series, instances, axis, times.name)
    n_empty = int(np.ptp(positions)) + 1 - len(order)
    reason = reason_for_inserted_rows(order, n_empty, f"frame[{times.name!r}]")
    n_rows, name = _span(positions, series)[0], times.name
    if not reason and n_rows > 2 * len(times) and len(times) >= _FEWEST_SCATTERED:
        reason = (
            f"Most times in {name!r} have no row: {n_rows - len(times)} of {n_rows} rows are "
            "inserted with an unknown target. If the times were text, check that the day and the "
            "month were not swapped (pd.to_datetime has format and dayfirst). If no row means a "
            "value of 0, insert rows with 0."
        )
    if reason:
        warn_user(reason)
    return axis


def _declared_axis(times, freq):
    if not isinstance(times, pd.DatetimeIndex | pd.TimedeltaIndex):
        if isinstance(freq, bool) or not isinstance(freq, int | np.integer) or freq < 1:
            raise ValueError(
                f"The times in {times.name!r} are whole numbers, so freq must be one too, at "
                f"least 1. Got {freq!r}."
            )
        return TimeAxis(int(times.min()), step=int(freq))
    try:
        offset = pd.tseries.frequencies.to_offset(freq)
    except (ValueError, TypeError):
        raise ValueError(
            'freq must be a step of pandas, such as "h", "D", "W-MON", "MS" or "QS". Got '
            f"{freq!r}."
        ) from None
    first = times.min()
    if isinstance(times, pd.DatetimeIndex) and not offset.is_on_offset(first):
        inferred = pd.infer_freq(times.unique().sort_values()[:50]) if len(times) > 2 else None
        advice = f'freq="{inferred}"' if inferred else "freq=None"
        raise ValueError(
            f"freq={freq!r} does not match the times in {times.name!r}: {first} "
            f"({first:%A}) is not one of its dates. Write {advice}."
        )
    return TimeAxis(first, offset)


def _origin(times, series, instances):
    """Return where the times come from, for errors."""
    rows = None if instances is None else lambda: (times, series, instances)
    return Origin(repr(times.name), rows, times.name)


def _warn_of_short_step(axis, times, series, instances, freq):
    """Warn if most rows will be inserted since the times are regularly several steps apart."""
    positions = axis.positions(times, repr(times.name), _origin(times, series, instances))
    length, within = _span(positions, series)
    order = times.unique().sort_values()
    if len(order) < _ROWS_OF_REGULAR or length <= 2 * len(times):
        return
    every = int(np.gcd.reduce(within))
    step = _longer_step(order, times, series, instances, length)
    if step is None and every == 1:
        return
    known = f"one row in {every} is" if every > 1 else "only rows at regular times are"
    advice = "Pass a longer freq, or convert series that have different dates on their own."
    if step is not None:
        advice = f"Did you mean freq={step!r}?" if step else "freq=None infers a longer one."
    warn_user(
        f"freq={freq!r} is shorter than the step of the times in {times.name!r}: {known} known, "
        f"and {length - len(times)} of {length} rows are inserted with an unknown target. {advice}"
    )


def _span(positions, series):
    """Return the number of rows without gaps, and the position of each row in its series."""
    first, lengths = spans(series, positions, series.max() + 1)
    return int(lengths.sum()), positions - first[series]


def _longer_step(order, times, series, instances, length):
    """Return the inferred step, or None unless with it most rows are known.

    The step is "" if it has no short name, such as the hours of sessions.
    """
    try:
        axis = TimeAxis.of(order)
        positions = axis.positions(times)
        _check_one_step(positions, series, instances, axis, times.name)
    except ValueError:  # the times, or those of the series together, have no common step
        return None
    if not _span(positions, series)[0] < 2 * len(times) <= length:
        return None
    if isinstance(order, pd.DatetimeIndex) and axis.step_name() in {"5B", "7D"}:
        return f"W-{order[0]:%a}".upper()
    if axis.week is not None or isinstance(axis.freq, pd.offsets.CustomBusinessDay):
        return ""
    return axis.step if axis.freq is None else axis.freq.freqstr


def _check_one_step(positions, series, instances, axis, name):
    """Check that each series has rows that are one step apart.

    The steps of a weekly and a daily series together are days. Six of seven values of the weekly
    one would then be missing.
    """
    order = np.lexsort((positions, series))
    places, numbers = positions[order], series[order]
    n_series = int(numbers[-1]) + 1
    steps = np.diff(places)
    same = (numbers[1:] == numbers[:-1]) & (steps > 0)
    least = np.full(n_series, np.iinfo(np.int64).max)
    np.minimum.at(least, numbers[1:][same], steps[same])
    apart = (least > 1) & (np.bincount(numbers, minlength=n_series) > 3)
    if apart.any():
        which = int(np.argmax(apart))
        own = np.sort(positions[series == which])[:2]
        near = np.unique(positions)
        near = near[int(np.argmin(np.diff(near))) :][:2]
        one, other, first, second = axis.labels([*near, *own])
        named = "" if instances is None else f" of the series {_plain_name(instances, which)}"
        raise ValueError(
            "The series do not have the same step in time, or not the same dates. With all series "
            f"together, rows are as close as {one} and {other} in {name!r}, but those{named} are "
            f"at least {least[which]} such steps apart, such as {first} and {second}. Bring all "
            "series to the same step and dates, or convert the series of each step on their own. "
            "If the rows between are missing, pass freq."
        )


def panel_rows(table, times, series, instances, axis, target):
    """Return the rows of a long table as panels of the target and of the other columns.

    Parameters
    ----------
    table : DataFrame
        The long table.
    times : Index
        Time of each row.
    series : ndarray of int of shape (n_rows,)
        Number of the series of each row.
    instances : Index or None
        Names of the series.
    axis : TimeAxis
        Counts the steps of time.
    target : str or None
        Column of the target. None means that all columns are features.

    Returns
    -------
    y, X : DataFrame or None
        None if there is no such column.

    Raises
    ------
    ValueError
        If a series has two rows at one time or would get far too many rows, or a value is not
        numeric.
    """
    positions = axis.positions(times, repr(times.name), _origin(times, series, instances))
    _check_unique(table, series, positions, times, instances, target)
    used = {times.name, target, *([] if instances is None else instances.names)}
    features = [name for name in table.columns if name not in used]
    where, index = _filled(series, positions, times, instances, axis)
    y = X = None
    if target is not None:
        y = _panel_of(table, [target], "target", where, index)
    if features:
        X = _panel_of(table, features, "feature", where, index)
    return y, X


def _panel_of(table, names, kind, where, index):
    """Return columns at the rows of a panel. Features that are categories keep their type."""
    kept = [n for n in names if kind == "feature" and is_categorical(table[n])]
    plain = [name for name in names if name not in kept]
    values = np.full((len(index), len(plain)), np.nan)
    values[where] = values_of(table, plain, kind)
    panel = pd.DataFrame(values, index=index, columns=plain)
    if not kept:
        return panel
    rows = np.full(len(index), -1)
    rows[where] = np.arange(len(where))
    categories = table[kept].reset_index(drop=True).reindex(rows).set_axis(index)
    return pd.concat([panel, categories], axis=1)[names]


def _check_unique(table, series, positions, times, instances, target):
    order = np.lexsort((positions, series))
    twice = (np.diff(series[order]) == 0) & (np.diff(positions[order]) == 0)
    if not twice.any():
        return
    row, other = order[int(np.argmax(twice)) :][:2]
    repeated = order[np.append(twice, False) | np.append(False, twice)]
    ids = [] if instances is None else list(instances.names)
    # The times were converted, so they are compared as times.
    rows = table.iloc[repeated].assign(**{times.name: times[repeated]})
    raise ValueError(
        f"{_subject(instances, series[row])} has several rows at {times[row]}, for example the "
        f"rows at the positions {min(row, other)} and {max(row, other)} (frame.iloc; repeated "
        f"rows: {int(twice.sum())}). {advice_for_columns(rows, [*ids, times.name], target)}"
    )


def _filled(series, positions, times, instances, axis):
    """Return the position of each row among the rows of the panel, and the index of the panel."""
    first, lengths = spans(series, positions, 1 if instances is None else len(instances))
    _check_inserted(first, lengths, series, instances, axis)
    starts = np.cumsum(lengths) - lengths
    where = starts[series] + positions - first[series]
    all_positions = np.arange(lengths.sum()) + np.repeat(first - starts, lengths)
    present, code = np.unique(all_positions, return_inverse=True)
    labels = axis.labels(present).rename(times.name)
    if instances is None:
        return where, labels
    numbers = np.repeat(np.arange(len(lengths)), lengths)
    names = [*instances.names, times.name]
    if isinstance(instances, pd.MultiIndex):
        levels = [*instances.levels, labels]
        codes = [*(level[numbers] for level in instances.codes), code]
    else:
        levels, codes = [instances, labels], [numbers, code]
    return where, pd.MultiIndex(levels, codes, names=names, verify_integrity=False)


def _check_inserted(first, lengths, series, instances, axis):
    """Check that no series becomes far longer than it is."""
    given = np.bincount(series, minlength=len(lengths))
    too_long = (lengths > MOST_ROWS) & (lengths // MOST_TIMES > given)
    if not too_long.any():
        return
    which = int(np.argmax(too_long))
    start = axis.labels(first[[which]])[0]
    end = axis.labels(first[[which]] + lengths[which] - 1)[0]
    raise ValueError(
        f"{_subject(instances, which)} extends from {start} to {end} at a step of "
        f"{axis.step_name()!r}, so {lengths[which] - given[which]} missing rows would have to be "
        f"inserted between {given[which]} rows. If some times are wrong, remove these rows. If "
        'the step is too short, pass a longer one, such as to_panel(frame, freq="D"), to which '
        "all times must belong."
    )


def _subject(instances, which):
    return "frame" if instances is None else f"The series {_plain_name(instances, which)}"


def _plain_name(instances, which):
    """Return the name of a series as text, such as 0 and not np.int64(0)."""
    return repr(instances[[which]].tolist()[0])


def with_visible_step(y, X, freq):
    """Return panels whose times show their step, after unknown rows before the first one.

    Forecasters infer the step from the times, which is impossible from one time or two.

    Parameters
    ----------
    y : DataFrame
        The target.
    X : DataFrame or None
        The features, with the same index.
    freq : str or DateOffset
        The step.

    Returns
    -------
    y, X : DataFrame
        The panels. If they have fewer than three dates, further rows precede the first one: their
        target is NaN, and their features are equal to the features of the first row.
    """
    times = y.index.get_level_values(-1)
    if not isinstance(times, pd.DatetimeIndex | pd.TimedeltaIndex) or times.nunique() > 2:
        return y, X
    offset = pd.tseries.frequencies.to_offset(freq)
    before = [times.min() - k * offset for k in range(_ROWS_OF_STEP, 0, -1)]
    instances = y.index[:1].droplevel(-1) if y.index.nlevels > 1 else None
    index = label_rows(instances, pd.Index(before, name=times.name))
    y_before = pd.DataFrame(np.nan, index, y.columns)
    if X is not None:
        X = pd.concat([X.iloc[[0] * _ROWS_OF_STEP].set_axis(index), X])
    return pd.concat([y_before, y]), X


_ROWS_OF_STEP = 6
"""A weekend is always among six business days in a row, so they are not taken for days."""
