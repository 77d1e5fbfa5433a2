"""Exogenous features, of the rows of y and of the horizon."""

import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._calendar_features import CalendarFeatures
from skrnn.forecasting._column_encoder import ColumnEncoder
from skrnn.forecasting._features import (
    future_features,
    label_rows,
    past_features,
    rows_at,
)

INDEX = pd.RangeIndex(4)
X = pd.DataFrame({"sun": [1.0, 2, 3, 4], "wind": [5.0, 6, 7, 8]}, index=INDEX)


def test_past_features():
    np.testing.assert_array_equal(past_features(X, INDEX[1:3], ["sun", "wind"]), [[2, 6], [3, 7]])
    assert past_features(None, INDEX, []).shape == (4, 0)
    with pytest.raises(ValueError, match=r"X is missing: .* with features \['sun', 'wind'\]"):
        past_features(None, INDEX, ["sun", "wind"])
    with pytest.raises(ValueError, match="X has no row for 4: it must have one for every row"):
        past_features(X, pd.RangeIndex(5), None)
    with pytest.raises(ValueError, match=r"X has the columns \['sun'\], but .* \['sun', 'wind'\]"):
        past_features(X[["sun"]], INDEX, ["sun", "wind"])
    with pytest.raises(ValueError, match="repeats the label 0"):
        past_features(X.loc[[0, 0, 1]], INDEX, None)
    with pytest.raises(ValueError, match="X must contain numbers"):
        past_features(X.astype({"sun": str}).replace("1.0", "x"), INDEX, None)
    with pytest.raises(ValueError, match="X contains infinity in its column 'wind'"):
        past_features(X.replace(8.0, np.inf), INDEX, None)


NO_CALENDAR = CalendarFeatures(())


def networks_of(names, known, *, recursive=True, calendar=NO_CALENDAR):
    """Make what `future_features` asks of networks."""
    return SimpleNamespace(
        names_in_X=names,
        columns=ColumnEncoder(names),
        known=np.append(np.array(known, bool), np.ones(len(calendar.names), bool)),
        recursive=recursive,
        calendar=calendar,
    )


def steps_to(*ends):
    """Make horizons that hold every step up to an end, which -1 pads."""
    return np.array([[s if s <= end else -1 for s in range(1, max(ends) + 1)] for end in ends])


def test_future_features():
    names, two = list(X.columns), steps_to(2)
    both, past = networks_of(names, [1, 1]), networks_of(names, [0, 1])
    got = future_features(X, INDEX[2:], two, both, None)
    np.testing.assert_array_equal(got, [[[3, 7], [4, 8]]])
    got = future_features(X, INDEX[2:], two, past, None)
    np.testing.assert_array_equal(got, [[[np.nan, 7], [np.nan, 8]]])
    assert np.isnan(future_features(None, INDEX, two, networks_of(names, [0, 0]), None)).all()
    assert future_features(None, INDEX[:0], two, both, None).shape == (1, 0, 2)


def test_calendar_features_need_no_X():
    days = pd.date_range("2020-01-04", periods=4, name="day")  # the first is a Saturday
    weekdays = CalendarFeatures(("weekday",))
    alone = networks_of([], [], calendar=weekdays)
    got = future_features(None, days, steps_to(4), alone, None)
    np.testing.assert_array_equal(got[0].argmax(axis=1), [5, 6, 0, 1])
    beside = networks_of(["sun", "wind"], [0, 1], calendar=weekdays)
    got = future_features(X.set_index(days), days[2:], steps_to(2), beside, None)
    np.testing.assert_array_equal(got[0, :, :4], [[np.nan, 7, 1, 0], [np.nan, 8, 0, 1]])


@pytest.mark.parametrize("columns", [["wind"], ["wind", "sun"], ["sun", "wind"]])
def test_only_the_known_features_are_needed_in_any_order(columns):
    table = X[columns].assign(**{"sun": "clouds"} if "sun" in columns else {})
    got = future_features(
        table, INDEX[2:], steps_to(2), networks_of(["sun", "wind"], [0, 1]), None
    )
    np.testing.assert_array_equal(got, [[[np.nan, 7], [np.nan, 8]]])


@pytest.mark.parametrize("columns", [["sun"], ["sun", "wind", "rain"]])
def test_columns_that_lack_or_are_strange(columns):
    table = X.assign(rain=0.0)[columns]
    with pytest.raises(ValueError, match=r"needs the features known in advance, \['wind'\]"):
        future_features(table, INDEX[2:], steps_to(2), networks_of(["sun", "wind"], [0, 1]), None)


