"""Errors that say what to write instead, for data that sktime would refuse without."""

import re
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from skrnn.forecasting import (
    AutoRNNForecaster,
    PanelBoosting,
    PanelTheta,
    RNNForecaster,
    to_panel,
)
from skrnn.forecasting._data_advice import (
    check_data,
    warn_of_constant_columns,
    warn_of_partly_known_rows,
    warn_of_unknown_times,
)
from skrnn.forecasting._panel import Panel
from skrnn.windows._time_axis import TimeAxis

DAYS = pd.date_range("2024-05-01", periods=6, freq="D")
Y = pd.Series(np.arange(6.0), DAYS, name="sold")
PANEL = pd.concat({"b": Y.to_frame(), "a": Y.to_frame()}, names=["shop", "day"])


def with_times(times):
    ids = PANEL.index.get_level_values(0)
    return PANEL.set_axis(pd.MultiIndex.from_arrays([ids, times]))


@pytest.mark.parametrize(
    "right",
    [
        Y,
        Y.to_frame(),
        PANEL,
        PANEL.iloc[:0],
        with_times(np.tile(DAYS.to_period("D"), 2)),
        Y.astype("Int64"),
        Y > 2,
        Y.to_numpy(),
        [Y.to_frame(), Y.to_frame()],
        pd.DataFrame({"nested": [Y, Y]}),
        [],
        None,
    ],
    ids=repr,
)
def test_right_data_pass(right):
    check_data(y=right)


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (Y[::-1], ValueError, r"index of y is not in time order.*sort_index\(\)"),
        (
            PANEL[::-1],
            ValueError,
            r"2024-05-05 .* after 2024-05-06 .* 'a'. Write y = y.sort_index",
        ),
        (
            Y.set_axis(DAYS.strftime("%Y-%m-%d")),
            ValueError,
            r"y.index = pd.to_datetime\(y.index\)",
        ),
        (
            with_times(np.tile(DAYS.strftime("%Y-%m-%d"), 2)),
            ValueError,
            r"as str, such as '2024-05-01'.*y.index.set_levels\(pd.to_datetime",
        ),
        (with_times(list(DAYS.date) * 2), ValueError, "contains dates as date"),
        (Y.astype(object), TypeError, r"dtype object.*y = y.astype\(float\)"),
        (PANEL.astype(object), TypeError, r"y\['sold'\] = y\['sold'\].astype\(float\)"),
        (Y.astype(str), TypeError, r"such as '0.0'.*y must contain numbers.*pd.to_numeric\(y\)"),
        (PANEL.reset_index(), TypeError, r"y\['shop'\] .*a long table.*y, X = to_panel\(y, id="),
        (PANEL.reset_index()[3:], TypeError, "a long table"),
        (PANEL.reset_index().astype({"shop": "category"}), TypeError, "a long table"),
        (PANEL.reset_index().drop(columns="shop"), TypeError, "make the times its index"),
        (
            pl.from_pandas(PANEL.reset_index()),
            TypeError,
            "DataFrame of polars without the columns",
        ),
        (pl.from_pandas(PANEL.reset_index()).lazy(), TypeError, r"Call y.collect\(\) first"),
        (pa.Table.from_pandas(PANEL.reset_index()), TypeError, "Table of pyarrow without"),
        ({"a": Y, "b": Y}, TypeError, r"y is a dict of Series.*y, _ = to_panel\(y\)"),
        ([Y, Y], TypeError, "y is a list of Series"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_says_what_to_write(wrong, error, message):
    with pytest.raises(error, match=message):
        check_data(y=wrong)


def test_a_feature_may_be_categories_but_not_dates():
    check_data(y=Y, X=pd.DataFrame({"kind": list("aabbcc")}, DAYS))
    with pytest.raises(TypeError, match=r"X\['opened'\] .* X must contain numbers or categories"):
        check_data(y=Y, X=pd.DataFrame({"opened": DAYS}, DAYS))


@pytest.mark.parametrize(
    "values",
    [
        DAYS,
        DAYS.tz_localize("Asia/Tokyo"),
        DAYS.date,
        DAYS.to_period(),
        DAYS - DAYS[0],
        pd.Series((DAYS - DAYS[0]).to_pytimedelta(), DAYS, object),
    ],
    ids=["dates", "time zone", "objects", "periods", "durations", "duration objects"],
)
def test_times_as_a_feature(values):
    X = pd.DataFrame({"opened": values}, DAYS)
    with pytest.raises(TypeError, match="Convert them: ") as caught:
        check_data(y=Y, X=X)
    X["opened"] = eval(str(caught.value).partition("them: ")[2][:-1], {"pd": pd, "X": X})
    check_data(y=Y, X=X)
    assert (X["opened"].diff()[1:].isin([1, 86_400])).all()


def test_the_advice_helps():
    text = with_times(np.tile(DAYS.strftime("%Y-%m-%d"), 2))
    text.index = text.index.set_levels(pd.to_datetime(text.index.levels[-1]), level=-1)
    check_data(y=text)
    check_data(y=PANEL[::-1].sort_index())
    check_data(y=Y.astype(object).astype(float))


@pytest.mark.parametrize("name", ["y", "X"])
def test_a_long_series_must_be_a_frame(name):
    with pytest.raises(TypeError, match=rf"{name} is a Series .*{name}\.to_frame"):
        check_data(**{name: PANEL["sold"]})


@pytest.mark.parametrize("name", ["y", "X"])
def test_columns_of_the_same_name(name):
    frame = pd.DataFrame(np.zeros((3, 3)), columns=["a", "b", "a"])
    with pytest.raises(ValueError, match=f"columns of {name} must have different names: 'a' occ"):
        check_data(**{name: frame})


def test_constant_columns_in_the_rows_of_y():
    y = pd.Series(np.arange(12.0), pd.date_range("2024-05-01", periods=12))
    later = pd.date_range("2024-05-01", periods=14)
    X = pd.DataFrame({"hot": np.arange(14.0), "sensor": 7, "kind": "a"}, later)
    X.loc[later[12:], "sensor"] = 8  # in rows to come
    message = r"^Column 'sensor' \(7\) of X is the same in every row used for training"
    with pytest.warns(UserWarning, match=message):
        warn_of_constant_columns(X, y)
    warn_of_constant_columns(X[["hot", "kind"]], y)
    warn_of_constant_columns(None, y)
    warn_of_constant_columns(X, y, static=["sensor"])  # as it should be in one series


SIZES = pd.concat(
    {
        name: pd.DataFrame(
            {"sold": np.sin(np.arange(12.0)), "hot": np.arange(12.0), "size": size},
            pd.date_range("2024-05-01", periods=12),
        )
        for name, size in {"a": 1.0, "b": 2.0}.items()
    },
    names=["shop", "day"],
)
SMALL = {"engine": "numpy", "lag": 2, "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0}


def fit_to_sizes(forecaster, rows=SIZES):
    return forecaster.fit(rows[["sold"]], rows[["hot", "size"]], fh=[1])


@pytest.mark.parametrize("parameter", [{"pooling": "local"}, {"stateful": True}])
def test_a_column_that_distinguishes_series_is_constant_in_each(parameter, recwarn):
    fit_to_sizes(RNNForecaster(**SMALL, **parameter))
    assert not [each for each in recwarn if "the same in every row" in str(each.message)]


def test_a_dead_column_is_named_once_for_the_copies_of_a_forecaster():
    with pytest.warns(UserWarning, match=r"'size' \(3\) of X is the same in every row") as caught:
        fit_to_sizes(RNNForecaster(pooling="local", **SMALL), SIZES.assign(size=3.0))
    assert len([each for each in caught if "the same in every row" in str(each.message)]) == 1


def test_pretrained_networks_need_a_column_that_is_constant(recwarn):
    pretrained = RNNForecaster(**SMALL)
    pretrained.pretrain(SIZES[["sold"]], SIZES[["hot", "size"]], fh=[1])
    fit_to_sizes(pretrained, SIZES.loc[["a"]])
    assert not [each for each in recwarn if "the same in every row" in str(each.message)]
    with pytest.warns(UserWarning, match="Column 'size'"):
        fit_to_sizes(RNNForecaster(**SMALL), SIZES.loc[["a"]])


def test_a_static_column_that_is_the_same_in_all_series():
    several = SIZES.assign(size=3.0)
    with pytest.warns(UserWarning, match="Column 'size'"):
        warn_of_constant_columns(several[["hot", "size"]], several[["sold"]], static=["size"])


@pytest.mark.parametrize(
    "forecaster",
    [
        PanelBoosting(sp=1),
        AutoRNNForecaster(views={"trees": PanelBoosting(sp=1)}, random_state=0),
    ],
    ids=["alone", "as a view"],
)
def test_a_dead_feature_is_named_once(forecaster):
    days = pd.date_range("2024-05-01", periods=43)
    random = np.random.default_rng(0)
    X = pd.DataFrame({"hot": random.normal(size=43), "sensor": 3.0}, days)
    y = pd.Series(random.normal(size=40), days[:40])
    with pytest.warns(UserWarning, match=r"Column 'sensor' \(3\) of X is the s") as caught:
        fitted = forecaster.clone().fit(y, X[:40], fh=[1, 2, 3])
    assert len(caught) == 1
    # Nothing was learned from it, so that it makes no difference.
    without = forecaster.clone().fit(y, X[["hot"]][:40], fh=[1, 2, 3])
    expected = without.predict(X=X[["hot"]][40:])
    for value in (3.0, 1000.0):
        coming = X[40:].assign(sensor=value)
        pd.testing.assert_series_equal(fitted.predict(X=coming), expected)


@pytest.mark.parametrize("in_panel", [False, True])
@pytest.mark.parametrize(
    "times",
    [
        pd.CategoricalIndex(DAYS),
        DAYS.astype("timestamp[ns][pyarrow]"),
        pd.Index(DAYS.date, dtype="date32[pyarrow]"),
        pd.Index(np.arange(6.0)),
        pd.Index([202310, 202311, 202312, 202401, 202402, 202403]),
        pd.Index([202050, 202051, 202052, 202053, 202101, 202102]),
        pd.Index([f"{2020 + k // 53}-W{k % 53 + 1:02d}" for k in range(50, 56)]),
        pd.Index([20240229, 20240301, 20240302, 20240303, 20240304, 20240305]),
    ],
    ids=lambda index: f"{index.dtype}",
)
def test_times_of_a_type_that_must_be_converted(times, in_panel):
    y = with_times(times.append(times)) if in_panel else Y.set_axis(times)
    found = r"index of y .* Convert (it|them to pandas dates): "
    with pytest.raises((TypeError, ValueError), match=found) as error:
        check_data(y=y)
    names = {"y": y, "pd": pd}
    line = re.split("Convert [a-z ]+: ", str(error.value))[1].removesuffix(".")
    exec(line.partition(", the first day")[0], names)
    check_data(y=names["y"])


@pytest.mark.parametrize(
    "times",
    [DAYS.astype(object), DAYS.to_period("D").astype(object), pd.Index(range(6), dtype=object)],
)
def test_times_of_python_objects(times):
    with pytest.raises(TypeError, match=r"has the dtype object.* Convert it: ") as error:
        check_data(y=Y.set_axis(times))
    names = {"y": Y.set_axis(times), "pd": pd}
    exec(str(error.value).partition("Convert it: ")[2][:-1], names)
    check_data(y=names["y"])
    check_data(y=with_times(times.append(times)))  # pandas converts them in a level


@pytest.mark.parametrize("labels", [list("abcdef"), np.arange(6) / 4])
def test_labels_that_are_no_times(labels):
    with pytest.raises(TypeError, match=r"but time must be .*y = y.reset_index\(drop=True\)"):
        check_data(y=Y.set_axis(labels))
    with pytest.raises(TypeError, match=r"but time must be .* whole numbers\.$"):
        check_data(y=with_times(np.tile(labels, 2)))


def test_features_of_one_series_for_a_panel():
    X = pd.DataFrame({"rain": np.arange(9.0)}, pd.date_range("2024-05-01", periods=9))
    forecaster = PanelBoosting(sp=1)
    with pytest.raises(TypeError, match=r"X is one series.*repeat it: ") as error:
        forecaster.fit(PANEL, X=X, fh=[1])
    names = {"X": X, "y": PANEL, "pd": pd}
    exec(str(error.value).partition("repeat it: ")[2][:-1], names)
    forecaster.fit(PANEL, X=names["X"], fh=[1])
    assert len(forecaster.predict(X=names["X"])) == 2
    with pytest.raises(TypeError, match=r"X is a panel of series, but y is one series.*X\.loc"):
        forecaster.fit(Y, X=names["X"], fh=[1])
    PanelTheta(sp=1).fit(PANEL, X=X, fh=[1])  # does not read X


WIDE = pd.DataFrame(
    np.arange(120.0).reshape(40, 3), pd.date_range("2024-01-01", periods=40), list("abc")
)


def late(n, column="c"):
    wide = WIDE.copy()
    wide.loc[wide.index[:n], column] = np.nan
    return wide


def warn_of(function, y, *args):
    axis = TimeAxis.of_frame(y)
    function(Panel.of(y, axis, 2), *args, *([axis] if function is warn_of_unknown_times else []))


def test_a_column_that_begins_late():
    with pytest.warns(UserWarning, match="^20 of 40 rows of y .*often in 'c', and") as caught:
        warn_of(warn_of_partly_known_rows, late(20), WIDE.columns)
    code = str(caught[0].message).partition("y, _ = ")[2].rstrip(".")
    panel, _ = eval(code, {"to_panel": to_panel, "y": late(20)})
    assert panel.groupby(level=0).size().tolist() == [40, 40, 20]
    panel = pd.concat({"s": late(20), "t": late(20)})
    with pytest.warns(UserWarning, match="^40 of 80 rows .*, fit a forecaster to each column"):
        warn_of(warn_of_partly_known_rows, panel, WIDE.columns)


@pytest.mark.parametrize("y", [WIDE, late(5), late(20)[["c"]], late(20, list("abc"))])
def test_rows_that_are_known_in_all_columns(y, recwarn):
    warn_of(warn_of_partly_known_rows, y, y.columns)
    assert not recwarn.list


def test_weekends_that_are_unknown():
    weekdays = WIDE[WIDE.index.dayofweek < 5].reindex(WIDE.index)
    with pytest.warns(
        UserWarning, match="^30 of 40 rows of y are known, .* All Saturdays and Sun"
    ):
        warn_of(warn_of_unknown_times, weekdays, 3)


HOURS = pd.date_range("2024-01-01", periods=24 * 42, freq="h")
DAYTIME = (HOURS.hour > 7) & (HOURS.hour < 19) & (HOURS.dayofweek < 5)
SIX_DAYS = pd.date_range("2024-01-01", periods=80)


@pytest.mark.parametrize("kind", ["series", "columns", "panel"])
@pytest.mark.parametrize(
    ("times", "known"),
    [
        (SIX_DAYS, SIX_DAYS.dayofweek < 5),
        (SIX_DAYS, SIX_DAYS.dayofweek.isin([1, 2, 3, 4])),
        (HOURS, DAYTIME),
    ],
    ids=range(3),
)
def test_the_advice_leaves_out_the_unknown_times(kind, times, known):
    y = pd.Series(np.sin(np.arange(len(times))), times).where(known)
    if kind == "columns":
        y = pd.DataFrame({"a": y, "b": y})
    elif kind == "panel":
        y = pd.concat({"a": y, "b": y}).to_frame("y")
    with pytest.warns(UserWarning, match="Leave them out: ") as caught:
        RNNForecaster(lag=2, units=2, epochs=1, engine="numpy", sp=1).fit(y, fh=[1])
    text = next(str(each.message) for each in caught if "Leave them out" in str(each.message))
    names = {"y": y}
    exec(re.search(r"Leave them out: (y = .*?)\.( |$)", text)[1], names)
    left = names["y"]
    assert len(left) == known.sum() * (1 + (kind == "panel"))
    assert left.notna().to_numpy().all()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        RNNForecaster(lag=2, units=2, epochs=1, engine="numpy", sp=1).fit(left, fh=[1])
    assert not [each for each in caught if "Leave them out" in str(each.message)]


@pytest.mark.parametrize("y", [WIDE, late(20, list("abc")), WIDE[WIDE.index.dayofweek < 5]])
def test_other_rows_that_are_unknown(y, recwarn):
    warn_of(warn_of_unknown_times, y, 3)
    assert not recwarn.list


LONG = pd.DataFrame({"unique_id": ["a", "b"] * 5, "ds": DAYS.repeat(2)[:10], "y": 1.0})


@pytest.mark.parametrize("name", ["y", "X"])
@pytest.mark.parametrize("ids", [["a", "b"] * 5, [3] * 10])
@pytest.mark.parametrize("column", ["ds", "unique_id"])
def test_a_column_of_a_long_table_as_its_index(column, ids, name):
    frame = LONG.assign(unique_id=ids).set_index(column)
    with pytest.raises(TypeError, match=rf"{column!r} is its index.*: {name}\.reset_index\(\)\.$"):
        check_data(**{name: frame})


def test_one_series_with_its_name_in_a_column():
    frame = LONG[::2].set_index("ds")
    with pytest.raises(
        TypeError, match=r"one series, drop the column: y\.drop\(columns='unique_id'"
    ):
        check_data(y=frame)
    check_data(y=frame.drop(columns="unique_id"))


@pytest.mark.parametrize("column", ["day", "ward"])
def test_a_column_with_another_name_as_the_index(column):
    frame = LONG.set_axis(["ward", "day", "n"], axis=1).set_index(column)
    with pytest.raises(
        TypeError, match=r"a long table.* call y\.reset_index\(\), name its col"
    ) as error:
        check_data(y=frame)
    assert "one series" not in str(error.value)
