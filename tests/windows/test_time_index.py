"""The order of labels, their kinds, and where one series stands among the rows of another."""

import pickle
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._time_index import RememberedIndex, is_usual_gap, labels_in_order, ordered_index


def frame(index):
    return pd.DataFrame({"temp": np.arange(len(index), dtype=float)}, index=index)


DAYS = pd.date_range("1981-01-01", periods=4)


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("1981-01-01", periods=4),
        pd.date_range("1981-01-01", periods=4, tz="Australia/Melbourne"),
        pd.period_range("1981-01", periods=4, freq="M"),
        pd.timedelta_range("0s", periods=4, freq="10s"),
        pd.RangeIndex(4),
        pd.Index([3, 5, 8, 13]),
        pd.Index([3, 5, 8, 13], dtype=np.uint8),
        pd.Index([3, 5, 8, 13], dtype="Int64"),
    ],
    ids=lambda index: f"{type(index).__name__}-{index.dtype}",
)
def test_ordered_labels_are_an_index(index):
    assert ordered_index(frame(index)).equals(index)
    assert ordered_index(frame(index)["temp"]).equals(index)


@pytest.mark.parametrize(
    "X",
    [
        [[1.0], [2.0]],
        np.array([[1.0], [2.0]]),
        frame(list("ba")),
        frame([0.5, 0.25]),
        frame([True, False]),
        frame([1981.5, 1981.25]),
        frame(["s10", "s9"]),
        frame(["May", "April"]),
        frame(pd.Index(["b", "a"], dtype="string")),
        frame(pd.IntervalIndex.from_breaks([0, 1, 2])),
        frame(pd.CategoricalIndex(["b", "a"])),
        "text",
        None,
    ],
    ids=lambda X: type(getattr(X, "index", X)).__name__,
)
def test_other_labels_are_not(X):
    assert ordered_index(X) is None


@pytest.mark.parametrize("dtype", [float, "float32", "Float64", "double[pyarrow]"])
def test_numbers_in_order_are_labels(dtype):
    index = pd.Index([0.5, 0.75, 3.0], dtype=dtype)
    assert ordered_index(frame(index)) is None
    assert labels_in_order(frame(index)).equals(index)
    for other in (index[::-1], index[[0, 0, 1]], pd.Index([0.5, np.nan]), list("ab")):
        assert labels_in_order(frame(other)) is None
    assert labels_in_order([[1.0]]) is None
    assert labels_in_order(frame(DAYS)).equals(DAYS)
    with pytest.raises(ValueError, match="series is not in time order"):
        labels_in_order(frame(DAYS[::-1]), input_name="series")


@pytest.mark.parametrize(
    ("missing", "counts", "expected"),
    [
        (1, [0, 1, 0], True),
        (2, [0, 1, 0], False),
        (2, [1, 1, 0, 1], True),
        (3, [1, 1, 0, 1], False),
        (1, [0, 0], False),
        (2, [4], True),
        (1, [4], False),
    ],
)
def test_gaps_that_are_usual(missing, counts, expected):
    assert is_usual_gap(missing, np.array(counts)) == expected


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ([0, 2, 1], "not in time order: 1 at row 2 is earlier than 2 before it"),
        ([2, 1, 1], "not in time order: 1 at row 1"),
        ([0, 1, 1], "repeats the label 1"),
        (
            pd.to_datetime(["1981-01-01", "1981-01-03", "1981-01-02"]),
            "not in time order: 1981-01-02 00:00:00 at row 2 is earlier than 1981-01-03",
        ),
        (pd.to_datetime(["1981-01-01", "1981-01-01"]), "repeats the label 1981-01-01"),
        (pd.to_datetime(["1981-01-01", None, "1981-01-03"]), "no label at row 1"),
        (pd.PeriodIndex(["1981-02", "1981-01"], freq="M"), "1981-01 at row 1 is earlier"),
        (pd.to_timedelta(["2s", "1s"]), "not in time order"),
        (pd.Index([1, None, 3], dtype="Int64"), "no label at row 1"),
    ],
)
def test_labels_out_of_order_are_an_error(index, words):
    with pytest.raises(ValueError, match=words):
        ordered_index(frame(index))


