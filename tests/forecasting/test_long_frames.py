"""Long tables to panels and back."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from sktime.datatypes import check_is_mtype

from skrnn.forecasting import from_panel, to_panel

WEEKS = pd.date_range("2024-01-01", periods=5, freq="W-MON", name="ds")
# Two series, unsorted; "a" lacks its third week.
LONG = pd.DataFrame(
    {
        "unique_id": ["b", "a", "a", "a", "b"],
        "ds": WEEKS[[1, 3, 0, 1, 2]],
        "y": [1, 2, 3, 4, 5],
        "promo": [True, False, True, False, True],
    }
)


def expected(values, name, index=None):
    pairs = [("a", WEEKS[i]) for i in range(4)] + [("b", WEEKS[i]) for i in (1, 2)]
    index = pd.MultiIndex.from_tuples(pairs, names=["unique_id", "ds"])
    return pd.DataFrame({name: values}, index=index, dtype=float)


Y = expected([3, 4, np.nan, 2, 1, 5], "y")
X = expected([1, 0, np.nan, 0, 1, 1], "promo")


def assert_equal(panel, wanted):
    pd.testing.assert_frame_equal(panel, wanted)
    assert check_is_mtype(panel, ["pd.DataFrame", "pd-multiindex", "pd_multiindex_hier"])


@pytest.mark.parametrize(
    "table",
    [
        LONG,
        LONG.set_index("unique_id"),
        LONG.set_index(["unique_id", "ds"]),
        LONG.astype({"unique_id": "category"}),
        pl.from_pandas(LONG),
        pa.Table.from_pandas(LONG),
    ],
    ids=lambda table: type(table).__module__,
)
@pytest.mark.parametrize("freq", [None, "W-MON"])
def test_long_table(table, freq):
    y, features = to_panel(table, freq=freq)
    assert_equal(y, Y)
    assert_equal(features, X)


def test_other_names_and_no_features():
    table = LONG.drop(columns="promo").set_axis(["shop", "week", "sold"], axis=1)
    y, features = to_panel(table, id="shop", time="week", target="sold")
    assert_equal(y, Y.rename_axis(["shop", "week"]).rename(columns={"y": "sold"}))
    assert features is None


def test_several_ids():
    y, _ = to_panel(LONG.assign(item=[1, 1, 1, 1, 2]), id=["unique_id", "item"])
    assert list(y.index.names) == ["unique_id", "item", "ds"]
    assert [y.loc[key, "y"].tolist() for key in [("b", 1), ("b", 2)]] == [[1], [5]]
    assert_equal(y, y.sort_index())


def test_one_series():
    one = LONG[LONG["unique_id"] == "a"].drop(columns="unique_id")
    y, features = to_panel(one, id=None)
    assert_equal(y, Y.loc["a"])
    assert_equal(features, X.loc["a"])
    again, _ = to_panel(one.set_index("ds"), id=None, time=None)
    assert_equal(again, y)


def test_wide_table():
    wide = Y["y"].unstack(0)
    for table, time in [(wide, None), (wide.reset_index(), "ds")]:
        y, features = to_panel(table, id=None, time=time, target=None)
        assert_equal(y, Y)
        assert features is None
    y, _ = to_panel(wide.assign(c=np.nan), id=None, time=None, target=None)
    assert (
        y.loc["c", "y"].isna().tolist() == [True] * 4
    )  # nothing is known, but the series is there


@pytest.mark.parametrize("kind", [dict, list])
def test_series_by_name(kind):
    series = {name: Y.loc[name, "y"].dropna().rename(name) for name in "ab"}
    y, _ = to_panel(series if kind is dict else list(series.values()))
    assert_equal(y, Y)
    unnamed, _ = to_panel([values.rename(None) for values in series.values()])
    assert unnamed.index.levels[0].tolist() == [0, 1]


def test_input_is_not_changed():
    before = LONG.copy()
    to_panel(LONG)
    pd.testing.assert_frame_equal(LONG, before)


@pytest.mark.parametrize(
    ("table", "settings", "message"),
    [
        (LONG.iloc[:0], {}, "frame has no rows"),
        (LONG.rename(columns={"ds": "day"}), {}, r"no column 'ds', which time='ds'.*'day'"),
        (LONG, {"id": ["unique_id", "shop"]}, "no column 'shop', which id='shop' refers to"),
        (LONG, {"target": "unique_id"}, "must be different columns"),
        (Y["y"].unstack(0), {}, "For a wide table .* pass id=None, target=None"),
        (
            Y["y"].unstack(0),
            {"target": None, "time": None},
            "no column 'unique_id', .* For a wide table .* pass id=None, target=None",
        ),
        ({"a": Y.loc["a", "y"]}, {"id": None}, "got id=None"),
        ({}, {}, "frame has no series"),
    ],
)
def test_refuses(table, settings, message):
    with pytest.raises(ValueError, match=message):
        to_panel(table, **settings)


def test_refuses_what_is_no_series():
    with pytest.raises(
        TypeError, match=r"one Series, indexed by time, for each series. Got list for 0"
    ):
        to_panel([[1, 2]])


def test_says_that_its_code_is_for_pandas():
    table = pl.DataFrame({"ds": ["01.02.2024"], "y": [1]})
    with pytest.raises(ValueError, match=r"code for pandas: call frame.to_pandas\(\) first"):
        to_panel(table, id=None)
    with pytest.raises(ValueError, match=r"Write NaN for a value that is not known\.$"):
        to_panel(pl.DataFrame({"ds": [1], "y": [np.inf]}), id=None)


@pytest.mark.parametrize("output", ["pandas", "polars", "pyarrow"])
def test_there_and_back(output):
    table = from_panel(Y, output=output)
    assert type(table).__module__.split(".")[0] == output
    y, _ = to_panel(table)
    assert_equal(y, Y)


def test_names_of_a_panel_without_names():
    panel = Y.rename_axis([None, None])
    assert from_panel(panel).columns.tolist() == ["unique_id", "ds", "y"]
    assert from_panel(panel, id="shop", time="week").columns.tolist() == ["shop", "week", "y"]
    deep = pd.concat({1: Y}).rename_axis([None, "shop", None])
    assert from_panel(deep).columns.tolist() == ["unique_id_0", "shop", "ds", "y"]
    assert from_panel(Y.loc["a", "y"]).columns.tolist() == ["ds", "y"]


def test_intervals_and_quantiles():
    for pairs, names in [
        ([("y", 0.8, "lower"), ("y", 0.8, "upper")], ["y-lo-80", "y-hi-80"]),
        ([("y", 0.025), ("y", 0.5)], ["y-q-2.5", "y-q-50"]),
        ([("east", "sold")], ["east-sold"]),
    ]:
        table = pd.DataFrame(1.0, index=Y.index, columns=pd.MultiIndex.from_tuples(pairs))
        assert from_panel(table).columns.tolist() == ["unique_id", "ds", *names]


def test_periods_are_dates_elsewhere():
    y = pd.Series([1.0], pd.PeriodIndex(["2024-05"], freq="M"), name="y")
    assert from_panel(y, output="polars")["ds"][0].month == 5
    assert isinstance(from_panel(y)["ds"].dtype, pd.PeriodDtype)


@pytest.mark.parametrize(
    ("given", "settings", "message"),
    [
        (Y, {"output": "excel"}, "output must be one of"),
        ([1, 2], {}, "must be a pandas DataFrame or Series. Got list"),
        (Y, {"id": ["a", "b"]}, r"must name the 1 level\(s\)"),
        (LONG, {}, "long table already, .* 'unique_id' and 'ds'. Call to_panel"),
        (Y, {"id": "y"}, "would have the same name"),
    ],
)
def test_from_panel_refuses(given, settings, message):
    with pytest.raises(ValueError, match=message):
        from_panel(given, **settings)


def test_a_table_of_features_alone():
    table = pd.DataFrame(
        {
            "shop": ["b", "a", "a"],
            "day": ["2024-05-01", "2024-05-02", "2024-05-01"],
            "price": [3.0, 2.0, 1.0],
            "event": ["none", "fair", "none"],
        }
    )
    y, X = to_panel(table, id="shop", time="day", target=None)
    assert y is None
    assert X.index.names == ["shop", "day"]
    assert X["price"].tolist() == [1.0, 2.0, 3.0]
    assert X["event"].tolist() == ["none", "fair", "none"]
    with pytest.raises(ValueError, match="with target=None if the table contains only features"):
        to_panel(table, id="shop", time="day")
