"""Names, times and numbers in the columns of a long table."""

import decimal
import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from skrnn._text_among_numbers import is_number
from skrnn.forecasting._long_columns import names_of_series, times_of, values_of

DATES = pd.DatetimeIndex(["2024-05-03", "2024-05-01", "2024-05-02"], name="ds")


def times(values):
    return times_of(pd.DataFrame({"ds": values}), "ds")


@pytest.mark.parametrize(
    "values",
    [
        DATES,
        DATES.strftime("%Y-%m-%d"),
        DATES.strftime("%Y-%m-%dT%H:%M"),
        list(DATES.date),
        pd.Series(DATES).astype(object),
        pd.Series(DATES).astype("category"),
        pd.Series(DATES.strftime("%Y-%m-%d")).astype("category"),
        pd.Series(DATES).convert_dtypes(dtype_backend="pyarrow"),
        pd.Series(DATES.strftime("%Y-%m-%d")).astype("string[pyarrow]"),
        DATES.as_unit("ms"),
    ],
    ids=repr,
)
def test_dates(values):
    found = times(values)
    assert isinstance(found, pd.DatetimeIndex)
    assert (found == DATES).all()
    assert found.name == "ds"


@pytest.mark.parametrize(
    "values",
    [
        DATES.tz_localize("Europe/Berlin"),
        DATES.to_period("D"),
        DATES - DATES[0],
        pd.Index([3, 1, 2]),
        pd.Index([20240503, 20240551, 20240502]),  # numbers, but not all of them dates
    ],
    ids=repr,
)
def test_other_times_are_kept(values):
    pd.testing.assert_index_equal(times(values), values.rename("ds"))


def test_text_with_a_time_zone():
    found = times(["2024-05-01T00:00+02:00", "2024-05-01T01:00+02:00"])
    assert str(found.tz) == "UTC+02:00"


@pytest.mark.parametrize("values", [[2001.0, 2002.0], pd.array([2001, 2002], dtype="Int64")])
def test_whole_numbers(values):
    assert times(values).tolist() == [2001, 2002]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["01.02.2024", "13.02.2024"], r'\'01.02.2024\'.*frame\[\'ds\'\] = .*format="%d.%m.%Y"'),
        (["2024-01-01", "yesterday"], "text such as 'yesterday'"),
        (["2024-01-45"], "text such as '2024-01-45'"),
        (["2024Q1"], r'PeriodIndex\(frame\[\'ds\'\], freq="Q"\)'),
        (
            ["2024-03-31T00:00+01:00", "2024-04-01T00:00+02:00"],
            r'offsets from UTC.* = pd.to_datetime\(frame\[\'ds\'\], utc=True\).dt.tz_convert\("',
        ),
        (["2024-01-01", "2024-01-02", "n/a"], "such as 'n/a', which is not a date. Correct it"),
        (["2024-01-01", "2024-01-32", "2024-01-03"], "such as '2024-01-32', which is not a date"),
        ([20240131, 20240201], r'whole numbers such as 20240131.*format="%Y%m%d"'),
        ([202312, 202401], r'whole numbers such as 202312.*format="%Y%m"'),
        ([202352, 202401], r'ds\'\].astype\(str\) \+ "-1", format="%G%V-%u"'),
        ([1.5, 2.0], "such as .*1.5.* of type float"),
        ([True, False], "of type bool"),
        ([{}, {}], "of type dict"),
        (
            ["2024-01-01", None],
            r"'ds', which contains the times, is empty in 1 row\(s\), first in row 1",
        ),
        ([pd.NaT, pd.Timestamp("2024")], "first in row 0.*dropna"),
    ],
)
def test_refuses_times(values, message):
    with pytest.raises(ValueError, match=message):
        times(values)


@pytest.mark.parametrize(
    ("weeks", "first"),
    [
        (["2022-W01", "2022-W02"], "2022-01-03"),
        (["2020W53", "2021W01"], "2020-12-28"),
        (["2022-W01-3", "2022-W02-3"], "2022-01-05"),
        (["2022W017", "2022W027"], "2022-01-09"),
    ],
)
def test_the_advice_for_iso_weeks_converts_them(weeks, first):
    frame = pd.DataFrame({"ds": weeks})
    with pytest.raises(ValueError, match="ds") as caught:
        times_of(frame, "ds")
    line = re.search(r"pd.to_datetime\(.*?%[Vu]\S*?\"\)", str(caught.value))[0]
    converted = eval(line, {"pd": pd, "frame": frame})
    assert list(converted) == list(pd.date_range(first, periods=2, freq="7D"))


def test_series_are_numbered_in_order():
    frame = pd.DataFrame({"shop": ["b", "a", "b"], "item": [1, 2, 0]})
    series, instances = names_of_series(frame, ["shop"])
    assert (series.tolist(), instances.tolist()) == ([1, 0, 1], ["a", "b"])
    series, instances = names_of_series(frame, ["shop", "item"])
    assert series.tolist() == [2, 0, 1]
    assert instances.tolist() == [("a", 2), ("b", 0), ("b", 1)]
    assert list(instances.names) == ["shop", "item"]


def test_one_series_has_no_name():
    series, instances = names_of_series(pd.DataFrame({"y": [1, 2]}), [])
    assert series.tolist() == [0, 0]
    assert instances is None


