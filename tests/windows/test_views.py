"""From a series to windows, and what came before its first row."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from skrnn import make_lag_windows
from skrnn.windows._views import (
    are_consecutive,
    lag_windows,
    lag_windows_and_series,
    series_of_windows,
    view_windows,
)

TEMPERATURES = [20.7, 17.9, 18.8, 14.6, 15.8]


def numbered(n_samples, n_features=1, dtype=np.float64):
    """A series in which every value is another one."""
    return np.arange(n_samples * n_features, dtype=dtype).reshape(n_samples, n_features)


# --- make_lag_windows


def create_dataset(series, lag, horizon):
    """The windows and targets of a series, as a loop gives them."""
    windows, targets = [], []
    for start in range(len(series) - lag - horizon + 1):
        windows.append(series[start : start + lag])
        targets.append(series[start + lag - 1 + horizon])
    return np.array(windows), np.array(targets)


@settings(deadline=None)
@given(
    n_features=st.integers(1, 3),
    lag=st.integers(1, 5),
    horizon=st.integers(0, 4),
    n_windows=st.integers(1, 9),
)
def test_complete_windows_are_those_of_a_loop(n_features, lag, horizon, n_windows):
    series = numbered(n_windows + lag + horizon - 1, n_features)
    windows, targets = make_lag_windows(series, lag, horizon=horizon)
    expected = create_dataset(series, lag, horizon)
    assert windows.shape == (n_windows, lag, n_features)
    assert targets.shape == (n_windows, n_features)
    np.testing.assert_array_equal(windows, expected[0])
    np.testing.assert_array_equal(targets, expected[1])


@pytest.mark.parametrize(
    "series",
    [
        TEMPERATURES,
        tuple(TEMPERATURES),
        np.array(TEMPERATURES),
        pd.Series(TEMPERATURES),
        pd.Series(TEMPERATURES, index=pd.date_range("1981-01-01", periods=5)),
        pd.Series(TEMPERATURES, dtype="Float64"),
    ],
)
def test_a_series_of_one_dimension_has_targets_of_one(series):
    windows, targets = make_lag_windows(series, 3)
    assert windows.shape == (2, 3, 1)
    np.testing.assert_array_equal(windows[..., 0], [[20.7, 17.9, 18.8], [17.9, 18.8, 14.6]])
    np.testing.assert_array_equal(targets, [14.6, 15.8])


def test_a_frame_has_targets_of_all_its_columns():
    frame = pd.DataFrame({"temp": TEMPERATURES, "wind": range(5)})
    windows, targets = make_lag_windows(frame, 4)
    assert windows.shape == (1, 4, 2)
    np.testing.assert_array_equal(targets, [[15.8, 4.0]])


def test_no_horizon_makes_the_last_row_the_target():
    windows, targets = make_lag_windows(TEMPERATURES, 2, horizon=0)
    assert len(windows) == 4
    np.testing.assert_array_equal(windows[:, -1, 0], targets)


def test_values_that_are_not_known_stay():
    windows, targets = make_lag_windows([1.0, np.nan, 3.0, np.nan], 2)
    np.testing.assert_array_equal(windows[..., 0], [[1.0, np.nan], [np.nan, 3.0]])
    np.testing.assert_array_equal(targets, [3.0, np.nan])


@pytest.mark.parametrize(
    ("given", "kept"), [(np.float32, np.float32), (np.float64, np.float64), (int, np.float64)]
)
def test_the_precision_of_the_series_is_kept(given, kept):
    windows, targets = make_lag_windows(np.arange(5, dtype=given), 2)
    assert windows.dtype == targets.dtype == kept


def test_windows_are_one_copy_that_nobody_else_writes_to():
    series = np.array(TEMPERATURES)
    windows, targets = make_lag_windows(series, 3)
    assert np.shares_memory(windows[0], windows[1])
    assert not windows.flags.writeable
    series[:] = 0.0
    targets[:] = 0.0
    np.testing.assert_array_equal(windows[1, :, 0], [17.9, 18.8, 14.6])


@pytest.mark.parametrize(
    ("series", "settings", "error", "words"),
    [
        (TEMPERATURES, {"lag": 5}, ValueError, "series has 5 rows; .*lag=5 .*horizon=1 need 6"),
        (TEMPERATURES, {"lag": 3, "horizon": 3}, ValueError, "lag=3 .*horizon=3 need 6"),
        (TEMPERATURES, {"lag": 6, "horizon": 0}, ValueError, "horizon=0 need 6"),
        ([], {"lag": 1}, ValueError, "0 sample"),
        (TEMPERATURES, {"lag": 0}, ValueError, r"'lag' .* must be an int in the range \[1, inf\)"),
        (TEMPERATURES, {"lag": -1}, ValueError, "'lag' parameter of make_lag_windows"),
        (TEMPERATURES, {"lag": 2.0}, ValueError, "Got 2.0 instead"),
        (TEMPERATURES, {"lag": True}, ValueError, "Got True instead"),
        (TEMPERATURES, {"lag": "3"}, ValueError, "Got '3' instead"),
        (TEMPERATURES, {"lag": 2, "horizon": -1}, ValueError, r"'horizon' .* \[0, inf\)"),
        (TEMPERATURES, {"lag": 2, "horizon": 1.0}, ValueError, "'horizon' .* Got 1.0"),
        (3.0, {"lag": 1}, ValueError, "'series' parameter .* must be an array-like"),
        (None, {"lag": 1}, ValueError, "'series' parameter .* must be an array-like"),
        (np.ones((4, 1, 1)), {"lag": 1}, ValueError, "Found array with dim 3"),
        ([1.0, np.inf, 2.0], {"lag": 1}, ValueError, "Input series contains infinity"),
        (["cold", "warm"], {"lag": 1}, ValueError, "could not convert string to float"),
        (np.array([1.0, 2.0j]), {"lag": 1}, ValueError, "Complex data not supported"),
        (sparse.csr_array(np.eye(3)), {"lag": 1}, TypeError, "must be an array-like. Got <Compr"),
        (
            np.arange("2024-01-01", "2024-01-05", dtype="M8[D]"),
            {"lag": 1},
            ValueError,
            "series must contain numbers, got a column of datetime64",
        ),
        (
            pd.Series(TEMPERATURES, index=[0, 1, 3, 2, 4]),
            {"lag": 1},
            ValueError,
            "index of series is not",
        ),
        (pd.Series(TEMPERATURES, index=[0, 1, 1, 2, 3]), {"lag": 1}, ValueError, "repeats the"),
    ],
)
def test_bad_input(series, settings, error, words):
    with pytest.raises(error, match=words):
        make_lag_windows(series, **settings)


# --- lag_windows


def slow_windows(X, lag, horizon, known, history):
    """The definition, value by value."""
    n_samples, n_features = X.shape
    windows = np.empty((n_samples, lag, n_features))
    for t in range(n_samples):
        for k in range(lag):
            for column in range(n_features):
                row = t - lag + 1 + k if known[column] else t - horizon - lag + 1 + k
                windows[t, k, column] = X[row, column] if row >= 0 else history[row, column]
    return windows


@settings(deadline=None, max_examples=300)
@given(
    n_samples=st.integers(1, 9),
    lag=st.integers(1, 5),
    horizon=st.integers(0, 6),
    known=st.lists(st.booleans(), min_size=1, max_size=3),
)
def test_windows_are_those_of_the_definition(n_samples, lag, horizon, known):
    X = numbered(n_samples, len(known))
    history = -1.0 - numbered(lag + horizon - 1, len(known))
    windows = lag_windows(X, lag, horizon, known=np.array(known), history=history)
    np.testing.assert_array_equal(windows, slow_windows(X, lag, horizon, known, history))
    # Without a history.
    unknown = np.full_like(history, np.nan)
    np.testing.assert_array_equal(
        lag_windows(X, lag, horizon, known=np.array(known)),
        slow_windows(X, lag, horizon, known, unknown),
    )


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("known", [None, np.array([False, True])])
def test_windows_are_a_view_over_one_copy(known, dtype, order):
    X = np.array(numbered(50, 2, dtype), order=order)
    windows = lag_windows(X, 5, 2, known=known)
    assert windows.dtype == dtype
    assert not windows.flags.writeable
    assert not np.shares_memory(windows, X)
    for k in range(5):
        assert np.shares_memory(windows[10, k], windows[10 + k, 0])
    # In time order, the table of all steps is a view too.
    assert np.shares_memory(windows.reshape(50, -1), windows)


def test_a_thousand_lags_take_the_memory_of_one_series():
    X = numbered(200_000)
    tracemalloc.start()
    try:
        windows = lag_windows(X, 1000, 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert windows.shape == (200_000, 1000, 1)
    assert peak < 1.1 * X.nbytes


# --- views and series


@settings(deadline=None)
@given(
    n_windows=st.integers(1, 5),
    lag=st.integers(1, 5),
    n_features=st.integers(1, 3),
    order=st.sampled_from("CF"),
)
def test_windows_give_their_series_back(n_windows, lag, n_features, order):
    series = np.array(numbered(n_windows + lag - 1, n_features), order=order)
    windows = view_windows(series, lag)
    assert windows.shape == (n_windows, lag, n_features)
    for i in range(n_windows):
        np.testing.assert_array_equal(windows[i], series[i : i + lag])
    found = series_of_windows(windows)
    assert found.shape == series.shape
    assert not found.flags.writeable
    assert np.shares_memory(found, series)
    np.testing.assert_array_equal(found, series)
    np.testing.assert_array_equal(view_windows(found, lag), windows)


@pytest.mark.parametrize(
    "cut",
    [
        lambda windows: windows[3:7],
        lambda windows: windows[:, 1:3],
        lambda windows: windows[..., 1:],
        lambda windows: windows[::-1, ::-1],
        lambda windows: windows[::2, ::2],
        lambda windows: windows[4:5],
        lambda windows: windows[:, :1],
        lambda windows: windows[:1, :1],
    ],
)
def test_parts_of_windows_are_windows(cut):
    windows = cut(view_windows(numbered(12, 2), 4))
    series = series_of_windows(windows)
    assert np.shares_memory(series, windows)
    np.testing.assert_array_equal(view_windows(series, windows.shape[1]), windows)


@pytest.mark.parametrize(
    "windows",
    [
        view_windows(numbered(12, 2), 4).copy(),
        view_windows(numbered(12, 2), 4)[::2],
        view_windows(numbered(12, 2), 4)[:, ::2],
        view_windows(numbered(12, 2), 4)[[0, 2, 1]],
        view_windows(numbered(12, 2), 4).astype(np.float32),
        view_windows(numbered(12, 2), 4)[:0],
        numbered(24, 1).reshape(4, 3, 2),
        numbered(12, 2),
        [[[1.0], [2.0]], [[2.0], [3.0]]],
    ],
)
def test_other_windows_have_no_series(windows):
    assert series_of_windows(windows) is None


def test_a_constant_that_is_repeated_is_a_series():
    windows = np.broadcast_to(np.float64(3.0), (4, 3, 2))
    np.testing.assert_array_equal(series_of_windows(windows), np.full((6, 2), 3.0))


@pytest.mark.parametrize("known", [None, [True, False], [True, True]])
@pytest.mark.parametrize("horizon", [0, 1, 3])
def test_windows_come_with_a_copy_of_their_series(horizon, known):
    X = numbered(7, 2)
    known = None if known is None else np.array(known)
    windows, series = lag_windows_and_series(X, 3, horizon, known=known)
    np.testing.assert_array_equal(windows, lag_windows(X, 3, horizon, known=known))
    np.testing.assert_array_equal(series, X)
    assert not np.shares_memory(series, X)
    # Only features that are shifted in the windows need a separate copy.
    assert np.shares_memory(series, windows) is not bool(horizon and known is not None)


@pytest.mark.parametrize("n_features", [1, 2])
def test_windows_of_a_series_are_consecutive_as_a_view_or_a_copy(n_features):
    series = np.random.RandomState(0).normal(size=(130, n_features))
    series[3, 0] = np.nan
    windows = view_windows(series, 4)
    assert are_consecutive(windows)
    assert are_consecutive(windows.copy())
    assert are_consecutive(series[:, None])
    assert not are_consecutive(np.delete(windows, 120, axis=0))
    assert not are_consecutive(windows[::-1])
