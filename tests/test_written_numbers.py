"""Numbers in text are recognised, with code that converts them."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest

from skrnn._written_numbers import conversion_of


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["13,6", "7", "-8,25", ",5"], [13.6, 7, -8.25, 0.5]),
        (["13.6", " 7.0 ", "1e3"], [13.6, 7, 1000]),
        (["1,234.5", "12", "1,234,567"], [1234.5, 12, 1234567]),
        (["1.234,5", "12,25", "2.000.000"], [1234.5, 12.25, 2e6]),
        (["1 234,5", "12,5", "3\u00a0000", "4\u202f000"], [1234.5, 12.5, 3000, 4000]),
        ([f"{i},5" for i in range(10)] + ["n/a"], [*(np.arange(10) + 0.5), np.nan]),
        (["2,376", "950", "-1,204"], [2376, 950, -1204]),
        (["2,376,001", "1,000"], [2376001, 1000]),
        (["2.376.001", "1.000"], [2376001, 1000]),
        (["2,376", "1950"], [2.376, 1950]),
        (["0,376", "2,500"], [0.376, 2.5]),
        (["1'234.5", "12"], [1234.5, 12]),
        (["$1,234.50", "$12.00"], [1234.5, 12]),
        (["1.234,50 €", "12 €"], [1234.5, 12]),
        (["12%", "7.5%"], [12, 7.5]),
    ],
)
def test_the_code_converts_the_text(texts, numbers):
    frame = pd.DataFrame({"price": texts})
    code = conversion_of(texts, "frame['price']")
    np.testing.assert_array_equal(eval(code, {"pd": pd, "frame": frame}), numbers)


@pytest.mark.parametrize(
    "texts",
    [
        ["13,6", "-8,25"],
        ["1,234.5", "1,234,567"],
        ["1.234,5", "2.000.000"],
        ["1 234,5", "3\u00a0000", "4'000"],
        ["1.234,50 €", "12 €"],
    ],
)
def test_numbers_among_the_text_stay(texts):
    code = conversion_of(texts, "x")
    expected = [*eval(code, {"pd": pd, "x": pd.Series(texts)}), 0.25, 7]
    x = pd.Series([*texts, 0.25, 7, None])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = eval(conversion_of(x, "x"), {"pd": pd, "x": x})
    np.testing.assert_array_equal(found, [*expected, np.nan])


@pytest.mark.parametrize(
    "texts",
    [
        ["024", "7"],
        ["0.0", "1.0"],
        ["a", "b"],
        ["1,5", "S", "M"],
        ["123 45", "999 99"],
        ["2024-01"],
        [],
    ],
)
def test_codes_and_words_are_no_numbers(texts):
    assert conversion_of(texts, "x") is None


@pytest.mark.parametrize(
    ("texts", "readings"),
    [
        (
            ["2,376", "1,204"],
            {"comma separates thousands": 2376, "comma separates decimals": 2.376},
        ),
        (["2.376", "950"], {"point separates decimals": 2.376, "point separates thousands": 2376}),
    ],
)
def test_both_readings_of_an_ambiguous_separator(texts, readings):
    code = conversion_of(texts, "x")
    found = re.findall(r"(pd.to_numeric\(.*?\)) if the (\w+ separates \w+)", code)
    assert [condition for _, condition in found] == list(readings)
    for line, condition in found:
        assert eval(line, {"pd": pd, "x": pd.Series(texts)})[0] == readings[condition]
