"""Checks on series that scikit-learn lacks."""

from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import polars
import pytest
from scipy import sparse
from sklearn.base import BaseEstimator

from skrnn import LagWindowTransformer, RNNRegressor, StepScaler, make_lag_windows
from skrnn._validation import (
    Count,
    check_features,
    check_series,
    check_series_of,
    is_position,
    without_mask,
)

NAMES = ["temp", "wind", "sun", "rain"]


@pytest.mark.parametrize("value", [1, 7, np.int64(3), np.uint8(1)])
def test_a_count_is_an_integer(value):
    assert Count(1).is_satisfied_by(value)


@pytest.mark.parametrize("value", [0, -1, 1.0, True, np.True_, "1", None, np.nan, [1]])
def test_a_count_is_nothing_else(value):
    assert not Count(1).is_satisfied_by(value)


def test_a_count_says_its_range():
    assert str(Count(1)) == "an int in the range [1, inf)"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (np.float64, np.float64),
        (np.float32, np.float32),
        (np.float16, np.float64),
        (np.int64, np.float64),
        (np.uint8, np.float64),
        (bool, np.float64),
        (object, np.float64),
    ],
)
def test_single_and_double_precision_are_kept(given, kept):
    series = check_series(np.ones((3, 1), dtype=given))
    assert series.dtype == kept
    assert series.shape == (3, 1)


def test_pandas_missing_values_become_nan():
    series = check_series(pd.DataFrame({"temp": pd.array([1, None], dtype="Int64")}))
    np.testing.assert_array_equal(series, [[1.0], [np.nan]])


MASKED = np.ma.masked_equal(np.where(np.arange(16) % 9, np.arange(16) / 16, -999), -999)
FILLED = MASKED.filled(np.nan)


def fitted(X, y):
    return RNNRegressor("simple", 2, epochs=1, random_state=0, engine="numpy").fit(X, y)


@pytest.mark.filterwarnings("ignore:.*left out of training")
@pytest.mark.parametrize("shape", [(8, 2), (4, 2, 2)])
@pytest.mark.parametrize(
    "outcome",
    [
        lambda X: StepScaler().fit_transform(X),
        lambda X: fitted(X, np.arange(len(X)) / 8).predict(X),
        lambda X: fitted(list(X), np.arange(len(X)) / 8).weights_[0],
        lambda X: fitted(FILLED.reshape(len(X), -1), X[..., 0].reshape(len(X), -1)).weights_[0],
        lambda X: fitted(FILLED.reshape(8, 2), list(X.reshape(8, 2))).weights_[0],
        lambda X: fitted(FILLED.reshape(8, 2), FILLED[:8]).score(
            FILLED.reshape(8, 2), X.reshape(8, 2)[:, 1]
        ),
        lambda X: LagWindowTransformer(2).fit_transform(X.reshape(8, 2)),
        lambda X: make_lag_windows(X.reshape(8, 2), 2)[0],
    ],
)
def test_masked_values_are_unknown(outcome, shape):
    results = [outcome(X.reshape(shape)) for X in (MASKED, FILLED)]
    np.testing.assert_array_equal(*results)


def test_only_later_rows_of_a_list_are_masked():
    rows = [np.zeros(2), np.ma.masked_equal([1, -999], -999)]
    np.testing.assert_array_equal(check_series(rows), [[0, 0], [1, np.nan]])


def test_masked_text_is_unknown():
    unknown, known = without_mask(np.ma.array(["a", "b"], mask=[True, False]))
    assert np.isnan(unknown)
    assert known == "b"


@pytest.mark.parametrize("method", ["fit", "score"])
def test_masked_weights_are_refused(method):
    X, y = np.ones((3, 2)), np.arange(3) / 3
    model = fitted(X, y)
    with pytest.raises(ValueError, match="sample_weight contains NaN"):
        getattr(model, method)(X, y, sample_weight=np.ma.masked_equal([1.0, 2, 999], 999))


def test_masked_categories_are_unknown():
    kinds = np.ma.masked_equal(np.array([3, 1, -999, 3, 1, 2, 3, 1])[:, None], -999)
    model = RNNRegressor("simple", 2, epochs=1, categorical_features=[0], engine="numpy")
    assert model.fit(kinds, np.arange(8) / 8).categories_ == {"x0": [1, 2, 3]}


def test_no_copy_unless_asked_for():
    X = np.ones((3, 1))
    assert np.shares_memory(check_series(X), X)
    assert not np.shares_memory(check_series(X, copy=True), X)


