"""One series, and the gaps in its index."""

import numpy as np
import pandas as pd
import pytest

from skrnn.plotting._single_series import check_single_series, find_gaps


def gaps(index):
    rows, lengths = find_gaps(index)
    return dict(zip(rows.tolist(), lengths.tolist(), strict=True))


def without(index, *positions):
    return index.delete(positions)


def test_the_lecture_s_series_lacks_two_days(melbourne):
    rows, lengths = find_gaps(melbourne.index)
    assert [str(day.date()) for day in melbourne.index[rows]] == ["1984-12-30", "1988-12-30"]
    assert lengths.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (pd.date_range("2000-01-01", periods=9), {}),
        (without(pd.date_range("2000-01-01", periods=9), 3, 4, 7), {2: 2, 4: 1}),
        (without(pd.date_range("2000-01-01", periods=24, freq="MS"), 5), {4: 1}),
        (without(pd.date_range("2000-01-31", periods=24, freq="ME"), 5), {4: 1}),
        (without(pd.bdate_range("2000-01-03", periods=30), 4, 12), {3: 1, 10: 1}),
        (without(pd.period_range("2000-01", periods=9, freq="M"), 5), {4: 1}),
        (without(pd.timedelta_range("0h", periods=9, freq="h"), 5), {4: 1}),
        (pd.Index([0, 1, 2, 5, 6]), {2: 2}),
        (pd.Index([0, 5, 10, 25, 30]), {2: 2}),
        (
            pd.DatetimeIndex(
                [
                    day + pd.Timedelta(hours=hour)
                    for day in pd.date_range("2000-01-01", periods=5)
                    for hour in range(9, 16)
                ]
            ),
            {},
        ),
        (pd.RangeIndex(5), {}),
        (pd.Index([0.5, 1.0, 1.5, 3.0, 3.5]), {2: 2}),
        (pd.Index(np.arange(20) * 0.1).delete(7), {6: 1}),
        (pd.Index([0.1, 0.25, 0.6]), {}),
        (pd.Index([0.5]), {}),
        (pd.Index([3]), {}),
        (
            without(pd.date_range("2000-03-25", periods=9, tz="Europe/Berlin"), 5),
            {4: 1},
        ),
    ],
)
def test_gaps(index, expected):
    assert gaps(index) == expected


def test_names_and_labels():
    days = pd.date_range("2000-01-01", periods=2)
    time, values, name = check_single_series(pd.DataFrame({"level": [1, 2]}, days))
    assert time.equals(days)
    assert values.tolist() == [1.0, 2.0]
    assert name == "level"
    assert check_single_series(pd.Series([1.0], name=3))[2] == "3"
    assert check_single_series(pd.Series([1.0, 2.0], [0.5, 1.0]))[0].tolist() == [0.5, 1.0]
    for meaningless in ([1.0, 0.5], [0.5, np.nan], ["a", "b"]):
        time, *_ = check_single_series(pd.Series([1.0, 2.0], meaningless))
        assert time.equals(pd.RangeIndex(2))
    time, _, name = check_single_series([[1.0], [np.nan]])
    assert time.equals(pd.RangeIndex(2))
    assert name is None


@pytest.mark.parametrize(
    ("series", "message"),
    [
        (np.ones((3, 2)), r"series must be one series, .* \(3, 2\)"),
        ([np.nan, np.nan], "series must contain a known value; all 2 are missing"),
        ([], "0 sample"),
        ([np.inf], "infinity"),
        (pd.Series([1.0, 2.0], [1, 0]), "index of series is not in time order"),
        (pd.Series([1.0, 2.0], [1, 1]), "index of series repeats"),
        (pd.Series([1.0, 2.0], ["2000-01-01", "2000-01-02"]), "pd.to_datetime"),
        (
            pd.Series([1.0, 2.0], pd.MultiIndex.from_product([["a"], [1, 2]])),
            "index of series has 2 levels.*RNNForecaster",
        ),
    ],
)
def test_refusals(series, message):
    with pytest.raises(ValueError, match=message):
        check_single_series(series)
