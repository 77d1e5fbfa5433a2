"""Kinds of labels, and the numbers that stand for them."""

import pandas as pd
import pytest

from skrnn.windows._labels import (
    convert_dates,
    kind_of,
    length_of,
    offset_of,
    step_length,
    ticks_of,
    unit_of,
    wall_of,
)

DAYS = pd.date_range("2024-03-30", periods=3, tz="Europe/Madrid")


@pytest.mark.parametrize(
    ("index", "kind"),
    [
        (DAYS, "dates with a time zone"),
        (DAYS.tz_localize(None), "dates"),
        (pd.period_range("2024", periods=2, freq="M"), "periods of M"),
        (DAYS - DAYS[0], "durations"),
        (pd.RangeIndex(3), "integers"),
        (pd.Index([1, 2], dtype="Int64"), "integers"),
        (pd.Index([0.5, 1.5]), None),
        (pd.Index(["a"]), None),
        (pd.Index([True]), None),
    ],
)
def test_kind(index, kind):
    assert kind_of(index) == kind
    assert convert_dates(index, "X").equals(index)


def test_ticks_are_in_universal_time_and_walls_in_local_time():
    day = pd.Timedelta(days=1)
    ticks = ticks_of(DAYS)
    steps = [pd.Timedelta(t, unit=unit_of(DAYS)) for t in ticks[1:] - ticks[:-1]]
    assert steps == [day, day * 23 / 24]
    walls = wall_of(DAYS)
    assert [pd.Timedelta(t, unit="us") for t in walls[1:] - walls[:-1]] == [day, day]
    assert ticks_of(DAYS.as_unit("ns")).tolist() == [1000 * t for t in ticks_of(DAYS, "us")]
    assert ticks_of(DAYS.as_unit("s")).tolist() == ticks_of(DAYS, "us").tolist()
    assert ticks_of(pd.Index([3, 5], dtype="uint8")).tolist() == [3, 5]
    for index in (DAYS - DAYS[0], pd.RangeIndex(3), pd.period_range("2024", periods=3, freq="M")):
        assert wall_of(index) is None


@pytest.mark.parametrize("freq", ["D", "h", "2h", "min", "s"])
def test_periods_of_a_day_and_less_have_a_local_time(freq):
    periods = pd.period_range("2024-03-30", periods=3, freq=freq)
    assert wall_of(periods).tolist() == wall_of(periods.to_timestamp()).tolist()


def test_length_of_other_periods():
    assert length_of(pd.period_range("2024", periods=1, freq="M").freq) is None
    assert length_of(pd.period_range("2024", periods=1, freq="ns").freq) is None


@pytest.mark.parametrize(
    ("freq", "expected"),
    [("D", "24h"), ("3D", "72h"), ("24h", "24h"), ("h", "1h"), ("30min", "30min"), ("ns", "1ns")],
)
def test_length_of_steps_and_their_frequency(freq, expected):
    """Days have a length with pandas 3, too, where they are no fixed durations."""
    offset = pd.tseries.frequencies.to_offset(freq)
    length = step_length(offset)
    assert length == pd.Timedelta(expected)
    assert isinstance(offset_of(length), pd.offsets.Day) == (length >= pd.Timedelta("24h"))
    start = pd.Timestamp("2024-03-01")
    assert start + offset_of(length) == start + offset


@pytest.mark.parametrize("freq", ["MS", "B", "W"])
def test_steps_without_a_length(freq):
    assert step_length(pd.tseries.frequencies.to_offset(freq)) is None


@pytest.mark.parametrize(
    ("labels", "line"),
    [
        (["13/01/2024"], 'y.index = pd.to_datetime(y.index, format="%d/%m/%Y")'),
        (["11.2002"], 'y.index = pd.to_datetime(y.index, format="%m.%Y")'),
        (["2024-01-13"], "y.index = pd.to_datetime(y.index)"),
    ],
)
def test_the_line_that_converts_labels(labels, line):
    with pytest.raises(ValueError, match=r"^The index of y contains") as caught:
        convert_dates(pd.Index(labels), "y")
    assert str(caught.value).endswith(f": {line}.")
    of_panel = line.replace("y.index)", "y.index.levels[-1])").replace(
        "y.index,", "y.index.levels[-1],"
    )
    with pytest.raises(ValueError, match=r"^The last level of the index of y contains") as caught:
        convert_dates(pd.Index(labels), "y", is_level=True)
    assert str(caught.value).endswith(
        f"{of_panel.replace('= ', '= y.index.set_levels(')}, level=-1)."
    )