def test_a_horizon_beyond_the_features():
    labels, both = pd.RangeIndex(2, 6), networks_of(list(X.columns), [1, 1])
    with pytest.raises(ValueError, match=r"X has no row for 4.*the horizon, 5; X ends at 3"):
        future_features(X, labels, steps_to(4), both, None)
    with pytest.raises(ValueError, match=r"X is missing: the features .* are known in advance"):
        future_features(None, labels, steps_to(4), both, None)
    assert np.isnan(future_features(X, labels, steps_to(2), both, None)[0, 2:]).all()


def test_the_horizon_in_messages_is_that_of_the_series_meant():
    """Series b ends two rows before a, and is forecast two steps further ahead."""
    instances = pd.Index(["a", "b"], name="place")
    labels = pd.Index([5, 6, 7, 8, 3, 4, 5, 6], name="t")
    steps, both = np.array([[1, 2], [3, 4]]), networks_of(list(X.columns), [1, 1])
    with pytest.raises(ValueError, match=r"up to the last step of the horizon, 6\. "):
        future_features(None, labels, steps, both, instances)
    index = pd.MultiIndex.from_tuples([("a", 5), ("b", 3), ("b", 4), ("b", 5), ("b", 6)])
    table = pd.DataFrame(1.0, index.set_names(["place", "t"]), X.columns)
    with pytest.raises(ValueError, match=r"no row for 6 of the series 'a'.*the horizon, 6;"):
        future_features(table, labels, steps, both, instances)


def test_absent_rows_are_unknown_to_networks_of_many_steps():
    labels, both = pd.RangeIndex(0, 4), networks_of(list(X.columns), [1, 1], recursive=False)
    some = X.loc[[0, 3]]
    got = future_features(some, labels, np.array([[1, 4]]), both, None)
    np.testing.assert_array_equal(got[0, :, 0], [1, np.nan, np.nan, 4])
    with pytest.warns(UserWarning, match=r"no row for 1 step\(s\) of the horizon, .* of them 1:"):
        future_features(some, labels, np.array([[1, 2, 4]]), both, None)
    with pytest.raises(ValueError, match="X has no row for 1, nor for any other step"):
        future_features(some, labels, np.array([[2, 3]]), both, None)


def table_of(names, days, **columns):
    index = pd.MultiIndex.from_product([list(names), days], names=["place", "t"])
    return pd.DataFrame({"sun": 1.0, "wind": 1.0, **columns}, index)


def test_names_the_series_that_x_lacks_or_that_ends_early():
    days = pd.date_range("2024-01-01", periods=30, freq="W-MON")
    networks = networks_of(["sun", "wind"], [1, 1], recursive=False)
    instances, steps = pd.Index(["a", "b"], name="place"), steps_to(2, 2)
    early = days[[28, 29, 18, 19]].rename("t")
    message = r"any step of the horizon of the series 'b', 2024-05-06 .* to 2024-05-13.*10 weeks"
    with pytest.raises(ValueError, match=message):
        future_features(table_of("ab", days[28:]), early, steps, networks, instances)
    with pytest.raises(ValueError, match=r"the series 'b' \(it has rows for 'a'\)\. This series"):
        future_features(table_of("a", days[28:]), early, steps, networks, instances)
    in_sample = steps - [[40, 0]]  # X need not have its row
    with pytest.raises(ValueError, match=r"of the series 'b', 2024-05-13 .* to 2024-05-13"):
        future_features(table_of("ab", days[28:]), early, in_sample, networks, instances)
    dates = days[[*range(18, 30), *range(28, 30), *[29] * 10]].rename("t")
    at_dates = np.array([[11, 12], [1, 2]])  # of series that end ten weeks apart
    with pytest.raises(ValueError, match=r"'a'.*The features .* of every series"):
        future_features(table_of("b", days[28:]), dates, at_dates, networks, instances)
    same = days[[28, 29, 28, 29]].rename("t")
    with pytest.raises(ValueError, match=r"'a'\)\. The features .* 2024-07-15.*of every series"):
        future_features(table_of("a", days[28:]), same, steps, networks, instances)


