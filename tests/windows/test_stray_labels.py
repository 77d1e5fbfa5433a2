"""Messages about the few labels that break the common step of the others."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._panel import Panel
from skrnn.windows._stray_labels import Origin, message_on_strays
from skrnn.windows._time_axis import TimeAxis


def moved(freq, by, row=7, periods=30, **settings):
    dates = pd.date_range("2024-01-01", periods=periods, freq=freq, **settings).tolist()
    dates[row] += pd.Timedelta(by)
    return pd.DatetimeIndex(dates)


@pytest.mark.parametrize(
    ("labels", "parts"),
    [
        (moved("W-MON", "1D"), ["1 of 30", "Monday", "2024-02-20 00:00:00 (Tuesday)", "W-MON"]),
        (moved("W-MON", "1D", tz="Europe/Berlin"), ["2024-02-20 00:00:00+01:00 (Tuesday)"]),
        (moved("h", "3s"), ["2024-01-01 07:00:03 (Monday)", 'y.index = y.index.round("h")']),
        (moved("h", "3s", row=0), ["2024-01-01 00:00:03", 'round("h")']),
        (moved("15min", "-2s", tz="Europe/Berlin"), ['round("15min")', 'y.resample("15min")']),
        (moved("B", "1h"), ['round("D")', "2024-01-10 01:00:00 (Wednesday)"]),
        (moved("MS", "1D"), ["day 1 of a month", "2024-08-02 00:00:00 (Friday)"]),
        (moved("W-MON", "1D") - pd.Timestamp("2024-01-01"), ['"7D": 50 days 00:00:00.']),
    ],
)
def test_the_first_stray_and_what_to_write(labels, parts):
    with pytest.raises(ValueError, match="The index of y is irregular") as error:
        TimeAxis.of(labels)
    assert all(part in str(error.value) for part in parts), str(error.value)


@pytest.mark.parametrize("labels", [moved("D", "8h"), moved("W-MON", "1h")])
def test_no_rounding_of_a_label_far_from_the_step_or_to_weeks(labels):
    message = message_on_strays(labels, Origin())
    assert "round" not in message
    assert "Move this row to the right time, or drop it" in message


def test_no_rounding_to_a_label_that_exists():
    labels = moved("h", "-3597s")
    message = message_on_strays(labels, Origin())
    assert "2024-01-01 06:00:03" in message
    assert "round" not in message


@pytest.mark.parametrize(
    "labels",
    [
        pd.date_range("2024-01-01", periods=20, freq="h"),
        pd.DatetimeIndex(["2000-01-01", "2000-01-02", "2000-01-05", "2000-01-17"]),
        pd.to_timedelta(np.random.default_rng(0).integers(1, 10**6, 40).cumsum(), unit="s"),
        # A whole half has another weekday.
        moved("W-MON", "1D")[:10].append(pd.date_range("2024-05-07", periods=10, freq="W-TUE")),
    ],
)
def test_no_message_on_other_labels(labels):
    assert not message_on_strays(labels, Origin())


def test_the_series_is_named():
    times = [*moved("h", "0s"), *moved("h", "3s")]
    index = pd.MultiIndex.from_arrays([["a"] * 30 + ["b"] * 30, times])
    frame = pd.DataFrame({"y": 0.0}, index)
    with pytest.raises(ValueError, match=r"07:00:03 .* of the series 'b'") as error:
        TimeAxis.of_frame(frame)
    # The code in the message mends the panel.
    assert 'y = y.rename(index=lambda time: time.round("h"), level=-1)' in str(error.value)
    y = frame.rename(index=lambda time: time.round("h"), level=-1)
    assert TimeAxis.of_frame(y).step_name() == "h"


def test_labels_that_break_a_known_step():
    labels = moved("h", "3s", row=0)
    with pytest.raises(ValueError, match=r"1 of 30 .* 2024-01-01 00:00:03"):
        TimeAxis(labels[0], pd.offsets.Hour()).positions(labels)


@pytest.mark.parametrize("freq", ["D", "2D", "B", "W", "MS", "QS"])
@pytest.mark.parametrize("declared", [True, False])
def test_days_that_were_converted_from_utc(freq, declared):
    labels = pd.date_range("2024-01-01", periods=100, freq=freq, tz="UTC")
    y = pd.Series(0.0, labels.tz_convert("America/New_York"))
    if not declared:
        y.index = y.index._with_freq(None)
    with pytest.raises(ValueError, match=r" 19:00:00-05:00 and .* 20:00:00-04") as error:
        Panel.of(y.to_frame(), TimeAxis.of_frame(y), 0)
    code = str(error.value).rpartition("to UTC: ")[2][:-1]
    assert code == 'y.index = y.index.tz_convert("UTC")'
    y.index = y.index.tz_convert("UTC")
    np.testing.assert_array_equal(TimeAxis.of_frame(y).positions(y.index), np.arange(100))


def test_later_days_that_were_converted_from_utc():
    days = pd.date_range("2024-03-01", periods=60, tz="UTC").tz_convert("Europe/Berlin")
    index = pd.MultiIndex.from_product([["a"], days])
    axis = TimeAxis.of_frame(pd.DataFrame({"y": 0.0}, index[:9]))
    with pytest.raises(ValueError, match="same time of day in UTC") as error:
        axis.positions(days[40:], "X", Origin.of(index, "X"))
    assert str(error.value).endswith(
        'X.index = X.index.set_levels(X.index.levels[-1].tz_convert("UTC"), level=-1).'
    )
    assert Origin(column="ds").in_utc() == "frame['ds'] = frame['ds'].dt.tz_convert(\"UTC\")"
