"""Errors of a backtest, compared with sktime's metrics and with sums by hand."""

import numpy as np
import pandas as pd
import pytest
from sktime.performance_metrics.forecasting import (
    MeanAbsoluteScaledError,
    MeanSquaredScaledError,
)
from sktime.performance_metrics.forecasting.probabilistic import PinballLoss

from skrnn.forecasting._accuracy import METRICS, summarise
from skrnn.forecasting._backtest_quantiles import AskedQuantiles

NAN = np.nan


def make_table():
    """Two series, two origins, two steps; one true value is unknown."""
    keys = pd.MultiIndex.from_product([["a", "b"], [1, 2], [1, 2]])
    table = keys.set_names(["series", "origin", "step"]).to_frame(index=False)
    return table.assign(
        cutoff=table["origin"],
        y=[1.0, 2, 3, NAN, 10, 20, 30, 40],
        forecast=[2.0, 2, 5, 9, 10, 10, 10, 10],
        naive=[0.0, 0, 0, 0, 0, 0, 0, 0],
        seasonal_naive=[1.0, 2, 3, 4, 10, 20, 30, 40],
        lower=[0.0, 2.5, 3, 0, 0, 0, 0, 0],
        upper=[1.0, 4, 4, 9, 10, 9, 40, NAN],
        scale=[2.0] * 4 + [10.0] * 4,
        root_scale=[4.0] * 4 + [20.0] * 4,
    )


TABLE = make_table()


def test_all_together():
    summary = summarise(TABLE, [], AskedQuantiles(0.8))
    assert list(summary.columns) == list(METRICS)
    assert summary.index.tolist() == ["forecast", "naive", "seasonal naive"]
    forecast = summary.loc["forecast"]
    assert forecast["n"] == 7
    assert forecast["MAE"] == pytest.approx((1 + 0 + 2 + 0 + 10 + 20 + 30) / 7)
    assert forecast["bias"] == pytest.approx((1 + 0 + 2 + 0 - 10 - 20 - 30) / 7)
    assert forecast["MASE"] == pytest.approx(np.mean([0.5 / 2, 2 / 2, 5 / 10, 25 / 10]))
    roots = np.sqrt([0.5, 4, 50, 650]) / [4, 4, 20, 20]
    assert forecast["RMSSE"] == pytest.approx(roots.mean())
    # Of six intervals with known ends, those of the rows 0, 2, 4 and 6 hold the true value.
    assert forecast["coverage"] == pytest.approx(4 / 6)
    assert summary.loc["naive", "MAE"] == pytest.approx(106 / 7)
    assert summary.loc["seasonal naive", ["MAE", "MASE", "RMSSE"]].tolist() == [0, 0, 0]
    assert summary.loc["naive", ["coverage", "pinball"]].isna().all()


def test_groups_are_in_order_with_the_models_in_each():
    summary = summarise(TABLE, ["series"], AskedQuantiles())
    assert list(summary.index.names) == ["series", "model"]
    assert summary.index.get_level_values("series").tolist() == list("aaabbb")
    assert summary.loc[("b", "forecast"), "MAE"] == 15
    assert summary.loc[("a", "forecast"), "MASE"] == pytest.approx((0.25 + 1) / 2)
    assert summary["coverage"].isna().all()
    by_step = summarise(TABLE, ["step"], AskedQuantiles(0.8)).xs("forecast", level="model")
    assert by_step["n"].tolist() == [4, 3]
    assert by_step["MAE"].tolist() == pytest.approx([23 / 4, 40 / 3])
    both = summarise(TABLE, ["origin", "series"], AskedQuantiles())["MAE"]
    assert both[2, "a", "forecast"] == 2


def test_series_named_by_tuples():
    table = TABLE.assign(series=TABLE["series"].map({"a": ("x", 1), "b": ("x", 2)}))
    summary = summarise(table, ["series"], AskedQuantiles())
    expected = summarise(TABLE, ["series"], AskedQuantiles())
    np.testing.assert_array_equal(summary["MAE"], expected["MAE"])
    assert set(summary.index.get_level_values("series")) == {("x", 1), ("x", 2)}


def test_unknown_forecasts_do_not_count_for_any_model():
    table = TABLE.assign(forecast=TABLE["forecast"].where(TABLE["series"] == "b"))
    summary = summarise(table, ["series"], AskedQuantiles())
    assert summary.loc["a", "n"].tolist() == [0, 0, 0]
    assert summary.loc["a", "MAE"].isna().all()
    assert summary.loc[("b", "naive"), "MAE"] == 25


def test_a_series_without_a_scale_has_no_scaled_error():
    table = TABLE.assign(scale=TABLE["scale"].where(TABLE["series"] == "b"))
    assert summarise(table, [], AskedQuantiles()).loc["forecast", "MASE"] == pytest.approx(
        np.mean([0.5, 2.5])
    )


def test_as_sktime_computes_them():
    random = np.random.default_rng(0)
    train, y, forecast = (pd.Series(random.normal(size=n)) for n in (40, 6, 6))
    lower, upper = forecast - 1, forecast + 1.5
    table = pd.DataFrame(
        {
            **{"series": "a", "origin": 1, "cutoff": 39, "step": range(1, 7), "y": y},
            **{"forecast": forecast, "naive": 0.0, "seasonal_naive": 0.0},
            **{"lower": lower, "upper": upper},
            "scale": (train - train.shift(4)).abs().mean(),
            "root_scale": np.sqrt(((train - train.shift(4)) ** 2).mean()),
        }
    )
    errors = summarise(table, [], AskedQuantiles(0.8)).loc["forecast"]
    mase = MeanAbsoluteScaledError(sp=4)(y, forecast, y_train=train)
    rmsse = MeanSquaredScaledError(sp=4, square_root=True)(y, forecast, y_train=train)
    assert errors["MASE"] == pytest.approx(mase)
    assert errors["RMSSE"] == pytest.approx(rmsse)
    quantiles = pd.DataFrame({("y", 0.1): lower, ("y", 0.9): upper})
    assert errors["pinball"] == pytest.approx(PinballLoss()(y.to_frame("y"), quantiles))


def test_several_coverages_and_quantiles():
    table = TABLE.assign(
        **{"lower_0.5": TABLE["lower"], "upper_0.5": TABLE["upper"], "quantile_0.75": 20.0},
        **{"lower_0.8": -100.0, "upper_0.8": 100.0},
    )
    summary = summarise(table, [], AskedQuantiles((0.5, 0.8), (0.75,)))
    assert list(summary.columns)[4:] == [
        *("coverage_0.5", "coverage_0.8", "pinball", "pinball_0.75", "n")
    ]
    one = summarise(TABLE, [], AskedQuantiles(0.5)).loc["forecast"]
    forecast = summary.loc["forecast"]
    assert forecast["coverage_0.5"] == one["coverage"]
    assert forecast["coverage_0.8"] == 1
    # 0.75 times what is missing, 0.25 times what is left over, of the seven known values.
    y = TABLE["y"].dropna()
    cost = 0.75 * (y - 20).clip(lower=0) + 0.25 * (20 - y).clip(lower=0)
    assert forecast["pinball_0.75"] == pytest.approx(cost.mean())
    assert summary.loc["naive", ["coverage_0.5", "pinball", "pinball_0.75"]].isna().all()
