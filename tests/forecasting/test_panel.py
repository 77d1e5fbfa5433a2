"""Series below each other, with gaps."""

import pickle

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis

AXIS = TimeAxis(0)


def frame(**series):
    """Series of one column; each name's value is (first label, values)."""
    index = [(name, first + i) for name, (first, v) in series.items() for i in range(len(v))]
    values = [value for _, v in series.values() for value in v]
    return pd.DataFrame({"y": values}, index=pd.MultiIndex.from_tuples(index), dtype=float)


@pytest.fixture
def panel():
    return Panel.of(frame(a=(2, [1, 2, 3]), b=(0, [10, 20, 30, 40])), AXIS, gap=2)


def test_rows_after_a_row_that_is_not_the_last_one_replace_no_row(panel):
    coming = np.arange(100.0, 104).reshape(2, 2, 1)
    longer = panel.continued(np.array([4, 2]), coming, 1)
    expected = [np.nan, 1, 2, 3, 100, 101, np.nan, 10, 20, 30, 40, 103]
    np.testing.assert_array_equal(longer.values[:, 0], expected)
    np.testing.assert_array_equal(longer.first, panel.first)
    np.testing.assert_array_equal(longer.last, [6, 4])


def test_gaps(panel):
    expected = [np.nan, np.nan, 1, 2, 3, np.nan, np.nan, 10, 20, 30, 40]
    np.testing.assert_array_equal(panel.values[:, 0], expected)
    np.testing.assert_array_equal(panel.rows, [2, 3, 4, 7, 8, 9, 10])
    np.testing.assert_array_equal(panel.series, [0, 0, 0, 1, 1, 1, 1])
    np.testing.assert_array_equal(panel.positions(), [2, 3, 4, 0, 1, 2, 3])
    np.testing.assert_array_equal(panel.age(), [-1, -1, 0, 1, 2, -1, -1, 0, 1, 2, 3])
    np.testing.assert_array_equal(panel.remaining(), [-1, -1, 2, 1, 0, -1, -1, 3, 2, 1, 0])


def test_one_series_and_features():
    y = pd.DataFrame({"y": [1.0, 2.0]}, index=pd.RangeIndex(5, 7))
    panel = Panel.of(y, TimeAxis(5), 1, features=np.array([[7.0], [8.0]]))
    assert panel.instances is None
    np.testing.assert_array_equal(panel.values, [[np.nan, np.nan], [1, 7], [2, 8]])


def test_rows_of_positions(panel):
    np.testing.assert_array_equal(panel.row_of(np.array([1, 3])), [[-1, 3], [8, 10]])


@pytest.mark.parametrize(
    ("step", "expected"),
    [(1, [2, 3, np.nan, 20, 30, 40, np.nan]), (-2, [np.nan] * 2 + [1] + [np.nan] * 2 + [10, 20])],
)
def test_shifts_stay_in_their_series(panel, step, expected):
    np.testing.assert_array_equal(panel.shifted(panel.values, step)[panel.rows, 0], expected)
    assert np.isnan(panel.shifted(panel.values, step)[[0, 1, 5, 6]]).all()


def test_tail(panel):
    tail = panel.tail(3, np.array([5, 4]), np.full((2, 1, 1), 9.0))
    np.testing.assert_array_equal(tail.values[:, 0], [1, 2, 3, 9, 20, 30, 40, 9])
    np.testing.assert_array_equal(tail.first, [2, 1])
    np.testing.assert_array_equal(tail.lengths, [4, 4])
    early = panel.tail(3, np.array([3, 5])).values[:, 0]
    np.testing.assert_array_equal(early, [np.nan, np.nan, 1, 30, 40, np.nan])


def test_last_known(panel):
    for ends, last in [((99, 99), (4, 3)), ((4, 2), (3, 1)), ((1, 1), (1, 0))]:
        np.testing.assert_array_equal(panel.last_known(1, np.array(ends)), last)
    np.testing.assert_array_equal(panel.last, [4, 3])


def test_more_rows(panel):
    new = Panel.of(frame(b=(3, [41, 50]), a=(6, [5])), AXIS, gap=2)
    more = panel.with_rows_of(new, 2)
    np.testing.assert_array_equal(
        more.values[more.rows, 0], [1, 2, 3, np.nan, 5, 10, 20, 30, 41, 50]
    )
    fresh = more.fresh_rows(new, panel, 1)
    np.testing.assert_array_equal(fresh[more.rows], [0, 0, 0, 0, 1, 0, 0, 0, 0, 1])


def test_more_rows_of_what_is_not_there(panel):
    with pytest.raises(ValueError, match="fit has not seen the series 'c', only 'a', 'b'"):
        panel.with_rows_of(Panel.of(frame(c=(3, [1])), AXIS, 2), 2)
    with pytest.raises(ValueError, match="In update the series 'a' begins earlier than in fit"):
        panel.with_rows_of(Panel.of(frame(a=(0, [1])), AXIS, 2), 2)
    one = Panel.of(pd.DataFrame({"y": [1.0]}), AXIS, 2)
    with pytest.raises(ValueError, match="one series or a panel, as in fit"):
        panel.with_rows_of(one, 2)


def test_series_from_their_first_to_their_last_known_row():
    index = pd.RangeIndex(5)
    frames = {
        "a": [np.nan, 1.0, np.nan, 2.0, np.nan],
        "b": [np.nan] * 5,
        "c": [3.0, 4.0, 5.0, 6.0, 7.0],
    }
    frames = {
        name: pd.DataFrame({"y": values, "x": 1.0}, index) for name, values in frames.items()
    }
    panel = Panel.of(pd.concat(frames, names=["series", "t"]), TimeAxis(0), 2)
    trimmed, begun = panel.trimmed(1), panel.begun(1)
    np.testing.assert_array_equal(trimmed.lengths, [3, 5, 5])
    np.testing.assert_array_equal(trimmed.first, [1, 0, 0])
    np.testing.assert_array_equal(begun.lengths, [4, 5, 5])
    np.testing.assert_array_equal(begun.last, panel.last)
    np.testing.assert_array_equal(panel.n_known(1), [2, 0, 5])
    np.testing.assert_array_equal(panel.known_age(1)[panel.rows][:5], [-1, 0, 1, 2, 3])
    assert (panel.known_age(1)[panel.rows][5:10] == -1).all()
    values = panel.last_values(1, np.array([3, 5, 2]))
    np.testing.assert_array_equal(values, [[1], [np.nan], [4]])


def test_a_pickle_contains_only_the_attributes(panel):
    before = len(pickle.dumps(panel))
    assert (len(panel.rows), len(panel.series)) == (7, 7)  # which are kept
    assert len(pickle.dumps(panel)) == before
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(panel)).rows, panel.rows)


def test_joined_panels_keep_their_series(panel):
    short = panel.shortened(panel.lengths - 1)
    joined = Panel.joined([short, panel])
    assert joined.instances.tolist() == panel.instances.tolist() * 2
    np.testing.assert_array_equal(joined.last, np.concatenate([short.last, panel.last]))
    values = np.concatenate([short.values[short.rows], panel.values[panel.rows]])
    np.testing.assert_array_equal(joined.values[joined.rows], values)
    one = Panel(np.ones((2, 1)), np.array([0]), np.array([2]), np.array([5]))
    assert Panel.joined([one, one]).instances is None


def test_series_without_a_value(panel):
    values = np.tile(panel.values, (1, 2))
    values[panel.rows[panel.series == 1], 1] = np.nan
    assert panel.without_values(values).tolist() == [[False, False], [False, True]]
    assert panel.begins().tolist() == [0, 3]
