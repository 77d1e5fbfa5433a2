"""Labels in time to positions and back."""

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._regularity import find_missing
from skrnn.windows._time_axis import TimeAxis, check_times, following_labels

SESSIONS = pd.DatetimeIndex(
    [
        day + pd.Timedelta(hours=hour)
        for day in pd.bdate_range("2024-03-20", periods=12)
        for hour in range(9, 16)
    ]
)

INDEXES = {
    "range": pd.RangeIndex(5, 15),
    "integers": pd.Index(np.arange(-3, 7)),
    "integers by 5": pd.Index(np.arange(-3, 47, 5)),
    "range by 5": pd.RangeIndex(0, 50, 5),
    "undeclared business days": pd.DatetimeIndex(list(pd.bdate_range("2000-01-03", periods=10))),
    "hours over a change of clocks": pd.date_range(
        "2024-03-31", periods=10, freq="h", tz="Europe/Berlin"
    ),
    "days": pd.date_range("2000-01-01", periods=10, freq="D"),
    "two hours": pd.date_range("2000-01-01", periods=10, freq="2h"),
    "months": pd.date_range("2000-01-31", periods=10, freq="ME"),
    "business days": pd.bdate_range("2000-01-03", periods=10),
    "zone": pd.date_range("2000-03-20", periods=10, freq="D", tz="Europe/Berlin"),
    "undeclared months": pd.DatetimeIndex(
        list(pd.date_range("2000-01-01", periods=10, freq="MS"))
    ),
    "periods": pd.period_range("2000-01", periods=10, freq="M"),
    "two months": pd.period_range("2000-01", periods=10, freq="2M"),
    "durations": pd.timedelta_range("1h", periods=10, freq="h"),
}


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_there_and_back(index):
    axis = TimeAxis.of(index)
    np.testing.assert_array_equal(axis.positions(index), np.arange(10))
    assert axis.labels(np.arange(10)).equals(index)
    assert axis.labels([3, 7]).equals(index[[3, 7]])
    np.testing.assert_array_equal(axis.positions(axis.labels([12, 30])), [12, 30])


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_before_the_origin(index):
    axis = TimeAxis.of(index[4:])
    np.testing.assert_array_equal(axis.positions(index), np.arange(-4, 6))


def test_labels_of_several_series_in_any_order():
    days = pd.date_range("2000-01-01", periods=6, freq="D")
    axis = TimeAxis.of(pd.DatetimeIndex([days[3], days[4], days[0], days[1], days[2], days[3]]))
    assert axis.origin == days[0]
    np.testing.assert_array_equal(axis.positions(days), np.arange(6))


def test_two_dates_tell_their_distance():
    axis = TimeAxis.of(pd.DatetimeIndex(["2000-01-01", "2000-01-08"]))
    np.testing.assert_array_equal(axis.positions(pd.DatetimeIndex(["2000-01-22"])), [3])


def test_one_label_has_no_step():
    with pytest.raises(ValueError, match="y has rows at only one time, 2000-01-02 00:00:00, so"):
        TimeAxis.of(pd.DatetimeIndex(["2000-01-02", "2000-01-02"]))


def test_no_step_in_common():
    with pytest.raises(ValueError, match=r"index of y is irregular: 4 label\(s\) from 2000-01-01"):
        TimeAxis.of(pd.DatetimeIndex(["2000-01-01", "2000-01-02", "2000-01-05", "2000-01-17"]))


def test_off_the_axis():
    axis = TimeAxis.of(INDEXES["undeclared months"])
    with pytest.raises(ValueError, match=r"index of X is irregular: 2000-02-15 .* whole number"):
        axis.positions(pd.DatetimeIndex(["2000-02-15"]), "X")
    with pytest.raises(ValueError, match=r"whole number of steps \(2M\)"):
        TimeAxis.of(INDEXES["two months"]).positions(pd.PeriodIndex(["2000-02"], freq="2M"))


