"""Features that the labels of rows determine."""

import sys

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import RNNForecaster
from skrnn.forecasting._calendar_features import CalendarFeatures, check_calendar

HOURS = pd.date_range("2020-01-01", periods=48, freq="h", name="hour")


def days(n_days, **kwargs):
    return pd.date_range("2020-01-01", periods=n_days, freq="D", **kwargs)


@pytest.mark.parametrize(
    ("times", "parts"),
    [
        (HOURS, ("hour", "weekday")),
        (pd.date_range("2018", "2020-01-05", freq="6h"), ("hour", "weekday", "day_of_year")),
        (days(100), ("weekday",)),
        (days(728), ("weekday", "day_of_year")),
        (days(727), ("weekday",)),
        (pd.date_range("2022", "2023-12-31T23", freq="h"), ("hour", "weekday", "day_of_year")),
        (pd.date_range("2022-01-02", periods=104, freq="W"), ("day_of_year",)),
        (pd.date_range("2022-01-02", periods=103, freq="W"), ()),
        (pd.bdate_range("2018", "2020-02"), ("weekday", "day_of_year")),
        (pd.period_range("2018-01-01", "2020-03-01", freq="W"), ("day_of_year",)),
        (pd.date_range("2000", periods=300, freq="MS"), ()),
        (days(1), ("weekday",)),
    ],
)
def test_auto_depends_on_the_step_and_the_span(times, parts):
    assert CalendarFeatures.of("auto", times).parts == parts
    panel = pd.MultiIndex.from_product([["a", "b"], times])
    assert CalendarFeatures.of("auto", panel).parts == parts


def test_values():
    calendar = CalendarFeatures.of(["hour", "weekday", "month", "day_of_year"], HOURS)
    noon = calendar.values(pd.DatetimeIndex(["2020-04-01 06:00"]))[0]  # a Wednesday in April
    table = dict(zip(calendar.names, noon, strict=True))
    assert len(table) == len(noon) == 4 + 7 + 4 + 4
    # 6:00 is a quarter of the day, and April a quarter of the year.
    for name in ("hour", "month"):
        waves = [table[f"{name}_{wave}"] for wave in ("sin1", "sin2", "cos1", "cos2")]
        np.testing.assert_allclose(waves, [1, 0, 0, -1], atol=1e-12)
    assert table["day_of_year_sin1"] == pytest.approx(np.sin(2 * np.pi * 91 / 365.25))
    weekdays = list(table)[4:11]
    assert [name for name in weekdays if table[name]] == ["Wednesday"]


def test_holidays_of_a_country_and_of_a_part_of_it():
    calendar = CalendarFeatures.of(["holidays:AU", "holidays:AU-VIC"], HOURS)
    labels = pd.DatetimeIndex(["2019-12-25 23:00", "2019-11-05", "2019-11-06"])
    # The Melbourne Cup is a holiday in Victoria only.
    np.testing.assert_array_equal(calendar.values(labels), [[1, 1], [0, 1], [0, 0]])
    assert calendar.names == ["holidays:AU", "holidays:AU-VIC"]


def test_the_clock_of_the_time_zone_counts_and_a_period_is_where_it_starts():
    calendar = CalendarFeatures.of("hour", HOURS)
    local = calendar.values(HOURS.tz_localize("Australia/Melbourne"))
    np.testing.assert_array_equal(local, calendar.values(HOURS))
    np.testing.assert_array_equal(calendar.values(HOURS.to_period("h")), calendar.values(HOURS))
    panel = pd.MultiIndex.from_product([["a", "b"], HOURS])
    np.testing.assert_array_equal(calendar.values(panel)[48:], calendar.values(HOURS))


@pytest.mark.parametrize(
    ("name", "times", "fits"),
    [
        ("hour", days(9), False),
        ("hour", days(9) + pd.Timedelta("6h"), False),
        ("hour", pd.date_range("2020", periods=9, freq="36h"), True),
        ("hour", days(1), True),  # one row shows no step
        ("weekday", pd.date_range("2020-01-06", periods=9, freq="W-MON"), False),
        ("weekday", pd.period_range("2020-01-06", periods=9, freq="W"), False),
        ("weekday", pd.date_range("2020-01-06", periods=9, freq="MS"), True),
        ("month", days(9), True),
        ("month", pd.date_range("2020", periods=9, freq="YE"), False),
        ("day_of_year", pd.date_range("2020", periods=9, freq="YE"), False),
        ("day_of_year", pd.date_range("2020", periods=9, freq="QE"), True),
    ],
)
def test_features_that_are_the_same_in_all_rows(name, times, fits):
    if fits:
        assert CalendarFeatures.of(name, times).parts == (name,)
        return
    with pytest.raises(ValueError, match=f"calendar='{name}' is the same in all rows of y"):
        CalendarFeatures.of([name], times)


