"""Static features after the rows of fit."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._column_encoder import ColumnEncoder
from skrnn.forecasting._panel import Panel
from skrnn.forecasting._static_features import check_still_static, keep_static, set_static
from skrnn.windows._time_axis import TimeAxis

AXIS = TimeAxis(0)
INDEX = pd.MultiIndex.from_product([["s", "t"], range(2)], names=["shop", "week"])
X = pd.DataFrame({"kind": ["a", "a", "b", "b"], "rain": [1.0, 2, 3, 4], "size": 5.0}, INDEX)
X.loc["t", "size"] = 7.0
COLUMNS = ColumnEncoder.of(X, "from_dtype", "auto", 9)
NETWORKS = SimpleNamespace(
    columns=COLUMNS,
    feature_names=COLUMNS.encoded_names,
    n_targets=1,
    static=COLUMNS.static_mask,
)


def panel_of(X, gap=1):
    y = pd.DataFrame({"y": 0.0}, X.index)
    return Panel.of(y, AXIS, gap, features=COLUMNS.encoded(X).to_numpy())


def test_values_of_the_horizon():
    future = np.full((2, 3, 4), np.nan)
    set_static(NETWORKS, panel_of(X), future)
    expected = np.array([[0, 0, np.nan, 5], [1, 0, np.nan, 7]])
    np.testing.assert_array_equal(future, np.repeat(expected[:, None], 3, axis=1))


@pytest.mark.parametrize(
    ("column", "value", "warns"),
    [
        ("kind", "a", True),
        ("kind", None, False),
        ("kind", "b", False),
        ("size", 8.0, True),
        ("size", np.nan, False),
        ("rain", 9.0, False),
        ("kind", "new", True),
    ],
)
def test_changes_are_reported_and_ignored(recwarn, column, value, warns):
    coming = X.loc[["t"]].rename(lambda week: week + 2, level=1)
    coming[column] = value
    future = np.full((2, 3, 4), np.nan)
    known = COLUMNS.static_mask
    set_static(NETWORKS, panel_of(X), future, COLUMNS.encoded_future(coming, ~known))
    # Any of the static columns may be missing.
    given = coming[[column, *{"rain"} - {column}]]
    set_static(NETWORKS, panel_of(X), future.copy(), COLUMNS.encoded_future(given, ~known))
    encoded = COLUMNS.encoded_past(coming, coming.index).to_numpy()
    new = Panel.of(pd.DataFrame({"y": 0.0}, coming.index), AXIS, 1, features=encoded)
    keep_static(NETWORKS, panel_of(X), new)
    assert [f"The column {column!r} of X was constant" in str(w.message) for w in recwarn] == (
        [True] * 3 * warns
    )
    np.testing.assert_array_equal(future[1, :, [0, 1, 3]].T, [[1, 0, 7]] * 3)
    np.testing.assert_array_equal(new.values[new.rows][:, [1, 2, 4]], [[1, 0, 7]] * 2)


def test_nothing_static():
    networks = SimpleNamespace(static=np.zeros(4, bool))
    future, new = np.full((2, 1, 4), np.nan), panel_of(X)
    before = new.values.copy()
    set_static(networks, panel_of(X), future)
    keep_static(networks, panel_of(X), new)
    assert np.isnan(future).all()
    np.testing.assert_array_equal(new.values, before)


def test_static_columns_of_new_series_must_be_constant():
    new = X.rename(index={"s": "u"}, level=0)
    check_still_static(COLUMNS, new)
    check_still_static(COLUMNS, None)
    check_still_static(COLUMNS, new.assign(kind=["a", None, "b", "b"]))
    with pytest.raises(ValueError, match=r"'kind', which changes within the series 'u'.*pretrain"):
        check_still_static(COLUMNS, new.assign(kind=["a", "c", "b", "b"]))
