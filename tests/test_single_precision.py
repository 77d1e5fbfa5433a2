"""Values whose digits float32 does not hold."""

import numpy as np
import pytest

from skrnn._single_precision import describe_lost_digits, float32_distance, lose_digits

T = np.arange(200)
OFFSETS = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12]


@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_meter_that_rises_by_half_a_unit(offset, sign):
    """float32 numbers are half a unit apart at 2**22 to 2**23, and further apart beyond."""
    assert lose_digits(sign * (offset + 0.5 * T)) == (offset > 2**23)


@pytest.mark.parametrize("offset", OFFSETS)
def test_each_column_for_itself_and_gaps(offset):
    walk = np.random.default_rng(0).normal(size=200).cumsum()
    values = np.column_stack([walk, walk + offset, offset * walk, np.full(200, offset)])
    values[::3] = np.nan
    assert lose_digits(values).tolist() == [False, offset > 2**23, False, False]


def test_columns_that_do_not_change_or_are_unknown_lose_nothing():
    columns = [np.full(9, 1e12), np.full(9, np.nan), [*[np.nan] * 8, 1e12], np.zeros(9)]
    assert not lose_digits(np.column_stack(columns)).any()
    noise = 1e12 * (1 + np.finfo(float).eps * (np.arange(9) % 3))
    assert not lose_digits(noise)  # the rounding of a constant
    assert lose_digits(np.zeros((0, 2))).tolist() == [False, False]
    assert not lose_digits([1e12])


def test_the_scale_does_not_matter_where_the_changes_are_as_large():
    growth = 1.02**T * 1e6
    assert not lose_digits(growth)
    assert not lose_digits(1e30 * growth)
    assert not lose_digits(1e-30 * growth)
    # A few small changes, among large ones.
    assert not lose_digits(np.where(T % 5, 1e8 * T, 1e8 * (T - 1) + 0.5))


def test_digits_that_are_lost_before_are_not_seen():
    assert not lose_digits(np.float32(1e8 + 0.5 * T))


def test_numbers_that_float32_does_not_hold():
    found = float32_distance([1.0, 2.0**24, 1e300, np.inf])
    assert found.tolist() == [2.0**-23, 2, np.inf, np.inf]
    assert lose_digits(1e300 + 1e290 * T)


def test_the_description_names_sizes():
    words = describe_lost_digits([1e8, np.nan, 1e8 + 0.5, 1e8 + 1])
    assert "values near 1e+08" in words
    assert "8 apart" in words
    assert "changes by 0.5" in words
    assert "float32" in words
