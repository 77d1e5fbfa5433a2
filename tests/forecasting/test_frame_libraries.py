"""Tables from pandas, polars and Arrow."""

import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from skrnn.forecasting._frame_libraries import (
    as_pandas,
    column_names,
    dtypes_of,
    given_back,
    library_of,
)

FRAME = pd.DataFrame({"id": ["a", "b"], "y": [1.0, 2.5]})
TABLES = {
    "pandas": FRAME,
    "polars": pl.DataFrame({"id": ["a", "b"], "y": [1.0, 2.5]}),
    "pyarrow": pa.table({"id": ["a", "b"], "y": [1.0, 2.5]}),
}


@pytest.mark.parametrize("library", TABLES)
def test_there_and_back(library):
    table = TABLES[library]
    assert library_of(table) == library
    assert column_names(table) == ["id", "y"]
    pd.testing.assert_frame_equal(as_pandas(table), FRAME)
    again = given_back(FRAME, library, dtypes_of(table, ["id"]))
    assert type(again) is type(table)
    pd.testing.assert_frame_equal(as_pandas(again), FRAME)


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_types_are_given_back(library):
    narrow = {
        "polars": pl.DataFrame({"id": [1, 2]}, schema={"id": pl.Int16}),
        "pyarrow": pa.table({"id": pa.array([1, 2], pa.int16())}),
    }[library]
    again = given_back(pd.DataFrame({"id": [1, 2]}), library, dtypes_of(narrow, ["id"]))
    assert again.schema == narrow.schema


class Stream:
    """What duckdb and others give: only Arrow's interface."""

    def __arrow_c_stream__(self, requested_schema=None):
        return TABLES["pyarrow"].__arrow_c_stream__(requested_schema)


def test_other_tables_through_arrow():
    assert library_of(Stream()) is None
    pd.testing.assert_frame_equal(as_pandas(Stream()), FRAME)


@pytest.mark.parametrize(
    "given",
    [[1, 2], pd.Series([1.0]), TABLES["polars"].to_series(), "sales.csv", FRAME.to_numpy()],
    ids=range(5),
)
def test_what_is_no_table(given):
    assert column_names(given) == []
    with pytest.raises(TypeError, match=f"polars DataFrame.* Got {type(given).__name__}"):
        as_pandas(given, "y")


def test_rows_that_are_not_in_memory():
    with pytest.raises(TypeError, match=r"y is a polars LazyFrame.* Call y.collect\(\) first"):
        as_pandas(TABLES["polars"].lazy(), "y")


@pytest.mark.parametrize("table", [TABLES["polars"], Stream()])
def test_names_the_extra_where_pyarrow_is_missing(table, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ImportError, match=r"pyarrow is needed.*'skrnn\[arrow\]'"):
        as_pandas(table)
    assert as_pandas(FRAME) is FRAME
    with pytest.raises(ImportError, match=r"pyarrow is needed.*'skrnn\[arrow\]'"):
        given_back(FRAME, "pyarrow")


def test_names_polars_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(ImportError, match="polars, which is not installed: pip install polars"):
        given_back(FRAME, "polars")