@pytest.mark.parametrize("calendar", ["hours", ["hour", "week"], 3, [None], "holidays:", {"hour"}])
def test_unknown_names(calendar):
    with pytest.raises(ValueError, match=r"calendar must be None, .* or more of .*Got"):
        check_calendar(calendar)


@pytest.mark.parametrize("calendar", [["auto", "hour"], ["hour", "hour"]])
def test_names_given_twice(calendar):
    with pytest.raises(ValueError, match="calendar must contain each name only once"):
        check_calendar(calendar)


@pytest.mark.parametrize("country", ["holidays:Atlantis", "holidays:AU-TEXAS"])
def test_unknown_countries(country):
    with pytest.raises(ValueError, match=f"calendar='{country}' is not a country or region"):
        check_calendar(country)


@pytest.mark.parametrize("index", [pd.RangeIndex(30), pd.timedelta_range("0h", "29h", freq="h")])
def test_an_index_without_dates(cheap, index):
    with pytest.raises(ValueError, match="calendar needs an index of dates or periods"):
        cheap(calendar="auto").fit(pd.Series(np.arange(30.0), index), fh=[1])


def test_holidays_of_weeks():
    with pytest.raises(ValueError, match="rows that are at most a day apart"):
        CalendarFeatures.of("holidays:DE", pd.date_range("2020", periods=9, freq="W"))


def test_names_of_X_and_of_the_calendar(cheap):
    y = pd.Series(np.arange(48.0), HOURS)
    X = pd.DataFrame({"hour_sin1": 1.0}, HOURS)
    with pytest.raises(ValueError, match=r"X has the column\(s\) \['hour_sin1'\], which are also"):
        cheap(calendar="hour").fit(y, X, fh=[1])


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert check_calendar("weekday") == ("weekday",)
    with pytest.raises(ImportError, match=r"pip install 'skrnn\[calendar\]'"):
        check_calendar("holidays:AU")


def test_the_same_as_features_of_the_user(cheap):
    """A calendar gives the forecasts of an X with the same columns, in a panel too."""
    index = pd.MultiIndex.from_product([["a", "b"], days(40)], names=["place", "day"])
    y = pd.DataFrame({"y": np.random.default_rng(0).normal(size=80)}, index)
    coming = pd.MultiIndex.from_product([["a", "b"], pd.date_range("2020-02-10", periods=3)])
    calendar = CalendarFeatures.of("weekday", index)
    X, future = (pd.DataFrame(calendar.values(i), i, calendar.names) for i in (index, coming))
    ours = cheap(calendar="weekday", strategy="multioutput").fit(y, fh=[1, 2, 3])
    theirs = cheap(strategy="multioutput").fit(y, X, fh=[1, 2, 3])
    pd.testing.assert_frame_equal(ours.predict(), theirs.predict(X=future))
    assert ours.networks_.names_in_X == []


def test_beside_features_of_the_user_in_update_and_residuals(cheap):
    y = pd.Series(np.sin(np.arange(48.0)), HOURS)
    X = pd.DataFrame({"wind": np.cos(np.arange(48.0))}, HOURS)
    forecaster = cheap(calendar="auto", known_features=None, strategy="multioutput")
    forecaster.fit(y[:40], X[:40], fh=[1, 2])
    assert forecaster.networks_.known.tolist() == [False] + 11 * [True]
    forecaster.update(y[40:], X[40:])
    assert np.isfinite(forecaster.predict()).all()
    assert np.isfinite(forecaster.predict_residuals()[3:]).all()


def test_a_forecaster_reports_wrong_names_before_it_learns():
    with pytest.raises(ValueError, match="calendar must be None"):
        RNNForecaster(calendar="hours").fit(pd.Series(np.arange(48.0), HOURS), fh=[1])
