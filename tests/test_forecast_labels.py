"""The labels of forecasts, and those that features known in advance must have."""

import numpy as np
import pandas as pd
import pytest

from skrnn._forecast_labels import labels_after

MONTHS = pd.date_range("2020-01-01", periods=24, freq="MS")
DAYS = pd.date_range("2020-01-01", periods=24)
WEEKDAYS = pd.bdate_range("2020-01-01", periods=60)
HOURS = pd.date_range("2020-03-01", periods=24, freq="h", tz="Europe/Madrid")


def frame(index):
    return pd.DataFrame({"x": np.arange(len(index))}, index)


def undeclared(index):
    return pd.Index(list(index))


INDEXES = {
    "months": MONTHS,
    "months without a frequency": undeclared(MONTHS),
    "days": undeclared(DAYS),
    "weekdays": undeclared(WEEKDAYS),
    "hours": HOURS,
    "quarters": pd.period_range("2000-01", periods=24, freq="Q"),
    "durations": pd.timedelta_range("1h", periods=24, freq="30min"),
    "integers": pd.Index(np.arange(24) * 5),
    "halves": pd.Index(np.arange(24) * 0.5),
    "tenths": pd.Index(np.arange(24) * 0.1, name="seconds"),
}


@pytest.mark.parametrize("name", INDEXES)
def test_labels_go_on_and_given_ones_are_the_same(name):
    index = INDEXES[name]
    X, later = frame(index[:20]), frame(index[20:])
    labels = labels_after(X, None, 3)
    assert labels.name == index.name
    if labels.dtype == float:
        np.testing.assert_allclose(labels, index[20:23], rtol=1e-12)
    else:
        assert list(labels) == list(index[20:23])
    assert list(labels_after(X, later, 3)) == list(index[20:23])
    assert list(labels_after(X, later["x"], 2)) == list(index[20:22])
    for wrong in (later.iloc[2:], later.iloc[::2], frame(index[19:])):
        with pytest.raises(ValueError, match="the rows that follow"):
            labels_after(X, wrong, 2)


@pytest.mark.parametrize(
    ("index", "given", "last", "first"),
    [
        (MONTHS, pd.date_range("2022-03-01", periods=9, freq="MS"), "2021-12-01", "2022-03-01"),
        (MONTHS, pd.date_range("2022-01-01", periods=9), "2021-12-01", "2022-01-02"),
        (MONTHS, pd.date_range("2021-12-02", periods=9), "2021-12-01", "2021-12-02"),
        (undeclared(MONTHS), pd.date_range("2021-12-02", periods=9), "2021-12-01", "2021-12-02"),
        (DAYS, pd.date_range("2020-01-25", periods=9, freq="MS"), "2020-01-24", "2020-02-01"),
        (HOURS, HOURS + pd.Timedelta(25, unit="h"), "2020-03-01 23:00", "2020-03-02 01:00"),
        (pd.Index([0.5, 1.0, 1.5]), pd.Index([2.0, 3.0]), "1.5", "3.0"),
        (pd.RangeIndex(3, 9), pd.RangeIndex(10, 19), "8", "10"),
    ],
)
def test_labels_that_leave_out_rows_are_refused_with_both_labels(index, given, last, first):
    with pytest.raises(ValueError, match=f"{first}.* rows that follow {last}"):
        labels_after(frame(index), frame(given), 2)


def test_holidays_as_long_as_others_may_be_left_out():
    """A year of weekdays without a few single days."""
    index = undeclared(pd.bdate_range("2020-01-01", periods=260).delete([10, 70, 100, 180]))
    later = undeclared(pd.bdate_range("2020-12-30", periods=12).delete([2, 6]))
    X = frame(index)
    assert index[-1] == pd.Timestamp("2020-12-29")
    assert list(labels_after(X, frame(later), 8)) == list(later[:8])
    with pytest.raises(ValueError, match="the rows that follow"):
        labels_after(X, frame(later[5:]), 3)


@pytest.mark.parametrize(
    "given", [pd.period_range("2022-01", periods=3, freq="M"), pd.Index([3, 4, 5]), list("abc")]
)
def test_labels_of_another_kind_are_refused(given):
    with pytest.raises(ValueError, match="cannot be compared with Timestamp"):
        labels_after(frame(MONTHS), frame(pd.Index(given)), 3)


def test_a_default_index_says_nothing():
    assert list(labels_after(frame(MONTHS[:20]), frame(range(3)), 3)) == list(MONTHS[20:23])
    halves = frame(pd.Index([0.5, 1.0]))
    assert list(labels_after(halves, frame(range(3)), 3)) == [1.5, 2.0, 2.5]


@pytest.mark.parametrize(
    "index", [["a", "b", "c"], [0.0, 1.0, 2.5], [2.0, 1.0, 0.0], [0.5, np.nan, 1.5], [0.5]]
)
def test_labels_without_a_known_next_one(index):
    X = frame(pd.Index(index))
    with pytest.raises(ValueError, match=r"next label is not known.*reset_index\(drop=True"):
        labels_after(X, None, 2)
    assert list(labels_after(X, frame(["d", "e"]), 2)) == ["d", "e"]
    with pytest.raises(ValueError, match="which is also in X"):
        labels_after(X, frame(X.index[:1].append(pd.Index(["e"]))), 2)


def test_an_irregular_series_takes_the_labels_of_its_features():
    gaps = np.random.default_rng(0).integers(1, 10**6, 40)
    X = frame(pd.Timestamp("2020-01-01") + pd.to_timedelta(gaps.cumsum(), unit="s"))
    with pytest.raises(ValueError, match="The index of X is irregular"):
        labels_after(X, None, 2)
    later = X.index[-1] + pd.to_timedelta([5, 99], unit="s")
    assert list(labels_after(X, frame(later), 2)) == list(later)
    with pytest.raises(ValueError, match="not after"):
        labels_after(X, frame(X.index[-1:].append(later)), 2)
