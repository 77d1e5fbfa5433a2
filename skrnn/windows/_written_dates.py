"""Says how to convert dates that are written as text, with the format of the text."""

import re

import numpy as np
import pandas as pd

from ._weeks_of_years import are_weeks_of_years, year_without_last_week

_QUARTERS = (
    ("", ""),
    (r"\W+", ""),
    (r"[Qq](\d)\W*(\d+)", r"\2Q\1"),
    (r"(\d)[Qq]\W*(\d+)", r"\2Q\1"),
    (r"(\d+)\W*(\d)[Qq]", r"\1Q\2"),
)
"""What to replace, and with what, until pandas reads quarters."""

_ISO_WEEK = re.compile(r"\d{4}(-?)W\d{2}(-?\d)?")
"""A week of a year, with or without its day."""
_SHORT_WEEK = r"(\d{4})(-?)(\d{2})"
"""A week without its letter, which looks like a month until the 12th."""

ISO_DATE = r"\d{4}-\d{2}"

_OFFSET = re.compile(r":\d{2}\S*?\s?(Z|[+-]\d{2}:?\d{2})$")
"""Offset from UTC, after a time of day."""

_TIME = re.compile(r"(\d{1,2})(:\d{2})(:\d{2}(?:\.\d+)?)?(\s*[AaPp][Mm])?$")
_WORD, _NUMBER = r"[^\W\d_]+", r"\d+"
_ORDERS = {
    1: ["%Y%m", "%Y%m%d", "%d%m%Y", "%m%d%Y", "%Y%m%d%H", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%Y"],
    2: ["%m %Y", "%Y %m"],
    3: ["%d %m %Y", "%m %d %Y", "%Y %m %d", "%Y %d %m"],
}
_FIRST = {"%d": "day", "%m": "month", "%y": "year"}
_YEARS = 1800, 2200
_LAST_YEAR = 2068
"""Periods do not read "98" as 1998, as dates do."""
_TURNS = 0.25
"""A format with so few turns from later to earlier dates, compared to others, is right."""
_SHARE = 0.9
"""Texts of which a format must read so many; the others are mistakes."""


def advice_on_dates(texts, code, accessor="", around=("", "")):
    """Say what is wrong with text as dates, and return the line that converts it.

    Parameters
    ----------
    texts : Index of str
        The dates.
    code : str
        Code of the texts, such as "frame['ds']".
    accessor : {"", ".dt"}, default=""
        What comes before methods of the converted dates.
    around : tuple of str, default=("", "")
        The line before and after the converted texts, such as "frame['ds'] = " and "".

    Returns
    -------
    problem : str
        What follows an example of the texts.
    conversion : str
        The line, or two lines with a condition each.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._written_dates import advice_on_dates
    >>> advice_on_dates(pd.Index(["13/01/2024"]), "times")[1]
    'pd.to_datetime(times, format="%d/%m/%Y")'
    """
    texts = pd.Index(texts.unique())
    example = str(texts[0])
    before, after = around
    week = _ISO_WEEK.fullmatch(example)
    dash = _dash_of_short_weeks(texts)
    if week or dash is not None:
        dash, day = week.groups() if week else (dash, None)
        line, remark = _advice_on_weeks(texts, dash, day, code, "W" if week else "")
        return "which is a week, not a date", f"{before}{line}{after}{remark}"
    if re.search(r"Q\d|\dQ", example.upper()):
        line, remark = _advice_on_quarters(texts, code)
        return "which is a quarter, not a date", f"{before}{line}{after}{remark}"
    offset = _OFFSET.search(example) is not None
    utc, zone = ", utc=True" * offset, f'{accessor}.tz_convert("Europe/Berlin")' * offset
    remark = ", with your time zone" * offset
    if offset and re.match(ISO_DATE, example):
        line = f"{before}pd.to_datetime({code}{utc}){zone}{after}{remark}"
        return "with different offsets from UTC", line
    formats = formats_of(texts)
    if not formats:
        line = f"{before}pd.to_datetime({code}, format=...){after}, with the format of your dates"
        return "which cannot be read as a date", line
    ways = [f'{before}pd.to_datetime({code}, format="{one}"{utc}){zone}{after}' for one in formats]
    odd = texts[pd.to_datetime(texts, format=formats[0], errors="coerce", utc=True).isna()]
    if len(odd):
        remark += f", after correcting or dropping text such as {str(odd[0])!r}"
    if len(ways) == 1:
        return "which is not in the ISO format", ways[0] + remark
    firsts = [_FIRST[_first_of(one)] for one in formats]
    ways = [f"{way} if the {one} comes first" for way, one in zip(ways, firsts, strict=True)]
    return "which may be read as a date in several ways", ", or ".join(ways) + remark


def are_weeks(texts):
    """Return whether texts are weeks of years.

    Parameters
    ----------
    texts : Index of str
        Labels.

    Returns
    -------
    bool

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._written_dates import are_weeks
    >>> are_weeks(pd.Index(["2023-W52", "2024-W01"])), are_weeks(pd.Index(["202352", "202401"]))
    (True, True)
    >>> are_weeks(pd.Index(["202312", "202401"]))
    False
    """
    with_letter = texts.str.fullmatch(_ISO_WEEK.pattern).all()
    return bool(with_letter) or _dash_of_short_weeks(texts) is not None


def _dash_of_short_weeks(texts):
    """Return what is between the year and the week, or None if texts are not weeks."""
    parts = texts.unique().str.extract(f"^{_SHORT_WEEK}$")
    if parts.isna().any(axis=None) or parts[1].nunique() != 1:
        return None
    years, weeks = parts[0].astype(int), parts[2].astype(int)
    return parts[1].iloc[0] if are_weeks_of_years(years, weeks) else None


def have_one_offset(texts):
    """Return whether texts have the same offset from UTC, as pandas needs, or none."""
    return texts.str.extract(_OFFSET.pattern, expand=False).unique().size <= 1


def formats_of(texts):
    """Return the formats that read texts as dates, from the most probable one.

    Parameters
    ----------
    texts : Index of str
        The dates.

    Returns
    -------
    list of str
        One format if the texts can be read in only one way, several if the day, the month or a
        year of two digits may come first, and none if they are not dates.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.windows._written_dates import formats_of
    >>> formats_of(pd.Index(["Nov 2002"]))
    ['%b %Y']
    >>> formats_of(pd.Index(["02/01/2024 08:00"]))
    ['%d/%m/%Y %H:%M', '%m/%d/%Y %H:%M']
    """
    found, turns = {}, {}
    for written in _candidates(str(texts[0]), texts):
        dates = pd.to_datetime(texts, format=written, errors="coerce", utc=True)
        years = dates.year
        found[written] = ((years >= _YEARS[0]) & (years <= _YEARS[1])).mean()
        forward = np.diff(dates[dates.notna()].as_unit("s").asi8) > 0
        turns[written] = np.count_nonzero(forward[1:] != forward[:-1])
    best = max(found.values(), default=0.0)
    if best < _SHARE:
        return []
    formats = {}
    for written, share in found.items():
        if share == best:
            formats.setdefault(_first_of(written), written)
    most = max(turns[written] for written in formats.values())
    # Rows are mostly in order of time, which other formats do not keep.
    in_order = [written for written in formats.values() if turns[written] <= most * _TURNS]
    formats = in_order or list(formats.values())
    return formats[:1] if _first_of(formats[0]) not in _FIRST else formats


def _first_of(written):
    """Return which of the numbers of the day, the month and the year comes first in a format."""
    return next(iter(re.findall("%[dmyY]", written)), "")


def _candidates(example, texts):
    """Return the formats that an example may have, from the most probable one."""
    date, time = _without_time(example)
    pieces = re.findall(rf"{_WORD}|{_NUMBER}|[^\w]+|_", date)
    fields = [i for i, piece in enumerate(pieces) if re.fullmatch(_NUMBER, piece)]
    words = [i for i, piece in enumerate(pieces) if re.fullmatch(_WORD, piece)]
    names = {i: name for i in words if (name := _name_of(pieces[i], texts)) is not None}
    months = [i for i, name in names.items() if name in ("%b", "%B")]
    if len(names) < len(words) or len(months) > 1 or not fields:
        return []
    orders = [order for order in _ORDERS.get(len(fields), []) if not (time and "%H" in order)]
    if months:
        orders = {1: ["%Y"], 2: ["%d %Y", "%Y %d"]}.get(len(fields), [])
    formats = []
    for order in orders:
        parts = [piece.replace("%", "%%") for piece in pieces]
        for i, part in zip(fields, order.split(" "), strict=True):
            is_short = part == "%Y" and len(pieces[i]) == 2 and len(fields) + len(months) > 1
            parts[i] = "%y" if is_short else part
        for i, name in names.items():
            parts[i] = name
        if not (order == "%Y %d %m" and "%y" in parts):  # which nobody writes
            formats.append("".join(parts) + time)
    return formats


def _without_time(example):
    """Return the date before a time of day, and the format of the time."""
    zone = ""
    if _OFFSET.search(example):
        offset = re.search(r"(\s?)(Z|[+-]\d{2}:?\d{2})$", example)
        example, zone = example[: offset.start()], f"{offset[1]}%z"
    time = _TIME.search(example)
    if not time:
        return example, zone
    _, _, seconds, half = time.groups()
    written = "%I:%M" if half else "%H:%M"
    if seconds:
        written += ":%S.%f" if "." in seconds else ":%S"
    if half:
        written += re.match(r"\s*", half)[0] + "%p"
    before = example[: time.start()]
    # The letter between date and time is not a name.
    if before.endswith("T"):
        return before[:-1], f"T{written}{zone}"
    return before, written + zone


def _name_of(word, texts):
    """Return the directive of the English name of a month or a day of the week, or None."""
    for directive in ("%b", "%B", "%a", "%A"):
        names = {pd.Timestamp(2024, k, k).strftime(directive).lower() for k in range(1, 13)}
        if directive in ("%a", "%A"):
            names = {pd.Timestamp(2024, 1, k).strftime(directive).lower() for k in range(1, 8)}
        if word.lower() in names:
            # May is the only month whose name is its abbreviation.
            long = word.lower() == "may" and texts.str.contains(r"[^\W\d_]{4}").any()
            return "%B" if long else directive
    return None


def _advice_on_weeks(texts, dash, day, code, letter):
    """Return the code that converts ISO weeks, such as 2022-W01, to dates, and a remark."""
    weeks = texts.str.extract(r"^(\d{4})-?W?(\d{2})").dropna().astype(int)
    year = year_without_last_week(weeks[0], weeks[1])
    remark = "" if day else ", the first day of each week"
    if year is not None:
        remark += f", after numbering weeks as in the ISO calendar, where {year} has no week 53"
    if day is None:
        return f'pd.to_datetime({code} + "-1", format="%G{dash}{letter}%V-%u")', remark
    return f'pd.to_datetime({code}, format="%G{dash}{letter}%V{day[:-1]}%u")', remark


def _advice_on_quarters(texts, code):
    """Return the code that converts quarters, such as "Q1 2024", to periods, and a remark."""
    if not texts.str.contains("FY", case=False).any():  # whose quarters start in any month
        for pattern, order in _QUARTERS:
            found = texts.str.replace(pattern, order, regex=True) if pattern else texts
            try:
                years = pd.PeriodIndex(found, freq="Q").year
            except ValueError:
                continue
            if years.max() > _LAST_YEAR:
                continue
            replace = f'.str.replace(r"{pattern}", r"{order}", regex=True)' if pattern else ""
            return f'pd.PeriodIndex({code}{replace}, freq="Q")', ""
    return 'pd.PeriodIndex(..., freq="Q")', ", with your quarters written as '2024Q1'"
