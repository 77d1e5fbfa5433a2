"""Values that are far from all others of their series."""

import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn.windows._isolated_values import ISOLATED, isolated_rows

COUNTS = np.arange(40) % 7 + 5.0  # from 5 to 11
RETURNS = 0.01 * np.sin(np.arange(40) ** 2)  # from -0.01 to 0.01


def with_values(values, **at):
    values = values.copy()
    for row, value in at.items():
        values[int(row[1:])] = value
    return values


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        (with_values(COUNTS, r3=900), [3]),
        (with_values(COUNTS, r3=42), [3]),  # 31 beyond 11, and the range is 6
        (with_values(COUNTS, r3=-30), [3]),
        (with_values(COUNTS, r3=900, r30=901), [3, 30]),
        (with_values(COUNTS, r3=900, r30=-900, r31=-905), []),
        (with_values(COUNTS, r3=900, r9=np.nan, r10=np.inf), [3]),
        (with_values(RETURNS, r20=-1.39), [20]),
        (with_values(COUNTS, r3=40), []),
        (with_values(COUNTS, r3=900, r8=905, r30=910), []),
        (with_values(np.zeros(40), r3=900), []),  # the others do not differ
        (with_values(np.zeros(40), r3=900, r5=1, r8=2), []),  # too few of them are not 0
        (with_values(np.full(120, 100) + np.resize(COUNTS, 120), r118=400, r119=400), []),
        (np.repeat([2.0, 2.1, 4.0], [100, 5, 2]), []),  # a new level
        (np.repeat([2.0, 2.1, 4.0], [100, 5, 1]), [105]),
        (with_values(np.where(np.arange(60) % 7, 0.3, 0.1 * 3), r30=0.35), []),  # rounding
        (with_values(np.resize([0, 0, 1, 0, 2], 100), r50=25), []),  # a large order
        (with_values(np.resize([0, 0, 1, 0, 2], 100), r50=-99), [50]),
        (with_values(np.arange(20.0), r10=9999), [10]),
        (COUNTS[:9] * 100.0 ** np.arange(9), []),
        (np.full(40, np.nan), []),
        (np.zeros(0), []),
    ],
    ids=range(21),
)
def test_one_or_two_values(values, rows):
    assert isolated_rows(values).tolist() == rows


def test_each_series_on_its_own():
    parts = [
        COUNTS,
        with_values(1000 * COUNTS, r2=900_000),
        with_values(COUNTS, r1=-99),
        COUNTS[:5],
    ]
    series = np.repeat(np.arange(4), [len(part) for part in parts])
    assert isolated_rows(np.concatenate(parts), series).tolist() == [42, 81]


def test_the_regressor_names_the_row():
    model = RNNRegressor(epochs=1, units=2, engine="numpy")
    X, y = np.linspace(-1, 1, 40)[:, None], with_values(RETURNS, r20=-1.39)
    with pytest.warns(UserWarning, match=rf"^y is -1.39 in row 20 \(counted from 0\), {ISOLATED}"):
        model.fit(X, y)
