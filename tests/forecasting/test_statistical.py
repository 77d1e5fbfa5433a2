"""What statistical forecasters share: rows, horizons, updates and errors."""

import io
import pickle
from copyreg import __newobj__

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.base import ForecastingHorizon

from skrnn.forecasting import PanelBoosting, PanelRidge, PanelTheta, RNNForecaster


def test_absolute_horizons_of_series_that_end_at_different_times(panel):
    forecaster = PanelTheta(sp=1).fit(panel)
    absolute = forecaster.predict(fh=ForecastingHorizon([30, 31], is_relative=False))
    relative = forecaster.predict(fh=range(1, 6))
    assert list(absolute.loc["c"].index) == [30, 31]
    np.testing.assert_allclose(absolute.loc["c", "y"], relative.loc["c", "y"].iloc[3:5])


def test_residuals_of_rows_that_were_not_seen(months):
    forecaster = PanelTheta(sp=12).fit(months[:50])
    residuals = forecaster.predict_residuals(months[50:])
    forecast = forecaster.predict(fh=range(1, 11))
    pd.testing.assert_series_equal(residuals, months[50:] - forecast, check_names=False)


def test_the_first_row_has_no_forecast(months):
    residuals = PanelTheta(sp=12).fit(months).predict_residuals()
    assert list(residuals.isna().to_numpy()) == [True] + [False] * 59


def test_a_wide_frame_is_forecast_by_column(months):
    wide = pd.DataFrame({"a": months, "b": 2 * months + 5})
    forecast = PanelTheta().fit(wide).predict(fh=[1, 2])
    alone = PanelTheta().fit(wide["b"]).predict(fh=[1, 2])
    np.testing.assert_allclose(forecast["b"], alone)


def test_update_before_the_end_and_with_gaps(months):
    forecaster = PanelTheta(sp=1).fit(months[:50])
    forecaster.update(months[52:55], update_params=False)
    filled = months[:55].copy()
    filled.iloc[50:52] = np.nan
    again = PanelTheta(sp=1).fit(months[:50]).update(filled, update_params=False)
    pd.testing.assert_series_equal(forecaster.predict(fh=[1, 2]), again.predict(fh=[1, 2]))


def test_a_failed_update_changes_nothing(months):
    forecaster = PanelTheta().fit(months[10:])
    before = forecaster.predict(fh=[1, 2])
    with pytest.raises(ValueError, match="begins earlier than in fit"):
        forecaster.update(months[:20])
    pd.testing.assert_series_equal(forecaster.clone().fit(months[10:]).predict(fh=[1, 2]), before)


def test_a_series_with_a_multiindex_is_refused(panel):
    with pytest.raises(TypeError, match="to_frame"):
        PanelTheta().fit(panel["y"])


NETWORK = RNNForecaster(
    engine="numpy", epochs=3, n_networks=1, random_state=0, strategy="multioutput", lag=24
)


@pytest.mark.parametrize(
    "forecaster",
    [PanelTheta(), PanelRidge(), PanelBoosting(calendar="auto"), NETWORK],
    ids=lambda each: type(each).__name__,
)
@pytest.mark.parametrize("change", ["2024-03-31", "2024-10-27"])
def test_a_load_that_follows_the_local_clock(forecaster, change):
    """Forecasts over a change of the clock, and a week after it, have small errors."""
    change = pd.Timestamp(change, tz="Europe/Berlin")
    index = pd.date_range(change - pd.Timedelta("40D"), change + pd.Timedelta("9D"), freq="h")
    local = index.tz_localize(None)
    day = 10.0 * ((local.hour >= 7) & (local.hour < 20))
    values = 100 + day * np.where(local.weekday < 5, 1.0, 0.5)
    y = pd.Series(values + 0.1 * np.random.default_rng(0).normal(size=len(index)), index)
    before, after = y[: change - pd.Timedelta("8h")], y[: change + pd.Timedelta("7D")]
    forecaster = forecaster.clone().fit(before, fh=range(1, 37))
    for seen in (before, after):
        forecaster.update(seen[len(before) :], update_params=False) if seen is after else None
        coming = y[len(seen) : len(seen) + 36]
        forecast = forecaster.predict()
        pd.testing.assert_index_equal(forecast.index, coming.index, check_names=False)
        # Counted in rows, forecasts at 7:00 and 20:00 would be wrong by 10.
        assert (forecast - coming).abs().max() < 3


# Attributes that these classes had not in earlier pickles.
ADDED = {
    "Seasons": {"_clock"},
    "SeasonFactors": {"_least"},
    "BoostingModel": {"_start"},
    "LaggedInputs": {"_start"},
    "Panel": {"clock"},
}


class EarlierPickler(pickle.Pickler):
    """Stores objects without the attributes that were added since."""

    def __init__(self, file):
        super().__init__(file)
        self.left_out = set()

    def reducer_override(self, obj):
        added = ADDED.get(type(obj).__name__)
        if added is None:
            return NotImplemented
        state = obj.__getstate__()
        self.left_out |= added & set(state)
        kept = {name: value for name, value in state.items() if name not in added}
        return __newobj__, (type(obj),), kept


@pytest.mark.parametrize(
    ("forecaster", "left_out"),
    [
        (PanelTheta(sp=12), {"_clock", "_least", "clock"}),
        (PanelRidge(sp=12), {"_clock", "clock"}),
        (PanelBoosting(sp=12), {"_start", "clock"}),
        (NETWORK.clone().set_params(deseasonalize=True, sp=12), {"_clock", "clock"}),
    ],
    ids=["theta", "ridge", "boosting", "network"],
)
def test_pickles_from_before_an_attribute_was_added(forecaster, left_out, months):
    fitted = forecaster.clone().fit(months[:50], fh=[1, 2])
    file = io.BytesIO()
    pickler = EarlierPickler(file)
    pickler.dump(fitted)
    assert left_out <= pickler.left_out
    loaded = pickle.loads(file.getvalue())
    pd.testing.assert_series_equal(loaded.predict(), fitted.predict())
    for each in (loaded, fitted):
        each.update(months[50:], update_params=False)
    pd.testing.assert_series_equal(loaded.predict(), fitted.predict())
    pd.testing.assert_series_equal(loaded.predict_residuals(), fitted.predict_residuals())


@pytest.mark.filterwarnings("ignore:1 row.* of y are zero or negative")
def test_a_later_zero_with_a_pickle_from_before_smallest_values_were_kept(months):
    y = months - months.min() + 5
    fitted = PanelRidge(sp=12).fit(y[:50], fh=[1, 2])
    EarlierPickler(file := io.BytesIO()).dump(fitted)
    loaded = pickle.loads(file.getvalue())
    found = []
    for each in (loaded, fitted):
        each.update(0 * y[50:51], update_params=False)
        found.append(each.predict())
    pd.testing.assert_series_equal(*found)
