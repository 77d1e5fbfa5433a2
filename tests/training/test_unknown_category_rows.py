"""Copies of rows whose categories are unknown."""

import numpy as np
import pytest

from skrnn.training._samples import Samples
from skrnn.training._unknown_category_rows import unknown_features, with_unknown_categories
from skrnn.windows._views import series_of_windows, view_windows

GROUPS = [np.array([1, 2]), np.array([3, 4, 5])]


def samples_of(windows, rows=None):
    n = len(windows)
    targets = np.stack([np.arange(n), np.ones(n)], axis=-1)[:, None]
    return Samples(windows, targets, np.arange(n) if rows is None else rows, False)


def steps(n, seed=0):
    rng = np.random.default_rng(seed)
    table = np.zeros((n, 6))
    table[:, 0] = np.arange(n)
    table[np.arange(n), rng.integers(1, 3, n)] = 1
    table[np.arange(n), rng.integers(3, 6, n)] = 1
    return table


def made(kind, n=60):
    if kind == "series":
        return view_windows(steps(n + 2), 3)
    return steps(3 * n).reshape(n, 3, 6)


@pytest.mark.parametrize("kind", ["series", "windows"])
@pytest.mark.parametrize("rows", [None, np.arange(5, 60, 2)])
def test_copies_differ_in_their_categories_alone(kind, rows):
    samples = samples_of(made(kind), rows)
    found = with_unknown_categories(samples, GROUPS, np.random.RandomState(0))
    n_rows = len(samples.rows)
    new = found.rows[n_rows:]
    assert len(new) == n_rows // 10
    np.testing.assert_array_equal(found.rows[:n_rows], samples.rows)
    np.testing.assert_array_equal(found.windows[: len(samples.windows)], samples.windows)
    old = found.targets[new, 0, 0].astype(int)  # the targets say which rows were copied
    assert set(old) <= set(samples.rows)
    copies, originals = found.windows[new], samples.windows[old]
    np.testing.assert_array_equal(copies[..., 0], originals[..., 0])
    unknown = []
    for group in GROUPS:
        copy, original = copies[..., group], originals[..., group]
        changed = (copy[..., -1] == 1) & (copy[..., :-1] == 0).all(axis=-1)
        np.testing.assert_array_equal(copy[~changed], original[~changed])
        unknown.append(changed.all(axis=1))
    assert np.any(unknown, axis=0).all()
    assert (series_of_windows(found.windows) is not None) == (kind == "series")
    others = np.setdiff1d(np.arange(len(samples.windows), len(found.windows)), new)
    assert not found.targets[others].any()  # windows across the border of two pieces


def test_a_copy_of_the_windows_of_a_series_gets_the_same_draws():
    series = steps(62)
    series[7] = np.nan
    view = view_windows(series, 3)
    found, other = (
        with_unknown_categories(samples_of(windows), GROUPS, np.random.RandomState(0))
        for windows in (view, view.copy())
    )
    np.testing.assert_array_equal(found.windows, other.windows)
    np.testing.assert_array_equal(found.targets, other.targets)
    np.testing.assert_array_equal(found.rows, other.rows)


def test_steps_without_values_stay_so():
    windows = made("windows")
    windows[:, 0] = np.nan
    found = with_unknown_categories(samples_of(windows), GROUPS, np.random.RandomState(0))
    assert np.isnan(found.windows[60:, 0]).all()
    assert not np.isnan(found.windows[60:, 1:]).any()


def test_few_rows():
    samples = samples_of(made("windows", 4))
    random_state = np.random.RandomState(0)
    assert len(with_unknown_categories(samples, GROUPS, random_state).rows) == 5
    assert with_unknown_categories(samples, GROUPS, random_state, at_least=0) is samples
    none = samples_of(made("windows", 4), np.empty(0, int))
    assert with_unknown_categories(none, GROUPS, random_state) is none


def test_each_copy_has_an_unknown_feature():
    unknown = unknown_features(np.random.RandomState(0), 3, 1000)
    assert unknown.any(axis=0).all()
    # A feature stays known if it is not the chosen one of three, and then in half of the copies.
    np.testing.assert_allclose(unknown.mean(axis=1), 1 - 0.5 * 2 / 3, atol=0.05)
    same = unknown_features(np.random.RandomState(0), 3, 1000)
    np.testing.assert_array_equal(unknown, same)