@pytest.mark.parametrize(
    ("series", "error", "words"),
    [
        (np.ones(3), ValueError, "Expected 2D array, got 1D array"),
        (pd.Series([1.0]), ValueError, "Expected a 2-dimensional container but got"),
        (np.ones((3, 1, 1)), ValueError, "Found array with dim 3"),
        (np.ones((0, 1)), ValueError, "0 sample"),
        (np.ones((3, 0)), ValueError, "0 feature"),
        ([[1.0], [np.inf]], ValueError, "X contains infinity"),
        ([[1.0], [-np.inf]], ValueError, "X contains infinity"),
        ([["cold"], ["warm"]], ValueError, "could not convert string to float"),
        (np.array([[1.0 + 2.0j]]), ValueError, "Complex data not supported"),
        (np.ma.array([[1.0 + 2.0j]], mask=[[True]]), ValueError, "Complex data not supported"),
        ([[1.0 + 2.0j]], TypeError, "must be a string or a real number, not 'complex'"),
        (sparse.csr_array(np.eye(3)), TypeError, "Sparse data was passed"),
        (np.array([["1981-01-01"]], dtype="M8[D]"), ValueError, r"got a column of datetime64\[D"),
        (np.array([[1]], dtype="m8[s]"), ValueError, r"got a column of timedelta64\[s"),
        (
            pd.DataFrame({"day": pd.date_range("1981", periods=2), "temp": [1.0, 2.0]}),
            ValueError,
            "X must contain numbers, got a column of datetime64.*Make the dates the index of X",
        ),
        (
            pd.DataFrame({"day": pd.date_range("1981", periods=2, tz="UTC")}),
            ValueError,
            r"got a column of datetime64\[.*UTC",
        ),
        (
            pd.DataFrame({"day": pd.period_range("1981", periods=2, freq="D")}),
            ValueError,
            r"got a column of period\[D\]",
        ),
    ],
)
def test_what_is_no_series_is_an_error(series, error, words):
    with pytest.raises(error, match=words):
        check_series(series)
    with pytest.raises(error, match=words):
        check_series_of(BaseEstimator(), series, reset=True)


def test_the_error_names_the_input():
    with pytest.raises(ValueError, match="Input past contains infinity"):
        check_series([[np.inf]], input_name="past")


@pytest.mark.parametrize(
    ("spec", "positions"),
    [
        ("wind", [1]),
        (["sun", "temp"], [2, 0]),
        (("sun",), [2]),
        (np.array(["rain"]), [3]),
        (pd.Index(["rain", "temp"]), [3, 0]),
        (2, [2]),
        (-1, [3]),
        (np.int64(0), [0]),
        ([0, -1], [0, 3]),
        (np.array([1, 2]), [1, 2]),
        (range(2), [0, 1]),
        ([True, False, False, True], [0, 3]),
        (np.array([False] * 4), []),
        ([], []),
        (slice(None), [0, 1, 2, 3]),
        (slice(1, None), [1, 2, 3]),
        (slice(None, None, 2), [0, 2]),
        (slice(-2, None), [2, 3]),
        (slice("wind", "rain"), [1, 2, 3]),
        (slice(None, "wind"), [0, 1]),
        (slice("sun", None), [2, 3]),
    ],
)
def test_features_are_found(spec, positions):
    found = check_features(spec, param="known_features", n_features=4, names=NAMES)
    assert found.dtype.kind == "i"
    assert found.tolist() == positions


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("fog", r"known_features names the feature 'fog', which is not among .*'temp', 'wind'"),
        (["temp", "fog"], "names the feature 'fog'"),
        (slice("temp", "fog"), "names the feature 'fog'"),
        (4, "positions from -4 to 3, or a boolean mask of 4 entries; got 4"),
        (-5, "positions from -4 to 3.*got -5"),
        ([0, 4], r"positions from -4 to 3.*got \[0, 4\]"),
        (1.0, "positions from -4 to 3.*got 1.0"),
        ([0.5], "positions from -4 to 3"),
        ([True, False], "known_features is a mask of 2 entries, but X has 4 features"),
        ([True, 1, False, 0], "positions from -4 to 3"),
        (["temp", 1], "positions from -4 to 3"),
        ([[0, 1]], "positions from -4 to 3"),
        ([None], "positions from -4 to 3"),
        ({"temp"}, "positions from -4 to 3"),
        (slice(0.5, 2), "must be a slice of names or of positions, got slice"),
    ],
)
def test_features_that_are_not_there_are_an_error(spec, words):
    with pytest.raises(ValueError, match=words):
        check_features(spec, param="known_features", n_features=4, names=NAMES)


@pytest.mark.parametrize("spec", ["temp", ["temp"], slice("temp", None), slice(None, "temp")])
def test_names_need_names(spec):
    with pytest.raises(ValueError, match="level names the feature 'temp', but X has no feature"):
        check_features(spec, param="level", n_features=4)


