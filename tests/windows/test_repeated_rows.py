"""Rows at the same time: the advice fits the rows, and its code runs."""

import re

import pandas as pd
import pytest

from skrnn.forecasting import RNNForecaster, to_panel
from skrnn.windows._repeated_rows import advice_for_columns, advice_for_index


def table(**columns):
    return pd.DataFrame({"filiale": "b", "woche": pd.Timestamp("2024-05-06"), **columns})


def run(advice, **names):
    """Run the code at the end of an advice, and return what it assigns."""
    code = re.search(r"(?:example|identical:) \w+ = (.*)\.$", advice)[1]
    return eval(code, {"pd": pd, **names})


def test_identical_rows_are_dropped():
    frame = table(menge=[1, 1], text=["a", "a"])
    advice = advice_for_columns(frame, ["filiale", "woche"], "menge")
    assert advice.endswith("identical: frame = frame.drop_duplicates().")
    assert len(run(advice, frame=frame)) == 1
    y = pd.Series([1.0, 1.0, 2.0], index=[0, 0, 1])
    assert run(advice_for_index(y, "y"), y=y).tolist() == [1, 2]


def test_other_rows_are_combined_by_column():
    frame = table(menge=[1, 2, 2], preis=[2.5, 2.0, 2.0], text=["a", "b", "b"])
    advice = advice_for_columns(frame, ["filiale", "woche"], "menge")
    assert '.agg({"menge": "sum", "preis": "last", "text": "last"}).' in advice
    assert "Drop identical rows, frame = frame.drop_duplicates()" in advice
    once = run(advice, frame=frame.drop_duplicates())
    assert once[["menge", "preis", "text"]].to_numpy().tolist() == [[3, 2.0, "b"]]
    y = frame[1:].set_index(["filiale", "woche"])[["menge", "text"]].assign(text=["c", "d"])
    assert run(advice_for_index(y, "y"), y=y).to_numpy().tolist() == [[4, "d"]]
    assert run(advice_for_index(y["menge"][:2] * [1, 3], "y"), y=y["menge"]).tolist() == [4]


def test_an_hour_that_occurs_twice():
    hours = pd.date_range("2024-10-26 22:00", periods=8, freq="h", tz="Europe/Berlin")
    frame = pd.concat(
        [pd.DataFrame({"id": name, "ds": hours.tz_localize(None), "y": range(8)}) for name in "ab"]
    )
    with pytest.raises(ValueError, match="hour that occurs twice when clocks go back") as caught:
        to_panel(frame, id="id", time="ds", target="y")
    code = re.search(r'frame\["ds"\] = (.*?), where', str(caught.value))[1]
    for rows in (frame, frame.assign(ds=frame["ds"].astype(str))):
        assert eval(code, {"frame": rows, "pd": pd}).tolist() == [*hours, *hours]
    rows = frame.sort_values("ds", kind="stable")
    assert sorted(eval(code, {"frame": rows, "pd": pd})) == sorted([*hours, *hours])
    y = pd.Series(range(8), hours.tz_localize(None))
    with pytest.raises(ValueError, match="repeats the label 2024-10-27 02:00:00") as caught:
        RNNForecaster().fit(y, fh=[1])
    code = re.search(r"zone, y.index = (.*?), where", str(caught.value))[1]
    assert eval(code, {"y": y}).equals(hours._with_freq(None))
    y = pd.DataFrame({"y": range(8)}, pd.MultiIndex.from_product([["a"], hours.tz_localize(None)]))
    code = re.search(r"zone, y.index = (.*?), where", advice_for_index(y, "y"))[1]
    assert eval(code, {"y": y, "pd": pd}).equals(pd.MultiIndex.from_product([["a"], hours]))


def test_half_hours_that_occur_twice():
    hours = pd.date_range("2024-10-27", periods=12, freq="30min", tz="Europe/Berlin")
    frame = pd.DataFrame({"ds": hours.tz_localize(None), "y": 1})
    advice = advice_for_columns(frame[frame.duplicated(keep=False)], ["ds"], "y")
    code = re.search(r'frame\["ds"\] = (.*?), where', advice)[1]
    assert eval(code, {"frame": frame, "pd": pd}).tolist() == list(hours)
