"""The seasonal naive forecast, against sktime's and by hand."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.naive import NaiveForecaster

from skrnn.forecasting import PanelSeasonalNaive

NAN = np.nan
RANDOM = np.random.default_rng(0).normal(size=40)


def dated(values, start="2000-01"):
    return pd.Series(values, pd.period_range(start, periods=len(values), freq="M"))


def forecast(values, sp=4, fh=range(1, 6), **parameters):
    return PanelSeasonalNaive(sp=sp, **parameters).fit(dated(values)).predict(fh=fh)


@pytest.mark.filterwarnings("ignore:[\\s\\S]*remember_data:FutureWarning")
@pytest.mark.parametrize("sp", [1, 4, 12])
@pytest.mark.parametrize("n_rows", [12, 17, 40])
def test_as_sktime(sp, n_rows):
    y, fh = dated(RANDOM[:n_rows]), np.arange(1, 30)
    expected = NaiveForecaster("last", sp=sp).fit(y).predict(fh=fh)
    pd.testing.assert_series_equal(PanelSeasonalNaive(sp=sp).fit(y).predict(fh=fh), expected)


def test_periodicity_from_the_index_and_the_shortest_of_several():
    y, fh = dated(RANDOM), range(1, 13)
    np.testing.assert_array_equal(PanelSeasonalNaive().fit(y).predict(fh=fh), RANDOM[-12:])
    np.testing.assert_array_equal(forecast(RANDOM, (12, 4), fh), np.tile(RANDOM[-4:], 3))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 3, 4, 5, NAN, 7, 8], [5, 2, 7, 8, 5]),  # a cycle earlier
        ([1, 2, 3, 4, 5, NAN, 7, NAN], [5, 2, 7, 4, 5]),
        ([1, NAN, 3, 4, 5, NAN, 7, 8], [5, 8, 7, 8, 5]),  # never known
        ([NAN, NAN, 3, NAN], [3, 3, 3, 3, 3]),
        ([1, 2, 3], [3, 1, 2, 3, 3]),  # shorter than a cycle: the last place is not known
        ([7], [7, 7, 7, 7, 7]),
    ],
)
def test_unknown_values_and_short_series(values, expected):
    np.testing.assert_array_equal(forecast(np.array(values, float)), expected)


def test_seen_rows_are_forecast_from_the_row_before_them():
    model = PanelSeasonalNaive(sp=4).fit(dated(RANDOM[:12]))
    np.testing.assert_array_equal(model.predict(fh=[-7, -1, 0]), RANDOM[[0, 6, 7]])
    # In the first cycle, the value before.
    np.testing.assert_array_equal(model.predict(fh=[-10, -8]), RANDOM[[0, 2]])


@pytest.mark.filterwarnings("ignore:1 of 3 series ends before:UserWarning")
def test_series_of_a_panel_end_at_different_times():
    parts = {"a": dated(RANDOM[:20]), "b": dated(RANDOM[20:26], "2001-03"), "c": dated([5.0])}
    y = pd.concat(parts, names=["series", "month"]).to_frame("y")
    found = PanelSeasonalNaive(sp=4).fit(y).predict(fh=[1, 2, 3])
    expected = np.concatenate([RANDOM[16:19], RANDOM[22:25], [5.0] * 3])
    np.testing.assert_array_equal(found["y"], expected)


@pytest.mark.parametrize("update_params", [True, False])
def test_update_repeats_the_new_rows(update_params):
    y = dated(RANDOM)
    model = PanelSeasonalNaive(sp=4).fit(y[:30]).update(y[30:], update_params=update_params)
    np.testing.assert_array_equal(model.predict(fh=range(1, 5)), RANDOM[-4:])


def test_all_origins_as_update_and_predict_in_turns():
    y = dated(RANDOM).to_frame("y")
    model, ends = PanelSeasonalNaive(sp=4).fit(y[:30]), [np.array([30]), np.array([33])]
    found = model._forecasts_after(y, None, ends, 6)
    np.testing.assert_array_equal(found[0][0, :, 0], RANDOM[[26, 27, 28, 29, 26, 27]])
    np.testing.assert_array_equal(found[1][0, :, 0], RANDOM[[29, 30, 31, 32, 29, 30]])


def test_days_follow_the_local_clock():
    # Clocks in Berlin were put back on 27 October.
    index = pd.date_range(
        end=pd.Timestamp("2024-10-27 22:00", tz="Europe/Berlin"), periods=72, freq="h"
    )
    y = pd.Series(index.hour.to_numpy(float), index)
    found = PanelSeasonalNaive(sp=24).fit(y).predict(fh=range(1, 24))
    np.testing.assert_array_equal(found, found.index.hour)


def test_nothing_known():
    with pytest.warns(UserWarning, match="y has NaN as its forecast"):
        assert forecast(np.full(9, NAN)).isna().all()
