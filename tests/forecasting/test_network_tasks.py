"""What each network forecasts, and from which windows."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._network_tasks import (
    NetworkTask,
    input_columns,
    known_targets,
    plan_tasks,
    spread_out,
    targets_at,
    targets_of,
    trainable_rows,
    windows_of,
)
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis


@pytest.mark.parametrize(
    ("strategy", "together", "tasks"),
    [
        ("recursive", True, [((0, 1), (1,))]),
        ("recursive", False, [((0,), (1,)), ((1,), (1,))]),
        ("multioutput", True, [((0, 1), (2, 5))]),
        ("multioutput", False, [((0,), (2, 5)), ((1,), (2, 5))]),
        ("direct", True, [((0, 1), (2,)), ((0, 1), (5,))]),
    ],
)
def test_plan(strategy, together, tasks):
    assert plan_tasks(strategy, [2, 5], 2, together=together) == [
        NetworkTask(*task) for task in tasks
    ]


@pytest.mark.parametrize(
    ("steps", "lag", "horizon", "shifts"),
    [
        ((1,), 3, [1], (1,)),
        ((1, 2, 3), 3, [1, 2, 3], (3,)),
        ((7,), 3, range(1, 8), (7, 4, 1)),
        ((7,), 3, [7], (7,)),
        ((7,), 3, [1, 2, 6, 7, 12], (7, 2)),
        ((2,), 3, [5], (0,)),
    ],
)
def test_known_features_are_read_up_to_each_step_of_the_horizon(steps, lag, horizon, shifts):
    task = NetworkTask((0,), steps)
    assert task.shifts(lag, horizon) == shifts
    read = {shift - lag + 1 + k for shift in shifts for k in range(lag)}
    assert {step for step in horizon if step <= max(steps)} <= read
    assert set(shifts) <= {0, *horizon}


@pytest.fixture
def panel():
    """Two series: target t, past feature 100 + t, known feature 1000 + t."""
    index = pd.MultiIndex.from_product([["a", "b"], range(8)])
    t = np.tile(np.arange(8.0), 2) + np.repeat([0, 50], 8)
    frame = pd.DataFrame({"y": t, "past": 100 + t, "known": 1000 + t}, index=index)
    return Panel.of(frame, TimeAxis(0), gap=3)


def test_windows(panel):
    known = np.array([False, True])
    columns = input_columns(panel, panel.values, 1, known, shifts=(2,))
    windows = windows_of(columns, 3)
    row = panel.starts[1] + 4
    np.testing.assert_array_equal(windows[row, :, 0], [51, 52, 53])
    np.testing.assert_array_equal(windows[row, :, 1], [151, 152, 153])
    np.testing.assert_array_equal(windows[row, :, 2], [1053, 1054, 1055])
    assert np.isnan(windows[panel.starts[1]][:, 0]).all()


def test_targets(panel):
    task = NetworkTask((0,), (1, 3))
    targets = targets_of(panel, panel.values, task)
    np.testing.assert_array_equal(targets[panel.starts[0] + 3], [3, 5])
    np.testing.assert_array_equal(targets[panel.ends[0] - 1], [7, np.nan])
    whole = panel.known_age(1) >= 3
    known = known_targets(panel, panel.values, task)
    np.testing.assert_array_equal(known, ~np.isnan(targets).any(axis=1))
    rows = np.flatnonzero(trainable_rows(panel.values, 1, known, 3, whole, 3))
    np.testing.assert_array_equal(targets_at(panel.values, task, rows), targets[rows])
    np.testing.assert_array_equal(rows - np.repeat(panel.starts, 3), [3, 4, 5] * 2)


def test_targets_beyond_the_gap_are_not_those_of_the_next_series(panel):
    task = NetworkTask((0, 1), (1, 6))  # the gap has three rows
    targets = targets_of(panel, panel.values, task)
    known = known_targets(panel, panel.values, task)
    np.testing.assert_array_equal(known, ~np.isnan(targets).any(axis=1))
    rows = np.flatnonzero(known)
    assert len(rows)
    np.testing.assert_array_equal(targets_at(panel.values, task, rows), targets[rows])


@pytest.mark.parametrize(("length", "share"), [(48, 1 / 12), (60, 0.3), (7, 0.99), (50, 1.0)])
def test_a_sample_is_spread_over_series_and_seasons(length, share):
    n_series = 200
    rows = np.ones(n_series * length, bool)
    rows[::length] = False
    n = int(share * rows.sum())
    chosen = spread_out(rows, n)
    assert len(np.unique(chosen)) == n
    assert rows[chosen].all()
    of_series = np.bincount(chosen // length, minlength=n_series)
    assert np.abs(of_series - n / n_series).max() < 2
    of_months = np.bincount(chosen % length % 12, minlength=min(length, 12))
    expected = share * np.bincount(np.flatnonzero(rows) % length % 12)
    np.testing.assert_allclose(of_months, expected, rtol=0.2, atol=1)


def test_no_window_holds_rows_of_two_series(panel):
    windows = windows_of(panel.values, 3)[panel.rows]
    first = windows[..., 0] < 50
    second = windows[..., 0] >= 50
    assert not (first.any(axis=1) & second.any(axis=1)).any()