def test_the_error_says_what_to_do():
    with pytest.raises(ValueError, match=r"sort_index.*reset_index\(drop=True\)"):
        ordered_index(frame([1, 0]))


# --- dates in other clothes


def arrow(dtype):
    """Four labels of Arrow, in order."""
    pytest.importorskip("pyarrow")
    if dtype.startswith("date"):
        return pd.Index(pd.array(list(DAYS.date), dtype=dtype))
    if dtype.startswith("duration"):
        return pd.Index(DAYS - DAYS[0]).astype(dtype)
    return pd.Index(DAYS.tz_localize("UTC") if "tz" in dtype else DAYS).astype(dtype)


ARROW = {
    "timestamp[ns][pyarrow]": pd.DatetimeIndex,
    "timestamp[s][pyarrow]": pd.DatetimeIndex,
    "timestamp[us, tz=UTC][pyarrow]": pd.DatetimeIndex,
    "date32[day][pyarrow]": pd.DatetimeIndex,
    "date64[ms][pyarrow]": pd.DatetimeIndex,
    "duration[ns][pyarrow]": pd.TimedeltaIndex,
}


@pytest.mark.parametrize("dtype", ARROW)
def test_dates_of_arrow_are_dates(dtype):
    index = ordered_index(frame(arrow(dtype)))
    assert type(index) is ARROW[dtype]
    expected = DAYS - DAYS[0] if dtype.startswith("duration") else DAYS
    assert (index == (expected.tz_localize("UTC") if "tz" in dtype else expected)).all()
    with pytest.raises(ValueError, match="not in time order"):
        ordered_index(frame(arrow(dtype)[::-1]))
    with pytest.raises(ValueError, match="repeats the label"):
        ordered_index(frame(arrow(dtype)[[0, 1, 1]]))


def test_objects_that_pandas_knows_as_dates_are_dates():
    for index in (DAYS, DAYS.to_period("D"), DAYS - DAYS[0], pd.Index([3, 5, 8])):
        assert ordered_index(frame(index.astype(object))).equals(index)
    times = pd.Index([datetime(1981, 1, 2), datetime(1981, 1, 1)], dtype=object)
    with pytest.raises(ValueError, match="not in time order"):
        ordered_index(frame(times))
    assert ordered_index(frame(pd.CategoricalIndex(DAYS))).equals(DAYS)


@pytest.mark.parametrize(
    "labels",
    [
        ["1981-01-01", "1981-01-02"],
        ["1981-01-02", "1981-01-01"],
        ["01/02/1981", "01/03/1981"],
        ["1981-01-01 09:00", "1981-01-01 10:00"],
        ["Jan 1981", "Feb 1981"],
        ["1981", "1982"],
        ["1981Q1", "1981Q2"],
        ["1981-W01", "1981-W02"],
        ["1981-12", "1981-13", "1981-14", "1981-15"],
        ["198101", "198113", "198125", "198137", "198102"],
        ["1981-01-01T00:00:00+01:00", "1981-07-01T00:00:00+02:00"],
        [date(1981, 1, 1), date(1981, 1, 2)],
        pd.Index(["1981-01-01", "1981-01-02"], dtype="string"),
        pd.CategoricalIndex(["1981-01-01", "1981-01-02"]),
        [pd.Timestamp("1981-01-01"), pd.Timestamp("1981-01-02", tz="UTC")],
        [pd.Period("1981-01", "M"), pd.Period("1982", "Y")],
    ],
    ids=str,
)
def test_dates_as_text_or_objects_are_an_error(labels):
    with pytest.raises(ValueError, match=r"index of X contains dates as .*pd\.(to_dat|Per)"):
        ordered_index(frame(labels))


def test_a_panel_is_an_error_that_names_the_forecaster():
    panel = pd.MultiIndex.from_product([["a", "b"], DAYS])
    with pytest.raises(ValueError, match=r"index of y has 2 levels.*RNNForecaster"):
        ordered_index(frame(panel), input_name="y")


# --- where a series stands

HOURS = pd.to_timedelta(np.arange(9, 16), unit="h")
HALF_HOURS = pd.to_timedelta(np.arange(19, 32) * 30, unit="min")
HOLIDAYS = ["2024-03-29", "2024-04-01", "2024-05-01", "2024-05-09", "2024-05-20"]
WORKING_DAYS = pd.bdate_range("2024-03-01", periods=60)


