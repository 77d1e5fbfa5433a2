"""Copies of series from which networks learn what unknown categories mean."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._column_encoder import ColumnEncoder
from skrnn.forecasting._panel import Panel
from skrnn.forecasting._unknown_categories import with_unknown_categories
from skrnn.windows._time_axis import TimeAxis

LAG = 2


def panel_of(lengths, columns=("kind", "event")):
    parts = {}
    for number, length in enumerate(lengths):
        t = pd.RangeIndex(number, number + length, name="t")
        kind, event = ["abc"[number % 3]] * length, list("xyz" * length)[:length]
        frame = pd.DataFrame({"y": t * 1.0, "rain": t * 2.0, "kind": kind, "event": event}, t)
        parts[f"s{number}"] = frame
    frame = pd.concat(parts, names=["series"])
    X = frame[["rain", *columns]]
    encoder = ColumnEncoder.of(X, "from_dtype", "auto", 9)
    features = encoder.encoded(X).to_numpy(float)
    return Panel.of(frame[["y"]], TimeAxis(0), LAG, features=features), encoder


def networks_of(columns, seed=0, *, stateful=False):
    return SimpleNamespace(
        columns=columns,
        n_targets=1,
        lag=LAG,
        frequencies=np.zeros(len(columns.encoded_names)),
        stateful=stateful,
        regressors=[SimpleNamespace(random_state=seed)],
    )


@pytest.mark.parametrize(("n_series", "n_copies"), [(1, 1), (10, 1), (11, 2), (40, 4)])
def test_copies_differ_only_in_their_categories(n_series, n_copies):
    panel, columns = panel_of([3 + i % 4 for i in range(n_series)])
    wider, scaled = with_unknown_categories(networks_of(columns), panel, panel.values)
    assert wider.n_series == n_series + n_copies == len(set(wider.instances)) + n_copies
    np.testing.assert_array_equal(scaled[: len(panel.values)], panel.values)
    np.testing.assert_array_equal(wider.values[: len(panel.values)], panel.values)
    groups = [1 + group for group in columns.indicators_of()]
    for copy in range(n_series, n_series + n_copies):
        original = panel.instances.get_loc(wider.instances[copy])
        rows = slice(wider.starts[copy], wider.ends[copy])
        own = slice(panel.starts[original], panel.ends[original])
        assert wider.first[copy] == panel.first[original]
        np.testing.assert_array_equal(scaled[rows, :2], panel.values[own, :2])
        assert np.isnan(scaled[rows.start - LAG : rows.start]).all()
        changed = []
        for group in groups:
            same = np.array_equal(scaled[rows, group], panel.values[own, group])
            unknown = (scaled[rows, group] == [*[0] * (len(group) - 1), 1]).all()
            assert same or unknown
            changed.append(unknown)
        assert any(changed)
    assert (scaled[wider.rows][:, 1:] >= 0).all()


def test_each_column_is_unknown_in_some_copies_and_known_in_others():
    panel, columns = panel_of([4] * 200)
    wider, scaled = with_unknown_categories(networks_of(columns), panel, panel.values)
    first = scaled[wider.starts[200:]]
    for group in columns.indicators_of():
        assert 3 < first[:, 1 + group[-1]].sum() < 18


def test_the_seed_decides():
    panel, columns = panel_of([4] * 50)
    one, two, other = (
        with_unknown_categories(networks_of(columns, seed), panel, panel.values)[0]
        for seed in (0, 0, 1)
    )
    assert one.instances.equals(two.instances)
    assert not one.instances.equals(other.instances)


def test_nothing_to_learn():
    panel, columns = panel_of([4, 4], columns=())
    assert with_unknown_categories(networks_of(columns), panel, panel.values)[0] is panel
    panel, columns = panel_of([4, 4])
    networks = networks_of(columns, stateful=True)
    assert with_unknown_categories(networks, panel, panel.values)[0] is panel