@pytest.mark.parametrize("recursive", [False, True])
@pytest.mark.parametrize(("names", "absolute"), [("a", False), ("ab", False), ("a", True)])
def test_a_series_that_ended_before_the_others(names, recursive, absolute):
    """The remedies were missing for recursive networks, and for dates as the horizon."""
    days = pd.date_range("2024-01-01", periods=200, name="t")
    networks = networks_of(["sun", "wind"], [1, 1], recursive=recursive)
    instances, begins = pd.Index(["a", "b"], name="place"), [190, 40]
    ahead = 160 if absolute else 10
    labels = days[[min(begin + i, 199) for begin in begins for i in range(ahead)]]
    steps = np.array([[9, 10], [159, 160]]) if absolute else np.array([[9, 10], [9, 10]])
    with pytest.raises(ValueError, match="'b'") as caught:
        future_features(table_of(names, days[190:]), labels, steps, networks, instances)
    message = str(caught.value)
    assert "ends at an earlier time than others, 150 days before the latest ones" in message
    assert "leave it out of y in fit and out of X. Otherwise, add these rows to X" in message
    assert ("so the first is 2024-02-10" in message) == (not absolute)
    assert ("pass dates or periods as fh to fit" in message) == (not absolute and not recursive)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"sun": np.nan},
            r"features \['sun'\], .* at every step of the horizon, because X",
        ),
        ({"sun": [1, np.nan], "wind": [1, np.nan]}, r"\['sun', 'wind'\], .* at 1 step\(s\)"),
    ],
)
def test_known_features_that_are_nan_in_the_horizon(columns, message):
    days = pd.date_range("2024-01-01", periods=2)
    networks, table = networks_of(["sun", "wind"], [1, 1]), table_of("a", days, **columns)
    arguments = (table.droplevel(0), days, steps_to(2), networks, None)
    with pytest.warns(UserWarning, match=message):
        future_features(*arguments)
    table.iloc[-1] = [np.nan, 1.0]
    table.iloc[0] = [1.0, 1.0]
    with pytest.warns(UserWarning, match=r"features \['sun'\], .* at 1 step\(s\)"):
        future_features(table.droplevel(0), *arguments[1:])
    table.iloc[-1] = [1.0, 1.0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        future_features(table.droplevel(0), *arguments[1:])


def test_panel_in_any_order():
    instances = pd.Index(["b", "a"], name="place")
    labels = pd.Index([0, 1, 5, 6], name="t")
    index = label_rows(instances, labels)
    assert list(index) == [("b", 0), ("b", 1), ("a", 5), ("a", 6)]
    assert index.names == ["place", "t"]
    table = pd.DataFrame({"sun": [1.0, 2, 3, 4]}, index=index).sort_index()
    sun = networks_of(["sun"], [1])
    got = future_features(table, labels, steps_to(2, 2), sun, instances)
    np.testing.assert_array_equal(got[..., 0], [[1, 2], [3, 4]])
    table.iloc[0] = np.nan
    with pytest.warns(
        UserWarning, match=r"at 1 step\(s\) of the horizon of 1 of 2 series \('a'\)"
    ):
        future_features(table, labels, steps_to(2, 2), sun, instances)
    with pytest.raises(
        ValueError,
        match=r"X contains the series 'a', which y did not contain in fit\. Leave it out",
    ):
        future_features(table, labels[:2], steps_to(2), sun, pd.Index(["b"]))


def test_rows_of_a_hierarchy_keep_the_kind_of_their_labels():
    instances = pd.MultiIndex.from_product([["x"], ["a", "b"]])
    months = pd.period_range("2000-01", periods=4, freq="M")
    index = label_rows(instances, months)
    assert index.nlevels == 3
    assert isinstance(index.levels[-1], pd.PeriodIndex)
    assert label_rows(None, months) is months


@pytest.mark.parametrize("strategy", ["recursive", "multioutput"])
def test_a_feature_without_values_is_named(cheap, months, strategy):
    X = pd.DataFrame({"price": 1.0, "weather": np.nan}, months.index)
    with pytest.raises(ValueError, match=r"no known value in the column\(s\) \['weather'\]"):
        cheap(strategy=strategy).fit(months, X, fh=[1, 2])


@pytest.mark.parametrize("known", ["all", ["price"], None])
def test_features_that_are_ignored_change_nothing(cheap, months, known):
    X = pd.DataFrame({"price": np.arange(60.0), "weather": np.nan}, months.index)
    forecaster = cheap(use_X=False, known_features=known, strategy="multioutput")
    forecaster.fit(months[:50], X[:50], fh=[1, 2])
    alone = cheap(strategy="multioutput").fit(months[:50], fh=[1, 2])
    pd.testing.assert_series_equal(forecaster.predict(), alone.predict())
    pd.testing.assert_series_equal(forecaster.predict(X=X[50:]), alone.predict())
    forecaster.update(months[50:], X[50:])
    pd.testing.assert_series_equal(forecaster.predict(X=X), alone.update(months[50:]).predict())
    assert forecaster.networks_.feature_names == []


def test_errors_say_why_no_row_is_found():
    days = pd.date_range("2024-01-01", periods=2)
    index = pd.MultiIndex.from_product([["a", "b"], days])
    X = pd.DataFrame({"x": np.arange(4.0)}, index)
    with pytest.raises(ValueError, match=r"no row for the series 'b' \(it has rows for 'a'\)"):
        rows_at(X[:2], index)
    zoned = X.set_axis(pd.MultiIndex.from_product([["a", "b"], days.tz_localize("UTC")]))
    with pytest.raises(ValueError, match=r"time zone UTC, .* remove it with tz_localize"):
        rows_at(zoned, index)
    with pytest.raises(ValueError, match="Values that are not known may be NaN"):
        rows_at(X[1:], index)