def sessions(days, times=HOURS):
    return pd.DatetimeIndex([day + time for day in days for time in times])


def calendar(weekmask, **settings):
    freq = pd.offsets.CustomBusinessDay(weekmask=weekmask, **settings)
    return pd.date_range("2024-01-01", periods=50, freq=freq)


WITHOUT_HOLES = {
    "seconds": pd.date_range("1981-01-01", periods=40, freq="s"),
    "10 minutes": pd.date_range("1981-01-01", periods=40, freq="10min"),
    "5 hours": pd.date_range("1981-01-01", periods=60, freq="5h"),
    "hours, clocks put on": pd.date_range("2024-03-30", periods=60, freq="h", tz="Europe/Madrid"),
    "hours, clocks put back": pd.date_range(
        "2024-10-26", periods=60, freq="h", tz="Europe/Madrid"
    ),
    "7 hours, clocks put on": pd.date_range(
        "2024-03-25", periods=60, freq="7h", tz="Europe/Madrid"
    ),
    "days": pd.date_range("1981-01-01", periods=40),
    "days, clocks put on": pd.date_range("2024-03-20", periods=40, tz="Europe/Madrid"),
    "days, clocks put back": pd.date_range("2024-10-20", periods=40, tz="Europe/Madrid"),
    "30 days": pd.date_range("1981-01-01", periods=40, freq="30D"),
    "working days": WORKING_DAYS,
    "Sunday to Thursday": calendar("Sun Mon Tue Wed Thu"),
    "three days a week": calendar("Mon Wed Fri"),
    "weeks": pd.date_range("1981-01-05", periods=40, freq="W-MON"),
    "starts of months": pd.date_range("1950-01-01", periods=40, freq="MS"),
    "ends of months": pd.date_range("1950-01-31", periods=40, freq=pd.offsets.MonthEnd()),
    "middles of months": pd.date_range("1950-01-01", periods=40, freq="MS") + pd.Timedelta("14D"),
    "last working days": pd.date_range("1950-01-31", periods=40, freq=pd.offsets.BMonthEnd()),
    "third Fridays": pd.date_range("1950-01-01", periods=40, freq="WOM-3FRI"),
    "quarters": pd.date_range("1950-01-01", periods=40, freq="QS"),
    "years": pd.date_range("1950-01-01", periods=40, freq="YS"),
    "sessions": sessions(pd.date_range("2024-01-01", periods=10)),
    "sessions on working days": sessions(pd.bdate_range("2024-01-03", periods=12)),
    "sessions, half hours": sessions(pd.bdate_range("2024-01-03", periods=8), HALF_HOURS),
    "sessions, clocks put on": sessions(pd.bdate_range("2024-03-20", periods=12)).tz_localize(
        "Europe/Madrid"
    ),
    "sessions, short Fridays": pd.DatetimeIndex(
        [
            day + time
            for day in pd.bdate_range("2024-01-03", periods=18)
            for time in (HOURS if day.dayofweek < 4 else HOURS[:4])
        ]
    ),
    "two weeks of sessions over one weekend": sessions(pd.bdate_range("2024-01-04", periods=4)),
    "hours without weekends": pd.DatetimeIndex(
        [t for t in pd.date_range("2024-01-01", periods=360, freq="h") if t.dayofweek < 5]
    ),
    "twice a day": sessions(pd.date_range("2024-01-01", periods=12), HOURS[[0, 6]]),
    "uneven times": sessions(
        pd.date_range("2024-01-01", periods=12), pd.to_timedelta([4, 8, 14.25, 20], unit="h")
    ),
    "months": pd.period_range("1950-01", periods=40, freq="M"),
    "pairs of months": pd.period_range("1950-01", periods=40, freq="2M"),
    "working days as periods": pd.bdate_range("2024-03-01", periods=40).to_period("D"),
    "sessions as periods": sessions(pd.date_range("2024-01-01", periods=10)).to_period("h"),
    "durations": pd.timedelta_range("1h", periods=40, freq="90s"),
    "integers by 5": pd.RangeIndex(-7, 193, 5),
    "small unsigned integers": pd.Index(np.arange(0, 160, 4, dtype=np.uint8)),
    "jittered hours": pd.date_range("1981-01-01", periods=40, freq="h")
    + pd.to_timedelta(np.random.default_rng(0).integers(0, 400, 40), unit="s"),
}
WITH_HOLES = {
    "undeclared holidays": WORKING_DAYS.drop(HOLIDAYS),
    "sessions and holidays": sessions(WORKING_DAYS.drop(HOLIDAYS)),
    "two days missing": pd.date_range("1984-06-01", "1989-06-30").drop(
        ["1984-12-31", "1988-12-31"]
    ),
    "two integers missing": pd.Index(np.delete(np.arange(0, 200, 5), [7, 30])),
    "irregular dates": pd.DatetimeIndex(
        np.datetime64("1981-01-01")
        + np.random.default_rng(0).exponential(1e4, 60).cumsum().astype("m8[s]")
    ),
    "irregular integers": pd.Index(np.random.default_rng(0).integers(1, 99, 60).cumsum()),
}
DECLARED = {
    "working days": WORKING_DAYS,
    "holidays": calendar("Mon Tue Wed Thu Fri", holidays=["2024-01-15", "2024-02-01"]),
    "all days but two": calendar("1111111", holidays=["2024-01-15", "2024-02-01"]),
    "business hours": pd.date_range("2024-01-01", periods=50, freq=pd.offsets.BusinessHour()),
    "ends of months": WITHOUT_HOLES["ends of months"],
    "days, clocks put on": WITHOUT_HOLES["days, clocks put on"],
}


