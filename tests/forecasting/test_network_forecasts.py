"""Forecasts of horizons and features of many kinds."""

import numpy as np
import pandas as pd
import pytest
from sktime.forecasting.base import ForecastingHorizon

INDEXES = {
    "integers": pd.RangeIndex(10, 70),
    "days": pd.date_range("2000-01-01", periods=60, freq="D"),
    "month ends": pd.date_range("2000-01-31", periods=60, freq="ME"),
    "periods": pd.period_range("2000-01", periods=60, freq="M"),
}


@pytest.fixture(params=INDEXES.values(), ids=INDEXES)
def series(request, months):
    return months.set_axis(request.param)


def test_horizons(cheap, series):
    forecaster = cheap().fit(series[:50])
    relative = forecaster.predict(fh=[-3, 0, 1, 4])
    assert relative.index.equals(series.index[[46, 49, 50, 53]])
    times = ForecastingHorizon(series.index[[46, 49, 50, 53]], is_relative=False)
    pd.testing.assert_series_equal(forecaster.predict(fh=times), relative)
    assert relative.name == "y"


def test_known_and_past_features(cheap, months):
    X = pd.DataFrame({"known": months.shift(-1), "past": months * 2}).ffill()
    forecaster = cheap(known_features="known", strategy="direct", feature_scaler=None)
    forecaster.fit(months[:50], X[:50], fh=[1, 2])
    forecast = forecaster.predict(X=X[50:52])
    other = X[50:52].assign(past=1e6)
    pd.testing.assert_series_equal(forecaster.predict(X=other), forecast)
    assert (forecaster.predict(X=X[50:52] * 5) != forecast).any()


@pytest.mark.parametrize("strategy", ["multioutput", "direct", "recursive"])
@pytest.mark.parametrize("calendar", ["month", None])
def test_a_part_of_the_horizon_has_the_forecasts_of_the_whole(cheap, months, strategy, calendar):
    """The networks read the features of all steps, also those after the last one requested."""
    X = None if calendar else pd.DataFrame({"x": np.arange(60.0) % 7}, months.index)
    seen, coming = (None, None) if calendar else (X[:50], X[50:])
    forecaster = cheap(strategy=strategy, calendar=calendar, level=False, engine="numpy")
    forecaster.fit(months[:50], seen, fh=[1, 2, 3, 4])
    whole = forecaster.predict(X=coming)
    pd.testing.assert_series_equal(forecaster.predict(fh=[2], X=coming), whole[1:2])
    residuals = forecaster.predict_residuals(months[50:52], coming)
    np.testing.assert_allclose(residuals, months[50:52] - whole[:2])


def test_recursive_without_features_of_the_past_beyond_the_first_step(cheap, months):
    X = pd.DataFrame({"past": months * 2})
    forecaster = cheap(known_features=None).fit(months, X)
    assert forecaster.predict(fh=1).notna().all()
    with pytest.raises(ValueError, match="are known only up to the end of y"):
        forecaster.predict(fh=[1, 2])


def test_a_horizon_beyond_the_features(cheap, months):
    X = pd.DataFrame({"x": np.arange(60.0)}, index=months.index)
    forecaster = cheap().fit(months[:50], X[:50])
    with pytest.raises(ValueError, match=r"X has no row for 2005-01\. .*'x'.* X ends at 2004-12"):
        forecaster.predict(fh=range(1, 12), X=X[50:])
    with pytest.raises(ValueError, match=r"X is missing: the features \['x'\] are known in"):
        forecaster.predict(fh=[1])


FAR = {
    "months": pd.date_range("2000-01-01", periods=60, freq="MS"),
    "days": pd.date_range("2000-01-01", periods=60, freq="D"),
    "days of a zone": pd.date_range("2000-01-01", periods=60, freq="D", tz="Europe/Berlin"),
    "weeks": pd.date_range("2000-01-02", periods=60, freq="W"),
    "business days": pd.date_range("2000-01-03", periods=60, freq="B"),
    "durations": pd.timedelta_range("0D", periods=60, freq="D"),
}


@pytest.mark.parametrize("index", FAR.values(), ids=FAR)
def test_a_horizon_beyond_the_calendar(cheap, months, index):
    forecaster = cheap().fit(months.set_axis(index))
    beyond = 200_000 if index.unit == "ns" else 200_000_000  # microseconds since pandas 3
    message = rf"fh contains a step {beyond} rows after the end of y, .*unit '{index.unit}'"
    with pytest.raises(ValueError, match=message):
        forecaster.predict(fh=[1, beyond])
    assert len(forecaster.predict(fh=[1, 24])) == 2


def test_a_series_that_is_not_updated_keeps_its_end(cheap, panel):
    forecaster = cheap().fit(panel)
    before = forecaster.predict(fh=[1, 2])
    more = pd.DataFrame({"y": [0.1, 0.2]}, pd.Index([27, 28], name="t"))
    forecaster.update(pd.concat({"c": more}, names=["series"]), update_params=False)
    after = forecaster.predict(fh=[1, 2])
    for name in ("a", "b"):
        pd.testing.assert_frame_equal(after.loc[[name]], before.loc[[name]])
    assert after.loc["c"].index[0] == 29
