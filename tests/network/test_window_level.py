"""The level of a window, compared with a loop over its values."""

import numpy as np
import pytest

from skrnn.network._architecture import Architecture
from skrnn.network._window_level import WindowLevel

NAN = np.nan
VALUES = [
    [1.0, 2.0, -4.0],
    [NAN, 2.0, NAN],
    [-3.0, NAN, NAN],
    [NAN, NAN, NAN],
]
LAST, FIRST = [-4.0, 2.0, -3.0, NAN], [1.0, 2.0, -3.0, NAN]
SIZE, FIRST_SIZE = [7 / 3, 2.0, 3.0, NAN], [1.0, 2.0, 3.0, NAN]
OFFSETS = [0.0, 1e3, 1e5, 1e8, 1e10, 1e12]


def windows_of(values):
    """The values as feature 1, next to an unrelated feature."""
    values = np.asarray(values)
    return np.stack([np.full_like(values, 7.0), values], axis=-1)


@pytest.mark.parametrize(
    ("causal", "factor", "expected"),
    [(False, False, LAST), (True, False, FIRST), (False, True, SIZE), (True, True, FIRST_SIZE)],
)
def test_levels_of_windows_with_gaps(causal, factor, expected):
    rule, windows = WindowLevel(1, causal, factor), windows_of(VALUES)
    found = rule.find(windows, unknown=NAN)
    np.testing.assert_allclose(found, expected)
    np.testing.assert_allclose(rule.find(windows, unknown=9.0), np.nan_to_num(expected, nan=9.0))
    rows = np.array([3, 0, 2])
    np.testing.assert_array_equal(rule.of_rows(windows, rows), found[rows])
    assert rule.of_rows(windows, rows[:0]).shape == (0,)
    for row in range(4):  # alone as among others
        np.testing.assert_array_equal(rule.find(windows[row : row + 1], NAN)[0], found[row])


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("causal", [False, True])
def test_a_level_is_subtracted_with_all_digits(offset, causal):
    rule = WindowLevel(1, causal, factor=False)
    values = offset + 0.5 * np.arange(6.0).reshape(2, 3)
    windows = windows_of(values)
    levels = rule.find(windows, NAN)
    found = rule.subtract(windows, levels)
    expected = [0.0, 0.5, 1.0] if causal else [-1.0, -0.5, 0.0]
    assert found[:, :, 1].tolist() == [expected, expected]
    assert (found[:, :, 0] == 7).all()
    assert rule.shift(levels) is levels
    assert (windows[:, :, 1] == values).all()  # which stay as they are


@pytest.mark.parametrize("offset", OFFSETS)
def test_a_factor_divides(offset):
    rule = WindowLevel(1, causal=False, factor=True)
    windows = windows_of([[offset, offset + 3.0]])
    levels = rule.find(windows, NAN)
    factor = 1 + offset + 1.5
    np.testing.assert_allclose(rule.subtract(windows, levels)[0, :, 1] * factor, windows[0, :, 1])
    np.testing.assert_allclose(rule.shift(levels), np.log(factor))


def test_many_rows_are_read_in_blocks():
    windows = np.lib.stride_tricks.sliding_window_view(np.arange(6e3), 200)[..., None]
    rule = WindowLevel(0, causal=False, factor=True)
    found = rule.of_rows(windows, np.arange(len(windows)))
    np.testing.assert_allclose(found, np.arange(len(windows)) + 99.5)


def test_of_an_architecture():
    settings = {"n_timesteps": 2, "n_features": 3, "n_outputs": 1}
    assert WindowLevel.of(Architecture("gru", (2,), **settings)) is None
    level = Architecture("gru", (2,), **settings, level_feature=2)
    assert WindowLevel.of(level) == WindowLevel(2, causal=False, factor=False)
    other = Architecture(
        "gru", (2,), **settings, level_feature=0, return_sequences=True, link="log"
    )
    assert WindowLevel.of(other) == WindowLevel(0, causal=True, factor=True)
