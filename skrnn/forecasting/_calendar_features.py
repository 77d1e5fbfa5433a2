"""Features that are computed from the labels of rows: time of day, weekday, season, holidays."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOLIDAYS = "holidays:"
_DAY = pd.Timedelta(days=1)
_YEAR = pd.Timedelta(days=365)
# With fewer years nothing in the data distinguishes the time of year from a trend.
_TWO_YEARS = pd.Timedelta(weeks=2 * 52)


@dataclass(frozen=True)
class CalendarFeatures:
    """Features of dates, which are known for every row and every step of a horizon.

    Attributes
    ----------
    parts : tuple of str
        The names from the parameter `calendar`.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.forecasting._calendar_features import CalendarFeatures
    >>> days = pd.date_range("2021-01-01", periods=3)
    >>> calendar = CalendarFeatures.of("weekday", days)
    >>> calendar.names[-3:]
    ['Friday', 'Saturday', 'Sunday']
    >>> calendar.values(days)[:, -3:]
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """

    parts: tuple

    @classmethod
    def of(cls, calendar, times):
        """Return the features for a value of the parameter.

        Parameters
        ----------
        calendar : None, "auto", str or list of str
            Value of the parameter.
        times : Index
            Labels of the rows of `fit`, of one series or of several.

        Returns
        -------
        CalendarFeatures
            "auto": the time of day if rows are less than a day apart, the weekday if they are at
            most a day apart, and the day of the year if they are at most a week apart and cover
            two years (104 weeks).

        Raises
        ------
        ValueError
            If the labels are not dates, or rows are too far apart for a feature.
        """
        names = check_calendar(calendar)
        if not names:
            return cls(())
        dates = _dates(times)
        unique = dates.unique().sort_values()
        step = min(unique[1:] - unique[:-1], default=_DAY)
        if names == ("auto",):
            return cls(tuple(_usual(step, unique[-1] - unique[0] + step)))
        if step > _DAY and any(name.startswith(_HOLIDAYS) for name in names):
            raise ValueError(
                f"calendar={calendar!r} includes holidays, which require rows that are at most a "
                f"day apart. The rows of y are {step} apart."
            )
        for name in names:
            _check_step(name, step, unique)
        return cls(names)

    @property
    def names(self):
        """Names of the columns."""
        return [name for part in self.parts for name in _names_of(part)]

    def values(self, times):
        """Return the features of labels, ``(n_rows, n_columns)``.

        Parameters
        ----------
        times : Index
            The labels. The last level of a MultiIndex is time.

        Returns
        -------
        ndarray
        """
        if not self.parts:
            return np.empty((len(times), 0))
        # The series of a panel have the same labels.
        codes, unique = _times_of(times).factorize()
        dates = _dates(unique)
        return np.concatenate([_columns_of(part, dates) for part in self.parts], axis=1)[codes]


def check_calendar(calendar):
    """Check the calendar features that the user requested.

    Parameters
    ----------
    calendar : None, "auto", str or list of str
        Value of the parameter.

    Returns
    -------
    tuple of str
        The names.

    Raises
    ------
    ValueError
        If a name or a country is unknown, or is repeated.
    ImportError
        If holidays are requested and the package holidays is not installed.
    """
    if calendar is None:
        return ()
    names = [calendar] if isinstance(calendar, str) else calendar
    if not isinstance(names, list | tuple) or not all(map(_is_name, names)):
        raise ValueError(
            f"calendar must be None, 'auto', or one or more of {sorted(_PARTS)} and the holidays "
            "of a country or region, such as 'holidays:AU' or 'holidays:AU-VIC'. Got "
            f"{calendar!r}."
        )
    if ("auto" in names and len(names) > 1) or len(set(names)) < len(names):
        raise ValueError(
            f"calendar must contain each name only once, and 'auto' only on its own. Got "
            f"{calendar!r}."
        )
    for name in names:
        if name.startswith(_HOLIDAYS):
            _holidays_of(name)
    return tuple(names)


def check_new_names(names, calendar):
    """Check that no feature of X has the name of a calendar feature.

    Parameters
    ----------
    names : list
        Names of the features of X.
    calendar : CalendarFeatures
        The calendar features.

    Raises
    ------
    ValueError
        If a name occurs in both.
    """
    common = [name for name in names if name in calendar.names]
    if common:
        raise ValueError(
            f"X has the column(s) {common}, which are also names of calendar features. Rename "
            "them, or leave the features out of calendar."
        )


def _check_step(name, step, dates):
    """Check that rows are close enough for a feature to differ between them."""
    cycle = _CYCLE_OF.get(name)
    if cycle is None or len(dates) < 2 or step < cycle:
        return
    if cycle < _YEAR and len(np.unique(_columns_of(name, dates), axis=0)) > 1:
        return  # such as the time of day of rows that are 36 hours apart
    raise ValueError(
        f"calendar={name!r} is the same in all rows of y, which are {step} apart: it needs rows "
        f"that are less than {cycle.days} day(s) apart. Leave it out."
    )


def _is_name(name):
    return isinstance(name, str) and (
        name == "auto" or name in _PARTS or (name.startswith(_HOLIDAYS) and name != _HOLIDAYS)
    )


def _usual(step, span):
    """Yield the names that "auto" stands for."""
    if step < _DAY:
        yield "hour"
    if step <= _DAY:
        yield "weekday"
    if step <= 7 * _DAY and span >= _TWO_YEARS:
        yield "day_of_year"


def _times_of(times):
    return times.get_level_values(-1) if isinstance(times, pd.MultiIndex) else times


def _dates(times):
    """Return labels as local dates; a period is represented by its start."""
    times = _times_of(times)
    if isinstance(times, pd.PeriodIndex):
        times = times.to_timestamp(how="start")
    if not isinstance(times, pd.DatetimeIndex):
        raise ValueError(
            f"calendar needs an index of dates or periods, but that of y contains labels such as "
            f"{times[:1].tolist()[0]!r}. Set calendar=None, or use dates as the index of y."
        )
    return times.tz_localize(None)


def _waves(phase):
    """Return two sines and cosines of a part of a cycle, whose end is near its start."""
    angles = 2 * np.pi * np.asarray(phase, np.float64)[:, None] * np.arange(1, 3)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


_CYCLE_OF = {"hour": _DAY, "weekday": 7 * _DAY, "month": _YEAR, "day_of_year": _YEAR}
_PARTS = {
    "hour": lambda dates: _waves((dates - dates.normalize()) / _DAY),
    "weekday": lambda dates: np.eye(7)[dates.weekday],
    "month": lambda dates: _waves((dates.month - 1) / 12),
    "day_of_year": lambda dates: _waves((dates.dayofyear - 1) / 365.25),
}


def _names_of(part):
    """Return the names of the columns of a part."""
    if part.startswith(_HOLIDAYS):
        return [part]
    if part == "weekday":
        return list(_WEEKDAYS)
    return [f"{part}_{wave}{i}" for wave in ("sin", "cos") for i in (1, 2)]


def _columns_of(part, dates):
    """Return the columns of a part, ``(n_rows, n_columns)``."""
    if not part.startswith(_HOLIDAYS):
        return _PARTS[part](dates)
    days, codes = np.unique(dates.normalize(), return_inverse=True)
    free = _holidays_of(part)
    return np.array([float(day in free) for day in pd.DatetimeIndex(days)])[codes][:, None]


def _holidays_of(name):
    """Return the holidays of a country or a part of it, as a container of dates."""
    try:
        import holidays
    except ImportError:
        raise ImportError(
            f"calendar={name!r} needs the holidays package, which is not installed: "
            "pip install 'skrnn[calendar]'."
        ) from None
    country, _, part = name.removeprefix(_HOLIDAYS).partition("-")
    try:
        return holidays.country_holidays(country, subdiv=part or None)
    except NotImplementedError as error:  # what holidays raises for an unknown country
        raise ValueError(
            f"calendar={name!r} is not a country or region that the holidays package supports: "
            f"{error}"
        ) from None
