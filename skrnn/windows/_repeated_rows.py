"""Says what to do with several rows of one series at the same time."""

import pandas as pd

# Hours at which clocks go back, and the months in which they do.
_HOURS, _MONTHS, _SUNDAY = (0, 1, 2, 3), (3, 4, 9, 10, 11), 6


def advice_for_columns(table, keys, target=None):
    """Return what to write for a long table with repeated rows.

    Parameters
    ----------
    table : DataFrame
        All rows that share their names and times with another row.
    keys : list of str
        Columns with the names of the series, and finally the times.
    target : str, default=None
        Column of the target.

    Returns
    -------
    str
        One or several sentences.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._repeated_rows import advice_for_columns
    >>> table = pd.DataFrame({"ds": ["2024-05-01"] * 2, "sold": [3, 4], "price": [2.5, 2.5]})
    >>> advice_for_columns(table, ["ds"], "sold").partition("example ")[2]
    'frame = frame.groupby(["ds"], as_index=False).agg({"sold": "sum", "price": "last"}).'
    """
    keys, time = list(keys), keys[-1]
    zone = ""
    if _are_of_clock_change(table, keys):
        column = f"frame[{_quoted(time)}]"
        zone = _clock_change(
            f'{column} = pd.to_datetime({column}).dt.tz_localize("Europe/Berlin", '
            f"ambiguous=~frame.duplicated({_listed(keys)}))"
        )
    if table.duplicated(keep=False).all():
        return f"{zone}The repeated rows are identical: frame = frame.drop_duplicates()."
    some = table.duplicated().any()
    first = "Drop identical rows, frame = frame.drop_duplicates(). " if some else ""
    values = table.drop(columns=keys)
    group = f"frame.groupby({_listed(keys)}, as_index=False)"
    return f"{zone}{first}{_aggregation(values, f'frame = {group}', target)}"


def advice_for_index(X, name):
    """Return what to write for a series or panel with a repeated index.

    Parameters
    ----------
    X : Series or DataFrame
        All rows.
    name : str
        Name of the data.

    Returns
    -------
    str
        One or several sentences.
    """
    frame = X.to_frame("value") if isinstance(X, pd.Series) else X
    values = frame[frame.index.duplicated(keep=False)]
    if not len(values):  # labels that are equal only as steps
        return f"Combine such rows, for example with {name}.groupby(...)."
    n_levels = X.index.nlevels
    keys = [f"level {i}" for i in range(n_levels)]
    table = values.set_axis(range(values.shape[1]), axis=1)
    for key, level in zip(keys, range(n_levels), strict=True):
        table[key] = values.index.get_level_values(level)
    zone = ""
    if _are_of_clock_change(table, keys):
        first = f"ambiguous=~{name}.index.duplicated()"
        code = f'{name}.index = {name}.index.tz_localize("Europe/Berlin", {first})'
        if n_levels > 1:
            levels = [f"{name}.index.get_level_values({level})" for level in range(n_levels)]
            levels[-1] += f'.tz_localize("Europe/Berlin", {first})'
            code = f"{name}.index = pd.MultiIndex.from_arrays([{', '.join(levels)}])"
        zone = _clock_change(code)
    if table.duplicated(keep=False).all():
        return (
            f"{zone}The repeated rows are identical: {name} = {name}[~{name}.index.duplicated()]."
        )
    group = f"{name} = {name}.groupby(level={0 if n_levels == 1 else list(range(n_levels))})"
    if isinstance(X, pd.Series):
        return f"{zone}Add up or average the rows of one label, for example {group}.sum()."
    return f"{zone}{_aggregation(values, group, None)}"


def _aggregation(values, group, target):
    """Return code that adds up the target, and keeps the last value of other columns."""
    if target is None:
        numeric = [n for n in values if pd.api.types.is_numeric_dtype(values[n])]
        target = numeric[0] if numeric else None
    how = {name: "sum" if name == target else "last" for name in values}
    pairs = ", ".join(f'{_quoted(name)}: "{way}"' for name, way in how.items())
    return f"Choose how to combine the rows of each column, for example {group}.agg({{{pairs}}})."


def _are_of_clock_change(table, keys):
    """Return whether rows occur twice in an hour of a Sunday in which clocks may go back."""
    times = table[keys[-1]]
    if not pd.api.types.is_datetime64_dtype(times.dtype):  # without a time zone
        return False
    when = times.dt
    night = when.hour.isin(_HOURS) & when.month.isin(_MONTHS) & (when.dayofweek == _SUNDAY)
    is_midnight = (when.normalize() == times).all()
    twice = table.groupby(keys, observed=True).size()
    return bool(night.all() and not is_midnight and (twice == 2).all())


def _clock_change(code):
    return (
        "They are in the hour that occurs twice when clocks go back: write, with your time zone, "
        f"{code}, where the first of two rows is the one in summer time. Otherwise: "
    )


def _quoted(name):
    return f'"{name}"' if isinstance(name, str) else repr(name)


def _listed(names):
    return f"[{', '.join(map(_quoted, names))}]"