def undeclared(index):
    return pd.DatetimeIndex(index, freq=None) if isinstance(index, pd.DatetimeIndex) else index


def starts(index, gap=0, rows=None):
    """Where the rows after a gap stand, for every cut; the true place is cut + gap."""
    cuts = range(1, len(index) - gap) if rows is None else rows
    return {
        cut: RememberedIndex.of(index[:cut]).start_of(index[cut + gap :]) - cut for cut in cuts
    }


@pytest.mark.parametrize("name", [*WITHOUT_HOLES, *WITH_HOLES])
def test_the_cut_is_invisible(name):
    index = undeclared({**WITHOUT_HOLES, **WITH_HOLES}[name])
    cuts = range(1, len(index)) if len(index) < 400 else [1, 2, 99, *range(205, 225), 1674, 1675]
    assert set(starts(index, rows=cuts).values()) == {0}


@pytest.mark.parametrize("name", DECLARED)
def test_a_declared_frequency_decides(name):
    index = DECLARED[name]
    assert index.freq is not None
    for gap in (0, 1, 3, 7):
        assert set(starts(index, gap, rows=range(2, 30)).values()) == {gap}


@pytest.mark.parametrize("gap", [1, 2, 5, 13])
@pytest.mark.parametrize("name", WITHOUT_HOLES)
def test_a_gap_left_on_purpose_is_missing(name, gap):
    index = undeclared(WITHOUT_HOLES[name])
    rows = range(15, len(index) - 15 - gap)
    found = starts(index, gap, rows)
    if name == "uneven times" and gap > 7:
        return  # a gap over the only weekend is taken for a weekend
    assert set(found.values()) <= {gap}


@pytest.mark.parametrize("gap", [1, 2, 3])
def test_a_single_row_after_a_gap(gap):
    for name in ("days", "working days", "sessions", "starts of months", "integers by 5"):
        index = undeclared(WITHOUT_HOLES[name])
        remembered = RememberedIndex.of(index[:30])
        assert remembered.start_of(index[30 + gap : 31 + gap]) == 30 + gap, name


def test_a_gap_that_others_are_as_long_as_is_closed_over():
    days = pd.date_range("2024-01-01", periods=90).delete([40, 60, 61])
    assert starts(days, 0, [40]) == {40: 0}
    assert starts(days, 1, [20]) == {20: 0}
    # A longer one is not, and neither is the only one.
    assert starts(days, 0, [59]) == {59: 2}
    assert starts(days, 4, [20]) == {20: 4}
    assert starts(days[:50], 0, [40]) == {40: 1}
    # Days off do not hide an hour that is missing in the middle of a session.
    hours = WITH_HOLES["sessions and holidays"]
    assert starts(hours, 1, [17]) == {17: 1}


