"""Numbers in text among categories raise a warning, with code that converts them."""

import re

import numpy as np
import pandas as pd
import pytest

from skrnn import LagWindowTransformer, RNNRegressor
from skrnn.forecasting import RNNForecaster, to_panel
from skrnn.windows._numbers_in_text import (
    warn_of_numbers_in_text,
    warn_of_text_among_numbers,
)


def test_a_declared_category_raises_no_warning():
    column = pd.Series(["0,5", "1,0", None])
    warn_of_numbers_in_text("litres", column.astype("category"), "X")
    with pytest.warns(UserWarning, match=r"X\['litres'\] contains numbers as text, such as '0,5'"):
        warn_of_numbers_in_text("litres", column, "X")


def make_table():
    return pd.DataFrame(
        {
            "unique_id": "a",
            "ds": pd.date_range("2024-01-01", periods=12),
            "y": np.arange(12.0),
            "price": ["13,6", "7,5"] * 6,
        }
    )


CODE = r"\['price'\] = pd.to_numeric\({}\['price'\].str.replace\(\",\", \".\"\)\)\. If"


def test_wherever_text_becomes_a_category():
    with pytest.warns(UserWarning, match="frame" + CODE.format("frame")):
        y, X = to_panel(make_table(), id="unique_id", time="ds", target="y")
    cheap = {"cell": "simple", "units": 2, "epochs": 1, "engine": "numpy"}
    forecaster = RNNForecaster(2, n_networks=1, **cheap)
    for data in ((y, X), (make_table(),)):
        with pytest.warns(UserWarning, match="X" + CODE.format("X")):
            forecaster.fit(*data, fh=[1])
    with pytest.warns(UserWarning, match="X" + CODE.format("X")):
        RNNRegressor(n_timesteps=1, **cheap).fit(X, np.arange(12.0))


def test_too_many_different_texts_are_refused():
    table = make_table()
    table["price"] = [f"{i},5" for i in range(12)]
    forecaster = RNNForecaster(2, max_categories=5)
    with (
        pytest.warns(UserWarning, match="contains numbers as text"),
        pytest.raises(ValueError, match=r"convert the column, X\['price'\] = pd.to_numeric\(X"),
    ):
        forecaster.fit(table, fh=[1])


MIXED = r"X\['price'\] contains text such as 'n/a' among numbers such as 12, .*errors=\"coerce\""


@pytest.mark.parametrize(
    "values", [[12, 15, "n/a", 11, 13], [12, "n/a", 13.5], [12, "n/a", None, 7], [12, "n/a", "7"]]
)
def test_text_among_numbers(values):
    column = pd.Series(values, dtype=object)
    with pytest.warns(UserWarning, match=MIXED) as caught:
        warn_of_numbers_in_text("price", column, "X")
    assert len(caught) == 1
    numbers = eval(
        re.search(r"= (pd.to_numeric.*?\))", str(caught[0].message))[1],
        {"pd": pd, "X": {"price": column}},
    )
    assert numbers[0] == 12
    assert np.isnan(numbers[1:3]).any()
    warn_of_numbers_in_text("price", column.astype("category"), "X")


@pytest.mark.parametrize("values", [["a", "b"], [True, 1, None], [1, 2]])
def test_only_text_or_only_numbers(values, recwarn):
    assert not warn_of_text_among_numbers("price", pd.Series(values, dtype=object), "X")
    assert not recwarn.list


def test_wherever_text_among_numbers_becomes_a_category():
    frame = make_table().assign(price=[12, 15, "n/a", 11, 13, 12] * 2)
    X = frame[["price"]]
    cheap = {"cell": "simple", "units": 2, "epochs": 1, "engine": "numpy"}
    with pytest.warns(UserWarning, match=MIXED.replace("X", "frame")):
        to_panel(frame, id="unique_id", time="ds", target="y")
    with pytest.warns(UserWarning, match=MIXED):
        RNNForecaster(2, n_networks=1, **cheap).fit(frame, fh=[1])
    with pytest.warns(UserWarning, match=MIXED):
        RNNRegressor(n_timesteps=1, **cheap).fit(X, np.arange(12.0))
    with pytest.warns(UserWarning, match=MIXED):
        LagWindowTransformer(1).fit(X)
    with pytest.warns(UserWarning, match=MIXED.replace("price", "x0")):
        LagWindowTransformer(1).fit(X.to_numpy())
