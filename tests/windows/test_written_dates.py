"""The advice on dates in text converts them."""

import re

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._label_advice import written_dates
from skrnn.windows._labels import convert_dates
from skrnn.windows._written_dates import advice_on_dates, are_weeks, formats_of


def lines_of(texts):
    """Return the results of each line of the advice."""
    conversion = advice_on_dates(pd.Index(texts), "x", "", ("f(", ")"))[1]
    lines = re.split(", or (?=f)", conversion.partition(", after ")[0])
    found = []
    for line in lines:
        code = re.sub(r" if the \w+ comes first", "", line).partition(", with your")[0]
        eval(
            code.partition(", the first day")[0],
            {"pd": pd, "x": pd.Index(texts), "f": found.append},
        )
    return [times.astype(str).tolist() for times in found]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2002/11", "2002-11-01"),
        ("11.2002", "2002-11-01"),
        ("Nov 2002", "2002-11-01"),
        ("November 2002", "2002-11-01"),
        ("Nov-02", "2002-11-01"),
        ("200211", "2002-11-01"),
        ("2024/01/31", "2024-01-31"),
        ("2024-1-3", "2024-01-03"),
        ("31.12.42", "2042-12-31"),
        ("12/31/2024", "2024-12-31"),
        ("20240131", "2024-01-31"),
        ("31122024", "2024-12-31"),
        ("3 January 2024", "2024-01-03"),
        ("Mon, 01 Jan 2024", "2024-01-01"),
        ("January 3, 2024", "2024-01-03"),
        ("13/01/2024 08:00", "2024-01-13 08:00:00"),
        ("1/13/24 1:05 PM", "2024-01-13 13:05:00"),
        ("2024.01.31 12:00:05", "2024-01-31 12:00:05"),
        ("20240131 08:00", "2024-01-31 08:00:00"),
        ("202401310800", "2024-01-31 08:00:00"),
        ("2023-01-01 00:00:00+01:00", "2023-01-01 00:00:00+01:00"),
        ("13/01/2023 00:00+0100", "2023-01-13 00:00:00+01:00"),
        ("13/03/2024 00:00:00 +0100", "2024-03-13 00:00:00+01:00"),
        ("2022-W01", "2022-01-03"),
        ("2024Q1", "2024Q1"),
        ("Q1 2024", "2024Q1"),
        ("2024 Q1", "2024Q1"),
        ("2024-Q1", "2024Q1"),
        ("q1/2024", "2024Q1"),
        ("Q1-20", "2020Q1"),
        ("20Q1", "2020Q1"),
        ("1Q20", "2020Q1"),
        ("1Q 2020", "2020Q1"),
        ("2020-1Q", "2020Q1"),
        ("2020Q1 ", "2020Q1"),
    ],
)
def test_the_format_of_the_text(text, date):
    assert lines_of([text]) == [[date]]


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (["02/01/2024 08:00"], ["2024-01-02 08:00:00", "2024-02-01 08:00:00"]),
        (["01.06.2023"], ["2023-06-01", "2023-01-06"]),
        (["1-6-23"], ["2023-06-01", "2023-01-06"]),
        (["31.12.24"], ["2024-12-31", "2031-12-24"]),
        (["11/02"], ["2002-11-01", "2011-02-01"]),
        (["03-04-05"], ["2005-04-03", "2005-03-04", "2003-04-05"]),
        (["01-Feb-03"], ["2003-02-01", "2001-02-03"]),
    ],
)
def test_both_readings_of_an_ambiguous_date(texts, days):
    problem, _ = advice_on_dates(pd.Index(texts), "x")
    assert problem == "which may be read as a date in several ways"
    assert lines_of(texts) == [[day] for day in days]


def test_a_day_above_12_shows_the_order():
    assert formats_of(pd.Index(["01/02/2024", "13/02/2024"])) == ["%d/%m/%Y"]
    assert formats_of(pd.Index(["01/02/2024", "01/13/2024"])) == ["%m/%d/%Y"]
    assert formats_of(pd.Index(["May 2002", "June 2002"])) == ["%B %Y"]