def test_two_holidays_that_fall_together_are_no_surprise():
    days = undeclared(WORKING_DAYS).drop(HOLIDAYS)
    good_friday = days.get_loc("2024-04-02")
    assert starts(days, 0, [good_friday]) == {good_friday: 0}
    one_other = days[: days.get_loc("2024-05-08")]
    assert starts(one_other, 0, [good_friday]) == {good_friday: 2}


def test_a_gap_in_sessions_counts_their_hours():
    days = pd.bdate_range("2024-01-01", periods=10)
    fitted, later = sessions(days[:7]), sessions(days[8:])  # without a Wednesday
    assert RememberedIndex.of(fitted).start_of(later) == len(fitted) + 7


def test_few_days_are_no_working_days():
    days = pd.to_datetime(["2024-04-22", "2024-04-23", "2024-04-24", "2024-04-26"])
    assert RememberedIndex.of(days).start_of(pd.to_datetime(["2024-04-29"])) == 4 + 2


def test_one_row_says_no_step():
    first = pd.DatetimeIndex(["1981-01-01"])
    assert RememberedIndex.of(first).start_of(pd.DatetimeIndex(["1981-01-31"])) == 1
    assert RememberedIndex.of(first).start_of(pd.date_range("1981-01-04", periods=3)) == 3


def test_a_declared_frequency_of_seconds_costs_no_grid():
    remembered = RememberedIndex.of(pd.date_range("1981-01-01", periods=1, freq="s"))
    assert remembered.start_of(pd.date_range("2081-01-01", periods=1, freq="s")) == 3155760000


@pytest.mark.parametrize("name", [*WITHOUT_HOLES, *WITH_HOLES])
def test_rows_that_overlap_are_found_by_their_labels(name):
    index = {**WITHOUT_HOLES, **WITH_HOLES}[name]
    remembered = RememberedIndex.of(index[10:20])
    assert len(remembered) == 10
    assert [remembered.start_of(index[start:]) for start in range(10, 20)] == list(range(10))
    assert remembered.start_of(index[15:17]) == 5
    assert remembered.start_of(index[3:23]) == -7
    assert remembered.start_of(index[:5]) < 0


def test_a_label_between_two_rows_stands_before_the_later_one():
    remembered = RememberedIndex.of(pd.date_range("1981-01-01", periods=5))
    assert remembered.start_of(pd.date_range("1981-01-02 06:00", periods=5)) == 2


def test_a_label_between_two_steps_goes_to_the_nearest():
    hours = pd.date_range("1981-01-01", periods=5, freq="60min")
    remembered = RememberedIndex.of(hours)
    for minutes, n_missing in [(1, 0), (59, 0), (61, 0), (89, 0), (91, 1), (125, 1)]:
        later = pd.DatetimeIndex([hours[-1] + pd.Timedelta(minutes=minutes)])
        assert remembered.start_of(later) == 5 + n_missing


def test_no_label_is_no_index():
    assert RememberedIndex.of(None) is None
    assert RememberedIndex.of(DAYS[:0]) is None
    assert RememberedIndex.of(DAYS).start_of(None) is None
    assert RememberedIndex.of(DAYS).start_of(DAYS[:0]) is None


# --- two kinds of labels


def test_units_widths_and_time_zones_may_differ():
    days = pd.date_range("1981-01-01", periods=9)
    for one, other in (("s", "ns"), ("ns", "s"), ("ms", "us")):
        remembered = RememberedIndex.of(days[:5].as_unit(one))
        assert remembered.start_of(days[7:].as_unit(other)) == 7
        assert remembered.start_of(days[4:].as_unit(other)) == 4
    remembered = RememberedIndex.of(pd.Index([1, 2, 3], dtype=np.uint8))
    assert remembered.start_of(pd.Index([6, 7], dtype=np.int64)) == 5
    abroad = days.tz_localize("UTC")
    remembered = RememberedIndex.of(abroad[:5])
    assert remembered.start_of(abroad[7:].tz_convert("Australia/Melbourne")) == 7


