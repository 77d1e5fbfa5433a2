"""The rows of long tables in time order, and the times that are missing between them."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import to_panel
from skrnn.forecasting._long_rows import with_visible_step

WEEKS = pd.date_range("2024-01-01", periods=5, freq="W-MON", name="ds")
# Two series, unsorted; "a" lacks its third week.
LONG = pd.DataFrame(
    {"unique_id": ["b", "a", "a", "a", "b"], "ds": WEEKS[[1, 3, 0, 1, 2]], "y": [1, 2, 3, 4, 5]}
)


@pytest.mark.parametrize(
    ("times", "freq", "labels"),
    [
        (["2024-01-31", "2024-03-31", "2024-04-30"], "ME", ["2024-02-29"]),
        (["2023-01-01", "2023-04-01", "2023-07-01", "2024-01-01"], None, ["2023-10-01"]),
        (pd.to_datetime(["2024-03-30", "2024-04-01"]).tz_localize("Europe/Berlin"), "D", None),
        (pd.PeriodIndex(["2024-01", "2024-03"], freq="M"), None, [pd.Period("2024-02", "M")]),
        ([1, 5, 7], None, [3]),
        ([10, 30], 10, [20]),
        (pd.to_timedelta([0, 2], "h"), "h", [pd.Timedelta("1h")]),
    ],
)
def test_missing_times(times, freq, labels):
    y, _ = to_panel(pd.DataFrame({"ds": times, "y": 1.0}), id=None, freq=freq)
    assert y["y"].isna().sum() == 1
    missing = y.index[y["y"].isna()]
    if labels is None:
        assert missing == [pd.Timestamp("2024-03-31", tz="Europe/Berlin")]
    else:
        assert missing.tolist() == pd.Index(labels).astype(missing.dtype).tolist()


def test_a_table_of_one_time_needs_no_step():
    y, _ = to_panel(pd.DataFrame({"unique_id": [2, 1], "ds": WEEKS[0], "y": [1.0, 2.0]}))
    assert y["y"].tolist() == [2, 1]


def days(name, freq, periods=5):
    return pd.DataFrame(
        {"unique_id": name, "ds": pd.date_range("2024-01-01", periods=periods, freq=freq), "y": 1}
    )


@pytest.mark.parametrize(
    ("table", "settings", "message"),
    [
        (
            pd.concat([LONG, LONG.iloc[[1]]], ignore_index=True),
            {},
            r"'a' has several rows at 2024-01-22 .* 1 and 5 \(.*frame.drop_duplicates\(\)\.",
        ),
        (LONG, {"freq": "W"}, r"freq='W' .* 2024-01-01 .*\(Monday\).*Write freq=\"W-MON\""),
        (LONG, {"freq": "1mo"}, "freq must be a step of pandas, such as .* Got '1mo'"),
        (LONG.assign(ds=range(5)), {"freq": "D"}, "freq must be one too, at least 1. Got 'D'"),
        (pd.concat([days("a", "W-MON"), days("b", "W-TUE")]), {}, "those of the series 'a' are"),
        (pd.concat([days("a", "D"), days("b", "W-MON")]), {}, "those of the series 'b' are"),
    ],
)
def test_refuses(table, settings, message):
    with pytest.raises(ValueError, match=message):
        to_panel(table, **settings)


SECONDS = ["1990-01-01 00:00:00", "1990-01-01 00:00:01", "2024-01-01 00:00:00"]
# From 1990 to 2024 there are 12418 days of 86400 seconds.
N_SECONDS = 12418 * 86400 + 1


@pytest.mark.parametrize(
    ("ids", "times", "freq", "message"),
    [
        (
            0,
            pd.to_datetime(SECONDS),
            None,
            rf"The series 0 extends from 1990-01-01 00:00:00 to 2024-01-01 00:00:00 at a step of "
            rf"'s', so {N_SECONDS - 3} missing rows .* between 3 rows\. If .* remove these rows",
        ),
        ("a", pd.to_datetime(SECONDS), "s", rf"The series 'a' .* so {N_SECONDS - 3} missing"),
        (["a", "b", "b"], [0, 0, 10**12], 1, f"The series 'b' .* step of '1', so {10**12 - 1} "),
        ("a", pd.PeriodIndex(SECONDS, freq="s"), None, f"The series 'a' .* so {N_SECONDS - 3} "),
        # 100 times 3 rows are few, but so are 10,000 rows: 10,001 rows are refused.
        ("a", [0, 1, 10_000], None, "so 9998 missing rows would .* between 3 rows"),
    ],
)
def test_refuses_a_stray_time_before_it_takes_all_memory(ids, times, freq, message):
    with pytest.raises(ValueError, match=message):
        to_panel(pd.DataFrame({"unique_id": ids, "ds": times, "y": 1.0}), freq=freq)


def test_few_known_values_of_many_stay_possible():
    months = pd.DataFrame({"ds": pd.to_datetime(["1994-01-01", "2024-01-01"]), "y": 1.0})
    assert len(to_panel(months, id=None, freq="MS")[0]) == 30 * 12 + 1
    # Exactly 10,000 rows, and 100 times as many rows as are given.
    for last, n in [(9_999, 2), (19_999, 200)]:
        few = pd.DataFrame({"ds": [*range(n - 1), last], "y": 1.0})
        assert len(to_panel(few, id=None, freq=1)[0]) == last + 1


def test_names_in_messages_are_plain():
    twice = pd.DataFrame({"shop": 7, "unique_id": 0, "ds": [1, 1], "y": 1.0})
    for id, name in [("unique_id", "0"), (["shop", "unique_id"], r"\(7, 0\)")]:
        with pytest.raises(ValueError, match=f"^The series {name} has several rows at 1,"):
            to_panel(twice, id=id)


@pytest.mark.parametrize("freq", ["MS", "B", "h", "W-MON", "2D"])
@pytest.mark.parametrize("panel", [True, False])
def test_rows_before_make_the_step_visible(freq, panel):
    times = pd.date_range("2024-01-01", periods=2, freq=freq)
    index = pd.MultiIndex.from_product([["a", "b"], times], names=["id", "time"])
    index = index if panel else times
    y = pd.DataFrame({"y": np.arange(1.0, len(index) + 1)}, index)
    X = pd.DataFrame({"kind": list("uvwx")[: len(index)]}, index)
    wider, features = with_visible_step(y, X, freq)
    added = wider.index[: len(wider) - len(y)]
    before = added.get_level_values(-1)
    assert pd.infer_freq(before.append(times)) == pd.tseries.frequencies.to_offset(freq).freqstr
    assert not panel or set(added.get_level_values(0)) == {"a"}
    pd.testing.assert_frame_equal(wider.loc[index], y, check_freq=False)
    assert wider["y"][: len(added)].isna().all()
    assert features.index.equals(wider.index)
    assert set(features["kind"][: len(added)]) == {"u"}
    assert with_visible_step(y, None, freq)[1] is None


def test_three_times_or_whole_numbers_show_their_step():
    for times in (pd.date_range("2024-01-01", periods=3), pd.RangeIndex(1)):
        y = pd.DataFrame({"y": 1.0}, times)
        assert with_visible_step(y, None, "D")[0] is y


@pytest.mark.parametrize("freq", [None, "h"])
def test_a_time_that_breaks_the_step_is_named(freq):
    table = pd.concat([days("a", "h", 20), days("b", "h", 20)], ignore_index=True)
    table.loc[25, "ds"] += pd.Timedelta("3s")
    with pytest.raises(ValueError, match=r"The column 'ds' .* 05:00:03 .* series 'b'") as error:
        to_panel(table, freq=freq)
    assert "asfreq" not in str(error.value)
    assert """frame['ds'] = pd.to_datetime(frame['ds']).dt.round("h")""" in str(error.value)


def test_times_without_a_step_have_no_advice_for_an_index():
    table = days("a", "D", 5).assign(ds=pd.to_datetime([0, 3, 4, 9, 30], unit="D"))
    with pytest.raises(ValueError, match=r"5 label.* without a common step\. Resample each"):
        to_panel(table)


@pytest.mark.parametrize(
    ("table", "freq", "message"),
    [
        (days("a", "W-MON"), "D", "one row in 7 is known, and 24 of 29 .* mean freq='W-MON'"),
        (days("a", "MS"), "D", r"regular times are known, .* mean freq='MS'\?"),
        (days("a", "D"), "h", "one row in 24 .* mean freq='D'"),
        (days("a", "D").assign(ds=range(0, 50, 10)), 1, r"one row in 10 .* mean freq=10\?"),
        (
            pd.concat([days("a", "W-MON"), days("b", "W-TUE")]),
            "D",
            "one row in 7 .* convert series that have different dates on their own",
        ),
        (
            days("a", "D", 90)[lambda x: x["ds"].dt.dayofweek > 4],
            "D",
            "freq=None infers a longer one",
        ),
    ],
)
def test_a_step_that_is_too_short(table, freq, message):
    with pytest.warns(UserWarning, match=message):
        to_panel(table, freq=freq)


def test_a_short_step_of_rows_at_random_is_right():
    table = days("a", "D", 200)[np.random.default_rng(0).random(200) < 0.3]
    y, _ = to_panel(table, freq="D")
    assert y["y"].isna().mean() > 0.5


def test_days_and_months_that_were_swapped():
    days = pd.date_range("2023-01-01", periods=120)
    ds = pd.to_datetime(days.strftime("%d/%m/%Y"), format="mixed")
    table = pd.DataFrame({"ds": ds, "y": 1.0})
    n_rows = (ds.max() - ds.min()).days + 1
    message = rf"^Most times in 'ds' .*: {n_rows - 120} of {n_rows} rows .* swapped"
    with pytest.warns(UserWarning, match=message):
        to_panel(table, id=None)
    to_panel(table.assign(ds=days), id=None)
