"""What a forecast of any step reads: values, seasons ago, and features."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._lagged_inputs import LaggedInputs
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis

KNOWN = np.array([True, False])


def inputs_of(y, features, periods, known=KNOWN):
    panel = Panel.of(y, TimeAxis.of(y.index.get_level_values(-1)), 0, "y", features)
    return LaggedInputs(panel, panel.values[:, 0].copy(), known, periods), panel


def at(row, ahead, series=0):
    return np.array([row]), np.array([series]), np.array([ahead])


def test_inputs_by_hand():
    y = pd.DataFrame({"y": np.arange(30.0) ** 2})
    features = np.column_stack([np.arange(30.0), 100 + np.arange(30.0)])
    inputs, _ = inputs_of(y, features, (8, 4))
    row, ahead = 25, 5  # the origin is row 20
    level = np.mean(np.arange(13, 21) ** 2)
    expected = [ahead, level, 400 - level]
    expected += [400 - 19**2, 400 - 18**2, 400 - 12**2, 400 - 16**2]
    expected += [25 % 8, 17**2 - level, 9**2 - level]  # 8 and 16 rows before row 25
    expected += [25 % 4, 17**2 - level, 13**2 - level]  # 8 and 12: 4 rows before is after row 20
    expected += [25, 17, 17]  # the known feature, and whole periods before
    expected += [np.mean([22, 23, 24, 25]), np.mean([17, 18, 19, 20])]
    expected += [120]  # the other one at the origin
    np.testing.assert_allclose(inputs.table(*at(row, ahead))[0], expected)
    np.testing.assert_allclose(inputs.level(*at(row, ahead)), [level])


def test_features_are_delayed_by_parts_of_a_day():
    y = pd.DataFrame({"y": np.zeros(60)})
    inputs, _ = inputs_of(y, np.arange(60.0)[:, None], (24,), np.array([True]))
    # 24 rows are a day: an hour and three before, and a day before.
    row = inputs.table(*at(50, 3))[0]
    np.testing.assert_allclose(row[-6:], [50, 49, 47, 26, 38.5, 35.5])


@pytest.mark.parametrize("periods", [(), (4,), (12, 4)])
def test_nothing_after_the_origin_is_read_but_known_features(periods):
    random = np.random.default_rng(0)
    values, features = random.normal(size=40), random.normal(size=(40, 2))
    first, _ = inputs_of(pd.DataFrame({"y": values}), features, periods)
    changed, others = values.copy(), features.copy()
    changed[31:], others[31:, 1] = random.normal(size=9), random.normal(size=9)
    second, _ = inputs_of(pd.DataFrame({"y": changed}), others, periods)
    for ahead in range(1, 10):
        where = at(30 + ahead, ahead)
        np.testing.assert_array_equal(first.table(*where), second.table(*where))


def test_series_of_a_panel_do_not_read_each_other():
    random = np.random.default_rng(0)
    parts = [pd.DataFrame({"y": random.normal(size=n)}) for n in (20, 30)]
    features = random.normal(size=(50, 2))
    both = pd.concat(dict(enumerate(parts)), names=["series", "time"])
    together, panel = inputs_of(both, features, (8, 4))
    alone, _ = inputs_of(parts[1], features[20:], (8, 4))
    for row in (3, 12, 29):
        found = together.table(*at(panel.starts[1] + row, 2, series=1))
        np.testing.assert_allclose(found, alone.table(*at(row, 2)))


def test_means_of_known_values_only():
    y = pd.DataFrame({"y": [1.0, np.nan, 3.0, np.nan, np.nan, np.nan, np.nan, 5.0]})
    inputs, _ = inputs_of(y, np.zeros((8, 2)), (4,))
    levels = [inputs.level(*at(row, 1))[0] for row in range(1, 8)]
    np.testing.assert_array_equal(levels, [1, 1, 2, 2, 3, 3, np.nan])


def test_steps_from_the_last_known_value():
    nan = np.nan
    parts = {"a": [1.0, 2.0, nan, nan, 5.0], "b": [nan, nan, 3.0, nan, nan]}
    y = pd.concat({name: pd.DataFrame({"y": part}) for name, part in parts.items()})
    inputs, panel = inputs_of(y, np.zeros((10, 2)), ())
    places, ahead = np.array([2, 3, 4]), np.ones(3, int)
    for series, expected in enumerate([[1, 2, 3], [1, 1, 2]]):
        rows = panel.starts[series] + places
        np.testing.assert_array_equal(inputs.from_known(rows, np.full(3, series), ahead), expected)


@pytest.mark.parametrize("start", ["2024-03-25", "2024-10-21"])
def test_whole_days_before_follow_the_local_clock(start):
    index = pd.date_range(start, periods=24 * 12, freq="h", tz="Europe/Berlin")
    local = index.tz_localize(None)
    y = pd.DataFrame({"y": np.arange(float(len(index)))}, index)
    inputs, _ = inputs_of(y, np.zeros((len(y), 2)), (24,))
    rows = np.arange(24 * 5, len(index))
    for ahead in (1, 23, 24):
        table = inputs.table(rows, np.zeros_like(rows), np.full_like(rows, ahead))
        steps = (local[rows] - local[0]) // pd.Timedelta("1h")
        np.testing.assert_array_equal(table[:, 6], steps % 24)
        read = (table[:, 7:9] + table[:, 1:2]).round().astype(int)
        assert (read.max(axis=1) <= rows - ahead).all()  # nothing after the origin
        days = np.stack([local[rows] - local[each] for each in read.T]) / pd.Timedelta("1D")
        whole = (days % 1 == 0).all(axis=0)
        assert set(local[rows[~whole]].hour) <= {2}  # which the clock skipped on one day
        # A row that is 24 hours ahead over a day of 23 repeats the day before the last.
        first = 1 + (read[:, 0] < rows - 25)
        np.testing.assert_array_equal(days[:, whole], [first[whole], first[whole] + 1])
        assert first.max() == (2 if ahead == 24 and start == "2024-03-25" else 1)