def test_dates_before_the_time_of_nanoseconds():
    years = pd.date_range("1500-01-01", periods=300, freq="YS", unit="s")
    for index in (years, pd.DatetimeIndex(years, freq=None)):
        assert starts(index, 0, [40, 250]) == {40: 0, 250: 0}
        assert starts(index, 3, [40, 250]) == {40: 3, 250: 3}
        assert RememberedIndex.of(index[:240]).start_of(index[250:].as_unit("ns")) == 250


KINDS = {
    "dates": pd.date_range("1981-01-01", periods=3),
    "dates with a time zone": pd.date_range("1981-01-01", periods=3, tz="UTC"),
    "periods of D": pd.period_range("1981-01-01", periods=3, freq="D"),
    "periods of M": pd.period_range("1981-01", periods=3, freq="M"),
    "durations": pd.timedelta_range("0s", periods=3, freq="s"),
    "integers": pd.RangeIndex(5, 8),
}


@pytest.mark.parametrize("other", KINDS)
@pytest.mark.parametrize("one", KINDS)
def test_labels_of_two_kinds_are_an_error_that_names_both(one, other):
    remembered = RememberedIndex.of(KINDS[one])
    if one == other:
        assert remembered.start_of(KINDS[other]) == 0
        return
    with pytest.raises(ValueError, match=f"index of X contains {other}, .* fit contains {one}"):
        remembered.start_of(KINDS[other])


def test_rows_that_are_only_numbered_have_no_index_where_others_have_dates():
    assert RememberedIndex.of(DAYS).start_of(pd.RangeIndex(4)) is None
    assert RememberedIndex.of(pd.RangeIndex(4)).start_of(DAYS) is None
    assert RememberedIndex.of(pd.RangeIndex(4)).start_of(pd.RangeIndex(3)) == 0


# --- pickles


@pytest.mark.parametrize("name", [*WITHOUT_HOLES, *WITH_HOLES])
def test_a_pickle_says_the_same(name):
    index = {**WITHOUT_HOLES, **WITH_HOLES}[name]
    remembered = RememberedIndex.of(index[:20])
    state = remembered.__getstate__()
    plain = str | int | bool | list | np.ndarray | None | pd.offsets.BaseOffset
    assert all(isinstance(value, plain) for value in state.values())
    again = pickle.loads(pickle.dumps(remembered))
    np.testing.assert_array_equal(again.labels, remembered.labels)
    for later in (index[20:], index[23:], index[11:]):
        assert again.start_of(later) == remembered.start_of(later)


def test_a_regular_index_is_small_in_a_pickle():
    remembered = RememberedIndex.of(pd.date_range("1981-01-01", periods=100_000, freq="60min"))
    assert len(pickle.dumps(remembered)) < 1000


@pytest.mark.parametrize(
    "index",
    [
        pd.date_range("2024-01-01", periods=60),
        pd.DatetimeIndex(np.array(pd.bdate_range("2024-01-01", periods=60))),
        pd.period_range("2020-01", periods=60, freq="M"),
        pd.RangeIndex(60),
        pd.timedelta_range("0s", periods=60, freq="10s"),
    ],
    ids=lambda index: type(index).__name__,
)
def test_rows_missing_inside_later_rows(index):
    remembered = RememberedIndex.of(index[:40])
    for rows in (index[:40], index[10:20], index[35:45], index[41:], index[-1:], None):
        assert not remembered.missing_inside(rows).any()
    for first in (10, 33, 45):  # inside the fitted rows, across their end, and after it
        few = index[first : first + 12].delete([3, 8, 9])
        assert remembered.missing_inside(few).tolist() == [0, 0, 1, 0, 0, 0, 2, 0]


def test_gaps_like_those_of_the_fitted_series_are_not_reported_again():
    days = pd.date_range("2024-01-01", periods=60)
    fitted, later = days[:40].delete([10, 11]), days[5:].delete([5, 6, 47, 48])
    remembered = RememberedIndex.of(fitted)
    assert not remembered.missing_inside(later).any()
    assert remembered.missing_inside(later[:-7].append(later[-2:])).sum() == 7  # 21 to 27 February
    assert not remembered.missing_inside(pd.RangeIndex(3, 9, 2)).any()
