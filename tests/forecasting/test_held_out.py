"""Rows that are held out to judge views."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._held_out import (
    HeldOut,
    deviations_from_mean,
    in_units_of,
    naive_errors,
    scales_of,
)


def series(n):
    return pd.DataFrame({"y": np.arange(float(n))}, pd.RangeIndex(n, name="t"))


@pytest.mark.parametrize(("n", "steps"), [(30, 6), (60, 6), (400, 12), (20, 1)])
def test_one_series(n, steps):
    held_out = HeldOut.of(series(n), steps)
    m = held_out.n_origins
    assert m > 1
    train = held_out.training_part()
    assert len(train) == n - steps - held_out.later[0]
    assert len(train) >= max(steps, 4)
    rows = [held_out.rows_until(origin) for origin in range(1, m)]
    np.testing.assert_array_equal([len(part) for part in rows], -np.diff(held_out.later))
    # A forecast of the last value is off by the steps ahead in a series that grows by 1.
    last = n - 1 - steps - held_out.later
    errors = held_out.errors(np.repeat(last[None, :, None], steps, axis=2))
    np.testing.assert_array_equal(errors[0], np.tile(np.arange(1, steps + 1), (m, 1)))


@pytest.mark.parametrize(
    ("n", "steps", "later"),
    [
        (30, 6, [4, 3, 2, 1, 0]),  # a quarter of the 16 rows that are not needed otherwise
        (600, 2, list(range(118, -1, -2))),  # windows do not overlap
        (600, 7, list(range(133, -1, -7))),
        (90, 6, [19, 18, 17, 16, 15, 13, 12, 11, 10, 9, 8, 7, 6, 4, 3, 2, 1, 0]),
        (20, 1, [3, 2, 1, 0]),
    ],
)
def test_origins_are_as_far_apart_as_the_series_allows(n, steps, later):
    held_out = HeldOut.of(series(n), steps)
    assert held_out.later.tolist() == later


@pytest.mark.parametrize(
    ("n_steps", "n_origins"), [(1, 60), (2, 60), (5, 60), (6, 18), (12, 30), (24, 54)]
)
def test_short_horizons_have_as_many_errors_as_long_ones(n_steps, n_origins):
    """Intervals of one step were taken from 8 errors."""
    assert HeldOut.of(series(3_000), n_steps).n_origins == n_origins


@pytest.mark.parametrize(("n_series", "n_origins"), [(2, 30), (4, 15), (20, 3), (60, 1)])
def test_each_series_of_a_panel_needs_fewer_origins(n_series, n_origins):
    panel = pd.concat(dict.fromkeys(range(n_series), series(400)), names=["series"])
    assert HeldOut.of(panel, 1).n_origins == n_origins


def test_a_panel_of_unequal_lengths():
    parts = {f"s{i}": series(n) for i, n in enumerate([50, 7, 30, 200])}
    panel = pd.concat(parts, names=["series"])
    held_out = HeldOut.of(panel, 6)
    np.testing.assert_array_equal(held_out.enough, [True, False, True, True])
    train = held_out.training_part()
    lengths = train.groupby("series").size()
    assert lengths["s1"] == 7
    held = 6 + held_out.later[0]
    assert lengths["s0"] == 50 - held
    errors = held_out.errors(np.zeros((4, held_out.n_origins, 6)))
    assert np.isnan(errors[1]).all()
    np.testing.assert_array_equal(errors[3, -1], np.arange(194, 200))


def test_many_series_give_one_error_each():
    panel = pd.concat({i: series(40) for i in range(100)}, names=["series"])
    assert HeldOut.of(panel, 6).n_origins == 1


def test_too_short():
    held_out = HeldOut.of(series(9), 6)
    assert held_out.n_origins == 0
    errors = naive_errors(held_out)
    np.testing.assert_array_equal(errors[8], np.arange(1, 7))
    assert np.isnan(errors[0]).all()


def test_deviations_from_the_mean_of_each_series():
    y = pd.concat(
        {"a": pd.DataFrame({"y": [0.0, np.nan, 4.0]}), "b": pd.DataFrame({"y": [7.0]})},
        names=["series", "t"],
    )
    expected = [[-2.0, np.nan], [np.nan, 2.0], [2.0, np.nan], [0.0, np.nan]]
    np.testing.assert_array_equal(deviations_from_mean(HeldOut.of(y, 2)), expected)


def test_scales_are_those_of_mase():
    values = np.array([1.0, 2, 4, 8, 5, 5, 5, 10, 30])
    numbers = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2])
    np.testing.assert_allclose(scales_of(values, numbers, 1), [7 / 3, 0, 20])
    np.testing.assert_allclose(scales_of(values, numbers, 2), [9 / 2, 0, 20])


def test_scales_of_a_judgement_come_from_the_rows_before():
    y = series(40)
    y.iloc[::2] += 4
    panel = pd.concat({"a": y, "b": 10 * y, "short": y[:5]}, names=["series"])
    held_out = HeldOut.of(panel, 6)
    expected = held_out.scales(1)
    known = held_out.training_part()["y"]
    by_hand = [np.abs(np.diff(known.loc[name])).mean() for name in ("a", "b", "short")]
    np.testing.assert_allclose(expected, by_hand)
    wild = panel.copy()
    wild.iloc[34:40] = 1e6
    np.testing.assert_array_equal(HeldOut.of(wild, 6).scales(1), expected)
    # Without a change before the first origin there is no other unit than that of all rows.
    late = series(40) * 0
    late.iloc[-1] = 39.0
    np.testing.assert_allclose(HeldOut.of(late, 6).scales(1), [1])


def with_gaps(n, *gaps):
    y = series(n)
    for start, end in gaps:
        y.iloc[start:end] = np.nan
    return y


@pytest.mark.parametrize(
    "gaps",
    [[(78, 92)], [(0, 60)], [(95, 100)], [(0, 20), (90, 97)], [(60, 70), (93, 94)]],
    ids=str,
)
def test_origins_are_known_rows(gaps):
    y = with_gaps(100, *gaps)
    held_out = HeldOut.of(y, 2)
    known = np.flatnonzero(y["y"].notna())
    seen, origins = held_out.training_part(), []
    for origin in range(held_out.n_origins):
        seen = seen if not origin else pd.concat([seen, held_out.rows_until(origin)])
        origins.append(seen.index[-1])
    np.testing.assert_array_equal(origins, known[-3 - held_out.later])
    errors = held_out.errors(np.zeros(held_out.shape))[0]
    padded = np.append(y["y"], [np.nan, np.nan])
    np.testing.assert_array_equal(errors, [padded[o + 1 : o + 3] for o in origins])


def test_unknown_rows_at_both_ends_do_not_count():
    whole = HeldOut.of(series(15), 2)
    padded = HeldOut.of(series(100).where(lambda y: (y >= 70) & (y < 85)), 2)
    assert padded.n_origins == whole.n_origins
    train = padded.training_part().dropna()
    assert len(train) == len(whole.training_part())


def test_no_change_is_known():
    values, numbers = np.array([1.0, 3, 9, 5, np.nan, np.nan]), np.array([0, 0, 1, 2, 2, 3])
    np.testing.assert_array_equal(scales_of(values, numbers, 1), [2, np.nan, np.nan, np.nan])


def test_errors_in_units_of_scales():
    errors = np.ones((4, 2, 3))
    found = in_units_of(errors, np.array([2.0, 0.0, np.nan, 4.0]))
    np.testing.assert_array_equal(found[:, 0, 0], [0.5, np.nan, np.nan, 0.25])
    np.testing.assert_array_equal(in_units_of(np.ones(2), np.array([2.0, 0.0])), [0.5, np.nan])