@pytest.mark.parametrize("name", ["range", "days", "months", "periods", "durations"])
def test_labels_of_another_kind(name):
    axis = TimeAxis.of(INDEXES[name])
    other = INDEXES["periods" if name in ("range", "days", "months", "durations") else "range"]
    with pytest.raises(
        ValueError, match=r"index of fh contains labels such as .* cannot be compared"
    ):
        axis.positions(other, "fh")


def test_check_times():
    index = INDEXES["days"]
    assert check_times(pd.DataFrame({"y": 0.0}, index=index), "y") is index
    with pytest.raises(ValueError, match="must contain dates, periods, durations or integers"):
        check_times(pd.DataFrame({"y": 0.0}, index=list("abc")), "y")
    with pytest.raises(ValueError, match="repeats the label 2000-01-01"):
        check_times(pd.DataFrame({"y": 0.0}, index=index[[0, 0, 1]]), "y")


@pytest.mark.parametrize("zone", [None, "Europe/Madrid"])
def test_hours_of_sessions_follow_each_other(zone):
    index = SESSIONS.tz_localize(zone)
    axis = TimeAxis.of(index)
    np.testing.assert_array_equal(axis.positions(index), np.arange(84))
    assert axis.labels(np.arange(84)).equals(index)
    # Friday's last hour, and Monday's first.
    assert axis.labels([20, 21]).equals(index[[20, 21]])
    assert TimeAxis.of(index[30:]).positions(index)[0] == -30
    with pytest.raises(ValueError, match=r"irregular: .* times of the week that have rows"):
        axis.positions(index[:1] + pd.Timedelta(hours=8))
    with pytest.raises(ValueError, match="cannot be compared"):
        axis.positions(SESSIONS.tz_localize("UTC" if zone is None else None))


@pytest.mark.parametrize(
    "index",
    [
        pd.bdate_range("2024-03-01", periods=60).delete([4, 20, 50]),
        pd.bdate_range("2024-03-01", periods=60).delete([3, 6, 55]),
        pd.date_range("2024-03-01", periods=60).delete([3, 6, 55]),
        pd.Index(np.delete(np.arange(0, 300, 5), [3, 6, 55])),
        SESSIONS.delete([3, 6, 55]),
    ],
    ids=["business days", "business days, both ends", "days", "integers by 5", "sessions"],
)
def test_the_rows_that_are_missing_are_those_of_the_windows(index):
    positions = TimeAxis.of(index).positions(index)
    np.testing.assert_array_equal(np.diff(positions) - 1, find_missing(index))
    assert find_missing(index).sum() == 3


def test_integers_without_a_common_step_count_one_by_one():
    np.testing.assert_array_equal(
        TimeAxis.of(pd.Index([0, 5, 10, 12])).positions(pd.Index([5, 12])), [5, 12]
    )
    with pytest.raises(ValueError, match=r"13 is not a whole number of steps \(5\) from 0"):
        TimeAxis.of(pd.RangeIndex(0, 50, 5)).positions(pd.Index([13]))


def test_a_single_time_has_the_step_of_similar_data():
    like = TimeAxis.of(pd.date_range("2024-01-01", periods=9, freq="MS"))
    for one in (pd.DatetimeIndex(["2025-03-01"]), pd.DatetimeIndex(["2025-03-01"] * 2)):
        axis = TimeAxis.of(one, like=like)
        assert list(axis.labels([0, 1])) == [
            pd.Timestamp("2025-03-01"),
            pd.Timestamp("2025-04-01"),
        ]
    with pytest.raises(ValueError, match=r"2025-03-02 00:00:00.* is not a whole number of steps"):
        TimeAxis.of(pd.DatetimeIndex(["2025-03-02"]), like=like)
    days = pd.date_range("2024-01-01", periods=3, freq="D")
    assert TimeAxis.of(days, like=like) == TimeAxis.of(days)
    assert TimeAxis.of(days[:1], like=like) == TimeAxis.of(days[:1])  # declares its step
    fives = TimeAxis.of(pd.RangeIndex(0, 50, 5))
    np.testing.assert_array_equal(
        TimeAxis.of(pd.Index([7]), like=TimeAxis(2, step=5)).labels([1]), 12
    )
    assert TimeAxis.of(pd.RangeIndex(0, 50, 5), like=like) == fives


