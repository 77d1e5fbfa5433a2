"""The advice on dates in text converts them."""

import re

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._written_dates import advice_on_dates, formats_of


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
        ("2022-13", "2022-03-28"),
        ("202053", "2020-12-28"),
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
