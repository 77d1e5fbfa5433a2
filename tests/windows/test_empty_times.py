"""Rows outside the usual times of the week, and clocks, as reasons for inserted rows."""

import re

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import to_panel
from skrnn.windows._empty_times import reason_for_inserted_rows, unknown_times_of_the_week

HOURS = pd.date_range("2023-01-02", "2023-12-31 23:30", freq="30min")
OPEN = HOURS[(HOURS.dayofweek < 6) & (HOURS.hour >= 8) & (HOURS.hour < 20)]
SUNDAY = pd.Timestamp("2023-05-07 02:30")
DAYS = pd.bdate_range("2023-01-02", periods=200)


def n_empty(labels, step):
    return (labels[-1] - labels[0]) // pd.Timedelta(step) + 1 - len(labels)


@pytest.mark.parametrize(
    ("labels", "step", "message"),
    [
        (
            OPEN.append(pd.DatetimeIndex([SUNDAY])),
            "30min",
            "^1 of 7489 times is .*: 2023-05-07 02:30",
        ),
        (
            OPEN.append(pd.DatetimeIndex([SUNDAY, SUNDAY + pd.Timedelta("30min")])),
            "30min",
            r"^2 of 7490 times are .*first is 2023-05-07 02:30:00 \(Sunday\).*them, rows at 99",
        ),
        (DAYS.append(pd.DatetimeIndex(["2023-05-07"])), "1D", r"^1 of 201 times is .*\(Sunday\)"),
    ],
)
def test_a_few_rows_outside_the_usual_times(labels, step, message):
    labels = labels.sort_values()
    assert re.search(message, reason_for_inserted_rows(labels, n_empty(labels, step), "t"))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/London", "America/Chicago"])
def test_hours_that_were_converted_to_utc(zone):
    utc = OPEN.tz_localize(zone).tz_convert("UTC")
    advice = reason_for_inserted_rows(utc, 622, "t", "")
    code = re.search(r"first: t = (.*), with your", advice)[1]
    # The hours of the week do not depend on which country's clock changes on these days.
    assert len(eval(code, {"t": utc}).indexer_at_time("08:00")) in (0, len(OPEN) // 24)
    naive = utc.tz_localize(None)
    assert 't = t.dt.tz_localize("UTC").dt.tz_convert("' in reason_for_inserted_rows(
        naive, 622, "t"
    )


@pytest.mark.parametrize(
    "labels",
    [
        HOURS,
        OPEN,
        DAYS,
        HOURS.delete(np.arange(100, 2000, 3)),
        pd.date_range("2000", periods=50, freq="MS"),
        pd.RangeIndex(0, 100, 5),
        HOURS[np.random.default_rng(0).permutation(len(HOURS))[:3000]].sort_values(),
    ],
    ids=range(7),
)
def test_other_gaps_have_no_such_reason(labels):
    assert reason_for_inserted_rows(labels, len(labels), "t") == ""


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (DAYS, r"^All Saturdays and Sundays are unknown.*y = y\[y.index.dayofweek < 5\]"),
        (
            HOURS[::48][HOURS[::48].dayofweek != 6],
            r"^All Sundays .*dayofweek.isin\(\[0, 1, 2, 3, 4, 5\]\)",
        ),
        (OPEN, "^All times outside 144 times of the week .*y = y.dropna"),
        (HOURS, "^$"),
        (pd.RangeIndex(9), "^$"),
    ],
    ids=range(5),
)
def test_unknown_times_of_the_week(labels, message):
    assert re.search(message, unknown_times_of_the_week(labels, len(labels) // 3))


def test_to_panel_warns():
    frame = pd.DataFrame({"unique_id": "a", "ds": OPEN.insert(0, SUNDAY), "y": 1.0})
    with pytest.warns(UserWarning, match="1 of 7489 times is outside"):
        y, _ = to_panel(frame)
    assert y["y"].isna().sum() == len(y) - len(frame)