@pytest.mark.parametrize("rows", [[5, 5], [3, 7], [7, 3]])
@pytest.mark.parametrize(
    "times",
    [
        pd.bdate_range("2024-01-01", periods=12),
        pd.date_range("2024-01-31", periods=12, freq="ME"),
        pd.date_range("2024-03-30 20:00", periods=12, freq="h", tz="Europe/Berlin"),
        pd.RangeIndex(2, 62, 5),
    ],
    ids=["business days", "months", "hours", "integers"],
)
def test_series_of_one_row_have_the_step_of_similar_data(times, rows):
    index = pd.MultiIndex.from_arrays([["a", "b"], times[rows]], names=["series", "time"])
    axis = TimeAxis.of_frame(pd.DataFrame({"y": 0.0}, index), like=TimeAxis.of(times))
    expected = times[min(rows) : min(rows) + 3]
    assert axis.labels([0, 1, 2]).tolist() == expected.tolist()
    declared = axis.declared_in(index)
    pd.testing.assert_index_equal(declared, index, exact="equiv")
    assert TimeAxis.of_frame(pd.DataFrame({"y": 0.0}, declared)) == axis
    one = axis.declared_in(index[:1].droplevel(0))
    assert one.tolist() == times[rows[:1]].tolist()
    assert getattr(one, "freq", None) == axis.freq


def test_no_rows():
    for empty in (pd.DataFrame({"y": []}, pd.DatetimeIndex([])), pd.DataFrame({"y": []})):
        with pytest.raises(ValueError, match=r"^y has no rows\.$"):
            TimeAxis.of_frame(empty)


def test_dates_that_nanoseconds_cannot_represent():
    years = pd.date_range("1600-01-01", periods=60, freq="YS", unit="s")
    axis = TimeAxis.of(years)
    np.testing.assert_array_equal(axis.positions(years), np.arange(60))
    periods = years.to_period()
    np.testing.assert_array_equal(TimeAxis.of(periods).positions(periods), np.arange(60))


@pytest.mark.parametrize("unit", ["s", "us"])
@pytest.mark.parametrize("freq", ["D", "14D", "7h"])
def test_equal_steps_over_more_years_than_nanoseconds_can_count(freq, unit):
    dates = pd.date_range("1500-01-01", "1900-01-01", freq=freq, unit=unit)[[0, 1, 2, 3, 5, -1]]
    axis = TimeAxis.of(dates)
    positions = axis.positions(dates)
    assert positions[:5].tolist() == [0, 1, 2, 3, 5]
    assert positions[-1] == (dates[-1] - dates[0]) // (dates[1] - dates[0])
    assert axis.labels(positions).tolist() == dates.tolist()


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
@pytest.mark.parametrize("freq", ["D", "MS", "h", "15min"])
def test_the_unit_of_labels_is_kept(freq, zone, unit):
    dates = pd.date_range("2024-01-01", periods=9, freq=freq, tz=zone, unit=unit)
    axis, undeclared = TimeAxis.of(dates[:7]), pd.DatetimeIndex(dates[:7], freq=None)
    panel = pd.MultiIndex.from_product([["a"], dates[:2]])
    for index, expected in [
        (axis.labels([7, 8]), dates[7:]),
        (following_labels(dates[:7], 2), dates[7:]),
        (following_labels(undeclared, 2), dates[7:]),
        (axis.declared_in(panel).levels[-1], dates[:2]),
    ]:
        pd.testing.assert_index_equal(index, expected)


def test_the_unit_of_durations_is_kept():
    index = pd.timedelta_range("1h", periods=9, freq="h", unit="s")
    pd.testing.assert_index_equal(following_labels(index[:7], 2), index[7:])
    pd.testing.assert_index_equal(TimeAxis.of(index[:7]).labels([7, 8]), index[7:])


