"""Counts of which the zeros have no row."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import to_panel

DAYS = pd.date_range("2024-01-01", periods=200)
RNG = np.random.RandomState(0)
COUNTS = RNG.poisson(1.0, 400)


def table(values, times=DAYS):
    ids = np.repeat(["a", "b"], len(times))
    return pd.DataFrame({"unique_id": ids, "ds": [*times, *times], "y": values})


def without_zeros(values=COUNTS, times=DAYS):
    frame = table(values, times)
    return frame[frame["y"] > 0]


@pytest.mark.parametrize(
    ("times", "freq"),
    [
        (DAYS, None),
        (DAYS, "D"),
        (DAYS.to_period("D"), None),
        (pd.RangeIndex(200), None),
    ],
    ids=str,
)
def test_zeros_without_a_row_are_reported(times, freq):
    with pytest.warns(UserWarning, match=r"rows are absent .* 'ds'.* value of 0") as caught:
        y, _ = to_panel(without_zeros(times=times), freq=freq)
    assert len(caught) == 1
    assert str(caught[0].message).startswith(f"{y['y'].isna().sum()} of {len(y)} rows")


@pytest.mark.parametrize("mean", [0.3, 1.0])
def test_there_is_one_warning_however_many_are_absent(mean):
    with pytest.warns(UserWarning, match="value of 0") as caught:
        to_panel(without_zeros(np.random.RandomState(1).poisson(mean, 400)))
    assert len(caught) == 1


KEPT = RNG.uniform(size=400) < 0.7


@pytest.mark.parametrize(
    "frame",
    [
        table(COUNTS),  # zeros have rows
        table(COUNTS)[KEPT],  # some zeros have rows, so the absent ones are unknown
        table(RNG.poisson(40.0, 400) + 1)[KEPT],  # zeros would be rare
        table(RNG.uniform(1, 9, 400))[KEPT],
        without_zeros(np.minimum(COUNTS, 1)),  # only ones say nothing about counts
        without_zeros(RNG.poisson(3.0, 400)),  # few zeros
        without_zeros()[:12],
        without_zeros(np.where(np.arange(400) % 200 < 120, COUNTS + 1, 0))[:170],
        table(COUNTS + 1)[(np.arange(400) % 200 < 80) | (np.arange(400) % 200 > 160)],  # one gap
    ],
    ids=["kept", "unknown", "large", "amounts", "ones", "few", "short", "ended", "one gap"],
)
def test_other_absent_rows_are_not(frame, recwarn):
    to_panel(frame)
    assert not [w for w in recwarn if "absent" in str(w.message)]


HOURS = pd.date_range("2024-01-01", periods=24 * 7 * 10, freq="h")
LONG = pd.date_range("2024-01-01", periods=280)


def shops(times, is_open, is_other=None):
    """Return small counts of one shop or two, without rows where it is closed."""
    parts = [times[is_open], *([] if is_other is None else [times[is_other]])]
    frames = [pd.DataFrame({"unique_id": str(k), "ds": part}) for k, part in enumerate(parts)]
    frame = pd.concat(frames, ignore_index=True)
    return frame.assign(y=np.random.RandomState(2).poisson(1.0, len(frame)) + 1)


DAY, HOUR, NIGHT = LONG.dayofweek, HOURS.dayofweek, (HOURS.hour < 8) | (HOURS.hour > 16)


@pytest.mark.parametrize(
    ("times", "is_open", "is_other", "freq"),
    [
        (LONG, DAY < 5, None, "D"),
        (LONG.to_period("D"), DAY < 5, None, None),
        (LONG, DAY < 5, DAY < 7, None),
        (LONG, DAY > 1, ~DAY.isin([0, 3]), None),
        (pd.RangeIndex(280), DAY < 5, DAY < 7, None),
        (LONG, ~DAY.isin([2, 5, 6]), DAY < 5, None),  # business days
        (HOURS, ~NIGHT, None, "h"),
        (HOURS, ~NIGHT, ~NIGHT & (HOUR < 3), None),
        (HOURS, (HOUR != 6) & ~(NIGHT & (HOUR > 3)), None, "h"),
    ],
    ids=[
        "days",
        "periods",
        "two",
        "own days",
        "numbers",
        "business",
        "nights",
        "sessions",
        "hours",
    ],
)
def test_closed_days_are_not_zeros(times, is_open, is_other, freq, recwarn):
    frame = shops(times, is_open, is_other)
    to_panel(frame, freq=freq)
    assert not [w for w in recwarn if "value of 0" in str(w.message)]
    # A row on a closed day does not change that, but zeros without rows on open days do.
    once = shops(times, is_open | (np.arange(len(times)) == 20), is_other)
    to_panel(once, freq=freq)
    assert not [w for w in recwarn if "value of 0" in str(w.message)]
    sold = frame[np.random.RandomState(3).uniform(size=len(frame)) < 0.75]
    with pytest.warns(UserWarning, match="value of 0") as caught:
        to_panel(sold, freq=freq)
    message = next(str(w.message) for w in caught if "value of 0" in str(w.message))
    assert int(message.split()[0]) == pytest.approx(len(frame) - len(sold), abs=20)
