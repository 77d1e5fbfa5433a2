"""Advice on indexes that do not match."""

import pandas as pd
import pytest

from skrnn.windows._label_advice import (
    advice_on_index,
    advice_on_times,
    code_for_dates,
    written_dates,
)

DAYS = pd.date_range("2024-01-01", periods=3)
ZONED = DAYS.tz_localize("Europe/Madrid")


@pytest.mark.parametrize(
    ("times", "others", "words"),
    [
        (ZONED, DAYS, "the time zone Europe/Madrid, .* none: remove it with tz_localize.None."),
        (DAYS, ZONED, r'no time zone, .* add it with tz_localize\("Europe/Madrid"\)'),
        (DAYS.to_period(), DAYS, r"periods, but those of y are dates: .* to_timestamp\(\)"),
        (DAYS, DAYS.to_period(), r'dates, but those of y are periods: .* to_period\("D"\)'),
        (DAYS.to_period("M"), DAYS.to_period(), "frequency 'M', but those of y have 'D'"),
        (pd.RangeIndex(3), DAYS, "whole numbers, but those of y are dates"),
        (pd.Index(["a"]), DAYS, "no times, but those of y are dates"),
        (DAYS - DAYS[0], DAYS, "durations, but"),
        (DAYS, DAYS, "^$"),
        (ZONED.tz_convert("UTC"), ZONED, "^$"),
    ],
)
def test_times(times, others, words):
    found = advice_on_times(times, others)
    assert pd.Series([found]).str.contains(words).all(), found
    panels = [pd.MultiIndex.from_product([["a"], each]) for each in (times, others)]
    assert advice_on_index(*panels).endswith(found)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (pd.MultiIndex.from_product([["1", "2"], DAYS]), "type str, such as '1'.* type int"),
        (pd.MultiIndex.from_product([[3], DAYS]), "^$"),
        (DAYS, r"has 1 level\(s\), but that of y has 2"),
        (DAYS[:0], "X has no rows"),
    ],
)
def test_series(index, words):
    found = advice_on_index(index, pd.MultiIndex.from_product([[1, 2], DAYS]))
    assert pd.Series([found]).str.contains(words).all(), found


@pytest.mark.parametrize(
    ("numbers", "form"),
    [
        ([20240131, 20240201], "%Y%m%d"),
        ([20240101], "%Y%m%d"),
        ([20240131, 20240132], ""),
        ([202401, 202311, 202312], "%Y%m"),
        (range(202301, 202313), "%Y%m"),
        (range(202301, 202304), "%Y%m"),  # forecasts would go on to 202313
        (range(202303, 202313), ""),  # may be counted, as in a chunk of a long series
        (range(180001, 180013), ""),
        (range(202301, 202402), ""),
        ([2023, 2024], ""),
        ([], ""),
        ([202050, 202051, 202053, 202101], "%G%V"),
        (range(202001, 202053), "%G%V"),
        (range(202002, 202053), ""),  # may be counted
        (range(202040, 202154), ""),
        ([202050, 202150, 202250], ""),
        ([202049, 202101, 202154], ""),
        ([180052, 180101], ""),
        ([202301, 202302, 202350, 202401], ""),  # a mistyped month
        ([202301, 202314, 202330, 202340], ""),  # may be counted
    ],
)
def test_whole_numbers_that_look_like_dates(numbers, form):
    index = pd.Index(numbers, dtype="int64")
    found, message = written_dates(index)
    assert found == form
    assert ("If they are only row numbers, start them at 0." in message) == bool(form)
    assert ("look like months. " in message) == (form == "%Y%m")
    assert ("weeks or quarters" in message) == (form == "%Y%m")
    assert ("look like weeks. " in message) == (form == "%G%V")
    if form:
        dates = eval(code_for_dates("index", form))
        assert dates.strftime(form).astype(int).equals(index)
        assert form != "%G%V" or (dates.day_name() == "Monday").all()


def test_a_week_that_the_year_does_not_have():
    message = written_dates(pd.Index([202352, 202353, 202401]))[1]
    assert "2023 has no week 53, and 202353 would become the Monday of 202401" in message
    assert "no week 53" not in written_dates(pd.Index([202052, 202053, 202101]))[1]
