"""Forecasts of long tables by a forecaster that was trained on others."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import RNNForecaster, forecast_table

FH = [1, 2, 3]
CHEAP = {"lag": 4, "units": 2, "epochs": 1, "n_networks": 1, "random_state": 0, "sp": 1}
MONTHS = pd.date_range("2020-01-01", periods=30, freq="MS")
TABLE = pd.DataFrame(
    {
        "unique_id": np.repeat([f"s{i}" for i in range(7)], 30),
        "ds": np.tile(MONTHS, 7),
        "y": 5 + np.random.default_rng(0).random(210),
    }
)


@pytest.fixture(scope="module")
def pretrained():
    return RNNForecaster(**CHEAP).pretrain(TABLE, fh=FH)


def test_quantiles_are_further_columns():
    forecaster = RNNForecaster(**CHEAP, loss="normal").pretrain(TABLE, fh=FH)
    found = forecast_table(forecaster, TABLE, FH, alpha=[0.1, 0.5])
    assert found.columns.tolist() == ["unique_id", "ds", "y", "y-q-10", "y-q-50"]
    assert (found["y-q-10"] < found["y-q-50"]).all()


def test_forecast_table_refuses_a_wide_table(pretrained):
    with pytest.raises(ValueError, match="table must be a long table"):
        forecast_table(pretrained, TABLE[["y"]], FH)


def test_a_pretrained_forecaster_may_be_fitted(pretrained):
    fitted = pretrained.clone().fit(TABLE[TABLE["unique_id"] == "s1"], fh=FH)
    whole = forecast_table(pretrained, TABLE, FH)
    pd.testing.assert_frame_equal(forecast_table(fitted, TABLE, FH), whole)


@pytest.mark.parametrize("freq", ["W-MON", "B", "MS", "ME", "QS", "h", "2D"])
def test_freq_is_the_step_of_series_of_one_row(pretrained, freq):
    first = pd.tseries.frequencies.to_offset(freq).rollback(pd.Timestamp("2024-01-05"))
    row = pd.DataFrame({"unique_id": ["a"], "ds": [first], "y": [5.0]})
    found = forecast_table(pretrained, row, FH, freq=freq)
    assert found["ds"].tolist() == list(pd.date_range(first, periods=4, freq=freq)[1:])
    two = pd.concat([row, row.assign(unique_id="b")])
    later = row.assign(unique_id="b", ds=row["ds"] + 2 * pd.tseries.frequencies.to_offset(freq))
    for table in (two, pd.concat([row, later])):
        both = forecast_table(pretrained, table, FH, freq=freq)
        pd.testing.assert_frame_equal(both[:3], found)
    last = forecast_table(pretrained, later, FH, freq=freq)
    pd.testing.assert_frame_equal(both[3:].reset_index(drop=True), last)


def test_freq_with_features_of_a_single_row():
    past = TABLE.assign(x=np.arange(len(TABLE)) % 5, shop=TABLE["unique_id"])
    forecaster = RNNForecaster(**CHEAP, categorical_features=["shop"]).pretrain(past, fh=FH)
    last = TABLE["ds"].max()
    future = past[past["ds"] > last - pd.DateOffset(months=3)].drop(columns="y")
    row = past[past["ds"] == last - pd.DateOffset(months=3)]
    whole = forecast_table(forecaster, row, FH, X=future, freq="MS")
    one = forecast_table(forecaster, row[:1], FH, X=future, freq="MS")
    assert whole["ds"].unique().tolist() == sorted(future["ds"].unique())
    pd.testing.assert_frame_equal(whole[:3], one)
