"""Rows missing between two series, as version 0.1.0 counted them."""

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._time_index import RememberedIndex


def missing(fitted, later):
    """Count the rows that are missing between two indexes; None if the later one overlaps."""
    start = RememberedIndex.of(fitted).start_of(later)
    return start - len(fitted) if start >= len(fitted) else None


def _skip(index, n_fitted, n_missing):
    """Split an index into its first rows, and the rows after some missing ones."""
    return index[:n_fitted], index[n_fitted + n_missing :]


REGULAR = {
    "seconds": pd.date_range("1981-01-01", periods=60, freq="s"),
    "10 minutes": pd.date_range("1981-01-01", periods=60, freq="10min"),
    "hours over a change of clocks": pd.date_range(
        "2024-03-30", periods=60, freq="60min", tz="Europe/Madrid"
    ),
    "days": pd.date_range("1981-01-01", periods=60),
    "days over a change of clocks": pd.date_range("2024-03-20", periods=60, tz="Europe/Madrid"),
    "business days": pd.bdate_range("1981-01-01", periods=60),
    "Mondays": pd.date_range("1981-01-05", periods=60, freq="W-MON"),
    "starts of months": pd.date_range("1950-01-01", periods=60, freq="MS"),
    "ends of months": pd.date_range("1950-01-31", periods=60, freq=pd.offsets.MonthEnd()),
    "last business days of months": pd.date_range(
        "1950-01-31", periods=60, freq=pd.offsets.BMonthEnd()
    ),
    "third Fridays": pd.date_range("1950-01-01", periods=60, freq="WOM-3FRI"),
    "quarters": pd.date_range("1950-01-01", periods=60, freq="QS"),
    "years": pd.date_range("1950-01-01", periods=60, freq="YS"),
    "monthly periods": pd.period_range("1950-01", periods=60, freq="M"),
    "two-monthly periods": pd.period_range("1950-01", periods=60, freq="2M"),
    "durations": pd.timedelta_range("1h", periods=60, freq="90s"),
    "integers": pd.RangeIndex(60),
    "integers by 7": pd.RangeIndex(-7, 413, 7),
    "small unsigned integers": pd.Index(np.arange(0, 240, 4, dtype=np.uint8)),
    "small signed integers": pd.Index(np.arange(-120, 120, 4, dtype=np.int8)),
}


@pytest.mark.parametrize("declared", [True, False], ids=["freq", "no freq"])
@pytest.mark.parametrize("n_missing", [0, 1, 2, 13, 29])
@pytest.mark.parametrize("n_fitted", [2, 12, 30])
@pytest.mark.parametrize("name", REGULAR)
def test_missing_rows_of_a_regular_index(name, n_fitted, n_missing, declared):
    index = REGULAR[name]
    if not declared and isinstance(index, pd.DatetimeIndex):
        index = pd.DatetimeIndex(index, freq=None)
        n_fitted = max(n_fitted, 7)  # two labels tell a step, but not a calendar
    end, later = _skip(index, n_fitted, n_missing)
    assert missing(end, later) == n_missing


@pytest.mark.parametrize("name", REGULAR)
def test_an_index_from_the_end_or_before_does_not_follow(name):
    index = REGULAR[name]
    end = index[:30]
    assert missing(end, index[29:]) is None
    assert missing(end, index) is None
    assert missing(end, index[30:]) == 0


def test_a_day_that_the_series_lacks_does_not_hide_the_calendar():
    days = pd.date_range("1984-12-01", "1985-01-31").drop("1984-12-31")
    end = days[days < "1985-01-20"]
    assert missing(end, days[days >= "1985-01-20"]) == 0
    assert missing(end, days[days >= "1985-01-25"]) == 5
    # The day that no one measured is a row that is not known.
    end = days[days < "1984-12-31"]
    assert missing(end, days[days > "1984-12-31"]) == 1


def test_a_month_that_the_series_lacks_does_not_hide_the_calendar():
    months = pd.date_range("1950-01-01", periods=300, freq="MS").delete(17)
    end, later = _skip(months, 60, 200)
    assert missing(end, later) == 200


def test_a_holiday_does_not_hide_the_working_days():
    days = pd.bdate_range("2024-03-01", periods=60).drop("2024-03-29")
    end = days[days <= "2024-04-12"]  # a Friday
    assert missing(end, days[days > "2024-04-12"]) == 0
    assert missing(end, days[days > "2024-04-16"]) == 2


def test_a_declared_calendar_needs_no_guess():
    freq = pd.offsets.CustomBusinessDay(holidays=["2024-05-01"])
    days = pd.date_range("2024-04-22", "2024-05-31", freq=freq)
    end = days[days <= "2024-04-30"]
    assert missing(end, days[days > "2024-05-01"]) == 0
    # Not even a week of it.
    friday = pd.bdate_range("2024-04-25", periods=2)
    assert missing(friday, pd.bdate_range("2024-04-29", periods=2)) == 0


def test_few_working_days_are_days():
    days = pd.to_datetime(["2024-04-22", "2024-04-23", "2024-04-24", "2024-04-26"])
    assert missing(days, pd.to_datetime(["2024-04-29"])) == 2


def test_one_row_tells_no_step():
    end = pd.DatetimeIndex(["1981-01-01"])
    assert missing(end, pd.DatetimeIndex(["1981-01-31"])) == 0


def test_a_declared_frequency_of_seconds_costs_no_grid():
    end = pd.date_range("1981-01-01", periods=1, freq="s")
    later = pd.date_range("2081-01-01", periods=1, freq="s")
    assert missing(end, later) == 3155760000 - 1


def test_labels_between_two_steps_go_to_the_nearest():
    hours = pd.date_range("1981-01-01", periods=5, freq="60min")
    end = hours
    for minutes, n_missing in [(1, 0), (59, 0), (61, 0), (89, 0), (91, 1), (125, 1)]:
        later = pd.DatetimeIndex([hours[-1] + pd.Timedelta(minutes=minutes)])
        assert missing(end, later) == n_missing


def test_units_of_dates_may_differ():
    days = pd.date_range("1981-01-01", periods=9)
    end = days[:5].as_unit("s")
    assert missing(end, days[7:].as_unit("ns")) == 2
    assert missing(end, days[4:].as_unit("ns")) is None


def test_time_zones_may_differ():
    days = pd.date_range("1981-01-01", periods=9, tz="UTC")
    end = days[:5]
    later = days[7:].tz_convert("Australia/Melbourne")
    assert missing(end, later) == 2


def test_integers_of_other_widths_are_comparable():
    end = pd.Index([1, 2, 3], dtype=np.uint8)
    assert missing(end, pd.Index([6, 7], dtype=np.int64)) == 2