@pytest.mark.parametrize(
    ("key", "found"), [(0, True), (-4, True), (3, True), (4, False), (-5, False), (True, False)]
)
def test_positions_count_from_either_end(key, found):
    assert is_position(key, 4) == found


# --- dates in the place of numbers

MOMENTS = {
    "datetime": [datetime(1981, 1, day) for day in range(1, 9)],
    "date": [date(1981, 1, day) for day in range(1, 9)],
    "time": [time(hour) for hour in range(1, 9)],
    "timedelta": [timedelta(hours=hour) for hour in range(1, 9)],
    "Timestamp": list(pd.date_range("1981-01-01", periods=8, tz="UTC")),
    "Period": list(pd.period_range("1981-01", periods=8, freq="M")),
    "datetime64": list(np.arange("1981-01-01", "1981-01-09", dtype="M8[D]")),
}
NUMBERS = np.arange(8.0)


def next_to_numbers(column):
    return pd.DataFrame({"temp": NUMBERS, "day": column})


def containers():
    """Dates in whatever may hold them; the key says in what."""
    for name, moments in MOMENTS.items():
        yield f"list of {name}", [[moment] for moment in moments]
        yield f"objects of {name}", np.array(moments, dtype=object)[:, None]
        yield f"object column of {name}", next_to_numbers(pd.Series(moments, dtype=object))
    days = pd.Series(pd.date_range("1981-01-01", periods=8))
    yield "categories", next_to_numbers(days.astype("category"))
    yield "periods", next_to_numbers(days.dt.to_period("D"))
    yield "durations", next_to_numbers(days - days[0])
    yield "rows of mixed values", [[float(row), day] for row, day in enumerate(days)]


def containers_of_others():
    """The same of polars and Arrow."""
    for name in ("datetime", "date", "time", "timedelta"):
        series = polars.Series("day", MOMENTS[name])
        yield f"polars Series of {name}", series
        yield f"polars DataFrame of {name}", polars.DataFrame({"temp": NUMBERS, "day": series})
        as_objects = polars.Series("day", MOMENTS[name], dtype=polars.Object)
        yield f"polars objects of {name}", polars.DataFrame({"temp": NUMBERS, "day": as_objects})
        yield f"Arrow table of {name}", series.to_frame().to_arrow()
    days = pd.Series(pd.date_range("1981-01-01", periods=8))
    for dtype in ("timestamp[us]", "timestamp[ns, tz=UTC]"):
        yield (
            dtype,
            next_to_numbers(days.dt.tz_localize("UTC" if "tz" in dtype else None)).astype(
                {"day": f"{dtype}[pyarrow]"}
            ),
        )
    for dtype, name in (("date32[day]", "date"), ("time64[us]", "time")):
        yield dtype, next_to_numbers(pd.array(MOMENTS[name], dtype=f"{dtype}[pyarrow]"))
    yield "duration", next_to_numbers(days - days[0]).astype({"day": "duration[us][pyarrow]"})


def assert_refused(X):
    with pytest.raises(ValueError, match="series must contain numbers, got a column of"):
        make_lag_windows(X, 2)
    if np.ndim(X) == 2 or hasattr(X, "columns"):
        with pytest.raises(ValueError, match="X must contain numbers, got a column of"):
            LagWindowTransformer(lag=2).fit(X)
        with pytest.raises(ValueError, match="X must contain numbers, got a column of"):
            RNNRegressor(units=1, epochs=1).fit(X, NUMBERS)
    with pytest.raises(ValueError, match="y must contain numbers, got a column of"):
        RNNRegressor(units=1, epochs=1).fit(NUMBERS[:, None], X)


@pytest.mark.parametrize("name", [name for name, _ in containers()])
def test_dates_are_no_numbers(name):
    assert_refused(dict(containers())[name])


def test_dates_of_polars_and_arrow_are_no_numbers():
    for _, X in containers_of_others():
        assert_refused(X)


def test_numbers_of_polars_and_arrow_are_numbers():
    frame = polars.DataFrame({"temp": NUMBERS, "n": [1, 2, None, 4, 5, 6, 7, 8]})
    expected = np.column_stack([NUMBERS, [1, 2, np.nan, 4, 5, 6, 7, 8]])
    np.testing.assert_array_equal(check_series(frame), expected)
    arrow = pd.DataFrame({"temp": NUMBERS}).astype("double[pyarrow]")
    np.testing.assert_array_equal(check_series(arrow)[:, 0], NUMBERS)


def test_rows_of_unequal_length_are_left_to_the_other_checks():
    with pytest.raises(ValueError, match="inhomogeneous"):
        check_series([[1.0], [2.0, 3.0]])
