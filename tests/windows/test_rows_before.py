"""Where rows belong, by their values."""

import numpy as np
import pytest

from skrnn.windows._rows_before import FittedSeries, FittedWindows, rows_of_windows
from skrnn.windows._views import view_windows


def column(values):
    return np.asarray(values, dtype=float).reshape(-1, 1)


RNG = np.random.default_rng(0)
LONG = 200_000


@pytest.mark.parametrize(
    ("fitted", "X", "expected"),
    [
        (range(10), range(3), 0),
        (range(10), range(4, 7), 4),
        (range(10), range(10), 0),
        (range(10), range(15), 0),
        (range(10), range(8, 15), 8),
        (range(10), range(10, 15), 10),
        (range(10), [5], None),
        (np.ones(10), np.ones(10), 0),
        (np.ones(10), np.ones(4), None),
        (np.ones(10), [1, 1, 2], 10),
        ([np.nan, 1, 2, 3, np.nan], [np.nan, np.nan], 5),
    ],
)
def test_the_place_of_rows(fitted, X, expected):
    assert FittedSeries(column(fitted)).find(column(X), count=3) == expected


def test_rows_before_a_place():
    fitted = FittedSeries(column([1, 2, 3]))
    for start, expected in {
        -5: [np.nan, np.nan],
        1: [np.nan, 1],
        3: [2, 3],
        4: [3, np.nan],
        9: [np.nan, np.nan],
    }.items():
        np.testing.assert_array_equal(fitted.rows_before(start, 2).ravel(), expected)


@pytest.mark.parametrize(
    ("fitted", "X", "expected"),
    [
        (np.zeros(LONG), np.zeros(LONG // 2), None),
        (np.arange(LONG) % 24, np.arange(LONG // 2) % 24, None),
        (RNG.random(LONG) < 0.05, RNG.random(LONG // 2) < 0.05, LONG),
        (np.zeros(LONG), np.r_[np.zeros(LONG // 2), 1], LONG),
    ],
)
def test_long_series_that_repeat_themselves_are_compared_in_no_time(fitted, X, expected):
    assert FittedSeries(column(fitted)).find(column(X), count=10) == expected


def test_ordinary_data_with_one_decimal_is_continued_without_doubt():
    X = column(np.round(RNG.normal(12, 4, size=3000), 1))
    fitted = FittedSeries(X[:2000])
    assert all(fitted.find(X[i : i + 10], 12) == i for i in range(0, 1990, 100))
    assert all(fitted.find(X[i : i + 10], 12) == 2000 for i in range(2000, 2900, 100))


NOISE = RNG.normal(size=400)
SERIES = {
    "noise": NOISE,
    "walk": 1013 + np.cumsum(NOISE),
    "smooth": np.sin(np.arange(400) * 0.013) + 0.3 * np.sin(np.arange(400) * 0.0071),
    "line": np.arange(400) * 0.37,
    "saturated": 1 / (1 + np.exp(-np.arange(400) / 20)),
}


@pytest.mark.parametrize("name", SERIES)
def test_rounded_rows_are_found_and_new_rows_are_not(name):
    X = column(SERIES[name])
    fitted = FittedSeries(X[:200])
    for start in (0, 20, 120):
        rows = X[start : start + 20]
        for rounded in (rows.round(6), rows + 1e-8, rows.astype("f").astype(float)):
            assert fitted.find(rounded, 5) == start
    for start in range(200, 380, 7):
        for n_rows in (1, 2, 8, 20):
            assert fitted.find(X[start : start + n_rows], 5) == 200


def test_new_rows_of_a_season_of_whole_numbers_continue_it():
    for seed in range(40):
        noise = np.random.default_rng(seed).normal(size=504)
        X = column(np.round(20 * np.sin(np.arange(504) * np.pi / 12) + noise))
        assert FittedSeries(X[:480]).find(X[480:], 3) == 480
    X[7] = -99_999  # which makes differences below 1 look like rounding
    assert FittedSeries(X[:480]).find(X[480:], 3) == 480


def test_rows_with_a_changed_value_continue_the_series():
    rows = column(NOISE)[40:60].copy()
    rows[4] += 0.01
    assert FittedSeries(column(NOISE)[:200]).find(rows, 5) == 200


def test_windows_are_found_like_rows():
    series = RNG.normal(size=(50, 2))
    windows = view_windows(series, 4)
    for given in (windows, windows.copy()):
        fitted = FittedWindows(*FittedWindows.to_store(given), 4)
        assert [fitted.find(windows[i : i + 3]) for i in (0, 7, 20)] == [0, 7, 20]
        assert fitted.find(windows + 1) == len(windows)
        np.testing.assert_array_equal(rows_of_windows(given), windows.reshape(47, 8))


def test_only_so_many_windows_are_added():
    windows = RNG.normal(size=(30, 2, 1))
    fitted = FittedWindows(*FittedWindows.to_store(windows[:1]), 2)
    assert len(fitted.extend(windows[1:], 50)[0]) == 25
    assert len(fitted.extend(windows[1:], 1)[0]) == 16
    assert FittedWindows(*FittedWindows.to_store(windows), 2).extend(windows, 50) is None


def test_windows_of_other_lengths_are_remembered_and_found():
    rng = np.random.default_rng(0)
    short, long = rng.normal(size=(20, 2, 1)), rng.normal(size=(20, 5, 1))
    remembered = FittedWindows(*FittedWindows.to_store(short), 2).extend(long, 1000)
    fitted = FittedWindows(*remembered, 2)
    assert fitted.windows.shape == (40, 5, 1)
    assert np.isnan(fitted.windows[:20, :3]).all()
    np.testing.assert_array_equal(fitted.windows[:20, 3:], short)
    assert fitted.find(short[4:8]) == 4
    assert fitted.find(long[4:8]) == 24
    assert fitted.find(rng.normal(size=(3, 9, 1))) == 40
