"""The benchmark of the half-hourly load: where forecasts begin, and what is known then."""

import numpy as np
import pandas as pd

from tests.benchmarks import half_hourly_load as load

INDEX = pd.date_range("2014-01-01", periods=60, freq="30min")


def test_origins_are_midnights_and_forecasts_end_in_time():
    end = 20 * load.WEEK
    origins = load.spread_origins(end, load.WEEK, 6)
    assert (origins % load.DAY == 0).all()
    assert origins[0] == end - load.SPAN
    assert origins[-1] == end - load.WEEK


def test_rows_hold_lags_calendar_and_lagged_temperature():
    y = pd.Series(np.arange(60.0), INDEX)
    X = pd.DataFrame({"Temperature": np.arange(60.0) / 10, "WorkDay": 1.0}, INDEX)
    row = load.rows_of(y, X, [48, 50]).iloc[53]
    assert row["lag 48"] == 5
    assert row["lag 50"] == 3
    assert row["half-hour"] == 5
    assert row["weekday"] == 3  # 2 January 2014 was a Thursday
    np.testing.assert_allclose(row[["temperature 2", "temperature 6"]], [5.1, 4.7])
    np.testing.assert_allclose(row["mean temperature"], np.mean(np.arange(6, 54)) / 10)