@pytest.mark.parametrize(
    "form", ["%y-%m-%d", "%y/%m/%d", "%y.%m.%d", "%y-%b-%d", "%d.%m.%y", "%m/%d/%y", "%d-%b-%y"]
)
@pytest.mark.parametrize("start", ["2003-01-01", "2011-09-17", "2024-01-01"])
@pytest.mark.parametrize(("order", "count"), [(1, 400), (-1, 90), (1, 45)])
def test_years_of_two_digits(form, start, order, count):
    days = pd.date_range(start, periods=count)[::order]
    assert formats_of(pd.Index(days.strftime(form))) == [form]
    shuffled = days[np.random.default_rng(0).permutation(count)]
    assert form in formats_of(pd.Index(shuffled.strftime(form)))


def test_quarters_that_pandas_cannot_read():
    for text in ("FY20Q1", "Q9 2024", "Q3'98"):
        assert advice_on_dates(pd.Index([text]), "x")[1] == (
            "pd.PeriodIndex(..., freq=\"Q\"), with your quarters written as '2024Q1'"
        )


def test_a_few_mistakes_are_named():
    texts = pd.Index([f"{day}.01.2024" for day in range(10, 31)] + ["n/a"])
    assert advice_on_dates(texts, "x")[1].endswith(
        ", after correcting or dropping text such as 'n/a'"
    )


@pytest.mark.parametrize("text", ["yesterday", "Okt 2002", "50%", "7", "2024/45/45", ""])
def test_other_text(text):
    assert advice_on_dates(pd.Index([text]), "x") == (
        "which cannot be read as a date",
        "pd.to_datetime(x, format=...), with the format of your dates",
    )


MONTHS = [f"{year}-{month:02d}" for year in (2022, 2023) for month in range(1, 13)]
TYPED = ["2022-18", "2023-01", "2023-13", "2022-50", "2022-53", "2023-52", "2024-13"]


@pytest.mark.parametrize("dash", ["-", ""])
@pytest.mark.parametrize("typed", TYPED)
def test_a_mistyped_month_is_no_week(typed, dash):
    for k in (4, 11, 12, 23):
        texts = pd.Index([*MONTHS[:k], typed, *MONTHS[k + 1 :]]).str.replace("-", dash)
        assert not are_weeks(texts)
        assert "week" not in " ".join(advice_on_dates(texts, "x"))
    numbers = texts.str.replace("-", "").astype(int)
    assert written_dates(numbers)[0] in ("", "%Y%m")


@pytest.mark.parametrize(
    ("weeks", "first"),
    [
        (["2022-13", "2022-14", "2022-15"], "2022-03-28"),
        (["202052", "202053", "202101"], "2020-12-21"),
        (["2023-52", "2024-01"], "2023-12-25"),
        ([f"2024-{week:02d}" for week in range(1, 21)], "2024-01-01"),
        ([f"2024{week:02d}" for week in range(1, 53)], "2024-01-01"),
    ],
)
def test_weeks_without_their_letter(weeks, first):
    days = pd.date_range(first, periods=len(weeks), freq="7D").astype(str).tolist()
    assert lines_of(weeks) == [days]
    assert are_weeks(pd.Index(weeks[::-1]))
    with pytest.raises(ValueError, match="%V-%u"):
        convert_dates(pd.Index(weeks), "X")


def test_text_and_numbers_are_weeks_by_one_rule():
    """Numbers of one year must also start with it, because rows may be counted."""
    random = np.random.default_rng(0)
    found = []
    for _ in range(300):
        years = random.integers(2019, 2019 + random.integers(2, 5), random.integers(2, 20))
        numbers = pd.Index(
            years * 100 + random.integers(1, random.choice([13, 19, 54]), len(years))
        )
        form = written_dates(numbers)[0]
        if len(set(years)) > 1 and form != "%Y%m":
            found.append(are_weeks(numbers.astype(str)))
            assert found[-1] == (form == "%G%V")
    assert 0.2 < np.mean(found) < 0.8


def test_names_of_years_and_numbers_are_not_weeks():
    names = pd.Index([f"{1950 + k}{14 + k}" for k in range(30)])
    pd.testing.assert_index_equal(convert_dates(names, "X"), names)


@pytest.mark.parametrize("weeks", [["2023-W53", "2024-W01"], ["202352", "202353", "202401"]])
def test_a_week_that_the_year_does_not_have(weeks):
    """Pandas reads it as the next week, which would be there twice."""
    remark = ", after numbering weeks as in the ISO calendar, where 2023 has no week 53"
    assert advice_on_dates(pd.Index(weeks), "x")[1].endswith(remark)
    others = pd.Index([week.replace("2024", "2021").replace("2023", "2020") for week in weeks])
    assert "no week" not in advice_on_dates(others, "x")[1]
