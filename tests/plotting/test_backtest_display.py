"""BacktestDisplay on backtests of one series and of a panel."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting import backtest
from skrnn.plotting import BacktestDisplay


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


@pytest.fixture
def panel(series):
    """Three series of different scale and roughness, one of which begins later."""
    random = np.random.default_rng(0)
    parts = {"a": series, "b": 5 * series[20:], "c": series + random.normal(size=len(series))}
    return pd.concat({name: part.to_frame("y") for name, part in parts.items()}, names=["id"])


@pytest.fixture
def result(panel, make_forecaster):
    return backtest(make_forecaster(engine="numpy"), panel, fh=[1, 2, 3], n_origins=2)


def test_draws_the_series_with_the_median_error(result, panel):
    errors = result.summary(by="series").xs("forecast", level="model")["MASE"]
    median = errors.sort_values().index[1]
    display = BacktestDisplay.from_backtest(result)
    assert display.name == display.ax_.get_ylabel() == median
    other = BacktestDisplay.from_backtest(result, series="b")
    # Six rows before the first origin, and six after it.
    np.testing.assert_array_equal(other.observed, panel.loc["b", "y"][-12:])
    rows = result.forecasts[result.forecasts["series"] == "b"]
    pd.testing.assert_frame_equal(other.frame(), rows.reset_index(drop=True))


def test_draws_the_errors_of_all_series(result):
    display = BacktestDisplay.from_backtest(result, series="b")
    assert display.metric == "MASE"
    expected = result.summary(by="step")["MASE"].unstack()
    for line, name in zip(
        display.error_lines_, ["forecast", "naive", "seasonal naive"], strict=True
    ):
        assert line.get_label() == name
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
        np.testing.assert_array_equal(line.get_ydata(), expected[name])
    assert display.bands_ == []


def test_a_series_that_does_not_change_has_an_error_without_scale(make_forecaster):
    y = pd.Series(1.0, pd.RangeIndex(30))
    forecaster = make_forecaster(engine="numpy", transformer=None)
    display = BacktestDisplay.from_backtest(backtest(forecaster, y, fh=[1], n_origins=2))
    assert display.metric == "MAE"
    assert display.axes_[1].get_ylabel() == "MAE, all series"
    assert all(line.get_marker() == "o" for line in display.forecast_lines_)  # one step


def test_legend_has_one_entry_for_all_origins(result):
    display = BacktestDisplay.from_backtest(result)
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["observed", "forecast"]


def test_draws_a_band_for_each_coverage(panel, make_forecaster):
    forecaster = make_forecaster(engine="numpy", loss="normal")
    result = backtest(forecaster, panel, fh=[1, 2], n_origins=2, coverage=[0.5, 0.9])
    display = BacktestDisplay.from_backtest(result, series="b")
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert labels == ["observed", "90% interval", "50% interval", "forecast"]
    rows = display.frame()
    highs = [band.get_paths()[0].vertices[:, 1].max() for band in display.bands_]
    expected = rows.groupby("origin")[["upper_0.9", "upper_0.5"]].max()
    np.testing.assert_allclose(highs, expected.to_numpy().ravel())


def test_refuses_an_unknown_series(result):
    with pytest.raises(ValueError, match=r"no series 'd'. It has 'a', 'b', 'c'\."):
        BacktestDisplay.from_backtest(result, series="d")