@pytest.mark.parametrize(
    "ids", [["b", "a"], pd.Categorical(["b", "a"], ["c", "b", "a"]), [2, "a"]]
)
def test_ids_of_any_type(ids):
    series, instances = names_of_series(pd.DataFrame({"id": ids}), ["id"])
    assert set(instances) == set(ids)
    assert instances[series].tolist() == list(ids)


def test_refuses_a_missing_id():
    frame = pd.DataFrame({"id": ["a", None, np.nan]})
    with pytest.raises(ValueError, match=r"'id'.* is empty in 2 row\(s\), first in row 1.*dropna"):
        names_of_series(frame, ["id"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], [1, 2]),
        ([True, False], [1, 0]),
        (pd.array([1, None], dtype="Int64"), [1, np.nan]),
        (pd.array([1.5, None], dtype="double[pyarrow]"), [1.5, np.nan]),
        (pd.Series([1, None, 2.5], dtype=object), [1, np.nan, 2.5]),
        ([decimal.Decimal("1.5"), None], [1.5, np.nan]),
        (pd.Series([True, None], dtype=object), [1, np.nan]),
        (pd.Series([None, None], dtype=object), [np.nan, np.nan]),
    ],
)
def test_numbers(values, expected):
    frame = pd.DataFrame({"y": values})
    np.testing.assert_array_equal(values_of(frame, ["y"], "target")[:, 0], expected)


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        (["1", "2"], "target", r"frame\['y'\] = pd.to_numeric\(frame\['y'\]\)\.$"),
        (["1,5", "2"], "target", r'str.replace\(",", "."\)\)'),
        (["1", "n/a"], "target", "such as 'n/a'.*errors=\"coerce\""),
        ([1, "2"], "target", "such as '2'"),
        (pd.Categorical(["1", "2"]), "target", "dtype category"),
        (list(DATES), "target", "such as Timestamp"),
        ([1j, 2], "target", "dtype complex"),
        ([1, np.inf], "target", "'y' is infinite in row 1"),
        (
            ["shop", "kiosk"],
            "feature",
            r"such as 'shop'.*pd.get_dummies\(frame, columns=\['y'\]\)",
        ),
        (list(DATES), "feature", r"frame\['y'\].dt.month"),
    ],
)
def test_refuses_values(values, kind, message):
    with pytest.raises(ValueError, match=message):
        values_of(pd.DataFrame({"y": values}), ["y"], kind)


@pytest.mark.parametrize(
    "dtype", ["null[pyarrow]", "string[pyarrow]", "category", "datetime64[ns]"]
)
def test_a_column_without_known_values_is_unknown(dtype):
    column = pd.Series([None, None], dtype=object)
    column = column.astype(pd.ArrowDtype(pa.null()) if dtype == "null[pyarrow]" else dtype)
    assert np.isnan(values_of(pd.DataFrame({"x": column}), ["x"], "feature")).all()


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["W02", "W03", "W02 "], 'frame["id"].str.split().str.join(" ")'),
        (["w 02", "w  02"], 'frame["id"].str.split().str.join(" ")'),
        (["a", "A"], 'frame["id"].str.upper()'),
        (["Shop A ", "shop a"], 'frame["id"].str.split().str.join(" ").str.upper()'),
    ],
)
def test_warns_of_names_that_differ_by_blanks_or_case(names, code):
    frame = pd.DataFrame({"id": names})
    with pytest.warns(UserWarning, match="differ only in blanks or case, but count") as caught:
        names_of_series(frame, ["id"])
    assert f"write frame['id'] = {code}.".replace('"id"', "'id'") in str(caught[0].message)
    frame["id"] = eval(code, {"frame": frame})
    assert frame["id"].nunique() == len(set(names)) - 1
    names_of_series(frame, ["id"])  # without a warning


@pytest.mark.parametrize(
    "names",
    [
        [7, "7"],
        [7.0, "7"],
        ["7", "7.0"],
        [7, 8, "7 ", "ICU"],
        [7.0, "-3", "-3.0 ", "v2.0", "v2"],
        ["7", "7.0", "v2.0", "v2", "1.0.0", "1.0b"],
        [np.int64(7), "7"],
        pd.array(["7", "7.0"], dtype="string"),
    ],
    ids=str,
)
def test_warns_of_numbers_that_are_partly_text(names):
    frame = pd.DataFrame({"id": pd.Series(names, dtype=getattr(names, "dtype", object))})
    with pytest.warns(UserWarning, match="are the same number, but count as") as caught:
        names_of_series(frame, ["id"])
    exec(str(caught[0].message).partition("write ")[2][:-1], {"frame": frame})
    assert frame["id"].nunique() == len(names) - 1
    kept = [name for name in names if isinstance(name, str) and not is_number(name)]
    assert set(kept) <= set(frame["id"])
    names_of_series(frame, ["id"])  # without a warning


@pytest.mark.parametrize("names", [[7, "8"], ["7", "07"], [True, "1"], [1.5, "1.50"], [7, 8]])
def test_other_numbers_are_different_names(names):
    """They are different series, and there is no warning, which would be an error."""
    series, _ = names_of_series(pd.DataFrame({"id": pd.Series(names, dtype=object)}), ["id"])
    assert set(series) == {0, 1}
