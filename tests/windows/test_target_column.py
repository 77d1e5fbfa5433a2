"""Whether the target is a column of the series."""

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._target_column import holds_target

RNG = np.random.default_rng(0)
SERIES = RNG.uniform(1, 9, size=(60, 3))
COLUMN = SERIES[:, 1]


@pytest.mark.parametrize(
    "y",
    [
        COLUMN,
        COLUMN.astype(np.float32),
        3 - 2 * COLUMN,
        np.log(COLUMN),
        np.where(np.arange(60) % 3 == 0, np.nan, COLUMN),
        np.column_stack([RNG.uniform(size=60), COLUMN]),
        np.stack([np.roll(COLUMN, 1), COLUMN], axis=1)[..., None],
        pd.Series(COLUMN).astype("Float64"),
    ],
)
def test_a_column_in_any_units(y):
    assert holds_target(SERIES, y) is True


def test_another_column():
    assert holds_target(SERIES, RNG.uniform(size=60)) is False
    assert holds_target(SERIES, np.roll(COLUMN, 1)) is False
    assert holds_target(np.ones((60, 1)), COLUMN) is False


@pytest.mark.parametrize(
    "y",
    [None, 3.0, COLUMN[:-1], ["a"] * 60, np.ones(60), np.full(60, np.nan), np.empty((60, 0))],
)
def test_it_cannot_be_told(y):
    assert holds_target(SERIES, y) is None
    assert holds_target(SERIES[:5], COLUMN[:5]) is None


def test_long_series_are_compared_in_some_rows():
    long = RNG.uniform(size=(100_000, 2))
    assert holds_target(long, long[:, 1]) is True
    assert holds_target(long, RNG.uniform(size=100_000)) is False
