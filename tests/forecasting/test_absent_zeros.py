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
