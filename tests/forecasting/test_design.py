"""What each network forecasts, and from which windows."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._design import Head, inputs, plan_heads, targets_of, trainable, windows_of
from skrnn.forecasting._panel import Panel
from skrnn.forecasting._time_axis import TimeAxis


@pytest.mark.parametrize(
    ("strategy", "together", "heads"),
    [
        ("recursive", True, [((0, 1), (1,))]),
        ("recursive", False, [((0,), (1,)), ((1,), (1,))]),
        ("multioutput", True, [((0, 1), (2, 5))]),
        ("multioutput", False, [((0,), (2, 5)), ((1,), (2, 5))]),
        ("direct", True, [((0, 1), (2,)), ((0, 1), (5,))]),
    ],
)
def test_plan(strategy, together, heads):
    assert plan_heads(strategy, [2, 5], 2, together=together) == [Head(*head) for head in heads]


@pytest.mark.parametrize(
    ("steps", "lag", "shifts"), [((1,), 3, (1,)), ((1, 2, 3), 3, (3,)), ((7,), 3, (7, 4, 1))]
)
def test_known_features_are_read_from_the_window_to_the_last_step(steps, lag, shifts):
    head = Head((0,), steps)
    assert head.shifts(lag) == shifts
    read = {shift - lag + 1 + k for shift in shifts for k in range(lag)}
    assert set(range(1, max(steps) + 1)) <= read


@pytest.fixture
def panel():
    """Two series: target t, past feature 100 + t, known feature 1000 + t."""
    index = pd.MultiIndex.from_product([["a", "b"], range(8)])
    t = np.tile(np.arange(8.0), 2) + np.repeat([0, 50], 8)
    frame = pd.DataFrame({"y": t, "past": 100 + t, "known": 1000 + t}, index=index)
    return Panel.of(frame, TimeAxis(0), gap=3)


def test_windows(panel):
    known = np.array([False, True])
    columns = inputs(panel, panel.values, 1, known, shifts=(2,))
    windows = windows_of(columns, 3)
    row = panel.starts[1] + 4
    np.testing.assert_array_equal(windows[row, :, 0], [51, 52, 53])
    np.testing.assert_array_equal(windows[row, :, 1], [151, 152, 153])
    np.testing.assert_array_equal(windows[row, :, 2], [1053, 1054, 1055])
    assert np.isnan(windows[panel.starts[1]][:, 0]).all()


def test_targets(panel):
    head = Head((0,), (1, 3))
    targets = targets_of(panel, panel.values, head)
    np.testing.assert_array_equal(targets[panel.starts[0] + 3], [3, 5])
    np.testing.assert_array_equal(targets[panel.ends[0] - 1], [7, np.nan])
    rows = np.flatnonzero(trainable(panel, targets, history=3))
    np.testing.assert_array_equal(rows - np.repeat(panel.starts, 3), [3, 4, 5] * 2)


def test_no_window_holds_rows_of_two_series(panel):
    windows = windows_of(panel.values, 3)[panel.rows]
    first = windows[..., 0] < 50
    second = windows[..., 0] >= 50
    assert not (first.any(axis=1) & second.any(axis=1)).any()
