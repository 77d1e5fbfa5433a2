"""Series of month ends, quarter ends and working days, whose labels are not equally far apart."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.base import ForecastingHorizon
from sktime.forecasting.naive import NaiveForecaster

from skrnn.forecasting import AutoRNNForecaster, PanelTheta, backtest

N_ROWS = 60
SEASONS = {"ME": 12, "BME": 12, "QE": 4, "BQE": 4, "QE-NOV": 4}


def series(freq, *, declared=True, n_rows=N_ROWS + 12):
    """A series whose index may declare its step."""
    dates = pd.date_range("2010-01-04", periods=n_rows, freq=freq)
    values = 10 + np.sin(np.arange(n_rows)) + np.random.default_rng(0).normal(size=n_rows)
    return pd.Series(values, dates if declared else pd.DatetimeIndex(dates.to_numpy()), name="y")


def as_panel(y):
    return pd.concat({"a": y.to_frame(), "b": 2 * y[5:].to_frame()}, names=["id", "day"])


def views():
    return AutoRNNForecaster(views={"theta": PanelTheta(sp=1), "seasonal": PanelTheta()})


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("freq", SEASONS)
def test_forecasts_have_the_next_labels(freq, declared):
    y = series(freq, declared=declared)
    before, coming = y[:N_ROWS], y.index[N_ROWS : N_ROWS + 6]
    forecast = views().fit(before, fh=range(1, 7)).predict()
    assert forecast.index.tolist() == coming.tolist()
    for fh in (coming, ForecastingHorizon(coming, is_relative=False)):
        pd.testing.assert_series_equal(
            views().fit(before, fh=fh).predict(), forecast, check_freq=False
        )
    of_panel = views().fit(as_panel(before), fh=range(1, 7)).predict()
    assert of_panel.loc["b"].index.tolist() == coming.tolist()
    gap = before.drop(before.index[20])
    with pytest.raises(ValueError, match=r"1 row\(s\) are missing between"):
        views().fit(gap, fh=range(1, 7))
    filled = views().fit(gap.asfreq(freq), fh=range(1, 7)).predict()
    assert filled.index.tolist() == coming.tolist()


@pytest.mark.parametrize("in_fit", [True, False])
@pytest.mark.parametrize("freqs", [("QE-MAR", None), ("QE-MAR", "QE-DEC"), ("QS-FEB", None)])
def test_a_horizon_whose_step_has_another_name(freqs, in_fit):
    """Quarters that end in March also end in December, which is what pandas infers."""
    freq, other = freqs
    y = series(freq, declared=False)
    before, coming = y[:N_ROWS], y.index[N_ROWS : N_ROWS + 6]
    if other:
        before = before.asfreq(other)
    fh = ForecastingHorizon(pd.DatetimeIndex(coming, freq=freq), is_relative=False)
    forecaster = PanelTheta().fit(before, fh=fh if in_fit else range(1, 7))
    forecast = forecaster.predict(None if in_fit else fh)
    assert forecast.index.tolist() == coming.tolist()
    other_days = ForecastingHorizon(pd.date_range(coming[0], periods=3), is_relative=False)
    with pytest.raises(ValueError, match="Frequencies from two sources do not coincide"):
        PanelTheta().fit(before, fh=other_days)


@pytest.mark.parametrize("make", [views, PanelTheta], ids=["views", "one"])
@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("freq", ["B", "BMS", "W-WED", *SEASONS])
def test_a_few_new_rows_that_look_like_another_calendar(freq, declared, make):
    """Rows from Monday to Wednesday are three days in a row, also in a series of working days."""
    y = series(freq, declared=declared)
    fh = ForecastingHorizon(range(1, 7))
    forecaster = make().fit(y[:N_ROWS], fh=fh)
    for start, end in [(0, 3), (3, 4), (4, 8)]:
        new = y[N_ROWS + start : N_ROWS + end]
        forecaster.update(
            new.set_axis(pd.DatetimeIndex(new.index, freq=None)), update_params=False
        )
        expected = y.index.to_series().shift(-N_ROWS - end).dropna()[:6]
        assert forecaster.predict(fh).index[: len(expected)].tolist() == expected.tolist()


@pytest.mark.parametrize("declared", [True, False])
@pytest.mark.parametrize("freq", SEASONS)
def test_backtests(freq, declared):
    y = series(freq, declared=declared)
    result = backtest(views(), y, fh=[1, 2, 3], n_origins=4, step=1)
    assert result.sp == SEASONS[freq]
    assert result.forecasts["time"].tolist() == [
        time for start in range(-6, -2) for time in y.index[start:][:3]
    ]
    of_panel = backtest(views(), as_panel(y), fh=[1, 2, 3], n_origins=4, step=1)
    assert of_panel.sp == SEASONS[freq]
    assert of_panel.forecasts["forecast"].notna().all()


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
@pytest.mark.parametrize("freq", ["B", "BMS", "BQE"])
def test_backtests_of_other_forecasters(freq):
    """sktime forecast Saturdays after the rows from Wednesday to Friday."""
    y = series(freq, declared=False)
    result = backtest(NaiveForecaster(), y, fh=[1, 2, 3], n_origins=5, step=1)
    np.testing.assert_array_equal(result.forecasts["forecast"], result.forecasts["naive"])
