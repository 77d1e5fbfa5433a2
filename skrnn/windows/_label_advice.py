"""Says why the labels of two indexes do not match, and what to write instead."""

import numpy as np
import pandas as pd

from ._weeks_of_years import are_weeks_of_years, year_without_last_week

_KINDS = (
    (pd.DatetimeIndex, "dates"),
    (pd.PeriodIndex, "periods"),
    (pd.TimedeltaIndex, "durations"),
)
# The lowest and the highest of such numbers, and how far they must reach: counted rows may have
# the numbers 202303 to 202312, but 202401 does not follow. A year may also be of its first months.
_WRITTEN = {
    "%Y%m%d": (1800_01_01, 2200_12_31, 0),
    "%Y%m": (1800_01, 2200_12, 12),
}
_ADVICE = {
    "%Y%m%d": "dates. If they are only row numbers, start them at 0. If they are dates, the last "
    "day of a month and the first day of the next month are not consecutive numbers.",
    "%Y%m": "months. If they are only row numbers, start them at 0. If they are weeks or "
    "quarters, replace them with the Mondays of the weeks, or with periods such as 2023Q1. If "
    "they are months, the last month of a year and the first month of the next year are not "
    "consecutive numbers.",
    "%G%V": "weeks. If they are only row numbers, start them at 0. If they are weeks, the last "
    "week of a year and the first week of the next year are not consecutive numbers, but their "
    "Mondays are seven days apart.",
}
_NO_WEEK = (
    " In the ISO calendar, {0} has no week 53, and {0}53 would become the Monday of {1}01, so "
    "number the weeks as in this calendar first."
)


def written_dates(numbers, known=None):
    """Say that whole numbers look like dates, months or weeks, such as 20240131 or 202401.

    Their steps differ: in numbers, 202401 does not follow 202312.

    Parameters
    ----------
    numbers : Index
        The labels.
    known : Index of int, default=None
        Labels of the rows of earlier calls, which must look like dates as well.

    Returns
    -------
    format : str
        The format with which pandas reads them, or "" if they do not look like dates. For weeks,
        the day is not part of it: see `code_for_dates`.
    message : str
        Sentences that follow the name of the labels.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._label_advice import written_dates
    >>> written_dates(pd.Index([202312, 202401]))[0]
    '%Y%m'
    >>> written_dates(pd.RangeIndex(202312, 202402))[0]
    ''
    """
    in_fit = ""
    if known is not None:
        numbers = numbers.append(known)
        in_fit = " Convert the labels before fit as well, and fit again."
    if len(numbers) and pd.api.types.is_integer_dtype(numbers.dtype):
        first, last = int(numbers.min()), int(numbers.max())
        for form, (lowest, highest, span) in _WRITTEN.items():
            is_year = first % 100 == 1 and 2 <= last - first == numbers.nunique() - 1
            far = last - first >= span or (1900 <= first // 100 <= 2100 and is_year)
            if lowest <= first and last <= highest and far:
                texts = numbers.unique().astype("int64").astype(str)
                if pd.to_datetime(texts, format=form, errors="coerce").notna().all():
                    return form, _message(numbers, form) + in_fit
        if _are_weeks(numbers):
            year = year_without_last_week(*np.divmod(numbers.to_numpy(np.int64), 100))
            absent = "" if year is None else _NO_WEEK.format(year, year + 1)
            return "%G%V", _message(numbers, "%G%V") + absent + in_fit
    return "", ""


def _message(numbers, form):
    return f"contains whole numbers such as {numbers[0]}, which look like {_ADVICE[form]}"


def _are_weeks(numbers):
    """Return whether numbers such as 202401 to 202452 are weeks of years, not counted rows."""
    order = np.unique(numbers.to_numpy(np.int64))
    years, weeks = np.divmod(order, 100)
    if not are_weeks_of_years(years, weeks):
        return False
    starts = weeks[0] == 1 and order[-1] - order[0] == len(order) - 1
    return bool(years[0] < years[-1] or starts)


def code_for_dates(code, form):
    """Return the code that converts whole numbers that look like dates.

    Parameters
    ----------
    code : str
        Code of the numbers, such as "y.index".
    form : str
        What `written_dates` returned. The Monday stands for a week.

    Returns
    -------
    str

    Examples
    --------
    >>> from skrnn.windows._label_advice import code_for_dates
    >>> code_for_dates("y.index", "%Y%m")
    'pd.to_datetime(y.index, format="%Y%m")'
    """
    if form == "%G%V":
        return f'pd.to_datetime({code}.astype(str) + "-1", format="{form}-%u")'
    return f'pd.to_datetime({code}, format="{form}")'


def advice_on_times(times, others):
    """Say how to convert times to those of other data.

    Parameters
    ----------
    times, others : Index
        The labels, and those that they should match.

    Returns
    -------
    str
        Sentences, or "" if the labels are of one kind.
    """
    kind, other = _kind(times), _kind(others)
    if kind != other:
        way = ""
        if (kind, other) == ("periods", "dates"):
            way = ": convert them with to_timestamp()"
        elif (kind, other) == ("dates", "periods"):
            way = f': convert them with to_period("{others.freqstr}")'
        return f"They are {kind}, but those of y are {other}{way}."
    zone, wanted = getattr(times, "tz", None), getattr(others, "tz", None)
    if zone is not None and wanted is None:
        return (
            f"They have the time zone {zone}, but those of y have none: remove it with "
            "tz_localize(None)."
        )
    if zone is None and wanted is not None:
        return (
            f"They have no time zone, but those of y have {wanted}: add it with "
            f'tz_localize("{wanted}").'
        )
    if kind == "periods" and times.freqstr != others.freqstr:
        return (
            f"They are periods of the frequency {times.freqstr!r}, but those of y have "
            f"{others.freqstr!r}."
        )
    return ""


def advice_on_index(index, others, name="X"):
    """Say why rows of y are not found in the index of other data.

    Parameters
    ----------
    index, others : Index
        The index of the data, and that of y.
    name : str, default="X"
        Name of the data.

    Returns
    -------
    str
        Sentences, or "" if the index contains the series of y, and times of the same kind.
    """
    if not len(index):
        return f"{name} has no rows."
    if index.nlevels != others.nlevels:
        return (
            f"The index of {name} has {index.nlevels} level(s), but that of y has "
            f"{others.nlevels}."
        )
    times = advice_on_times(_last(index), _last(others))
    if times:
        return f"The times of {name} do not match those of y. {times}"
    for i in range(index.nlevels - 1):
        own, wanted = (each.get_level_values(i).unique() for each in (index, others))
        types = [type(names.tolist()[0]).__name__ for names in (own, wanted)]
        if not len(own.intersection(wanted)) and types[0] != types[1]:
            return (
                f"The names of the series in {name} are of the type {types[0]}, such as "
                f"{own.tolist()[0]!r}, but those in y of the type {types[1]}, such as "
                f"{wanted.tolist()[0]!r}. Convert one of them with astype."
            )
    return ""


def _last(index):
    return index.levels[-1] if isinstance(index, pd.MultiIndex) else index


def _kind(index):
    for kind, name in _KINDS:
        if isinstance(index, kind):
            return name
    return "whole numbers" if pd.api.types.is_integer_dtype(index.dtype) else "no times"