@pytest.mark.parametrize("freq", ["D", "MS"])
def test_labels_after_early_dates(freq):
    dates = pd.date_range("1200-01-01", periods=9, freq=freq, unit="s")
    pd.testing.assert_index_equal(following_labels(dates[:7], 2), dates[7:])
    assert find_missing(pd.DatetimeIndex(dates.delete(4), freq=None)).sum() == 1


@pytest.mark.parametrize("freq", ["D", "W-WED", "B", "h"])
def test_steps_of_dates_before_the_time_of_nanoseconds(freq):
    later = pd.date_range("2059-01-01", periods=40, freq=freq, unit="us").delete([30])
    # 400 years have a whole number of weeks.
    early = pd.DatetimeIndex(later - np.timedelta64(146_097 * 86_400_000_000, "us"), freq=None)
    expected = TimeAxis.of(later).positions(later).tolist()
    assert TimeAxis.of(early).positions(early).tolist() == expected


@pytest.mark.parametrize("freq", ["D", "h", "MS"])
def test_labels_in_nanoseconds_after_dates_before_their_time(freq):
    axis = TimeAxis.of(pd.date_range("1600-01-01", periods=9, freq=freq, unit="s"))
    label = pd.DatetimeIndex(["1700-01-01"])
    [position] = axis.positions(label.as_unit("ns"))
    assert [position] == axis.positions(label.as_unit("s"))
    assert axis.labels([position])[0] == label[0]


def test_a_stray_date_before_the_time_of_nanoseconds():
    dates = pd.date_range("1659-01-01", periods=30, freq="h", unit="s").to_numpy().copy()
    dates[4] += np.timedelta64(3, "s")
    with pytest.raises(ValueError, match=r"common step of the others, .*: 1659-01-01 04:00:03"):
        TimeAxis.of(pd.DatetimeIndex(dates))


@pytest.mark.parametrize("freq", ["D", "h", "MS", "YS"])
@pytest.mark.parametrize("position", [10**7, 10**9, -(10**7)])
def test_labels_beyond_the_dates(freq, position):
    axis = TimeAxis.of(pd.date_range("2024-01-01", periods=5, freq=freq, unit="ns"))
    with pytest.raises(ValueError, match=r"dates that can be counted\. Make the dates periods"):
        axis.labels([position])


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
@pytest.mark.parametrize("freq", ["B", "MS", "ME", "QE", "SMS", "2B", "2MS", "WOM-2TUE", "D", "h"])
def test_labels_after_a_series_are_those_of_its_axis(freq, zone):
    dates = pd.date_range("2020-01-06 09:00", periods=200, freq=freq, tz=zone)._with_freq(None)
    series = dates[:190].delete([40, 90, 91])
    pd.testing.assert_index_equal(following_labels(series, 10), dates[190:])


@pytest.mark.parametrize("freq", ["B", "MS", "QE", "SMS"])
def test_labels_after_a_long_series_need_no_range_of_its_dates(freq, monkeypatch):
    dates = pd.date_range("1990-01-01", periods=400, freq=freq)._with_freq(None)
    made = []

    def date_range(*args, **kwargs):
        made.append(pd_date_range(*args, **kwargs))
        return made[-1]

    pd_date_range = pd.date_range
    monkeypatch.setattr(pd, "date_range", date_range)
    axis = TimeAxis.of(dates).continued_from(dates[-1:])
    n_inferred = len(made)
    axis.labels(np.arange(1, 6))
    assert [len(dates) for dates in made[n_inferred:]] == [6]
    assert all(len(range_) < 400 or freq == "SMS" for range_ in made)


def test_a_series_that_ends_off_its_axis_is_not_continued():
    months = pd.date_range("2020-01-01", periods=30, freq="MS")
    stray = months[:-1].append(months[-1:] + pd.Timedelta(days=3))
    with pytest.raises(ValueError, match="irregular"):
        following_labels(stray, 2)
    other_time = months[:-1].append(months[-1:] + pd.Timedelta(hours=3))
    with pytest.raises(ValueError, match="irregular"):
        following_labels(other_time, 2)
