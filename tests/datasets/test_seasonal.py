import datetime

import numpy as np
import pandas as pd
import pytest

from skrnn.datasets import make_seasonal_series


def test_season_and_trend_without_noise():
    series = make_seasonal_series(48, period=12, amplitude=3.0, trend=0.25, noise=0.0)
    time = np.arange(48)
    np.testing.assert_allclose(series, 3.0 * np.sin(2 * np.pi * time / 12) + 0.25 * time)
    assert series.name == "value"
    assert series.dtype == np.float64


def test_a_season_need_not_be_whole():
    series = make_seasonal_series(2 * 1461, period=365.25, noise=0.0, freq="D")
    np.testing.assert_allclose(series[:1461], series[1461:], atol=1e-9)


def test_noise_has_the_deviation_asked_for():
    series = make_seasonal_series(20_000, amplitude=0.0, noise=0.5, freq="h", random_state=0)
    assert series.mean() == pytest.approx(0.0, abs=0.02)
    assert series.std() == pytest.approx(0.5, rel=0.02)
    assert series.autocorr() == pytest.approx(0.0, abs=0.03)


def test_same_seed_same_series():
    first = make_seasonal_series(random_state=3)
    pd.testing.assert_series_equal(first, make_seasonal_series(random_state=3))
    assert not first.equals(make_seasonal_series(random_state=4))


def test_global_random_state_is_left_alone():
    before = np.random.get_state()[1].copy()
    make_seasonal_series(random_state=0)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(
    "start",
    ["2020-03-01", datetime.date(2020, 3, 1), pd.Timestamp(2020, 3, 1), np.datetime64("2020-03")],
)
def test_start_in_any_form_of_a_date(start):
    index = make_seasonal_series(3, start=start).index
    assert list(index) == list(pd.to_datetime(["2020-03-01", "2020-04-01", "2020-05-01"]))
    assert index.freqstr == "MS"


def test_start_moves_to_the_frequency():
    assert make_seasonal_series(1, start="2020-03-15").index[0] == pd.Timestamp(2020, 4, 1)


def test_frequency_as_an_offset():
    index = make_seasonal_series(2, start="2020-01-01", freq=pd.offsets.Hour(6)).index
    assert index[1] == pd.Timestamp(2020, 1, 1, 6)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"n_samples": 0}, "'n_samples' parameter"),
        ({"n_samples": 2.5}, "'n_samples' parameter"),
        ({"period": 1}, "'period' parameter"),
        ({"period": "year"}, "'period' parameter"),
        ({"amplitude": np.inf}, "'amplitude' parameter"),
        ({"trend": np.nan}, "'trend' parameter"),
        ({"noise": -0.1}, "'noise' parameter"),
        ({"start": 2000}, "'start' parameter"),
        ({"start": "the first"}, "start must be a date, got 'the first'"),
        ({"start": np.datetime64("NaT")}, "start must be a date"),
        ({"freq": 12}, "'freq' parameter"),
        ({"freq": "lunar"}, "freq must be a frequency known to pandas, got 'lunar'"),
        ({"freq": "-1D"}, "freq must go forwards in time, got '-1D'"),
        ({"freq": "0D"}, "freq must go forwards in time"),
        ({"random_state": "dice"}, "'random_state' parameter"),
    ],
)
def test_bad_input(parameters, words):
    with pytest.raises(ValueError, match=words):
        make_seasonal_series(**parameters)


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"n_samples": 4000}, "n_samples=4000 dates .* smaller n_samples, an earlier start"),
        ({"n_samples": 10**6, "freq": "D"}, "n_samples=1000000 dates"),
        ({"n_samples": 12, "start": "2262-01-01"}, "n_samples=12 dates from start='2262-01-01"),
        ({"n_samples": 9, "freq": "100000D"}, "n_samples=9 dates .* freq='100000D'"),
        ({"start": "3000-01-01"}, "start must be a date that pandas can represent"),
        ({"start": "0001-01-01"}, "start must be a date that pandas can represent"),
    ],
)
def test_dates_beyond_the_calendar(parameters, named):
    with pytest.raises(ValueError, match=named):
        make_seasonal_series(**parameters)
