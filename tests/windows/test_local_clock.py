"""Steps on the local clock, compared with local times as pandas computes them."""

import pickle

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._local_clock import LocalClock
from skrnn.windows._time_axis import TimeAxis

NAN = np.nan
SPRING, AUTUMN = "2024-03-29", "2024-10-25"  # clocks in Berlin change on the Sunday after each


def clock_of(times):
    return LocalClock.of(TimeAxis.of(times))


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
@pytest.mark.parametrize("freq", ["15min", "30min", "h"])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Africa/Casablanca"])
def test_steps_are_those_of_local_times(start, freq, zone):
    times = pd.date_range(start, periods=24 * 40, freq=freq, tz=zone)
    local = times.tz_localize(None)
    steps = clock_of(times).steps(np.arange(len(times)))
    expected = (local - local[0]) / pd.Timedelta(1, freq if freq == "h" else "min")
    np.testing.assert_array_equal(steps * (1 if freq == "h" else int(freq[:2])), expected)


@pytest.mark.parametrize("start", [SPRING, AUTUMN])
def test_the_same_time_on_earlier_days(start):
    times = pd.date_range(start, periods=24 * 12, freq="h", tz="Europe/Berlin")
    local = times.tz_localize(None)
    positions = np.arange(24 * 8, len(times))
    for days in (1, 2, 7):
        earlier = clock_of(times).earlier(positions, 24 * days)
        distance = local[positions] - local[earlier]
        # Clocks skip 2:00 on the last Sunday of March, and 3:00 follows 1:00.
        skipped = (local[positions] - pd.Timedelta(days=days)) == pd.Timestamp("2024-03-31 02:00")
        assert (distance[~skipped] == pd.Timedelta(days=days)).all()
        assert (np.abs(distance[skipped] - pd.Timedelta(days=days)) == pd.Timedelta("1h")).all()


def test_positions_before_the_origin_and_in_any_shape():
    times = pd.date_range("2024-03-31 04:00", periods=3, freq="h", tz="Europe/Berlin")
    steps = clock_of(times).steps(np.array([[0, -1], [-2, -500_000]]))
    # 3:00 is a step earlier, and 1:00 two further ones. In January 1967 it is winter, too.
    np.testing.assert_array_equal(steps, [[0, -1], [-3, -500_001]])
    assert clock_of(times).steps(np.zeros((0, 3), int)).shape == (0, 3)


@pytest.mark.parametrize("zone", ["UTC", "+05:30", "Asia/Kolkata", "Africa/Nairobi", None])
def test_no_clock_if_it_is_never_put_forward_or_back(zone):
    assert clock_of(pd.date_range("2024-03-29", periods=9, freq="h", tz=zone)) is None


@pytest.mark.parametrize("start", ["1678-01-01", "1940-05-01", "2024-03-29", "2262-01-01"])
def test_a_clock_at_any_time(start):
    times = pd.date_range(start, periods=9, freq="h", tz="Europe/Berlin")
    clock = clock_of(times)
    local = (times.tz_localize(None) - times[0].tz_localize(None)) // pd.Timedelta("1h")
    steps = np.arange(9) if clock is None else clock.steps(np.arange(9))
    np.testing.assert_array_equal(steps, local)


def arranged(clock, rows, first):
    """The rows that start at each position, by the clock, in their order."""
    groups = list(clock.on_clock(np.array(rows, float), np.array(first)))
    parts = [(i, part, start) for group in groups for i, part, start in zip(*group, strict=True)]
    return [(part.tolist(), start) for i, part, start in sorted(parts, key=lambda each: each[0])]


def test_rows_by_the_clock():
    rows = [[1.0, 2.0, 3.0, 4.0]] * 3
    times = pd.date_range("2024-03-31", periods=4, freq="h", tz="Europe/Berlin")
    parts = arranged(clock_of(times), rows, [0, 5, 1])
    np.testing.assert_equal(
        parts, [([1, 2, NAN, 3, 4], 0), ([1, 2, 3, 4], 6), ([1, NAN, 2, 3, 4], 1)]
    )
    times = pd.date_range("2024-10-26 22:00", periods=7, freq="h", tz="UTC")
    clock = clock_of(times.tz_convert("Europe/Berlin"))  # 0:00 1:00 2:00 2:00 3:00 ...
    assert arranged(clock, rows, [1, 3, 2]) == [
        ([1, 2.5, 4], 1),
        ([1, 2, 3, 4], 2),
        ([1.5, 3, 4], 2),
    ]


def test_a_step_contains_the_time_if_a_change_is_half_a_step():
    # On Lord Howe Island clocks are put forward by half an hour, on 6 October 2024.
    times = pd.date_range("2024-10-05", periods=48, freq="h", tz="Australia/Lord_Howe")
    local = times.tz_localize(None)
    steps = clock_of(times).steps(np.arange(48))
    np.testing.assert_array_equal(steps, np.floor((local - local[0]) / pd.Timedelta("1h")))


def test_whole_days_follow_the_clock():
    clock = clock_of(pd.date_range("2024", periods=3, freq="30min", tz="Europe/Berlin"))
    assert [clock.follows(period) for period in (24, 48, 96, 336, 350)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert pickle.loads(pickle.dumps(clock)) == clock


@pytest.mark.parametrize(
    "times",
    [
        pd.RangeIndex(9),
        pd.date_range("2024", periods=9, freq="h"),
        pd.period_range("2024", periods=9, freq="h"),
        pd.timedelta_range("1h", periods=9, freq="h"),
        pd.date_range("2024", periods=9, freq="D", tz="Europe/Berlin"),
        pd.date_range("2024", periods=9, freq="24h", tz="Europe/Berlin"),
        pd.date_range("2024", periods=9, freq="MS", tz="Europe/Berlin"),
    ],
    ids=str,
)
def test_no_clock(times):
    assert clock_of(times) is None
