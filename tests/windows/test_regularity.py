"""The frequency of an index, and the warning about missing rows."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import KFold

from skrnn import LagWindowTransformer, make_lag_windows
from skrnn.windows._calendar import Week
from skrnn.windows._regularity import (
    find_missing,
    infer_frequency,
    infer_integer_step,
    warn_of_missing_rows,
)

WORKING_DAYS = pd.bdate_range("2024-03-01", periods=60)
SESSIONS = pd.DatetimeIndex(
    [day + pd.Timedelta(hours=hour) for day in WORKING_DAYS for hour in range(9, 16)]
)


def undeclared(index):
    return pd.DatetimeIndex(index, freq=None)


HOLES = {
    "days": pd.date_range("2024-01-01", periods=60).delete([10, 40]),
    "hours": pd.date_range("2024-01-01", periods=99, freq="h").delete([10, 40]),
    "hours of Madrid": pd.date_range(
        "2024-03-30", periods=99, freq="h", tz="Europe/Madrid"
    ).delete([10, 40]),
    "working days": WORKING_DAYS.delete([10, 40]),
    "months": pd.date_range("2000-01-01", periods=60, freq="MS").delete([10, 40]),
    "every second working day": pd.date_range("2024-01-01", periods=60, freq="2B").delete(
        [10, 40]
    ),
    "halves of months": pd.date_range("2000-01-01", periods=60, freq="3SMS").delete([10, 40]),
    "sessions": SESSIONS.delete([10, 40]),
    "periods": pd.period_range("2000-01", periods=60, freq="M").delete([10, 40]),
    "durations": pd.timedelta_range("0s", periods=60, freq="h").delete([10, 40]),
    "integers by 5": pd.Index(np.delete(np.arange(0, 300, 5), [10, 40])),
}
REGULAR = {
    "days": pd.date_range("2024-01-01", periods=60),
    "hours of Madrid": pd.date_range("2024-03-30", periods=99, freq="h", tz="Europe/Madrid"),
    "days of Madrid": pd.date_range("2024-03-20", periods=99, tz="Europe/Madrid"),
    "working days": WORKING_DAYS,
    "every second working day": pd.date_range("2024-01-01", periods=60, freq="2B"),
    "three halves of months": pd.date_range("2000-01-01", periods=60, freq="3SME"),
    "months": pd.date_range("2000-01-01", periods=60, freq="MS"),
    "sessions": SESSIONS,
    "irregular": pd.DatetimeIndex(["2000-01-01", "2000-01-02", "2000-01-05", "2000-01-17"]),
    "irregular integers": pd.Index([3, 5, 8, 13]),
    "one row": pd.DatetimeIndex(["2000-01-01"]),
    "two rows": pd.DatetimeIndex(["2000-01-01", "2000-01-09"]),
    "integers": pd.RangeIndex(0, 50, 5),
}


@pytest.mark.parametrize("name", HOLES)
def test_rows_that_are_missing_are_counted_and_said(name):
    index = HOLES[name]
    assert np.flatnonzero(find_missing(index)).tolist() == [9, 38]
    assert find_missing(index).sum() == 2
    series = pd.Series(np.arange(len(index), dtype=float), index)
    with pytest.warns(UserWarning, match="2 row.* missing inside series") as caught:
        windows, _ = make_lag_windows(series, 3)
    assert len(caught) == 1
    message = str(caught[0].message)
    for row in (9, 10, 38, 39):
        assert str(index[row]) in message
    assert "asfreq or reindex" in message
    assert caught[0].filename == __file__
    assert len(windows) == len(index) - 3


@pytest.mark.parametrize("n_splits", [3, 5, 10, 20])
def test_many_gaps_at_random_hint_at_shuffled_folds(n_splits):
    index = pd.date_range("2000-01-01", periods=400)
    folds = list(KFold(n_splits, shuffle=True, random_state=0).split(index))
    with pytest.warns(UserWarning, match=r"Insert the missing rows .* KFold\(shuffle=True\)"):
        warn_of_missing_rows(index[folds[1][0]])


def test_a_few_gaps_do_not_hint_at_shuffled_folds():
    index = pd.date_range("2000-01-01", periods=400)
    [_, (block, _), *_] = KFold(5).split(index)
    for rows in (block, np.delete(np.arange(400), [50, 51, 100, 150, 200, 250])):
        with pytest.warns(UserWarning, match="missing inside X") as caught:
            warn_of_missing_rows(index[rows])
        assert "KFold" not in str(caught[0].message)


@pytest.mark.parametrize("name", REGULAR)
def test_a_regular_index_is_no_cause_for_a_warning(name):
    index = REGULAR[name]
    index = undeclared(index) if isinstance(index, pd.DatetimeIndex) else index
    assert not find_missing(index).any()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_missing_rows(index)
        warn_of_missing_rows(None)


def test_declared_holidays_are_not_missing():
    freq = pd.offsets.CustomBusinessDay(holidays=["2024-05-01", "2024-05-09"])
    declared = pd.date_range("2024-03-01", periods=60, freq=freq)
    assert not find_missing(declared).any()
    assert find_missing(undeclared(declared)).sum() == 2


def test_many_gaps_are_summed_up():
    index = pd.date_range("2024-01-01", periods=60).delete([10, 20, 30, 40, 41])
    with pytest.warns(UserWarning, match=r"5 row.*in 1 more gap"):
        warn_of_missing_rows(index, input_name="y")


@pytest.mark.parametrize(
    ("index", "freq"),
    [
        (HOLES["days"], "D"),
        (HOLES["hours"], "h"),
        (HOLES["working days"], "B"),
        (HOLES["months"], "MS"),
        (pd.to_datetime(["2024-07-01", "2024-08-01", "2024-09-01"]), "MS"),
        (pd.to_datetime(["2024-02-01", "2024-02-02", "2024-02-05"]), "B"),
        (pd.to_datetime(["2024-01-01", "2024-01-08"]), "7D"),
        (pd.date_range("2024-01-01", periods=9, freq="10min"), "10min"),
        (pd.date_range("2024-03-20", periods=20, tz="Europe/Madrid"), "D"),
        (HOLES["durations"], "h"),
        (pd.date_range("2024-01-01", periods=20, freq="3B"), "3B"),
        (pd.date_range("2024-01-01", periods=20, freq="SME"), "SME"),
        (pd.date_range("2024-01-01", periods=20, freq="WOM-2TUE").delete(5), "WOM-2TUE"),
        (pd.date_range("2024-01-01", periods=20, freq="2WOM-2TUE"), "2WOM-2TUE"),
        (pd.date_range("2024-01-01", periods=20, freq="13ns"), "13ns"),
    ],
)
def test_frequency(index, freq):
    index = undeclared(index) if isinstance(index, pd.DatetimeIndex) else index
    assert infer_frequency(index) == pd.tseries.frequencies.to_offset(freq)


def test_frequencies_that_pandas_has_no_name_for():
    days = pd.offsets.CustomBusinessDay(weekmask="Mon Wed Fri")
    index = pd.date_range("2024-01-01", periods=30, freq=days)
    assert infer_frequency(undeclared(index)) == days
    assert isinstance(infer_frequency(SESSIONS), Week)
    assert infer_frequency(REGULAR["irregular"]) is None
    assert infer_frequency(REGULAR["one row"]) is None


@pytest.mark.parametrize(
    ("labels", "step"),
    [([10, 0, 5, 5], 5), ([0, 10, 20, 25], 1), ([3], 1), ([0, 7, 2, 5], 1), ([4, 3, 9], 1)],
)
def test_integer_step(labels, step):
    assert infer_integer_step(pd.Index(labels)) == step


def test_integer_step_of_a_range():
    assert infer_integer_step(pd.RangeIndex(0, 50, 5)) == 5
    assert infer_integer_step(pd.RangeIndex(0, 5, 5)) == 1


def test_numbers_that_look_like_dates_are_no_gap():
    with pytest.warns(UserWarning, match=r'look like months.*X\.index, format="%Y%m"\)') as caught:
        warn_of_missing_rows(pd.Index([202311, 202312, 202401, 202402]))
    assert len(caught) == 1


def test_transform_names_rows_that_are_missing_only_there():
    X = pd.DataFrame({"x": np.arange(50.0)}, pd.date_range("2024-01-01", periods=50))
    transformer = LagWindowTransformer(3).fit(X)
    with pytest.warns(
        UserWarning, match=r"^1 row.* between 2024-02-17.* and 2024-02-19"
    ) as caught:
        transformer.transform(X[-10:].drop(index=X.index[-2]))
    assert len(caught) == 1
    gappy = X.drop(index=X.index[20])
    with pytest.warns(UserWarning, match="missing inside X"):
        transformer.fit(gappy)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        transformer.transform(gappy)
