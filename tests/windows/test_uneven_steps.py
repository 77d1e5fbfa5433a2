"""Frequencies that are even only on a calendar."""

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._labels import wall_of
from skrnn.windows._uneven_steps import infer_uneven_steps, infer_weekday_of_month

EVEN_ON_A_CALENDAR = [
    pd.offsets.BDay(2),
    pd.offsets.BDay(7),
    pd.offsets.SemiMonthBegin(),
    pd.offsets.SemiMonthBegin(3, day_of_month=20),
    pd.offsets.SemiMonthEnd(),
    pd.offsets.SemiMonthEnd(3, day_of_month=10),
]


@pytest.mark.parametrize("freq", EVEN_ON_A_CALENDAR, ids=str)
@pytest.mark.parametrize("dropped", [[], [3, 20, 21]], ids=["whole", "rows missing"])
def test_several_working_days_and_halves_of_months(freq, dropped):
    index = pd.date_range("2023-05-04 06:00", periods=40, freq=freq).delete(dropped)
    assert infer_uneven_steps(wall_of(index)) == freq


def test_a_day_of_each_month():
    index = pd.date_range("2023-05-10", periods=20, freq=pd.DateOffset(months=2))
    assert infer_uneven_steps(wall_of(index)) == pd.DateOffset(months=2)


@pytest.mark.parametrize(
    "freq",
    [
        pd.offsets.WeekOfMonth(week=1, weekday=1),
        pd.offsets.WeekOfMonth(3, week=0, weekday=4),
        pd.offsets.LastWeekOfMonth(weekday=4),
        pd.offsets.LastWeekOfMonth(2, weekday=0),
    ],
    ids=str,
)
def test_a_weekday_of_each_month(freq):
    index = pd.date_range("2023-05-04", periods=40, freq=freq).delete([7])
    assert infer_weekday_of_month(wall_of(index)) == freq


@pytest.mark.parametrize(
    "dates",
    [
        pd.date_range("2024-01-01", periods=20, freq="3h"),
        pd.date_range("2024-01-01", periods=20, freq="3D"),
        pd.DatetimeIndex(["2024-01-01", "2024-01-15"]),
        pd.DatetimeIndex(["2024-01-01", "2024-01-15", "2024-02-03", "2024-02-20"]),
        # The last days of two months, which both have 28 or 30 days.
        pd.DatetimeIndex(["2023-02-28", "2023-04-30", "2023-06-30"]),
    ],
    ids=str,
)
def test_other_dates(dates):
    assert infer_uneven_steps(wall_of(dates)) is None
    assert infer_weekday_of_month(wall_of(dates)) is None


def test_four_weeks_are_no_month():
    dates = pd.date_range("2024-01-02", periods=3, freq="28D")
    assert infer_weekday_of_month(wall_of(dates)) is None
    assert np.unique(dates.day).size > 1
