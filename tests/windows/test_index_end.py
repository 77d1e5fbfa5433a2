"""What pickles of version 0.1.0 hold of an index."""

import pandas as pd
import pytest

from skrnn.windows._index_end import IndexEnd

# The state as version 0.1.0 wrote it, and the last three labels that it stands for.
STORED = {
    "days": (
        ["dates", ["date", "1981-01-09T00:00:00", None], "label", ["duration", "P1DT0H0M0S"]],
        pd.date_range("1981-01-07", periods=3),
    ),
    "hours in a time zone": (
        [
            "dates with a time zone",
            ["date", "2024-03-31T02:00:00", "Europe/Madrid"],
            "label",
            ["duration", "P0DT1H0M0S"],
        ],
        pd.date_range("2024-03-31T00:00", periods=3, freq="h", tz="UTC"),
    ),
    "months": (
        ["dates", ["date", "1950-03-01T00:00:00", None], "month", 1],
        pd.date_range("1950-01-01", periods=3, freq="MS"),
    ),
    "working days": (
        ["dates", ["date", "2024-04-15T00:00:00", None], "weekday", 1],
        pd.bdate_range("2024-04-11", periods=3),
    ),
    "periods": (
        ["periods of Q-DEC", ["period", 40, "Q-DEC"], "ordinal", 1],
        pd.period_range(end=pd.Period(ordinal=40, freq="Q-DEC"), periods=3),
    ),
    "durations": (
        ["durations", ["duration", "P0DT0H3M0S"], "label", ["duration", "P0DT0H1M30S"]],
        pd.timedelta_range("0s", periods=3, freq="90s"),
    ),
    "integers": (["integers", 21, "label", 7], pd.Index([7, 14, 21])),
}


def read(kind, label, unit, step, freq=None):
    end = object.__new__(IndexEnd)
    end.__setstate__({"kind": kind, "label": label, "unit": unit, "step": step, "freq": freq})
    return end


@pytest.mark.parametrize("name", STORED)
def test_gives_the_last_labels(name):
    state, labels = STORED[name]
    assert list(read(*state).last_labels(3)) == list(labels)


def test_a_declared_frequency_decides():
    label = ["date", "2024-04-15T00:00:00", None]
    end = read("dates", label, "label", None, ["offset", "W-MON"])
    assert list(end.last_labels(2)) == list(pd.to_datetime(["2024-04-08", "2024-04-15"]))


def test_one_label_without_a_step_is_all_there_is():
    end = read("dates", ["date", "2024-04-15T00:00:00", None], "label", None)
    assert list(end.last_labels(5)) == [pd.Timestamp("2024-04-15")]
