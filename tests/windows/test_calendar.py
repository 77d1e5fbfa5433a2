"""Steps, weeks and missing rows of labels that are whole numbers."""

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._calendar import Week, count_missing, equal_step, find_week, is_of_one_time


def wall(index):
    return pd.DatetimeIndex(index).as_unit("us").asi8


SESSIONS = pd.DatetimeIndex(
    [
        day + pd.Timedelta(hours=hour)
        for day in pd.bdate_range("2024-01-03", periods=12)
        for hour in range(9, 16)
    ]
)


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        ([0, 1, 2, 5, 6], [0, 0, 2, 0]),
        ([0, 5, 10, 25, 30], [0, 0, 2, 0]),
        ([0, 100, 201, 298, 500, 601, 700, 801], [0, 0, 0, 1, 0, 0, 0]),
        ([0, 1, 5, 17], None),
        ([7], None),
    ],
)
def test_missing_numbers(ticks, expected):
    found = count_missing(np.array(ticks))
    assert (None if found is None else found.tolist()) == expected


def test_the_step_is_not_inferred_from_the_cut():
    ticks = np.array([0, 100, 105, 110])
    assert count_missing(ticks, cut=0).tolist() == [19, 0, 0]
    assert count_missing(np.array([0, 100]), cut=0) is None


@pytest.mark.parametrize(
    ("ticks", "step"),
    [
        ([0, 5, 10, 25], 5),
        ([3, 4, 9], 1),
        ([0, 10, 20, 25], None),
        ([0, 1, 5, 17], None),
        ([4], None),
    ],
)
def test_equal_step(ticks, step):
    assert equal_step(np.array(ticks)) == step


def test_a_week_is_found_where_it_explains_the_gaps():
    week = find_week(wall(SESSIONS))
    assert week.days().tolist() == [0, 1, 2, 3, 4]
    assert len(week.times) == 7
    assert len(week.slots) == 35
    days = wall(pd.bdate_range("2024-01-01", periods=20).delete([3, 8]))
    assert find_week(days).days().tolist() == [0, 1, 2, 3, 4]
    for index in (
        pd.date_range("2024-01-01", periods=30).delete([5, 17]),
        pd.date_range("2024-01-01", periods=200, freq="h").delete([30, 31, 100]),
        pd.to_datetime(["2000-01-01", "2000-01-02", "2000-01-05", "2000-01-17"]),
        pd.date_range("2024-01-01", periods=2),
    ):
        assert find_week(wall(index)) is None


def test_a_week_counts_and_finds_its_times():
    times = wall(SESSIONS)
    week = Week.of(times, np.ones(len(times) - 1, bool))
    counts = week.count_before(times)
    assert (np.diff(counts) == 1).all()
    np.testing.assert_array_equal(week.local_times(counts), times)
    assert week.holds(times).all()
    assert not week.holds(times + 1).any()
    assert not week.holds(wall(["2024-01-06 10:00", "2024-01-08 16:00"])).any()
    assert week.missing_between(wall(["2024-01-05 15:00", "2024-01-09 10:00"])).tolist() == [8]


def test_one_time_of_day():
    assert is_of_one_time(wall(pd.date_range("2024-01-01 09:00", periods=3)))
    assert not is_of_one_time(wall(SESSIONS))
    assert not is_of_one_time(None)
