"""Weeks of years, and numbers that only look like them."""

import datetime

import numpy as np
import pandas as pd
import pytest

from skrnn.windows._weeks_of_years import are_weeks_of_years, year_without_last_week


def parts(labels):
    return np.divmod(np.array(labels, dtype=np.int64), 100)


@pytest.mark.parametrize("start", ["2019-11-04", "2020-03-30", "2023-12-18"])
@pytest.mark.parametrize("step", [1, 2, 4])
def test_real_weeks(start, step):
    calendar = pd.date_range(start, periods=30, freq=f"{7 * step}D").isocalendar()
    years, weeks = calendar["year"].to_numpy(np.int64), calendar["week"].to_numpy(np.int64)
    order = np.random.default_rng(0).permutation(30)
    assert are_weeks_of_years(years, weeks)
    assert are_weeks_of_years(years[order], weeks[order])
    assert year_without_last_week(years, weeks) is None


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([202352, 202401], True),
        ([202313, 202314, 202315], True),
        ([202313, 202313, 202313], False),
        ([202313, 202314], False),
        ([202313, 202413, 202513], False),
        ([202312, 202401], False),
        ([*range(202301, 202313), 202350, *range(202401, 202413)], False),
        ([202354, 202352, 202401], False),
        ([202300, 202352, 202401], False),
        ([189952, 190001], False),
        ([210052, 210101], False),
        ([], False),
    ],
)
def test_numbers_that_may_be_weeks(labels, expected):
    assert are_weeks_of_years(*parts(labels)) == expected


def test_years_without_week_53():
    for year in range(1990, 2040):
        try:
            datetime.date.fromisocalendar(year, 53, 1)
            expected = None
        except ValueError:
            expected = year
        assert year_without_last_week(*parts([year * 100 + 53, year * 100 + 101])) == expected
        assert year_without_last_week(*parts([year * 100 + 52])) is None
