"""Long tables that are taken apart into panels."""

import pandas as pd
import polars as pl
import pytest
from long_tables import AHEAD, PANEL, PLAIN, PROMO, TABLE

from skrnn.forecasting import AutoRNNForecaster, RNNForecaster
from skrnn.forecasting._long_form import features_of, is_long

FH = [1, 2, 3]
SETTINGS = {
    **{"lag": 3, "cell": "simple", "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0},
    **{"deseasonalize": False, "transformer": None, "engine": "numpy"},
}


def forecaster(**settings):
    return RNNForecaster(**SETTINGS, **settings)


def test_types_of_polars_are_kept():
    table = pl.from_pandas(PLAIN).with_columns(
        pl.col("ds").cast(pl.Date), pl.col("unique_id").cast(pl.Categorical)
    )
    forecasts = forecaster().fit(table, fh=FH).predict()
    assert [forecasts.schema[name] for name in ("unique_id", "ds")] == [pl.Categorical, pl.Date]


def test_a_new_fit_forgets_the_form():
    again = forecaster().fit(PLAIN, fh=FH)
    assert again.fit(PANEL, fh=FH).predict().index.nlevels == 2


@pytest.mark.parametrize(
    ("y", "X", "message"),
    [
        (TABLE, TABLE.drop(columns="y"), r"columns \['promo'\] of y are features, but X is given"),
        (PLAIN.iloc[:0], None, "y has no rows"),
        (
            pd.concat([PLAIN, PLAIN[["y"]]], axis=1),
            None,
            "of y must.* names: 'y' occurs",
        ),
        (pd.concat([PLAIN, PLAIN[["unique_id"]]], axis=1), None, "names: 'unique_id' occurs more"),
        (PLAIN, pd.concat([AHEAD, AHEAD[["promo"]]], axis=1), "of X must.* names: 'promo' occurs"),
        (pd.concat([PLAIN, PLAIN[:1]]), None, "has several rows at"),
        (PLAIN.astype({"ds": str}).replace({"ds": {"2024-01-15": "soon"}}), None, "'soon'"),
    ],
)
def test_refuses_tables(y, X, message):
    with pytest.raises(ValueError, match=message):
        forecaster().fit(y, X, fh=FH)


def test_what_is_long():
    assert is_long(PLAIN, "y")
    assert not is_long(AHEAD, "y")
    assert is_long(pl.from_pandas(AHEAD))
    assert not any(is_long(data) for data in (PANEL, PANEL.to_numpy(), None, [1], PANEL["y"]))
    assert features_of(TABLE, None) == features_of(PANEL, PROMO) == ["promo"]
    assert features_of(PLAIN, AHEAD) == ["promo"]
    assert features_of(PANEL, None) == []
    assert features_of(PANEL, PROMO.to_numpy()) is None


@pytest.mark.parametrize(
    "table", [TABLE.rename(columns={"ds": "day"}), pl.from_pandas(TABLE.drop(columns="ds"))]
)
@pytest.mark.parametrize("kind", [RNNForecaster, AutoRNNForecaster])
def test_columns_that_are_not_found_are_not_blamed_on_a_parameter(table, kind):
    assert features_of(table, None) is None
    assert features_of(PANEL, None) == []
    with pytest.raises(TypeError, match=r"columns 'unique_id', 'ds' and 'y'|y, X = to_panel\(y"):
        kind(known_features=["promo"]).fit(table, fh=FH)
